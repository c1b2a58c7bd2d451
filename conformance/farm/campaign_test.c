/* SPDX-License-Identifier: Apache-2.0 */
/*
 * campaign_test.c - `gonogo fuzz` on a real fuzzer with two bugs: two findings, small
 * reproducers, merges, and nothing lost or left running when it is killed.
 */
/* requires: jansson */
#include "planted.h"

#include <dirent.h>
#include <errno.h>
#include <signal.h>
#include <time.h>

#define FUZZERS "--fuzzers fuzzers --out out --jobs 2 --minimise 1 "
#define KEPT "out/planted_two_fuzz/"

static const json_t *only_fuzzer(const json_t *json)
{
	const json_t *fuzzers = json_object_get(json, "fuzzers");

	assert_int_equal(json_array_size(fuzzers), 1);
	return json_array_get(fuzzers, 0);
}

static json_int_t number(const json_t *json, const char *name)
{
	const json_t *value = json_object_get(json, name);

	assert_true(json_is_integer(value));
	return json_integer_value(value);
}

static const json_t *crash_in(const json_t *fuzzer, const char *function)
{
	const json_t *crashes = json_object_get(fuzzer, "crashes"), *found = NULL;

	for (size_t i = 0; i < json_array_size(crashes); i++) {
		const json_t *one = json_array_get(crashes, i);
		const json_t *frame = json_array_get(json_object_get(one, "frames"), 0);

		if (strcmp(json_string_value(frame), function) == 0)
			found = one;
	}
	assert_non_null(found);
	return found;
}

static size_t num_files(const char *name)
{
	DIR *dir = opendir(fixture_path(name));
	size_t num = 0;

	while (dir && readdir(dir))
		num++;
	if (dir)
		closedir(dir);
	return num > 2 ? num - 2 : 0;
}

/* Without a symbolizer functions have no names, and the two are told apart by offsets. */
static bool has_symbolizer(void)
{
	return planted_shell("command -v llvm-symbolizer") == 0;
}

static bool open_planted(void)
{
	planted_open();
	return planted_compile(LIBFUZZER, "fuzzers/planted_two_fuzz", planted_two);
}

/* leave puts crashes where those stand that nobody has looked at. */
static void leave(const char *commands)
{
	char whole[1024];

	snprintf(whole, sizeof(whole), "mkdir -p " KEPT "queue && cd " KEPT "queue && { %s; }",
		 commands);
	assert_int_equal(planted_shell(whole), 0);
}

static void two_bugs_are_two_findings(void **state)
{
	json_t *json;
	const json_t *fuzzer;

	(void)state;
	if (!open_planted())
		return;
	leave("for i in 1 2; do printf 'AB%0*d' $((10 * i)) $i >a$i; "
	      "printf 'CD%0*d' $((9 * i)) $i >c$i; done"); /* each bug by two inputs */
	json = planted_json(FUZZERS "--time 0", 1);
	fuzzer = only_fuzzer(json);
	assert_int_equal(json_array_size(json_object_get(fuzzer, "crashes")), 2);
	assert_string_equal(json_string_value(json_object_get(json, "verdict")), "NO-GO");
	if (has_symbolizer()) {
		const json_t *read = crash_in(fuzzer, "over_read");

		assert_string_equal(json_string_value(json_object_get(read, "kind")),
				    "heap-buffer-overflow");
		assert_true(json_is_true(json_object_get(read, "reproduces")));
		assert_int_equal(number(read, "count"), 2);
		assert_in_range(number(read, "bytes"), 8, number(read, "original_bytes"));
		crash_in(fuzzer, "gives_up");
	}
	json_decref(json);
	assert_int_equal(num_files(KEPT "crashes"), 2);
}

/* The reproducer is the smallest input there is, and has the same cause. */
static void a_reproducer_is_minimised(void **state)
{
	json_t *json;

	(void)state;
	if (!open_planted())
		return;
	if (!has_symbolizer()) {
		gng_probe_skip("llvm-symbolizer is not installed", "ci/setup fuzz");
		return;
	}
	leave("printf 'AB%0200d' 1 >long");
	json = planted_json(FUZZERS "--time 0 --minimise 20", 1);
	assert_in_range(number(crash_in(only_fuzzer(json), "over_read"), "bytes"), 8, 12);
	assert_int_equal(number(crash_in(only_fuzzer(json), "over_read"), "original_bytes"), 202);
	json_decref(json);
}

