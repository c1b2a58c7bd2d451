/* SPDX-License-Identifier: Apache-2.0 */
/* doctor_real_time.c - what delays a thread that must not be late. */
#include "doctor.h"

#include <stdio.h>
#include <string.h>

static void probe_preemption(struct gng_cli_finding *finding, const struct gng_cli_machine *machine)
{
	char version[DOCTOR_TEXT];

	if (!gng_sysfile_bytes(version, sizeof(version), machine->root, "/proc/version"))
		return;
	if (gng_sysfile_integer(machine->root, "/sys/kernel/realtime", 0) == 1 ||
	    strstr(version, "PREEMPT_RT"))
		doctor_ok(finding, "PREEMPT_RT");
	else if (strstr(version, "PREEMPT"))
		doctor_ok(finding, "PREEMPT without RT: bounds below 100 us are luck");
	else
		doctor_fix(finding, "boot a kernel with preempt=full or PREEMPT_RT",
			   "system calls are not preempted");
}

static void probe_isolated(struct gng_cli_finding *finding, const struct gng_cli_machine *machine)
{
	char cpus[DOCTOR_TEXT];

	gng_sysfile_bytes(cpus, sizeof(cpus), machine->root, "/sys/devices/system/cpu/isolated");
	if (*cpus)
		doctor_ok(finding, "%.100s", cpus);
	else
		doctor_fix(finding,
			   "add isolcpus=managed_irq,domain,N-M to the kernel command line",
			   "none");
}

static void probe_tick(struct gng_cli_finding *finding, const struct gng_cli_machine *machine)
{
	char cpus[DOCTOR_TEXT];

	gng_sysfile_bytes(cpus, sizeof(cpus), machine->root, "/sys/devices/system/cpu/nohz_full");
	if (*cpus && strcmp(cpus, "(null)") != 0) /* what kernels print for an empty mask */
		doctor_ok(finding, "stopped on cpu %.100s while one thread runs", cpus);
	else
		doctor_fix(finding, "add nohz_full=N-M to the kernel command line",
			   "every CPU is interrupted by it");
}

static void probe_throttling(struct gng_cli_finding *finding, const struct gng_cli_machine *machine)
{
	const long runtime_us =
		gng_sysfile_integer(machine->root, "/proc/sys/kernel/sched_rt_runtime_us", -2);
	const long period_us =
		gng_sysfile_integer(machine->root, "/proc/sys/kernel/sched_rt_period_us", 1000000);

	if (runtime_us == -1 || runtime_us >= period_us)
		doctor_ok(finding, "off");
	else if (runtime_us >= 0)
		doctor_fix(finding, "gonogo rt apply",
			   "real-time threads may run %ld of each %ld us", runtime_us, period_us);
}

/* Since Linux 6.8 a deadline server gives time to other threads on each CPU; its knobs are in
 * debugfs, in nanoseconds. */
static void probe_fair_server(struct gng_cli_finding *finding,
			      const struct gng_cli_machine *machine)
{
	long runtime_ns;

	if (!gng_sysfile_exists(machine->root, "/sys/kernel/debug/sched/fair_server"))
		return;
	runtime_ns = gng_sysfile_integer(machine->root,
					 "/sys/kernel/debug/sched/fair_server/cpu0/runtime", 0);
	if (runtime_ns == 0)
		doctor_ok(finding, "off");
	else
		doctor_fix(finding, "gonogo rt apply", "runtime %ld ms a second on cpu 0",
			   runtime_ns / 1000000);
}

const struct doctor_probe doctor_real_time[] = {
	{"real time", "preemption", probe_preemption},
	{"real time", "isolated CPUs", probe_isolated},
	{"real time", "tick", probe_tick},
	{"real time", "RT throttling", probe_throttling},
	{"real time", "fair server", probe_fair_server},
	{0},
};
