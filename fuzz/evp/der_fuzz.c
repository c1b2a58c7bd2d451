/* SPDX-License-Identifier: Apache-2.0 */
/*
 * der_fuzz.c - what parses as DER or PEM encodes to bytes that parse and encode to themselves;
 * what does not leaves a reason, and the error queue empty.
 */
/* class: der */
/* bundle: 76 */
#include "../suite.h"

#include <gng_evp.h>

#include <openssl/err.h>

/* check_again: the encoding is a fixed point, and the copy and the fingerprint are of it. */
static void check_again(enum gng_evp_kind kind, const struct gng_evp_der *der)
{
	struct gng_evp_der *again = NULL;
	size_t len, again_len, copy_len;
	const uint8_t *bytes = gng_evp_der_view(der, &len), *same;
	uint8_t *copy = NULL, sum[32], again_sum[32];

	fuzz_check(bytes && len > 0, "an empty encoding", "der");
	fuzz_check(gng_evp_der_open(&again, kind, bytes, len, NULL) == GNG_OK,
		   "its own encoding does not parse", "der");
	same = gng_evp_der_view(again, &again_len);
	fuzz_check(again_len == len && memcmp(same, bytes, len) == 0, "another encoding", "der");
	fuzz_check(gng_evp_der_dup(der, &copy, &copy_len, NULL) == GNG_OK && copy_len == len &&
			   memcmp(copy, bytes, len) == 0,
		   "the copy differs", "der");
	free(copy);
	fuzz_check(gng_evp_der_fingerprint(der, sum, NULL) == GNG_OK &&
			   gng_evp_der_fingerprint(again, again_sum, NULL) == GNG_OK &&
			   memcmp(sum, again_sum, sizeof(sum)) == 0,
		   "the fingerprint differs", "der");
	gng_evp_der_close(again);
}

static void check(enum gng_status status, enum gng_evp_kind kind, struct gng_evp_der *der,
		  const struct gng_why *why)
{
	fuzz_check(ERR_peek_error() == 0, "errors are left in the queue", why->text);
	if (status == GNG_OK) {
		check_again(kind, der);
		gng_evp_der_close(der);
		return;
	}
	fuzz_check(status == GNG_EFORMAT, "another status", why->text);
	fuzz_check(why->status == status && why->text[0], "no reason", "der");
}

static int count(uintptr_t token, const uint8_t *bytes, size_t len)
{
	size_t *num = (size_t *)token;

	fuzz_check(bytes && len > 0, "an empty visit", "bundle");
	return ++*num == 3;
}

static void check_bundle(const char *text, size_t len)
{
	struct gng_evp_der *first = NULL;
	size_t num = 0;
	int stopped;
	const enum gng_status status =
		gng_evp_pem_each(text, len, count, (uintptr_t)&num, &stopped, NULL);

	fuzz_check(ERR_peek_error() == 0, "errors are left in the queue", "bundle");
	fuzz_check(stopped == (num == 3), "it did not stop at 3", "bundle");
	if (status == GNG_OK) {
		fuzz_check(num >= 1, "a good bundle of nothing", "bundle");
		fuzz_check(gng_evp_pem_open(&first, GNG_EVP_CERTIFICATE, text, len, NULL) == GNG_OK,
			   "the first one alone does not parse", "bundle");
		gng_evp_der_close(first);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const int all = fuzz_one_in(32, data, size), first = size ? data[0] % 3 : 0;
	/* for each key OpenSSL 3.0 sets up all its decoders: a millisecond */
	const enum gng_evp_kind kind = (enum gng_evp_kind)(GNG_EVP_CERTIFICATE + (all ? first : 0));
	int pem;
	struct gng_evp_der *der = NULL;
	struct gng_why why = {0};
	enum gng_status status;

	data += size > 0;
	size -= size > 0;
	pem = size && memmem(data, size, "-----", 5);
	if (all || !pem) {
		status = gng_evp_der_open(&der, kind, data, size, &why);
		check(status, kind, der, &why);
	}
	der = NULL;
	if (all || pem) {
		status = gng_evp_pem_open(&der, kind, (const char *)data, size, &why);
		check(status, kind, der, &why);
	}
	if (all)
		check_bundle((const char *)data, size);
	return 0;
}
