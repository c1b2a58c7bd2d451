/* SPDX-License-Identifier: Apache-2.0 */
/* gcm_test.c - AES-GCM: the GCM specification's appendix B and NIST's 47,250 CAVP cases. */
#include "variant.h"

#define MAX_TEXT 64 /* NIST's longest has 51 bytes */

/* check_len holds a length against the one that the section of the file states in bits. */
static void check_len(struct gng_vec_case *one, const char *name, size_t len)
{
	if (gng_vec_has(one, name))
		assert_int_equal(suite_int(one, name), 8 * len);
}

struct message {
	struct gng_aes_gcm_key key;
	const uint8_t *nonce, *aad, *cipher, *tag, *plain; /* plain NULL where the tag is bad */
	size_t nonce_len, aad_len, len;
};

static void read_message(struct message *m, struct gng_vec_case *one, const char *plain,
			 const char *cipher, const struct gng_aes_variant *variant)
{
	size_t key_len, tag_len, plain_len;
	const uint8_t *key_bytes = suite_bytes(one, "key", &key_len);

	m->nonce = suite_bytes(one, "iv", &m->nonce_len);
	m->aad = suite_bytes(one, "aad", &m->aad_len);
	m->cipher = suite_bytes(one, cipher, &m->len);
	m->tag = suite_bytes(one, "tag", &tag_len);
	m->plain = NULL;
	if (!gng_vec_has(one, "FAIL")) {
		m->plain = suite_bytes(one, plain, &plain_len);
		assert_int_equal(plain_len, m->len);
	}
	assert_in_range(m->len, 0, MAX_TEXT);
	check_len(one, "Keylen", key_len);
	check_len(one, "IVlen", m->nonce_len);
	check_len(one, "AADlen", m->aad_len);
	check_len(one, "PTlen", m->len);
	check_len(one, "Taglen", tag_len);
	assert_int_equal(aes_gcm_init_with(&m->key, variant, key_bytes, key_len, tag_len), GNG_OK);
}

static void check_seal(const struct message *m, const char *here)
{
	uint8_t out[MAX_TEXT], tag[GNG_AES_MAX_TAG + 1];

	memset(tag, 0xaa, sizeof(tag));
	assert_int_equal(gng_aes_gcm_seal(&m->key, m->nonce, m->nonce_len, m->aad, m->aad_len, out,
					  m->plain, m->len, tag),
			 GNG_OK);
	check_same(here, m->len, out, m->cipher);
	check_same(here, m->key.tag_len, tag, m->tag);
	assert_int_equal(tag[m->key.tag_len], 0xaa); /* a short tag is short: golang/go#80288 */
}

static void check_open(const struct message *m, const char *here)
{
	uint8_t out[MAX_TEXT];
	const enum gng_status want = m->plain ? GNG_OK : GNG_EAUTH;
	const enum gng_status got = gng_aes_gcm_open(&m->key, m->nonce, m->nonce_len, m->aad,
						     m->aad_len, out, m->cipher, m->len, m->tag);

	gng_probe_assertion();
	if (got != want)
		suite_fail("%s: open gives %s, not %s", here, gng_status_name(got),
			   gng_status_name(want));
	if (m->plain)
		check_same(here, m->len, out, m->plain);
	for (size_t i = 0; !m->plain && i < m->len; i++)
		assert_int_equal(out[i], 0);
}

static void check_spec_case(struct gng_vec_case *one, void *arg)
{
	struct message m;

	read_message(&m, one, "plaintext", "ciphertext", arg);
	check_seal(&m, gng_vec_here(one));
	check_open(&m, gng_vec_here(one));
}

static void check_encrypt_case(struct gng_vec_case *one, void *arg)
{
	struct message m;

	read_message(&m, one, "PT", "CT", arg);
	check_seal(&m, gng_vec_here(one));
}

static void check_decrypt_case(struct gng_vec_case *one, void *arg)
{
	struct message m;

	read_message(&m, one, "PT", "CT", arg);
	check_open(&m, gng_vec_here(one));
}

static void check_file(const char *path, void (*fn)(struct gng_vec_case *one, void *arg))
{
	const struct gng_aes_variant *variant;

	if (variant_skips(&variant))
		return;
	suite_vectors(path, fn, (void *)variant);
}

static void gcm_agrees_with_its_specification(void **state)
{
	(void)state;
	check_file("aes/gcm-spec.vec", check_spec_case);
}

static void gcm_seals_as_nist_128(void **state)
{
	(void)state;
	check_file("aes/gcmEncryptExtIV128.rsp", check_encrypt_case);
}

static void gcm_seals_as_nist_192(void **state)
{
	(void)state;
	check_file("aes/gcmEncryptExtIV192.rsp", check_encrypt_case);
}

static void gcm_seals_as_nist_256(void **state)
{
	(void)state;
	check_file("aes/gcmEncryptExtIV256.rsp", check_encrypt_case);
}

static void gcm_opens_as_nist_128(void **state)
{
	(void)state;
	check_file("aes/gcmDecrypt128.rsp", check_decrypt_case);
}

static void gcm_opens_as_nist_192(void **state)
{
	(void)state;
	check_file("aes/gcmDecrypt192.rsp", check_decrypt_case);
}

static void gcm_opens_as_nist_256(void **state)
{
	(void)state;
	check_file("aes/gcmDecrypt256.rsp", check_decrypt_case);
}

const struct suite_test suite_tests[] = {
	TEST_EACH_VARIANT(gcm_agrees_with_its_specification, "C1.gcm.kat C1.gcm.nonce-length"),
	TEST_EACH_VARIANT(gcm_seals_as_nist_128, "C1.gcm.kat"),
	TEST_EACH_VARIANT(gcm_seals_as_nist_192, "C1.gcm.kat"),
	TEST_EACH_VARIANT(gcm_seals_as_nist_256, "C1.gcm.kat"),
	TEST_EACH_VARIANT(gcm_opens_as_nist_128, "C1.gcm.kat C1.gcm.wipe-on-bad-tag"),
	TEST_EACH_VARIANT(gcm_opens_as_nist_192, "C1.gcm.kat C1.gcm.wipe-on-bad-tag"),
	TEST_EACH_VARIANT(gcm_opens_as_nist_256, "C1.gcm.kat C1.gcm.wipe-on-bad-tag"),
	{0},
};
