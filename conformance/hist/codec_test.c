/* SPDX-License-Identifier: Apache-2.0 */
/* codec_test.c - HdrHistogram V2: histograms of other implementations, and hostile ones. */
/* needs: vec */
/* requires: zlib */
#include "../suite.h"

#include <hist_layout.h>
#include <hist_payload.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

static struct gng_hist *decode(const char *text)
{
	struct gng_hist *hist = NULL;
	struct gng_why why = {0};

	if (gng_hist_decode(&hist, text, strlen(text), &why) != GNG_OK)
		fail_msg("%s", why.text);
	return hist;
}

/* ---- vectors ---- */

static void for_each_case(const char *name, void (*check)(struct gng_vec_case *one))
{
	const char *root = getenv("GNG_VECTORS");
	struct gng_vec_case *one;
	struct gng_why why = {0};
	struct gng_vec *vec;
	uint64_t declared = 0;
	char path[512];

	snprintf(path, sizeof(path), "%s/hist/%s", root ? root : "vectors", name);
	if (gng_vec_open(&vec, path, &why) != GNG_OK)
		fail_msg("%s", why.text);
	while (gng_vec_next(vec, &one, &why) == GNG_OK && one) {
		check(one);
		assert_null(gng_vec_unread(one));
	}
	assert_string_equal(why.text, "");
	assert_true(gng_vec_declared(vec, &declared));
	gng_probe_cases(gng_vec_num_read(vec), declared);
	gng_vec_close(vec);
}

static uint64_t int_of(struct gng_vec_case *one, const char *name)
{
	struct gng_why why = {0};
	int64_t value = 0;

	if (gng_vec_int(one, &value, name, &why) != GNG_OK)
		fail_msg("%s", why.text);
	return (uint64_t)value;
}

static void check_quantiles(const struct gng_hist *hist, const char *text)
{
	double q, value;
	int len;

	for (; sscanf(text, " %lf:%lf%n", &q, &value, &len) == 2; text += len)
		assert_true(fabs((double)gng_hist_value_at_quantile(hist, q) - value) <=
			    value * 0.001);
	assert_string_equal(text, "");
}

/*
 * Other implementations' zlib may differ, but not the payload in it: it is written again
 * and compared byte for byte. The announced length (bytes 4 to 7) of old HdrHistogram_c
 * counts the header, too.
 */
static void check_payload(const struct gng_hist *hist, const char *text)
{
	static uint8_t packed[4096], theirs[1 << 20], ours[1 << 20];
	uLongf their_len = sizeof(theirs);
	size_t packed_len;

	assert_true(strlen(text) / 4 * 3 <= sizeof(packed));
	assert_true(hist_base64_read(packed, &packed_len, text, strlen(text)));
	assert_int_equal(uncompress(theirs, &their_len, packed + 8, packed_len - 8), Z_OK);
	assert_true(hist_payload_cap(hist) <= sizeof(ours));
	assert_int_equal(hist_payload_write(ours, hist), their_len);
	if (hist_be32(theirs + 4) == their_len)
		hist_put_be32(theirs + 4, (uint32_t)their_len - HIST_HEADER_LEN);
	assert_memory_equal(ours, theirs, their_len);
}

static void check_published(struct gng_vec_case *one)
{
	struct gng_hist *hist = decode(suite_text(one, "hist"));
	const uint64_t min = int_of(one, "min"), max = int_of(one, "max");

	assert_int_equal(hist->total, int_of(one, "total"));
	assert_int_equal(hist_index(hist, gng_hist_min(hist)), hist_index(hist, min));
	assert_int_equal(hist_index(hist, gng_hist_max(hist)), hist_index(hist, max));
	check_quantiles(hist, suite_text(one, "quantiles"));
	if (gng_vec_has(one, "mean_floor"))
		assert_int_equal((uint64_t)gng_hist_mean(hist), int_of(one, "mean_floor"));
	if (!gng_vec_has(one, "spelling")) /* a single zero as a run of one */
		check_payload(hist, suite_text(one, "hist"));
	gng_vec_skip(one, "spelling");
	gng_hist_close(hist);
}

