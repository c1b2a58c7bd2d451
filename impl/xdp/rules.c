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

static enum gng_status full(struct gng_why *why, int error, const char *table)
{
	return gng_why_set(why, GNG_ELIMIT, error, "xdp.rules",
			   "table %s is full; open with more entries", table);
}

/* next_number is that of one more rule; 0 if there is no room. */
static uint32_t next_number(const struct gng_xdp *xdp, struct gng_why *why)
{
	if (xdp->num_rules + 1 < XDP_MAX_RULES)
		return xdp->num_rules + 1;
	gng_why_set(why, GNG_ELIMIT, E2BIG, "xdp.rules",
		    "there are %u rules, and no room for more; join prefixes", XDP_MAX_RULES - 1);
	return 0;
}

/* ---- tuples ---- */

static enum gng_status put_tuple(struct gng_xdp *xdp, uint32_t *number, struct xdp_table *table,
				 const void *key, bool drop, struct gng_why *why)
{
	struct xdp_rule *rule = xdp_table_find(table, key);
	uint32_t next;

	if (rule) {
		__atomic_store_n(&rule->drop, drop, __ATOMIC_RELAXED);
		*number = rule->number;
		return GNG_OK;
	}
	next = next_number(xdp, why);
	if (!next)
		return GNG_ELIMIT;
	if (!xdp_table_add(table, key, next, drop))
		return full(why, ENOSPC, table->name);
	*number = xdp->num_rules = next;
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
		return put_tuple(xdp, number, &xdp->tuples4, &key4, drop, why);
	return put_tuple(xdp, number, &xdp->tuples6, &key6, drop, why);
}

/* ---- prefixes ---- */

static enum gng_status put_prefix(struct gng_xdp *xdp, uint32_t *number, const char *table,
				  const void *key, unsigned int bits, bool drop,
				  struct gng_why *why)
{
	const int map = xdp_map(xdp, table);
	struct xdp_rule there, rule = {.drop = drop, .bits = (uint16_t)bits};
	int error;

	if (bpf_map_lookup_elem(map, key, &there) == 0 && there.bits == bits)
		rule.number = there.number;
	else
		rule.number = next_number(xdp, why);
	if (!rule.number)
		return GNG_ELIMIT;
	/* a map has one entry at least, but the filter does not look at what was not asked for */
	error = xdp->max_prefixes ? bpf_map_update_elem(map, key, &rule, BPF_ANY) : -ENOSPC;
	if (error == -E2BIG || error == -ENOSPC)
		return full(why, -error, table);
	if (error)
		return xdp_failed(why, "xdp.rules", error, table);
	if (rule.number > xdp->num_rules)
		xdp->num_rules = rule.number;
	*number = rule.number;
	return GNG_OK;
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
		return put_prefix(xdp, number, "prefixes4", &key4, bits, drop, why);
	return put_prefix(xdp, number, "prefixes6", &key6, bits, drop, why);
}
