/* SPDX-License-Identifier: Apache-2.0 */
/*
 * parts_test.c - a message in several places: any cuts give the bytes and the tag of the plain
 * call, and what breaks a rule is refused before a byte is written.
 */
#include "variant.h"

#define MAX_TEXT 1100
#define MAX_PARTS 20
#define GAP 3 /* bytes between two parts, which nobody may touch */
#define MAX_APART (MAX_TEXT + GAP * MAX_PARTS)

/* ---- every cut ---- */

/* whole is a message and what the plain calls make of it. */
struct whole {
	size_t len;
	uint8_t in[MAX_TEXT], ctr[MAX_TEXT], gcm[MAX_TEXT], tag[16];
};

static void make_whole(struct whole *whole, struct subject *s, size_t len)
{
	whole->len = len;
	fill(whole->in, len, 11);
	assert_int_equal(mode_ctr(s, whole->ctr, whole->in, len), GNG_OK);
	assert_int_equal(mode_gcm_seal(s, whole->gcm, whole->in, len), GNG_OK);
	memcpy(whole->tag, s->tag, 16);
}

/* apart is a message whose parts lie GAP bytes from each other, in and out. */
struct apart {
	struct gng_aes_part parts[MAX_PARTS];
	size_t num;
	uint8_t in[MAX_APART], out[MAX_APART];
};

/* lay cuts text behind each byte ends[i]. With in_place, in is out. */
static void lay(struct apart *apart, const uint8_t *text, const size_t *ends, size_t num,
		bool in_place)
{
	size_t from = 0, at = 0;

	memset(apart->out, 0xa5, sizeof(apart->out));
	apart->num = num;
	for (size_t i = 0; i < num; i++) {
		const size_t len = ends[i] - from;
		uint8_t *const in = (in_place ? apart->out : apart->in) + at;

		memcpy(in, text + from, len);
		apart->parts[i] = (struct gng_aes_part){in, apart->out + at, len};
		from = ends[i];
		at += len + GAP;
	}
}

/* check_laid requires the bytes of want in the parts, and none between them. */
static void check_laid(const char *what, const struct apart *apart, const uint8_t *want)
{
	const uint8_t *at = apart->out;

	for (size_t i = 0; i < apart->num; i++) {
		check_same(what, apart->parts[i].len, apart->parts[i].out, want);
		want += apart->parts[i].len;
		at += apart->parts[i].len;
		for (size_t k = 0; k < GAP; k++)
			if (*at++ != 0xa5)
				suite_fail("%s writes behind part %zu", what, i);
	}
}

/* data is cut where the text is, as far as it goes. */
static size_t cut_data(struct gng_aes_data *data, const struct subject *s, const size_t *ends,
		       size_t num)
{
	size_t from = 0, num_data = 0;

	for (size_t i = 0; i <= num && from < SUBJECT_AAD_LEN; i++) {
		const size_t end = i < num && ends[i] < SUBJECT_AAD_LEN ? ends[i] : SUBJECT_AAD_LEN;

		data[num_data++] = (struct gng_aes_data){s->aad + from, end - from};
		from = end;
	}
	return num_data;
}

static void check_cuts(const struct whole *whole, struct subject *s, const size_t *ends, size_t num,
		       bool in_place)
{
	static struct apart apart;
	struct gng_aes_data data[MAX_PARTS + 1];
	const size_t num_data = cut_data(data, s, ends, num);
	uint8_t tag[16];

	lay(&apart, whole->in, ends, num, in_place);
	assert_int_equal(gng_aes_ctr_crypt_parts(&s->key, s->iv, apart.parts, num), GNG_OK);
	check_laid("ctr_crypt_parts", &apart, whole->ctr);
	lay(&apart, whole->in, ends, num, in_place);
	assert_int_equal(gng_aes_gcm_seal_parts(&s->gcm, s->nonce, 12, data, num_data, apart.parts,
						num, tag),
			 GNG_OK);
	check_laid("gcm_seal_parts", &apart, whole->gcm);
	check_same("tag", 16, tag, whole->tag);
	lay(&apart, whole->gcm, ends, num, in_place);
	assert_int_equal(gng_aes_gcm_open_parts(&s->gcm, s->nonce, 12, data, num_data, apart.parts,
						num, whole->tag),
			 GNG_OK);
	check_laid("gcm_open_parts", &apart, whole->in);
}

static void parts_agree_for_every_cut_of_a_block(void **state)
{
	const struct gng_aes_variant *variant;
	static struct whole whole;
	struct subject s;

	(void)state;
	if (variant_skips(&variant))
		return;
	subject_init(&s, variant, 16);
	make_whole(&whole, &s, 16);
	for (uint32_t mask = 0; mask < 1u << 15; mask++) {
		size_t ends[MAX_PARTS], num = 0;

		for (size_t i = 0; i < 15; i++)
			if (mask >> i & 1)
				ends[num++] = i + 1;
		ends[num++] = 16;
		check_cuts(&whole, &s, ends, num, mask & 1);
	}
}

static void check_two_cuts(size_t len)
{
	const struct gng_aes_variant *variant;
	static struct whole whole;
	struct subject s;

	if (variant_skips(&variant))
		return;
	subject_init(&s, variant, 32);
	make_whole(&whole, &s, len);
	for (size_t first = 0; first <= len; first++)
		for (size_t second = first; second <= len; second++)
			check_cuts(&whole, &s, (const size_t[]){first, second, len}, 3,
				   (first + second) & 1);
}

static void parts_agree_for_every_two_cuts(void **state)
{
	(void)state;
	check_two_cuts(200);
}

static void parts_agree_for_every_two_cuts_to_1100(void **state)
{
	(void)state;
	check_two_cuts(1100);
}

