/* SPDX-License-Identifier: Apache-2.0 */
/* h264_pack.c - an access unit becomes payloads: RFC 6184 sections 5.6, 5.7.1 and 5.8. */
#include <rtp_h264.h>
#include <string.h>

#define WHERE "rtp.h264"

enum gng_status gng_rtp_h264_pack_init(struct gng_rtp_h264_pack *pack, size_t max_payload,
				       struct gng_why *why)
{
	if (max_payload < 3 || max_payload > GNG_RTP_MAX_PACKET - GNG_RTP_HEADER)
		return gng_why_set(why, GNG_EINVAL, 0, WHERE,
				   "payloads of at most %zu bytes: 3 to 65523 are possible",
				   max_payload);
	memset(pack, 0, sizeof(*pack));
	pack->max_payload = max_payload;
	return GNG_OK;
}

/* start_code returns where the next 00 00 01 of in[at..len) begins; len if there is none. */
static size_t start_code(const uint8_t *in, size_t at, size_t len)
{
	for (; at + 3 <= len; at++) {
		const uint8_t *one = memchr(in + at + 2, 1, len - at - 2);

		if (!one)
			break;
		at = (size_t)(one - in) - 2;
		if (in[at] == 0 && in[at + 1] == 0)
			return at;
	}
	return len;
}

/* begins_picture: a parameter set or a delimiter. */
static bool begins_picture(unsigned int type)
{
	return type >= H264_SPS && type <= H264_DELIMITER;
}

static enum gng_status add_unit(struct gng_rtp_h264_pack *pack, const uint8_t *bytes, size_t len,
				struct gng_why *why)
{
	if (pack->num_units == GNG_RTP_H264_MAX_UNITS)
		return gng_why_set(why, GNG_ELIMIT, 0, WHERE,
				   "an access unit of more than %d units", GNG_RTP_H264_MAX_UNITS);
	if (len == 0 || !h264_is_unit(bytes[0]))
		return gng_why_set(why, GNG_EFORMAT, 0, WHERE,
				   "unit %zu is empty or of a type that RFC 6184 keeps for itself",
				   pack->num_units);
	if (begins_picture(h264_type(bytes[0])) && pack->types & H264_SLICES)
		return gng_why_set(
			why, GNG_EFORMAT, 0, WHERE,
			"unit %zu (type %u) stands behind a slice, where it begins another "
			"access unit: send it with that",
			pack->num_units, h264_type(bytes[0]));
	pack->types |= 1u << h264_type(bytes[0]);
	pack->units[pack->num_units++] = (struct gng_rtp_unit){bytes, len};
	return GNG_OK;
}

/* add_trimmed adds in[begin..end): zeros at its end belong to the next start code. */
static enum gng_status add_trimmed(struct gng_rtp_h264_pack *pack, const uint8_t *in, size_t begin,
				   size_t end, struct gng_why *why)
{
	while (end > begin && in[end - 1] == 0)
		end--;
	return add_unit(pack, in + begin, end - begin, why);
}

static enum gng_status split(struct gng_rtp_h264_pack *pack, const uint8_t *in, size_t len,
			     struct gng_why *why)
{
	size_t at = start_code(in, 0, len);
	enum gng_status status = GNG_OK;

	for (size_t i = 0; i < at; i++)
		if (in[i] != 0)
			return gng_why_set(why, GNG_EFORMAT, 0, WHERE,
					   "no start code (00 00 01) ahead of byte %zu", i);
	while (status == GNG_OK && at < len) {
		const size_t begin = at + 3;

		at = start_code(in, begin, len);
		status = add_trimmed(pack, in, begin, at, why);
	}
	return status;
}

