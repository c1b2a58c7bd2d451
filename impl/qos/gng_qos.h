/* SPDX-License-Identifier: Apache-2.0 */
/*
 * gng_qos.h - what a sender of live video does about missed deadlines and lost packets: which
 * rung of a ladder it encodes, and what share of its bit rate is parity.
 *
 * Pure functions over the caller's storage: no clock, no thread, no memory. Time is what the
 * caller says it is. Two rules can be followed. GNG_QOS_BUDGET is ours: it compares with the
 * absolute budget, over a sliding window, climbs again, and backs off from climbs that failed.
 * GNG_QOS_ARTICLE is the article's: each 200 ms the P99, which of 12 frames is the largest, is
 * compared with the one before; three rises of more than 15 % lower the picture, once and for ever.
 *
 * Load moves the rung and never the parity; loss moves the parity and never the rung. Parity is
 * taken out of the same bit rate, so an answer to loss cannot become a cause of loss.
 */
#ifndef GNG_QOS_H
#define GNG_QOS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <gng_base.h>

#ifdef __cplusplus
extern "C" {
#endif

/* GNG_QOS_HOLD stays on the first rung, so that each frame of a gauge is of one kind. */
enum gng_qos_policy { GNG_QOS_BUDGET, GNG_QOS_ARTICLE, GNG_QOS_HOLD };

/* gng_qos_rung is one size and rate of the picture. */
struct gng_qos_rung {
	uint16_t width, height, fps;
};

#define GNG_QOS_NUM_RUNGS 3

/* gng_qos_rung_at returns 1920x1080 at 60, 1280x720 at 60 and 1280x720 at 30; NULL behind. */
const struct gng_qos_rung *gng_qos_rung_at(unsigned int rung);

#define GNG_QOS_SLOT_NS UINT64_C(1000000000)		  /* between two checks */
#define GNG_QOS_NUM_SLOTS 5				  /* of the sliding window */
#define GNG_QOS_HOLD_NS UINT64_C(40000000000)		  /* calm before the first climb */
#define GNG_QOS_MAX_HOLD_NS UINT64_C(4611686018427387904) /* which the hold never passes */
#define GNG_QOS_REACTION_NS (5 * GNG_QOS_SLOT_NS)	  /* an overload is answered within it */
#define GNG_QOS_MIN_FRAMES 10				  /* of a slot that can say anything */
#define GNG_QOS_ARTICLE_NS UINT64_C(200000000)

/* gng_qos_config: budget_ns is what a frame may take from its tick on. No climb passes top_rung: 0
 * is 1080p, 1 is for a machine that cannot encode that. */
struct gng_qos_config {
	enum gng_qos_policy policy;
	uint8_t first_rung, top_rung;
	uint32_t kbps; /* video and parity together */
	uint64_t budget_ns;
};

/* gng_qos_decision is what the sender is to do. */
struct gng_qos_decision {
	uint8_t rung;
	uint8_t group; /* sources of one repair packet; 0 for no parity */
	uint32_t video_kbps, parity_kbps;
	bool restart;	    /* the picture changed: begin with parameter sets and an IDR picture */
	const char *reason; /* static, a few words; "" where nothing changed */
};

/* gng_qos_slot counts the frames between two checks. */
struct gng_qos_slot {
	uint32_t frames, missed, high, low; /* high: above 80 % of the budget; low: above 50 % */
	uint32_t waits;			    /* that took a quarter of the budget or more */
};

/* gng_qos is one controller. Read decision; the rest belongs to this subsystem. */
struct gng_qos {
	struct gng_qos_config config;
	struct gng_qos_decision decision;
	uint64_t next_ns;     /* of the next check */
	uint64_t switched_ns; /* when the rung changed last */
	uint64_t calm_ns;     /* since when it has been calm */
	uint64_t hold_ns;     /* calm that a climb needs now */
	bool climbed;	      /* the last change was a climb, and it has not proved itself yet */
	uint8_t overloads;    /* consecutive checks; the article: consecutive rises */
	uint8_t num_slots, current;
	struct gng_qos_slot slots[GNG_QOS_NUM_SLOTS];
	uint64_t p99_ns, last_p99_ns; /* of the article's rule */
	uint32_t expected, lost;      /* packets since the last check */
	uint8_t clean_checks;	      /* consecutive ones without a need for so much parity */
};

/* gng_qos_init begins at now_ns. GNG_EINVAL for a rung that does not exist, a first_rung
 * above top_rung, a bit rate of 0 or a budget of 0. */
GNG_MUST enum gng_status gng_qos_init(struct gng_qos *qos, const struct gng_qos_config *config,
				      uint64_t now_ns, struct gng_why *why);

/* gng_qos_frame counts one frame that was due: its latency from its scheduled tick, or
 * UINT64_MAX if it never came. Each due frame is told once. */
void gng_qos_frame(struct gng_qos *qos, uint64_t latency_ns);

/* gng_qos_wait counts a wait of the sender or the receiver for a CPU, as the scheduler tells it or,
 * where that is not asked, a late wake. It moves nothing: where at least half as many waits as
 * missed frames were long, the reason of an overload is that others had the CPU, and who sees it
 * knows that a smaller picture may not help. */
void gng_qos_wait(struct gng_qos *qos, uint64_t wait_ns);

/* gng_qos_packets counts what the receiver reports: of expected packets, lost did not come. */
void gng_qos_packets(struct gng_qos *qos, uint32_t expected, uint32_t lost);

/* gng_qos_tick makes the check that is due at now_ns, if one is, and returns whether
 * qos->decision changed. Call it at least ten times a second; after a longer silence the missing
 * checks are not made up for. */
bool gng_qos_tick(struct gng_qos *qos, uint64_t now_ns);

#ifdef __cplusplus
}
#endif

#endif /* GNG_QOS_H */
