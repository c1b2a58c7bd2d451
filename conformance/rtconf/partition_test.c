/* SPDX-License-Identifier: Apache-2.0 */
/*
 * partition_test.c - a partition of CPUs is made, keeps others out, and is gone again: on a made-up
 * machine, and by behaviour in a guest whose control groups are the kernel's.
 */
#include "machine.h"

#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <sys/prctl.h>

#include <gng_sysfile.h>

#define GROUPS "sys/fs/cgroup/"
#define FOLDER "/sys/fs/cgroup/gonogo-rt"
#define SUBTREE "/sys/fs/cgroup/cgroup.subtree_control"
#define CROWD_MS 300
#define MAX_CROWDS 20

static const char *saved(void)
{
	static char path[2 * PATH_MAX];

	snprintf(path, sizeof(path), "%s/saved", command_folder());
	return path;
}

/* only_partition is a plan of nothing else. */
static struct gng_rtconf_plan only_partition(const char *root, const char *cpus,
					     enum gng_rtconf_partition kind)
{
	struct gng_rtconf_plan plan = {.root = root};
	const struct gng_rtconf_cpus set = machine_cpus(cpus);
	struct gng_why why = {0};

	if (gng_rtconf_plan_partition(&plan, &set, kind, &why) != GNG_OK)
		suite_fail("%s", why.text);
	return plan;
}

/* ---- on a made-up machine ---- */

static void make_groups(void)
{
	machine_make();
	command_text(GROUPS "cgroup.controllers", "cpuset cpu io memory pids");
	command_text(GROUPS "cgroup.subtree_control", "cpu memory");
}

static void it_is_planned_behind_its_controller(void **state)
{
	struct gng_rtconf_plan plan;

	(void)state;
	make_groups();
	plan = only_partition(command_folder(), "2-3", GNG_RTCONF_PARTITION_ISOLATED);
	assert_int_equal(plan.num_steps, 2);
	assert_string_equal(plan.steps[0].path, SUBTREE);
	assert_string_equal(plan.steps[0].want, "on");
	assert_string_equal(plan.steps[1].path, FOLDER);
	assert_string_equal(plan.steps[1].before, "absent");
	assert_string_equal(plan.steps[1].want, "isolated 2-3");
	gng_rtconf_plan_fini(&plan);
	command_text(GROUPS "cgroup.subtree_control", "cpu cpuset");
	plan = only_partition(command_folder(), "3", GNG_RTCONF_PARTITION_ROOT);
	assert_int_equal(plan.num_steps, 1);
	assert_string_equal(plan.steps[0].want, "root 3");
	gng_rtconf_plan_fini(&plan);
}

static void where_none_can_be_it_says_what_to_boot_with(void **state)
{
	const struct gng_rtconf_cpus cpus = machine_cpus("2-3");
	struct gng_rtconf_plan plan = {.root = machine_make()};
	struct gng_why why;

	(void)state;
	assert_int_equal(gng_rtconf_plan_partition(&plan, &cpus, GNG_RTCONF_PARTITION_ROOT, &why),
			 GNG_EUNSUPPORTED);
	assert_non_null(strstr(why.text, "cgroup_no_v1=cpuset"));
	make_groups();
	command_text(GROUPS "gonogo-rt/cpuset.cpus", "1");
	assert_int_equal(gng_rtconf_plan_partition(&plan, &cpus, GNG_RTCONF_PARTITION_ROOT, &why),
			 GNG_EINVAL);
	assert_non_null(strstr(why.text, "gonogo rt restore"));
	assert_int_equal(plan.num_steps, 0);
	gng_rtconf_plan_fini(&plan);
}

/* The folder of a made-up machine lacks the kernel's files: half a partition is taken back. */
static void half_a_partition_is_taken_back(void **state)
{
	struct gng_rtconf_plan plan;

	(void)state;
	make_groups();
	plan = only_partition(command_folder(), "2-3", GNG_RTCONF_PARTITION_ISOLATED);
	assert_int_equal(gng_rtconf_apply(&plan, saved(), NULL), GNG_OK);
	machine_holds(GROUPS "cgroup.subtree_control", "+cpuset");
	assert_int_equal(plan.steps[1].state, GNG_RTCONF_REFUSED);
	assert_int_equal(plan.steps[1].error, ENOENT);
	assert_int_equal(access(command_path(GROUPS "gonogo-rt"), F_OK), -1);
	gng_rtconf_plan_fini(&plan);
}

