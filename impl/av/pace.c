/* SPDX-License-Identifier: Apache-2.0 */
/* pace.c - sleeping until a tick, and the scheduling class of a thread. */
#include "av_pace.h"

#include <errno.h>
#include <sched.h>
#include <sys/resource.h>

#include <gng_rtconf.h>

void av_sleep_until(uint64_t at_ns)
{
	const struct timespec until = {.tv_sec = (time_t)(at_ns / AV_SECOND),
				       .tv_nsec = (long)(at_ns % AV_SECOND)};

	while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &until, NULL) == EINTR)
		;
}

uint32_t av_switches(void)
{
	struct rusage usage;

	return getrusage(RUSAGE_THREAD, &usage) == 0 ? (uint32_t)usage.ru_nivcsw : 0;
}

uint32_t av_faults(void)
{
	struct rusage usage;

	return getrusage(RUSAGE_THREAD, &usage) == 0 ? (uint32_t)(usage.ru_minflt + usage.ru_majflt)
						     : 0;
}

bool av_set_fifo(int priority)
{
	const struct gng_rtconf_thread thread = {.priority = priority, .cpu = -1};

	return gng_rtconf_thread_apply(&thread, NULL) == GNG_OK;
}

enum gng_status av_may_fifo(struct gng_why *why)
{
	const struct gng_rtconf_thread thread = {.priority = 1, .cpu = -1};
	const enum gng_status status = gng_rtconf_thread_apply(&thread, why);

	if (status == GNG_OK)
		av_set_fifo(0);
	return status;
}

unsigned int av_num_cpus(void)
{
	cpu_set_t set;

	return sched_getaffinity(0, sizeof(set), &set) == 0 ? (unsigned int)CPU_COUNT(&set) : 1;
}

int av_cpu_of(unsigned int turn)
{
	unsigned int left = turn % av_num_cpus();
	cpu_set_t all;

	if (sched_getaffinity(0, sizeof(all), &all) != 0)
		return -1;
	for (int cpu = 0; cpu < CPU_SETSIZE; cpu++)
		if (CPU_ISSET(cpu, &all) && left-- == 0)
			return cpu;
	return -1;
}

bool av_enter_fifo(int priority, unsigned int turn)
{
	const struct gng_rtconf_thread thread = {.priority = priority, .cpu = av_cpu_of(turn)};

	return thread.cpu >= 0 && gng_rtconf_thread_apply(&thread, NULL) == GNG_OK;
}
