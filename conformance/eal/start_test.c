/* SPDX-License-Identifier: Apache-2.0 */
/*
 * start_test.c - DPDK started within this process, as a library is: the caller's threads keep their
 * CPUs and signals, a failed helper costs nothing, and a second start is refused by name.
 */
/* needs: dpdk */
#include "../suite.h"

#include <dirent.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <gng_eal.h>

#include "runtime.h"

#define MAX_TASKS 64

static const char *const sound[] = {"--no-pci",	      "--no-huge",    "-m",	"64",
				    "--no-telemetry", "--no-shconf",  "--vdev", "net_null0",
				    "--file-prefix",  "gonogo-start", "-l",	"0"};
static const char *const broken[] = {"--no-pci", "--no-huge", "-m",
				     "64",	 "--vdev",    "net_pcap0,rx_pcap=/no.pcap"};

static const char *helper(void)
{
	static char path[2 * PATH_MAX];

	snprintf(path, sizeof(path), "%s/gonogo-eal", command_build_dir());
	return path;
}

static struct gng_eal_config config_of(const char *const *argv, size_t argc)
{
	const struct gng_eal_config config = {
		.argc = (int)argc, .argv = argv, .num_wanted = SIZE_MAX, .helper = helper()};

	runtime_own();
	return config;
}

/* ---- threads ---- */

struct tasks {
	size_t num;
	int tids[MAX_TASKS];
	cpu_set_t cpus[MAX_TASKS];
};

static void list_tasks(struct tasks *tasks)
{
	DIR *dir = opendir("/proc/self/task");
	struct dirent *entry;

	tasks->num = 0;
	assert_non_null(dir);
	while ((entry = readdir(dir))) {
		const int tid = atoi(entry->d_name);

		if (tid <= 0)
			continue;
		assert_true(tasks->num < MAX_TASKS);
		tasks->tids[tasks->num] = tid;
		CPU_ZERO(&tasks->cpus[tasks->num]);
		assert_int_equal(
			sched_getaffinity(tid, sizeof(cpu_set_t), &tasks->cpus[tasks->num]), 0);
		tasks->num++;
	}
	closedir(dir);
}

static volatile sig_atomic_t signalled_tid;

static void on_signal(int signal)
{
	(void)signal;
	signalled_tid = (int)syscall(SYS_gettid);
}

static void *wait_for_end(void *arg)
{
	pthread_mutex_lock(arg);
	pthread_mutex_unlock(arg);
	return NULL;
}

static bool is_among(int tid, const struct tasks *tasks)
{
	for (size_t i = 0; i < tasks->num; i++)
		if (tasks->tids[i] == tid)
			return true;
	return false;
}

/* block_signal: while every thread of the caller blocks it, only one of EAL's could take it. */
static void block_signal(void)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGURG);
	assert_int_equal(pthread_sigmask(SIG_BLOCK, &set, NULL), 0);
}

static void check_signals(const struct tasks *before)
{
	const struct sigaction action = {.sa_handler = on_signal};
	sigset_t set;

	assert_int_equal(sigaction(SIGURG, &action, NULL), 0);
	for (int i = 0; i < 20; i++) {
		assert_int_equal(kill(getpid(), SIGURG), 0);
		usleep(2000);
		assert_int_equal(signalled_tid, 0);
		assert_int_equal(sigpending(&set), 0);
		assert_true(sigismember(&set, SIGURG));
	}
	sigemptyset(&set);
	sigaddset(&set, SIGURG);
	assert_int_equal(pthread_sigmask(SIG_UNBLOCK, &set, NULL), 0);
	assert_true(is_among(signalled_tid, before));
}

static void check_cpus(const struct tasks *before)
{
	struct tasks after;
	size_t num_new = 0;

	list_tasks(&after);
	for (size_t i = 0; i < after.num; i++) {
		if (!is_among(after.tids[i], before)) {
			num_new++;
			continue;
		}
		for (size_t j = 0; j < before->num; j++)
			if (before->tids[j] == after.tids[i])
				assert_true(CPU_EQUAL(&before->cpus[j], &after.cpus[i]));
	}
	assert_true(num_new > 0);
}

static void note_thread(void *arg)
{
	*(int *)arg = (int)syscall(SYS_gettid);
}

