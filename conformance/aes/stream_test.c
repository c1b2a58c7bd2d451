/* SPDX-License-Identifier: Apache-2.0 */
/* stream_test.c - streams: any chunking gives the bytes of one call; any other order is refused. */
#include "variant.h"

#include <aes_gcm.h>

#define MAX_TEXT 320

/* chunked runs a stream over in[0..len), cut behind byte i where cut(i) is true. */
struct chunks {
	uint32_t mask;	      /* of the first 32 bytes */
	size_t first, second; /* and two places anywhere */
};

static size_t next_cut(const struct chunks *chunks, size_t at, size_t len)
{
	for (size_t end = at + 1; end < len; end++)
		if ((end <= 32 && chunks->mask >> (end - 1) & 1) || end == chunks->first ||
		    end == chunks->second)
			return end;
	return len;
}

static void ctr_chunks(struct subject *s, uint8_t *out, const uint8_t *in, size_t len,
		       const struct chunks *chunks)
{
	struct gng_aes_ctr op;

	assert_int_equal(gng_aes_ctr_begin(&op, &s->key, s->iv), GNG_OK);
	for (size_t at = 0, end; at < len; at = end) {
		end = next_cut(chunks, at, len);
		assert_int_equal(gng_aes_ctr_update(&op, out + at, in + at, end - at), GNG_OK);
	}
	gng_aes_ctr_fini(&op);
}

/* len is whole blocks. The capacity is exact in each call. */
static void cbc_chunks(struct subject *s, uint8_t *out, const uint8_t *in, size_t len,
		       const struct chunks *chunks, bool decrypts)
{
	struct gng_aes_cbc op;
	size_t written = 0;

	assert_int_equal(decrypts ? gng_aes_cbc_begin_decrypt(&op, &s->key, s->iv)
				  : gng_aes_cbc_begin_encrypt(&op, &s->key, s->iv),
			 GNG_OK);
	for (size_t at = 0, end; at < len; at = end) {
		size_t out_len, ready;

		end = next_cut(chunks, at, len);
		ready = end / 16 * 16 - written;
		assert_int_equal(
			gng_aes_cbc_update(&op, out + written, ready, &out_len, in + at, end - at),
			GNG_OK);
		assert_int_equal(out_len, ready);
		written += out_len;
	}
	assert_int_equal(written, len);
	assert_int_equal(gng_aes_cbc_finish(&op), GNG_OK);
}

/* The additional data is cut at the same places as the text. */
static void gcm_chunks(struct subject *s, uint8_t *out, const uint8_t *in, size_t len,
		       const struct chunks *chunks, bool decrypts)
{
	struct gng_aes_gcm op;
	uint8_t tag[16];

	assert_int_equal(gng_aes_gcm_begin(&op, &s->gcm, s->nonce, 12), GNG_OK);
	for (size_t at = 0, end; at < SUBJECT_AAD_LEN; at = end) {
		end = next_cut(chunks, at, SUBJECT_AAD_LEN);
		assert_int_equal(gng_aes_gcm_aad(&op, s->aad + at, end - at), GNG_OK);
	}
	for (size_t at = 0, end; at < len; at = end) {
		end = next_cut(chunks, at, len);
		assert_int_equal(
			decrypts ? gng_aes_gcm_decrypt_unverified(&op, out + at, in + at, end - at)
				 : gng_aes_gcm_encrypt(&op, out + at, in + at, end - at),
			GNG_OK);
	}
	if (decrypts) {
		assert_int_equal(gng_aes_gcm_finish_open(&op, s->tag), GNG_OK);
		return;
	}
	assert_int_equal(gng_aes_gcm_finish_seal(&op, tag), GNG_OK);
	check_same("tag", 16, tag, s->tag);
}

/* want holds what the one-shot calls give. */
struct expected {
	uint8_t in[MAX_TEXT], ctr[MAX_TEXT], cbc[MAX_TEXT], gcm[MAX_TEXT];
	size_t len, whole;
};

static void expect(struct expected *want, struct subject *s, size_t len)
{
	want->len = len;
	want->whole = len / 16 * 16;
	fill(want->in, len, 11);
	assert_int_equal(mode_ctr(s, want->ctr, want->in, len), GNG_OK);
	assert_int_equal(mode_cbc_encrypt(s, want->cbc, want->in, want->whole), GNG_OK);
	assert_int_equal(mode_gcm_seal(s, want->gcm, want->in, len), GNG_OK);
}

