/* SPDX-License-Identifier: Apache-2.0 */
/*
 * srtp_test.c - SRTP: the bytes of RFC 3711 B.2 and B.3 and of RFC 7714 sections 16 and 17, HMAC
 * against libcrypto, replay, forgery of every bit, and sequence numbers across the wrap.
 */
/* requires: libcrypto */
#include "../suite.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <rtp_sha1.h>
#include <rtp_srtp.h>
#include <string.h>

#define SSRC 0x5501a0b2

static const enum gng_rtp_suite suites[] = {
	GNG_RTP_AES_CM_128_HMAC_SHA1_80,
	GNG_RTP_AES_CM_128_HMAC_SHA1_32,
	GNG_RTP_AEAD_AES_128_GCM,
	GNG_RTP_AEAD_AES_256_GCM,
};

/* from_session makes a stream of the session key of a case, for RTP and RTCP alike. */
static void from_session(struct gng_rtp_srtp *srtp, struct gng_vec_case *one, uint32_t ssrc)
{
	size_t key_len, salt_len;
	const uint8_t *key = suite_bytes(one, "key", &key_len);
	const uint8_t *salt = suite_bytes(one, "salt", &salt_len);
	uint8_t padded[14] = {0};

	gng_vec_skip(one, "section");
	assert_int_equal(salt_len, 12);
	memcpy(padded, salt, 12);
	memset(srtp, 0, sizeof(*srtp));
	srtp->suite = (enum gng_rtp_suite)suite_int(one, "suite");
	srtp->ssrc = ssrc;
	assert_int_equal(srtp_keys_set(&srtp->media, srtp->suite, key, padded, NULL), GNG_OK);
	srtp->control = srtp->media;
}

static void check_rtp(struct gng_vec_case *one, void *arg)
{
	size_t plain_len, sealed_len, len;
	const uint8_t *plain = suite_bytes(one, "plain", &plain_len);
	const uint8_t *sealed = suite_bytes(one, "sealed", &sealed_len);
	struct gng_rtp_srtp srtp;
	uint8_t packet[128];

	(void)arg;
	from_session(&srtp, one, SSRC);
	memcpy(packet, plain, plain_len);
	len = plain_len;
	assert_int_equal(gng_rtp_srtp_protect(&srtp, packet, sizeof(packet), &len, NULL), GNG_OK);
	assert_int_equal(len, sealed_len);
	assert_memory_equal(packet, sealed, len);
	from_session(&srtp, one, SSRC);
	assert_int_equal(gng_rtp_srtp_unprotect(&srtp, packet, &len, NULL), GNG_OK);
	assert_int_equal(len, plain_len);
	assert_memory_equal(packet, plain, len);
}

static void gcm_packets_are_those_of_rfc_7714(void **state)
{
	(void)state;
	suite_vectors("rtp/srtp-gcm.vec", check_rtp, NULL);
}

/* The compounds of section 17 say that they are one word longer than they are, so they pass no
 * check of appendix A.2: sealing goes below it. */
static void check_rtcp(struct gng_vec_case *one, void *arg)
{
	size_t plain_len, sealed_len, len;
	const uint8_t *plain = suite_bytes(one, "plain", &plain_len);
	const uint8_t *sealed = suite_bytes(one, "sealed", &sealed_len);
	struct gng_rtp_srtp srtp;
	struct srtp_text text = {.ssrc = 0x4d617273, .index = 0x5d4, .tail_len = 4};
	uint8_t packet[128];

	(void)arg;
	from_session(&srtp, one, 0x4d617273);
	memcpy(packet, plain, plain_len);
	text.clear = sealed[sealed_len - 4] >> 7 == 0;
	memcpy(text.tail, sealed + sealed_len - 4, 4);
	text.head = packet;
	text.head_len = 8;
	text.text = packet + 8;
	text.text_len = plain_len - 8;
	text.tag = packet + plain_len;
	text.tag_len = 16;
	assert_int_equal(srtp_seal(&srtp.control, srtp.suite, &text), GNG_OK);
	assert_int_equal(plain_len + 20, sealed_len);
	assert_memory_equal(packet, sealed, plain_len + 16);
	memcpy(packet, sealed, sealed_len);
	len = sealed_len;
	assert_int_equal(gng_rtp_srtcp_unprotect(&srtp, packet, &len, NULL), GNG_OK);
	assert_int_equal(len, plain_len);
	assert_memory_equal(packet, plain, len);
}

