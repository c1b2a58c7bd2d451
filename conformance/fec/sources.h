/* SPDX-License-Identifier: Apache-2.0 */
/* sources.h - packets of all shapes to protect: CSRCs, extensions, padding, markers, lengths. */
#ifndef CONFORMANCE_FEC_SOURCES_H
#define CONFORMANCE_FEC_SOURCES_H

#include "../suite.h"

#include <gng_fec.h>
#include <gng_rtp.h>
#include <string.h>

#define MAX_SOURCES 128
#define SSRC 0x600dcafe

struct sources {
	uint8_t bytes[MAX_SOURCES][64];
	struct gng_fec_source list[MAX_SOURCES];
	size_t num;
};

/* make_sources fills num packets from sequence number first on, stride apart. */
static inline void make_sources(struct sources *sources, uint16_t first, size_t num,
				uint16_t stride)
{
	uint8_t text[32];

	sources->num = num;
	for (size_t i = 0; i < num; i++) {
		const struct gng_rtp_packet packet = {
			.marker = i % 3 == 0,
			.payload_type = (uint8_t)(96 + i % 5),
			.seq = (uint16_t)(first + i * stride),
			.timestamp = (uint32_t)(0xfffffff0 + 3 * i),
			.ssrc = SSRC,
			.num_csrc = i % 4 == 1,
			.csrc = {(uint32_t)i},
			.has_ext = i % 5 == 2,
			.ext_profile = 0xbede,
			.ext = text,
			.ext_len = i % 5 == 2 ? 4 : 0,
			.pad_len = i % 7 == 3 ? 3 : 0,
			.payload = text,
			.payload_len = (7 * i) % 23,
		};

		for (size_t j = 0; j < sizeof(text); j++)
			text[j] = (uint8_t)(31 * i + 7 * j + 1);
		sources->list[i].bytes = sources->bytes[i];
		assert_int_equal(gng_rtp_write(sources->bytes[i], sizeof(sources->bytes[i]),
					       &sources->list[i].len, &packet, NULL),
				 GNG_OK);
	}
}

/* pick copies those of the sources whose bit of set is 1, and returns how many. */
static inline size_t pick(struct gng_fec_source *to, const struct sources *sources, uint32_t set)
{
	size_t num = 0;

	for (size_t i = 0; i < sources->num; i++)
		if (set >> i & 1)
			to[num++] = sources->list[i];
	return num;
}

#endif /* CONFORMANCE_FEC_SOURCES_H */
