/* SPDX-License-Identifier: Apache-2.0 */
/*
 * peer_boringssl.c - BoringSSL: EVP_AEAD for GCM, its own and faster interface (aead.h), and
 * EVP for the other modes.
 */
#include "peer.h"

#include <stdio.h>
#include <stdlib.h>

struct boringssl {
	const struct peer_job *job;
	void *evp; /* for the modes that are no AEAD */
	void *context;
	const void *(*aead)(void);
	void *(*context_new)(const void *aead, const uint8_t *key, size_t key_len, size_t tag_len);
	void (*context_free)(void *context);
	int (*seal)(const void *context, uint8_t *out, uint8_t *tag, size_t *tag_len,
		    size_t tag_cap, const uint8_t *nonce, size_t nonce_len, const uint8_t *in,
		    size_t len, const uint8_t *extra, size_t extra_len, const uint8_t *aad,
		    size_t aad_len);
	int (*open)(const void *context, uint8_t *out, const uint8_t *nonce, size_t nonce_len,
		    const uint8_t *in, size_t len, const uint8_t *tag, size_t tag_len,
		    const uint8_t *aad, size_t aad_len);
};

static bool aead_rekey(struct boringssl *boringssl)
{
	const struct peer_job *job = boringssl->job;

	if (boringssl->context)
		boringssl->context_free(boringssl->context);
	boringssl->context =
		boringssl->context_new(boringssl->aead(), job->key, job->key_len, PEER_TAG);
	return boringssl->context != NULL;
}

static bool boringssl_rekey(void *state)
{
	struct boringssl *boringssl = state;

	return boringssl->evp ? peer_evp_rekey(boringssl->evp) : aead_rekey(boringssl);
}

static enum gng_status aead_open(struct boringssl *boringssl, void *library, struct gng_why *why)
{
	const struct peer_job *job = boringssl->job;
	const char *const names[] = {job->key_len == 16 ? "EVP_aead_aes_128_gcm"
							: "EVP_aead_aes_256_gcm",
				     "EVP_AEAD_CTX_new", "EVP_AEAD_CTX_free",
				     "EVP_AEAD_CTX_seal_scatter", "EVP_AEAD_CTX_open_gather"};
	void *const to[] = {&boringssl->aead, &boringssl->context_new, &boringssl->context_free,
			    &boringssl->seal, &boringssl->open};

	if (peer_symbols(library, names, to, sizeof(to) / sizeof(to[0]), why) != GNG_OK)
		return GNG_ESYS;
	if (!aead_rekey(boringssl))
		return gng_why_set(why, GNG_ESYS, 0, "peer.boringssl", "EVP_AEAD refuses the key");
	return GNG_OK;
}

static void boringssl_close(void *state)
{
	struct boringssl *boringssl = state;

	if (boringssl->evp)
		peer_evp_close(boringssl->evp);
	if (boringssl->context)
		boringssl->context_free(boringssl->context);
	free(boringssl);
}

static enum gng_status boringssl_open(void **state, char title[PEER_TITLE_CAP], void *library,
				      const struct peer_job *job, struct gng_why *why)
{
	struct boringssl *boringssl = calloc(1, sizeof(*boringssl));
	enum gng_status status;

	if (!boringssl)
		return gng_why_set(why, GNG_ENOMEM, 0, "peer.boringssl", "no memory");
	boringssl->job = job;
	snprintf(title, PEER_TITLE_CAP, "BoringSSL"); /* it has no version numbers */
	if (peer_is_gcm(job))
		status = aead_open(boringssl, library, why);
	else
		status = peer_evp_open(&boringssl->evp, library, job, why);
	if (status == GNG_OK)
		*state = boringssl;
	else
		boringssl_close(boringssl);
	return status;
}

static bool boringssl_work(void *state)
{
	const struct boringssl *boringssl = state;
	const struct peer_job *job = boringssl->job;
	size_t tag_len = 0;

	if (boringssl->evp)
		return peer_evp_work(boringssl->evp);
	if (job->mode == PEER_GCM_OPEN)
		return boringssl->open(boringssl->context, job->out, job->iv, PEER_NONCE, job->in,
				       job->len, job->tag, PEER_TAG, job->aad, PEER_AAD) == 1;
	return boringssl->seal(boringssl->context, job->out, job->out + job->len, &tag_len,
			       PEER_TAG, job->iv, PEER_NONCE, job->in, job->len, NULL, 0, job->aad,
			       PEER_AAD) == 1 &&
	       tag_len == PEER_TAG;
}

const struct peer_adapter peer_boringssl = {.name = "boringssl",
					    .library = "/usr/lib/*/android/libcrypto.so.0",
					    .package = "android-libboringssl",
					    .open = boringssl_open,
					    .rekey = boringssl_rekey,
					    .work = boringssl_work,
					    .close = boringssl_close};
