/* SPDX-License-Identifier: Apache-2.0 */
/* command_test.c - `gonogo rt` as it is typed, on a made-up machine and on this one. */
/* requires: jansson */
#include <jansson.h>

#include "machine.h"

static const struct command_refusal refused[] = {
	{"", "audit, plan", 2},
	{"tune", "'tune'", 2},
	{"plan", "--cpus LIST", 2},
	{"plan --cpus 2-", "'2-'", 2},
	{"plan --cpus 2 more", "'more'", 2},
	{"plan --root . --cpus 0-3", "leave at least one", 2},
	{"audit --colour", "--colour", 2},
	{"audit --cpus", "--cpus", 2},
	{"prove --cpus 0-1", "one CPU", 2},
	{"prove --cpus 0 --priority 99", "'99'", 2},
	{"unit", "one file", 2},
	{"unit not-there", "'not-there'", 2},
	{"run --cpus 0", "a command", 2},
	{"restore --saved not-there", "not-there", 2},
	{"apply --root . --cpus 3 --saved /nonexistent/x", "/nonexistent/x", 99},
};

static void a_wrong_word_is_named(void **state)
{
	(void)state;
	machine_make();
	command_refuses("gonogo-rt", refused, COUNT_OF(refused));
	assert_int_equal(command("gonogo-rt --help"), 0);
	assert_int_equal(command("gonogo-rt audit --help"), 0);
}

static void it_audits_plans_applies_and_restores(void **state)
{
	json_t *answer;

	(void)state;
	machine_make();
	assert_int_equal(command("gonogo-rt audit --root . --cpus 2-3 --json"), 1);
	answer = command_json();
	assert_string_equal(json_string_value(json_object_get(json_array_get(answer, 1), "code")),
			    "throttle");
	json_decref(answer);
	assert_int_equal(command("gonogo-rt audit --root ."), 1);
	assert_non_null(strstr(command_out, "for CPU 3 want mending"));
	assert_int_equal(command("gonogo-rt plan --root . --cpus 2-3"), 0);
	assert_non_null(strstr(command_out, "0-3 -> 0-1"));
	machine_holds("proc/irq/24/smp_affinity_list", "0-3");
	assert_int_equal(command("gonogo-rt apply --root . --cpus 2-3 --saved s"), 0);
	assert_non_null(strstr(command_out, "12 applied, 0 refused"));
	machine_holds("proc/irq/24/smp_affinity_list", "0-1");
	assert_int_equal(command("gonogo-rt restore --root . --saved s"), 0);
	machine_holds("proc/irq/24/smp_affinity_list", "0-3");
}

static void boot_prints_the_line_to_add(void **state)
{
	(void)state;
	machine_make();
	assert_int_equal(command("gonogo-rt boot --root . --cpus 2-3"), 1);
	assert_string_equal(command_out,
			    "isolcpus=managed_irq,domain,2-3 nohz_full=2-3 rcu_nocbs=2-3\n");
	command_text("proc/cmdline", command_out);
	assert_int_equal(command("gonogo-rt boot --root . --cpus 2-3"), 0);
}

static void a_unit_is_read(void **state)
{
	(void)state;
	command_text("u.service", "[Service]\nCPUSchedulingPolicy=first\n");
	assert_int_equal(command("gonogo-rt unit u.service"), 1);
	assert_non_null(strstr(command_out, "u.service:2: systemd ignores"));
	command_text("u.service", "[Service]\n");
	assert_int_equal(command("gonogo-rt unit u.service"), 0);
}

static void a_command_runs_as_configured(void **state)
{
	int status;

	(void)state;
	status = command("gonogo-rt run --cpus 0 --priority 7 sh -c "
			 "'chrt -p $$; taskset -p $$; exit 5'");
	if (status == 3)
		return gng_probe_skip(command_err, "root, or ulimit -r 80");
	assert_int_equal(status, 5);
	assert_non_null(strstr(command_out, "SCHED_FIFO"));
	assert_non_null(strstr(command_out, "priority: 7"));
	assert_non_null(strstr(command_out, "mask: 1\n"));
}

const struct suite_test suite_tests[] = {
	TEST(a_wrong_word_is_named, "T1.rtconf.knobs"),
	TEST(it_audits_plans_applies_and_restores, "T1.rtconf.journal T1.rtconf.audit"),
	TEST(boot_prints_the_line_to_add, "T1.rtconf.boot"),
	TEST(a_unit_is_read, "T1.rtconf.unit"),
	TEST(a_command_runs_as_configured, "T1.rtconf.knobs"),
	{0},
};
