/* SPDX-License-Identifier: Apache-2.0 */
/*
 * driver_hw.c - the driver that is loaded: its structures, its verdicts, whose memory it maps, and
 * what it maps by handles.
 * What conformance shows of a model, these show of a driver; without one they are SKIP.
 */
#include "../suite.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <gng_uvm.h>

#define LEN ((size_t)2 << 20)
#define DRIVER "a machine with NVIDIA's driver: nvidia-modprobe -u -c 0"

/* read_version finds the version of the driver; false after a skip. */
static bool read_version(struct gng_uvm_version *version)
{
	FILE *file = fopen("/proc/driver/nvidia/version", "re");
	char text[1024];
	size_t len;
	struct gng_why why;

	if (!file) {
		gng_probe_skip("the driver of NVIDIA is not loaded", DRIVER);
		return false;
	}
	len = fread(text, 1, sizeof(text), file);
	fclose(file);
	if (gng_uvm_version_read(version, text, len, &why) != GNG_OK)
		suite_fail("%s", why.text);
	gng_probe_note("driver", version->text);
	return true;
}

/* open_device opens it, not initialised; -1 after a skip. A model is no driver. */
static int open_device(void)
{
	const int fd = open("/dev/nvidia-uvm", O_RDWR | O_CLOEXEC);
	char reason[128];

	snprintf(reason, sizeof(reason), "/dev/nvidia-uvm: %s", strerror(errno));
	if (fd >= 0 && !gng_uvm_fd_is_model(fd))
		return fd;
	if (fd >= 0) {
		close(fd);
		snprintf(reason, sizeof(reason), "/dev/nvidia-uvm is a model here");
	}
	gng_probe_skip(reason, DRIVER);
	return -1;
}

/* open_client opens a client of a known version; NULL after a skip. */
static struct gng_uvm *open_client(void)
{
	const struct gng_uvm_request request = {.flags = 0};
	struct gng_uvm_version version;
	struct gng_uvm *uvm;
	struct gng_why why;
	int fd;

	if (!read_version(&version))
		return NULL;
	fd = open_device();
	if (fd < 0)
		return NULL;
	close(fd);
	if (gng_uvm_open(&uvm, &request, &why) == GNG_OK)
		return uvm;
	if (gng_uvm_version_known(&version))
		suite_fail("%s", why.text);
	gng_probe_skip(why.text, "a release of gonogo that knows this version");
	return NULL;
}

static void check_layout(int fd, const struct gng_uvm_layout *layout)
{
	struct gng_uvm_probe probe;

	if (gng_uvm_probe_command(&probe, fd, layout, NULL) != GNG_OK)
		return; /* it takes effect: not probed */
	if (probe.size != layout->size || probe.status_at != layout->status_at)
		suite_fail("%s has %zu bytes and its verdict at %zu, and should have %u and %u",
			   gng_uvm_command_name(layout->command), probe.size, probe.status_at,
			   layout->size, layout->status_at);
	gng_probe_assertion();
}

static void check_layouts(int fd, const struct gng_uvm_version *version, int first, int end)
{
	for (int i = first; i < end; i++) {
		const struct gng_uvm_layout *layout =
			gng_uvm_layout_of(version, (enum gng_uvm_command)i);

		if (layout)
			check_layout(fd, layout);
	}
}

/* A version that is not known may have the structures of its neighbour, and that is no promise. */
static void its_structures_are_those_of_its_version(void **state)
{
	struct gng_uvm_version version;
	char reason[160];
	int fd;

	(void)state;
	if (!read_version(&version))
		return;
	fd = open_device();
	if (fd < 0)
		return;
	check_layouts(fd, &version, 0, GNG_UVM_NUM_COMMANDS);
	close(fd);
	fd = open("/dev/nvidiactl", O_RDWR | O_CLOEXEC);
	if (fd < 0)
		suite_fail("/dev/nvidiactl: %s", strerror(errno));
	check_layouts(fd, &version, GNG_UVM_RM_CHECK_VERSION, GNG_UVM_NUM_LAYOUTS);
	close(fd);
	if (gng_uvm_version_known(&version))
		return;
	snprintf(reason, sizeof(reason),
		 "driver %s is not known; what was probed is as in the one before it",
		 version.text);
	gng_probe_inconclusive(reason, "a release of gonogo that knows this version");
}

/* ---- calls without a GPU's work ---- */

