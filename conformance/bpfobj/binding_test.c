/* SPDX-License-Identifier: Apache-2.0 */
/* binding_test.c - the Go package of impl/bpfobj/go, by its own tests: each is named here. */
/* needs: bpf */
/* requires: go */
#include "samples.h"

#include "../command.h"

/* passes runs one test of the Go package, which must say that it passed. */
static void passes(const char *name, bool loads)
{
	char path[PATH_MAX + 16];

	snprintf(path, sizeof(path), "%s/go/bpfobj.test", command_build_dir());
	if (access(path, X_OK) != 0)
		return gng_probe_skip("the Go package was not built",
				      "gonogo check --builds release,asan, in the source tree");
	if (!samples_path("life") || (loads && !samples_may()))
		return;
	if (command("GNG_BUILD_DIR='%s' '%s' -test.v -test.timeout 50s -test.run '^%s$'",
		    command_build_dir(), path, name) != 0)
		suite_fail("%s: %s%s", name, command_out, command_err);
	assert_non_null(strstr(command_out, "--- PASS: "));
}

#define CLAIM(function, name, loads)       \
	static void function(void **state) \
	{                                  \
		(void)state;               \
		passes(name, loads);       \
	}

CLAIM(go_goes_through_the_states, "TestAModuleGoesThroughItsStates", true)
CLAIM(go_has_errno_class_and_log_of_a_refusal, "TestARefusalIsAnErrnoWithItsClass", true)
CLAIM(go_returns_errors_for_bad_input, "TestBadInputIsAnError", false)
CLAIM(go_refuses_use_after_close, "TestUseAfterCloseIsAnErrorInEveryMethod", false)
CLAIM(go_closes_nothing_by_a_collector, "TestACollectorClosesNothing", true)
CLAIM(go_shares_a_module_among_goroutines, "TestGoroutinesShareAModule", true)

const struct suite_test suite_tests[] = {
	TEST(go_goes_through_the_states, "B1.bpf.loaders"),
	TEST(go_has_errno_class_and_log_of_a_refusal, "B1.bpf.loaders"),
	TEST(go_returns_errors_for_bad_input, "B1.bpf.loaders"),
	TEST(go_refuses_use_after_close, "B1.bpf.loaders"),
	TEST(go_closes_nothing_by_a_collector, "B1.bpf.loaders"),
	TEST(go_shares_a_module_among_goroutines, "B1.bpf.loaders"),
	{0},
};
