/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cost_hw.c - what the boundary costs, and what it buys: cost/ races the contenders in Go, this
 * program reports. Limits stand in cost.budget.
 */
/* requires: go */
#include "../../conformance/cgo/golang.h"

#define AS_IT_IS "GNG_CPU="
#define WITHOUT_VAES "GNG_CPU=-vaes"

/* race runs one case of the program cost, with cpu in its environment; false after a skip. */
static bool race(struct golang *go, const char *cpu, const char *name, const char *more)
{
	char program[PATH_MAX + 64], line[256];
	const char *const words[] = {"env", cpu, program, name, more, NULL};

	if (!golang_open(go))
		return false;
	snprintf(program, sizeof(program), "%s/go/cost", go->build);
	gng_probe_assertion();
	if (golang_run(go, NULL, words) != 0)
		suite_fail("cost %s: %s", name, golang_complaint(go, line));
	return true;
}

static int by_value(const void *a, const void *b)
{
	const double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

/* blocks_of reads the five figures of the line that begins with what. */
static void blocks_of(const struct golang *go, const char *what, double x[GNG_PROBE_NUM_BLOCKS])
{
	const char *found = strstr(go->said, what);

	if (!found || sscanf(found + strlen(what), " %lf %lf %lf %lf %lf", &x[0], &x[1], &x[2],
			     &x[3], &x[4]) != 5)
		suite_fail("cost did not say '%s' and five figures", what);
}

static void report(const char *name, const char *unit, const double blocks[GNG_PROBE_NUM_BLOCKS])
{
	struct gng_measure measure = {.n = 75, .num_blocks = GNG_PROBE_NUM_BLOCKS};
	double sorted[GNG_PROBE_NUM_BLOCKS];

	memcpy(measure.blocks, blocks, sizeof(measure.blocks));
	memcpy(sorted, blocks, sizeof(sorted));
	qsort(sorted, GNG_PROBE_NUM_BLOCKS, sizeof(sorted[0]), by_value);
	snprintf(measure.name, sizeof(measure.name), "%s", name);
	snprintf(measure.unit, sizeof(measure.unit), "%s", unit);
	measure.value = sorted[GNG_PROBE_NUM_BLOCKS / 2];
	measure.lo = sorted[0];
	measure.hi = sorted[GNG_PROBE_NUM_BLOCKS - 1];
	gng_probe_measure(&measure);
}

static void measure_line(const struct golang *go, const char *what, const char *name,
			 const char *unit)
{
	double blocks[GNG_PROBE_NUM_BLOCKS];

	blocks_of(go, what, blocks);
	report(name, unit, blocks);
}

/* What Go adds to the same call from C: crossing, checks, the count of users. */
static void crossing_64(void **state)
{
	struct golang go;

	(void)state;
	if (!race(&go, AS_IT_IS, "crossing", NULL))
		return;
	measure_line(&go, "less cgo/c", __func__, "ns");
	golang_close(&go);
}

/* An empty call of C against what Go adds: a copy or an allocation would show on any machine. */
static void crossing_64_vs_empty(void **state)
{
	double blocks[GNG_PROBE_NUM_BLOCKS], empty;
	struct golang go;
	const char *found;

	(void)state;
	if (!race(&go, AS_IT_IS, "crossing", NULL))
		return;
	blocks_of(&go, "less cgo/c", blocks);
	found = strstr(go.said, "ns empty ");
	assert_true(found && sscanf(found, "ns empty %lf", &empty) == 1);
	for (size_t i = 0; i < GNG_PROBE_NUM_BLOCKS; i++)
		blocks[i] = empty / blocks[i];
	report(__func__, "ratio", blocks);
	golang_close(&go);
}

static void ratio_of(const char *name, const char *which, const char *test, const char *cpu)
{
	char what[64];
	struct golang go;

	if (!race(&go, cpu, name, NULL))
		return;
	snprintf(what, sizeof(what), "ratio %s/go", which);
	measure_line(&go, what, test, "ratio");
	golang_close(&go);
}

/* vaes_ratio judges what issue 5 promises of the variants with VAES. */
static void vaes_ratio(const char *name, const char *which, const char *test)
{
	if (gng_cpu_detect() & GNG_CPU_VAES)
		ratio_of(name, which, test, AS_IT_IS);
	else
		gng_probe_skip("its limit is one of CPUs with VAES", "a CPU that has it");
}

static void one_call_64_vs_go(void **state)
{
	(void)state;
	vaes_ratio("gcm_64", "ours", __func__);
}

static void batch_64_vs_go(void **state)
{
	(void)state;
	vaes_ratio("gcm_64", "batch", __func__);
}

static void one_call_1k_vs_go(void **state)
{
	(void)state;
	vaes_ratio("gcm_1k", "ours", __func__);
}

static void batch_1k_vs_go(void **state)
{
	(void)state;
	vaes_ratio("gcm_1k", "batch", __func__);
}

static void one_call_16k_vs_go(void **state)
{
	(void)state;
	vaes_ratio("gcm_16k", "ours", __func__);
}

/* The same CPU without VAES does what Go does, by the same instructions. */
static void aesni_batch_64_vs_go(void **state)
{
	(void)state;
	ratio_of("gcm_64", "batch", __func__, WITHOUT_VAES);
}

static void aesni_batch_1k_vs_go(void **state)
{
	(void)state;
	ratio_of("gcm_1k", "batch", __func__, WITHOUT_VAES);
}

static void aesni_one_call_16k_vs_go(void **state)
{
	(void)state;
	ratio_of("gcm_16k", "ours", __func__, WITHOUT_VAES);
}

/* testing_line reports what testing.B says: its allocations hold on a busy machine, its times are
 * those of the wall clock. */
static void testing_line(const struct golang *go, const char *contender, long want_allocations)
{
	char what[64], text[96];
	const char *found;
	double ns;
	long allocations;

	snprintf(what, sizeof(what), "testing %s ", contender);
	found = strstr(go->said, what);
	if (!found || sscanf(found + strlen(what), "%lf %ld", &ns, &allocations) != 2)
		suite_fail("cost did not say '%s'", what);
	snprintf(text, sizeof(text), "%.0f ns and %ld allocations by testing.B", ns, allocations);
	gng_probe_note(contender, text);
	assert_int_equal(allocations, want_allocations);
}

/* The article's table of section 2.2: 324 ns for EVP, 198 ns for Go, 2 and 0 allocations. */
static void article_cbc_1k_batch_vs_go(void **state)
{
	static const char *const contenders[] = {"evp_article", "evp_fresh", "evp_kept", "ours",
						 "go_snippet"};
	struct golang go;
	char what[64], name[64];

	(void)state;
	if (!race(&go, AS_IT_IS, "article_cbc", "testing"))
		return;
	measure_line(&go, "ratio ours_batch/go_kept", __func__, "ratio");
	for (size_t i = 0; i < COUNT_OF(contenders); i++) {
		snprintf(what, sizeof(what), "ratio %s/go_kept", contenders[i]);
		snprintf(name, sizeof(name), "article_cbc_1k_%s", contenders[i]);
		measure_line(&go, what, name, "ratio");
	}
	testing_line(&go, "go_kept", 3);
	testing_line(&go, "go_snippet", 7);
	testing_line(&go, "evp_kept", 0);
	testing_line(&go, "ours", 0);
	testing_line(&go, "ours_batch", 0);
	golang_close(&go);
}

const struct suite_test suite_tests[] = {
	TEST(crossing_64, "C3.cost.crossing"),
	TEST(crossing_64_vs_empty, "C3.cost.crossing"),
	TEST(one_call_64_vs_go, "C3.cost.ratio"),
	TEST(batch_64_vs_go, "C3.cost.ratio"),
	TEST(one_call_1k_vs_go, "C3.cost.ratio"),
	TEST(batch_1k_vs_go, "C3.cost.ratio"),
	TEST(one_call_16k_vs_go, "C3.cost.ratio"),
	TEST(aesni_batch_64_vs_go, "C3.cost.ratio"),
	TEST(aesni_batch_1k_vs_go, "C3.cost.ratio"),
	TEST(aesni_one_call_16k_vs_go, "C3.cost.ratio"),
	TEST(article_cbc_1k_batch_vs_go, "C2.cost.article"),
	{0},
};
