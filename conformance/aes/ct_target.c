/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ct_target.c - every mode on poisoned secrets, and controls that leak. A secret is memory that
 * Valgrind or MemorySanitizer holds for undefined: it reports each branch and each address that
 * depends on one (the method of ctgrind and TIMECOP).
 */
#include "ct.h"

#ifdef GNG_MSAN
#include <sanitizer/msan_interface.h>
#else
#include <valgrind/memcheck.h>
#endif

#define LEN 1168 /* twice the widest loop, eight vectors of 64 bytes, and a rest */
#define TEXT 45	 /* no whole blocks */

#ifdef GNG_MSAN

static void poison(void *p, size_t len)
{
	__msan_allocated_memory(p, len);
}

static void declassify(void *p, size_t len)
{
	__msan_unpoison(p, len);
}

/* MemorySanitizer has no count to ask for: who reads its reports counts them. */
static unsigned int num_reports(void)
{
	return 0;
}

#else

static void poison(void *p, size_t len)
{
	VALGRIND_MAKE_MEM_UNDEFINED(p, len);
}

static void declassify(void *p, size_t len)
{
	VALGRIND_MAKE_MEM_DEFINED(p, len);
}

static unsigned int num_reports(void)
{
	assert_true(RUNNING_ON_VALGRIND);
	return VALGRIND_COUNT_ERRORS;
}

#endif

/* secret is bytes that nobody may branch on. */
static void secret(void *p, size_t len, uint64_t seed)
{
	fill(p, len, seed);
	poison(p, len);
}

static void check_status(enum gng_status status, enum gng_status want)
{
	declassify(&status, sizeof(status));
	assert_int_equal(status, want);
}

/* secret_subject has poisoned keys of every size in turn; iv, nonce and aad are public. */
static void secret_subject(struct subject *s, const struct gng_aes_variant *variant, size_t key_len)
{
	uint8_t key_bytes[32];

	subject_init(s, variant, 16);
	secret(key_bytes, key_len, key_len);
	check_status(aes_init_with(&s->key, variant, key_bytes, key_len), GNG_OK);
	check_status(aes_gcm_init_with(&s->gcm, variant, key_bytes, key_len, 16), GNG_OK);
}

/* Every mode but gcm_open, which asks for a verdict, on secret text under a secret key. */
static unsigned int run_modes(const struct gng_aes_variant *variant)
{
	uint8_t text[LEN], out[LEN];
	struct subject s;

	for (size_t key_len = 16; key_len <= 32; key_len += 8) {
		secret_subject(&s, variant, key_len);
		for (size_t m = 0; m < COUNT_OF(modes); m++) {
			if (modes[m].opens)
				continue;
			secret(text, LEN, m);
			check_status(modes[m].crypt(&s, out, text, LEN), GNG_OK);
			if (modes[m].unit == 1)
				check_status(modes[m].crypt(&s, out, text, TEXT), GNG_OK);
		}
	}
	return 0;
}

static unsigned int run_gmac(const struct gng_aes_variant *variant)
{
	uint8_t aad[TEXT], nonce[20];
	struct subject s;

	secret_subject(&s, variant, 32);
	secret(aad, sizeof(aad), 1);
	secret(nonce, sizeof(nonce), 2); /* not 12 bytes: it passes through GHASH */
	check_status(gng_aes_gmac(&s.gcm, nonce, 12, aad, sizeof(aad), s.tag), GNG_OK);
	check_status(gng_aes_gmac(&s.gcm, nonce, sizeof(nonce), aad, sizeof(aad), s.tag), GNG_OK);
	return 0;
}

static unsigned int run_batch(const struct gng_aes_variant *variant)
{
	struct gng_aes_cbc_item items[9];
	uint8_t text[9][64], out[9][64];
	struct subject s;

	secret_subject(&s, variant, 16);
	secret(text, sizeof(text), 3);
	for (size_t i = 0; i < COUNT_OF(items); i++)
		items[i] = (struct gng_aes_cbc_item){s.iv, text[i], out[i], i % 5 * 16};
	check_status(gng_aes_cbc_encrypt_batch(&s.key, items, COUNT_OF(items)), GNG_OK);
	return 0;
}

