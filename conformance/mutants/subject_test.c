/* SPDX-License-Identifier: Apache-2.0 */
/* subject_test.c - equivalent, unreached, killed and survived, on a subsystem of two functions. */
#include "../suite.h"

#include <fcntl.h>
#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../../impl/mutants/mutants_campaign.h"
#include "tiny.h"

/* ---- coverage, from gcov's own words ---- */

#define LINE(number, count) "{\"line_number\":" #number ",\"count\":" #count "}"

static const char first_test[] =
	"{\"files\":[{\"file\":\"impl/tiny/a.c\","
	"\"lines\":[" LINE(2, 1) "," LINE(3, 5) "," LINE(5, 0) "," LINE(8, 0) "]}]}\n";
static const char second_test[] = "{\"files\":[{\"file\":\"sub/impl/tiny/b.c\",\"lines\":[]},"
				  "{\"file\":\"impl/tiny/a.c\","
				  "\"lines\":[" LINE(5, 1) "]}]}\n\n";

/* What those words are of, in lines as they have them. */
static const char counted_c[] = "int x;\n"
				"int f(int a) {\n"
				"\ta = a > 0 &&\n"
				"\t    a < 9;\n"
				"\tstatic int b = 1; a++;\n"
				"}\n"
				"int e(int a) { return a + 1; }\n"
				"int g(int a) {\n"
				"\tstatic int b = 2; }\n"
				"int h(int a) { return a; }\n";

/* hits_of is "10" for what the first test executed and the second did not; "" for what nobody can
 * tell. */
static const char *hits_of(const struct coverage *coverage, const char *file, const char *text)
{
	static char hits[3];
	struct statements statements;
	size_t index;
	bool known;

	assert_true(statements_read(&statements, counted_c));
	index = statements_at(&statements, (size_t)(strstr(counted_c, text) - counted_c));
	known = coverage_of(coverage, (unsigned char *)hits, file, &statements, index);
	statements_fini(&statements);
	for (size_t i = 0; i < coverage->num_tests; i++)
		hits[i] = (char)('0' + hits[i]);
	hits[known ? coverage->num_tests : 0] = '\0';
	return hits;
}

static void coverage_of_a_statement_is_who_executed_it(void **state)
{
	struct coverage coverage;

	(void)state;
	coverage_init(&coverage, 2);
	assert_int_equal(coverage_add(&coverage, 0, first_test, NULL), GNG_OK);
	assert_int_equal(coverage_add(&coverage, 1, second_test, NULL), GNG_OK);
	assert_string_equal(hits_of(&coverage, "impl/tiny/a.c", "a > 0"), "10");
	assert_string_equal(hits_of(&coverage, "impl/tiny/a.c", "a < 9"), "10");
	assert_string_equal(hits_of(&coverage, "impl/tiny/a.c", "a++"), "01");
	assert_string_equal(hits_of(&coverage, "impl/tiny/a.c", "g(int"), "00");
	/* what has no line that is counted is executed after what is before it, in its function */
	assert_string_equal(hits_of(&coverage, "impl/tiny/a.c", "b = 2"), "00");
	coverage_fini(&coverage);
}

static void coverage_of_what_nobody_counts_is_unknown(void **state)
{
	struct coverage coverage;

	(void)state;
	coverage_init(&coverage, 1);
	assert_int_equal(coverage_add(&coverage, 0, first_test, NULL), GNG_OK);
	assert_string_equal(hits_of(&coverage, "impl/tiny/a.c", "a > 0"), "1");
	assert_string_equal(hits_of(&coverage, "impl/tiny/a.c", "x;"), "");
	assert_string_equal(hits_of(&coverage, "impl/tiny/a.c", "h(int"), "");
	assert_string_equal(hits_of(&coverage, "impl/tiny/a.c", "return a + 1"), "");
	assert_string_equal(hits_of(&coverage, "impl/tiny/a.c", "return a"), "");
	assert_string_equal(hits_of(&coverage, "impl/tiny/c.c", "a > 0"), "");
	assert_string_equal(hits_of(&coverage, "tiny/impl/tiny/a.c", "a > 0"), "");
	coverage_fini(&coverage);
}

