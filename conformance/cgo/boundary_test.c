/* SPDX-License-Identifier: Apache-2.0 */
/*
 * boundary_test.c - the classic bugs between Go and C (boundary/), each planted and mended, and
 * which tool sees which. docs/boundary.md is the table below, as the slow test measures it.
 */
/* requires: go */
#include "golang.h"

#include <ctype.h>

/* tool is a way to run the program. It saw the bug if the program says one of the signs. */
struct tool {
	const char *name, *wrapper, *environment, *program, *signs[8];
};

#define ASAN_SIGNS                                                                              \
	{                                                                                       \
		"ERROR: AddressSanitizer", "has Go pointer to Go pointer", "index out of range" \
	}
#define PLAIN_SIGNS                                                                          \
	{                                                                                    \
		"SIGSEGV", "SIGABRT: ", "has Go pointer to Go pointer", "index out of range" \
	}

/* One is run always by each build, cgocheck=2 and the leak check; all of them by the slow test. */
static const struct tool tools[] = {
	{"plain", NULL, "GODEBUG=", "boundary", PLAIN_SIGNS},
	{"cgocheck=2",
	 NULL,
	 "GODEBUG=cgocheck=2",
	 "boundary",
	 {"SIGSEGV", "SIGABRT: ", "has Go pointer to Go pointer", "index out of range",
	  "Go pointer stored into non-Go memory"}},
	{"race",
	 NULL,
	 "GODEBUG=",
	 "boundary-race",
	 {"DATA RACE", "SIGSEGV", "SIGABRT: ", "has Go pointer to Go pointer",
	  "index out of range"}},
	{"asan", NULL, "ASAN_OPTIONS=detect_leaks=0", "boundary-asan", ASAN_SIGNS},
	{"leak check",
	 NULL,
	 "BOUNDARY_LEAKS=1",
	 "boundary-asan",
	 {"ERROR: AddressSanitizer", "LeakSanitizer: detected", "has Go pointer to Go pointer",
	  "index out of range"}},
	{"msan",
	 NULL,
	 "GODEBUG=",
	 "boundary-msan",
	 {"WARNING: MemorySanitizer", "ERROR: MemorySanitizer", "MemorySanitizer: bad",
	  "has Go pointer to Go pointer", "index out of range"}},
	{"valgrind",
	 "valgrind",
	 "GODEBUG=asyncpreemptoff=1",
	 "boundary",
	 {"Invalid read", "Invalid write", "Invalid free", "Jump to the invalid address",
	  "definitely lost: ", "has Go pointer to Go pointer", "index out of range"}},
};

enum { PLAIN, CGOCHECK, RACE, ASAN, LEAKS, MSAN, VALGRIND, NUM_TOOLS };

/* class is a row: one character for each tool, in their order; '+' seen, '-' not. lint and ours
 * are the checker of sources and the package gonogo. */
struct class_row {
	const char *name, *seen;
	bool lint, ours, shows; /* shows: without a tool it is wrong bytes or numbers */
};

static const struct class_row rows[] = {
	/* plain cgocheck race asan leaks msan valgrind */
	{"01 overflow of a Go slice", "---++--", false, true, false},
	{"01c overflow of C memory", "---++-+", false, false, false},
	{"02 over-read of a Go slice", "---++--", false, true, false},
	{"02g over-read by C.GoBytes", "------+", true, true, true},
	{"03 finalizer without KeepAlive", "---++-+", true, true, false},
	{"04 leak on an error path", "----+-+", false, true, false},
	{"04s leak of C.CString", "----+-+", true, false, false},
	{"05 double free", "+++++-+", false, true, false},
	{"05g free of Go memory", "+++++++", false, false, false},
	{"06 Go pointer kept by C", "---++--", false, false, false},
	{"06g Go pointer stored in C memory", "-+-----", false, false, false},
	{"07 Go pointer to Go pointer", "+++++++", false, true, false},
	{"08 length cut to an int", "-------", true, true, true},
	{"09 empty slice", "+++++++", true, true, false},
	{"10 NUL in a string", "-------", true, true, true},
	{"11 shifted overlap", "-------", false, true, true},
	{"12 result without a value", "-----+-", false, false, false},
	{"13 error of another thread", "-------", false, true, true},
	{"14 wrong allocator", "+++++-+", false, true, false},
	{"15 context with two users", "-------", false, true, false},
	{"16 panic through C", "----+-+", false, true, false},
	{"17 tag longer than its room", "---++--", false, true, false},
	{"18 function pointer before init", "+++++++", false, true, false},
};

static const char nothing_said[] = "says: \n";

/* run_class runs one class in one way and returns the exit status. */
static int run_class(struct golang *go, const struct tool *tool, const char *what,
		     const char *class_name)
{
	char path[PATH_MAX + 64];
	const char *words[] = {"env", tool->environment, "timeout", "50", path,
			       what,  class_name,	 NULL,	    NULL, NULL};

	snprintf(path, sizeof(path), "%s/go/%s", go->build, go->asan ? "boundary" : tool->program);
	if (tool->wrapper) {
		const char *wrapped[] = {"env",	     tool->environment,
					 "timeout",  "600",
					 "valgrind", "--leak-check=full",
					 path,	     what,
					 class_name, NULL};

		return golang_run(go, NULL, wrapped);
	}
	return golang_run(go, NULL, words);
}

