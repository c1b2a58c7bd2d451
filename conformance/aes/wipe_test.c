/* SPDX-License-Identifier: Apache-2.0 */
/* wipe_test.c - what is left behind: nothing, in outputs after a bad tag, keys and operations. */
#include "variant.h"

#include <string.h>
#include <ucontext.h>

static const uint8_t zeros[sizeof(struct gng_aes_gcm_key)]; /* the largest */

static void check_zero(const char *what, const void *p, size_t len)
{
	check_same(what, len, p, zeros);
}

/* The output had other bytes before, and those behind it must stay. */
static void gcm_open_leaves_no_text_after_a_bad_tag(void **state)
{
	const struct gng_aes_variant *variant;
	uint8_t in[600], sealed[600], out[616];
	struct subject s;

	(void)state;
	if (variant_skips(&variant))
		return;
	subject_init(&s, variant, 16);
	fill(in, sizeof(in), 12);
	for (size_t len = 0; len <= sizeof(in); len++) {
		assert_int_equal(mode_gcm_seal(&s, sealed, in, len), GNG_OK);
		s.tag[len % 16] ^= 1;
		memset(out, 0xaa, sizeof(out));
		assert_int_equal(mode_gcm_open(&s, out, sealed, len), GNG_EAUTH);
		check_zero("gcm_open", out, len);
		for (size_t i = len; i < len + 16; i++)
			assert_int_equal(out[i], 0xaa);
		assert_int_equal(mode_gcm_open(&s, sealed, sealed, len), GNG_EAUTH);
		check_zero("gcm_open in place", sealed, len);
	}
}

static void fini_wipes_keys_and_operations(void **state)
{
	const struct gng_aes_variant *variant;
	struct gng_aes_ctr ctr;
	struct gng_aes_cbc cbc;
	struct gng_aes_gcm gcm;
	uint8_t buf[40] = {0};
	struct subject s;
	size_t len;

	(void)state;
	if (variant_skips(&variant))
		return;
	subject_init(&s, variant, 32);
	assert_int_equal(gng_aes_ctr_begin(&ctr, &s.key, s.iv), GNG_OK);
	assert_int_equal(gng_aes_ctr_update(&ctr, buf, buf, 40), GNG_OK);
	assert_int_equal(gng_aes_cbc_begin_encrypt(&cbc, &s.key, s.iv), GNG_OK);
	assert_int_equal(gng_aes_cbc_update(&cbc, buf, 40, &len, buf, 40), GNG_OK);
	assert_int_equal(gng_aes_gcm_begin(&gcm, &s.gcm, s.nonce, 12), GNG_OK);
	assert_int_equal(gng_aes_gcm_encrypt(&gcm, buf, buf, 40), GNG_OK);
	gng_aes_ctr_fini(&ctr);
	check_zero("ctr_fini", &ctr, sizeof(ctr));
	gng_aes_cbc_fini(&cbc);
	check_zero("cbc_fini", &cbc, sizeof(cbc));
	gng_aes_gcm_fini(&gcm);
	check_zero("gcm_fini", &gcm, sizeof(gcm));
	gng_aes_fini(&s.key);
	check_zero("fini", &s.key, sizeof(s.key));
	gng_aes_gcm_key_fini(&s.gcm);
	check_zero("gcm_key_fini", &s.gcm, sizeof(s.gcm));
}

static void finish_wipes_the_operation(void **state)
{
	const struct gng_aes_variant *variant;
	struct gng_aes_cbc cbc;
	struct gng_aes_gcm gcm;
	uint8_t buf[48] = {0};
	struct subject s;
	size_t len;

	(void)state;
	if (variant_skips(&variant))
		return;
	subject_init(&s, variant, 16);
	assert_int_equal(gng_aes_cbc_begin_decrypt(&cbc, &s.key, s.iv), GNG_OK);
	assert_int_equal(gng_aes_cbc_update(&cbc, buf, 48, &len, buf, 48), GNG_OK);
	assert_int_equal(gng_aes_cbc_finish(&cbc), GNG_OK);
	check_zero("cbc_finish", &cbc, sizeof(cbc));
	assert_int_equal(gng_aes_gcm_begin(&gcm, &s.gcm, s.nonce, 12), GNG_OK);
	assert_int_equal(gng_aes_gcm_encrypt(&gcm, buf, buf, 48), GNG_OK);
	assert_int_equal(gng_aes_gcm_finish_seal(&gcm, s.tag), GNG_OK);
	check_zero("gcm_finish_seal", &gcm, sizeof(gcm));
	assert_int_equal(gng_aes_gcm_begin(&gcm, &s.gcm, s.nonce, 12), GNG_OK);
	assert_int_equal(gng_aes_gcm_decrypt_unverified(&gcm, buf, buf, 48), GNG_OK);
	assert_int_equal(gng_aes_gcm_finish_open(&gcm, s.tag), GNG_OK);
	check_zero("gcm_finish_open", &gcm, sizeof(gcm));
}

