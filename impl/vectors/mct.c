/* SPDX-License-Identifier: Apache-2.0 */
/*
 * mct.c - the Monte Carlo tests of NIST's AESAVS: each case chains 1,000 operations on one
 * block, so an error in any of them shows in the last.
 */
#include "vectors_case.h"

#include <string.h>

#include <gng_aes.h>

#define ROUNDS 1000

/* ecb feeds each output to the next operation. */
static enum gng_status ecb(uint8_t block[16], const struct gng_aes_key *key, bool decrypts)
{
	enum gng_status status = GNG_OK;

	for (int j = 0; j < ROUNDS && status == GNG_OK; j++)
		status = decrypts ? gng_aes_ecb_decrypt(key, block, block, 16)
				  : gng_aes_ecb_encrypt(key, block, block, 16);
	return status;
}

/* cbc: the first output feeds nothing yet, so the second input is the IV; from then on each
 * input is the output before the last. */
static enum gng_status cbc(uint8_t block[16], const struct gng_aes_key *key, const uint8_t *iv,
			   bool decrypts)
{
	uint8_t chain[16], next[16], in[16], out[16];
	enum gng_status status = GNG_OK;

	memcpy(chain, iv, 16);
	memcpy(next, iv, 16);
	memcpy(in, block, 16);
	for (int j = 0; j < ROUNDS && status == GNG_OK; j++) {
		status = decrypts ? gng_aes_cbc_decrypt(key, chain, out, in, 16)
				  : gng_aes_cbc_encrypt(key, chain, out, in, 16);
		memcpy(chain, decrypts ? in : out, 16);
		memcpy(in, next, 16);
		memcpy(next, out, 16);
	}
	memcpy(block, out, 16);
	return status;
}

enum vectors_outcome vectors_judge_mct(char why[160], enum gng_vectors_algorithm algorithm,
				       const struct vectors_case *one)
{
	const struct vectors_bytes *from = one->decrypts ? &one->cipher : &one->plain;
	const struct vectors_bytes *to = one->decrypts ? &one->plain : &one->cipher;
	struct gng_aes_key key;
	enum gng_status status;
	uint8_t block[16];

	if (from->len != 16 || to->len != 16 ||
	    (algorithm == GNG_VECTORS_CBC_MCT && one->iv.len != 16))
		return vectors_skip(why, "a Monte Carlo case needs blocks of 16 bytes");
	memcpy(block, from->data, 16);
	status = gng_aes_init(&key, one->key.data, one->key.len);
	if (status == GNG_OK)
		status = algorithm == GNG_VECTORS_CBC_MCT
				 ? cbc(block, &key, one->iv.data, one->decrypts)
				 : ecb(block, &key, one->decrypts);
	gng_aes_fini(&key);
	if (status != GNG_OK)
		return vectors_fail(why, "a chained operation: %s", gng_status_name(status));
	return vectors_compare(why, "block 1000", block, to);
}
