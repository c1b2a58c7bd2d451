/* SPDX-License-Identifier: Apache-2.0 */
/*
 * h264_fuzz.c - hostile payloads, and our own with losses.
 *
 * Byte 0 even: packets, each "flags, length, payload", pushed as they are; what comes out begins
 * with a start code and fits. Odd: byte 1 is the largest payload and byte 2 a pattern of losses,
 * the rest an access unit. Without loss it comes back unit for unit; with loss it is damaged, and
 * not longer.
 */
/* bundle: 72 */
#include "../suite.h"

#include <gng_rtp.h>

static uint8_t out[70000];

static void check_out(const struct gng_rtp_h264_unpack *unpack)
{
	static const uint8_t start[] = {0, 0, 0, 1};

	fuzz_check(unpack->out_len <= unpack->cap, "beyond the buffer", "unpack");
	fuzz_check(unpack->out_len == 0 || memcmp(out, start, 4) == 0, "no start code", "unpack");
}

static void push_hostile(const uint8_t *data, size_t size, int all)
{
	struct gng_rtp_h264_unpack unpack;
	struct gng_rtp_packet packet = {0};
	static struct gng_why why;
	struct gng_why *const told = all ? &why : NULL;

	gng_rtp_h264_unpack_init(&unpack, out, 300);
	while (size >= 2) {
		enum gng_rtp_h264_event event;
		enum gng_status status;

		why.text[0] = '\0';
		packet.marker = data[0] & 1;
		packet.seq = (uint16_t)(packet.seq + 1 + (data[0] >> 1 & 3));
		packet.timestamp += data[0] >> 3 & 1;
		packet.payload_len = data[1] < size - 2 ? data[1] : size - 2;
		packet.payload = data + 2;
		status = gng_rtp_h264_unpack_push(&unpack, &event, &packet, told);
		check_out(&unpack);
		if (status == GNG_OK && event == GNG_RTP_H264_HELD)
			status = gng_rtp_h264_unpack_push(&unpack, &event, &packet, told);
		fuzz_check(status == GNG_OK || (unpack.damaged && (!all || why.text[0])),
			   "not said", "push");
		fuzz_check(status != GNG_OK || event != GNG_RTP_H264_HELD, "held twice", "push");
		check_out(&unpack);
		data += 2 + packet.payload_len;
		size -= 2 + packet.payload_len;
	}
}

/* check_units compares what came back with the units that the packer saw. */
static void check_units(const struct gng_rtp_h264_pack *pack, size_t len)
{
	size_t at = 0;

	for (size_t i = 0; i < pack->num_units; i++) {
		const struct gng_rtp_unit *unit = &pack->units[i];

		fuzz_check(len - at >= 4 + unit->len, "too short", "round trip");
		fuzz_check(memcmp(out + at + 4, unit->bytes, unit->len) == 0, "bytes",
			   "round trip");
		at += 4 + unit->len;
	}
	fuzz_check(at == len, "too long", "round trip");
}

/* check_told packs with the lengths of the units that were found: the same units again. */
static void check_told(const struct gng_rtp_h264_pack *pack, const uint8_t *end)
{
	static struct gng_rtp_h264_pack told;
	size_t lens[GNG_RTP_H264_MAX_UNITS];
	const uint8_t *from = pack->units[0].bytes - 3;

	for (size_t i = 0; i < pack->num_units; i++) {
		const bool last = i + 1 == pack->num_units;

		lens[i] = (size_t)((last ? end : pack->units[i + 1].bytes - 3) -
				   (pack->units[i].bytes - 3));
	}
	told.sps_len = told.pps_len = 0;
	fuzz_check(gng_rtp_h264_pack_units(&told, from, (size_t)(end - from), lens, pack->num_units,
					   NULL) == GNG_OK,
		   "refused", "told");
	fuzz_check(told.num_units == pack->num_units, "not as many", "told");
	for (size_t i = 0; i < pack->num_units; i++)
		fuzz_check(told.units[i].bytes == pack->units[i].bytes &&
				   told.units[i].len == pack->units[i].len,
			   "another unit", "told");
}

static void send_own(size_t max_payload, uint8_t losses, const uint8_t *au, size_t len)
{
	static struct gng_rtp_h264_pack pack;
	struct gng_rtp_h264_unpack unpack;
	struct gng_rtp_packet packet = {.seq = 65500};
	static uint8_t payload[256];
	static struct gng_why why;
	enum gng_rtp_h264_event event = GNG_RTP_H264_MORE;
	bool lost = false, pushed = false;

	why.text[0] = '\0';
	fuzz_check(gng_rtp_h264_pack_init(&pack, max_payload, &why) == GNG_OK, why.text, "init");
	if (gng_rtp_h264_pack_begin(&pack, au, len, &why) != GNG_OK) {
		fuzz_check(why.text[0] != '\0', "refused without a reason", "begin");
		return;
	}
	check_told(&pack, au + len);
	gng_rtp_h264_unpack_init(&unpack, out, sizeof(out));
	packet.payload = payload;
	for (unsigned int i = 0;
	     gng_rtp_h264_pack_next(&pack, payload, &packet.payload_len, &packet.marker);
	     i++, packet.seq++) {
		fuzz_check(packet.payload_len <= max_payload, "too large", "next");
		if (i > 0 && losses >> i % 8 & 1) {
			lost = true;
			continue;
		}
		fuzz_check(gng_rtp_h264_unpack_push(&unpack, &event, &packet, &why) == GNG_OK,
			   why.text, "push");
		fuzz_check(!(lost && !unpack.damaged), "a loss is not said", "push");
		pushed = true;
	}
	fuzz_check(lost || (pushed && event == GNG_RTP_H264_COMPLETE && !unpack.damaged),
		   "damaged without a loss", "push");
	if (!lost)
		check_units(&pack, unpack.out_len);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	uint8_t head[3] = {0};
	const size_t skip = size < sizeof(head) ? size : sizeof(head);

	if (size > 20000)
		return 0;
	/* too short for them all is no reason to do nothing: an engine begins with no byte */
	if (skip)
		memcpy(head, data, skip);
	if (head[0] & 1 || size == 0)
		send_own(head[1] < 3 ? 3 : head[1], head[2], data + skip, size - skip);
	else
		push_hostile(data + 1, size - 1, fuzz_one_in(64, data, size));
	return 0;
}
