/* SPDX-License-Identifier: Apache-2.0 */
/* source.c - validity, loss and jitter of one sender: RFC 3550 appendices A.1, A.3 and A.8. */
#include <gng_rtp.h>
#include <string.h>

#define SEQ_MOD (1u << 16)
#define MAX_DROPOUT 3000
#define MAX_MISORDER 100
#define MIN_SEQUENTIAL 2

static void restart(struct gng_rtp_source *source, uint16_t seq)
{
	source->base_seq = seq;
	source->max_seq = seq;
	source->bad_seq = SEQ_MOD + 1; /* no sequence number is this */
	source->cycles = 0;
	source->received = 0;
	source->received_prior = 0;
	source->expected_prior = 0;
}

void gng_rtp_source_init(struct gng_rtp_source *source, uint16_t seq)
{
	memset(source, 0, sizeof(*source));
	restart(source, seq);
	source->max_seq = (uint16_t)(seq - 1);
	source->probation = MIN_SEQUENTIAL;
}

static bool on_probation(struct gng_rtp_source *source, uint16_t seq)
{
	const bool in_order = seq == (uint16_t)(source->max_seq + 1);

	source->max_seq = seq;
	if (!in_order) {
		source->probation = MIN_SEQUENTIAL - 1;
		return false;
	}
	if (--source->probation > 0)
		return false;
	restart(source, seq);
	source->received = 1;
	return true;
}

bool gng_rtp_source_seq(struct gng_rtp_source *source, uint16_t seq)
{
	const uint16_t ahead = (uint16_t)(seq - source->max_seq);

	if (source->probation > 0)
		return on_probation(source, seq);
	if (ahead < MAX_DROPOUT) {
		if (seq < source->max_seq)
			source->cycles += SEQ_MOD;
		source->max_seq = seq;
	} else if (ahead <= SEQ_MOD - MAX_MISORDER) {
		/* a large jump: two in a row are a sender that began anew */
		if (seq != source->bad_seq) {
			source->bad_seq = (seq + 1u) & (SEQ_MOD - 1);
			return false;
		}
		restart(source, seq);
	}
	source->received++;
	return true;
}

void gng_rtp_source_arrival(struct gng_rtp_source *source, uint32_t timestamp, uint32_t arrival)
{
	const uint32_t transit = arrival - timestamp;
	uint32_t change = transit - source->transit;

	/* appendix A.8 leaves the first transit open: a difference to nothing is no jitter */
	if (!source->has_transit)
		change = 0;
	if (change > INT32_MAX)
		change = 0 - change;
	source->has_transit = true;
	source->transit = transit;
	source->jitter += change - ((source->jitter + 8) >> 4);
}

void gng_rtp_source_report(struct gng_rtp_source *source, struct gng_rtp_block *block)
{
	const uint32_t extended = source->cycles + source->max_seq;
	const uint32_t expected = extended - source->base_seq + 1;
	const uint32_t expected_now = expected - source->expected_prior;
	const uint32_t received_now = source->received - source->received_prior;
	const int64_t lost = (int64_t)expected - source->received;

	source->expected_prior = expected;
	source->received_prior = source->received;
	block->lost = lost > 0x7fffff ? 0x7fffff : (int32_t)(lost < -0x800000 ? -0x800000 : lost);
	block->fraction_lost = 0;
	if (expected_now > received_now) {
		const uint64_t fraction =
			((uint64_t)(expected_now - received_now) << 8) / expected_now;

		/* all lost is 256 / 256, which eight bits cannot say */
		block->fraction_lost = fraction > 255 ? 255 : (uint8_t)fraction;
	}
	block->highest_seq = extended;
	block->jitter = source->jitter >> 4;
}
