/* SPDX-License-Identifier: Apache-2.0 */
/*
 * talk_fuzz.c - a guest may say anything: what the channel makes of it does not depend on how it
 * is cut, and a talk that it believes has an end for each test.
 *
 * The first byte is the number of tests and the length of the pieces.
 */
/* bundle: 10 */
#include "../suite.h"

#include <lab_channel.h>

static enum gng_status take(struct lab_channel *channel, const uint8_t *data, size_t size,
			    size_t piece)
{
	enum gng_status status = GNG_OK;

	for (size_t at = 0; at < size && status == GNG_OK; at += piece)
		status = lab_channel_take(channel, data + at, size - at < piece ? size - at : piece,
					  NULL);
	return status;
}

static void check_equal(const struct lab_channel *a, const struct lab_channel *b)
{
	fuzz_check(a->hello == b->hello && a->bye == b->bye, "ends of the talk", "in pieces");
	fuzz_check(a->num_begun == b->num_begun && a->num_ended == b->num_ended, "counts",
		   "in pieces");
	fuzz_check(a->troubles.num == b->troubles.num, "troubles", "in pieces");
	for (size_t i = 0; i < a->num_ended; i++) {
		fuzz_check(a->steps[i].report.len == b->steps[i].report.len, "report", "in pieces");
		fuzz_check(a->steps[i].wait_status == b->steps[i].wait_status, "status",
			   "in pieces");
	}
}

static void check_believed(const struct lab_channel *channel)
{
	if (!channel->bye)
		return;
	fuzz_check(channel->hello && channel->num_ended == channel->num_steps, "a whole talk",
		   "believed");
	for (size_t i = 0; i < channel->num_steps; i++)
		fuzz_check(channel->steps[i].begun && channel->steps[i].ended, "an end",
			   "believed");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const size_t num_steps = size ? data[0] & 7u : 0, piece = size ? (data[0] >> 3) + 1u : 1;
	struct lab_channel whole, pieces;
	enum gng_status first;

	if (size < 1)
		return 0;
	fuzz_check(lab_channel_init(&whole, num_steps, NULL) == GNG_OK, "memory", "at the start");
	first = take(&whole, data + 1, size - 1, size);
	check_believed(&whole);
	if (fuzz_one_in(64, data, size)) {
		fuzz_check(lab_channel_init(&pieces, num_steps, NULL) == GNG_OK, "memory",
			   "in pieces");
		fuzz_check(first == take(&pieces, data + 1, size - 1, piece), "status",
			   "in pieces");
		if (first == GNG_OK)
			check_equal(&whole, &pieces);
		lab_channel_fini(&pieces);
	}
	lab_channel_fini(&whole);
	return 0;
}
