/* SPDX-License-Identifier: Apache-2.0 */
/* recover.c - the one packet that is missing: RFC 5109 section 9, RFC 8627 section 6.3. */
#include <fec_bytes.h>
#include <gng_rtp.h>
#include <string.h>

/* index_of sets *index to the place of seq among the repair's sources. */
static bool index_of(size_t *index, const struct gng_fec_repair *repair, uint16_t seq)
{
	const uint16_t ahead = (uint16_t)(seq - repair->base);

	if (repair->stride > 0) {
		*index = ahead / repair->stride;
		return ahead % repair->stride == 0 && *index < repair->num_sources;
	}
	*index = ahead;
	return ahead < 128 && fec_mask_has(repair->mask, ahead);
}

bool gng_fec_protects(const struct gng_fec_repair *repair, uint16_t seq)
{
	size_t index;

	return index_of(&index, repair, seq);
}

/* have is the set of sources that are there, by index, and the first of each. */
struct have {
	uint64_t set[4];
	size_t num;
};

/* is_new says whether source is one of the repair's that was not there yet, and adds it. */
static bool is_new(struct have *have, const struct gng_fec_repair *repair,
		   const struct gng_fec_source *source)
{
	size_t index;

	if (source->len < FEC_FIXED || fec_get32(source->bytes + 8) != repair->ssrc ||
	    !index_of(&index, repair, fec_get16(source->bytes + 2)) ||
	    have->set[index / 64] >> index % 64 & 1)
		return false;
	have->set[index / 64] |= (uint64_t)1 << index % 64;
	have->num++;
	return true;
}

static uint16_t missing_seq(const struct have *have, const struct gng_fec_repair *repair)
{
	uint16_t seq = repair->base;
	size_t index;

	for (;; seq++)
		if (index_of(&index, repair, seq) && (have->set[index / 64] >> index % 64 & 1) == 0)
			return seq;
}

static enum gng_status contradiction(struct gng_why *why, const char *what)
{
	return gng_why_set(why, GNG_EFORMAT, 0, FEC_WHERE, "%s: the repair is not of these sources",
			   what);
}

static enum gng_status count(struct have *have, const struct gng_fec_repair *repair,
			     const struct gng_fec_source *sources, size_t num_sources,
			     struct gng_why *why)
{
	memset(have, 0, sizeof(*have));
	for (size_t i = 0; i < num_sources; i++)
		if (is_new(have, repair, &sources[i]) &&
		    sources[i].len - FEC_FIXED > repair->parity_len)
			return contradiction(why, "a source is longer than the parity");
	if (have->num == repair->num_sources)
		return gng_why_set(why, GNG_EINVAL, 0, FEC_WHERE,
				   "all %u sources are there: nothing is to be recovered",
				   repair->num_sources);
	if (have->num + 1 < repair->num_sources)
		return gng_why_set(why, GNG_ELIMIT, 0, FEC_WHERE,
				   "%zu of %u sources are missing: parity recovers one",
				   repair->num_sources - have->num, repair->num_sources);
	return GNG_OK;
}

/* finish writes the header of the packet whose fields are in *sum, and checks what came out. */
static enum gng_status finish(uint8_t *out, size_t *out_len, const struct gng_fec_repair *sum,
			      uint16_t seq, struct gng_why *why)
{
	struct gng_rtp_packet packet;

	if (sum->length > sum->parity_len)
		return contradiction(why, "the length is beyond the parity");
	for (size_t i = sum->length; i < sum->parity_len; i++)
		if (out[FEC_FIXED + i] != 0)
			return contradiction(why, "bytes are left behind the packet");
	out[0] = (uint8_t)(0x80 | (sum->flags[0] & 0x3f));
	out[1] = sum->flags[1];
	fec_put16(out + 2, seq);
	fec_put32(out + 4, sum->timestamp);
	fec_put32(out + 8, sum->ssrc);
	*out_len = FEC_FIXED + (size_t)sum->length;
	if (gng_rtp_read(&packet, out, *out_len, NULL) != GNG_OK)
		return contradiction(why, "no RTP came out");
	return GNG_OK;
}

enum gng_status gng_fec_recover(uint8_t *out, size_t cap, size_t *out_len,
				const struct gng_fec_repair *repair,
				const struct gng_fec_source *sources, size_t num_sources,
				struct gng_why *why)
{
	struct gng_fec_repair sum = *repair;
	struct have have;
	uint16_t seq;
	enum gng_status status = count(&have, repair, sources, num_sources, why);

	if (status != GNG_OK)
		return status;
	if (cap < FEC_FIXED + repair->parity_len)
		return gng_why_set(why, GNG_EINVAL, 0, FEC_WHERE,
				   "a packet of up to %zu bytes does not fit %zu",
				   FEC_FIXED + repair->parity_len, cap);
	seq = missing_seq(&have, repair);
	memset(&have, 0, sizeof(have));
	if (repair->parity_len > 0)
		memcpy(out + FEC_FIXED, repair->parity, repair->parity_len);
	for (size_t i = 0; i < num_sources; i++)
		if (is_new(&have, repair, &sources[i]))
			fec_add(&sum, out + FEC_FIXED, &sources[i]);
	return finish(out, out_len, &sum, seq, why);
}
