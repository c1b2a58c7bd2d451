/* SPDX-License-Identifier: Apache-2.0 */
/*
 * dispatch_test.c - which variant init pins. The CPU is asked once a process, so each question
 * is put to a child; the parent never asks.
 */
#include "variant.h"

#include <sys/wait.h>
#include <unistd.h>

#define LEN 1100 /* two batches of the widest loop, and a part of a block */

/* sealed is a message of zeros and its tag; it enters every loop of GCM. */
static bool seal(uint8_t sealed[LEN + 16], const struct gng_aes_gcm_key *key)
{
	static const uint8_t in[LEN], nonce[12];

	return gng_aes_gcm_seal(key, nonce, 12, NULL, 0, sealed, in, LEN, sealed + LEN) == GNG_OK;
}

/* child writes the name of what it pins with that GNG_CPU, once its bytes proved right. */
static void child(int out, const char *mask, const uint8_t want[LEN + 16])
{
	static const uint8_t bytes[32] = {1};
	uint8_t got[LEN + 16];
	struct gng_aes_gcm_key key;
	const char *name;

	setenv("GNG_CPU", mask, 1);
	if (gng_aes_gcm_init(&key, bytes, 32, 16) != GNG_OK || !seal(got, &key) ||
	    memcmp(got, want, sizeof(got)) != 0)
		_exit(1);
	name = gng_aes_variant_name(&key.aes);
	_exit(write(out, name, strlen(name)) == (ssize_t)strlen(name) ? 0 : 1);
}

static void pinned(char name[32], const char *mask)
{
	static const uint8_t bytes[32] = {1};
	struct gng_aes_gcm_key key;
	uint8_t want[LEN + 16];
	int fds[2], status;
	ssize_t n;
	pid_t pid;

	assert_int_equal(aes_gcm_init_with(&key, aes_variant_named("portable"), bytes, 32, 16),
			 GNG_OK);
	assert_true(seal(want, &key));
	assert_int_equal(pipe(fds), 0);
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0)
		child(fds[1], mask, want);
	close(fds[1]);
	n = read(fds[0], name, 31);
	close(fds[0]);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
	assert_true(n > 0);
	name[n] = '\0';
}

static void check_pinned(const char *mask, const char *want)
{
	char name[32];

	pinned(name, mask);
	assert_string_equal(name, want);
}

/* gng_cpu_detect is not masked and keeps nothing, so the parent may ask it. */
static const char *best(uint32_t cleared)
{
	const uint32_t caps = gng_cpu_detect() & ~cleared;

	for (size_t i = 0; i < aes_num_variants; i++)
		if ((aes_variants[i]->needs & ~caps) == 0)
			return aes_variants[i]->name;
	return NULL;
}

static void init_pins_the_first_variant_that_the_cpu_has(void **state)
{
	(void)state;
	check_pinned("", best(0));
}

static void init_honours_each_bit_of_gng_cpu(void **state)
{
	(void)state;
	check_pinned("-aesni", "portable"); /* every variant but it has AESENC and PCLMULQDQ */
	check_pinned("-pclmul", "portable");
	check_pinned("-ssse3", "portable"); /* byte swaps by PSHUFB */
	check_pinned("-aesni,-pclmul", "portable");
	check_pinned("-vaes512,-vaes256", best(GNG_CPU_AVX512 | GNG_CPU_VAES | GNG_CPU_VPCLMUL));
}

static void check_needs(const char *variant, const char *mask)
{
	const struct gng_aes_variant *const named = aes_variant_named(variant);
	uint32_t cleared;

	assert_int_equal(gng_cpu_mask(&cleared, mask, NULL), GNG_OK);
	if (named && !(named->needs & cleared)) /* other processors have no such variant */
		suite_fail("%s does not need what GNG_CPU=%s masks", variant, mask);
}

/* What a variant is made of it needs, each of it, whatever else the CPU has: by its table on any
 * machine, and by what is chosen where the CPU has it. */
static void wide_variants_need_each_of_their_instruction_sets(void **state)
{
	static const char *const sets[] = {"aesni", "pclmul", "ssse3",	 "sse41",  "avx",
					   "avx2",  "vaes",   "vpclmul", "avx512", "bmi2"};
	char mask[16], name[32];

	(void)state;
	for (size_t i = 0; i < COUNT_OF(sets); i++) {
		snprintf(mask, sizeof(mask), "-%s", sets[i]);
		pinned(name, mask);
		check_needs("vaes512", mask);
		assert_string_not_equal(name, "vaes512");
		if (i >= 8) /* up to VPCLMUL both need the same */
			continue;
		check_needs("vaes256", mask);
		assert_string_not_equal(name, "vaes256");
	}
}

/*
 * Masks that no CPU has, as AES-NI off with VAES on: a library that asks only for the last
 * feature then gives wrong bytes without a word.
 */
static void every_mask_gives_right_bytes_by_what_it_leaves(void **state)
{
	static const char *const names[] = {"aesni", "pclmul", "ssse3", "sse41",   "avx",
					    "avx2",  "bmi2",   "vaes",	"vpclmul", "avx512"};
	const struct gng_aes_variant *variant;
	char mask[128], name[32];
	uint32_t cleared;

	(void)state;
	for (unsigned int set = 0; set < 1u << COUNT_OF(names); set++) {
		size_t len = 0;

		mask[0] = '\0';
		for (size_t i = 0; i < COUNT_OF(names); i++)
			if (set & 1u << i)
				len += (size_t)snprintf(mask + len, sizeof(mask) - len, "%s-%s",
							len ? "," : "", names[i]);
		pinned(name, mask);
		variant = aes_variant_named(name);
		assert_non_null(variant);
		assert_int_equal(gng_cpu_mask(&cleared, mask, NULL), GNG_OK);
		if (variant->needs & cleared)
			suite_fail("%s needs what GNG_CPU=%s masks", name, mask);
		assert_string_equal(name, best(cleared));
	}
}

/* The table: portable is last and needs nothing, so init always finds one; names are unique. */
static void variants_end_with_one_that_needs_nothing(void **state)
{
	(void)state;
	assert_true(aes_num_variants >= 1);
	assert_string_equal(aes_variants[aes_num_variants - 1]->name, "portable");
	assert_int_equal(aes_variants[aes_num_variants - 1]->needs, 0);
	for (size_t i = 0; i < aes_num_variants; i++)
		assert_ptr_equal(aes_variant_named(aes_variants[i]->name), aes_variants[i]);
	assert_null(aes_variant_named("aesn"));
	assert_null(aes_variant_named("aesni2"));
}

const struct suite_test suite_tests[] = {
	TEST(init_pins_the_first_variant_that_the_cpu_has, "C1.variants.choice"),
	TEST(wide_variants_need_each_of_their_instruction_sets, "C1.variants.choice"),
	TEST(init_honours_each_bit_of_gng_cpu, "C1.variants.choice"),
	TEST(every_mask_gives_right_bytes_by_what_it_leaves, "C1.variants.choice"),
	TEST(variants_end_with_one_that_needs_nothing, "C1.variants.choice"),
	{0},
};