/* Go's preemption writes below the stack pointer in a signal, which Valgrind takes for a bug: it is
 * off there. Valgrind prints its line for nothing, too: "definitely lost: 0 bytes". */
static bool saw(const struct golang *go, const struct tool *tool)
{
	for (size_t i = 0; i < COUNT_OF(tool->signs) && tool->signs[i]; i++) {
		const char *found = go->said ? strstr(go->said, tool->signs[i]) : NULL;

		if (found && found[strlen(tool->signs[i])] != '0')
			return true;
	}
	return false;
}

static void judge_class(struct golang *go, size_t t, const struct class_row *row)
{
	const struct tool *tool = &tools[t];
	bool seen;

	run_class(go, tool, "planted", row->name);
	seen = saw(go, tool);
	gng_probe_assertion();
	if (seen != (row->seen[t] == '+'))
		suite_fail("%s, planted: %s %s it", row->name, tool->name,
			   seen ? "sees" : "does not see");
	if (row->shows && !seen && go->said && strstr(go->said, nothing_said))
		suite_fail("%s, planted: nothing went wrong", row->name);
	gng_probe_assertion();
	if (run_class(go, tool, "mended", row->name) != 0 || saw(go, tool) ||
	    !strstr(go->said, nothing_said) || !strstr(go->said, "ended"))
		suite_fail("%s, mended: %s complains", row->name, tool->name);
}

static void judge_tools(struct golang *go, const size_t *which, size_t num, size_t from, size_t to)
{
	for (size_t i = from; i < to; i++)
		for (size_t t = 0; t < num; t++)
			judge_class(go, which[t], &rows[i]);
	golang_close(go);
}

/* What each build sees most with, in halves: under load a run of all comes near the deadline. */
static void judge_rows(size_t from, size_t to)
{
	static const size_t of_release[] = {CGOCHECK}, of_asan[] = {LEAKS};
	struct golang go;

	if (golang_open(&go))
		judge_tools(&go, go.asan ? of_asan : of_release, 1, from, to);
}

static void planted_bugs_of_memory_are_seen(void **state)
{
	(void)state;
	judge_rows(0, COUNT_OF(rows) / 2);
}

static void other_planted_bugs_are_seen(void **state)
{
	(void)state;
	judge_rows(COUNT_OF(rows) / 2, COUNT_OF(rows));
}

static void gonogo_rules_out_what_it_says(void **state)
{
	static const struct tool plain = {"plain", NULL, "GODEBUG=", "boundary", {NULL}};
	struct golang go;

	(void)state;
	if (!golang_open(&go))
		return;
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		bool silent;

		gng_probe_assertion();
		if (run_class(&go, &plain, "ours", rows[i].name) != 0)
			suite_fail("%s, with gonogo: it does not end", rows[i].name);
		silent = strstr(go.said, nothing_said) != NULL;
		if (silent == rows[i].ours)
			suite_fail("%s: gonogo %s it out", rows[i].name,
				   silent ? "does not rule" : "rules");
	}
	golang_close(&go);
}

static void every_class_has_somebody_who_sees_it(void **state)
{
	bool numbered[19] = {false};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		const int number = atoi(rows[i].name);

		assert_in_range(number, 1, 18);
		numbered[number] = true;
		assert_int_equal(strlen(rows[i].seen), NUM_TOOLS);
		assert_true(strchr(rows[i].seen, '+') || rows[i].lint || rows[i].ours);
	}
	for (int number = 1; number <= 18; number++)
		assert_true(numbered[number]);
}

/* ---- the checker of sources ---- */

/* lint runs the checker over a folder of the source tree. */
static int lint(struct golang *go, const char *folder)
{
	char program[PATH_MAX + 64], path[PATH_MAX + 64];
	const char *const words[] = {program, path, NULL};

	snprintf(program, sizeof(program), "%s/go/lint", go->build);
	snprintf(path, sizeof(path), "%s/%s", go->source, folder);
	return golang_run(go, NULL, words);
}

/* found_in tells whether a finding is in the function "planted04s" or "mended04s". */
static bool found_in(const struct golang *go, const char *prefix, const char *class_name)
{
	char name[64];

	snprintf(name, sizeof(name), ": %s%.*s: ", prefix, (int)strcspn(class_name, " "),
		 class_name);
	return strstr(go->said, name) != NULL;
}

static void the_lint_finds_what_no_tool_sees(void **state)
{
	struct golang go;

	(void)state;
	if (!golang_open(&go))
		return;
	if (go.asan) {
		gng_probe_skip("it reads sources: one build is enough",
			       "gonogo check --builds release");
		return;
	}
	assert_int_equal(lint(&go, "conformance/cgo/boundary"), 1);
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		gng_probe_assertion();
		if (found_in(&go, "planted", rows[i].name) != rows[i].lint)
			suite_fail("%s, planted: the lint %s it", rows[i].name,
				   rows[i].lint ? "does not find" : "finds");
		if (found_in(&go, "mended", rows[i].name))
			suite_fail("%s, mended: the lint complains", rows[i].name);
	}
	golang_close(&go);
}

