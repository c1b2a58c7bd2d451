/* SPDX-License-Identifier: Apache-2.0 */
/* race.c - two threads at the PCM ring, compiled with ThreadSanitizer: it models the orders of C11
 * and not those of this processor, so an order that is too weak shows on x86 too. */
#include <pthread.h>
#include <sched.h>
#include <stdio.h>

#include "../av_ring.h"

#define NUM 12	  /* thrice round a ring of four */
#define ROUNDS 12 /* in one of four the tool forgets the other's access before it could tell */

struct slot {
	uint64_t number, copy;
};

static void *write_all(void *arg)
{
	for (uint64_t number = 0; number < NUM;) {
		const struct slot slot = {number, ~number};

		if (av_ring_push(arg, &slot))
			number++;
		else
			sched_yield();
	}
	return NULL;
}

/* round_trip returns whether all came in order through a ring of its own. */
static int round_trip(struct av_ring *ring)
{
	static struct slot slots[4];
	uint64_t number = 0;
	pthread_t writer;
	struct slot slot;

	if (av_ring_init(ring, slots, 4, sizeof(slot), NULL) != GNG_OK ||
	    pthread_create(&writer, NULL, write_all, ring) != 0)
		return 0;
	while (number < NUM) {
		if (!av_ring_pop(ring, &slot)) {
			sched_yield();
			continue;
		}
		if (slot.number != number || slot.copy != ~number)
			return 0;
		number++;
	}
	return pthread_join(writer, NULL) == 0;
}

int main(void)
{
	static struct av_ring rings[ROUNDS];

	for (int i = 0; i < ROUNDS; i++)
		if (!round_trip(&rings[i]))
			return 1;
	puts("in order");
	return 0;
}
