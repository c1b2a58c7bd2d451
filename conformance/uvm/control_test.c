/* SPDX-License-Identifier: Apache-2.0 */
/*
 * control_test.c - handles of the resource manager on seccomp's model: what is allocated is freed,
 * the newest first, whatever fails on the way; what the driver refuses is refused by its verdict.
 */
#include "model.h"
#include "map_steps.h"
#include "rm_steps.h"

static struct gng_uvm_machine machine_of(const char *version)
{
	return (struct gng_uvm_machine){.version = version, .num_gpus = 1};
}

/* on_model demands that nothing is left, and that no object went with what stood above it. */
static bool on_model(const char *version, int (*steps)(void *arg), void *arg)
{
	struct gng_uvm_machine machine = machine_of(version);

	if (!on_machine(&machine, steps, arg, 0))
		return false;
	assert_int_equal(machine.num_left + machine.num_dropped, 0);
	assert_int_equal(machine.num_orphans, 0);
	return true;
}

static void each_layout_carries_a_client(void **state)
{
	static const char *const versions[] = {"515.43.04", "530.41.03", "535.43.02",
					       "545.23.06", "580.65.06", "595.45.04"};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(versions); i++)
		on_model(versions[i], rm_whole, NULL);
}

static void what_is_no_object_is_refused_by_its_verdict(void **state)
{
	(void)state;
	on_model(any_version, rm_refusals, NULL);
}

static void a_gpu_has_no_more_memory_than_it_has(void **state)
{
	(void)state;
	on_model(any_version, rm_full, NULL);
}

static void a_raw_call_is_refused_likewise(void **state)
{
	(void)state;
	on_model(any_version, rm_raw, NULL);
}

static void a_freed_object_is_not_found(void **state)
{
	(void)state;
	on_model(any_version, rm_gone, NULL);
}

static void a_forked_child_touches_nothing(void **state)
{
	(void)state;
	on_model(any_version, rm_fork, NULL);
}

/* Nobody frees them, and they are gone all the same with the last descriptor. */
static void a_descriptor_that_is_gone_is_not_used(void **state)
{
	struct gng_uvm_machine machine = machine_of(any_version);

	(void)state;
	if (!on_machine(&machine, rm_closed, NULL, 0))
		return;
	assert_int_equal(machine.num_left, 0);
	assert_int_equal(machine.num_dropped, 3);
}

/* ---- order ---- */

struct order {
	uint32_t freed[8];
	size_t num;
};

static void note_free(void *arg, const struct gng_uvm_step *step)
{
	struct order *order = arg;

	if (strcmp(step->call, "NV_ESC_RM_FREE") == 0 && order->num < COUNT_OF(order->freed))
		order->freed[order->num++] = step->object;
}

static int free_a_device(void *arg)
{
	struct order order = {.num = 0};
	const struct gng_uvm_rm_request request = {.step = note_free, .arg = &order};
	struct gng_uvm_card cards[GNG_UVM_MAX_CARDS];
	struct rm_client client;
	size_t num;

	(void)arg;
	expect(gng_uvm_rm_open(&client.rm, &request, NULL) == GNG_OK, "open");
	expect(gng_uvm_rm_cards(client.rm, cards, &num, NULL) == GNG_OK && num == 1, "a card");
	expect(gng_uvm_rm_attach(client.rm, &client.gpu, cards, NULL, NULL) == GNG_OK, "a GPU");
	rm_client_fill(&client);
	expect(gng_uvm_rm_free(client.rm, client.gpu.device, NULL, NULL) == GNG_OK, "free");
	expect(order.num == 4 && order.freed[0] == client.memory &&
		       order.freed[1] == client.vaspace && order.freed[2] == client.gpu.subdevice &&
		       order.freed[3] == client.gpu.device,
	       "the newest first");
	close(client.gpu.fd);
	expect(gng_uvm_rm_close(client.rm, NULL) == GNG_OK, "close");
	return num_wrong;
}

static void what_stands_below_is_freed_first(void **state)
{
	(void)state;
	on_model(any_version, free_a_device, NULL);
}

