/* SPDX-License-Identifier: Apache-2.0 */
/* elements_test.c - what bpf(2) says of elements, and where it refuses them (kernel documentation,
 * bpf/map_hash; kernel/bpf/hashtab.c). */
#include "program.h"

#include <stdio.h>
#include <string.h>

static struct gng_bpf_map map;
static int fd;

static int update(uint32_t key, uint64_t value, uint64_t flags)
{
	return gng_bpfmap_update(fd, &key, &value, flags);
}

static void a_full_map_takes_no_more(void **state)
{
	(void)state;
	if (!map_make(&map, &fd, "hash 4 8 2"))
		return;
	assert_int_equal(update(1, 1, 0), 0);
	assert_int_equal(update(2, 2, 0), 0);
	assert_int_equal(update(3, 3, 0), -E2BIG);
	assert_int_equal(update(2, 4, 0), 0); /* what is there may change */
	assert_int_equal(gng_bpfmap_delete(fd, &(uint32_t){1}), 0);
	assert_int_equal(update(3, 3, 0), 0);
	close(fd);
}

static void flags_say_whether_an_element_must_exist(void **state)
{
	uint64_t value = 0;

	(void)state;
	if (!map_make(&map, &fd, "hash 4 8 4"))
		return;
	assert_int_equal(update(1, 1, GNG_BPFMAP_EXIST), -ENOENT);
	assert_int_equal(update(1, 1, GNG_BPFMAP_NOEXIST), 0);
	assert_int_equal(update(1, 2, GNG_BPFMAP_NOEXIST), -EEXIST);
	assert_int_equal(update(1, 3, GNG_BPFMAP_EXIST), 0);
	assert_int_equal(update(1, 4, UINT64_C(1) << 40), -EINVAL);
	assert_int_equal(gng_bpfmap_lookup(fd, &(uint32_t){1}, &value), 0);
	assert_int_equal(value, 3);
	assert_int_equal(gng_bpfmap_lookup(fd, &(uint32_t){2}, &value), -ENOENT);
	assert_int_equal(gng_bpfmap_delete(fd, &(uint32_t){2}), -ENOENT);
	close(fd);
}

/* A slot comes from the allocator of per-CPU memory, whose pieces are at most 32 KiB. */
static void a_per_cpu_value_is_at_most_32_kib(void **state)
{
	(void)state;
	if (!map_make(&map, &fd, "percpu_hash 4 32768 1"))
		return;
	close(fd);
	map.value_len = 32776;
	assert_int_equal(gng_bpf_map_create(&map), -E2BIG);
}

static void hashes_cannot_be_mapped(void **state)
{
	static const char *const types[] = {"hash", "percpu_hash", "percpu_array"};

	(void)state;
	if (!map_make(&map, &fd, "array 4 8 1 mmap"))
		return;
	close(fd);
	for (size_t i = 0; i < COUNT_OF(types); i++) {
		char text[64];
		size_t num;

		snprintf(text, sizeof(text), "%s 4 8 1 mmap", types[i]);
		assert_int_equal(gng_bpf_maps_parse(&map, &num, 1, "map", text, NULL), GNG_OK);
		assert_int_equal(gng_bpf_map_create(&map), -EINVAL);
	}
}

/* ---- batches ---- */

#define NUM_KEYS 64

/* list reads all keys, num at a time, and doubles num where a bucket has more; each key once. */
static void list(uint32_t num, unsigned int *num_short)
{
	uint32_t keys[2 * NUM_KEYS], at = 0, seen[NUM_KEYS] = {0};
	uint64_t values[2 * NUM_KEYS];
	int result = 0;

	*num_short = 0;
	while (result == 0) {
		uint32_t got = num;

		result = gng_bpfmap_batch(fd, &at, keys, values, &got);
		for (uint32_t i = 0; i < got; i++) {
			assert_in_range(keys[i], 0, NUM_KEYS - 1);
			assert_int_equal(values[i], keys[i] + 1000);
			seen[keys[i]]++;
		}
		if (result == -ENOSPC) {
			++*num_short;
			num *= 2;
			result = 0;
			assert_in_range(num, 1, 2 * NUM_KEYS);
		}
	}
	assert_int_equal(result, -ENOENT);
	for (uint32_t key = 0; key < NUM_KEYS; key++)
		assert_int_equal(seen[key], 1);
}

/* 64 keys in 64 buckets without one that has two: a chance of 64!/64^64, 1 in 10^26. */
static void a_batch_never_splits_a_bucket(void **state)
{
	unsigned int num_short;

	(void)state;
	if (!map_make(&map, &fd, "hash 4 8 64"))
		return;
	for (uint32_t key = 0; key < NUM_KEYS; key++)
		assert_int_equal(update(key, key + 1000, 0), 0);
	list(NUM_KEYS, &num_short);
	assert_int_equal(num_short, 0);
	list(1, &num_short);
	assert_in_range(num_short, 1, 7);
	close(fd);
}