/* cut is split where the lengths are known. */
static enum gng_status cut(struct gng_rtp_h264_pack *pack, const uint8_t *in, size_t len,
			   const size_t *lens, size_t num_lens, struct gng_why *why)
{
	enum gng_status status = GNG_OK;

	for (size_t i = 0; i < num_lens && status == GNG_OK; i++) {
		size_t code;

		if (lens[i] > len)
			return gng_why_set(why, GNG_EFORMAT, 0, WHERE,
					   "unit %zu of %zu bytes ends behind its access unit", i,
					   lens[i]);
		code = lens[i] > 3 && in[2] == 0 ? 4 : 3;
		if (lens[i] < code || in[0] != 0 || in[1] != 0 || in[code - 1] != 1)
			return gng_why_set(why, GNG_EFORMAT, 0, WHERE,
					   "no start code (00 00 01) ahead of unit %zu", i);
		status = add_trimmed(pack, in, code, lens[i], why);
		in += lens[i];
		len -= lens[i];
	}
	if (status == GNG_OK && len > 0)
		return gng_why_set(why, GNG_EFORMAT, 0, WHERE,
				   "%zu bytes stand behind the last unit", len);
	return status;
}

/*
 * cut_slices is cut and begin for what an encoder gives nearly always: slices of a picture that is
 * no IDR, without zeros at their ends. False for all else, and for what is to be refused. Behind an
 * encoder the predictors know none of these branches, and there is one a unit.
 */
static RTP_HOT bool cut_slices(struct gng_rtp_h264_pack *pack, const uint8_t *in, size_t len,
			       const size_t *lens, size_t num_lens)
{
	unsigned int odd = 0;

	if (num_lens == 0 || num_lens > GNG_RTP_H264_MAX_UNITS)
		return false;
	for (size_t i = 0; i < num_lens; i++) {
		size_t code;

		if (lens[i] < 5 || lens[i] > len)
			return false;
		code = 3 + (in[2] == 0);
		odd |= in[0] | in[1] | (in[code - 1] ^ 1u) | (in[lens[i] - 1] == 0) |
		       (h264_type(in[code]) ^ H264_SLICE);
		pack->units[i] = (struct gng_rtp_unit){in + code, lens[i] - code};
		in += lens[i];
		len -= lens[i];
	}
	if (odd || len > 0)
		return false;
	pack->num_units = num_lens;
	pack->types = 1u << H264_SLICE;
	return true;
}

/* keep remembers a parameter set for later IDR pictures. A larger one is not repeated. */
static void keep(uint8_t *set, size_t *set_len, const struct gng_rtp_unit *unit)
{
	*set_len = unit->len <= GNG_RTP_H264_MAX_SET ? unit->len : 0;
	memcpy(set, unit->bytes, *set_len);
}

static bool has_type(const struct gng_rtp_h264_pack *pack, enum rtp_h264_type type)
{
	return pack->types >> type & 1;
}

/* repeat puts the kept sets ahead of an IDR picture that lacks them, behind a delimiter. */
static void repeat(struct gng_rtp_h264_pack *pack)
{
	const size_t at = h264_type(pack->units[0].bytes[0]) == H264_DELIMITER;
	struct gng_rtp_unit sets[2];
	size_t num = 0;

	if (pack->sps_len > 0 && !has_type(pack, H264_SPS))
		sets[num++] = (struct gng_rtp_unit){pack->sps, pack->sps_len};
	if (pack->pps_len > 0 && !has_type(pack, H264_PPS))
		sets[num++] = (struct gng_rtp_unit){pack->pps, pack->pps_len};
	if (num == 0 || pack->num_units + num > GNG_RTP_H264_MAX_UNITS)
		return;
	memmove(pack->units + at + num, pack->units + at,
		(pack->num_units - at) * sizeof(pack->units[0]));
	memcpy(pack->units + at, sets, num * sizeof(sets[0]));
	pack->num_units += num;
}

static void keep_sets(struct gng_rtp_h264_pack *pack)
{
	for (size_t i = 0; i < pack->num_units; i++) {
		const struct gng_rtp_unit *unit = &pack->units[i];

		if (h264_type(unit->bytes[0]) == H264_SPS && unit->bytes != pack->sps)
			keep(pack->sps, &pack->sps_len, unit);
		if (h264_type(unit->bytes[0]) == H264_PPS && unit->bytes != pack->pps)
			keep(pack->pps, &pack->pps_len, unit);
	}
}

