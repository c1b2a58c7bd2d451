/* SPDX-License-Identifier: Apache-2.0 */
/* go_test.c - the Go package, by its own tests: each claim here is one or more of them. */
/* requires: go */
#include "golang.h"

#define ALL_TESTS_CAP 64

/* All that the claims below name, so that no Go test stands beside them. */
static const char *const interfaces[] = {"TestSealEqualsCryptoCipher",
					 "TestSealAndOpenWorkInPlace",
					 "TestBlockEqualsCryptoAES",
					 "TestStreamEqualsCryptoCipherInChunks",
					 "TestChainEqualsCryptoCipherInChunks",
					 NULL};
static const char *const refusals[] = {"TestSealRefusesBadInput",	"TestNewRefusesBadKeys",
				       "TestStreamsRefuseBadInput",	"TestParseRefusesBadInput",
				       "TestAForgeryLeavesNoPlaintext", NULL};
static const char *const batches[] = {
	"TestABatchEqualsSingleCalls", "TestABatchRefusesWhatLeavesTheArena",
	"TestMessagesAnywhereEqualSingleCalls", "TestMessagesOfWrongLengthsWriteNothing", NULL};
static const char *const states[] = {"TestUseAfterCloseIsAnError", "TestAZeroHandleIsAClosedOne",
				     "TestCloseWaitsForNobodyAndHurtsNobody",
				     "TestConcurrentUseOfAStreamIsAnError", NULL};
static const char *const lifetimes[] = {
	"TestForgottenHandlesAreCollected", "TestAFinalizerDoesNotOvertakeACall",
	"TestUseKeepsTheMemoryThoughClosed", "TestAReaderKeepsItsObject", NULL};
static const char *const objects[] = {"TestDERIsThatOfCryptoX509", "TestAnErrorIsThatOfItsOwnCall",
				      NULL};
static const char *const callbacks[] = {"TestEachCertificateVisitsInOrder",
					"TestAPanicDoesNotPassThroughC",
					"TestAStaleTokenStopsQuietly", NULL};
static const char *const costs[] = {"TestOperationsAllocateNothing",
				    "TestAViewIsNoCopyAndAllocatesNothing", NULL};
static const char *const examples[] = {
	"ExampleAEAD",	   "ExampleAEAD_SealBatch", "ExampleStream",	      "ExampleDER_Use",
	"ExampleDER_View", "ExampleDER_Reader",	    "ExampleEachCertificate", NULL};
static const char *const *const claims[] = {interfaces, refusals, batches,   states,  lifetimes,
					    objects,	costs,	  callbacks, examples};

static void judge(const char *const *names)
{
	struct golang go;

	if (golang_open(&go))
		golang_pass(&go, "gonogo.test", names);
}

#define CLAIM(function, names)             \
	static void function(void **state) \
	{                                  \
		(void)state;               \
		judge(names);              \
	}

CLAIM(go_gives_the_bytes_of_crypto_cipher, interfaces)
CLAIM(go_returns_errors_for_bad_input, refusals)
CLAIM(go_batches_are_single_calls, batches)
CLAIM(go_handles_survive_wrong_states, states)
CLAIM(go_memory_lives_as_long_as_its_users, lifetimes)
CLAIM(go_objects_are_those_of_crypto_x509, objects)
CLAIM(go_callbacks_neither_panic_nor_dangle, callbacks)
CLAIM(go_examples_print_what_they_say, examples)

/* With a sanitizer Go allocates more: the counts hold for the release build. */
static void go_operations_allocate_nothing(void **state)
{
	struct golang go;

	(void)state;
	if (!golang_open(&go))
		return;
	if (go.asan)
		gng_probe_skip("a sanitizer allocates", "gonogo check --builds release");
	else
		golang_pass(&go, "gonogo.test", costs);
}

static bool named(const char *test)
{
	for (size_t i = 0; i < COUNT_OF(claims); i++)
		for (const char *const *name = claims[i]; *name; name++)
			if (strcmp(*name, test) == 0)
				return true;
	return false;
}

