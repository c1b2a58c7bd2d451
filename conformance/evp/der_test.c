/* SPDX-License-Identifier: Apache-2.0 */
/* der_test.c - certificates and keys: views, ownership, refusals, bundles, the error queue. */
#include "../suite.h"

#include <stdlib.h>
#include <string.h>

#include <gng_evp.h>

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include "counted.h"

/* certificate is one that OpenSSL itself made and encoded. */
static struct certificate {
	uint8_t *der;
	char *pem, *encrypted;
	size_t der_len, pem_len, encrypted_len;
} certificate;

static size_t keep(char **text, BIO *bio)
{
	char *at;
	const long len = BIO_get_mem_data(bio, &at);

	*text = malloc((size_t)len);
	assert_non_null(*text);
	memcpy(*text, at, (size_t)len);
	BIO_free(bio);
	return (size_t)len;
}

static void sign(X509 *x509, EVP_PKEY *key)
{
	assert_int_equal(ASN1_INTEGER_set(X509_get_serialNumber(x509), 1), 1);
	assert_non_null(X509_gmtime_adj(X509_getm_notBefore(x509), 0));
	assert_non_null(X509_gmtime_adj(X509_getm_notAfter(x509), 3600));
	assert_int_equal(X509_set_pubkey(x509, key), 1);
	assert_true(X509_sign(x509, key, NULL) > 0); /* Ed25519 brings its own hash */
}

static void make_certificate(void)
{
	EVP_PKEY *key = EVP_PKEY_Q_keygen(NULL, NULL, "ED25519");
	X509 *x509 = X509_new();
	BIO *text = BIO_new(BIO_s_mem()), *secret = BIO_new(BIO_s_mem());
	uint8_t *der = NULL;

	sign(x509, key);
	certificate.der_len = (size_t)i2d_X509(x509, &der);
	certificate.der = malloc(certificate.der_len);
	assert_non_null(certificate.der);
	memcpy(certificate.der, der, certificate.der_len);
	OPENSSL_free(der);
	assert_int_equal(PEM_write_bio_X509(text, x509), 1);
	certificate.pem_len = keep(&certificate.pem, text);
	assert_int_equal(PEM_write_bio_PrivateKey(secret, key, EVP_aes_128_cbc(),
						  (const uint8_t *)"password", 8, NULL, NULL),
			 1);
	certificate.encrypted_len = keep(&certificate.encrypted, secret);
	X509_free(x509);
	EVP_PKEY_free(key);
}

static void drop_certificate(void)
{
	free(certificate.der);
	free(certificate.pem);
	free(certificate.encrypted);
	memset(&certificate, 0, sizeof(certificate));
}

static void a_view_is_what_i2d_made(void **state)
{
	struct gng_evp_der *by_der = NULL, *by_pem = NULL;
	const uint8_t *view;
	uint8_t sum[32], want[32];
	size_t len;

	(void)state;
	make_certificate();
	assert_int_equal(gng_evp_der_open(&by_der, GNG_EVP_CERTIFICATE, certificate.der,
					  certificate.der_len, NULL),
			 GNG_OK);
	assert_int_equal(gng_evp_pem_open(&by_pem, GNG_EVP_CERTIFICATE, certificate.pem,
					  certificate.pem_len, NULL),
			 GNG_OK);
	view = gng_evp_der_view(by_der, &len);
	assert_int_equal(len, certificate.der_len);
	assert_memory_equal(view, certificate.der, len);
	assert_ptr_equal(view, gng_evp_der_view(by_der, &len));
	assert_memory_equal(view, gng_evp_der_view(by_pem, &len), certificate.der_len);
	assert_int_equal(gng_evp_der_fingerprint(by_pem, sum, NULL), GNG_OK);
	assert_int_equal(
		EVP_Digest(certificate.der, certificate.der_len, want, NULL, EVP_sha256(), NULL),
		1);
	assert_memory_equal(sum, want, sizeof(sum));
	assert_null(gng_evp_der_view(NULL, &len));
	assert_int_equal(len, 0);
	gng_evp_der_close(by_der);
	gng_evp_der_close(by_pem);
	drop_certificate();
}