static void gcm_compounds_are_those_of_rfc_7714(void **state)
{
	(void)state;
	suite_vectors("rtp/srtcp-gcm.vec", check_rtcp, NULL);
}

static void check_derive(struct gng_vec_case *one, void *arg)
{
	size_t master_len, salt_len, out_len;
	const uint8_t *master = suite_bytes(one, "master", &master_len);
	const uint8_t *salt = suite_bytes(one, "salt", &salt_len);
	const uint8_t *want = suite_bytes(one, "out", &out_len);
	uint8_t out[128];

	(void)arg;
	assert_int_equal(salt_len, 14);
	assert_true(out_len <= sizeof(out));
	assert_int_equal(srtp_derive(out, out_len, master, master_len, salt,
				     (uint8_t)suite_int(one, "label")),
			 GNG_OK);
	assert_memory_equal(out, want, out_len);
}

static void session_keys_are_those_of_rfc_3711(void **state)
{
	(void)state;
	suite_vectors("rtp/srtp-derive.vec", check_derive, NULL);
}

static uint8_t keystream[1044512];

static void check_keystream(struct gng_vec_case *one, void *arg)
{
	size_t len;
	const uint8_t *want = suite_bytes(one, "keystream", &len);
	const size_t block = (size_t)suite_int(one, "block");

	(void)arg;
	assert_int_equal(len, 16);
	assert_true(16 * block + 16 <= sizeof(keystream));
	assert_memory_equal(keystream + 16 * block, want, 16);
}

static void the_keystream_is_that_of_rfc_3711(void **state)
{
	static const uint8_t key[] = {0x2b, 0x7e, 0x15, 0x16, 0x28, 0xae, 0xd2, 0xa6,
				      0xab, 0xf7, 0x15, 0x88, 0x09, 0xcf, 0x4f, 0x3c};
	static const uint8_t salt[] = {0xf0, 0xf1, 0xf2, 0xf3, 0xf4, 0xf5, 0xf6,
				       0xf7, 0xf8, 0xf9, 0xfa, 0xfb, 0xfc, 0xfd};
	uint8_t tag[20] = {0};
	struct gng_rtp_srtp_keys keys;
	struct srtp_text text = {.head = keystream, .text = keystream, .tag = tag};

	(void)state;
	text.text_len = sizeof(keystream);
	assert_int_equal(srtp_keys_set(&keys, GNG_RTP_AES_CM_128_HMAC_SHA1_80, key, salt, tag),
			 GNG_OK);
	assert_int_equal(srtp_seal(&keys, GNG_RTP_AES_CM_128_HMAC_SHA1_80, &text), GNG_OK);
	suite_vectors("rtp/srtp-keystream.vec", check_keystream, NULL);
}

/* Every length to 300, so that each way the last block can be filled is met. */
static void hmac_is_that_of_libcrypto(void **state)
{
	uint8_t in[300], key[20], mac[20], want[EVP_MAX_MD_SIZE], joined[308];
	uint32_t inner[5], outer[5];

	(void)state;
	for (size_t i = 0; i < sizeof(in); i++)
		in[i] = (uint8_t)(7 * i + 3);
	memcpy(key, in + 40, sizeof(key));
	rtp_hmac_key(inner, outer, key, sizeof(key));
	for (size_t len = 0; len <= sizeof(in); len++)
		for (size_t tail_len = 0; tail_len <= 8; tail_len += 4) {
			memcpy(joined, in, len);
			memcpy(joined + len, in + 5, tail_len);
			rtp_hmac(mac, inner, outer, in, len, in + 5, tail_len);
			assert_non_null(HMAC(EVP_sha1(), key, sizeof(key), joined, len + tail_len,
					     want, NULL));
			assert_memory_equal(mac, want, sizeof(mac));
		}
}

struct pair {
	struct gng_rtp_srtp sender, receiver;
};

static void set_up(struct pair *pair, enum gng_rtp_suite suite)
{
	uint8_t master[44];

	for (size_t i = 0; i < sizeof(master); i++)
		master[i] = (uint8_t)(0xa0 + i);
	assert_int_equal(gng_rtp_srtp_init(&pair->sender, suite, SSRC, master,
					   gng_rtp_srtp_key_len(suite), NULL),
			 GNG_OK);
	assert_int_equal(gng_rtp_srtp_init(&pair->receiver, suite, SSRC, master,
					   gng_rtp_srtp_key_len(suite), NULL),
			 GNG_OK);
}

