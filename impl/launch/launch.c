/* SPDX-License-Identifier: Apache-2.0 */
/* launch.c - opening and closing, orders and answers: what all back ends share. */
#include "launch_ring.h"

#include <errno.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>

#define CALIBRATION_NS 50000000
#define HEALTH_EVERY 16384 /* fruitless polls: some 100 us */
#define HERE_LEN 4096

static const char *const names[] = {
	[GNG_LAUNCH_CPU_POLL] = "cpu-poll",
	[GNG_LAUNCH_CPU_FUTEX] = "cpu-futex",
	[GNG_LAUNCH_CUDA_LAUNCH] = "cuda-launch",
	[GNG_LAUNCH_CUDA_GRAPH] = "cuda-graph",
	[GNG_LAUNCH_CUDA_PERSISTENT] = "cuda-persistent",
};

const char *gng_launch_name(enum gng_launch_backend backend)
{
	return backend < GNG_LAUNCH_NUM_BACKENDS ? names[backend] : "?";
}

enum gng_launch_backend gng_launch_named(const char *name)
{
	for (size_t i = 0; i < GNG_LAUNCH_NUM_BACKENDS; i++)
		if (strcmp(names[i], name) == 0)
			return (enum gng_launch_backend)i;
	return GNG_LAUNCH_NUM_BACKENDS;
}

uint32_t gng_launch_sum(const void *packet, size_t len)
{
	const uint8_t *at = packet;
	uint32_t sum = 0, word;

	for (; len >= 4; len -= 4, at += 4) {
		memcpy(&word, at, 4);
		sum += word;
	}
	word = 0;
	memcpy(&word, at, len);
	return sum + word;
}

/* ---- opening ---- */

static enum gng_status check(const struct gng_launch_request *request, struct gng_why *why)
{
	if (request->backend >= GNG_LAUNCH_NUM_BACKENDS)
		return gng_why_set(why, GNG_EINVAL, 0, "launch.open", "there is no back end %u",
				   (unsigned int)request->backend);
	if (!request->packets || (uintptr_t)request->packets % 64 || request->packets_len < 64 ||
	    request->packets_len > GNG_LAUNCH_MAX_LEN)
		return gng_why_set(why, GNG_EINVAL, 0, "launch.open",
				   "packet memory of %zu bytes at %p: it wants 64 bytes or more, "
				   "aligned to 64",
				   request->packets_len, request->packets);
	return GNG_OK;
}

static enum gng_status open_here(struct gng_launch *launch, struct gng_why *why)
{
	void *here =
		mmap(NULL, HERE_LEN, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (here == MAP_FAILED)
		return gng_why_set(why, GNG_ENOMEM, errno, "launch.open", "no memory for a page");
	launch->here = here;
	if (madvise(here, HERE_LEN, MADV_WIPEONFORK) != 0)
		return gng_why_set(why, GNG_ESYS, errno, "launch.open",
				   "madvise(MADV_WIPEONFORK): %s; Linux 4.14 or newer has it",
				   strerror(errno));
	*launch->here = 1;
	return GNG_OK;
}

static void dispose(struct gng_launch *launch)
{
	if (launch->here)
		munmap(launch->here, HERE_LEN);
	free(launch);
}

enum gng_status gng_launch_open(struct gng_launch **launch,
				const struct gng_launch_request *request, struct gng_why *why)
{
	enum gng_status status = check(request, why);
	struct gng_launch *made;

	if (status != GNG_OK)
		return status;
	made = calloc(1, sizeof(*made));
	if (!made)
		return gng_why_set(why, GNG_ENOMEM, errno, "launch.open", "no memory");
	made->backend = request->backend <= GNG_LAUNCH_CPU_FUTEX ? &launch_cpu : &launch_cuda;
	made->info = (struct gng_launch_info){.backend = request->backend, .cpu = -1};
	made->info.path = (struct gng_launch_path){.node = -1, .l1_aspm = -1};
	made->packets = request->packets;
	made->packets_len = request->packets_len;
	status = open_here(made, why);
	if (status == GNG_OK)
		status = gng_clock_calibrate(&made->rate, CALIBRATION_NS, why);
	if (status == GNG_OK) {
		status = made->backend->open(made, request, why);
		if (status == GNG_OK)
			status = gng_launch_compare(made, why);
		if (status == GNG_OK)
			status = gng_launch_pause(made, why);
		if (status != GNG_OK)
			made->backend->close(made);
	}
	if (status != GNG_OK)
		dispose(made);
	else
		*launch = made;
	return status;
}

void gng_launch_close(struct gng_launch *launch)
{
	if (!launch)
		return;
	if (launch_is_here(launch))
		launch->backend->close(launch);
	dispose(launch);
}

const struct gng_launch_info *gng_launch_info(const struct gng_launch *launch)
{
	return &launch->info;
}

/* ---- orders ---- */

enum gng_status launch_break(struct gng_launch *launch, const struct gng_why *why)
{
	if (launch->broken.status == GNG_OK)
		launch->broken = *why;
	return launch->broken.status;
}

static enum gng_status say_broken(const struct gng_launch *launch, struct gng_why *why)
{
	if (why)
		*why = launch->broken;
	return launch->broken.status;
}

static enum gng_status check_state(const struct gng_launch *launch, struct gng_why *why)
{
	if (!launch_is_here(launch))
		return gng_why_set(why, GNG_EUNSUPPORTED, 0, "launch.submit",
				   "this is a forked child: its parent has the device; open it "
				   "here instead");
	return launch->broken.status != GNG_OK ? say_broken(launch, why) : GNG_OK;
}

static enum gng_status check_packet(const struct gng_launch *launch, const uint8_t *packet,
				    size_t len, struct gng_why *why)
{
	const uintptr_t at = (uintptr_t)packet - (uintptr_t)launch->packets;

	if (at > launch->packets_len || len > launch->packets_len - at || len >= LAUNCH_STOP)
		return gng_why_set(why, GNG_EINVAL, 0, "launch.submit",
				   "%zu bytes at %p are not all in the %zu bytes that were "
				   "registered",
				   len, (const void *)packet, launch->packets_len);
	if (at % 4)
		return gng_why_set(why, GNG_EINVAL, 0, "launch.submit",
				   "a packet at %p: it wants to be aligned to 4",
				   (const void *)packet);
	if (launch->submitted - launch->polled >= GNG_LAUNCH_DEPTH)
		return gng_why_set(why, GNG_ELIMIT, 0, "launch.submit",
				   "%d packets are under way: poll before the next one",
				   GNG_LAUNCH_DEPTH);
	return GNG_OK;
}

/* put_order is the launch itself, with both stamps. */
static enum gng_status put_order(struct gng_launch *launch, uint64_t at, uint32_t len, uint64_t t0,
				 struct gng_why *why)
{
	const uint64_t sequence = launch->submitted + 1;
	struct launch_stamps *stamps = &launch->stamps[(sequence - 1) % LAUNCH_SLOTS];
	enum gng_status status = GNG_OK;

