/* SPDX-License-Identifier: Apache-2.0 */
/* draw_test.c - a picture says its number through each encoder and the decoder, and sound through
 * samples. */
/* requires: x264 openh264 */
#include "../suite.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <av_draw.h>

#define WIDTH 1280
#define HEIGHT 720

static struct av_picture picture;
static struct av_canvas canvas = {.width = WIDTH, .height = HEIGHT};

static void make(void)
{
	uint8_t *planes = calloc(1, (size_t)WIDTH * HEIGHT * 3 / 2);

	canvas.texture = malloc(AV_CANVAS_LEN(WIDTH, HEIGHT));
	assert_non_null(planes);
	assert_non_null(canvas.texture);
	av_canvas_paint(&canvas);
	picture = (struct av_picture){
		.planes = {planes, planes + WIDTH * HEIGHT, planes + WIDTH * HEIGHT * 5 / 4},
		.strides = {WIDTH, WIDTH / 2, WIDTH / 2},
		.width = WIDTH,
		.height = HEIGHT};
}

static void unmake(void)
{
	free(picture.planes[0]);
	free(canvas.texture);
}

/* load returns false, and says why the test is skipped, without the module. */
static bool load(struct av_loaded *loaded, const char *name)
{
	struct gng_why why;

	if (av_load(loaded, name, &why) == GNG_OK)
		return true;
	gng_probe_skip(why.text,
		       "apt-get install libx264-dev libopenh264-dev libopus-dev, then make");
	return false;
}

/* check_units wants the units that the encoder tells to be all bytes, and no start code within. */
static void check_units(const struct av_encoded *out)
{
	static const uint8_t start[] = {0, 0, 1};
	const uint8_t *at = out->bytes;

	assert_true(out->num_units >= 4);
	for (size_t i = 0; i < out->num_units; at += out->unit_lens[i++]) {
		const uint8_t *code = memmem(at, out->unit_lens[i], start, 3);

		assert_true(code == at || code == at + 1);
		assert_null(
			memmem(code + 3, out->unit_lens[i] - (size_t)(code + 3 - at), start, 3));
	}
	assert_ptr_equal(at, out->bytes + out->len);
}

/* Each of 60 pictures, at a bit rate that hurts, is read back as itself; none is held back. */
static void check_encoder(const char *name, const struct av_module *codec,
			  const struct av_module *back)
{
	const struct av_encoder_config config = {WIDTH, HEIGHT, 60, 1000, 1};
	char said[80];
	void *encoder = codec->encoder_open(&config, said, sizeof(said)),
	     *decoder = back->decoder_open();

	assert_string_equal(codec->name, name);
	assert_non_null(encoder);
	assert_non_null(decoder);
	for (uint32_t i = 0; i < 60; i++) {
		const struct av_mark mark = {0x7fffffe0 + i, (uint64_t)i << 40 | 12345, i == 7};
		struct av_mark seen = {0};
		struct av_picture shown;
		struct av_encoded out;

		av_draw(&picture, &canvas, &mark);
		assert_int_equal(codec->encode(encoder, &picture, i, i == 30, &out), 0);
		check_units(&out);
		assert_int_equal(back->decode(decoder, out.bytes, out.len, &shown), 0);
		assert_true(av_read_mark(&seen, &shown));
		assert_int_equal(seen.number, mark.number);
		assert_int_equal(seen.time_us, mark.time_us & 0xffffffffffff);
		assert_int_equal(seen.safe, mark.safe);
	}
	codec->encoder_close(encoder);
	back->decoder_close(decoder);
}

static void each_encoder_keeps_the_number(void **state)
{
	static const char *const names[] = {"x264", "openh264"};
	struct av_loaded codec = {0}, back = {0};

	(void)state;
	if (!load(&back, "openh264"))
		return;
	make();
	for (size_t i = 0; i < COUNT_OF(names) && load(&codec, names[i]); i++) {
		check_encoder(names[i], codec.module, back.module);
		av_unload(&codec);
	}
	unmake();
	av_unload(&back);
}