/* begin checks the units that were found, and puts parameter sets where they belong. */
static enum gng_status begin(struct gng_rtp_h264_pack *pack, enum gng_status status,
			     struct gng_why *why)
{
	if (status == GNG_OK && pack->num_units == 0)
		status = gng_why_set(why, GNG_EFORMAT, 0, WHERE, "an access unit without a unit");
	if (status != GNG_OK) {
		pack->num_units = 0;
		return status;
	}
	if (has_type(pack, H264_IDR))
		repeat(pack);
	if (has_type(pack, H264_SPS) || has_type(pack, H264_PPS))
		keep_sets(pack);
	return GNG_OK;
}

enum gng_status gng_rtp_h264_pack_begin(struct gng_rtp_h264_pack *pack, const uint8_t *in,
					size_t len, struct gng_why *why)
{
	pack->num_units = pack->next_unit = pack->unit_offset = pack->types = 0;
	return begin(pack, split(pack, in, len, why), why);
}

RTP_HOT enum gng_status gng_rtp_h264_pack_units(struct gng_rtp_h264_pack *pack, const uint8_t *in,
						size_t len, const size_t *lens, size_t num_lens,
						struct gng_why *why)
{
	pack->num_units = pack->next_unit = pack->unit_offset = pack->types = 0;
	if (cut_slices(pack, in, len, lens, num_lens))
		return GNG_OK;
	return begin(pack, cut(pack, in, len, lens, num_lens, why), why);
}

/* num_that_fit counts the units from the next one on that one STAP-A holds. */
static size_t num_that_fit(const struct gng_rtp_h264_pack *pack)
{
	size_t num = 0, len = 1;

	while (pack->next_unit + num < pack->num_units) {
		len += 2 + pack->units[pack->next_unit + num].len;
		if (len > pack->max_payload)
			break;
		num++;
	}
	return num;
}

static size_t put_stap(struct gng_rtp_h264_pack *pack, uint8_t *out, size_t num)
{
	uint8_t *at = out + 1, importance = 0, forbidden = 0;

	for (; num > 0; num--) {
		const struct gng_rtp_unit *unit = &pack->units[pack->next_unit++];
		const uint8_t header = unit->bytes[0];

		forbidden |= header & 0x80;
		if ((header & 0x60) > importance)
			importance = header & 0x60;
		rtp_put16(at, (uint16_t)unit->len);
		memcpy(at + 2, unit->bytes, unit->len);
		at += 2 + unit->len;
	}
	out[0] = (uint8_t)(forbidden | importance | H264_STAP_A);
	return (size_t)(at - out);
}

static size_t put_fragment(struct gng_rtp_h264_pack *pack, uint8_t *out)
{
	const struct gng_rtp_unit *unit = &pack->units[pack->next_unit];
	const size_t at = pack->unit_offset ? pack->unit_offset : 1; /* the header is not sent */
	const size_t left = unit->len - at, room = pack->max_payload - 2;
	const size_t len = left < room ? left : room;

	out[0] = (uint8_t)((unit->bytes[0] & 0xe0) | H264_FU_A);
	out[1] = (uint8_t)((at == 1) << 7 | (len == left) << 6 | h264_type(unit->bytes[0]));
	memcpy(out + 2, unit->bytes + at, len);
	pack->unit_offset = at + len;
	if (len == left) {
		pack->unit_offset = 0;
		pack->next_unit++;
	}
	return 2 + len;
}

RTP_HOT bool gng_rtp_h264_pack_next(struct gng_rtp_h264_pack *pack, uint8_t *out, size_t *out_len,
				    bool *marker)
{
	const struct gng_rtp_unit *unit = &pack->units[pack->next_unit];
	const size_t num = pack->next_unit < pack->num_units ? num_that_fit(pack) : 0;

	if (pack->next_unit >= pack->num_units)
		return false;
	if (num >= 2) {
		*out_len = put_stap(pack, out, num);
	} else if (unit->len <= pack->max_payload) {
		memcpy(out, unit->bytes, unit->len);
		*out_len = unit->len;
		pack->next_unit++;
	} else {
		*out_len = put_fragment(pack, out);
	}
	*marker = pack->next_unit == pack->num_units;
	return true;
}
