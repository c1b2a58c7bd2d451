/* SPDX-License-Identifier: Apache-2.0 */
/*
 * overlap_test.c - every mode: out == in gives the bytes of separate buffers, and any other
 * overlap is refused before a byte is written. OpenSSL, ISA-L and ipsec-mb return success with
 * a wrong ciphertext for out = in + 16.
 */
#include "variant.h"

#define SHIFTS 64
#define MAX_LEN 272
#define ARENA (MAX_LEN + 2 * SHIFTS)

static const size_t lens[] = {1, 15, 16, 17, 48, 64, 128, 144, 255, MAX_LEN};

static void check_shift(const struct mode *mode, struct subject *s, size_t len, int shift)
{
	uint8_t arena[ARENA], before[ARENA], want[ARENA];
	uint8_t *const in = arena + SHIFTS, *const out = in + shift;
	const size_t distance = (size_t)abs(shift);
	const bool refused = shift != 0 && distance < len;
	enum gng_status status;

	fill(arena, sizeof(arena), len);
	memcpy(before, arena, sizeof(arena));
	memcpy(want, arena, sizeof(arena));
	if (mode->opens)
		subject_tag(s, in, len);
	if (!refused)
		run_mode(mode, s, want + SHIFTS + shift, before + SHIFTS, len);
	status = mode->crypt(s, out, in, len);
	if (status != (refused ? GNG_EINVAL : GNG_OK))
		suite_fail("%s of %zu bytes to in %+d: %s", mode->name, len, shift,
			   gng_status_name(status));
	check_same(mode->name, sizeof(arena), arena, want);
}

static void check_shifts(const struct mode *mode, struct subject *s, size_t len)
{
	for (int shift = -SHIFTS; shift <= SHIFTS; shift++)
		check_shift(mode, s, len, shift);
}

static void every_mode_refuses_inexact_overlap(void **state)
{
	const struct gng_aes_variant *variant;
	struct subject s;

	(void)state;
	if (variant_skips(&variant))
		return;
	subject_init(&s, variant, 32);
	for (size_t m = 0; m < COUNT_OF(modes); m++)
		for (size_t i = 0; i < COUNT_OF(lens); i++)
			if (lens[i] % modes[m].unit == 0)
				check_shifts(&modes[m], &s, lens[i]);
}

/* In place at every length that crosses the loops of the variants, 8 blocks wide. */
static void every_mode_works_in_place(void **state)
{
	const struct gng_aes_variant *variant;
	uint8_t in[600], separate[600], same[600];
	struct subject s;

	(void)state;
	if (variant_skips(&variant))
		return;
	subject_init(&s, variant, 16);
	fill(in, sizeof(in), 6);
	for (size_t m = 0; m < COUNT_OF(modes); m++) {
		for (size_t len = 0; len <= sizeof(in); len += modes[m].unit) {
			run_mode(&modes[m], &s, separate, in, len);
			memcpy(same, in, len);
			run_mode(&modes[m], &s, same, same, len);
			check_same(modes[m].name, len, same, separate);
		}
	}
}

/*
 * out over iv, nonce, aad or tag: each of them is placed at every offset around out. The text
 * has 48 bytes in the middle of an arena, and the other buffer starts anywhere in it.
 */
enum aside { IV, NONCE, AAD, TAG };
static const size_t aside_len[] = {16, 12, SUBJECT_AAD_LEN, 16};

static void place(struct subject *s, enum aside what, uint8_t *at)
{
	if (what == IV)
		s->iv = at;
	else if (what == NONCE)
		s->nonce = at;
	else if (what == AAD)
		s->aad = at;
	else
		s->tag = at;
}

static bool reads(const struct mode *mode, enum aside what)
{
	if (what == IV)
		return mode->crypt == mode_cbc_encrypt || mode->crypt == mode_cbc_decrypt ||
		       mode->crypt == mode_ctr || mode->crypt == mode_ctr_parts;
	return mode->crypt == mode_gcm_seal || mode->crypt == mode_gcm_open ||
	       mode->crypt == mode_gcm_seal_parts || mode->crypt == mode_gcm_open_parts ||
	       mode->crypt == mode_gcm_seal_batch;
}