static void the_lint_has_no_complaint_about_gonogo(void **state)
{
	struct golang go;

	(void)state;
	if (!golang_open(&go))
		return;
	if (go.asan) {
		gng_probe_skip("it reads sources: one build is enough",
			       "gonogo check --builds release");
		return;
	}
	if (lint(&go, "impl/cgo/go") != 0)
		suite_fail("%.200s", go.said);
	gng_probe_assertion();
	assert_int_equal(lint(&go, "conformance/cgo/nothing"), 2);
	golang_close(&go);
}

/* ---- the whole matrix ---- */

/* make_programs builds the program for the tools that ci/build does not build it for. */
static void make_programs(struct golang *go)
{
	static const char *const flags[] = {"-race", "-asan", "-msan"};
	char folder[PATH_MAX + 32], out[PATH_MAX + 64], line[256];
	const char *words[] = {"env",	"CC=gcc", "/bin/sh", go->script, go->build, folder, "--",
			       "build", NULL,	  "-o",	     out,	 ".",	    NULL};

	snprintf(folder, sizeof(folder), "%s/conformance/cgo/boundary", go->source);
	for (size_t i = 0; i < COUNT_OF(flags); i++) {
		snprintf(out, sizeof(out), "%s/go/boundary%s", go->build, flags[i]);
		words[1] = strcmp(flags[i], "-msan") == 0 ? "CC=clang" : "CC=gcc";
		words[8] = flags[i];
		gng_probe_assertion();
		if (golang_run(go, NULL, words) != 0)
			suite_fail("boundary%s: %s", flags[i], golang_complaint(go, line));
	}
}

/* cell_of is one mark of the table; - is the ASCII of "no". */
static const char *cell_of(bool seen)
{
	return seen ? "yes" : "-";
}

static void write_table(FILE *to)
{
	fprintf(to, "| bug, planted |");
	for (size_t t = 0; t < NUM_TOOLS; t++)
		fprintf(to, " %s |", tools[t].name);
	fprintf(to, " lint | gonogo |\n|---|");
	for (size_t t = 0; t < NUM_TOOLS + 2; t++)
		fprintf(to, "---|");
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		fprintf(to, "\n| %s |", rows[i].name);
		for (size_t t = 0; t < NUM_TOOLS; t++)
			fprintf(to, " %s |", cell_of(rows[i].seen[t] == '+'));
		fprintf(to, " %s | %s |", cell_of(rows[i].lint), cell_of(rows[i].ours));
	}
	fprintf(to, "\n");
}

static char *table(void)
{
	char *text = NULL;
	size_t len;
	FILE *to = open_memstream(&text, &len);

	assert_non_null(to);
	write_table(to);
	fclose(to);
	return text;
}

static void the_document_has_the_table(void **state)
{
	char path[PATH_MAX + 64], *document = NULL, *want;
	struct golang go;
	size_t cap = 0;
	FILE *file;

	(void)state;
	if (!golang_open(&go))
		return;
	snprintf(path, sizeof(path), "%s/docs/boundary.md", go.source);
	file = fopen(path, "r");
	if (!file) {
		gng_probe_skip("docs is not beside the tests here", "run it in the source tree");
		return;
	}
	assert_true(getdelim(&document, &cap, EOF, file) > 0);
	fclose(file);
	want = table();
	if (!strstr(document, want))
		suite_fail("docs/boundary.md has another table; its text is in the log:\n%s", want);
	gng_probe_assertion();
	free(document);
	free(want);
}

static void each_tool_sees_what_the_table_says(void **state)
{
	static const size_t all[] = {PLAIN, CGOCHECK, RACE, ASAN, LEAKS, MSAN, VALGRIND};
	struct golang go;

	(void)state;
	if (!golang_open(&go))
		return;
	if (go.asan) {
		gng_probe_skip("it builds what it needs itself", "gonogo check --builds release");
	} else if (system("command -v valgrind >"
			  "/dev/null 2>&1") != 0) {
		gng_probe_skip("valgrind is not installed", "apt-get install valgrind");
	} else {
		make_programs(&go);
		judge_tools(&go, all, COUNT_OF(all), 0, COUNT_OF(rows));
	}
}

const struct suite_test suite_tests[] = {
	TEST(planted_bugs_of_memory_are_seen, "C3.boundary.matrix"),
	TEST(other_planted_bugs_are_seen, "C3.boundary.matrix"),
	TEST(gonogo_rules_out_what_it_says, "C3.boundary.matrix"),
	TEST(every_class_has_somebody_who_sees_it, "C3.boundary.matrix"),
	TEST(the_lint_finds_what_no_tool_sees, "C3.boundary.lint"),
	TEST(the_lint_has_no_complaint_about_gonogo, "C3.boundary.lint"),
	TEST(the_document_has_the_table, "C3.boundary.matrix"),
	TEST_SLOW(each_tool_sees_what_the_table_says, "C3.boundary.matrix"),
	{0},
};
