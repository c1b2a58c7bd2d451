/* SPDX-License-Identifier: Apache-2.0 */
/*
 * probe_aes_joint.c - what GCM gains by AES and GHASH in one pass: the article calls that the way
 * past the bottleneck. CTR and then GMAC of the same bytes are what it would be without.
 */
#include "claims_probe.h"

#include <stdlib.h>

#include <gng_aes.h>

#define MAX_LEN ((size_t)1 << 20)

struct both {
	struct gng_aes_key key;
	struct gng_aes_gcm_key gcm;
	uint8_t *bytes, tag[16];
	size_t len;
	bool failed;
};

static const uint8_t key_bytes[16] = {1}, block[16], nonce[12];

static void one_pass(void *context)
{
	struct both *both = context;

	both->failed |= gng_aes_gcm_seal(&both->gcm, nonce, sizeof(nonce), NULL, 0, both->bytes,
					 both->bytes, both->len, both->tag) != GNG_OK;
}

static void two_passes(void *context)
{
	struct both *both = context;

	both->failed |= gng_aes_ctr_crypt(&both->key, block, both->bytes, both->bytes, both->len) !=
				GNG_OK ||
			gng_aes_gmac(&both->gcm, nonce, sizeof(nonce), both->bytes, both->len,
				     both->tag) != GNG_OK;
}

/* joint: with = bytes of a message; cycles of CTR and GMAC over those of GCM. */
static void joint(struct claims_finding *finding, const struct gng_claims_claim *claim)
{
	struct both both = {.len = strtoul(claim->with, NULL, 10)};
	double samples[CLAIMS_NUM_SAMPLES];

	if (both.len == 0 || both.len > MAX_LEN) {
		claims_find(finding, CLAIMS_DOUBT, "'%.40s' is no length up to 1 MiB", claim->with);
		return;
	}
	both.bytes = calloc(both.len, 1);
	both.failed = !both.bytes ||
		      gng_aes_init(&both.key, key_bytes, sizeof(key_bytes)) != GNG_OK ||
		      gng_aes_gcm_init(&both.gcm, key_bytes, sizeof(key_bytes), 16) != GNG_OK;
	for (int i = 0; i < CLAIMS_NUM_SAMPLES && !both.failed; i++)
		samples[i] =
			claims_core_cycles(two_passes, &both) / claims_core_cycles(one_pass, &both);
	if (both.failed)
		claims_find(finding, CLAIMS_DOUBT, "no message of %zu bytes is sealed", both.len);
	else
		claims_figure_of(finding, samples,
				 "cycles of our CTR-128 and then GMAC over those of GCM-128");
	gng_aes_fini(&both.key);
	gng_aes_gcm_key_fini(&both.gcm);
	free(both.bytes);
}

const struct claims_probe claims_probes_aes_joint[] = {{"aes_joint", true, joint}, {0}};
