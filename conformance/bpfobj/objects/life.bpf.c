/* SPDX-License-Identifier: Apache-2.0 */
/* life.bpf.c - programs that go through every state: two for an interface, one for a tracepoint,
 * and one for a control group. */
#include <linux/bpf.h>

#include <bpf/bpf_helpers.h>

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 4);
	__type(key, __u32);
	__type(value, __u64);
} numbers SEC(".maps");

const volatile __u32 answer = 0;
__u64 runs = 0;

SEC("xdp") int pass(struct xdp_md *packet)
{
	__sync_fetch_and_add(&runs, 1);
	return answer ? (int)answer : XDP_PASS;
}

SEC("xdp") int drop(struct xdp_md *packet)
{
	const __u32 key = 1;

	return bpf_map_lookup_elem(&numbers, &key) ? XDP_PASS : XDP_DROP;
}

SEC("raw_tp/sys_enter") int traced(void *context)
{
	__sync_fetch_and_add(&runs, 1);
	return 0;
}

SEC("cgroup_skb/egress") int outward(struct __sk_buff *packet)
{
	return 1;
}

char licence[] SEC("license") = "GPL";
