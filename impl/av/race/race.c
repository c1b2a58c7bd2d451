/* SPDX-License-Identifier: Apache-2.0 */
/* race.c - two threads at the PCM ring, compiled with ThreadSanitizer: it models the orders of C11
 * and not those of this processor, so an order that is too weak shows on x86 too. */
#include <pthread.h>
#include <stdio.h>

#include "../av_ring.h"

#define NUM 5000

struct slot {
	uint64_t number, copy;
};

static void *write_all(void *arg)
{
	for (uint64_t number = 0; number < NUM;) {
		const struct slot slot = {number, ~number};

		number += av_ring_push(arg, &slot);
	}
	return NULL;
}

int main(void)
{
	static struct slot slots[8];
	static struct av_ring ring;
	uint64_t number = 0;
	pthread_t writer;
	struct slot slot;

	if (av_ring_init(&ring, slots, 8, sizeof(slot), NULL) != GNG_OK ||
	    pthread_create(&writer, NULL, write_all, &ring) != 0)
		return 2;
	while (number < NUM) {
		if (!av_ring_pop(&ring, &slot))
			continue;
		if (slot.number != number || slot.copy != ~number)
			return 1;
		number++;
	}
	pthread_join(writer, NULL);
	puts("in order");
	return 0;
}