static unsigned int run_pad(const struct gng_aes_variant *variant)
{
	uint8_t text[TEXT], out[48];
	struct subject s;
	size_t out_len;

	secret_subject(&s, variant, 24);
	secret(text, sizeof(text), 4);
	check_status(gng_aes_cbc_pkcs7_encrypt(&s.key, s.iv, out, sizeof(out), &out_len, text,
					       sizeof(text)),
		     GNG_OK);
	return 0;
}

/* ---- one verdict a call, whichever byte differs ---- */

static unsigned int run_open(const struct gng_aes_variant *variant)
{
	static const int spoilt[] = {-1, 0, 15};
	uint8_t text[TEXT], sealed[TEXT], tag[16];
	struct subject s;

	secret_subject(&s, variant, 32);
	secret(text, sizeof(text), 5);
	check_status(mode_gcm_seal(&s, sealed, text, TEXT), GNG_OK);
	memcpy(tag, s.tag, sizeof(tag)); /* the right tag of a forgery is a secret */
	for (size_t i = 0; i < COUNT_OF(spoilt); i++) {
		memcpy(s.tag, tag, sizeof(tag));
		if (spoilt[i] >= 0)
			s.tag[spoilt[i]] ^= 1;
		check_status(mode_gcm_open(&s, text, sealed, TEXT),
			     spoilt[i] < 0 ? GNG_OK : GNG_EAUTH);
	}
	return COUNT_OF(spoilt);
}

static unsigned int run_verify(const struct gng_aes_variant *variant)
{
	uint8_t aad[TEXT], tag[16];
	struct subject s;

	secret_subject(&s, variant, 16);
	fill(aad, sizeof(aad), 6);
	check_status(gng_aes_gmac(&s.gcm, s.nonce, 12, aad, sizeof(aad), tag), GNG_OK);
	check_status(gng_aes_gmac_verify(&s.gcm, s.nonce, 12, aad, sizeof(aad), tag), GNG_OK);
	tag[15] ^= 0x80;
	check_status(gng_aes_gmac_verify(&s.gcm, s.nonce, 12, aad, sizeof(aad), tag), GNG_EAUTH);
	return 2;
}

static unsigned int run_stream_open(const struct gng_aes_variant *variant)
{
	uint8_t sealed[TEXT], out[TEXT];
	struct gng_aes_gcm op;
	struct subject s;

	secret_subject(&s, variant, 16);
	secret(out, sizeof(out), 7);
	check_status(mode_gcm_seal(&s, sealed, out, TEXT), GNG_OK);
	check_status(gng_aes_gcm_begin(&op, &s.gcm, s.nonce, 12), GNG_OK);
	check_status(gng_aes_gcm_aad(&op, s.aad, SUBJECT_AAD_LEN), GNG_OK);
	check_status(gng_aes_gcm_decrypt_unverified(&op, out, sealed, TEXT), GNG_OK);
	check_status(gng_aes_gcm_finish_open(&op, s.tag), GNG_OK);
	return 1;
}

/* unpad decrypts a last block that ends in pad bytes of the value pad, one of them spoilt. */
static void unpad(const struct subject *s, uint8_t pad, int spoilt, enum gng_status want)
{
	uint8_t text[32], sealed[32];
	size_t len;

	fill(text, sizeof(text), 8);
	memset(text + 32 - (pad < 16 ? pad : 16), pad, pad < 16 ? pad : 16);
	if (spoilt > 0)
		text[32 - spoilt] ^= 0x40;
	poison(text, sizeof(text));
	check_status(gng_aes_cbc_encrypt(&s->key, s->iv, sealed, text, 32), GNG_OK);
	check_status(gng_aes_cbc_pkcs7_decrypt(&s->key, s->iv, text, 32, &len, sealed, 32), want);
	declassify(&len, sizeof(len));
	assert_int_equal(len, want == GNG_OK ? 32u - pad : 0);
}

