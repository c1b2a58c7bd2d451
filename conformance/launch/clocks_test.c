/* SPDX-License-Identifier: Apache-2.0 */
/* clocks_test.c - stamps of a device's clock as intervals of the TSC: known clocks, known errors.
 */
#include "../suite.h"

#include <string.h>

#include <launch_ring.h>

#define HZ 2500000000.0
#define EPOCH UINT64_C(4000000000000000) /* of a TSC after some weeks */
#define GPU UINT64_C(1764000000000000000)

/* true_tsc is when the device's clock was at ns after GPU, if it is 30 ppm too fast. */
static uint64_t true_tsc(double ns)
{
	return EPOCH + (uint64_t)(ns * 2.5 / (1 + 30e-6));
}

static struct gng_launch *device(struct gng_launch *launch)
{
	memset(launch, 0, sizeof(*launch));
	launch->own_clock = true;
	launch->ticks_hz = 1e9;
	launch->rate = (struct gng_clock_rate){.hz = HZ, .milli_hz = (uint64_t)(HZ * 1000)};
	launch->tick = 32;
	launch->num_clocks = 2;
	/* two comparisons a second apart, each off within its bound */
	launch->clocks[0] = (struct launch_clock){GPU, true_tsc(0) - 900, true_tsc(0) + 1500};
	launch->clocks[1] =
		(struct launch_clock){GPU + 1000000000, true_tsc(1e9) - 2000, true_tsc(1e9) + 800};
	return launch;
}

static struct gng_launch_done stamped(double ns, uint64_t before, uint64_t behind)
{
	return (struct gng_launch_done){.device_t3 = GPU + (uint64_t)ns,
					.t1 = true_tsc(ns) - before,
					.t4 = true_tsc(ns) + behind};
}

/* In a second such a clock goes 75,000 cycles wrong: only a line through both comparisons holds. */
static void stamps_between_comparisons_are_enclosed(void **state)
{
	static struct gng_launch launch;
	struct gng_launch_interval t3;

	(void)state;
	device(&launch);
	for (double ns = 0; ns <= 1e9; ns += 1e7) {
		const struct gng_launch_done done = stamped(ns, 50000, 50000);

		gng_launch_t3(&t3, &launch, &done);
		assert_true(t3.sound);
		if (t3.lo > true_tsc(ns) || t3.hi < true_tsc(ns))
			suite_fail("after %.0f ns: off", ns);
		assert_true(t3.lo <= true_tsc(ns) && true_tsc(ns) <= t3.hi);
		assert_true(t3.hi - t3.lo <= 2 * (1400 + 80) + 2);
		assert_true(t3.lo <= t3.likely && t3.likely <= t3.hi);
	}
}

static void one_comparison_grows_wider_with_time(void **state)
{
	static struct gng_launch launch;
	struct gng_launch_interval near, far;
	struct gng_launch_done done;

	(void)state;
	device(&launch)->num_clocks = 1;
	done = stamped(1e9 + 1e5, 1u << 20, 1u << 20);
	gng_launch_t3(&near, &launch, &done);
	done = stamped(1.2e9, 1u << 20, 1u << 20);
	gng_launch_t3(&far, &launch, &done);
	assert_true(far.lo <= true_tsc(1.2e9) && true_tsc(1.2e9) <= far.hi);
	assert_true(far.hi - far.lo > 10 * (near.hi - near.lo));
}

static void launch_and_answer_are_bounds_too(void **state)
{
	static struct gng_launch launch;
	struct gng_launch_interval t3;
	const struct gng_launch_done done = stamped(5e8, 10, 20);

	(void)state;
	gng_launch_t3(&t3, device(&launch), &done);
	assert_true(t3.sound);
	assert_true(t3.lo >= done.t1);
	assert_true(t3.hi <= done.t4);
}

static void a_contradiction_is_told_and_not_hidden(void **state)
{
	static struct gng_launch launch;
	struct gng_launch_interval t3;
	struct gng_launch_done done = stamped(5e8, 1000, 1000);

	(void)state;
	device(&launch);
	done.t1 += 1000000; /* the launch came after the start */
	done.t4 += 1000000;
	gng_launch_t3(&t3, &launch, &done);
	assert_false(t3.sound);
	assert_int_equal(t3.lo, done.t1);
	assert_int_equal(t3.hi, done.t4);
	assert_int_equal(t3.likely, done.t1 + 1000);
}

/* A thread's clock is the TSC: the comparison says how far another CPU's may be off. */
static void two_tscs_are_taken_as_one_and_bounded(void **state)
{
	static struct gng_launch launch;
	struct gng_launch_interval t3;
	struct gng_launch_done done = {.t1 = EPOCH, .device_t3 = EPOCH + 400, .t4 = EPOCH + 1000};

	(void)state;
	device(&launch)->own_clock = false;
	launch.clocks[1] = (struct launch_clock){EPOCH - 5000, EPOCH - 5150, EPOCH - 4800};
	gng_launch_t3(&t3, &launch, &done);
	assert_true(t3.sound);
	assert_int_equal(t3.likely, EPOCH + 400);
	assert_int_equal(t3.lo, EPOCH + 200);
	assert_int_equal(t3.hi, EPOCH + 600);
	launch.clocks[1] = (struct launch_clock){EPOCH - 5000, EPOCH - 4950, EPOCH - 4800};
	gng_launch_t3(&t3, &launch, &done); /* no step between the two TSCs fits */
	assert_false(t3.sound);
}

const struct suite_test suite_tests[] = {
	TEST(stamps_between_comparisons_are_enclosed, "D4.launch.stamps"),
	TEST(one_comparison_grows_wider_with_time, "D4.launch.stamps"),
	TEST(launch_and_answer_are_bounds_too, "D4.launch.stamps"),
	TEST(a_contradiction_is_told_and_not_hidden, "D4.launch.stamps"),
	TEST(two_tscs_are_taken_as_one_and_bounded, "D4.launch.stamps"),
	{0},
};
