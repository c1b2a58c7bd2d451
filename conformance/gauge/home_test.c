/* SPDX-License-Identifier: Apache-2.0 */
/* home_test.c - gonogo.facts say where the sources are and what each build could not build. */
#include "tree.h"

static struct gng_home *opened(const char *dir)
{
	struct gng_home *home = NULL;
	struct gng_why why = {0};

	if (gng_home_open(&home, tree_path(dir), &why) != GNG_OK)
		fail_msg("%s", why.text);
	return home;
}

static void home_refuses(const char *part)
{
	struct gng_home *home = NULL;
	struct gng_why why = {0};

	assert_int_not_equal(gng_home_open(&home, tree_path("build"), &why), GNG_OK);
	assert_null(home);
	assert_true((why.sys_errno != 0) == (why.status == GNG_ESYS));
	if (!strstr(why.text, part))
		fail_msg("'%s' does not say '%s'", why.text, part);
}

static void home_reads_all_builds_its_own_first(void **state)
{
	struct gng_home *home;

	(void)state;
	tree_make();
	tree_facts("build", "release", "");
	tree_facts("build/zeta", "msan", "");
	tree_facts("build/asan", "asan",
		   "missing\tbpf\tlibbpf is not installed: apt-get install libbpf-dev\n"
		   "missing\tconformance.a.b\tno reason to fix\n");
	tree_write("build/tests/x", "");
	home = opened("build");
	assert_string_equal(home->source, tree_folder);
	assert_int_equal(home->num_builds, 3);
	assert_string_equal(home->builds[0].name, "release");
	assert_string_equal(home->builds[0].compiler, "GNU 12.2.0");
	assert_string_equal(home->builds[0].run_under, "");
	assert_string_equal(home->builds[1].name, "asan");
	assert_string_equal(home->builds[1].dir, tree_path("build/asan"));
	assert_string_equal(home->builds[2].name, "msan");
	assert_int_equal(home->builds[1].num_missing, 2);
	assert_string_equal(home->builds[1].missing[0].what, "bpf");
	assert_string_equal(home->builds[1].missing[0].reason, "libbpf is not installed");
	assert_string_equal(home->builds[1].missing[0].remedy, "apt-get install libbpf-dev");
	assert_string_equal(home->builds[1].missing[1].reason, "no reason to fix");
	assert_string_equal(home->builds[1].missing[1].remedy, "");
	gng_home_close(home);
	gng_home_close(NULL);
}

static void home_keeps_runs_beside_a_writable_source(void **state)
{
	struct gng_home *home;
	char here[PATH_MAX];

	(void)state;
	tree_make();
	tree_facts("build", "release", "");
	home = opened("build");
	assert_string_equal(home->out, tree_path("out"));
	gng_home_close(home);
	assert_int_equal(setenv("GNG_OUT", "/elsewhere", 1), 0);
	home = opened("build");
	assert_string_equal(home->out, "/elsewhere");
	gng_home_close(home);
	assert_int_equal(setenv("GNG_OUT", "there", 1), 0);
	assert_non_null(getcwd(here, sizeof(here) - 8));
	strcat(here, "/there");
	home = opened("build");
	assert_string_equal(home->out, here);
	gng_home_close(home);
}

static void home_of_an_installation_is_relative(void **state)
{
	struct gng_home *home;

	(void)state;
	tree_make();
	tree_write("usr/share/gonogo/impl/base/CMakeLists.txt", "gng_subsystem(base)\n");
	tree_write("usr/libexec/gonogo/gonogo.facts",
		   "build\trelease\nsource\t../../share/gonogo\nrun-under\n");
	tree_write("work/x", "");
	assert_int_equal(chdir(tree_path("work")), 0);
	home = opened("usr/libexec/gonogo");
	assert_string_equal(home->source, tree_path("usr/share/gonogo"));
	assert_string_equal(home->builds[0].dir, tree_path("usr/libexec/gonogo"));
	assert_string_equal(home->builds[0].compiler, "");
	assert_string_equal(home->out, tree_path("work/out"));
	gng_home_close(home);
	assert_int_equal(chdir("/"), 0);
}

/* Only the build and its source must be there: what was not known at configuration is "". */
static void home_fills_in_what_facts_leave_out(void **state)
{
	const struct gng_build *build;
	struct gng_home *home;
	char text[2 * PATH_MAX];

	(void)state;
	tree_make();
	snprintf(text, sizeof(text), "build\trelease\nsource\t%s\n", tree_folder);
	tree_write("build/gonogo.facts", text);
	snprintf(text, sizeof(text),
		 "build\tasan\nsource\t%s\nlinker\tGNU ld 2.40\nrun-under\tnice -n 1\ncompiler\n",
		 tree_folder);
	tree_write("build/asan/gonogo.facts", text);
	home = opened("build");
	build = home->builds;
	assert_string_equal(build->compiler, "");
	assert_string_equal(build->linker, "");
	assert_string_equal(build->run_under, "");
	assert_int_equal(build->num_missing, 0);
	build++;
	assert_string_equal(build->compiler, "");
	assert_string_equal(build->linker, "GNU ld 2.40");
	assert_string_equal(build->run_under, "nice -n 1");
	gng_home_close(home);
}

static void home_refuses_facts_with_their_line(void **state)
{
	(void)state;
	tree_make();
	home_refuses("build/gonogo.facts: cannot be opened");
	tree_write("build/gonogo.facts", "build\trelease\n");
	home_refuses("'build' or 'source' is missing");
	tree_write("build/gonogo.facts", "build\trelease\nsource\t/nowhere/at/all\n");
	home_refuses("/nowhere/at/all: the source tree of this build is gone");
	tree_write("build/gonogo.facts", "build\trelease\n\nbuilt\tnow\n");
	home_refuses("build/gonogo.facts:3: the first word is none of");
	tree_write("build/gonogo.facts", "build\trelease\nbuild\tagain\n");
	home_refuses("build/gonogo.facts:2: the word stands twice");
	tree_write("build/gonogo.facts", "build\tBig one\n");
	home_refuses("build/gonogo.facts:1: the name of a build");
	tree_write("build/gonogo.facts", "missing\tbpf\n");
	home_refuses("build/gonogo.facts:1: 'missing' needs a name and a reason");
	tree_write("build/gonogo.facts", "compiler\tG\001NU\n");
	home_refuses("build/gonogo.facts:1: a byte is no printable ASCII");
}

static void home_refuses_builds_that_contradict(void **state)
{
	(void)state;
	tree_make();
	tree_facts("build", "release", "");
	tree_facts("build/asan", "release", "");
	home_refuses("build/asan/gonogo.facts: build 'release' exists already in");
	tree_write("build/asan/gonogo.facts", "build\tasan\nsource\t/\n");
	home_refuses("build/asan/gonogo.facts: is a build of /, not of");
}

const struct suite_test suite_tests[] = {
	TEST(home_reads_all_builds_its_own_first, "H1.home.facts"),
	TEST(home_keeps_runs_beside_a_writable_source, "H1.home.out"),
	TEST(home_of_an_installation_is_relative, "H1.home.facts H1.home.out"),
	TEST(home_fills_in_what_facts_leave_out, "H1.home.facts"),
	TEST(home_refuses_facts_with_their_line, "H1.home.refusals"),
	TEST(home_refuses_builds_that_contradict, "H1.home.refusals"),
	{0},
};
