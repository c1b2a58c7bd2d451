/* SPDX-License-Identifier: Apache-2.0 */
/* unit_test.c - units of systemd: what it would ignore, by our table and by systemd itself. */
#include "machine.h"

static const struct {
	const char *text;
	size_t line;	   /* of the complaint; 0 with words: about the whole unit */
	const char *words; /* NULL: no complaint */
} units[] = {
	{"[Service]\nExecStart=/bin/true\n", 0, NULL},
	{"[Service]\nCPUSchedulingPolicy=fifo\nCPUSchedulingPriority=80\nLimitMEMLOCK=infinity", 0,
	 NULL},
	{"[Service]\nCPUAffinity=2-3 5,6\nNUMAPolicy=bind\nNUMAMask=0-1\n", 0, NULL},
	{"# [x]\n; y\n\n[Service]\n  Nice = -20  \nCPUAffinity=\\\n 1 \\\n 2\n", 0, NULL},
	{"[Service]\nCPUAffinity=numa\nLimitMEMLOCK=64M:1G\nLimitRTPRIO=98\n", 0, NULL},
	{"[Service]\nCPUSchedulingPolicy=first\n", 2, "CPUSchedulingPolicy=first"},
	{"[Service]\nCPUSchedulingPolicy=FIFO\n", 2, "one of other"},
	{"[Service]\nA=1\nCPUSchedullingPolicy=fifo\n", 3, "write CPUSchedulingPolicy="},
	{"[Service]\nCPUSchedulingpolicy=fifo\n", 2, "write CPUSchedulingPolicy="},
	{"[Service]\nCPUAfinity=1\n", 2, "write CPUAffinity="},
	{"[Unit]\nCPUAffinity=1\n[Service]\n", 2, "in [Unit]"},
	{"[Service]\nCPUSchedulingPriority=0\n", 0, NULL},
	{"[Service]\nCPUSchedulingPriority=-1\n", 2, "0 to 99"},
	{"[Service]\nCPUSchedulingPriority=100\n", 2, "0 to 99"},
	{"[Service]\nCPUSchedulingPriority=80\n", 2, "has no effect"},
	{"[Service]\nCPUSchedulingPolicy=rr\nCPUSchedulingPriority=0\nLimitMEMLOCK=1G\n", 3,
	 "does not start"},
	{"[Service]\nCPUSchedulingPolicy=rr\nLimitMEMLOCK=infinity\n", 2, "priority 1"},
	{"[Service]\nCPUSchedulingPolicy=fifo\nCPUSchedulingPriority=99\nLimitMEMLOCK=1G\n", 3,
	 "migration"},
	{"[Service]\nCPUSchedulingPolicy=fifo\nCPUSchedulingPriority=8\n", 2, "mlockall"},
	{"[Service]\nCPUAffinity=2-\n", 2, "CPUs such as"},
	{"[Service]\nNUMAPolicy=strict\n", 2, "interleave"},
	{"[Service]\nNUMAPolicy=bind\n", 2, "NUMAMask"},
	{"[Service]\nLimitMEMLOCK=all\n", 2, "infinity"},
	{"[Service]\nLimitMEMLOCK=1GiB\n", 2, "infinity"},
	{"[Service]\nLimitRTPRIO=98K\n", 2, "a number"},
	{"[Service]\nNice=-21\n", 2, "-20 to 19"},
	{"[Service]\nIOSchedulingClass=rt\n", 2, "realtime"},
	{"[Service]\nIOSchedulingPriority=8\n", 2, "0 to 7"},
	{"[Service]\nOOMScoreAdjust=-1001\n", 2, "-1000"},
	{"[Service]\nCPUSchedulingResetOnFork=maybe\n", 2, "yes or no"},
	{"[Service]\nnonsense\n", 2, "without '='"},
	{"[Service]\n\\\n\\\nNice=99\n", 2, "-20 to 19"},
	{"[Unit]\nDescription=x\n", 0, "no section [Service]"},
	{"", 0, "no section [Service]"},
};

struct heard {
	size_t num;
	struct gng_rtconf_complaint first;
};

static void hear(void *context, const struct gng_rtconf_complaint *one)
{
	struct heard *heard = context;

	if (heard->num++ == 0)
		heard->first = *one;
}

static void what_systemd_would_ignore_is_a_complaint(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT_OF(units); i++) {
		struct heard heard = {0};
		const size_t num =
			gng_rtconf_unit(units[i].text, strlen(units[i].text), hear, &heard);

		if (num != (units[i].words != NULL) || heard.num != num)
			suite_fail("%s: %zu complaints, %s", units[i].text, num, heard.first.text);
		if (num && (heard.first.line != units[i].line ||
			    !strstr(heard.first.text, units[i].words)))
			suite_fail("%s: line %zu: %s", units[i].text, heard.first.line,
				   heard.first.text);
		assert_int_equal(num, units[i].words != NULL);
	}
}

/* systemd_ignores asks the real one; the rows that we find by comparing lines are not its own. */
static bool systemd_ignores(const char *text)
{
	char unit[4096];

	snprintf(unit, sizeof(unit), "%s\nExecStart=/bin/true\n", text);
	command_text("gonogo-unit.service", unit);
	command("LC_ALL=C timeout 20 systemd-analyze verify ./gonogo-unit.service");
	return strstr(command_err, "gnoring") || strstr(command_err, "Failed to parse");
}

static void systemd_ignores_the_same(void **state)
{
	size_t num = 0;

	(void)state;
	if (command("command -v systemd-analyze") != 0)
		return gng_probe_skip("systemd-analyze is not installed",
				      "apt-get install systemd");
	for (size_t i = 0; i < COUNT_OF(units); i++) {
		const bool own =
			units[i].words && strstr(units[i].words, "MEMLOCK") == NULL &&
			(strstr(units[i].words, "has no effect") ||
			 strstr(units[i].words, "priority 1") ||
			 strstr(units[i].words, "migration") ||
			 strstr(units[i].words, "not start") ||
			 strstr(units[i].words, "mlockall") || strstr(units[i].words, "NUMAMask"));

		if (own || strncmp(units[i].text, "[Service]", 9) != 0)
			continue;
		if (systemd_ignores(units[i].text) != (units[i].words != NULL))
			suite_fail("%s: systemd says: %s", units[i].text, command_err);
		num++;
	}
	assert_in_range(num, 20, COUNT_OF(units));
}

const struct suite_test suite_tests[] = {
	TEST(what_systemd_would_ignore_is_a_complaint, "T1.rtconf.unit"),
	TEST_SLOW(systemd_ignores_the_same, "T1.rtconf.unit"),
	{0},
};
