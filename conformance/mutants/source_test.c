/* SPDX-License-Identifier: Apache-2.0 */
/* source_test.c - which made mutants are chosen, explained, and known from an earlier run. */
#include "../suite.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../../impl/mutants/mutants_files.h"
#include "../../impl/mutants/mutants_source.h"

static char folder[256];

static void put(const char *name, const char *text)
{
	char path[512];

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	assert_int_equal(mutants_write(path, text, NULL), GNG_OK);
}

/* open_tiny makes a subsystem of two files and opens it. The runner removes the folder. */
static void open_tiny(struct source *source)
{
	static struct gng_subsystem tiny = {.name = "tiny", .needs = ""};
	static const struct gng_plan plan = {.num_subsystems = 1, .subsystems = &tiny};
	char path[512];

	snprintf(folder, sizeof(folder), "%s/tree", getenv("TMPDIR") ? getenv("TMPDIR") : "/tmp");
	snprintf(path, sizeof(path), "%s/impl/tiny", folder);
	assert_int_equal(mutants_make_folder(path, NULL), GNG_OK);
	put("impl/tiny/a.c", "bool f(int a)\n{\n\treturn a  <\tb;\n}\n");
	put("impl/tiny/b.c", "int g(int a,\n      int b)\n{\n\treturn 1;\n}\n");
	put("impl/tiny/c.h", "#define X 1\n");
	put("impl/tiny/gng_tiny.h", "static inline int h(void) { return 1; }\n");
	assert_int_equal(source_open(source, folder, &plan, "tiny", NULL), GNG_OK);
}

static void mutants_have_ids_and_lines(void **state)
{
	struct source source;

	(void)state;
	open_tiny(&source);
	assert_int_equal(source.num_files, 3); /* not the public header */
	assert_int_equal(source.num_mutants, 7);
	/* braces are all alike: the function is named */
	assert_string_equal(source.mutants[0].id, "impl/tiny/a.c:2:return:1");
	assert_string_equal(source.mutants[0].old_line, "bool f(int a) {");
	assert_string_equal(source.mutants[0].new_line, "bool f(int a) { return true;");
	assert_string_equal(source.mutants[4].new_line, "int g(int a, { return 0;");
	assert_string_equal(source.mutants[2].id, "impl/tiny/a.c:3:relational:1");
	assert_string_equal(source.mutants[2].old_line, "return a < b;");
	assert_string_equal(source.mutants[2].new_line, "return a <= b;");
	assert_string_equal(source.mutants[6].id, "impl/tiny/b.c:4:constant:2");
	assert_string_equal(source.mutants[6].new_line, "return (1 - 1);");
	source_close(&source);
}

static void sample_is_spread_and_always_the_same(void **state)
{
	struct source source;
	char chosen[8];

	(void)state;
	open_tiny(&source);
	assert_int_equal(source_sample(&source, 7), 7);
	assert_int_equal(source_sample(&source, 3), 3);
	for (size_t i = 0; i < 7; i++)
		chosen[i] = source.mutants[i].chosen ? 'x' : '.';
	chosen[7] = '\0';
	assert_string_equal(chosen, "..x.x.x");
	assert_int_equal(source_sample(&source, 3), 3);
	assert_int_equal(source_sample(&source, 1), 1);
	assert_int_equal(source_num_chosen(&source), 1);
	source_close(&source);
}

static const char diff[] = "diff --git a/impl/tiny/a.c b/impl/tiny/a.c\n"
			   "--- a/impl/tiny/a.c\n"
			   "+++ b/impl/tiny/a.c\n"
			   "@@ -1,0 +2,2 @@ int 1\n"
			   "+{\n"
			   "+\treturn a  <\tb;\n";

