/* SPDX-License-Identifier: Apache-2.0 */
/*
 * bpf_call.h - bpf(2) itself. The attributes are the head of union bpf_attr (linux/bpf.h): a kernel
 * takes a shorter one, and refuses a longer one whose rest is not zero.
 */
#ifndef BPF_CALL_H
#define BPF_CALL_H

#include <stddef.h>
#include <stdint.h>

enum {
	BPF_CALL_MAP_CREATE = 0,
	BPF_CALL_PROG_LOAD = 5,
	BPF_CALL_PROG_TEST_RUN = 10,
	BPF_CALL_OBJ_GET_INFO_BY_FD = 15,
	BPF_CALL_MAP_FREEZE = 22
};

struct bpf_create_attr {
	uint32_t map_type, key_size, value_size, max_entries, map_flags, inner_map_fd, numa_node;
};

struct bpf_load_attr {
	uint32_t prog_type, insn_cnt;
	uint64_t insns, license;
	uint32_t log_level, log_size;
	uint64_t log_buf;
	uint32_t kern_version, prog_flags;
	char prog_name[16];
	uint32_t prog_ifindex, expected_attach_type;
};

struct bpf_run_attr {
	uint32_t prog_fd, retval, data_size_in, data_size_out;
	uint64_t data_in, data_out;
	uint32_t repeat, duration;
};

struct bpf_info_attr {
	uint32_t fd, info_len;
	uint64_t info;
};

/* bpf_call returns the system call's result; errno is set on -1. */
int bpf_call(int command, const void *attr, size_t len); /* test runs write to *attr */
void bpf_close(int fd);

int bpf_map_type(const char *name); /* "hash" is 1; -1 if there is none */

#endif /* BPF_CALL_H */
