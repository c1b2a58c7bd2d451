/* SPDX-License-Identifier: Apache-2.0 */
/*
 * clocks_fuzz.c - whatever two clocks say, the start of work is told to lie between the launch and
 * the answer; and what was true when the clocks were compared lies within the bounds.
 */
/* bundle: 116 */
#include "../suite.h"

#include <launch_ring.h>

#define NUM_WORDS 8
#define EPOCH (UINT64_C(1) << 52) /* of a TSC after 20 days */
#define SPAN ((UINT64_C(1) << 40) - 1)

static void check_order(const struct gng_launch *launch, const struct gng_launch_done *done)
{
	struct gng_launch_interval t3;

	gng_launch_t3(&t3, launch, done);
	fuzz_check(done->t1 <= t3.lo && t3.lo <= t3.likely && t3.likely <= t3.hi &&
			   t3.hi <= done->t4,
		   "the order of stamps", launch->own_clock ? "device" : "tsc");
}

/* check_truth: a device whose clock is off by rate and offset, compared twice within bounds. */
static void check_truth(struct gng_launch *launch, const uint64_t words[NUM_WORDS])
{
	const double rate = 2.5 * (1 + ((double)(words[0] % 400) - 200) * 1e-6);
	const uint64_t span = 1000000 + words[1] % 1000000000, at = words[2] % (span + 1);
	const uint64_t first = EPOCH, last = EPOCH + (uint64_t)((double)span * rate);
	const uint64_t truth = EPOCH + (uint64_t)((double)at * rate);
	struct gng_launch_interval t3;
	struct gng_launch_done done = {.t1 = truth - words[3] % 100000,
				       .t4 = truth + words[4] % 100000};

	launch->own_clock = true;
	launch->num_clocks = 2;
	launch->tick = 1;
	launch->clocks[0] = (struct launch_clock){words[7] & SPAN, first - words[5] % 5000,
						  first + words[6] % 5000};
	launch->clocks[1] = (struct launch_clock){(words[7] & SPAN) + span, last - words[6] % 4000,
						  last + words[5] % 4000};
	done.device_t3 = (words[7] & SPAN) + at;
	gng_launch_t3(&t3, launch, &done);
	fuzz_check(t3.sound, "soundness", "device");
	fuzz_check(t3.lo <= truth + 2 && truth <= t3.hi + 2, "the truth", "device");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct gng_launch launch;
	uint64_t words[NUM_WORDS] = {0};
	const uint8_t first = size ? data[0] : 0;
	struct gng_launch_done done;

	if (size > 1) /* what is missing is 0: else nearly every input is of a wrong length */
		memcpy(words, data + 1, size - 1 < sizeof(words) ? size - 1 : sizeof(words));
	launch.rate = (struct gng_clock_rate){.hz = 2.5e9, .milli_hz = UINT64_C(2500000000000)};
	launch.ticks_hz = 1e9;
	launch.own_clock = first & 1;
	launch.num_clocks = 1 + (first >> 1 & 1);
	launch.tick = first >> 2;
	for (int i = 0; i < 2; i++) {
		const uint64_t *from = &words[3 * i];

		launch.clocks[i].ticks = launch.own_clock ? from[0] : EPOCH + (from[0] & SPAN);
		launch.clocks[i].lo = EPOCH + (from[1] & SPAN);
		launch.clocks[i].hi = launch.clocks[i].lo + (from[2] & SPAN) - (SPAN >> 8);
	}
	done = (struct gng_launch_done){.t1 = EPOCH + (words[6] & SPAN), .device_t3 = words[7]};
	done.t4 = done.t1 + (words[7] & SPAN);
	check_order(&launch, &done);
	check_truth(&launch, words);
	return 0;
}
