/* SPDX-License-Identifier: Apache-2.0 */
/* crash_test.c - what a report of a sanitizer says is the cause, and what is left out of it. */
#include "../suite.h"

#include <stdio.h>
#include <string.h>

#include <gng_farm.h>

static struct gng_farm_crash crash_of(const char *log)
{
	struct gng_farm_crash crash;

	assert_true(gng_farm_crash_parse(&crash, log, strlen(log)));
	return crash;
}

static void expect_same(const char *one, const char *other)
{
	assert_string_equal(crash_of(one).signature, crash_of(other).signature);
}

static void expect_other(const char *one, const char *other)
{
	assert_string_not_equal(crash_of(one).signature, crash_of(other).signature);
}

#define OVERFLOW "==7==ERROR: AddressSanitizer: heap-buffer-overflow on address 0x6020 at pc 0x5\n"
#define STACK                                                                                      \
	"READ of size 1 at 0x6020 thread T0\n"                                                     \
	"    #0 0x51 in __asan_memcpy (/x/a_fuzz+0xdb)\n"                                          \
	"    #1 0x52 in decode /src/a.c:12:3\n"                                                    \
	"    #2 0x53 in read_all /src/a.c:40:9\n"                                                  \
	"    #3 0x54 in LLVMFuzzerTestOneInput /src/a_fuzz.c:9:2\n"                                \
	"    #4 0x55 in fuzzer::Fuzzer::ExecuteCallback(unsigned char const*) (/x/a_fuzz+0x4)\n\n" \
	"0x6020 is located 0 bytes to the right\n"                                                 \
	"    #0 0x56 in malloc (/x/a_fuzz+0x9)\n    #1 0x57 in allocate /src/a.c:2:2\n"

static void a_report_names_kind_and_own_functions(void **state)
{
	const struct gng_farm_crash crash = crash_of("INFO: x\n" OVERFLOW STACK);

	(void)state;
	assert_string_equal(crash.kind, "heap-buffer-overflow");
	assert_int_equal(crash.num_frames, 2);
	assert_string_equal(crash.frames[0], "decode");
	assert_string_equal(crash.frames[1], "read_all");
	assert_int_equal(strncmp(crash.signature, "heap-buffer-overflow-decode-", 28), 0);
}

static void addresses_lines_and_clones_do_not_count(void **state)
{
	(void)state;
	expect_same(OVERFLOW "    #0 0x1 in f /a.c:1:2\n    #1 0x2 in g /a.c:3:4\n",
		    OVERFLOW "    #0 0x9 in f.part.0 /b.c:7:2\n    #1 0x8 in g.isra.1 /b.c:3\n");
	expect_other(OVERFLOW "    #0 0x1 in f /a.c:1:2\n", OVERFLOW "    #0 0x1 in h /a.c:1:2\n");
	expect_other(OVERFLOW "    #0 0x1 in f /a.c:1:2\n",
		     "==1==ERROR: AddressSanitizer: SEGV on unknown address 0x0\n"
		     "    #0 0x1 in f /a.c:1:2\n");
}

static void where_memory_came_from_does_not_count(void **state)
{
	(void)state;
	expect_same(OVERFLOW "    #0 0x1 in f /a.c:1:2\n\n",
		    OVERFLOW "    #0 0x1 in f /a.c:1:2\n\nallocated by thread T0 here:\n"
			     "    #0 0x2 in other /a.c:7:2\n");
}

static void a_recursion_of_any_depth_is_one_cause(void **state)
{
	(void)state;
	expect_same("==1==ERROR: AddressSanitizer: stack-overflow on address 0x7\n"
		    "    #0 0x1 in f /a.c:1:2\n    #1 0x2 in f /a.c:3:4\n    #2 0x2 in g /a.c:9\n",
		    "==1==ERROR: AddressSanitizer: stack-overflow on address 0x8\n"
		    "    #0 0x1 in f /a.c:1:2\n    #1 0x2 in g /a.c:9\n");
}

static void the_property_that_broke_is_part_of_the_cause(void **state)
{
	static const char abort_stack[] =
		"==1==ERROR: AddressSanitizer: ABRT on unknown address 0x3e8\n"
		"    #0 0x1 in __pthread_kill_implementation nptl/pthread_kill.c:44:76\n"
		"    #1 0x2 in raise signal/raise.c:26:13\n    #2 0x3 in abort "
		"stdlib/abort.c:79:7\n"
		"    #3 0x4 in fuzz_check /src/suite.h:30:2\n    #4 0x5 in check /src/a.c:5:6\n"
		"    #5 0x6 in LLVMFuzzerTestOneInput /src/a.c:9\n";
	char one[1024], same[1024], other[1024];

	(void)state;
	snprintf(one, sizeof(one), "fuzz: bit 17 is lost (aesni)\n%s", abort_stack);
	snprintf(same, sizeof(same), "fuzz: bit 4 is lost (portable)\n%s", abort_stack);
	snprintf(other, sizeof(other), "fuzz: another length (aesni)\n%s", abort_stack);
	expect_same(one, same);
	expect_other(one, other);
	assert_string_equal(crash_of(one).message, "bit 0 is lost ");
	assert_string_equal(crash_of(one).frames[0], "check");
	assert_int_equal(crash_of(one).num_frames, 1);
}

