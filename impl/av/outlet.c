/* SPDX-License-Identifier: Apache-2.0 */
/* outlet.c - access units become packets, parity and SRTP. */
#include "av_outlet.h"

#include <string.h>

enum gng_status av_outlet_init(struct av_outlet *outlet, const uint8_t *master, uint16_t seq,
			       struct gng_why *why)
{
	enum gng_status status = gng_rtp_h264_pack_init(&outlet->pack, AV_MAX_PAYLOAD, why);

	outlet->seq = outlet->repair_seq = seq;
	outlet->group = outlet->num_grouped = 0;
	outlet->num_sources = outlet->num_repairs = 0;
	outlet->num_packets = 0;
	outlet->video.suite = outlet->repair.suite = 0;
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

enum gng_status av_outlet_pack(struct av_outlet *outlet, const uint8_t *unit, size_t len,
			       uint32_t timestamp, struct gng_why *why)
{
	struct gng_rtp_packet packet = {.payload_type = AV_TYPE_VIDEO, .ssrc = AV_SSRC_VIDEO};
	size_t payload_len;
	enum gng_status status = gng_rtp_h264_pack_begin(&outlet->pack, unit, len, why);

	outlet->num_packets = 0;
	outlet->timestamp = packet.timestamp = timestamp;
	/* The payload is written where it is sent from, and the fixed header ahead of it. */
	while (status == GNG_OK &&
	       gng_rtp_h264_pack_next(&outlet->pack,
				      outlet->packets[outlet->num_packets].bytes + GNG_RTP_HEADER,
				      &payload_len, &packet.marker)) {
		struct av_datagram *to = &outlet->packets[outlet->num_packets];

		if (outlet->num_packets >= AV_MAX_PACKETS / 2)
			return gng_why_set(why, GNG_ELIMIT, 0, "av.outlet",
					   "an access unit of %zu bytes is more than %d packets",
					   len, AV_MAX_PACKETS / 2);
		packet.seq = outlet->seq++;
		status = gng_rtp_write(to->bytes, GNG_RTP_HEADER, &to->len, &packet, why);
		to->len += payload_len;
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