static void check_chunks(const struct expected *want, struct subject *s,
			 const struct chunks *chunks)
{
	uint8_t out[MAX_TEXT];

	ctr_chunks(s, out, want->in, want->len, chunks);
	check_same("ctr_update", want->len, out, want->ctr);
	cbc_chunks(s, out, want->in, want->whole, chunks, false);
	check_same("cbc_update encrypting", want->whole, out, want->cbc);
	cbc_chunks(s, out, want->cbc, want->whole, chunks, true);
	check_same("cbc_update decrypting", want->whole, out, want->in);
	gcm_chunks(s, out, want->in, want->len, chunks, false);
	check_same("gcm_encrypt", want->len, out, want->gcm);
	gcm_chunks(s, out, want->gcm, want->len, chunks, true);
	check_same("gcm_decrypt_unverified", want->len, out, want->in);
}

/* All 2^15 chunkings of 16 bytes, and all 2^(n-1) of n < 10. */
static void streams_agree_for_every_chunking_of_a_block(void **state)
{
	static const size_t lens[] = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 16};
	const struct gng_aes_variant *variant;
	struct expected want;
	struct subject s;

	(void)state;
	if (variant_skips(&variant))
		return;
	subject_init(&s, variant, 16);
	for (size_t i = 0; i < COUNT_OF(lens); i++) {
		const uint32_t num = lens[i] > 1 ? 1u << (lens[i] - 1) : 1;

		expect(&want, &s, lens[i]);
		for (uint32_t mask = 0; mask < num; mask++)
			check_chunks(&want, &s, &(struct chunks){.mask = mask});
	}
}

/* All ways to cut 300 bytes in three: the widest loop of a variant takes 128 at once. */
static void streams_agree_for_every_two_cuts(void **state)
{
	const struct gng_aes_variant *variant;
	struct expected want;
	struct subject s;

	(void)state;
	if (variant_skips(&variant))
		return;
	subject_init(&s, variant, 16);
	expect(&want, &s, 300);
	for (size_t first = 1; first < 300; first++)
		for (size_t second = first; second < 300; second++)
			check_chunks(&want, &s, &(struct chunks){0, first, second});
}

static void streams_work_in_place_whatever_is_held(void **state)
{
	const struct gng_aes_variant *variant;
	uint8_t in[400], want[400], got[400];
	struct subject s;

	(void)state;
	if (variant_skips(&variant))
		return;
	subject_init(&s, variant, 24);
	fill(in, sizeof(in), 3);
	assert_int_equal(mode_cbc_encrypt(&s, want, in, sizeof(in)), GNG_OK);
	for (size_t held = 0; held < 16; held++) {
		for (size_t len = 1; len + held <= sizeof(in); len++) {
			struct gng_aes_cbc op;
			size_t out_len;

			assert_int_equal(gng_aes_cbc_begin_encrypt(&op, &s.key, s.iv), GNG_OK);
			assert_int_equal(gng_aes_cbc_update(&op, NULL, 0, &out_len, in, held),
					 GNG_OK);
			memset(got, 0xaa, sizeof(got));
			memcpy(got, in + held, len);
			assert_int_equal(
				gng_aes_cbc_update(&op, got, sizeof(got), &out_len, got, len),
				GNG_OK);
			assert_int_equal(out_len, (held + len) / 16 * 16);
			check_same("cbc_update in place", out_len, got, want);
			gng_aes_cbc_fini(&op);
		}
	}
}

/* ---- order: B begin, A aad, E encrypt, D decrypt, S finish_seal, O finish_open ---- */

static enum gng_status step(struct gng_aes_gcm *op, struct subject *s, char what, size_t len)
{
	static uint8_t text[16];

	switch (what) {
	case 'A':
		return gng_aes_gcm_aad(op, text, len);
	case 'E':
		return gng_aes_gcm_encrypt(op, text, text, len);
	case 'D':
		return gng_aes_gcm_decrypt_unverified(op, text, text, len);
	case 'S':
		return gng_aes_gcm_finish_seal(op, s->tag);
	default:
		return gng_aes_gcm_finish_open(op, s->tag);
	}
}

static const struct {
	const char *good; /* steps that succeed; a lower-case letter is a chunk of 0 bytes */
	const char *bad;  /* each is refused then */
} orders[] = {
	{"", ""},     {"A", ""},	{"AE", "ADO"},	 {"E", "ADO"},	 {"AD", "AES"},
	{"D", "AES"}, {"AES", "AEDSO"}, {"S", "AEDSO"},	 {"ADD", "AES"}, {"e", ""},
	{"d", ""},    {"ed", ""},	{"eAdD", "AES"}, {"aEe", "ADO"}, {"AAS", "AEDSO"},
};

