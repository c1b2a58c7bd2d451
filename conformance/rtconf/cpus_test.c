/* SPDX-License-Identifier: Apache-2.0 */
/* cpus_test.c - sets of CPUs in the formats of cpuset(7), and what the command line lacks. */
#include "machine.h"

static const struct {
	const char *list, *again, *mask; /* again NULL: no list */
} lists[] = {
	{"", "", "0"},
	{"0", "0", "1"},
	{"2-5", "2-5", "3c"},
	{"5,2-4,3", "2-5", "3c"},
	{"0,2,4-6\n", "0,2,4-6", "75"},
	{"31,32", "31-32", "1,80000000"},
	{"1023", "1023", NULL},
	{"1024", NULL, NULL},
	{"99999999999999999999", NULL, NULL},
	{"3-1", NULL, NULL},
	{"-1", NULL, NULL},
	{"1-", NULL, NULL},
	{"1,", NULL, NULL},
	{",1", NULL, NULL},
	{"1 2", NULL, NULL},
	{"0x1", NULL, NULL},
	{"a", NULL, NULL},
	{"(null)", NULL, NULL},
};

static void lists_are_read_and_written(void **state)
{
	char text[GNG_RTCONF_CPUS_TEXT];

	(void)state;
	for (size_t i = 0; i < COUNT_OF(lists); i++) {
		struct gng_rtconf_cpus cpus;
		struct gng_why why = {0};
		const enum gng_status status = gng_rtconf_cpus_read(&cpus, lists[i].list, &why);

		assert_int_equal(status, lists[i].again ? GNG_OK : GNG_EFORMAT);
		if (status != GNG_OK) {
			assert_non_null(strstr(why.text, "no list of CPUs"));
			continue;
		}
		assert_string_equal(gng_rtconf_cpus_list(text, &cpus), lists[i].again);
		if (lists[i].mask)
			assert_string_equal(
				gng_rtconf_cpus_mask(text, &cpus, cpus.bits[0] >> 32 ? 33 : 32),
				lists[i].mask);
	}
}

static void a_long_list_is_cut_between_its_parts(void **state)
{
	struct gng_rtconf_cpus cpus;
	char text[GNG_RTCONF_CPUS_TEXT];

	(void)state;
	memset(&cpus, 0x55, sizeof(cpus));
	assert_int_equal(gng_rtconf_cpus_count(&cpus), GNG_RTCONF_MAX_CPUS / 2);
	gng_rtconf_cpus_list(text, &cpus);
	assert_true(strlen(text) < sizeof(text));
	assert_int_equal(gng_rtconf_cpus_read(&cpus, text, NULL), GNG_OK);
	assert_false(gng_rtconf_cpus_has(&cpus, 1));
	assert_false(gng_rtconf_cpus_has(&cpus, GNG_RTCONF_MAX_CPUS));
}

static const struct {
	const char *line, *add;
} lines[] = {
	{"quiet", "isolcpus=managed_irq,domain,2-3 nohz_full=2-3 rcu_nocbs=2-3"},
	{"isolcpus=managed_irq,domain,2-3 nohz_full=2-3 rcu_nocbs=2-3", ""},
	{"isolcpus=domain,managed_irq,0-7 nohz_full=1-3 rcu_nocbs=0-7", ""},
	{"isolcpus=2-3 nohz_full=2-3 rcu_nocbs=2-3", "isolcpus=managed_irq,domain,2-3"},
	{"isolcpus=managed_irq,2 nohz_full=2 rcu_nocbs=2",
	 "isolcpus=managed_irq,domain,2-3 nohz_full=2-3 rcu_nocbs=2-3"},
	{"nohz_full=2-3 nohz_full=1 xrcu_nocbs=2-3",
	 "isolcpus=managed_irq,domain,2-3 nohz_full=2-3 rcu_nocbs=2-3"},
	/* nohz_full implies rcu_nocbs, and not the other way round */
	{"isolcpus=managed_irq,2-3 nohz_full=2-3", ""},
	{"isolcpus=managed_irq,2-3 nohz_full=2-3 rcu_nocbs=x", ""},
	{"isolcpus=managed_irq,2-3 nohz_full=2 rcu_nocbs=3", "nohz_full=2-3"},
	{"isolcpus=managed_irq,2-3 rcu_nocbs=2-3", "nohz_full=2-3"},
	{"isolcpus=managed_irq,2-3 nohz_full=2", "nohz_full=2-3 rcu_nocbs=2-3"},
	{"isolcpus=2-3 nohz_full=2-3", "isolcpus=managed_irq,domain,2-3"},
	{"nohz_full=nonsense", "isolcpus=managed_irq,domain,2-3 nohz_full=2-3 rcu_nocbs=2-3"},
};

static void the_command_line_lacks_what_is_added(void **state)
{
	const struct gng_rtconf_cpus cpus = machine_cpus("2-3");
	char add[3 * GNG_RTCONF_CPUS_TEXT];

	(void)state;
	for (size_t i = 0; i < COUNT_OF(lines); i++) {
		gng_rtconf_boot(add, lines[i].line, &cpus);
		assert_string_equal(add, lines[i].add);
	}
}

const struct suite_test suite_tests[] = {
	TEST(lists_are_read_and_written, "T1.rtconf.boot"),
	TEST(a_long_list_is_cut_between_its_parts, "T1.rtconf.boot"),
	TEST(the_command_line_lacks_what_is_added, "T1.rtconf.boot"),
	{0},
};
