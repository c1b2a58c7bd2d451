/* SPDX-License-Identifier: Apache-2.0 */
/*
 * av_ring.h - a ring of equal slots between one thread that writes and one that reads, without a
 * lock. What does not fit is dropped and counted: a capture must never wait for its reader.
 */
#ifndef AV_RING_H
#define AV_RING_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <gng_base.h>

/*
 * The orders of the ring: a slot's bytes are written before head says so, and seen by who saw that;
 * they are read before tail gives the slot back, and overwritten by who saw that. They have names
 * of their own because on x86 a weaker one leaves no trace in the code.
 */
#define AV_RING_PUBLISH memory_order_release
#define AV_RING_SEE memory_order_acquire
#define AV_RING_GIVE_BACK memory_order_release
#define AV_RING_SEE_ROOM memory_order_acquire

/* av_ring keeps its two indices on lines of their own. */
struct av_ring {
	uint8_t *slots;
	size_t slot_len;
	uint64_t num_slots; /* a power of two */
	char gap_a[64];
	_Atomic uint64_t head; /* slots written */
	_Atomic uint64_t dropped;
	char gap_b[64];
	_Atomic uint64_t tail; /* slots read */
};

/* av_ring_init uses slots[0..num_slots * slot_len). GNG_EINVAL unless num_slots is a power of
 * two. */
GNG_MUST enum gng_status av_ring_init(struct av_ring *ring, void *slots, uint64_t num_slots,
				      size_t slot_len, struct gng_why *why);

/* av_ring_push copies one slot in; false, and one more in dropped, if the ring is full. */
bool av_ring_push(struct av_ring *ring, const void *slot);

/* av_ring_pop copies the oldest slot out; false if there is none. */
bool av_ring_pop(struct av_ring *ring, void *slot);

#endif /* AV_RING_H */
