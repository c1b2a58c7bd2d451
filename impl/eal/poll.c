/* SPDX-License-Identifier: Apache-2.0 */
/*
 * poll.c - the poll loop: bursts of up to 32 frames through parse, filter, histogram and send.
 *
 * A stage takes a whole burst before the next one begins, so that its code stays in the cache, and
 * the time stamp counter is read once between two stages: 20 cycles a burst.
 */
#include <string.h>
#include <stdlib.h>
#include <time.h>

#include <rte_cycles.h>
#include <rte_eal.h>

#include "eal_loop.h"

#define POLLS_A_LOOK 256 /* polls between two looks at the clock */
#define MAX_LEN 65536

const char *gng_eal_stage_name(enum gng_eal_stage stage)
{
	static const char *const names[] = {"receive",	 "parse",  "filter",
					    "histogram", "launch", "send"};

	return (size_t)stage < GNG_EAL_NUM_STAGES ? names[stage] : "?";
}

static uint64_t now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

/* ---- stages: each leaves in loop what it does not drop ---- */

static void parse(struct eal_loop *loop)
{
	struct gng_frame_fault fault;
	uint16_t kept = 0;

	for (uint16_t i = 0; i < loop->num; i++) {
		struct rte_mbuf *mbuf = loop->mbufs[i];
		const uint32_t len = rte_pktmbuf_pkt_len(mbuf);
		const uint8_t *bytes;

		rte_prefetch0(rte_pktmbuf_mtod(loop->mbufs[(i + 1) % loop->num], void *));
		bytes = len <= MAX_LEN ? rte_pktmbuf_read(mbuf, 0, len,
							  loop->joined + (size_t)kept * MAX_LEN)
				       : NULL;
		if (bytes && gng_frame_read(&loop->frames[kept], &fault, bytes, len) == GNG_OK) {
			loop->bytes[kept] = bytes;
			loop->mbufs[kept++] = mbuf;
			continue;
		}
		loop->run->refused[bytes ? fault.error : GNG_FRAME_LENGTH]++;
		rte_pktmbuf_free(mbuf);
	}
	loop->num = kept;
}

static void filter(struct eal_loop *loop)
{
	uint16_t kept = 0;

	for (uint16_t i = 0; i < loop->num; i++) {
		if (!gng_frame_filter_match(loop->run->filter, &loop->frames[i], loop->bytes[i])) {
			rte_pktmbuf_free(loop->mbufs[i]);
			continue;
		}
		loop->mbufs[kept++] = loop->mbufs[i];
	}
	loop->num = kept;
}

static void histogram(struct eal_loop *loop)
{
	for (uint16_t i = 0; i < loop->num; i++) {
		const uint32_t len = rte_pktmbuf_pkt_len(loop->mbufs[i]);
		const int bits = len ? 32 - __builtin_clz(len) : 0;

		loop->run->lengths[bits < GNG_EAL_NUM_LENGTHS ? bits : GNG_EAL_NUM_LENGTHS - 1]++;
	}
}

/* What a full queue does not take is dropped, and counted as in less out. */
static void send_burst(struct eal_loop *loop, uint16_t index)
{
	const uint16_t other = index ^ 1;
	const uint16_t port = loop->ports[other < loop->num_ports ? other : index];
	const uint16_t sent = rte_eth_tx_burst(port, 0, loop->mbufs, loop->num);

	if (sent < loop->num)
		rte_pktmbuf_free_bulk(loop->mbufs + sent, loop->num - sent);
	loop->num = sent;
}

/* timed executes a stage on what is left of the burst. */
static inline uint64_t timed(struct eal_loop *loop, enum gng_eal_stage stage,
			     void (*work)(struct eal_loop *loop), uint64_t since)
{
	uint64_t now;

	loop->run->in[stage] += loop->num;
	work(loop);
	loop->run->out[stage] += loop->num;
	now = rte_rdtsc();
	loop->run->cycles[stage] += now - since;
	if (loop->flow)
		eal_flow_stage(loop->flow, stage, loop->num, now - since);
	return now;
}

static void pass(struct eal_loop *loop, uint16_t index, uint64_t since)
{
	struct gng_eal_run *run = loop->run;

	if (run->parse)
		since = timed(loop, GNG_EAL_PARSE, parse, since);
	if (run->filter)
		since = timed(loop, GNG_EAL_FILTER, filter, since);
	if (run->histogram)
		since = timed(loop, GNG_EAL_HISTOGRAM, histogram, since);
	if (loop->flow) {
		timed(loop, GNG_EAL_LAUNCH, eal_flow_launch, since);
		return;
	}
	run->in[GNG_EAL_SEND] += loop->num;
	if (run->forward)
		send_burst(loop, index);
	else if (loop->num)
		rte_pktmbuf_free_bulk(loop->mbufs, loop->num);
	run->out[GNG_EAL_SEND] += loop->num;
	run->cycles[GNG_EAL_SEND] += rte_rdtsc() - since;
}

static void count_bytes(struct eal_loop *loop)
{
	for (uint16_t i = 0; i < loop->num; i++)
		loop->run->bytes += rte_pktmbuf_pkt_len(loop->mbufs[i]);
}

