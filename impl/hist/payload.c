/* SPDX-License-Identifier: Apache-2.0 */
/*
 * payload.c - HdrHistogram's V2 payload: a big-endian header, then the counts up to the
 * largest sample in ZigZag LEB128 of at most 9 bytes, where a negative number is a run of
 * zeros (HdrHistogram, AbstractHistogram.java and ZigZagEncoding.java).
 */
#include "hist_layout.h"
#include "hist_payload.h"

#include <inttypes.h>

#define ONE_AS_DOUBLE UINT64_C(0x3ff0000000000000) /* the conversion ratio 1.0 */
#define PLACE "hist.decode"

uint32_t hist_be32(const uint8_t in[4])
{
	return (uint32_t)in[0] << 24 | (uint32_t)in[1] << 16 | (uint32_t)in[2] << 8 | in[3];
}

static uint64_t be64(const uint8_t in[8])
{
	return (uint64_t)hist_be32(in) << 32 | hist_be32(in + 4);
}

void hist_put_be32(uint8_t out[4], uint32_t x)
{
	for (int i = 0; i < 4; i++)
		out[i] = (uint8_t)(x >> (24 - 8 * i));
}

static void put_be64(uint8_t out[8], uint64_t x)
{
	hist_put_be32(out, (uint32_t)(x >> 32));
	hist_put_be32(out + 4, (uint32_t)x);
}

/* put_number writes one ZigZag LEB128 number. The ninth byte keeps all its eight bits, so 64
 * bits fit in 9 bytes, not 10. */
static size_t put_number(uint8_t *out, int64_t number)
{
	uint64_t bits = (uint64_t)number << 1 ^ (uint64_t)(number >> 63);
	size_t len = 0;

	for (; bits >= 0x80 && len < HIST_MAX_COUNT_LEN - 1; bits >>= 7)
		out[len++] = (uint8_t)(bits | 0x80);
	out[len++] = (uint8_t)bits;
	return len;
}

/* get_number returns the length of the number at in, 0 if it is cut. */
static size_t get_number(int64_t *number, const uint8_t *in, size_t len)
{
	uint64_t bits = 0;

	for (size_t i = 0; i < len && i < HIST_MAX_COUNT_LEN; i++) {
		const bool is_ninth = i == HIST_MAX_COUNT_LEN - 1;

		bits |= (uint64_t)(is_ninth ? in[i] : in[i] & 0x7f) << (7 * i);
		if (!is_ninth && in[i] & 0x80)
			continue;
		*number = (int64_t)(bits >> 1 ^ (0 - (bits & 1)));
		return i + 1;
	}
	return 0;
}

size_t hist_payload_cap(const struct gng_hist *hist)
{
	return HIST_HEADER_LEN + (size_t)HIST_MAX_COUNT_LEN * hist_end(hist);
}

size_t hist_payload_write(uint8_t *out, const struct gng_hist *hist)
{
	const uint32_t end = hist_end(hist);
	size_t len = HIST_HEADER_LEN;

	for (uint32_t i = 0; i < end;) {
		uint32_t num_zeros = 0;

		while (i + num_zeros < end && !hist->counts[i + num_zeros])
			num_zeros++;
		/* a single zero is written as a count, as the other implementations do */
		len += put_number(out + len,
				  num_zeros > 1 ? -(int64_t)num_zeros : (int64_t)hist->counts[i]);
		i += num_zeros > 1 ? num_zeros : 1;
	}
	hist_put_be32(out, HIST_COOKIE_PAYLOAD);
	hist_put_be32(out + 4, (uint32_t)(len - HIST_HEADER_LEN));
	hist_put_be32(out + 8, 0); /* normalising index offset */
	hist_put_be32(out + 12, hist->digits);
	put_be64(out + 16, hist->lowest);
	put_be64(out + 24, hist->highest);
	put_be64(out + 32, ONE_AS_DOUBLE);
	return len;
}

static enum gng_status check_kind(const uint8_t *header, struct gng_why *why)
{
	if (hist_be32(header) != HIST_COOKIE_PAYLOAD)
		return gng_why_set(why, GNG_EFORMAT, 0, PLACE,
				   "the payload begins with 0x%08" PRIx32
				   ", not with the V2 cookie 0x%08" PRIx32,
				   hist_be32(header), HIST_COOKIE_PAYLOAD);
	if (hist_be32(header + 8) != 0)
		return gng_why_set(why, GNG_EUNSUPPORTED, 0, PLACE,
				   "a histogram with a normalising offset cannot be read");
	if (be64(header + 32) != ONE_AS_DOUBLE)
		return gng_why_set(why, GNG_EUNSUPPORTED, 0, PLACE,
				   "a histogram with a conversion ratio other than 1 cannot be "
				   "read");
	return GNG_OK;
}

enum gng_status hist_payload_header(struct gng_hist **hist, size_t *counts_len,
				    const uint8_t header[HIST_HEADER_LEN], struct gng_why *why)
{
	const uint64_t lowest = be64(header + 16), highest = be64(header + 24);
	const uint32_t digits = hist_be32(header + 12);
	enum gng_status status = check_kind(header, why);

	if (status != GNG_OK)
		return status;
	status = gng_hist_open(hist, lowest, highest, (int)digits);
	if (status == GNG_ENOMEM)
		return gng_why_set(why, status, 0, PLACE, "no memory");
	if (status != GNG_OK)
		return gng_why_set(why, status == GNG_ELIMIT ? status : GNG_EFORMAT, 0, PLACE,
				   "no histogram has %" PRIu32 " digits from %" PRIu64
				   " to %" PRIu64 " here%s",
				   digits, lowest, highest,
				   status == GNG_ELIMIT ? ": over 2097152 counts" : "");
	*counts_len = hist_be32(header + 4);
	if (*counts_len > HIST_HEADER_LEN + (size_t)HIST_MAX_COUNT_LEN * (*hist)->num_counts) {
		gng_hist_close(*hist);
		*hist = NULL;
		return gng_why_set(why, GNG_EFORMAT, 0, PLACE,
				   "%zu bytes of counts are more than the layout has", *counts_len);
	}
	return GNG_OK;
}

enum gng_status hist_payload_counts(struct gng_hist *hist, const uint8_t *in, size_t len,
				    struct gng_why *why)
{
	uint64_t index = 0;

	for (size_t at = 0; at < len;) {
		int64_t number;
		const size_t number_len = get_number(&number, in + at, len - at);
		uint64_t step;

		if (number_len == 0)
			return gng_why_set(why, GNG_EFORMAT, 0, PLACE,
					   "the count at byte %zu is cut", at);
		step = number < 0 ? 0 - (uint64_t)number : 1;
		if (step > hist->num_counts - index)
			return gng_why_set(why, GNG_EFORMAT, 0, PLACE,
					   "the counts at byte %zu go past the %" PRIu32
					   " of the layout",
					   at, hist->num_counts);
		if (number >= 0)
			hist->counts[index] = (uint64_t)number;
		index += step;
		at += number_len;
	}
	if (!hist_from_counts(hist))
		return gng_why_set(why, GNG_EFORMAT, 0, PLACE,
				   "the counts add up to over 2^63 - 1");
	return GNG_OK;
}
