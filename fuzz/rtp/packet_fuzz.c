/* SPDX-License-Identifier: Apache-2.0 */
/* packet_fuzz.c - a packet that is read, is written again: the bytes of the input but for those of
 * its padding, which are then zero. */
/* bundle: 73 */
#include "../suite.h"

#include <gng_rtp.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static uint8_t out[GNG_RTP_MAX_PACKET];
	struct gng_rtp_packet packet, again;
	const int all = fuzz_one_in(64, data, size);
	struct gng_why why = {0};
	size_t out_len;

	if (gng_rtp_read(&packet, data, size, all ? &why : NULL) != GNG_OK) {
		fuzz_check(!all || why.text[0] != '\0', "refused without a reason", "read");
		return 0;
	}
	fuzz_check(gng_rtp_write(out, sizeof(out), &out_len, &packet, &why) == GNG_OK, why.text,
		   "write");
	fuzz_check(out_len == size, "length", "write");
	fuzz_check(memcmp(out, data, size - packet.pad_len) == 0, "bytes", "write");
	fuzz_check(packet.pad_len == 0 || out[size - 1] == data[size - 1], "padding", "write");
	fuzz_check(gng_rtp_read(&again, out, out_len, &why) == GNG_OK, why.text, "again");
	fuzz_check(again.payload_len == packet.payload_len && again.pad_len == packet.pad_len &&
			   again.ext_len == packet.ext_len && again.seq == packet.seq,
		   "fields", "again");
	return 0;
}
