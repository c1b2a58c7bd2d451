/* SPDX-License-Identifier: Apache-2.0 */
/* hog.h - a thread that sleeps a millisecond at a time, and processes of higher real-time priority
 * that hold its CPU for 20 ms. */
#ifndef CONFORMANCE_SCHEDLAT_HOG_H
#define CONFORMANCE_SCHEDLAT_HOG_H

#include "../suite.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <gng_schedlat.h>

#define MS UINT64_C(1000000)
#define THRESHOLD_NS (5 * MS)
#define HOG_NS (20 * MS)

/* Real-time priorities: above those of other tests, which may run at the same time. */
enum { VICTIM = 88, HOG = 92, ABOVE_BOTH = 94 };

/* victim_name differs from run to run: another one on this machine has victims too. */
static inline const char *victim_name(void)
{
	static char name[16];

	snprintf(name, sizeof(name), "gngv-%d", (int)getpid());
	return name;
}

static inline uint64_t now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000 * MS + (uint64_t)now.tv_nsec;
}

static inline long last_cpu(void)
{
	return sysconf(_SC_NPROCESSORS_ONLN) - 1;
}

/* bind_to lets a thread (0: this one) run on one CPU only. */
static inline bool bind_to(uint32_t thread, long cpu)
{
	cpu_set_t one;

	CPU_ZERO(&one);
	CPU_SET((size_t)cpu, &one);
	return sched_setaffinity((pid_t)thread, sizeof(one), &one) == 0;
}

/* hog_name is that of the hogs of a test program. */
static inline const char *hog_name(pid_t test)
{
	static char name[16];

	snprintf(name, sizeof(name), "gngh-%d", (int)test);
	return name;
}

/* become names this thread, binds it to the last CPU and makes it a real-time one. */
static inline bool become(const char *name, int priority)
{
	const struct sched_param param = {.sched_priority = priority};

	return prctl(PR_SET_NAME, name) == 0 && bind_to(0, last_cpu()) &&
	       sched_setscheduler(0, SCHED_FIFO, &param) == 0;
}

/* victim sleeps until it is told to stop; it counts how often it came back. */
struct victim {
	pthread_t thread;
	uint32_t id, rounds;
	bool good, stop;
};

static inline void *victim_main(void *arg)
{
	struct victim *victim = arg;

	victim->good = become(victim_name(), VICTIM);
	__atomic_store_n(&victim->id, (uint32_t)gettid(), __ATOMIC_RELEASE);
	while (!__atomic_load_n(&victim->stop, __ATOMIC_ACQUIRE)) {
		nanosleep(&(struct timespec){0, (long)MS}, NULL);
		__atomic_add_fetch(&victim->rounds, 1, __ATOMIC_RELAXED);
	}
	return NULL;
}

static inline void victim_start(struct victim *victim)
{
	*victim = (struct victim){0};
	assert_int_equal(pthread_create(&victim->thread, NULL, victim_main, victim), 0);
	while (__atomic_load_n(&victim->id, __ATOMIC_ACQUIRE) == 0)
		nanosleep(&(struct timespec){0, (long)MS}, NULL);
}

static inline void victim_end(struct victim *victim)
{
	__atomic_store_n(&victim->stop, true, __ATOMIC_RELEASE);
	pthread_join(victim->thread, NULL);
}

/* lock keeps other processes with such hogs out, of another build or another tree: theirs would
 * hold the same CPU. It is of the root folder, so it needs no file, and it ends with the process,
 * which may run several tests. */
static inline void lock(void)
{
	static int fd = -1;

	if (fd < 0)
		fd = open("/", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd >= 0)
		assert_int_equal(flock(fd, LOCK_EX), 0);
}

static inline struct gng_schedlat *open_or_skip(const struct gng_schedlat_request *request)
{
	struct gng_schedlat *monitor = NULL;
	struct gng_why why;
	const enum gng_status status = gng_schedlat_open(&monitor, request, &why);

	if (status == GNG_EPERM || status == GNG_EUNSUPPORTED)
		gng_probe_skip(why.text, "root, or gonogo lab run schedlat-hogs");
	else if (status != GNG_OK)
		suite_fail("%s", why.text);
	return monitor;
}

/* can_run says whether a thread of the parent could run and does not, while this one does. */
static inline bool can_run(uint32_t thread)
{
	char path[64], text[256] = "";
	const char *name_end;
	int fd;

	snprintf(path, sizeof(path), "/proc/%d/task/%u/stat", (int)getppid(), thread);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0 || read(fd, text, sizeof(text) - 1) < 0)
		text[0] = '\0';
	close(fd);
	name_end = strrchr(text, ')');
	return name_end && strncmp(name_end, ") R", 3) == 0;
}

static inline void spin_until(uint64_t end)
{
	while (now_ns() < end)
		continue;
}

/* hog_start returns the process that will hold the CPU until the victim has waited for HOG_NS: its
 * timer may be late where the machine stood still. It takes two thirds of the time: at 95 % the
 * kernel would throttle real-time threads. *holds (or NULL), in shared memory, is set as the victim
 * waits. */
static inline pid_t hog_start(const struct victim *victim, bool *holds)
{
	const pid_t pid = fork();
	uint64_t most;

	if (pid != 0)
		return pid;
	if (!become(hog_name(getppid()), HOG))
		_exit(1);
	nanosleep(&(struct timespec){0, 10 * (long)MS}, NULL);
	most = now_ns() + 10 * HOG_NS;
	while (!can_run(victim->id) && now_ns() < most)
		spin_until(now_ns() + MS / 5);
	if (holds)
		__atomic_store_n(holds, true, __ATOMIC_RELEASE);
	spin_until(now_ns() + HOG_NS);
	_exit(0);
}

typedef void (*with_victim_fn)(struct gng_schedlat *monitor, const struct victim *victim);

/* with_victim_by runs fn under a monitor of a victim. */
static inline void with_victim_by(with_victim_fn fn, bool by_wake_up)
{
	const struct gng_schedlat_request request = {
		.threshold_ns = THRESHOLD_NS, .comm = victim_name(), .by_wake_up = by_wake_up};
	struct gng_schedlat *monitor;
	struct victim victim;

	monitor = open_or_skip(&request);
	if (!monitor)
		return;
	victim_start(&victim);
	if (victim.good)
		fn(monitor, &victim);
	else
		gng_probe_skip("this process may not become a real-time one",
			       "root, or ulimit -r 50");
	victim_end(&victim);
	gng_schedlat_close(monitor);
}

static inline void be_fifo(int priority)
{
	const struct sched_param param = {.sched_priority = priority};

	assert_int_equal(sched_setscheduler(0, priority ? SCHED_FIFO : SCHED_OTHER, &param), 0);
}

/* on_the_first_cpu binds this thread to it while fn runs with a victim, which is on the last one.
 */
static inline void on_the_first_cpu(void (*with)(with_victim_fn fn), with_victim_fn fn)
{
	cpu_set_t before;

	if (last_cpu() == 0)
		return gng_probe_skip("no thread can leave its CPU", "a machine with two CPUs");
	assert_int_equal(sched_getaffinity(0, sizeof(before), &before), 0);
	assert_true(bind_to(0, 0));
	with(fn);
	assert_int_equal(sched_setaffinity(0, sizeof(before), &before), 0);
}

#endif /* CONFORMANCE_SCHEDLAT_HOG_H */