static void every_go_test_stands_behind_a_claim(void **state)
{
	char path[PATH_MAX + 64], *rest;
	const char *const words[] = {path, "-test.list", "^(Test|Example)", NULL};
	struct golang go;
	size_t num = 0, claimed = 0;

	(void)state;
	if (!golang_open(&go))
		return;
	snprintf(path, sizeof(path), "%s/go/gonogo.test", go.build);
	assert_int_equal(golang_run(&go, NULL, words), 0);
	rest = go.said;
	for (char *test; (test = strsep(&rest, "\n"));) {
		if (*test && !named(test))
			suite_fail("%s stands behind no claim of go_test.c: add it to a list",
				   test);
		num += *test != '\0';
	}
	for (size_t i = 0; i < COUNT_OF(claims); i++)
		for (size_t n = 0; claims[i][n]; n++)
			claimed++;
	assert_int_equal(num, claimed);
	golang_close(&go);
}

/* ---- Go's own checkers ---- */

/* run_script runs ci/go with words and requires success. */
static void run_script(struct golang *go, const char *const *words)
{
	const char *argv[GOLANG_MAX_WORDS] = {"/bin/sh", go->script, go->build};
	char line[256];
	size_t i = 0;
	int status;

	for (; words[i]; i++)
		argv[3 + i] = words[i];
	status = golang_run(go, NULL, argv);
	gng_probe_assertion();
	if (status != 0)
		suite_fail("go %s ended with %d: %s", words[0], status, golang_complaint(go, line));
	golang_close(go);
}

static void go_vet_and_gofmt_have_no_complaint(void **state)
{
	static const char *const vet[] = {"vet", ".", NULL};
	char folder[PATH_MAX + 16];
	const char *const format[] = {"gofmt", "-l", folder, NULL};
	struct golang go;

	(void)state;
	if (!golang_open(&go))
		return;
	run_script(&go, vet);
	snprintf(folder, sizeof(folder), "%s/impl/cgo/go", go.source);
	assert_int_equal(golang_run(&go, NULL, format), 0);
	assert_int_equal(go.said_len, 0);
	golang_close(&go);
}

/* The detector sees Go's side; what C does with a handle that two threads share is constant. */
static void go_tests_have_no_data_race(void **state)
{
	static const char *const racy[] = {
		"TestCloseWaitsForNobodyAndHurtsNobody", "TestConcurrentUseOfAStreamIsAnError",
		"TestAFinalizerDoesNotOvertakeACall",	 "TestAnErrorIsThatOfItsOwnCall",
		"TestUseKeepsTheMemoryThoughClosed",	 NULL};
	struct golang go;

	(void)state;
	if (!golang_open(&go))
		return;
	if (go.asan)
		gng_probe_skip("Go has one sanitizer at a time", "gonogo check --builds release");
	else
		golang_pass(&go, "gonogo-race.test", racy);
}

static void go_pointers_pass_the_strictest_check(void **state)
{
	struct golang go;

	(void)state;
	setenv("GODEBUG", "cgocheck=2", 1); /* from Go 1.21 on an experiment of the build instead */
	if (!golang_open(&go))
		return;
	golang_pass(&go, "gonogo.test", interfaces);
	golang_pass(&go, "gonogo.test", batches);
	golang_pass(&go, "gonogo.test", callbacks);
	golang_pass(&go, "gonogo.test", objects);
}

const struct suite_test suite_tests[] = {
	TEST(go_gives_the_bytes_of_crypto_cipher, "C3.go.interfaces"),
	TEST(go_returns_errors_for_bad_input, "C3.go.refusals"),
	TEST(go_batches_are_single_calls, "C3.go.batch"),
	TEST(go_handles_survive_wrong_states, "C3.go.states"),
	TEST(go_memory_lives_as_long_as_its_users, "C3.go.lifetimes"),
	TEST(go_objects_are_those_of_crypto_x509, "C3.go.der"),
	TEST(go_callbacks_neither_panic_nor_dangle, "C3.go.callbacks"),
	TEST(go_operations_allocate_nothing, "C3.go.allocations"),
	TEST(go_examples_print_what_they_say, "C3.go.examples"),
	TEST(every_go_test_stands_behind_a_claim, "C3.go.examples"),
	TEST_ONCE(go_vet_and_gofmt_have_no_complaint, "C3.go.checkers"),
	TEST(go_tests_have_no_data_race, "C3.go.checkers"),
	TEST(go_pointers_pass_the_strictest_check, "C3.go.checkers"),
	{0},
};
