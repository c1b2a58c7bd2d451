/* SPDX-License-Identifier: Apache-2.0 */
/* crowd.c - whether CPUs are left alone: busy threads that nobody pinned tell where they ran, and
 * then ask for one of these CPUs by name. */
#include "gng_rtconf.h"

#include <pthread.h>
#include <sched.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#define MOST_THREADS 256

/* stranger is one of the crowd. */
struct stranger {
	pthread_t thread;
	const struct gng_rtconf_cpus *cpus;
	uint64_t until_ns, looks, inside;
	bool let_in;
};

static uint64_t now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

static bool is_inside(const struct stranger *stranger)
{
	const int cpu = sched_getcpu();

	return cpu >= 0 && gng_rtconf_cpus_has(stranger->cpus, (unsigned int)cpu);
}

/* ask tries to move to the first of the CPUs, and looks whether that was so. */
static bool ask(const struct stranger *stranger)
{
	const struct gng_rtconf_thread thread = {.cpu = (int)gng_rtconf_cpus_first(stranger->cpus)};

	return gng_rtconf_thread_apply(&thread, NULL) == GNG_OK && is_inside(stranger);
}

static void *wander(void *context)
{
	struct stranger *stranger = context;

	while (now_ns() < stranger->until_ns) {
		stranger->looks++;
		stranger->inside += is_inside(stranger);
	}
	stranger->let_in = ask(stranger);
	return NULL;
}

static void gather(struct gng_rtconf_crowd *crowd, struct stranger *strangers, unsigned int num)
{
	for (unsigned int i = 0; i < num; i++) {
		pthread_join(strangers[i].thread, NULL);
		crowd->num_looks += strangers[i].looks;
		crowd->num_inside += strangers[i].inside;
		crowd->num_let_in += strangers[i].let_in;
	}
}

enum gng_status gng_rtconf_crowd(struct gng_rtconf_crowd *crowd, const struct gng_rtconf_cpus *cpus,
				 unsigned int ms, struct gng_why *why)
{
	const long online = sysconf(_SC_NPROCESSORS_ONLN);
	const unsigned int most =
		online > 0 && 2 * online < MOST_THREADS ? 2 * (unsigned int)online : MOST_THREADS;
	const uint64_t until_ns = now_ns() + ms * UINT64_C(1000000);
	struct stranger *strangers = calloc(most, sizeof(*strangers));

	*crowd = (struct gng_rtconf_crowd){0};
	if (!strangers)
		return gng_why_set(why, GNG_ENOMEM, 0, "rtconf.crowd", "no memory for a crowd");
	for (unsigned int i = 0; i < most; i++) {
		strangers[i].cpus = cpus;
		strangers[i].until_ns = until_ns;
		if (pthread_create(&strangers[i].thread, NULL, wander, &strangers[i]) != 0)
			break;
		crowd->num_threads++;
	}
	gather(crowd, strangers, crowd->num_threads);
	free(strangers);
	if (crowd->num_threads == most)
		return GNG_OK;
	return gng_why_set(why, GNG_ENOMEM, 0, "rtconf.crowd",
			   "no thread for a crowd of %u: raise ulimit -u", most);
}
