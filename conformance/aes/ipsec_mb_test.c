/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ipsec_mb_test.c - random messages against Intel's multi-buffer library, an oracle that shares no
 * line with OpenSSL: one by one, in parts and in batches. It is loaded at run time; its SSE code
 * runs on every CPU that has AES-NI.
 */
#include "variant.h"

#include <dlfcn.h>

#define MAX_LEN 4096
#define MAX_AAD 300
#define NUM_ITEMS 5
#define LIBRARY "libIPSec_MB.so.1"

typedef void imb_pre(const void *key, void *expanded);
typedef void imb_crypt(const void *key, void *context, uint8_t *out, const uint8_t *in,
		       uint64_t len, const uint8_t *iv, const uint8_t *aad, uint64_t aad_len,
		       uint8_t *tag, uint64_t tag_len);

/* oracle is the functions for keys of 16, 24 and 32 bytes. */
static struct {
	imb_pre *pre[3];
	imb_crypt *seal[3];
	_Alignas(64) uint8_t key[4096];	   /* larger than gcm_key_data */
	_Alignas(64) uint8_t context[512]; /* larger than gcm_context_data */
} oracle;

static bool look_up(void *library, void *function, const char *name, int bits)
{
	char full[64];
	void *symbol;

	snprintf(full, sizeof(full), "aes_gcm_%s_%d_sse", name, bits);
	symbol = dlsym(library, full);
	memcpy(function, &symbol, sizeof(symbol));
	return symbol != NULL;
}

/* oracle_skips loads it, or says why it cannot. */
static bool oracle_skips(void)
{
	void *const library = dlopen(LIBRARY, RTLD_NOW | RTLD_LOCAL);
	bool all = true;

	if (!(gng_cpu_detect() & GNG_CPU_AESNI)) {
		gng_probe_skip("the oracle needs AES-NI", "run on a CPU that has it");
		return true;
	}
	if (!library) {
		gng_probe_skip(LIBRARY " is not installed", "apt-get install libipsec-mb1");
		return true;
	}
	for (int i = 0; i < 3; i++)
		all = look_up(library, &oracle.pre[i], "pre", 128 + 64 * i) &&
		      look_up(library, &oracle.seal[i], "enc", 128 + 64 * i) && all;
	if (!all)
		gng_probe_skip(LIBRARY " lacks aes_gcm_enc_256_sse or one like it",
			       "install version 1.x of libipsec-mb1");
	return !all;
}

/* ---- cases ---- */

/* message is one random case with the oracle's answer. */
struct message {
	size_t len, aad_len;
	uint8_t nonce[12], aad[MAX_AAD], in[MAX_LEN], want[MAX_LEN], want_tag[16];
	uint8_t out[MAX_LEN], tag[16];
};

static struct message messages[NUM_ITEMS];
static struct gng_aes_gcm_key key;

static uint64_t next(uint64_t *seed)
{
	uint64_t bytes;

	fill(&bytes, sizeof(bytes), *seed += UINT64_C(0x9e3779b97f4a7c15));
	return bytes;
}

static void new_key(const struct gng_aes_variant *variant, uint64_t r, size_t *width)
{
	uint8_t key_bytes[32];

	*width = r % 3;
	fill(key_bytes, sizeof(key_bytes), r);
	oracle.pre[*width](key_bytes, oracle.key);
	assert_int_equal(aes_gcm_init_with(&key, variant, key_bytes, 16 + 8 * *width, 16), GNG_OK);
}

static void new_message(struct message *m, uint64_t r, size_t width)
{
	m->len = (r >> 32) % (r & 16 ? 130 : MAX_LEN);
	m->aad_len = (r >> 16) % (r & 8 ? 17 : MAX_AAD);
	fill(m->nonce, sizeof(m->nonce), r + 1);
	fill(m->aad, m->aad_len, r + 2);
	fill(m->in, m->len, r + 3);
	oracle.seal[width](oracle.key, oracle.context, m->want, m->in, m->len, m->nonce, m->aad,
			   m->aad_len, m->want_tag, 16);
}

static void check_answer(const char *how, const struct message *m)
{
	check_same(how, m->len, m->out, m->want);
	check_same(how, 16, m->tag, m->want_tag);
}

