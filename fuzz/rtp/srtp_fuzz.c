/* SPDX-License-Identifier: Apache-2.0 */
/*
 * srtp_fuzz.c - what was sealed opens to the same bytes and once only; what was not sealed, or was
 * changed by one bit, never opens.
 *
 * Byte 0: suite and RTP or RTCP; byte 1: which bit is changed; the rest is the packet.
 */
/* class: crypto */
/* bundle: 75 */
#include "../suite.h"

#include <gng_rtp.h>

typedef enum gng_status (*protect_fn)(struct gng_rtp_srtp *srtp, uint8_t *packet, size_t cap,
				      size_t *len, struct gng_why *why);
typedef enum gng_status (*unprotect_fn)(struct gng_rtp_srtp *srtp, uint8_t *packet, size_t *len,
					struct gng_why *why);

#define MAX_LEN 3000

struct run {
	struct gng_rtp_srtp sender, receiver;
	protect_fn protect;
	unprotect_fn unprotect;
	uint8_t packet[MAX_LEN + 20], work[MAX_LEN + 20];
};

static void check_open(struct run *run, const uint8_t *data, size_t size, size_t len, uint8_t spoil)
{
	struct gng_why why = {0};
	size_t got = len;
	const size_t bit = spoil * (8 * len - 1) / 255;

	memcpy(run->work, run->packet, len);
	run->work[bit / 8] ^= (uint8_t)(1 << bit % 8);
	fuzz_check(run->unprotect(&run->receiver, run->work, &got, &why) != GNG_OK && why.text[0],
		   "a changed packet opens", "spoil");
	got = len;
	memcpy(run->work, run->packet, len);
	fuzz_check(run->unprotect(&run->receiver, run->work, &got, &why) == GNG_OK, why.text,
		   "open");
	fuzz_check(got == size && memcmp(run->work, data, size) == 0, "bytes", "open");
	got = len;
	memcpy(run->work, run->packet, len);
	fuzz_check(run->unprotect(&run->receiver, run->work, &got, &why) == GNG_EAUTH,
		   "opens twice", "replay");
}

static void check_forgery(struct run *run, const uint8_t *data, size_t size)
{
	memcpy(run->packet, data, size);
	fuzz_check(run->unprotect(&run->receiver, run->packet, &size, NULL) != GNG_OK, "it opens",
		   "forgery");
}

static void check_sealed(struct run *run, const uint8_t *data, size_t size, uint8_t spoil)
{
	size_t len = size;

	memcpy(run->packet, data, size);
	if (run->protect(&run->sender, run->packet, sizeof(run->packet), &len, NULL) == GNG_OK)
		check_open(run, data, size, len, spoil);
}

/* open_streams begins two streams anew. Keys do not depend on the SSRC: they are derived once for a
 * suite, and copied but for the inputs that look at the derivation too. */
static void open_streams(struct run *run, enum gng_rtp_suite suite, uint32_t ssrc, int derive)
{
	static const uint8_t master[44] = {1, 2, 3};
	static struct gng_rtp_srtp derived[8];
	struct gng_why why = {0};

	if (derive || derived[suite % 8].suite != suite)
		fuzz_check(gng_rtp_srtp_init(&derived[suite % 8], suite, ssrc, master,
					     gng_rtp_srtp_key_len(suite), &why) == GNG_OK,
			   why.text, "init");
	derived[suite % 8].ssrc = ssrc;
	run->sender = run->receiver = derived[suite % 8];
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const enum gng_rtp_suite suites[] = {
		GNG_RTP_AES_CM_128_HMAC_SHA1_80, GNG_RTP_AES_CM_128_HMAC_SHA1_32,
		GNG_RTP_AEAD_AES_128_GCM, GNG_RTP_AEAD_AES_256_GCM};
	static struct run run;
	static uint8_t padded[2 + 12];
	size_t at;

	if (size > 2 + MAX_LEN)
		return 0;
	/* too short is no reason to do nothing: an engine begins with no byte */
	if (size < sizeof(padded)) {
		memset(padded, 0, sizeof(padded));
		if (size)
			memcpy(padded, data, size);
		data = padded;
		size = sizeof(padded);
	}
	run.protect = data[0] & 4 ? gng_rtp_srtcp_protect : gng_rtp_srtp_protect;
	run.unprotect = data[0] & 4 ? gng_rtp_srtcp_unprotect : gng_rtp_srtp_unprotect;
	at = data[0] & 4 ? 2 + 4 : 2 + 8;
	open_streams(&run, suites[data[0] & 3],
		     (uint32_t)data[at] << 24 | (uint32_t)data[at + 1] << 16 |
			     (uint32_t)data[at + 2] << 8 | data[at + 3],
		     fuzz_one_in(16, data, size));
	if (fuzz_one_in(16, data, size) || fuzz_choice(2, data, size))
		check_forgery(&run, data + 2, size - 2);
	if (fuzz_one_in(16, data, size) || !fuzz_choice(2, data, size))
		check_sealed(&run, data + 2, size - 2, data[1]);
	return 0;
}
