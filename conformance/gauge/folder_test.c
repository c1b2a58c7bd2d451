/* SPDX-License-Identifier: Apache-2.0 */
/* folder_test.c - the folders of runs: their modes, the descriptors that they cost, and the names
 * that are only nearly theirs. */
#include "tree.h"

#include <dirent.h>
#include <errno.h>
#include <signal.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>

#include "gauge_rundir.h"

static time_t frozen_s;		       /* what the clock says; 0: the time */
static long frozen_ns, frozen_step_ns; /* the step is made by each look */

/* The program's own function stands before that of the library. */
int clock_gettime(clockid_t id, struct timespec *now)
{
	if (frozen_s == 0 || id != CLOCK_REALTIME)
		return (int)syscall(SYS_clock_gettime, id, now);
	*now = (struct timespec){frozen_s, frozen_ns};
	frozen_ns += frozen_step_ns;
	return 0;
}

static unsigned int mode_of(const char *path)
{
	struct stat about;

	assert_int_equal(lstat(path, &about), 0);
	return about.st_mode & 07777;
}

static void open_run(struct gng_rundir *run, const char *out, const char *kind)
{
	struct gng_why why = {0};

	if (gng_rundir_open(run, out, kind, &why) != GNG_OK)
		fail_msg("%s", why.text);
}

static void run_costs_one_descriptor_until_it_is_closed(void **state)
{
	struct gng_rundir run;
	size_t before;

	(void)state;
	tree_make();
	before = tree_num_open();
	open_run(&run, tree_path("a/out"), "check");
	assert_int_equal(tree_num_open(), before + 1);
	gng_rundir_close(&run);
	assert_int_equal(tree_num_open(), before);
	assert_int_equal(run.lock_fd, -1);
	tree_write("b/out/check", "somebody's file\n");
	assert_int_equal(gng_rundir_open(&run, tree_path("b/out"), "check", NULL), GNG_ESYS);
	assert_int_equal(tree_num_open(), before);
	assert_int_equal(rmdir(tree_path("b/out/runs")), 0); /* and nothing of it is left there */
}

static void second_run_is_told_who_is_at_work(void **state)
{
	struct gng_rundir first, second;
	struct gng_why why = {0};
	char want[64];

	(void)state;
	tree_make();
	open_run(&first, tree_path("a/out"), "check");
	assert_int_equal(gng_rundir_open(&second, tree_path("a/out"), "check", &why), GNG_EPERM);
	snprintf(want, sizeof(want), "another run (process %d) is at work there", (int)getpid());
	assert_non_null(strstr(why.text, want));
	assert_int_equal(why.sys_errno, 0);
	gng_rundir_close(&first);
}

static void place_of_a_run_is_a_folder(void **state)
{
	struct gng_rundir run;
	struct gng_why why = {0};

	(void)state;
	tree_make();
	tree_write("a/out", "somebody's file\n");
	assert_int_equal(gng_rundir_open(&run, tree_path("a/out"), "check", &why), GNG_ESYS);
	assert_int_equal(why.sys_errno, ENOTDIR);
	assert_non_null(strstr(why.text, "a/out: cannot be opened"));
}

static void name_of_a_run_has_its_milliseconds(void **state)
{
	static const struct {
		long ns;
		const char *name;
	} rows[] = {{0, "/check-19700101T000001.000Z-"},
		    {999999, "/check-19700101T000002.000Z-"},
		    {1000000, "/check-19700101T000003.001Z-"},
		    {999000000, "/check-19700101T000004.999Z-"},
		    {999999999, "/check-19700101T000005.999Z-"}};
	struct gng_rundir run;

	(void)state;
	tree_make();
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		frozen_s = (time_t)i + 1;
		frozen_ns = rows[i].ns;
		open_run(&run, tree_path("a/out"), "check");
		if (!strstr(run.path, rows[i].name))
			fail_msg("%s is no %s", run.path, rows[i].name);
		gng_rundir_close(&run);
	}
	frozen_s = 0;
}

/* Names have milliseconds, and those of the first 40 are taken. */
static void run_whose_name_is_taken_waits_for_another(void **state)
{
	struct gng_rundir run;

	(void)state;
	tree_make();
	frozen_s = 1;
	frozen_ns = 0;
	frozen_step_ns = 1000000;
	for (int i = 0; i < 40; i++) {
		char name[PATH_MAX];

		snprintf(name, sizeof(name), "a/out/runs/check-19700101T000001.%03dZ-%d/x", i,
			 (int)getpid());
		tree_write(name, "");
	}
	open_run(&run, tree_path("a/out"), "check");
	assert_non_null(strstr(run.path, "/check-19700101T000001.040Z-"));
	gng_rundir_close(&run);
	frozen_step_ns = 0;
	frozen_s = 0;
}

