/* SPDX-License-Identifier: Apache-2.0 */
/*
 * libsrtp_test.c - libsrtp opens what we seal and we open what it seals, in all four suites, for
 * RTP across the wrap of sequence numbers and for RTCP; and both take and refuse the same replays.
 */
/* requires: libsrtp2 */
#include "../suite.h"

#include <gng_rtp.h>
#include <srtp2/srtp.h>
#include <stdio.h>
#include <string.h>

#define SSRC 0x01020304

struct suite_row {
	enum gng_rtp_suite suite;
	void (*rtp)(srtp_crypto_policy_t *policy), (*rtcp)(srtp_crypto_policy_t *policy);
};

static const struct suite_row rows[] = {
	{GNG_RTP_AES_CM_128_HMAC_SHA1_80, srtp_crypto_policy_set_rtp_default,
	 srtp_crypto_policy_set_rtp_default},
	{GNG_RTP_AES_CM_128_HMAC_SHA1_32, srtp_crypto_policy_set_aes_cm_128_hmac_sha1_32,
	 srtp_crypto_policy_set_rtp_default},
	{GNG_RTP_AEAD_AES_128_GCM, srtp_crypto_policy_set_aes_gcm_128_16_auth,
	 srtp_crypto_policy_set_aes_gcm_128_16_auth},
	{GNG_RTP_AEAD_AES_256_GCM, srtp_crypto_policy_set_aes_gcm_256_16_auth,
	 srtp_crypto_policy_set_aes_gcm_256_16_auth},
};

struct session {
	srtp_t theirs;
	struct gng_rtp_srtp ours;
};

static void open_session(struct session *session, const struct suite_row *row)
{
	static uint8_t master[44];
	srtp_policy_t policy;

	for (size_t i = 0; i < sizeof(master); i++)
		master[i] = (uint8_t)(3 * i + 1);
	memset(&policy, 0, sizeof(policy));
	row->rtp(&policy.rtp);
	row->rtcp(&policy.rtcp);
	policy.ssrc.type = ssrc_specific;
	policy.ssrc.value = SSRC;
	policy.key = master;
	policy.window_size = 64;
	assert_int_equal(srtp_create(&session->theirs, &policy), srtp_err_status_ok);
	assert_int_equal(gng_rtp_srtp_init(&session->ours, row->suite, SSRC, master,
					   gng_rtp_srtp_key_len(row->suite), NULL),
			 GNG_OK);
}

static void close_session(struct session *session)
{
	assert_int_equal(srtp_dealloc(session->theirs), srtp_err_status_ok);
	gng_rtp_srtp_fini(&session->ours);
}

/* libsrtp casts packets to words */
union buffer {
	uint32_t words[64];
	uint8_t bytes[256];
};

static size_t put_packet(union buffer *buffer, uint32_t i)
{
	static const uint8_t text[100] = {1, 2, 3, 4, 5, 6, 7};
	const struct gng_rtp_packet one = {
		.payload_type = 96,
		.seq = (uint16_t)i,
		.timestamp = 90 * i,
		.ssrc = SSRC,
		.num_csrc = i % 3,
		.has_ext = i % 2,
		.ext = text,
		.ext_len = i % 2 ? 8 : 0,
		.payload = text,
		.payload_len = i % 100,
	};
	size_t len;

	assert_int_equal(gng_rtp_write(buffer->bytes, sizeof(buffer->bytes), &len, &one, NULL),
			 GNG_OK);
	return len;
}

static void libsrtp_opens_what_we_seal(void **state)
{
	(void)state;
	assert_int_equal(srtp_init(), srtp_err_status_ok);
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct session session;

		open_session(&session, &rows[i]);
		for (uint32_t seq = 64000; seq < 67000; seq += 1 + seq % 3) {
			union buffer packet, plain;
			const size_t plain_len = put_packet(&plain, seq);
			size_t len = put_packet(&packet, seq);
			int got;

			assert_int_equal(gng_rtp_srtp_protect(&session.ours, packet.bytes,
							      sizeof(packet), &len, NULL),
					 GNG_OK);
			got = (int)len;
			assert_int_equal(srtp_unprotect(session.theirs, packet.bytes, &got),
					 srtp_err_status_ok);
			assert_int_equal(got, plain_len);
			assert_memory_equal(packet.bytes, plain.bytes, plain_len);
		}
		close_session(&session);
	}
	assert_int_equal(srtp_shutdown(), srtp_err_status_ok);
}

static void we_open_what_libsrtp_seals(void **state)
{
	(void)state;
	assert_int_equal(srtp_init(), srtp_err_status_ok);
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct session session;

		open_session(&session, &rows[i]);
		for (uint32_t seq = 64000; seq < 67000; seq += 1 + seq % 3) {
			union buffer packet, plain;
			const size_t plain_len = put_packet(&plain, seq);
			int sealed = (int)put_packet(&packet, seq);
			size_t len;

			assert_int_equal(srtp_protect(session.theirs, packet.bytes, &sealed),
					 srtp_err_status_ok);
			len = (size_t)sealed;
			assert_int_equal(
				gng_rtp_srtp_unprotect(&session.ours, packet.bytes, &len, NULL),
				GNG_OK);
			assert_int_equal(len, plain_len);
			assert_memory_equal(packet.bytes, plain.bytes, plain_len);
		}
		close_session(&session);
	}
	assert_int_equal(srtp_shutdown(), srtp_err_status_ok);
}

