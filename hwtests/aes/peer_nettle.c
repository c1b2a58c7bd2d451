/* SPDX-License-Identifier: Apache-2.0 */
/*
 * peer_nettle.c - GNU Nettle 3 (info nettle, "Cipher modes"): contexts of the caller, one function
 * for each key length.
 */
#include "peer.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Larger than struct gcm_aes256_ctx, which has a table of 4 KiB. */
#define CONTEXT_SIZE 8192

typedef void nettle_cipher(const void *context, size_t len, uint8_t *out, const uint8_t *in);

struct nettle {
	const struct peer_job *job;
	void (*set_key)(void *context, const uint8_t *key);
	nettle_cipher *block; /* of one AES block after the other */
	void (*cbc_encrypt)(const void *context, nettle_cipher *block, size_t size, uint8_t *iv,
			    size_t len, uint8_t *out, const uint8_t *in);
	void (*cbc_decrypt)(const void *context, nettle_cipher *block, size_t size, uint8_t *iv,
			    size_t len, uint8_t *out, const uint8_t *in);
	void (*ctr)(const void *context, nettle_cipher *block, size_t size, uint8_t *counter,
		    size_t len, uint8_t *out, const uint8_t *in);
	void (*set_iv)(void *context, size_t len, const uint8_t *iv);
	void (*aad)(void *context, size_t len, const uint8_t *aad);
	void (*gcm)(void *context, size_t len, uint8_t *out, const uint8_t *in);
	void (*digest)(void *context, size_t len, uint8_t *tag);
	uint64_t context[CONTEXT_SIZE / sizeof(uint64_t)];
};

static enum gng_status find_gcm(struct nettle *nettle, void *library, struct gng_why *why)
{
	static const char *const verbs[] = {"set_key", "set_iv", "update", NULL, "digest"};
	const struct peer_job *job = nettle->job;
	char text[5][48];
	const char *names[5];
	void *const to[] = {&nettle->set_key, &nettle->set_iv, &nettle->aad, &nettle->gcm,
			    &nettle->digest};

	for (size_t i = 0; i < 5; i++) {
		const char *verb = verbs[i];

		if (!verb)
			verb = job->mode == PEER_GCM_SEAL ? "encrypt" : "decrypt";
		snprintf(text[i], sizeof(text[i]), "nettle_gcm_aes%zu_%s", job->key_len * 8, verb);
		names[i] = text[i];
	}
	return peer_symbols(library, names, to, 5, why);
}

static enum gng_status find_block(struct nettle *nettle, void *library, struct gng_why *why)
{
	const struct peer_job *job = nettle->job;
	const char *verb = job->mode == PEER_CBC_DECRYPT ? "decrypt" : "encrypt";
	char set_key[48], block[48];
	const char *const names[] = {set_key, block, "nettle_cbc_encrypt", "nettle_cbc_decrypt",
				     "nettle_ctr_crypt"};
	void *const to[] = {&nettle->set_key, &nettle->block, &nettle->cbc_encrypt,
			    &nettle->cbc_decrypt, &nettle->ctr};

	snprintf(set_key, sizeof(set_key), "nettle_aes%zu_set_%s_key", job->key_len * 8, verb);
	snprintf(block, sizeof(block), "nettle_aes%zu_%s", job->key_len * 8, verb);
	return peer_symbols(library, names, to, 5, why);
}

static enum gng_status find_version(char title[PEER_TITLE_CAP], void *library, struct gng_why *why)
{
	static const char *const names[] = {"nettle_version_major", "nettle_version_minor"};
	int (*major)(void), (*minor)(void);
	void *const to[] = {&major, &minor};

	if (peer_symbols(library, names, to, 2, why) != GNG_OK)
		return GNG_ESYS;
	snprintf(title, PEER_TITLE_CAP, "nettle %d.%d", major(), minor());
	return GNG_OK;
}

static bool nettle_rekey(void *state)
{
	struct nettle *nettle = state;

	nettle->set_key(nettle->context, nettle->job->key);
	return true;
}

static enum gng_status nettle_open(void **state, char title[PEER_TITLE_CAP], void *library,
				   const struct peer_job *job, struct gng_why *why)
{
	struct nettle *nettle = calloc(1, sizeof(*nettle));
	enum gng_status status;

	if (!nettle)
		return gng_why_set(why, GNG_ENOMEM, 0, "peer.nettle", "no memory");
	nettle->job = job;
	status = find_version(title, library, why);
	if (status == GNG_OK)
		status = peer_is_gcm(job) ? find_gcm(nettle, library, why)
					  : find_block(nettle, library, why);
	if (status != GNG_OK) {
		free(nettle);
		return status;
	}
	nettle_rekey(nettle);
	*state = nettle;
	return GNG_OK;
}

static bool do_gcm(struct nettle *nettle)
{
	const struct peer_job *job = nettle->job;
	uint8_t tag[PEER_TAG];

	nettle->set_iv(nettle->context, PEER_NONCE, job->iv);
	nettle->aad(nettle->context, PEER_AAD, job->aad);
	nettle->gcm(nettle->context, job->len, job->out, job->in);
	nettle->digest(nettle->context, PEER_TAG,
		       job->mode == PEER_GCM_SEAL ? job->out + job->len : tag);
	return job->mode == PEER_GCM_SEAL || gng_ct_equal(tag, job->tag, PEER_TAG);
}

static bool nettle_work(void *state)
{
	struct nettle *nettle = state;
	const struct peer_job *job = nettle->job;
	uint8_t iv[16];

	if (peer_is_gcm(job))
		return do_gcm(nettle);
	memcpy(iv, job->iv, sizeof(iv));
	if (job->mode == PEER_ECB_ENCRYPT)
		nettle->block(nettle->context, job->len, job->out, job->in);
	else if (job->mode == PEER_CBC_ENCRYPT)
		nettle->cbc_encrypt(nettle->context, nettle->block, 16, iv, job->len, job->out,
				    job->in);
	else if (job->mode == PEER_CBC_DECRYPT)
		nettle->cbc_decrypt(nettle->context, nettle->block, 16, iv, job->len, job->out,
				    job->in);
	else
		nettle->ctr(nettle->context, nettle->block, 16, iv, job->len, job->out, job->in);
	return true;
}

const struct peer_adapter peer_nettle = {.name = "nettle",
					 .library = "libnettle.so.8",
					 .package = "libnettle8",
					 .open = nettle_open,
					 .rekey = nettle_rekey,
					 .work = nettle_work,
					 .close = free};
