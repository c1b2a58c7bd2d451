/* SPDX-License-Identifier: Apache-2.0 */
/*
 * contend_hw.c - two CPUs write to one map, and to a map each: how many times dearer is the one
 * map? Both use key 0. Two threads of one core slow each other down in both cases alike.
 */
#include "../../conformance/bpfmap/program.h"
#include "../suite.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define NUM_WRITES 200000u

/* Eight counts for a look-up, which would hide what one shared line costs. */
#define COUNT FIND "r1 = 1; repeat 8 lock *(u64 *)(r0 + 0) += r1;" LEAVE

/* bpf_map_update_elem of what is there already */
#define PUT                                                                                 \
	"*(u32 *)(r10 - 4) = 0; *(u64 *)(r10 - 16) = 777; r1 = map 0; r2 = r10; r2 += -4; " \
	"r3 = r10; r3 += -16; r4 = 0; call 2; r0 = 2; exit"

/* writer is one of two threads. */
struct writer {
	unsigned int cpu;
	pthread_barrier_t *start;
	int program;
	double seconds; /* CPU time of this thread */
	bool good;
};

static double thread_seconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
	return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

static void *write_often(void *arg)
{
	struct writer *writer = arg;
	double start;

	writer->good = pin_to(writer->cpu);
	pthread_barrier_wait(writer->start);
	start = thread_seconds();
	writer->good = program_run(writer->program, NUM_WRITES) && writer->good;
	writer->seconds = thread_seconds() - start;
	return NULL;
}

/* seconds_of returns the CPU seconds of both writers. */
static double seconds_of(const int programs[2])
{
	struct writer writers[2];
	pthread_barrier_t start;
	pthread_t threads[2];

	assert_int_equal(pthread_barrier_init(&start, NULL, 2), 0);
	for (unsigned int i = 0; i < 2; i++) {
		writers[i] = (struct writer){.cpu = i, .start = &start, .program = programs[i]};
		assert_int_equal(pthread_create(&threads[i], NULL, write_often, &writers[i]), 0);
	}
	for (unsigned int i = 0; i < 2; i++)
		pthread_join(threads[i], NULL);
	pthread_barrier_destroy(&start);
	assert_true(writers[0].good && writers[1].good);
	return writers[0].seconds + writers[1].seconds;
}

static int ascending(const void *a, const void *b)
{
	const double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

/* settings are two maps of one kind, and the program that writes to each. */
struct settings {
	struct gng_bpf_map maps[2];
	int map_fds[2], programs[2];
};

/* settings_open makes them; false, and the test is skipped, where that cannot be. */
static bool settings_open(struct settings *settings, const char *map, const char *text)
{
	struct gng_bpfmap_values values;

	if (!pin_to(0) || !pin_to(1)) {
		gng_probe_skip("this process may not run on CPU 0 and CPU 1",
			       "a machine with two CPUs, and no affinity mask");
		return false;
	}
	assert_int_equal(gng_bpfmap_values_open(&values, 8, NULL), GNG_OK);
	for (unsigned int i = 0; i < 2; i++) {
		if (!map_make(&settings->maps[i], &settings->map_fds[i], map))
			return false;
		assert_int_equal(
			gng_bpfmap_update(settings->map_fds[i], &(uint32_t){0}, values.bytes, 0),
			0);
		settings->programs[i] =
			program_load(&settings->maps[i], settings->map_fds[i], "xdp", text);
	}
	gng_bpfmap_values_close(&values);
	return true;
}

static void settings_close(const struct settings *settings)
{
	for (unsigned int i = 0; i < 2; i++) {
		close(settings->programs[i]);
		close(settings->map_fds[i]);
	}
}

/* compare measures one map over two. */
static void compare(const char *name, const char *map, const char *text)
{
	struct gng_measure measure = {
		.unit = "ratio", .n = NUM_WRITES, .num_blocks = GNG_PROBE_NUM_BLOCKS};
	double sorted[GNG_PROBE_NUM_BLOCKS];
	struct settings settings;

	if (!settings_open(&settings, map, text))
		return;
	for (size_t i = 0; i < GNG_PROBE_NUM_BLOCKS; i++) {
		const int same[2] = {settings.programs[0], settings.programs[0]};
		const double one = seconds_of(same), two = seconds_of(settings.programs);

		measure.blocks[i] = sorted[i] = one / two;
	}
	settings_close(&settings);
	qsort(sorted, GNG_PROBE_NUM_BLOCKS, sizeof(sorted[0]), ascending);
	snprintf(measure.name, sizeof(measure.name), "%s", name);
	measure.value = sorted[GNG_PROBE_NUM_BLOCKS / 2];
	measure.lo = sorted[0];
	measure.hi = sorted[GNG_PROBE_NUM_BLOCKS - 1];
	gng_probe_measure(&measure);
}

static void hash_count(void **state)
{
	(void)state;
	compare("hash_count", "hash 4 8 1", COUNT);
}

static void percpu_hash_count(void **state)
{
	(void)state;
	compare("percpu_hash_count", "percpu_hash 4 8 1", COUNT);
}

static void percpu_hash_update(void **state)
{
	(void)state;
	compare("percpu_hash_update", "percpu_hash 4 8 1", PUT);
}

const struct suite_test suite_tests[] = {
	TEST(hash_count, "B2.bpf.contention"),
	TEST(percpu_hash_count, "B2.bpf.contention"),
	TEST(percpu_hash_update, "B2.bpf.contention"),
	{0},
};
