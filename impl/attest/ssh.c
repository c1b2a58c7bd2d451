/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ssh.c - keys as OpenSSH wants them: the public line of RFC 4253 6.6 (RFC 8709, RFC 5656) and
 * the private file of OpenSSH's PROTOCOL.key. OpenSSH 9.2 reads no Ed25519 key in PKCS#8.
 */
#include "attest_key.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/core_names.h>
#include <openssl/rand.h>

#include "attest_base64.h"

#define BLOB_CAP 1024 /* both formats of both algorithms are under 500 bytes */
#define LINE 70

struct blob {
	uint8_t bytes[BLOB_CAP];
	size_t len;
	bool broken;
};

static void put_bytes(struct blob *blob, const void *bytes, size_t len)
{
	if (len > BLOB_CAP - blob->len) {
		blob->broken = true;
		return;
	}
	memcpy(blob->bytes + blob->len, bytes, len);
	blob->len += len;
}

static void put_number(struct blob *blob, size_t number)
{
	const uint8_t bytes[4] = {(uint8_t)(number >> 24), (uint8_t)(number >> 16),
				  (uint8_t)(number >> 8), (uint8_t)number};

	put_bytes(blob, bytes, sizeof(bytes));
}

static void put_string(struct blob *blob, const void *bytes, size_t len)
{
	put_number(blob, len);
	put_bytes(blob, bytes, len);
}

static void put_text(struct blob *blob, const char *text)
{
	put_string(blob, text, strlen(text));
}

static const char *type_of(const struct gng_attest_key *key)
{
	return key->algorithm == GNG_ATTEST_P256 ? "ecdsa-sha2-nistp256" : "ssh-ed25519";
}

/* ---- the parts that differ ---- */

/* put_public appends the public key without its type; false if libcrypto will not tell it. */
static bool put_public(struct blob *blob, const struct gng_attest_key *key)
{
	uint8_t point[80];
	size_t len = sizeof(point);

	if (key->algorithm == GNG_ATTEST_ED25519) {
		if (EVP_PKEY_get_raw_public_key(key->pkey, point, &len) != 1)
			return false;
		put_string(blob, point, len);
		return true;
	}
	if (EVP_PKEY_get_octet_string_param(key->pkey, OSSL_PKEY_PARAM_PUB_KEY, point,
					    sizeof(point), &len) != 1)
		return false;
	put_text(blob, "nistp256");
	put_string(blob, point, len);
	return true;
}

static bool put_secret_ed25519(struct blob *blob, const struct gng_attest_key *key)
{
	uint8_t pair[64];
	size_t secret_len = 32, public_len = 32;
	const bool ok = EVP_PKEY_get_raw_private_key(key->pkey, pair, &secret_len) == 1 &&
			EVP_PKEY_get_raw_public_key(key->pkey, pair + 32, &public_len) == 1;

	if (ok)
		put_string(blob, pair, sizeof(pair));
	gng_wipe(pair, sizeof(pair));
	return ok;
}

static bool put_secret_p256(struct blob *blob, const struct gng_attest_key *key)
{
	BIGNUM *secret = NULL;
	uint8_t mpint[33] = {0}; /* a leading zero keeps it positive */
	const bool ok = EVP_PKEY_get_bn_param(key->pkey, OSSL_PKEY_PARAM_PRIV_KEY, &secret) == 1 &&
			BN_bn2binpad(secret, mpint + 1, 32) == 32;
	size_t skip = 0;

	while (skip < 32 && mpint[skip] == 0 && !(mpint[skip + 1] & 0x80))
		skip++;
	if (ok)
		put_string(blob, mpint + skip, sizeof(mpint) - skip);
	gng_wipe(mpint, sizeof(mpint));
	BN_clear_free(secret);
	return ok;
}

/* ---- the two formats ---- */

static bool put_public_blob(struct blob *blob, const struct gng_attest_key *key)
{
	put_text(blob, type_of(key));
	return put_public(blob, key) && !blob->broken;
}

char *gng_attest_key_ssh(const struct gng_attest_key *key)
{
	struct blob blob = {.len = 0};
	char *encoded = NULL, *line = NULL;

	if (put_public_blob(&blob, key))
		encoded = attest_base64_encode(blob.bytes, blob.len);
	if (encoded && asprintf(&line, "%s %s gonogo-%.8s", type_of(key), encoded, key->id) < 0)
		line = NULL;
	free(encoded);
	return line;
}

static bool put_secret_blob(struct blob *blob, const struct gng_attest_key *key)
{
	uint8_t check[4];
	bool ok;

	if (RAND_bytes(check, sizeof(check)) != 1)
		return false;
	put_bytes(blob, check, sizeof(check)); /* twice the same: the passphrase was right */
	put_bytes(blob, check, sizeof(check));
	put_text(blob, type_of(key));
	ok = put_public(blob, key) &&
	     (key->algorithm == GNG_ATTEST_P256 ? put_secret_p256(blob, key)
						: put_secret_ed25519(blob, key));
	put_text(blob, "gonogo");
	for (uint8_t pad = 1; blob->len % 8; pad++)
		put_bytes(blob, &pad, 1);
	return ok && !blob->broken;
}

static bool put_file(struct blob *blob, const struct gng_attest_key *key)
{
	static const char magic[] = "openssh-key-v1"; /* its NUL belongs to it */
	struct blob public = {.len = 0}, secret = {.len = 0};
	const bool ok = put_public_blob(&public, key) && put_secret_blob(&secret, key);

	put_bytes(blob, magic, sizeof(magic));
	put_text(blob, "none");
	put_text(blob, "none");
	put_text(blob, "");
	put_number(blob, 1);
	put_string(blob, public.bytes, public.len);
	put_string(blob, secret.bytes, secret.len);
	gng_wipe(&secret, sizeof(secret));
	return ok && !blob->broken;
}

char *gng_attest_key_ssh_private(const struct gng_attest_key *key)
{
	struct blob blob = {.len = 0};
	char *encoded = NULL, *text = NULL;
	size_t len;
	FILE *out = open_memstream(&text, &len);

	if (put_file(&blob, key))
		encoded = attest_base64_encode(blob.bytes, blob.len);
	if (out && encoded) {
		fputs("-----BEGIN OPENSSH PRIVATE KEY-----\n", out);
		for (const char *at = encoded; *at; at += strnlen(at, LINE))
			fprintf(out, "%.*s\n", LINE, at);
		fputs("-----END OPENSSH PRIVATE KEY-----\n", out);
	}
	if (encoded)
		gng_wipe(encoded, strlen(encoded));
	free(encoded);
	gng_wipe(&blob, sizeof(blob));
	if (out && fclose(out) == 0 && len)
		return text;
	free(text);
	return NULL;
}