/* litter leaves what is not zero where the next call has its variables. */
__attribute__((noinline)) static void litter(void)
{
	volatile uint8_t stack[4096];

	for (size_t i = 0; i < sizeof(stack); i++)
		stack[i] = 0xa5;
}

static void what_stood_on_the_stack_is_no_part_of_a_batch(void **state)
{
	uint32_t keys[2], at = 0, num = 2;
	uint64_t values[2];
	int result;

	(void)state;
	if (!map_make(&map, &fd, "hash 4 8 2"))
		return;
	assert_int_equal(update(1, 7, 0), 0);
	litter();
	result = gng_bpfmap_batch(fd, &at, keys, values, &num);
	assert_int_equal(result, -ENOENT);
	assert_int_equal(num, 1);
	assert_int_equal(keys[0], 1);
	assert_int_equal(values[0], 7);
	close(fd);
}

/* ---- per-CPU elements ---- */

static void taking_an_element_gives_all_slots_and_removes_it(void **state)
{
	struct gng_bpfmap_values values;
	const uint32_t key = 5;

	(void)state;
	if (!map_make(&map, &fd, "percpu_hash 4 8 4"))
		return;
	assert_int_equal(gng_bpfmap_values_open(&values, 8, NULL), GNG_OK);
	for (unsigned int cpu = 0; cpu < values.num_cpus; cpu++)
		*(uint64_t *)gng_bpfmap_slot(&values, cpu) = 10 + cpu;
	assert_int_equal(gng_bpfmap_update(fd, &key, values.bytes, 0), 0);
	memset(values.bytes, 0, 8 * values.num_cpus);
	assert_int_equal(gng_bpfmap_take(fd, &key, values.bytes), 0);
	for (unsigned int cpu = 0; cpu < values.num_cpus; cpu++)
		assert_int_equal(*(uint64_t *)gng_bpfmap_slot(&values, cpu), 10 + cpu);
	assert_int_equal(gng_bpfmap_take(fd, &key, values.bytes), -ENOENT);
	gng_bpfmap_values_close(&values);
	close(fd);
}

/* bpf_map_lookup_percpu_elem is helper 195, since 5.19. */
#define OF_CPU(cpu)                                                                       \
	"*(u32 *)(r10 - 4) = 0; r1 = map 0; r2 = r10; r2 += -4; r3 = " cpu "; call 195; " \
	"if r0 == 0 goto none; r1 = 1; lock *(u64 *)(r0 + 0) += r1; r0 = 2; exit; "       \
	"none: r0 = 3; exit"

static uint32_t result_of(const char *text)
{
	struct gng_bpf_run run = {.in = "0123456789abcdef", .in_len = 16};
	const int program = program_load(&map, fd, "xdp", text);

	assert_int_equal(gng_bpf_run_once(&run, program, NULL), GNG_OK);
	close(program);
	return run.retval;
}

static void a_program_reaches_the_slot_of_a_cpu_that_is_possible(void **state)
{
	struct gng_bpfmap_values values;
	const uint32_t key = 0;

	(void)state;
	if (!map_make(&map, &fd, "percpu_hash 4 8 4"))
		return;
	assert_int_equal(gng_bpfmap_values_open(&values, 8, NULL), GNG_OK);
	assert_int_equal(gng_bpfmap_update(fd, &key, values.bytes, 0), 0);
	assert_int_equal(result_of(OF_CPU("0")), 2);
	assert_int_equal(result_of(OF_CPU("65536")), 3);
	assert_int_equal(result_of(OF_CPU("-1")), 3);
	assert_int_equal(gng_bpfmap_lookup(fd, &key, values.bytes), 0);
	assert_int_equal(*(uint64_t *)gng_bpfmap_slot(&values, 0), 1);
	assert_int_equal(gng_bpfmap_sum(&values, 0), 1);
	gng_bpfmap_values_close(&values);
	close(fd);
}

const struct suite_test suite_tests[] = {
	TEST(a_full_map_takes_no_more, "B2.bpf.elements"),
	TEST(flags_say_whether_an_element_must_exist, "B2.bpf.elements"),
	TEST(a_per_cpu_value_is_at_most_32_kib, "B2.bpf.elements"),
	TEST(hashes_cannot_be_mapped, "B2.bpf.elements"),
	TEST(a_batch_never_splits_a_bucket, "B2.bpf.elements"),
	TEST(what_stood_on_the_stack_is_no_part_of_a_batch, "B2.bpf.elements"),
	TEST(taking_an_element_gives_all_slots_and_removes_it, "B2.bpf.elements"),
	TEST(a_program_reaches_the_slot_of_a_cpu_that_is_possible, "B2.bpf.elements"),
	{0},
};