static void check_plain(struct message *m)
{
	assert_int_equal(gng_aes_gcm_seal(&key, m->nonce, 12, m->aad, m->aad_len, m->out, m->in,
					  m->len, m->tag),
			 GNG_OK);
	check_answer("seal", m);
	assert_int_equal(gng_aes_gcm_open(&key, m->nonce, 12, m->aad, m->aad_len, m->out, m->out,
					  m->len, m->tag),
			 GNG_OK);
	check_same("open", m->len, m->out, m->in);
}

static void check_parts(struct message *m, uint64_t r)
{
	const size_t a = m->aad_len ? r % m->aad_len : 0, b = m->len ? (r >> 20) % m->len : 0;
	const struct gng_aes_data data[] = {{m->aad, a}, {m->aad + a, m->aad_len - a}};
	struct gng_aes_part parts[] = {{m->in, m->out, b}, {m->in + b, m->out + b, m->len - b}};

	assert_int_equal(gng_aes_gcm_seal_parts(&key, m->nonce, 12, data, 2, parts, 2, m->tag),
			 GNG_OK);
	check_answer("seal_parts", m);
	parts[0].in = parts[0].out;
	parts[1].in = parts[1].out;
	assert_int_equal(gng_aes_gcm_open_parts(&key, m->nonce, 12, data, 2, parts, 2, m->tag),
			 GNG_OK);
	check_same("open_parts", m->len, m->out, m->in);
}

static void check_batch(void)
{
	struct gng_aes_gcm_item items[NUM_ITEMS];

	for (size_t i = 0; i < NUM_ITEMS; i++) {
		struct message *m = &messages[i];

		items[i] = (struct gng_aes_gcm_item){.key = &key,
						     .nonce = m->nonce,
						     .aad = m->aad,
						     .aad_len = m->aad_len,
						     .in = m->in,
						     .out = m->out,
						     .len = m->len,
						     .tag = m->tag};
	}
	assert_int_equal(gng_aes_gcm_seal_batch(items, NUM_ITEMS), GNG_OK);
	for (size_t i = 0; i < NUM_ITEMS; i++) {
		check_answer("seal_batch", &messages[i]);
		items[i].in = items[i].out;
	}
	assert_int_equal(gng_aes_gcm_open_batch(items, NUM_ITEMS), GNG_OK);
	for (size_t i = 0; i < NUM_ITEMS; i++)
		check_same("open_batch", messages[i].len, messages[i].out, messages[i].in);
}

/* Most messages of a batch have one length, as those of a protocol do. */
static void check_random(size_t num_cases)
{
	const struct gng_aes_variant *variant;
	uint64_t seed = 20261127;
	size_t width;

	if (variant_skips(&variant) || oracle_skips())
		return;
	for (size_t i = 0; i < num_cases; i += NUM_ITEMS) {
		const uint64_t r = next(&seed);

		new_key(variant, r, &width);
		for (size_t k = 0; k < NUM_ITEMS; k++)
			new_message(&messages[k], r & 4 ? r + (uint64_t)k * 2 : next(&seed), width);
		for (size_t k = 0; k < NUM_ITEMS && i % 3 == 0; k++)
			check_plain(&messages[k]);
		for (size_t k = 0; k < NUM_ITEMS && i % 3 == 1; k++)
			check_parts(&messages[k], next(&seed));
		if (i % 3 == 2)
			check_batch();
	}
	gng_aes_gcm_key_fini(&key);
}

static void random_cases_agree_with_ipsec_mb(void **state)
{
	(void)state;
	check_random(4000);
}

static void a_million_random_cases_agree_with_ipsec_mb(void **state)
{
	(void)state;
	check_random(1000000);
}

const struct suite_test suite_tests[] = {
	TEST_EACH_VARIANT(random_cases_agree_with_ipsec_mb,
			  "C1.variants.agree C1.gcm.batch C1.parts.agree"),
	TEST_SLOW_EACH_VARIANT(a_million_random_cases_agree_with_ipsec_mb,
			       "C1.variants.agree C1.gcm.batch C1.parts.agree"),
	{0},
};
