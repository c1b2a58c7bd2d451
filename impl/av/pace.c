/* SPDX-License-Identifier: Apache-2.0 */
/* pace.c - sleeping until a tick, and the scheduling class of a thread. */
#include "av_pace.h"

#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <sys/resource.h>

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

static int set_class(int class_of_thread, int priority)
{
	const struct sched_param param = {.sched_priority = priority};

	return pthread_setschedparam(pthread_self(), class_of_thread, &param);
}

bool av_set_fifo(int priority)
{
	return set_class(priority ? SCHED_FIFO : SCHED_OTHER, priority) == 0;
}

enum gng_status av_may_fifo(struct gng_why *why)
{
	const int error = set_class(SCHED_FIFO, 1);

	if (error)
		return gng_why_set(why, GNG_EPERM, error, "av.pace",
				   "SCHED_FIFO is not allowed: run as root, or with CAP_SYS_NICE, "
				   "or with a limit of rtprio, in a cgroup with real-time runtime");
	set_class(SCHED_OTHER, 0);
	return GNG_OK;
}

unsigned int av_num_cpus(void)
{
	cpu_set_t set;

	return sched_getaffinity(0, sizeof(set), &set) == 0 ? (unsigned int)CPU_COUNT(&set) : 1;
}

bool av_enter_fifo(int priority, unsigned int turn)
{
	unsigned int left = turn % av_num_cpus();
	cpu_set_t all, one;

	CPU_ZERO(&one);
	if (sched_getaffinity(0, sizeof(all), &all) != 0)
		return false;
	for (int cpu = 0; cpu < CPU_SETSIZE; cpu++) {
		if (!CPU_ISSET(cpu, &all) || left-- != 0)
			continue;
		CPU_SET(cpu, &one);
		break;
	}
	return sched_setaffinity(0, sizeof(one), &one) == 0 && set_class(SCHED_FIFO, priority) == 0;
}