/* A test that fails when it is counted may reach any line, and the others are as they were. */
static void coverage_of_a_test_that_cannot_be_counted_is_everywhere(void **state)
{
	struct coverage coverage;

	(void)state;
	coverage_init(&coverage, 2);
	assert_int_equal(coverage_add(&coverage, 0, first_test, NULL), GNG_OK);
	coverage_everywhere(&coverage, 1);
	assert_string_equal(hits_of(&coverage, "impl/tiny/a.c", "a++"), "01");
	assert_string_equal(hits_of(&coverage, "impl/tiny/a.c", "g(int"), "01");
	assert_string_equal(hits_of(&coverage, "impl/tiny/a.c", "x;"), "");
	coverage_fini(&coverage);
}

static void coverage_refuses_other_text(void **state)
{
	struct coverage coverage;

	(void)state;
	coverage_init(&coverage, 1);
	assert_int_equal(coverage_add(&coverage, 0, "no JSON\n", NULL), GNG_EFORMAT);
	assert_int_equal(coverage_add(&coverage, 0, "{\"files\":[{}]}\n", NULL), GNG_EFORMAT);
	coverage_fini(&coverage);
}

/* ---- a subsystem from end to end ---- */

static enum source_outcome outcome_of(const struct source *source, const char *id)
{
	for (size_t i = 0; i < source->num_mutants; i++)
		if (strcmp(source->mutants[i].id, id) == 0)
			return source->mutants[i].outcome;
	fail_msg("there is no mutant %s", id);
	return SOURCE_UNKNOWN;
}

static void check_outcomes(const struct source *source)
{
	struct made_counts counts = {0};

	assert_int_equal(outcome_of(source, "impl/tiny/tiny.c:6:arithmetic:1"), SOURCE_KILLED);
	assert_int_equal(outcome_of(source, "impl/tiny/tiny.c:6:constant:1"), SOURCE_KILLED);
	assert_int_equal(outcome_of(source, "impl/tiny/tiny.c:5:return:1"), SOURCE_KILLED);
	assert_int_equal(outcome_of(source, "impl/tiny/tiny.c:15:arithmetic:1"), SOURCE_SURVIVED);
	/* the compiler sees that x-- is never executed, and so it is never reached */
	assert_int_equal(outcome_of(source, "impl/tiny/tiny.c:14:arithmetic:1"), SOURCE_UNREACHED);
	assert_int_equal(outcome_of(source, "impl/tiny/tiny.c:20:constant:1"), SOURCE_UNREACHED);
	/* 0 > 0 + 1 is as false as 0 > 0 */
	assert_int_equal(outcome_of(source, "impl/tiny/tiny.c:13:constant:1"), SOURCE_EQUIVALENT);
	/* what only a child that ends by _exit executes is reached */
	assert_int_equal(outcome_of(source, "impl/tiny/tiny.c:30:arithmetic:1"), SOURCE_KILLED);
	/* what kills the process that judges it is as dead, and the others are judged all the same
	 */
	assert_int_equal(outcome_of(source, "impl/tiny/tiny.c:35:constant:1"), SOURCE_KILLED);
	assert_int_equal(outcome_of(source, "impl/tiny/tiny.c:35:constant:2"), SOURCE_KILLED);
	/* a private header is source, too */
	assert_int_equal(outcome_of(source, "impl/tiny/tiny_half.h:3:arithmetic:1"), SOURCE_KILLED);
	assert_int_equal(outcome_of(source, "impl/tiny/tiny_other.h:3:arithmetic:1"),
			 SOURCE_UNREACHED);
	made_count(&counts, source);
	assert_int_equal(counts.judged, source->num_mutants);
	assert_int_equal(counts.executed, counts.killed + counts.survived);
}

/* What does not compile is no mutant, but what survived one compiler and is refused by the other,
 * which has the sanitizers, has survived. */
static void check_refused(struct pool pool, struct source *source, struct subject *subject)
{
	static const char id[] = "impl/tiny/tiny.c:37:relational:1";
	size_t num_errors;

	assert_int_equal(outcome_of(source, id), SOURCE_STILLBORN);
	for (size_t i = 0; i < source->num_mutants; i++)
		if (strcmp(source->mutants[i].id, id) == 0)
			source->mutants[i].outcome = SOURCE_DOUBTFUL;
	subject->sanitized = true;
	pool.due = SOURCE_DOUBTFUL;
	assert_int_equal(pool_run(&pool, &num_errors, NULL), GNG_OK);
	assert_int_equal(num_errors, 0);
	assert_int_equal(outcome_of(source, id), SOURCE_SURVIVED);
	subject->sanitized = false;
}

