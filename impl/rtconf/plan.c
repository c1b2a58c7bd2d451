/* SPDX-License-Identifier: Apache-2.0 */
/* plan.c - which files of this machine decide over deadlines, and what they should say. */
#include "rtconf_partition.h"

#include <stdlib.h>
#include <string.h>

#include <gng_sysfile.h>

#define ONLINE "/sys/devices/system/cpu/online"

const char *gng_rtconf_state_name(enum gng_rtconf_state state)
{
	static const char *const names[GNG_RTCONF_NUM_STATES] = {"ready", "change", "applied",
								 "refused"};

	return state < GNG_RTCONF_NUM_STATES ? names[state] : "?";
}

/* ---- the table ---- */

/* In the order of writing. Undoing goes the other way, which the first two need: with the control
 * group at -1 the kernel refuses a limit of the sysctl (EINVAL). */
static const struct knob {
	const char *name, *path, *want, *note;
} knobs[] = {
	{"throttle", "/proc/sys/kernel/sched_rt_runtime_us", "-1",
	 "real-time threads are stopped 50 ms of each second"},
	{"group-throttle", "/sys/fs/cgroup/cpu/cpu.rt_runtime_us", "-1",
	 "the control group stops real-time threads on its own"},
	{"swappiness", "/proc/sys/vm/swappiness", "1",
	 "pages that are not locked go to swap early; 0 does not switch swap off"},
	{"thp", "/sys/kernel/mm/transparent_hugepage/enabled", "madvise",
	 "a page fault may compact memory first"},
	{"thp-defrag", "/sys/kernel/mm/transparent_hugepage/defrag", "madvise",
	 "a page fault may compact memory first"},
	{"ksm", "/sys/kernel/mm/ksm/run", "0", "merged pages are copied at the next write"},
	{"numa-balancing", "/proc/sys/kernel/numa_balancing", "0",
	 "pages are unmapped to see who uses them"},
	{"timer-migration", "/proc/sys/kernel/timer_migration", "0",
	 "timers move to a CPU that somebody else keeps busy"},
};

/* For each CPU of the set; %u is its number. */
static const struct knob cpu_knobs[] = {
	{"fair-server", "/sys/kernel/debug/sched/fair_server/cpu%u/runtime", "0",
	 "other threads are served 50 ms of each second"},
	{"governor", "/sys/devices/system/cpu/cpu%u/cpufreq/scaling_governor", "performance",
	 "the clock is low when the thread wakes up"},
};

/* Masks of the CPUs that are left for the rest. */
static const struct knob mask_knobs[] = {
	{"workqueues", "/sys/devices/virtual/workqueue/cpumask", NULL,
	 "work of the kernel runs on any CPU"},
	{"irq-default", "/proc/irq/default_smp_affinity", NULL,
	 "an interrupt that is new may come to any CPU"},
};

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

/* ---- steps ---- */

struct making {
	struct gng_rtconf_plan *plan;
	struct gng_rtconf_cpus rest;
	bool no_memory;
};

struct gng_rtconf_step *rtconf_plan_grow(struct gng_rtconf_plan *plan)
{
	if (plan->num_steps == plan->cap) {
		const size_t cap = plan->cap ? 2 * plan->cap : 32;
		struct gng_rtconf_step *more = realloc(plan->steps, cap * sizeof(*more));

		if (!more)
			return NULL;
		plan->steps = more;
		plan->cap = cap;
	}
	memset(&plan->steps[plan->num_steps], 0, sizeof(*plan->steps));
	return &plan->steps[plan->num_steps];
}

/* add adds a step if the file exists. */
static void add(struct making *making, const struct knob *knob, const char *path, const char *want)
{
	struct gng_rtconf_step *step = rtconf_plan_grow(making->plan);

	making->no_memory |= !step;
	if (!step || !rtconf_value_read(step->before, making->plan->root, path))
		return;
	step->knob = knob->name;
	step->note = knob->note;
	snprintf(step->path, sizeof(step->path), "%s", path);
	snprintf(step->want, sizeof(step->want), "%s", want);
	step->state = rtconf_value_is(step->before, want) ? GNG_RTCONF_READY : GNG_RTCONF_CHANGE;
	making->plan->num_steps++;
}

