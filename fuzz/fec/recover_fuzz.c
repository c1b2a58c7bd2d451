/* SPDX-License-Identifier: Apache-2.0 */
/*
 * recover_fuzz.c - both decoders give one answer for any repair and any sources.
 *
 * Byte 0: format; bytes 1 to 4: SSRC; then packets, each "length, bytes"; the first is the repair.
 */
/* bundle: 70 */
#include "../suite.h"

#include "../../conformance/fec/slow.h"

#include <gng_rtp.h>

#define MAX_SOURCES 32

static struct gng_fec_source packets[1 + MAX_SOURCES];

static size_t cut(const uint8_t *data, size_t size)
{
	size_t num = 0;

	while (size > 0 && num < 1 + MAX_SOURCES) {
		const size_t len = data[0] < size ? data[0] : size - 1;

		packets[num++] = (struct gng_fec_source){data + 1, len};
		data += 1 + len;
		size -= 1 + len;
	}
	return num;
}

static void check_recovered(enum gng_status status, size_t num_missing, const uint8_t *out,
			    size_t len, const uint8_t *second, size_t second_len)
{
	struct gng_rtp_packet packet;

	if (num_missing != 1) {
		fuzz_check(status == (num_missing ? GNG_ELIMIT : GNG_EINVAL) ||
				   status == GNG_EFORMAT,
			   "number of losses", "recover");
		return;
	}
	if (second_len > 0 && gng_rtp_read(&packet, second, second_len, NULL) != GNG_OK)
		second_len = 0;
	fuzz_check((status == GNG_OK) == (second_len > 0), "verdict", "recover");
	if (status == GNG_OK)
		fuzz_check(len == second_len && memcmp(out, second, len) == 0, "bytes", "recover");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static uint8_t out[SLOW_MAX_LEN], second[SLOW_MAX_LEN];
	struct gng_fec_repair repair;
	struct slow slow;
	struct gng_why why = {0};
	enum gng_fec_format format;
	enum gng_status status;
	size_t num, len = 0, second_len = 0, num_missing;
	const int all = fuzz_one_in(64, data, size);
	uint8_t head[5] = {0};
	const size_t skip = size < sizeof(head) ? size : sizeof(head);
	uint32_t ssrc;

	/* too short for them all is no reason to read nothing: an engine begins with no byte */
	if (skip)
		memcpy(head, data, skip);
	format = (enum gng_fec_format)(1 + head[0] % 3);
	ssrc = slow_bits(head, 8, 32);
	packets[0] = (struct gng_fec_source){data, 0};
	num = cut(data + skip, size - skip);
	status = gng_fec_read(&repair, format, ssrc, packets[0].bytes, packets[0].len,
			      all ? &why : NULL);
	fuzz_check((status == GNG_OK) ==
			   slow_read(&slow, format, ssrc, packets[0].bytes, packets[0].len),
		   "verdict", "read");
	fuzz_check(status == GNG_OK || !all || why.text[0] != '\0', "refused without a reason",
		   "read");
	if (status != GNG_OK)
		return 0;
	fuzz_check(repair.num_sources == slow.num, "number of sources", "read");
	for (size_t i = 0; i < slow.num; i++)
		fuzz_check(gng_fec_protects(&repair, slow.seqs[i]), "a source", "read");
	status = gng_fec_recover(out, sizeof(out), &len, &repair, packets + 1, num - 1,
				 all ? &why : NULL);
	if (!all)
		return 0;
	num_missing = slow_recover(&slow, second, &second_len, packets + 1, num - 1);
	check_recovered(status, num_missing, out, len, second, second_len);
	return 0;
}
