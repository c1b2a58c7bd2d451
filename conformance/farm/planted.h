/* SPDX-License-Identifier: Apache-2.0 */
/*
 * planted.h - a folder with a real libFuzzer program that has two bugs, and the real command.
 *
 * The folder is a small tree of its own too: build/gonogo-fuzz beside its facts, source/fuzz/.
 */
#ifndef PLANTED_H
#define PLANTED_H

#include "../cli/fixture.h"

#include <jansson.h>

#define LIBFUZZER "clang -g -O1 -fsanitize=fuzzer,address"

/* An input of 8 bytes or more is enough for either; the longer it is, the more can be cut. */
static const char planted_two[] =
	"#include <stdint.h>\n#include <stdlib.h>\n#include <string.h>\n"
	"static volatile int sink;\n"
	"__attribute__((noinline)) static void over_read(const uint8_t *data, size_t size) {\n"
	" uint8_t *copy = malloc(4); memcpy(copy, data, 4);\n"
	" sink = copy[4 + (size > 100)]; free(copy); }\n"
	"__attribute__((noinline)) static void gives_up(void) { abort(); }\n"
	"int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {\n"
	" if (size < 8) return 0;\n"
	" if (data[0] == 'A' && data[1] == 'B') over_read(data, size);\n"
	" if (data[0] == 'C' && data[1] == 'D') gives_up();\n"
	" return 0; }\n";

/* planted_open makes the folder, which is removed when the process ends. */
static inline void planted_open(void)
{
	const char *tmp = getenv("TMPDIR");
	char text[2 * PATH_MAX];

	snprintf(fixture, sizeof(fixture), "%s/gonogo-farm-XXXXXX", tmp ? tmp : P_tmpdir);
	assert_non_null(mkdtemp(fixture));
	atexit(fixture_close);
	snprintf(text, sizeof(text), "source\t%s/source\nbuild\trelease\n", fixture);
	fixture_file("build/gonogo.facts", text);
	fixture_file("source/fuzz/demo/two.seeds", "# requirements: \n# cases: 0\n");
	snprintf(text, sizeof(text), "%s/gonogo-fuzz", fixture_build_dir());
	fixture_copy(text, "build/gonogo-fuzz");
}

/* planted_shell runs a command in the folder; its output is in "stdout" and "stderr". */
static inline int planted_shell(const char *command)
{
	char whole[4 * PATH_MAX];
	int status;

	snprintf(whole, sizeof(whole), "cd %s && { %s; } </dev/null >stdout 2>stderr", fixture,
		 command);
	status = system(whole);
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

/* planted_compile makes a program of text. False, with a skip, where the compiler is absent. */
static inline bool planted_compile(const char *compiler, const char *name, const char *text)
{
	char command[2 * PATH_MAX], tool[64];

	snprintf(tool, sizeof(tool), "command -v %.*s", (int)strcspn(compiler, " "), compiler);
	if (planted_shell(tool) != 0) {
		gng_probe_skip("no fuzzer can be compiled here", "ci/setup fuzz afl");
		return false;
	}
	fixture_file("planted.c", text);
	fixture_file(name, "");
	snprintf(command, sizeof(command), "%s planted.c -o %s", compiler, name);
	if (planted_shell(command) != 0)
		suite_fail("%s: %s", command, fixture_read("stderr"));
	return true;
}

/* planted_fuzz runs `gonogo fuzz` with arguments; its exit status. */
static inline int planted_fuzz(const char *arguments)
{
	char command[1024];

	snprintf(command, sizeof(command), "timeout -k 5 600 ./build/gonogo-fuzz %s", arguments);
	return planted_shell(command);
}

/* planted_json is planted_fuzz with --json, which must exit with status; the caller frees. */
static inline json_t *planted_json(const char *arguments, int status)
{
	char whole[512], *text;
	json_error_t error;
	json_t *json;
	int got;

	snprintf(whole, sizeof(whole), "--json %s", arguments);
	got = planted_fuzz(whole);
	text = fixture_read("stdout");
	if (got != status)
		suite_fail("%s: exit status %d: %s%s", whole, got, fixture_read("stderr"), text);
	json = json_loads(text, JSON_REJECT_DUPLICATES, &error);
	free(text);
	assert_non_null(json);
	return json;
}

#endif /* PLANTED_H */
