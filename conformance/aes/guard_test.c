/* SPDX-License-Identifier: Apache-2.0 */
/*
 * guard_test.c - no mode touches a byte outside its buffers: each stands once against the page
 * behind it and once against the page before it, which nobody may read.
 */
#include "variant.h"

#include <sys/mman.h>
#include <unistd.h>

#define MAX_LEN 576 /* beyond four loops of 128 bytes, with every tail */
#define NUM_AREAS 6

/* area is two pages between two that may not be touched. */
struct area {
	uint8_t *start;
	size_t len;
};

static void area_open(struct area *area)
{
	const size_t page = (size_t)sysconf(_SC_PAGESIZE);
	uint8_t *p = mmap(NULL, 4 * page, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	assert_true(p != MAP_FAILED);
	area->start = p + page;
	area->len = 2 * page;
	assert_int_equal(mprotect(area->start, area->len, PROT_READ | PROT_WRITE), 0);
}

/* edge returns len bytes at the end of the area, or at its start. */
static uint8_t *edge(const struct area *area, size_t len, bool at_end)
{
	return at_end ? area->start + area->len - len : area->start;
}

static struct area areas[NUM_AREAS];

static const uint8_t *copy_to(struct area *area, const void *from, size_t len, bool at_end)
{
	return memcpy(edge(area, len, at_end), from, len);
}

static void check_edges(const struct mode *mode, const struct subject *given, const uint8_t *in,
			size_t len, bool at_end)
{
	uint8_t want[MAX_LEN], *out = edge(&areas[0], len, at_end);
	struct subject plain = *given, s = *given;
	const uint8_t *in_copy = copy_to(&areas[1], in, len, at_end);

	run_mode(mode, &plain, want, in, len);
	s.iv = copy_to(&areas[2], given->iv, 16, at_end);
	s.nonce = copy_to(&areas[3], given->nonce, 12, at_end);
	s.aad = copy_to(&areas[4], given->aad, SUBJECT_AAD_LEN, at_end);
	s.tag = edge(&areas[5], 16, at_end);
	run_mode(mode, &s, out, in_copy, len);
	check_same(mode->name, len, out, want);
}

static void every_mode_stays_inside_its_buffers(void **state)
{
	const struct gng_aes_variant *variant;
	struct subject s;
	uint8_t in[MAX_LEN];

	(void)state;
	if (variant_skips(&variant))
		return;
	subject_init(&s, variant, 32);
	fill(in, sizeof(in), 2);
	for (size_t i = 0; i < NUM_AREAS; i++)
		area_open(&areas[i]);
	for (size_t m = 0; m < COUNT_OF(modes); m++)
		for (size_t len = 0; len <= MAX_LEN; len += modes[m].unit) {
			check_edges(&modes[m], &s, in, len, true);
			check_edges(&modes[m], &s, in, len, false);
		}
}

static void init_stays_inside_the_key_bytes(void **state)
{
	const struct gng_aes_variant *variant;
	uint8_t bytes[32];

	(void)state;
	if (variant_skips(&variant))
		return;
	fill(bytes, sizeof(bytes), 1);
	area_open(&areas[0]);
	area_open(&areas[1]);
	for (size_t len = 16; len <= 32; len += 8) {
		for (int at_end = 0; at_end <= 1; at_end++) {
			struct gng_aes_gcm_key *key, want;

			key = (void *)edge(&areas[0], sizeof(*key), at_end);
			memset(key, 0x5a, sizeof(*key)); /* each byte must be written */
			memset(&want, 0xa5, sizeof(want));
			assert_int_equal(aes_gcm_init_with(&want, variant, bytes, len, 16), GNG_OK);
			assert_int_equal(aes_gcm_init_with(key, variant,
							   copy_to(&areas[1], bytes, len, at_end),
							   len, 16),
					 GNG_OK);
			check_same("key", sizeof(want), (uint8_t *)key, (uint8_t *)&want);
		}
	}
}

/* Additional data and nonces of every length, which go another way than text. */
static void gmac_stays_inside_data_and_nonce(void **state)
{
	const struct gng_aes_variant *variant;
	uint8_t bytes[300], tag[16];
	struct subject s;

	(void)state;
	if (variant_skips(&variant))
		return;
	subject_init(&s, variant, 16);
	fill(bytes, sizeof(bytes), 1);
	area_open(&areas[0]);
	area_open(&areas[1]);
	for (size_t len = 1; len <= sizeof(bytes); len++) {
		assert_int_equal(gng_aes_gmac(&s.gcm, bytes, len, bytes, len, tag), GNG_OK);
		for (int at_end = 0; at_end <= 1; at_end++)
			assert_int_equal(
				gng_aes_gmac_verify(&s.gcm, copy_to(&areas[0], bytes, len, at_end),
						    len, copy_to(&areas[1], bytes, len, at_end),
						    len, tag),
				GNG_OK);
	}
}

const struct suite_test suite_tests[] = {
	TEST_EACH_VARIANT(every_mode_stays_inside_its_buffers, "C1.variants.agree"),
	TEST_EACH_VARIANT(init_stays_inside_the_key_bytes, "C1.variants.agree"),
	TEST_EACH_VARIANT(gmac_stays_inside_data_and_nonce, "C1.variants.agree"),
	{0},
};