static int allocate_many(void *arg)
{
	struct rm_client client = rm_client_open();
	size_t num = gng_uvm_rm_num_objects(client.rm);
	struct gng_why why;
	uint32_t object;

	(void)arg;
	while (gng_uvm_rm_vaspace(client.rm, &object, &client.gpu, NULL, &why) == GNG_OK)
		num++;
	expect(why.status == GNG_ENOMEM && num == GNG_UVM_MAX_OBJECTS, "64, and no more");
	rm_client_close(&client);
	return num_wrong;
}

static void no_object_is_allocated_that_cannot_be_kept(void **state)
{
	(void)state;
	on_model(any_version, allocate_many, NULL);
}

/* ---- each step fails ---- */

enum { WENT_WELL, WAS_REFUSED = 10, LEFT_ONE = 11 };

#define REGISTER_FD 4u /* of the calls: one whose answer is errno, so nothing can be missing */

static bool a_free_failed, lost_the_client; /* of this process */

static void watch(void *arg, const struct gng_uvm_step *step)
{
	(void)arg;
	if (step->error == 0 && step->rm_status == GNG_UVM_OK)
		return;
	if (strcmp(step->call, "NV_ESC_RM_FREE") == 0)
		a_free_failed = true;
	if (strcmp(step->of, "NV01_ROOT_CLIENT") == 0)
		lost_the_client = true;
}

/* go_all_the_way stops at the first refusal, and closes. */
static bool go_all_the_way(struct gng_uvm_rm *rm)
{
	struct gng_uvm_card cards[GNG_UVM_MAX_CARDS];
	struct gng_uvm_gpu gpu;
	uint32_t vaspace, memory;
	size_t num;

	if (gng_uvm_rm_cards(rm, cards, &num, NULL) != GNG_OK || num == 0)
		return false;
	if (gng_uvm_rm_attach(rm, &gpu, cards, NULL, NULL) != GNG_OK) {
		expect(gng_uvm_rm_num_objects(rm) == 0, "no half of a GPU is kept");
		return false;
	}
	if (gng_uvm_rm_vaspace(rm, &vaspace, &gpu, NULL, NULL) != GNG_OK ||
	    gng_uvm_rm_memory(rm, &memory, &gpu, MEMORY_LEN, NULL, NULL) != GNG_OK) {
		gng_uvm_rm_detach(rm, &gpu, NULL);
		return false;
	}
	return gng_uvm_rm_detach(rm, &gpu, NULL) == GNG_OK;
}

static int walk(void *arg)
{
	const struct gng_uvm_rm_request request = {.step = watch};
	const int before = num_descriptors();
	struct gng_uvm_rm *rm;
	bool ok = false;

	(void)arg;
	if (gng_uvm_rm_open(&rm, &request, NULL) == GNG_OK) {
		ok = go_all_the_way(rm);
		ok = gng_uvm_rm_close(rm, NULL) == GNG_OK && ok;
	}
	if (num_descriptors() != before || num_wrong)
		return 1;
	if (a_free_failed || lost_the_client)
		return ok ? 2 : LEFT_ONE;
	return ok ? WENT_WELL : WAS_REFUSED;
}

/* fail_at lets one call fail; false behind the last, or after a skip. */
static bool fail_at(uint32_t call, uint32_t status)
{
	struct gng_uvm_machine machine = machine_of(any_version);
	struct gng_why why;
	int got;

	machine.fail_call = call;
	machine.fail_status = status;
	if (gng_uvm_model_call(&got, &machine, walk, NULL, &why) != GNG_OK) {
		gng_probe_skip(why.text, "Linux 5.19 or newer, outside of a sandbox");
		return false;
	}
	if (machine.num_calls < call) {
		assert_int_equal(got, WENT_WELL);
		return false;
	}
	if (got != WAS_REFUSED && got != LEFT_ONE &&
	    !(got == WENT_WELL && call == REGISTER_FD && status == GNG_UVM_NO_VERDICT))
		suite_fail("call %u with %s: %d", call, gng_uvm_status_name(status), got);
	/* What could not be freed, or whose handle was never told, goes with the descriptor. */
	if (machine.num_left || machine.num_dropped + machine.num_orphans > (got == LEFT_ONE))
		suite_fail("call %u with %s: %u objects are left, %u went unasked", call,
			   gng_uvm_status_name(status), machine.num_left,
			   machine.num_dropped + machine.num_orphans);
	gng_probe_assertion();
	return true;
}