static void take_outcome(void *context, const struct gng_rtconf_undone *undone)
{
	((int *)context)[strcmp(undone->path, FOLDER) == 0] = (int)undone->outcome;
}

static const struct {
	const char *cpus, *state, *others;
	int controller, folder; /* outcomes */
} left[] = {
	{"2-3", "isolated", "", GNG_RTCONF_FOREIGN, GNG_RTCONF_STUCK},
	{"2-3", "isolated invalid (Cpu list in cpuset.cpus not exclusive)", "", GNG_RTCONF_FOREIGN,
	 GNG_RTCONF_STUCK},
	{"", "member", "", GNG_RTCONF_BACK, GNG_RTCONF_STUCK},
	{"1", "isolated", "", GNG_RTCONF_FOREIGN, GNG_RTCONF_FOREIGN},
	{"2-3", "member", "0", GNG_RTCONF_FOREIGN, GNG_RTCONF_STUCK},
};

/* The folder of a made-up machine has files in it, so that its removal is refused: stuck says that
 * it was tried. */
static void what_is_ours_is_told_from_what_is_not(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT_OF(left); i++) {
		int outcomes[2] = {-1, -1};
		struct gng_why why = {0};

		make_groups();
		command_text("saved", "gonogo rt 1\t11111111-2222-3333-4444-555555555555\n" SUBTREE
				      "\toff\ton\n" FOLDER "\tabsent\tisolated 2-3\n");
		command_text(GROUPS "cgroup.subtree_control", "cpu cpuset");
		command_text(GROUPS "gonogo-rt/cpuset.cpus", left[i].cpus);
		command_text(GROUPS "gonogo-rt/cpuset.cpus.partition", left[i].state);
		command_text(GROUPS "user.slice/cpuset.cpus", left[i].others);
		(void)!gng_rtconf_restore(command_folder(), saved(), take_outcome, outcomes, &why);
		assert_int_equal(outcomes[1], left[i].folder);
		assert_int_equal(outcomes[0], left[i].controller);
		assert_true(left[i].folder != GNG_RTCONF_STUCK ||
			    strstr(why.text, "end what runs inside"));
	}
}

static void the_command_plans_one(void **state)
{
	static const struct command_refusal refused[] = {
		{"plan --root . --cpus 2-3 --partition member", "'member'", 2},
		{"apply --root . --cpus 2-3 --partition", "--partition", 2},
	};

	(void)state;
	if (getenv("GNG_LAB"))
		return gng_probe_skip("guests have no shell", "make check ONLY=rtconf");
	machine_make();
	command_refuses("gonogo-rt", refused, COUNT_OF(refused));
	assert_int_equal(command("gonogo-rt plan --root . --cpus 2-3 --partition root"), 3);
	make_groups();
	assert_int_equal(command("gonogo-rt plan --root . --cpus 2-3 --partition root"), 0);
	assert_non_null(strstr(command_out, "absent -> root 2-3"));
	assert_int_equal(command("gonogo-rt apply --root . --cpus 2-3 --partition root --saved s"),
			 1);
	assert_non_null(strstr(command_out, "absent -> root 2-3: it says"));
	assert_non_null(strstr(command_out, "2 refused")); /* nor does its controller answer */
}

/* ---- by behaviour ---- */

/* in_guest is false, with a skip, on the machine of a person. */
static bool in_guest(void)
{
	if (getenv("GNG_LAB"))
		return true;
	gng_probe_skip("it would change the CPUs of all that runs here",
		       "gonogo lab run rtconf-partition");
	return false;
}

