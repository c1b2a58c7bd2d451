/* SPDX-License-Identifier: Apache-2.0 */
/* measure.c - a series of launches, one after the other, with the clocks compared around each
 * block, so that every stamp lies between two comparisons. */
#include "launch_ring.h"

#include <errno.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>

#define BLOCK 500 /* launches between two comparisons */
#define WARM_UP 200
#define PATIENCE_NS UINT64_C(2000000000)
#define HIGHEST_NS UINT64_C(4000000000)

static enum gng_status open_histograms(struct gng_launch_series *series, struct gng_why *why)
{
	struct gng_hist **all[] = {&series->start, &series->start_lo, &series->start_hi,
				   &series->submit, &series->done};

	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++)
		if (gng_hist_open(all[i], 1, HIGHEST_NS, 3) != GNG_OK)
			return gng_why_set(why, GNG_ENOMEM, errno, "launch.measure",
					   "no memory for histograms");
	return GNG_OK;
}

void gng_launch_series_fini(struct gng_launch_series *series)
{
	gng_hist_close(series->start);
	gng_hist_close(series->start_lo);
	gng_hist_close(series->start_hi);
	gng_hist_close(series->submit);
	gng_hist_close(series->done);
	*series = (struct gng_launch_series){.num = 0};
}

/* ---- one launch ---- */

static enum gng_status launch_one(struct gng_launch *launch, struct gng_launch_done *done,
				  const uint8_t *packet, size_t len, struct gng_why *why)
{
	const uint64_t begun = gng_clock_start();
	const uint64_t end = begun + gng_clock_ns_to_cycles(&launch->rate, PATIENCE_NS);
	enum gng_status status = gng_launch_submit(launch, packet, len, begun, why);
	bool found = false;

	while (status == GNG_OK && !found) {
		status = gng_launch_poll(launch, done, &found, why);
		if (status == GNG_OK && !found && launch->fruitless % 4096 == 0 &&
		    gng_clock_start() > end)
			status = gng_why_set(why, GNG_ESYS, 0, "launch.measure",
					     "%s: a launch is not done after 2 s",
					     launch->info.device);
	}
	return status;
}

static const uint8_t *packet_of(const struct gng_launch *launch, uint64_t i, size_t len)
{
	const size_t step = (len + 63) / 64 * 64 + (len == 0) * 64;
	const size_t num = (launch->packets_len - len) / step + 1;

	return launch->packets + i % num * step;
}

static enum gng_status check_sum(const struct gng_launch *launch,
				 const struct gng_launch_done *done, const uint8_t *packet,
				 size_t len, struct gng_why *why)
{
	const uint32_t wanted = gng_launch_sum(packet, len);

	if (done->sum == wanted)
		return GNG_OK;
	return gng_why_set(why, GNG_ESYS, 0, "launch.measure",
			   "%s: the sum of packet %llu is %08x and should be %08x",
			   launch->info.device, (unsigned long long)done->sequence, done->sum,
			   wanted);
}

/* ---- a block ---- */

static void record(struct gng_launch_series *series, const struct gng_launch *launch,
		   const struct gng_launch_done *done)
{
	const struct gng_clock_rate *rate = &series->rate;
	struct gng_launch_interval t3;
	uint64_t bound;

	gng_launch_t3(&t3, launch, done);
	series->num++;
	series->num_unsound += !t3.sound;
	bound = gng_clock_cycles_to_ns(rate, t3.hi - t3.likely > t3.likely - t3.lo
						     ? t3.hi - t3.likely
						     : t3.likely - t3.lo);
	if (bound > series->bound_ns)
		series->bound_ns = bound;
	gng_hist_record(series->start, gng_clock_cycles_to_ns(rate, t3.likely - done->t1));
	gng_hist_record(series->start_lo, gng_clock_cycles_to_ns(rate, t3.lo - done->t1));
	gng_hist_record(series->start_hi, gng_clock_cycles_to_ns(rate, t3.hi - done->t1));
	gng_hist_record(series->submit, gng_clock_cycles_to_ns(rate, done->t2 - done->t1));
	gng_hist_record(series->done, gng_clock_cycles_to_ns(rate, done->t4 - done->t1));
}

