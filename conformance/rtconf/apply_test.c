/* SPDX-License-Identifier: Apache-2.0 */
/* apply_test.c - a plan is made, applied and undone on a made-up machine; crashes and strangers. */
#include "machine.h"

#include <errno.h>
#include <signal.h>
#include <sys/resource.h>

#define SAVED "saved"
#define IRQ "proc/irq/24/smp_affinity_list"

static char saved_path[2 * PATH_MAX];

static const char *saved(void)
{
	snprintf(saved_path, sizeof(saved_path), "%s/" SAVED, command_folder());
	return saved_path;
}

static struct gng_rtconf_plan plan_of(const char *cpus)
{
	const struct gng_rtconf_cpus set = machine_cpus(cpus);
	struct gng_rtconf_plan plan;

	assert_int_equal(gng_rtconf_plan_make(&plan, command_folder(), &set, NULL), GNG_OK);
	return plan;
}

static const struct gng_rtconf_step *step_at(const struct gng_rtconf_plan *plan, const char *path)
{
	for (size_t i = 0; i < plan->num_steps; i++)
		if (strcmp(plan->steps[i].path + 1, path) == 0)
			return &plan->steps[i];
	suite_fail("the plan lacks %s", path);
}

static const struct {
	const char *path, *before, *want;
} expected[] = {
	{"proc/sys/kernel/sched_rt_runtime_us", "950000", "-1"},
	{"sys/fs/cgroup/cpu/cpu.rt_runtime_us", "950000", "-1"},
	{"proc/sys/vm/swappiness", "60", "1"},
	{"sys/kernel/mm/transparent_hugepage/enabled", "always", "madvise"},
	{"sys/kernel/mm/transparent_hugepage/defrag", "madvise", "madvise"},
	{"sys/kernel/mm/ksm/run", "1", "0"},
	{"proc/sys/kernel/numa_balancing", "1", "0"},
	{"proc/sys/kernel/timer_migration", "0", "0"},
	{"sys/kernel/debug/sched/fair_server/cpu2/runtime", "50000000", "0"},
	{"sys/kernel/debug/sched/fair_server/cpu3/runtime", "50000000", "0"},
	{CPU "cpu2/cpufreq/scaling_governor", "powersave", "performance"},
	{CPU "cpu3/cpufreq/scaling_governor", "performance", "performance"},
	{"sys/devices/virtual/workqueue/cpumask", "f", "3"},
	{"proc/irq/default_smp_affinity", "0000000f", "3"},
	{IRQ, "0-3", "0-1"},
	{"proc/irq/25/smp_affinity_list", "0-1", "0-1"},
};

static void a_plan_lists_what_exists_in_its_order(void **state)
{
	struct gng_rtconf_plan plan;

	(void)state;
	machine_make();
	plan = plan_of("2-3");
	assert_int_equal(plan.num_steps, COUNT_OF(expected));
	for (size_t i = 0; i < COUNT_OF(expected); i++) {
		const struct gng_rtconf_step *step = &plan.steps[i];

		assert_string_equal(step->path + 1, expected[i].path);
		assert_string_equal(step->before, expected[i].before);
		assert_string_equal(step->want, expected[i].want);
		assert_int_equal(step->state, strcmp(expected[i].before, expected[i].want) == 0
						      ? GNG_RTCONF_READY
						      : GNG_RTCONF_CHANGE);
	}
	gng_rtconf_plan_fini(&plan);
}

static void cpus_that_leave_none_or_are_absent_are_refused(void **state)
{
	static const char *const wrong[] = {"", "0-3", "3-4", "9"};
	struct gng_rtconf_plan plan;
	struct gng_why why;

	(void)state;
	machine_make();
	for (size_t i = 0; i < COUNT_OF(wrong); i++) {
		const struct gng_rtconf_cpus cpus = machine_cpus(wrong[i]);

		assert_int_equal(gng_rtconf_plan_make(&plan, command_folder(), &cpus, &why),
				 GNG_EINVAL);
		assert_non_null(strstr(why.text, "0-3"));
	}
	unlink(command_path(CPU "online"));
	assert_int_equal(
		gng_rtconf_plan_make(&plan, command_folder(), &(struct gng_rtconf_cpus){0}, &why),
		GNG_EUNSUPPORTED);
}

static void apply_all(void)
{
	struct gng_rtconf_plan plan;

	machine_make();
	plan = plan_of("2-3");
	assert_int_equal(gng_rtconf_apply(&plan, saved(), NULL), GNG_OK);
	assert_int_equal(step_at(&plan, IRQ)->state, GNG_RTCONF_APPLIED);
	gng_rtconf_plan_fini(&plan);
	machine_holds(IRQ, "0-1");
	machine_holds("sys/kernel/mm/transparent_hugepage/enabled", "madvise");
}

struct told {
	size_t num, outcomes[3];
	char first[200], last[200];
};

