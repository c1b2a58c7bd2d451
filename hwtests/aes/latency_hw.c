/* SPDX-License-Identifier: Apache-2.0 */
/* latency_hw.c - how long one GCM-256 seal takes: percentiles and the whole histogram. */
/* needs: clock hist */
#include "../suite.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <gng_aes.h>
#include <gng_clock.h>
#include <gng_hist.h>

#define KIB 1024
#define MAX_SIZE (16 * KIB)
#define WARM_UP 2000
#define NUM_SAMPLES 60000 /* twice what bounds the quantile 0.9999 at 95 % */
#define HIGHEST_NS UINT64_C(10000000000)

/* sealing is one key and message; the nonce counts, as it must. */
struct sealing {
	struct gng_aes_gcm_key key;
	uint8_t nonce[12], aad[13], tag[16];
	uint8_t in[MAX_SIZE], out[MAX_SIZE];
	size_t len;
};

static void seal(struct sealing *sealing)
{
	for (int i = 11; i > 3 && ++sealing->nonce[i] == 0; i--)
		;
	if (gng_aes_gcm_seal(&sealing->key, sealing->nonce, sizeof(sealing->nonce), sealing->aad,
			     sizeof(sealing->aad), sealing->out, sealing->in, sealing->len,
			     sealing->tag) != GNG_OK)
		fail_msg("a seal failed");
}

static void record(struct gng_hist *hist, struct sealing *sealing)
{
	struct gng_clock_rate rate;
	struct gng_why why = {0};

	assert_int_equal(gng_clock_calibrate(&rate, 20 * 1000 * 1000, &why), GNG_OK);
	for (int i = 0; i < WARM_UP; i++)
		seal(sealing);
	for (int i = 0; i < NUM_SAMPLES; i++) {
		const uint64_t first = gng_clock_start();
		uint64_t cycles;

		seal(sealing);
		cycles = gng_clock_stop() - first;
		gng_hist_record(hist, gng_clock_cycles_to_ns(&rate, cycles));
	}
}

/* The last message opens to what was sealed: the time is that of right work. */
static void check(const struct sealing *sealing)
{
	static uint8_t opened[MAX_SIZE];

	assert_int_equal(gng_aes_gcm_open(&sealing->key, sealing->nonce, sizeof(sealing->nonce),
					  sealing->aad, sizeof(sealing->aad), opened, sealing->out,
					  sealing->len, sealing->tag),
			 GNG_OK);
	assert_memory_equal(opened, sealing->in, sealing->len);
}

static void report(const char *name, const struct gng_hist *hist, double quantile)
{
	struct gng_measure measure = {.unit = "ns", .n = hist->total, .quantile = quantile};
	struct gng_why why = {0};
	uint64_t lo, hi;
	char *text;

	/* each bound at 97.5 %: both together at 95 % */
	assert_int_equal(gng_hist_quantile_bounds(hist, quantile, 0.975, &lo, &hi), GNG_OK);
	assert_int_equal(gng_hist_encode(&text, hist, &why), GNG_OK);
	snprintf(measure.name, sizeof(measure.name), "%s", name);
	measure.value = (double)gng_hist_value_at_quantile(hist, quantile);
	measure.lo = (double)lo;
	measure.hi = hi == GNG_HIST_INFINITE ? NAN : (double)hi;
	measure.hist = text;
	gng_probe_measure(&measure);
	free(text);
}

/* report_tail tells how much longer the quantile takes than the median: a figure that needs no
 * named machine. */
static void report_tail(const char *name, const struct gng_hist *hist, double quantile)
{
	struct gng_measure measure = {.unit = "ratio", .n = hist->total, .lo = NAN, .hi = NAN};

	snprintf(measure.name, sizeof(measure.name), "%s_by_p50", name);
	measure.value = (double)gng_hist_value_at_quantile(hist, quantile) /
			(double)gng_hist_value_at_quantile(hist, 0.5);
	gng_probe_measure(&measure);
}

static void measure_seal(const char *name, size_t len, double quantile)
{
	static const uint8_t key[32] = {1, 2, 3};
	static struct sealing sealing;
	struct gng_hist *hist;

	assert_int_equal(gng_aes_gcm_init(&sealing.key, key, sizeof(key), sizeof(sealing.tag)),
			 GNG_OK);
	sealing.len = len;
	memset(sealing.in, 0x5a, len);
	assert_int_equal(gng_hist_open(&hist, 1, HIGHEST_NS, 3), GNG_OK);
	record(hist, &sealing);
	check(&sealing);
	assert_int_equal(hist->total, NUM_SAMPLES);
	report(name, hist, quantile);
	if (quantile > 0.5)
		report_tail(name, hist, quantile);
	gng_probe_note("variant", gng_aes_variant_name(&sealing.key.aes));
	gng_hist_close(hist);
	gng_aes_gcm_key_fini(&sealing.key);
}

static void gcm256_seal_1k_p50(void **state)
{
	(void)state;
	measure_seal(__func__, KIB, 0.5);
}

static void gcm256_seal_1k_p99(void **state)
{
	(void)state;
	measure_seal(__func__, KIB, 0.99);
}

static void gcm256_seal_1k_p999(void **state)
{
	(void)state;
	measure_seal(__func__, KIB, 0.999);
}

static void gcm256_seal_16k_p50(void **state)
{
	(void)state;
	measure_seal(__func__, 16 * KIB, 0.5);
}

static void gcm256_seal_16k_p99(void **state)
{
	(void)state;
	measure_seal(__func__, 16 * KIB, 0.99);
}

static void gcm256_seal_16k_p999(void **state)
{
	(void)state;
	measure_seal(__func__, 16 * KIB, 0.999);
}

const struct suite_test suite_tests[] = {
	TEST_LATENCY(gcm256_seal_1k_p50, "C4.latency.seal"),
	TEST_LATENCY(gcm256_seal_1k_p99, "C4.latency.seal"),
	TEST_LATENCY(gcm256_seal_1k_p999, "C4.latency.seal"),
	TEST_LATENCY(gcm256_seal_16k_p50, "C4.latency.seal"),
	TEST_LATENCY(gcm256_seal_16k_p99, "C4.latency.seal"),
	TEST_LATENCY(gcm256_seal_16k_p999, "C4.latency.seal"),
	{0},
};
