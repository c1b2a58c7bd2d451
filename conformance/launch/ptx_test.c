/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ptx_test.c - the kernel of launch.ptx, executed by an interpreter: what it computes, which orders
 * it takes, and when it ends. It is a model of a warp; what a GPU's memory does it does not show.
 */
#include "source.h"

#include <launch_ring.h>

#include "ptx_machine.h"

#define LEN 4096
#define STEPS 20000

static struct launch_slot ring[LAUNCH_SLOTS];
static uint8_t packets[LEN] __attribute__((aligned(64)));
static uint32_t next;

/* open_kernel reads launch.ptx; false after a skip. */
static bool open_kernel(struct ptx_program *program)
{
	const char *source = source_folder("impl/launch/launch.ptx");

	if (!source)
		return false;
	assert_int_equal(command("cat '%s/impl/launch/launch.ptx'", source), 0);
	assert_true(ptx_read(program, command_out));
	for (size_t i = 0; i < LEN; i++)
		packets[i] = (uint8_t)(i * 2654435761u >> 24);
	memset(ring, 0, sizeof(ring));
	next = 1;
	return true;
}

static enum ptx_end run(const struct ptx_program *program, bool stays)
{
	const uint64_t parameters[4] = {(uintptr_t)ring, (uintptr_t)&next, (uintptr_t)packets,
					stays};
	const char *at = "";
	const enum ptx_end end = ptx_run(program, parameters, STEPS, &at);

	if (end == PTX_UNKNOWN || end == PTX_PARTED)
		suite_fail("%s: %s", at, end == PTX_UNKNOWN ? "unknown" : "lanes part");
	return end;
}

static struct launch_slot *slot_of(uint64_t sequence)
{
	return &ring[(sequence - 1) % LAUNCH_SLOTS];
}

static void a_kernel_does_one_order_and_ends(void **state)
{
	static const size_t lens[] = {0, 1, 2, 3, 4, 5, 63, 64, 127, 128, 129, 1500, 4000};
	struct ptx_program program;

	(void)state;
	if (!open_kernel(&program))
		return;
	for (size_t i = 0; i < COUNT_OF(lens); i++) {
		const uint32_t sequence = (uint32_t)i + 1;
		const struct launch_slot *slot = slot_of(sequence);

		launch_order(slot_of(sequence), sequence, 4 * i, (uint32_t)lens[i]);
		assert_int_equal(run(&program, false), PTX_RETURNED);
		assert_true(launch_is_done(slot, sequence));
		assert_int_equal(slot->sum, gng_launch_sum(packets + 4 * i, lens[i]));
		assert_int_equal(next, sequence + 1);
		assert_true(slot->device_t3 > 0 && slot->device_t3 < 20); /* before all else */
	}
	ptx_free(&program);
}

static void a_kernel_that_stays_ends_when_told(void **state)
{
	struct ptx_program program;
	uint64_t last = 0;

	(void)state;
	if (!open_kernel(&program))
		return;
	next = 0x1fff0; /* the number's lower half is about to wrap */
	for (uint64_t i = 0; i < 40; i++)
		launch_order(slot_of(next + i), next + i, 8 * i, (uint32_t)(100 + i));
	launch_order(slot_of(next + 40), next + 40, 0, LAUNCH_STOP);
	assert_int_equal(run(&program, true), PTX_RETURNED);
	assert_int_equal(next, 0x1fff0 + 41);
	for (uint64_t i = 0; i < 40; i++) {
		const struct launch_slot *slot = slot_of(0x1fff0 + i);

		assert_true(launch_is_done(slot, 0x1fff0 + i));
		assert_int_equal(slot->sum, gng_launch_sum(packets + 8 * i, 100 + i));
		assert_true(slot->device_t3 > last); /* each has its own start */
		last = slot->device_t3;
	}
	ptx_free(&program);
}

/* A word of an earlier round beside a new one is no order. */
static void half_an_order_is_not_taken(void **state)
{
	struct ptx_program program;

	(void)state;
	if (!open_kernel(&program))
		return;
	launch_order(slot_of(1), 1 + LAUNCH_SLOTS, 0, 64);
	slot_of(1)->at = UINT64_C(1) << LAUNCH_AT_BITS;
	assert_int_equal(run(&program, true), PTX_POLLS);
	launch_order(slot_of(1), 1, 0, 64);
	slot_of(1)->at = (UINT64_C(1) + LAUNCH_SLOTS) << LAUNCH_AT_BITS;
	assert_int_equal(run(&program, true), PTX_POLLS);
	assert_int_equal(slot_of(1)->done, 0);
	assert_int_equal(next, 1);
	ptx_free(&program);
}

const struct suite_test suite_tests[] = {
	TEST(a_kernel_does_one_order_and_ends, "D4.launch.work D4.launch.back-ends"),
	TEST(a_kernel_that_stays_ends_when_told, "D4.launch.work D4.launch.back-ends"),
	TEST(half_an_order_is_not_taken, "D4.launch.queue"),
	{0},
};
