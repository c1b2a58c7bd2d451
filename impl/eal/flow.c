/* SPDX-License-Identifier: Apache-2.0 */
/*
 * flow.c - from a port to the start of work: what the poll loop does for a flow, and its rows.
 *
 * A frame stays in its buffer, which the other side reads, and is freed when the loop has seen and
 * checked its result. The stamps of a thread are of the TSC and are recorded at once; those of a
 * GPU are kept, as the comparison of the clocks behind them is needed to translate them.
 */
#include "eal_loop.h"

#include <sched.h>
#include <stdlib.h>
#include <string.h>

#include <rte_cycles.h>
#include <rte_lcore.h>

#define CALIBRATION_NS 50000000
#define HIGHEST_CYCLES (UINT64_C(1) << 36) /* some 20 s */
#define SLOTS (GNG_LAUNCH_DEPTH + 1)
#define PATIENCE_NS UINT64_C(2000000000)
#define MAX_KEPT (UINT64_C(1) << 20)

struct eal_flow {
	struct gng_eal_flow *asked;
	struct rte_mbuf *under_way[SLOTS];
	uint64_t since;	    /* the frames in hand were due, or received */
	uint64_t due, pace; /* cycles */
	uint32_t credit;    /* frames that are due and not received */
	struct gng_launch_done *kept;
	uint64_t num_kept;
	enum gng_status status;
	struct gng_why why;
};

const char *gng_eal_drop_name(enum gng_eal_drop drop)
{
	static const char *const names[] = {"full", "pieces", "memory"};

	return (size_t)drop < GNG_EAL_NUM_DROPS ? names[drop] : "?";
}

const char *gng_eal_row_name(enum gng_eal_row row)
{
	static const char *const names[] = {"late",   "receive", "parse", "filter",   "histogram",
					    "submit", "start",	 "done",  "to-start", "to-done"};

	return (size_t)row < GNG_EAL_NUM_ROWS ? names[row] : "?";
}

/* ---- rows ---- */

enum gng_status gng_eal_flow_init(struct gng_eal_flow *flow, struct gng_why *why)
{
	for (size_t i = 0; i < GNG_EAL_NUM_ROWS; i++)
		if (gng_hist_open(&flow->rows[i], 1, HIGHEST_CYCLES, 3) != GNG_OK) {
			gng_eal_flow_fini(flow);
			return gng_why_set(why, GNG_ENOMEM, 0, "eal.flow",
					   "no memory for %d histograms", GNG_EAL_NUM_ROWS);
		}
	return gng_clock_calibrate(&flow->rate, CALIBRATION_NS, why);
}

void gng_eal_flow_fini(struct gng_eal_flow *flow)
{
	for (size_t i = 0; i < GNG_EAL_NUM_ROWS; i++) {
		gng_hist_close(flow->rows[i]);
		flow->rows[i] = NULL;
	}
}

void eal_flow_stage(struct eal_flow *flow, enum gng_eal_stage stage, uint16_t num, uint64_t cycles)
{
	static const enum gng_eal_row rows[] = {
		[GNG_EAL_RECEIVE] = GNG_EAL_ROW_RECEIVE,
		[GNG_EAL_PARSE] = GNG_EAL_ROW_PARSE,
		[GNG_EAL_FILTER] = GNG_EAL_ROW_FILTER,
		[GNG_EAL_HISTOGRAM] = GNG_EAL_ROW_HISTOGRAM,
	};

	if (num && (size_t)stage < sizeof(rows) / sizeof(rows[0]))
		gng_hist_record_n(flow->asked->rows[rows[stage]], cycles, num);
}

static void record(struct gng_eal_flow *flow, const struct gng_launch_done *done)
{
	struct gng_launch_interval t3;
	uint64_t error;

	gng_launch_t3(&t3, flow->launch, done);
	error = t3.hi - t3.likely > t3.likely - t3.lo ? t3.hi - t3.likely : t3.likely - t3.lo;
	if (error > flow->bound_cycles)
		flow->bound_cycles = error;
	flow->unsound += !t3.sound;
	gng_hist_record(flow->rows[GNG_EAL_ROW_SUBMIT], done->t2 - done->t1);
	gng_hist_record(flow->rows[GNG_EAL_ROW_START], t3.likely - done->t1);
	gng_hist_record(flow->rows[GNG_EAL_ROW_DONE], done->t4 - done->t1);
	gng_hist_record(flow->rows[GNG_EAL_ROW_TO_START], t3.likely - done->t0);
	gng_hist_record(flow->rows[GNG_EAL_ROW_TO_DONE], done->t4 - done->t0);
}

/* ---- launching, and taking in what is done ---- */

bool eal_flow_is_broken(const struct eal_flow *flow)
{
	return flow->status != GNG_OK;
}

/* take_in checks a result, and gives the packet's buffer back. */
static void take_in(struct eal_flow *flow, const struct gng_launch_done *done)
{
	struct gng_eal_flow *asked = flow->asked;
	struct rte_mbuf *mbuf = flow->under_way[asked->done++ % SLOTS];

	asked->wrong += done->sum != gng_launch_sum(rte_pktmbuf_mtod(mbuf, const void *),
						    rte_pktmbuf_data_len(mbuf));
	rte_pktmbuf_free(mbuf);
	if (!flow->kept)
		record(asked, done);
	else if (flow->num_kept < MAX_KEPT)
		flow->kept[flow->num_kept++] = *done;
	else
		asked->not_kept++;
}

