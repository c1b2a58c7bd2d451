/* SPDX-License-Identifier: Apache-2.0 */
/* classify.c - from the written observations to the class of a gap. Pure. */
#include "noise_log.h"

/*
 * How long one interrupt and its softirqs explain, and all together (the budget of network
 * softirqs is 2 ms). A bound is needed, as an interrupt also ends a pause: a gap of 19.6 ms
 * with one interrupt and no switch was the hypervisor.
 */
#define IRQ_EXPLAINS_NS 200000
#define IRQS_EXPLAIN_NS 2000000

const char *gng_noise_class_name(enum gng_noise_class class_of_gap)
{
	static const char *const names[GNG_NOISE_NUM_CLASSES] = {
		[GNG_NOISE_PREEMPTED] = "preempted",
		[GNG_NOISE_STEAL] = "steal",
		[GNG_NOISE_IRQ] = "irq",
		[GNG_NOISE_VCPU_PAUSE] = "vcpu-pause",
		[GNG_NOISE_VM_PAUSE] = "vm-pause",
		[GNG_NOISE_UNEXPLAINED] = "unexplained",
	};

	if ((unsigned int)class_of_gap >= GNG_NOISE_NUM_CLASSES)
		return "?";
	return names[class_of_gap];
}

/* first_after returns the index of the first entry that ends after time. */
static size_t first_after(const struct noise_log *log, uint64_t time)
{
	size_t lo = 0, hi = log->num_entries;

	while (lo < hi) {
		const size_t middle = lo + (hi - lo) / 2;

		if (log->entries[middle].end > time)
			hi = middle;
		else
			lo = middle + 1;
	}
	return lo;
}

/* covered adds up how much of [begin, end) the log's CPU slept and stood still. */
static void covered(uint64_t *asleep, uint64_t *stopped, const struct noise_log *log,
		    uint64_t begin, uint64_t end)
{
	*asleep = *stopped = 0;
	for (size_t i = first_after(log, begin); i < log->num_entries; i++) {
		const struct noise_entry *entry = &log->entries[i];
		const uint64_t from = entry->begin > begin ? entry->begin : begin;
		const uint64_t to = entry->end < end ? entry->end : end;

		if (entry->begin >= end)
			return;
		*(entry->is_sleep ? asleep : stopped) += to - from;
	}
}

/* by_witnesses asks the CPUs that were awake for most of the gap. */
static enum gng_noise_class by_witnesses(const struct noise_log *logs, size_t num_logs, size_t self,
					 const struct noise_entry *gap)
{
	enum gng_noise_class found = GNG_NOISE_UNEXPLAINED;
	const uint64_t half = (gap->end - gap->begin) / 2;

	for (size_t i = 0; i < num_logs; i++) {
		uint64_t asleep, stopped;

		if (i == self)
			continue;
		covered(&asleep, &stopped, &logs[i], gap->begin, gap->end);
		if (asleep > half)
			continue;
		if (asleep + stopped <= half)
			return GNG_NOISE_VCPU_PAUSE;
		found = GNG_NOISE_VM_PAUSE;
	}
	return found;
}

static bool irqs_explain(const struct noise_entry *gap)
{
	const uint64_t len = gap->end - gap->begin;

	return gap->num_irqs > 0 && len <= IRQS_EXPLAIN_NS &&
	       len <= (uint64_t)gap->num_irqs * IRQ_EXPLAINS_NS;
}

enum gng_noise_class noise_classify(const struct noise_log *logs, size_t num_logs, size_t self,
				    size_t entry)
{
	const struct noise_entry *gap = &logs[self].entries[entry];

	/* A switch alone proves little: a pause often ends in one. The thread must also have
	 * been off the CPU, by the kernel's account, for most of the gap. */
	if (gap->idle_ns >= (gap->end - gap->begin) / 2)
		return gap->num_switches ? GNG_NOISE_PREEMPTED : GNG_NOISE_STEAL;
	if (irqs_explain(gap))
		return GNG_NOISE_IRQ;
	return by_witnesses(logs, num_logs, self, gap);
}
