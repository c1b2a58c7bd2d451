/* SPDX-License-Identifier: Apache-2.0 */
/*
 * slow.h - the second decoder: one bit at a time, from the tables of RFC 5109 sections 7 and 9, RFC
 * 8627 sections 4.2.2 and 6.3 and the draft's, without a line of the first. Tests and the fuzzer
 * hold the first one against it.
 */
#ifndef CONFORMANCE_FEC_SLOW_H
#define CONFORMANCE_FEC_SLOW_H

#include <gng_fec.h>
#include <string.h>

#define SLOW_MAX_LEN 2048

struct slow {
	size_t num; /* of protected sequence numbers */
	uint16_t seqs[256];
	unsigned int header[80]; /* P, X, CC, M, PT at 2 to 15, time stamp, length, as bits */
	const uint8_t *payload;
	size_t payload_len;
	uint32_t ssrc;
};

/* slow_bits reads num bits from bit at on; where they are whole octets, those, as a fuzzer reads
 * many such fields of each input. */
static inline uint32_t slow_bits(const uint8_t *in, size_t at, size_t num)
{
	uint32_t value = 0;

	for (; at % 8 == 0 && num >= 8; num -= 8, at += 8)
		value = value << 8 | in[at / 8];
	for (; num > 0; num--, at++)
		value = 2 * value + (in[at / 8] >> (7 - at % 8) & 1u);
	return value;
}

/* slow_set copies num bits of in to where they stand in the 80 bits of the header. */
static inline void slow_set(struct slow *slow, size_t to, const uint8_t *in, size_t at, size_t num)
{
	for (size_t i = 0; i < num; i++)
		slow->header[to + i] = slow_bits(in, at + i, 1);
}

static inline void slow_name(struct slow *slow, const uint8_t *in, size_t at, size_t num,
			     uint16_t base, size_t first)
{
	for (size_t i = 0; i < num; i++)
		if (slow_bits(in, at + i, 1))
			slow->seqs[slow->num++] = (uint16_t)(base + first + i);
}

static inline bool slow_ulpfec(struct slow *slow, const uint8_t *in, size_t len)
{
	const size_t mask_bits = len > 0 && slow_bits(in, 1, 1) ? 48 : 16;
	const size_t header_len = 12 + mask_bits / 8;

	if (len < header_len || slow_bits(in, 80, 16) != len - header_len)
		return false;
	slow_set(slow, 0, in, 0, 16);
	slow_set(slow, 32, in, 32, 48);
	slow_name(slow, in, 96, mask_bits, (uint16_t)slow_bits(in, 16, 16), 0);
	slow->payload = in + header_len;
	slow->payload_len = len - header_len;
	return true;
}

/* slow_masks walks the parts of a mask at octet at, and returns the octet behind it, or 0. */
static inline size_t slow_masks(struct slow *slow, const uint8_t *in, size_t len, size_t at,
				bool draft)
{
	static const size_t octets[] = {2, 4, 8};
	const uint16_t base = (uint16_t)slow_bits(in, 8 * (at - 2), 16);
	size_t first = 0;

	for (size_t part = 0; part < 3; part++) {
		const size_t k_bits = part < 2 || draft;
		const size_t num = 8 * octets[part] - k_bits;
		uint32_t k;

		if (len < at + octets[part])
			return 0;
		slow_name(slow, in, 8 * at + k_bits, num, base, first);
		k = k_bits ? slow_bits(in, 8 * at, 1) : 0;
		first += num;
		at += octets[part];
		if (draft ? k == 1 : k == 0)
			return at;
	}
	return 0;
}

static inline bool slow_flexfec(struct slow *slow, const uint8_t *in, size_t len, bool draft)
{
	const size_t at = draft ? 18 : 10;
	size_t end = 12;

	if (len < at + 2 || slow_bits(in, 0, 1) || (draft && slow_bits(in, 64, 8) != 1))
		return false;
	slow_set(slow, 0, in, 0, 16);
	slow_set(slow, 32, in, 32, 32);
	slow_set(slow, 64, in, 16, 16);
	if (draft)
		slow->ssrc = slow_bits(in, 96, 32);
	if (slow_bits(in, 1, 1)) {
		const uint32_t columns = slow_bits(in, 80, 8), rows = slow_bits(in, 88, 8);

		if (draft || columns == 0)
			return false;
		for (uint32_t i = 0; i < (rows > 1 ? rows : columns); i++)
			slow->seqs[slow->num++] =
				(uint16_t)(slow_bits(in, 64, 16) + i * (rows > 1 ? columns : 1));
	} else {
		end = slow_masks(slow, in, len, at, draft);
	}
	slow->payload = in + end;
	slow->payload_len = len - end;
	return end > 0;
}