/* One part takes the way of the plain call, none at all is GMAC; each length, and data in none,
 * one or two pieces. */
static void one_part_or_none_is_the_plain_call(void **state)
{
	const struct gng_aes_variant *variant;
	static struct whole whole;
	struct subject s;
	uint8_t tag[16], out[MAX_TEXT];

	(void)state;
	if (variant_skips(&variant))
		return;
	subject_init(&s, variant, 24);
	for (size_t len = 0; len <= 600; len++) {
		const struct gng_aes_data data = {s.aad, SUBJECT_AAD_LEN};
		struct gng_aes_part part;

		make_whole(&whole, &s, len);
		part = (struct gng_aes_part){whole.in, out, len};
		assert_int_equal(
			gng_aes_gcm_seal_parts(&s.gcm, s.nonce, 12, &data, 1, &part, len > 0, tag),
			GNG_OK);
		check_same("text", len, out, whole.gcm);
		check_same("tag", 16, tag, whole.tag);
		part.in = out;
		assert_int_equal(
			gng_aes_gcm_open_parts(&s.gcm, s.nonce, 12, &data, 1, &part, len > 0, tag),
			GNG_OK);
		check_same("text", len, out, whole.in);
	}
	assert_int_equal(gng_aes_gmac(&s.gcm, s.nonce, 12, NULL, 0, whole.tag), GNG_OK);
	assert_int_equal(gng_aes_gcm_seal_parts(&s.gcm, s.nonce, 12, NULL, 0, NULL, 0, tag),
			 GNG_OK);
	check_same("tag of nothing", 16, tag, whole.tag);
}

/* A nonce that is not 12 bytes, and a tag that is not 16. */
static void parts_take_other_nonces_and_tags(void **state)
{
	const struct gng_aes_variant *variant;
	uint8_t in[100], out[100], want[100], tag[17], want_tag[16], key_bytes[16] = {7};
	struct gng_aes_gcm_key key;

	(void)state;
	if (variant_skips(&variant))
		return;
	fill(in, sizeof(in), 5);
	assert_int_equal(aes_gcm_init_with(&key, variant, key_bytes, 16, 13), GNG_OK);
	for (size_t nonce_len = 1; nonce_len <= 40; nonce_len++) {
		const struct gng_aes_part parts[] = {{in, out, 41}, {in + 41, out + 41, 59}};

		assert_int_equal(
			gng_aes_gcm_seal(&key, in, nonce_len, NULL, 0, want, in, 100, want_tag),
			GNG_OK);
		memset(tag, 0xa5, sizeof(tag));
		assert_int_equal(
			gng_aes_gcm_seal_parts(&key, in, nonce_len, NULL, 0, parts, 2, tag),
			GNG_OK);
		check_same("text", 100, out, want);
		check_same("tag", 13, tag, want_tag);
		assert_int_equal(tag[13], 0xa5);
	}
	gng_aes_gcm_key_fini(&key);
}

static void a_bad_tag_wipes_every_part(void **state)
{
	const struct gng_aes_variant *variant;
	static const uint8_t zeros[MAX_TEXT];
	static struct whole whole;
	static struct apart apart;
	struct subject s;

	(void)state;
	if (variant_skips(&variant))
		return;
	subject_init(&s, variant, 16);
	make_whole(&whole, &s, 700);
	for (size_t bit = 0; bit < 128; bit++) {
		const struct gng_aes_data data = {s.aad, SUBJECT_AAD_LEN};

		lay(&apart, whole.gcm, (const size_t[]){1, 1, 300, 700}, 4, bit & 1);
		memcpy(s.tag, whole.tag, 16);
		s.tag[bit / 8] ^= (uint8_t)(1 << bit % 8);
		assert_int_equal(gng_aes_gcm_open_parts(&s.gcm, s.nonce, 12, &data, 1, apart.parts,
							4, s.tag),
				 GNG_EAUTH);
		check_laid("wiped", &apart, zeros);
	}
}

/* What stands behind the parts in a caller's list is no part of the call. */
static void a_bad_tag_wipes_no_part_that_was_not_given(void **state)
{
	const struct gng_aes_variant *variant;
	uint8_t in[64], out[64], before[64];
	const struct gng_aes_part parts[] = {
		{in, out, 20}, {in + 20, out + 20, 12}, {in, out + 32, 32}};
	struct subject s;

	(void)state;
	if (variant_skips(&variant))
		return;
	subject_init(&s, variant, 16);
	fill(in, sizeof(in), 1);
	fill(out, sizeof(out), 2);
	memcpy(before, out, sizeof(out));
	assert_int_equal(gng_aes_gcm_open_parts(&s.gcm, s.nonce, 12, NULL, 0, parts, 2, s.tag),
			 GNG_EAUTH);
	check_same("behind", 32, out + 32, before + 32);
}

const struct suite_test suite_tests[] = {
	TEST_EACH_VARIANT(parts_agree_for_every_cut_of_a_block, "C1.parts.agree"),
	TEST_EACH_VARIANT(parts_agree_for_every_two_cuts, "C1.parts.agree"),
	TEST_SLOW_EACH_VARIANT(parts_agree_for_every_two_cuts_to_1100, "C1.parts.agree"),
	TEST_EACH_VARIANT(one_part_or_none_is_the_plain_call, "C1.parts.agree"),
	TEST_EACH_VARIANT(parts_take_other_nonces_and_tags, "C1.parts.agree"),
	TEST_EACH_VARIANT(a_bad_tag_wipes_every_part, "C1.parts.agree C1.gcm.wipe-on-bad-tag"),
	TEST_EACH_VARIANT(a_bad_tag_wipes_no_part_that_was_not_given, "C1.gcm.wipe-on-bad-tag"),
	{0},
};
