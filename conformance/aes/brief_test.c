/* SPDX-License-Identifier: Apache-2.0 */
/*
 * brief_test.c - where the rules of overlap begin: no byte lies nowhere, wherever its pointer says,
 * and one byte lies somewhere.
 */
#include "variant.h"

#define TAG_LEN 16

static struct subject subject;
static uint8_t tag[TAG_LEN], want[TAG_LEN], out[TAG_LEN];

static bool set_up(void)
{
	const struct gng_aes_variant *variant;

	if (variant_skips(&variant))
		return false;
	subject_init(&subject, variant, 16);
	fill(tag, sizeof(tag), 3);
	return true;
}

static enum gng_status seal(const uint8_t *aad, size_t aad_len, const uint8_t *in, size_t len)
{
	return gng_aes_gcm_seal(&subject.gcm, subject.nonce, 12, aad, aad_len, out, in, len, tag);
}

/* check_apart asks for a refusal that leaves the tag as it was. */
static void check_apart(const char *what, size_t at, enum gng_status status)
{
	uint8_t before[TAG_LEN];

	fill(before, sizeof(before), 3);
	if (status != GNG_EINVAL)
		suite_fail("%s on byte %zu of the tag: %s", what, at, gng_status_name(status));
	check_same(what, sizeof(tag), tag, before);
}

static void one_byte_is_kept_off_the_tag(void **state)
{
	(void)state;
	if (!set_up())
		return;
	for (size_t at = 0; at < sizeof(tag); at++) {
		check_apart("one byte of text", at, seal(NULL, 0, tag + at, 1));
		check_apart("one byte of data", at, seal(tag + at, 1, NULL, 0));
		check_apart("one byte of data beside text", at, seal(tag + at, 1, subject.own, 1));
	}
}

static void one_byte_of_data_is_kept_off_the_output(void **state)
{
	uint8_t text[3] = {1, 2, 3}, before[3];

	(void)state;
	if (!set_up())
		return;
	memcpy(before, text, sizeof(text));
	for (size_t at = 0; at < sizeof(text); at++) {
		assert_int_equal(gng_aes_gcm_seal(&subject.gcm, subject.nonce, 12, text + at, 1,
						  text, text, sizeof(text), tag),
				 GNG_EINVAL);
		check_same("the text", sizeof(text), text, before);
	}
}

/* Data of no bytes whose pointer is the middle of the output, or of the tag. */
static void no_byte_of_data_lies_nowhere(void **state)
{
	uint8_t text[3] = {1, 2, 3}, sealed[3], here[3];

	(void)state;
	if (!set_up())
		return;
	assert_int_equal(gng_aes_gcm_seal(&subject.gcm, subject.nonce, 12, NULL, 0, sealed, text,
					  sizeof(text), want),
			 GNG_OK);
	for (size_t at = 0; at < sizeof(here); at++) {
		memcpy(here, text, sizeof(text));
		assert_int_equal(gng_aes_gcm_seal(&subject.gcm, subject.nonce, 12, here + at, 0,
						  here, here, sizeof(here), tag),
				 GNG_OK);
		check_same("text", sizeof(here), here, sealed);
		check_same("tag", sizeof(tag), tag, want);
	}
	for (size_t at = 0; at < sizeof(tag); at++) {
		assert_int_equal(seal(tag + at, 0, text, sizeof(text)), GNG_OK);
		check_same("tag", sizeof(tag), tag, want);
	}
}

/* A call of no bytes is taken where not one byte more would be. */
static void no_byte_fits_behind_the_last(void **state)
{
	struct gng_aes_gcm op;

	(void)state;
	if (!set_up())
		return;
	assert_int_equal(gng_aes_gcm_begin(&op, &subject.gcm, subject.nonce, 12), GNG_OK);
	op.aad_len = (UINT64_C(1) << 61) - 1;
	assert_int_equal(gng_aes_gcm_aad(&op, tag, 0), GNG_OK);
	assert_int_equal(gng_aes_gcm_aad(&op, tag, 1), GNG_ELIMIT);
	assert_int_equal(gng_aes_gcm_encrypt(&op, out, tag, 0), GNG_OK);
	op.text_len = (UINT64_C(1) << 36) - 32;
	assert_int_equal(gng_aes_gcm_encrypt(&op, out, tag, 0), GNG_OK);
	assert_int_equal(gng_aes_gcm_encrypt(&op, out, tag, 1), GNG_ELIMIT);
	gng_aes_gcm_fini(&op);
}

const struct suite_test suite_tests[] = {
	TEST_EACH_VARIANT(one_byte_is_kept_off_the_tag, "C1.overlap.refused"),
	TEST_EACH_VARIANT(one_byte_of_data_is_kept_off_the_output, "C1.overlap.refused"),
	TEST_EACH_VARIANT(no_byte_of_data_lies_nowhere, "C1.overlap.refused"),
	TEST_EACH_VARIANT(no_byte_fits_behind_the_last, "C1.gcm.limits"),
	{0},
};
