/* SPDX-License-Identifier: Apache-2.0 */
/*
 * xdp.bpf.c - programs that see a frame before the kernel's stack does: a filter by rules in maps,
 * an echo, a way to another port, and what measures them.
 */
#include <linux/bpf.h>

#include <bpf/bpf_helpers.h>

#include "../xdp_table.h"

const volatile struct xdp_constants constants;

#define RULES(name, kind, key_type, value_type, more) \
	struct {                                      \
		__uint(type, kind);                   \
		__uint(map_flags, more);              \
		__uint(max_entries, 1);               \
		__type(key, key_type);                \
		__type(value, value_type);            \
	} name SEC(".maps")

RULES(tuples4, BPF_MAP_TYPE_ARRAY, __u32, struct xdp_slot4, BPF_F_MMAPABLE);
RULES(tuples6, BPF_MAP_TYPE_ARRAY, __u32, struct xdp_slot6, BPF_F_MMAPABLE);
RULES(prefixes4, BPF_MAP_TYPE_LPM_TRIE, struct xdp_prefix4, struct xdp_rule, BPF_F_NO_PREALLOC);
RULES(prefixes6, BPF_MAP_TYPE_LPM_TRIE, struct xdp_prefix6, struct xdp_rule, BPF_F_NO_PREALLOC);

#define TABLE(name, kind, len, value_type) \
	struct {                           \
		__uint(type, kind);        \
		__uint(max_entries, len);  \
		__type(key, __u32);        \
		__type(value, value_type); \
	} name SEC(".maps")

TABLE(hits, BPF_MAP_TYPE_PERCPU_ARRAY, XDP_MAX_RULES, __u64);
TABLE(counts, BPF_MAP_TYPE_PERCPU_ARRAY, XDP_NUM_COUNTS, __u64);
TABLE(latencies, BPF_MAP_TYPE_PERCPU_ARRAY, 1, struct xdp_hist);
TABLE(ports, BPF_MAP_TYPE_DEVMAP, 1, __u32);
TABLE(sockets, BPF_MAP_TYPE_XSKMAP, 64, __u32);
TABLE(workers, BPF_MAP_TYPE_PROG_ARRAY, 1, __u32);

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(map_flags, BPF_F_MMAPABLE);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct xdp_control);
} control SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERF_EVENT_ARRAY);
	__uint(key_size, sizeof(__u32));
	__uint(value_size, sizeof(__u32));
} stamps SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 262144);
} samples SEC(".maps");

/* ---- counting ---- */

static __always_inline void count(__u32 which)
{
	__u64 *value = bpf_map_lookup_elem(&counts, &which);

	if (value)
		(*value)++;
}

static __always_inline int count_and(__u32 which, int verdict)
{
	count(which);
	return verdict;
}

static __always_inline void add_latency(__u64 ns)
{
	const __u32 zero = 0, bucket = gng_octave_bucket(ns);
	struct xdp_hist *hist = bpf_map_lookup_elem(&latencies, &zero);

	if (hist && bucket < GNG_OCTAVE_NUM_BUCKETS)
		hist->counts[bucket]++;
}

/* ---- the filter ---- */

/* FIND looks for a key in a table. The number is read before the key, as rules.c writes it. */
#define FIND(name, table, key_type, slot_type)                                   \
	static __always_inline struct xdp_rule *name(const key_type *key)        \
	{                                                                        \
		const __u32 first = xdp_first_slot(key, XDP_WORDS(*key));        \
                                                                                 \
		for (__u32 i = 0; i < XDP_TABLE_REACH; i++) {                    \
			const __u32 at = (first + i) & constants.tuple_mask;     \
			slot_type *slot = bpf_map_lookup_elem(&table, &at);      \
                                                                                 \
			if (!slot || *(volatile __u32 *)&slot->rule.number == 0) \
				return 0;                                        \
			barrier();                                               \
			if (xdp_same(&slot->key, key, XDP_WORDS(*key)))          \
				return &slot->rule;                              \
		}                                                                \
		return 0;                                                        \
	}

FIND(tuple4, tuples4, struct xdp_key4, struct xdp_slot4)
FIND(tuple6, tuples6, struct xdp_key6, struct xdp_slot6)