static void codec_reads_histograms_of_other_implementations(void **state)
{
	(void)state;
	for_each_case("hdr_v2.vec", check_published);
}

static struct gng_hist *all_intervals;

static void add_interval(struct gng_vec_case *one)
{
	struct gng_hist *hist = decode(suite_text(one, "hist"));

	assert_int_equal(llround((double)gng_hist_max(hist) / 1000), int_of(one, "max_us"));
	check_payload(hist, suite_text(one, "hist"));
	assert_int_equal(gng_hist_merge(all_intervals, hist), GNG_OK);
	gng_hist_close(hist);
}

/* The published figures are those of a finer histogram, into which the intervals were added:
 * here they lie in the bucket of the interval's own layout. */
static void codec_reads_a_whole_jhiccup_log(void **state)
{
	uint64_t p999;

	(void)state;
	assert_int_equal(gng_hist_open(&all_intervals, 20000, UINT64_C(3600000000000), 2), GNG_OK);
	for_each_case("jhiccup_v2.vec", add_interval);
	assert_int_equal(all_intervals->total, 48761);
	p999 = gng_hist_value_at_quantile(all_intervals, 0.999);
	assert_int_equal(hist_index(all_intervals, p999), hist_index(all_intervals, 1745879039));
	assert_int_equal(hist_index(all_intervals, gng_hist_max(all_intervals)),
			 hist_index(all_intervals, 1796210687));
	gng_hist_close(all_intervals);
}

/* ---- round trips ---- */

static void check_round_trip(const struct gng_hist *hist)
{
	struct gng_hist *again;
	struct gng_why why = {0};
	char *text = NULL;

	assert_int_equal(gng_hist_encode(&text, hist, &why), GNG_OK);
	assert_memory_equal(text, "HISTFA", 6);
	again = decode(text);
	assert_int_equal(again->total, hist->total);
	assert_int_equal(again->lowest, hist->lowest);
	assert_int_equal(again->highest, hist->highest);
	assert_int_equal(again->digits, hist->digits);
	assert_int_equal(again->num_counts, hist->num_counts);
	assert_memory_equal(again->counts, hist->counts,
			    hist->num_counts * sizeof(hist->counts[0]));
	free(text);
	gng_hist_close(again);
}

static void codec_round_trips_every_layout(void **state)
{
	(void)state;
	for (int digits = 0; digits <= 5; digits++)
		for (int spread = 1; spread < 60; spread += 13) {
			struct gng_hist *hist = NULL;
			uint64_t seed = 12345;

			assert_int_equal(gng_hist_open(&hist, 3, 4000000, digits), GNG_OK);
			check_round_trip(hist);
			for (int i = 0; i < 300; i++) {
				seed = seed * 6364136223846793005 + 1442695040888963407;
				gng_hist_record_n(hist, (seed >> 20) % 4000000,
						  1 + (seed >> 8) % (UINT64_C(1) << spread) / 300);
			}
			check_round_trip(hist);
			gng_hist_close(hist);
		}
}

/* Counts on both sides of each length of the number: 63 | 64 ... and the ninth byte. */
static void codec_round_trips_counts_of_every_length(void **state)
{
	struct gng_hist *hist = NULL;

	(void)state;
	assert_int_equal(gng_hist_open(&hist, 1, 2048, 1), GNG_OK);
	for (int bits = 0; bits < 62; bits++) {
		gng_hist_reset(hist);
		assert_true(gng_hist_record_n(hist, 0, (UINT64_C(1) << bits) - (bits > 0)));
		assert_true(gng_hist_record_n(hist, 5, UINT64_C(1) << bits));
		check_round_trip(hist);
	}
	gng_hist_reset(hist);
	assert_true(gng_hist_record_n(hist, 2048, INT64_MAX));
	check_round_trip(hist);
	gng_hist_close(hist);
}