/* slow_read returns false for a repair that must be refused. */
static inline bool slow_read(struct slow *slow, enum gng_fec_format format, uint32_t ssrc,
			     const uint8_t *in, size_t len)
{
	slow->num = 0; /* seqs are set by its count */
	slow->payload = NULL;
	slow->payload_len = 0;
	memset(slow->header, 0, sizeof(slow->header));
	slow->ssrc = ssrc;
	return (format == GNG_FEC_ULPFEC
			? slow_ulpfec(slow, in, len)
			: slow_flexfec(slow, in, len, format == GNG_FEC_FLEXFEC_03)) &&
	       slow->num > 0;
}

/* slow_find returns the first source of the stream with a sequence number, or NULL. */
static inline const struct gng_fec_source *slow_find(const struct slow *slow, uint16_t seq,
						     const struct gng_fec_source *sources,
						     size_t num_sources)
{
	for (size_t i = 0; i < num_sources; i++)
		if (sources[i].len >= 12 && slow_bits(sources[i].bytes, 16, 16) == seq &&
		    slow_bits(sources[i].bytes, 64, 32) == slow->ssrc)
			return &sources[i];
	return NULL;
}

/* slow_fold makes bits and octets the exclusive OR with one source; false if that is too long. */
static inline bool slow_fold(struct slow *slow, uint8_t *octets,
			     const struct gng_fec_source *source)
{
	for (size_t i = 0; i < 64; i++)
		slow->header[i] ^= slow_bits(source->bytes, i, 1);
	for (size_t i = 0; i < 16; i++)
		slow->header[64 + i] ^= (unsigned int)((source->len - 12) >> (15 - i) & 1);
	if (source->len - 12 > slow->payload_len)
		return false;
	for (size_t i = 12; i < source->len; i++)
		octets[i] ^= source->bytes[i];
	return true;
}

static inline void slow_put(uint8_t *out, size_t at, size_t num, uint32_t value)
{
	for (size_t i = 0; i < num; i++, at++) {
		out[at / 8] &= (uint8_t) ~(0x80u >> at % 8);
		if (value >> (num - 1 - i) & 1)
			out[at / 8] |= (uint8_t)(0x80u >> at % 8);
	}
}

static inline uint32_t slow_header(const struct slow *slow, size_t at, size_t num)
{
	uint32_t value = 0;

	for (; num > 0; num--, at++)
		value = 2 * value + slow->header[at];
	return value;
}

/* slow_recover returns how many sources are missing; where that is 1, *out_len is the length of the
 * packet in out[0..SLOW_MAX_LEN), or 0 if repair and sources contradict each other. */
static inline size_t slow_recover(struct slow *slow, uint8_t *out, size_t *out_len,
				  const struct gng_fec_source *sources, size_t num_sources)
{
	size_t num_missing = 0;
	uint16_t seq = 0;
	bool fits = true;

	memset(out, 0, SLOW_MAX_LEN);
	memcpy(out + 12, slow->payload, slow->payload_len);
	for (size_t i = 0; i < slow->num; i++) {
		const struct gng_fec_source *source =
			slow_find(slow, slow->seqs[i], sources, num_sources);

		if (source)
			fits &= slow_fold(slow, out, source);
		else
			num_missing++, seq = slow->seqs[i];
	}
	*out_len = 12 + slow_header(slow, 64, 16);
	slow_put(out, 0, 2, 2);
	slow_put(out, 2, 14, slow_header(slow, 2, 14));
	slow_put(out, 16, 16, seq);
	slow_put(out, 32, 32, slow_header(slow, 32, 32));
	slow_put(out, 64, 32, slow->ssrc);
	if (!fits || *out_len > 12 + slow->payload_len)
		*out_len = 0;
	for (size_t i = *out_len; *out_len > 0 && i < 12 + slow->payload_len; i++)
		if (out[i] != 0)
			*out_len = 0;
	return num_missing;
}

#endif /* CONFORMANCE_FEC_SLOW_H */
