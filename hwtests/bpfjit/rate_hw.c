/* SPDX-License-Identifier: Apache-2.0 */
/*
 * rate_hw.c - how many generated programs are loaded, run twice and interpreted a second, beside
 * the bare kernel: the shortest program, loaded, run twice and closed.
 */
#include "../suite.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <gng_bpf.h>
#include <gng_bpfjit.h>

#define NUM_PROGRAMS 200 /* of a block */
#define ALL                                                                             \
	(GNG_BPFJIT_MEMORY | GNG_BPFJIT_JUMPS | GNG_BPFJIT_ATOMICS | GNG_BPFJIT_CALLS | \
	 GNG_BPFJIT_V4 | GNG_BPFJIT_ORDER)

/* Time of this process: neighbours of a shared machine change it little. */
static double cpu_seconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
	return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

static double seconds_of_shortest(void)
{
	static struct gng_bpf_insn insns[] = {{.code = 0xb7, .imm = 2}, {.code = 0x95}};
	const struct gng_bpf_code code = {insns, 2, 2};
	const struct gng_bpf_program program = {.type = (uint32_t)gng_bpf_type("xdp"),
						.code = &code};
	struct gng_bpf_run run = {.in = "0123456789abcdef", .in_len = 16};
	const double start = cpu_seconds();

	for (int i = 0; i < NUM_PROGRAMS; i++) {
		int fd;

		assert_int_equal(gng_bpf_load(&fd, &program, NULL), GNG_OK);
		for (int j = 0; j < 2; j++)
			assert_int_equal(gng_bpf_run_once(&run, fd, NULL), GNG_OK);
		close(fd);
	}
	return cpu_seconds() - start;
}

static double seconds_of(struct gng_bpfjit *jit, unsigned int kinds, uint64_t first)
{
	struct gng_bpfjit_outcome outcome = {0};
	const double start = cpu_seconds();
	struct gng_why why;

	if (gng_bpfjit_compare_many(jit, &outcome, first, NUM_PROGRAMS, kinds, &why) != GNG_OK)
		suite_fail("%s", why.text);
	assert_int_equal(outcome.runs, 2 * NUM_PROGRAMS);
	assert_int_equal(outcome.refused, 0);
	return cpu_seconds() - start;
}

static int ascending(const void *a, const void *b)
{
	const double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static void note_rate(const char *key, double best)
{
	char text[64];

	snprintf(text, sizeof(text), "%.0f programs per CPU second, best block",
		 NUM_PROGRAMS / best);
	gng_probe_note(key, text);
}

/* measure reports the ratio to the shortest, or with a unit of 1/s programs in a CPU second. */
static void measure(const char *name, const char *unit, unsigned int kinds)
{
	struct gng_measure measure = {.n = NUM_PROGRAMS, .num_blocks = GNG_PROBE_NUM_BLOCKS};
	const bool is_rate = strcmp(unit, "1/s") == 0;
	double sorted[GNG_PROBE_NUM_BLOCKS], best = INFINITY, best_floor = INFINITY;
	struct gng_bpfjit *jit = NULL;
	struct gng_why why;

	if (gng_bpfjit_open(&jit, &why) != GNG_OK) {
		gng_probe_skip(why.text, "run it as root");
		return;
	}
	kinds = gng_bpfjit_known(kinds, gng_bpf_kernel());
	for (size_t i = 0; i < GNG_PROBE_NUM_BLOCKS; i++) {
		const double floor = seconds_of_shortest();
		const double took = seconds_of(jit, kinds, i * NUM_PROGRAMS);

		measure.blocks[i] = sorted[i] = (is_rate ? NUM_PROGRAMS : floor) / took;
		best = took < best ? took : best;
		best_floor = floor < best_floor ? floor : best_floor;
	}
	gng_bpfjit_close(jit);
	qsort(sorted, GNG_PROBE_NUM_BLOCKS, sizeof(sorted[0]), ascending);
	snprintf(measure.name, sizeof(measure.name), "%s", name);
	snprintf(measure.unit, sizeof(measure.unit), "%s", unit);
	measure.value = sorted[GNG_PROBE_NUM_BLOCKS / 2];
	measure.lo = sorted[0];
	measure.hi = sorted[GNG_PROBE_NUM_BLOCKS - 1];
	note_rate("rate", best);
	note_rate("shortest program", best_floor);
	gng_probe_measure(&measure);
}

static void straight_programs_vs_shortest(void **state)
{
	(void)state;
	measure("straight_programs_vs_shortest", "ratio", 0);
}

/* One thread, whose CPU is shared with others' work: seconds of its own. */
static void straight_programs_a_second(void **state)
{
	(void)state;
	measure("straight_programs_a_second", "1/s", 0);
}

static void branching_programs_vs_shortest(void **state)
{
	(void)state;
	measure("branching_programs_vs_shortest", "ratio", GNG_BPFJIT_JUMPS);
}

static void all_kinds_vs_shortest(void **state)
{
	(void)state;
	measure("all_kinds_vs_shortest", "ratio", ALL);
}

const struct suite_test suite_tests[] = {
	TEST(straight_programs_vs_shortest, "B1.bpf.jit-rate"),
	TEST(straight_programs_a_second, "B1.bpf.jit-rate"),
	TEST(branching_programs_vs_shortest, "B1.bpf.jit-rate"),
	TEST(all_kinds_vs_shortest, "B1.bpf.jit-rate"),
	{0},
};
