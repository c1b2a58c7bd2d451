/* SPDX-License-Identifier: Apache-2.0 */
/* ring.c - the ring between two threads. */
#include "av_ring.h"

#include <string.h>

enum gng_status av_ring_init(struct av_ring *ring, void *slots, uint64_t num_slots, size_t slot_len,
			     struct gng_why *why)
{
	if (num_slots == 0 || (num_slots & (num_slots - 1)) != 0 || slot_len == 0)
		return gng_why_set(why, GNG_EINVAL, 0, "av.ring",
				   "a ring of %llu slots: a power of two is needed",
				   (unsigned long long)num_slots);
	ring->slots = slots;
	ring->slot_len = slot_len;
	ring->num_slots = num_slots;
	atomic_init(&ring->head, 0);
	atomic_init(&ring->tail, 0);
	atomic_init(&ring->dropped, 0);
	return GNG_OK;
}

static uint8_t *slot_at(const struct av_ring *ring, uint64_t index)
{
	return ring->slots + (index & (ring->num_slots - 1)) * ring->slot_len;
}

bool av_ring_push(struct av_ring *ring, const void *slot)
{
	const uint64_t head = atomic_load_explicit(&ring->head, memory_order_relaxed);
	const uint64_t tail = atomic_load_explicit(&ring->tail, AV_RING_SEE_ROOM);

	if (head - tail == ring->num_slots) {
		atomic_fetch_add_explicit(&ring->dropped, 1, memory_order_relaxed);
		return false;
	}
	memcpy(slot_at(ring, head), slot, ring->slot_len);
	atomic_store_explicit(&ring->head, head + 1, AV_RING_PUBLISH);
	return true;
}

bool av_ring_pop(struct av_ring *ring, void *slot)
{
	const uint64_t tail = atomic_load_explicit(&ring->tail, memory_order_relaxed);
	const uint64_t head = atomic_load_explicit(&ring->head, AV_RING_SEE);

	if (head == tail)
		return false;
	memcpy(slot, slot_at(ring, tail), ring->slot_len);
	atomic_store_explicit(&ring->tail, tail + 1, AV_RING_GIVE_BACK);
	return true;
}