static void init_zeroes_a_key_that_it_refuses(void **state)
{
	struct gng_aes_gcm_key gcm;
	struct gng_aes_key key;

	(void)state;
	for (size_t len = 0; len <= 64; len++) {
		const bool good = len == 16 || len == 24 || len == 32;

		memset(&key, 0xaa, sizeof(key));
		memset(&gcm, 0xaa, sizeof(gcm));
		assert_int_equal(gng_aes_init(&key, zeros, len), good ? GNG_OK : GNG_EINVAL);
		assert_int_equal(gng_aes_gcm_init(&gcm, zeros, len, 16),
				 good ? GNG_OK : GNG_EINVAL);
		if (good)
			continue;
		check_zero("init", &key, sizeof(key));
		check_zero("gcm_init", &gcm, sizeof(gcm));
		assert_null(gng_aes_variant_name(&key));
	}
}

/* ---- the stack ---- */

static struct forgery {
	ucontext_t here, there;
	struct subject s;
	uint8_t sealed[48], out[48];
	enum gng_status status;
} forgery;

static uint8_t stack[1 << 18];

static void open_forgery(void)
{
	forgery.status = mode_gcm_open(&forgery.s, forgery.out, forgery.sealed, 48);
}

static void run_on_stack(void (*call)(void))
{
	memset(stack, 0, sizeof(stack));
	assert_int_equal(getcontext(&forgery.there), 0);
	forgery.there.uc_stack.ss_sp = stack;
	forgery.there.uc_stack.ss_size = sizeof(stack);
	forgery.there.uc_link = &forgery.here;
	makecontext(&forgery.there, call, 0);
	assert_int_equal(swapcontext(&forgery.here, &forgery.there), 0);
}

/* check_gone: where gonogo mutants only counts which lines this test executes, objects are not
 * optimised, and nobody takes a verdict from them. */
static void check_gone(const uint8_t secret[16])
{
	if (!getenv("GNG_COUNTED"))
		assert_null(memmem(stack, sizeof(stack), secret, 16));
}

/* On a stack of its own, where afterwards every byte can be looked at. */
static void gcm_open_leaves_no_right_tag_on_the_stack(void **state)
{
	static uint8_t in[48] = {7}, right[16];
	const struct gng_aes_variant *variant;

	(void)state;
	if (variant_skips(&variant))
		return;
	subject_init(&forgery.s, variant, 16);
	assert_int_equal(mode_gcm_seal(&forgery.s, forgery.sealed, in, 48), GNG_OK);
	memcpy(right, forgery.s.tag, 16);
	forgery.s.tag[0] ^= 1;
	run_on_stack(open_forgery);
	assert_int_equal(forgery.status, GNG_EAUTH);
	check_gone(right);
}

/* Elsewhere a copy of a local may stay that no statement made. */
#if defined(__OPTIMIZE__) && !defined(__SANITIZE_ADDRESS__) && !defined(__clang__)
#define IN_PLACE true
#else
#define IN_PLACE false
#endif

static const uint8_t long_nonce[13] = {1, 2, 3};

static void seal_with_a_long_nonce(void)
{
	forgery.status = gng_aes_gcm_seal(&forgery.s.gcm, long_nonce, sizeof(long_nonce), NULL, 0,
					  forgery.out, forgery.sealed, 48, forgery.s.tag);
}

/* E(J0), which is the tag of nothing at all, is all that hides the hash of a message in its tag:
 * who finds it may forge under that nonce. */
static void gcm_seal_leaves_no_mask_of_its_tag_on_the_stack(void **state)
{
	const struct gng_aes_variant *variant;
	uint8_t mask[16];

	(void)state;
	if (variant_skips(&variant))
		return;
	if (!IN_PLACE) {
		gng_probe_skip("without optimisation, or in clang, locals live where they please",
			       "gonogo check --builds release conformance.aes.wipe");
		return;
	}
	subject_init(&forgery.s, variant, 16);
	assert_int_equal(gng_aes_gcm_seal(&forgery.s.gcm, long_nonce, sizeof(long_nonce), NULL, 0,
					  NULL, NULL, 0, mask),
			 GNG_OK);
	run_on_stack(seal_with_a_long_nonce);
	assert_int_equal(forgery.status, GNG_OK);
	check_gone(mask);
}

const struct suite_test suite_tests[] = {
	TEST_EACH_VARIANT(gcm_open_leaves_no_text_after_a_bad_tag, "C1.gcm.wipe-on-bad-tag"),
	TEST_EACH_VARIANT(gcm_open_leaves_no_right_tag_on_the_stack, "C1.key.wiped"),
	TEST_EACH_VARIANT(gcm_seal_leaves_no_mask_of_its_tag_on_the_stack, "C1.key.wiped"),
	TEST_EACH_VARIANT(fini_wipes_keys_and_operations, "C1.key.wiped"),
	TEST_EACH_VARIANT(finish_wipes_the_operation, "C1.key.wiped"),
	TEST(init_zeroes_a_key_that_it_refuses, "C1.key.length C1.key.wiped"),
	{0},
};