/* A child that was forked meanwhile has the lock's descriptor, too. */
static void run_that_is_closed_holds_nobody_up(void **state)
{
	struct gng_rundir run;
	pid_t child;

	(void)state;
	tree_make();
	open_run(&run, tree_path("a/out"), "check");
	child = fork();
	if (child == 0) {
		pause();
		_exit(0);
	}
	gng_rundir_close(&run);
	open_run(&run, tree_path("a/out"), "check");
	gng_rundir_close(&run);
	kill(child, SIGKILL);
	assert_int_equal(waitpid(child, NULL, 0), child);
}

static void modes_are_left_to_the_umask(void **state)
{
	const mode_t mask = umask(0);
	struct gng_rundir run;
	char path[PATH_MAX];

	(void)state;
	tree_make();
	open_run(&run, tree_path("a/out"), "check");
	assert_int_equal(mode_of(tree_path("a")), 0777);
	assert_int_equal(mode_of(tree_path("a/out")), 0777);
	assert_int_equal(mode_of(tree_path("a/out/runs")), 0777);
	assert_int_equal(mode_of(tree_path("a/out/.lock")), 0666);
	assert_int_equal(mode_of(run.path), 0777);
	snprintf(path, sizeof(path), "%s/" GAUGE_RUN_MARK, run.path);
	assert_int_equal(mode_of(path), 0666);
	gng_rundir_close(&run);
	umask(mask);
}

/* A folder that was made is no failure, whatever errno says of calls before. */
static void folders_are_made_below_the_current_one(void **state)
{
	struct gng_rundir run;

	(void)state;
	tree_make();
	assert_int_equal(chdir(tree_folder), 0);
	errno = EIO;
	open_run(&run, "new/out", "check");
	gng_rundir_close(&run);
	errno = EIO;
	open_run(&run, "new/out", "check");
	gng_rundir_close(&run);
	assert_int_equal(chdir("/"), 0);
}

static void kind_has_32_characters_at_most(void **state)
{
	char kind[34];
	struct gng_rundir run;
	struct gng_why why = {0};

	(void)state;
	tree_make();
	memset(kind, 'k', 33);
	kind[33] = '\0';
	assert_int_equal(gng_rundir_open(&run, tree_path("a/out"), kind, &why), GNG_EINVAL);
	assert_int_equal(why.sys_errno, 0);
	kind[32] = '\0';
	for (int i = 0; i < 2; i++) { /* the second finds the link of the first */
		open_run(&run, tree_path("a/out"), kind);
		assert_non_null(strstr(run.path, kind));
		gng_rundir_close(&run);
	}
}

static bool is_kept(const char *name)
{
	char path[PATH_MAX];

	snprintf(path, sizeof(path), "a/out/runs/%s", name);
	return access(tree_path(path), F_OK) == 0;
}

static void old_folder(const char *name, const char *file)
{
	char path[PATH_MAX];

	snprintf(path, sizeof(path), "a/out/runs/%s/%s", name, file);
	tree_write(path, "");
}

static void make_ten_runs(void)
{
	struct gng_rundir run;

	for (int i = 0; i < GAUGE_RUNS_KEPT + 1; i++) {
		open_run(&run, tree_path("a/out"), "check");
		gng_rundir_close(&run);
	}
}

static void name_that_is_nearly_one_of_a_run_is_none(void **state)
{
	static const char *const names[] = {
		"check+20200101T000000.000Z-1",	 "abcde-20200101T000000.000Z-1",
		"check_20200101T000000.000Z-1",	 "chess-20200101T000000.000Z-1",
		"check-20200101T000000.000Z-",	 "check-20200101T000000.000Z-1x",
		"check-20200101T000000.000Z-x",	 "check-2020010100000000.000Z-1",
		"check-20200101T000000.00:Z-1",	 "check-20200101T00000/.000Z-1",
		"check-20200101T000000.000Z-1.", "check-20200101T000000.000Z"};

	(void)state;
	tree_make();
	for (size_t i = 0; i < COUNT_OF(names); i++)
		old_folder(names[i], GAUGE_RUN_MARK);
	make_ten_runs();
	for (size_t i = 0; i < COUNT_OF(names); i++)
		if (!is_kept(names[i]))
			fail_msg("%s is removed", names[i]);
}

/* What is deeper than a run ever is is not of one, and names may be as long as a name can be. */
static void run_goes_whole_or_stays_where_it_is_too_deep(void **state)
{
	char deep[512] = "", path[1024], longest[256];

	(void)state;
	tree_make();
	memset(longest, 'n', 255);
	longest[255] = '\0';
	snprintf(path, sizeof(path), "%s/file", longest);
	old_folder("check-20200101T000000.000Z-1", GAUGE_RUN_MARK);
	old_folder("check-20200101T000000.000Z-1", path);
	for (int i = 0; i < 18; i++)
		strcat(deep, "d/");
	snprintf(path, sizeof(path), "%sfile", deep);
	old_folder("check-20200101T000000.000Z-2", GAUGE_RUN_MARK);
	old_folder("check-20200101T000000.000Z-2", path);
	make_ten_runs();
	assert_false(is_kept("check-20200101T000000.000Z-1"));
	snprintf(path, sizeof(path), "check-20200101T000000.000Z-2/%sfile", deep);
	assert_true(is_kept(path));
}

