/* SPDX-License-Identifier: Apache-2.0 */
/*
 * effects_test.c - what isolcpus, nohz_full, rcu_nocbs and PREEMPT_RT do, by behaviour. In the
 * guest of effects.case each parameter has a CPU of its own, so that it is told from the others;
 * that of plain.case is the same without any, and the kernel's flavour decides over PREEMPT_RT.
 */
/* requires: jansson */
#include <jansson.h>

#include "machine.h"

#include <fcntl.h>
#include <sched.h>

#include <gng_sysfile.h>
#include <rtconf_effects.h>

#define CROWD_MS 300
#define SPIN_MS 2000
#define NUM_GUEST_CPUS 4
#define HZ 250 /* CONFIG_HZ of Debian's kernels for amd64 */

/* in_guest is false, with a skip, on the machine of a person. */
static bool in_guest(const char *lab_case)
{
	char remedy[64];

	if (getenv("GNG_LAB"))
		return true;
	snprintf(remedy, sizeof(remedy), "gonogo lab run %s", lab_case);
	gng_probe_skip("the kernel of this machine has the parameters that it has", remedy);
	return false;
}

static bool is_rt(void)
{
	return strstr(getenv("GNG_LAB"), "-rt");
}

static struct gng_rtconf_effects effects_on(int cpu, int priority, unsigned int spin_ms)
{
	const struct gng_rtconf_thread thread = {.cpu = cpu, .priority = priority};
	struct gng_rtconf_effects effects;
	struct gng_why why;

	if (gng_rtconf_effects(&effects, &thread, spin_ms, &why) != GNG_OK)
		suite_fail("CPU %d: %s", cpu, why.text);
	return effects;
}

/* ---- the audit, as the command prints it ---- */

/* audited is `gonogo rt audit --cpus CPU --json`: a guest has no shell, but it has the command. */
static json_t *audited(int cpu)
{
	char number[16];
	char *words[] = {"rt", "audit", "--cpus", number, "--json", NULL};
	const char *path = command_path("audit.json");
	const int out = dup(1), file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	json_t *findings;

	snprintf(number, sizeof(number), "%d", cpu);
	optind = 1; /* getopt(3) goes on where it was */
	fflush(stdout);
	assert_true(out >= 0 && dup2(file, 1) == 1);
	assert_int_equal(gng_rtconf_main(5, words), 1); /* a guest of QEMU always wants mending */
	fflush(stdout);
	assert_int_equal(dup2(out, 1), 1);
	close(out);
	close(file);
	findings = json_load_file(path, 0, NULL);
	assert_true(json_is_array(findings));
	return findings;
}

static void audit_says(int cpu, const char *code, bool ok)
{
	json_t *findings = audited(cpu), *finding;
	bool found = false;
	size_t i;

	json_array_foreach(findings, i, finding)
	{
		if (strcmp(json_string_value(json_object_get(finding, "code")), code) != 0)
			continue;
		found = true;
		if (json_is_true(json_object_get(finding, "ok")) != ok)
			suite_fail("CPU %d: the audit says of %s: %s", cpu, code,
				   json_string_value(json_object_get(finding, "evidence")));
	}
	if (!found)
		suite_fail("CPU %d: the audit has no finding %s", cpu, code);
	json_decref(findings);
}

/* ---- isolcpus ---- */

/* Who asks for an isolated CPU by name gets it all the same. */
static void crowd_is_kept_out(int cpu, bool out)
{
	struct gng_rtconf_cpus cpus = {.bits = {UINT64_C(1) << cpu}};
	struct gng_rtconf_crowd crowd;

	assert_int_equal(gng_rtconf_crowd(&crowd, &cpus, CROWD_MS, NULL), GNG_OK);
	assert_true(crowd.num_threads >= NUM_GUEST_CPUS && crowd.num_looks > 1000);
	assert_int_equal(crowd.num_let_in, crowd.num_threads);
	printf("CPU %d: a crowd is inside %lu of %lu times\n", cpu, (unsigned long)crowd.num_inside,
	       (unsigned long)crowd.num_looks);
	if (out)
		assert_int_equal(crowd.num_inside, 0);
	else
		assert_true(crowd.num_inside > crowd.num_looks / 40);
	audit_says(cpu, "isolated", out);
}

static void isolcpus_keeps_others_out_and_nothing_else_does(void **state)
{
	(void)state;
	if (!in_guest("rtconf-effects"))
		return;
	for (int cpu = 0; cpu < NUM_GUEST_CPUS; cpu++)
		crowd_is_kept_out(cpu, cpu == 2);
}

