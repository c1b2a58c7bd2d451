/* SPDX-License-Identifier: Apache-2.0 */
/* rundir_test.c - one run at a time, its own folder, a link that is switched at the start. */
#include "tree.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include "gauge_rundir.h"
#include "gauge_text.h"

static void opens(struct gng_rundir *run, const char *kind)
{
	struct gng_why why = {0};

	if (gng_rundir_open(run, tree_path("a/out"), kind, &why) != GNG_OK)
		fail_msg("%s", why.text);
}

static void run_refused(const char *out, enum gng_status status, const char *part)
{
	struct gng_rundir run;
	struct gng_why why = {0};

	assert_int_equal(gng_rundir_open(&run, out, "check", &why), status);
	assert_null(run.path);
	assert_int_equal(run.lock_fd, -1);
	assert_true(fcntl(0, F_GETFD) >= 0); /* closed is only what was opened */
	assert_true((why.sys_errno != 0) == (why.status == GNG_ESYS));
	if (!strstr(why.text, part))
		fail_msg("'%s' does not say '%s'", why.text, part);
}

static char *link_target(const char *link)
{
	char *target = realpath(link, NULL);

	assert_non_null(target);
	return target;
}

static bool exists(const char *path)
{
	struct stat about;

	return lstat(path, &about) == 0;
}

static void rundir_makes_a_folder_and_switches_the_link(void **state)
{
	struct gng_rundir first, second;
	char *target;

	(void)state;
	tree_make();
	opens(&first, "check");
	target = link_target(first.link);
	assert_string_equal(target, first.path);
	free(target);
	gng_rundir_close(&first);
	opens(&first, "signoff");
	assert_true(exists(tree_path("a/out/check")));
	gng_rundir_close(&first);
	opens(&second, "check");
	target = link_target(tree_path("a/out/check"));
	assert_string_equal(target, second.path);
	free(target);
	gng_rundir_close(&second);
	gng_rundir_close(&second); /* harmless */
}

static void rundir_takes_a_path_that_ends_in_a_slash(void **state)
{
	struct gng_rundir run;
	struct gng_why why = {0};
	char *target;

	(void)state;
	tree_make();
	if (gng_rundir_open(&run, tree_path("a/b/"), "check", &why) != GNG_OK)
		fail_msg("%s", why.text);
	target = link_target(tree_path("a/b/check"));
	assert_string_equal(strrchr(target, '/'), strrchr(run.path, '/'));
	free(target);
	gng_rundir_close(&run);
}

