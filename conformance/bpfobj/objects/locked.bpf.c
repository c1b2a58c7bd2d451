/* SPDX-License-Identifier: Apache-2.0 */
/* locked.bpf.c - types of programs that a locked-down host refuses to everybody: fentry, fexit, LSM
 * and a function that replaces another one. */
#include <linux/bpf.h>

#include <bpf/bpf_helpers.h>

__u64 entered = 0, left = 0, asked = 0;

SEC("fentry/security_file_open") int on_entry(void *context)
{
	__sync_fetch_and_add(&entered, 1);
	return 0;
}

SEC("fexit/security_file_open") int on_exit(void *context)
{
	__sync_fetch_and_add(&left, 1);
	return 0;
}

SEC("lsm/file_open") int on_open(void *context)
{
	__sync_fetch_and_add(&asked, 1);
	return 0;
}

__attribute__((noinline)) int verdict(struct xdp_md *packet)
{
	volatile int number = XDP_PASS;

	return packet ? number : XDP_ABORTED;
}

SEC("xdp") int whole(struct xdp_md *packet)
{
	return verdict(packet);
}

char licence[] SEC("license") = "GPL";
