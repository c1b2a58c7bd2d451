/* SPDX-License-Identifier: Apache-2.0 */
/* judge_test.c - what a miss is blamed on, and what a number of misses shows. */
#include "../suite.h"

#include <stdio.h>

#include <av_worst.h>
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

/* ---- beside a control ---- */

#define FRAMES 30000u
#define ROOM (8 * MS) /* of a pipeline that takes 4 ms of 12 */

static void judge_beside(uint64_t misses, uint64_t over, enum gng_av_verdict verdict)
{
	const struct gng_av_side side = {.num = FRAMES, .misses = misses};
	const struct gng_av_floor floor = {.num = FRAMES, .over = over, .room_ns = ROOM};

	assert_string_equal(gng_av_verdict_name(gng_av_judge_beside(&side, 0.9999, &floor)),
			    gng_av_verdict_name(verdict));
}

/* Of 30,000 four are more than 1e-4, three are as many. Of 14 in two equal samples ten on one side
 * may be chance (9 %). */
static void known_work_that_is_late_too_is_not_signable(void **state)
{
	(void)state;
	judge_beside(10, 4, GNG_AV_NOT_SIGNABLE);
	judge_beside(10, 3, GNG_AV_FAIL);
	judge_beside(10, 0, GNG_AV_FAIL);
	judge_beside(5, 4, GNG_AV_NOT_SIGNABLE);
	judge_beside(5, 3, GNG_AV_INSUFFICIENT);
	judge_beside(0, 7, GNG_AV_PASS);
}

/* What the pipeline misses above its control is its own: of 24 in two equal samples 16 on one side
 * may be chance (7.6 %), of 28 20 may not (1.8 %). */
static void a_pipeline_worse_than_known_work_fails(void **state)
{
	(void)state;
	judge_beside(16, 8, GNG_AV_NOT_SIGNABLE);
	judge_beside(20, 8, GNG_AV_FAIL);
	judge_beside(3000, 100, GNG_AV_FAIL);
	judge_beside(100, 3000, GNG_AV_NOT_SIGNABLE);
}

/* machine is a result of frames of frame_ms and ticks of known work of work_ms, of which so many
 * are late by 9 ms. */
static void machine(struct gng_av_result *result, uint64_t frame_ms, uint64_t work_ms,
		    uint64_t ticks, uint64_t late)
{
	static const enum gng_av_row rows[] = {GNG_AV_VIDEO, GNG_AV_AUDIO, GNG_AV_CONTROL,
					       GNG_AV_PULSE};

	*result = (struct gng_av_result){.audio_budget_ns = GNG_AV_AUDIO_BUDGET_NS};
	for (size_t i = 0; i < COUNT_OF(rows); i++)
		assert_int_equal(gng_hist_open(&result->rows[rows[i]], 1, 1000 * MS, 2), GNG_OK);
	gng_hist_record_n(result->rows[GNG_AV_VIDEO], frame_ms * MS, 1000);
	gng_hist_record_n(result->rows[GNG_AV_AUDIO], MS / 20, 1000);
	gng_hist_record_n(result->rows[GNG_AV_CONTROL], work_ms * MS, ticks - late);
	gng_hist_record_n(result->rows[GNG_AV_CONTROL], (work_ms + 9) * MS, late);
	gng_hist_record_n(result->rows[GNG_AV_PULSE], MS / 50, ticks - late);
	gng_hist_record_n(result->rows[GNG_AV_PULSE], 9 * MS, late);
}

static void expect_floor(uint64_t frame_ms, uint64_t work_ms, uint64_t ticks, uint64_t late,
			 const char *unfit)
{
	struct gng_av_result result;
	struct gng_av_floor floor;

	machine(&result, frame_ms, work_ms, ticks, late);
	gng_av_floor_of(&floor, &result, GNG_AV_VIDEO, 0.99);
	assert_string_equal(floor.unfit ? floor.unfit : "", unfit);
	gng_av_result_fini(&result);
}

/* 20 of 1,000 are late by 9 ms: at 0.99 that is the floor, at 0.9 there is none. */
static void the_floor_is_what_known_work_takes_beyond_its_median(void **state)
{
	struct gng_av_result result;
	struct gng_av_floor floor;

	(void)state;
	machine(&result, 4, 3, 1000, 20);
	gng_av_floor_of(&floor, &result, GNG_AV_VIDEO, 0.99);
	assert_null(floor.unfit);
	assert_int_equal(floor.num, 1000);
	assert_int_equal(floor.over, 20);
	assert_in_range(floor.floor_ns, 9 * MS * 98 / 100, 9 * MS * 102 / 100);
	assert_in_range(floor.room_ns, 8 * MS * 98 / 100, 8 * MS * 102 / 100);
	gng_av_floor_of(&floor, &result, GNG_AV_VIDEO, 0.9);
	assert_int_equal(floor.floor_ns, 0);
	gng_av_floor_of(&floor, &result, GNG_AV_AUDIO, 0.99);
	assert_null(floor.unfit);
	assert_int_equal(floor.over, 20);
	gng_av_result_fini(&result);
}

