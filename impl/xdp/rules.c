/* SPDX-License-Identifier: Apache-2.0 */
/* rules.c - the tables of the filter. */
#include <bpf/bpf.h>
#include <errno.h>
#include <string.h>

#include "xdp_handle.h"
#include "xdp_parse.h"

static enum gng_status refuse(struct gng_why *why, const char *what)
{
	return gng_why_set(why, GNG_EINVAL, 0, "xdp.rules", "%s", what);
}

/* number_of is that of the rule with this key, or the next one. */
static uint32_t number_of(const struct gng_xdp *xdp, int map, const void *key, unsigned int bits)
{
	struct xdp_rule rule;

	if (bpf_map_lookup_elem(map, key, &rule) == 0 && rule.bits == bits)
		return rule.number;
	return xdp->num_rules + 1;
}

static enum gng_status put(struct gng_xdp *xdp, uint32_t *number, const char *table,
			   const void *key, unsigned int bits, bool drop, struct gng_why *why)
{
	const int map = xdp_map(xdp, table);
	const struct xdp_rule rule = {number_of(xdp, map, key, bits), drop, (uint16_t)bits};
	int error;

	if (rule.number >= XDP_MAX_RULES)
		return gng_why_set(why, GNG_ELIMIT, E2BIG, "xdp.rules",
				   "there are %u rules, and no room for more; join prefixes",
				   XDP_MAX_RULES - 1);
	error = bpf_map_update_elem(map, key, &rule, BPF_ANY);
	if (error == -E2BIG || error == -ENOSPC)
		return gng_why_set(why, GNG_ELIMIT, -error, "xdp.rules",
				   "table %s is full; open with more entries", table);
	if (error)
		return xdp_failed(why, "xdp.rules", error, table);
	if (rule.number > xdp->num_rules)
		xdp->num_rules = rule.number;
	*number = rule.number;
	return GNG_OK;
}

enum gng_status gng_xdp_add_tuple(struct gng_xdp *xdp, uint32_t *number,
				  const struct gng_xdp_flow *flow, bool drop, struct gng_why *why)
{
	struct xdp_key4 key4 = {.source_port = XDP_NET16(flow->source_port),
				.dest_port = XDP_NET16(flow->dest_port),
				.protocol = flow->protocol};
	struct xdp_key6 key6 = {.source_port = XDP_NET16(flow->source_port),
				.dest_port = XDP_NET16(flow->dest_port),
				.protocol = flow->protocol};

	if (flow->version != 4 && flow->version != 6)
		return refuse(why, "the version of IP is neither 4 nor 6");
	memcpy(&key4.source, flow->source, sizeof(key4.source));
	memcpy(&key4.dest, flow->dest, sizeof(key4.dest));
	memcpy(key6.source, flow->source, sizeof(key6.source));
	memcpy(key6.dest, flow->dest, sizeof(key6.dest));
	if (flow->version == 4)
		return put(xdp, number, "tuples4", &key4, 0, drop, why);
	return put(xdp, number, "tuples6", &key6, 0, drop, why);
}

enum gng_status gng_xdp_add_prefix(struct gng_xdp *xdp, uint32_t *number,
				   const struct gng_xdp_flow *flow, unsigned int bits, bool drop,
				   struct gng_why *why)
{
	struct xdp_prefix4 key4 = {.bits = bits};
	struct xdp_prefix6 key6 = {.bits = bits};

	if (flow->version != 4 && flow->version != 6)
		return refuse(why, "the version of IP is neither 4 nor 6");
	if (bits > (flow->version == 4 ? 32 : 128))
		return refuse(why, "a prefix has more bits than its address");
	memcpy(&key4.address, flow->source, sizeof(key4.address));
	memcpy(key6.address, flow->source, sizeof(key6.address));
	if (flow->version == 4)
		return put(xdp, number, "prefixes4", &key4, bits, drop, why);
	return put(xdp, number, "prefixes6", &key6, bits, drop, why);
}
