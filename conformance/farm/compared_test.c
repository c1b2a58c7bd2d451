/* SPDX-License-Identifier: Apache-2.0 */
/* compared_test.c - of comparisons the engine hears those that can teach it a word, and no others.
 */
#include "../suite.h"

#include "../../fuzz/compared.c"

static unsigned int num_heard;
static uint64_t first, second;

static void hear(uint64_t a, uint64_t b)
{
	num_heard++;
	first = a;
	second = b;
}

void engine_compared4(uint32_t a, uint32_t b)
{
	hear(a, b);
}

void engine_compared8(uint64_t a, uint64_t b)
{
	hear(a, b);
}

void engine_compared_const4(uint32_t a, uint32_t b)
{
	hear(a, b);
}

void engine_compared_const8(uint64_t a, uint64_t b)
{
	hear(a, b);
}

/* Either operand may be the one that is no small number. */
static void words_are_heard(void **state)
{
	(void)state;
	compared4(256, 1);
	assert_true(first == 256 && second == 1);
	compared_const4(2, UINT32_MAX);
	assert_true(first == 2 && second == UINT32_MAX);
	compared8(UINT64_C(1) << 32, 3);
	assert_true(first == UINT64_C(1) << 32 && second == 3);
	compared_const8(4, UINT64_MAX);
	assert_true(first == 4 && second == UINT64_MAX);
	assert_int_equal(num_heard, 4);
}

static void small_numbers_and_bytes_are_not(void **state)
{
	(void)state;
	num_heard = 0;
	compared1(1, 255);
	compared2(1, 65535);
	compared_const1(1, 255);
	compared_const2(1, 65535);
	called((uintptr_t)words_are_heard);
	compared4(255, 1);
	compared8(1, 255);
	compared_const4(0, 0);
	compared_const8(255, 255);
	assert_int_equal(num_heard, 0);
}

const struct suite_test suite_tests[] = {
	TEST(words_are_heard, "H1.fuzz.compared"),
	TEST(small_numbers_and_bytes_are_not, "H1.fuzz.compared"),
	{0},
};
