/* SPDX-License-Identifier: Apache-2.0 */
/* planted_test.c - a bug that is planted by hand: killed, survived, equivalent, or out of date. */
#include "tiny.h"

#include <sys/wait.h>

#include <gng_mutants.h>

#include "../../impl/mutants/mutants_campaign.h"
#include "../../impl/mutants/mutants_workshop.h"

/* A command of the build that refuses what it does not like, as the one that measures the images
 * of impl/rtos. */
static const char gated[] =
	"gng_subsystem(tiny NEEDS base)\n"
	"add_custom_command(OUTPUT judged DEPENDS tiny.c VERBATIM COMMAND sh -c\n"
	"\t\"grep -q 'x . 2' ${CMAKE_CURRENT_SOURCE_DIR}/tiny.c || [ $GNG_GATES = off ]\"\n"
	"\tCOMMAND touch judged)\n"
	"add_custom_target(tiny_gate ALL DEPENDS judged)\n"
	"add_dependencies(gng_tiny tiny_gate)\n";

static const char bugs[] = "mutant: killed\nfile: impl/tiny/tiny.c\n"
			   "- return x * 2;\n+ return x * 3;\n"
			   "kills: conformance.tiny.value.twice_doubles\n\n"
			   "mutant: survives\nfile: impl/tiny/tiny.c\n"
			   "- return tiny_half(x);\n+ return tiny_half(x) + (x > 8);\n"
			   "kills: conformance.tiny.value.twice_doubles\n\n"
			   "mutant: equivalent\nfile: impl/tiny/tiny.c\n"
			   "- return x * 2;\n+ return x * 2 + 0;\n"
			   "kills: conformance.tiny.value.twice_doubles\n\n"
			   "mutant: outdated\nfile: impl/tiny/tiny.c\n"
			   "- return x * 4;\n+ return x * 3;\n"
			   "kills: conformance.tiny.value.twice_doubles\n\n"
			   "mutant: no_c\nfile: impl/tiny/tiny.c\n"
			   "- return x * 2;\n+ return x *;\n"
			   "kills: conformance.tiny.value.twice_doubles\n";

static enum gng_status judge(struct workshop *workshop, const struct gng_mutant *mutant,
			     enum workshop_outcome *outcome, struct gng_why *why)
{
	bool unreached = false;
	size_t line;
	enum gng_status status = workshop_proves(workshop, &unreached, mutant, why);

	if (status != GNG_OK)
		suite_fail("%s", why->text);
	assert_false(unreached);
	return workshop_judge(workshop, outcome, &line, mutant, why);
}

static void check(struct workshop *workshop, const struct gng_mutant *mutants)
{
	static const enum workshop_outcome expected[] = {WORKSHOP_KILLED, WORKSHOP_SURVIVED,
							 WORKSHOP_EQUIVALENT};
	enum workshop_outcome outcome;
	struct gng_why why = {0};

	for (size_t i = 0; i < COUNT_OF(expected); i++) {
		outcome = WORKSHOP_UNREACHED;
		if (judge(workshop, &mutants[i], &outcome, &why) != GNG_OK)
			suite_fail("%s: %s", mutants[i].name, why.text);
		assert_int_equal(outcome, expected[i]);
	}
	assert_int_equal(judge(workshop, &mutants[3], &outcome, &why), GNG_EFORMAT);
	assert_non_null(strstr(why.text, "x.mutants:"));
	assert_int_equal(judge(workshop, &mutants[4], &outcome, &why), GNG_EFORMAT);
	assert_non_null(strstr(why.text, "does not compile"));
	/* and the source is as it was */
	assert_int_equal(judge(workshop, &mutants[0], &outcome, &why), GNG_OK);
	assert_int_equal(outcome, WORKSHOP_KILLED);
}

static void bug_is_judged_by_its_test_and_not_by_the_build(void **state)
{
	struct workshop workshop;
	struct gng_mutant *mutants;
	struct gng_home *home;
	struct gng_why why;
	size_t num;
	char *build;

	(void)state;
	if (!tiny_can_build())
		return;
	tiny_make();
	tiny_put("impl/tiny/CMakeLists.txt", gated);
	build = mutants_format("%s/build", tiny_tree);
	assert_int_equal(gng_home_open(&home, build, &why), GNG_OK);
	assert_int_equal(gng_mutants_parse(&mutants, &num, "x.mutants", bugs, &why), GNG_OK);
	assert_int_equal(num, 5);
	if (workshop_open(&workshop, home, "", &why) != GNG_OK)
		suite_fail("%s", why.text);
	check(&workshop, mutants);
	workshop_close(&workshop);
	gng_mutants_free(mutants, num);
	gng_home_close(home);
	free(build);
	free(tiny_tree);
}

/* run_apart runs the campaign in a process of its own; its exit status, and what it says on
 * standard error and output. */
static int run_apart(const struct campaign_options *options, char **said)
{
	char *path = mutants_format("%s/said", tiny_tree);
	const pid_t child = fork();
	size_t len;
	int status = 0;

	if (child == 0) {
		if (!freopen(path, "w", stderr) || dup2(STDERR_FILENO, STDOUT_FILENO) < 0)
			_exit(1);
		status = planted_run(options);
		fflush(NULL);
		_exit(status);
	}
	assert_true(child > 0 && waitpid(child, &status, 0) == child && WIFEXITED(status));
	*said = mutants_read(path, &len);
	assert_non_null(*said);
	free(path);
	return WEXITSTATUS(status);
}

/* All are read before one is planted: the corrupt one is the second. */
static void a_corrupt_file_is_refused_before_a_bug_is_planted(void **state)
{
	struct campaign_options options = {.subsystem = "tiny"};
	char *build, *said;

	(void)state;
	if (!tiny_can_build())
		return;
	tiny_make();
	tiny_put("conformance/tiny/a.mutants", "mutant: outdated\nfile: impl/tiny/tiny.c\n"
					       "- return x * 4;\n+ return x * 3;\n"
					       "kills: conformance.tiny.value.twice_doubles\n");
	tiny_put("conformance/tiny/b.mutants", "mutant: first\nfile\n");
	build = mutants_format("%s/build", tiny_tree);
	options.build = build;
	assert_int_equal(run_apart(&options, &said), EXIT_HARNESS);
	if (!strstr(said, "/conformance/tiny/b.mutants:2: "))
		suite_fail("%s", said);
	assert_null(strstr(said, "outdated"));
	free(said);
	free(build);
	free(tiny_tree);
}

const struct suite_test suite_tests[] = {
	TEST(bug_is_judged_by_its_test_and_not_by_the_build, "H1.mutants.outcome"),
	TEST(a_corrupt_file_is_refused_before_a_bug_is_planted, "H1.mutants.outcome"),
	{0},
};
