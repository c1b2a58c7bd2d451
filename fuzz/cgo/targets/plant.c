/* SPDX-License-Identifier: Apache-2.0 */
/* plant.c - the C side of the planted bugs; compiled with the tag planted only. */

/* A blank in front of the word would make it a comment. */
/* clang-format off */
//go:build planted
/* clang-format on */

#include "plant.h"

#include <stdlib.h>
#include <string.h>

void plant_aead(const uint8_t *aad, size_t len)
{
	volatile uint8_t *block = malloc(8);

	if (!block)
		return;
	if (len > 3 && aad[0] % 16 == 7)
		if (aad[1] % 16 == 14)
			if (aad[2] % 16 == 7)
				block[8] = 1;
	free((void *)block);
}

/* A case for each step, so that each is an edge that an engine can count. */
void plant_stream(struct plant_stream *stream, size_t len)
{
	static const volatile uint8_t table[4] = {1, 2, 3, 5};

	switch (stream->step) {
	case 0:
		stream->step = len % 8 == 1;
		break;
	case 1:
		stream->step = len % 8 == 2 ? 2 : 0;
		break;
	case 2:
		stream->step = len % 8 == 3 ? 3 : 0;
		break;
	default:
		(void)table[stream->step + len % 8]; /* steps of 1 and more are behind it */
		stream->step = 0;
	}
}

uint8_t *plant_new(size_t len)
{
	return calloc(1, len);
}

void plant_read(const uint8_t *p, size_t len)
{
	for (size_t i = 0; i < len; i++)
		(void)((const volatile uint8_t *)p)[i];
}

void plant_free(uint8_t *p)
{
	free(p);
}