static enum gng_status run_block(struct gng_launch_series *series, struct gng_launch *launch,
				 size_t len, size_t num, struct gng_why *why)
{
	struct gng_launch_done *done = calloc(BLOCK, sizeof(*done));
	enum gng_status status = GNG_OK;

	if (!done)
		return gng_why_set(why, GNG_ENOMEM, errno, "launch.measure", "no memory");
	for (size_t i = 0; i < num && status == GNG_OK; i++) {
		const uint8_t *packet = packet_of(launch, series->num + i, len);

		status = launch_one(launch, &done[i], packet, len, why);
		if (status == GNG_OK)
			status = check_sum(launch, &done[i], packet, len, why);
	}
	if (status == GNG_OK)
		status = gng_launch_compare(launch, why);
	for (size_t i = 0; i < num && status == GNG_OK; i++)
		record(series, launch, &done[i]);
	free(done);
	return status;
}

static enum gng_status run_blocks(struct gng_launch_series *series, struct gng_launch *launch,
				  const struct gng_launch_plan *plan, struct gng_why *why)
{
	enum gng_status status = GNG_OK;
	struct gng_launch_done done;

	for (int i = 0; i < WARM_UP && status == GNG_OK; i++)
		status = launch_one(launch, &done, launch->packets, plan->len, why);
	if (status == GNG_OK)
		status = gng_launch_compare(launch, why);
	while (status == GNG_OK && series->num < plan->num) {
		const uint64_t left = plan->num - series->num;

		status = run_block(series, launch, plan->len, left < BLOCK ? (size_t)left : BLOCK,
				   why);
	}
	if (status == GNG_OK)
		status = gng_launch_pause(launch, why);
	series->device_tick = launch->own_clock ? launch->tick : 0;
	return status;
}

/* ---- the series ---- */

static enum gng_status pin(struct gng_launch_series *series, const struct gng_launch *launch,
			   int cpu, struct gng_why *why)
{
	cpu_set_t one;

	if (cpu == GNG_LAUNCH_ANY_CPU)
		cpu = launch_pick_cpu(launch->info.path.node, launch->info.cpu);
	if (cpu < 0) /* none of that node: any other */
		cpu = launch_pick_cpu(-1, launch->info.cpu);
	CPU_ZERO(&one);
	if (cpu >= 0 && cpu < CPU_SETSIZE)
		CPU_SET((unsigned int)cpu, &one);
	if (sched_setaffinity(0, sizeof(one), &one) != 0)
		return gng_why_set(why, GNG_EUNSUPPORTED, errno, "launch.measure",
				   "this thread cannot run on CPU %d alone: %s", cpu,
				   strerror(errno));
	series->cpu = cpu;
	return GNG_OK;
}

enum gng_status gng_launch_measure(struct gng_launch_series *series, struct gng_launch *launch,
				   const struct gng_launch_plan *plan, struct gng_why *why)
{
	enum gng_status status;
	cpu_set_t before;

	*series = (struct gng_launch_series){.rate = launch->rate};
	if (plan->num == 0 || plan->len > launch->packets_len || plan->len >= LAUNCH_STOP)
		return gng_why_set(why, GNG_EINVAL, 0, "launch.measure",
				   "%llu packets of %zu bytes in %zu bytes of memory",
				   (unsigned long long)plan->num, plan->len, launch->packets_len);
	if (sched_getaffinity(0, sizeof(before), &before) != 0)
		return gng_why_set(why, GNG_ESYS, errno, "launch.measure", "sched_getaffinity: %s",
				   strerror(errno));
	status = open_histograms(series, why);
	if (status == GNG_OK)
		status = pin(series, launch, plan->cpu, why);
	if (status == GNG_OK)
		status = run_blocks(series, launch, plan, why);
	sched_setaffinity(0, sizeof(before), &before);
	if (status != GNG_OK)
		gng_launch_series_fini(series);
	return status;
}
