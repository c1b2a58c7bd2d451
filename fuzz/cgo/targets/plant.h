/* SPDX-License-Identifier: Apache-2.0 */
/* plant.h - the C side of the planted bugs. */
#ifndef TARGETS_PLANT_H
#define TARGETS_PLANT_H

#include <stddef.h>
#include <stdint.h>

/* plant_aead writes behind a block if the additional data begins with "GNG", or with
 * bytes of the same low halves. */
void plant_aead(const uint8_t *aad, size_t len);

/* plant_stream reads behind a table after chunks of 1, 2, 3 bytes (modulo 8). */
struct plant_stream {
	size_t step;
};
void plant_stream(struct plant_stream *stream, size_t len);

uint8_t *plant_new(size_t len);
void plant_read(const uint8_t *p, size_t len);
void plant_free(uint8_t *p);

#endif /* TARGETS_PLANT_H */