static void a_timeout_is_known_by_what_the_fuzzer_called(void **state)
{
	(void)state;
	expect_same("==1== ERROR: libFuzzer: timeout after 10 seconds\n"
		    "    #0 0x1 in deep /a.c:1\n    #1 0x2 in parse /a.c:2\n"
		    "    #2 0x3 in LLVMFuzzerTestOneInput /a.c:3\n",
		    "==1== ERROR: libFuzzer: timeout after 11 seconds\n"
		    "    #0 0x1 in deeper /a.c:1\n    #1 0x1 in deep /a.c:1\n"
		    "    #2 0x2 in parse /a.c:2\n    #3 0x3 in LLVMFuzzerTestOneInput /a.c:3\n");
	assert_string_equal(crash_of("==1== ERROR: libFuzzer: timeout after 10 seconds\n").kind,
			    "timeout");
}

static void each_tool_has_its_kind(void **state)
{
	static const struct {
		const char *line, *kind;
	} cases[] = {
		{"==1==ERROR: AddressSanitizer: attempting double-free on 0x6 in thread T0:\n",
		 "double-free"},
		{"==1==ERROR: LeakSanitizer: detected memory leaks\n", "leak"},
		{"==1==WARNING: MemorySanitizer: use-of-uninitialized-value\n",
		 "use-of-uninitialized-value"},
		{"/src/a.c:3:4: runtime error: signed integer overflow: 2 + 3\n", "undefined"},
		{"==1== ERROR: libFuzzer: out-of-memory (used: 2050Mb; limit: 2048Mb)\n",
		 "out-of-memory"},
		{"==1== ERROR: libFuzzer: fuzz target exited\n", "exit"},
		{"==1== ERROR: libFuzzer: deadly signal\n", "signal"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++)
		assert_string_equal(crash_of(cases[i].line).kind, cases[i].kind);
}

static void frames_without_symbols_are_offsets(void **state)
{
	const struct gng_farm_crash crash =
		crash_of(OVERFLOW "    #0 0x51  (/x/a_fuzz+0xdb) (BuildId: 12)\n"
				  "    #1 0x52  (/lib/libc.so.6+0x12)\n");

	(void)state;
	assert_int_equal(crash.num_frames, 1);
	assert_string_equal(crash.frames[0], "a_fuzz+0xdb");
}

static void a_hostile_report_makes_a_plain_signature(void **state)
{
	const struct gng_farm_crash crash =
		crash_of("==1==ERROR: AddressSanitizer: ../../\033[2Jx on\n"
			 "    #0 0x1 in ../../etc/\xff;rm /a.c:1\n");

	(void)state;
	assert_true(strlen(crash.signature) < sizeof(crash.signature));
	assert_int_equal(strspn(crash.signature, "abcdefghijklmnopqrstuvwxyz0123456789_-"),
			 strlen(crash.signature));
	assert_null(strchr(crash.kind, '\033'));
}

static void no_report_is_no_cause(void **state)
{
	struct gng_farm_crash crash;

	(void)state;
	assert_false(gng_farm_crash_parse(&crash, "", 0));
	assert_string_equal(crash.kind, "unknown");
	assert_false(gng_farm_crash_parse(&crash, "#8 pulse cov: 1\n", 16));
}

static void the_last_line_of_progress_counts(void **state)
{
	static const char log[] = "INFO: Seed: 1\n#2\tINITED cov: 3 ft: 4 corp: 1/1b exec/s: 0\n"
				  "#512\tpulse  cov: 7 ft: 9 corp: 5/23b lim: 8 exec/s: 256 "
				  "rss: 30Mb\nSTEP\n#1024\tNEW    cov: 9";
	struct gng_farm_progress progress = {0};

	(void)state;
	assert_true(gng_farm_progress_parse(&progress, log, strlen(log)));
	assert_int_equal(progress.executions, 512);
	assert_int_equal(progress.coverage, 7);
	assert_int_equal(progress.features, 9);
	assert_int_equal(progress.corpus, 5);
	assert_int_equal(progress.exec_per_s, 256);
	assert_false(gng_farm_progress_parse(&progress, "#no number cov: 1\n", 18));
	assert_int_equal(progress.executions, 512);
}

const struct suite_test suite_tests[] = {
	TEST(a_report_names_kind_and_own_functions, "H1.fuzz.cause"),
	TEST(addresses_lines_and_clones_do_not_count, "H1.fuzz.cause"),
	TEST(where_memory_came_from_does_not_count, "H1.fuzz.cause"),
	TEST(a_recursion_of_any_depth_is_one_cause, "H1.fuzz.cause"),
	TEST(the_property_that_broke_is_part_of_the_cause, "H1.fuzz.cause"),
	TEST(a_timeout_is_known_by_what_the_fuzzer_called, "H1.fuzz.cause"),
	TEST(each_tool_has_its_kind, "H1.fuzz.cause"),
	TEST(frames_without_symbols_are_offsets, "H1.fuzz.cause"),
	TEST(a_hostile_report_makes_a_plain_signature, "H1.fuzz.hostile"),
	TEST(no_report_is_no_cause, "H1.fuzz.cause"),
	TEST(the_last_line_of_progress_counts, "H1.fuzz.report"),
	{0},
};
