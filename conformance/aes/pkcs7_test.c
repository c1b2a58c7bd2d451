/* SPDX-License-Identifier: Apache-2.0 */
/* pkcs7_test.c - CBC with padding (RFC 5652 section 6.3): every length, every bad padding. */
#include "variant.h"

#define MAX_LEN 300

static void pkcs7_round_trips_every_length(void **state)
{
	const struct gng_aes_variant *variant;
	uint8_t in[MAX_LEN], sealed[MAX_LEN + 16], opened[MAX_LEN + 16], padded[MAX_LEN + 16];
	struct subject s;

	(void)state;
	if (variant_skips(&variant))
		return;
	subject_init(&s, variant, 32);
	fill(in, sizeof(in), 9);
	for (size_t len = 0; len <= MAX_LEN; len++) {
		const size_t want = len - len % 16 + 16;
		size_t sealed_len, opened_len;

		memset(sealed, 0xaa, sizeof(sealed));
		assert_int_equal(
			gng_aes_cbc_pkcs7_encrypt(&s.key, s.iv, sealed, want, &sealed_len, in, len),
			GNG_OK);
		assert_int_equal(sealed_len, want);
		memcpy(padded, in, len);
		memset(padded + len, (int)(want - len), want - len);
		assert_int_equal(gng_aes_cbc_encrypt(&s.key, s.iv, opened, padded, want), GNG_OK);
		check_same("pkcs7_encrypt", want, sealed, opened);
		assert_int_equal(gng_aes_cbc_pkcs7_decrypt(&s.key, s.iv, opened, want, &opened_len,
							   sealed, sealed_len),
				 GNG_OK);
		assert_int_equal(opened_len, len);
		check_same("pkcs7_decrypt", len, opened, in);
	}
}

static void pkcs7_works_in_place(void **state)
{
	const struct gng_aes_variant *variant;
	uint8_t in[MAX_LEN], buf[MAX_LEN + 16];
	struct subject s;
	size_t len;

	(void)state;
	if (variant_skips(&variant))
		return;
	subject_init(&s, variant, 16);
	fill(in, sizeof(in), 9);
	for (size_t i = 0; i <= MAX_LEN; i++) {
		memcpy(buf, in, i);
		assert_int_equal(
			gng_aes_cbc_pkcs7_encrypt(&s.key, s.iv, buf, sizeof(buf), &len, buf, i),
			GNG_OK);
		assert_int_equal(
			gng_aes_cbc_pkcs7_decrypt(&s.key, s.iv, buf, sizeof(buf), &len, buf, len),
			GNG_OK);
		assert_int_equal(len, i);
		check_same("pkcs7 in place", len, buf, in);
	}
}

/* good tells what RFC 5652 allows, with branches, which the implementation must not have. */
static bool good(const uint8_t last[16])
{
	const unsigned int pad = last[15];

	if (pad < 1 || pad > 16)
		return false;
	for (unsigned int i = 1; i <= pad; i++)
		if (last[16 - i] != pad)
			return false;
	return true;
}

/* open_last decrypts one block before the last block and the last block itself. */
static enum gng_status open_last(struct subject *s, const uint8_t last[16], size_t *len)
{
	uint8_t text[32], sealed[32], out[32];
	enum gng_status status;

	fill(text, 16, 4);
	memcpy(text + 16, last, 16);
	memset(out, 0xaa, sizeof(out));
	assert_int_equal(gng_aes_cbc_encrypt(&s->key, s->iv, sealed, text, 32), GNG_OK);
	*len = 77;
	status = gng_aes_cbc_pkcs7_decrypt(&s->key, s->iv, out, 32, len, sealed, 32);
	if (status != GNG_OK)
		for (size_t i = 0; i < sizeof(out); i++)
			assert_int_equal(out[i], 0);
	return status;
}

static void check_last(struct subject *s, const uint8_t last[16])
{
	size_t len;
	const enum gng_status status = open_last(s, last, &len);

	assert_int_equal(status, good(last) ? GNG_OK : GNG_EAUTH);
	assert_int_equal(len, good(last) ? 32 - last[15] : 0);
}

/*
 * For each pad length p from 0 to 255: the block that would be right with each subset of its
 * last 16 bytes spoilt, 2^k subsets of the k = min(p, 16) padding bytes.
 */