static size_t put_compound(union buffer *buffer)
{
	const struct gng_rtp_report report = {.ssrc = SSRC, .has_sender = true, .num_blocks = 1};
	size_t len = 0;

	assert_int_equal(gng_rtp_report_write(buffer->bytes, sizeof(*buffer), &len, &report, NULL),
			 GNG_OK);
	assert_int_equal(
		gng_rtp_cname_write(buffer->bytes, sizeof(*buffer), &len, SSRC, "me", NULL),
		GNG_OK);
	return len;
}

static void check_compound(const struct suite_row *row)
{
	union buffer packet, plain;
	const size_t plain_len = put_compound(&plain);
	struct session session;
	size_t len = put_compound(&packet);
	int got;

	open_session(&session, row);
	assert_int_equal(
		gng_rtp_srtcp_protect(&session.ours, packet.bytes, sizeof(packet), &len, NULL),
		GNG_OK);
	got = (int)len;
	assert_int_equal(srtp_unprotect_rtcp(session.theirs, packet.bytes, &got),
			 srtp_err_status_ok);
	assert_int_equal(got, plain_len);
	assert_memory_equal(packet.bytes, plain.bytes, plain_len);
	close_session(&session);
	open_session(&session, row); /* the other way; each has a key stream of its own again */
	assert_int_equal(srtp_protect_rtcp(session.theirs, packet.bytes, &got), srtp_err_status_ok);
	len = (size_t)got;
	assert_int_equal(gng_rtp_srtcp_unprotect(&session.ours, packet.bytes, &len, NULL), GNG_OK);
	assert_int_equal(len, plain_len);
	assert_memory_equal(packet.bytes, plain.bytes, plain_len);
	close_session(&session);
}

static void compounds_pass_both_ways(void **state)
{
	(void)state;
	assert_int_equal(srtp_init(), srtp_err_status_ok);
	for (size_t i = 0; i < COUNT_OF(rows); i++)
		check_compound(&rows[i]);
	assert_int_equal(srtp_shutdown(), srtp_err_status_ok);
}

/* ---- replays ---- */

#define NUM_SEALED 4000
#define NUM_ARRIVALS 6000

/* arrival is the packet that comes next, near a front that moves on: up to 40 ahead of it and up to
 * 90 behind, which is beyond the windows of 64. */
static uint32_t arrival(uint32_t n, uint32_t *seed)
{
	const uint32_t front = n * (NUM_SEALED - 41) / NUM_ARRIVALS;
	uint32_t back;

	*seed = *seed * 1664525 + 1013904223;
	back = (*seed >> 16) % 131;
	return front + 40 > back ? front + 40 - back : 0;
}

/* check_arrival lets both receivers open a copy, one in eight forged; their verdicts agree. */
static bool check_arrival(struct session *session, const union buffer *sealed, size_t sealed_len,
			  bool forged)
{
	union buffer ours = *sealed, theirs = *sealed;
	int theirs_len = (int)sealed_len;
	size_t ours_len = sealed_len;
	srtp_err_status_t said;
	bool taken;

	ours.bytes[sealed_len - 1] ^= forged;
	theirs.bytes[sealed_len - 1] ^= forged;
	said = srtp_unprotect(session->theirs, theirs.bytes, &theirs_len);
	taken = gng_rtp_srtp_unprotect(&session->ours, ours.bytes, &ours_len, NULL) == GNG_OK;
	assert_int_equal(taken, said == srtp_err_status_ok);
	if (taken) {
		assert_int_equal(ours_len, theirs_len);
		assert_memory_equal(ours.bytes, theirs.bytes, ours_len);
	}
	return taken;
}

/* check_replays returns how many verdicts agreed: all, or the test has failed. */
static size_t check_replays(const struct suite_row *row)
{
	static union buffer sealed[NUM_SEALED];
	size_t lens[NUM_SEALED], num_taken = 0, num_same = 0;
	struct session sender, receiver;
	uint32_t seed = 7;

	open_session(&sender, row);
	open_session(&receiver, row);
	for (uint32_t i = 0; i < NUM_SEALED; i++) {
		int len = (int)put_packet(&sealed[i], 65400 + i);

		assert_int_equal(srtp_protect(sender.theirs, sealed[i].bytes, &len),
				 srtp_err_status_ok);
		lens[i] = (size_t)len;
	}
	for (uint32_t n = 0; n < NUM_ARRIVALS; n++) {
		const uint32_t i = arrival(n, &seed);

		num_taken += check_arrival(&receiver, &sealed[i], lens[i], n % 8 == 3);
		num_same++;
	}
	assert_true(num_taken > NUM_SEALED / 4 && num_taken <= NUM_SEALED);
	close_session(&receiver);
	close_session(&sender);
	return num_same;
}

static void both_say_the_same_of_replays_and_forgeries(void **state)
{
	char expected[80], got[80];
	size_t num_same = 0;

	(void)state;
	assert_int_equal(srtp_init(), srtp_err_status_ok);
	for (size_t i = 0; i < COUNT_OF(rows); i++)
		num_same += check_replays(&rows[i]);
	assert_int_equal(srtp_shutdown(), srtp_err_status_ok);
	snprintf(expected, sizeof(expected), "%zu verdicts on packets, all the same",
		 COUNT_OF(rows) * NUM_ARRIVALS);
	snprintf(got, sizeof(got), "%zu verdicts on packets, all the same", num_same);
	gng_probe_peer(srtp_get_version_string(), expected, got);
}

const struct suite_test suite_tests[] = {
	TEST_SLOW(libsrtp_opens_what_we_seal, "T3.rtp.libsrtp"),
	TEST_SLOW(we_open_what_libsrtp_seals, "T3.rtp.libsrtp"),
	TEST_SLOW(both_say_the_same_of_replays_and_forgeries, "T3.rtp.libsrtp"),
	TEST_SLOW(compounds_pass_both_ways, "T3.rtp.libsrtp"),
	{0},
};
