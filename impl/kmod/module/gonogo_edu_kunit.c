/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only */
/* gonogo_edu_kunit.c - KUnit tests of what the driver of edu decides without a device. */
#include <kunit/test.h>
#include <linux/module.h>

#include "gonogo_edu_pure.h"

static void a_range_ends_inside(struct kunit *test)
{
	KUNIT_EXPECT_TRUE(test, edu_inside(0, 1, 1));
	KUNIT_EXPECT_TRUE(test, edu_inside(0, 4096, 4096));
	KUNIT_EXPECT_TRUE(test, edu_inside(4095, 1, 4096));
	KUNIT_EXPECT_FALSE(test, edu_inside(0, 0, 4096));
	KUNIT_EXPECT_FALSE(test, edu_inside(0, 4097, 4096));
	KUNIT_EXPECT_FALSE(test, edu_inside(4095, 2, 4096));
	KUNIT_EXPECT_FALSE(test, edu_inside(4096, 1, 4096));
}

/* 2^32 - 1 + 2 is 1: a sum would pass. */
static void a_range_does_not_wrap(struct kunit *test)
{
	KUNIT_EXPECT_FALSE(test, edu_inside(U32_MAX, 2, 4096));
	KUNIT_EXPECT_FALSE(test, edu_inside(2, U32_MAX, 4096));
	KUNIT_EXPECT_FALSE(test, edu_inside(U32_MAX, U32_MAX, U32_MAX));
	KUNIT_EXPECT_TRUE(test, edu_inside(0, U32_MAX, U32_MAX));
}

static void a_copy_fits_both_buffers(struct kunit *test)
{
	static const struct {
		struct gonogo_edu_copy copy;
		bool fits;
	} rows[] = {
		{{0, 0, GONOGO_EDU_DEVICE_LEN, 1}, true},
		{{0, 0, GONOGO_EDU_DEVICE_LEN + 1, 1}, false},
		{{1, 0, GONOGO_EDU_DEVICE_LEN, 0}, true},
		{{2, 0, GONOGO_EDU_DEVICE_LEN, 0}, false},
		{{0, GONOGO_EDU_DEVICE_LEN - 1, 1, 1}, true},
		{{0, GONOGO_EDU_DEVICE_LEN, 1, 1}, false},
		{{GONOGO_EDU_BUFFER_LEN - 1, 0, 1, 0}, true},
		{{GONOGO_EDU_BUFFER_LEN, 0, 1, 0}, false},
		{{0, 0, 0, 0}, false},
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(rows); i++)
		KUNIT_EXPECT_EQ_MSG(test, edu_copy_fits(&rows[i].copy), rows[i].fits, "row %zu", i);
}

static void a_foreign_or_long_ioctl_is_not_ours(struct kunit *test)
{
	KUNIT_EXPECT_TRUE(test, edu_is_ours(GONOGO_EDU_INFO, sizeof(struct gonogo_edu_info)));
	KUNIT_EXPECT_FALSE(test, edu_is_ours(GONOGO_EDU_INFO, sizeof(struct gonogo_edu_info) - 1));
	KUNIT_EXPECT_FALSE(test, edu_is_ours(_IOWR('X', 1, struct gonogo_edu_call), 64));
	KUNIT_EXPECT_FALSE(test, edu_is_ours(_IOC(3, 'G', 1, 65), 64));
	KUNIT_EXPECT_TRUE(test, edu_is_ours(_IOC(3, 'G', 1, 64), 64));
}

static struct kunit_case cases[] = {KUNIT_CASE(a_range_ends_inside),
				    KUNIT_CASE(a_range_does_not_wrap),
				    KUNIT_CASE(a_copy_fits_both_buffers),
				    KUNIT_CASE(a_foreign_or_long_ioctl_is_not_ours),
				    {}};

static struct kunit_suite suite = {.name = "gonogo_edu", .test_cases = cases};

kunit_test_suite(suite);
MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("KUnit tests of gonogo_edu");