static void only_changed_lines_are_kept(void **state)
{
	struct source source;

	(void)state;
	open_tiny(&source);
	assert_int_equal(source_keep_changed(&source, diff, ""), 4);
	assert_true(source.mutants[3].chosen);
	assert_false(source.mutants[4].chosen);
	source_close(&source);
	open_tiny(&source);
	assert_int_equal(source_keep_changed(&source, "", "impl/tiny/b\nimpl/tiny/b.c\n"), 3);
	source_close(&source);
	open_tiny(&source); /* a hunk without a count adds a line, with 0 it only removes */
	assert_int_equal(source_keep_changed(&source, "+++ b/impl/tiny/a.c\n@@ -3 +3 @@\n", ""), 2);
	assert_int_equal(source_keep_changed(&source, "+++ b/impl/tiny/a.c\n@@ -3 +3,0 @@\n", ""),
			 0);
	source_close(&source);
	open_tiny(&source); /* the hunks of other files, before and behind, are theirs */
	assert_int_equal(source_keep_changed(&source,
					     "+++ b/impl/tiny/0.c\n@@ -1 +1,9 @@\n"
					     "+++ b/impl/tiny/a.c\n@@ -3 +3 @@\n"
					     "+++ b/impl/tiny/z.c\n@@ -1 +1,9 @@\n",
					     ""),
			 2);
	source_close(&source);
}

static void diff_since_what_is_no_revision_is_refused(void **state)
{
	char *text, *untracked;
	struct gng_why why;

	(void)state;
	assert_int_equal(source_diff(&text, &untracked, "/", "no-such-thing", &why), GNG_EINVAL);
	assert_non_null(strstr(why.text, "'no-such-thing' is no revision"));
	assert_int_equal(source_diff(&text, &untracked, "/", "--output=x", &why), GNG_EINVAL);
}

#define ROW                                                           \
	"impl/tiny/a.c\trelational\treturn a < b;\treturn a  <= b;\t" \
	"equivalent\tb is never a\n"

static void explanations_go_by_the_text_of_lines(void **state)
{
	struct explained explained;
	struct source source;
	struct gng_why why;

	(void)state;
	open_tiny(&source);
	assert_int_equal(explained_parse(&explained, "s.tsv", "# why\n\n" ROW, &why), GNG_OK);
	assert_int_equal(explained_apply(&explained, &source, &why), GNG_OK);
	assert_string_equal(source.mutants[2].explanation->reason, "b is never a");
	assert_int_equal(source.mutants[2].explanation->of, EXPLAINED_EQUIVALENT);
	assert_null(source.mutants[3].explanation);
	assert_int_equal(explained_check(&explained, &source, &why), GNG_OK);
	source.mutants[2].outcome = SOURCE_KILLED;
	assert_int_equal(explained_check(&explained, &source, &why), GNG_EFORMAT);
	assert_non_null(strstr(why.text, "s.tsv:3: the tests kill this mutant now"));
	explained_fini(&explained);
	source_close(&source);
}

/* Who doubts the file has its rows judged, and nothing else. */
static void only_what_is_explained_is_kept(void **state)
{
	struct explained explained;
	struct source source;

	(void)state;
	open_tiny(&source);
	assert_int_equal(explained_parse(&explained, "s.tsv", ROW, NULL), GNG_OK);
	assert_int_equal(explained_apply(&explained, &source, NULL), GNG_OK);
	source.mutants[3].explanation = source.mutants[2].explanation;
	source.mutants[3].chosen = false; /* by its line, for one */
	assert_int_equal(source_keep_explained(&source), 1);
	assert_int_equal(source_num_chosen(&source), 1);
	assert_true(source.mutants[2].chosen);
	assert_int_equal(source.num_asked, 1);
	explained_fini(&explained);
	source_close(&source);
}

static void second_explanation_is_refused(void **state)
{
	struct explained explained;
	struct source source;
	struct gng_why why;

	(void)state;
	open_tiny(&source);
	assert_int_equal(explained_parse(&explained, "s.tsv", ROW ROW, &why), GNG_OK);
	assert_int_equal(explained_apply(&explained, &source, &why), GNG_EFORMAT);
	assert_non_null(strstr(why.text, "s.tsv:2: a line above explains this mutant"));
	explained_fini(&explained);
	source_close(&source);
}

