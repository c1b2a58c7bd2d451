/* SPDX-License-Identifier: Apache-2.0 */
/*
 * stride_hw.c - two CPUs count, each in its own word, and the words are 8, 64 or 128 bytes apart. A
 * ratio says how many times the counts per CPU second grow with the distance.
 */
#include "../../conformance/bpfmap/program.h"
#include "../suite.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>

#define NUM_COUNTS 300000u

/* counter is one of two threads. */
struct counter {
	unsigned int cpu;
	pthread_barrier_t *start;
	int program; /* what counts, or -1: user space does, at place */
	uint64_t *place;
	double seconds; /* CPU time of this thread */
	bool good;
};

static double thread_seconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
	return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

static void *count(void *arg)
{
	struct counter *counter = arg;
	double start;

	counter->good = pin_to(counter->cpu);
	pthread_barrier_wait(counter->start);
	start = thread_seconds();
	if (counter->program >= 0)
		counter->good = program_run(counter->program, NUM_COUNTS) && counter->good;
	for (uint32_t i = 0; counter->program < 0 && i < 10 * NUM_COUNTS; i++)
		__atomic_fetch_add(counter->place, 1, __ATOMIC_RELAXED);
	counter->seconds = thread_seconds() - start;
	return NULL;
}

/* setting is a map and, for each distance, the program that counts there. */
struct setting {
	struct gng_bpf_map map;
	int map_fd;
	int programs[3];
	uint8_t *mapped; /* NULL, or the map as user space sees it */
};

static const unsigned int strides[] = {8, 64, 128};

/* CPU seconds of both counters with words strides[which] apart */
static double seconds_at(struct setting *setting, unsigned int which)
{
	struct counter counters[2];
	pthread_barrier_t start;
	pthread_t threads[2];

	assert_int_equal(pthread_barrier_init(&start, NULL, 2), 0);
	for (unsigned int i = 0; i < 2; i++) {
		counters[i] = (struct counter){
			.cpu = i,
			.start = &start,
			.program = setting->programs[which],
			.place = (uint64_t *)(setting->mapped + (size_t)i * strides[which])};
		assert_int_equal(pthread_create(&threads[i], NULL, count, &counters[i]), 0);
	}
	for (unsigned int i = 0; i < 2; i++)
		pthread_join(threads[i], NULL);
	pthread_barrier_destroy(&start);
	assert_true(counters[0].good && counters[1].good);
	return counters[0].seconds + counters[1].seconds;
}

static int ascending(const void *a, const void *b)
{
	const double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

/* measure compares two distances: the first over the second, in time. */
static void measure(struct setting *setting, const char *name, unsigned int near, unsigned int far)
{
	struct gng_measure measure = {
		.unit = "ratio", .n = NUM_COUNTS, .num_blocks = GNG_PROBE_NUM_BLOCKS};
	double sorted[GNG_PROBE_NUM_BLOCKS];

	for (size_t i = 0; i < GNG_PROBE_NUM_BLOCKS; i++) {
		const double slow = seconds_at(setting, near), fast = seconds_at(setting, far);

		measure.blocks[i] = sorted[i] = slow / fast;
	}
	qsort(sorted, GNG_PROBE_NUM_BLOCKS, sizeof(sorted[0]), ascending);
	snprintf(measure.name, sizeof(measure.name), "%s", name);
	measure.value = sorted[GNG_PROBE_NUM_BLOCKS / 2];
	measure.lo = sorted[0];
	measure.hi = sorted[GNG_PROBE_NUM_BLOCKS - 1];
	gng_probe_measure(&measure);
}

/*
 * The value of a hash begins 56 bytes into its element, so its first two words lie in two cache
 * lines. The program therefore goes on to the next line's start: a privileged one may copy the low
 * half of an address into a number. Helper 8 is bpf_get_smp_processor_id.
 */
#define COUNT_APART(stride)                                                                        \
	FIND "r6 = r0; w7 = w6; w7 = -w7; r7 &= 56; r6 += r7; call 8; r0 &= 1; r0 *= " stride "; " \
	     "r6 += r0; r1 = 1; lock *(u64 *)(r6 + 0) += r1;" LEAVE

static bool open_setting(struct setting *setting, const char *map)
{
	static const char *const texts[] = {COUNT_APART("8"), COUNT_APART("64"),
					    COUNT_APART("128")};
	struct gng_bpfmap_values values;
	const uint32_t key = 0;

	*setting = (struct setting){.programs = {-1, -1, -1}};
	if (!pin_to(0) || !pin_to(1)) {
		gng_probe_skip("this process may not run on CPU 0 and CPU 1",
			       "a machine with two CPUs, and no affinity mask");
		return false;
	}
	if (!map_make(&setting->map, &setting->map_fd, map))
		return false;
	if (strstr(map, "mmap")) {
		setting->mapped =
			mmap(NULL, 256, PROT_READ | PROT_WRITE, MAP_SHARED, setting->map_fd, 0);
		assert_true(setting->mapped != MAP_FAILED);
		return true;
	}
	assert_int_equal(gng_bpfmap_values_open(&values, 256, NULL), GNG_OK);
	assert_int_equal(gng_bpfmap_update(setting->map_fd, &key, values.bytes, 0), 0);
	gng_bpfmap_values_close(&values);
	for (size_t i = 0; i < COUNT_OF(texts); i++)
		setting->programs[i] =
			program_load(&setting->map, setting->map_fd, "xdp", texts[i]);
	return true;
}

static void compare(const char *name, const char *map, unsigned int near, unsigned int far)
{
	struct setting setting;

	if (!open_setting(&setting, map))
		return;
	measure(&setting, name, near, far);
	if (setting.mapped)
		munmap(setting.mapped, 256);
	for (size_t i = 0; i < COUNT_OF(setting.programs); i++)
		if (setting.programs[i] >= 0)
			close(setting.programs[i]);
	close(setting.map_fd);
}

#define MAPPED "array 4 256 1 mmap"
#define SHARED "hash 4 256 1"
#define PER_CPU "percpu_hash 4 256 1"

static void mapped_64_vs_8(void **state)
{
	(void)state;
	compare("mapped_64_vs_8", MAPPED, 0, 1);
}

static void mapped_128_vs_64(void **state)
{
	(void)state;
	compare("mapped_128_vs_64", MAPPED, 1, 2);
}

static void hash_64_vs_8(void **state)
{
	(void)state;
	compare("hash_64_vs_8", SHARED, 0, 1);
}

static void hash_128_vs_64(void **state)
{
	(void)state;
	compare("hash_128_vs_64", SHARED, 1, 2);
}

static void percpu_hash_64_vs_8(void **state)
{
	(void)state;
	compare("percpu_hash_64_vs_8", PER_CPU, 0, 1);
}

static void percpu_hash_128_vs_64(void **state)
{
	(void)state;
	compare("percpu_hash_128_vs_64", PER_CPU, 1, 2);
}

const struct suite_test suite_tests[] = {
	TEST(mapped_64_vs_8, "B2.bpf.false-sharing"),
	TEST(mapped_128_vs_64, "B2.bpf.false-sharing"),
	TEST(hash_64_vs_8, "B2.bpf.false-sharing"),
	TEST(hash_128_vs_64, "B2.bpf.false-sharing"),
	TEST(percpu_hash_64_vs_8, "B2.bpf.false-sharing"),
	TEST(percpu_hash_128_vs_64, "B2.bpf.false-sharing"),
	{0},
};
