/* SPDX-License-Identifier: Apache-2.0 */
/*
 * command_test.c - `gonogo fuzz` from outside: what cannot run says so in one sentence, seeds are
 * kept, speed is a share, coverage is written, AFL++ runs the same sources.
 */
/* requires: jansson */
#include "planted.h"

#include <farm_campaign.h>
#include <sched.h>
#include <sys/mount.h>

/* expect_sentence: one line, and it holds the words. */
static void expect_sentence(const char *words)
{
	char *said = fixture_read("stderr");

	fixture_expect("stderr", words);
	assert_ptr_equal(strchr(said, '\n'), said + strlen(said) - 1);
	free(said);
}

static void a_wrong_command_line_is_exit_2(void **state)
{
	static const struct {
		const char *arguments, *sentence;
	} cases[] = {
		{"--time", "gonogo: fuzz: '--time': unknown, or without its value"},
		{"--frobnicate", "gonogo: fuzz: '--frobnicate': unknown"},
		{"--time soon", "gonogo: fuzz: --time wants a number from 0 to 1e+08, not 'soon'"},
		{"--time nan", "not 'nan'"},
		{"--jobs 0", "gonogo: fuzz: --jobs wants a number from 1 to 256, not '0'"},
		{"--engine honggfuzz",
		 "gonogo: fuzz: --engine is libfuzzer or afl, not 'honggfuzz'"},
		{"--fuzzers fuzzers nope", "gonogo: fuzz: 'nope' is no fuzzer that was built"},
	};

	(void)state;
	planted_open();
	fixture_file("fuzzers/a_fuzz", "#!/bin/sh\n");
	chmod(fixture_path("fuzzers/a_fuzz"), 0755);
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		assert_int_equal(planted_fuzz(cases[i].arguments), 2);
		expect_sentence(cases[i].sentence);
	}
}

static void without_fuzzers_it_names_the_remedy(void **state)
{
	(void)state;
	planted_open();
	assert_int_equal(planted_shell("PATH=/nonexistent /usr/bin/env ./build/gonogo-fuzz"), 4);
	expect_sentence("clang is not installed: ci/setup fuzz");
	assert_int_equal(planted_shell("PATH=/nonexistent ./build/gonogo-fuzz --engine afl"), 4);
	expect_sentence("afl-clang-fast is not installed: ci/setup afl");
	mkdir(fixture_path("none"), 0777);
	assert_int_equal(planted_fuzz("--fuzzers none"), 4);
	expect_sentence("none holds no program whose name ends in _fuzz");
}

static void a_fuzzer_that_cannot_run_is_an_error(void **state)
{
	json_t *json;

	(void)state;
	planted_open();
	/* the fifth process of the second place is ended for the first's reason, and says nothing
	 */
	fixture_file("fuzzers/a_fuzz", "#!/bin/sh\n"
				       "case $PWD in */1)\n"
				       "\techo >>../begun\n"
				       "\t[ $(wc -l <../begun) -lt 5 ] || exec sleep 9\n"
				       "esac\n"
				       "echo the reason\n");
	chmod(fixture_path("fuzzers/a_fuzz"), 0755);
	json = planted_json("--fuzzers fuzzers --out out --time 20 --jobs 2", 99);
	json_decref(json);
	fixture_expect("stdout", "\"ERROR\"");
	fixture_expect("stdout", "the reason");
}

static void two_at_once_are_refused(void **state)
{
	(void)state;
	planted_open();
	fixture_file("fuzzers/a_fuzz", "#!/bin/sh\nsleep 1\n");
	chmod(fixture_path("fuzzers/a_fuzz"), 0755);
	assert_int_equal(planted_shell("mkdir out && exec 9>out/.lock && flock 9 && "
				       "./build/gonogo-fuzz --fuzzers fuzzers --out out --time 1 "
				       "9>&-"),
			 99);
	expect_sentence("out is used by another gonogo fuzz");
}

