/* SPDX-License-Identifier: Apache-2.0 */
/* catalogue.c - the traps: what has fooled harnesses, and what the gauge must say to it. */
#include "selftest_trap.h"

#define SUITE .suite = "conformance", .stem = "suite"
#define CMOCKA .suite = "conformance", .stem = "cmocka"
#define GUEST .suite = "conformance", .stem = "guest"
#define FIGURES .suite = "hwtests", .stem = "figures"
#define CANARY .suite = "fuzz", .stem = "canary", .function = "replay"
#ifdef __clang__ /* which compiled the trap too; GCC's runtime writes no summary */
#define UBSAN_SAYS "UndefinedBehaviorSanitizer: undefined-behavior"
#else
#define UBSAN_SAYS "signed integer overflow"
#endif
#define EXITS(status) .alone = true, .alone_status = (status)

const struct trap selftest_traps[] = {
	{"cmocka-256-failures", "CMocka's exit status is its number of failures: 256 exit 0",
	 "runner: exit status against report", GNG_FAIL, "0x1 != 0x2", CMOCKA,
	 .function = "failures_256", EXITS(0)},
	{"cmocka-all-skipped", "a CMocka group that skipped every test exits 0",
	 "runner: exit status against report", GNG_FAIL, "exit status 0 without the end", CMOCKA,
	 .function = "all_skipped", EXITS(0)},
	{"cmocka-crash-caught", "CMocka catches SIGSEGV and goes on with corrupt memory",
	 "runner: end of the report", GNG_FAIL, "Segmentation fault", CMOCKA,
	 .function = "crash_in_a_group", EXITS(1)},
	{"crash-in-a-test", "a test of a group crashes", "runner: death by signal", GNG_FAIL,
	 "SEGV", SUITE, .function = "crashes"},
	{"libfuzzer-exit-77", "a crash of libFuzzer exits 77, which some take for a skip",
	 "runner: exit status against report", GNG_FAIL, "libFuzzer: deadly signal",
	 .suite = "conformance", .stem = "fuzzer", .function = "crashes", EXITS(77),
	 .needs = "clang cannot link libFuzzer where this was built",
	 .remedy = "apt-get install clang libclang-rt-dev, then build again"},
	{"ubsan-recovers", "UBSan reports undefined behaviour, goes on and exits 0",
	 "runner: sanitizer options", GNG_FAIL, UBSAN_SAYS, .suite = "conformance",
	 .stem = "recovers", .function = "overflows", EXITS(0),
	 .needs = "the compiler has no UBSan where this was built",
	 .remedy = "apt-get install gcc, then build again"},
	{"asserts-nothing", "a test returns early, asserts nothing and exits 0",
	 "judge: counted assertions", GNG_FAIL, "asserted nothing", SUITE,
	 .function = "asserts_nothing", EXITS(0)},
	{"fewer-vectors", "9 of the 10 declared vectors are executed, and pass",
	 "judge: executed against declared vectors", GNG_FAIL, "9 vectors executed, 10 declared",
	 SUITE, .function = "executes_fewer_vectors", EXITS(0)},
	{"skip-without-reason", "a test skips and does not say why", "judge: reason of a skip",
	 GNG_FAIL, "skipped without a reason", SUITE, .function = "skips_without_a_reason",
	 EXITS(77)},
	{"every-test-skipped", "all tests of a run are skipped, each with a reason",
	 "tally: nothing passed", GNG_SKIP, "no device of this kind", SUITE, .function = "skips",
	 EXITS(77)},
	{"package-absent", "a test whose package is not installed is left out of the plan",
	 "plan: what cannot be built", GNG_SKIP, "libdevice is not installed",
	 .suite = "conformance", .stem = "device", .function = "springs"},
	{"device-not-reserved", "CTest runs a test of RESOURCE_GROUPS on no device at all",
	 "judge: counted assertions", GNG_FAIL, "asserted nothing", SUITE,
	 .function = "tries_each_reserved_device", EXITS(0)},
	{"skip-in-tap", "CMocka's TAP calls a skip \"not ok\", other TAP calls it a pass",
	 "KTAP: skips", GNG_SKIP, "no device of this kind", SUITE, .function = "skips",
	 .spring = spring_ktap},
	{"flaky-retried", "a test that fails once in three attempts is retried until it passes",
	 "runner: worst attempt", GNG_FAIL, "0x2 == 0x2", SUITE, .function = "is_flaky",
	 .repeat = 3},
	{"daemon-left-behind", "a test passes and leaves a process running",
	 "nanny: nothing left behind", GNG_FAIL, "left 1 process running", SUITE,
	 .function = "leaves_a_daemon"},
	{"output-without-end", "a test prints until the disk is full", "nanny: output cap",
	 GNG_FAIL, "printed more than", SUITE, .function = "prints_without_end"},
	{"hang", "a test never ends and ignores SIGTERM", "nanny: deadline", GNG_FAIL,
	 "still running after 1 s", SUITE, .function = "hangs", .timeout_s = 1},
	{"triple-fault-exits-0", "an emulator exits 0 when its guest dies (stub)",
	 "runner: end of the report", GNG_FAIL, "exit status 0 without the end", GUEST,
	 .function = "triple_fault", EXITS(0)},
	{"triple-fault-in-qemu", "QEMU exits 0 when its guest dies of a triple fault",
	 "runner: end of the report", GNG_FAIL, "exit status 0 without the end",
	 .suite = "conformance", .stem = "emulator", .function = "triple_fault", EXITS(0),
	 .needs = "qemu-system-x86_64 is not installed",
	 .remedy = "apt-get install qemu-system-x86, then build again"},
	{"insmod-returns-0", "insmod returns 0 and no test of the module ran (stub)",
	 "judge: executed against declared vectors", GNG_FAIL, "0 vectors executed, 12 declared",
	 GUEST, .function = "insmod_returns_0", EXITS(0)},
	{"unknown-selector", "a misspelt name selects nothing, and nothing fails",
	 "select: no match", TRAP_REFUSED, "did you mean 'conformance.trap.suite.passes'", SUITE,
	 .function = "passes", .spring = spring_selector},
	{"no-mutant-executed", "a mutation run executes no mutant: 0 of 0 survived",
	 "gonogo mutants: nothing executed", TRAP_REFUSED, "exit status 4", SUITE,
	 .function = "passes", .needs = "gonogo-mutants was not built here",
	 .remedy = "gonogo list says why", .spring = spring_no_mutant},
	{"missing-executable", "a planned test has no program, and JUnit calls it skipped",
	 "plan against records", GNG_MISSING, "conformance.trap.absent is not built",
	 .suite = "conformance", .stem = "absent", .function = "springs", .spring = spring_absent},
	{"test-id-twice", "two tests have one name, and one of them runs", "plan: doubled names",
	 GNG_ERROR, "the name stands in the table twice", .suite = "conformance", .stem = "doubled",
	 .function = "springs", .twice = true},
	{"stale-results", "records and JUnit of an earlier, green run lie in the folder",
	 "runner: fresh records", GNG_MISSING, "is not built", SUITE, .function = "passes",
	 .spring = spring_stale},
	{"record-cut", "the last record was cut when the run was killed", "records: whole lines",
	 TRAP_REFUSED, "records.jsonl:1: the line is cut", SUITE, .function = "passes",
	 .spring = spring_cut},
	{"record-twice", "one test has two records", "records: one for each key", TRAP_REFUSED,
	 "records.jsonl:2: a second record", SUITE, .function = "passes", .spring = spring_doubled},
	{"record-unplanned", "a PASS of a test that nobody planned fills the count",
	 "tally: by key", GNG_MISSING, "no record, and 1 of no planned test", SUITE,
	 .function = "passes", .spring = spring_stranger},
	{"latency-breach", "a histogram has its P99 at 40 us, the budget is 10 us",
	 "budget: latency", GNG_FAIL, "p99_over_its_budget takes 40", FIGURES,
	 .function = "p99_over_its_budget", .flags = GNG_TEST_LATENCY, EXITS(0)},
	{"noisy-machine", "P99 keeps the budget, but the machine's own noise is half of it",
	 "budget: noise floor", GNG_INCONCLUSIVE, "more than a quarter of the limit", FIGURES,
	 .function = "p99_on_a_noisy_machine", .flags = GNG_TEST_LATENCY, .floor_ns = 5000,
	 EXITS(0)},
	{"leaky-comparison", "a comparison returns at the first wrong byte", "budget: Welch's t",
	 GNG_FAIL, "leaky_compare takes", FIGURES, .function = "leaky_compare", EXITS(0)},
	{"fuzz-canary", "a fuzzer's canary, armed by GNG_FUZZ_CANARY, crashes the replay",
	 "runner: death by signal", GNG_FAIL, "SIGABRT", CANARY, .armed_by = "GNG_FUZZ_CANARY"},
	{"fuzz-hang", "libFuzzer's fork mode passes over an input that hangs", "nanny: deadline",
	 GNG_FAIL, "still running after 1 s", CANARY, .armed_by = "GNG_FUZZ_HANG", .timeout_s = 1},

	{"honest-test", "a test that asserts something true", "everything", GNG_PASS, NULL, SUITE,
	 .function = "passes", .control = true, EXITS(0)},
	{"latency-kept", "P99 keeps its budget on a quiet machine", "budget: latency", GNG_PASS,
	 NULL, FIGURES, .function = "p99_within_its_budget", .flags = GNG_TEST_LATENCY,
	 .control = true},
	{"steady-comparison", "gng_ct_equal takes as long for every guess", "budget: Welch's t",
	 GNG_PASS, NULL, FIGURES, .function = "steady_compare", .control = true},
	{"canary-unarmed", "the canary is silent without GNG_FUZZ_CANARY", "fuzz replay", GNG_PASS,
	 NULL, CANARY, .control = true},
};

const size_t selftest_num_traps = sizeof(selftest_traps) / sizeof(selftest_traps[0]);

GNG_STATIC_ASSERT(sizeof(selftest_traps) / sizeof(selftest_traps[0]) ==
			  GNG_SELFTEST_NUM_TRAPS + GNG_SELFTEST_NUM_CONTROLS,
		  "the header declares another number of traps and controls");

const char *trap_word(int said)
{
	return said == TRAP_REFUSED ? "refused" : gng_verdict_name((enum gng_verdict)said);
}

/* docs/ARCHITECTURE.md: where nothing passed, nothing was shown. */
enum gng_overall trap_overall(enum gng_verdict verdict)
{
	if (verdict == GNG_PASS)
		return GNG_GO;
	return verdict == GNG_FAIL || verdict == GNG_ERROR ? GNG_NO_GO : GNG_INCOMPLETE;
}
