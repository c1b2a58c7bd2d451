/* SPDX-License-Identifier: Apache-2.0 */
/* audit_cpus.c - checks of the CPUs that the threads shall have for themselves. */
#include "rtconf_audit.h"

#include <stdlib.h>
#include <string.h>

#include <gng_sysfile.h>

#define CPU "/sys/devices/system/cpu/"

/* lacking gives those of the set that are not in the list of a file. */
static struct gng_rtconf_cpus lacking(const struct audit_target *target, const char *path)
{
	struct gng_rtconf_cpus have = {0}, lack;
	char list[GNG_RTCONF_CPUS_TEXT];

	if (gng_sysfile_read(list, sizeof(list), target->root, path) &&
	    gng_rtconf_cpus_read(&have, list, NULL) != GNG_OK)
		have = (struct gng_rtconf_cpus){0}; /* "(null)" is an empty mask */
	for (size_t i = 0; i < GNG_RTCONF_MAX_CPUS / 64; i++)
		lack.bits[i] = target->cpus->bits[i] & ~have.bits[i];
	return lack;
}

static void listed(struct gng_rtconf_finding *finding, const struct audit_target *target,
		   const char *path, const char *bad, const char *good)
{
	const struct gng_rtconf_cpus lack = lacking(target, path);
	char list[GNG_RTCONF_CPUS_TEXT];

	gng_rtconf_cpus_list(list, &lack);
	if (*list)
		audit_bad(finding, "gonogo rt boot prints what the kernel command line lacks",
			  "%s on CPU %.60s", bad, list);
	else
		audit_ok(finding, "%s", good);
}

static void isolated(struct gng_rtconf_finding *finding, const struct audit_target *target)
{
	listed(finding, target, CPU "isolated", "the scheduler puts other threads",
	       "no other thread is put on these CPUs");
}

static void tick(struct gng_rtconf_finding *finding, const struct audit_target *target)
{
	listed(finding, target, CPU "nohz_full", "the tick stays",
	       "the tick stops while one thread runs");
}

static void callbacks(struct gng_rtconf_finding *finding, const struct audit_target *target)
{
	char line[4096], add[3 * GNG_RTCONF_CPUS_TEXT];

	if (!gng_sysfile_read(line, sizeof(line), target->root, "/proc/cmdline"))
		return;
	gng_rtconf_boot(add, line, target->cpus);
	if (strstr(add, "rcu_nocbs="))
		audit_bad(finding, "gonogo rt boot prints what the kernel command line lacks",
			  "RCU frees memory on these CPUs");
	else
		audit_ok(finding, "RCU callbacks run elsewhere");
}

struct interrupts {
	const struct audit_target *target;
	unsigned int num;
};

static void count_irq(void *context, const char *root, const char *name)
{
	struct interrupts *interrupts = context;
	struct gng_rtconf_cpus cpus;
	char path[96], list[GNG_RTCONF_CPUS_TEXT];

	snprintf(path, sizeof(path), "/proc/irq/%.20s/effective_affinity_list", name);
	if (!gng_sysfile_read(list, sizeof(list), root, path) ||
	    gng_rtconf_cpus_read(&cpus, list, NULL) != GNG_OK)
		return;
	for (size_t i = 0; i < GNG_RTCONF_MAX_CPUS / 64; i++)
		if (cpus.bits[i] & interrupts->target->cpus->bits[i]) {
			interrupts->num++;
			return;
		}
}

static void irqs(struct gng_rtconf_finding *finding, const struct audit_target *target)
{
	struct interrupts interrupts = {target, 0};

	if (gng_sysfile_each(target->root, "/proc/irq", count_irq, &interrupts) == 0)
		return;
	if (interrupts.num)
		audit_bad(finding, "gonogo rt apply; isolcpus=managed_irq for those it cannot move",
			  "%u interrupts of devices come to these CPUs", interrupts.num);
	else
		audit_ok(finding, "no device interrupts these CPUs");
}