static void note(void *context, const struct gng_rtconf_undone *undone)
{
	struct told *told = context;

	if (!told->num)
		snprintf(told->first, sizeof(told->first), "%s", undone->path);
	snprintf(told->last, sizeof(told->last), "%s", undone->path);
	told->num++;
	told->outcomes[undone->outcome]++;
}

static void what_was_applied_comes_back_last_first(void **state)
{
	struct told told = {0};

	(void)state;
	apply_all();
	assert_int_equal(gng_rtconf_restore(command_folder(), saved(), note, &told, NULL), GNG_OK);
	assert_int_equal(told.num, 12);
	assert_int_equal(told.outcomes[GNG_RTCONF_BACK], 12);
	assert_string_equal(told.first, "/" IRQ);
	assert_string_equal(told.last, "/proc/sys/kernel/sched_rt_runtime_us");
	for (size_t i = 0; i < COUNT_OF(expected); i++)
		if (strcmp(expected[i].before, expected[i].want) != 0)
			machine_holds(expected[i].path, expected[i].before);
	assert_int_equal(gng_rtconf_restore(command_folder(), saved(), note, &told, NULL),
			 GNG_EINVAL);
}

static void two_applications_are_refused(void **state)
{
	struct gng_rtconf_plan plan;
	struct gng_why why;

	(void)state;
	apply_all();
	command_text(IRQ, "0-3");
	plan = plan_of("2-3");
	assert_int_equal(gng_rtconf_apply(&plan, saved(), &why), GNG_EINVAL);
	assert_non_null(strstr(why.text, "gonogo rt restore"));
	machine_holds(IRQ, "0-3");
	assert_int_equal(gng_rtconf_apply(&plan, "/nonexistent/saved", &why), GNG_ESYS);
	machine_holds(IRQ, "0-3");
	gng_rtconf_plan_fini(&plan);
}

static void what_somebody_else_changed_stays(void **state)
{
	struct told told = {0};

	(void)state;
	apply_all();
	command_text("proc/sys/vm/swappiness", "10");
	assert_int_equal(gng_rtconf_restore(command_folder(), saved(), note, &told, NULL), GNG_OK);
	assert_int_equal(told.outcomes[GNG_RTCONF_FOREIGN], 1);
	machine_holds("proc/sys/vm/swappiness", "10");
	machine_holds(IRQ, "0-3");
}

static void what_the_kernel_keeps_is_refused_and_stuck(void **state)
{
	struct gng_rtconf_plan plan;
	struct told told = {0};
	struct gng_why why;

	(void)state;
	machine_make();
	plan = plan_of("2-3");
	unlink(command_path(IRQ)); /* as an interrupt that is freed meanwhile */
	assert_int_equal(gng_rtconf_apply(&plan, saved(), NULL), GNG_OK);
	assert_int_equal(step_at(&plan, IRQ)->state, GNG_RTCONF_REFUSED);
	assert_int_equal(step_at(&plan, IRQ)->error, ENOENT);
	assert_int_equal(step_at(&plan, "proc/sys/vm/swappiness")->state, GNG_RTCONF_APPLIED);
	gng_rtconf_plan_fini(&plan);
	assert_int_equal(gng_rtconf_restore(command_folder(), saved(), note, &told, &why),
			 GNG_ESYS);
	assert_non_null(strstr(why.text, IRQ));
	assert_int_equal(told.outcomes[GNG_RTCONF_STUCK], 1);
	machine_holds("proc/sys/vm/swappiness", "60");
	command_text(IRQ, "0-3");
	assert_int_equal(gng_rtconf_restore(command_folder(), saved(), note, &told, NULL), GNG_OK);
}

/* The file is what a crash may leave at any byte: a cut is undone, or holds nothing to undo. */
static void every_cut_of_the_file_is_undone(void **state)
{
	char *whole;
	size_t len;

	(void)state;
	apply_all();
	whole = command_read(SAVED);
	len = strlen(whole);
	for (size_t cut = 0; cut <= len; cut += cut < 60 ? 3 : 29) {
		struct gng_why why = {0};
		struct told told = {0};

		command_write(SAVED, whole, cut);
		if (gng_rtconf_restore(command_folder(), saved(), note, &told, &why) != GNG_OK)
			suite_fail("cut at %zu: %s", cut, why.text);
		assert_int_equal(told.outcomes[GNG_RTCONF_STUCK], 0);
		machine_make();
	}
	free(whole);
}

static void a_reboot_has_undone_it_already(void **state)
{
	struct told told = {0};

	(void)state;
	apply_all();
	command_text("proc/sys/kernel/random/boot_id", "another");
	assert_int_equal(gng_rtconf_restore(command_folder(), saved(), note, &told, NULL), GNG_OK);
	assert_int_equal(told.num, 0);
	machine_holds(IRQ, "0-1");
}

