/* SPDX-License-Identifier: Apache-2.0 */
/*
 * h264_test.c - streams of our headers of H.264, with macroblocks of plain samples and skipped ones
 * in them, are decoded to the pictures that went in: by FFmpeg, and by OpenH264.
 */
/* requires: ffmpeg openh264 */
#include "../rtp/peer.h"

#include <av_h264.h>

#define I_PCM 25       /* mb_type of an I slice, table 7-11 */
#define NUM_PICTURES 5 /* an IDR picture, three that repeat it, and an IDR picture again */

static struct {
	uint8_t *bytes;
	size_t len, cap;
} stream;

static uint8_t *pictures; /* I420, cropped */
static size_t pictures_len;

/* sample is that of a plane, 1 to 254: what I_PCM may hold anyway, and no code of its own. */
static uint8_t sample(size_t plane, int x, int y, unsigned int number)
{
	return (uint8_t)(1 + (plane * 40 + (size_t)x * 3 + (size_t)y * 7 + number * 11) % 254);
}

static void put_block(struct av_bits *bits, size_t plane, int at_x, int at_y, unsigned int number)
{
	const int size = plane ? 8 : 16;

	for (int y = 0; y < size; y++)
		for (int x = 0; x < size; x++)
			av_bits_put(bits, sample(plane, size * at_x + x, size * at_y + y, number),
				    8);
}

/* put_plain is the slice data of a picture of I_PCM. */
static void put_plain(struct av_bits *bits, const struct av_encoder_config *config,
		      unsigned int number)
{
	for (int y = 0; y < (config->height + 15) / 16; y++)
		for (int x = 0; x < (config->width + 15) / 16; x++) {
			av_bits_ue(bits, I_PCM);
			av_bits_put(bits, 0, (unsigned int)(8 - bits->num % 8) % 8);
			for (size_t plane = 0; plane < 3; plane++)
				put_block(bits, plane, x, y, number);
		}
}

static void append(const void *bytes, size_t len)
{
	assert_true(stream.len + len <= stream.cap);
	memcpy(stream.bytes + stream.len, bytes, len);
	stream.len += len;
}

static void put_picture(const struct av_encoder_config *config, unsigned int number)
{
	const bool idr = number == 0 || number == NUM_PICTURES - 1;
	const size_t cap = (size_t)config->width * (size_t)config->height * 2 + 4096;
	const struct av_h264_slice slice = {.idr = idr,
					    .idr_id = number != 0,
					    .frame_num = idr ? 0 : number,
					    .order = idr ? 0 : 2 * number};
	struct av_bits bits = {calloc(1, cap), cap, 0, false};
	uint8_t *unit = malloc(2 * cap), sets[AV_H264_MAX_HEADERS];
	size_t num_bits;

	assert_true(bits.bytes && unit);
	if (idr)
		append(sets, av_h264_sets(sets, config));
	av_h264_slice_begin(&bits, &slice);
	if (idr)
		put_plain(&bits, config, number);
	else
		av_bits_ue(&bits, (uint32_t)((config->width + 15) / 16 *
					     ((config->height + 15) / 16))); /* mb_skip_run */
	av_bits_end(&bits);
	num_bits = av_h264_wrap(unit, 2 * cap, &bits);
	assert_true(num_bits > 0 && num_bits % 8 == 0);
	append(unit, num_bits / 8);
	free(bits.bytes);
	free(unit);
}

/* put_want adds the picture as it must be shown. */
static void put_want(const struct av_encoder_config *config, unsigned int number)
{
	for (size_t plane = 0; plane < 3; plane++) {
		const int half = plane ? 2 : 1;

		for (int y = 0; y < config->height / half; y++)
			for (int x = 0; x < config->width / half; x++)
				pictures[pictures_len++] = sample(plane, x, y, number);
	}
}