/* free() aborts for every pointer of this allocator, so what it takes is the C library's. */
static void a_copy_is_freed_by_free(void **state)
{
	struct gng_evp_der *der = NULL;
	uint8_t *bytes = NULL;
	size_t len = 7, before;

	(void)state;
	make_certificate();
	assert_int_equal(gng_evp_der_open(&der, GNG_EVP_CERTIFICATE, certificate.der,
					  certificate.der_len, NULL),
			 GNG_OK);
	before = counted;
	assert_int_equal(gng_evp_der_dup(der, &bytes, &len, NULL), GNG_OK);
	assert_int_equal(counted, before);
	assert_int_equal(len, certificate.der_len);
	gng_evp_der_close(der);
	assert_memory_equal(bytes, certificate.der, len);
	free(bytes);
	assert_int_equal(gng_evp_der_dup(NULL, &bytes, &len, NULL), GNG_EINVAL);
	assert_int_equal(len, 0);
	drop_certificate();
}

static void refuse_der(enum gng_status want, enum gng_evp_kind kind, const void *bytes, size_t len)
{
	struct gng_evp_der *der = NULL;
	struct gng_why why = {0};

	assert_int_equal(gng_evp_der_open(&der, kind, bytes, len, &why), want);
	assert_null(der);
	assert_true(why.text[0] != '\0');
	assert_int_equal(why.status, want);
}

static void refuse_pem(enum gng_status want, enum gng_evp_kind kind, const void *text, size_t len)
{
	struct gng_evp_der *der = NULL;
	struct gng_why why = {0};

	assert_int_equal(gng_evp_pem_open(&der, kind, text, len, &why), want);
	assert_null(der);
	assert_true(why.text[0] != '\0');
}

static void bad_input_is_refused(void **state)
{
	uint8_t *longer;
	char *zeros = calloc(1, GNG_EVP_MAX_PEM + 1);

	(void)state;
	make_certificate();
	longer = calloc(1, certificate.der_len + 1);
	assert_non_null(longer);
	assert_non_null(zeros);
	memcpy(longer, certificate.der, certificate.der_len);
	refuse_der(GNG_EFORMAT, GNG_EVP_CERTIFICATE, longer, certificate.der_len + 1);
	for (size_t len = 0; len < certificate.der_len; len += 1 + len / 5)
		refuse_der(GNG_EFORMAT, GNG_EVP_CERTIFICATE, certificate.der, len);
	refuse_der(GNG_EFORMAT, GNG_EVP_PUBLIC_KEY, certificate.der, certificate.der_len);
	refuse_der(GNG_EFORMAT, GNG_EVP_PRIVATE_KEY, certificate.der, certificate.der_len);
	refuse_der(GNG_EINVAL, (enum gng_evp_kind)0, certificate.der, certificate.der_len);
	refuse_der(GNG_EINVAL, GNG_EVP_CERTIFICATE, NULL, 1);
	refuse_der(GNG_ELIMIT, GNG_EVP_CERTIFICATE, zeros, GNG_EVP_MAX_DER + 1);
	refuse_pem(GNG_EFORMAT, GNG_EVP_CERTIFICATE, NULL, 0);
	refuse_pem(GNG_EFORMAT, GNG_EVP_CERTIFICATE, certificate.pem, certificate.pem_len / 2);
	refuse_pem(GNG_EFORMAT, GNG_EVP_CERTIFICATE, zeros, GNG_EVP_MAX_PEM);
	refuse_pem(GNG_ELIMIT, GNG_EVP_CERTIFICATE, zeros, GNG_EVP_MAX_PEM + 1);
	refuse_pem(GNG_ELIMIT, GNG_EVP_CERTIFICATE, zeros, SIZE_MAX);
	refuse_pem(GNG_EFORMAT, GNG_EVP_PRIVATE_KEY, certificate.encrypted,
		   certificate.encrypted_len);
	free(longer);
	free(zeros);
	drop_certificate();
}

/* ---- bundles ---- */

struct visits {
	size_t num, stop_at;
	bool same;
};

