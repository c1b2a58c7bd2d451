/* SPDX-License-Identifier: Apache-2.0 */
/* table.c - tables of tuples, which the filter reads while rules are put into them. */
#include <errno.h>
#include <string.h>
#include <sys/mman.h>

#include "xdp_handle.h"
#include "xdp_table.h"

/* ---- the maps ---- */

uint32_t xdp_tables_size(struct gng_xdp *xdp, uint32_t max_tuples)
{
	const uint32_t max = max_tuples < XDP_MAX_RULES ? max_tuples : XDP_MAX_RULES - 1;
	uint32_t num = XDP_TABLE_MIN_SLOTS;

	while (num < max * XDP_TABLE_SPARE)
		num *= 2;
	xdp->tuples4 = (struct xdp_table){.name = "tuples4",
					  .slot_len = sizeof(struct xdp_slot4),
					  .key_len = sizeof(struct xdp_key4),
					  .mask = num - 1,
					  .max = max};
	xdp->tuples6 = (struct xdp_table){.name = "tuples6",
					  .slot_len = sizeof(struct xdp_slot6),
					  .key_len = sizeof(struct xdp_key6),
					  .mask = num - 1,
					  .max = max};
	return num - 1;
}

static size_t table_len(const struct xdp_table *table)
{
	return ((size_t)table->mask + 1) * table->slot_len;
}

static int map(struct gng_xdp *xdp, struct xdp_table *table)
{
	void *slots = mmap(NULL, table_len(table), PROT_READ | PROT_WRITE, MAP_SHARED,
			   xdp_map(xdp, table->name), 0);

	if (slots == MAP_FAILED)
		return errno;
	table->slots = slots;
	return 0;
}

int xdp_tables_map(struct gng_xdp *xdp)
{
	const int error = map(xdp, &xdp->tuples4);

	return error ? error : map(xdp, &xdp->tuples6);
}

void xdp_tables_unmap(struct gng_xdp *xdp)
{
	struct xdp_table *const tables[] = {&xdp->tuples4, &xdp->tuples6};

	for (size_t i = 0; i < sizeof(tables) / sizeof(tables[0]); i++)
		if (tables[i]->slots)
			munmap(tables[i]->slots, table_len(tables[i]));
}

/* ---- rules in them ---- */

static struct xdp_rule *rule_at(const struct xdp_table *table, const uint8_t *slot)
{
	return (struct xdp_rule *)(void *)(slot + table->key_len);
}

/* slot_of is that with this key, or the empty one where it belongs, or NULL. */
static uint8_t *slot_of(const struct xdp_table *table, const void *key)
{
	const int num_words = (int)(table->key_len / sizeof(uint64_t));
	const uint32_t first = xdp_first_slot(key, num_words);

	for (uint32_t i = 0; i < XDP_TABLE_REACH; i++) {
		uint8_t *slot = table->slots + ((first + i) & table->mask) * table->slot_len;

		if (rule_at(table, slot)->number == 0 || xdp_same(slot, key, num_words))
			return slot;
	}
	return NULL;
}

struct xdp_rule *xdp_table_find(const struct xdp_table *table, const void *key)
{
	uint8_t *slot = slot_of(table, key);

	return slot && rule_at(table, slot)->number ? rule_at(table, slot) : NULL;
}

/* The filter may read the slot at any time: the rule is there with its number. */
bool xdp_table_add(struct xdp_table *table, const void *key, uint32_t number, bool drop)
{
	uint8_t *slot = table->num < table->max ? slot_of(table, key) : NULL;
	struct xdp_rule *rule;

	if (!slot)
		return false;
	memcpy(slot, key, table->key_len);
	rule = rule_at(table, slot);
	rule->drop = drop;
	__atomic_store_n(&rule->number, number, __ATOMIC_RELEASE);
	table->num++;
	return true;
}