static void encode_refuses_to_hide_clamped_samples(void **state)
{
	struct gng_hist *hist = NULL;
	struct gng_why why = {0};
	char untouched, *text = &untouched;

	(void)state;
	assert_int_equal(gng_hist_open(&hist, 1, 1000, 2), GNG_OK);
	gng_hist_record(hist, 1000000);
	assert_int_equal(gng_hist_encode(&text, hist, &why), GNG_ELIMIT);
	assert_null(text);
	assert_int_equal(why.sys_errno, 0);
	assert_non_null(strstr(why.text, "1000000"));
	gng_hist_close(hist);
}

/* RFC 4648 section 10 */
static void base64_is_that_of_rfc4648(void **state)
{
	static const char *const rows[] = {"",	       "Zg==",	   "Zm8=",    "Zm9v",
					   "Zm9vYg==", "Zm9vYmE=", "Zm9vYmFy"};
	static const char *const bad[] = {"Zg",	  "Zg=",      "Zg===", "=g==", "Z===", "Zh==",
					  "Zm9=", "Zg==Zg==", "Zm9\n", "Zm9-", "Zm=v"};
	uint8_t bytes[16];
	char text[16];
	size_t len;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		hist_base64_write(text, (const uint8_t *)"foobar", i);
		assert_string_equal(text, rows[i]);
		assert_true(hist_base64_read(bytes, &len, text, strlen(text)));
		assert_int_equal(len, i);
		assert_memory_equal(bytes, "foobar", i);
	}
	for (size_t i = 0; i < COUNT_OF(bad); i++)
		assert_false(hist_base64_read(bytes, &len, bad[i], strlen(bad[i])));
}

/* ---- hostile input ---- */

/* pack makes a text of a payload whose zlib stream loses cut bytes and gains tail. */
static char *pack(const uint8_t *payload, size_t len, size_t cut, const char *tail)
{
	uint8_t packed[8192];
	uLongf stream_len = sizeof(packed) - 64;
	char *text = malloc(sizeof(packed) * 2);

	assert_int_equal(compress2(packed + 8, &stream_len, payload, len, 9), Z_OK);
	stream_len -= cut;
	memcpy(packed + 8 + stream_len, tail, strlen(tail));
	stream_len += strlen(tail);
	hist_put_be32(packed, HIST_COOKIE_COMPRESSED);
	hist_put_be32(packed + 4, (uint32_t)stream_len);
	hist_base64_write(text, packed, 8 + stream_len);
	return text;
}

/* A payload to begin with: (1, 1000, 0) with 1 at 100, as 8 bytes of counts. */
static size_t good_payload(uint8_t *payload)
{
	struct gng_hist *hist = NULL;
	size_t len;

	assert_int_equal(gng_hist_open(&hist, 1, 1000, 0), GNG_OK);
	gng_hist_record(hist, 100);
	len = hist_payload_write(payload, hist);
	gng_hist_close(hist);
	return len;
}

static void refuse(const char *text, enum gng_status status, const char *reason)
{
	struct gng_hist *hist = (struct gng_hist *)(uintptr_t)1;
	struct gng_why why = {0};

	assert_int_equal(gng_hist_decode(&hist, text, strlen(text), &why), status);
	assert_null(hist);
	assert_int_equal(why.sys_errno, 0);
	if (!strstr(why.text, reason))
		fail_msg("'%s' does not say '%s'", why.text, reason);
}

static void refuse_payload(const uint8_t *payload, size_t len, enum gng_status status,
			   const char *reason)
{
	char *text = pack(payload, len, 0, "");

	refuse(text, status, reason);
	free(text);
}

