/* SPDX-License-Identifier: Apache-2.0 */
/*
 * model_test.c - a descriptor's states, threads, forks and passing, on seccomp's model of the
 * device. It shows the contract of the driver's sources, and nothing of a driver or GPU.
 */
#include "model.h"
#include "steps.h"

static void on_model(const char *version, int (*steps)(void *arg), void *arg)
{
	struct gng_uvm_machine machine = {.version = version};

	on_machine(&machine, steps, arg, 0);
}

static void the_model_is_told_from_a_driver(void **state)
{
	(void)state;
	on_model(any_version, is_a_model, NULL);
}

static void states_are_kept_by_descriptor(void **state)
{
	(void)state;
	on_model(any_version, states, NULL);
}

static void initialising_again_takes_no_other_flags(void **state)
{
	(void)state;
	on_model(any_version, initialise_again, NULL);
}

static void a_refusal_is_no_success(void **state)
{
	(void)state;
	on_model(any_version, bad_flags, NULL);
}

static void memory_is_kept_once(void **state)
{
	(void)state;
	on_model(any_version, keep_memory, NULL);
}

static void memory_that_was_let_go_is_not_kept_again(void **state)
{
	(void)state;
	on_model(any_version, let_memory_go, NULL);
}

/* Before 535.43.02 there is no such call, and none is made. */
static int keep_no_memory(void *arg)
{
	struct gng_uvm *uvm = open_one(0);
	uint32_t verdict = 99;

	(void)arg;
	expect(gng_uvm_mm_initialize(uvm, &verdict, NULL) == GNG_EUNSUPPORTED && verdict == 0,
	       "refused here");
	gng_uvm_close(uvm);
	return num_wrong;
}

static void a_call_that_came_later_is_not_made(void **state)
{
	(void)state;
	on_model("530.41.03", keep_no_memory, NULL);
}

static void ranges_are_made_checked_and_freed(void **state)
{
	static const char *const versions[] = {"515.43.04", "545.29.06", "550.54.14",
					       "580.142",   "590.48.01", "595.45.04"};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(versions); i++)
		on_model(versions[i], ranges, NULL);
}

static void a_verdict_that_was_not_written_is_no_success(void **state)
{
	(void)state;
	on_model("590.48.01", free_of_the_wrong_version, NULL);
}

static void all_threads_are_alike(void **state)
{
	(void)state;
	on_model(any_version, use_threads, NULL);
}

static void a_fork_acts_on_its_parent(void **state)
{
	uint64_t flags = 0;

	(void)state;
	on_model(any_version, fork_after, &flags);
	flags = GNG_UVM_MULTI_PROCESS;
	on_model(any_version, fork_after, &flags);
}

static void a_passed_descriptor_acts_on_the_first_process(void **state)
{
	(void)state;
	on_model(any_version, pass_it, NULL);
}

static void a_range_ends_with_its_mapping(void **state)
{
	(void)state;
	on_model(any_version, map_again, NULL);
}

static int read_versions(void *arg)
{
	char text[64];

	(void)arg;
	for (int i = 0; i < 200; i++) {
		const int fd = open("/proc/driver/nvidia/version", O_RDONLY);

		expect(fd >= 0 && read(fd, text, sizeof(text)) > 12 &&
			       memcmp(text, "NVRM version", 12) == 0,
		       "the version, as often as it is asked");
		close(fd);
	}
	return num_wrong;
}

static void the_version_is_told_as_often_as_it_is_asked(void **state)
{
	(void)state;
	on_model(any_version, read_versions, NULL);
}

const struct suite_test suite_tests[] = {
	TEST(the_model_is_told_from_a_driver, "D2.uvm.model"),
	TEST(states_are_kept_by_descriptor, "D2.uvm.context D2.uvm.status"),
	TEST(initialising_again_takes_no_other_flags, "D2.uvm.status"),
	TEST(a_refusal_is_no_success, "D2.uvm.status"),
	TEST(memory_is_kept_once, "D2.uvm.context"),
	TEST(memory_that_was_let_go_is_not_kept_again, "D2.uvm.context"),
	TEST(a_call_that_came_later_is_not_made, "D2.uvm.layouts"),
	TEST(ranges_are_made_checked_and_freed, "D2.uvm.status D2.uvm.model"),
	TEST(a_verdict_that_was_not_written_is_no_success, "D2.uvm.status D2.uvm.layouts"),
	TEST(all_threads_are_alike, "D2.uvm.context"),
	TEST(a_fork_acts_on_its_parent, "D2.uvm.context"),
	TEST(a_passed_descriptor_acts_on_the_first_process, "D2.uvm.context"),
	TEST(a_range_ends_with_its_mapping, "D2.uvm.model"),
	TEST(the_version_is_told_as_often_as_it_is_asked, "D2.uvm.model"),
	{0},
};