	stamps->t0 = t0;
	stamps->t1 = gng_clock_start();
	launch_order(launch_slot_of(launch, sequence), sequence, at, len);
	if (launch->backend->kick)
		status = launch->backend->kick(launch, why);
	stamps->t2 = gng_clock_stop();
	launch->submitted = sequence;
	return status;
}

enum gng_status gng_launch_submit(struct gng_launch *launch, const void *packet, size_t len,
				  uint64_t t0, struct gng_why *why)
{
	enum gng_status status = check_state(launch, why);
	struct gng_why own;

	if (status == GNG_OK)
		status = check_packet(launch, packet, len, why);
	if (status != GNG_OK)
		return status;
	status = put_order(launch, (uint64_t)((const uint8_t *)packet - launch->packets),
			   (uint32_t)len, t0, &own);
	if (status == GNG_OK)
		return GNG_OK;
	launch_break(launch, &own);
	return say_broken(launch, why);
}

enum gng_status gng_launch_pause(struct gng_launch *launch, struct gng_why *why)
{
	enum gng_status status = check_state(launch, why);
	struct gng_why own;

	if (status != GNG_OK)
		return status;
	if (launch->submitted != launch->polled)
		return gng_why_set(why, GNG_EINVAL, 0, "launch.pause",
				   "packets are under way: poll until there are none");
	if (!launch->backend->pause || launch->backend->pause(launch, &own) == GNG_OK)
		return GNG_OK;
	launch_break(launch, &own);
	return say_broken(launch, why);
}

/* look_after asks now and then whether an answer can come at all, and lets others run: the thread
 * that is to answer may wait for this CPU. */
static enum gng_status look_after(struct gng_launch *launch, struct gng_why *why)
{
	struct gng_why own;

	if (++launch->fruitless % HEALTH_EVERY)
		return GNG_OK;
	sched_yield();
	if (!launch->backend->health)
		return GNG_OK;
	if (launch->backend->health(launch, &own) == GNG_OK)
		return GNG_OK;
	launch_break(launch, &own);
	return say_broken(launch, why);
}

enum gng_status gng_launch_poll(struct gng_launch *launch, struct gng_launch_done *done,
				bool *found, struct gng_why *why)
{
	const uint64_t sequence = launch->polled + 1;
	const struct launch_stamps *stamps;
	const struct launch_slot *slot;
	enum gng_status status;

	*found = false;
	status = check_state(launch, why);
	if (status != GNG_OK || launch->polled == launch->submitted)
		return status;
	slot = launch_slot_of(launch, sequence);
	if (!launch_is_done(slot, sequence))
		return look_after(launch, why);
	stamps = &launch->stamps[(sequence - 1) % LAUNCH_SLOTS];
	*done = (struct gng_launch_done){.t4 = gng_clock_stop(),
					 .sequence = sequence,
					 .sum = slot->sum,
					 .t0 = stamps->t0,
					 .t1 = stamps->t1,
					 .t2 = stamps->t2,
					 .device_t3 = slot->device_t3};
	*found = true;
	launch->polled = sequence;
	launch->fruitless = 0;
	return GNG_OK;
}

bool launch_stop(struct gng_launch *launch)
{
	const uint64_t sequence = launch->submitted + 1;
	const uint64_t end =
		gng_clock_start() + gng_clock_ns_to_cycles(&launch->rate, UINT64_C(2000000000));
	struct launch_slot *slot = launch_slot_of(launch, sequence);

	launch_order(slot, sequence, 0, LAUNCH_STOP);
	while (!launch_is_done(slot, sequence)) {
		if (gng_clock_start() > end)
			return false;
		nanosleep(&(struct timespec){0, 1000}, NULL);
	}
	launch->submitted = launch->polled = sequence;
	return true;
}
