/* SPDX-License-Identifier: Apache-2.0 */
/* machine.h - a made-up machine of four CPUs with every file that decides over deadlines. */
#ifndef CONFORMANCE_RTCONF_MACHINE_H
#define CONFORMANCE_RTCONF_MACHINE_H

#include "../command.h"

#include <sched.h>

#include <gng_rtconf.h>

#define CPU "sys/devices/system/cpu/"

static const struct {
	const char *name, *text;
} machine_files[] = {
	{"proc/version", "Linux version 6.12.1 (gcc) #1 SMP PREEMPT_DYNAMIC"},
	{"proc/sys/kernel/osrelease", "6.12.1"},
	{"proc/sys/kernel/random/boot_id", "11111111-2222-3333-4444-555555555555"},
	{"proc/cmdline", "quiet"},
	{"proc/cpuinfo", "processor\t: 0\nflags\t\t: fpu hypervisor\n\nprocessor\t: 1\n"},
	{"proc/swaps", "Filename\tType\n/dev/sda2\tpartition\n"},
	{"proc/stat",
	 "cpu  2 2 3 4 5 6 7 8 77 0\ncpu2 1 2 3 4 5 6 7 8 0 0\ncpu3 1 2 3 4 5 6 7 0\n"},
	{"proc/self/limits", "Limit Soft\nMax locked memory 8388608 8388608 bytes\n"
			     "Max realtime priority 0 0 \n"},
	{"proc/self/status", "Name:\tx\nCapEff:\t0000000000000000\n"},
	{"proc/self/cgroup", "4:memory:/a\n3:cpu,cpuacct:/media\n0::/\n"},
	{"sys/fs/cgroup/cpu/cpu.rt_runtime_us", "950000"},
	{"sys/fs/cgroup/cpu/media/cpu.rt_runtime_us", "0"},
	{"sys/fs/cgroup/cpu/media/cpu.cfs_quota_us", "20000"},
	{"sys/fs/cgroup/cpu/media/cpu.cfs_period_us", "100000"},
	{"proc/sys/kernel/sched_rt_runtime_us", "950000"},
	{"proc/sys/kernel/sched_rt_period_us", "1000000"},
	{"proc/sys/vm/swappiness", "60"},
	{"proc/sys/kernel/numa_balancing", "1"},
	{"proc/sys/kernel/timer_migration", "0"},
	{"proc/irq/default_smp_affinity", "0000000f"},
	{"proc/irq/24/smp_affinity_list", "0-3"},
	{"proc/irq/24/effective_affinity_list", "2"},
	{"proc/irq/25/smp_affinity_list", "0-1"},
	{"proc/irq/25/effective_affinity_list", "0"},
	{"sys/kernel/mm/ksm/run", "1"},
	{"sys/kernel/mm/transparent_hugepage/enabled", "[always] madvise never"},
	{"sys/kernel/mm/transparent_hugepage/defrag", "always defer [madvise] never"},
	{"sys/kernel/debug/sched/fair_server/cpu2/runtime", "50000000"},
	{"sys/kernel/debug/sched/fair_server/cpu3/runtime", "50000000"},
	{"sys/kernel/security/lockdown", "none [integrity] confidentiality"},
	{"sys/devices/virtual/workqueue/cpumask", "f"},
	{"sys/devices/system/clocksource/clocksource0/current_clocksource", "kvm-clock"},
	{CPU "online", "0-3"},
	{CPU "isolated", "3"},
	{CPU "nohz_full", "(null)"},
	{CPU "cpu2/topology/thread_siblings_list", "0,2"},
	{CPU "cpu3/topology/thread_siblings_list", "1,3"},
	{CPU "cpu2/cpufreq/scaling_governor", "powersave"},
	{CPU "cpu3/cpufreq/scaling_governor", "performance"},
	{CPU "cpu2/cpuidle/state0/latency", "0"},
	{CPU "cpu2/cpuidle/state1/latency", "133"},
	{CPU "cpu2/cpuidle/state1/disable", "0"},
};

/* machine_make writes the files and returns the root. */
static inline const char *machine_make(void)
{
	for (size_t i = 0; i < COUNT_OF(machine_files); i++)
		command_text(machine_files[i].name, machine_files[i].text);
	return command_folder();
}

static inline void machine_holds(const char *name, const char *text)
{
	char *held = command_read(name);

	assert_string_equal(held, text);
	free(held);
}

static inline struct gng_rtconf_cpus machine_cpus(const char *list)
{
	struct gng_rtconf_cpus cpus;

	assert_int_equal(gng_rtconf_cpus_read(&cpus, list, NULL), GNG_OK);
	return cpus;
}

/* machine_last_cpu is the last CPU that this process may use. */
static inline int machine_last_cpu(void)
{
	cpu_set_t set;
	int last = 0;

	assert_int_equal(sched_getaffinity(0, sizeof(set), &set), 0);
	for (int cpu = 0; cpu < CPU_SETSIZE; cpu++)
		if (CPU_ISSET(cpu, &set))
			last = cpu;
	return last;
}

#endif /* CONFORMANCE_RTCONF_MACHINE_H */
