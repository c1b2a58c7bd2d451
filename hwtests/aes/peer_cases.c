/* SPDX-License-Identifier: Apache-2.0 */
/*
 * peer_cases.c - what is timed, and against whom. A test is called <name>_vs_<peer>. A variant is
 * one line of the table.
 */
#include "peer.h"

#include <string.h>

#define ALL "openssl openssl3.5 boringssl ipsec-mb ipsec-mb2 nettle libgcrypt go ring"
#define KIB 1024
#define LONG_CHAIN (16 * KIB)
#define MIB (1024 * KIB)
#define BATCH 64

#define CASE(v, stem, label, mode, key_len, size, peers)                   \
	{                                                                  \
		v "_" stem, label, mode, key_len, size, v, peers, false, 0 \
	}
#define FRESH(v, stem, label, mode, key_len, size, peers)                 \
	{                                                                 \
		v "_" stem, label, mode, key_len, size, v, peers, true, 0 \
	}
#define BATCHED(v, stem, label, mode, key_len, size, peers)                    \
	{                                                                      \
		v "_" stem, label, mode, key_len, size, v, peers, false, BATCH \
	}

/* What each variant on AES instructions does; who are the peers that only some have. */
#define HARDWARE(v, who)                                                                          \
	CASE(v, "gcm256_seal_64", "GCM-256 seal", PEER_GCM_SEAL, 32, 64, ALL who),                \
		CASE(v, "gcm256_seal_1k", "GCM-256 seal", PEER_GCM_SEAL, 32, KIB, ALL who),       \
		CASE(v, "gcm256_seal_16k", "GCM-256 seal", PEER_GCM_SEAL, 32, 16 * KIB, ALL who), \
		CASE(v, "gcm256_seal_10m", "GCM-256 seal", PEER_GCM_SEAL, 32, 10 * MIB, ALL who), \
		CASE(v, "gcm256_open_16k", "GCM-256 open", PEER_GCM_OPEN, 32, 16 * KIB, ALL who), \
		CASE(v, "gcm256_open_10m", "GCM-256 open", PEER_GCM_OPEN, 32, 10 * MIB, ALL who), \
		FRESH(v, "gcm256_fresh_1k", "GCM-256 new", PEER_GCM_SEAL, 32, KIB, ALL who),      \
		CASE(v, "gcm128_seal_16k", "GCM-128 seal", PEER_GCM_SEAL, 16, 16 * KIB, ALL who), \
		CASE(v, "ctr128_16k", "CTR-128", PEER_CTR, 16, 16 * KIB, ALL who),                \
		CASE(v, "ctr256_16k", "CTR-256", PEER_CTR, 32, 16 * KIB, ALL who),                \
		CASE(v, "cbc128_encrypt_1k", "CBC-128 enc", PEER_CBC_ENCRYPT, 16, KIB, ALL who),  \
		FRESH(v, "cbc128_fresh_1k", "CBC-128 new", PEER_CBC_ENCRYPT, 16, KIB, ALL who),   \
		CASE(v, "cbc128_encrypt_16k", "CBC-128 enc", PEER_CBC_ENCRYPT, 16, 16 * KIB,      \
		     ALL who),                                                                    \
		BATCHED(v, "cbc128_batch_1k", "CBC-128 x64", PEER_CBC_ENCRYPT, 16, KIB, ALL who), \
		CASE(v, "cbc128_decrypt_16k", "CBC-128 dec", PEER_CBC_DECRYPT, 16, 16 * KIB,      \
		     ALL who),                                                                    \
		CASE(v, "ecb128_encrypt_16k", "ECB-128 enc", PEER_ECB_ENCRYPT, 16, 16 * KIB,      \
		     ALL who)

/* The sizes between, of the fastest variant. */
#define SIZES(v, who)                                                                             \
	CASE(v, "gcm256_seal_16", "GCM-256 seal", PEER_GCM_SEAL, 32, 16, ALL who),                \
		CASE(v, "gcm256_seal_256", "GCM-256 seal", PEER_GCM_SEAL, 32, 256, ALL who),      \
		CASE(v, "gcm256_seal_4k", "GCM-256 seal", PEER_GCM_SEAL, 32, 4 * KIB, ALL who),   \
		BATCHED(v, "gcm256_batch_64", "GCM-256 x64", PEER_GCM_SEAL, 32, 64, ALL who),     \
		BATCHED(v, "gcm256_batch_256", "GCM-256 x64", PEER_GCM_SEAL, 32, 256, ALL who),   \
		BATCHED(v, "gcm256_batch_1k", "GCM-256 x64", PEER_GCM_SEAL, 32, KIB, ALL who),    \
		CASE(v, "gcm256_seal_64k", "GCM-256 seal", PEER_GCM_SEAL, 32, 64 * KIB, ALL who), \
		CASE(v, "gcm256_seal_1m", "GCM-256 seal", PEER_GCM_SEAL, 32, MIB, ALL who)

const struct peer_case peer_cases[] = {
	HARDWARE("vaes512", " aesni"),
	SIZES("vaes512", " aesni"),
	HARDWARE("vaes256", " aesni"),
	HARDWARE("aesni", ""),
	CASE("portable", "ctr128_16k", "CTR-128", PEER_CTR, 16, 16 * KIB, "bearssl"),
	CASE("portable", "cbc128_decrypt_16k", "CBC-128 dec", PEER_CBC_DECRYPT, 16, 16 * KIB,
	     "bearssl"),
	{0},
};

static unsigned int bits_of(const char *variant)
{
	static const struct {
		const char *variant;
		unsigned int bits;
	} widths[] = {{"aesni", 128}, {"vaes256", 256}, {"vaes512", 512}};

	for (size_t i = 0; i < sizeof(widths) / sizeof(widths[0]); i++)
		if (strcmp(widths[i].variant, variant) == 0)
			return widths[i].bits;
	return 0;
}

/*
 * CBC encryption is a chain: each block waits for all rounds of the one before. That bounds one
 * message; the end of a short one overlaps with the beginning of the next, so there is no limit.
 */
static double chained_ceiling(unsigned int rounds, size_t size)
{
	struct gng_bench_port_figure figure;
	const struct gng_bench_port *port = gng_bench_port_named("aesenc_xmm");

	if (size < LONG_CHAIN || !port || gng_bench_port_measure(&figure, port, NULL) != GNG_OK)
		return 0;
	return 16 / (rounds * figure.latency);
}

double peer_ceiling(const struct peer_case *one)
{
	const unsigned int bits = bits_of(one->variant), rounds = one->key_len == 16 ? 10 : 14;
	const struct peer_job job = {.mode = one->mode};
	double ceiling;

	if (bits == 0)
		return 0;
	if (one->mode == PEER_CBC_ENCRYPT && !one->batch)
		return chained_ceiling(rounds, one->size);
	if (gng_bench_ceiling(&ceiling, peer_is_gcm(&job) ? GNG_BENCH_MIX_GCM : GNG_BENCH_MIX_CRYPT,
			      bits, rounds, NULL) != GNG_OK)
		return 0;
	return ceiling;
}