static void add_each_cpu(struct making *making, const struct knob *knob,
			 const struct gng_rtconf_cpus *cpus)
{
	char path[160];

	for (unsigned int cpu = 0; cpu < GNG_RTCONF_MAX_CPUS; cpu++) {
		if (!gng_rtconf_cpus_has(cpus, cpu))
			continue;
		snprintf(path, sizeof(path), knob->path, cpu); /* NOLINT: of the table above */
		add(making, knob, path, knob->want);
	}
}

static void add_irq(void *context, const char *root, const char *name)
{
	static const struct knob irq = {"irq", NULL, NULL, "a device may interrupt the thread"};
	struct making *making = context;
	char path[160], want[GNG_RTCONF_CPUS_TEXT];

	(void)root;
	if (name[strspn(name, "0123456789")])
		return;
	snprintf(path, sizeof(path), "/proc/irq/%.20s/smp_affinity_list", name);
	add(making, &irq, path, gng_rtconf_cpus_list(want, &making->rest));
}

static void add_all(struct making *making, const struct gng_rtconf_cpus *cpus, unsigned int num)
{
	char mask[GNG_RTCONF_CPUS_TEXT];

	for (size_t i = 0; i < COUNT(knobs); i++)
		add(making, &knobs[i], knobs[i].path, knobs[i].want);
	for (size_t i = 0; i < COUNT(cpu_knobs); i++)
		add_each_cpu(making, &cpu_knobs[i], cpus);
	gng_rtconf_cpus_mask(mask, &making->rest, num);
	for (size_t i = 0; i < COUNT(mask_knobs); i++)
		add(making, &mask_knobs[i], mask_knobs[i].path, mask);
	gng_sysfile_each(making->plan->root, "/proc/irq", add_irq, making);
}

/* split checks cpus against those online and gives the others. */
static enum gng_status split(struct gng_rtconf_cpus *rest, unsigned int *num, const char *root,
			     const struct gng_rtconf_cpus *cpus, struct gng_why *why)
{
	char text[GNG_RTCONF_CPUS_TEXT] = "";
	struct gng_rtconf_cpus online;
	bool inside = true;

	if (!gng_sysfile_read(text, sizeof(text), root, ONLINE) ||
	    gng_rtconf_cpus_read(&online, text, why) != GNG_OK)
		return gng_why_set(why, GNG_EUNSUPPORTED, 0, "rtconf.plan",
				   "%s" ONLINE " lists no CPUs", root);
	for (size_t i = 0; i < GNG_RTCONF_MAX_CPUS / 64; i++) {
		inside = inside && !(cpus->bits[i] & ~online.bits[i]);
		rest->bits[i] = online.bits[i] & ~cpus->bits[i];
		if (online.bits[i])
			*num = (unsigned int)(i * 64 + 64 -
					      (unsigned int)__builtin_clzll(online.bits[i]));
	}
	if (inside && gng_rtconf_cpus_count(cpus) && gng_rtconf_cpus_count(rest))
		return GNG_OK;
	return gng_why_set(why, GNG_EINVAL, 0, "rtconf.plan",
			   "of the CPUs online, %.100s, choose some for the threads with deadlines "
			   "and leave at least one for the rest",
			   text);
}

enum gng_status gng_rtconf_plan_make(struct gng_rtconf_plan *plan, const char *root,
				     const struct gng_rtconf_cpus *cpus, struct gng_why *why)
{
	struct making making = {.plan = plan};
	unsigned int num = 0;
	enum gng_status status;

	*plan = (struct gng_rtconf_plan){.root = root};
	status = split(&making.rest, &num, root, cpus, why);
	if (status != GNG_OK)
		return status;
	add_all(&making, cpus, num);
	if (!making.no_memory)
		return GNG_OK;
	gng_rtconf_plan_fini(plan);
	return gng_why_set(why, GNG_ENOMEM, 0, "rtconf.plan", "no memory for a plan");
}

void gng_rtconf_plan_fini(struct gng_rtconf_plan *plan)
{
	free(plan->steps);
	*plan = (struct gng_rtconf_plan){0};
}
