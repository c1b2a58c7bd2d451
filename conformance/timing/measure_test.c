/* SPDX-License-Identifier: Apache-2.0 */
/* measure_test.c - the measuring on this machine: a leaky compare is caught, order is random. */
#include "../suite.h"

#include <math.h>
#include <string.h>

#include <gng_timing.h>

#define LEN 256
#define NUM_SAMPLES 60000

/* log is which classes were asked for, and how often. */
struct log {
	uint64_t filled[2], changes, runs;
	unsigned int last;
	volatile bool equal;
};

static void fill(void *arg, uint8_t *input, unsigned int class_of)
{
	struct log *log = arg;

	memset(input, class_of == 0 ? 0 : 0xff, LEN);
	log->filled[class_of]++;
	log->changes += class_of != log->last;
	log->last = class_of;
}

/* leaky_compare is the control: it leaves at the first byte that is not 0. */
static void leaky_compare(void *arg, const uint8_t *input)
{
	const volatile uint8_t *bytes = input;
	struct log *log = arg;
	size_t i = 0;

	while (i < LEN && bytes[i] == 0)
		i++;
	log->equal = i == LEN;
	log->runs++;
}

static void nothing(void *arg, const uint8_t *input)
{
	(void)input;
	((struct log *)arg)->runs++;
}

static void a_compare_that_leaves_early_is_caught(void **state)
{
	struct log log = {0};
	const struct gng_timing_subject subject = {LEN, fill, leaky_compare, &log};
	struct gng_timing_result result;

	(void)state;
	assert_int_equal(gng_timing_measure(&result, &subject, NUM_SAMPLES, 0, 1, NULL), GNG_OK);
	assert_int_equal(result.verdict, GNG_TIMING_FAIL);
	assert_true(result.t > GNG_TIMING_T_FAIL && result.shift_cycles > 0);
}

static void classes_alternate_at_random(void **state)
{
	struct log log = {0};
	const struct gng_timing_subject subject = {LEN, fill, nothing, &log};
	struct gng_timing_result result;

	(void)state;
	assert_int_equal(gng_timing_measure(&result, &subject, 40000, 0, 7, NULL), GNG_OK);
	assert_int_equal(log.runs, 42000); /* the first 2000 set the croppings */
	assert_int_equal(result.n[0] + result.n[1] <= 40000, true);
	assert_in_range(log.filled[0], 20000, 22000);
	assert_in_range(log.changes, 20000, 22000);
}

static void a_deadline_ends_the_measuring(void **state)
{
	struct log log = {0};
	const struct gng_timing_subject subject = {LEN, fill, nothing, &log};
	struct gng_timing_result result;

	(void)state;
	assert_int_equal(gng_timing_measure(&result, &subject, 2000000, 1000000, 1, NULL), GNG_OK);
	assert_in_range(log.runs, 4000, 1000000);
}

static void a_subject_without_work_is_refused(void **state)
{
	const struct gng_timing_subject bad[] = {
		{0, fill, nothing, NULL}, {LEN, NULL, nothing, NULL}, {LEN, fill, NULL, NULL}};
	struct gng_timing_result result;
	struct gng_why why;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(bad); i++) {
		assert_int_equal(gng_timing_measure(&result, &bad[i], 1, 0, 1, &why), GNG_EINVAL);
		assert_int_equal(result.verdict, GNG_TIMING_INCONCLUSIVE);
		assert_non_null(strstr(why.text, "needs fill, run"));
	}
}

const struct suite_test suite_tests[] = {
	TEST(a_compare_that_leaves_early_is_caught, "H3.timing.measure"),
	TEST(classes_alternate_at_random, "H3.timing.measure"),
	TEST(a_deadline_ends_the_measuring, "H3.timing.measure"),
	TEST(a_subject_without_work_is_refused, "H3.timing.measure"),
	{0},
};