static size_t put_packet(uint8_t *packet, size_t cap, uint16_t seq)
{
	const struct gng_rtp_packet one = {
		.payload_type = 96,
		.seq = seq,
		.ssrc = SSRC,
		.num_csrc = 1,
		.payload = (const uint8_t *)"nothing to see here",
		.payload_len = 19,
	};
	size_t len;

	assert_int_equal(gng_rtp_write(packet, cap, &len, &one, NULL), GNG_OK);
	return len;
}

static size_t seal(struct pair *pair, uint8_t packet[128], uint16_t seq)
{
	size_t len = put_packet(packet, 128, seq);

	assert_int_equal(gng_rtp_srtp_protect(&pair->sender, packet, 128, &len, NULL), GNG_OK);
	return len;
}

static void every_suite_opens_what_it_sealed(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT_OF(suites); i++) {
		uint8_t packet[128], plain[128];
		const size_t plain_len = put_packet(plain, sizeof(plain), 4711);
		struct pair pair;
		size_t len;

		set_up(&pair, suites[i]);
		len = seal(&pair, packet, 4711);
		assert_memory_equal(packet, plain, 16); /* header and CSRC stay in the clear */
		assert_memory_not_equal(packet + 16, plain + 16, 19);
		assert_int_equal(gng_rtp_srtp_unprotect(&pair.receiver, packet, &len, NULL),
				 GNG_OK);
		assert_int_equal(len, plain_len);
		assert_memory_equal(packet, plain, len);
		assert_int_equal(gng_rtp_srtp_protect(&pair.sender, packet, len, &len, NULL),
				 GNG_EINVAL); /* no room for the tag */
	}
}

/* The same packet by the formulas of RFC 3711 sections 4.1.1 and 4.2, with libcrypto's AES and
 * HMAC, in the second round of sequence numbers. */
static void aes_cm_with_hmac_is_that_of_libcrypto(void **state)
{
	static const uint8_t index[] = {0, 0, 0, 1, 0x12, 0x67};
	uint8_t master[30], packet[128], want[128], key[16], salt[14], auth[20], iv[16] = {0};
	EVP_CIPHER_CTX *ctx = EVP_CIPHER_CTX_new();
	struct pair pair;
	size_t len;
	int n;

	(void)state;
	for (size_t i = 0; i < sizeof(master); i++)
		master[i] = (uint8_t)(0xa0 + i);
	set_up(&pair, GNG_RTP_AES_CM_128_HMAC_SHA1_80);
	pair.sender.started = true;
	pair.sender.top = 0x11266;
	(void)put_packet(want, sizeof(want), 0x1267);
	len = seal(&pair, packet, 0x1267);
	assert_int_equal(srtp_derive(key, 16, master, 16, master + 16, 0), GNG_OK);
	assert_int_equal(srtp_derive(auth, 20, master, 16, master + 16, 1), GNG_OK);
	assert_int_equal(srtp_derive(salt, 14, master, 16, master + 16, 2), GNG_OK);
	memcpy(iv + 4, want + 8, 4);
	memcpy(iv + 8, index, 6);
	for (size_t i = 0; i < 14; i++)
		iv[i] ^= salt[i];
	assert_int_equal(EVP_EncryptInit_ex(ctx, EVP_aes_128_ctr(), NULL, key, iv), 1);
	assert_int_equal(EVP_EncryptUpdate(ctx, want + 16, &n, want + 16, (int)len - 26), 1);
	EVP_CIPHER_CTX_free(ctx);
	assert_memory_equal(packet, want, len - 10);
	memcpy(want + len - 10, index, 4);
	assert_non_null(HMAC(EVP_sha1(), auth, 20, want, len - 6, want + 64, NULL));
	assert_memory_equal(packet + len - 10, want + 64, 10);
}

