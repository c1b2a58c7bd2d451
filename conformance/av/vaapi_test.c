/* SPDX-License-Identifier: Apache-2.0 */
/*
 * vaapi_test.c - a hardware encoder that is not there: each way has its reason, by the real libva
 * and the real kernel. Where a machine has one, its pictures are decoded.
 */
/* requires: va openh264 */
#include "../command.h"

#include <glob.h>

#include <av_draw.h>
#include <av_vaapi.h>

static const struct av_encoder_config config = {1280, 720, 60, 4000, 1};

/* refused expects no encoder at a place, and words in the reason. */
static void refused(const struct av_vaapi_place *place, const char *words)
{
	char said[160] = "";
	void *encoder = av_vaapi_open(place, &config, said, sizeof(said));

	if (encoder || !strstr(said, words))
		suite_fail("%s instead of %s", said, words);
	gng_probe_assertion();
}

static void libraries_that_are_absent_are_named(void **state)
{
	struct av_vaapi_place place = av_vaapi_usual;

	(void)state;
	place.va = "libva.so.999";
	refused(&place, "libva.so.999 cannot be loaded: install libva2");
	place = av_vaapi_usual;
	place.drm = "libva-drm.so.999";
	refused(&place, "libva-drm.so.999 cannot be loaded");
	place = av_vaapi_usual;
	place.va = "libm.so.6"; /* it is loaded, and no libva */
	refused(&place, "has no vaInitialize");
}

/* The rest asks the real libva, if it can be loaded. */
static bool has_libva(void)
{
	struct av_vaapi_place place = av_vaapi_usual;
	char said[160] = "";

	place.nodes = "/nonexistent/*";
	(void)av_vaapi_open(&place, &config, said, sizeof(said));
	if (strstr(said, "no device"))
		return true;
	gng_probe_skip(said, "apt-get install libva2 libva-drm2");
	return false;
}

static void a_machine_without_a_device_is_told_so(void **state)
{
	struct av_vaapi_place place = av_vaapi_usual;

	(void)state;
	if (!has_libva())
		return;
	place.nodes = "/nonexistent/render*";
	refused(&place, "no device /nonexistent/render*");
}

/* A file is no device, and nor is /dev/null: what libva says of it is told with its path. */
static void what_is_no_graphics_processor_is_told_by_its_path(void **state)
{
	struct av_vaapi_place place = av_vaapi_usual;

	(void)state;
	if (!has_libva())
		return;
	command_text("file", "");
	place.nodes = command_path("file");
	refused(&place, "/file: ");
	place.nodes = "/dev/null";
	refused(&place, "/dev/null: ");
	place.nodes = "/dev/nul[l]"; /* tried again, nothing is left of the first time */
	refused(&place, "/dev/null: ");
}

static void the_command_says_why_and_ends_with_3(void **state)
{
	glob_t found;

	(void)state;
	if (glob(av_vaapi_usual.nodes, 0, NULL, &found) == 0) {
		globfree(&found);
		gng_probe_skip("this machine has a render node", "a machine without one");
		return;
	}
	assert_int_equal(command("gonogo-av run --seconds 1 --no-noise --encoder vaapi"), 3);
	command_says(command_err, "vaapi does not encode 1280x720");
	command_says(command_err, "kbit/s: "); /* and the reason */
	assert_int_equal(command("gonogo-av run --encoder vaap"), 2);
}

static void draw_number(struct av_picture *picture, struct av_canvas *canvas, uint32_t number)
{
	const struct av_mark mark = {.number = number, .time_us = number};

	av_draw(picture, canvas, &mark);
}

/* check_pictures: each of 60 is decoded at once, and its number read. */
static void check_pictures(void *encoder, struct av_picture *picture, struct av_canvas *canvas)
{
	struct av_loaded back;
	void *decoder;

	assert_int_equal(av_load(&back, "openh264", NULL), GNG_OK);
	decoder = back.module->decoder_open();
	assert_non_null(decoder);
	for (uint32_t i = 0; i < 60; i++) {
		struct av_encoded out;
		struct av_picture shown;
		struct av_mark seen = {0};

		draw_number(picture, canvas, i);
		assert_int_equal(av_vaapi.encode(encoder, picture, i, i == 30, &out), 0);
		assert_int_equal(back.module->decode(decoder, out.bytes, out.len, &shown), 0);
		assert_true(av_read_mark(&seen, &shown));
		assert_int_equal(seen.number, i);
	}
	back.module->decoder_close(decoder);
	av_unload(&back);
}

static void a_hardware_encoder_keeps_the_number(void **state)
{
	static uint8_t planes[1280 * 720 * 3 / 2];
	struct av_picture picture = {
		.planes = {planes, planes + 1280 * 720, planes + 1280 * 720 * 5 / 4},
		.strides = {1280, 640, 640},
		.width = 1280,
		.height = 720};
	char said[160] = "";
	void *encoder = av_vaapi.encoder_open(&config, said, sizeof(said));
	struct av_canvas canvas = {.width = 1280, .height = 720};

	(void)state;
	if (!encoder) {
		gng_probe_skip(said,
			       "a graphics processor that encodes H.264, and its VA-API driver");
		return;
	}
	canvas.texture = malloc(AV_CANVAS_LEN(1280, 720));
	assert_non_null(canvas.texture);
	av_canvas_paint(&canvas);
	check_pictures(encoder, &picture, &canvas);
	free(canvas.texture);
	av_vaapi.encoder_close(encoder);
}

const struct suite_test suite_tests[] = {
	TEST(libraries_that_are_absent_are_named, "T2.av.hardware"),
	TEST(a_machine_without_a_device_is_told_so, "T2.av.hardware"),
	TEST(what_is_no_graphics_processor_is_told_by_its_path, "T2.av.hardware"),
	TEST(the_command_says_why_and_ends_with_3, "T2.av.hardware T2.av.absent"),
	TEST(a_hardware_encoder_keeps_the_number, "T2.av.hardware"),
	{0},
};