static void pkcs7_gives_one_error_for_every_bad_padding(void **state)
{
	const struct gng_aes_variant *variant;
	struct subject s;
	uint8_t last[16];

	(void)state;
	if (variant_skips(&variant))
		return;
	subject_init(&s, variant, 16);
	for (unsigned int pad = 0; pad < 256; pad++) {
		const unsigned int num = pad > 16 ? 4 : pad;

		for (uint32_t subset = 0; subset < (1u << num); subset++) {
			memset(last, 0x77, sizeof(last));
			for (unsigned int i = 1; i <= 16 && i <= pad; i++)
				last[16 - i] = (uint8_t)(pad ^ (subset >> (i - 1) & 1 ? 0x80 : 0));
			if (pad == 0)
				last[15] = 0;
			check_last(&s, last);
		}
	}
}

/* Each single bit of each byte of each right padding, the bytes before it included. */
static void pkcs7_notices_each_bit_of_the_padding(void **state)
{
	const struct gng_aes_variant *variant;
	struct subject s;

	(void)state;
	if (variant_skips(&variant))
		return;
	subject_init(&s, variant, 24);
	for (unsigned int pad = 1; pad <= 16; pad++) {
		for (unsigned int bit = 0; bit < 128; bit++) {
			uint8_t last[16];

			memset(last, 0x77, sizeof(last));
			memset(last + 16 - pad, (int)pad, pad);
			last[bit / 8] ^= (uint8_t)(1u << bit % 8);
			check_last(&s, last);
		}
	}
}

static void pkcs7_refuses_what_encryption_cannot_have_made(void **state)
{
	const struct gng_aes_variant *variant;
	uint8_t in[48], out[48];
	struct subject s;

	(void)state;
	if (variant_skips(&variant))
		return;
	subject_init(&s, variant, 16);
	fill(in, sizeof(in), 2);
	memset(out, 0xaa, sizeof(out));
	for (size_t len = 0; len < 48; len++) {
		size_t out_len = 77;

		if (len % 16 == 0 && len > 0)
			continue;
		assert_int_equal(
			gng_aes_cbc_pkcs7_decrypt(&s.key, s.iv, out, 48, &out_len, in, len),
			GNG_EAUTH);
		assert_int_equal(out_len, 0);
	}
	for (size_t i = 0; i < sizeof(out); i++)
		assert_int_equal(out[i], 0xaa);
}

static void pkcs7_keeps_to_the_capacity(void **state)
{
	const struct gng_aes_variant *variant;
	uint8_t in[40], sealed[48], out[48];
	struct subject s;
	size_t len;

	(void)state;
	if (variant_skips(&variant))
		return;
	subject_init(&s, variant, 16);
	fill(in, sizeof(in), 2);
	memset(sealed, 0xaa, sizeof(sealed));
	for (size_t cap = 0; cap < 48; cap++) {
		len = 77;
		assert_int_equal(gng_aes_cbc_pkcs7_encrypt(&s.key, s.iv, sealed, cap, &len, in, 40),
				 GNG_EINVAL);
		assert_int_equal(len, 0);
	}
	for (size_t i = 0; i < sizeof(sealed); i++)
		assert_int_equal(sealed[i], 0xaa);
	assert_int_equal(gng_aes_cbc_pkcs7_encrypt(&s.key, s.iv, sealed, 48, &len, in, 40), GNG_OK);
	for (size_t cap = 0; cap < 48; cap++) /* 40 bytes would do, and the answer would tell */
		assert_int_equal(
			gng_aes_cbc_pkcs7_decrypt(&s.key, s.iv, out, cap, &len, sealed, 48),
			GNG_EINVAL);
	assert_int_equal(gng_aes_cbc_pkcs7_decrypt(&s.key, s.iv, out, 48, &len, sealed, 48),
			 GNG_OK);
}

const struct suite_test suite_tests[] = {
	TEST_EACH_VARIANT(pkcs7_round_trips_every_length, "C1.cbc.pkcs7"),
	TEST_EACH_VARIANT(pkcs7_works_in_place, "C1.cbc.pkcs7 C1.in-place.exact"),
	TEST_EACH_VARIANT(pkcs7_gives_one_error_for_every_bad_padding, "C1.cbc.pkcs7-one-error"),
	TEST_EACH_VARIANT(pkcs7_notices_each_bit_of_the_padding, "C1.cbc.pkcs7-one-error"),
	TEST_EACH_VARIANT(pkcs7_refuses_what_encryption_cannot_have_made, "C1.cbc.pkcs7-one-error"),
	TEST_EACH_VARIANT(pkcs7_keeps_to_the_capacity, "C1.cbc.pkcs7"),
	{0},
};
