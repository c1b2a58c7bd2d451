/* SPDX-License-Identifier: Apache-2.0 */
/* peer_ours.c - gng_aes as a contestant, in the variant that the case names. */
#include "peer.h"

#include <stdio.h>
#include <stdlib.h>

#include <gng_aes.h>

#include "aes_variant.h"

struct ours {
	const struct peer_job *job;
	struct gng_aes_key key;
	struct gng_aes_gcm_key gcm;
	const struct gng_aes_variant *variant;
};

static void ours_close(void *state)
{
	struct ours *ours = state;

	gng_aes_fini(&ours->key);
	gng_aes_gcm_key_fini(&ours->gcm);
	free(ours);
}

/* As a caller with a new key: the old one is wiped. */
static bool ours_rekey(void *state)
{
	struct ours *ours = state;
	const struct peer_job *job = ours->job;

	if (peer_is_gcm(job)) {
		gng_aes_gcm_key_fini(&ours->gcm);
		return aes_gcm_init_with(&ours->gcm, ours->variant, job->key, job->key_len,
					 PEER_TAG) == GNG_OK;
	}
	gng_aes_fini(&ours->key);
	return aes_init_with(&ours->key, ours->variant, job->key, job->key_len) == GNG_OK;
}

static enum gng_status open_variant(void **state, const char *name, const struct peer_job *job,
				    struct gng_why *why)
{
	const struct gng_aes_variant *variant = aes_variant_named(name);
	struct ours *ours;

	if (!variant || (variant->needs & ~gng_cpu_caps()) != 0)
		return gng_why_set(why, GNG_EUNSUPPORTED, 0, "peer.ours",
				   "this CPU has not what the variant %s needs", name);
	ours = calloc(1, sizeof(*ours));
	if (!ours)
		return gng_why_set(why, GNG_ENOMEM, 0, "peer.ours", "no memory");
	ours->job = job;
	ours->variant = variant;
	if (ours_rekey(ours)) {
		*state = ours;
		return GNG_OK;
	}
	ours_close(ours);
	return gng_why_set(why, GNG_ESYS, 0, "peer.ours", "our own init fails");
}

static enum gng_status ours_open(void **state, char title[PEER_TITLE_CAP], void *library,
				 const struct peer_job *job, struct gng_why *why)
{
	(void)library;
	(void)title;
	return open_variant(state, job->variant, job, why);
}

static enum gng_status aesni_open(void **state, char title[PEER_TITLE_CAP], void *library,
				  const struct peer_job *job, struct gng_why *why)
{
	(void)library;
	snprintf(title, PEER_TITLE_CAP, "ours (aesni)");
	return open_variant(state, "aesni", job, why);
}

static bool ours_work(void *state)
{
	const struct ours *ours = state;
	const struct peer_job *job = ours->job;

	switch (job->mode) {
	case PEER_ECB_ENCRYPT:
		return gng_aes_ecb_encrypt(&ours->key, job->out, job->in, job->len) == GNG_OK;
	case PEER_CBC_ENCRYPT:
		return gng_aes_cbc_encrypt(&ours->key, job->iv, job->out, job->in, job->len) ==
		       GNG_OK;
	case PEER_CBC_DECRYPT:
		return gng_aes_cbc_decrypt(&ours->key, job->iv, job->out, job->in, job->len) ==
		       GNG_OK;
	case PEER_CTR:
		return gng_aes_ctr_crypt(&ours->key, job->iv, job->out, job->in, job->len) ==
		       GNG_OK;
	case PEER_GCM_SEAL:
		return gng_aes_gcm_seal(&ours->gcm, job->iv, PEER_NONCE, job->aad, PEER_AAD,
					job->out, job->in, job->len, job->out + job->len) == GNG_OK;
	default:
		return gng_aes_gcm_open(&ours->gcm, job->iv, PEER_NONCE, job->aad, PEER_AAD,
					job->out, job->in, job->len, job->tag) == GNG_OK;
	}
}

const char *peer_best_variant(void)
{
	static const uint8_t bytes[16];
	struct gng_aes_key key;
	const char *name;

	if (gng_aes_init(&key, bytes, sizeof(bytes)) != GNG_OK)
		return "";
	name = gng_aes_variant_name(&key);
	gng_aes_fini(&key);
	return name;
}

#define MAX_BATCH 64

/* A batch that the library has no call for is worked on one by one. */
static bool one_by_one(struct ours *ours, const struct peer_job *whole)
{
	const struct peer_job *job = ours->job;
	struct peer_job one = *whole;
	bool ok = true;

	ours->job = &one;
	for (size_t i = 0; i < whole->num_messages && ok; i++) {
		one.in = whole->in + i * whole->len;
		one.out = whole->out + i * peer_stride(whole);
		ok = ours_work(ours);
	}
	ours->job = job;
	return ok;
}

static bool seal_batch(struct ours *ours, const struct peer_job *job)
{
	struct gng_aes_gcm_item items[MAX_BATCH];

	for (size_t i = 0; i < job->num_messages; i++) {
		uint8_t *out = job->out + i * peer_stride(job);

		items[i] = (struct gng_aes_gcm_item){.key = &ours->gcm,
						     .nonce = job->iv,
						     .aad = job->aad,
						     .in = job->in + i * job->len,
						     .aad_len = PEER_AAD,
						     .len = job->len,
						     .out = out,
						     .tag = out + job->len};
	}
	return gng_aes_gcm_seal_batch(items, job->num_messages) == GNG_OK;
}

static bool chain_batch(struct ours *ours, const struct peer_job *job)
{
	struct gng_aes_cbc_item items[MAX_BATCH];

	for (size_t i = 0; i < job->num_messages; i++)
		items[i] = (struct gng_aes_cbc_item){job->iv, job->in + i * job->len,
						     job->out + i * job->len, job->len};
	return gng_aes_cbc_encrypt_batch(&ours->key, items, job->num_messages) == GNG_OK;
}

static bool ours_batch(void *state, const struct peer_job *job)
{
	struct ours *ours = state;

	if (job->num_messages <= MAX_BATCH && job->mode == PEER_CBC_ENCRYPT)
		return chain_batch(ours, job);
	if (job->num_messages <= MAX_BATCH && job->num_messages > 1 && job->mode == PEER_GCM_SEAL)
		return seal_batch(ours, job);
	return one_by_one(ours, job);
}

const struct peer_adapter peer_ours = {.name = "ours",
				       .open = ours_open,
				       .rekey = ours_rekey,
				       .work = ours_work,
				       .batch = ours_batch,
				       .close = ours_close};

/* peer_aesni is ours too: what a wider variant gains over it. */
const struct peer_adapter peer_aesni = {.name = "aesni",
					.open = aesni_open,
					.rekey = ours_rekey,
					.work = ours_work,
					.batch = ours_batch,
					.close = ours_close};