/* ---- what a plan is asked for ---- */

static void profile_refuses(const char *name, const char *text, enum gng_status status,
			    const char *sentence)
{
	struct gng_home *home = NULL;
	struct gng_plan *plan = tree_open(&home, NULL);
	struct gng_profile profile;
	struct gng_why why = {0};

	if (text)
		tree_write("impl/signoff/x.profile", text);
	assert_int_equal(gng_profile_apply(&profile, plan, home, name, &why), status);
	assert_int_equal(why.sys_errno, 0);
	assert_string_equal(why.text, sentence);
	tree_close(plan, home);
}

static void check_name(void)
{
	struct gng_home *home = NULL;
	struct gng_plan *plan = tree_open(&home, NULL);
	struct gng_profile profile;
	struct gng_why why = {0};
	char text[] = "title a\ngrade lab\n";

	assert_int_equal(gng_profile_apply_text(&profile, plan, "Y z", text, &why), GNG_EINVAL);
	assert_int_equal(why.sys_errno, 0);
	assert_string_equal(why.text, "'Y z' is no name of a profile");
	tree_close(plan, home);
}

static void profile_that_is_refused_has_no_errno(void **state)
{
	(void)state;
	tree_make();
	tree_write("impl/base/CMakeLists.txt", "gng_subsystem(base)\n");
	tree_write("conformance/base/one_test.c",
		   "suite_tests[] = {TEST_SLOW(only, \"\"), {0}};\n");
	tree_facts("build", "release", "");
	profile_refuses("x", "title a\ngrade lab\nname base\n", GNG_EFORMAT,
			"impl/signoff/x.profile:3: 'base' has no test that is not slow");
	profile_refuses("x", "title a\ngrade lab\nsystem Q7\n", GNG_EFORMAT,
			"impl/signoff/x.profile:3: no requirement is of system 'Q7', built or "
			"planned");
	profile_refuses("y", NULL, GNG_EINVAL, "no profile is called 'y': there are: x");
	check_name();
}

static void plan_is_indented_json(void **state)
{
	struct gng_home *home = NULL;
	struct gng_plan *plan;
	char line[32] = "";
	FILE *file;

	(void)state;
	tree_plant();
	plan = tree_open(&home, NULL);
	assert_int_equal(gng_plan_write(plan, tree_path("plan.json"), NULL), GNG_OK);
	file = fopen(tree_path("plan.json"), "re");
	assert_non_null(file);
	assert_non_null(fgets(line, sizeof(line), file));
	assert_string_equal(line, "{\n");
	assert_non_null(fgets(line, sizeof(line), file));
	assert_string_equal(line, " \"schema\": \"gonogo/plan/1\",\n");
	fclose(file);
	tree_close(plan, home);
}

/* A requirement's name may be of any length, and is told by its first 159 characters. */
static void unknown_requirement_of_any_length_is_named(void **state)
{
	char id[200], text[512], want[300];

	(void)state;
	tree_plant();
	memset(id, 'R', sizeof(id));
	for (size_t len = 158; len <= 162; len++) {
		snprintf(text, sizeof(text), "suite_tests[] = {TEST(a, \"%.*s\"), {0}};\n",
			 (int)len, id);
		tree_write("conformance/xdp/drop_test.c", text);
		snprintf(want, sizeof(want), "requirement '%.*s' has no row in a requirements.tsv",
			 (int)(len < 159 ? len : 159), id);
		tree_refuses(GNG_EFORMAT, want);
	}
}

const struct suite_test suite_tests[] = {
	TEST(run_costs_one_descriptor_until_it_is_closed, "H1.rundir.lock"),
	TEST(second_run_is_told_who_is_at_work, "H1.rundir.lock"),
	TEST(place_of_a_run_is_a_folder, "H1.rundir.refusals"),
	TEST(name_of_a_run_has_its_milliseconds, "H1.rundir.link"),
	TEST(run_whose_name_is_taken_waits_for_another, "H1.rundir.link"),
	TEST(run_that_is_closed_holds_nobody_up, "H1.rundir.lock"),
	TEST(modes_are_left_to_the_umask, "H1.rundir.link"),
	TEST(folders_are_made_below_the_current_one, "H1.rundir.link"),
	TEST(kind_has_32_characters_at_most, "H1.rundir.refusals"),
	TEST(name_that_is_nearly_one_of_a_run_is_none, "H1.rundir.prune"),
	TEST(run_goes_whole_or_stays_where_it_is_too_deep, "H1.rundir.prune"),
	TEST(profile_that_is_refused_has_no_errno, "H1.profile.file"),
	TEST(plan_is_indented_json, "H1.plan.name"),
	TEST(unknown_requirement_of_any_length_is_named, "H1.plan.refusals"),
	{0},
};