static void the_callers_threads_stay_as_they_were(void **state)
{
	const struct gng_eal_config config = config_of(sound, COUNT_OF(sound));
	pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
	struct gng_eal_report report;
	struct tasks before, after;
	struct gng_eal *eal = NULL;
	struct gng_why why;
	pthread_t other;
	int tid = 0, again = 0;

	(void)state;
	pthread_mutex_lock(&lock);
	block_signal();
	assert_int_equal(pthread_create(&other, NULL, wait_for_end, &lock), 0);
	list_tasks(&before);
	if (gng_eal_start(&eal, &report, &config, &why) != GNG_OK)
		suite_fail("%s", why.text);
	assert_int_equal(report.num_ports, 1);
	check_cpus(&before);
	check_signals(&before);
	gng_eal_call(eal, note_thread, &tid);
	gng_eal_call(eal, note_thread, &again);
	assert_true(tid == again && !is_among(tid, &before));
	gng_eal_stop(eal);
	pthread_mutex_unlock(&lock);
	pthread_join(other, NULL);
	list_tasks(&after);
	assert_false(is_among(tid, &after));
}

/* ---- again ---- */

static void a_failed_helper_leaves_the_process_free(void **state)
{
	const struct gng_eal_config bad = config_of(broken, COUNT_OF(broken));
	const struct gng_eal_config good = config_of(sound, COUNT_OF(sound));
	struct gng_eal_report report;
	struct gng_eal *eal = NULL;
	struct gng_why why;

	(void)state;
	for (int i = 0; i < 2; i++) {
		assert_int_equal(gng_eal_start(&eal, &report, &bad, &why), GNG_EUNSUPPORTED);
		assert_int_equal(report.reason, GNG_DPDK_FILE_ABSENT);
		assert_true(report.in_helper);
		assert_null(eal);
	}
	assert_int_equal(gng_eal_start(&eal, &report, &good, &why), GNG_OK);
	gng_eal_stop(eal);
}

static void a_second_start_is_refused_by_name(void **state)
{
	const struct gng_eal_config config = config_of(sound, COUNT_OF(sound));
	struct gng_eal *eal = NULL, *second = NULL;
	struct gng_eal_report report;
	struct gng_why why;
	int tid = 0;

	(void)state;
	assert_int_equal(gng_eal_start(&eal, &report, &config, &why), GNG_OK);
	assert_int_equal(gng_eal_start(&second, &report, &config, &why), GNG_EUNSUPPORTED);
	assert_int_equal(report.reason, GNG_DPDK_STARTED);
	assert_false(report.in_helper);
	assert_non_null(strstr(why.text, "new process"));
	assert_null(second);
	gng_eal_call(eal, note_thread, &tid); /* the first one still lives */
	assert_true(tid > 0);
	gng_eal_stop(eal);
	assert_int_equal(gng_eal_start(&second, &report, &config, &why), GNG_EUNSUPPORTED);
	assert_int_equal(report.reason, GNG_DPDK_STARTED);
}

static const char *make_helper(const char *words)
{
	static char path[2 * PATH_MAX], text[200];

	snprintf(path, sizeof(path), "%s/helper", command_folder());
	snprintf(text, sizeof(text), "#!/bin/sh\n%s\n", words);
	command_text("helper", text);
	assert_int_equal(chmod(path, 0700), 0);
	return path;
}

static void a_helper_that_hangs_or_dies_is_told(void **state)
{
	struct gng_eal_config config = config_of(sound, COUNT_OF(sound));
	struct gng_eal_report report;
	struct gng_eal *eal = NULL;
	struct gng_why why;

	(void)state;
	config.helper = "/nonexistent/gonogo-eal";
	assert_int_equal(gng_eal_start(&eal, &report, &config, &why), GNG_ESYS);
	assert_non_null(strstr(why.text, "/nonexistent/gonogo-eal"));
	config.helper = "/bin/false";
	assert_int_equal(gng_eal_start(&eal, &report, &config, &why), GNG_EUNSUPPORTED);
	assert_int_equal(report.reason, GNG_DPDK_OTHER);
	config.deadline_s = 1;
	config.helper = make_helper("exec sleep 20");
	assert_int_equal(gng_eal_start(&eal, &report, &config, &why), GNG_EUNSUPPORTED);
	assert_int_equal(report.reason, GNG_DPDK_HUNG);
	config.helper = make_helper("echo last words; kill -ABRT $$");
	assert_int_equal(gng_eal_start(&eal, &report, &config, &why), GNG_EUNSUPPORTED);
	assert_int_equal(report.reason, GNG_DPDK_CRASHED);
	assert_string_equal(report.line, "last words");
}

const struct suite_test suite_tests[] = {
	TEST_SLOW(the_callers_threads_stay_as_they_were, "D1.eal.threads"),
	TEST_SLOW(a_failed_helper_leaves_the_process_free, "D1.eal.again"),
	TEST_SLOW(a_second_start_is_refused_by_name, "D1.eal.again"),
	TEST_SLOW(a_helper_that_hangs_or_dies_is_told, "D1.eal.again"),
	{0},
};
