/* SPDX-License-Identifier: Apache-2.0 */
/* peer_ours.c - gng_aes as a contestant, in the variant that the case names. */
#include "peer.h"

#include <stdlib.h>

#include <gng_aes.h>

#include "aes_variant.h"

struct ours {
	const struct peer_job *job;
	struct gng_aes_key key;
	struct gng_aes_gcm_key gcm;
};

static void ours_close(void *state)
{
	struct ours *ours = state;

	gng_aes_fini(&ours->key);
	gng_aes_gcm_key_fini(&ours->gcm);
	free(ours);
}

static enum gng_status ours_open(void **state, char title[PEER_TITLE_CAP], void *library,
				 const struct peer_job *job, struct gng_why *why)
{
	const struct gng_aes_variant *variant = aes_variant_named(job->variant);
	struct ours *ours;
	enum gng_status status;

	(void)library;
	(void)title;
	if (!variant || (variant->needs & ~gng_cpu_caps()) != 0)
		return gng_why_set(why, GNG_EUNSUPPORTED, 0, "peer.ours",
				   "this CPU has not what the variant %s needs", job->variant);
	ours = calloc(1, sizeof(*ours));
	if (!ours)
		return gng_why_set(why, GNG_ENOMEM, 0, "peer.ours", "no memory");
	ours->job = job;
	status = aes_init_with(&ours->key, variant, job->key, job->key_len);
	if (status == GNG_OK)
		status = aes_gcm_init_with(&ours->gcm, variant, job->key, job->key_len, PEER_TAG);
	if (status == GNG_OK) {
		*state = ours;
		return GNG_OK;
	}
	ours_close(ours);
	return gng_why_set(why, status, 0, "peer.ours", "our own init fails with %s",
			   gng_status_name(status));
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

const struct peer_adapter peer_ours = {
	.name = "ours", .open = ours_open, .work = ours_work, .close = ours_close};