static void poll_port(struct eal_loop *loop, uint16_t index)
{
	struct gng_eal_run *run = loop->run;
	const uint16_t room = loop->flow ? eal_flow_due(loop->flow) : EAL_BURST;
	const uint64_t start = rte_rdtsc();
	uint64_t received = start;

	if (room == 0)
		return;
	loop->num = rte_eth_rx_burst(loop->ports[index], 0, loop->mbufs, room);
	run->polls++;
	if (loop->flow) {
		received = rte_rdtsc();
		eal_flow_received(loop->flow, loop->num, start, received);
	}
	if (loop->num == 0) {
		run->empty_polls++;
		return;
	}
	run->in[GNG_EAL_RECEIVE] += loop->num;
	run->out[GNG_EAL_RECEIVE] += loop->num;
	if (run->histogram)
		count_bytes(loop);
	if (run->parse || run->histogram)
		received = rte_rdtsc();
	run->cycles[GNG_EAL_RECEIVE] += received - start;
	pass(loop, index, received);
	run->busy_cycles += rte_rdtsc() - start;
}

/* is_over looks at the clock; idle_since is when something was received last. */
static bool is_over(const struct eal_loop *loop, uint64_t start, uint64_t *idle_since,
		    uint64_t *seen)
{
	const struct gng_eal_run *run = loop->run;
	const uint64_t now = now_ns();

	if (*seen != run->in[GNG_EAL_RECEIVE] || *idle_since == 0) {
		*seen = run->in[GNG_EAL_RECEIVE];
		*idle_since = now;
	}
	return (loop->flow && eal_flow_is_broken(loop->flow)) || (run->stop && *run->stop) ||
	       (run->max_ns && now - start >= run->max_ns) ||
	       (run->max_idle_ns && now - *idle_since >= run->max_idle_ns);
}

static void loop_until_over(struct eal_loop *loop)
{
	struct gng_eal_run *run = loop->run;
	const uint64_t start = now_ns();
	uint64_t idle_since = 0, seen = 0;
	bool over = false;

	while (!over) {
		for (int i = 0; i < POLLS_A_LOOK && !over; i++) {
			for (uint16_t index = 0; index < loop->num_ports; index++)
				poll_port(loop, index);
			over = run->max_frames && run->in[GNG_EAL_RECEIVE] >= run->max_frames;
		}
		over |= is_over(loop, start, &idle_since, &seen);
	}
	run->elapsed_ns = now_ns() - start;
}

static void count_lost(struct eal_loop *loop)
{
	for (uint16_t i = 0; i < loop->num_ports; i++) {
		struct rte_eth_stats stats;

		if (rte_eth_stats_get(loop->ports[i], &stats) != 0)
			continue;
		loop->run->missed += stats.imissed;
		loop->run->no_buffer += stats.rx_nombuf;
	}
}

static void poll_all(void *arg)
{
	struct eal_loop *loop = arg;
	uint16_t port;

	RTE_ETH_FOREACH_DEV(port)
	{
		loop->ports[loop->num_ports++] = port;
	}
	if (loop->num_ports == 0)
		return;
	loop->run->huge_pages = rte_eal_has_hugepages() != 0;
	if (loop->flow)
		eal_flow_begin(loop->flow);
	loop_until_over(loop);
	if (loop->flow)
		eal_flow_end(loop->flow);
	count_lost(loop);
}

static enum gng_status check(const struct gng_eal_run *run, struct gng_why *why)
{
	if (run->filter && !run->parse)
		return gng_why_set(why, GNG_EINVAL, 0, "eal.poll",
				   "a filter wants what parse reads: ask for both");
	if (run->flow && run->forward)
		return gng_why_set(why, GNG_EINVAL, 0, "eal.poll",
				   "a flow ends in the launch: ask for one of flow and forward");
	if (run->flow && run->flow->pace_frames && !run->flow->pace_ns)
		return gng_why_set(why, GNG_EINVAL, 0, "eal.poll", "a pace wants a time");
	if (!run->max_ns && !run->max_idle_ns && !run->max_frames && !run->stop)
		return gng_why_set(why, GNG_EINVAL, 0, "eal.poll",
				   "nothing would end this run: give a time or a number");
	return GNG_OK;
}

static struct eal_loop *make_loop(struct gng_eal_run *run)
{
	struct eal_loop *loop = calloc(1, sizeof(*loop));

	if (!loop)
		return NULL;
	loop->run = run;
	loop->joined = calloc(EAL_BURST, MAX_LEN);
	if (loop->joined && run->flow)
		loop->flow = eal_flow_open(run);
	if (loop->joined && (loop->flow || !run->flow))
		return loop;
	free(loop->joined);
	free(loop);
	return NULL;
}

enum gng_status gng_eal_poll(struct gng_eal *eal, struct gng_eal_run *run, struct gng_why *why)
{
	enum gng_status status = check(run, why);
	struct eal_loop *loop;
	uint16_t num_ports;

	if (status != GNG_OK)
		return status;
	loop = make_loop(run);
	if (!loop)
		return gng_why_set(why, GNG_ENOMEM, 0, "eal.poll", "no memory for a loop");
	gng_eal_call(eal, poll_all, loop);
	num_ports = loop->num_ports;
	if (loop->flow)
		status = eal_flow_close(loop->flow, why);
	free(loop->joined);
	free(loop);
	if (status != GNG_OK)
		return status;
	return num_ports ? GNG_OK
			 : gng_why_set(why, GNG_ESYS, 0, "eal.poll",
				       "no port is open: name one with --vdev or -a");
}
