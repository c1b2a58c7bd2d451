/* SPDX-License-Identifier: Apache-2.0 */
/* percpu_test.c - which slot of a per-CPU value is written by whom, where it lies, and what happens
 * to a pointer that outlives its element. */
#include "program.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct gng_bpf_map map;
static int fd;

static uint64_t slot(const struct gng_bpfmap_values *values, unsigned int cpu)
{
	return *(const uint64_t *)gng_bpfmap_slot(values, cpu);
}

static bool two_cpus(void)
{
	if (pin_to(0) && pin_to(1))
		return true;
	gng_probe_skip("this process may not run on CPU 0 and CPU 1", "a machine with two CPUs");
	return false;
}

static void open_values(struct gng_bpfmap_values *values, uint64_t each)
{
	const uint32_t key = 0;

	assert_int_equal(gng_bpfmap_values_open(values, 8, NULL), GNG_OK);
	for (unsigned int cpu = 0; cpu < values->num_cpus; cpu++)
		*(uint64_t *)gng_bpfmap_slot(values, cpu) = each;
	assert_int_equal(gng_bpfmap_update(fd, &key, values->bytes, 0), 0);
}

static void reread(struct gng_bpfmap_values *values)
{
	const uint32_t key = 0;

	memset(values->bytes, 0xee, gng_bpfmap_stride(values->value_len) * values->num_cpus);
	assert_int_equal(gng_bpfmap_lookup(fd, &key, values->bytes), 0);
}

static void a_program_counts_in_the_slot_of_its_cpu(void **state)
{
	struct gng_bpfmap_values values;

	(void)state;
	if (!two_cpus() || !map_make(&map, &fd, "percpu_hash 4 8 4"))
		return;
	open_values(&values, 0);
	program_on(0, &map, fd, PLAIN, 300);
	program_on(1, &map, fd, PLAIN, 7);
	reread(&values);
	assert_int_equal(slot(&values, 0), 300);
	assert_int_equal(slot(&values, 1), 7);
	assert_int_equal(gng_bpfmap_sum(&values, 0), 307);
	gng_bpfmap_values_close(&values);
	close(fd);
}

#define PUT                                                                                 \
	"*(u32 *)(r10 - 4) = 0; *(u64 *)(r10 - 16) = 777; r1 = map 0; r2 = r10; r2 += -4; " \
	"r3 = r10; r3 += -16; r4 = 0; call 2; r0 = 2; exit"

/* bpf_map_update_elem writes one slot where user space writes all. */
static void an_update_by_a_program_writes_one_slot(void **state)
{
	struct gng_bpfmap_values values;

	(void)state;
	if (!two_cpus() || !map_make(&map, &fd, "percpu_hash 4 8 4"))
		return;
	open_values(&values, 5);
	reread(&values);
	for (unsigned int cpu = 0; cpu < values.num_cpus; cpu++)
		assert_int_equal(slot(&values, cpu), 5);
	program_on(1, &map, fd, PUT, 1);
	reread(&values);
	assert_int_equal(slot(&values, 1), 777);
	assert_int_equal(gng_bpfmap_sum(&values, 0), 777 + 5 * (uint64_t)(values.num_cpus - 1));
	gng_bpfmap_values_close(&values);
	close(fd);
}

/* The memory of a deleted element is used again: what stood in it must not show. */
static void a_new_element_begins_with_zeros_elsewhere(void **state)
{
	static const char *const maps[] = {"percpu_hash 4 8 1", "percpu_hash 4 8 1 noprealloc"};

	(void)state;
	if (!two_cpus())
		return;
	for (size_t i = 0; i < COUNT_OF(maps); i++) {
		struct gng_bpfmap_values values;
		const uint32_t key = 0;

		if (!map_make(&map, &fd, maps[i]))
			return;
		open_values(&values, 0xdead);
		assert_int_equal(gng_bpfmap_delete(fd, &key), 0);
		program_on(0, &map, fd, PUT, 1);
		reread(&values);
		assert_int_equal(slot(&values, 0), 777);
		assert_int_equal(gng_bpfmap_sum(&values, 0), 777);
		gng_bpfmap_values_close(&values);
		close(fd);
	}
}

/* ---- strides ---- */

/* check_layout writes value_len bytes of each slot, and finds them a stride apart; behind the last
 * one nothing is written. */