/* Where nothing compiles any more no mutant is to blame: "false" takes the place of the compiler
 * once the unchanged source has been compiled. */
static void check_lost_compiler(struct subject *subject, const struct source *source)
{
	struct worker worker;
	struct gng_why why = {0};
	bool same, stillborn;

	assert_int_equal(worker_open(&worker, subject, NULL, "lost", &why), GNG_OK);
	assert_int_equal(worker_compile(&worker, &same, &stillborn, &source->mutants[0], &why),
			 GNG_OK);
	for (size_t i = 0; i < subject->num_compiles; i++)
		memcpy(subject->compiles[i].command, "false ", 6);
	assert_int_equal(worker_compile(&worker, &same, &stillborn, &source->mutants[0], &why),
			 GNG_ESYS);
	assert_non_null(strstr(why.text, "does not compile any more"));
	worker_close(&worker);
}

/* Where gcov fails nobody knows what a test executes, so that no line counts as unreached. */
static void check_uncounted(struct subject *subject)
{
	char *path = mutants_format("%s:%s", tiny_tree, getenv("PATH")), *old = getenv("PATH");
	char *gcov = mutants_format("%s/gcov", tiny_tree), *missing;
	struct coverage coverage;

	tiny_put("gcov", "#!/bin/sh\nexit 1\n");
	assert_int_equal(chmod(gcov, 0755), 0);
	old = strdup(old);
	setenv("PATH", path, 1);
	assert_int_equal(subject_cover(&coverage, &missing, subject, NULL, NULL), GNG_OK);
	setenv("PATH", old, 1);
	assert_non_null(missing);
	assert_string_equal(missing, "no line counts as unreached: gcov cannot read the counters");
	assert_int_equal(coverage.num_files, 0);
	coverage_fini(&coverage);
	free(missing);
	free(gcov);
	free(path);
	free(old);
}

/* A program of the first worker that makes a thread, and one that nobody can read: before any
 * mutant, as a worker that begins anew has only the programs that it needed since. */
static void check_threads(const struct subject *subject)
{
	static const char script[] =
		"cd \"$0\" && printf '#include <pthread.h>\nint main(void) { pthread_t t; "
		"return pthread_create(&t, 0, 0, 0); }\n' >t.c && cc -w t.c -o t && "
		"mv t tests/conformance.tiny.value";
	char *folder = mutants_format("%s/worker-tiny-0", subject->workshop->folder);
	char *program = mutants_format("%s/tests/conformance.tiny.value", folder);
	char *log = mutants_format("%s/log", tiny_tree);
	const char *argv[] = {"sh", "-c", script, folder, NULL};

	assert_false(subject_has_threads(subject));
	assert_int_equal(mutants_run(argv, NULL, log), 0);
	assert_true(subject_has_threads(subject));
	assert_int_equal(remove(program), 0);
	assert_true(subject_has_threads(subject));
	free(log);
	free(program);
	free(folder);
}

/* What no mutant that is due needs is neither built nor run. */
static void check_scope(struct workshop *workshop, struct subject_scope scope)
{
	struct subject subject;
	struct gng_why why;

	scope.due = SOURCE_SURVIVED;
	assert_int_equal(subject_open(&subject, workshop, &scope, false, &why), GNG_OK);
	assert_int_equal(subject.num_tests, 3);
	assert_int_equal(subject.num_test_programs, 2);
	subject_close(&subject);
	scope.due = SOURCE_UNREACHED;
	assert_int_equal(subject_open(&subject, workshop, &scope, false, &why), GNG_EINVAL);
	assert_int_equal(subject.num_test_programs, 0);
	assert_non_null(strstr(why.text, "nothing can kill"));
	subject_close(&subject);
}

/* Where tests run at once the dearest begins; where the first red one ends it, the cheapest. */
static void check_costs(const struct subject *subject)
{
	const struct gng_plan *plan = subject->workshop->plan;
	const struct subject_test *test = subject->tests;
	const size_t place = (size_t)(test->test - plan->tests);

	assert_int_equal(subject->num_tests, 3);
	assert_int_equal(subject->patience_s[place], 10 + (unsigned int)(10 * test->seconds));
	assert_true(test->cpu_s > 0 && test->seconds > 0);
	assert_true(subject->workshop->costs_s[place] >= test->seconds);
	assert_true(subject->workshop->costs_s[place] <= test->seconds);
	assert_true(subject->cheap[place] < 0);
}

