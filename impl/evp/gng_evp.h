/* SPDX-License-Identifier: Apache-2.0 */
/*
 * gng_evp.h - AES and DER through OpenSSL's EVP, as a careful caller uses it and as the article
 * does: the baseline that the bridge to Go is measured against.
 * Spec: OpenSSL 3 manual pages EVP_EncryptInit, d2i_X509, PEM_read_bio, ERR_set_mark.
 *
 * Every call obeys these rules, so the comments below repeat none of them:
 *
 * - OpenSSL keeps its errors in a queue of the thread. A call that fails has moved its own part
 *   of the queue into *why (if not NULL), and leaves what others put there before it. A Go
 *   program that reads the queue in a second call may read that of another thread.
 * - Lengths are bytes, any size_t: those above INT_MAX, which EVP cannot take, are passed on in
 *   parts. A buffer of length 0 may be NULL. GNG_EINVAL for a NULL buffer with a length above 0
 *   and for NULL handles; nothing is written then.
 * - Every pointer is borrowed until the call returns. GNG_ESYS if OpenSSL refuses, with its words.
 */
#ifndef GNG_EVP_H
#define GNG_EVP_H

#include <stddef.h>
#include <stdint.h>

#include <gng_base.h>

#ifdef __cplusplus
extern "C" {
#endif

#define GNG_EVP_BLOCK 16
#define GNG_EVP_TAG 16

/* ---- AES ---- */

enum gng_evp_mode { GNG_EVP_CBC = 1, GNG_EVP_CTR = 2, GNG_EVP_GCM = 3 };

struct gng_evp;

/*
 * gng_evp_open fetches the cipher of mode and key_len (16, 24 or 32, else GNG_EINVAL), and makes
 * one context for each direction. Everything that EVP allocates, it allocates here: the calls
 * below allocate nothing. The contexts are state: one thread at a time. *evp is the caller's, to
 * gng_evp_close; untouched on failure.
 */
GNG_MUST enum gng_status gng_evp_open(struct gng_evp **evp, enum gng_evp_mode mode,
				      const uint8_t *key, size_t key_len, struct gng_why *why);

/* gng_evp_close wipes and frees. Safe on NULL. */
void gng_evp_close(struct gng_evp *evp);

/*
 * gng_evp_encrypt and gng_evp_decrypt map in[0..len) to out[0..len) in mode CBC or CTR, from
 * iv[0..16). GNG_EINVAL in mode GCM, for a partial block in mode CBC, and if out overlaps in but
 * is not in: EVP itself would return success and wrong bytes.
 */
GNG_MUST enum gng_status gng_evp_encrypt(struct gng_evp *evp, const uint8_t *iv, uint8_t *out,
					 const uint8_t *in, size_t len, struct gng_why *why);
GNG_MUST enum gng_status gng_evp_decrypt(struct gng_evp *evp, const uint8_t *iv, uint8_t *out,
					 const uint8_t *in, size_t len, struct gng_why *why);

/*
 * gng_evp_seal encrypts in[0..len) to out[0..len) and writes tag[0..16), in mode GCM with a nonce
 * of 12 bytes. gng_evp_unseal is its inverse: GNG_EAUTH if the tag does not verify, and then
 * out[0..len) is wiped, which EVP does not do. Overlaps as above.
 */
GNG_MUST enum gng_status gng_evp_seal(struct gng_evp *evp, const uint8_t nonce[12],
				      const uint8_t *aad, size_t aad_len, uint8_t *out,
				      const uint8_t *in, size_t len, uint8_t *tag,
				      struct gng_why *why);
GNG_MUST enum gng_status gng_evp_unseal(struct gng_evp *evp, const uint8_t nonce[12],
					const uint8_t *aad, size_t aad_len, uint8_t *out,
					const uint8_t *in, size_t len, const uint8_t *tag,
					struct gng_why *why);

/*
 * gng_evp_fresh_encrypt does one encryption as the article's section 2.2 does: a new context, the
 * algorithm looked up by EVP_aes_128_cbc() and its like, the key schedule, one update, and all of
 * it freed again. Mode CBC or CTR. It is the baseline, measured against a kept context.
 */
GNG_MUST enum gng_status gng_evp_fresh_encrypt(enum gng_evp_mode mode, const uint8_t *key,
					       size_t key_len, const uint8_t *iv, uint8_t *out,
					       const uint8_t *in, size_t len, struct gng_why *why);

/* ---- DER ---- */

/* The limits of what is parsed; GNG_ELIMIT beyond. A bundle of all the roots that Debian trusts has
 * some 220 kB and 140 certificates. */
#define GNG_EVP_MAX_PEM (4u << 20)
#define GNG_EVP_MAX_DER (1u << 20)
#define GNG_EVP_MAX_BLOCKS 4096

enum gng_evp_kind {
	GNG_EVP_CERTIFICATE = 1, /* X.509 (RFC 5280) */
	GNG_EVP_PUBLIC_KEY = 2,	 /* SubjectPublicKeyInfo (RFC 5280 section 4.1) */
	GNG_EVP_PRIVATE_KEY = 3, /* in the form that the key's own type has, or PKCS #8 */
};

/* gng_evp_der is one parsed certificate or key and its encoding. Immutable: threads may share it.
 */
struct gng_evp_der;

/*
 * gng_evp_der_open parses bytes[0..len), DER of that kind and nothing behind it; GNG_EFORMAT
 * otherwise. gng_evp_pem_open parses the first block of that kind in text[0..len), which needs no
 * NUL at its end and may have some inside. A block that is encrypted is GNG_EFORMAT: nobody is
 * asked for a password. *der is the caller's, to gng_evp_der_close; untouched on failure.
 */
GNG_MUST enum gng_status gng_evp_der_open(struct gng_evp_der **der, enum gng_evp_kind kind,
					  const uint8_t *bytes, size_t len, struct gng_why *why);
GNG_MUST enum gng_status gng_evp_pem_open(struct gng_evp_der **der, enum gng_evp_kind kind,
					  const char *text, size_t len, struct gng_why *why);

/* gng_evp_der_close wipes and frees; every view dies. Safe on NULL. */
void gng_evp_der_close(struct gng_evp_der *der);

/* gng_evp_der_view returns the encoding, bytes[0..*len), made by i2d when der was opened: nothing
 * is copied or allocated, and all views are one. It dies with der. NULL and *len 0 for NULL. */
const uint8_t *gng_evp_der_view(const struct gng_evp_der *der, size_t *len);

/*
 * gng_evp_der_dup is the article's get_der_data: a copy of the encoding that the caller frees with
 * free(). It is no memory of OpenSSL's, whose i2d results need OPENSSL_free: where a program gave
 * OpenSSL its own allocator, free() of those is heap corruption. *len is 0 on failure.
 */
GNG_MUST enum gng_status gng_evp_der_dup(const struct gng_evp_der *der, uint8_t **bytes,
					 size_t *len, struct gng_why *why);

/* gng_evp_der_fingerprint writes the SHA-256 of the encoding: what browsers call a certificate's
 * fingerprint. */
GNG_MUST enum gng_status gng_evp_der_fingerprint(const struct gng_evp_der *der, uint8_t sha256[32],
						 struct gng_why *why);

/*
 * gng_evp_visit is called for each certificate of a bundle with the token that the caller gave.
 * bytes[0..len) is borrowed. It returns 0 to go on, anything else to stop. It must return: to jump
 * out of it (longjmp, a Go panic) would leak what gng_evp_pem_each holds.
 */
typedef int (*gng_evp_visit)(uintptr_t token, const uint8_t *bytes, size_t len);

/*
 * gng_evp_pem_each calls visit for each certificate of text[0..len), in order. GNG_EFORMAT if
 * there is none, or one does not parse (those before it were visited); GNG_ELIMIT beyond
 * GNG_EVP_MAX_BLOCKS. *stopped is what visit returned last.
 */
GNG_MUST enum gng_status gng_evp_pem_each(const char *text, size_t len, gng_evp_visit visit,
					  uintptr_t token, int *stopped, struct gng_why *why);

#ifdef __cplusplus
}
#endif

#endif /* GNG_EVP_H */