static void make(const char *cpus, enum gng_rtconf_partition kind)
{
	struct gng_rtconf_plan plan = only_partition("", cpus, kind);

	assert_int_equal(gng_rtconf_apply(&plan, saved(), NULL), GNG_OK);
	for (size_t i = 0; i < plan.num_steps; i++)
		if (plan.steps[i].state != GNG_RTCONF_APPLIED)
			suite_fail("%s: %s", plan.steps[i].path, plan.steps[i].answer);
	gng_rtconf_plan_fini(&plan);
}

static void dissolve(void)
{
	struct gng_why why = {0};

	if (gng_rtconf_restore("", saved(), NULL, NULL, &why) != GNG_OK)
		suite_fail("%s", why.text);
	assert_int_equal(access(FOLDER, F_OK), -1);
	assert_int_equal(access(saved(), F_OK), -1);
}

/* A crowd that hardly came to look, as on a busy host, tells nothing: another one is asked. */
static struct gng_rtconf_crowd crowd_of(const char *cpus)
{
	const struct gng_rtconf_cpus set = machine_cpus(cpus);
	struct gng_rtconf_crowd crowd;
	unsigned int num = 0;

	do
		assert_int_equal(gng_rtconf_crowd(&crowd, &set, CROWD_MS, NULL), GNG_OK);
	while (crowd.num_looks <= 1000 && ++num < MAX_CROWDS);
	assert_true(crowd.num_threads >= 4 && crowd.num_looks > 1000);
	return crowd;
}

/* A busy host lets a guest's CPU wait for longer than a crowd is there, which then hardly comes to
 * it: this control goes on until it does. */
static void assert_shared(const char *cpus)
{
	struct gng_rtconf_crowd crowd;
	unsigned int num = 0;

	do {
		crowd = crowd_of(cpus);
		assert_int_equal(crowd.num_let_in, crowd.num_threads);
	} while (crowd.num_inside <= crowd.num_looks / 20 && ++num < MAX_CROWDS);
	assert_true(crowd.num_inside > crowd.num_looks / 20);
}

static void nobody_else_runs_inside_until_it_is_gone(void **state)
{
	(void)state;
	if (!in_guest())
		return;
	assert_shared("2-3");
	for (int kind = GNG_RTCONF_PARTITION_ROOT; kind < GNG_RTCONF_NUM_PARTITIONS; kind++) {
		struct gng_rtconf_crowd crowd;

		make("2-3", (enum gng_rtconf_partition)kind);
		crowd = crowd_of("2-3");
		assert_int_equal(crowd.num_inside, 0);
		assert_int_equal(crowd.num_let_in, 0);
		dissolve();
		assert_shared("2-3");
	}
}

/* enter is a child that joins and stays until it is killed. */
static pid_t enter(void)
{
	int ready[2];
	char byte = 0;
	pid_t child;

	assert_int_equal(pipe(ready), 0);
	child = fork();
	if (child == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		byte = gng_rtconf_partition_join("", NULL) == GNG_OK ? 'y' : 'n';
		if (write(ready[1], &byte, 1) != 1)
			_exit(1);
		for (;;)
			pause();
	}
	assert_int_equal(read(ready[0], &byte, 1), 1);
	assert_int_equal(byte, 'y');
	close(ready[0]);
	close(ready[1]);
	return child;
}

static void kill_and_wait(pid_t child)
{
	assert_int_equal(kill(child, SIGKILL), 0);
	assert_int_equal(waitpid(child, NULL, 0), child);
}

static void who_joins_has_exactly_its_cpus(void **state)
{
	cpu_set_t set;
	pid_t child;

	(void)state;
	if (!in_guest())
		return;
	make("2-3", GNG_RTCONF_PARTITION_ISOLATED);
	assert_true(gng_rtconf_partition_has("", 2) && !gng_rtconf_partition_has("", 1));
	child = enter();
	assert_int_equal(sched_getaffinity(child, sizeof(set), &set), 0);
	assert_int_equal(CPU_COUNT(&set), 2);
	assert_true(CPU_ISSET(2, &set) && CPU_ISSET(3, &set));
	kill_and_wait(child);
	dissolve();
}

