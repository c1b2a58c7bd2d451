/* SPDX-License-Identifier: Apache-2.0 */
/*
 * module_test.c - the same steps on a model that is a module of a guest's kernel: there the memory
 * of a process, open files and mappings are the kernel's own, and not read off by kcmp.
 */
#include "../module.h"
#include "steps.h"

#include <signal.h>

/* on_module runs steps in a child: it alone has the device open, so the module can go again. False
 * after a skip. */
static bool on_module(const char *parameters, int (*steps)(void *arg), void *arg)
{
	pid_t child;
	int status;

	if (!module_load("uvm", "gonogo_uvm", parameters, "gonogo lab run uvm-module"))
		return false;
	child = fork();
	if (child == 0)
		_exit(steps(arg));
	assert_int_equal(waitpid(child, &status, 0), child);
	module_unload("gonogo_uvm");
	assert_int_equal(access("/dev/nvidia-uvm", F_OK), -1);
	assert_int_equal(status, 0);
	return true;
}

static void a_module_is_a_model_too(void **state)
{
	(void)state;
	on_module("", is_a_model, NULL);
}

static void its_states_are_kept_by_descriptor(void **state)
{
	(void)state;
	if (!on_module("", states, NULL))
		return;
	on_module("", initialise_again, NULL);
	on_module("", bad_flags, NULL);
	on_module("", keep_memory, NULL);
}

static void its_ranges_are_made_checked_and_freed(void **state)
{
	(void)state;
	if (on_module("", ranges, NULL))
		on_module("version=545.29.06 map_size=1200 free_size=24", ranges, NULL);
}

static void its_verdict_in_another_place_is_no_success(void **state)
{
	(void)state;
	on_module("version=590.48.01", free_of_the_wrong_version, NULL);
}

static void its_threads_are_alike(void **state)
{
	(void)state;
	on_module("", use_threads, NULL);
}

static void its_forks_act_on_their_parent(void **state)
{
	uint64_t flags = 0;

	(void)state;
	if (!on_module("", fork_after, &flags))
		return;
	flags = GNG_UVM_MULTI_PROCESS;
	on_module("", fork_after, &flags);
}

static void its_descriptor_acts_on_the_first_process(void **state)
{
	(void)state;
	on_module("", pass_it, NULL);
}

/* touch_in_child maps, and a child touches what its parent mapped. */
static int touch_in_child(void *arg)
{
	struct gng_uvm *uvm = open_one(0);
	pid_t child;
	int status;

	(void)arg;
	expect(gng_uvm_map(uvm, HERE, LEN, NULL) == GNG_OK, "a mapping");
	memset(HERE, 7, LEN);
	child = fork();
	if (child == 0) {
		signal(SIGSEGV, SIG_DFL);
		_exit(*(volatile char *)HERE);
	}
	expect(waitpid(child, &status, 0) == child && WIFSIGNALED(status) &&
		       WTERMSIG(status) == SIGSEGV,
	       "a fork does not copy the mapping");
	expect(((char *)HERE)[LEN - 1] == 7, "and its parent keeps it");
	gng_uvm_close(uvm);
	return num_wrong;
}

static void its_mappings_are_not_copied_by_a_fork(void **state)
{
	(void)state;
	on_module("", touch_in_child, NULL);
}

static void its_ranges_end_with_their_mapping(void **state)
{
	(void)state;
	on_module("", map_again, NULL);
}

static void its_memory_is_not_kept_again(void **state)
{
	(void)state;
	on_module("", let_memory_go, NULL);
}

/* ---- two descriptors, each the other's ---- */

#define MM_INITIALIZE 75u /* {uvmFd, rmStatus} */
#define NUM_CROSSINGS 5000

struct crossing {
	int on, of;
};

static void *cross(void *arg)
{
	const struct crossing *crossing = arg;

	for (int i = 0; i < NUM_CROSSINGS; i++) {
		uint32_t params[2] = {(uint32_t)crossing->of, 99};

		expect(ioctl(crossing->on, MM_INITIALIZE, params) == 0 &&
			       params[1] == GNG_UVM_IN_USE,
		       "a space keeps no memory of another");
	}
	return NULL;
}

/* A model that takes both locks in the order of the call stands still here. */
static int cross_both(void *arg)
{
	struct gng_uvm *a = open_one(0), *b = open_one(0);
	struct crossing one = {gng_uvm_fd(a), gng_uvm_fd(b)}, other = {one.of, one.on};
	pthread_t thread;

	(void)arg;
	expect(pthread_create(&thread, NULL, cross, &other) == 0, "a thread");
	cross(&one);
	pthread_join(thread, NULL);
	gng_uvm_close(a);
	gng_uvm_close(b);
	return num_wrong;
}

static void its_descriptors_may_name_each_other(void **state)
{
	(void)state;
	on_module("", cross_both, NULL);
}

/* ---- on any machine ---- */

/* row_of is how the module writes a structure down. */
static void row_of(char text[64], const struct gng_uvm_layout *layout)
{
	if (layout->command == GNG_UVM_MAP_EXTERNAL_ALLOCATION)
		snprintf(text, 64, "map_size = %u;", layout->size);
	else if (layout->command == GNG_UVM_FREE)
		snprintf(text, 64, "free_size = %u;", layout->size);
	else if (layout->command == GNG_UVM_INITIALIZE)
		snprintf(text, 64, "{UVM_INITIALIZE, %u, %u}", layout->size, layout->status_at);
	else
		snprintf(text, 64, "{%u, %u, %u}", layout->number, layout->size, layout->status_at);
}

static void its_structures_are_those_of_the_table(void **state)
{
	char *source = module_source("uvm", "gonogo_uvm.c"), row[64];
	struct gng_uvm_version version;

	(void)state;
	assert_int_equal(gng_uvm_version_parse(&version, any_version, NULL), GNG_OK);
	for (int i = 0; source && i < GNG_UVM_NUM_COMMANDS; i++) {
		row_of(row, gng_uvm_layout_of(&version, (enum gng_uvm_command)i));
		if (!strstr(source, row))
			suite_fail("the module has no '%s'", row);
		gng_probe_assertion();
	}
	free(source);
}

const struct suite_test suite_tests[] = {
	TEST(its_structures_are_those_of_the_table, "D2.uvm.layouts"),
	TEST(a_module_is_a_model_too, "D2.uvm.model"),
	TEST(its_states_are_kept_by_descriptor, "D2.uvm.context D2.uvm.status"),
	TEST(its_ranges_are_made_checked_and_freed, "D2.uvm.status D2.uvm.layouts"),
	TEST(its_verdict_in_another_place_is_no_success, "D2.uvm.status"),
	TEST(its_threads_are_alike, "D2.uvm.context"),
	TEST(its_forks_act_on_their_parent, "D2.uvm.context"),
	TEST(its_descriptor_acts_on_the_first_process, "D2.uvm.context"),
	TEST(its_mappings_are_not_copied_by_a_fork, "D2.uvm.context"),
	TEST(its_ranges_end_with_their_mapping, "D2.uvm.model"),
	TEST(its_memory_is_not_kept_again, "D2.uvm.context"),
	TEST(its_descriptors_may_name_each_other, "D2.uvm.context"),
	{0},
};