static void rundir_refuses_a_second_run_at_once(void **state)
{
	struct gng_rundir run;
	char pid[32];
	int status;
	pid_t child;

	(void)state;
	tree_make();
	opens(&run, "check");
	snprintf(pid, sizeof(pid), "process %ld", (long)getpid());
	child = fork();
	if (child == 0) {
		struct gng_rundir other;
		struct gng_why why = {0};
		const enum gng_status got =
			gng_rundir_open(&other, tree_path("a/out"), "signoff", &why);

		_exit(got == GNG_EPERM && strstr(why.text, pid) && other.lock_fd < 0 ? 0 : 1);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
	assert_false(exists(tree_path("a/out/signoff")));
	gng_rundir_close(&run);
	opens(&run, "signoff");
	gng_rundir_close(&run);
}

/* The lock dies with its holder, so a killed run needs no clean-up by hand. */
static void rundir_lock_ends_with_its_process(void **state)
{
	struct gng_rundir run;
	int status;
	pid_t child;

	(void)state;
	tree_make();
	child = fork();
	if (child == 0) {
		if (gng_rundir_open(&run, tree_path("a/out"), "check", NULL) == GNG_OK)
			raise(SIGKILL);
		_exit(1);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFSIGNALED(status));
	opens(&run, "check");
	gng_rundir_close(&run);
}

static size_t count_runs(const char *kind)
{
	struct gauge_names list;
	size_t num = 0;

	assert_int_equal(gauge_list(&list, tree_path("a/out/runs"), "", NULL), GNG_OK);
	for (size_t i = 0; i < list.num; i++)
		num += strncmp(list.names[i], kind, strlen(kind)) == 0;
	gauge_list_fini(&list);
	return num;
}

static void rundir_keeps_ten_runs_of_a_kind(void **state)
{
	struct gng_rundir run;
	char first[PATH_MAX] = "", file[PATH_MAX];

	(void)state;
	tree_make();
	opens(&run, "signoff");
	gng_rundir_close(&run);
	for (int i = 0; i < 13; i++) {
		opens(&run, "check");
		if (i == 0)
			snprintf(first, sizeof(first), "%s", run.path);
		snprintf(file, sizeof(file), "%s/logs/deep/er.log",
			 run.path + strlen(tree_folder) + 1);
		tree_write(file, "a log\n");
		gng_rundir_close(&run);
	}
	assert_int_equal(count_runs("check-"), GAUGE_RUNS_KEPT);
	assert_int_equal(count_runs("signoff-"), 1);
	assert_false(exists(first));
	assert_true(exists(tree_path(file)));
}

static void rundir_removes_nothing_that_it_did_not_make(void **state)
{
	static const char *const others[] = {
		"a/out/runs/check-20200101T000000.000Z-1/no-mark",
		"a/out/runs/check-20200101T000000.000Z-2/.gonogo-run/is-a-folder",
		"a/out/runs/check-mine/.gonogo-run",
		"a/out/runs/notes/.gonogo-run",
		"a/out/runs/checks-20200101T000000.000Z-1/.gonogo-run",
		"precious/.gonogo-run",
		"precious/data",
	};
	const char *link = "a/out/runs/check-20200102T000000.000Z-1";
	struct gng_rundir run;
	char inner[PATH_MAX];

	(void)state;
	tree_make();
	for (size_t i = 0; i < COUNT_OF(others); i++)
		tree_write(others[i], "keep me\n");
	assert_int_equal(symlink("../../../precious", tree_path(link)), 0);
	for (int i = 0; i < 12; i++) {
		opens(&run, "check");
		snprintf(inner, sizeof(inner), "%s/inside", run.path);
		assert_int_equal(symlink("../../../../precious", inner), 0);
		gng_rundir_close(&run);
	}
	for (size_t i = 0; i < COUNT_OF(others); i++)
		assert_true(exists(tree_path(others[i])));
	assert_true(exists(tree_path(link)));
	/* the ten runs, three folders of others and the link: runs with a link within do go */
	assert_int_equal(count_runs("check-"), GAUGE_RUNS_KEPT + 4);
}

static void rundir_leaves_what_stands_in_the_way_of_the_link(void **state)
{
	(void)state;
	tree_make();
	tree_write("a/out/check", "somebody's file\n");
	run_refused(tree_path("a/out"), GNG_ESYS, "out/check: is in the way of the link");
	assert_true(exists(tree_path("a/out/check")));
	assert_int_equal(remove(tree_path("a/out/check")), 0);
	assert_int_equal(symlink("/somewhere/else", tree_path("a/out/check")), 0);
	run_refused(tree_path("a/out"), GNG_ESYS, "out/check: is in the way of the link");
	assert_true(exists(tree_path("a/out/check")));
	assert_int_equal(count_runs("check-"), 0); /* its own folder is gone again */
}

static void rundir_follows_no_link_below_out(void **state)
{
	(void)state;
	tree_make();
	tree_write("precious/data", "keep me\n");
	tree_write("a/out/x", "");
	assert_int_equal(symlink("../../precious", tree_path("a/out/runs")), 0);
	run_refused(tree_path("a/out"), GNG_ESYS, "out/runs: cannot be opened");
	assert_int_equal(remove(tree_path("a/out/runs")), 0);
	assert_int_equal(remove(tree_path("a/out/.lock")), 0);
	assert_int_equal(symlink("../../precious/lock", tree_path("a/out/.lock")), 0);
	run_refused(tree_path("a/out"), GNG_ESYS, "out/.lock: cannot be opened");
	assert_false(exists(tree_path("precious/lock")));
}

static void rundir_says_what_is_unwritable(void **state)
{
	const uid_t user = geteuid();

	(void)state;
	tree_make();
	tree_write("file", "");
	run_refused(tree_path("file/out"), GNG_ESYS, "file/out: cannot be made: Not a directory");
	tree_write("locked/x", "");
	assert_int_equal(chmod(tree_folder, 0755), 0);
	assert_int_equal(chmod(tree_path("locked"), 0555), 0);
	if (user == 0) /* root may write anywhere */
		assert_int_equal(seteuid(65534), 0);
	run_refused(tree_path("locked/out"), GNG_ESYS, "locked/out: cannot be made: Permission");
	run_refused(tree_path("locked"), GNG_ESYS, "locked/.lock: cannot be opened: Permission");
	assert_int_equal(seteuid(user), 0);
	assert_int_equal(chmod(tree_path("locked"), 0755), 0);
}

/* No byte can be written under this limit, as on a full disk; folders still can be made. */
static void rundir_says_when_nothing_can_be_written(void **state)
{
	struct rlimit old, none;
	struct gng_rundir run;

	(void)state;
	tree_make();
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &old), 0);
	none = old;
	none.rlim_cur = 0;
	signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &none), 0);
	run_refused(tree_path("a/out"), GNG_ESYS, "out/.lock: cannot be written: File too large");
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &old), 0);
	assert_false(exists(tree_path("a/out/check")));
	opens(&run, "check");
	gng_rundir_close(&run);
}

static void rundir_refuses_a_kind_that_is_no_word(void **state)
{
	static const char *const kinds[] = {"", "../x", "a/b", "runs", "Check"};
	struct gng_rundir run;

	(void)state;
	tree_make();
	for (size_t i = 0; i < COUNT_OF(kinds); i++)
		assert_int_equal(gng_rundir_open(&run, tree_path("out"), kinds[i], NULL),
				 GNG_EINVAL);
	assert_false(exists(tree_path("out")));
}

const struct suite_test suite_tests[] = {
	TEST(rundir_makes_a_folder_and_switches_the_link, "H1.rundir.link"),
	TEST(rundir_takes_a_path_that_ends_in_a_slash, "H1.rundir.link"),
	TEST(rundir_refuses_a_second_run_at_once, "H1.rundir.lock"),
	TEST(rundir_lock_ends_with_its_process, "H1.rundir.lock"),
	TEST(rundir_keeps_ten_runs_of_a_kind, "H1.rundir.prune"),
	TEST(rundir_removes_nothing_that_it_did_not_make, "H1.rundir.prune"),
	TEST(rundir_leaves_what_stands_in_the_way_of_the_link, "H1.rundir.link"),
	TEST(rundir_follows_no_link_below_out, "H1.rundir.prune"),
	TEST(rundir_says_what_is_unwritable, "H1.rundir.refusals"),
	TEST(rundir_says_when_nothing_can_be_written, "H1.rundir.refusals"),
	TEST(rundir_refuses_a_kind_that_is_no_word, "H1.rundir.refusals"),
	{0},
};
