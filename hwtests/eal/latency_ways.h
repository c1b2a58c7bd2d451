/* SPDX-License-Identifier: Apache-2.0 */
/* latency_ways.h - ways for a frame from one end of a veth pair to the other, and their times. */
#ifndef HWTESTS_EAL_LATENCY_WAYS_H
#define HWTESTS_EAL_LATENCY_WAYS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define FRAME_LEN 64
#define FRAME_MARK 14 /* where a frame's number stands */

/* way: the clock runs from send to the call of came that finds the frame. */
struct way {
	const char *name;
	bool (*make)(uint32_t number);
	bool (*send)(void);
	bool (*came)(uint32_t number); /* NULL: nobody receives, and the clock stops behind send */
};

static inline void frame_fill(uint8_t *bytes, uint32_t number)
{
	memset(bytes, 2, FRAME_LEN);
	bytes[12] = 0x88;
	bytes[13] = 0xb5;
	memcpy(bytes + FRAME_MARK, &number, sizeof(number));
}

static inline bool frame_is(const uint8_t *bytes, size_t len, uint32_t number)
{
	return len == FRAME_LEN && memcmp(bytes + FRAME_MARK, &number, sizeof(number)) == 0;
}

/*
 * What the kernel takes without DPDK: AF_XDP sockets of libxdp over gonogo-c and gonogo-d; and one
 * that sends from gonogo-e while nothing listens at the other end. sockets_open returns NULL, or
 * what failed; sockets_close is safe after that.
 */
extern const struct way way_of_sockets, way_to_nobody;
const char *sockets_open(void);
void sockets_close(void);

#endif /* HWTESTS_EAL_LATENCY_WAYS_H */
