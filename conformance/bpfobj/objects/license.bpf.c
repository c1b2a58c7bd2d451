/* SPDX-License-Identifier: Apache-2.0 */
/* license.bpf.c - refused: it calls a helper that is for programs under the GPL only. */
#include <linux/bpf.h>

#include <bpf/bpf_helpers.h>

SEC("xdp") int not_gpl(struct xdp_md *packet)
{
	static const char text[] = "gonogo";

	return bpf_trace_printk(text, sizeof(text)) ? XDP_PASS : XDP_DROP;
}

char licence[] SEC("license") = "Apache-2.0";