static void explanation_of_nothing_is_refused(void **state)
{
	static const char *const strange[] = {
		"impl/tiny/b.c\trelational\treturn a < b;\treturn a <= b;\tstubborn\tr\n",
		"impl/tiny/a.c\tconstant\treturn a < b;\treturn a <= b;\tstubborn\tr\n",
		"impl/tiny/a.c\trelational\treturn a < c;\treturn a <= b;\tstubborn\tr\n",
		"impl/tiny/a.c\trelational\treturn a < b;\treturn a == b;\tstubborn\tr\n"};
	struct explained explained;
	struct source source;
	struct gng_why why;

	(void)state;
	open_tiny(&source);
	for (size_t i = 0; i < COUNT_OF(strange); i++) {
		assert_int_equal(explained_parse(&explained, "s.tsv", strange[i], &why), GNG_OK);
		assert_int_equal(explained_apply(&explained, &source, &why), GNG_EFORMAT);
		assert_non_null(strstr(why.text, "s.tsv:1: no mutant is like this any more"));
		explained_fini(&explained);
	}
	source_close(&source);
}

static void explanations_are_refused_by_their_line(void **state)
{
	static const char *const bad[] = {
		"\nimpl/a.c\trelational\ta\tb\tstubborn\n",
		"\nimpl/a.c\tgreen\ta\tb\tstubborn\tr",
		"\nimpl/a.c\trelational\ta\ta\tstubborn\tr",
		"\n\trelational\ta\tb\tstubborn\tr",
		"\nimpl/a.c\trelational\t \tb\tstubborn\tr",
		"\nimpl/a.c\trelational\ta\tb\ta reason of the time before classes"};
	struct explained explained;
	struct gng_why why;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(bad); i++) {
		assert_int_equal(explained_parse(&explained, "s.tsv", bad[i], &why), GNG_EFORMAT);
		assert_non_null(strstr(why.text, "s.tsv:2: write file, kind"));
	}
}

/* A class decides whether a survivor counts: none is taken for granted. */
static void class_that_is_none_is_refused_by_its_line(void **state)
{
	static const char *const bad[] = {"", "Equivalent", "equivalents", "equiv", "unprovoked"};
	struct explained explained;
	struct gng_why why;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(bad); i++) {
		char row[128];
		char *want = mutants_format("s.tsv:2: '%s' is no class: write equivalent", bad[i]);

		snprintf(row, sizeof(row), "#\nimpl/a.c\trelational\ta\tb\t%s\tr\n", bad[i]);
		assert_int_equal(explained_parse(&explained, "s.tsv", row, &why), GNG_EFORMAT);
		assert_ptr_equal(strstr(why.text, want), why.text);
		free(want);
	}
	assert_int_equal(explained_parse(&explained, "s.tsv",
					 "impl/a.c\trelational\ta\tb\t stubborn \tr\n", &why),
			 GNG_OK);
	assert_int_equal(explained.rows[0].of, EXPLAINED_STUBBORN);
	explained_fini(&explained);
}

