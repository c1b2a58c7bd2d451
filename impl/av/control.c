/* SPDX-License-Identifier: Apache-2.0 */
/* control.c - work that is known: arithmetic without memory, and walks through memory. */
#include "av_control.h"

#include "av_pace.h"

#include <string.h>

#define TRIES 8
#define PROBE_ROUNDS 20000u

/* count adds what depends on itself, so no CPU does two rounds at once. */
static uint64_t count(uint32_t rounds)
{
	uint64_t state = rounds;

	for (uint32_t i = 0; i < rounds; i++) {
		state = state * UINT64_C(6364136223846793005) + 1442695040888963407;
		__asm__ volatile("" : "+r"(state));
	}
	return state;
}

static uint64_t walk(const uint8_t *bytes, size_t len)
{
	uint64_t sums[AV_CONTROL_STEP / 8] = {0};

	for (size_t at = 0; at < len; at += AV_CONTROL_STEP) {
		uint64_t words[AV_CONTROL_STEP / 8];

		memcpy(words, bytes + at, sizeof(words));
		for (int i = 0; i < 4; i++)
			sums[i] += words[i];
		__asm__ volatile("" : : : "memory"); /* so that no pass is taken for the last */
	}
	return sums[0] + sums[1] + sums[2] + sums[3];
}

uint64_t av_control_work(const struct av_control *control)
{
	uint64_t sum = count(control->rounds);

	for (uint64_t left = control->walk_len, len; left > 0; left -= len) {
		len = left < control->len ? left : control->len;
		sum += walk(control->bytes, len);
	}
	return sum;
}

/* least_ns is the shortest of some tries: what it takes when nothing interferes. */
static uint64_t least_ns(const struct av_control *control)
{
	uint64_t least = UINT64_MAX;

	for (int i = 0; i < TRIES; i++) {
		const uint64_t begin = av_now();
		uint64_t took;

		(void)av_control_work(control);
		took = av_now() - begin;
		if (took < least)
			least = took;
	}
	return least ? least : 1;
}

void av_control_init(struct av_control *control, const uint8_t *bytes, size_t len)
{
	const struct av_control counts = {.rounds = PROBE_ROUNDS};
	const struct av_control walks = {.bytes = bytes, .len = len, .walk_len = len};

	*control = (struct av_control){.bytes = bytes, .len = len};
	control->rounds_ns = least_ns(&counts);
	control->pass_ns = least_ns(&walks);
}

void av_control_aim(struct av_control *control, uint64_t aim_ns)
{
	control->aim_ns = aim_ns;
	control->rounds = (uint32_t)(aim_ns / 2 * PROBE_ROUNDS / control->rounds_ns);
	control->walk_len = aim_ns / 2 * (control->len / AV_CONTROL_STEP) / control->pass_ns;
	control->walk_len *= AV_CONTROL_STEP;
}
