/* SPDX-License-Identifier: Apache-2.0 */
/*
 * figures.c - measured figures: a latency over its budget, one that a noisy machine must not
 * decide, and a comparison whose time tells the secret, with the one that does not beside it.
 */
#include "../../../hwtests/suite.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <gng_hist.h>

/* ---- latencies: 980 samples of usual_ns and 20 of rare_ns ---- */

static void measure_p99(const char *name, uint64_t usual_ns, uint64_t rare_ns)
{
	struct gng_measure measure = {.unit = "us", .quantile = 0.99};
	struct gng_hist *hist;
	uint64_t lo, hi;
	char *encoded;

	assert_int_equal(gng_hist_open(&hist, 1, 1000000000, 3), GNG_OK);
	assert_true(gng_hist_record_n(hist, usual_ns, 980));
	assert_true(gng_hist_record_n(hist, rare_ns, 20));
	assert_int_equal(gng_hist_quantile_bounds(hist, 0.99, 0.975, &lo, &hi), GNG_OK);
	assert_int_equal(gng_hist_encode(&encoded, hist, NULL), GNG_OK);
	strncat(measure.name, name, sizeof(measure.name) - 1);
	measure.n = hist->total;
	measure.value = (double)gng_hist_value_at_quantile(hist, 0.99) * 1e-3;
	measure.lo = (double)lo * 1e-3;
	measure.hi = (double)hi * 1e-3;
	measure.hist = encoded;
	gng_probe_measure(&measure);
	free(encoded);
	gng_hist_close(hist);
}

static void p99_over_its_budget(void **state)
{
	(void)state;
	measure_p99("p99_over_its_budget", 5000, 40000);
}

static void p99_within_its_budget(void **state)
{
	(void)state;
	measure_p99("p99_within_its_budget", 5000, 6000);
}

static void p99_on_a_noisy_machine(void **state)
{
	(void)state;
	measure_p99("p99_on_a_noisy_machine", 5000, 6000);
}

/* ---- Welch's t between the times of two classes of input ---- */

#define SECRET_LEN 1024
#define NUM_TIMINGS 40000 /* some 20 ms; the leak reaches |t| > 100 with a tenth of them */

struct sums {
	double n, mean, squares; /* Welford's recurrence */
};

static void add(struct sums *sums, double value)
{
	const double off = value - sums->mean;

	sums->n++;
	sums->mean += off / sums->n;
	sums->squares += off * (value - sums->mean);
}

static double welch_t(const struct sums *a, const struct sums *b)
{
	const double error = a->squares / (a->n - 1) / a->n + b->squares / (b->n - 1) / b->n;

	return error > 0 ? fabs(a->mean - b->mean) / sqrt(error) : 0;
}

static double now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

/* leaky_equal returns at the first difference, as memcmp may. */
static bool leaky_equal(const void *a, const void *b, size_t len)
{
	const volatile uint8_t *one = a, *other = b;

	for (size_t i = 0; i < len; i++)
		if (one[i] != other[i])
			return false;
	return true;
}

/* measure_t times equal on guesses that are wrong at the front or right, in random order. */
static void measure_t(const char *name, bool (*equal)(const void *, const void *, size_t))
{
	static uint8_t secret[SECRET_LEN], guesses[2][SECRET_LEN], guess[SECRET_LEN];
	struct gng_measure measure = {.unit = "t", .lo = NAN, .hi = NAN, .n = NUM_TIMINGS};
	uint32_t random = 2463534242u; /* xorshift32, Marsaglia 2003 */
	struct sums sums[2] = {{0}};

	guesses[1][0] = 1;
	for (int i = 0; i < NUM_TIMINGS; i++) {
		double start_ns, took_ns;
		int class;

		random ^= random << 13, random ^= random >> 17, random ^= random << 5;
		class = random >> 31;
		memcpy(guess, guesses[class], sizeof(guess));
		start_ns = now_ns();
		assert_int_equal(equal(secret, guess, sizeof(guess)), !class);
		took_ns = now_ns() - start_ns;
		if (took_ns < 20000) /* an interrupt tells nothing about the code */
			add(&sums[class], took_ns);
	}
	strncat(measure.name, name, sizeof(measure.name) - 1);
	measure.value = welch_t(&sums[0], &sums[1]);
	gng_probe_measure(&measure);
}

static void leaky_compare(void **state)
{
	(void)state;
	measure_t("leaky_compare", leaky_equal);
}

static void steady_compare(void **state)
{
	(void)state;
	measure_t("steady_compare", gng_ct_equal);
}

const struct suite_test suite_tests[] = {
	TEST_LATENCY(p99_over_its_budget, ""),
	TEST_LATENCY(p99_within_its_budget, ""),
	TEST_LATENCY(p99_on_a_noisy_machine, ""),
	TEST(leaky_compare, ""),
	TEST(steady_compare, ""),
	{0},
};