static void outcomes_outlive_a_kill(void **state)
{
	struct source source;
	char path[512];
	bool fits;
	int fd;

	(void)state;
	open_tiny(&source);
	snprintf(path, sizeof(path), "%s/tiny.state", folder);
	assert_int_equal(state_read(&fits, &source, path), 0);
	assert_false(fits);
	assert_int_equal(state_begin(&source, path, NULL), GNG_OK);
	fd = open(path, O_WRONLY | O_APPEND);
	source.mutants[1].outcome = SOURCE_KILLED;
	source.mutants[1].killer = strdup("conformance.tiny.a.b");
	source.mutants[4].outcome = SOURCE_SURVIVED;
	assert_int_equal(state_add(fd, &source, &source.mutants[1], NULL), GNG_OK);
	assert_int_equal(state_add(fd, &source, &source.mutants[4], NULL), GNG_OK);
	/* a kill came before the newline */
	assert_int_equal(dprintf(fd, "killed\timpl/tiny/a.c:3:relational:1\tx\t%s", source.key),
			 54);
	close(fd);
	source_close(&source);

	open_tiny(&source);
	assert_int_equal(state_read(&fits, &source, path), 2);
	assert_true(fits);
	assert_int_equal(source.mutants[1].outcome, SOURCE_KILLED);
	assert_string_equal(source.mutants[1].killer, "conformance.tiny.a.b");
	assert_int_equal(source.mutants[4].outcome, SOURCE_SURVIVED);
	assert_null(source.mutants[4].killer);
	assert_int_equal(source.mutants[2].outcome, SOURCE_UNKNOWN);
	source_close(&source);
}

static void outcomes_of_another_source_are_not_taken(void **state)
{
	struct source source;
	char path[512], key[17];
	bool fits;

	(void)state;
	open_tiny(&source);
	snprintf(path, sizeof(path), "%s/tiny.state", folder);
	assert_int_equal(state_begin(&source, path, NULL), GNG_OK);
	memcpy(key, source.key, sizeof(key));
	source_close(&source);
	put("impl/tiny/c.h", "#define X 2\n");
	assert_int_equal(source_open(&source, folder, &(struct gng_plan){0}, "tiny", NULL), GNG_OK);
	assert_string_not_equal(source.key, key);
	assert_int_equal(state_read(&fits, &source, path), 0);
	assert_false(fits);
	source_close(&source);
}

static void put_outcomes(const char *path)
{
	static const enum source_outcome outcomes[] = {
		SOURCE_KILLED, SOURCE_KILLED, SOURCE_SURVIVED, SOURCE_UNREACHED, SOURCE_EQUIVALENT};
	struct source source;
	int fd;

	open_tiny(&source);
	assert_int_equal(state_begin(&source, path, NULL), GNG_OK);
	fd = open(path, O_WRONLY | O_APPEND);
	for (size_t i = 0; i < COUNT_OF(outcomes); i++) {
		source.mutants[i].outcome = outcomes[i];
		if (i < 2)
			source.mutants[i].killer = strdup(i == 0 ? "conformance.tiny.one.f aesni"
								 : "fuzz.tiny.one_more.g");
		assert_int_equal(state_add(fd, &source, &source.mutants[i], NULL), GNG_OK);
	}
	close(fd);
	source_close(&source);
}

/* known returns a letter for each of the first five mutants: its outcome, or '-'. */
static const char *known(const char *path)
{
	static char letters[6];
	struct source source;
	bool fits;

	open_tiny(&source);
	state_read(&fits, &source, path);
	assert_true(fits);
	for (size_t i = 0; i < 5; i++)
		letters[i] = source.mutants[i].outcome == SOURCE_UNKNOWN
				     ? '-'
				     : *source_outcome_name(source.mutants[i].outcome);
	source_close(&source);
	return letters;
}