static void what_does_not_crash_any_more_is_fixed(void **state)
{
	json_t *json;

	(void)state;
	if (!open_planted())
		return;
	leave("printf AB345678 >known");
	json_decref(planted_json(FUZZERS "--time 0", 1));
	assert_int_equal(num_files(KEPT "crashes"), 1);
	planted_compile(LIBFUZZER, "fuzzers/planted_two_fuzz",
			"#include <stddef.h>\n#include <stdint.h>\n"
			"int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)"
			"{ return data && size ? 0 : 0; }\n");
	json = planted_json(FUZZERS "--time 0", 0);
	assert_int_equal(json_array_size(json_object_get(only_fuzzer(json), "crashes")), 0);
	json_decref(json);
	assert_int_equal(num_files(KEPT "crashes"), 0);
	assert_int_equal(num_files(KEPT "fixed"), 1);
}

/* A bug behind a seed and a word of the dictionary: the fuzzer cannot guess 16 bytes. */
static void seeds_and_dictionary_reach_the_fuzzer(void **state)
{
	static const char behind[] =
		"#include <stdint.h>\n#include <stdlib.h>\n#include <string.h>\n"
		"static int sum(const uint8_t *d) { unsigned s = 0;\n"
		" for (int i = 0; i < 8; i++) s = s * 31 + d[i]; return (int)s; }\n"
		"int LLVMFuzzerTestOneInput(const uint8_t *d, size_t n) {\n"
		" static int seed, word;\n"
		" if (n == 8 && sum(d) == sum((const uint8_t *)\"the-seed\")) seed = 1;\n"
		" for (size_t i = 0; i + 8 <= n; i++)\n"
		"  if (sum(d + i) == sum((const uint8_t *)\"the-word\")) word = 1;\n"
		" if (seed && word) abort();\n return 0; }\n";

	(void)state;
	planted_open();
	if (!planted_compile(LIBFUZZER, "fuzzers/planted_two_fuzz", behind))
		return;
	fixture_file("fuzzers/planted_two_fuzz_seed_corpus/seed", "the-seed");
	fixture_file("fuzzers/planted_two_fuzz.dict", "\"the-word\"\n");
	json_decref(planted_json(FUZZERS "--time 20", 1));
	assert_true(num_files(KEPT "crashes") == 1);
}

/* ---- merges ---- */

/* A fuzzer whose inputs differ in nothing that it looks at: a merge keeps few of many. One of
 * them hangs: the merge must come to its end all the same. */
static const char hanging[] = "#include <stdint.h>\n#include <stddef.h>\n#include <string.h>\n"
			      "int LLVMFuzzerTestOneInput(const uint8_t *d, size_t n) {\n"
			      " static volatile int sink;\n"
			      " if (n > 4 && !memcmp(d, \"HANGS\", 5)) for (;;) sink++;\n"
			      " if (n > 2 && d[0] == 'x') sink = 1;\n return 0; }\n";

static void a_merge_shrinks_the_corpus_and_ends(void **state)
{
	json_t *json;
	const json_t *fuzzer;

	(void)state;
	planted_open();
	if (!planted_compile(LIBFUZZER, "fuzzers/planted_two_fuzz", hanging))
		return;
	planted_shell("mkdir -p " KEPT "corpus && cd " KEPT
		      "corpus && i=0; while [ $i -lt 200 ]; do "
		      "echo xx$i >input$i; i=$((i + 1)); done; echo HANGS >hangs");
	json = planted_json(FUZZERS "--time 0", 1);
	fuzzer = only_fuzzer(json);
	assert_int_equal(number(fuzzer, "merges"), 1);
	assert_int_equal(number(fuzzer, "corpus_before"), 201);
	assert_in_range(number(fuzzer, "corpus"), 1, 20);
	assert_int_equal(json_array_size(json_object_get(fuzzer, "crashes")), 1);
	assert_string_equal(json_string_value(json_object_get(
				    json_array_get(json_object_get(fuzzer, "crashes"), 0), "kind")),
			    "timeout");
	json_decref(json);
}

static void an_unfinished_merge_loses_nothing(void **state)
{
	json_t *json;

	(void)state;
	planted_open();
	if (!planted_compile(LIBFUZZER, "fuzzers/planted_two_fuzz", hanging))
		return;
	/* as a kill leaves it: some in the new folder, some in the old one, one on its way */
	fixture_file(KEPT "corpus/a", "a");
	fixture_file(KEPT "corpus.next/b", "bb");
	fixture_file(KEPT "work/7/crash-0", "ccc");
	json = planted_json(FUZZERS "--time 0", 0);
	assert_int_equal(number(only_fuzzer(json), "corpus_before"), 2);
	json_decref(json);
	assert_int_equal(num_files(KEPT "corpus.next"), 0);
	/* what the process left does not crash, and is kept all the same */
	assert_int_equal(num_files(KEPT "queue"), 0);
	assert_int_equal(num_files(KEPT "fixed"), 1);
}

/* ---- kills ---- */

static pid_t start(const char *arguments)
{
	char command[2 * PATH_MAX];
	const pid_t pid = fork();

	assert_true(pid >= 0);
	if (pid > 0)
		return pid;
	snprintf(command, sizeof(command), "cd %s && exec ./build/gonogo-fuzz %s >log 2>&1",
		 fixture, arguments);
	execl("/bin/sh", "sh", "-c", command, NULL);
	_exit(127);
}

