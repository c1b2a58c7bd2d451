/* SPDX-License-Identifier: Apache-2.0 */
/*
 * intake_fuzz.c - whatever datagrams arrive, in clear and in any order, each is accounted for, and
 * what comes out is never longer than what went in.
 *
 * Packets, each "length (2 bytes), milliseconds since the one before (1 byte), bytes".
 */
/* bundle: 41 */
#include "../suite.h"

#include <av_intake.h>

static void check_counts(const struct av_intake *intake)
{
	const struct av_intake_counts *counts = &intake->counts;

	fuzz_check(counts->refused + counts->repairs + counts->late + counts->duplicates +
				   counts->accepted ==
			   counts->datagrams,
		   "a datagram without account", "push");
	fuzz_check(counts->passed + counts->lost == counts->span, "a number without account",
		   "next");
	fuzz_check(counts->accepted + counts->recovered ==
			   counts->passed + counts->discarded + av_intake_waiting(intake),
		   "a packet without account", "next");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct av_intake intake;
	uint8_t bytes[AV_MAX_DATAGRAM + 64];
	uint64_t now_ns = 1;
	struct av_unit unit;

	if (av_intake_init(&intake, NULL, NULL) != GNG_OK)
		return 0;
	while (size >= 3) {
		size_t len = (size_t)data[0] << 8 | data[1];

		now_ns += data[2] * UINT64_C(1000000);
		data += 3;
		size -= 3;
		len = len < size ? len : size;
		if (len > sizeof(bytes))
			len = sizeof(bytes);
		memcpy(bytes, data, len);
		data += len;
		size -= len;
		av_intake_push(&intake, bytes, len, now_ns);
		while (av_intake_next(&intake, &unit, now_ns))
			fuzz_check(unit.len <= AV_MAX_UNIT, "a unit beyond its buffer", "next");
		check_counts(&intake);
	}
	av_intake_fini(&intake);
	return 0;
}
