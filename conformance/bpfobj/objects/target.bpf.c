/* SPDX-License-Identifier: Apache-2.0 */
/* target.bpf.c - refused: it is for a tracepoint that no kernel has. */
#include <linux/bpf.h>

#include <bpf/bpf_helpers.h>

SEC("tp_btf/gonogo_has_no_such_tracepoint") int no_such_tracepoint(void *context)
{
	return 0;
}

char licence[] SEC("license") = "GPL";
