/* SPDX-License-Identifier: Apache-2.0 */
/*
 * capture_test.c - sound and pictures of devices at the pace of our ticks. Here a file is the card
 * of libasound; capture_devices.c has real drivers.
 */
/* requires: alsa x264 openh264 */
#include "../command.h"

#include <linux/videodev2.h>

#include "capture_devices.h"

/* ---- the synchroniser, on a virtual clock ---- */

struct followed {
	uint64_t taken, dropped, empty, most_waiting;
};

/* follow gives bursts of periods of a clock that is ppm too fast, for so many ticks. */
static struct followed follow(int64_t ppm, uint32_t burst, uint32_t num_ticks)
{
	struct followed followed = {0};
	struct av_sync sync = {0};
	uint64_t used = 0;

	for (uint64_t tick = 0; tick < num_ticks; tick++) {
		const uint64_t made = tick * (uint64_t)(1000000 + ppm) / 1000000 / burst * burst;
		const int drop = av_sync_step(&sync, (uint32_t)(made - used));

		if (made - used > followed.most_waiting)
			followed.most_waiting = made - used;
		if (drop < 0) {
			followed.empty++;
			continue;
		}
		assert_true(made - used > (uint64_t)drop);
		followed.dropped += (uint64_t)drop;
		followed.taken++;
		used += (uint64_t)drop + 1;
	}
	return followed;
}

static void a_clock_of_the_same_pace_loses_nothing(void **state)
{
	(void)state;
	for (uint32_t burst = 1; burst <= 10; burst++) {
		const struct followed followed = follow(0, burst, 100000);

		assert_int_equal(followed.dropped, 0);
		assert_in_range(followed.empty, AV_SYNC_RESERVE - 1, 3 * AV_SYNC_RESERVE);
		assert_true(followed.most_waiting <= AV_SYNC_RESERVE + 2 * burst);
	}
}

/* 1,000 ppm of 600,000 ticks are 600 periods too many or too few. */
static void another_pace_costs_its_difference_and_no_delay(void **state)
{
	const struct followed fast = follow(1000, 4, 600000), slow = follow(-1000, 4, 600000);

	(void)state;
	assert_in_range(fast.dropped, 600 - 3 * AV_SYNC_RESERVE, 600);
	assert_true(fast.most_waiting <= 3 * AV_SYNC_RESERVE + 4);
	assert_true(fast.empty <= 3 * AV_SYNC_RESERVE);
	assert_int_equal(slow.dropped, 0);
	assert_in_range(slow.empty, 600, 600 + 3 * AV_SYNC_RESERVE);
}

/* ---- pictures ---- */

#define RAW_WIDTH 64
#define RAW_HEIGHT 32

static uint8_t luma_at(int x, int y)
{
	return (uint8_t)(x * 3 + y * 7);
}

/* chroma_at is of pixel pairs; rows of YUYV have their own, which are those of the pair of rows. */
static uint8_t chroma_at(int x, int y, int plane)
{
	return (uint8_t)(x * 5 + y * 11 + plane * 64);
}

static void fill_420(uint8_t *bytes, int stride, bool together)
{
	uint8_t *chroma = bytes + stride * RAW_HEIGHT;

	for (int y = 0; y < RAW_HEIGHT; y++)
		for (int x = 0; x < RAW_WIDTH; x++)
			bytes[y * stride + x] = luma_at(x, y);
	for (int plane = 1; plane < 3; plane++)
		for (int y = 0; y < RAW_HEIGHT / 2; y++)
			for (int x = 0; x < RAW_WIDTH / 2; x++) {
				uint8_t *at = together ? chroma + y * stride + 2 * x + plane - 1
						       : chroma +
								 (plane - 1) * stride / 2 *
									 (RAW_HEIGHT / 2) +
								 y * stride / 2 + x;

				*at = chroma_at(x, y, plane);
			}
}

static void fill_yuyv(uint8_t *bytes, int stride)
{
	for (int y = 0; y < RAW_HEIGHT; y++)
		for (int x = 0; x < RAW_WIDTH; x++) {
			bytes[y * stride + 2 * x] = luma_at(x, y);
			bytes[y * stride + 2 * x + 1] = chroma_at(x / 2, y / 2, 1 + x % 2);
		}
}