/* What one test has killed, another test makes no less dead; it may kill what survived. */
static void killed_stay_dead_while_their_killer_is_the_same(void **state)
{
	struct source source;
	char path[512];

	(void)state;
	open_tiny(&source);
	source_close(&source);
	snprintf(path, sizeof(path), "%s/conformance/tiny", folder);
	assert_int_equal(mutants_make_folder(path, NULL), GNG_OK);
	snprintf(path, sizeof(path), "%s/fuzz/tiny", folder);
	assert_int_equal(mutants_make_folder(path, NULL), GNG_OK);
	put("conformance/tiny/one_test.c", "1\n");
	put("conformance/tiny/one_part.c", "1\n");
	put("conformance/tiny/shared.h", "1\n");
	put("fuzz/tiny/one_more_fuzz.c", "1\n");
	snprintf(path, sizeof(path), "%s/tiny.state", folder);
	put_outcomes(path);
	assert_string_equal(known(path), "kksue");
	put("conformance/tiny/survivors.tsv", "# a reason is no test\n");
	assert_string_equal(known(path), "kksue");
	put("conformance/tiny/two_test.c", "2\n");
	assert_string_equal(known(path), "kk--e");
	put_outcomes(path);
	put("conformance/tiny/one_part.c", "2\n");
	assert_string_equal(known(path), "-k--e");
	put_outcomes(path);
	put("fuzz/tiny/one_more_fuzz.c", "2\n");
	assert_string_equal(known(path), "k---e");
	put_outcomes(path);
	put("conformance/tiny/shared.h", "2\n");
	assert_string_equal(known(path), "-k--e");
}

/* is_refused tells what another process is told. */
static bool is_refused(const char *path)
{
	int status = 0;
	const pid_t pid = fork();

	if (pid == 0) {
		struct gng_why why;
		int fd;

		_exit(state_lock(&fd, path, &why) == GNG_EPERM && fd == -1 &&
		      strstr(why.text, "another run holds") != NULL);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status) == 1;
}

/* The lock ends with the run, also where a worker of it lives on. */
static void second_run_of_one_state_is_refused(void **state)
{
	struct gng_why why;
	char path[512];
	pid_t worker;
	int first;

	(void)state;
	snprintf(path, sizeof(path), "%s/held.state", getenv("TMPDIR") ? getenv("TMPDIR") : "/tmp");
	assert_int_equal(state_lock(&first, path, &why), GNG_OK);
	worker = fork();
	if (worker == 0) {
		pause();
		_exit(0);
	}
	assert_true(is_refused(path));
	close(first);
	assert_false(is_refused(path));
	kill(worker, SIGKILL);
	assert_int_equal(waitpid(worker, NULL, 0), worker);
	assert_int_equal(state_lock(&first, "/nonexistent/x.state", &why), GNG_ESYS);
}

static void full_disk_is_said(void **state)
{
	const struct source_mutant mutant = {.id = "a", .outcome = SOURCE_KILLED};
	const int fd = open("/dev/full", O_WRONLY);
	const struct source source = {.key = "0"};
	struct gng_why why;

	(void)state;
	assert_int_equal(state_add(fd, &source, &mutant, &why), GNG_ESYS);
	assert_non_null(strstr(why.text, "cannot be written"));
	close(fd);
}

const struct suite_test suite_tests[] = {
	TEST(mutants_have_ids_and_lines, "H1.mutants.source"),
	TEST(sample_is_spread_and_always_the_same, "H1.mutants.source"),
	TEST(only_changed_lines_are_kept, "H1.mutants.source"),
	TEST(diff_since_what_is_no_revision_is_refused, "H1.mutants.source"),
	TEST(explanations_go_by_the_text_of_lines, "H1.mutants.explained"),
	TEST(only_what_is_explained_is_kept, "H1.mutants.explained"),
	TEST(second_explanation_is_refused, "H1.mutants.explained"),
	TEST(explanation_of_nothing_is_refused, "H1.mutants.explained"),
	TEST(explanations_are_refused_by_their_line, "H1.mutants.explained"),
	TEST(class_that_is_none_is_refused_by_its_line, "H1.mutants.explained"),
	TEST(outcomes_outlive_a_kill, "H1.mutants.state"),
	TEST(outcomes_of_another_source_are_not_taken, "H1.mutants.state"),
	TEST(killed_stay_dead_while_their_killer_is_the_same, "H1.mutants.state"),
	TEST(second_run_of_one_state_is_refused, "H1.mutants.state"),
	TEST(full_disk_is_said, "H1.mutants.state"),
	{0},
};
