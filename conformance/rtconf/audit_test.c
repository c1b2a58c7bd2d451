/* SPDX-License-Identifier: Apache-2.0 */
/* audit_test.c - each finding both ways, on a made-up machine that has every fault. */
#include "machine.h"

#include <sys/stat.h>

static struct gng_rtconf_finding findings[GNG_RTCONF_MAX_FINDINGS];
static size_t num;

static void audit(void)
{
	const struct gng_rtconf_cpus cpus = machine_cpus("2-3");

	num = gng_rtconf_audit(findings, command_folder(), &cpus);
}

static const struct gng_rtconf_finding *find(const char *code)
{
	for (size_t i = 0; i < num; i++)
		if (strcmp(findings[i].code, code) == 0)
			return &findings[i];
	return NULL;
}

/* What is wrong there, the words that say so, and the file that mends it. */
static const struct {
	const char *code, *words, *file, *text;
} faults[] = {
	{"preemption", "no PREEMPT_RT", "proc/version", "Linux version 6.1-rt SMP PREEMPT_RT"},
	{"throttle", "50000 of each 1000000", "proc/sys/kernel/sched_rt_runtime_us", "-1"},
	{"fair-server", "50 ms", "sys/kernel/debug/sched/fair_server/cpu2/runtime", "0"},
	{"group", "EPERM", "sys/fs/cgroup/cpu/media/cpu.rt_runtime_us", "100000"},
	{"quota", "after 20000 us of each 100000 us the control group /media",
	 "sys/fs/cgroup/cpu/media/cpu.cfs_quota_us", "-1"},
	{"priority", "no real-time priority", "proc/self/status", "CapEff:\t0000000000800000"},
	{"lockdown", "integrity", "sys/kernel/security/lockdown", "[none] integrity"},
	{"clocksource", "kvm-clock",
	 "sys/devices/system/clocksource/clocksource0/current_clocksource", "tsc"},
	{"hypervisor", "virtual machine", "proc/cpuinfo",
	 "flags\t: fpu\n\nflags\t: fpu hypervisor\n"},
	{"isolated", "CPU 2", CPU "isolated", "2-3"},
	{"tick", "CPU 2-3", CPU "nohz_full", "2-3"},
	{"rcu", "RCU frees", "proc/cmdline", "rcu_nocbs=1-3"},
	{"irq", "1 interrupt", "proc/irq/24/effective_affinity_list", "1"},
	{"governor", "powersave", CPU "cpu2/cpufreq/scaling_governor", "performance"},
	{"idle", "133 us", CPU "cpu2/cpuidle/state1/disable", "1"},
	{"steal", "8 ticks from CPU 2", "proc/stat",
	 "cpu 2 2 3 4 5 6 7 8 77 0\ncpu2 1 1 1 1 1 1 1 0\n"},
	{"thp", "always on", "sys/kernel/mm/transparent_hugepage/enabled", "a [madvise] never"},
	{"ksm", "KSM", "sys/kernel/mm/ksm/run", "0"},
	{"numa-balancing", "unmaps", "proc/sys/kernel/numa_balancing", "0"},
	{"swap", "does not switch it off", "proc/swaps", "Filename\tType\n"},
	{"memlock", "8192 KiB", "proc/self/limits",
	 "Max locked memory unlimited unlimited bytes\nMax realtime priority 0 0\n"},
};

static void each_fault_is_found_and_mended(void **state)
{
	(void)state;
	machine_make();
	for (size_t i = 0; i < COUNT_OF(faults); i++) {
		const struct gng_rtconf_finding *finding;

		audit();
		finding = find(faults[i].code);
		if (!finding || finding->ok || !strstr(finding->evidence, faults[i].words))
			suite_fail("%s: %s", faults[i].code, finding ? finding->evidence : "none");
		assert_string_not_equal(finding->remedy, "");
		command_text(faults[i].file, faults[i].text);
		audit();
		finding = find(faults[i].code);
		if (!finding || !finding->ok)
			suite_fail("%s is not mended: %s", faults[i].code,
				   finding ? finding->evidence : "none");
		assert_string_equal(finding->remedy, "");
	}
}

/* Groups of v2 have no number; the tightest of a group and of those above it binds. */
static void the_tightest_quota_above_a_group_is_told(void **state)
{
	static const struct {
		const char *groups, *inner, *outer, *words;
	} cases[] = {
		{"0::/a/b\n", "max 100000", "max 100000", "no control group limits"},
		{"0::/a/b\n", "50000 100000", "max 100000",
		 "50000 us of each 100000 us the "
		 "control group /a/b "},
		{"0::/a/b\n", "50000 100000", "10000 50000",
		 "10000 us of each 50000 us the control "
		 "group /a "},
		{"0::/a/b\n", "5000 100000", "10000 50000", "5000 us of each 100000"},
		{"0::/a\n", "5000 100000", "max 100000", "no control group limits"},
		{"7:cpu:/other\n0::/a/b\n", "5000 100000", "max 100000", "control group /a/b "},
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		command_text("proc/self/cgroup", cases[i].groups);
		command_text("sys/fs/cgroup/a/b/cpu.max", cases[i].inner);
		command_text("sys/fs/cgroup/a/cpu.max", cases[i].outer);
		audit();
		if (!find("quota") || !strstr(find("quota")->evidence, cases[i].words))
			suite_fail("%zu: %s", i, find("quota") ? find("quota")->evidence : "none");
	}
	command_text("proc/self/cgroup", "0::/nowhere\n");
	audit();
	assert_null(find("quota"));
	/* the root of a container's own hierarchy has a limit, too */
	command_text("sys/fs/cgroup/cpu.max", "150000 100000");
	audit();
	assert_non_null(strstr(find("quota")->evidence, "control group / stops"));
}