/* own_space begins where a page of a GPU's memory may begin; what lies before it stays unused. */
static void *own_space(void)
{
	char *at = mmap(NULL, 2 * LEN, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	assert_ptr_not_equal(at, MAP_FAILED);
	return at + -(uintptr_t)at % LEN;
}

static void ranges_are_made_checked_and_freed(void **state)
{
	struct gng_uvm *uvm = open_client();
	uint64_t base;
	uint32_t verdict;
	struct gng_why why;
	bool can;

	(void)state;
	if (!uvm)
		return;
	base = (uint64_t)(uintptr_t)own_space();
	if (gng_uvm_pageable_mem_access(uvm, &can, &verdict, &why) != GNG_OK ||
	    gng_uvm_create_external_range(uvm, base, LEN, &verdict, &why) != GNG_OK ||
	    gng_uvm_validate_va_range(uvm, base, LEN, &verdict, &why) != GNG_OK)
		suite_fail("%s", why.text);
	assert_int_equal(gng_uvm_create_external_range(uvm, base, LEN, &verdict, &why), GNG_ESYS);
	assert_int_equal(verdict, GNG_UVM_ADDRESS_IN_USE);
	if (gng_uvm_free(uvm, base, LEN, &verdict, &why) != GNG_OK)
		suite_fail("%s", why.text);
	assert_int_equal(gng_uvm_validate_va_range(uvm, base, LEN, &verdict, &why), GNG_ESYS);
	assert_int_equal(verdict, GNG_UVM_INVALID_ADDRESS);
	gng_probe_note("pageable memory", can ? "can be reached by GPUs" : "cannot be reached");
	gng_uvm_close(uvm);
}

/* ---- whose memory ---- */

static void *map_elsewhere(void *arg)
{
	void *at = own_space();

	munmap(at, LEN);
	return gng_uvm_map(arg, at, LEN, NULL) == GNG_OK ? at : NULL;
}

static void any_thread_may_map(void **state)
{
	struct gng_uvm *uvm = open_client();
	pthread_t thread;
	void *at;

	(void)state;
	if (!uvm)
		return;
	assert_int_equal(pthread_create(&thread, NULL, map_elsewhere, uvm), 0);
	assert_int_equal(pthread_join(thread, &at), 0);
	assert_non_null(at);
	memset(at, 7, LEN);
	assert_int_equal(((uint8_t *)at)[LEN - 1], 7);
	munmap(at, LEN);
	gng_uvm_close(uvm);
}

static void a_forked_child_cannot_map(void **state)
{
	struct gng_uvm *uvm = open_client();
	void *at, *got;
	int status;
	pid_t child;

	(void)state;
	if (!uvm)
		return;
	at = own_space();
	child = fork();
	if (child == 0) {
		got = mmap(at, LEN, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_FIXED, gng_uvm_fd(uvm),
			   (off_t)(uintptr_t)at);
		_exit(got == MAP_FAILED && errno == EOPNOTSUPP ? 0 : 1);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
	gng_uvm_close(uvm);
}

/* ---- handles and a mapping ---- */

/* attach takes the driver's first GPU; false after a skip. */
static bool attach(struct gng_uvm_rm *rm, struct gng_uvm_gpu *gpu)
{
	struct gng_uvm_card cards[GNG_UVM_MAX_CARDS];
	struct gng_why why;
	size_t num;

	if (gng_uvm_rm_cards(rm, cards, &num, &why) != GNG_OK)
		suite_fail("%s", why.text);
	if (num == 0) {
		gng_probe_skip("the driver has no GPU", "a machine with a GPU of NVIDIA");
		return false;
	}
	if (gng_uvm_rm_attach(rm, gpu, &cards[0], NULL, &why) != GNG_OK)
		suite_fail("%s", why.text);
	return true;
}

/* migrate_memory sends managed memory to the GPU and back: its bytes must come with it. */
static void migrate_memory(struct gng_uvm *uvm, uint8_t *at, const struct gng_uvm_gpu *gpu)
{
	const uint64_t base = (uint64_t)(uintptr_t)at;
	struct gng_why why;

	if (gng_uvm_map(uvm, at, LEN, &why) != GNG_OK)
		suite_fail("%s", why.text);
	for (size_t i = 0; i < LEN; i++)
		at[i] = (uint8_t)(i * 40503u >> 8);
	if (gng_uvm_migrate(uvm, base, LEN, gpu->uuid, -1, NULL, &why) != GNG_OK ||
	    gng_uvm_migrate(uvm, base, LEN, NULL, -1, NULL, &why) != GNG_OK)
		suite_fail("%s", why.text);
	for (size_t i = 0; i < LEN; i++)
		if (at[i] != (uint8_t)(i * 40503u >> 8))
			suite_fail("byte %zu is another after the GPU had it", i);
	gng_probe_assertion();
	munmap(at, LEN);
}

/* map_memory has UVM map memory of the resource manager by its handle, and unmap it. */
static void map_memory(struct gng_uvm *uvm, struct gng_uvm_rm *rm, const struct gng_uvm_gpu *gpu)
{
	const struct gng_uvm_handle whole = gng_uvm_rm_handle(rm, 0);
	struct gng_uvm_handle vaspace = whole, memory = whole;
	void *at = own_space();
	const uint64_t base = (uint64_t)(uintptr_t)at;
	struct gng_why why;
	int node;

	if (gng_uvm_layout_of(gng_uvm_version(uvm), GNG_UVM_MM_INITIALIZE) &&
	    gng_uvm_mm_initialize(uvm, NULL, &why) != GNG_OK)
		suite_fail("%s", why.text);
	if (gng_uvm_rm_vaspace(rm, &vaspace.object, gpu, NULL, &why) != GNG_OK ||
	    gng_uvm_rm_memory(rm, &memory.object, gpu, LEN, NULL, &why) != GNG_OK ||
	    gng_uvm_register_gpu(uvm, gpu->uuid, &whole, &node, NULL, &why) != GNG_OK ||
	    gng_uvm_register_gpu_vaspace(uvm, gpu->uuid, &vaspace, NULL, &why) != GNG_OK ||
	    gng_uvm_create_external_range(uvm, base, LEN, NULL, &why) != GNG_OK ||
	    gng_uvm_map_external(uvm, base, LEN, 0, gpu->uuid, &memory, NULL, &why) != GNG_OK ||
	    gng_uvm_unmap_external(uvm, base, LEN, gpu->uuid, NULL, &why) != GNG_OK ||
	    gng_uvm_free(uvm, base, LEN, NULL, &why) != GNG_OK)
		suite_fail("%s", why.text);
	gng_probe_assertion();
	munmap(at, LEN);
	migrate_memory(uvm, at, gpu);
	if (gng_uvm_unregister_gpu_vaspace(uvm, gpu->uuid, NULL, &why) != GNG_OK ||
	    gng_uvm_unregister_gpu(uvm, gpu->uuid, NULL, &why) != GNG_OK)
		suite_fail("%s", why.text);
}

static void memory_is_mapped_by_its_handle(void **state)
{
	const struct gng_uvm_rm_request request = {.version = NULL};
	struct gng_uvm *uvm = open_client();
	struct gng_uvm_rm *rm;
	struct gng_uvm_gpu gpu;
	struct gng_why why;

	(void)state;
	if (!uvm)
		return;
	if (gng_uvm_rm_open(&rm, &request, &why) != GNG_OK)
		suite_fail("%s", why.text);
	assert_false(gng_uvm_rm_is_model(rm));
	if (attach(rm, &gpu)) {
		map_memory(uvm, rm, &gpu);
		if (gng_uvm_rm_detach(rm, &gpu, &why) != GNG_OK)
			suite_fail("%s", why.text);
		assert_int_equal(gng_uvm_rm_num_objects(rm), 0);
	}
	gng_uvm_close(uvm);
	if (gng_uvm_rm_close(rm, &why) != GNG_OK)
		suite_fail("%s", why.text);
}

/* What a driver says of a parent, a class and a handle that are none: as the model does. */
static void a_handle_that_is_none_is_refused(void **state)
{
	const struct gng_uvm_rm_request request = {.version = NULL};
	struct gng_uvm *uvm = open_client(); /* or a skip */
	uint32_t object, verdict;
	struct gng_uvm_rm *rm;
	struct gng_why why;

	(void)state;
	if (!uvm)
		return;
	gng_uvm_close(uvm);
	if (gng_uvm_rm_open(&rm, &request, &why) != GNG_OK)
		suite_fail("%s", why.text);
	assert_int_equal(gng_uvm_rm_alloc(rm, &object, 0x1234, 0x2080, NULL, 0, &verdict, NULL),
			 GNG_ESYS);
	assert_string_equal(gng_uvm_status_name(verdict), "NV_ERR_OBJECT_NOT_FOUND");
	assert_int_equal(gng_uvm_rm_alloc(rm, &object, 0, 0x2080, NULL, 0, &verdict, NULL),
			 GNG_ESYS);
	assert_string_equal(gng_uvm_status_name(verdict), "NV_ERR_INVALID_OBJECT_PARENT");
	assert_int_equal(gng_uvm_rm_alloc(rm, &object, 0, 0x7777, NULL, 0, &verdict, NULL),
			 GNG_ESYS);
	assert_string_equal(gng_uvm_status_name(verdict), "NV_ERR_INVALID_CLASS");
	assert_int_equal(gng_uvm_rm_num_objects(rm), 0);
	if (gng_uvm_rm_close(rm, &why) != GNG_OK)
		suite_fail("%s", why.text);
}

const struct suite_test suite_tests[] = {
	TEST(its_structures_are_those_of_its_version, "D2.uvm.layouts D2.uvm.probe"),
	TEST(ranges_are_made_checked_and_freed, "D2.uvm.status"),
	TEST(any_thread_may_map, "D2.uvm.context"),
	TEST(a_forked_child_cannot_map, "D2.uvm.context"),
	TEST(memory_is_mapped_by_its_handle, "D2.uvm.control"),
	TEST(a_handle_that_is_none_is_refused, "D2.uvm.control"),
	{0},
};