static void gcm_stream_refuses_every_other_order(void **state)
{
	const struct gng_aes_variant *variant;
	struct subject s;

	(void)state;
	if (variant_skips(&variant))
		return;
	subject_init(&s, variant, 16);
	for (size_t i = 0; i < COUNT_OF(orders); i++) {
		struct gng_aes_gcm op, before;

		assert_int_equal(gng_aes_gcm_begin(&op, &s.gcm, s.nonce, 12), GNG_OK);
		for (const char *c = orders[i].good; *c; c++)
			assert_int_equal(step(&op, &s, *c & 0x5f, *c & 0x20 ? 0 : 16), GNG_OK);
		before = op;
		for (const char *c = orders[i].bad; *c; c++) {
			if (step(&op, &s, *c, 16) != GNG_EINVAL)
				suite_fail("%c after %s is accepted", *c, orders[i].good);
			assert_memory_equal(&op, &before, sizeof(op));
		}
	}
}

/* A bad tag ends the stream too. */
static void gcm_stream_ends_with_a_bad_tag(void **state)
{
	const struct gng_aes_variant *variant;
	static const uint8_t zeros[sizeof(struct gng_aes_gcm)];
	struct gng_aes_gcm op;
	struct subject s;
	uint8_t text[40];

	(void)state;
	if (variant_skips(&variant))
		return;
	subject_init(&s, variant, 16);
	fill(text, sizeof(text), 1);
	subject_tag(&s, text, sizeof(text));
	s.tag[15] ^= 1;
	assert_int_equal(gng_aes_gcm_begin(&op, &s.gcm, s.nonce, 12), GNG_OK);
	assert_int_equal(gng_aes_gcm_aad(&op, s.aad, SUBJECT_AAD_LEN), GNG_OK);
	assert_int_equal(gng_aes_gcm_decrypt_unverified(&op, text, text, sizeof(text)), GNG_OK);
	assert_int_equal(gng_aes_gcm_finish_open(&op, s.tag), GNG_EAUTH);
	assert_memory_equal(&op, zeros, sizeof(op));
	assert_int_equal(gng_aes_gcm_finish_open(&op, s.tag), GNG_EINVAL);
}

static void cbc_stream_waits_for_whole_blocks(void **state)
{
	const struct gng_aes_variant *variant;
	uint8_t in[32], out[32], want[32];
	struct gng_aes_cbc op, before;
	struct subject s;
	size_t len;

	(void)state;
	if (variant_skips(&variant))
		return;
	subject_init(&s, variant, 16);
	fill(in, sizeof(in), 1);
	assert_int_equal(mode_cbc_encrypt(&s, want, in, 32), GNG_OK);
	assert_int_equal(gng_aes_cbc_begin_encrypt(&op, &s.key, s.iv), GNG_OK);
	assert_int_equal(gng_aes_cbc_update(&op, out, 16, &len, in, 20), GNG_OK);
	assert_int_equal(len, 16);
	before = op;
	assert_int_equal(gng_aes_cbc_finish(&op), GNG_EINVAL);
	assert_int_equal(gng_aes_cbc_update(&op, out + 16, 15, &len, in + 20, 12), GNG_EINVAL);
	assert_int_equal(len, 0);
	assert_memory_equal(&op, &before, sizeof(op));
	assert_int_equal(gng_aes_cbc_update(&op, out + 16, 16, &len, in + 20, 12), GNG_OK);
	check_same("cbc_update", 32, out, want);
	assert_int_equal(gng_aes_cbc_finish(&op), GNG_OK);
	assert_int_equal(gng_aes_cbc_finish(&op), GNG_EINVAL);
	assert_int_equal(gng_aes_cbc_update(&op, out, 32, &len, in, 32), GNG_EINVAL);
}

const struct suite_test suite_tests[] = {
	TEST_EACH_VARIANT(streams_agree_for_every_chunking_of_a_block, "C1.stream.chunking"),
	TEST_EACH_VARIANT(streams_agree_for_every_two_cuts, "C1.stream.chunking"),
	TEST_EACH_VARIANT(streams_work_in_place_whatever_is_held, "C1.in-place.exact"),
	TEST_EACH_VARIANT(gcm_stream_refuses_every_other_order, "C1.stream.order"),
	TEST_EACH_VARIANT(gcm_stream_ends_with_a_bad_tag, "C1.stream.order"),
	TEST_EACH_VARIANT(cbc_stream_waits_for_whole_blocks, "C1.stream.order"),
	{0},
};