static void siblings(struct gng_rtconf_finding *finding, const struct audit_target *target)
{
	for (unsigned int cpu = 0; cpu < GNG_RTCONF_MAX_CPUS; cpu++) {
		struct gng_rtconf_cpus threads;
		char path[96], list[GNG_RTCONF_CPUS_TEXT];

		if (!gng_rtconf_cpus_has(target->cpus, cpu))
			continue;
		snprintf(path, sizeof(path), CPU "cpu%u/topology/thread_siblings_list", cpu);
		if (!gng_sysfile_read(list, sizeof(list), target->root, path) ||
		    gng_rtconf_cpus_read(&threads, list, NULL) != GNG_OK)
			return;
		if (gng_rtconf_cpus_count(&threads) > 1) {
			audit_bad(finding,
				  "nosmt on the kernel command line, or leave the sibling "
				  "unused",
				  "CPU %u shares its core: siblings %.60s", cpu, list);
			return;
		}
	}
	audit_ok(finding, "no CPU shares its core");
}

static void governor(struct gng_rtconf_finding *finding, const struct audit_target *target)
{
	for (unsigned int cpu = 0; cpu < GNG_RTCONF_MAX_CPUS; cpu++) {
		char path[96], name[64];

		if (!gng_rtconf_cpus_has(target->cpus, cpu))
			continue;
		snprintf(path, sizeof(path), CPU "cpu%u/cpufreq/scaling_governor", cpu);
		if (!gng_sysfile_read(name, sizeof(name), target->root, path))
			return;
		if (strcmp(name, "performance") != 0) {
			audit_bad(finding, "gonogo rt apply", "CPU %u has the governor %.30s", cpu,
				  name);
			return;
		}
	}
	audit_ok(finding, "the governor is performance");
}

#define SLOW_EXIT_US 20

struct idle {
	unsigned int cpu;
	unsigned long worst_us;
};

static void worst_state(void *context, const char *root, const char *name)
{
	struct idle *idle = context;
	char path[128];
	unsigned long latency_us;

	snprintf(path, sizeof(path), CPU "cpu%u/cpuidle/%.20s/disable", idle->cpu, name);
	if (gng_sysfile_number(root, path))
		return;
	snprintf(path, sizeof(path), CPU "cpu%u/cpuidle/%.20s/latency", idle->cpu, name);
	latency_us = gng_sysfile_number(root, path);
	if (latency_us > idle->worst_us)
		idle->worst_us = latency_us;
}

static void idle_states(struct gng_rtconf_finding *finding, const struct audit_target *target)
{
	struct idle idle = {0};
	size_t num = 0;

	for (; idle.cpu < GNG_RTCONF_MAX_CPUS; idle.cpu++) {
		char path[96];

		if (!gng_rtconf_cpus_has(target->cpus, idle.cpu))
			continue;
		snprintf(path, sizeof(path), CPU "cpu%u/cpuidle", idle.cpu);
		num += gng_sysfile_each(target->root, path, worst_state, &idle);
	}
	if (idle.worst_us > SLOW_EXIT_US)
		audit_bad(finding, "gonogo rt run holds /dev/cpu_dma_latency at 0",
			  "waking up from idle may take %lu us", idle.worst_us);
	else if (num)
		audit_ok(finding, "idle states end within %lu us", idle.worst_us);
}

/* steal is the eighth figure of a CPU's line in /proc/stat, in clock ticks (proc(5)). */
static void steal(struct gng_rtconf_finding *finding, const struct audit_target *target)
{
	char *text = gng_sysfile_text(target->root, "/proc/stat"), *rest = text;
	unsigned long worst = 0, ticks;
	unsigned int cpu, on = 0;

	for (char *line; (line = strsep(&rest, "\n"));)
		if (sscanf(line, "cpu%u %*u %*u %*u %*u %*u %*u %*u %lu", &cpu, &ticks) == 2 &&
		    line[3] != ' ' && gng_rtconf_cpus_has(target->cpus, cpu) && ticks > worst) {
			worst = ticks;
			on = cpu;
		}
	if (worst)
		audit_bad(finding, "pin the virtual CPUs of the guest on its host",
			  "the host took %lu ticks from CPU %u since boot", worst, on);
	else if (text)
		audit_ok(finding, "no time was stolen since boot");
	free(text);
}

const struct audit_check audit_cpus[] = {
	{"isolated", isolated}, {"tick", tick},	   {"rcu", callbacks},
	{"irq", irqs},		{"smt", siblings}, {"governor", governor},
	{"idle", idle_states},	{"steal", steal},  {0},
};
