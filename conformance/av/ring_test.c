/* SPDX-License-Identifier: Apache-2.0 */
/* ring_test.c - the PCM ring: order, what does not fit, and its memory orders under
 * ThreadSanitizer. */
#include "../command.h"
#include "ring_race.h"

#include <av_ring.h>

static void what_does_not_fit_is_dropped_and_counted(void **state)
{
	uint32_t slots[4], out = 0;
	struct av_ring ring;

	(void)state;
	assert_int_equal(av_ring_init(&ring, slots, 4, sizeof(slots[0]), NULL), GNG_OK);
	assert_false(av_ring_pop(&ring, &out));
	for (uint32_t round = 0; round < 3; round++) {
		for (uint32_t i = 0; i < 6; i++)
			assert_int_equal(av_ring_push(&ring, &i), i < 4);
		for (uint32_t i = 0; i < 4; i++) {
			assert_true(av_ring_pop(&ring, &out));
			assert_int_equal(out, i);
		}
		assert_false(av_ring_pop(&ring, &out));
		assert_int_equal(atomic_load(&ring.dropped), 2 * (round + 1));
	}
}

static void a_ring_of_no_power_of_two_is_refused(void **state)
{
	uint32_t slots[4];
	struct av_ring ring;
	struct gng_why why = {0};

	(void)state;
	assert_int_equal(av_ring_init(&ring, slots, 3, sizeof(slots[0]), &why), GNG_EINVAL);
	assert_true(why.text[0] != '\0');
	assert_int_equal(av_ring_init(&ring, slots, 0, sizeof(slots[0]), NULL), GNG_EINVAL);
	assert_int_equal(av_ring_init(&ring, slots, 4, 0, NULL), GNG_EINVAL);
}

static void two_threads_have_no_race(void **state)
{
	const size_t len = (size_t)(ring_race_end - ring_race);
	int status;

	(void)state;
	if (len == 0) {
		gng_probe_skip("the ring was not compiled with ThreadSanitizer here",
			       "apt-get install clang libclang-rt-dev, and build again");
		return;
	}
	command_write("race", ring_race, len);
	assert_int_equal(chmod(command_path("race"), 0700), 0);
	status = command("TSAN_OPTIONS=exitcode=66 ./race");
	if (status != 0)
		suite_fail("exit status %d: %.1500s", status, command_err);
	assert_string_equal(command_out, "in order\n");
}

const struct suite_test suite_tests[] = {
	TEST(what_does_not_fit_is_dropped_and_counted, "T2.av.deadline"),
	TEST(a_ring_of_no_power_of_two_is_refused, "T2.av.deadline"),
	TEST(two_threads_have_no_race, "T2.av.deadline"),
	{0},
};
