/* SPDX-License-Identifier: Apache-2.0 */
/*
 * dispatch_test.c - which variant init pins. The CPU is asked once a process, so each question
 * is put to a child; the parent never asks.
 */
#include "variant.h"

#include <sys/wait.h>
#include <unistd.h>

/* child writes the name of what it pins with that GNG_CPU, once the variant proved itself. */
static void child(int out, const char *mask)
{
	static const uint8_t plain[16] = {0x00, 0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0x77,
					  0x88, 0x99, 0xaa, 0xbb, 0xcc, 0xdd, 0xee, 0xff};
	static const uint8_t cipher[4] = {0x69, 0xc4, 0xe0, 0xd8}; /* FIPS 197 appendix C.1 */
	uint8_t bytes[16], block[16];
	struct gng_aes_key key;
	const char *name;

	setenv("GNG_CPU", mask, 1);
	for (uint8_t i = 0; i < 16; i++)
		bytes[i] = i;
	if (gng_aes_init(&key, bytes, 16) != GNG_OK ||
	    gng_aes_ecb_encrypt(&key, block, plain, 16) != GNG_OK ||
	    memcmp(block, cipher, sizeof(cipher)) != 0)
		_exit(1);
	name = gng_aes_variant_name(&key);
	_exit(write(out, name, strlen(name)) == (ssize_t)strlen(name) ? 0 : 1);
}

static void pinned(char name[32], const char *mask)
{
	int fds[2], status;
	ssize_t n;
	pid_t pid;

	assert_int_equal(pipe(fds), 0);
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0)
		child(fds[1], mask);
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
	TEST(init_honours_each_bit_of_gng_cpu, "C1.variants.choice"),
	TEST(variants_end_with_one_that_needs_nothing, "C1.variants.choice"),
	{0},
};
