/* SPDX-License-Identifier: Apache-2.0 */
/* scarce_test.c - begun without standard streams, and given files that are shorter than they say
 * or cannot be read. */
/* requires: libcrypto */
#include "tree.h"
#include "trap.h"

#include <fcntl.h>
#include <sys/wait.h>

#include "gauge_rundir.h"
#include "gauge_text.h"

/* ---- without descriptors, as a daemon may be started ---- */

/* works tells whether work succeeds in a process in which the descriptors 0 to last are closed. */
static bool works(int last, bool (*work)(void))
{
	int status = -1;
	const pid_t pid = fork();

	if (pid == 0) {
		for (int fd = 0; fd <= last; fd++)
			close(fd);
		_exit(work() ? 0 : 1);
	}
	assert_true(pid > 0);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	return status == 0;
}

static bool read_facts(void)
{
	char *text = NULL;

	return gauge_read(&text, tree_path("build/gonogo.facts"), NULL) == GNG_OK;
}

static bool open_folder(void)
{
	struct gng_rundir run;

	if (gng_rundir_open(&run, tree_path("out"), "check", NULL) != GNG_OK)
		return false;
	gng_rundir_close(&run);
	return run.lock_fd == -1;
}

static void files_and_folders_may_have_descriptor_0(void **state)
{
	(void)state;
	tree_plant();
	assert_true(works(0, read_facts));
	assert_true(works(GNG_PROBE_FD, read_facts));
	assert_true(works(0, open_folder));
	assert_true(works(GNG_PROBE_FD, open_folder));
}

static struct trap trap;

static bool run_passes(void)
{
	struct gng_record *records;
	struct gng_why why = {0};
	size_t num_records;

	return gng_run(&records, &num_records, &trap.options, &why) == GNG_OK && num_records == 1 &&
	       why.text[0] == '\0' && records[0].verdict == GNG_PASS && records[0].assertions == 1;
}

static void tests_run_without_standard_streams(void **state)
{
	(void)state;
	trap_set(&trap, "echo out; echo err >&2; [ -r /dev/fd/0 ] || exit 1\n" TRAP_PASSES);
	for (int last = 0; last <= GNG_PROBE_FD; last++)
		assert_true(works(last, run_passes));
	trap_remove(&trap);
}

static int runs_fd;

static bool prune(void)
{
	gauge_prune(runs_fd, "check", "check-20260101T000001.000Z-1");
	return true;
}

static void old_runs_are_removed_by_descriptor_0(void **state)
{
	struct gauge_names list;
	char name[128];

	(void)state;
	tree_make();
	for (int i = 0; i < 12; i++) {
		snprintf(name, sizeof(name), "runs/check-202601%02dT000000.000Z-1/" GAUGE_RUN_MARK,
			 i + 1);
		tree_write(name, "gonogo\n");
	}
	runs_fd = open(tree_path("runs"), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	assert_true(runs_fd > 0);
	assert_true(works(0, prune));
	assert_int_equal(gauge_list(&list, tree_path("runs"), "", NULL), GNG_OK);
	assert_int_equal(list.num, GAUGE_RUNS_KEPT - 1); /* and the one that is kept in any case */
	assert_string_equal(list.names[0], "check-20260104T000000.000Z-1");
	gauge_list_fini(&list);
	close(runs_fd);
}

static bool learn_costs(void)
{
	struct gng_test test = {.id = "conformance.aes.ecb.ecb_refuses",
				.suite = "conformance",
				.variant = "",
				.build = "release",
				.selected = true};
	const struct gng_plan plan = {.num_tests = 1, .tests = &test};
	const double *costs_s = gng_run_costs(&plan, tree_path("out"));

	return costs_s && *costs_s == 7;
}

/* Else the longest test would begin last. */
static void costs_are_learned_by_descriptor_0(void **state)
{
	(void)state;
	tree_make();
	tree_write("out/runs/check-20260101T000000.000Z-1/" GAUGE_RUN_MARK, "gonogo\n");
	tree_write("out/runs/check-20260101T000000.000Z-1/records.jsonl",
		   "{\"schema\":\"gonogo/record/1\",\"id\":\"conformance.aes.ecb.ecb_refuses\","
		   "\"variant\":\"\",\"build\":\"release\",\"verdict\":\"PASS\",\"seconds\":7}\n");
	assert_true(works(0, learn_costs));
	assert_true(works(GNG_PROBE_FD, learn_costs));
}

/* ---- files of the kernel: 4,096 bytes, they say ---- */

static void file_may_be_shorter_than_it_says(void **state)
{
	const char *path = "/sys/class/net/lo/ifindex";
	struct stat about;
	char *text = NULL;

	(void)state;
	if (stat(path, &about) != 0 || about.st_size < 16) {
		gng_probe_skip("/sys/class/net/lo is not there", "mount sysfs on /sys");
		return;
	}
	assert_int_equal(gauge_read(&text, path, NULL), GNG_OK);
	assert_true(strtoul(text, NULL, 10) > 0);
	assert_int_equal(text[strlen(text) - 1], '\n');
	assert_true(strlen(text) < 16);
	free(text);
}

static void file_that_cannot_be_read_is_told(void **state)
{
	const char *path = "/sys/class/net/lo/speed"; /* it has none: EINVAL */
	struct gng_why why = {0};
	char *text = NULL;

	(void)state;
	if (access(path, R_OK) != 0) {
		gng_probe_skip("/sys/class/net/lo is not there", "mount sysfs on /sys");
		return;
	}
	assert_int_equal(gauge_read(&text, path, &why), GNG_ESYS);
	assert_true(why.sys_errno != 0);
	assert_non_null(strstr(why.text, "speed: cannot be read: "));
	assert_null(text);
}

const struct suite_test suite_tests[] = {
	TEST(files_and_folders_may_have_descriptor_0, "H1.rundir.lock"),
	TEST(tests_run_without_standard_streams, "H1.run.isolation"),
	TEST(old_runs_are_removed_by_descriptor_0, "H1.rundir.prune"),
	TEST(costs_are_learned_by_descriptor_0, "H1.run.order"),
	TEST(file_may_be_shorter_than_it_says, "H1.plan.refusals"),
	TEST(file_that_cannot_be_read_is_told, "H1.plan.refusals"),
	{0},
};
