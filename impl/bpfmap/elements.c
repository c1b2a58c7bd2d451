/* SPDX-License-Identifier: Apache-2.0 */
/* elements.c - the map commands of bpf(2). */
#include <errno.h>
#include <linux/bpf.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "gng_bpfmap.h"

static int command(int number, union bpf_attr *attr)
{
	return syscall(SYS_bpf, number, attr, sizeof(*attr)) < 0 ? -errno : 0;
}

static int element(int number, int fd, const void *key, const void *value, uint64_t flags)
{
	union bpf_attr attr = {
		.map_fd = (uint32_t)fd,
		.key = (uintptr_t)key,
		.value = (uintptr_t)value,
		.flags = flags,
	};

	return command(number, &attr);
}

int gng_bpfmap_lookup(int fd, const void *key, void *value)
{
	return element(BPF_MAP_LOOKUP_ELEM, fd, key, value, 0);
}

int gng_bpfmap_update(int fd, const void *key, const void *value, uint64_t flags)
{
	return element(BPF_MAP_UPDATE_ELEM, fd, key, value, flags);
}

int gng_bpfmap_delete(int fd, const void *key)
{
	return element(BPF_MAP_DELETE_ELEM, fd, key, NULL, 0);
}

int gng_bpfmap_take(int fd, const void *key, void *value)
{
	return element(BPF_MAP_LOOKUP_AND_DELETE_ELEM, fd, key, value, 0);
}

int gng_bpfmap_batch(int fd, uint32_t *at, void *keys, void *values, uint32_t *num)
{
	uint32_t next = *at;
	union bpf_attr attr;
	int result;

	/* The kernel refuses what is not zero behind these: an initialiser of one member leaves
	 * that to chance (C11 6.7.9), which with clang was what stood on the stack. */
	memset(&attr, 0, sizeof(attr));
	attr.batch.in_batch = *at ? (uintptr_t)at : 0;
	attr.batch.out_batch = (uintptr_t)&next;
	attr.batch.keys = (uintptr_t)keys;
	attr.batch.values = (uintptr_t)values;
	attr.batch.count = *num;
	attr.batch.map_fd = (uint32_t)fd;
	result = command(BPF_MAP_LOOKUP_BATCH, &attr);
	*num = result == 0 || result == -ENOENT ? attr.batch.count : 0;
	*at = next;
	return result;
}
