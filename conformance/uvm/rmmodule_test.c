/* SPDX-License-Identifier: Apache-2.0 */
/*
 * rmmodule_test.c - handles of the resource manager on a model that is a module of a guest's
 * kernel: there a client belongs to an open file, and all goes with its last close.
 */
#include "../module.h"
#include "objects.h"
#include "probing.h"
#include "rm_steps.h"

static unsigned int num_objects(void)
{
	return read_objects().num;
}

/* on_module runs steps in a child, and says how many objects were never freed by their handle.
 * False after a skip. */
static bool on_module(int (*steps)(void *arg), unsigned int wanted_orphans)
{
	struct objects left;
	pid_t child;
	int status;

	if (!module_load("uvm", "gonogo_rm", "", "gonogo lab run uvm-module"))
		return false;
	child = fork();
	if (child == 0)
		_exit(steps((void *)any_version));
	assert_int_equal(waitpid(child, &status, 0), child);
	left = read_objects();
	module_unload("gonogo_rm");
	assert_int_equal(access("/dev/nvidiactl", F_OK), -1);
	assert_int_equal(status, 0);
	assert_int_equal(left.num, 0);
	assert_int_equal(left.orphans, wanted_orphans);
	return true;
}

static void a_client_is_carried_and_gone(void **state)
{
	(void)state;
	on_module(rm_whole, 0);
}

static void what_is_none_is_refused_there_too(void **state)
{
	(void)state;
	if (!on_module(rm_refusals, 0))
		return;
	on_module(rm_full, 0);
	on_module(rm_raw, 0);
	on_module(rm_gone, 0);
}

static void its_structures_are_found_without_a_client(void **state)
{
	(void)state;
	on_module(probe_control, 0);
}

static void a_forked_child_touches_nothing_there(void **state)
{
	(void)state;
	on_module(rm_fork, 0);
}

/* The device of a GPU keeps the control file open, so that closing one number drops nothing yet. */
static void a_descriptor_that_is_gone_drops_all_in_the_end(void **state)
{
	(void)state;
	on_module(rm_closed, 2);
}

/* ---- the last close ---- */

static int close_without_freeing(void *arg)
{
	struct rm_client client = rm_client_open();

	(void)arg;
	rm_client_fill(&client);
	expect(num_objects() == 5, "a client and four objects");
	close(gng_uvm_rm_handle(client.rm, 0).fd);
	expect(num_objects() == 5, "which the device of the GPU keeps");
	close(client.gpu.fd);
	expect(num_objects() == 0, "the last close frees them");
	return num_wrong;
}

static void the_last_close_frees_what_is_left(void **state)
{
	(void)state;
	on_module(close_without_freeing, 4);
}

static int outlive_the_parent_s_close(void *arg)
{
	struct rm_client client = rm_client_open();
	int go[2];
	pid_t child;
	char byte;

	(void)arg;
	expect(pipe(go) == 0, "a pipe");
	child = fork();
	if (child == 0) {
		close(go[1]);
		_exit(read(go[0], &byte, 1) == 0 ? 0 : 1); /* until the parent closes its end */
	}
	close(go[0]);
	close(gng_uvm_rm_handle(client.rm, 0).fd);
	close(client.gpu.fd);
	expect(num_objects() == 3, "a child's descriptors keep its parent's objects");
	close(go[1]);
	await_child(child);
	expect(num_objects() == 0, "until it ends");
	return num_wrong;
}

static void a_child_s_descriptors_keep_the_objects(void **state)
{
	(void)state;
	on_module(outlive_the_parent_s_close, 2);
}

/* ---- on any machine ---- */

static void its_calls_are_those_of_the_table(void **state)
{
	char *source = module_source("uvm", "gonogo_rm.c"), row[64], status[16];
	struct gng_uvm_version version;

	(void)state;
	assert_int_equal(gng_uvm_version_parse(&version, any_version, NULL), GNG_OK);
	for (int i = GNG_UVM_RM_CHECK_VERSION; source && i < GNG_UVM_RM_DEVICE; i++) {
		const struct gng_uvm_layout *layout =
			gng_uvm_layout_of(&version, (enum gng_uvm_command)i);

		snprintf(status, sizeof(status), "%u", layout->status_at);
		snprintf(row, sizeof(row), "{%u, %u, %s}", layout->number, layout->size,
			 layout->status_at == GNG_UVM_NO_STATUS ? "RM_NO_STATUS" : status);
		if (!strstr(source, row))
			suite_fail("the module has no '%s'", row);
		gng_probe_assertion();
	}
	free(source);
}

const struct suite_test suite_tests[] = {
	TEST(its_calls_are_those_of_the_table, "D2.uvm.control D2.uvm.layouts"),
	TEST(a_client_is_carried_and_gone, "D2.uvm.control D2.uvm.model"),
	TEST(what_is_none_is_refused_there_too, "D2.uvm.control"),
	TEST(its_structures_are_found_without_a_client, "D2.uvm.probe"),
	TEST(a_forked_child_touches_nothing_there, "D2.uvm.control D2.uvm.context"),
	TEST(a_descriptor_that_is_gone_drops_all_in_the_end, "D2.uvm.control"),
	TEST(the_last_close_frees_what_is_left, "D2.uvm.control"),
	TEST(a_child_s_descriptors_keep_the_objects, "D2.uvm.control D2.uvm.context"),
	{0},
};