static void whatever_fails_nothing_is_left(void **state)
{
	static const uint32_t statuses[] = {GNG_UVM_OK /* EIO */, 0x1a, GNG_UVM_NO_VERDICT};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(statuses); i++) {
		uint32_t call = 1;

		while (fail_at(call, statuses[i]))
			call++;
		assert_true(call == 1 || call > 12); /* all of them, or a skip */
	}
}

/* ---- versions ---- */

static int take_it_for_580(void *arg)
{
	const struct gng_uvm_rm_request request = {.version = "580.142"};
	struct gng_uvm_rm *rm;
	struct gng_why why;

	(void)arg;
	expect(gng_uvm_rm_open(&rm, &request, &why) == GNG_EUNSUPPORTED &&
		       strstr(why.text, "590.48.01") && strstr(why.text, "580.142"),
	       "both versions are named");
	return num_wrong;
}

static void the_driver_confirms_its_version(void **state)
{
	(void)state;
	on_model("590.48.01", take_it_for_580, NULL);
}

static void an_unknown_version_is_not_asked(void **state)
{
	struct gng_uvm_rm_request request = {.control = "/dev/null", .version = "580.159"};
	struct gng_uvm_rm *rm;
	struct gng_why why;

	(void)state;
	assert_int_equal(gng_uvm_rm_open(&rm, &request, &why), GNG_EUNSUPPORTED);
	assert_non_null(strstr(why.text, "580.159"));
	request.version = "595.45.04";
	assert_int_equal(gng_uvm_rm_open(&rm, &request, &why), GNG_ESYS);
	assert_int_equal(why.sys_errno, ENOTTY);
	request.control = "/dev/gonogo-none";
	assert_int_equal(gng_uvm_rm_open(&rm, &request, &why), GNG_EUNSUPPORTED);
	assert_non_null(strstr(why.text, "/dev/gonogo-none"));
	assert_int_equal(gng_uvm_rm_close(NULL, NULL), GNG_OK);
}

/* ---- mappings ---- */

static void memory_is_mapped_by_its_handle(void **state)
{
	(void)state;
	on_model(any_version, register_and_map, NULL);
	on_model("545.29.06", register_and_map, NULL);
}

const struct suite_test suite_tests[] = {
	TEST(each_layout_carries_a_client, "D2.uvm.control D2.uvm.layouts"),
	TEST(what_is_no_object_is_refused_by_its_verdict, "D2.uvm.control D2.uvm.status"),
	TEST(a_gpu_has_no_more_memory_than_it_has, "D2.uvm.control D2.uvm.model"),
	TEST(a_raw_call_is_refused_likewise, "D2.uvm.control D2.uvm.model"),
	TEST(a_freed_object_is_not_found, "D2.uvm.control"),
	TEST(a_forked_child_touches_nothing, "D2.uvm.control D2.uvm.context"),
	TEST(a_descriptor_that_is_gone_is_not_used, "D2.uvm.control"),
	TEST(what_stands_below_is_freed_first, "D2.uvm.control"),
	TEST(no_object_is_allocated_that_cannot_be_kept, "D2.uvm.control"),
	TEST(whatever_fails_nothing_is_left, "D2.uvm.control"),
	TEST(the_driver_confirms_its_version, "D2.uvm.control D2.uvm.version"),
	TEST(an_unknown_version_is_not_asked, "D2.uvm.control D2.uvm.version"),
	TEST(memory_is_mapped_by_its_handle, "D2.uvm.control D2.uvm.model"),
	{0},
};
