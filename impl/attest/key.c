/* SPDX-License-Identifier: Apache-2.0 */
/* key.c - Ed25519 and ECDSA P-256 keys in PEM files, by libcrypto's EVP. */
#include "attest_key.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include <gng_sysfile.h>

#define MAX_FILE 65536 /* a PEM file is some hundred bytes */

void attest_hex(char *text, const uint8_t *bytes, size_t len)
{
	static const char digits[] = "0123456789abcdef";

	for (size_t i = 0; i < len; i++) {
		*text++ = digits[bytes[i] >> 4];
		*text++ = digits[bytes[i] & 15];
	}
	*text = '\0';
}

/* ---- making a key of a pkey ---- */

static bool name_key(struct gng_attest_key *key)
{
	unsigned char *spki = NULL;
	uint8_t digest[EVP_MAX_MD_SIZE];
	const int len = i2d_PUBKEY(key->pkey, &spki);
	const bool ok =
		len > 0 && EVP_Digest(spki, (size_t)len, digest, NULL, EVP_sha256(), NULL) == 1;

	OPENSSL_free(spki);
	if (ok)
		attest_hex(key->id, digest, 32);
	return ok;
}

static bool is_p256(const EVP_PKEY *pkey)
{
	char group[32] = "";

	return EVP_PKEY_get_base_id(pkey) == EVP_PKEY_EC &&
	       EVP_PKEY_get_group_name(pkey, group, sizeof(group), NULL) == 1 &&
	       (strcmp(group, "prime256v1") == 0 || strcmp(group, "P-256") == 0);
}

/* take makes a key of pkey, which it owns also on failure. NULL for other kinds of key. */
static struct gng_attest_key *take(EVP_PKEY *pkey)
{
	struct gng_attest_key *key = calloc(1, sizeof(*key));
	const bool known =
		pkey && (EVP_PKEY_get_base_id(pkey) == EVP_PKEY_ED25519 || is_p256(pkey));

	if (!key || !known) {
		EVP_PKEY_free(pkey);
		free(key);
		return NULL;
	}
	key->pkey = pkey;
	key->algorithm = is_p256(pkey) ? GNG_ATTEST_P256 : GNG_ATTEST_ED25519;
	if (name_key(key))
		return key;
	gng_attest_key_close(key);
	return NULL;
}

void gng_attest_key_close(struct gng_attest_key *key)
{
	if (!key)
		return;
	EVP_PKEY_free(key->pkey); /* libcrypto clears private keys */
	free(key);
}

enum gng_status gng_attest_key_new(struct gng_attest_key **key, enum gng_attest_algorithm algorithm,
				   struct gng_why *why)
{
	EVP_PKEY *pkey = algorithm == GNG_ATTEST_P256 ? EVP_EC_gen("P-256")
						      : EVP_PKEY_Q_keygen(NULL, NULL, "ED25519");

	*key = take(pkey);
	ERR_clear_error();
	return *key ? GNG_OK : gng_why_set(why, GNG_ESYS, 0, "attest.key", "libcrypto made no key");
}

const char *gng_attest_key_id(const struct gng_attest_key *key)
{
	return key->id;
}

const char *gng_attest_key_algorithm(const struct gng_attest_key *key)
{
	return key->algorithm == GNG_ATTEST_P256 ? "ECDSA P-256" : "Ed25519";
}

/* ---- files ---- */

static int no_passphrase(char *text, int cap, int writing, void *context)
{
	(void)text;
	(void)cap;
	(void)writing;
	(void)context;
	return -1; /* a lab signs without a person; libcrypto must not ask the terminal */
}

/* read_key_file returns the file's text in a buffer to be wiped; NULL with *why. */
static char *read_key_file(const char *path, size_t *len, struct gng_why *why)
{
	char *text;
	FILE *file;

	*len = 0;
	if (gng_sysfile_open(&file, path, MAX_FILE, why) != GNG_OK)
		return NULL;
	text = calloc(1, MAX_FILE + 1);
	if (text)
		*len = fread(text, 1, MAX_FILE, file);
	fclose(file);
	return text;
}

static const char *what_is_wrong(const char *text, bool secret)
{
	if (strstr(text, "ENCRYPTED"))
		return "is a key with a passphrase: openssl pkey -in FILE -out NEW writes one "
		       "without";
	if (secret && strstr(text, "BEGIN PUBLIC KEY"))
		return "holds a public key, and signing needs the private one";
	if (!secret && strstr(text, "PRIVATE KEY"))
		return "holds a private key, and only the public one is wanted: gonogo key export "
		       "--public FILE";
	return "holds no Ed25519 or P-256 key in PEM: gonogo key new FILE makes one";
}

enum gng_status gng_attest_key_open(struct gng_attest_key **key, const char *path, bool secret,
				    struct gng_why *why)
{
	struct gng_why inner = {.text = "no memory"};
	EVP_PKEY *pkey = NULL;
	size_t len;
	char *text = read_key_file(path, &len, &inner);
	BIO *bio = text ? BIO_new_mem_buf(text, (int)len) : NULL;

