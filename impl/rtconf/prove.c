/* SPDX-License-Identifier: Apache-2.0 */
/* prove.c - what really happens to a configured thread beside a hog on its CPU. */
#include "gng_rtconf.h"

#include <pthread.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <gng_sysfile.h>

#define GAP_NS 20000 /* a loop of a clock read is thousands of times shorter */
#define PERIOD_NS 1000000

struct trial {
	const struct gng_rtconf_thread *thread;
	struct gng_rtconf_proof *proof;
	struct gng_why *why;
	enum gng_status status;
	unsigned int spin_ms, num_wakes;
	uint64_t *late_ns;
	bool done; /* atomic: the hog may end */
};

static uint64_t now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

static void *hog(void *context)
{
	struct trial *trial = context;
	const struct gng_rtconf_thread same_cpu = {.cpu = trial->thread->cpu};

	trial->status = gng_rtconf_thread_apply(&same_cpu, trial->why);
	while (!__atomic_load_n(&trial->done, __ATOMIC_RELAXED))
		;
	return NULL;
}

static void note_cpu(struct trial *trial)
{
	if (trial->thread->cpu >= 0 && sched_getcpu() != trial->thread->cpu)
		trial->proof->strayed = true;
}

static void spin(struct trial *trial)
{
	struct gng_rtconf_proof *proof = trial->proof;
	const uint64_t first = now_ns(), end = first + trial->spin_ms * UINT64_C(1000000);

	for (uint64_t before = first, now; before < end; before = now) {
		now = now_ns();
		if (now - before < GAP_NS)
			continue;
		proof->lost_ns += now - before;
		if (now - before > proof->longest_gap_ns)
			proof->longest_gap_ns = now - before;
		note_cpu(trial);
	}
	proof->spun_ns = now_ns() - first;
}

static void wake(struct trial *trial)
{
	uint64_t due = now_ns() + PERIOD_NS;

	for (unsigned int i = 0; i < trial->num_wakes; i++, due += PERIOD_NS) {
		const struct timespec until = {(time_t)(due / 1000000000u),
					       (long)(due % 1000000000u)};
		uint64_t now;

		while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &until, NULL) != 0)
			;
		now = now_ns();
		trial->late_ns[i] = now > due ? now - due : 0;
		note_cpu(trial);
		if (now > due + PERIOD_NS) /* what was missed is not made up for in a burst */
			due = now;
	}
}

static void *victim(void *context)
{
	struct trial *trial = context;

	trial->status = gng_rtconf_thread_apply(trial->thread, trial->why);
	if (trial->status == GNG_OK) {
		trial->proof->fifo = sched_getscheduler(0) == SCHED_FIFO;
		spin(trial);
		wake(trial);
	}
	__atomic_store_n(&trial->done, true, __ATOMIC_RELAXED);
	return NULL;
}

static int by_size(const void *a, const void *b)
{
	const uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return (x > y) - (x < y);
}

static void summarise(struct gng_rtconf_proof *proof, uint64_t *late_ns, unsigned int num)
{
	proof->num_wakes = num;
	if (!num)
		return;
	qsort(late_ns, num, sizeof(*late_ns), by_size);
	proof->wake_median_ns = late_ns[num / 2];
	proof->wake_p99_ns = late_ns[(num - 1) * 99 / 100];
	proof->wake_max_ns = late_ns[num - 1];
}

/* ---- interrupts ---- */

/* interrupts sums column cpu of the numbered lines of /proc/interrupts, those of devices. */
static uint64_t interrupts(int cpu)
{
	char *text = gng_sysfile_text("", "/proc/interrupts"), *rest = text, *line;
	uint64_t sum = 0;

	for (strsep(&rest, "\n"); cpu >= 0 && (line = strsep(&rest, "\n"));) {
		char *at;

		line += strspn(line, " ");
		if (line[strspn(line, "0123456789")] != ':')
			continue;
		at = strchr(line, ':') + 1;
		for (int column = 0; column < cpu; column++)
			strtoull(at, &at, 10);
		sum += strtoull(at, NULL, 10);
	}
	free(text);
	return sum;
}

static enum gng_status run_pair(struct trial *trial, struct gng_why *why)
{
	struct trial beside = {.thread = trial->thread};
	pthread_t threads[2];

	if (pthread_create(&threads[0], NULL, hog, &beside) != 0)
		return gng_why_set(why, GNG_ENOMEM, 0, "rtconf.prove", "no thread for a hog");
	if (pthread_create(&threads[1], NULL, victim, trial) != 0)
		trial->status = gng_why_set(why, GNG_ENOMEM, 0, "rtconf.prove", "no thread");
	else
		pthread_join(threads[1], NULL);
	__atomic_store_n(&beside.done, true, __ATOMIC_RELAXED);
	pthread_join(threads[0], NULL);
	return trial->status;
}

enum gng_status gng_rtconf_prove(struct gng_rtconf_proof *proof,
				 const struct gng_rtconf_thread *thread, unsigned int spin_ms,
				 unsigned int wake_ms, struct gng_why *why)
{
	struct trial trial = {.thread = thread,
			      .proof = proof,
			      .why = why,
			      .spin_ms = spin_ms,
			      .num_wakes = wake_ms};
	const uint64_t before = interrupts(thread->cpu);
	enum gng_status status;

	*proof = (struct gng_rtconf_proof){0};
	trial.late_ns = calloc(wake_ms + 1u, sizeof(*trial.late_ns));
	if (!trial.late_ns)
		return gng_why_set(why, GNG_ENOMEM, 0, "rtconf.prove", "no memory for %u times",
				   wake_ms);
	status = run_pair(&trial, why);
	if (status == GNG_OK) {
		summarise(proof, trial.late_ns, wake_ms);
		proof->num_interrupts = interrupts(thread->cpu) - before;
	}
	free(trial.late_ns);
	return status;
}
