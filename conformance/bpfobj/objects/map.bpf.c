/* SPDX-License-Identifier: Apache-2.0 */
/* map.bpf.c - refused: a queue has no keys, and this one wants some. */
#include <linux/bpf.h>

#include <bpf/bpf_helpers.h>

struct {
	__uint(type, BPF_MAP_TYPE_QUEUE);
	__uint(key_size, 4);
	__uint(value_size, 8);
	__uint(max_entries, 16);
} queue SEC(".maps");

SEC("xdp") int queue_with_key(struct xdp_md *packet)
{
	__u64 number = packet->ingress_ifindex;

	return bpf_map_push_elem(&queue, &number, 0) ? XDP_PASS : XDP_DROP;
}

char licence[] SEC("license") = "GPL";
