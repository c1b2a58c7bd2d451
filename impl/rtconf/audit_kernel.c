/* SPDX-License-Identifier: Apache-2.0 */
/* audit_kernel.c - checks of the kernel's rules for real-time threads. */
#include "rtconf_audit.h"

#include <linux/capability.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <gng_sysfile.h>

#include "rtconf_value.h"

/* dynamic_mode writes how a kernel with PREEMPT_DYNAMIC preempts: debugfs has the words with the
 * present one in brackets; else the boot parameter says it, else only how it was built. */
static void dynamic_mode(char mode[24], const char *root)
{
	char text[4096];
	const char *at = NULL;

	if (gng_sysfile_read(text, sizeof(text), root, "/sys/kernel/debug/sched/preempt"))
		at = strchr(text, '(');
	if (at)
		at++;
	else if (gng_sysfile_read(text, sizeof(text), root, "/proc/cmdline"))
		at = strstr(text, "preempt=");
	if (at && strncmp(at, "preempt=", 8) == 0)
		at += 8;
	snprintf(mode, 24, "%.*s", at ? (int)strcspn(at, ") \n") : 7, at ? at : "unknown");
}

static void preemption(struct gng_rtconf_finding *finding, const struct audit_target *target)
{
	char version[512], mode[24];

	if (!gng_sysfile_read(version, sizeof(version), target->root, "/proc/version"))
		return;
	if (strstr(version, "PREEMPT_RT")) {
		audit_ok(finding, "PREEMPT_RT");
		return;
	}
	dynamic_mode(mode, target->root);
	if (strstr(version, "PREEMPT_DYNAMIC") && strcmp(mode, "full") != 0)
		audit_bad(
			finding, "boot with preempt=full, or install linux-image-rt-amd64",
			"a thread waits for the system calls of others: preemption is %s, not full "
			"(no PREEMPT_RT)",
			mode);
	else
		audit_bad(finding, "install linux-image-rt-amd64 for bounds below a millisecond",
			  strstr(version, "PREEMPT") ? "the kernel preempts itself, but not all of "
						       "it (no PREEMPT_RT)"
						     : "system calls are not preempted");
}

static void throttle(struct gng_rtconf_finding *finding, const struct audit_target *target)
{
	long runtime, period = 1000000;

	if (!audit_number(&runtime, target->root, "/proc/sys/kernel/sched_rt_runtime_us"))
		return;
	if (!audit_number(&period, target->root, "/proc/sys/kernel/sched_rt_period_us"))
		period = 1000000;
	if (runtime < 0 || runtime >= period)
		audit_ok(finding, "real-time threads are not throttled");
	else
		audit_bad(finding, "pace the threads, never spin; gonogo rt apply",
			  "a thread that spins is stopped for %ld of each %ld us", period - runtime,
			  period);
}

#define FAIR_SERVER "/sys/kernel/debug/sched/fair_server/cpu%u/runtime"

/* Since Linux 6.8 a deadline server runs other threads beside a spinning one; debugfs has its
 * knobs, which a locked-down kernel does not open. */
static void fair_server(struct gng_rtconf_finding *finding, const struct audit_target *target)
{
	unsigned int major = 0, minor = 0, cpu = 0;
	char release[64], path[96];
	long runtime;

	while (cpu < GNG_RTCONF_MAX_CPUS && !gng_rtconf_cpus_has(target->cpus, cpu))
		cpu++;
	snprintf(path, sizeof(path), FAIR_SERVER, cpu);
	if (audit_number(&runtime, target->root, path)) {
		if (runtime > 0)
			audit_bad(finding, "gonogo rt apply",
				  "other threads get %ld ms of each second on CPU %u",
				  runtime / 1000000, cpu);
		else
			audit_ok(finding, "the fair server is off");
		return;
	}
	if (gng_sysfile_read(release, sizeof(release), target->root,
			     "/proc/sys/kernel/osrelease") &&
	    sscanf(release, "%u.%u", &major, &minor) == 2 &&
	    (major > 6 || (major == 6 && minor >= 8)))
		audit_bad(finding, "pace the threads, never spin: its switch is in debugfs",
			  "Linux %u.%u gives other threads 50 ms of each second, and its switch "
			  "cannot be reached here",
			  major, minor);
}

static void lockdown(struct gng_rtconf_finding *finding, const struct audit_target *target)
{
	char mode[GNG_RTCONF_CPUS_TEXT];

	if (!rtconf_value_read(mode, target->root, "/sys/kernel/security/lockdown"))
		return;
	if (strcmp(mode, "none") != 0)
		audit_bad(finding, "boot without lockdown= and Secure Boot to tune the scheduler",
			  "lockdown is %.40s: debugfs and MSRs cannot be written", mode);
	else
		audit_ok(finding, "the kernel is not locked down");
}

static void clock_source(struct gng_rtconf_finding *finding, const struct audit_target *target)
{
	char name[64];

	if (!gng_sysfile_read(name, sizeof(name), target->root,
			      "/sys/devices/system/clocksource/clocksource0/current_clocksource"))
		return;
	if (strcmp(name, "tsc") == 0)
		audit_ok(finding, "the clock is the TSC");
	else
		audit_bad(finding, "clocksource=tsc tsc=reliable on the kernel command line",
			  "the clock is %.40s: reading it costs more than the TSC", name);
}

static void hypervisor(struct gng_rtconf_finding *finding, const struct audit_target *target)
{
	char *text = gng_sysfile_text(target->root, "/proc/cpuinfo");
	const char *end = text ? strstr(text, "\n\n") : NULL;
	const char *flag = text ? strstr(text, " hypervisor") : NULL;

	if (flag && (!end || flag < end))
		audit_bad(finding, "run on bare metal, or pin the virtual CPUs of the guest",
			  "this is a virtual machine: its host may stop a CPU at any time");
	else if (text)
		audit_ok(finding, "bare metal");
	free(text);
}

static void priority(struct gng_rtconf_finding *finding, const struct audit_target *target)
{
	unsigned long most;

	if (!audit_limit(&most, target->root, "Max realtime priority", CAP_SYS_NICE))
		return;
	if (most == 0)
		audit_bad(finding, "LimitRTPRIO=98 in the unit, or be root",
			  "this process may take no real-time priority");
	else
		audit_ok(finding, "real-time priorities to %lu", most < 99 ? most : 99);
}

const struct audit_check audit_kernel[] = {
	{"preemption", preemption},   {"throttle", throttle},
	{"fair-server", fair_server}, {"priority", priority},
	{"lockdown", lockdown},	      {"clocksource", clock_source},
	{"hypervisor", hypervisor},   {0},
};
