/* SPDX-License-Identifier: Apache-2.0 */
/* secret_test.c - comparing secrets in constant time, and erasing them. */
#include "../suite.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

static void ct_equal_sees_every_bit(void **state)
{
	uint8_t a[67], b[67];

	(void)state;
	for (size_t i = 0; i < sizeof(a); i++)
		a[i] = b[i] = (uint8_t)(i * 7);
	assert_true(gng_ct_equal(a, b, sizeof(a)));
	for (size_t bit = 0; bit < 8 * sizeof(a); bit++) {
		b[bit / 8] ^= (uint8_t)(1u << bit % 8);
		assert_false(gng_ct_equal(a, b, sizeof(a)));
		b[bit / 8] ^= (uint8_t)(1u << bit % 8);
	}
}

static void ct_equal_looks_at_len_bytes_only(void **state)
{
	const uint8_t a[] = {1, 2, 3}, b[] = {1, 2, 4};

	(void)state;
	assert_true(gng_ct_equal(a, b, 2));
	assert_false(gng_ct_equal(a, b, 3));
	assert_true(gng_ct_equal(NULL, NULL, 0));
}

/* Two differences that cancel each other fool a comparison that adds or XORs them. */
static void ct_equal_accumulates_differences(void **state)
{
	const uint8_t a[] = {0x80, 0x80}, b[] = {0, 0}, c[] = {0xff, 1};

	(void)state;
	assert_false(gng_ct_equal(a, b, 2));
	assert_false(gng_ct_equal(b, c, 2));
}

static void wipe_clears_len_bytes_only(void **state)
{
	uint8_t bytes[80];

	(void)state;
	for (size_t len = 0; len <= 64; len++) {
		memset(bytes, 0xa5, sizeof(bytes));
		gng_wipe(bytes + 8, len);
		for (size_t i = 0; i < sizeof(bytes); i++)
			assert_int_equal(bytes[i], i >= 8 && i < 8 + len ? 0 : 0xa5);
	}
	gng_wipe(NULL, 0);
}

/*
 * leave_secret writes a secret to its stack, wipes it and returns where it stood: at the
 * deep end of a large frame, which the calls that follow do not reach.
 */
static __attribute__((noinline)) uintptr_t leave_secret(void)
{
	struct {
		uint8_t secret[64], above[16384];
	} frame;
	uintptr_t address = (uintptr_t)frame.secret;

	__asm__("" : "+r"(address)); /* the compiler must not know that it is a local's */
	memset(frame.above, 0, sizeof(frame.above));
	for (size_t i = 0; i < sizeof(frame.secret); i++)
		((volatile uint8_t *)frame.secret)[i] = 0x5e;
	__asm__ volatile("" : : "r"(&frame) : "memory");
	gng_wipe(frame.secret, sizeof(frame.secret));
	return address;
}

/* The dead stack is read through /proc/self/mem: a load would be undefined. */
static void wipe_reaches_a_local_that_dies(void **state)
{
	const int fd = open("/proc/self/mem", O_RDONLY);
	uint8_t left[64];
	ssize_t len;
	size_t num_secret = 0;

	(void)state;
	if (fd < 0) {
		gng_probe_skip("/proc/self/mem cannot be opened", "mount /proc");
		return;
	}
	len = pread(fd, left, sizeof(left), (off_t)leave_secret());
	close(fd);
	assert_int_equal(len, sizeof(left));
	for (size_t i = 0; i < sizeof(left); i++)
		num_secret += left[i] == 0x5e;
	assert_int_equal(num_secret, 0);
}

const struct suite_test suite_tests[] = {
	TEST(ct_equal_sees_every_bit, "H3.base.ct-equal"),
	TEST(ct_equal_looks_at_len_bytes_only, "H3.base.ct-equal"),
	TEST(ct_equal_accumulates_differences, "H3.base.ct-equal"),
	TEST(wipe_clears_len_bytes_only, "H3.base.wipe"),
	TEST(wipe_reaches_a_local_that_dies, "H3.base.wipe"),
	{0},
};
