/* SPDX-License-Identifier: Apache-2.0 */
/*
 * spin.c - the thread that reads the TSC and writes down its gaps.
 *
 * The CPUs watch each other by their logs, whose times are comparable as the TSC is
 * invariant, and not by a shared heartbeat: a cache line that several CPUs write and read
 * each microsecond would itself be the largest noise of a quiet machine.
 */
#include "noise_log.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#define NS_PER_S UINT64_C(1000000000)
#define IRQS_CAP (256 * 1024) /* text of /proc/interrupts; a larger one counts as unknown */

/* account is what the kernel says about this thread and CPU. */
struct account {
	uint32_t num_switches;
	uint64_t idle_ns;
	int64_t num_irqs;
};

struct spin {
	struct noise_spinner *spinner;
	struct account before;
	int irqs_fd;
	char *irqs_text;
	uint64_t last;	 /* the read before, cycles */
	uint64_t slot;	 /* begin of the slot */
	uint64_t widest; /* gap of the slot */
};

static uint64_t clock_ns(clockid_t clock)
{
	struct timespec now;

	clock_gettime(clock, &now);
	return (uint64_t)now.tv_sec * NS_PER_S + (uint64_t)now.tv_nsec;
}

static void take_account(const struct spin *spin, struct account *account)
{
	struct rusage usage;

	getrusage(RUSAGE_THREAD, &usage);
	account->num_switches = (uint32_t)usage.ru_nivcsw;
	account->num_irqs = -1;
	if (spin->irqs_fd >= 0 && noise_read(spin->irqs_text, IRQS_CAP, spin->irqs_fd))
		account->num_irqs = noise_interrupts_of(spin->irqs_text, spin->spinner->cpu);
	/* these two together and last: what lies between them would look like idleness */
	account->idle_ns = clock_ns(CLOCK_MONOTONIC);
	account->idle_ns -= clock_ns(CLOCK_THREAD_CPUTIME_ID);
}

/* resume begins a slot after time that is not to be measured. */
static void resume(struct spin *spin)
{
	spin->last = spin->slot = gng_clock_start();
	spin->widest = 0;
}

static struct noise_entry *new_entry(struct noise_log *log, uint64_t begin, uint64_t end)
{
	struct noise_entry *entry;

	if (log->num_entries == log->cap)
		return NULL;
	entry = &log->entries[log->num_entries++];
	*entry = (struct noise_entry){.begin = begin, .end = end};
	return entry;
}

static void log_gap(struct spin *spin, uint64_t begin, uint64_t end)
{
	struct noise_entry *entry = new_entry(&spin->spinner->log, begin, end);
	struct account now;

	if (!entry) {
		spin->spinner->log.num_lost++;
		return;
	}
	take_account(spin, &now);
	entry->num_switches = now.num_switches - spin->before.num_switches;
	/* the two clocks are read one after the other, so the difference may be below zero */
	entry->idle_ns =
		now.idle_ns > spin->before.idle_ns ? now.idle_ns - spin->before.idle_ns : 0;
	entry->num_irqs = -1;
	if (now.num_irqs >= 0 && spin->before.num_irqs >= 0)
		entry->num_irqs = now.num_irqs - spin->before.num_irqs;
	spin->before = now;
}

/* end_slot records the slot that ends at now, and what the gap means for the microseconds
 * that it covers. */
static void end_slot(struct spin *spin, uint64_t now)
{
	struct noise_spinner *spinner = spin->spinner;

	gng_hist_record_corrected(spinner->hist,
				  (uint64_t)((double)spin->widest * spinner->plan->ns_per_cycle),
				  GNG_NOISE_SLOT_NS);
	spinner->awake_cycles += now - spin->slot;
	spin->slot = now;
	spin->widest = 0;
}

static bool is_stopped(const struct noise_plan *plan)
{
	return __atomic_load_n(&plan->stop, __ATOMIC_RELAXED);
}

static void spin_until(struct spin *spin, uint64_t end_cycles)
{
	const struct noise_plan *plan = spin->spinner->plan;

	resume(spin);
	while (spin->last < end_cycles && !is_stopped(plan)) {
		const uint64_t now = gng_clock_start(), before = spin->last;

		spin->last = now;
		if (now - before > spin->widest)
			spin->widest = now - before;
		if (now - spin->slot < plan->slot_cycles)
			continue;
		end_slot(spin, now);
		if (now - before >= plan->gap_cycles) {
			log_gap(spin, before, now);
			resume(spin);
		}
	}
}

static void sleep_until(struct spin *spin, uint64_t mono_ns)
{
	const struct timespec wake = {(time_t)(mono_ns / NS_PER_S), (long)(mono_ns % NS_PER_S)};
	const uint64_t begin = gng_clock_start();
	struct noise_entry *entry;

	while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &wake, NULL) != 0)
		; /* a signal; the wake time is absolute */
	entry = new_entry(&spin->spinner->log, begin, gng_clock_start());
	if (entry)
		entry->is_sleep = true;
	take_account(spin, &spin->before);
}

static uint64_t cycles_at(const struct noise_plan *plan, uint64_t ns)
{
	return plan->start_cycles + (uint64_t)((double)ns / plan->ns_per_cycle);
}

void *noise_spin(void *context)
{
	struct noise_spinner *spinner = context;
	const struct noise_plan *plan = spinner->plan;
	struct spin spin = {.spinner = spinner};

	spin.irqs_text = malloc(IRQS_CAP);
	spin.irqs_fd = spin.irqs_text ? open("/proc/interrupts", O_RDONLY | O_CLOEXEC) : -1;
	gng_hist_reset(spinner->hist); /* touches its pages */
	for (uint64_t begin_ns = 0; begin_ns < plan->duration_ns && !is_stopped(plan);
	     begin_ns += GNG_NOISE_PERIOD_NS) {
		uint64_t end_ns = begin_ns + GNG_NOISE_SPIN_NS;

		if (end_ns > plan->duration_ns)
			end_ns = plan->duration_ns;
		sleep_until(&spin, plan->start_mono_ns + begin_ns);
		spin_until(&spin, cycles_at(plan, end_ns));
	}
	if (spin.irqs_fd >= 0)
		close(spin.irqs_fd);
	free(spin.irqs_text);
	return NULL;
}
