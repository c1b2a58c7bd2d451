/* SPDX-License-Identifier: Apache-2.0 */
/* memory_test.c - memory that runs out at each place in turn while something is pinned or taken
 * over: an error that says so, and no pin that nobody knows of. */
/* needs: bpf */
#include "../memory.h"
#include "stage.h"

#include "bpfobj_own.h"

#define MANY 1000 /* allocations: more than any call has */

/* begin_trial lets one allocation fail, end_trial none. */
static void begin_trial(unsigned long number)
{
	memory.ran_out = false;
	memory.countdown = number;
	memory.process = getpid();
}

static void end_trial(enum gng_status status, const struct gng_why *why)
{
	memory.process = 0;
	assert_true(memory.ran_out || status == GNG_OK);
	if (status != GNG_OK && (status != GNG_ENOMEM || why->sys_errno != ENOMEM))
		suite_fail("%d, %s", status, why->text);
}

static void pins_are_all_or_none_without_memory(void **state)
{
	struct gng_bpfobj *object = begin();
	unsigned long number = 0;
	struct gng_why why;

	(void)state;
	if (!object)
		return;
	attach_to(object, "pass", LOOPBACK);
	do {
		enum gng_status status;

		begin_trial(++number);
		status = gng_bpfobj_pin(object, below("pins"), &why);
		end_trial(status, &why);
		if (status == GNG_OK)
			must(gng_bpfobj_unpin(object, &why), &why);
		assert_int_equal(count_pins(), 0);
		assert_null(object->pin_dir);
		assert_null(object->pins);
		assert_null(object->programs[0].pin);
	} while (memory.ran_out && number < MANY);
	assert_in_range(number, 6, MANY - 1);
	gng_bpfobj_close(object);
}

/* Whoever took a link over can end it, and then its pin is gone, too. */
static void a_link_is_taken_over_with_its_pin(void **state)
{
	struct gng_bpfobj *object = begin();
	unsigned long number = 0;
	struct gng_why why;

	(void)state;
	if (!object)
		return;
	do {
		struct gng_bpfobj *owner = samples_load("life");
		enum gng_status status;

		attach_to(owner, "drop", LOOPBACK);
		must(gng_bpfobj_pin(owner, below("pins"), &why), &why);
		begin_trial(++number);
		status = gng_bpfobj_adopt(object, "pass", below("pins/link_drop"), &why);
		end_trial(status, &why);
		assert_int_equal(loopback_passes(), status == GNG_OK);
		if (status == GNG_OK)
			must(gng_bpfobj_detach(object, "pass", &why), &why);
		assert_int_equal(access(below("pins/link_drop"), F_OK), status == GNG_OK ? -1 : 0);
		assert_int_equal(gng_bpfobj_state_of(object), GNG_BPFOBJ_LOADED);
		must(gng_bpfobj_unpin(owner, &why), &why);
		gng_bpfobj_close(owner);
		assert_int_equal(count_pins(), 0);
	} while (memory.ran_out && number < MANY);
	assert_in_range(number, 3, MANY - 1);
	gng_bpfobj_close(object);
}

const struct suite_test suite_tests[] = {
	TEST(pins_are_all_or_none_without_memory, "B1.bpf.life-cycle"),
	TEST(a_link_is_taken_over_with_its_pin, "B1.bpf.life-cycle"),
	{0},
};
