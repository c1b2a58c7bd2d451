/* SPDX-License-Identifier: Apache-2.0 */
/* der.c - certificates and keys: parsed within limits, encoded once, viewed without a copy. */
#include "evp_private.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/asn1.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#define WHERE "evp.der"

struct gng_evp_der {
	uint8_t *bytes; /* OpenSSL's memory */
	size_t len;
};

/* object is what OpenSSL parsed; exactly one is there. */
struct object {
	X509 *certificate;
	EVP_PKEY *key;
};

static void object_fini(struct object *object)
{
	X509_free(object->certificate);
	EVP_PKEY_free(object->key);
}

/* encode makes der of what was parsed. A private key's memory is wiped by der_close. */
static enum gng_status encode(struct gng_evp_der **der, enum gng_evp_kind kind,
			      const struct object *object)
{
	struct gng_evp_der *made = calloc(1, sizeof(*made));
	int len;

	if (!made)
		return GNG_ENOMEM;
	if (kind == GNG_EVP_CERTIFICATE)
		len = i2d_X509(object->certificate, &made->bytes);
	else if (kind == GNG_EVP_PUBLIC_KEY)
		len = i2d_PUBKEY(object->key, &made->bytes);
	else
		len = i2d_PrivateKey(object->key, &made->bytes);
	if (len <= 0) {
		free(made);
		return GNG_EFORMAT;
	}
	made->len = (size_t)len;
	*der = made;
	return GNG_OK;
}

/* fills_one_sequence: a key is a SEQUENCE (X.690, 8.9). OpenSSL 3.0 sets up all its decoders before
 * it looks at a byte, which takes a millisecond: what cannot be a key is refused here. An
 * indefinite length (8.1.3.6) is left to it. */
static bool fills_one_sequence(const uint8_t *bytes, size_t len)
{
	size_t value = 0, octets;

	if (len < 2 || bytes[0] != 0x30)
		return false;
	if (bytes[1] < 0x80)
		return len == 2u + bytes[1];
	octets = bytes[1] & 0x7f;
	if (octets == 0)
		return true;
	if (len < 2 + octets)
		return false;
	for (size_t i = 0; i < octets && value <= len; i++)
		value = value << 8 | bytes[2 + i];
	return len == 2 + octets + value;
}

static bool parse_der(struct object *object, enum gng_evp_kind kind, const uint8_t *bytes,
		      size_t len)
{
	const uint8_t *at = bytes;

	if (kind != GNG_EVP_CERTIFICATE && !fills_one_sequence(bytes, len)) {
		ERR_raise(ERR_LIB_ASN1, ASN1_R_WRONG_TAG);
		return false;
	}
	if (kind == GNG_EVP_CERTIFICATE)
		object->certificate = d2i_X509(NULL, &at, (long)len);
	else if (kind == GNG_EVP_PUBLIC_KEY)
		object->key = d2i_PUBKEY(NULL, &at, (long)len);
	else
		object->key = d2i_AutoPrivateKey(NULL, &at, (long)len);
	return (object->certificate || object->key) && at == bytes + len;
}

/* no_password answers for everybody: a library must not ask at a terminal. */
static int no_password(char *buffer, int cap, int writing, void *arg)
{
	(void)buffer;
	(void)cap;
	(void)writing;
	(void)arg;
	return -1;
}

/* begins_a_block, else raises what OpenSSL would say after it had set up its decoders. */
static bool begins_a_block(const char *text, size_t len)
{
	if (len && memmem(text, len, "-----BEGIN ", 11))
		return true;
	ERR_raise(ERR_LIB_PEM, PEM_R_NO_START_LINE);
	return false;
}

static bool parse_pem(struct object *object, enum gng_evp_kind kind, BIO *bio)
{
	if (kind == GNG_EVP_CERTIFICATE)
		object->certificate = PEM_read_bio_X509(bio, NULL, no_password, NULL);
	else if (kind == GNG_EVP_PUBLIC_KEY)
		object->key = PEM_read_bio_PUBKEY(bio, NULL, no_password, NULL);
	else
		object->key = PEM_read_bio_PrivateKey(bio, NULL, no_password, NULL);
	return object->certificate || object->key;
}

static bool kind_ok(enum gng_evp_kind kind)
{
	return kind >= GNG_EVP_CERTIFICATE && kind <= GNG_EVP_PRIVATE_KEY;
}

static enum gng_status check(const void *der, enum gng_evp_kind kind, const void *bytes, size_t len,
			     size_t limit, struct gng_why *why)
{
	if (!der || !kind_ok(kind) || !evp_present(bytes, len))
		return evp_refuse(why, WHERE, "give a kind of enum gng_evp_kind, and the bytes");
	if (len > limit)
		return gng_why_set(why, GNG_ELIMIT, 0, WHERE,
				   "%zu bytes: give at most %zu, no certificate or key has more",
				   len, limit);
	return GNG_OK;
}

