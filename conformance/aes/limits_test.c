/* SPDX-License-Identifier: Apache-2.0 */
/*
 * limits_test.c - the limits of SP 800-38D section 5.2.1 and of the counters, which no test can
 * reach by data: 2^36 bytes of text. Operations are set just below them instead.
 */
#include "variant.h"

#include <aes_gcm.h>

#define MAX_TEXT ((UINT64_C(1) << 36) - 32)
#define END_OF_DATA (UINT64_C(1) << 61) /* 2^64 bits */

static void gcm_key_fixes_one_of_seven_tag_lengths(void **state)
{
	static const uint8_t zeros[sizeof(struct gng_aes_gcm_key)];
	struct gng_aes_gcm_key key;

	(void)state;
	for (size_t len = 0; len <= 64; len++) {
		const bool full = len >= 12 && len <= 16, is_short = len == 8 || len == 4;

		memset(&key, 0xaa, sizeof(key));
		assert_int_equal(gng_aes_gcm_init(&key, zeros, 16, len),
				 full ? GNG_OK : GNG_EINVAL);
		if (!full)
			assert_memory_equal(&key, zeros, sizeof(key));
		memset(&key, 0xaa, sizeof(key));
		assert_int_equal(gng_aes_gcm_init_short_tag(&key, zeros, 16, len),
				 is_short ? GNG_OK : GNG_EINVAL);
		if (!is_short)
			assert_memory_equal(&key, zeros, sizeof(key));
	}
}

static void gcm_writes_no_more_than_the_tag(void **state)
{
	static const size_t tag_lens[] = {16, 15, 14, 13, 12, 8, 4};
	uint8_t full[16], tag[17], bytes[32] = {1};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(tag_lens); i++) {
		struct gng_aes_gcm_key key;
		struct gng_aes_gcm op;
		const size_t len = tag_lens[i];

		assert_int_equal(len < 12 ? gng_aes_gcm_init_short_tag(&key, bytes, 16, len)
					  : gng_aes_gcm_init(&key, bytes, 16, len),
				 GNG_OK);
		memset(tag, 0xaa, sizeof(tag));
		assert_int_equal(gng_aes_gmac(&key, bytes, 12, bytes, 32, tag), GNG_OK);
		assert_int_equal(tag[len], 0xaa);
		if (i == 0)
			memcpy(full, tag, 16);
		assert_memory_equal(tag, full, len); /* section 7.1: MSB_t of the full tag */
		memset(tag, 0xaa, sizeof(tag));
		assert_int_equal(gng_aes_gcm_begin(&op, &key, bytes, 12), GNG_OK);
		assert_int_equal(gng_aes_gcm_aad(&op, bytes, 32), GNG_OK);
		assert_int_equal(gng_aes_gcm_finish_seal(&op, tag), GNG_OK);
		assert_memory_equal(tag, full, len);
		assert_int_equal(tag[len], 0xaa);
	}
}

static void gcm_refuses_an_empty_nonce(void **state)
{
	const struct gng_aes_variant *variant;
	struct gng_aes_gcm op;
	struct subject s;
	uint8_t buf[16] = {0};

	(void)state;
	if (variant_skips(&variant))
		return;
	subject_init(&s, variant, 16);
	assert_int_equal(gng_aes_gcm_seal(&s.gcm, buf, 0, NULL, 0, NULL, NULL, 0, s.tag),
			 GNG_EINVAL);
	assert_int_equal(gng_aes_gcm_open(&s.gcm, buf, 0, NULL, 0, NULL, NULL, 0, s.tag),
			 GNG_EINVAL);
	assert_int_equal(gng_aes_gmac(&s.gcm, buf, 0, NULL, 0, s.tag), GNG_EINVAL);
	assert_int_equal(gng_aes_gmac_verify(&s.gcm, buf, 0, NULL, 0, s.tag), GNG_EINVAL);
	assert_int_equal(gng_aes_gcm_begin(&op, &s.gcm, buf, 0), GNG_EINVAL);
	assert_int_equal(gng_aes_gmac(&s.gcm, buf, 1, NULL, 0, s.tag), GNG_OK);
}