static void each_bit_is_authentic(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT_OF(suites); i++) {
		uint8_t sealed[128], packet[128];
		struct pair pair;
		size_t len;

		set_up(&pair, suites[i]);
		len = seal(&pair, sealed, 1);
		for (size_t bit = 0; bit < 8 * len; bit++) {
			size_t got = len;

			memcpy(packet, sealed, len);
			packet[bit / 8] ^= (uint8_t)(1 << bit % 8);
			if (gng_rtp_srtp_unprotect(&pair.receiver, packet, &got, NULL) == GNG_OK)
				suite_fail("suite %d: bit %zu may be changed", (int)suites[i], bit);
		}
		assert_false(pair.receiver.started);
		assert_true(pair.receiver.num_forged > 8 * (len - 20));
		assert_int_equal(gng_rtp_srtp_unprotect(&pair.receiver, sealed, &len, NULL),
				 GNG_OK);
	}
}

/* A set of all indices that were seen is the oracle of the window. */
static void the_window_takes_each_index_once(void **state)
{
	static bool seen[4096];
	uint64_t top = 0, window = 0, highest = 0;
	uint32_t random = 1;
	bool started = false;

	(void)state;
	memset(seen, 0, sizeof(seen));
	for (int i = 0; i < 100000; i++) {
		uint64_t index;

		random = random * 1664525 + 1013904223;
		index = (uint64_t)i / 30 + (random >> 24) % 140;
		assert_true(index < COUNT_OF(seen));
		assert_int_equal(srtp_is_fresh(top, window, started, index),
				 !seen[index] && (index > highest || highest - index < 64));
		if (!srtp_is_fresh(top, window, started, index))
			continue;
		srtp_use(&top, &window, &started, index);
		seen[index] = true;
		highest = index > highest ? index : highest;
	}
	assert_true(highest > 3000);
}

static void a_replay_is_refused_and_counted(void **state)
{
	uint8_t sealed[128], packet[128];
	struct pair pair;
	size_t len, got;

	(void)state;
	set_up(&pair, GNG_RTP_AEAD_AES_128_GCM);
	len = seal(&pair, sealed, 100);
	for (int i = 0; i < 2; i++) {
		got = len;
		memcpy(packet, sealed, len);
		assert_int_equal(gng_rtp_srtp_unprotect(&pair.receiver, packet, &got, NULL),
				 i == 0 ? GNG_OK : GNG_EAUTH);
	}
	assert_int_equal(pair.receiver.num_replayed, 1);
	assert_int_equal(pair.receiver.num_forged, 0);
}

/* A second packet under one index gives away the hash key of GCM. */
static void the_sender_uses_no_index_twice(void **state)
{
	uint8_t packet[128];
	struct pair pair;
	size_t len;

	(void)state;
	set_up(&pair, GNG_RTP_AEAD_AES_128_GCM);
	(void)seal(&pair, packet, 100);
	len = put_packet(packet, sizeof(packet), 100);
	assert_int_equal(gng_rtp_srtp_protect(&pair.sender, packet, sizeof(packet), &len, NULL),
			 GNG_EINVAL);
	(void)seal(&pair, packet, 101);
	pair.sender.top = ((uint64_t)1 << 48) - 1;
	len = put_packet(packet, sizeof(packet), 0);
	assert_int_equal(gng_rtp_srtp_protect(&pair.sender, packet, sizeof(packet), &len, NULL),
			 GNG_ELIMIT);
}

/* Three times around, in pairs out of order, so that the wrap is met from both sides. */
static void the_rollover_counter_follows_the_wrap(void **state)
{
	static uint8_t packets[2][128];
	struct pair pair;

	(void)state;
	set_up(&pair, GNG_RTP_AES_CM_128_HMAC_SHA1_80);
	for (uint32_t i = 0xfff1; i < 0x3fff0;
	     i += i % 0x10000 < 0xfff0 && i % 0x10000 > 16 ? 400 : 2) {
		size_t lens[2];

		for (size_t j = 0; j < 2; j++)
			lens[j] = seal(&pair, packets[j], (uint16_t)(i + j));
		for (size_t j = 2; j-- > 0;)
			assert_int_equal(
				gng_rtp_srtp_unprotect(&pair.receiver, packets[j], &lens[j], NULL),
				GNG_OK);
	}
	assert_int_equal(pair.receiver.top >> 16, 3);
	assert_int_equal(pair.receiver.num_forged, 0);
}

static size_t put_compound(uint8_t *out, size_t cap)
{
	const struct gng_rtp_report report = {.ssrc = SSRC, .has_sender = true};
	size_t len = 0;

	assert_int_equal(gng_rtp_report_write(out, cap, &len, &report, NULL), GNG_OK);
	assert_int_equal(gng_rtp_cname_write(out, cap, &len, SSRC, "a@b", NULL), GNG_OK);
	return len;
}

