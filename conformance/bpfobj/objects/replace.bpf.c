/* SPDX-License-Identifier: Apache-2.0 */
/* replace.bpf.c - a function in the place of one of locked.bpf.c. */
#include <linux/bpf.h>

#include <bpf/bpf_helpers.h>

SEC("freplace/verdict") int other_verdict(struct xdp_md *packet)
{
	volatile int number = XDP_DROP;

	return packet ? number : XDP_ABORTED;
}

char licence[] SEC("license") = "GPL";
