/* SPDX-License-Identifier: Apache-2.0 */
/* av_soak_near.h - what happened to the machine during a soak, and its lines with most misses. */
#ifndef AV_SOAK_NEAR_H
#define AV_SOAK_NEAR_H

#include <jansson.h>

#include "av_soak.h"

/* av_soak_count reads a whole number of 0 or more; 0 and false for anything else. */
bool av_soak_count(uint64_t *count, const json_t *object, const char *key);

/*
 * av_soak_take_near reads what a line says of events, adds to sum what is new since last, and moves
 * last on. num and misses are the line's counts of frames and of periods. False for what no
 * pipeline counts: a count that is missing or shrinks, more ticks than the line has, more misses
 * than ticks.
 */
bool av_soak_take_near(struct gng_av_near sum[GNG_AV_NUM_NEAR],
		       struct gng_av_near last[GNG_AV_NUM_NEAR], json_t *object,
		       const uint64_t num[2], const uint64_t misses[2]);

/* av_soak_note_bad keeps a line that grew soak from before, if it has misses and is among the
 * worst. */
void av_soak_note_bad(struct av_soak *soak, const struct av_soak *before, uint64_t at_ns);

/* av_soak_add_near pools events and worst lines. */
void av_soak_add_near(struct av_soak *into, const struct av_soak *from);

/* av_soak_print_near and av_soak_worst_json tell both, for people and for programs. */
void av_soak_print_near(FILE *out, const struct av_soak *soak);
json_t *av_soak_worst_json(const struct av_soak *soak);

#endif /* AV_SOAK_NEAR_H */