static void compounds_are_protected_too(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT_OF(suites); i++) {
		uint8_t plain[128], sealed[128], packet[128];
		struct pair pair;
		const size_t plain_len = put_compound(plain, sizeof(plain));
		size_t len = plain_len, got;

		set_up(&pair, suites[i]);
		memcpy(sealed, plain, len);
		assert_int_equal(gng_rtp_srtcp_protect(&pair.sender, sealed, 128, &len, NULL),
				 GNG_OK);
		assert_memory_not_equal(sealed + 8, plain + 8, plain_len - 8);
		for (size_t bit = 0; bit < 8 * len; bit++) {
			got = len;
			memcpy(packet, sealed, len);
			packet[bit / 8] ^= (uint8_t)(1 << bit % 8);
			if (gng_rtp_srtcp_unprotect(&pair.receiver, packet, &got, NULL) == GNG_OK)
				suite_fail("suite %d: bit %zu may be changed", (int)suites[i], bit);
		}
		got = len;
		memcpy(packet, sealed, len);
		assert_int_equal(gng_rtp_srtcp_unprotect(&pair.receiver, packet, &got, NULL),
				 GNG_OK);
		assert_int_equal(got, plain_len);
		assert_memory_equal(packet, plain, got);
		assert_int_equal(gng_rtp_srtcp_unprotect(&pair.receiver, sealed, &len, NULL),
				 GNG_EAUTH);
	}
}

static void what_does_not_belong_is_refused(void **state)
{
	uint8_t packet[128], master[46] = {0};
	struct pair pair;
	struct gng_rtp_srtp srtp;
	size_t len;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(suites); i++)
		assert_int_equal(gng_rtp_srtp_init(&srtp, suites[i], SSRC, master,
						   gng_rtp_srtp_key_len(suites[i]) + 1, NULL),
				 GNG_EINVAL);
	assert_int_equal(gng_rtp_srtp_init(&srtp, (enum gng_rtp_suite)3, SSRC, master, 0, NULL),
			 GNG_EINVAL);
	set_up(&pair, GNG_RTP_AEAD_AES_128_GCM);
	len = put_packet(packet, sizeof(packet), 1);
	packet[8] ^= 1;
	assert_int_equal(gng_rtp_srtp_protect(&pair.sender, packet, sizeof(packet), &len, NULL),
			 GNG_EINVAL);
	len = 27;
	assert_int_equal(gng_rtp_srtp_unprotect(&pair.receiver, packet, &len, NULL), GNG_EFORMAT);
	len = put_compound(packet, sizeof(packet));
	pair.sender.control_index = 0x80000000;
	assert_int_equal(gng_rtp_srtcp_protect(&pair.sender, packet, sizeof(packet), &len, NULL),
			 GNG_ELIMIT);
	gng_rtp_srtp_fini(&pair.sender);
	for (size_t i = 0; i < sizeof(pair.sender); i++)
		assert_int_equal(((const uint8_t *)&pair.sender)[i], 0);
	gng_rtp_srtp_fini(NULL);
}

const struct suite_test suite_tests[] = {
	TEST(gcm_packets_are_those_of_rfc_7714, "T3.rtp.srtp"),
	TEST(gcm_compounds_are_those_of_rfc_7714, "T3.rtp.srtp"),
	TEST(session_keys_are_those_of_rfc_3711, "T3.rtp.srtp"),
	TEST(the_keystream_is_that_of_rfc_3711, "T3.rtp.srtp"),
	TEST(hmac_is_that_of_libcrypto, "T3.rtp.srtp"),
	TEST(every_suite_opens_what_it_sealed, "T3.rtp.srtp"),
	TEST(aes_cm_with_hmac_is_that_of_libcrypto, "T3.rtp.srtp"),
	TEST(each_bit_is_authentic, "T3.rtp.srtp"),
	TEST(the_window_takes_each_index_once, "T3.rtp.srtp"),
	TEST(a_replay_is_refused_and_counted, "T3.rtp.srtp"),
	TEST(the_sender_uses_no_index_twice, "T3.rtp.srtp"),
	TEST(the_rollover_counter_follows_the_wrap, "T3.rtp.srtp"),
	TEST(compounds_are_protected_too, "T3.rtp.srtp"),
	TEST(what_does_not_belong_is_refused, "T3.rtp.srtp"),
	{0},
};