static const char *const hostile[] = {
	"",
	"gonogo rt 2\tx\n",
	"nonsense\n",
	"gonogo rt 1\tID\n/etc/passwd\ta\tb\n",
	"gonogo rt 1\tID\n/sys/../etc/passwd\ta\tb\n",
	"gonogo rt 1\tID\n/proc/sys/vm/swappiness\t60\n",
	"gonogo rt 1\tID\n/proc/sys/vm/swappiness\t60\t1\t2\n",
	"gonogo rt 1\tID\n/proc/sys/vm/swappiness\t\t1\n",
	"gonogo rt 1\tID\n\n",
};

static void a_file_that_is_none_of_ours_writes_nothing(void **state)
{
	(void)state;
	machine_make();
	command_text("proc/sys/vm/swappiness", "1");
	for (size_t i = 1; i < COUNT_OF(hostile); i++) {
		char text[256], *id;
		struct gng_why why;

		snprintf(text, sizeof(text), "%s", hostile[i]);
		id = strstr(text, "ID\n");
		if (id)
			snprintf(id, 200, "11111111-2222-3333-4444-555555555555%s",
				 strstr(hostile[i], "ID\n") + 2);
		command_text(SAVED, text);
		assert_int_equal(gng_rtconf_restore(command_folder(), saved(), NULL, NULL, &why),
				 GNG_EFORMAT);
		assert_non_null(strstr(why.text, "nothing was written"));
		machine_holds("proc/sys/vm/swappiness", "1");
		machine_holds(SAVED, text);
	}
}

static void apply_and_restore_without_end(void)
{
	for (;;) {
		struct gng_rtconf_plan plan = plan_of("2-3");

		if (gng_rtconf_apply(&plan, saved(), NULL) != GNG_OK ||
		    gng_rtconf_restore(command_folder(), saved(), NULL, NULL, NULL) != GNG_OK)
			_exit(1);
		gng_rtconf_plan_fini(&plan);
	}
}

static void kill_after(unsigned int us)
{
	const pid_t child = fork();

	if (child == 0)
		apply_and_restore_without_end();
	usleep(us);
	kill(child, SIGKILL);
	assert_int_equal(waitpid(child, NULL, 0), child);
}

static void nothing_is_changed(void)
{
	for (size_t i = 0; i < COUNT_OF(expected); i++)
		if (strcmp(expected[i].before, "always") != 0 && /* "[always] ..." */
		    strcmp(expected[i].before, expected[i].want) != 0)
			machine_holds(expected[i].path, expected[i].before);
}

static void a_killed_process_leaves_what_can_be_undone(void **state)
{
	(void)state;
	machine_make();
	for (unsigned int i = 0; i < 6; i++) {
		struct gng_why why = {0};

		kill_after(1000 + 3000 * i);
		if (gng_rtconf_restore(command_folder(), saved(), NULL, NULL, &why) != GNG_OK &&
		    !strstr(why.text, "cannot be read"))
			suite_fail("after kill %u: %s", i, why.text);
		nothing_is_changed();
	}
}

/* apply_with_room may make no file longer than len; it returns the errno of the failure. */
static int apply_with_room(rlim_t len)
{
	const struct rlimit room = {len, len};
	struct gng_rtconf_plan plan = plan_of("2-3");
	struct gng_why why = {0};
	const pid_t child = fork();
	int status;

	if (child == 0) {
		signal(SIGXFSZ, SIG_IGN);
		errno = EEXIST; /* of something else, before */
		_exit(setrlimit(RLIMIT_FSIZE, &room) == 0 &&
				      gng_rtconf_apply(&plan, saved(), &why) == GNG_ESYS
			      ? why.sys_errno
			      : 255);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	gng_rtconf_plan_fini(&plan);
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

/* Room for the title and a part of the first line. */
static void what_cannot_be_saved_is_not_overwritten(void **state)
{
	(void)state;
	machine_make();
	assert_int_equal(apply_with_room(80), ENOSPC);
	nothing_is_changed();
}

const struct suite_test suite_tests[] = {
	TEST(a_plan_lists_what_exists_in_its_order, "T1.rtconf.knobs"),
	TEST(cpus_that_leave_none_or_are_absent_are_refused, "T1.rtconf.knobs"),
	TEST(what_was_applied_comes_back_last_first, "T1.rtconf.journal"),
	TEST(two_applications_are_refused, "T1.rtconf.journal"),
	TEST(what_somebody_else_changed_stays, "T1.rtconf.journal"),
	TEST(what_the_kernel_keeps_is_refused_and_stuck, "T1.rtconf.journal"),
	TEST(every_cut_of_the_file_is_undone, "T1.rtconf.journal"),
	TEST(a_reboot_has_undone_it_already, "T1.rtconf.journal"),
	TEST(a_file_that_is_none_of_ours_writes_nothing, "T1.rtconf.journal"),
	TEST(what_cannot_be_saved_is_not_overwritten, "T1.rtconf.journal"),
	TEST(a_killed_process_leaves_what_can_be_undone, "T1.rtconf.journal"),
	{0},
};