enum gng_status gng_evp_der_open(struct gng_evp_der **der, enum gng_evp_kind kind,
				 const uint8_t *bytes, size_t len, struct gng_why *why)
{
	enum gng_status status = check(der, kind, bytes, len, GNG_EVP_MAX_DER, why);
	struct object object = {NULL, NULL};

	if (status != GNG_OK)
		return status;
	evp_begin();
	status = parse_der(&object, kind, bytes, len) ? encode(der, kind, &object) : GNG_EFORMAT;
	object_fini(&object);
	return evp_end(status, why, WHERE, "this is no DER of that kind, or more than one");
}

enum gng_status gng_evp_pem_open(struct gng_evp_der **der, enum gng_evp_kind kind, const char *text,
				 size_t len, struct gng_why *why)
{
	enum gng_status status = check(der, kind, text, len, GNG_EVP_MAX_PEM, why);
	struct object object = {NULL, NULL};
	BIO *bio;

	if (status != GNG_OK)
		return status;
	evp_begin();
	bio = BIO_new_mem_buf(text ? text : "", (int)len);
	if (!bio)
		status = GNG_ENOMEM;
	else
		status = begins_a_block(text, len) && parse_pem(&object, kind, bio)
				 ? encode(der, kind, &object)
				 : GNG_EFORMAT;
	BIO_free(bio);
	object_fini(&object);
	return evp_end(status, why, WHERE, "no block of that kind can be read");
}

void gng_evp_der_close(struct gng_evp_der *der)
{
	if (!der)
		return;
	OPENSSL_clear_free(der->bytes, der->len);
	free(der);
}

const uint8_t *gng_evp_der_view(const struct gng_evp_der *der, size_t *len)
{
	*len = der ? der->len : 0;
	return der ? der->bytes : NULL;
}

enum gng_status gng_evp_der_dup(const struct gng_evp_der *der, uint8_t **bytes, size_t *len,
				struct gng_why *why)
{
	if (len)
		*len = 0;
	if (!der || !bytes || !len)
		return evp_refuse(why, WHERE, "give an open object and room for the result");
	*bytes = malloc(der->len);
	if (!*bytes)
		return gng_why_set(why, GNG_ENOMEM, 0, WHERE, "no memory for %zu bytes", der->len);
	memcpy(*bytes, der->bytes, der->len);
	*len = der->len;
	return GNG_OK;
}

enum gng_status gng_evp_der_fingerprint(const struct gng_evp_der *der, uint8_t sha256[32],
					struct gng_why *why)
{
	bool done;

	if (!der || !sha256)
		return evp_refuse(why, WHERE, "give an open object and 32 bytes of room");
	evp_begin();
	done = EVP_Digest(der->bytes, der->len, sha256, NULL, EVP_sha256(), NULL) == 1;
	return evp_end(done ? GNG_OK : GNG_ESYS, why, WHERE, "OpenSSL does not hash");
}

/* ---- bundles ---- */

/* ended tells whether reading failed only because no block is left. */
static bool ended(void)
{
	const unsigned long code = ERR_peek_last_error();

	return ERR_GET_LIB(code) == ERR_LIB_PEM && ERR_GET_REASON(code) == PEM_R_NO_START_LINE;
}

/* visit_next reads one certificate and shows it, unless it is one too many. *more turns false
 * behind the last one. */
static enum gng_status visit_next(BIO *bio, gng_evp_visit visit, uintptr_t token, int *stopped,
				  bool full, bool *more)
{
	struct object object = {NULL, NULL};
	struct gng_evp_der *der = NULL;
	enum gng_status status;

	if (!parse_pem(&object, GNG_EVP_CERTIFICATE, bio)) {
		*more = false;
		return ended() ? GNG_OK : GNG_EFORMAT;
	}
	status = full ? GNG_ELIMIT : encode(&der, GNG_EVP_CERTIFICATE, &object);
	object_fini(&object);
	if (status == GNG_OK)
		*stopped = visit(token, der->bytes, der->len);
	*more = status == GNG_OK && *stopped == 0;
	gng_evp_der_close(der);
	return status;
}

static enum gng_status visit_all(BIO *bio, gng_evp_visit visit, uintptr_t token, int *stopped)
{
	enum gng_status status = GNG_OK;
	size_t num = 0;
	bool more = true;

	while (more && status == GNG_OK) {
		status = visit_next(bio, visit, token, stopped, num == GNG_EVP_MAX_BLOCKS, &more);
		num += more || *stopped != 0;
	}
	return status == GNG_OK && num == 0 ? GNG_EFORMAT : status;
}

enum gng_status gng_evp_pem_each(const char *text, size_t len, gng_evp_visit visit, uintptr_t token,
				 int *stopped, struct gng_why *why)
{
	enum gng_status status =
		check(visit ? stopped : NULL, GNG_EVP_CERTIFICATE, text, len, GNG_EVP_MAX_PEM, why);
	BIO *bio;

	if (stopped)
		*stopped = 0;
	if (status != GNG_OK)
		return status;
	evp_begin();
	bio = BIO_new_mem_buf(text ? text : "", (int)len);
	status = bio ? visit_all(bio, visit, token, stopped) : GNG_ENOMEM;
	BIO_free(bio);
	return evp_end(status, why, WHERE,
		       status == GNG_ELIMIT ? "more certificates than GNG_EVP_MAX_BLOCKS: split it"
					    : "no certificate, or one that cannot be read");
}