static int visit(uintptr_t token, const uint8_t *bytes, size_t len)
{
	struct visits *visits = (struct visits *)token;

	visits->num++;
	visits->same = len == certificate.der_len && memcmp(bytes, certificate.der, len) == 0;
	return visits->num == visits->stop_at ? 42 : 0;
}

static enum gng_status each(struct visits *visits, size_t num, int *stopped, struct gng_why *why)
{
	char *text = malloc(num * certificate.pem_len + 1);
	enum gng_status status;

	assert_non_null(text);
	for (size_t i = 0; i < num; i++)
		memcpy(text + i * certificate.pem_len, certificate.pem, certificate.pem_len);
	status = gng_evp_pem_each(text, num * certificate.pem_len, visit, (uintptr_t)visits,
				  stopped, why);
	free(text);
	return status;
}

static void a_bundle_is_visited_until_it_stops(void **state)
{
	struct visits all = {0}, some = {.stop_at = 3}, none = {0};
	struct gng_why why = {0};
	int stopped = 7;

	(void)state;
	make_certificate();
	assert_int_equal(each(&all, 5, &stopped, NULL), GNG_OK);
	assert_int_equal(all.num, 5);
	assert_true(all.same);
	assert_int_equal(stopped, 0);
	assert_int_equal(each(&some, 5, &stopped, NULL), GNG_OK);
	assert_int_equal(some.num, 3);
	assert_int_equal(stopped, 42);
	assert_int_equal(each(&none, 0, &stopped, &why), GNG_EFORMAT);
	assert_int_equal(stopped, 0);
	assert_int_equal(none.num, 0);
	assert_int_equal(gng_evp_pem_each("", 0, NULL, 0, &stopped, NULL), GNG_EINVAL);
	drop_certificate();
}

static void a_bundle_beyond_the_limit_is_refused(void **state)
{
	struct visits many = {0};
	struct gng_why why = {0};
	int stopped;

	(void)state;
	make_certificate();
	assert_int_equal(each(&many, GNG_EVP_MAX_BLOCKS + 1, &stopped, &why), GNG_ELIMIT);
	assert_int_equal(many.num, GNG_EVP_MAX_BLOCKS);
	assert_non_null(strstr(why.text, "split it"));
	drop_certificate();
}

/* The queue of a thread that had an error before, and of one that had none. */
static void the_error_queue_stays_as_it_was(void **state)
{
	struct gng_evp_der *der = NULL;
	struct gng_why why = {0};

	(void)state;
	ERR_clear_error();
	assert_int_equal(gng_evp_der_open(&der, GNG_EVP_CERTIFICATE, (const uint8_t *)"x", 1, &why),
			 GNG_EFORMAT);
	assert_non_null(strstr(why.text, "asn1 encoding routines"));
	assert_int_equal(ERR_peek_error(), 0);
	ERR_raise(ERR_LIB_USER, 77);
	assert_int_equal(gng_evp_der_open(&der, GNG_EVP_CERTIFICATE, (const uint8_t *)"x", 1, &why),
			 GNG_EFORMAT);
	assert_non_null(strstr(why.text, "asn1 encoding routines"));
	assert_int_equal(gng_evp_pem_open(&der, GNG_EVP_PUBLIC_KEY, "x", 1, &why), GNG_EFORMAT);
	assert_non_null(strstr(why.text, "(OpenSSL error"));
	assert_int_equal(ERR_GET_REASON(ERR_get_error()), 77);
	assert_int_equal(ERR_get_error(), 0);
}

const struct suite_test suite_tests[] = {
	TEST(a_view_is_what_i2d_made, "C2.der.view"),
	TEST(a_copy_is_freed_by_free, "C2.der.ownership"),
	TEST(bad_input_is_refused, "C2.der.refusals"),
	TEST(a_bundle_is_visited_until_it_stops, "C2.der.bundle"),
	TEST_SLOW(a_bundle_beyond_the_limit_is_refused, "C2.der.bundle"),
	TEST(the_error_queue_stays_as_it_was, "C2.evp.errors"),
	{0},
};
