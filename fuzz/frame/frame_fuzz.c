/* SPDX-License-Identifier: Apache-2.0 */
/*
 * frame_fuzz.c - the reader of frames and the rules refuse the same bytes for the same reason, and
 * read the same of others; checksums agree with a sum taken byte by byte.
 *
 * Bit 0 of the first byte: the checksum of an IPv4 header behind plain Ethernet is mended, for
 * else next to nothing passes it.
 */
/* bundle: 119 */
#include "../suite.h"

#include <gng_frame.h>

#include "rules.h"

static void mend(uint8_t *frame, size_t len)
{
	const size_t header = len >= 34 ? (frame[14] & 15u) * 4u : 0;
	uint32_t sum = 0;

	if (header < 20 || 14 + header > len || frame[12] != 8 || frame[13] != 0)
		return;
	frame[24] = frame[25] = 0;
	for (size_t i = 14; i < 14 + header; i++)
		sum += i % 2 ? frame[i] : (uint32_t)frame[i] << 8;
	sum = ~(sum % 65535) & 0xffff;
	frame[24] = (uint8_t)(sum >> 8);
	frame[25] = (uint8_t)sum;
}

static void add_bytes(uint64_t *sum, const uint8_t *bytes, size_t len)
{
	for (size_t i = 0; i < len; i++)
		*sum += i % 2 ? bytes[i] : (uint64_t)bytes[i] << 8;
}

static void check_sum(const struct gng_frame *frame, const uint8_t *bytes)
{
	const enum gng_frame_sum told = gng_frame_check_sum(frame, bytes);
	const size_t len = frame->payload_at + frame->payload_len - frame->transport_at;
	uint64_t sum = len + frame->protocol;

	if (told == GNG_FRAME_SUM_NONE)
		return;
	fuzz_check(frame->has_ports && !frame->is_fragment, "a checksum", "of nothing");
	add_bytes(&sum, bytes + frame->network_at + (frame->version == 4 ? 12 : 8),
		  frame->version == 4 ? 8 : 32);
	add_bytes(&sum, bytes + frame->transport_at, len);
	if (frame->protocol == 17 && !bytes[frame->transport_at + 6] &&
	    !bytes[frame->transport_at + 7])
		fuzz_check(told == GNG_FRAME_SUM_BAD, "no checksum", "of UDP over IPv6");
	else
		fuzz_check((told == GNG_FRAME_SUM_GOOD) == (sum % 65535 == 0), "the checksum",
			   "of the transport");
}

static void check_same(const struct gng_frame *frame, const struct rules_packet *rules)
{
	fuzz_check(frame->version == rules->version && frame->protocol == rules->protocol &&
			   frame->num_tags == rules->num_tags,
		   "the protocols", "as the rules read them");
	fuzz_check(frame->fragment_offset == rules->fragment && frame->has_more == !!rules->more,
		   "the fragment", "as the rules read it");
	fuzz_check(frame->network_at == rules->network && frame->payload_at == rules->at &&
			   frame->payload_at + frame->payload_len == rules->end,
		   "the payload", "as the rules find it");
	fuzz_check(frame->ports[0] == rules->ports[0] && frame->ports[1] == rules->ports[1],
		   "the ports", "as the rules read them");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct gng_frame_fault fault;
	struct rules_packet rules;
	struct gng_frame frame;
	uint8_t *bytes;
	bool sound;

	if (size == 0 || size > 4096)
		return 0;
	bytes = malloc(size > 1 ? size - 1 : 1);
	fuzz_check(bytes != NULL, "memory", "at the start");
	memcpy(bytes, data + 1, size - 1);
	if (data[0] & 1)
		mend(bytes, size - 1);
	sound = gng_frame_read(&frame, &fault, bytes, size - 1) == GNG_OK;
	rules = rules_judge(bytes, size - 1);
	fuzz_check(sound == !rules.error, "the verdict", rules.error ? rules.error : "sound");
	if (sound) {
		check_same(&frame, &rules);
		check_sum(&frame, bytes);
	} else {
		fuzz_check(strcmp(gng_frame_error_name(fault.error), rules.error) == 0, "the error",
			   rules.error);
		fuzz_check(fault.offset == rules.offset, "the offset", rules.error);
		fuzz_check(strcmp(fault.clause, rules.clause) == 0, "the clause", rules.clause);
	}
	free(bytes);
	return 0;
}
