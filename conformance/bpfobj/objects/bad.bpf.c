/* SPDX-License-Identifier: Apache-2.0 */
/*
 * bad.bpf.c - programs that the verifier refuses, each for one reason, in one object: a loader
 * takes one of them and leaves the others. What depends on a compiler's mood stands in assembly.
 */
#include <linux/bpf.h>

#include <bpf/bpf_helpers.h>

#define NAKED __attribute__((naked))

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 4);
	__type(key, __u32);
	__type(value, __u64);
} numbers SEC(".maps");

struct locked {
	struct bpf_spin_lock lock;
	__u32 number;
};

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 4);
	__type(key, __u32);
	__type(value, struct locked);
} locks SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 4096);
} ring SEC(".maps");

SEC("xdp") NAKED int unwritten_register(void)
{
	asm volatile("r0 = r7; exit;");
}

SEC("xdp") NAKED int endless_loop(void)
{
	asm volatile("r0 = 0; if r0 == 1 goto +1; goto -2; exit;");
}

SEC("xdp") NAKED int beyond_packet(void)
{
	asm volatile("r2 = *(u32 *)(r1 + 0); r0 = *(u8 *)(r2 + 0); exit;");
}

SEC("xdp") NAKED int beyond_stack(void)
{
	asm volatile("r0 = 0; *(u64 *)(r10 - 520) = r0; exit;");
}

SEC("xdp") NAKED int no_such_helper(void)
{
	asm volatile("call 9999; exit;");
}

SEC("xdp") NAKED int context_write(void)
{
	asm volatile("r0 = 2; *(u32 *)(r1 + 0) = r0; exit;");
}

SEC("xdp") NAKED int division_by_zero(void)
{
	asm volatile("r0 = 1; r0 /= 0; exit;");
}

SEC("xdp") NAKED int pointer_times_two(void)
{
	asm volatile("r1 *= 2; r0 = 2; exit;");
}

SEC("xdp") NAKED int pointer_out(void)
{
	asm volatile("r0 = *(u64 *)(r1 + 3); exit;");
}

SEC("cgroup_skb/ingress") NAKED int verdict_of_three(void)
{
	asm volatile("r0 = 3; exit;");
}

SEC("xdp") int null_unchecked(struct xdp_md *packet)
{
	const __u32 key = packet->ingress_ifindex;
	__u64 *number = bpf_map_lookup_elem(&numbers, &key);

	return (int)*number;
}

SEC("xdp") int lock_held(struct xdp_md *packet)
{
	const __u32 key = packet->ingress_ifindex;
	struct locked *one = bpf_map_lookup_elem(&locks, &key);

	if (one)
		bpf_spin_lock(&one->lock);
	return XDP_PASS;
}

SEC("xdp") int record_kept(struct xdp_md *packet)
{
	return bpf_ringbuf_reserve(&ring, 8, 0) ? XDP_PASS : XDP_DROP;
}

/* Hosts that are locked down refuse its type (EPERM), others take it. */
SEC("fentry/vfs_read") NAKED int policy(void)
{
	asm volatile("r0 = 0; exit;");
}

char licence[] SEC("license") = "GPL";