static void check_plane(const struct av_picture *picture, int plane)
{
	const int part = plane ? 2 : 1;
	const int width = picture->width / part, height = picture->height / part;

	for (int y = 0; y < height; y++)
		for (int x = 0; x < width; x++) {
			const int from_x = x * (RAW_WIDTH / part) / width;
			const int from_y = y * (RAW_HEIGHT / part) / height;
			const uint8_t wanted =
				plane ? chroma_at(from_x, from_y, plane) : luma_at(from_x, from_y);

			if (picture->planes[plane][y * picture->strides[plane] + x] != wanted)
				suite_fail("plane %d, %d,%d is %u and not %u", plane, x, y,
					   picture->planes[plane][y * picture->strides[plane] + x],
					   wanted);
		}
}

static void check_shown(const struct av_raw *raw, int width, int height)
{
	static uint8_t planes[3][256 * 128];
	struct av_picture picture = {.planes = {planes[0], planes[1], planes[2]},
				     .strides = {width, width / 2, width / 2},
				     .width = width,
				     .height = height};

	assert_true(av_raw_fits(raw));
	av_raw_show(&picture, raw);
	for (int plane = 0; plane < 3; plane++)
		check_plane(&picture, plane);
}

static void each_format_shows_the_same_picture_at_any_size(void **state)
{
	static const struct {
		uint32_t format;
		int stride;
	} formats[] = {{V4L2_PIX_FMT_YUV420, RAW_WIDTH},   {V4L2_PIX_FMT_YUV420, RAW_WIDTH + 32},
		       {V4L2_PIX_FMT_NV12, RAW_WIDTH},	   {V4L2_PIX_FMT_NV12, RAW_WIDTH + 2},
		       {V4L2_PIX_FMT_YUYV, 2 * RAW_WIDTH}, {V4L2_PIX_FMT_YUYV, 2 * RAW_WIDTH + 64}};
	static const int sizes[][2] = {{64, 32}, {32, 16}, {128, 64}, {100, 30}, {256, 128}};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(formats); i++) {
		struct av_raw raw = {.width = RAW_WIDTH,
				     .height = RAW_HEIGHT,
				     .stride = formats[i].stride,
				     .format = formats[i].format};
		uint8_t *bytes = calloc(1, av_raw_len(&raw)); /* its end is watched */

		if (raw.format == V4L2_PIX_FMT_YUYV)
			fill_yuyv(bytes, raw.stride);
		else
			fill_420(bytes, raw.stride, raw.format == V4L2_PIX_FMT_NV12);
		raw.bytes = bytes;
		for (size_t size = 0; size < COUNT_OF(sizes); size++)
			check_shown(&raw, sizes[size][0], sizes[size][1]);
		free(bytes);
	}
}

static void what_a_driver_should_not_say_fits_no_picture(void **state)
{
	static const struct av_raw rows[] = {
		{.width = 64, .height = 32, .stride = 62, .format = V4L2_PIX_FMT_NV12},
		{.width = 64, .height = 32, .stride = 0, .format = V4L2_PIX_FMT_YUV420},
		{.width = 64, .height = 32, .stride = 64, .format = V4L2_PIX_FMT_YUYV},
		{.width = 63, .height = 32, .stride = 64, .format = V4L2_PIX_FMT_NV12},
		{.width = 64, .height = 31, .stride = 64, .format = V4L2_PIX_FMT_NV12},
		{.width = 0, .height = 32, .stride = 64, .format = V4L2_PIX_FMT_NV12},
		{.width = -64, .height = 32, .stride = 64, .format = V4L2_PIX_FMT_NV12},
		{.width = 64, .height = 1 << 20, .stride = 64, .format = V4L2_PIX_FMT_NV12},
		{.width = 64, .height = 32, .stride = 1 << 24, .format = V4L2_PIX_FMT_NV12},
	};
	const struct av_raw unknown = {.width = 64, .height = 32, .stride = 64, .format = 1};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(rows); i++)
		if (av_raw_fits(&rows[i]))
			suite_fail("row %zu fits", i);
	assert_int_equal(av_raw_len(&unknown), 0);
}

/* ---- libasound, with a file for a card ---- */

#define TAPE_FRAMES 400000u

