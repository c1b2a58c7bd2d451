/* SPDX-License-Identifier: Apache-2.0 */
/* outlet.c - access units become packets, parity and SRTP. */
#include "av_outlet.h"

#include <arpa/inet.h>
#include <string.h>

static void put16(uint8_t *out, uint16_t value)
{
	value = htons(value);
	memcpy(out, &value, sizeof(value));
}

static void put32(uint8_t *out, uint32_t value)
{
	value = htonl(value);
	memcpy(out, &value, sizeof(value));
}

/* write_header makes what the headers of all video packets share (RFC 3550 section 5.1). */
static enum gng_status write_header(struct av_outlet *outlet, struct gng_why *why)
{
	const struct gng_rtp_packet packet = {.payload_type = AV_TYPE_VIDEO, .ssrc = AV_SSRC_VIDEO};
	size_t len;

	return gng_rtp_write(outlet->header, sizeof(outlet->header), &len, &packet, why);
}

enum gng_status av_outlet_init(struct av_outlet *outlet, const uint8_t *master, uint16_t seq,
			       struct gng_why *why)
{
	enum gng_status status = gng_rtp_h264_pack_init(&outlet->pack, AV_MAX_PAYLOAD, why);

	outlet->seq = outlet->repair_seq = seq;
	outlet->group = outlet->num_grouped = 0;
	outlet->num_sources = outlet->num_repairs = 0;
	outlet->num_packets = 0;
	outlet->video.suite = outlet->repair.suite = 0;
	if (status == GNG_OK)
		status = write_header(outlet, why);
	if (status == GNG_OK && master)
		status = gng_rtp_srtp_init(&outlet->video, GNG_RTP_AEAD_AES_128_GCM, AV_SSRC_VIDEO,
					   master, AV_KEY_LEN, why);
	if (status == GNG_OK && master)
		status = gng_rtp_srtp_init(&outlet->repair, GNG_RTP_AEAD_AES_128_GCM,
					   AV_SSRC_REPAIR, master, AV_KEY_LEN, why);
	return status;
}

void av_outlet_fini(struct av_outlet *outlet)
{
	gng_rtp_srtp_fini(&outlet->video);
	gng_rtp_srtp_fini(&outlet->repair);
}

/* fetch asks for the lines that packet i will be written to: behind an encoder they are far away,
 * and a copy would wait for each in turn. */
static void fetch(const struct av_outlet *outlet, size_t i)
{
	const uint8_t *bytes = outlet->packets[i].bytes;

	for (size_t at = 0; at < GNG_RTP_HEADER + AV_MAX_PAYLOAD; at += 64)
		__builtin_prefetch(bytes + at, 1);
}

static AV_HOT enum gng_status begin(struct gng_rtp_h264_pack *pack, const struct av_encoded *unit,
				    struct gng_why *why)
{
	if (unit->num_units == 0)
		return gng_rtp_h264_pack_begin(pack, unit->bytes, unit->len, why);
	return gng_rtp_h264_pack_units(pack, unit->bytes, unit->len, unit->unit_lens,
				       unit->num_units, why);
}

AV_HOT enum gng_status av_outlet_pack(struct av_outlet *outlet, const struct av_encoded *unit,
				      uint32_t timestamp, struct gng_why *why)
{
	size_t payload_len;
	bool marker;
	enum gng_status status;

	fetch(outlet, 0);
	fetch(outlet, 1);
	status = begin(&outlet->pack, unit, why);
	outlet->num_packets = 0;
	outlet->timestamp = timestamp;
	put32(outlet->header + 4, timestamp);
	/* The payload is written where it is sent from, and the fixed header ahead of it. */
	while (status == GNG_OK &&
	       gng_rtp_h264_pack_next(&outlet->pack,
				      outlet->packets[outlet->num_packets].bytes + GNG_RTP_HEADER,
				      &payload_len, &marker)) {
		struct av_datagram *to = &outlet->packets[outlet->num_packets];

		if (outlet->num_packets >= AV_MAX_PACKETS / 2)
			return gng_why_set(why, GNG_ELIMIT, 0, "av.outlet",
					   "an access unit of %zu bytes is more than %d packets",
					   unit->len, AV_MAX_PACKETS / 2);
		fetch(outlet, outlet->num_packets + 2);
		memcpy(to->bytes, outlet->header, GNG_RTP_HEADER);
		to->bytes[1] |= (uint8_t)(marker << 7);
		put16(to->bytes + 2, outlet->seq++);
		to->len = GNG_RTP_HEADER + payload_len;
		outlet->num_packets++;
	}
	outlet->num_sources += outlet->num_packets;
	return status;
}

/* add_repair appends the repair of the group that is complete. */
static enum gng_status add_repair(struct av_outlet *outlet, struct gng_why *why)
{
	struct gng_rtp_packet packet = {.payload_type = AV_TYPE_REPAIR,
					.ssrc = AV_SSRC_REPAIR,
					.timestamp = outlet->timestamp,
					.seq = outlet->repair_seq};
	struct gng_fec_source sources[AV_MAX_GROUP];
	struct av_datagram *to = &outlet->packets[outlet->num_packets];
	uint8_t payload[AV_MAX_DATAGRAM];
	enum gng_status status;

	for (unsigned int i = 0; i < outlet->num_grouped; i++)
		sources[i] =
			(struct gng_fec_source){outlet->grouped[i].bytes, outlet->grouped[i].len};
	packet.payload = payload;
	status = gng_fec_protect(payload, sizeof(payload), &packet.payload_len, GNG_FEC_ULPFEC,
				 sources, outlet->num_grouped, why);
	outlet->num_grouped = 0;
	if (status == GNG_OK)
		status = gng_rtp_write(to->bytes, sizeof(to->bytes), &to->len, &packet, why);
	if (status != GNG_OK)
		return status;
	outlet->repair_seq++;
	outlet->num_packets++;
	outlet->num_repairs++;
	return GNG_OK;
}

static enum gng_status add_repairs(struct av_outlet *outlet, unsigned int group,
				   struct gng_why *why)
{
	const size_t num = outlet->num_packets;
	enum gng_status status = GNG_OK;

	for (size_t i = 0; i < num && status == GNG_OK; i++) {
		if (outlet->num_grouped == 0)
			outlet->group = group < AV_MAX_GROUP ? group : AV_MAX_GROUP;
		if (outlet->group == 0)
			return GNG_OK;
		memcpy(&outlet->grouped[outlet->num_grouped++], &outlet->packets[i],
		       sizeof(outlet->packets[i]));
		if (outlet->num_grouped == outlet->group)
			status = add_repair(outlet, why);
	}
	return status;
}

enum gng_status av_outlet_protect(struct av_outlet *outlet, unsigned int group, struct gng_why *why)
{
	const size_t num = outlet->num_packets;
	enum gng_status status = add_repairs(outlet, group, why);

	for (size_t i = 0; i < outlet->num_packets && status == GNG_OK && outlet->video.suite; i++)
		status = gng_rtp_srtp_protect(i < num ? &outlet->video : &outlet->repair,
					      outlet->packets[i].bytes, AV_MAX_DATAGRAM,
					      &outlet->packets[i].len, why);
	return status;
}