/* cpu_of is the CPU time of 30 pictures of that size. */
static double cpu_of(const struct av_module *codec, int width, int height)
{
	const struct av_encoder_config config = {width, height, 60, 4000, 1};
	struct av_canvas large = {
		.texture = malloc(AV_CANVAS_LEN(width, height)), .width = width, .height = height};
	const size_t luma = (size_t)width * (size_t)height;
	uint8_t *planes = malloc(luma * 3 / 2);
	struct av_picture one = {.planes = {planes, planes + luma, planes + luma + luma / 4},
				 .strides = {width, width / 2, width / 2},
				 .width = width,
				 .height = height};
	char said[80];
	void *encoder = codec->encoder_open(&config, said, sizeof(said));
	struct timespec begun, ended;

	assert_true(encoder && planes && large.texture);
	av_canvas_paint(&large);
	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &begun);
	for (uint32_t i = 0; i < 30; i++) {
		const struct av_mark mark = {.number = i};
		struct av_encoded out;

		av_draw(&one, &large, &mark);
		assert_int_equal(codec->encode(encoder, &one, i, false, &out), 0);
	}
	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &ended);
	codec->encoder_close(encoder);
	free(planes);
	free(large.texture);
	return (double)(ended.tv_sec - begun.tv_sec) * 1e9 +
	       (double)(ended.tv_nsec - begun.tv_nsec);
}

static void a_picture_of_720p_costs_less_than_one_of_1080p(void **state)
{
	struct av_loaded codec = {0};
	double small = 0, large = 0;
	char note[80];

	(void)state;
	if (!load(&codec, "x264"))
		return;
	for (int turn = 0; turn < 3; turn++) {
		small += cpu_of(codec.module, 1280, 720);
		large += cpu_of(codec.module, 1920, 1080);
	}
	av_unload(&codec);
	snprintf(note, sizeof(note), "%.2f ms at 720p, %.2f ms at 1080p", small / 90e6,
		 large / 90e6);
	gng_probe_note("CPU time of a picture", note);
	assert_true(small < 0.8 * large);
}

static void a_picture_without_mark_has_no_number(void **state)
{
	const struct av_mark mark = {.number = 99};
	struct av_picture none = {0};
	struct av_mark seen;

	(void)state;
	make();
	assert_false(av_read_mark(&seen, &picture));
	assert_false(av_read_mark(&seen, &none));
	av_draw(&picture, &canvas, &mark);
	assert_true(av_read_mark(&seen, &picture));
	for (int y = 0; y < 16; y++) /* the first bit of the number turns */
		memset(picture.planes[0] + y * WIDTH, 235, 16);
	assert_false(av_read_mark(&seen, &picture));
	unmake();
}

static void sound_keeps_its_number(void **state)
{
	int16_t samples[AV_AUDIO_SAMPLES];
	uint32_t number = 0;

	(void)state;
	for (uint32_t i = 0; i < 1000; i++) {
		const struct av_mark mark = {.number = i * 4294967, .safe = i % 2};

		av_draw_sound(samples, &mark);
		assert_true(av_read_sound(&number, samples));
		assert_int_equal(number, mark.number);
		assert_int_equal(samples[24], mark.safe ? 0 : 8000); /* a quarter of the tone */
		samples[2 * (i % 48) + 1] = (int16_t)-samples[2 * (i % 48) + 1];
		assert_false(av_read_sound(&number, samples));
	}
}

static void a_module_that_is_not_there_is_named(void **state)
{
	struct av_loaded loaded;
	struct gng_why why = {0};

	(void)state;
	assert_int_equal(av_load(&loaded, "nosuch", &why), GNG_EUNSUPPORTED);
	assert_non_null(strstr(why.text, "libnosuch-dev"));
	av_unload(&loaded);
}

const struct suite_test suite_tests[] = {
	TEST(each_encoder_keeps_the_number, "T2.av.stages"),
	TEST(a_picture_of_720p_costs_less_than_one_of_1080p, "T2.av.stages"),
	TEST(a_picture_without_mark_has_no_number, "T2.av.stages"),
	TEST(sound_keeps_its_number, "T2.av.stages"),
	TEST(a_module_that_is_not_there_is_named, "T2.av.absent"),
	{0},
};
