/* SPDX-License-Identifier: Apache-2.0 */
/*
 * montecarlo_test.c - NIST AESAVS, Monte Carlo test for ECB and CBC: 100 chains of 1000 blocks,
 * each block the text of the next and each chain the key of the next. NIST publishes the ends
 * of the chains, of which mct.vec has some; all 100 are held against OpenSSL.
 */
/* requires: libcrypto */
#include "variant.h"

#include <openssl/evp.h>

#define NUM_KEYS 100
#define NUM_BLOCKS 1000

/* chain is one side: ours or OpenSSL's, encrypting or decrypting, a block at a time. */
struct chain {
	const struct gng_aes_variant *variant; /* NULL: OpenSSL */
	bool cbc, decrypts;
	size_t key_len;
	uint8_t key[32], iv[16], text[16]; /* of the next 1000 blocks */
	uint8_t last[2][16];		   /* what came out: the last but one, and the last */
	struct gng_aes_key ours;
	struct gng_aes_cbc op;
	EVP_CIPHER_CTX *evp;
};

static void begin(struct chain *c)
{
	const char *const name = c->cbc ? "CBC" : "ECB";
	char full[16];

	if (c->variant) {
		assert_int_equal(aes_init_with(&c->ours, c->variant, c->key, c->key_len), GNG_OK);
		assert_int_equal(c->decrypts ? gng_aes_cbc_begin_decrypt(&c->op, &c->ours, c->iv)
					     : gng_aes_cbc_begin_encrypt(&c->op, &c->ours, c->iv),
				 GNG_OK);
		return;
	}
	snprintf(full, sizeof(full), "AES-%zu-%s", 8 * c->key_len, name);
	assert_int_equal(EVP_CipherInit_ex(c->evp, EVP_get_cipherbyname(full), NULL, c->key, c->iv,
					   !c->decrypts),
			 1);
	assert_int_equal(EVP_CIPHER_CTX_set_padding(c->evp, 0), 1);
}

static void crypt_block(struct chain *c, uint8_t out[16], const uint8_t in[16])
{
	size_t len = 16;
	int n, ok;

	if (!c->variant)
		ok = EVP_CipherUpdate(c->evp, out, &n, in, 16) == 1;
	else if (c->cbc)
		ok = gng_aes_cbc_update(&c->op, out, 16, &len, in, 16) == GNG_OK && len == 16;
	else if (c->decrypts)
		ok = gng_aes_ecb_decrypt(&c->ours, out, in, 16) == GNG_OK;
	else
		ok = gng_aes_ecb_encrypt(&c->ours, out, in, 16) == GNG_OK;
	assert_true(ok);
}

/* run_blocks: in ECB the text is what came out last; in CBC what came out before that, and the
 * iv at first. */
static void run_blocks(struct chain *c)
{
	uint8_t text[16], out[16];

	begin(c);
	memcpy(text, c->text, 16);
	memcpy(c->last[1], c->iv, 16);
	for (int i = 0; i < NUM_BLOCKS; i++) {
		crypt_block(c, out, text);
		memcpy(c->last[0], c->last[1], 16);
		memcpy(c->last[1], out, 16);
		memcpy(text, c->cbc ? c->last[0] : out, 16);
	}
}

/* turn_key XORs into the key the last 128, 192 or 256 bits of what came out. */
static void turn_key(struct chain *c)
{
	const uint8_t *const out = (const uint8_t *)c->last + 32 - c->key_len;

	for (size_t i = 0; i < c->key_len; i++)
		c->key[i] ^= out[i];
	memcpy(c->iv, c->last[1], 16);
	memcpy(c->text, c->cbc ? c->last[0] : c->last[1], 16);
}

static void check_chains(const struct gng_aes_variant *variant, size_t key_len, bool cbc,
			 bool decrypts)
{
	struct chain ours = {variant, cbc, decrypts, .key_len = key_len}, theirs;

	fill(ours.key, sizeof(ours.key), key_len);
	fill(ours.iv, sizeof(ours.iv), 1);
	fill(ours.text, sizeof(ours.text), 2);
	theirs = ours;
	theirs.variant = NULL;
	theirs.evp = EVP_CIPHER_CTX_new();
	assert_non_null(theirs.evp);
	for (int i = 0; i < NUM_KEYS; i++) {
		run_blocks(&ours);
		run_blocks(&theirs);
		check_same("the chain's end", 32, ours.last[0], theirs.last[0]);
		turn_key(&ours);
		turn_key(&theirs);
	}
	EVP_CIPHER_CTX_free(theirs.evp);
}

static void check_key_lens(bool cbc, bool decrypts)
{
	const struct gng_aes_variant *variant;

	if (variant_skips(&variant))
		return;
	for (size_t key_len = 16; key_len <= 32; key_len += 8)
		check_chains(variant, key_len, cbc, decrypts);
}

static void ecb_encryption_survives_monte_carlo(void **state)
{
	(void)state;
	check_key_lens(false, false);
}

static void ecb_decryption_survives_monte_carlo(void **state)
{
	(void)state;
	check_key_lens(false, true);
}

static void cbc_encryption_survives_monte_carlo(void **state)
{
	(void)state;
	check_key_lens(true, false);
}

static void cbc_decryption_survives_monte_carlo(void **state)
{
	(void)state;
	check_key_lens(true, true);
}

/* check_published runs one chain forth from NIST's text, for ECB back again too. */
static void check_published(struct gng_vec_case *one, void *arg)
{
	size_t iv_len = 0, text_len, end_len;
	struct chain c = {.variant = arg, .cbc = gng_vec_has(one, "iv")};
	const uint8_t *key = suite_bytes(one, "key", &c.key_len);
	const uint8_t *text = suite_bytes(one, "plaintext", &text_len);
	const uint8_t *end = suite_bytes(one, "ciphertext", &end_len);

	assert_in_range(c.key_len, 16, sizeof(c.key));
	assert_int_equal(text_len, 16);
	assert_int_equal(end_len, 16);
	memcpy(c.key, key, c.key_len);
	memcpy(c.text, text, 16);
	if (c.cbc)
		memcpy(c.iv, suite_bytes(one, "iv", &iv_len), 16);
	run_blocks(&c);
	check_same(gng_vec_here(one), 16, c.last[1], end);
	if (c.cbc)
		return;
	c.decrypts = true;
	memcpy(c.text, end, 16);
	run_blocks(&c);
	check_same(gng_vec_here(one), 16, c.last[1], text);
}

static void monte_carlo_ends_where_nist_says(void **state)
{
	const struct gng_aes_variant *variant;

	(void)state;
	if (variant_skips(&variant))
		return;
	suite_vectors("aes/mct.vec", check_published, (void *)variant);
}

const struct suite_test suite_tests[] = {
	TEST_EACH_VARIANT(ecb_encryption_survives_monte_carlo, "C1.montecarlo"),
	TEST_EACH_VARIANT(ecb_decryption_survives_monte_carlo, "C1.montecarlo"),
	TEST_EACH_VARIANT(cbc_encryption_survives_monte_carlo, "C1.montecarlo"),
	TEST_EACH_VARIANT(cbc_decryption_survives_monte_carlo, "C1.montecarlo"),
	TEST_EACH_VARIANT(monte_carlo_ends_where_nist_says, "C1.montecarlo"),
	{0},
};