	*key = NULL;
	if (!text)
		return gng_why_set(why, GNG_EINVAL, inner.sys_errno, "attest.key",
				   "the key cannot be read: %s", inner.text);
	if (bio)
		pkey = secret ? PEM_read_bio_PrivateKey(bio, NULL, no_passphrase, NULL)
			      : PEM_read_bio_PUBKEY(bio, NULL, no_passphrase, NULL);
	BIO_free(bio);
	ERR_clear_error();
	*key = take(pkey);
	if (!*key)
		gng_why_set(why, GNG_EINVAL, 0, "attest.key", "%s %s", path,
			    what_is_wrong(text, secret));
	gng_wipe(text, MAX_FILE);
	free(text);
	return *key ? GNG_OK : GNG_EINVAL;
}

enum gng_status gng_attest_key_save(const struct gng_attest_key *key, const char *path,
				    struct gng_why *why)
{
	const int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
	FILE *file = fd < 0 ? NULL : fdopen(fd, "w");
	bool ok;

	if (!file)
		return gng_why_set(
			why, GNG_EINVAL, errno, "attest.key", "%s: %s%s", path, strerror(errno),
			errno == EEXIST ? ": choose another name, keys are not replaced" : "");
	ok = PEM_write_PKCS8PrivateKey(file, key->pkey, NULL, NULL, 0, NULL, NULL) == 1 &&
	     fflush(file) == 0 && fsync(fd) == 0;
	if (fclose(file) == 0 && ok)
		return GNG_OK;
	gng_why_set(why, GNG_ESYS, errno, "attest.key", "%s: the key cannot be written: %s", path,
		    strerror(errno));
	unlink(path);
	return GNG_ESYS;
}

char *gng_attest_key_public(const struct gng_attest_key *key)
{
	BIO *bio = BIO_new(BIO_s_mem());
	char *data, *text = NULL;

	if (bio && PEM_write_bio_PUBKEY(bio, key->pkey) == 1) {
		const long len = BIO_get_mem_data(bio, &data);

		text = strndup(data, (size_t)len);
	}
	BIO_free(bio);
	return text;
}

/* ---- signing ---- */

static const EVP_MD *digest_of(const struct gng_attest_key *key)
{
	return key->algorithm == GNG_ATTEST_P256 ? EVP_sha256() : NULL; /* Ed25519 has its own */
}

bool attest_key_sign(uint8_t *signature, size_t *len, const struct gng_attest_key *key,
		     const uint8_t *message, size_t message_len)
{
	EVP_MD_CTX *context = EVP_MD_CTX_new();
	const bool ok = context &&
			EVP_DigestSignInit(context, NULL, digest_of(key), NULL, key->pkey) == 1 &&
			EVP_DigestSign(context, signature, len, message, message_len) == 1;

	EVP_MD_CTX_free(context);
	ERR_clear_error();
	return ok;
}

static bool verify(const struct gng_attest_key *key, const uint8_t *signature, size_t len,
		   const uint8_t *message, size_t message_len)
{
	EVP_MD_CTX *context = EVP_MD_CTX_new();
	const bool ok = context &&
			EVP_DigestVerifyInit(context, NULL, digest_of(key), NULL, key->pkey) == 1 &&
			EVP_DigestVerify(context, signature, len, message, message_len) == 1;

	EVP_MD_CTX_free(context);
	ERR_clear_error();
	return ok;
}

/* der_of turns r || s into DER; it returns the length, 0 if it cannot. */
static size_t der_of(uint8_t der[ATTEST_SIGNATURE_CAP], const uint8_t *raw)
{
	ECDSA_SIG *sig = ECDSA_SIG_new();
	BIGNUM *r = BN_bin2bn(raw, 32, NULL), *s = BN_bin2bn(raw + 32, 32, NULL);
	int len = 0;

	if (sig && r && s && ECDSA_SIG_set0(sig, r, s) == 1) {
		r = s = NULL; /* they are sig's now */
		len = i2d_ECDSA_SIG(sig, NULL);
		if (len > 0 && len <= ATTEST_SIGNATURE_CAP)
			len = i2d_ECDSA_SIG(sig, &der);
	}
	ECDSA_SIG_free(sig);
	BN_free(r);
	BN_free(s);
	return len > 0 && len <= ATTEST_SIGNATURE_CAP ? (size_t)len : 0;
}

bool attest_key_verify(const struct gng_attest_key *key, const uint8_t *signature, size_t len,
		       const uint8_t *message, size_t message_len)
{
	uint8_t der[ATTEST_SIGNATURE_CAP];
	size_t der_len;

	if (verify(key, signature, len, message, message_len))
		return true;
	if (key->algorithm != GNG_ATTEST_P256 || len != 64)
		return false;
	der_len = der_of(der, signature);
	return der_len && verify(key, der, der_len, message, message_len);
}
