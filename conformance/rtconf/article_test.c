/* SPDX-License-Identifier: Apache-2.0 */
/* article_test.c - what the article's commands, chrt and taskset, do to a program, and what not. */
#include "../command.h"

#include <pthread.h>
#include <sched.h>

/* two_cpus writes two CPUs that this process may use, as taskset takes them; false: there are not.
 */
static bool two_cpus(char list[16])
{
	int found[2] = {0}, num = 0;
	cpu_set_t set;

	assert_int_equal(sched_getaffinity(0, sizeof(set), &set), 0);
	for (int cpu = 0; cpu < CPU_SETSIZE && num < 2; cpu++)
		if (CPU_ISSET(cpu, &set))
			found[num++] = cpu;
	snprintf(list, 16, "%d,%d", found[0], found[1]);
	return num == 2;
}

/* may_be_fifo says whether chrt may set the class here; else the test is skipped. */
static bool may_be_fifo(void)
{
	if (command("chrt -f 1 true") == 0)
		return true;
	gng_probe_skip("SCHED_FIFO is not allowed here", "root, or ulimit -r 99");
	return false;
}

/* The program sleeps, so that its priority keeps nothing from running. */
static void a_program_of_one_thread_has_priority_and_cpus(void **state)
{
	static const char *const priorities[] = {"99", "98"};
	char cpus[16], want[32];

	(void)state;
	if (!may_be_fifo())
		return;
	if (!two_cpus(cpus))
		return gng_probe_skip("one CPU", "a machine with two");
	snprintf(want, sizeof(want), "affinity list: %s\n", cpus);
	for (size_t i = 0; i < COUNT_OF(priorities); i++) {
		assert_int_equal(command("taskset -c %s sleep 20 & "
					 "until grep -q sleep /proc/$!/comm; do :; done; "
					 "chrt -f -p %s $!; taskset -c -p $!; chrt -p $!; kill $!",
					 cpus, priorities[i]),
				 0);
		command_says(command_out, want);
		command_says(command_out, "policy: SCHED_FIFO\n");
		command_says(command_out, priorities[i]);
	}
}

static pthread_barrier_t ready, done;

static void *wait_as_worker(void *tid)
{
	*(pid_t *)tid = gettid();
	pthread_barrier_wait(&ready);
	pthread_barrier_wait(&done);
	return NULL;
}

/* A process number names its first thread: an encoder's workers keep their class. */
static void chrt_of_a_process_leaves_its_other_threads(void **state)
{
	int of_main, of_worker;
	pthread_t worker;
	pid_t tid;

	(void)state;
	if (!may_be_fifo())
		return;
	pthread_barrier_init(&ready, NULL, 2);
	pthread_barrier_init(&done, NULL, 2);
	assert_int_equal(pthread_create(&worker, NULL, wait_as_worker, &tid), 0);
	pthread_barrier_wait(&ready);
	assert_int_equal(command("chrt -f -p 98 %d", getpid()), 0);
	of_main = sched_getscheduler(0);
	of_worker = sched_getscheduler(tid);
	assert_int_equal(command("chrt -o -p 0 %d", getpid()), 0);
	pthread_barrier_wait(&done);
	pthread_join(worker, NULL);
	assert_int_equal(of_main, SCHED_FIFO);
	assert_int_equal(of_worker, SCHED_OTHER);
}

/* Linux, Documentation/filesystems/proc.rst, numa_maps: the second word is the policy. */
static void taskset_binds_no_memory(void **state)
{
	(void)state;
	if (access("/proc/self/numa_maps", R_OK) != 0)
		return gng_probe_skip("this kernel knows no memory nodes", "CONFIG_NUMA=y");
	assert_int_equal(command("cpu=$(taskset -c -p $$ | sed 's/.*: //; s/[,-].*//') && "
				 "taskset -c $cpu cut -d ' ' -f 2 /proc/self/numa_maps | sort -u"),
			 0);
	assert_string_equal(command_out, "default\n");
}

const struct suite_test suite_tests[] = {
	TEST(a_program_of_one_thread_has_priority_and_cpus, "T1.rtconf.article"),
	TEST(chrt_of_a_process_leaves_its_other_threads, "T1.rtconf.article"),
	TEST(taskset_binds_no_memory, "T1.rtconf.article"),
	{0},
};