static void without_isolcpus_others_come_everywhere(void **state)
{
	(void)state;
	if (!in_guest("rtconf-plain"))
		return;
	for (int cpu = 0; cpu < NUM_GUEST_CPUS; cpu++)
		crowd_is_kept_out(cpu, false);
}

/* ---- nohz_full ---- */

/* An emulated CPU may be away for a while, and then its ticks are fewer. */
static void tick_stops(int cpu, bool stops)
{
	const struct gng_rtconf_effects effects = effects_on(cpu, 0, SPIN_MS);

	printf("CPU %d: %lu ticks in %lu ms\n", cpu, (unsigned long)effects.num_ticks,
	       (unsigned long)(effects.spun_ns / 1000000));
	assert_true(effects.spun_ns >= SPIN_MS * UINT64_C(1000000));
	if (stops)
		assert_true(effects.num_ticks < SPIN_MS * HZ / 1000 / 20);
	else
		assert_true(effects.num_ticks > SPIN_MS * HZ / 1000 / 10);
	audit_says(cpu, "tick", stops);
}

static void nohz_full_stops_the_tick_and_nothing_else_does(void **state)
{
	(void)state;
	if (!in_guest("rtconf-effects"))
		return;
	for (int cpu = 0; cpu < NUM_GUEST_CPUS; cpu++)
		tick_stops(cpu, cpu == 3);
}

static void without_nohz_full_it_ticks_everywhere(void **state)
{
	(void)state;
	if (!in_guest("rtconf-plain"))
		return;
	for (int cpu = 0; cpu < NUM_GUEST_CPUS; cpu++)
		tick_stops(cpu, false);
}

/* ---- rcu_nocbs ---- */

/* 20,000 callbacks keep a thread busy for more than 10 ms here. A CPU that has none may still
 * report quiescent states: so its softirq is not silent, but is called some 50 times less often. */
static void callbacks_run_elsewhere(int cpu, bool elsewhere)
{
	const struct gng_rtconf_effects effects = effects_on(cpu, 0, 1);

	printf("CPU %d: %lu softirqs, %lu us here, %lu us elsewhere\n", cpu,
	       (unsigned long)effects.num_rcu_softirqs, (unsigned long)(effects.rcu_here_ns / 1000),
	       (unsigned long)(effects.rcu_there_ns / 1000));
	assert_int_equal(effects.num_freed, 20000);
	if (elsewhere) {
		assert_true(effects.rcu_there_ns > 4000000);
		assert_true(effects.num_rcu_softirqs < 300);
	} else {
		assert_true(effects.rcu_there_ns < 1000000);
		assert_true(effects.num_rcu_softirqs > 600 || effects.rcu_here_ns > 4000000);
	}
	audit_says(cpu, "rcu", elsewhere);
}

/* nohz_full implies it. */
static void rcu_nocbs_moves_callbacks_and_isolcpus_does_not(void **state)
{
	(void)state;
	if (!in_guest("rtconf-effects"))
		return;
	for (int cpu = 0; cpu < NUM_GUEST_CPUS; cpu++)
		callbacks_run_elsewhere(cpu, cpu == 1 || cpu == 3);
}

static void without_rcu_nocbs_callbacks_run_where_they_are_made(void **state)
{
	(void)state;
	if (!in_guest("rtconf-plain"))
		return;
	for (int cpu = 0; cpu < NUM_GUEST_CPUS; cpu++)
		callbacks_run_elsewhere(cpu, false);
}

/* ---- PREEMPT_RT ---- */

static void preempt_rt_lets_a_timer_wait_for_a_thread(void **state)
{
	struct gng_rtconf_effects effects;

	(void)state;
	if (!in_guest("rtconf-plain"))
		return;
	for (int cpu = 0; cpu < NUM_GUEST_CPUS; cpu++) {
		effects = effects_on(cpu, 60, 1);
		assert_int_equal(effects.timer_waited, is_rt());
		assert_true(effects.timer_ran);
		audit_says(cpu, "preemption", is_rt());
	}
}

/* count_threads counts threads in SCHED_FIFO 50 that serve an interrupt of virtio. */
static void count_threads(void *context, const char *root, const char *name)
{
	char path[64], comm[64];
	struct sched_param param;

	snprintf(path, sizeof(path), "/proc/%.20s/comm", name);
	if (name[strspn(name, "0123456789")] || !gng_sysfile_read(comm, sizeof(comm), root, path) ||
	    strncmp(comm, "irq/", 4) != 0 || !strstr(comm, "virtio"))
		return;
	if (sched_getscheduler(atoi(name)) == SCHED_FIFO &&
	    sched_getparam(atoi(name), &param) == 0 && param.sched_priority == 50)
		++*(unsigned int *)context;
}