static void make(const struct av_encoder_config *config)
{
	const size_t size = (size_t)config->width * (size_t)config->height;

	stream.cap = NUM_PICTURES * (3 * size + 8192);
	stream.bytes = malloc(stream.cap);
	stream.len = pictures_len = 0;
	pictures = malloc(NUM_PICTURES * size * 2);
	assert_true(stream.bytes && pictures);
	for (unsigned int i = 0; i < NUM_PICTURES; i++) {
		put_picture(config, i);
		put_want(config, i == NUM_PICTURES - 1 ? i : 0);
	}
}

static void unmake(void)
{
	free(stream.bytes);
	free(pictures);
}

/* check_ffmpeg compares all samples; an error of FFmpeg's is one of ours. */
static size_t check_ffmpeg(void)
{
	uint8_t *got;
	size_t len;

	command_write("ours.h264", stream.bytes, stream.len);
	if (command("ffmpeg -v error -err_detect explode -f h264 -i ours.h264 -fps_mode "
		    "passthrough -f rawvideo -y got.yuv") != 0 ||
	    *command_err)
		suite_fail("FFmpeg: %s", command_err);
	got = peer_file("got.yuv", &len);
	assert_int_equal(len, pictures_len);
	assert_memory_equal(got, pictures, len);
	free(got);
	return len;
}

/* check_openh264 gives the decoder one picture after the other: it may hold none back. */
static void check_openh264(const struct av_encoder_config *config)
{
	struct av_loaded back;
	size_t from = 0, shown = 0;
	void *decoder;

	assert_int_equal(av_load(&back, "openh264", NULL), GNG_OK);
	decoder = back.module->decoder_open();
	assert_non_null(decoder);
	for (size_t at = 4; at <= stream.len; at++) {
		struct av_picture picture;
		const bool ends = at == stream.len ||
				  memcmp(stream.bytes + at, "\0\0\0\1\x61", 5) == 0 ||
				  memcmp(stream.bytes + at, "\0\0\0\1\x67", 5) == 0;

		if (!ends)
			continue;
		assert_int_equal(
			back.module->decode(decoder, stream.bytes + from, at - from, &picture), 0);
		assert_non_null(picture.planes[0]);
		assert_int_equal(picture.width, config->width);
		assert_int_equal(picture.height, config->height);
		assert_memory_equal(picture.planes[0],
				    pictures + shown * pictures_len / NUM_PICTURES, config->width);
		shown++;
		from = at;
	}
	assert_int_equal(shown, NUM_PICTURES);
	back.module->decoder_close(decoder);
	av_unload(&back);
}

static void pictures_in_our_headers_are_decoded_exactly(void **state)
{
	/* whole macroblocks, and 8 rows cut off; the rungs of a run are like these */
	static const struct av_encoder_config configs[] = {{320, 176, 60, 0, 1},
							   {192, 120, 30, 0, 1}};
	char expected[100], got[100], *version = peer_version("ffmpeg -version");
	size_t want = 0, same = 0;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(configs); i++) {
		make(&configs[i]);
		want += pictures_len;
		same += check_ffmpeg();
		check_openh264(&configs[i]);
		unmake();
	}
	snprintf(expected, sizeof(expected), "our headers of H.264: %zu bytes of pictures", want);
	snprintf(got, sizeof(got), "our headers of H.264: %zu bytes of pictures", same);
	peer_row(version, expected, got);
	free(version);
}

static const char *field(const char *name)
{
	static char value[32];
	const char *at = strstr(command_err, name);
	const char *end = at ? strchr(at, '\n') : NULL, *equals = end;

	while (equals && equals > at && *equals != '=')
		equals--;
	if (!equals || equals == at)
		suite_fail("FFmpeg shows no %s", name);
	snprintf(value, sizeof(value), "%.*s", (int)(end - equals - 2), equals + 2);
	return value;
}

