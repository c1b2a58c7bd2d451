/* SPDX-License-Identifier: Apache-2.0 */
/*
 * steps.h - what a process does with /dev/nvidia-uvm and what must come of it, on either model:
 * that of seccomp and that of a kernel module. Steps run in a child, so they count what went wrong,
 * and the parent asserts that nothing did.
 */
#ifndef CONFORMANCE_UVM_STEPS_H
#define CONFORMANCE_UVM_STEPS_H

#include "child.h"

/* ---- it is a model ---- */

static int is_a_model(void *arg)
{
	struct gng_uvm *uvm = open_one(0);

	(void)arg;
	expect(gng_uvm_is_model(uvm), "it says that it is a model");
	expect(strcmp(gng_uvm_version(uvm)->text, any_version) == 0, "its version");
	gng_uvm_close(uvm);
	return num_wrong;
}

/* ---- states ---- */

static int states(void *arg)
{
	const int fd = open("/dev/nvidia-uvm", O_RDWR);
	uint8_t early[24] = {0}, *end;
	struct gng_uvm *uvm;
	uint32_t verdict;
	bool can = true;

	(void)arg;
	expect(fd >= 0, "open");
	expect(raw_map(fd, HERE, EBADFD), "mmap before INITIALIZE is EBADFD");
	expect(ioctl(fd, 72, early) == 0 && early[16] == GNG_UVM_ILLEGAL_ACTION,
	       "a call before INITIALIZE returns 0, and its verdict is ILLEGAL_ACTION");
	expect(ioctl(fd, 2000, early) != 0 && errno == ENOSYS, "no such command is ENOSYS");
	end = mmap(NULL, 8192, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	mprotect(end + 4096, 4096, PROT_NONE);
	expect(ioctl(fd, 72, end + 4096 - 23) != 0 && errno == EFAULT, "a byte too few is EFAULT");
	close(fd);
	uvm = open_one(0);
	expect(gng_uvm_pageable_mem_access(uvm, &can, &verdict, NULL) == GNG_OK && !can,
	       "pageable");
	expect(raw_map(gng_uvm_fd(uvm), HERE, 0), "mmap at its offset");
	expect(mmap(THERE, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_FIXED, gng_uvm_fd(uvm),
		    (off_t)(uintptr_t)HERE) == MAP_FAILED &&
		       errno == EINVAL,
	       "mmap at another offset is EINVAL");
	expect(gng_uvm_migrate(uvm, (uint64_t)(uintptr_t)HERE, 4096, NULL, -1, &verdict, NULL) ==
		       GNG_OK,
	       "managed memory goes to the CPU");
	expect(gng_uvm_migrate(uvm, (uint64_t)(uintptr_t)THERE, 4096, NULL, -1, &verdict, NULL) ==
			       GNG_ESYS &&
		       verdict == GNG_UVM_INVALID_ADDRESS,
	       "and other memory nowhere");
	gng_uvm_close(uvm);
	return num_wrong;
}

static int initialise_again(void *arg)
{
	struct gng_uvm *uvm = open_one(GNG_UVM_DISABLE_HMM);
	struct {
		uint64_t flags;
		uint32_t status, end;
	} again = {GNG_UVM_DISABLE_HMM, 99, 0};

	(void)arg;
	expect(ioctl(gng_uvm_fd(uvm), 0x30000001, &again) == 0 && again.status == GNG_UVM_OK,
	       "the same flags again");
	again.flags = 0;
	expect(ioctl(gng_uvm_fd(uvm), 0x30000001, &again) == 0 &&
		       again.status == GNG_UVM_INVALID_ARGUMENT,
	       "other flags: ioctl returns 0, and rmStatus is the verdict");
	gng_uvm_close(uvm);
	return num_wrong;
}

static int bad_flags(void *arg)
{
	const struct gng_uvm_request request = {.flags = 4};
	struct gng_uvm *uvm;
	struct gng_why why;

	(void)arg;
	expect(gng_uvm_open(&uvm, &request, &why) == GNG_ESYS &&
		       strstr(why.text, "NV_ERR_INVALID_ARGUMENT (0x1f)"),
	       "the verdict is in the reason");
	return num_wrong;
}

static int keep_memory(void *arg)
{
	struct gng_uvm *uvm = open_one(0);
	uint32_t verdict;

	(void)arg;
	expect(gng_uvm_mm_initialize(uvm, &verdict, NULL) == GNG_OK, "MM_INITIALIZE");
	expect(gng_uvm_mm_initialize(uvm, &verdict, NULL) == GNG_ESYS &&
		       verdict == GNG_UVM_INVALID_STATE,
	       "a second one is INVALID_STATE");
	gng_uvm_close(uvm);
	uvm = open_one(GNG_UVM_MULTI_PROCESS);
	expect(gng_uvm_mm_initialize(uvm, &verdict, NULL) == GNG_OK &&
		       verdict == GNG_UVM_NOTHING_TO_DO,
	       "there is nothing to keep");
	gng_uvm_close(uvm);
	return num_wrong;
}

/* A space whose memory was let go keeps none again (uvm_api_mm_initialize). */
static int let_memory_go(void *arg)
{
	struct gng_uvm *uvm = open_one(0);
	int32_t params[2] = {gng_uvm_fd(uvm), 99};
	int keeper = open("/dev/nvidia-uvm", O_RDWR);

	(void)arg;
	expect(ioctl(keeper, 75, params) == 0 && params[1] == GNG_UVM_OK, "memory is kept");
	close(keeper);
	keeper = open("/dev/nvidia-uvm", O_RDWR);
	expect(ioctl(keeper, 75, params) == 0 && params[1] == GNG_UVM_PAGE_TABLE_NOT_AVAIL,
	       "but once");
	close(keeper);
	gng_uvm_close(uvm);
	return num_wrong;
}

/* ---- ranges ---- */

static int ranges(void *arg)
{
	const uint64_t base = (uint64_t)(uintptr_t)HERE;
	const struct gng_uvm_handle handle = {-1, 1, 2};
	static const gng_uvm_uuid gpu = {1, 2, 3};
	struct gng_uvm *uvm = open_one(0);
	uint32_t verdict;
	int node;

	(void)arg;
	expect(gng_uvm_create_external_range(uvm, base, LEN, &verdict, NULL) == GNG_OK, "create");
	expect(gng_uvm_create_external_range(uvm, base + LEN - 4096, LEN, &verdict, NULL) ==
			       GNG_ESYS &&
		       verdict == GNG_UVM_ADDRESS_IN_USE,
	       "what overlaps is refused");
	expect(gng_uvm_create_external_range(uvm, base + 1, LEN, &verdict, NULL) == GNG_ESYS &&
		       verdict == GNG_UVM_INVALID_ADDRESS,
	       "what is not of whole pages is refused");
	expect(gng_uvm_validate_va_range(uvm, base, LEN, &verdict, NULL) == GNG_OK, "validate");
	expect(gng_uvm_validate_va_range(uvm, base, LEN / 2, &verdict, NULL) == GNG_ESYS, "a part");
	expect(gng_uvm_map_external(uvm, base, LEN, 0, gpu, &handle, &verdict, NULL) == GNG_ESYS &&
		       verdict == GNG_UVM_INVALID_DEVICE,
	       "map: no such GPU");
	expect(gng_uvm_map_external(uvm, base + LEN, LEN, 0, gpu, &handle, &verdict, NULL) ==
			       GNG_ESYS &&
		       verdict == GNG_UVM_INVALID_ADDRESS,
	       "map: no such range");
	expect(gng_uvm_unmap_external(uvm, base, LEN, gpu, &verdict, NULL) == GNG_ESYS, "unmap");
	expect(gng_uvm_register_gpu(uvm, gpu, &handle, &node, &verdict, NULL) == GNG_ESYS &&
		       strcmp(gng_uvm_status_name(verdict), "NV_ERR_GPU_UUID_NOT_FOUND") == 0,
	       "register");
	expect(gng_uvm_unregister_gpu(uvm, gpu, &verdict, NULL) == GNG_ESYS, "unregister");
	expect(gng_uvm_register_gpu_vaspace(uvm, gpu, &handle, &verdict, NULL) == GNG_ESYS,
	       "space");
	expect(gng_uvm_unregister_gpu_vaspace(uvm, gpu, &verdict, NULL) == GNG_ESYS, "no space");
	expect(gng_uvm_migrate(uvm, base, LEN, gpu, -1, &verdict, NULL) == GNG_ESYS &&
		       verdict == GNG_UVM_INVALID_DEVICE,
	       "migrate");
	expect(gng_uvm_free(uvm, base, LEN, &verdict, NULL) == GNG_OK, "free");
	expect(gng_uvm_free(uvm, base, LEN, &verdict, NULL) == GNG_ESYS &&
		       verdict == GNG_UVM_INVALID_ADDRESS,
	       "free again");
	gng_uvm_close(uvm);
	return num_wrong;
}

/* ---- the wrong version ---- */

/* A client of 580 frees on 590: the driver reads and writes 16 bytes, and byte 16, where the client
 * looks, is not among them. Had it put 0 there, it would have seen success. */
static int free_of_the_wrong_version(void *arg)
{
	const struct gng_uvm_request request = {.version = "580.142"};
	const uint64_t base = (uint64_t)(uintptr_t)HERE;
	struct gng_uvm *uvm;
	struct gng_why why;

	(void)arg;
	expect(gng_uvm_open(&uvm, &request, &why) == GNG_OK, "INITIALIZE has not changed");
	expect(gng_uvm_free(uvm, base, LEN, NULL, &why) == GNG_ESYS &&
		       strstr(why.text, "wrote no verdict at byte 16"),
	       "what was not written is no verdict");
	gng_uvm_close(uvm);
	return num_wrong;
}

/* ---- threads, forks, passing ---- */

static void *map_elsewhere(void *arg)
{
	struct gng_uvm *uvm = arg;
	uint32_t verdict;

	expect(gng_uvm_map(uvm, THERE, LEN, NULL) == GNG_OK, "mmap by another thread");
	expect(gng_uvm_validate_va_range(uvm, (uint64_t)(uintptr_t)THERE, LEN, &verdict, NULL) ==
		       GNG_OK,
	       "a call by another thread");
	return NULL;
}

static int use_threads(void *arg)
{
	struct gng_uvm *uvm = open_one(0);
	pthread_t thread;

	(void)arg;
	expect(pthread_create(&thread, NULL, map_elsewhere, uvm) == 0, "a thread");
	pthread_join(thread, NULL);
	memset(THERE, 7, LEN); /* what it mapped is this thread's too */
	gng_uvm_close(uvm);
	return num_wrong;
}

static int fork_after(void *arg)
{
	const uint64_t base = (uint64_t)(uintptr_t)HERE;
	struct gng_uvm *uvm = open_one(*(uint64_t *)arg);
	const bool shared = *(uint64_t *)arg & GNG_UVM_MULTI_PROCESS;
	uint64_t params[3] = {base, LEN, 99};
	uint32_t verdict = 99;
	struct gng_why why;
	pid_t child;

	child = fork();
	if (child == 0) {
		expect(gng_uvm_create_external_range(uvm, base, LEN, &verdict, &why) ==
				       GNG_EUNSUPPORTED &&
			       strstr(why.text, "forked child") && verdict == 0,
		       "the library refuses in a child");
		expect(gng_uvm_map(uvm, THERE, LEN, &why) == GNG_EUNSUPPORTED, "a mapping too");
		expect(raw_map(gng_uvm_fd(uvm), THERE, shared ? 0 : EOPNOTSUPP),
		       "the driver refuses a mapping of other memory only");
		expect(ioctl(gng_uvm_fd(uvm), 73, params) == 0 && (uint32_t)params[2] == GNG_UVM_OK,
		       "and takes the ioctl");
		_exit(num_wrong);
	}
	await_child(child);
	expect(gng_uvm_validate_va_range(uvm, base, LEN, &verdict, NULL) == GNG_OK,
	       "so the child's range is one of its parent");
	gng_uvm_close(uvm);
	return num_wrong;
}

static int pass_it(void *arg)
{
	const uint64_t base = (uint64_t)(uintptr_t)HERE;
	uint64_t params[3] = {base, LEN, 99};
	struct gng_uvm *uvm;
	uint32_t verdict;
	int channel[2];
	pid_t child;

	(void)arg;
	expect(socketpair(AF_UNIX, SOCK_STREAM, 0, channel) == 0, "a channel");
	child = fork(); /* before the device is open: it inherits nothing of it */
	if (child == 0) {
		const int fd = receive(channel[1]);

		expect(raw_map(fd, HERE, EOPNOTSUPP), "its own memory cannot be mapped");
		expect(ioctl(fd, 73, params) == 0 && (uint32_t)params[2] == GNG_UVM_OK,
		       "its ioctl is taken");
		_exit(num_wrong);
	}
	uvm = open_one(0);
	pass(channel[0], gng_uvm_fd(uvm));
	await_child(child);
	expect(gng_uvm_validate_va_range(uvm, base, LEN, &verdict, NULL) == GNG_OK,
	       "and acts on the first process");
	gng_uvm_close(uvm);
	return num_wrong;
}

/* ---- munmap ends a range ---- */

static int map_again(void *arg)
{
	struct gng_uvm *uvm = open_one(0);
	char *half = (char *)HERE + LEN / 2;
	uint32_t verdict;

	(void)arg;
	expect(gng_uvm_map(uvm, HERE, LEN, NULL) == GNG_OK, "a mapping");
	expect(munmap(HERE, LEN) == 0 && gng_uvm_map(uvm, HERE, LEN, NULL) == GNG_OK,
	       "the same once more");
	expect(munmap(half, LEN / 2) == 0 && gng_uvm_map(uvm, half, LEN / 2, NULL) == GNG_OK,
	       "a half of it");
	expect(gng_uvm_migrate(uvm, (uint64_t)(uintptr_t)HERE, LEN / 2, NULL, -1, &verdict, NULL) ==
		       GNG_OK,
	       "and the other half is still there");
	expect(munmap(HERE, LEN / 2) == 0 && gng_uvm_map(uvm, HERE, LEN / 2, NULL) == GNG_OK &&
		       gng_uvm_migrate(uvm, (uint64_t)(uintptr_t)half, LEN / 2, NULL, -1, &verdict,
				       NULL) == GNG_OK,
	       "likewise the other way round");
	munmap(HERE, LEN);
	gng_uvm_close(uvm);
	return num_wrong;
}

#endif /* CONFORMANCE_UVM_STEPS_H */
