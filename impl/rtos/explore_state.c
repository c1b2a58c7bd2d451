/* SPDX-License-Identifier: Apache-2.0 */
/* explore_state.c - states as words that no address of this process is in, and their table. */
#include "rtos_explore.h"

#include <stdlib.h>
#include <string.h>

#define TAG_KERNEL UINT64_C(0x7e00000000000000)
#define TAG_WORLD UINT64_C(0x7f00000000000000)
#define TAG_MASK UINT64_C(0xff00000000000000)

_Static_assert(sizeof(struct rtos_kernel) % 8 == 0 && sizeof(struct world) % 8 == 0,
	       "a state is whole words");

/* Pointers into the kernel and the world become offsets; all other words stay. */
static uint64_t portable(uint64_t word)
{
	if (word - (uintptr_t)&world < sizeof(world))
		return TAG_WORLD | (word - (uintptr_t)&world);
	if (word - (uintptr_t)&rtos < sizeof(rtos))
		return TAG_KERNEL | (word - (uintptr_t)&rtos);
	return word;
}

static uint64_t native(uint64_t word)
{
	if ((word & TAG_MASK) == TAG_WORLD)
		return (word & ~TAG_MASK) + (uintptr_t)&world;
	if ((word & TAG_MASK) == TAG_KERNEL)
		return (word & ~TAG_MASK) + (uintptr_t)&rtos;
	return word;
}

void explore_pack(struct explore_snapshot *snapshot)
{
	const size_t num_kernel = sizeof(rtos) / 8;

	snapshot->words[EXPLORE_WORDS - 1] = 0;
	memcpy(snapshot->words, &rtos, sizeof(rtos));
	memcpy(snapshot->words + num_kernel, &world, sizeof(world));
	for (size_t i = 0; i < num_kernel + sizeof(world) / 8; i++)
		snapshot->words[i] = portable(snapshot->words[i]);
}

void explore_unpack(const struct explore_snapshot *snapshot)
{
	struct explore_snapshot copy;
	const size_t num_kernel = sizeof(rtos) / 8;

	for (size_t i = 0; i < EXPLORE_WORDS; i++)
		copy.words[i] = native(snapshot->words[i]);
	memcpy(&rtos, copy.words, sizeof(rtos));
	memcpy(&world, copy.words + num_kernel, sizeof(world));
}

/* The differences to the first state are hashed, so that code addresses play no part: the
 * numbering is the same in each process. */
uint64_t explore_hash(const struct explore_snapshot *snapshot, const struct explore_snapshot *root)
{
	uint64_t hash = 0;

	for (size_t i = 0; i < EXPLORE_WORDS; i++) {
		const uint64_t word = snapshot->words[i] ^ root->words[i];

		if (word == 0)
			continue;
		hash ^= (word + i) * UINT64_C(0x9e3779b97f4a7c15);
		hash = (hash ^ hash >> 32) * UINT64_C(0xd6e8feb86659fd93);
		hash ^= hash >> 29;
	}
	return hash;
}

/* ---- the table ---- */

static uint32_t slot_of(const struct explore *explore, uint64_t hash)
{
	uint32_t slot = (uint32_t)(hash >> 20) & (explore->table_cap - 1);

	while (explore->table[slot] && explore->hashes[explore->table[slot] - 1] != hash)
		slot = (slot + 1) & (explore->table_cap - 1);
	return slot;
}

void explore_put_hash(struct explore *explore, uint32_t number)
{
	explore->table[slot_of(explore, explore->hashes[number])] = number + 1;
}

static struct explore_queued *difference(const struct explore_snapshot *snapshot,
					 const struct explore_snapshot *root)
{
	struct explore_queued *queued;
	uint32_t len = 0;

	for (size_t i = 0; i < EXPLORE_WORDS; i++)
		len += snapshot->words[i] != root->words[i];
	queued = malloc(sizeof(*queued) + (size_t)len * 2 * sizeof(queued->pairs[0]));
	if (!queued)
		return NULL;
	queued->len = len;
	len = 0;
	for (size_t i = 0; i < EXPLORE_WORDS; i++) {
		if (snapshot->words[i] == root->words[i])
			continue;
		queued->pairs[len++] = i;
		queued->pairs[len++] = snapshot->words[i] ^ root->words[i];
	}
	return queued;
}

bool explore_add(struct explore *explore, const struct explore_snapshot *snapshot, uint32_t parent,
		 struct explore_step step, bool *is_new)
{
	const uint64_t hash = explore_hash(snapshot, &explore->root);
	const uint32_t slot = slot_of(explore, hash), number = explore->num;

	*is_new = !explore->table[slot];
	if (!*is_new)
		return true;
	if (number == explore->cap)
		return false;
	explore->queued[number] = difference(snapshot, &explore->root);
	if (!explore->queued[number])
		return false;
	explore->hashes[number] = hash;
	explore->parents[number] = parent;
	explore->steps[number] = step;
	explore->table[slot] = number + 1;
	explore->num++;
	return true;
}

void explore_get(const struct explore *explore, uint32_t number, struct explore_snapshot *snapshot)
{
	const struct explore_queued *queued = explore->queued[number];

	*snapshot = explore->root;
	for (uint32_t i = 0; i < queued->len; i++)
		snapshot->words[queued->pairs[2 * i]] ^= queued->pairs[2 * i + 1];
}

bool explore_do(const struct world_config *config, struct explore_step step)
{
	if (step.op == EXPLORE_NO_OP) {
		world_inject_none();
		world_interrupt((enum world_interrupt)step.interrupt);
		return true;
	}
	world_inject_none();
	if (step.interrupt != EXPLORE_NO_INTERRUPT)
		world_inject((enum world_interrupt)step.interrupt, step.at);
	return world_op(&config->ops[step.op]);
}
