/* SPDX-License-Identifier: Apache-2.0 */
/* extern.bpf.c - refused: it needs a variable of the kernel that no kernel has. */
#include <linux/bpf.h>

#include <bpf/bpf_helpers.h>

extern const int gonogo_has_no_such_variable __ksym;

SEC("xdp") int no_such_variable(struct xdp_md *packet)
{
	return gonogo_has_no_such_variable ? XDP_PASS : XDP_DROP;
}

char licence[] SEC("license") = "GPL";