/* What a decoder cannot show by pictures: the level, and that it need hold none back. */
static void ffmpeg_reads_our_fields(void **state)
{
	static const struct av_encoder_config config = {1920, 1080, 60, 0, 1};
	static const char *const rows[][2] = {{"profile_idc", "66"},
					      {"constraint_set1_flag", "1"},
					      {"level_idc", "42"},
					      {"max_num_reorder_frames", "0"},
					      {"max_dec_frame_buffering", "1"},
					      {"frame_crop_bottom_offset", "4"},
					      {"idr_pic_id", "9"},
					      {"slice_type", "7"}};
	struct av_bits bits = {calloc(1, 64), 64, 0, false};
	uint8_t unit[100], sets[AV_H264_MAX_HEADERS];
	FILE *file = command_open("fields.h264", "wb");
	const size_t sets_len = av_h264_sets(sets, &config);

	(void)state;
	assert_non_null(bits.bytes);
	av_h264_slice_begin(&bits, &(const struct av_h264_slice){.idr = true, .idr_id = 9});
	av_bits_put(&bits, 0x55555555, 32);
	assert_int_equal(fwrite(sets, 1, sets_len, file), sets_len);
	(void)fwrite(unit, 1, av_h264_wrap(unit, sizeof(unit), &bits) / 8, file);
	assert_int_equal(fclose(file), 0);
	free(bits.bytes);
	(void)command("ffmpeg -hide_banner -f h264 -i fields.h264 -c copy -bsf:v trace_headers -f "
		      "null -");
	for (size_t i = 0; i < COUNT_OF(rows); i++)
		assert_string_equal(field(rows[i][0]), rows[i][1]);
}

static void levels_are_those_of_the_table(void **state)
{
	static const struct {
		struct av_encoder_config config;
		unsigned int level;
	} rows[] = {{{1280, 720, 30, 0, 1}, 31},  {{1280, 720, 60, 0, 1}, 32},
		    {{1920, 1080, 30, 0, 1}, 40}, {{1920, 1080, 60, 0, 1}, 42},
		    {{320, 240, 30, 0, 1}, 30},	  {{3840, 2160, 60, 0, 1}, 52},
		    {{7680, 4320, 60, 0, 1}, 0}};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(rows); i++)
		assert_int_equal(av_h264_level(&rows[i].config), rows[i].level);
}

/* Section 7.4.1: no start code, nor what looks like one, is within a unit; and what does not fit is
 * told. */
static void zeros_are_escaped(void **state)
{
	static const struct {
		uint8_t in[6];
		size_t len;
		uint8_t out[12];
		size_t out_len;
	} rows[] = {
		{{0x65, 0, 0, 1}, 4, {0, 0, 0, 1, 0x65, 0, 0, 3, 1}, 9},
		{{0x65, 0, 0, 0, 0, 4}, 6, {0, 0, 0, 1, 0x65, 0, 0, 3, 0, 0, 4}, 11},
		{{0x65, 0, 0, 0, 0, 3}, 6, {0, 0, 0, 1, 0x65, 0, 0, 3, 0, 0, 3, 3}, 12},
		{{0x65, 0, 0, 4}, 4, {0, 0, 0, 1, 0x65, 0, 0, 4}, 8},
	};
	uint8_t out[16], in[6];

	(void)state;
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct av_bits bits = {in, 6, 8 * rows[i].len, false};

		memcpy(in, rows[i].in, sizeof(in));
		assert_int_equal(av_h264_wrap(out, sizeof(out), &bits), 8 * rows[i].out_len);
		assert_memory_equal(out, rows[i].out, rows[i].out_len);
		for (size_t cap = 0; cap < rows[i].out_len; cap++)
			assert_int_equal(av_h264_wrap(out, cap, &bits), 0);
		bits.num -= 3; /* a unit that goes on in the driver's hands */
		assert_int_equal(av_h264_wrap(out, sizeof(out), &bits), 8 * rows[i].out_len - 3);
		bits.full = true;
		assert_int_equal(av_h264_wrap(out, sizeof(out), &bits), 0);
	}
}

const struct suite_test suite_tests[] = {
	TEST_SLOW(pictures_in_our_headers_are_decoded_exactly, "T2.av.hardware"),
	TEST_SLOW(ffmpeg_reads_our_fields, "T2.av.hardware"),
	TEST(levels_are_those_of_the_table, "T2.av.hardware"),
	TEST(zeros_are_escaped, "T2.av.hardware"),
	{0},
};
