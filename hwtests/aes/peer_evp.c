/* SPDX-License-Identifier: Apache-2.0 */
/*
 * peer_evp.c - the EVP cipher interface of OpenSSL 1.1 to 3.x and BoringSSL (manual page
 * EVP_EncryptInit), with a context that is reused and gets a new IV for each message: what a
 * careful caller does.
 */
#include "peer.h"

#include <stdio.h>
#include <stdlib.h>

/* Numbers of openssl/evp.h. */
#define CTRL_GET_TAG 0x10
#define CTRL_SET_TAG 0x11

struct evp {
	const struct peer_job *job;
	void *context;
	void *(*context_new)(void);
	void (*context_free)(void *context);
	int (*init)(void *context, const void *cipher, void *engine, const uint8_t *key,
		    const uint8_t *iv, int encrypt);
	int (*update)(void *context, uint8_t *out, int *out_len, const uint8_t *in, int len);
	int (*final)(void *context, uint8_t *out, int *out_len);
	int (*ctrl)(void *context, int command, int number, void *pointer);
	int (*set_padding)(void *context, int on);
	const void *(*cipher)(void);
};

static enum gng_status find_functions(struct evp *evp, void *library, struct gng_why *why)
{
	static const char *const modes[] = {
		[PEER_ECB_ENCRYPT] = "ecb", [PEER_CBC_ENCRYPT] = "cbc", [PEER_CBC_DECRYPT] = "cbc",
		[PEER_CTR] = "ctr",	    [PEER_GCM_SEAL] = "gcm",	[PEER_GCM_OPEN] = "gcm"};
	char cipher[32];
	const char *const names[] = {"EVP_CIPHER_CTX_new",	   "EVP_CIPHER_CTX_free",
				     "EVP_CipherInit_ex",	   "EVP_CipherUpdate",
				     "EVP_CipherFinal_ex",	   "EVP_CIPHER_CTX_ctrl",
				     "EVP_CIPHER_CTX_set_padding", cipher};
	void *const to[] = {&evp->context_new, &evp->context_free, &evp->init,	      &evp->update,
			    &evp->final,       &evp->ctrl,	   &evp->set_padding, &evp->cipher};

	snprintf(cipher, sizeof(cipher), "EVP_aes_%zu_%s", evp->job->key_len * 8,
		 modes[evp->job->mode]);
	return peer_symbols(library, names, to, sizeof(to) / sizeof(to[0]), why);
}

/* A new key gets a new context, as in a program with one key for each message. */
bool peer_evp_rekey(void *state)
{
	struct evp *evp = state;
	const struct peer_job *job = evp->job;

	if (evp->context)
		evp->context_free(evp->context);
	evp->context = evp->context_new();
	return evp->context &&
	       evp->init(evp->context, evp->cipher(), NULL, job->key, job->iv,
			 peer_encrypts(job)) == 1 &&
	       evp->set_padding(evp->context, 0) == 1;
}

enum gng_status peer_evp_open(void **state, void *library, const struct peer_job *job,
			      struct gng_why *why)
{
	struct evp *evp = calloc(1, sizeof(*evp));
	enum gng_status status;

	if (!evp)
		return gng_why_set(why, GNG_ENOMEM, 0, "peer.evp", "no memory");
	evp->job = job;
	status = find_functions(evp, library, why);
	if (status == GNG_OK && !peer_evp_rekey(evp))
		status = gng_why_set(why, GNG_ESYS, 0, "peer.evp", "EVP refuses the key");
	if (status == GNG_OK)
		*state = evp;
	else
		peer_evp_close(evp);
	return status;
}

static bool seal(const struct evp *evp)
{
	const struct peer_job *job = evp->job;
	int len;

	return evp->update(evp->context, NULL, &len, job->aad, PEER_AAD) == 1 &&
	       evp->update(evp->context, job->out, &len, job->in, (int)job->len) == 1 &&
	       evp->final(evp->context, job->out + job->len, &len) == 1 &&
	       evp->ctrl(evp->context, CTRL_GET_TAG, PEER_TAG, job->out + job->len) == 1;
}

static bool open_sealed(const struct evp *evp)
{
	const struct peer_job *job = evp->job;
	uint8_t none[PEER_TAG];
	int len;

	return evp->update(evp->context, NULL, &len, job->aad, PEER_AAD) == 1 &&
	       evp->update(evp->context, job->out, &len, job->in, (int)job->len) == 1 &&
	       evp->ctrl(evp->context, CTRL_SET_TAG, PEER_TAG, (void *)job->tag) == 1 &&
	       evp->final(evp->context, none, &len) == 1;
}

bool peer_evp_work(void *state)
{
	const struct evp *evp = state;
	const struct peer_job *job = evp->job;
	int len;

	if (job->mode != PEER_ECB_ENCRYPT &&
	    evp->init(evp->context, NULL, NULL, NULL, job->iv, peer_encrypts(job)) != 1)
		return false;
	if (peer_is_gcm(job))
		return job->mode == PEER_GCM_SEAL ? seal(evp) : open_sealed(evp);
	return evp->update(evp->context, job->out, &len, job->in, (int)job->len) == 1 &&
	       (size_t)len == job->len;
}

void peer_evp_close(void *state)
{
	struct evp *evp = state;

	if (evp->context)
		evp->context_free(evp->context);
	free(evp);
}

/* ---- OpenSSL ---- */

/* The title is the first two words of the version: "OpenSSL 3.0.17 1 Jul 2025". */
static enum gng_status openssl_open(void **state, char title[PEER_TITLE_CAP], void *library,
				    const struct peer_job *job, struct gng_why *why)
{
	static const char *const names[] = {"OpenSSL_version"};
	const char *(*version)(int) = NULL;
	void *const to[] = {&version};
	char name[12], number[16];

	if (peer_symbols(library, names, to, 1, why) != GNG_OK)
		return GNG_ESYS;
	if (sscanf(version(0), "%11s %15s", name, number) == 2)
		snprintf(title, PEER_TITLE_CAP, "%s %s", name, number);
	return peer_evp_open(state, library, job, why);
}

const struct peer_adapter peer_openssl = {.name = "openssl",
					  .library = "libcrypto.so.3",
					  .package = "libssl3",
					  .open = openssl_open,
					  .rekey = peer_evp_rekey,
					  .work = peer_evp_work,
					  .close = peer_evp_close};

/* OpenSSL 3.5 of Debian 13 needs a newer C library than Debian 12 has. */
const struct peer_adapter peer_openssl35 = {.name = "openssl3.5",
					    .kept = "libssl3t64/libcrypto.so.3",
					    .package = "libssl3t64",
					    .open = openssl_open,
					    .rekey = peer_evp_rekey,
					    .work = peer_evp_work,
					    .close = peer_evp_close};
