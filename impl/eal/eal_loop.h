/* SPDX-License-Identifier: Apache-2.0 */
/* eal_loop.h - what the poll loop and its last stage, the launch, share. */
#ifndef EAL_LOOP_H
#define EAL_LOOP_H

#include <rte_ethdev.h>
#include <rte_mbuf.h>

#include "gng_eal.h"

#define EAL_BURST 32

struct eal_loop {
	struct gng_eal_run *run;
	struct rte_mbuf *mbufs[EAL_BURST];
	struct gng_frame frames[EAL_BURST];
	const uint8_t *bytes[EAL_BURST]; /* of mbufs, in one piece */
	uint16_t num;
	uint16_t ports[RTE_MAX_ETHPORTS], num_ports;
	uint8_t *joined;       /* room for EAL_BURST frames that came in several pieces */
	struct eal_flow *flow; /* NULL without a launch */
};

struct eal_flow;

/* eal_flow_open is ready for run->flow, NULL without memory; close says what went wrong. */
struct eal_flow *eal_flow_open(struct gng_eal_run *run);
enum gng_status eal_flow_close(struct eal_flow *flow, struct gng_why *why);

/* eal_flow_begin and eal_flow_end stand around the loop: the end awaits what is under way. */
void eal_flow_begin(struct eal_flow *flow);
void eal_flow_end(struct eal_flow *flow);

/* eal_flow_due takes in what is done and returns how many frames may be received now. */
uint16_t eal_flow_due(struct eal_flow *flow);

/* eal_flow_received is called behind each call that received num frames from start to now. */
void eal_flow_received(struct eal_flow *flow, uint16_t num, uint64_t start, uint64_t now);

/* eal_flow_stage records what a stage took for each frame of a burst. */
void eal_flow_stage(struct eal_flow *flow, enum gng_eal_stage stage, uint16_t num, uint64_t cycles);

/* eal_flow_launch is the stage: what it drops it frees, and what it launches is freed when done. */
void eal_flow_launch(struct eal_loop *loop);

bool eal_flow_is_broken(const struct eal_flow *flow);

#endif /* EAL_LOOP_H */
