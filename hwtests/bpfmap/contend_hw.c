/* SPDX-License-Identifier: Apache-2.0 */
/*
 * contend_hw.c - two CPUs write to one map, and to a map each: how many times dearer is the one
 * map? Both use key 0. Two threads of one core slow each other down in both cases alike.
 */
#include "two_cpus.h"

#define NUM_WRITES 200000u

/* Eight counts for a look-up, which would hide what one shared line costs. */
#define COUNT FIND "r1 = 1; repeat 8 lock *(u64 *)(r0 + 0) += r1;" LEAVE

/* bpf_map_update_elem of what is there already */
#define PUT                                                                                 \
	"*(u32 *)(r10 - 4) = 0; *(u64 *)(r10 - 16) = 777; r1 = map 0; r2 = r10; r2 += -4; " \
	"r3 = r10; r3 += -16; r4 = 0; call 2; r0 = 2; exit"

/* settings are two maps of one kind, and the program that writes to each. */
struct settings {
	struct gng_bpf_map maps[2];
	int map_fds[2], programs[2];
};

/* settings_open makes them; false, and the test is skipped, where that cannot be. */
static bool settings_open(struct settings *settings, const char *map, const char *text)
{
	struct gng_bpfmap_values values;

	if (!two_cpus_here())
		return false;
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

static bool write_to_one(void *context, unsigned int cpu)
{
	const struct settings *settings = context;

	(void)cpu;
	return program_run(settings->programs[0], NUM_WRITES);
}

static bool write_to_each(void *context, unsigned int cpu)
{
	const struct settings *settings = context;

	return program_run(settings->programs[cpu], NUM_WRITES);
}

/* compare measures one map over two. */
static void compare(const char *name, const char *map, const char *text)
{
	struct settings settings;

	if (!settings_open(&settings, map, text))
		return;
	two_compare(name, NUM_WRITES, write_to_one, write_to_each, &settings);
	settings_close(&settings);
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