static void check_aside(const struct mode *mode, const struct subject *given, enum aside what)
{
	uint8_t arena[160], before[160], in[48];

	fill(in, sizeof(in), 8);
	for (size_t at = 0; at + aside_len[what] <= sizeof(arena); at++) {
		const bool apart = at + aside_len[what] <= 56 || at >= 56 + sizeof(in);
		struct subject s = *given;
		enum gng_status status;

		fill(arena, sizeof(arena), 9);
		place(&s, what, arena + at);
		if (mode->opens && apart)
			subject_tag(&s, in, sizeof(in));
		memcpy(before, arena, sizeof(arena));
		status = mode->crypt(&s, arena + 56, in, sizeof(in));
		if (status != (apart ? GNG_OK : GNG_EINVAL))
			suite_fail("%s with argument %d at out %+d: %s", mode->name, what,
				   (int)at - 56, gng_status_name(status));
		if (!apart)
			check_same(mode->name, sizeof(arena), arena, before);
	}
}

static void every_mode_keeps_out_off_its_other_arguments(void **state)
{
	const struct gng_aes_variant *variant;
	struct subject s;

	(void)state;
	if (variant_skips(&variant))
		return;
	subject_init(&s, variant, 16);
	for (size_t m = 0; m < COUNT_OF(modes); m++)
		for (enum aside what = IV; what <= TAG; what++)
			if (reads(&modes[m], what))
				check_aside(&modes[m], &s, what);
}

/* A tag that is written must spare nonce, additional data and in. */
static void gcm_seal_keeps_the_tag_off_its_inputs(void **state)
{
	const struct gng_aes_variant *variant;
	uint8_t arena[16 + 64 + 16], before[sizeof(arena)], out[32];
	uint8_t *const input = arena + 16;
	struct subject s;

	(void)state;
	if (variant_skips(&variant))
		return;
	subject_init(&s, variant, 16);
	fill(arena, sizeof(arena), 1);
	memcpy(before, arena, sizeof(arena));
	for (size_t at = 1; at < 16 + 64; at++) {
		uint8_t *const tag = arena + at;

		assert_int_equal(
			gng_aes_gcm_seal(&s.gcm, s.nonce, 12, input, 64, out, s.own, 32, tag),
			GNG_EINVAL);
		assert_int_equal(gng_aes_gcm_seal(&s.gcm, input, 64, s.aad, 5, out, s.own, 32, tag),
				 GNG_EINVAL);
		assert_int_equal(gng_aes_gmac(&s.gcm, input, 64, s.aad, 5, tag), GNG_EINVAL);
		assert_int_equal(gng_aes_gmac(&s.gcm, s.nonce, 12, input, 64, tag), GNG_EINVAL);
		check_same("seal", sizeof(arena), arena, before);
	}
	for (size_t at = 1; at < 16 + 32; at++) {
		assert_int_equal(
			gng_aes_gcm_seal(&s.gcm, s.nonce, 12, NULL, 0, out, input, 32, arena + at),
			GNG_EINVAL);
		check_same("seal", sizeof(arena), arena, before);
	}
	assert_int_equal(gng_aes_gcm_seal(&s.gcm, s.nonce, 12, input, 64, out, s.own, 32, arena),
			 GNG_OK);
}

/* No byte of text or data lies anywhere, whatever the pointers say. */
static void gcm_seal_takes_pointers_of_no_bytes_into_its_tag(void **state)
{
	const struct gng_aes_variant *variant;
	uint8_t tag[16], want[16];
	struct subject s;

	(void)state;
	if (variant_skips(&variant))
		return;
	subject_init(&s, variant, 16);
	assert_int_equal(gng_aes_gcm_seal(&s.gcm, s.nonce, 12, NULL, 0, NULL, NULL, 0, want),
			 GNG_OK);
	for (size_t at = 0; at < sizeof(tag); at++) {
		uint8_t *const there = tag + at;

		fill(tag, sizeof(tag), at);
		assert_int_equal(
			gng_aes_gcm_seal(&s.gcm, s.nonce, 12, there, 0, there, there, 0, tag),
			GNG_OK);
		check_same("tag", sizeof(tag), tag, want);
	}
}

const struct suite_test suite_tests[] = {
	TEST_EACH_VARIANT(every_mode_refuses_inexact_overlap, "C1.overlap.refused"),
	TEST_EACH_VARIANT(every_mode_works_in_place, "C1.in-place.exact"),
	TEST_EACH_VARIANT(every_mode_keeps_out_off_its_other_arguments, "C1.overlap.refused"),
	TEST_EACH_VARIANT(gcm_seal_keeps_the_tag_off_its_inputs, "C1.overlap.refused"),
	TEST_EACH_VARIANT(gcm_seal_takes_pointers_of_no_bytes_into_its_tag, "C1.overlap.refused"),
	{0},
};
