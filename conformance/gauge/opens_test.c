/* SPDX-License-Identifier: Apache-2.0 */
/* opens_test.c - how files are opened: none stays open in a test that starts meanwhile, and no
 * folder of an old run is gone into through a link that somebody put in its place. */
/* requires: libcrypto jansson */
#include "tree.h"
#include "trap.h"

#include <fcntl.h>
#include <stdarg.h>
#include <sys/syscall.h>

#include "gauge_rundir.h"

static struct {
	bool looks;
	size_t num, num_folders;
	char kept[256], followed[256]; /* a name that was opened wrongly */
} opened;

static void look(int fd, int folder, const char *path, int flags)
{
	struct stat about;

	if (!opened.looks || fd < 0)
		return;
	opened.num++;
	if (!(flags & O_CLOEXEC))
		snprintf(opened.kept, sizeof(opened.kept), "%s", path);
	if (folder == AT_FDCWD || fstat(fd, &about) != 0 || !S_ISDIR(about.st_mode))
		return;
	opened.num_folders++;
	if (!(flags & O_NOFOLLOW))
		snprintf(opened.followed, sizeof(opened.followed), "%s", path);
}

/* The program's own functions stand before those of the library. */
int openat(int folder, const char *path, int flags, ...)
{
	va_list args;
	mode_t mode;
	int fd;

	va_start(args, flags);
	mode = flags & O_CREAT ? va_arg(args, mode_t) : 0;
	va_end(args);
	fd = (int)syscall(SYS_openat, folder, path, flags, mode);
	look(fd, folder, path, flags);
	return fd;
}

int open(const char *path, int flags, ...)
{
	va_list args;
	mode_t mode;

	va_start(args, flags);
	mode = flags & O_CREAT ? va_arg(args, mode_t) : 0;
	va_end(args);
	return openat(AT_FDCWD, path, flags, mode);
}

static void plan_keeps_no_file_for_a_test_to_have(void **state)
{
	struct gng_home *home = NULL;
	struct gng_plan *plan;

	(void)state;
	tree_plant();
	opened.looks = true;
	plan = tree_open(&home, "all");
	opened.looks = false;
	assert_true(opened.num > 10);
	assert_string_equal(opened.kept, "");
	tree_close(plan, home);
}

static void run_keeps_no_file_for_a_test_to_have(void **state)
{
	struct trap trap;

	(void)state;
	trap_set(&trap, TRAP_PASSES);
	trap_springs(&trap, GNG_PASS, NULL); /* jansson reads /dev/urandom once */
	opened.looks = true;
	trap_springs(&trap, GNG_PASS, NULL);
	opened.looks = false;
	assert_true(opened.num > 0);
	assert_string_equal(opened.kept, "");
	trap_remove(&trap);
}

static void folders_of_runs_are_opened_as_what_they_are(void **state)
{
	struct gng_rundir run;

	(void)state;
	tree_make();
	tree_write("out/runs/check-20200101T000000.000Z-1/" GAUGE_RUN_MARK, "");
	tree_write("out/runs/check-20200101T000000.000Z-1/logs/a", "");
	opened.looks = true;
	for (int i = 0; i < GAUGE_RUNS_KEPT + 1; i++) {
		assert_int_equal(gng_rundir_open(&run, tree_path("out"), "check", NULL), GNG_OK);
		gng_rundir_close(&run);
	}
	opened.looks = false;
	assert_int_not_equal(access(tree_path("out/runs/check-20200101T000000.000Z-1"), F_OK), 0);
	assert_true(opened.num_folders > GAUGE_RUNS_KEPT + 2);
	assert_string_equal(opened.followed, "");
	assert_string_equal(opened.kept, "");
}

const struct suite_test suite_tests[] = {
	TEST(plan_keeps_no_file_for_a_test_to_have, "H1.run.isolation"),
	TEST(run_keeps_no_file_for_a_test_to_have, "H1.run.isolation"),
	TEST(folders_of_runs_are_opened_as_what_they_are, "H1.rundir.prune"),
	{0},
};
