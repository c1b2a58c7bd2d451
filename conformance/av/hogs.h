/* SPDX-License-Identifier: Apache-2.0 */
/* hogs.h - threads of SCHED_OTHER that want all of every CPU, two for each. */
#ifndef AV_HOGS_H
#define AV_HOGS_H

#include <pthread.h>
#include <stdatomic.h>
#include <unistd.h>

#define HOGS_MAX 64

static struct {
	_Atomic bool eating;
	pthread_t threads[HOGS_MAX];
	size_t num;
} hogs;

static inline void *hogs_eat(void *arg)
{
	volatile uint64_t work = 0;

	while (atomic_load(&hogs.eating))
		work = work + 1;
	return arg;
}

static inline void hogs_begin(void)
{
	const long cpus = sysconf(_SC_NPROCESSORS_ONLN);

	hogs.num = cpus > 0 && cpus < HOGS_MAX / 2 ? 2 * (size_t)cpus : HOGS_MAX;
	atomic_store(&hogs.eating, true);
	for (size_t i = 0; i < hogs.num; i++)
		assert_int_equal(pthread_create(&hogs.threads[i], NULL, hogs_eat, NULL), 0);
}

static inline void hogs_end(void)
{
	atomic_store(&hogs.eating, false);
	for (size_t i = 0; i < hogs.num; i++)
		pthread_join(hogs.threads[i], NULL);
}

#endif /* AV_HOGS_H */