/* A length beyond a limit is refused before anything is read, and wins over an overlap. */
static void gcm_refuses_lengths_beyond_the_limits(void **state)
{
	const struct gng_aes_variant *variant;
	struct gng_aes_gcm op;
	uint8_t buf[64], before[64];
	struct subject s;

	(void)state;
	if (variant_skips(&variant))
		return;
	subject_init(&s, variant, 16);
	fill(buf, sizeof(buf), 1);
	memcpy(before, buf, sizeof(buf));
	assert_int_equal(
		gng_aes_gcm_seal(&s.gcm, s.nonce, 12, NULL, 0, buf, buf + 1, MAX_TEXT + 1, s.tag),
		GNG_ELIMIT);
	assert_int_equal(
		gng_aes_gcm_open(&s.gcm, s.nonce, 12, NULL, 0, buf, buf, MAX_TEXT + 1, s.tag),
		GNG_ELIMIT);
	assert_int_equal(
		gng_aes_gcm_seal(&s.gcm, s.nonce, 12, buf, END_OF_DATA, buf, buf, 16, s.tag),
		GNG_ELIMIT);
	assert_int_equal(gng_aes_gcm_seal(&s.gcm, buf, END_OF_DATA, NULL, 0, buf, buf, 16, s.tag),
			 GNG_ELIMIT);
	assert_int_equal(gng_aes_gmac(&s.gcm, s.nonce, 12, buf, SIZE_MAX, s.tag), GNG_ELIMIT);
	assert_int_equal(gng_aes_gmac_verify(&s.gcm, buf, SIZE_MAX, buf, 1, s.tag), GNG_ELIMIT);
	assert_int_equal(gng_aes_gcm_begin(&op, &s.gcm, buf, END_OF_DATA), GNG_ELIMIT);
	check_same("refused", sizeof(buf), buf, before);
}

static void gcm_stream_counts_towards_the_limits(void **state)
{
	const struct gng_aes_variant *variant;
	struct gng_aes_gcm op, before;
	struct subject s;
	uint8_t buf[64] = {0};

	(void)state;
	if (variant_skips(&variant))
		return;
	subject_init(&s, variant, 16);
	assert_int_equal(gng_aes_gcm_begin(&op, &s.gcm, s.nonce, 12), GNG_OK);
	op.aad_len = END_OF_DATA - 32;
	assert_int_equal(gng_aes_gcm_aad(&op, buf, 31), GNG_OK);
	before = op;
	assert_int_equal(gng_aes_gcm_aad(&op, buf, 1), GNG_ELIMIT);
	assert_int_equal(gng_aes_gcm_aad(&op, buf, SIZE_MAX), GNG_ELIMIT);
	assert_memory_equal(&op, &before, sizeof(op));
	assert_int_equal(gng_aes_gcm_encrypt(&op, buf, buf, 16), GNG_OK);
	op.text_len = MAX_TEXT - 32;
	assert_int_equal(gng_aes_gcm_encrypt(&op, buf, buf, 32), GNG_OK);
	before = op;
	assert_int_equal(gng_aes_gcm_encrypt(&op, buf, buf, 1), GNG_ELIMIT);
	assert_int_equal(gng_aes_gcm_encrypt(&op, buf, buf + 1, SIZE_MAX), GNG_ELIMIT);
	assert_memory_equal(&op, &before, sizeof(op));
}

static void ctr_stream_never_uses_a_counter_block_twice(void **state)
{
	const struct gng_aes_variant *variant;
	struct gng_aes_ctr op, before;
	struct subject s;
	uint8_t buf[64] = {0};

	(void)state;
	if (variant_skips(&variant))
		return;
	subject_init(&s, variant, 16);
	assert_int_equal(gng_aes_ctr_begin(&op, &s.key, s.iv), GNG_OK);
	op.done = UINT64_MAX - 31;
	assert_int_equal(gng_aes_ctr_update(&op, buf, buf, 31), GNG_OK);
	before = op;
	assert_int_equal(gng_aes_ctr_update(&op, buf, buf + 1, 2), GNG_ELIMIT);
	assert_memory_equal(&op, &before, sizeof(op));
	assert_int_equal(gng_aes_ctr_update(&op, buf, buf, 0), GNG_OK);
}