static void preempt_rt_serves_interrupts_by_threads(void **state)
{
	unsigned int num = 0;

	(void)state;
	if (!in_guest("rtconf-plain"))
		return;
	gng_sysfile_each("", "/proc", count_threads, &num);
	assert_true(is_rt() ? num > 0 : num == 0);
}

/* ---- here ---- */

static void thread_of(const char *name, const char *comm, const char *schedstat)
{
	char path[64];

	snprintf(path, sizeof(path), "proc/%s/comm", name);
	command_text(path, comm);
	snprintf(path, sizeof(path), "proc/%s/schedstat", name);
	command_text(path, schedstat);
}

static void each_thread_of_rcu_is_told_from_the_others(void **state)
{
	struct rtconf_callbacks callbacks;

	(void)state;
	thread_of("11", "rcuop/2\n", "1000 7 7\n");
	thread_of("12", "rcuos/2\n", "200 7 7\n");
	thread_of("13", "rcuog/2\n", "30000 7 7\n");
	thread_of("14", "rcuop/12\n", "400000 7 7\n");
	thread_of("15", "rcuc/2\n", "5 7 7\n");
	thread_of("16", "rcuc/3\n", "60 7 7\n");
	thread_of("17", "bash\n", "7000000 7 7\n");
	thread_of("self", "rcuop/2\n", "80000000 7 7\n");
	command_text("proc/softirqs", "          CPU0  CPU1  CPU2  CPU3\n"
				      " HRTIMER:     1     2     3     4\n"
				      "     RCU:    50    60    70    80\n");
	callbacks = rtconf_callbacks_of(command_folder(), 2);
	assert_int_equal(callbacks.there_ns, 1200);
	assert_int_equal(callbacks.here_ns, 5);
	assert_int_equal(callbacks.num_softirqs, 70);
	assert_int_equal(rtconf_column(command_folder(), "/proc/softirqs", "RCU", 0), 50);
	assert_int_equal(rtconf_column(command_folder(), "/proc/softirqs", "TIMER", 2), 0);
	assert_int_equal(rtconf_column(command_folder(), "/proc/not-there", "RCU", 2), 0);
}

static void what_is_counted_here_is_what_was_done(void **state)
{
	struct gng_rtconf_thread nowhere = {.cpu = -1};
	struct gng_rtconf_effects effects;
	struct gng_why why;

	(void)state;
	effects = effects_on(machine_last_cpu(), 0, 200);
	assert_true(effects.spun_ns >= 200000000u);
	assert_int_equal(effects.num_freed, 20000);
	assert_false(effects.timer_waited || effects.timer_ran);
	if (!gng_sysfile_number("", "/sys/devices/system/cpu/nohz_full"))
		assert_true(effects.num_ticks >= 10); /* 100 Hz, and half of the time elsewhere */
	assert_int_equal(gng_rtconf_effects(&effects, &nowhere, 1, &why), GNG_EINVAL);
	nowhere.cpu = 1023;
	assert_int_equal(gng_rtconf_effects(&effects, &nowhere, 1, &why), GNG_EINVAL);
}

const struct suite_test suite_tests[] = {
	TEST(isolcpus_keeps_others_out_and_nothing_else_does, "T1.rtconf.effects"),
	TEST(without_isolcpus_others_come_everywhere, "T1.rtconf.effects"),
	TEST(nohz_full_stops_the_tick_and_nothing_else_does, "T1.rtconf.effects"),
	TEST(without_nohz_full_it_ticks_everywhere, "T1.rtconf.effects"),
	TEST(rcu_nocbs_moves_callbacks_and_isolcpus_does_not, "T1.rtconf.effects"),
	TEST(without_rcu_nocbs_callbacks_run_where_they_are_made, "T1.rtconf.effects"),
	TEST(preempt_rt_lets_a_timer_wait_for_a_thread, "T1.rtconf.effects"),
	TEST(preempt_rt_serves_interrupts_by_threads, "T1.rtconf.effects"),
	TEST(each_thread_of_rcu_is_told_from_the_others, "T1.rtconf.effects"),
	TEST(what_is_counted_here_is_what_was_done, "T1.rtconf.effects"),
	{0},
};
