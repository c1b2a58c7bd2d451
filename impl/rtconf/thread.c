/* SPDX-License-Identifier: Apache-2.0 */
/* thread.c - one thread: class, CPU, memory. */
#include "gng_rtconf.h"

#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <string.h>
#include <sys/mman.h>

#define MOST 98 /* 99 is the migration threads' */

static enum gng_status set_cpu(int cpu, struct gng_why *why)
{
	cpu_set_t set;
	int error;

	if (cpu < 0)
		return GNG_OK;
	CPU_ZERO(&set);
	if (cpu < CPU_SETSIZE)
		CPU_SET(cpu, &set);
	error = pthread_setaffinity_np(pthread_self(), sizeof(set), &set);
	if (error)
		return gng_why_set(why, GNG_EINVAL, error, "rtconf.thread",
				   "CPU %d cannot be had: it is not online, or a cpuset withholds "
				   "it",
				   cpu);
	return GNG_OK;
}

static enum gng_status set_class(int priority, struct gng_why *why)
{
	const struct sched_param param = {.sched_priority = priority};
	const int error =
		pthread_setschedparam(pthread_self(), priority ? SCHED_FIFO : SCHED_OTHER, &param);

	if (error == EPERM)
		return gng_why_set(why, GNG_EPERM, error, "rtconf.thread",
				   "SCHED_FIFO %d is not permitted: be root, raise LimitRTPRIO, or "
				   "give the control group cpu.rt_runtime_us",
				   priority);
	if (error)
		return gng_why_set(why, GNG_ESYS, error, "rtconf.thread", "SCHED_FIFO %d: %s",
				   priority, strerror(error));
	return GNG_OK;
}

enum gng_status gng_rtconf_thread_apply(const struct gng_rtconf_thread *thread, struct gng_why *why)
{
	enum gng_status status;

	if (thread->priority < 0 || thread->priority > MOST)
		return gng_why_set(why, GNG_EINVAL, 0, "rtconf.thread",
				   "priority %d is none from 0 to %d; 99 is the kernel's migration "
				   "threads'",
				   thread->priority, MOST);
	status = set_cpu(thread->cpu, why);
	if (status == GNG_OK && thread->lock_memory && mlockall(MCL_CURRENT | MCL_FUTURE) != 0)
		status = gng_why_set(why, errno == EPERM || errno == ENOMEM ? GNG_EPERM : GNG_ESYS,
				     errno, "rtconf.thread",
				     "the memory cannot be locked: %s; raise LimitMEMLOCK "
				     "(ulimit -l)",
				     strerror(errno));
	return status == GNG_OK ? set_class(thread->priority, why) : status;
}
