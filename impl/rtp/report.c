/* SPDX-License-Identifier: Apache-2.0 */
/* report.c - SR, RR, CNAME and BYE are read and written: RFC 3550 sections 6.4 to 6.6. */
#include <rtp_bytes.h>
#include <string.h>

#define WHERE "rtp.report"
#define BLOCK 24

static void get_block(struct gng_rtp_block *block, const uint8_t *in)
{
	block->ssrc = rtp_get32(in);
	block->fraction_lost = in[4];
	/* 24 bits with a sign */
	block->lost = (int32_t)(rtp_get32(in + 4) << 8) / 256;
	block->highest_seq = rtp_get32(in + 8);
	block->jitter = rtp_get32(in + 12);
	block->last_sr = rtp_get32(in + 16);
	block->delay_since_sr = rtp_get32(in + 20);
}

static void put_block(uint8_t *out, const struct gng_rtp_block *block)
{
	rtp_put32(out, block->ssrc);
	rtp_put32(out + 4,
		  (uint32_t)block->fraction_lost << 24 | ((uint32_t)block->lost & 0xffffff));
	rtp_put32(out + 8, block->highest_seq);
	rtp_put32(out + 12, block->jitter);
	rtp_put32(out + 16, block->last_sr);
	rtp_put32(out + 20, block->delay_since_sr);
}

enum gng_status gng_rtp_report_read(struct gng_rtp_report *report,
				    const struct gng_rtp_control *one, struct gng_why *why)
{
	const bool is_sr = one->type == GNG_RTP_SR;
	const uint8_t *in = one->body;

	if ((!is_sr && one->type != GNG_RTP_RR) ||
	    one->body_len < (is_sr ? 24u : 4u) + BLOCK * (size_t)one->count)
		return gng_why_set(why, GNG_EFORMAT, 0, WHERE,
				   "no whole report: type %d, %zu bytes, %d blocks", one->type,
				   one->body_len, one->count);
	memset(report, 0, sizeof(*report));
	report->ssrc = rtp_get32(in);
	report->has_sender = is_sr;
	report->num_blocks = one->count;
	in += 4;
	if (is_sr) {
		report->sender.ntp = (uint64_t)rtp_get32(in) << 32 | rtp_get32(in + 4);
		report->sender.timestamp = rtp_get32(in + 8);
		report->sender.num_packets = rtp_get32(in + 12);
		report->sender.num_octets = rtp_get32(in + 16);
		in += 20;
	}
	for (size_t i = 0; i < one->count; i++)
		get_block(&report->blocks[i], in + BLOCK * i);
	return GNG_OK;
}

/* append reserves len octets, a multiple of 4, and writes the header; NULL if they do not fit. */
static uint8_t *append(uint8_t *out, size_t cap, size_t *out_len, uint8_t count, uint8_t type,
		       size_t len)
{
	uint8_t *at = out + *out_len;

	if (*out_len > cap || cap - *out_len < len)
		return NULL;
	memset(at, 0, len);
	at[0] = (uint8_t)(0x80 | count);
	at[1] = type;
	rtp_put16(at + 2, (uint16_t)(len / 4 - 1));
	*out_len += len;
	return at + 4;
}

static enum gng_status no_room(struct gng_why *why, size_t cap)
{
	return gng_why_set(why, GNG_EINVAL, 0, WHERE,
			   "the compound does not fit %zu bytes, or breaks a rule of gng_rtp.h",
			   cap);
}

enum gng_status gng_rtp_report_write(uint8_t *out, size_t cap, size_t *out_len,
				     const struct gng_rtp_report *report, struct gng_why *why)
{
	const size_t head = report->has_sender ? 28 : 8;
	uint8_t *at;

	if (report->num_blocks > 31)
		return no_room(why, cap);
	at = append(out, cap, out_len, report->num_blocks,
		    report->has_sender ? GNG_RTP_SR : GNG_RTP_RR,
		    head + BLOCK * (size_t)report->num_blocks);
	if (!at)
		return no_room(why, cap);
	rtp_put32(at, report->ssrc);
	at += 4;
	if (report->has_sender) {
		rtp_put32(at, (uint32_t)(report->sender.ntp >> 32));
		rtp_put32(at + 4, (uint32_t)report->sender.ntp);
		rtp_put32(at + 8, report->sender.timestamp);
		rtp_put32(at + 12, report->sender.num_packets);
		rtp_put32(at + 16, report->sender.num_octets);
		at += 20;
	}
	for (size_t i = 0; i < report->num_blocks; i++)
		put_block(at + BLOCK * i, &report->blocks[i]);
	return GNG_OK;
}

enum gng_status gng_rtp_cname_write(uint8_t *out, size_t cap, size_t *out_len, uint32_t ssrc,
				    const char *cname, struct gng_why *why)
{
	const size_t len = strlen(cname);
	uint8_t *at;

	if (len == 0 || len > 255)
		return no_room(why, cap);
	/* header, SSRC, item, and at least one zero up to the next multiple of 4 */
	at = append(out, cap, out_len, 1, GNG_RTP_SDES, (8 + 2 + len + 4) & ~(size_t)3);
	if (!at)
		return no_room(why, cap);
	rtp_put32(at, ssrc);
	at[4] = 1;
	at[5] = (uint8_t)len;
	memcpy(at + 6, cname, len);
	return GNG_OK;
}

enum gng_status gng_rtp_bye_write(uint8_t *out, size_t cap, size_t *out_len, uint32_t ssrc,
				  struct gng_why *why)
{
	uint8_t *at = append(out, cap, out_len, 1, GNG_RTP_BYE, 8);

	if (!at)
		return no_room(why, cap);
	rtp_put32(at, ssrc);
	return GNG_OK;
}

double gng_rtp_control_interval(const struct gng_rtp_members *members, double random)
{
	const double senders_share = 0.25;
	const double compensation = 2.71828 - 1.5; /* of timer reconsideration, section 6.3.1 */
	const double shortest = members->initial ? 2.5 : 5;
	double bandwidth = members->octets_per_second, num = members->num_members, seconds;

	if (members->num_senders <= members->num_members * senders_share) {
		bandwidth *= members->we_sent ? senders_share : 1 - senders_share;
		num = members->we_sent ? members->num_senders
				       : members->num_members - members->num_senders;
	}
	seconds = members->average_octets * num / bandwidth;
	if (seconds < shortest)
		seconds = shortest;
	return seconds * (random + 0.5) / compensation;
}
