/* SPDX-License-Identifier: Apache-2.0 */
/* control_test.c - known work is all done and takes what was aimed at, and a run with a control
 * counts its ticks, sees a planted stroke, and counts no tick of the control as a frame. */
/* requires: x264 openh264 */
#include "../suite.h"

#include <pthread.h>
#include <sched.h>
#include <string.h>

#include <av_control.h>
#include <av_pace.h>
#include <gng_av.h>

#define MS UINT64_C(1000000)
#define BYTES 4096

/* work_of is what work answers by its definition, calculated in another way. */
static uint64_t work_of(const struct av_control *control)
{
	uint64_t state = control->rounds;

	for (uint32_t i = 0; i < control->rounds; i++)
		state = state * UINT64_C(0x5851f42d4c957f2d) + UINT64_C(0x14057b7ef767814f);
	for (uint64_t at = 0; at < control->walk_len; at += 8) {
		uint64_t word = 0;

		for (uint64_t i = 8; i-- > 0;)
			word = word << 8 | control->bytes[(at + i) % control->len];
		state += word;
	}
	return state;
}

static void known_work_is_all_done(void **state)
{
	static uint8_t bytes[BYTES];
	static const uint32_t rows[][2] = {
		{0, 0}, {1, 0}, {0, BYTES}, {1000, 3 * BYTES}, {77, 20 * BYTES + 32}, {0, 64}};

	(void)state;
	for (size_t i = 0; i < sizeof(bytes); i++)
		bytes[i] = (uint8_t)(i * 7 + 1);
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		const struct av_control control = {.bytes = bytes,
						   .len = sizeof(bytes),
						   .rounds = rows[i][0],
						   .walk_len = rows[i][1]};

		assert_true(av_control_work(&control) == work_of(&control));
	}
}

/* The least of ten tries: others have the CPU too, and it may be three times slower for a while.
 * Half of 4 ms is of each kind. */
static void known_work_takes_what_was_aimed_at(void **state)
{
	static uint8_t bytes[1280 * 720 * 3 / 2];
	struct av_control control, halves[2];
	uint64_t least[3] = {UINT64_MAX, UINT64_MAX, UINT64_MAX};

	(void)state;
	memset(bytes, 1, sizeof(bytes));
	av_control_init(&control, bytes, sizeof(bytes));
	assert_int_equal(control.aim_ns, 0);
	av_control_aim(&control, 4 * MS);
	halves[0] = halves[1] = control;
	halves[0].walk_len = 0;
	halves[1].rounds = 0;
	for (int i = 0; i < 30; i++) {
		const struct av_control *one = i % 3 == 2 ? &control : &halves[i % 3];
		const uint64_t begin = av_clock(CLOCK_THREAD_CPUTIME_ID);
		uint64_t took;

		(void)av_control_work(one);
		took = av_clock(CLOCK_THREAD_CPUTIME_ID) - begin;
		if (took < least[i % 3])
			least[i % 3] = took;
	}
	assert_in_range(least[0], MS / 2, 6 * MS);
	assert_in_range(least[1], MS / 2, 6 * MS);
	assert_in_range(least[2], MS, 12 * MS);
}

/* blow is a thread that takes the turn-th CPU away for 20 ms, once, from all threads of the run. */
struct blow {
	unsigned int turn;
	bool struck;
};

static void *strike(void *arg)
{
	struct blow *blow = arg;
	uint64_t end;

	blow->struck = av_enter_fifo(98, blow->turn);
	end = av_now() + 20 * MS;
	while (av_now() < end)
		;
	return NULL;
}

/* strike_once strikes the CPU of sound, then the receiver's, in a second of known work. */
static bool strike_once(void *arg, const struct gng_av_result *result, uint64_t elapsed_ns)
{
	struct blow *blows = arg;
	static bool done;
	pthread_t thread;

	(void)result;
	if (elapsed_ns < AV_SECOND * 5 / 4 || done)
		return true;
	done = true;
	for (int i = 0; i < 2; i++) {
		assert_int_equal(pthread_create(&thread, NULL, strike, &blows[i]), 0);
		pthread_join(thread, NULL);
	}
	return true;
}

/* A second of frames and one of known work. */
static void a_run_counts_its_control_and_sees_a_stroke(void **state)
{
	const struct gng_av_options options = {.seconds = 1,
					       .rung = 1,
					       .kbps = 3000,
					       .fifo = true,
					       .control = true,
					       .encoder = "x264",
					       .policy = GNG_QOS_HOLD};
	struct gng_av_result result;
	struct gng_why why = {0};
	struct blow blows[2] = {{.turn = 0}, {.turn = 2}};
	const enum gng_status status = gng_av_run(&result, &options, strike_once, blows, &why);

	(void)state;
	if (status == GNG_EUNSUPPORTED) {
		gng_probe_skip(
			why.text,
			"apt-get install libx264-dev libopenh264-dev libopus-dev, then make");
		return;
	}
	assert_int_equal(status, GNG_OK);
	assert_int_equal(result.video.num, 60);
	assert_int_equal(result.audio.num, 2000);
	assert_int_equal(result.rows[GNG_AV_VIDEO]->total, 60);
	assert_int_equal(result.rows[GNG_AV_CONTROL]->total, 60);
	assert_true(result.rows[GNG_AV_PULSE]->total >= 1000);
	assert_true(gng_hist_value_at_quantile(result.rows[GNG_AV_CONTROL], 0.5) > MS);
	if (blows[0].struck && blows[1].struck) {
		assert_true(gng_hist_max(result.rows[GNG_AV_CONTROL]) > 10 * MS);
		assert_true(result.near[GNG_AV_STROKE].events >= 1);
		assert_true(gng_hist_max(result.rows[GNG_AV_PULSE]) > 10 * MS);
	}
	gng_av_result_fini(&result);
}

const struct suite_test suite_tests[] = {
	TEST(known_work_is_all_done, "T2.av.deadline"),
	TEST(known_work_takes_what_was_aimed_at, "T2.av.deadline"),
	TEST(a_run_counts_its_control_and_sees_a_stroke, "T2.av.deadline"),
	{0},
};
