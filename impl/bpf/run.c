/* SPDX-License-Identifier: Apache-2.0 */
/* run.c - runs a loaded program on a packet, and says whether the kernel compiled it. */
#include <errno.h>
#include <string.h>

#include "bpf_call.h"
#include "gng_bpf.h"

enum gng_status gng_bpf_run_once(struct gng_bpf_run *run, int fd, struct gng_why *why)
{
	struct bpf_run_attr attr = {
		.prog_fd = (uint32_t)fd,
		.data_in = (uintptr_t)run->in,
		.data_out = (uintptr_t)run->out,
		.data_size_in = (uint32_t)run->in_len,
		.data_size_out = run->out ? (uint32_t)run->in_len : 0,
		.repeat = run->repeat,
	};

	if (bpf_call(BPF_CALL_PROG_TEST_RUN, &attr, sizeof(attr)) != 0)
		return gng_why_set(why, GNG_ESYS, errno, "bpf.run", "BPF_PROG_TEST_RUN: %s",
				   gng_bpf_errno_name(errno));
	run->retval = attr.retval;
	run->duration_ns = attr.duration;
	return GNG_OK;
}

uint32_t gng_bpf_jited_len(int fd)
{
	/* the head of struct bpf_prog_info (linux/bpf.h) */
	struct {
		uint32_t type, id;
		uint8_t tag[8];
		uint32_t jited_len, xlated_len;
	} info = {0};
	struct bpf_info_attr attr = {
		.fd = (uint32_t)fd, .info_len = sizeof(info), .info = (uintptr_t)&info};

	return bpf_call(BPF_CALL_OBJ_GET_INFO_BY_FD, &attr, sizeof(attr)) == 0 ? info.jited_len : 0;
}
