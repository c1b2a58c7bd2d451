/* SPDX-License-Identifier: Apache-2.0 */
/*
 * frames.h - the frames that a host sends to its guest and gets back: each has a number, and the
 * number says how long it is and what its bytes are. Both ends are x86-64.
 */
#ifndef CONFORMANCE_EAL_FRAMES_H
#define CONFORMANCE_EAL_FRAMES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define FRAMES_MIN 60
#define FRAMES_MAX 1514
#define FRAMES_NUM 2000u	/* of data, on each port */
#define FRAMES_ETHERTYPE 0x88b5 /* IEEE Std 802, local experimental ethertype 1 */

enum frames_kind { FRAMES_PROBE = 'p', FRAMES_DATA = 'd', FRAMES_END = 'e' };

/* frames_head begins each frame; number and sum of the last one, END, are of all data before it. */
struct frames_head {
	uint8_t to[6], from[6], type[2];
	uint8_t kind, is_echo;
	uint32_t number;
	uint8_t sum[8];
};

static inline size_t frames_len(uint32_t number)
{
	return FRAMES_MIN + number * 37 % (FRAMES_MAX - FRAMES_MIN + 1);
}

static inline uint8_t frames_byte(uint32_t number, size_t at)
{
	return (uint8_t)((number * 2654435761u + (uint32_t)at * 40503u) >> 11);
}

/* frames_add takes len bytes into a sum (FNV-1a, 64 bits). */
static inline uint64_t frames_add(uint64_t sum, const uint8_t *bytes, size_t len)
{
	for (size_t i = 0; i < len; i++)
		sum = (sum ^ bytes[i]) * 0x100000001b3u;
	return sum;
}

#define FRAMES_SUM 0xcbf29ce484222325u /* of nothing */

/* frames_make writes the frame of a number and returns its length. */
static inline size_t frames_make(uint8_t frame[FRAMES_MAX], enum frames_kind kind, uint32_t number,
				 uint64_t sum)
{
	struct frames_head head = {.kind = (uint8_t)kind, .number = number};
	const size_t len = kind == FRAMES_DATA ? frames_len(number) : FRAMES_MIN;

	memset(head.to, 0xff, sizeof(head.to));
	memset(head.from, 2, sizeof(head.from));
	head.type[0] = FRAMES_ETHERTYPE >> 8;
	head.type[1] = FRAMES_ETHERTYPE & 0xff;
	memcpy(head.sum, &sum, sizeof(sum));
	memcpy(frame, &head, sizeof(head));
	for (size_t i = sizeof(head); i < len; i++)
		frame[i] = frames_byte(number, i);
	return len;
}

/* frames_is_whole says whether a frame is as frames_make made it, but for is_echo. */
static inline bool frames_is_whole(const uint8_t *frame, size_t len)
{
	uint8_t want[FRAMES_MAX];
	struct frames_head head;
	uint64_t sum;

	if (len < FRAMES_MIN || len > FRAMES_MAX)
		return false;
	memcpy(&head, frame, sizeof(head));
	memcpy(&sum, head.sum, sizeof(sum));
	if (frames_make(want, (enum frames_kind)head.kind, head.number, sum) != len)
		return false;
	want[offsetof(struct frames_head, is_echo)] = head.is_echo;
	return memcmp(frame, want, len) == 0;
}

#endif /* CONFORMANCE_EAL_FRAMES_H */