static unsigned int run_unpad(const struct gng_aes_variant *variant)
{
	struct subject s;

	secret_subject(&s, variant, 32);
	unpad(&s, 1, 0, GNG_OK);
	unpad(&s, 16, 0, GNG_OK);
	unpad(&s, 16, 16, GNG_EAUTH);
	unpad(&s, 0, 0, GNG_EAUTH);
	unpad(&s, 17, 0, GNG_EAUTH);
	return 5;
}

/* gng_ct_equal itself has no branch at all: its caller may choose what to do with the answer. */
static unsigned int run_equal(const struct gng_aes_variant *variant)
{
	uint8_t a[33], b[33];

	(void)variant;
	for (int at = -1; at < 33; at++) {
		bool equal;

		fill(a, sizeof(a), 9);
		memcpy(b, a, sizeof(a));
		if (at >= 0)
			b[at] ^= 1;
		poison(a, sizeof(a));
		equal = gng_ct_equal(a, b, sizeof(a));
		declassify(&equal, sizeof(equal));
		assert_int_equal(equal, at < 0);
	}
	return 0;
}

/* ---- controls: what the tool must report, or it is blind ---- */

/* The first row of AES's S-box (FIPS 197, figure 7), read at a secret index. */
static unsigned int leak_table(const struct gng_aes_variant *variant)
{
	static const uint8_t sbox[16] = {0x63, 0x7c, 0x77, 0x7b, 0xf2, 0x6b, 0x6f, 0xc5,
					 0x30, 0x01, 0x67, 0x2b, 0xfe, 0xd7, 0xab, 0x76};
	volatile uint8_t out;
	uint8_t index[1];

	(void)variant;
	secret(index, sizeof(index), 10);
	out = sbox[index[0] & 15];
	(void)out;
	return 0;
}

static unsigned int leak_compare(const struct gng_aes_variant *variant)
{
	volatile uint8_t a[16] = {0}, b[16] = {0};
	size_t i = 0;

	(void)variant;
	poison((void *)a, sizeof(a));
	while (i < sizeof(a) && a[i] == b[i])
		i++;
	return 0;
}

/* The poison must go through the cipher: a branch on text that a secret key encrypted. */
static unsigned int leak_cipher(const struct gng_aes_variant *variant)
{
	uint8_t text[16] = {0};
	volatile int taken = 0;
	struct subject s;

	secret_subject(&s, variant, 16);
	check_status(gng_aes_ecb_encrypt(&s.key, text, text, 16), GNG_OK);
	if (text[15] & 1)
		taken = 1;
	(void)taken;
	return 0;
}

const struct ct_case ct_cases[] = {
	{"modes", CT_CLEAN, run_modes},
	{"gmac", CT_CLEAN, run_gmac},
	{"cbc_batch", CT_CLEAN, run_batch},
	{"pkcs7_encrypt", CT_CLEAN, run_pad},
	{"ct_equal", CT_CLEAN, run_equal},
	{"gcm_open", CT_VERDICT, run_open},
	{"gmac_verify", CT_VERDICT, run_verify},
	{"gcm_finish_open", CT_VERDICT, run_stream_open},
	{"pkcs7_decrypt", CT_VERDICT, run_unpad},
	{"leaky table", CT_LEAK, leak_table},
	{"leaky compare", CT_LEAK, leak_compare},
	{"leaky use of ciphertext", CT_LEAK, leak_cipher},
	{0},
};

void ct_target(const struct gng_aes_variant *variant)
{
	for (const struct ct_case *one = ct_cases; one->name; one++) {
		const unsigned int before = num_reports();
		const unsigned int calls = one->run(variant);

		printf("\nct: %u %u\n", calls, num_reports() - before);
		fflush(stdout);
	}
}
