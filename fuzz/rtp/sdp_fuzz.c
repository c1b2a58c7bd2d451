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

/* check_all does to a text all that is done to one in 64. */
static void check_all(const char *data, size_t size)
{
	static struct gng_rtp_media first[MAX_MEDIA], second[MAX_MEDIA];
	static char text[8192];
	struct gng_why why = {0};
	size_t num, again, len;

	if (gng_rtp_sdp_read(first, MAX_MEDIA, &num, data, size, &why) != GNG_OK) {
		fuzz_check(why.text[0] != '\0', "refused without a reason", "read");
		return;
	}
	fuzz_check(gng_rtp_sdp_write(text, sizeof(text), &len, "127.0.0.1", first, num, &why) ==
			   GNG_OK,
		   why.text, "write");
	fuzz_check(gng_rtp_sdp_read(second, MAX_MEDIA, &again, text, len, &why) == GNG_OK, why.text,
		   "again");
	fuzz_check(again == num, "number of media", "again");
	for (size_t i = 0; i < num; i++)
		check_same(&first[i], &second[i]);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct gng_rtp_media media[MAX_MEDIA];
	size_t num;

	if (fuzz_one_in(64, data, size))
		check_all((const char *)data, size);
	else if (gng_rtp_sdp_read(media, MAX_MEDIA, &num, (const char *)data, size, NULL) == GNG_OK)
		fuzz_check(num > 0 && num <= MAX_MEDIA, "number of media", "read");
	return 0;
}
