/* SPDX-License-Identifier: Apache-2.0 */
/*
 * av_relay.h - a bad network as a function: what becomes of each packet follows from a seed, so a
 * run can be repeated. Loss is by the chain of Gilbert and Elliott: a good and a bad state.
 */
#ifndef AV_RELAY_H
#define AV_RELAY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <gng_base.h>

/* av_weather is what the network does; chances are of a million packets. */
struct av_weather {
	uint64_t seed;
	uint32_t enter_ppm, leave_ppm;	      /* of the bad state */
	uint32_t good_loss_ppm, bad_loss_ppm; /* in each state */
	uint32_t duplicate_ppm, truncate_ppm, reorder_ppm;
	uint32_t delay_us, jitter_us; /* each packet: delay, and up to jitter more, in order */
	uint32_t reorder_us;	      /* how much later than that one out of order comes */
	bool down;		      /* the link is: everything is lost */
};

/* av_relay_counts: out = in - lost + duplicated; truncated and reordered ones are among them. */
struct av_relay_counts {
	uint64_t in, out, lost, duplicated, truncated, reordered;
};

struct av_relay {
	struct av_weather weather;
	struct av_relay_counts counts;
	uint64_t random, last_due_ns;
	bool bad;
};

/* av_relay_copy is what leaves: the first len bytes, at due_ns. */
struct av_relay_copy {
	uint64_t due_ns;
	size_t len;
};

void av_relay_init(struct av_relay *relay, const struct av_weather *weather);

/* av_relay_take decides about a packet of len bytes that came at now_ns, and returns how many
 * copies leave: 0, 1 or 2. It draws the same number of random numbers for each. */
size_t av_relay_take(struct av_relay *relay, struct av_relay_copy copies[2], size_t len,
		     uint64_t now_ns);

/*
 * av_weather_read reads "loss=20000,burst=4,delay=500": loss in ppm with bursts of burst packets on
 * average, duplicate, truncate and reorder in ppm, delay, jitter and late in microseconds, seed.
 * GNG_EFORMAT names the word.
 */
GNG_MUST enum gng_status av_weather_read(struct av_weather *weather, const char *text,
					 struct gng_why *why);

#endif /* AV_RELAY_H */