static void nap(double seconds)
{
	const struct timespec time = {(time_t)seconds,
				      (long)((seconds - (double)(time_t)seconds) * 1e9)};

	nanosleep(&time, NULL);
}

/* num_running counts the processes whose program lies in the folder. */
static size_t num_running(void)
{
	DIR *proc = opendir("/proc");
	char path[64], target[PATH_MAX];
	size_t num = 0;

	assert_non_null(proc);
	for (const struct dirent *entry; (entry = readdir(proc));) {
		ssize_t len;

		snprintf(path, sizeof(path), "/proc/%.20s/exe", entry->d_name);
		len = readlink(path, target, sizeof(target) - 1);
		num += len > 0 && strncmp(target, fixture, strlen(fixture)) == 0;
	}
	closedir(proc);
	return num;
}

static bool all_gone(void)
{
	for (int i = 0; i < 100; i++) {
		if (num_running() == 0)
			return true;
		nap(0.1);
	}
	return false;
}

static void wait_for_findings(size_t num)
{
	for (int i = 0; i < 600 && num_files(KEPT "crashes") < num; i++)
		nap(0.1);
	assert_true(num_files(KEPT "crashes") >= num);
}

/* children_of returns the first child of a process, 0 if it has none. */
static pid_t child_of(pid_t parent)
{
	char path[96];
	long pid = 0;
	FILE *list;

	snprintf(path, sizeof(path), "/proc/%ld/task/%ld/children", (long)parent, (long)parent);
	list = fopen(path, "r");
	assert_non_null(list);
	if (fscanf(list, "%ld", &pid) != 1)
		pid = 0;
	fclose(list);
	return (pid_t)pid;
}

static void resume(void)
{
	const size_t corpus = num_files(KEPT "corpus");
	json_t *json;

	assert_true(corpus > 0);
	json = planted_json(FUZZERS "--time 1", 1);
	assert_int_equal(json_array_size(json_object_get(only_fuzzer(json), "crashes")), 2);
	assert_true(number(only_fuzzer(json), "corpus_before") >= (json_int_t)corpus);
	json_decref(json);
}

static void killed_outright_it_loses_nothing_and_leaves_nobody(void **state)
{
	pid_t front;

	(void)state;
	if (!open_planted())
		return;
	front = start(FUZZERS "--time 100");
	wait_for_findings(2);
	for (int i = 0; i < 30 && num_running() <= 2; i++)
		nap(1); /* a fuzzer that crashed is started again */
	assert_true(num_running() > 2);
	kill(front, SIGKILL);
	waitpid(front, NULL, 0);
	assert_true(all_gone());
	resume();
}

static void its_second_process_killed_leaves_nobody_either(void **state)
{
	int status = 0;
	pid_t front;

	(void)state;
	if (!open_planted())
		return;
	front = start(FUZZERS "--time 100 --minimise 60");
	wait_for_findings(2); /* a reproducer is being minimised, by children of children */
	kill(child_of(front), SIGKILL);
	assert_int_equal(waitpid(front, &status, 0), front);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 99);
	assert_int_equal(num_running(), 0);
	resume();
}

static void told_to_stop_it_ends_soon(void **state)
{
	time_t began;
	int status = 0;
	pid_t front;

	(void)state;
	planted_open();
	if (!planted_compile(LIBFUZZER, "fuzzers/planted_two_fuzz", hanging))
		return;
	front = start(FUZZERS "--time 100");
	nap(3);
	began = time(NULL);
	kill(front, SIGINT);
	assert_int_equal(waitpid(front, &status, 0), front);
	assert_true(time(NULL) - began <= 20);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 3);
	assert_int_equal(num_running(), 0);
}

const struct suite_test suite_tests[] = {
	TEST(two_bugs_are_two_findings, "H1.fuzz.cause H1.fuzz.reproducer"),
	TEST_SLOW(a_reproducer_is_minimised, "H1.fuzz.reproducer"),
	TEST_SLOW(seeds_and_dictionary_reach_the_fuzzer, "H1.fuzz.corpus"),
	TEST_SLOW(what_does_not_crash_any_more_is_fixed, "H1.fuzz.resume"),
	TEST_SLOW(a_merge_shrinks_the_corpus_and_ends, "H1.fuzz.corpus"),
	TEST(an_unfinished_merge_loses_nothing, "H1.fuzz.resume"),
	TEST_SLOW(killed_outright_it_loses_nothing_and_leaves_nobody, "H1.fuzz.resume"),
	TEST_SLOW(its_second_process_killed_leaves_nobody_either, "H1.fuzz.resume"),
	TEST_SLOW(told_to_stop_it_ends_soon, "H1.fuzz.command"),
	{0},
};
