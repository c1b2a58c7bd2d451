/* SPDX-License-Identifier: Apache-2.0 */
/* intake.c - datagrams are opened, put in order, recovered, and made access units. */
#include "av_intake.h"

#include <string.h>

enum gng_status av_intake_init(struct av_intake *intake, const uint8_t *master, struct gng_why *why)
{
	enum gng_status status = GNG_OK;

	intake->started = intake->entered = false;
	intake->hole_ns = 0;
	intake->num_repairs = 0;
	intake->counts = (struct av_intake_counts){0};
	intake->video.suite = intake->repair.suite = 0;
	memset(intake->full, 0, sizeof(intake->full));
	for (size_t i = 0; i < AV_INTAKE_SLOTS; i++)
		intake->slots[i].len = 0;
	gng_rtp_h264_unpack_init(&intake->unpack, intake->unit, sizeof(intake->unit));
	if (master)
		status = gng_rtp_srtp_init(&intake->video, GNG_RTP_AEAD_AES_128_GCM, AV_SSRC_VIDEO,
					   master, AV_KEY_LEN, why);
	if (status == GNG_OK && master)
		status = gng_rtp_srtp_init(&intake->repair, GNG_RTP_AEAD_AES_128_GCM,
					   AV_SSRC_REPAIR, master, AV_KEY_LEN, why);
	return status;
}

void av_intake_fini(struct av_intake *intake)
{
	gng_rtp_srtp_fini(&intake->video);
	gng_rtp_srtp_fini(&intake->repair);
}

/* ---- in ---- */

static void keep_repair(struct av_intake *intake, const struct gng_rtp_packet *packet)
{
	const size_t at = intake->num_repairs % AV_INTAKE_REPAIRS;
	struct av_datagram *kept = &intake->repairs[at];

	memcpy(kept->bytes, packet->payload, packet->payload_len);
	kept->len = packet->payload_len;
	if (gng_fec_read(&intake->kept[at], GNG_FEC_ULPFEC, AV_SSRC_VIDEO, kept->bytes, kept->len,
			 NULL) != GNG_OK) {
		intake->counts.refused++;
		return;
	}
	intake->num_repairs++;
	intake->counts.repairs++;
}

static void begin(struct av_intake *intake, uint16_t seq)
{
	intake->started = true;
	intake->next = seq;
	intake->newest = (uint16_t)(seq - 1);
	gng_rtp_source_init(&intake->source, seq);
}

/* A packet so far ahead that its slot is still another's pushes the hole's front on. */
static void make_room(struct av_intake *intake, uint16_t seq)
{
	while ((uint16_t)(seq - intake->next) >= AV_INTAKE_SLOTS) {
		const size_t at = intake->next++ % AV_INTAKE_SLOTS;

		intake->counts.span++;
		intake->counts.lost++;
		intake->counts.discarded += intake->full[at];
		intake->full[at] = false;
		intake->slots[at].len = 0;
	}
}

static void keep_source(struct av_intake *intake, const struct gng_rtp_packet *packet,
			const uint8_t *bytes, size_t len)
{
	const size_t at = packet->seq % AV_INTAKE_SLOTS;

	if (!intake->started)
		begin(intake, packet->seq);
	if ((uint16_t)(packet->seq - intake->next) >= 0x8000) {
		intake->counts.late++;
		return;
	}
	make_room(intake, packet->seq);
	if (intake->full[at]) {
		intake->counts.duplicates++;
		return;
	}
	memcpy(intake->slots[at].bytes, bytes, len);
	intake->slots[at].len = len;
	intake->full[at] = true;
	intake->counts.accepted++;
	if ((uint16_t)(packet->seq - intake->newest) < 0x8000)
		intake->newest = packet->seq;
	gng_rtp_source_seq(&intake->source, packet->seq);
}

/* The SSRC, bytes 8 to 11, chooses the key before anything is believed. */
static bool is_repair(const uint8_t *bytes, size_t len)
{
	static const uint8_t repair[4] = {AV_SSRC_REPAIR >> 24, AV_SSRC_REPAIR >> 16 & 255,
					  AV_SSRC_REPAIR >> 8 & 255, AV_SSRC_REPAIR & 255};

	return len >= GNG_RTP_HEADER && memcmp(bytes + 8, repair, 4) == 0;
}

void av_intake_push(struct av_intake *intake, uint8_t *bytes, size_t len, uint64_t now_ns)
{
	const bool repair = is_repair(bytes, len);
	struct gng_rtp_packet packet;
	enum gng_status status = GNG_OK;

	(void)now_ns;
	intake->counts.datagrams++;
	if (intake->video.suite)
		status = gng_rtp_srtp_unprotect(repair ? &intake->repair : &intake->video, bytes,
						&len, NULL);
	if (status == GNG_OK)
		status = gng_rtp_read(&packet, bytes, len, NULL);
	if (status != GNG_OK || len > AV_MAX_DATAGRAM ||
	    packet.ssrc != (repair ? AV_SSRC_REPAIR : AV_SSRC_VIDEO)) {
		intake->counts.refused++;
		return;
	}
	if (repair)
		keep_repair(intake, &packet);
	else
		keep_source(intake, &packet, bytes, len);
}