/* use_tape makes a PCM "tape" whose sound is a file; libasound has all of it there at once. */
static void use_tape(void)
{
	int16_t *frames = calloc(TAPE_FRAMES, 2 * sizeof(*frames));
	char config[2 * PATH_MAX];

	for (uint32_t i = 0; i < TAPE_FRAMES; i++) {
		frames[2 * i] = tape_at(i);
		frames[2 * i + 1] = -1;
	}
	command_write("tape.raw", frames, TAPE_FRAMES * 2 * sizeof(*frames));
	free(frames);
	snprintf(config, sizeof(config),
		 "pcm.tape { type file slave.pcm { type null } file /dev/null infile "
		 "\"%s/tape.raw\" format raw }\n",
		 command_folder());
	command_text("asound.conf", config);
	setenv("ALSA_CONFIG_PATH", command_path("asound.conf"), 1);
}

/* 200 periods of the buffer always wait: each tick drops what is more than a reserve, and takes
 * the next. The right side stays the number's. */
static void what_libasound_captures_is_on_the_left(void **state)
{
	struct gng_av_source source = {0};
	struct av_microphone microphone;
	struct gng_why why = {0};
	uint32_t frame = 0;

	(void)state;
	use_tape();
	open_age(&source);
	if (av_microphone_open(&microphone, &source, "tape", &why) != GNG_OK)
		suite_fail("%s", why.text);
	assert_non_null(strstr(source.format, "S16_LE, 48000 Hz, channels 2"));
	for (uint32_t tick = 0; tick < 20; tick++) {
		const struct av_mark mark = {.number = tick};
		int16_t samples[AV_AUDIO_SAMPLES];
		const uint64_t before = source.dropped, taken = source.taken;
		uint32_t number;

		av_draw_sound(samples, &mark);
		assert_int_equal(av_microphone_take(&microphone, samples, av_now()), 0);
		assert_true(av_read_sound(&number, samples) && number == tick);
		frame += (uint32_t)(source.dropped - before) * AV_AUDIO_FRAMES;
		for (size_t i = 0; i < AV_AUDIO_FRAMES; i++)
			assert_int_equal(samples[2 * i],
					 source.taken > taken ? tape_at(frame++) : 0);
	}
	assert_true(source.taken >= 15);
	assert_true(source.dropped > 100);
	av_microphone_close(&microphone);
	gng_hist_close(source.age);
}

static void devices_that_are_none_are_refused_with_their_name(void **state)
{
	static const char *const cameras[] = {"/nonexistent", "/dev/null", "/", "/proc/self/stat"};
	struct gng_av_source source = {0};
	struct av_microphone microphone;
	struct av_camera camera;

	(void)state;
	use_tape();
	for (size_t i = 0; i < COUNT_OF(cameras); i++) {
		struct gng_why why = {0};

		assert_int_equal(av_camera_open(&camera, &source, cameras[i], 1280, 720, 60, &why),
				 GNG_EUNSUPPORTED);
		assert_non_null(strstr(why.text, cameras[i]));
		assert_non_null(strstr(why.text, "no camera"));
		av_camera_close(&camera);
	}
	for (int i = 0; i < 2; i++) {
		struct gng_why why = {0};

		assert_int_equal(
			av_microphone_open(&microphone, &source, i ? "hw:31,7" : "nosuch", &why),
			GNG_EUNSUPPORTED);
		assert_non_null(strstr(why.text, i ? "hw:31,7" : "nosuch"));
		av_microphone_close(&microphone);
	}
	assert_false(source.used);
}

const struct suite_test suite_tests[] = {
	TEST(a_clock_of_the_same_pace_loses_nothing, "T2.av.capture"),
	TEST(another_pace_costs_its_difference_and_no_delay, "T2.av.capture"),
	TEST(each_format_shows_the_same_picture_at_any_size, "T2.av.capture"),
	TEST(what_a_driver_should_not_say_fits_no_picture, "T2.av.capture"),
	TEST(what_libasound_captures_is_on_the_left, "T2.av.capture"),
	TEST(devices_that_are_none_are_refused_with_their_name, "T2.av.capture T2.av.absent"),
	TEST(a_card_is_heard_and_its_overruns_are_counted, "T2.av.capture"),
	TEST(a_camera_is_seen_and_its_stamps_are_read, "T2.av.capture"),
	TEST(a_run_sends_what_devices_give, "T2.av.capture"),
	TEST(a_card_that_goes_away_ends_the_run, "T2.av.capture"),
	TEST(a_camera_that_goes_away_ends_the_run, "T2.av.capture"),
	{0},
};