static void take_all_in(struct eal_flow *flow)
{
	struct gng_launch_done done;
	bool found = flow->status == GNG_OK;

	while (found) {
		flow->status = gng_launch_poll(flow->asked->launch, &done, &found, &flow->why);
		if (flow->status != GNG_OK)
			return;
		if (found)
			take_in(flow, &done);
	}
}

static void launch_one(struct eal_flow *flow, struct rte_mbuf *mbuf)
{
	struct gng_eal_flow *asked = flow->asked;
	enum gng_eal_drop drop = GNG_EAL_DROP_PIECES;
	enum gng_status status = GNG_EINVAL;

	if (mbuf->nb_segs == 1) { /* a refusal without why costs no text */
		status = gng_launch_submit(asked->launch, rte_pktmbuf_mtod(mbuf, const void *),
					   rte_pktmbuf_data_len(mbuf), flow->since, NULL);
		drop = status == GNG_ELIMIT ? GNG_EAL_DROP_FULL : GNG_EAL_DROP_MEMORY;
	}
	if (status == GNG_OK) {
		flow->under_way[asked->launched++ % SLOTS] = mbuf;
		return;
	}
	rte_pktmbuf_free(mbuf);
	asked->dropped[drop]++;
}

void eal_flow_launch(struct eal_loop *loop)
{
	const uint64_t before = loop->flow->asked->launched;

	for (uint16_t i = 0; i < loop->num; i++)
		launch_one(loop->flow, loop->mbufs[i]);
	loop->num = (uint16_t)(loop->flow->asked->launched - before);
	take_all_in(loop->flow);
}

/* ---- when frames are due ---- */

uint16_t eal_flow_due(struct eal_flow *flow)
{
	take_all_in(flow);
	if (!flow->pace)
		return EAL_BURST;
	if (!flow->credit && (int64_t)(rte_rdtsc() - flow->due - flow->pace) >= 0) {
		flow->due += flow->pace;
		flow->credit = flow->asked->pace_frames;
	}
	return (uint16_t)(flow->credit < EAL_BURST ? flow->credit : EAL_BURST);
}

void eal_flow_received(struct eal_flow *flow, uint16_t num, uint64_t start, uint64_t now)
{
	flow->since = flow->pace ? flow->due : now;
	flow->credit = num && flow->pace ? flow->credit - num : 0; /* none: the port has no more */
	if (!num)
		return;
	if (flow->pace)
		gng_hist_record_n(flow->asked->rows[GNG_EAL_ROW_LATE], start - flow->due, num);
	eal_flow_stage(flow, GNG_EAL_RECEIVE, num, now - start);
}

/* ---- a run ---- */

struct eal_flow *eal_flow_open(struct gng_eal_run *run)
{
	struct gng_eal_flow *asked = run->flow;
	struct eal_flow *flow = calloc(1, sizeof(*flow));

	if (!flow)
		return NULL;
	flow->asked = asked;
	if (asked->pace_frames)
		flow->pace = gng_clock_ns_to_cycles(&asked->rate, asked->pace_ns);
	if (gng_launch_info(asked->launch)->backend > GNG_LAUNCH_CPU_FUTEX) {
		flow->kept = calloc(MAX_KEPT, sizeof(*flow->kept));
		if (!flow->kept) {
			free(flow);
			return NULL;
		}
	}
	return flow;
}

void eal_flow_begin(struct eal_flow *flow)
{
	flow->asked->cpu = sched_getcpu();
	flow->asked->node = (int)rte_socket_id();
	flow->status = gng_launch_compare(flow->asked->launch, &flow->why);
	flow->due = rte_rdtsc();
}

/* drain: an error that is found here stands behind one that ended the loop. */
static void drain(struct eal_flow *flow)
{
	struct gng_eal_flow *asked = flow->asked;
	const uint64_t end = rte_rdtsc() + gng_clock_ns_to_cycles(&asked->rate, PATIENCE_NS);

	while (flow->status == GNG_OK && asked->done < asked->launched) {
		take_all_in(flow);
		if (asked->done < asked->launched && rte_rdtsc() > end)
			flow->status =
				gng_why_set(&flow->why, GNG_ESYS, 0, "eal.flow",
					    "%llu launches are not done after 2 s",
					    (unsigned long long)(asked->launched - asked->done));
	}
}

void eal_flow_end(struct eal_flow *flow)
{
	drain(flow);
	if (flow->status == GNG_OK)
		flow->status = gng_launch_compare(flow->asked->launch, &flow->why);
	if (flow->status == GNG_OK)
		flow->status = gng_launch_pause(flow->asked->launch, &flow->why);
	for (uint64_t i = 0; i < flow->num_kept; i++)
		record(flow->asked, &flow->kept[i]);
}

enum gng_status eal_flow_close(struct eal_flow *flow, struct gng_why *why)
{
	const enum gng_status status = flow->status;

	if (why && status != GNG_OK)
		*why = flow->why;
	free(flow->kept);
	free(flow);
	return status;
}

uint64_t gng_eal_lost(const struct gng_eal_run *run)
{
	uint64_t num =
		run->in[GNG_EAL_RECEIVE] - run->in[GNG_EAL_FILTER] + run->out[GNG_EAL_FILTER];

	for (size_t i = 0; i < GNG_FRAME_NUM_ERRORS; i++)
		num -= run->refused[i];
	if (!run->flow)
		return num - run->in[GNG_EAL_SEND];
	for (size_t i = 0; i < GNG_EAL_NUM_DROPS; i++)
		num -= run->flow->dropped[i];
	return num - run->flow->done;
}