size_t av_intake_waiting(const struct av_intake *intake)
{
	size_t num = 0;

	for (size_t i = 0; i < AV_INTAKE_SLOTS; i++)
		num += intake->full[i];
	return num;
}

/* ---- out ---- */

/* recover makes the packet that is next from one repair; false if that one cannot. */
static bool recover(struct av_intake *intake, const struct gng_fec_repair *repair)
{
	struct gng_fec_source sources[AV_INTAKE_SLOTS];
	const size_t at = intake->next % AV_INTAKE_SLOTS;
	struct gng_rtp_packet packet;
	size_t num = 0;

	if (!gng_fec_protects(repair, intake->next))
		return false;
	for (uint16_t back = 0; back < gng_fec_window(GNG_FEC_ULPFEC); back++) {
		const uint16_t seq = (uint16_t)(repair->base + back);
		const struct av_datagram *slot = &intake->slots[seq % AV_INTAKE_SLOTS];

		if (!gng_fec_protects(repair, seq) || seq == intake->next || slot->len == 0)
			continue;
		sources[num++] = (struct gng_fec_source){slot->bytes, slot->len};
	}
	if (gng_fec_recover(intake->slots[at].bytes, AV_MAX_DATAGRAM, &intake->slots[at].len,
			    repair, sources, num, NULL) != GNG_OK ||
	    gng_rtp_read(&packet, intake->slots[at].bytes, intake->slots[at].len, NULL) != GNG_OK ||
	    packet.seq != intake->next)
		return false;
	intake->full[at] = true;
	if ((uint16_t)(intake->newest - intake->next) >= 0x8000)
		intake->newest = intake->next;
	intake->counts.recovered++;
	return true;
}

static bool recover_next(struct av_intake *intake)
{
	const size_t num =
		intake->num_repairs < AV_INTAKE_REPAIRS ? intake->num_repairs : AV_INTAKE_REPAIRS;

	for (size_t i = 0; i < num; i++)
		if (recover(intake, &intake->kept[i]))
			return true;
	return false;
}

/* skip says whether the hole at next is to be given up at now_ns, and notes when it was seen. */
static bool skip(struct av_intake *intake, uint64_t now_ns)
{
	if (intake->hole_ns == 0)
		intake->hole_ns = now_ns ? now_ns : 1;
	return (uint16_t)(intake->newest - intake->next) >= AV_INTAKE_REORDER ||
	       now_ns - intake->hole_ns >= AV_INTAKE_WAIT_NS;
}

static void step(struct av_intake *intake, bool passed)
{
	intake->full[intake->next % AV_INTAKE_SLOTS] = false;
	intake->next++;
	intake->hole_ns = 0;
	intake->counts.span++;
	intake->counts.passed += passed;
	intake->counts.lost += !passed;
}

/* take hands the packet at next to the depacketizer; true if an access unit is at its end. */
static bool take(struct av_intake *intake)
{
	const struct av_datagram *slot = &intake->slots[intake->next % AV_INTAKE_SLOTS];
	enum gng_rtp_h264_event event = GNG_RTP_H264_MORE;
	struct gng_rtp_packet packet;
	enum gng_status status = gng_rtp_read(&packet, slot->bytes, slot->len, NULL);

	if (status == GNG_OK)
		status = gng_rtp_h264_unpack_push(&intake->unpack, &event, &packet, NULL);
	if (event != GNG_RTP_H264_HELD)
		step(intake, true);
	return status == GNG_OK && event != GNG_RTP_H264_MORE;
}

/* begins_whole looks at the type of the first unit: SPS, or access unit delimiter (H.264 table
 * 7-1). */
static bool begins_whole(const struct av_unit *unit)
{
	const unsigned int type = unit->len > 4 ? unit->bytes[4] & 31 : 0;

	return type == 7 || type == 9;
}

static void give(struct av_intake *intake, struct av_unit *unit)
{
	*unit = (struct av_unit){intake->unpack.out, intake->unpack.out_len,
				 intake->unpack.timestamp, intake->unpack.damaged};
	unit->damaged |= !intake->entered && !begins_whole(unit);
	intake->entered = true;
}

bool av_intake_next(struct av_intake *intake, struct av_unit *unit, uint64_t now_ns)
{
	while (intake->started) {
		if (intake->full[intake->next % AV_INTAKE_SLOTS] || recover_next(intake)) {
			if (!take(intake))
				continue;
			give(intake, unit);
			return true;
		}
		if ((uint16_t)(intake->newest - intake->next) >= 0x8000 || !skip(intake, now_ns))
			return false;
		intake->slots[intake->next % AV_INTAKE_SLOTS].len = 0;
		step(intake, false);
	}
	return false;
}