static void decode_refuses_what_is_no_histogram(void **state)
{
	(void)state;
	refuse("", GNG_EFORMAT, "HISTFAAAA");
	refuse("HISTFAAAA", GNG_EFORMAT, "base64");
	refuse("HISTFAAAAAx4", GNG_EFORMAT, "12 bytes are announced, and 1 follow");
	refuse("HISTFAAAAAx4nJNpmSzMwMDAyAABMBoAGzcCRQ==", GNG_EFORMAT, "12 bytes are announced");
	refuse("HISTFAAAAAA=", GNG_EFORMAT, "shorter than a header");
	refuse("HISTAwAAAAA=", GNG_EFORMAT, "no compressed HdrHistogram");
	refuse("aGVsbG8gd29ybGQh", GNG_EFORMAT, "no compressed HdrHistogram");
	/* HdrHistogram_c, regressions of hostile V1 and V0 histograms */
	refuse("HISTAgAAABp4nJNpmdzIwFDLAAWMaDST/QcGFAAAdaEDZQ==", GNG_EUNSUPPORTED, "version 1");
	refuse("HISTCQAAACd4nJNpmSzBwMDAzAABjFCaiQHGGAWjYBSMglEwCkbBSAMNAMTQEdA=", GNG_EUNSUPPORTED,
	       "version 0");
}

static void decode_refuses_a_damaged_stream(void **state)
{
	uint8_t payload[128];
	const size_t len = good_payload(payload);
	static const char *const tails[] = {"", "", "", "x", "HIST"};
	static const size_t cuts[] = {1, 4, 20, 0, 0};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cuts); i++) {
		char *text = pack(payload, len, cuts[i], tails[i]);

		refuse(text, GNG_EFORMAT, "zlib stream");
		free(text);
	}
	refuse_payload(payload, HIST_HEADER_LEN - 1, GNG_EFORMAT, "shorter than a header");
	refuse_payload(payload, HIST_HEADER_LEN, GNG_EFORMAT, "does not hold");
	refuse_payload(payload, len - 1, GNG_EFORMAT, "does not hold");
	payload[len] = 2;
	refuse_payload(payload, len + 1, GNG_EFORMAT, "does not hold");
}

static void decode_refuses_a_bad_header(void **state)
{
	static const struct {
		size_t at;
		uint8_t byte;
		enum gng_status status;
		const char *reason;
	} rows[] = {
		{0, 0x1d, GNG_EFORMAT, "cookie"},
		{3, 0x01, GNG_EFORMAT, "cookie"},
		{4, 0x80, GNG_EFORMAT, "more than the layout"}, /* a negative length */
		{6, 0x01, GNG_EFORMAT, "more than the layout"},
		{11, 1, GNG_EUNSUPPORTED, "normalising"},
		{12, 0xff, GNG_EFORMAT, "digits"},
		{15, 6, GNG_EFORMAT, "digits"},
		{16, 0x80, GNG_EFORMAT, "digits"},
		{23, 0, GNG_EFORMAT, "from 0"},
		{24, 0x80, GNG_EFORMAT, "digits"},
		{32, 0x40, GNG_EUNSUPPORTED, "ratio"},
	};
	uint8_t payload[128] = {0};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		const size_t len = good_payload(payload);

		payload[rows[i].at] = rows[i].byte;
		refuse_payload(payload, len, rows[i].status, rows[i].reason);
	}
	good_payload(payload);
	payload[15] = 5;
	payload[24] = 0x7f; /* 5 digits up to 2^63: 48 MB of counts */
	refuse_payload(payload, 48, GNG_ELIMIT, "2097152");
}

/* with_counts makes a payload of good_payload's layout, which has 11 counts. */
static size_t with_counts(uint8_t *payload, const uint8_t *counts, size_t len)
{
	good_payload(payload);
	hist_put_be32(payload + 4, (uint32_t)len);
	memcpy(payload + HIST_HEADER_LEN, counts, len);
	return HIST_HEADER_LEN + len;
}

