/* SPDX-License-Identifier: Apache-2.0 */
/* sdp_fuzz.c - media that are read from any text, are written, and read from that again, alike. */
/* bundle: 74 */
#include "../suite.h"

#include <gng_rtp.h>

#define MAX_MEDIA 4

static void check_same(const struct gng_rtp_media *a, const struct gng_rtp_media *b)
{
	fuzz_check(a->codec == b->codec && a->port == b->port && a->rate == b->rate &&
			   a->payload_type == b->payload_type &&
			   a->num_channels == b->num_channels && a->packet_us == b->packet_us,
		   "fields", "again");
	fuzz_check(a->sps_len == b->sps_len && memcmp(a->sps, b->sps, a->sps_len) == 0, "sps",
		   "again");
	fuzz_check(a->pps_len == b->pps_len && memcmp(a->pps, b->pps, a->pps_len) == 0, "pps",
		   "again");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct gng_rtp_media first[MAX_MEDIA], second[MAX_MEDIA];
	static char text[8192];
	const int all = fuzz_one_in(64, data, size);
	struct gng_why why = {0};
	size_t num, again, len;

	if (gng_rtp_sdp_read(first, MAX_MEDIA, &num, (const char *)data, size, all ? &why : NULL) !=
	    GNG_OK) {
		fuzz_check(!all || why.text[0] != '\0', "refused without a reason", "read");
		return 0;
	}
	if (!all)
		return 0;
	fuzz_check(gng_rtp_sdp_write(text, sizeof(text), &len, "127.0.0.1", first, num, &why) ==
			   GNG_OK,
		   why.text, "write");
	fuzz_check(gng_rtp_sdp_read(second, MAX_MEDIA, &again, text, len, &why) == GNG_OK, why.text,
		   "again");
	fuzz_check(again == num, "number of media", "again");
	for (size_t i = 0; i < num; i++)
		check_same(&first[i], &second[i]);
	return 0;
}