static void what_runs_inside_keeps_it(void **state)
{
	struct gng_rtconf_crowd crowd;
	struct gng_why why;
	pid_t child;

	(void)state;
	if (!in_guest())
		return;
	make("2-3", GNG_RTCONF_PARTITION_ISOLATED);
	child = enter();
	assert_int_equal(gng_rtconf_restore("", saved(), NULL, NULL, &why), GNG_ESYS);
	assert_non_null(strstr(why.text, "end what runs inside"));
	crowd = crowd_of("2-3");
	assert_int_equal(crowd.num_inside + crowd.num_let_in, 0);
	kill_and_wait(child);
	dissolve();
}

/* All CPUs but none for the rest is what the kernel refuses; its words are told. */
static void what_the_kernel_calls_invalid_is_refused_in_its_words(void **state)
{
	struct gng_rtconf_plan plan;

	(void)state;
	if (!in_guest())
		return;
	plan = only_partition("", "0-3", GNG_RTCONF_PARTITION_ISOLATED);
	assert_int_equal(gng_rtconf_apply(&plan, saved(), NULL), GNG_OK);
	assert_int_equal(plan.steps[plan.num_steps - 1].state, GNG_RTCONF_REFUSED);
	assert_non_null(strstr(plan.steps[plan.num_steps - 1].answer, "invalid"));
	gng_probe_note("kernel", plan.steps[plan.num_steps - 1].answer);
	gng_rtconf_plan_fini(&plan);
	assert_int_equal(access(FOLDER, F_OK), -1);
	dissolve();
}

static void tell_foreign(void *context, const struct gng_rtconf_undone *undone)
{
	(void)context;
	if (undone->outcome != GNG_RTCONF_BACK)
		suite_fail("%s is left as '%s'", undone->path, undone->now);
}

static void make_and_dissolve_without_end(void)
{
	for (;;) {
		struct gng_rtconf_plan plan =
			only_partition("", "2-3", GNG_RTCONF_PARTITION_ISOLATED);

		if (gng_rtconf_apply(&plan, saved(), NULL) != GNG_OK ||
		    gng_rtconf_restore("", saved(), tell_foreign, NULL, NULL) != GNG_OK)
			_exit(1);
		gng_rtconf_plan_fini(&plan);
	}
}

static void a_killed_maker_leaves_what_can_be_undone(void **state)
{
	unsigned int found = 0;
	char text[256] = "";

	(void)state;
	if (!in_guest())
		return;
	saved(); /* the folder must be one for both */
	for (unsigned int i = 0; i < 20; i++) {
		const pid_t child = fork();
		struct gng_why why = {0};

		if (child == 0)
			make_and_dissolve_without_end();
		usleep(5000 + 7000 * i);
		kill_and_wait(child);
		found += access(FOLDER, F_OK) == 0;
		if (gng_rtconf_restore("", saved(), tell_foreign, NULL, &why) != GNG_OK &&
		    !strstr(why.text, "cannot be read"))
			suite_fail("after kill %u: %s", i, why.text);
		assert_int_equal(access(FOLDER, F_OK), -1);
		if (gng_sysfile_read(text, sizeof(text), "", SUBTREE))
			assert_null(strstr(text, "cpuset"));
	}
	assert_true(found > 0);
	assert_shared("2-3");
}

const struct suite_test suite_tests[] = {
	TEST(it_is_planned_behind_its_controller, "T1.rtconf.partition"),
	TEST(where_none_can_be_it_says_what_to_boot_with, "T1.rtconf.partition"),
	TEST(half_a_partition_is_taken_back, "T1.rtconf.partition"),
	TEST(what_is_ours_is_told_from_what_is_not, "T1.rtconf.partition"),
	TEST(the_command_plans_one, "T1.rtconf.partition"),
	TEST(nobody_else_runs_inside_until_it_is_gone, "T1.rtconf.partition"),
	TEST(who_joins_has_exactly_its_cpus, "T1.rtconf.partition"),
	TEST(what_runs_inside_keeps_it, "T1.rtconf.partition"),
	TEST(what_the_kernel_calls_invalid_is_refused_in_its_words, "T1.rtconf.partition"),
	TEST(a_killed_maker_leaves_what_can_be_undone, "T1.rtconf.partition T1.rtconf.journal"),
	{0},
};
