/* SPDX-License-Identifier: Apache-2.0 */
/*
 * skeleton_test.c - an object as C by bpftool, compiled with the types of the kernel of the build:
 * what it reads of a task is what the task knows of itself.
 */
/* needs: bpf */
/* requires: libbpf */
#include "samples.h"

#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>

#include <skeleton.h>

#ifdef NO_SKELETON
static void fields_of_a_task_are_found_by_name(void **state)
{
	(void)state;
	gng_probe_skip(NO_SKELETON, "install it, then build again");
}
#else
static void fields_of_a_task_are_found_by_name(void **state)
{
	struct task *task;

	(void)state;
	if (!samples_may())
		return;
	task = task__open();
	assert_non_null(task);
	snprintf(task->rodata->wanted, sizeof(task->rodata->wanted), "gngt-%d", (int)getpid());
	assert_int_equal(prctl(PR_SET_NAME, task->rodata->wanted), 0);
	umask(0123);
	assert_int_equal(task__load(task), 0);
	assert_int_equal(task__attach(task), 0);
	for (int i = 0; i < 10; i++)
		syscall(SYS_getppid);
	assert_true(task->bss->runs >= 10);
	assert_int_equal(task->bss->threads, 1);
	assert_int_equal(task->bss->mask, 0123);
	task__destroy(task);
}
#endif

const struct suite_test suite_tests[] = {
	TEST(fields_of_a_task_are_found_by_name, "B1.bpf.life-cycle"),
	{0},
};