/* Two tests that pass only beside each other. What one leaves, the other may find in a later run,
 * so that each removes its own. */
static const char meet_test[] =
	"#include \"../suite.h\"\n"
	"#include <fcntl.h>\n"
	"#include <gng_tiny.h>\n"
	"#include <stdio.h>\n"
	"#include <unistd.h>\n"
	"static void meet(const char *own, const char *other)\n"
	"{\n"
	"\tchar self[4000] = {0}, mine[4100], theirs[4100];\n"
	"\tassert_true(readlink(\"/proc/self/exe\", self, sizeof(self) - 1) > 0);\n"
	"\tsnprintf(mine, sizeof(mine), \"%s.%s\", self, own);\n"
	"\tsnprintf(theirs, sizeof(theirs), \"%s.%s\", self, other);\n"
	"\tclose(open(mine, O_CREAT | O_WRONLY, 0666));\n"
	"\tassert_true(gng_tiny_more(1) > -9);\n"
	"\tfor (int i = 0; i < 300 && access(theirs, F_OK) != 0; i++)\n"
	"\t\tusleep(10000);\n"
	"\tconst int met = access(theirs, F_OK) == 0;\n"
	"\tusleep(50000); /* the other looks every 10 ms */\n"
	"\tunlink(mine);\n"
	"\tassert_true(met);\n"
	"}\n"
	"static void first_meets(void **state) { (void)state; meet(\"1\", \"2\"); }\n"
	"static void second_meets(void **state) { (void)state; meet(\"2\", \"1\"); }\n"
	"const struct suite_test suite_tests[] = {\n"
	"\tTEST(first_meets, \"H1.tiny.twice\"),\n"
	"\tTEST(second_meets, \"H1.tiny.twice\"),\n"
	"\t{0},\n"
	"};\n";

/* open_tiny makes the small tree and opens what works in it; the caller closes all three. */
static void open_tiny(struct gng_home **home, struct workshop *workshop, struct source *source)
{
	struct gng_why why;
	char *build;

	tiny_make();
	tiny_put("conformance/tiny/meet_test.c", meet_test);
	build = mutants_format("%s/build", tiny_tree);
	assert_int_equal(gng_home_open(home, build, &why), GNG_OK);
	free(build);
	if (workshop_open(workshop, *home, "", &why) != GNG_OK)
		suite_fail("%s", why.text);
	assert_int_equal(source_open(source, workshop->source, workshop->plan, "tiny", &why),
			 GNG_OK);
}

static void mutants_of_a_small_subsystem_get_their_outcomes(void **state)
{
	struct workshop workshop = {0};
	struct gng_home *home;
	struct source source;
	struct gng_why why;
	struct coverage coverage;
	char *missing;
	struct subject_scope scope = {.source = &source};
	struct subject subject;
	size_t num_errors;
	const int fd = open("/dev/null", O_WRONLY);

	(void)state;
	if (!tiny_can_build())
		return;
	open_tiny(&home, &workshop, &source);
	if (subject_open(&subject, &workshop, &scope, false, &why) != GNG_OK ||
	    worker_prove(&subject, NULL, &why) != GNG_OK)
		suite_fail("%s", why.text);
	check_costs(&subject);
	subject.is_last = true;
	assert_int_equal(subject_cover(&coverage, &missing, &subject, NULL, &why), GNG_OK);
	if (missing)
		suite_fail("%s", missing);
	check_threads(&subject);
	const struct pool pool = {.subject = &subject,
				  .coverage = &coverage,
				  .source = &source,
				  .num_jobs = 2,
				  .state_fd = fd};
	assert_int_equal(pool_run(&pool, &num_errors, &why), GNG_OK);
	if (num_errors > 0)
		suite_fail("%s", why.text);
	check_outcomes(&source);
	check_refused(pool, &source, &subject);
	check_uncounted(&subject);
	scope.coverage = &coverage;
	for (size_t i = 0; i < source.num_mutants; i++) /* of those nobody can tell */
		source.mutants[i].chosen = !strstr(source.mutants[i].id, "tiny_other.h");
	check_scope(&workshop, scope);
	check_lost_compiler(&subject, &source);
	close(fd);
	coverage_fini(&coverage);
	subject_close(&subject);
	source_close(&source);
	workshop_close(&workshop);
	gng_home_close(home);
	free(tiny_tree);
}