/* ---- inc32 of section 6.2 ---- */

static void inc32(uint8_t counter[16])
{
	for (int i = 15; i >= 12 && ++counter[i] == 0;)
		i--;
}

/* slow_gctr is section 6.5 word for word, from counter, which it leaves behind the last block. */
static void slow_gctr(struct subject *s, uint8_t counter[16], uint8_t *out, const uint8_t *in,
		      size_t len)
{
	uint8_t stream[16] = {0};

	for (size_t i = 0; i < len; i++) {
		if (i % 16 == 0) {
			assert_int_equal(gng_aes_ecb_encrypt(&s->key, stream, counter, 16), GNG_OK);
			inc32(counter);
		}
		out[i] = in[i] ^ stream[i % 16];
	}
}

/* check_wrap crypts both ways in chunks from a counter whose low 32 bits overflow. */
static void check_wrap(struct subject *s, const uint8_t start[16], size_t chunk)
{
	uint8_t in[41 * 16], got[sizeof(in)], want[sizeof(in)], counter[16];
	struct gng_aes_gcm op;

	fill(in, sizeof(in), 7);
	memcpy(counter, start, 16);
	slow_gctr(s, counter, want, in, sizeof(in));
	assert_int_equal(gng_aes_gcm_begin(&op, &s->gcm, s->nonce, 12), GNG_OK);
	memcpy(op.counter, start, 16);
	for (size_t i = 0; i < sizeof(in); i += chunk)
		assert_int_equal(gng_aes_gcm_encrypt(&op, got + i, in + i, chunk), GNG_OK);
	check_same("gcm_encrypt", sizeof(in), got, want);
	check_same("counter", 16, op.counter, counter);
	assert_int_equal(gng_aes_gcm_begin(&op, &s->gcm, s->nonce, 12), GNG_OK);
	memcpy(op.counter, start, 16);
	for (size_t i = 0; i < sizeof(in); i += chunk)
		assert_int_equal(gng_aes_gcm_decrypt_unverified(&op, got + i, got + i, chunk),
				 GNG_OK);
	check_same("gcm_decrypt_unverified", sizeof(in), got, in);
}

/* The counter passes 2^32 at each of 40 places, for wide code adds to many counters at once;
 * the 96 bits above must stay. Chunks of half a block go another way than whole ones. */
static void gcm_counter_wraps_in_32_bits(void **state)
{
	const struct gng_aes_variant *variant;
	struct subject s;

	(void)state;
	if (variant_skips(&variant))
		return;
	subject_init(&s, variant, 32);
	for (unsigned int before = 0; before < 40; before++) {
		uint8_t start[16];

		memset(start, 0xff, sizeof(start));
		start[15] = (uint8_t)(0xff - before);
		check_wrap(&s, start, 41 * 16);
		check_wrap(&s, start, 8);
	}
}

const struct suite_test suite_tests[] = {
	TEST(gcm_key_fixes_one_of_seven_tag_lengths, "C1.gcm.tag-length"),
	TEST(gcm_writes_no_more_than_the_tag, "C1.gcm.tag-length"),
	TEST_EACH_VARIANT(gcm_refuses_an_empty_nonce, "C1.gcm.nonce-length"),
	TEST_EACH_VARIANT(gcm_refuses_lengths_beyond_the_limits, "C1.gcm.limits"),
	TEST_EACH_VARIANT(gcm_stream_counts_towards_the_limits, "C1.gcm.limits"),
	TEST_EACH_VARIANT(ctr_stream_never_uses_a_counter_block_twice, "C1.ctr.limit"),
	TEST_EACH_VARIANT(gcm_counter_wraps_in_32_bits, "C1.gcm.inc32"),
	{0},
};
