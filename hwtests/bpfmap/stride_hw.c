/* SPDX-License-Identifier: Apache-2.0 */
/*
 * stride_hw.c - two CPUs count, each in its own word, and the words are 8, 64 or 128 bytes apart. A
 * ratio says how many times the counts per CPU second grow with the distance.
 */
#include "two_cpus.h"

#include <string.h>
#include <sys/mman.h>

#define NUM_COUNTS 300000u

/* setting is a map and, for each distance, the program that counts there. */
struct setting {
	struct gng_bpf_map map;
	int map_fd;
	int programs[3];
	uint8_t *mapped;	/* NULL, or the map as user space sees it */
	unsigned int near, far; /* the distances to compare */
};

static const unsigned int strides[] = {8, 64, 128};

/* count lets a program count, or user space where none does, in words strides[which] apart. */
static bool count(const struct setting *setting, unsigned int cpu, unsigned int which)
{
	uint64_t *place;

	if (setting->programs[which] >= 0)
		return program_run(setting->programs[which], NUM_COUNTS);
	place = (uint64_t *)(setting->mapped + (size_t)cpu * strides[which]);
	for (uint32_t i = 0; i < 10 * NUM_COUNTS; i++)
		__atomic_fetch_add(place, 1, __ATOMIC_RELAXED);
	return true;
}

static bool count_near(void *context, unsigned int cpu)
{
	const struct setting *setting = context;

	return count(setting, cpu, setting->near);
}

static bool count_far(void *context, unsigned int cpu)
{
	const struct setting *setting = context;

	return count(setting, cpu, setting->far);
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
	if (!two_cpus_here())
		return false;
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
	setting.near = near;
	setting.far = far;
	two_compare(name, NUM_COUNTS, count_near, count_far, &setting);
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
