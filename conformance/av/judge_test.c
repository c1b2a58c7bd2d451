/* SPDX-License-Identifier: Apache-2.0 */
/* judge_test.c - what a miss is blamed on, and what a number of misses shows. */
#include "../suite.h"

#include <gng_av.h>

#define MS UINT64_C(1000000)
#define BUDGET (12 * MS)

/* good is a frame that took 4 ms. */
static const struct gng_av_frame good = {.number = 9,
					 .tick_ns = 1000 * MS,
					 .wake_ns = 1000 * MS + 30000,
					 .encoded_ns = 1003 * MS,
					 .packed_ns = 1003 * MS + 2000,
					 .sealed_ns = 1003 * MS + 9000,
					 .sent_ns = 1003 * MS + 60000,
					 .arrived_ns = 1003 * MS + 62000,
					 .complete_ns = 1003 * MS + 80000,
					 .presented_ns = 1004 * MS,
					 .encode_cpu_ns = 2900000};

/* late delays good by 20 ms from one of its stamps on. */
static struct gng_av_frame late(const uint64_t *from)
{
	struct gng_av_frame frame = good;
	const uint64_t *const stamps = &good.wake_ns;
	uint64_t *const own = &frame.wake_ns;

	for (size_t i = (size_t)(from - stamps); &stamps[i] <= &good.presented_ns; i++)
		own[i] += 20 * MS;
	return frame;
}

static void expect(const struct gng_av_frame *frame, enum gng_av_cause cause)
{
	assert_string_equal(gng_av_cause_name(gng_av_blame(frame, BUDGET)),
			    gng_av_cause_name(cause));
}

static void a_miss_is_blamed_on_its_longest_part(void **state)
{
	struct gng_av_frame frame = good;

	(void)state;
	expect(&good, GNG_AV_KEPT);
	frame.presented_ns = frame.tick_ns + BUDGET;
	expect(&frame, GNG_AV_KEPT);
	frame.presented_ns++;
	expect(&frame, GNG_AV_DECODER);
	frame = late(&good.wake_ns);
	expect(&frame, GNG_AV_WOKEN);
	frame = late(&good.sealed_ns);
	expect(&frame, GNG_AV_SENDER);
	frame = late(&good.arrived_ns);
	expect(&frame, GNG_AV_NETWORK);
	frame = late(&good.complete_ns);
	expect(&frame, GNG_AV_RECEIVER);
	frame = late(&good.presented_ns);
	expect(&frame, GNG_AV_DECODER);
	frame.back_switches = 1;
	expect(&frame, GNG_AV_PREEMPTED);
}

/* 23 ms in the encoder's stage: by its own work, by another thread, by nobody in this system. */
static void encoding_is_told_from_standing_still(void **state)
{
	struct gng_av_frame frame = late(&good.encoded_ns);

	(void)state;
	expect(&frame, GNG_AV_STOPPED);
	frame.out_switches = 3;
	expect(&frame, GNG_AV_PREEMPTED);
	frame.encode_cpu_ns = 22 * MS;
	expect(&frame, GNG_AV_ENCODER);
}

static void what_never_came_has_its_own_causes(void **state)
{
	struct gng_av_frame frame = good;

	(void)state;
	frame.presented_ns = 0;
	expect(&frame, GNG_AV_LOST);
	frame.failed = true;
	expect(&frame, GNG_AV_FAILED);
	frame.skipped = true;
	expect(&frame, GNG_AV_SKIPPED);
	frame = good;
	frame.wrong = true;
	expect(&frame, GNG_AV_FAILED);
	frame = good;
	frame.damaged = true;
	expect(&frame, GNG_AV_LOST);
}

static void judge(uint64_t num, uint64_t misses, double q, uint64_t floor_ms,
		  enum gng_av_verdict verdict)
{
	const struct gng_av_side side = {.num = num, .misses = misses};

	assert_string_equal(gng_av_verdict_name(gng_av_judge(&side, q, BUDGET, floor_ms * MS)),
			    gng_av_verdict_name(verdict));
}

/* 1 - 0.05^(1/n) <= 1 - q: 299 frames for 0.99, 29,956 for 0.9999. By the lower bound 7 of 300
 * (1.1 %) are too many for 0.99, 6 (0.87 %) may be chance. */
static void frames_without_a_miss_show_a_quantile(void **state)
{
	(void)state;
	judge(299, 0, 0.99, 0, GNG_AV_PASS);
	judge(298, 0, 0.99, 0, GNG_AV_INSUFFICIENT);
	judge(29956, 0, 0.9999, 0, GNG_AV_PASS);
	judge(29955, 0, 0.9999, 0, GNG_AV_INSUFFICIENT);
	judge(300, 6, 0.99, 0, GNG_AV_INSUFFICIENT);
	judge(300, 7, 0.99, 0, GNG_AV_FAIL);
	judge(0, 0, 0.99, 0, GNG_AV_INSUFFICIENT);
}

/* Noise above the budget takes away a failure, and never a proof. */
static void noise_above_the_budget_is_not_signable(void **state)
{
	(void)state;
	judge(300, 7, 0.99, 13, GNG_AV_NOT_SIGNABLE);
	judge(298, 0, 0.99, 13, GNG_AV_NOT_SIGNABLE);
	judge(299, 0, 0.99, 13, GNG_AV_PASS);
	judge(300, 7, 0.99, 12, GNG_AV_FAIL);
}

const struct suite_test suite_tests[] = {
	TEST(a_miss_is_blamed_on_its_longest_part, "T2.av.deadline"),
	TEST(encoding_is_told_from_standing_still, "T2.av.deadline"),
	TEST(what_never_came_has_its_own_causes, "T2.av.deadline"),
	TEST(frames_without_a_miss_show_a_quantile, "T2.av.stages"),
	TEST(noise_above_the_budget_is_not_signable, "T2.av.stages"),
	{0},
};
