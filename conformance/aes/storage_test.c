/* SPDX-License-Identifier: Apache-2.0 */
/*
 * storage_test.c - keys, operations and buffers at every 8-byte alignment: cgo aligns Go storage
 * to 8, and an aligned SSE load then faults.
 */
#include "variant.h"

#define MAX_LEN 272

/* at returns storage whose address is offset modulo 64. */
static void *at(uint8_t *storage, size_t offset)
{
	return storage + (64 - (uintptr_t)storage % 64) + offset;
}

static void every_mode_works_at_every_alignment_of_the_key(void **state)
{
	static uint8_t storage[sizeof(struct subject) + 128];
	const struct gng_aes_variant *variant;
	uint8_t in[MAX_LEN], want[MAX_LEN], got[MAX_LEN];
	struct subject s;

	(void)state;
	if (variant_skips(&variant))
		return;
	subject_init(&s, variant, 24);
	fill(in, sizeof(in), 2);
	for (size_t offset = 0; offset < 64; offset += 8) {
		struct subject *moved = at(storage, offset);

		assert_int_equal((uintptr_t)moved % 64, offset);
		subject_init(moved, variant, 24);
		for (size_t m = 0; m < COUNT_OF(modes); m++) {
			run_mode(&modes[m], &s, want, in, MAX_LEN);
			run_mode(&modes[m], moved, got, in, MAX_LEN);
			check_same(modes[m].name, MAX_LEN, got, want);
		}
	}
}

/* A key may be moved: nothing in it points into itself. */
static void keys_may_be_moved(void **state)
{
	static uint8_t storage[sizeof(struct gng_aes_gcm_key) + 128];
	const struct gng_aes_variant *variant;
	uint8_t in[MAX_LEN] = {1}, want[MAX_LEN], got[MAX_LEN], tag[16];
	struct gng_aes_gcm_key *moved = at(storage, 8);
	struct subject s;

	(void)state;
	if (variant_skips(&variant))
		return;
	subject_init(&s, variant, 16);
	assert_int_equal(mode_gcm_seal(&s, want, in, MAX_LEN), GNG_OK);
	memcpy(moved, &s.gcm, sizeof(s.gcm));
	gng_aes_gcm_key_fini(&s.gcm);
	assert_int_equal(
		gng_aes_gcm_seal(moved, s.nonce, 12, s.aad, SUBJECT_AAD_LEN, got, in, MAX_LEN, tag),
		GNG_OK);
	check_same("gcm_seal", MAX_LEN, got, want);
	check_same("tag", 16, tag, s.tag);
}

static void streams_work_at_every_alignment(void **state)
{
	static uint8_t storage[sizeof(struct gng_aes_gcm) + 128];
	const struct gng_aes_variant *variant;
	uint8_t in[MAX_LEN], want[MAX_LEN], got[MAX_LEN], tag[16];
	struct subject s;

	(void)state;
	if (variant_skips(&variant))
		return;
	subject_init(&s, variant, 16);
	fill(in, sizeof(in), 2);
	assert_int_equal(mode_gcm_seal(&s, want, in, MAX_LEN), GNG_OK);
	for (size_t offset = 0; offset < 64; offset += 8) {
		struct gng_aes_gcm *op = at(storage, offset);

		assert_int_equal(gng_aes_gcm_begin(op, &s.gcm, s.nonce, 12), GNG_OK);
		assert_int_equal(gng_aes_gcm_aad(op, s.aad, SUBJECT_AAD_LEN), GNG_OK);
		assert_int_equal(gng_aes_gcm_encrypt(op, got, in, MAX_LEN), GNG_OK);
		assert_int_equal(gng_aes_gcm_finish_seal(op, tag), GNG_OK);
		check_same("gcm_encrypt", MAX_LEN, got, want);
		check_same("tag", 16, tag, s.tag);
	}
}

/* Buffers have no alignment at all. */
static void every_mode_works_at_every_alignment_of_the_buffers(void **state)
{
	static uint8_t in_storage[MAX_LEN + 192], out_storage[MAX_LEN + 192];
	const struct gng_aes_variant *variant;
	uint8_t in[MAX_LEN], want[MAX_LEN];
	struct subject s;

	(void)state;
	if (variant_skips(&variant))
		return;
	subject_init(&s, variant, 16);
	fill(in, sizeof(in), 2);
	for (size_t m = 0; m < COUNT_OF(modes); m++) {
		run_mode(&modes[m], &s, want, in, MAX_LEN);
		for (size_t offset = 0; offset < 64; offset++) {
			uint8_t *moved = at(in_storage, offset),
				*out = at(out_storage, 63 - offset);

			memcpy(moved, in, MAX_LEN);
			run_mode(&modes[m], &s, out, moved, MAX_LEN);
			check_same(modes[m].name, MAX_LEN, out, want);
		}
	}
}

const struct suite_test suite_tests[] = {
	TEST_EACH_VARIANT(every_mode_works_at_every_alignment_of_the_key, "C1.storage.alignment"),
	TEST_EACH_VARIANT(keys_may_be_moved, "C1.storage.alignment"),
	TEST_EACH_VARIANT(streams_work_at_every_alignment, "C1.storage.alignment"),
	TEST_EACH_VARIANT(every_mode_works_at_every_alignment_of_the_buffers,
			  "C1.storage.alignment"),
	{0},
};