static void decode_refuses_bad_counts(void **state)
{
	static const struct {
		uint8_t counts[20];
		size_t len;
		const char *reason;
	} rows[] = {
		{{0x80}, 1, "is cut"},
		{{2, 0xff, 0xff}, 3, "is cut"},
		{{0x17}, 1, "go past the 11"},	  /* 12 zeros */
		{{0x15, 2}, 2, "go past the 11"}, /* 11 zeros and a count */
		{{2, 0xff, 0xff, 0xff, 0xff, 0x0f, 2}, 7, "go past the 11"}, /* -2^31 */
		{{0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff}, 9, "go past the 11"},
		{{2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2}, 12, "go past the 11"},
		{{0xfe, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 2}, 10, "2^63 - 1"},
	};
	uint8_t payload[128];

	(void)state;
	for (size_t i = 0; i < COUNT_OF(rows); i++)
		refuse_payload(payload, with_counts(payload, rows[i].counts, rows[i].len),
			       GNG_EFORMAT, rows[i].reason);
}

static void decode_takes_counts_in_any_spelling(void **state)
{
	static const uint8_t counts[] = {0x82, 0x00, 0, 0x01, 0, 0x03, 4};
	uint8_t payload[128];
	const size_t len = with_counts(payload, counts, sizeof(counts));
	char *text = pack(payload, len, 0, "");
	struct gng_hist *hist = decode(text);

	(void)state;
	/* 1 in two bytes; 0; a run of one; 0; a run of two; 2 */
	assert_int_equal(hist->total, 3);
	assert_int_equal(hist->counts[0], 1);
	assert_int_equal(hist->counts[6], 2);
	free(text);
	gng_hist_close(hist);
}

/* All that the layout holds, in its longest spelling, and in a length that counts the header. */
static void decode_takes_as_much_as_the_layout_holds(void **state)
{
	static const uint8_t zeros[] = {0x15}; /* a run of 11 */
	static const uint8_t one[] = {0x82, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x00};
	uint8_t payload[256], counts[11 * sizeof(one)];
	struct gng_hist *hist;
	size_t len;
	char *text;

	(void)state;
	len = with_counts(payload, zeros, sizeof(zeros));
	text = pack(payload, len, 0, "");
	hist = decode(text);
	assert_int_equal(hist->total, 0);
	gng_hist_close(hist);
	free(text);
	for (size_t i = 0; i < 11; i++)
		memcpy(counts + i * sizeof(one), one, sizeof(one));
	len = with_counts(payload, counts, sizeof(counts));
	hist_put_be32(payload + 4, (uint32_t)len);
	text = pack(payload, len, 0, "");
	hist = decode(text);
	assert_int_equal(hist->total, 11);
	gng_hist_close(hist);
	free(text);
}

const struct suite_test suite_tests[] = {
	TEST(codec_reads_histograms_of_other_implementations, "H3.hist.v2"),
	TEST(codec_reads_a_whole_jhiccup_log, "H3.hist.v2 H3.hist.merge"),
	TEST(codec_round_trips_every_layout, "H3.hist.v2"),
	TEST(codec_round_trips_counts_of_every_length, "H3.hist.v2"),
	TEST(encode_refuses_to_hide_clamped_samples, "H3.hist.clamp"),
	TEST(base64_is_that_of_rfc4648, "H3.hist.base64"),
	TEST(decode_refuses_what_is_no_histogram, "H3.hist.hostile"),
	TEST(decode_refuses_a_damaged_stream, "H3.hist.hostile"),
	TEST(decode_refuses_a_bad_header, "H3.hist.hostile"),
	TEST(decode_refuses_bad_counts, "H3.hist.hostile"),
	TEST(decode_takes_as_much_as_the_layout_holds, "H3.hist.v2"),
	TEST(decode_takes_counts_in_any_spelling, "H3.hist.v2"),
	{0},
};