static __always_inline struct xdp_rule *rule4(const struct xdp_flow *flow)
{
	const struct xdp_key4 key = {flow->source[0], flow->dest[0], flow->source_port,
				     flow->dest_port, flow->protocol};
	const struct xdp_prefix4 prefix = {32, flow->source[0]};
	struct xdp_rule *rule = 0;

	if (constants.tuple_mask)
		rule = tuple4(&key);
	if (constants.have_prefixes && !rule)
		rule = bpf_map_lookup_elem(&prefixes4, &prefix);
	return rule;
}

static __always_inline struct xdp_rule *rule6(const struct xdp_flow *flow)
{
	struct xdp_prefix6 prefix = {.bits = 128};
	struct xdp_key6 key = {.source_port = flow->source_port,
			       .dest_port = flow->dest_port,
			       .protocol = flow->protocol};
	struct xdp_rule *rule = 0;

	for (int i = 0; i < 4; i++) {
		key.source[i] = prefix.address[i] = flow->source[i];
		key.dest[i] = flow->dest[i];
	}
	if (constants.tuple_mask)
		rule = tuple6(&key);
	if (constants.have_prefixes && !rule)
		rule = bpf_map_lookup_elem(&prefixes6, &prefix);
	return rule;
}

static __always_inline int decide(const struct xdp_flow *flow)
{
	const struct xdp_rule *rule = flow->version == 4 ? rule4(flow) : rule6(flow);
	__u32 number = 0, drop = constants.drop_others;
	__u64 *hit;

	if (rule) {
		number = rule->number;
		drop = rule->drop;
	}
	hit = bpf_map_lookup_elem(&hits, &number);
	if (hit)
		(*hit)++;
	return drop ? count_and(XDP_DROPPED, XDP_DROP) : count_and(XDP_PASSED, XDP_PASS);
}

SEC("xdp")
int filter(struct xdp_md *ctx)
{
	struct xdp_flow flow;

	switch (xdp_parse(&flow, (void *)(long)ctx->data, (void *)(long)ctx->data_end)) {
	case XDP_PARSED:
		return decide(&flow);
	case XDP_NOT_IP: /* rules speak of IP; without ARP nobody would speak at all */
		return count_and(XDP_PASSED, XDP_PASS);
	default:
		return count_and(XDP_MALFORMED, XDP_DROP);
	}
}

/* ---- others ---- */

SEC("xdp")
int nothing(struct xdp_md *ctx)
{
	return XDP_PASS;
}

SEC("xdp")
int drop(struct xdp_md *ctx)
{
	return count_and(XDP_DROPPED, XDP_DROP);
}

#define SWAP(type, a, b)                  \
	do {                              \
		const type swapped = (a); \
		(a) = (b);                \
		(b) = swapped;            \
	} while (0)

/* echo sends UDP over IPv4 without options back to where it came from (RFC 862). The sums stay
 * right: what is added up is the same. */
SEC("xdp")
int echo(struct xdp_md *ctx)
{
	void *data = (void *)(long)ctx->data, *end = (void *)(long)ctx->data_end;
	struct xdp_ether *ether = data;
	struct xdp_ipv4 *ip = (void *)(ether + 1);
	struct xdp_ports *udp = (void *)(ip + 1);
	struct xdp_flow flow;

	if (xdp_parse(&flow, data, end) != XDP_PARSED || flow.version != 4 || flow.fragment ||
	    flow.protocol != XDP_IP_UDP || flow.payload != XDP_STAMP_OFF)
		return count_and(XDP_PASSED, XDP_PASS);
	if ((void *)(udp + 1) > end)
		return count_and(XDP_MALFORMED, XDP_DROP);
	for (int i = 0; i < 3; i++)
		SWAP(__u16, ((__u16 *)ether->dest)[i], ((__u16 *)ether->source)[i]);
	SWAP(__u32, ip->source, ip->dest);
	SWAP(__u16, udp->source, udp->dest);
	return count_and(XDP_ECHOED, XDP_TX);
}

SEC("xdp")
int redirect(struct xdp_md *ctx)
{
	return bpf_redirect_map(&ports, 0, XDP_ABORTED);
}

SEC("xdp")
int to_socket(struct xdp_md *ctx)
{
	return bpf_redirect_map(&sockets, ctx->rx_queue_index, XDP_PASS);
}

/* ---- what measures ---- */

