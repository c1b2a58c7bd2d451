/* SPDX-License-Identifier: Apache-2.0 */
/* reference_test.c - the OpenMetrics reference parser reads the export of a folder whole. */
/* requires: openmetrics */
#include "folder.h"

static const char script[] =
	"import sys\n"
	"from prometheus_client.openmetrics.parser import text_string_to_metric_families as read\n"
	"for family in read(open('stdout').read()):\n"
	"    print(family.name, family.type, family.unit, len(family.samples))\n";

static void reference_parser_reads_the_metrics(void **state)
{
	(void)state;
	folder_make();
	assert_int_equal(folder_export("--format openmetrics"), 0);
	folder_write("read.py", script);
	assert_int_equal(
		folder_shell("cd '%s' && /usr/bin/python3 read.py >families 2>stderr # %s%s", ""),
		0);
	assert_non_null(strstr(folder_output("families"), "gonogo_go gauge  1\n"));
	assert_non_null(strstr(folder_output("families"), "gonogo_records gauge  6\n"));
	assert_non_null(
		strstr(folder_output("families"), "gonogo_test_duration_seconds gauge seconds "));
}

const struct suite_test suite_tests[] = {
	TEST_SLOW(reference_parser_reads_the_metrics, "H1.export.openmetrics"),
	{0},
};
