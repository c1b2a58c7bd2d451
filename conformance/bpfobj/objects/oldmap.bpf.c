/* SPDX-License-Identifier: Apache-2.0 */
/* oldmap.bpf.c - a map as libbpf took it before 1.0, and cilium/ebpf still does. */
#include <linux/bpf.h>

#include <bpf/bpf_helpers.h>

struct bpf_map_def {
	unsigned int type, key_size, value_size, max_entries, map_flags;
};

struct bpf_map_def SEC("maps") numbers = {
	.type = BPF_MAP_TYPE_HASH, .key_size = 4, .value_size = 8, .max_entries = 4};

SEC("xdp") int old_map(struct xdp_md *packet)
{
	const __u32 key = packet->ingress_ifindex;

	return bpf_map_lookup_elem(&numbers, &key) ? XDP_PASS : XDP_DROP;
}

char licence[] SEC("license") = "GPL";
