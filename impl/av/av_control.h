/* SPDX-License-Identifier: Apache-2.0 */
/*
 * av_control.h - work that is known, done in the place of frames: how much longer than usual it
 * takes is what the machine does to any work of that length. docs/adr/0036.
 */
#ifndef AV_CONTROL_H
#define AV_CONTROL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define AV_CONTROL_STEP 32

/* av_control is the work of one tick: rounds of arithmetic, then a walk of walk_len bytes through
 * bytes[0..len), again and again. Both lengths are multiples of AV_CONTROL_STEP. */
struct av_control {
	const uint8_t *bytes;
	size_t len;
	uint32_t rounds;
	uint64_t walk_len;
	uint64_t rounds_ns, pass_ns; /* what some rounds take, and a walk of len bytes */
	uint64_t aim_ns;	     /* what all takes when nothing interferes; 0: no work yet */
};

/* av_control_init times both kinds of work. */
void av_control_init(struct av_control *control, const uint8_t *bytes, size_t len);

/* av_control_aim chooses rounds and a walk that take half of aim_ns each. */
void av_control_aim(struct av_control *control, uint64_t aim_ns);

/* av_control_work does the work; its answer says only that none of it was left out. */
uint64_t av_control_work(const struct av_control *control);

#endif /* AV_CONTROL_H */
