/* SPDX-License-Identifier: Apache-2.0 */
/* preflight_test.c - the build that goes to OSS-Fuzz is fit, and the check of it can fail. */
#include "planted.h"

/* in_source runs a script of the source tree; *ran is false where there is none or a tool lacks. */
static bool in_source(const char *command)
{
	char source[PATH_MAX] = "", whole[2 * PATH_MAX];
	FILE *facts;
	int status;

	planted_open();
	snprintf(whole, sizeof(whole), "%s/gonogo.facts", fixture_build_dir());
	facts = fopen(whole, "r");
	assert_non_null(facts);
	assert_int_equal(fscanf(facts, "source\t%4000[^\n]", source), 1);
	fclose(facts);
	snprintf(whole, sizeof(whole), "test -x %s/ci/fuzz-preflight", source);
	status = planted_shell(whole);
	if (status == 0) {
		snprintf(whole, sizeof(whole), "%s/%s", source, command);
		status = planted_shell(whole);
	} else {
		status = 3;
	}
	if (status == 3) {
		gng_probe_skip("no source tree, or bwrap, objdump or clang is not installed",
			       "ci/setup fuzz");
		return false;
	}
	if (status != 0)
		suite_fail("%s%s", fixture_read("stderr"), fixture_read("stdout"));
	return true;
}

static void each_bad_fuzzer_is_reported(void **state)
{
	(void)state;
	if (in_source("ci/fuzz-preflight --prove"))
		fixture_expect("stdout", "20 faults planted, all reported");
}

static void all_fuzzers_are_fit(void **state)
{
	(void)state;
	if (in_source("ci/fuzz-preflight"))
		fixture_expect("stdout", "fuzzers are fit for OSS-Fuzz (address)");
}

const struct suite_test suite_tests[] = {
	TEST_SLOW(each_bad_fuzzer_is_reported, "H1.fuzz.preflight"),
	TEST_SLOW(all_fuzzers_are_fit, "H1.fuzz.preflight"),
	{0},
};