/* is_made: the build with sanitizers has that file. */
static bool is_made(const struct workshop *workshop, const char *name)
{
	char *path = mutants_format("%s/asan/%s", workshop->folder, name);
	const bool made = access(path, R_OK) == 0;

	free(path);
	return made;
}

/* What is wanted is waited for, and what is not, or when the run is stopped, ends with all that it
 * started. */
static void what_sanitizers_need_is_built_ahead(void **state)
{
	static const volatile int stop = 1;
	struct workshop workshop = {0};
	struct source source;
	const struct subject_scope scope = {.source = &source};
	struct gng_home *home;
	pid_t pid;

	(void)state;
	if (!tiny_can_build())
		return;
	if (!subject_can_sanitize()) {
		gng_probe_skip("clang is needed for sanitizers", "apt-get install clang");
		return;
	}
	open_tiny(&home, &workshop, &source);
	for (int i = 0; i < 2; i++) {
		assert_true((pid = subject_begin_ahead(&workshop, &scope)) > 0);
		subject_end_ahead(pid, i == 1, i == 1 ? &stop : NULL);
		assert_int_equal(waitpid(pid, NULL, WNOHANG), -1);
		assert_true(kill(-pid, 0) != 0);
		assert_false(is_made(&workshop, "impl/tiny/libgng_tiny.a"));
	}
	assert_true((pid = subject_begin_ahead(&workshop, &scope)) > 0);
	subject_end_ahead(pid, true, NULL);
	assert_true(is_made(&workshop, "impl/tiny/libgng_tiny.a"));
	assert_false(is_made(&workshop, "tests/conformance.tiny.value")); /* each worker's own */
	source_close(&source);
	workshop_close(&workshop);
	gng_home_close(home);
	free(tiny_tree);
}

static void check_score(const struct made_counts *counts, double score, double lo, double hi)
{
	json_t *json = made_json(counts);

	assert_true(fabs(json_real_value(json_object_get(json, "score")) - score) < 1e-9);
	assert_true(fabs(json_real_value(json_object_get(json, "score_lo")) - lo) < 1e-4);
	assert_true(fabs(json_real_value(json_object_get(json, "score_hi")) - hi) < 1e-4);
	json_decref(json);
}

/* 0.025^(1/10), and its mirror image: the ends of Clopper and Pearson's interval. */
static void sample_has_exact_bounds_and_a_whole_has_none(void **state)
{
	struct made_counts counts = {.asked = 100, .chosen = 12, .judged = 12, .equivalent = 2};
	json_t *json;

	(void)state;
	counts.executed = counts.killed = 10;
	check_score(&counts, 1, 0.69150, 1);
	counts.killed = 0;
	counts.survived = counts.explained = 10;
	check_score(&counts, 0, 0, 0.30850);
	counts.killed = counts.survived = 5;
	check_score(&counts, 0.5, 0.18709, 0.81291); /* published tables: 0.1871 to 0.8129 */
	counts.asked = 12;
	check_score(&counts, 0.5, 0.5, 0.5);
	counts.judged = 11; /* those that are left may be the survivors */
	json = made_json(&counts);
	assert_true(json_is_null(json_object_get(json, "score")));
	assert_int_equal(json_integer_value(json_object_get(json, "not_judged")), 1);
	json_decref(json);
}

const struct suite_test suite_tests[] = {
	TEST(coverage_of_a_statement_is_who_executed_it, "H1.mutants.coverage"),
	TEST(coverage_of_what_nobody_counts_is_unknown, "H1.mutants.coverage"),
	TEST(coverage_of_a_test_that_cannot_be_counted_is_everywhere, "H1.mutants.coverage"),
	TEST(coverage_refuses_other_text, "H1.mutants.coverage"),
	TEST(sample_has_exact_bounds_and_a_whole_has_none, "H1.mutants.score"),
	TEST(mutants_of_a_small_subsystem_get_their_outcomes, "H1.mutants.outcome"),
	TEST_SLOW(what_sanitizers_need_is_built_ahead, "H1.mutants.outcome"),
	{0},
};