static void check_layout(uint32_t value_len)
{
	struct gng_bpfmap_values values;
	const uint32_t key = 0;
	size_t stride = gng_bpfmap_stride(value_len), len;
	uint8_t *raw;

	assert_int_equal(gng_bpfmap_values_open(&values, value_len, NULL), GNG_OK);
	len = stride * values.num_cpus;
	for (unsigned int cpu = 0; cpu < values.num_cpus; cpu++)
		memset(gng_bpfmap_slot(&values, cpu), 1 + (int)cpu % 250, value_len);
	assert_int_equal(gng_bpfmap_update(fd, &key, values.bytes, 0), 0);
	raw = malloc(len + 64);
	assert_non_null(raw);
	memset(raw, 0xee, len + 64);
	assert_int_equal(gng_bpfmap_lookup(fd, &key, raw), 0);
	for (unsigned int cpu = 0; cpu < values.num_cpus; cpu++)
		assert_memory_equal(raw + cpu * stride, gng_bpfmap_slot(&values, cpu), value_len);
	for (size_t i = 0; i < 64; i++)
		assert_int_equal(raw[len + i], 0xee);
	assert_int_not_equal(raw[len - stride], 0xee); /* the last slot was written */
	free(raw);
	gng_bpfmap_values_close(&values);
}

static void a_slot_of_1_to_17_bytes_is_a_multiple_of_8(void **state)
{
	(void)state;
	for (uint32_t value_len = 1; value_len <= 17; value_len++) {
		char text[48];

		assert_int_equal(gng_bpfmap_stride(value_len), value_len <= 8	 ? 8
							       : value_len <= 16 ? 16
										 : 24);
		snprintf(text, sizeof(text), "percpu_hash 4 %u 1", value_len);
		if (!map_make(&map, &fd, text))
			return;
		check_layout(value_len);
		close(fd);
	}
}

/* A guest of the lab has possible CPUs that never come: their slots are written too. */
static void there_is_a_slot_for_each_possible_cpu(void **state)
{
	const long online = sysconf(_SC_NPROCESSORS_ONLN);
	unsigned int possible = 0;
	char note[64];

	(void)state;
	assert_int_equal(gng_bpfmap_possible_cpus(&possible, NULL), GNG_OK);
	assert_true((long)possible >= online);
	if (!map_make(&map, &fd, "percpu_hash 4 8 1"))
		return;
	check_layout(8);
	close(fd);
	snprintf(note, sizeof(note), "%u possible, %ld online", possible, online);
	gng_probe_note("cpus", note);
}

static const struct {
	const char *text;
	unsigned int num; /* 0: refused */
} lists[] = {
	{"0\n", 1},	    {"0-3\n", 4},     {"0-3,8\n", 9}, {"0-1,4-127", 128},
	{"2", 3},	    {"0-8191", 8192}, {"", 0},	      {"\n", 0},
	{"0-", 0},	    {"-1", 0},	      {"0,", 0},      {"3-1", 0},
	{"0-3,2", 0},	    {"0 1", 0},	      {"0\n\n", 0},   {"0-8192", 0},
	{"99999999999", 0}, {"0x1", 0},
};

static void a_list_of_cpus_is_read_or_refused(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT_OF(lists); i++) {
		unsigned int num = 0;
		struct gng_why why = {0};
		const enum gng_status status = gng_bpfmap_cpus_parse(&num, lists[i].text, &why);

		if (status != (lists[i].num ? GNG_OK : GNG_EFORMAT) || num != lists[i].num)
			suite_fail("'%s': %s, %u", lists[i].text, gng_status_name(status), num);
		gng_probe_assertion();
	}
}

/* ---- where a slot lies ---- */

/* A slot keeps its own address, which only a privileged program may store. */
#define LOCATE FIND "*(u64 *)(r0 + 0) = r0;" LEAVE
#define NUM_PLACES 64
#define LINE 64u

/* locate fills at[] with the addresses of the slots of CPU 0 and CPU 1 of a new map, whose value is
 * a cache line; false, and the test is skipped, where that cannot be. The map stays open. */
static bool locate(uint64_t at[2], int *map_fd)
{
	struct gng_bpfmap_values values;
	const uint32_t key = 0;

	if (!map_make(&map, map_fd, "percpu_hash 4 64 1"))
		return false;
	assert_int_equal(gng_bpfmap_values_open(&values, LINE, NULL), GNG_OK);
	assert_int_equal(gng_bpfmap_update(*map_fd, &key, values.bytes, 0), 0);
	for (unsigned int cpu = 0; cpu < 2; cpu++)
		program_on(cpu, &map, *map_fd, LOCATE, 1);
	assert_int_equal(gng_bpfmap_lookup(*map_fd, &key, values.bytes), 0);
	for (unsigned int cpu = 0; cpu < 2; cpu++)
		at[cpu] = slot(&values, cpu);
	gng_bpfmap_values_close(&values);
	return true;
}

