/* SPDX-License-Identifier: Apache-2.0 */
/* control_fuzz.c - a compound that passes its check is walked to its very end, and each report in
 * it is written again to the bytes that its count says. */
/* bundle: 71 */
#include "../suite.h"

#include <gng_rtp.h>

static void check_report(const struct gng_rtp_control *one)
{
	static struct gng_rtp_report report;
	uint8_t out[4 + 24 + 31 * 24];
	struct gng_why why = {0};
	size_t len = 0;

	fuzz_check(gng_rtp_report_read(&report, one, &why) == GNG_OK, why.text, "report");
	fuzz_check(gng_rtp_report_write(out, sizeof(out), &len, &report, &why) == GNG_OK, why.text,
		   "report");
	/* what follows the blocks is an extension of a profile, which we do not write */
	fuzz_check(len - 4 <= one->body_len && memcmp(out + 4, one->body, len - 4) == 0, "bytes",
		   "report");
}

static void check_name(const struct gng_rtp_control *one)
{
	const char *cname;
	size_t cname_len;
	uint32_t ssrc;

	if (gng_rtp_cname_read(&cname, &cname_len, &ssrc, one))
		fuzz_check((const uint8_t *)cname + cname_len <= one->body + one->body_len,
			   "beyond the packet", "cname");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct gng_rtp_control one;
	const int all = fuzz_one_in(64, data, size);
	struct gng_why why = {0};
	size_t offset = 0;

	if (gng_rtp_control_check(data, size, all ? &why : NULL) != GNG_OK) {
		fuzz_check(!all || why.text[0] != '\0', "refused without a reason", "check");
		while (gng_rtp_control_next(&one, &offset, data, size))
			fuzz_check(one.body + one.body_len <= data + size, "beyond the end",
				   "walk");
		return 0;
	}
	while (gng_rtp_control_next(&one, &offset, data, size)) {
		fuzz_check(one.body + one.body_len <= data + size, "beyond the end", "next");
		if (one.type == GNG_RTP_SR || one.type == GNG_RTP_RR)
			check_report(&one);
		check_name(&one);
	}
	fuzz_check(offset == size, "not walked to the end", "next");
	return 0;
}
