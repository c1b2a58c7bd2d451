/* SPDX-License-Identifier: Apache-2.0 */
/* effects.c - what nohz_full, rcu_nocbs and PREEMPT_RT do to one CPU, in counts: ticks while a
 * thread spins, who runs the callbacks of RCU, whether a timer gets in a thread's way. */
#include "rtconf_effects.h"

#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

#include <gng_sysfile.h>

/* Each file is an inode that is freed by call_rcu(). Since Linux 6.2 callbacks of such CPUs are
 * lazy and may lie for 10 s; beyond 10,000 of them (rcutree.qhimark) they are not. */
#define NUM_FILES 20000
#define SETTLE_NS 300000000 /* callbacks come some grace periods later */
#define HOLD_NS 60000000    /* far below what throttling leaves of a second */
#define TIMER_NS 10000000
#define TIMER_END_MS 10000

struct trial {
	struct gng_rtconf_thread thread;
	struct gng_rtconf_effects *effects;
	struct gng_why *why;
	enum gng_status status;
	unsigned int spin_ms;
};

static uint64_t now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

/* ---- what the kernel counts ---- */

uint64_t rtconf_column(const char *root, const char *path, const char *name, unsigned int cpu)
{
	char *text = gng_sysfile_text(root, path), *rest = text, *line;
	const size_t len = strlen(name);
	uint64_t count = 0;

	while ((line = strsep(&rest, "\n"))) {
		char *at = line + strspn(line, " ");

		if (strncmp(at, name, len) != 0 || at[len] != ':')
			continue;
		at += len + 1;
		for (unsigned int column = 0; column < cpu; column++)
			strtoull(at, &at, 10);
		count = strtoull(at, NULL, 10);
	}
	free(text);
	return count;
}

/* ran_ns is the first figure of schedstat (Linux, scheduler/sched-stats.rst). */
static uint64_t ran_ns(const char *root, const char *pid)
{
	char path[64], text[128];

	snprintf(path, sizeof(path), "/proc/%.20s/schedstat", pid);
	return gng_sysfile_read(text, sizeof(text), root, path) ? strtoull(text, NULL, 10) : 0;
}

static void look_at(void *context, const char *root, const char *name)
{
	struct rtconf_callbacks *callbacks = context;
	char path[64], comm[64], kind;
	unsigned int cpu;

	snprintf(path, sizeof(path), "/proc/%.20s/comm", name);
	if (name[strspn(name, "0123456789")] || !gng_sysfile_read(comm, sizeof(comm), root, path))
		return;
	/* rcuog/N waits for grace periods of a group of CPUs, and invokes nothing */
	if (sscanf(comm, "rcuo%c/%u", &kind, &cpu) == 2 && kind != 'g' && cpu == callbacks->cpu)
		callbacks->there_ns += ran_ns(root, name);
	else if (sscanf(comm, "rcuc/%u", &cpu) == 1 && cpu == callbacks->cpu)
		callbacks->here_ns += ran_ns(root, name);
}

struct rtconf_callbacks rtconf_callbacks_of(const char *root, unsigned int cpu)
{
	struct rtconf_callbacks callbacks = {.cpu = cpu};

	gng_sysfile_each(root, "/proc", look_at, &callbacks);
	callbacks.num_softirqs = rtconf_column(root, "/proc/softirqs", "RCU", cpu);
	return callbacks;
}

/* ---- what is done on the CPU ---- */

/* settle_on puts the calling thread on the CPU, in SCHED_OTHER. */
static bool settle_on(struct trial *trial)
{
	const struct gng_rtconf_thread there = {.cpu = trial->thread.cpu};

	trial->status = gng_rtconf_thread_apply(&there, trial->why);
	return trial->status == GNG_OK;
}

static void *spin(void *context)
{
	struct trial *trial = context;
	uint64_t first;

	if (!settle_on(trial))
		return NULL;
	first = now_ns();
	while (now_ns() - first < trial->spin_ms * UINT64_C(1000000))
		;
	trial->effects->spun_ns = now_ns() - first;
	return NULL;
}

static void *free_files(void *context)
{
	struct trial *trial = context;

	if (!settle_on(trial))
		return NULL;
	for (unsigned int i = 0; i < NUM_FILES; i++) {
		const int fd = memfd_create("gonogo-rt", MFD_CLOEXEC);

		trial->effects->num_freed += fd >= 0 && close(fd) == 0;
	}
	return NULL;
}

/* hold keeps the CPU while a timer that was armed there becomes due. */
static void *hold(void *context)
{
	struct trial *trial = context;
	const struct itimerspec due = {.it_value.tv_nsec = TIMER_NS};
	struct pollfd timer = {.fd = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC),
			       .events = POLLIN};
	uint64_t first;

	trial->status = gng_rtconf_thread_apply(&trial->thread, trial->why);
	first = now_ns();
	if (trial->status == GNG_OK && timerfd_settime(timer.fd, 0, &due, NULL) == 0) {
		while (now_ns() - first < HOLD_NS)
			;
		trial->effects->timer_waited = poll(&timer, 1, 0) == 0;
		trial->effects->timer_ran = poll(&timer, 1, TIMER_END_MS) == 1;
	}
	close(timer.fd);
	return NULL;
}

static enum gng_status run(struct trial *trial, void *(*work)(void *))
{
	pthread_t thread;

	if (pthread_create(&thread, NULL, work, trial) != 0)
		return gng_why_set(trial->why, GNG_ENOMEM, 0, "rtconf.effects", "no thread");
	pthread_join(thread, NULL);
	return trial->status;
}

static enum gng_status count_ticks(struct trial *trial)
{
	const unsigned int cpu = (unsigned int)trial->thread.cpu;
	const uint64_t before = rtconf_column("", "/proc/interrupts", "LOC", cpu);
	const enum gng_status status = run(trial, spin);

	trial->effects->num_ticks = rtconf_column("", "/proc/interrupts", "LOC", cpu) - before;
	return status;
}

static enum gng_status count_callbacks(struct trial *trial)
{
	const unsigned int cpu = (unsigned int)trial->thread.cpu;
	const struct rtconf_callbacks before = rtconf_callbacks_of("", cpu);
	const enum gng_status status = run(trial, free_files);
	struct rtconf_callbacks after;

	nanosleep(&(struct timespec){.tv_nsec = SETTLE_NS}, NULL);
	after = rtconf_callbacks_of("", cpu);
	trial->effects->num_rcu_softirqs = after.num_softirqs - before.num_softirqs;
	trial->effects->rcu_here_ns = after.here_ns - before.here_ns;
	trial->effects->rcu_there_ns = after.there_ns - before.there_ns;
	return status;
}

enum gng_status gng_rtconf_effects(struct gng_rtconf_effects *effects,
				   const struct gng_rtconf_thread *thread, unsigned int spin_ms,
				   struct gng_why *why)
{
	struct trial trial = {
		.thread = *thread, .effects = effects, .why = why, .spin_ms = spin_ms};
	enum gng_status status;

	*effects = (struct gng_rtconf_effects){0};
	if (thread->cpu < 0)
		return gng_why_set(why, GNG_EINVAL, 0, "rtconf.effects", "which CPU? it wants one");
	status = count_ticks(&trial);
	if (status == GNG_OK)
		status = count_callbacks(&trial);
	if (status == GNG_OK && thread->priority > 0)
		status = run(&trial, hold);
	return status;
}