/* C.3.2.21: were the layout one of compile time, a value of a line would begin where a line does;
 * the allocator of the kernel finds a place at run time, and knows of 8 bytes only. */
static void the_slot_of_a_line_need_not_begin_where_a_line_does(void **state)
{
	int fds[NUM_PLACES], num = 0, num_across = 0;
	char note[64];

	(void)state;
	if (!two_cpus())
		return;
	while (num < NUM_PLACES && num_across == 0) {
		uint64_t at[2];

		if (!locate(at, &fds[num++]))
			return;
		assert_int_equal(at[0] % 8, 0);
		assert_int_equal(at[1] % 8, 0);
		assert_true(at[0] + LINE <= at[1] || at[1] + LINE <= at[0]);
		num_across += at[0] % LINE != 0 && at[1] % LINE != 0;
	}
	for (int i = 0; i < num; i++)
		close(fds[i]);
	snprintf(note, sizeof(note), "%d of %d lie across two lines", num_across, num);
	gng_probe_note("slots of 64 bytes", note);
	assert_true(num_across > 0);
}

/* ---- a pointer that outlives its element ---- */

/* r6 points to the value of key 0; then key 0 goes, key 1 comes, and r6 counts. */
#define STALE                                                                                \
	FIND "r6 = r0; r1 = map 0; r2 = r10; r2 += -4; call 3; *(u32 *)(r10 - 4) = 1; "      \
	     "*(u64 *)(r10 - 16) = 0; r1 = map 0; r2 = r10; r2 += -4; r3 = r10; r3 += -16; " \
	     "r4 = 0; call 2; r1 = *(u64 *)(r6 + 0); r1 += 1; *(u64 *)(r6 + 0) = r1;" LEAVE

/* stale_in counts how often key 1 shows a count that nobody made for it. */
static unsigned int stale_in(const char *text)
{
	const uint32_t keys[2] = {0, 1};
	struct gng_bpfmap_values values;
	unsigned int num_stale = 0;
	int program;

	if (!map_make(&map, &fd, text))
		return 0;
	program = program_load(&map, fd, "xdp", STALE);
	assert_int_equal(gng_bpfmap_values_open(&values, 8, NULL), GNG_OK);
	for (int round = 0; round < 200; round++) {
		memset(values.bytes, 0, 8 * values.num_cpus);
		assert_int_equal(gng_bpfmap_update(fd, &keys[0], values.bytes, 0), 0);
		assert_true(program_run(program, 1));
		assert_int_equal(gng_bpfmap_lookup(fd, &keys[0], values.bytes), -ENOENT);
		assert_int_equal(gng_bpfmap_take(fd, &keys[1], values.bytes), 0);
		num_stale += *(uint64_t *)values.bytes != 0;
	}
	gng_bpfmap_values_close(&values);
	close(program);
	close(fd);
	return num_stale;
}

/* The kernel promises that the memory stays a value of this map, not that it stays this key's. */
static void a_stale_pointer_counts_for_another_key(void **state)
{
	static const char *const maps[] = {"hash 4 8 8", "hash 4 8 8 noprealloc",
					   "percpu_hash 4 8 8"};

	(void)state;
	if (!pin_to(0))
		return gng_probe_skip("this process may not run on CPU 0",
				      "no affinity mask, or gonogo lab run bpfmap-maps");
	for (size_t i = 0; i < COUNT_OF(maps); i++) {
		const unsigned int num_stale = stale_in(maps[i]);
		char note[64];

		if (num_stale == 0 && fd == -EPERM)
			return;
		snprintf(note, sizeof(note), "%u of 200 runs, %s", num_stale, maps[i]);
		gng_probe_note("counted for another key", note);
		assert_in_range(num_stale, 1, 200);
	}
}

const struct suite_test suite_tests[] = {
	TEST(a_program_counts_in_the_slot_of_its_cpu, "B2.bpf.percpu B2.bpf.stride"),
	TEST(an_update_by_a_program_writes_one_slot, "B2.bpf.percpu"),
	TEST(a_new_element_begins_with_zeros_elsewhere, "B2.bpf.percpu"),
	TEST(a_slot_of_1_to_17_bytes_is_a_multiple_of_8, "B2.bpf.stride"),
	TEST(there_is_a_slot_for_each_possible_cpu, "B2.bpf.stride"),
	TEST(a_list_of_cpus_is_read_or_refused, "B2.bpf.stride"),
	TEST(the_slot_of_a_line_need_not_begin_where_a_line_does, "B2.bpf.layout"),
	TEST(a_stale_pointer_counts_for_another_key, "B2.bpf.hazards"),
	{0},
};
