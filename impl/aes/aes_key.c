/* SPDX-License-Identifier: Apache-2.0 */
/* aes_key.c - keys (FIPS 197 section 5.2) and the choice of a variant. */
#include "aes_private.h"

const struct gng_aes_variant *const aes_variants[] = {
#if defined(__x86_64__) && __STDC_HOSTED__
	&aes_variant_vaes512,
	&aes_variant_vaes256,
	&aes_variant_aesni,
#endif
	&aes_variant_portable,
};
const size_t aes_num_variants = sizeof(aes_variants) / sizeof(aes_variants[0]);

static bool same_name(const char *a, const char *b)
{
	while (*a && *a == *b) {
		a++;
		b++;
	}
	return *a == *b;
}

const struct gng_aes_variant *aes_variant_named(const char *name)
{
	for (size_t i = 0; i < aes_num_variants; i++)
		if (same_name(aes_variants[i]->name, name))
			return aes_variants[i];
	return NULL;
}

const struct gng_aes_variant *aes_best_variant(void)
{
#if __STDC_HOSTED__
	const uint32_t caps = gng_cpu_caps();
#else
	const uint32_t caps = 0; /* a kernel does not save vector registers for us */
#endif
	size_t i = 0;

	while ((aes_variants[i]->needs & ~caps) != 0)
		i++; /* portable needs nothing, so this ends */
	return aes_variants[i];
}

enum gng_status aes_init_forward(struct gng_aes_key *key, const struct gng_aes_variant *variant,
				 const uint8_t *key_bytes, size_t key_len)
{
	uint8_t *rest;

	if (!key_bytes || (key_len != 16 && key_len != 24 && key_len != 32))
		return GNG_EINVAL;
	key->variant = variant;
	key->rounds = (uint32_t)(key_len / 4 + 6);
	variant->expand(key, key_bytes, key_len);
	rest = key->enc[key->rounds] + GNG_AES_BLOCK;
	gng_wipe(rest, (size_t)((uint8_t *)(key + 1) - rest));
	return GNG_OK;
}

enum gng_status aes_init_with(struct gng_aes_key *key, const struct gng_aes_variant *variant,
			      const uint8_t *key_bytes, size_t key_len)
{
	enum gng_status status;

	if (!key)
		return GNG_EINVAL;
	status = aes_init_forward(key, variant, key_bytes, key_len);
	if (status != GNG_OK)
		gng_wipe(key, sizeof(*key));
	else if (variant->invert)
		variant->invert(key);
	return status;
}

enum gng_status gng_aes_init(struct gng_aes_key *key, const uint8_t *key_bytes, size_t key_len)
{
	return aes_init_with(key, aes_best_variant(), key_bytes, key_len);
}

void gng_aes_fini(struct gng_aes_key *key)
{
	if (key)
		gng_wipe(key, sizeof(*key));
}

const char *gng_aes_variant_name(const struct gng_aes_key *key)
{
	return aes_key_ready(key) ? key->variant->name : NULL;
}
