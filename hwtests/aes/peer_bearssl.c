/* SPDX-License-Identifier: Apache-2.0 */
/*
 * peer_bearssl.c - BearSSL's aes_ct64: AES in constant time without AES instructions, which
 * is what our portable variant is for (bearssl_block.h).
 *
 * BearSSL works in place, so the input is copied first. That costs it under 0.1 %: 16 KiB are
 * copied in some 500 cycles, and encrypted in 860,000 by the build of Debian 12.
 */
#include "peer.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Larger than br_aes_ct64_ctr_keys and br_aes_ct64_cbcdec_keys: 30 words and a count. */
#define KEYS_SIZE 512

struct bearssl {
	const struct peer_job *job;
	void (*init)(void *keys, const void *key, size_t len);
	uint32_t (*ctr)(const void *keys, const void *iv, uint32_t counter, void *data, size_t len);
	void (*cbc)(const void *keys, void *iv, void *data, size_t len);
	uint64_t keys[KEYS_SIZE / sizeof(uint64_t)];
};

static enum gng_status bearssl_open(void **state, char title[PEER_TITLE_CAP], void *library,
				    const struct peer_job *job, struct gng_why *why)
{
	static const char *const ctr[] = {"br_aes_ct64_ctr_init", "br_aes_ct64_ctr_run"};
	static const char *const cbc[] = {"br_aes_ct64_cbcdec_init", "br_aes_ct64_cbcdec_run"};
	struct bearssl *bearssl;
	enum gng_status status;

	if (job->mode != PEER_CTR && job->mode != PEER_CBC_DECRYPT)
		return gng_why_set(why, GNG_EUNSUPPORTED, 0, "peer.bearssl",
				   "BearSSL is timed in CTR and CBC decryption only");
	bearssl = calloc(1, sizeof(*bearssl));
	if (!bearssl)
		return gng_why_set(why, GNG_ENOMEM, 0, "peer.bearssl", "no memory");
	if (job->mode == PEER_CTR)
		status = peer_symbols(library, ctr, (void *const[]){&bearssl->init, &bearssl->ctr},
				      2, why);
	else
		status = peer_symbols(library, cbc, (void *const[]){&bearssl->init, &bearssl->cbc},
				      2, why);
	if (status != GNG_OK) {
		free(bearssl);
		return status;
	}
	bearssl->job = job;
	bearssl->init(bearssl->keys, job->key, job->key_len);
	snprintf(title, PEER_TITLE_CAP, "BearSSL ct64");
	*state = bearssl;
	return GNG_OK;
}

static bool bearssl_work(void *state)
{
	struct bearssl *bearssl = state;
	const struct peer_job *job = bearssl->job;
	const uint8_t *last = job->iv + 12;
	uint8_t iv[16];

	memcpy(job->out, job->in, job->len);
	memcpy(iv, job->iv, sizeof(iv));
	if (bearssl->cbc)
		bearssl->cbc(bearssl->keys, iv, job->out, job->len);
	else
		bearssl->ctr(bearssl->keys, iv,
			     (uint32_t)last[0] << 24 | (uint32_t)last[1] << 16 |
				     (uint32_t)last[2] << 8 | last[3],
			     job->out, job->len);
	return true;
}

const struct peer_adapter peer_bearssl = {.name = "bearssl",
					  .library = "libbearssl.so.0",
					  .package = "libbearssl0",
					  .open = bearssl_open,
					  .work = bearssl_work,
					  .close = free};
