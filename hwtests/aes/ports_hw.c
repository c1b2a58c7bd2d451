/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ports_hw.c - the table of the article (2.3) on this machine: latency and throughput of the
 * instructions of AES and GHASH in core cycles, and the speeds that they allow. No limits: a CPU
 * is what it is. What is asserted holds for every CPU.
 */
/* needs: bench clock */
#include "../suite.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include <gng_bench.h>

static void report(const char *name, const char *what, const char *unit, double value)
{
	struct gng_measure measure = {.value = value, .n = 31, .lo = NAN, .hi = NAN};

	snprintf(measure.name, sizeof(measure.name), "%s_%s", name, what);
	snprintf(measure.unit, sizeof(measure.unit), "%s", unit);
	gng_probe_measure(&measure);
}

static void measure(const char *name)
{
	const struct gng_bench_port *port = gng_bench_port_named(name);
	struct gng_bench_port_figure figure;
	struct gng_why why = {0};

	assert_non_null(port);
	if (gng_bench_port_measure(&figure, port, &why) != GNG_OK) {
		gng_probe_skip(why.text, "a CPU that has it");
		return;
	}
	report(name, "latency", "cycles", figure.latency);
	report(name, "per_cycle", "1/cycle", figure.per_cycle);
	/* A chain takes as long as its links; side by side they take no longer. */
	assert_true(figure.latency > 0.5 && figure.latency < 100);
	assert_true(figure.per_cycle < 8 && figure.per_cycle * figure.latency > 0.8);
}

static void aesenc_xmm(void **state)
{
	(void)state;
	measure(__func__);
}

static void aesenc_ymm(void **state)
{
	(void)state;
	measure(__func__);
}

static void aesenc_zmm(void **state)
{
	(void)state;
	measure(__func__);
}

static void aesenclast_xmm(void **state)
{
	(void)state;
	measure(__func__);
}

static void aesenclast_ymm(void **state)
{
	(void)state;
	measure(__func__);
}

static void aesenclast_zmm(void **state)
{
	(void)state;
	measure(__func__);
}

static void aeskeygenassist_xmm(void **state)
{
	(void)state;
	measure(__func__);
}

static void pclmulqdq_xmm(void **state)
{
	(void)state;
	measure(__func__);
}

static void vpclmulqdq_ymm(void **state)
{
	(void)state;
	measure(__func__);
}

static void vpclmulqdq_zmm(void **state)
{
	(void)state;
	measure(__func__);
}

/* ceilings reports the limit of each mode at the width, which must agree with the rounds alone. */
static void ceilings(unsigned int bits, const char *name)
{
	static const struct {
		const char *what;
		enum gng_bench_mix mix;
		unsigned int rounds;
	} limits[] = {{"crypt128", GNG_BENCH_MIX_CRYPT, 10},
		      {"crypt256", GNG_BENCH_MIX_CRYPT, 14},
		      {"gcm128", GNG_BENCH_MIX_GCM, 10},
		      {"gcm256", GNG_BENCH_MIX_GCM, 14}};
	struct gng_bench_port_figure aes;
	struct gng_why why = {0};
	char port[16];

	snprintf(port, sizeof(port), "aesenc_%s", name);
	if (gng_bench_port_measure(&aes, gng_bench_port_named(port), &why) != GNG_OK) {
		gng_probe_skip(why.text, "a CPU that has it");
		return;
	}
	for (size_t i = 0; i < COUNT_OF(limits); i++) {
		const double most = aes.per_cycle * bits / 8 / limits[i].rounds;
		double ceiling;

		assert_int_equal(
			gng_bench_ceiling(&ceiling, limits[i].mix, bits, limits[i].rounds, &why),
			GNG_OK);
		report(limits[i].what, name, "B/cycle", ceiling);
		assert_true(ceiling < most * 1.1 && ceiling > most * 0.3);
	}
}

static void ceilings_xmm(void **state)
{
	(void)state;
	ceilings(128, "xmm");
}

static void ceilings_ymm(void **state)
{
	(void)state;
	ceilings(256, "ymm");
}

static void ceilings_zmm(void **state)
{
	(void)state;
	ceilings(512, "zmm");
}

const struct suite_test suite_tests[] = {
	TEST(aesenc_xmm, "C1.ports.latency"),	       TEST(aesenc_ymm, "C1.ports.latency"),
	TEST(aesenc_zmm, "C1.ports.latency"),	       TEST(aesenclast_xmm, "C1.ports.latency"),
	TEST(aesenclast_ymm, "C1.ports.latency"),      TEST(aesenclast_zmm, "C1.ports.latency"),
	TEST(aeskeygenassist_xmm, "C1.ports.latency"), TEST(pclmulqdq_xmm, "C1.ports.latency"),
	TEST(vpclmulqdq_ymm, "C1.ports.latency"),      TEST(vpclmulqdq_zmm, "C1.ports.latency"),
	TEST(ceilings_xmm, "C1.ports.ceiling"),	       TEST(ceilings_ymm, "C1.ports.ceiling"),
	TEST(ceilings_zmm, "C1.ports.ceiling"),	       {0},
};
