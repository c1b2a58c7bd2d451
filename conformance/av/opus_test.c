/* SPDX-License-Identifier: Apache-2.0 */
/* opus_test.c - sound through Opus: the tone is heard behind it, and periods of a run are counted
 * in frames of five. */
/* requires: opus x264 openh264 */
#include "../suite.h"

#include <string.h>

#include <av_draw.h>
#include <gng_av.h>

static bool load(struct av_loaded *loaded)
{
	struct gng_why why;

	if (av_load(loaded, "opus", &why) == GNG_OK)
		return true;
	gng_probe_skip(why.text,
		       "apt-get install libx264-dev libopenh264-dev libopus-dev, then make");
	return false;
}

/* fill makes 5 ms of the tone on both sides, or of silence. */
static void fill(int16_t samples[AV_OPUS_SAMPLES], bool silent)
{
	const struct av_mark mark = {.safe = silent};

	for (size_t i = 0; i < AV_OPUS_SAMPLES / AV_AUDIO_SAMPLES; i++)
		av_draw_sound(samples + i * AV_AUDIO_SAMPLES, &mark);
	for (size_t i = 0; i < AV_OPUS_SAMPLES; i += 2)
		samples[i + 1] = samples[i];
}

static void the_tone_is_heard_behind_the_coder(void **state)
{
	struct av_loaded loaded;
	int16_t samples[AV_OPUS_SAMPLES], back[AV_OPUS_SAMPLES];
	uint8_t bytes[1180];
	uint32_t lookahead = 0;
	size_t len;
	void *sound;

	(void)state;
	if (!load(&loaded))
		return;
	sound = loaded.module->sound_open(&lookahead);
	assert_non_null(sound);
	assert_int_equal(lookahead, 120); /* 2.5 ms: what its low-delay mode documents */
	for (int i = 0; i < 60; i++) {
		fill(samples, i >= 30);
		assert_int_equal(
			loaded.module->sound_encode(sound, samples, bytes, sizeof(bytes), &len), 0);
		assert_true(len > 0 && len < 200);
		assert_int_equal(loaded.module->sound_decode(sound, bytes, len, back), 0);
		if (i >= 4 && i < 30)
			assert_true(av_hears_tone(back, AV_OPUS_SAMPLES));
	}
	assert_true(loaded.module->sound_decode(sound, (const uint8_t *)"\xff", 1, back) != 0);
	loaded.module->sound_close(sound);
	av_unload(&loaded);
}

/* A tone of 2 kHz, noise and silence are not the one of 1 kHz. */
static void other_sounds_are_not_the_tone(void **state)
{
	int16_t samples[AV_OPUS_SAMPLES];
	uint32_t random = 1;

	(void)state;
	fill(samples, false);
	assert_true(av_hears_tone(samples, AV_OPUS_SAMPLES));
	for (size_t i = 0; i < AV_OPUS_SAMPLES / 4; i++) /* every other frame: an octave higher */
		samples[2 * i] = samples[4 * i];
	assert_false(av_hears_tone(samples, AV_OPUS_SAMPLES / 2));
	fill(samples, true);
	assert_false(av_hears_tone(samples, AV_OPUS_SAMPLES));
	for (size_t i = 0; i < AV_OPUS_SAMPLES; i++) {
		random = random * 1664525 + 1013904223;
		samples[i] = (int16_t)(random >> 16);
	}
	assert_false(av_hears_tone(samples, AV_OPUS_SAMPLES));
}

static void a_run_with_opus_counts_each_period(void **state)
{
	const struct gng_av_options options = {.seconds = 1,
					       .rung = 2,
					       .kbps = 2000,
					       .fifo = true,
					       .encoder = "x264",
					       .opus = true};
	struct gng_av_result result;
	struct gng_why why = {0};

	(void)state;
	if (gng_av_run(&result, &options, NULL, NULL, &why) != GNG_OK)
		suite_fail("%s", why.text);
	assert_int_equal(result.audio_budget_ns, GNG_AV_OPUS_BUDGET_NS);
	assert_int_equal(result.audio.num, 1000);
	assert_int_equal(result.rows[GNG_AV_AUDIO]->total, 1000);
	assert_true(result.audio.causes[GNG_AV_LOST] < 500);
	/* none is quicker than its look-ahead, and the first of five waits for the last */
	assert_true(gng_hist_min(result.rows[GNG_AV_AUDIO]) >= 2500000);
	assert_true(gng_hist_value_at_quantile(result.rows[GNG_AV_AUDIO], 0.9) >= 6500000);
	gng_av_result_fini(&result);
}

const struct suite_test suite_tests[] = {
	TEST(the_tone_is_heard_behind_the_coder, "T2.av.stages"),
	TEST(other_sounds_are_not_the_tone, "T2.av.stages"),
	TEST(a_run_with_opus_counts_each_period, "T2.av.stages"),
	{0},
};
