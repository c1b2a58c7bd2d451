/* SPDX-License-Identifier: Apache-2.0 */
/* peer_cases.c - what is timed, and against whom. A test is called <name>_vs_<peer>. */
#include "peer.h"

#define ALL "boringssl openssl ipsec-mb"
#define KIB 1024

const struct peer_case peer_cases[] = {
	{"aesni_gcm256_seal_64", "GCM-256 seal", PEER_GCM_SEAL, 32, 64, "aesni", ALL},
	{"aesni_gcm256_seal_1k", "GCM-256 seal", PEER_GCM_SEAL, 32, KIB, "aesni", ALL},
	{"aesni_gcm256_seal_16k", "GCM-256 seal", PEER_GCM_SEAL, 32, 16 * KIB, "aesni", ALL},
	{"aesni_gcm256_open_16k", "GCM-256 open", PEER_GCM_OPEN, 32, 16 * KIB, "aesni", ALL},
	{"aesni_gcm128_seal_16k", "GCM-128 seal", PEER_GCM_SEAL, 16, 16 * KIB, "aesni", ALL},
	{"aesni_ctr128_16k", "CTR-128", PEER_CTR, 16, 16 * KIB, "aesni", ALL},
	{"aesni_ctr256_16k", "CTR-256", PEER_CTR, 32, 16 * KIB, "aesni", ALL},
	{"aesni_cbc128_encrypt_16k", "CBC-128 enc", PEER_CBC_ENCRYPT, 16, 16 * KIB, "aesni", ALL},
	{"aesni_cbc128_decrypt_16k", "CBC-128 dec", PEER_CBC_DECRYPT, 16, 16 * KIB, "aesni", ALL},
	{"aesni_ecb128_encrypt_16k", "ECB-128 enc", PEER_ECB_ENCRYPT, 16, 16 * KIB, "aesni", ALL},
	{"portable_ctr128_16k", "CTR-128", PEER_CTR, 16, 16 * KIB, "portable", "bearssl"},
	{"portable_cbc128_decrypt_16k", "CBC-128 dec", PEER_CBC_DECRYPT, 16, 16 * KIB, "portable",
	 "bearssl"},
	{0},
};