/* A device of one MiB: nothing is begun, and what stands there stays whole. */
static void a_full_disk_is_one_sentence(void **state)
{
	char *before, *after;
	int status;
	pid_t pid;

	(void)state;
	planted_open();
	fixture_file("fuzzers/a_fuzz", "#!/bin/sh\nsleep 1\n");
	chmod(fixture_path("fuzzers/a_fuzz"), 0755);
	pid = fork();
	if (pid == 0) {
		const unsigned int uid = getuid(), gid = getgid();

		if (unshare(CLONE_NEWNS | (uid ? CLONE_NEWUSER : 0)) != 0 ||
		    mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0 ||
		    mkdir(fixture_path("out"), 0777) != 0 ||
		    mount("none", fixture_path("out"), "tmpfs", 0, "size=1m") != 0)
			_exit(77);
		(void)gid;
		fixture_file("out/a_fuzz/state.json", "{\"executions\":7,\"seconds\":1.0}\n");
		before = fixture_read("out/a_fuzz/state.json");
		status = planted_fuzz("--fuzzers fuzzers --out out --time 1");
		after = fixture_read("out/a_fuzz/state.json");
		_exit(status != 99 ? 1 : strcmp(before, after) != 0 ? 2 : 0);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	if (WEXITSTATUS(status) == 77) {
		gng_probe_skip("no small device can be mounted here", "run as root");
		return;
	}
	assert_int_equal(WEXITSTATUS(status), 0);
	fixture_expect("stdout", "0 MiB are free on this device, a campaign wants 64");
}

static void a_state_that_is_torn_is_named(void **state)
{
	(void)state;
	planted_open();
	fixture_file("fuzzers/a_fuzz", "#!/bin/sh\nsleep 1\n");
	chmod(fixture_path("fuzzers/a_fuzz"), 0755);
	fixture_file("out/a_fuzz/state.json", "{\"executions\": 7,\n");
	assert_int_equal(planted_fuzz("--fuzzers fuzzers --out out --time 1"), 99);
	fixture_expect("stdout", "out/a_fuzz/state.json:");
	fixture_expect("stdout", "mend it, or remove this file, which loses counts only");
	fixture_expect("out/a_fuzz/state.json", "{\"executions\": 7,\n");
	/* what is no file is not waited for, and not replaced */
	assert_int_equal(unlink(fixture_path("out/a_fuzz/state.json")), 0);
	assert_int_equal(mkfifo(fixture_path("out/a_fuzz/state.json"), 0600), 0);
	assert_int_equal(planted_fuzz("--fuzzers fuzzers --out out --time 1"), 99);
	fixture_expect("stdout", "out/a_fuzz/state.json: is no regular file");
	assert_int_equal(unlink(fixture_path("out/a_fuzz/state.json")), 0);
	assert_int_equal(symlink("state.json", fixture_path("out/a_fuzz/state.json")), 0);
	assert_int_equal(planted_fuzz("--fuzzers fuzzers --out out --time 1"), 99);
	fixture_expect("stdout", "out/a_fuzz/state.json: Too many levels of symbolic links");
}

/* ---- a tree of its own ---- */

/* own_tree makes demo_two_fuzz of a tree; its seeds are unpacked by a program that has none. */
static bool own_tree(const char *compiler, const char *folder, const char *text)
{
	char name[64];

	fixture_file("build/tests/demo_two_fuzz", "#!/bin/sh\n");
	chmod(fixture_path("build/tests/demo_two_fuzz"), 0755);
	fixture_file("source/fuzz/demo/two_fuzz.c", "/* class: parser */\n");
	snprintf(name, sizeof(name), "build/%s/tests/demo_two_fuzz", folder);
	return planted_compile(compiler, name, text);
}

static void a_reproducer_becomes_a_seed(void **state)
{
	(void)state;
	planted_open();
	if (!own_tree(LIBFUZZER, "fuzz", planted_two))
		return;
	assert_int_equal(planted_fuzz("two --out out --time 3 --jobs 1 --minimise 1"), 2);
	fixture_file("out/demo_two_fuzz/queue/a", "AB345678");
	fixture_file("out/demo_two_fuzz/queue/c", "CD345678");
	assert_int_equal(planted_fuzz("demo.two --out out --time 0 --jobs 2 --minimise 1"), 1);
	fixture_expect("source/fuzz/demo/two.seeds", "# cases: 0\n"); /* not unless asked */
	assert_int_equal(planted_fuzz("--out out --time 0 --jobs 1 --minimise 1 --keep"), 1);
	fixture_expect("source/fuzz/demo/two.seeds", "\ncrash_");
	fixture_expect("source/fuzz/demo/two.seeds", "# cases: 2\n");
	assert_int_equal(planted_fuzz("--out out --time 0 --jobs 1 --minimise 1 --keep"), 1);
	fixture_expect("source/fuzz/demo/two.seeds", "# cases: 2\n"); /* once */
}

static void speed_is_a_share_of_doing_nothing(void **state)
{
	static const char nothing[] = "#include <stdint.h>\n#include <stddef.h>\n"
				      "int LLVMFuzzerTestOneInput(const uint8_t *d, size_t n) "
				      "{ return d && n ? 0 : 0; }\n";
	static const char slow[] = "#include <stdint.h>\n#include <stddef.h>\n"
				   "int LLVMFuzzerTestOneInput(const uint8_t *d, size_t n) "
				   "{ for (volatile int i = 0; i < 100000; i++); "
				   "return d && n ? 0 : 0; }\n";
	const json_t *row;
	json_t *json;

	(void)state;
	planted_open();
	if (!own_tree(LIBFUZZER, "fuzz", slow))
		return;
	fixture_file("source/fuzz/demo/zero_fuzz.c", "/* class: yardstick */\n");
	planted_compile(LIBFUZZER, "build/fuzz/tests/demo_zero_fuzz", nothing);
	json = planted_json("--rate --time 0.2 --out out", 1);
	row = json_array_get(json, 0);
	assert_int_equal(json_array_size(json), 1);
	assert_string_equal(json_string_value(json_object_get(row, "fuzzer")), "demo_two_fuzz");
	assert_string_equal(json_string_value(json_object_get(row, "verdict")), "FAIL");
	assert_true(json_number_value(json_object_get(row, "ratio")) < 0.2);
	json_decref(json);
	planted_compile(LIBFUZZER, "build/fuzz/tests/demo_two_fuzz", nothing);
	json_decref(planted_json("--rate --time 0.2 --out out", 0));
}

static void coverage_says_what_the_corpus_reaches(void **state)
{
	const json_t *lines;
	json_t *json;

	(void)state;
	planted_open();
	if (!own_tree(LIBFUZZER, "fuzz", planted_two))
		return;
	fixture_file("source/fuzz/demo/two.seeds", "# cases: 0\n");
	assert_int_equal(planted_fuzz("--out out --time 0 --jobs 1 --coverage"), 4);
	fixture_expect("stderr", "has no build with counters: ci/build fuzzcov");
	if (planted_shell("command -v llvm-cov && command -v llvm-profdata") != 0) {
		gng_probe_skip("llvm-cov is not installed", "ci/setup fuzz");
		return;
	}
	own_tree("clang -O1 -fsanitize=fuzzer -fprofile-instr-generate -fcoverage-mapping",
		 "fuzzcov", planted_two);
	fixture_file("out/demo_two_fuzz/corpus/x", "xxxxxxxx");
	json = planted_json("--out out --time 0 --jobs 1 --coverage", 0);
	lines = json_object_get(json_object_get(json, "coverage"), "lines");
	assert_in_range(json_integer_value(json_object_get(lines, "covered")), 1,
			json_integer_value(json_object_get(lines, "count")) - 1);
	json_decref(json);
	fixture_expect("out/coverage/index.html", "<html");
	fixture_expect("out/coverage/summary.txt", "TOTAL");
}

static void afl_runs_the_same_source(void **state)
{
	const json_t *fuzzer;
	json_t *json;

	(void)state;
	planted_open();
	if (!own_tree("afl-clang-fast -g -O1 -fsanitize=fuzzer,address", "afl", planted_two))
		return;
	own_tree(LIBFUZZER, "fuzz", planted_two);
	fixture_file("out/demo_two_fuzz/corpus/a", "AA345678");
	fixture_file("out/demo_two_fuzz/corpus/c", "CC345678");
	json = planted_json("--engine afl --out out --time 25 --jobs 2 --minimise 1", 1);
	fuzzer = json_array_get(json_object_get(json, "fuzzers"), 0);
	assert_int_equal(json_array_size(json_object_get(fuzzer, "crashes")), 2);
	assert_true(json_integer_value(json_object_get(fuzzer, "executions")) > 0);
	assert_string_equal(json_string_value(json_object_get(json, "engine")), "afl");
	json_decref(json);
}

/* ---- the screen ---- */

static void the_board_fits_a_terminal(void **state)
{
	static struct farm_target target = {
		.name = "a_very_long_subsystem_and_stem_of_it_all_fuzz"};
	const struct farm_options options = {.num_jobs = 256, .time_s = 1e8};
	struct farm_campaign campaign = {.options = &options,
					 .target = &target,
					 .at = 100,
					 .num_targets = 200,
					 .started_s = 10,
					 .end_s = 10 + 1e6,
					 .executions = UINT64_C(123456789012),
					 .coverage = 1234567,
					 .corpus = 7654321,
					 .corpus_bytes = UINT64_C(9876543210),
					 .side = {.kind = FARM_MINIMISE}};
	char *text = NULL;
	size_t len;
	FILE *out = open_memstream(&text, &len);

	(void)state;
	assert_int_equal(farm_board_text(out, &campaign, 5e5), 4);
	fclose(out);
	assert_non_null(strstr(text, "123,456,789,012 runs"));
	assert_non_null(strstr(text, "a reproducer is minimised"));
	for (const char *line = text; *line; line += strcspn(line, "\n") + 1)
		assert_in_range(strcspn(line, "\n"), 1, GNG_TERM_COLUMNS - 1);
	free(text);
}

static void what_executed_nothing_did_not_pass(void **state)
{
	const struct farm_options options = {.time_s = 1};
	struct farm_campaign campaign = {.options = &options};

	(void)state;
	assert_string_equal(farm_verdict(&campaign), "ERROR");
	campaign.executions = 1;
	assert_string_equal(farm_verdict(&campaign), "PASS");
	campaign.num_findings = 1;
	assert_string_equal(farm_verdict(&campaign), "FAIL");
}

static void only_ciphers_are_fuzzed_without_rare_features(void **state)
{
	static struct farm_target target;

	(void)state;
	for (int kind = FARM_PARSER; kind <= FARM_YARDSTICK; kind++) {
		target.kind = (enum farm_class)kind;
		assert_string_equal(farm_schedule(&target),
				    kind == FARM_CRYPTO ? "-entropic=0" : "-entropic=1");
	}
}

const struct suite_test suite_tests[] = {
	TEST(a_wrong_command_line_is_exit_2, "H1.fuzz.command"),
	TEST(without_fuzzers_it_names_the_remedy, "H1.fuzz.command"),
	TEST(a_fuzzer_that_cannot_run_is_an_error, "H1.fuzz.command"),
	TEST(two_at_once_are_refused, "H1.fuzz.command"),
	TEST(a_full_disk_is_one_sentence, "H1.fuzz.command"),
	TEST(a_state_that_is_torn_is_named, "H1.fuzz.command"),
	TEST_SLOW(a_reproducer_becomes_a_seed, "H1.fuzz.seed"),
	TEST_SLOW(speed_is_a_share_of_doing_nothing, "H1.fuzz.rate"),
	TEST_SLOW(coverage_says_what_the_corpus_reaches, "H1.fuzz.coverage"),
	TEST_SLOW(afl_runs_the_same_source, "H1.fuzz.afl"),
	TEST(the_board_fits_a_terminal, "H1.fuzz.report"),
	TEST(only_ciphers_are_fuzzed_without_rare_features, "H1.fuzz.rate"),
	TEST(what_executed_nothing_did_not_pass, "H1.fuzz.report"),
	{0},
};
