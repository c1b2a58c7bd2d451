/* SPDX-License-Identifier: Apache-2.0 */
/*
 * pin_test.c - what outlives a process by its pin: maps that the next load takes, links that the
 * next owner takes over; and that nothing else does.
 */
/* needs: bpf */
#include "stage.h"

static void a_kept_map_is_that_of_the_load_before(void **state)
{
	struct gng_bpfobj *object = begin();
	const uint32_t key = 1;
	uint64_t value = 7;
	struct gng_why why;

	(void)state;
	if (!object)
		return;
	gng_bpfobj_close(object);
	for (unsigned int round = 0; round < 2; round++) {
		object = samples_open("life");
		must(gng_bpfobj_keep_map(object, "numbers", below("numbers"), &why), &why);
		must(gng_bpfobj_load(object, &why), &why);
		if (round == 0)
			must(gng_bpfobj_put(object, "numbers", &key, &value, &why), &why);
		attach_to(object, "drop", LOOPBACK); /* passes what finds element 1 */
		assert_true(loopback_passes());
		gng_bpfobj_close(object);
	}
	object = samples_open("bad");
	must(gng_bpfobj_keep_map(object, "ring", below("numbers"), &why), &why);
	assert_int_not_equal(gng_bpfobj_load(object, &why), GNG_OK);
	assert_string_equal(gng_bpfobj_verdict_of(object)->class_name, "pinned-map-differs");
	gng_bpfobj_close(object);
	assert_int_equal(unlink(below("numbers")), 0);
	assert_int_equal(count_pins(), 0);
}

static void a_refused_load_leaves_no_map_pinned(void **state)
{
	struct gng_bpfobj *object = begin();
	struct gng_why why;

	(void)state;
	if (!object)
		return;
	gng_bpfobj_close(object);
	object = samples_open("bad");
	must(gng_bpfobj_keep_map(object, "numbers", below("numbers"), &why), &why);
	assert_int_equal(gng_bpfobj_load(object, &why), GNG_ESYS);
	gng_bpfobj_close(object);
	assert_int_equal(count_pins(), 0);
}

static void pins_are_all_or_none(void **state)
{
	struct gng_bpfobj *object = begin();
	struct gng_why why;

	(void)state;
	if (!object)
		return;
	attach_to(object, "pass", LOOPBACK);
	must(gng_bpfobj_pin(object, below("pins"), &why), &why);
	assert_int_equal(access(below("pins/program_pass"), F_OK), 0);
	assert_int_equal(access(below("pins/map_numbers"), F_OK), 0);
	assert_int_equal(access(below("pins/link_pass"), F_OK), 0);
	assert_int_equal(gng_bpfobj_pin(object, below("more"), &why), GNG_EINVAL);
	must(gng_bpfobj_unpin(object, &why), &why);
	assert_int_equal(count_pins(), 0);
	assert_int_equal(mkdir(below("there"), 0700), 0);
	assert_int_equal(gng_bpfobj_pin(object, below("there"), &why), GNG_ESYS);
	assert_int_equal(why.sys_errno, EEXIST);
	assert_int_equal(rmdir(below("there")), 0);
	assert_int_equal(gng_bpfobj_pin(object, "/proc/self/pins", &why), GNG_EINVAL);
	assert_non_null(strstr(why.text, "mount -t bpf"));
	must(gng_bpfobj_pin(object, below("again"), &why), &why);
	must(gng_bpfobj_unpin(object, &why), &why);
	gng_bpfobj_close(object);
	assert_int_equal(count_pins(), 0);
}

/* die attaches, pins and dies of a signal that cannot be handled, as an owner does that crashes. */
static void die(void)
{
	const pid_t child = fork();
	int status;

	assert_true(child >= 0);
	if (child == 0) {
		struct gng_bpfobj *object = samples_load("life");

		attach_to(object, "drop", LOOPBACK);
		if (gng_bpfobj_pin(object, below("pins"), NULL) == GNG_OK)
			raise(SIGKILL);
		_exit(1);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFSIGNALED(status));
}

static void after_a_crash_a_link_is_taken_over(void **state)
{
	struct gng_bpfobj *object = begin();
	struct gng_why why;

	(void)state;
	if (!object)
		return;
	die();
	assert_false(loopback_passes()); /* it goes on without its owner */
	assert_int_equal(gng_bpfobj_adopt(object, "pass", below("pins/link_none"), &why), GNG_ESYS);
	assert_int_equal(why.sys_errno, ENOENT);
	assert_int_not_equal(gng_bpfobj_adopt(object, "traced", below("pins/link_drop"), &why),
			     GNG_OK);
	assert_int_not_equal(gng_bpfobj_adopt(object, "pass", below("pins/map_numbers"), &why),
			     GNG_OK);
	assert_int_equal(gng_bpfobj_state_of(object), GNG_BPFOBJ_LOADED);
	assert_false(loopback_passes());
	must(gng_bpfobj_adopt(object, "pass", below("pins/link_drop"), &why), &why);
	assert_int_equal(gng_bpfobj_state_of(object), GNG_BPFOBJ_ATTACHED);
	assert_true(loopback_passes());
	must(gng_bpfobj_update(object, "pass", "drop", &why), &why);
	assert_false(loopback_passes());
	must(gng_bpfobj_detach(object, "drop", &why), &why);
	assert_true(loopback_passes());
	assert_int_equal(access(below("pins/link_drop"), F_OK), -1);
	gng_bpfobj_close(object);
}

const struct suite_test suite_tests[] = {
	TEST(a_kept_map_is_that_of_the_load_before, "B1.bpf.life-cycle"),
	TEST(a_refused_load_leaves_no_map_pinned, "B1.bpf.life-cycle"),
	TEST(pins_are_all_or_none, "B1.bpf.life-cycle"),
	TEST(after_a_crash_a_link_is_taken_over, "B1.bpf.life-cycle"),
	{0},
};
