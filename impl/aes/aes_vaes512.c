/* SPDX-License-Identifier: Apache-2.0 */
/* aes_vaes512.c - AES with VAES and VPCLMULQDQ, four blocks to a vector (AVX-512). */
#if defined(__x86_64__) && __STDC_HOSTED__

#include "aes_vaes512.h"

#include "aes_vaes_modes.h"
#include "aes_vaes_gcm.h"
#include "aes_vaes_lanes.h"

#include "aes_aesni_entries.h"

const struct gng_aes_variant aes_variant_vaes512 = {
	.name = "vaes512",
	.needs = GNG_CPU_AESNI | GNG_CPU_PCLMUL | GNG_CPU_SSSE3 | GNG_CPU_SSE41 | GNG_CPU_AVX |
		 GNG_CPU_AVX2 | GNG_CPU_VAES | GNG_CPU_VPCLMUL | GNG_CPU_AVX512 | GNG_CPU_BMI2,
	.expand = aes_aesni_expand,
	.invert = aes_aesni_invert,
	.ecb_encrypt = ecb_encrypt_vaes,
	.ecb_decrypt = ecb_decrypt_vaes,
	.cbc_encrypt = aes_aesni_cbc_encrypt,
	.cbc_decrypt = cbc_decrypt_vaes,
	.ctr = ctr_vaes,
	.ghash_init = ghash_init_vaes,
	.ghash = ghash_vaes,
	.gcm_encrypt = gcm_encrypt_vaes,
	.gcm_decrypt = gcm_decrypt_vaes,
	.gcm_seal = gcm_seal_vaes,
	.gcm_open = gcm_open_vaes,
	.num_lanes = VEC_BLOCKS,
	.max_lane_len = 256,
	.gcm_seal_lanes = gcm_seal_lanes_vaes,
	.gcm_open_lanes = gcm_open_lanes_vaes,
	.num_streams = AES_STREAMS_MAX,
	.cbc_encrypt_streams = cbc_encrypt_streams_vaes,
};

#else
typedef int aes_vaes512_absent;
#endif