static void a_core_that_is_shared_is_named(void **state)
{
	(void)state;
	machine_make();
	audit();
	assert_non_null(strstr(find("smt")->evidence, "siblings 0,2"));
	command_text(CPU "cpu2/topology/thread_siblings_list", "2");
	command_text(CPU "cpu3/topology/thread_siblings_list", "3");
	audit();
	assert_true(find("smt")->ok);
}

/* A kernel numbers the second threads of cores behind all the first, or beside each. Either way the
 * numbers 2 to 5 stand for cores that somebody shares: others in the first, they in the second. */
static void cpus_2_to_5_share_cores_in_either_numbering(void **state)
{
	static const char *const numberings[][4] = {{"2,10", "3,11", "4,12", "5,13"},
						    {"2-3", "2-3", "4-5", "4-5"},
						    {"2", "3", "4", "5"}};
	const struct gng_rtconf_cpus cpus = machine_cpus("2-5");

	(void)state;
	machine_make();
	for (size_t i = 0; i < COUNT_OF(numberings); i++) {
		for (unsigned int cpu = 0; cpu < 4; cpu++) {
			char path[96];

			snprintf(path, sizeof(path), CPU "cpu%u/topology/thread_siblings_list",
				 cpu + 2);
			command_text(path, numberings[i][cpu]);
		}
		num = gng_rtconf_audit(findings, command_folder(), &cpus);
		assert_non_null(find("smt"));
		assert_int_equal(find("smt")->ok, i == 2); /* where no core has two threads */
	}
}

static void audit_words(const char *words)
{
	const struct gng_rtconf_finding *finding;

	audit();
	finding = find("preemption");
	if (finding->ok || !strstr(finding->evidence, words))
		suite_fail("'%s' lacks '%s'", finding->evidence, words);
}

/* "PREEMPT_DYNAMIC" in the version is true of a kernel that preempts no system call, too. */
static void dynamic_preemption_is_believed_where_it_is_full_only(void **state)
{
	(void)state;
	machine_make();
	command_text("proc/version", "Linux version 6.18 SMP PREEMPT_DYNAMIC");
	command_text("proc/cmdline", "quiet");
	audit_words("preemption is unknown, not full");
	command_text("proc/cmdline", "quiet preempt=none ro");
	audit_words("preemption is none, not full");
	assert_non_null(strstr(find("preemption")->remedy, "preempt=full"));
	command_text("proc/cmdline", "quiet preempt=full\n");
	audit_words("but not all of it");
	command_text("sys/kernel/debug/sched/preempt", "none (voluntary) full\n");
	audit_words("preemption is voluntary, not full");
	command_text("sys/kernel/debug/sched/preempt", "none voluntary (full)\n");
	audit_words("but not all of it");
}

/* Without its knob in debugfs the version tells. */
static void a_fair_server_out_of_reach_is_told_by_the_version(void **state)
{
	(void)state;
	machine_make();
	unlink(command_path("sys/kernel/debug/sched/fair_server/cpu2/runtime"));
	audit();
	assert_non_null(strstr(find("fair-server")->evidence, "cannot be reached"));
	command_text("proc/sys/kernel/osrelease", "6.1.0-40-cloud");
	audit();
	assert_null(find("fair-server"));
}

static void a_machine_without_files_has_no_findings_but_isolation(void **state)
{
	const struct gng_rtconf_cpus cpus = machine_cpus("2-3");

	(void)state;
	command_text("empty/x", "");
	num = gng_rtconf_audit(findings, command_path("empty"), &cpus);
	for (size_t i = 0; i < num; i++)
		if (strcmp(findings[i].code, "isolated") != 0 &&
		    strcmp(findings[i].code, "tick") != 0)
			suite_fail("%s: %s", findings[i].code, findings[i].evidence);
	assert_int_equal(num, 2);
}

const struct suite_test suite_tests[] = {
	TEST(each_fault_is_found_and_mended, "T1.rtconf.audit"),
	TEST(the_tightest_quota_above_a_group_is_told, "T1.rtconf.audit"),
	TEST(dynamic_preemption_is_believed_where_it_is_full_only, "T1.rtconf.audit"),
	TEST(a_core_that_is_shared_is_named, "T1.rtconf.audit"),
	TEST(cpus_2_to_5_share_cores_in_either_numbering, "T1.rtconf.audit"),
	TEST(a_fair_server_out_of_reach_is_told_by_the_version, "T1.rtconf.audit"),
	TEST(a_machine_without_files_has_no_findings_but_isolation, "T1.rtconf.audit"),
	{0},
};
