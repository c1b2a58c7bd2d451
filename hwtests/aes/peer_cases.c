/* SPDX-License-Identifier: Apache-2.0 */
/*
 * peer_cases.c - what is timed, and against whom. A test is called <name>_vs_<peer>. A variant is
 * one line of the table.
 */
#include "peer.h"

#include <string.h>

#define ALL "openssl boringssl ipsec-mb nettle libgcrypt"
#define KIB 1024
#define LONG_CHAIN (16 * KIB)
#define MIB (1024 * KIB)

#define HARDWARE(v, peers)                                                                          \
	{v "_gcm256_seal_64", "GCM-256 seal", PEER_GCM_SEAL, 32, 64, v, ALL peers, false},          \
		{v "_gcm256_seal_1k", "GCM-256 seal", PEER_GCM_SEAL, 32, KIB, v, ALL peers, false}, \
		{v "_gcm256_seal_16k",                                                              \
		 "GCM-256 seal",                                                                    \
		 PEER_GCM_SEAL,                                                                     \
		 32,                                                                                \
		 16 * KIB,                                                                          \
		 v,                                                                                 \
		 ALL peers,                                                                         \
		 false},                                                                            \
		{v "_gcm256_seal_10m", "GCM-256 seal", PEER_GCM_SEAL, 32, 10 * MIB, v,              \
		 ALL " memcpy",	       false},                                                      \
		{v "_gcm256_open_16k",                                                              \
		 "GCM-256 open",                                                                    \
		 PEER_GCM_OPEN,                                                                     \
		 32,                                                                                \
		 16 * KIB,                                                                          \
		 v,                                                                                 \
		 ALL peers,                                                                         \
		 false},                                                                            \
		{v "_gcm256_fresh_1k", "GCM-256 new", PEER_GCM_SEAL, 32, KIB, v, ALL peers, true},  \
		{v "_gcm128_seal_16k",                                                              \
		 "GCM-128 seal",                                                                    \
		 PEER_GCM_SEAL,                                                                     \
		 16,                                                                                \
		 16 * KIB,                                                                          \
		 v,                                                                                 \
		 ALL peers,                                                                         \
		 false},                                                                            \
		{v "_ctr128_16k", "CTR-128", PEER_CTR, 16, 16 * KIB, v, ALL peers, false},          \
		{v "_ctr256_16k", "CTR-256", PEER_CTR, 32, 16 * KIB, v, ALL peers, false},          \
		{v "_cbc128_encrypt_1k",                                                            \
		 "CBC-128 enc",                                                                     \
		 PEER_CBC_ENCRYPT,                                                                  \
		 16,                                                                                \
		 KIB,                                                                               \
		 v,                                                                                 \
		 ALL peers,                                                                         \
		 false},                                                                            \
		{v "_cbc128_encrypt_16k",                                                           \
		 "CBC-128 enc",                                                                     \
		 PEER_CBC_ENCRYPT,                                                                  \
		 16,                                                                                \
		 16 * KIB,                                                                          \
		 v,                                                                                 \
		 ALL peers,                                                                         \
		 false},                                                                            \
		{v "_cbc128_decrypt_16k",                                                           \
		 "CBC-128 dec",                                                                     \
		 PEER_CBC_DECRYPT,                                                                  \
		 16,                                                                                \
		 16 * KIB,                                                                          \
		 v,                                                                                 \
		 ALL peers,                                                                         \
		 false},                                                                            \
	{                                                                                           \
		v "_ecb128_encrypt_16k", "ECB-128 enc", PEER_ECB_ENCRYPT, 16, 16 * KIB, v,          \
			ALL peers, false                                                            \
	}

const struct peer_case peer_cases[] = {
	HARDWARE("vaes512", " aesni"),
	HARDWARE("vaes256", " aesni"),
	HARDWARE("aesni", ""),
	{"portable_ctr128_16k", "CTR-128", PEER_CTR, 16, 16 * KIB, "portable", "bearssl", false},
	{"portable_cbc128_decrypt_16k", "CBC-128 dec", PEER_CBC_DECRYPT, 16, 16 * KIB, "portable",
	 "bearssl", false},
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
	if (one->mode == PEER_CBC_ENCRYPT)
		return chained_ceiling(rounds, one->size);
	if (gng_bench_ceiling(&ceiling, peer_is_gcm(&job) ? GNG_BENCH_MIX_GCM : GNG_BENCH_MIX_CRYPT,
			      bits, rounds, NULL) != GNG_OK)
		return 0;
	return ceiling;
}
