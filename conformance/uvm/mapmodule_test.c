/* SPDX-License-Identifier: Apache-2.0 */
/*
 * mapmodule_test.c - memory of the resource manager in a range of UVM, where each of them is a
 * module of a guest's kernel: whichever call fails, nothing is left allocated or mapped.
 */
/* needs: gauge lab */
#include "../guest.h"
#include "../module.h"
#include "map_steps.h"
#include "objects.h"

#define CASE "gonogo lab run uvm-module"

static bool load_both(void)
{
	if (!module_load("uvm", "gonogo_rm", "", CASE))
		return false;
	if (module_load("uvm", "gonogo_uvm", "", CASE))
		return true;
	module_unload("gonogo_rm");
	return false;
}

static void unload_both(void)
{
	module_unload("gonogo_uvm");
	module_unload("gonogo_rm");
}

/* in_child returns the exit status. */
static int in_child(int (*steps)(void *arg), void *arg)
{
	const pid_t child = fork();
	int status;

	if (child == 0)
		_exit(steps(arg));
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

static void a_range_has_memory_of_the_other_module(void **state)
{
	struct objects left;
	int status;

	(void)state;
	if (!load_both())
		return;
	status = in_child(register_and_map, NULL);
	left = read_objects();
	unload_both();
	assert_int_equal(status, 0);
	assert_int_equal(left.num + left.orphans + left.mapped, 0);
}

/* ---- what ends a mapping ---- */

struct walk {
	struct rm_client client;
	struct gng_uvm *uvm;
};

/* map stops at the first refusal. */
static bool map(struct walk *walk)
{
	const uint64_t base = (uint64_t)(uintptr_t)HERE;
	const struct gng_uvm_handle root = gng_uvm_rm_handle(walk->client.rm, 0),
				    vaspace = gng_uvm_rm_handle(walk->client.rm,
								walk->client.vaspace),
				    memory =
					    gng_uvm_rm_handle(walk->client.rm, walk->client.memory);
	int node;

	return gng_uvm_mm_initialize(walk->uvm, NULL, NULL) == GNG_OK &&
	       gng_uvm_register_gpu(walk->uvm, walk->client.gpu.uuid, &root, &node, NULL, NULL) ==
		       GNG_OK &&
	       gng_uvm_register_gpu_vaspace(walk->uvm, walk->client.gpu.uuid, &vaspace, NULL,
					    NULL) == GNG_OK &&
	       gng_uvm_create_external_range(walk->uvm, base, MEMORY_LEN, NULL, NULL) == GNG_OK &&
	       gng_uvm_map_external(walk->uvm, base, MEMORY_LEN, 0, walk->client.gpu.uuid, &memory,
				    NULL, NULL) == GNG_OK;
}

static bool unmap(struct walk *walk)
{
	return gng_uvm_unmap_external(walk->uvm, (uint64_t)(uintptr_t)HERE, MEMORY_LEN,
				      walk->client.gpu.uuid, NULL, NULL) == GNG_OK;
}

static bool free_range(struct walk *walk)
{
	return gng_uvm_free(walk->uvm, (uint64_t)(uintptr_t)HERE, MEMORY_LEN, NULL, NULL) == GNG_OK;
}

static bool unregister_vaspace(struct walk *walk)
{
	return gng_uvm_unregister_gpu_vaspace(walk->uvm, walk->client.gpu.uuid, NULL, NULL) ==
	       GNG_OK;
}

static bool unregister_gpu(struct walk *walk)
{
	return gng_uvm_unregister_gpu(walk->uvm, walk->client.gpu.uuid, NULL, NULL) == GNG_OK;
}

static bool close_uvm(struct walk *walk)
{
	gng_uvm_close(walk->uvm);
	walk->uvm = NULL;
	return true;
}

static const struct {
	const char *name;
	bool (*end)(struct walk *walk);
} ends[] = {{"unmap", unmap},
	    {"free", free_range},
	    {"unregister the address space", unregister_vaspace},
	    {"unregister the GPU", unregister_gpu},
	    {"close", close_uvm}};

static int map_and_end(void *arg)
{
	bool (*const *end)(struct walk * walk) = arg;
	struct walk walk = {.client = rm_client_open()};

	rm_client_fill(&walk.client);
	walk.uvm = open_one(0);
	expect(map(&walk) && read_objects().mapped == 1, "a mapping");
	expect((*end)(&walk) && read_objects().mapped == 0, "none any more");
	gng_uvm_close(walk.uvm);
	rm_client_close(&walk.client);
	return num_wrong;
}

static void each_way_to_end_a_mapping_ends_it(void **state)
{
	struct objects left;

	(void)state;
	if (!load_both())
		return;
	for (size_t i = 0; i < COUNT_OF(ends); i++) {
		bool (*end)(struct walk * walk) = ends[i].end;

		if (in_child(map_and_end, &end) != 0)
			suite_fail("%s", ends[i].name);
		gng_probe_assertion();
	}
	left = read_objects();
	unload_both();
	assert_int_equal(left.num + left.orphans + left.mapped, 0);
}

static void the_resource_manager_stays_while_it_is_used(void **state)
{
	(void)state;
	if (!load_both())
		return;
	assert_int_equal(syscall(SYS_delete_module, "gonogo_rm", O_NONBLOCK), -1);
	assert_int_equal(errno, EWOULDBLOCK);
	unload_both();
}

/* ---- each call fails ---- */

enum { WENT_WELL, IS_WRONG, WAS_REFUSED = 10 };

#define REGISTER_FD 4u /* of the resource manager's calls: its answer is errno alone */

/* fill stops at the first refusal; what it made goes with the client. */
static bool fill(struct rm_client *client)
{
	struct gng_uvm_card cards[GNG_UVM_MAX_CARDS];
	size_t num;

	return gng_uvm_rm_cards(client->rm, cards, &num, NULL) == GNG_OK && num >= 1 &&
	       gng_uvm_rm_attach(client->rm, &client->gpu, &cards[0], NULL, NULL) == GNG_OK &&
	       gng_uvm_rm_vaspace(client->rm, &client->vaspace, &client->gpu, NULL, NULL) ==
		       GNG_OK &&
	       gng_uvm_rm_memory(client->rm, &client->memory, &client->gpu, MEMORY_LEN, NULL,
				 NULL) == GNG_OK;
}

static bool use_uvm(struct walk *walk)
{
	const struct gng_uvm_request request = {.flags = 0};
	bool ok;

	if (gng_uvm_open(&walk->uvm, &request, NULL) != GNG_OK)
		return false;
	ok = map(walk) && unmap(walk) && free_range(walk) && unregister_vaspace(walk) &&
	     unregister_gpu(walk);
	gng_uvm_close(walk->uvm);
	return ok;
}

static int go_all_the_way(void *arg)
{
	const struct gng_uvm_rm_request request = {.version = NULL};
	const int before = num_descriptors();
	struct walk walk = {.client = {.gpu = {.fd = -1}}};
	bool ok = false;

	(void)arg;
	if (gng_uvm_rm_open(&walk.client.rm, &request, NULL) == GNG_OK) {
		ok = fill(&walk.client) && use_uvm(&walk);
		if (walk.client.gpu.fd >= 0)
			ok = gng_uvm_rm_detach(walk.client.rm, &walk.client.gpu, NULL) == GNG_OK &&
			     ok;
		ok = gng_uvm_rm_close(walk.client.rm, NULL) == GNG_OK && ok;
	}
	if (num_descriptors() != before || num_wrong)
		return IS_WRONG;
	return ok ? WENT_WELL : WAS_REFUSED;
}

static void set(const char *module, const char *name, uint32_t value)
{
	char path[128];
	FILE *file;

	snprintf(path, sizeof(path), "/sys/module/%s/parameters/%s", module, name);
	file = fopen(path, "we");
	assert_non_null(file);
	assert_true(fprintf(file, "%u\n", value) > 0);
	assert_int_equal(fclose(file), 0);
}

static uint32_t num_calls(const char *module)
{
	char path[128];
	unsigned int num = 0;
	FILE *file;

	snprintf(path, sizeof(path), "/sys/module/%s/parameters/num_calls", module);
	file = fopen(path, "re");
	assert_true(file && fscanf(file, "%u", &num) == 1);
	fclose(file);
	return num;
}

/* fail_at lets one call fail; false behind the last. */
static bool fail_at(const char *module, uint32_t call, uint32_t status)
{
	const bool may_go_well = status == GNG_UVM_NO_VERDICT && call == REGISTER_FD &&
				 strcmp(module, "gonogo_rm") == 0;
	struct objects left;
	int got;

	set(module, "num_calls", 0);
	set(module, "fail_call", call);
	set(module, "fail_status", status);
	got = in_child(go_all_the_way, NULL);
	set(module, "fail_call", 0);
	if (num_calls(module) < call) {
		assert_int_equal(got, WENT_WELL);
		return false;
	}
	left = read_objects();
	if (got != WAS_REFUSED && !(got == WENT_WELL && may_go_well))
		suite_fail("%s, call %u with %s: %d", module, call, gng_uvm_status_name(status),
			   got);
	if (left.num + left.mapped != 0)
		suite_fail("%s, call %u with %s: %u objects are left, %u are mapped", module, call,
			   gng_uvm_status_name(status), left.num, left.mapped);
	gng_probe_assertion();
	return true;
}

static uint32_t fail_each(const char *module)
{
	static const uint32_t statuses[] = {GNG_UVM_OK /* EIO */, 0x1a, GNG_UVM_NO_VERDICT};
	uint32_t call = 1;

	for (size_t i = 0; i < COUNT_OF(statuses); i++)
		for (call = 1; fail_at(module, call, statuses[i]);)
			call++;
	printf("%s: each of %u calls failed in %zu ways, and nothing was left\n", module, call - 1,
	       COUNT_OF(statuses));
	return call - 1;
}

static void whatever_fails_nothing_stays_mapped(void **state)
{
	(void)state;
	if (!load_both())
		return;
	assert_true(fail_each("gonogo_rm") >= 14);
	assert_int_equal(fail_each("gonogo_uvm"), 10); /* INITIALIZE to UNREGISTER_GPU */
	unload_both();
}

/* ---- by a guest of its own ---- */

static void a_guest_ends_each_mapping(void **state)
{
	const char *build = getenv("GNG_BUILD_DIR");
	char path[PATH_MAX];

	(void)state;
	snprintf(path, sizeof(path), "%s/uvm", build ? build : "build");
	if (access(path, R_OK) != 0) {
		gng_probe_skip("this build has no modules", "gonogo check --slow --builds release");
		return;
	}
	guest_judge("6.1-cloud",
		    "title: ways to end a mapping\nkernel: 6.1-cloud\nmemory: 512\n"
		    "append: no_timer_check\ndeadline: 120\nbuilt: uvm\n"
		    "run: conformance.uvm.mapmodule.each_way_to_end_a_mapping_ends_it\n",
		    NULL);
}

/* ---- on any machine ---- */

static unsigned int place_of(const struct gng_uvm_layout *layout, const char *name)
{
	for (size_t i = 0; i < COUNT_OF(layout->fields) && layout->fields[i].name; i++)
		if (strcmp(layout->fields[i].name, name) == 0)
			return layout->fields[i].at;
	suite_fail("no field is called %s", name);
}

static void its_places_are_those_of_the_table(void **state)
{
	static const struct {
		const char *name, *field;
		enum gng_uvm_command command;
		bool before_end;
	} rows[] = {
		{"VASPACE_CLIENT", "hClient", GNG_UVM_REGISTER_GPU_VASPACE, false},
		{"VASPACE_HANDLE", "hVaSpace", GNG_UVM_REGISTER_GPU_VASPACE, false},
		{"MAP_GPUS", "perGpuAttributes", GNG_UVM_MAP_EXTERNAL_ALLOCATION, false},
		{"MAP_NUM_BEFORE_END", "gpuAttributesCount", GNG_UVM_MAP_EXTERNAL_ALLOCATION, true},
		{"MAP_CLIENT_BEFORE_END", "hClient", GNG_UVM_MAP_EXTERNAL_ALLOCATION, true},
		{"MAP_MEMORY_BEFORE_END", "hMemory", GNG_UVM_MAP_EXTERNAL_ALLOCATION, true}};
	static const char *const versions[] = {"545.29.06", "595.45.04"};
	char *source = module_source("uvm", "gonogo_uvm_space.h"), row[64];
	struct gng_uvm_version version;

	(void)state;
	for (size_t i = 0; source && i < COUNT_OF(rows) * COUNT_OF(versions); i++) {
		const size_t k = i / COUNT_OF(versions);
		const struct gng_uvm_layout *layout;
		unsigned int at;

		assert_int_equal(
			gng_uvm_version_parse(&version, versions[i % COUNT_OF(versions)], NULL),
			GNG_OK);
		layout = gng_uvm_layout_of(&version, rows[k].command);
		at = place_of(layout, rows[k].field);
		snprintf(row, sizeof(row), "#define UVM_%s %u\n", rows[k].name,
			 rows[k].before_end ? layout->size - at : at);
		if (!strstr(source, row))
			suite_fail("the module has no '%s'", row);
		gng_probe_assertion();
	}
	free(source);
}

const struct suite_test suite_tests[] = {
	TEST(its_places_are_those_of_the_table, "D2.uvm.layouts"),
	TEST(a_range_has_memory_of_the_other_module, "D2.uvm.control D2.uvm.model"),
	TEST(each_way_to_end_a_mapping_ends_it, "D2.uvm.control D2.uvm.model"),
	TEST(the_resource_manager_stays_while_it_is_used, "D2.uvm.model"),
	TEST(whatever_fails_nothing_stays_mapped, "D2.uvm.control"),
	TEST_SLOW(a_guest_ends_each_mapping, "D2.uvm.control"),
	{0},
};
