/* SPDX-License-Identifier: Apache-2.0 */
/*
 * aes_vaes256.c - AES with VAES and VPCLMULQDQ, two blocks to a vector (AVX2).
 *
 * Sixteen registers are too few for eight AES states and GHASH, so GCC keeps powers of the hash
 * key on the stack. The entries below clear it behind the functions that need it; aes_vaes512.c
 * has 32 registers and nothing to clear. Short messages have no need either.
 */
#if defined(__x86_64__) && __STDC_HOSTED__

#include "aes_vaes256.h"

#define NOINLINE __attribute__((noinline))

/* Their frames must lie below those of their callers here. */
static VAES NOINLINE void ghash_vaes(const struct gng_aes_gcm_key *key, uint8_t hash[16],
				     const uint8_t *in, size_t num_blocks);
static VAES NOINLINE void gcm_encrypt_vaes(const struct gng_aes_gcm_key *key, uint8_t counter[16],
					   uint8_t hash[16], uint8_t *out, const uint8_t *in,
					   size_t num_blocks);
static VAES NOINLINE void gcm_decrypt_vaes(const struct gng_aes_gcm_key *key, uint8_t counter[16],
					   uint8_t hash[16], uint8_t *out, const uint8_t *in,
					   size_t num_blocks);
static VAES NOINLINE void gcm_seal_vaes(const struct gng_aes_gcm_key *key,
					const struct aes_gcm_message *m, uint8_t *tag);
static VAES NOINLINE void gcm_open_vaes(const struct gng_aes_gcm_key *key,
					const struct aes_gcm_message *m, const uint8_t *tag,
					uint64_t same[2]);

#include "aes_vaes_modes.h"
#include "aes_vaes_gcm.h"
#include "aes_vaes_lanes.h"

#include "aes_aesni_entries.h"

#define FRAME 1024 /* more than the deepest of them; conformance.aes.residue looks behind it */

static NOINLINE void clear_frame(void)
{
	uint8_t frame[FRAME];

	gng_wipe(frame, sizeof(frame));
}

static void ghash_256(const struct gng_aes_gcm_key *key, uint8_t hash[16], const uint8_t *in,
		      size_t num_blocks)
{
	ghash_vaes(key, hash, in, num_blocks);
	clear_frame();
}

static void gcm_encrypt_256(const struct gng_aes_gcm_key *key, uint8_t counter[16],
			    uint8_t hash[16], uint8_t *out, const uint8_t *in, size_t num_blocks)
{
	gcm_encrypt_vaes(key, counter, hash, out, in, num_blocks);
	clear_frame();
}

static void gcm_decrypt_256(const struct gng_aes_gcm_key *key, uint8_t counter[16],
			    uint8_t hash[16], uint8_t *out, const uint8_t *in, size_t num_blocks)
{
	gcm_decrypt_vaes(key, counter, hash, out, in, num_blocks);
	clear_frame();
}

static void gcm_seal_256(const struct gng_aes_gcm_key *key, const struct aes_gcm_message *m,
			 uint8_t *tag)
{
	gcm_seal_vaes(key, m, tag);
	if (!is_short(m))
		clear_frame();
}

static void gcm_open_256(const struct gng_aes_gcm_key *key, const struct aes_gcm_message *m,
			 const uint8_t *tag, uint64_t same[2])
{
	gcm_open_vaes(key, m, tag, same);
	if (!is_short(m))
		clear_frame();
}

const struct gng_aes_variant aes_variant_vaes256 = {
	.name = "vaes256",
	.needs = GNG_CPU_AESNI | GNG_CPU_PCLMUL | GNG_CPU_SSSE3 | GNG_CPU_SSE41 | GNG_CPU_AVX |
		 GNG_CPU_AVX2 | GNG_CPU_VAES | GNG_CPU_VPCLMUL,
	.expand = aes_aesni_expand,
	.invert = aes_aesni_invert,
	.ecb_encrypt = ecb_encrypt_vaes,
	.ecb_decrypt = ecb_decrypt_vaes,
	.cbc_encrypt = aes_aesni_cbc_encrypt,
	.cbc_decrypt = cbc_decrypt_vaes,
	.ctr = ctr_vaes,
	.ghash_init = ghash_init_vaes,
	.ghash = ghash_256,
	.gcm_encrypt = gcm_encrypt_256,
	.gcm_decrypt = gcm_decrypt_256,
	.gcm_seal = gcm_seal_256,
	.gcm_open = gcm_open_256,
	.num_lanes = VEC_BLOCKS,
	.max_lane_len = 64,
	.gcm_seal_lanes = gcm_seal_lanes_vaes,
	.gcm_open_lanes = gcm_open_lanes_vaes,
	.num_streams = AES_STREAMS_MAX,
	.cbc_encrypt_streams = cbc_encrypt_streams_vaes,
};

#else
typedef int aes_vaes256_absent;
#endif