/* Without known work the wakes are the control of video too. */
static void without_known_work_wakes_are_the_control(void **state)
{
	struct gng_av_result result;
	struct gng_av_floor floor;

	(void)state;
	machine(&result, 4, 3, 1000, 20);
	gng_av_floor_of(&floor, &result, GNG_AV_VIDEO, 0.99);
	assert_false(floor.wakes);
	gng_hist_reset(result.rows[GNG_AV_CONTROL]);
	gng_av_floor_of(&floor, &result, GNG_AV_VIDEO, 0.99);
	assert_true(floor.wakes);
	assert_null(floor.unfit);
	assert_int_equal(floor.num, 1000);
	assert_int_equal(floor.over, 20);
	gng_av_result_fini(&result);
}

/* A control that is larger than what it controls, or shorter than the run, proves nothing; and a
 * pipeline that is slow by itself has no claim to one. */
static void a_control_that_proves_nothing_is_unfit(void **state)
{
	(void)state;
	expect_floor(4, 3, 1000, 20, "");
	expect_floor(4, 5, 1000, 20, "the known work is longer than that of a frame");
	expect_floor(4, 3, 499, 20, "the control is less than half as long as the run");
	expect_floor(4, 3, 500, 20, "");
	expect_floor(7, 3, 1000, 20, "the pipeline alone needs more than half of its budget");
	expect_floor(4, 3, 0, 0, "there was no control");
}

/* ---- the longest frames ---- */

static void delay_at(struct av_worst *list, enum av_delay_kind kind, uint64_t at_ms,
		     uint64_t long_ms, const char *who)
{
	struct av_delay delay = {.begin_ns = at_ms * MS, .long_ns = long_ms * MS};

	snprintf(delay.who, sizeof(delay.who), "%s", who);
	av_worst_delay(list, kind, &delay);
}

/* Seventeen frames come in any order. A delay is told to those that it overlaps, whichever of both
 * is told first, and of a kind the longest stays. */
static void the_longest_frames_know_what_delayed_them(void **state)
{
	struct gng_av_result result = {0};
	struct av_worst list = {.result = &result};

	(void)state;
	delay_at(&list, AV_STROKE, 1005, 3, "");
	delay_at(&list, AV_WAIT, 998, 3, "before");
	for (uint32_t i = 0; i < GNG_AV_NUM_WORST + 1; i++) {
		const uint32_t number = i * 5 % (GNG_AV_NUM_WORST + 1);
		const struct gng_av_frame frame = {.number = number, .tick_ns = number * 100 * MS};

		av_worst_frame(&list, &frame, (number + 1) * MS, GNG_AV_KEPT);
	}
	delay_at(&list, AV_STROKE, 1603, 2, "");
	delay_at(&list, AV_STROKE, 1604, 5, "");
	delay_at(&list, AV_STROKE, 1617, 9, ""); /* its 17 ms are over */
	delay_at(&list, AV_WAIT, 1008, 7, "behind");
	delay_at(&list, AV_WAIT, 1009, 6, "shorter");
	assert_int_equal(result.num_worst, GNG_AV_NUM_WORST);
	for (uint32_t i = 0; i < GNG_AV_NUM_WORST; i++) {
		const uint32_t number = GNG_AV_NUM_WORST - i;
		const bool struck = number == 16, both = number == 10;

		assert_int_equal(result.worst[i].frame.number, number);
		assert_int_equal(result.worst[i].stroke_ns, struck ? 5 * MS : both ? 3 * MS : 0);
		assert_int_equal(result.worst[i].waited_ns, both ? 7 * MS : 0);
		assert_string_equal(result.worst[i].culprit, both ? "behind" : "");
	}
}

const struct suite_test suite_tests[] = {
	TEST(a_miss_is_blamed_on_its_longest_part, "T2.av.deadline"),
	TEST(encoding_is_told_from_standing_still, "T2.av.deadline"),
	TEST(what_never_came_has_its_own_causes, "T2.av.deadline"),
	TEST(frames_without_a_miss_show_a_quantile, "T2.av.stages"),
	TEST(noise_above_the_budget_is_not_signable, "T2.av.stages"),
	TEST(known_work_that_is_late_too_is_not_signable, "T2.av.deadline"),
	TEST(a_pipeline_worse_than_known_work_fails, "T2.av.deadline"),
	TEST(the_floor_is_what_known_work_takes_beyond_its_median, "T2.av.deadline"),
	TEST(without_known_work_wakes_are_the_control, "T2.av.deadline"),
	TEST(a_control_that_proves_nothing_is_unfit, "T2.av.deadline"),
	TEST(the_longest_frames_know_what_delayed_them, "T2.av.deadline"),
	{0},
};
