/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cpu.c - the reference back ends: a pinned thread does the work, either polling the ring, or
 * asleep in a futex until it is woken. They need no device, and say so.
 */
#include "launch_ring.h"

#include <errno.h>
#include <linux/futex.h>
#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#define YIELD_EVERY 131072 /* polls of about 1 ns */

struct cpu_device {
	pthread_t thread;
	const uint8_t *packets;
	struct launch_slot *slots;
	uint32_t bell; /* of the futex */
	bool sleeps;
};

/* has_order says whether the order of a sequence is there, and reads it. */
static bool has_order(const struct launch_slot *slot, uint64_t sequence, uint64_t *at,
		      uint32_t *len)
{
	const uint64_t size = __atomic_load_n(&slot->size, __ATOMIC_ACQUIRE);
	const uint64_t where = __atomic_load_n(&slot->at, __ATOMIC_RELAXED);

	*at = where & ((UINT64_C(1) << LAUNCH_AT_BITS) - 1);
	*len = (uint32_t)size;
	return size >> 32 == (uint32_t)sequence && where >> LAUNCH_AT_BITS == (sequence & 0xffff);
}

/*
 * await_order polls without PAUSE, which takes up to 140 cycles on some cores and with it half of
 * what is measured; or it sleeps until the bell has rung since it looked. One who has polled in
 * vain for some 100 us lets others run: on a shared CPU the caller may be one of them.
 */
static void await_order(struct cpu_device *device, uint64_t sequence, uint64_t *at, uint32_t *len)
{
	const struct launch_slot *slot = &device->slots[(sequence - 1) % LAUNCH_SLOTS];

	for (uint32_t polls = 1;; polls++) {
		const uint32_t bell = __atomic_load_n(&device->bell, __ATOMIC_ACQUIRE);

		if (has_order(slot, sequence, at, len))
			return;
		if (device->sleeps)
			syscall(SYS_futex, &device->bell, FUTEX_WAIT_PRIVATE, bell, NULL, NULL, 0);
		else if (polls % YIELD_EVERY == 0)
			sched_yield();
	}
}

static void *work(void *arg)
{
	struct cpu_device *device = arg;
	uint64_t sequence, at;
	uint32_t len = 0;

	for (sequence = 1; len != LAUNCH_STOP; sequence++) {
		struct launch_slot *slot = &device->slots[(sequence - 1) % LAUNCH_SLOTS];

		await_order(device, sequence, &at, &len);
		slot->device_t3 = gng_clock_stop();
		slot->sum = len == LAUNCH_STOP ? 0 : gng_launch_sum(device->packets + at, len);
		__atomic_store_n(&slot->done, (uint32_t)sequence, __ATOMIC_RELEASE);
	}
	return NULL;
}

static enum gng_status ring(struct gng_launch *launch, struct gng_why *why)
{
	struct cpu_device *device = launch->device;

	(void)why;
	__atomic_add_fetch(&device->bell, 1, __ATOMIC_RELEASE);
	if (device->sleeps)
		syscall(SYS_futex, &device->bell, FUTEX_WAKE_PRIVATE, 1, NULL, NULL, 0);
	return GNG_OK;
}

/* ---- opening ---- */

int launch_pick_cpu(int node, int except)
{
	char path[96];
	cpu_set_t allowed;

	if (sched_getaffinity(0, sizeof(allowed), &allowed) != 0)
		return -1;
	for (int cpu = 0; cpu < CPU_SETSIZE; cpu++) {
		snprintf(path, sizeof(path), "/sys/devices/system/node/node%d/cpu%d", node, cpu);
		if (CPU_ISSET(cpu, &allowed) && cpu != except &&
		    (node < 0 || access(path, F_OK) == 0))
			return cpu;
	}
	return -1;
}

static enum gng_status start(struct gng_launch *launch, int cpu, struct gng_why *why)
{
	struct cpu_device *device = launch->device;
	pthread_attr_t attr;
	cpu_set_t one;
	int error;

	if (cpu < 0 || cpu >= CPU_SETSIZE)
		return gng_why_set(why, GNG_EUNSUPPORTED, 0, "launch.open",
				   "%s wants a CPU beside that of the caller, and this thread may "
				   "use only one: taskset, or a larger machine",
				   gng_launch_name(launch->info.backend));
	CPU_ZERO(&one);
	CPU_SET((unsigned int)cpu, &one);
	pthread_attr_init(&attr);
	pthread_attr_setaffinity_np(&attr, sizeof(one), &one);
	error = pthread_create(&device->thread, &attr, work, device);
	pthread_attr_destroy(&attr);
	if (error)
		return gng_why_set(why, error == EINVAL ? GNG_EUNSUPPORTED : GNG_ESYS, error,
				   "launch.open", "no thread on CPU %d: %s", cpu, strerror(error));
	launch->info.cpu = cpu;
	snprintf(launch->info.device, sizeof(launch->info.device),
		 "none: a thread on CPU %d, which %s", cpu, device->sleeps ? "sleeps" : "polls");
	return GNG_OK;
}

static enum gng_status cpu_open(struct gng_launch *launch, const struct gng_launch_request *request,
				struct gng_why *why)
{
	struct cpu_device *device = calloc(1, sizeof(*device));
	const int cpu = request->cpu == GNG_LAUNCH_ANY_CPU ? launch_pick_cpu(-1, sched_getcpu())
							   : request->cpu;

	launch->device = device;
	launch->slots = aligned_alloc(sizeof(struct launch_slot), LAUNCH_RING_LEN);
	if (!device || !launch->slots)
		return gng_why_set(why, GNG_ENOMEM, errno, "launch.open", "no memory for a ring");
	memset(launch->slots, 0, LAUNCH_RING_LEN);
	device->packets = launch->packets;
	device->slots = launch->slots;
	device->sleeps = request->backend == GNG_LAUNCH_CPU_FUTEX;
	return start(launch, cpu, why);
}

static void cpu_close(struct gng_launch *launch)
{
	struct cpu_device *device = launch->device;

	if (launch->info.cpu >= 0) {
		const uint64_t sequence = launch->submitted + 1;

		launch_order(launch_slot_of(launch, sequence), sequence, 0, LAUNCH_STOP);
		ring(launch, NULL);
		pthread_join(device->thread, NULL);
	}
	free(launch->slots);
	free(device);
}

static enum gng_status kick(struct gng_launch *launch, struct gng_why *why)
{
	const struct cpu_device *device = launch->device;

	return device->sleeps ? ring(launch, why) : GNG_OK;
}

const struct launch_backend launch_cpu = {.open = cpu_open, .close = cpu_close, .kick = kick};