static __always_inline const struct xdp_stamp *stamp_of(struct xdp_md *ctx)
{
	void *data = (void *)(long)ctx->data, *end = (void *)(long)ctx->data_end;
	const struct xdp_stamp *stamp = data + XDP_STAMP_OFF;

	if ((void *)(stamp + 1) > end || stamp->magic != XDP_MAGIC)
		return 0;
	return stamp;
}

/* arrive adds what a frame took since it was sent, and samples one of XDP_SAMPLE_EVERY. */
SEC("xdp")
int arrive(struct xdp_md *ctx)
{
	const struct xdp_stamp *stamp = stamp_of(ctx);
	struct xdp_sample *sample;
	__u64 now, latency;

	if (!stamp)
		return count_and(XDP_FOREIGN, XDP_PASS);
	now = bpf_ktime_get_ns();
	latency = now - stamp->at_ns;
	add_latency(latency);
	count(XDP_ARRIVED);
	if (stamp->number & (XDP_SAMPLE_EVERY - 1))
		return XDP_DROP;
	sample = bpf_ringbuf_reserve(&samples, sizeof(*sample), 0);
	if (!sample)
		return XDP_DROP;
	sample->at_ns = now;
	sample->latency_ns = latency;
	sample->number = stamp->number;
	sample->cpu = bpf_get_smp_processor_id();
	bpf_ringbuf_submit(sample, 0);
	return XDP_DROP;
}

/* probe is what the histogram alone costs: the value is there already. */
SEC("xdp")
int probe(struct xdp_md *ctx)
{
	add_latency(ctx->data_end - ctx->data + ctx->rx_queue_index);
	return XDP_PASS;
}

SEC("xdp")
int one_clock(struct xdp_md *ctx)
{
	return bpf_ktime_get_ns() == 1 ? XDP_DROP : XDP_PASS;
}

/* shown is the program that the article shows, but for the names. */
static __always_inline int shown(struct xdp_md *ctx)
{
	void *data = (void *)(long)ctx->data, *end = (void *)(long)ctx->data_end;

	if (data + sizeof(struct xdp_ether) > end)
		return XDP_ABORTED;
	return XDP_PASS;
}

SEC("xdp")
int fragment(struct xdp_md *ctx)
{
	return shown(ctx);
}

SEC("xdp")
int two_clocks(struct xdp_md *ctx)
{
	const __u64 start = bpf_ktime_get_ns();
	const int verdict = shown(ctx);

	return bpf_ktime_get_ns() - start == 1ull << 40 ? XDP_DROP : verdict;
}

/* article is how it says that it measured: two stamps, and an event for each packet. */
SEC("xdp")
int article(struct xdp_md *ctx)
{
	const __u64 start = bpf_ktime_get_ns();
	const int verdict = shown(ctx);
	__u64 took = bpf_ktime_get_ns() - start;

	bpf_perf_event_output(ctx, &stamps, BPF_F_CURRENT_CPU, &took, sizeof(took));
	return verdict;
}

/* ---- what is reloaded ---- */

SEC("xdp")
int worker_a(struct xdp_md *ctx)
{
	return stamp_of(ctx) ? count_and(XDP_RAN_A, XDP_DROP) : XDP_PASS;
}

SEC("xdp")
int worker_b(struct xdp_md *ctx)
{
	return stamp_of(ctx) ? count_and(XDP_RAN_B, XDP_DROP) : XDP_PASS;
}

/* The index comes from a map: were it a constant, the kernel would patch a jump with each change
 * of the array, which takes a hundred times as long. */
SEC("xdp")
int by_tail_call(struct xdp_md *ctx)
{
	const __u32 zero = 0;
	const struct xdp_control *set = bpf_map_lookup_elem(&control, &zero);

	if (set)
		bpf_tail_call(ctx, &workers, set->slot);
	return stamp_of(ctx) ? count_and(XDP_MISSED, XDP_DROP) : XDP_PASS;
}

SEC("xdp")
int by_value(struct xdp_md *ctx)
{
	const __u32 zero = 0;
	const struct xdp_control *set = bpf_map_lookup_elem(&control, &zero);

	if (!stamp_of(ctx))
		return XDP_PASS;
	if (!set)
		return count_and(XDP_MISSED, XDP_DROP);
	return count_and(set->choice ? XDP_RAN_B : XDP_RAN_A, XDP_DROP);
}

/* What the kernel wants to hear before a program may use its GPL-only helpers. */
char licence[] SEC("license") = "GPL";
