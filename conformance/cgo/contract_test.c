/* SPDX-License-Identifier: Apache-2.0 */
/* contract_test.c - the C side alone: bytes, refusals, nothing retained, nothing leaked. */
#include "../suite.h"

#include <malloc.h>
#include <string.h>
#include <sys/mman.h>

#include <gng_cgo.h>

#define LEN 100

static uint8_t key[32], iv[16], text[LEN], out[LEN + 16], want[LEN + 16];

static void set_up(void)
{
	for (size_t i = 0; i < LEN; i++)
		text[i] = (uint8_t)(i * 7 + 1);
	for (size_t i = 0; i < sizeof(key); i++)
		key[i] = (uint8_t)(i * 11 + 3);
	for (size_t i = 0; i < sizeof(iv); i++)
		iv[i] = (uint8_t)(i * 13 + 5);
}

static struct gng_cgo_aead *aead_of(size_t tag_len)
{
	struct gng_cgo_aead *aead = NULL;

	assert_int_equal(gng_cgo_aead_open(&aead, key, 32, tag_len), GNG_OK);
	return aead;
}

static void handles_give_the_bytes_of_aes(void **state)
{
	struct gng_cgo_aead *aead;
	struct gng_cgo_block *block = NULL;
	struct gng_aes_gcm_key gcm;
	struct gng_aes_key aes;

	(void)state;
	set_up();
	aead = aead_of(16);
	assert_int_equal(gng_aes_gcm_init(&gcm, key, 32, 16), GNG_OK);
	assert_int_equal(gng_aes_init(&aes, key, 32), GNG_OK);
	for (size_t len = 0; len <= LEN; len += 9) {
		assert_int_equal(
			gng_aes_gcm_seal(&gcm, iv, 12, key, 5, want, text, len, want + len),
			GNG_OK);
		assert_int_equal(gng_cgo_aead_seal(aead, out, text, len, iv, 12, key, 5), GNG_OK);
		assert_memory_equal(out, want, len + 16);
		assert_int_equal(gng_cgo_aead_unseal(aead, out, out, len + 16, iv, 12, key, 5),
				 GNG_OK);
		assert_memory_equal(out, text, len);
		assert_int_equal(gng_cgo_aead_unseal(aead, out, want, len + 16, iv, 12, key, 4),
				 GNG_EAUTH);
	}
	assert_int_equal(gng_cgo_block_open(&block, key, 32), GNG_OK);
	assert_int_equal(gng_cgo_block_encrypt(block, out, text, 96), GNG_OK);
	assert_int_equal(gng_aes_ecb_encrypt(&aes, want, text, 96), GNG_OK);
	assert_memory_equal(out, want, 96);
	assert_int_equal(gng_cgo_block_decrypt(block, out, out, 96), GNG_OK);
	assert_memory_equal(out, text, 96);
	gng_cgo_block_close(block);
	gng_cgo_aead_close(aead);
}

static void crypt_in_parts(enum gng_cgo_mode mode, const uint8_t *in, size_t len, size_t step)
{
	struct gng_cgo_stream *stream = NULL;

	assert_int_equal(gng_cgo_stream_open(&stream, mode, key, 16, iv), GNG_OK);
	for (size_t at = 0; at < len; at += step)
		assert_int_equal(gng_cgo_stream_crypt(stream, out + at, in + at,
						      at + step < len ? step : len - at),
				 GNG_OK);
	gng_cgo_stream_close(stream);
}

static void streams_go_on_where_they_ended(void **state)
{
	struct gng_aes_key aes;

	(void)state;
	set_up();
	assert_int_equal(gng_aes_init(&aes, key, 16), GNG_OK);
	assert_int_equal(gng_aes_ctr_crypt(&aes, iv, want, text, LEN), GNG_OK);
	for (size_t step = 1; step < 40; step += 3) {
		crypt_in_parts(GNG_CGO_CTR, text, LEN, step);
		assert_memory_equal(out, want, LEN);
	}
	assert_int_equal(gng_aes_cbc_encrypt(&aes, iv, want, text, 96), GNG_OK);
	for (size_t step = 16; step <= 48; step += 16) {
		crypt_in_parts(GNG_CGO_CBC_ENCRYPT, text, 96, step);
		assert_memory_equal(out, want, 96);
		crypt_in_parts(GNG_CGO_CBC_DECRYPT, out, 96, step); /* in place */
		assert_memory_equal(out, text, 96);
	}
}

#define REFUSED(call) assert_int_equal(call, GNG_EINVAL)

static void refuse_handles(void)
{
	struct gng_cgo_aead *aead = (void *)key;
	struct gng_cgo_block *block = (void *)key;
	struct gng_cgo_stream *stream = (void *)key;

	REFUSED(gng_cgo_aead_open(&aead, key, 31, 16));
	assert_null(aead);
	REFUSED(gng_cgo_aead_open(&aead, key, 16, 8));
	REFUSED(gng_cgo_aead_open(&aead, NULL, 16, 16));
	REFUSED(gng_cgo_aead_open(NULL, key, 16, 16));
	REFUSED(gng_cgo_block_open(&block, key, 0));
	assert_null(block);
	REFUSED(gng_cgo_stream_open(&stream, GNG_CGO_CTR, key, 16, NULL));
	assert_null(stream);
	REFUSED(gng_cgo_stream_open(&stream, (enum gng_cgo_mode)0, key, 16, iv));
	REFUSED(gng_cgo_stream_open(&stream, (enum gng_cgo_mode)4, key, 16, iv));
	REFUSED(gng_cgo_aead_seal(NULL, out, text, 1, iv, 12, NULL, 0));
	REFUSED(gng_cgo_aead_unseal(NULL, out, text, 17, iv, 12, NULL, 0));
	REFUSED(gng_cgo_block_encrypt(NULL, out, text, 16));
	REFUSED(gng_cgo_block_decrypt(NULL, out, text, 16));
	REFUSED(gng_cgo_stream_crypt(NULL, out, text, 16));
	REFUSED(gng_cgo_seal_many(NULL, out, text, 1, iv, 12, 1));
	gng_cgo_aead_close(NULL);
	gng_cgo_block_close(NULL);
	gng_cgo_stream_close(NULL);
}

static void bad_arguments_are_refused(void **state)
{
	struct gng_cgo_aead *aead;
	struct gng_cgo_stream *stream = NULL;
	uint8_t before[LEN];

	(void)state;
	set_up();
	refuse_handles();
	memcpy(before, text, LEN);
	aead = aead_of(16);
	REFUSED(gng_cgo_aead_seal(aead, NULL, text, 16, iv, 12, NULL, 0));
	REFUSED(gng_cgo_aead_seal(aead, text + 1, text, 16, iv, 12, NULL, 0));
	REFUSED(gng_cgo_aead_seal(aead, text, text, 16, text + 20, 12, NULL, 0));
	REFUSED(gng_cgo_aead_seal(aead, text, text, 16, iv, 12, NULL, 1));
	REFUSED(gng_cgo_aead_seal(aead, text, text, 16, iv, 0, NULL, 0));
	REFUSED(gng_cgo_aead_unseal(aead, out, NULL, 17, iv, 12, NULL, 0));
	assert_int_equal(gng_cgo_aead_unseal(aead, out, text, 15, iv, 12, NULL, 0), GNG_EAUTH);
	assert_int_equal(gng_cgo_aead_seal(aead, text, text, SIZE_MAX, iv, 12, NULL, 0),
			 GNG_ELIMIT);
	assert_int_equal(gng_cgo_aead_unseal(aead, text, text, SIZE_MAX, iv, 12, NULL, 0),
			 GNG_ELIMIT);
	assert_int_equal(gng_cgo_stream_open(&stream, GNG_CGO_CBC_ENCRYPT, key, 16, iv), GNG_OK);
	REFUSED(gng_cgo_stream_crypt(stream, text, text, 15));
	REFUSED(gng_cgo_stream_crypt(stream, text, NULL, 16));
	REFUSED(gng_cgo_stream_crypt(stream, text + 8, text, 32));
	assert_int_equal(gng_cgo_stream_crypt(stream, NULL, NULL, 0), GNG_OK);
	assert_memory_equal(text, before, LEN);
	gng_cgo_stream_close(stream);
	gng_cgo_aead_close(aead);
}

/* ---- nothing is retained ---- */

/* holds tells whether a word of the handle is an address of page. */
static bool holds(const void *handle, const uint8_t *page, size_t len)
{
	const size_t size = malloc_usable_size((void *)(uintptr_t)handle);
	uintptr_t word;

	for (size_t at = 0; at + sizeof(word) <= size; at++) {
		memcpy(&word, (const char *)handle + at, sizeof(word));
		if (word >= (uintptr_t)page && word < (uintptr_t)page + len)
			return true;
	}
	return false;
}

/* Everything passed lies on a page that is unmapped before the handles are used again. */
static void no_call_keeps_what_it_was_given(void **state)
{
	uint8_t *page =
		mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	struct gng_cgo_aead *aead = NULL;
	struct gng_cgo_stream *stream = NULL;

	(void)state;
	set_up();
	assert_ptr_not_equal(page, MAP_FAILED);
	memcpy(page, key, 32);
	memcpy(page + 64, iv, 16);
	assert_int_equal(gng_cgo_aead_open(&aead, page, 32, 16), GNG_OK);
	assert_int_equal(gng_cgo_stream_open(&stream, GNG_CGO_CTR, page, 16, page + 64), GNG_OK);
	assert_int_equal(
		gng_cgo_aead_seal(aead, page + 256, page + 128, 64, page + 64, 12, page, 9),
		GNG_OK);
	assert_int_equal(gng_cgo_stream_crypt(stream, page + 256, page + 128, 61), GNG_OK);
	assert_false(holds(aead, page, 4096));
	assert_false(holds(stream, page, 4096));
	assert_int_equal(munmap(page, 4096), 0);
	assert_int_equal(gng_cgo_aead_seal(aead, out, text, 64, iv, 12, key, 9), GNG_OK);
	assert_int_equal(gng_cgo_stream_crypt(stream, out, text, 64), GNG_OK);
	gng_cgo_aead_close(aead);
	gng_cgo_stream_close(stream);
}

static void failing_paths_leak_no_handle(void **state)
{
	const int64_t live = gng_cgo_live();
	struct gng_cgo_aead *aead;
	struct gng_cgo_block *block;
	struct gng_cgo_stream *stream;

	(void)state;
	set_up();
	for (size_t len = 0; len < 40; len++) {
		const enum gng_status good =
			len == 16 || len == 24 || len == 32 ? GNG_OK : GNG_EINVAL;

		assert_int_equal(gng_cgo_aead_open(&aead, text, len, 16), good);
		assert_int_equal(gng_cgo_block_open(&block, text, len), good);
		assert_int_equal(gng_cgo_stream_open(&stream, GNG_CGO_CTR, text, len, iv), good);
		assert_int_equal(gng_cgo_live(), live + (good == GNG_OK ? 3 : 0));
		gng_cgo_aead_close(aead);
		gng_cgo_block_close(block);
		gng_cgo_stream_close(stream);
		assert_int_equal(gng_cgo_live(), live);
	}
	assert_int_equal(gng_cgo_abi(), GNG_CGO_ABI);
	assert_int_equal(gng_cgo_nothing(), 0);
}

/* ---- batches ---- */

static void a_forgery_keeps_back_no_other(void **state)
{
	struct gng_cgo_item items[3] = {
		{.nonce = 0, .in = 12, .len = 20, .out = 12, .status = 99},
		{.nonce = 64,
		 .aad = 76,
		 .aad_len = 4,
		 .in = 80,
		 .len = 30,
		 .out = 80,
		 .status = 99},
		{.nonce = 128, .in = 160, .len = 0, .out = 160, .status = 99}};
	struct gng_cgo_aead *aead;
	uint8_t arena[192], before[192];
	static const uint8_t zeros[20];

	(void)state;
	set_up();
	aead = aead_of(16);
	memset(arena, 0x5a, sizeof(arena));
	memcpy(before, arena, sizeof(arena));
	assert_int_equal(gng_cgo_aead_seal_batch(aead, arena, sizeof(arena), items, 3), GNG_OK);
	assert_int_equal(
		gng_cgo_aead_seal(aead, out, before + 80, 30, before + 64, 12, before + 76, 4),
		GNG_OK);
	assert_memory_equal(arena + 80, out, 46);
	arena[12] ^= 1;
	for (size_t i = 0; i < 3; i++) {
		assert_int_equal(items[i].status, GNG_OK);
		items[i].len += 16;
	}
	assert_int_equal(gng_cgo_aead_unseal_batch(aead, arena, sizeof(arena), items, 3),
			 GNG_EAUTH);
	assert_int_equal(items[0].status, GNG_EAUTH);
	assert_int_equal(items[1].status, GNG_OK);
	assert_int_equal(items[2].status, GNG_OK);
	assert_memory_equal(arena + 12, zeros, 20);
	assert_memory_equal(arena + 80, before + 80, 30);
	gng_cgo_aead_close(aead);
}

static void a_batch_that_breaks_a_rule_writes_nothing(void **state)
{
	const struct gng_cgo_item good = {
		.nonce = 0, .aad = 12, .aad_len = 4, .in = 16, .len = 16, .out = 16};
	const struct gng_cgo_item bad[] = {
		{.nonce = 53, .in = 16, .len = 16, .out = 16},
		{.nonce = UINT64_MAX, .in = 16, .len = 16, .out = 16},
		{.aad = 60, .aad_len = 5, .in = 16, .len = 16, .out = 16},
		{.aad = 8, .aad_len = UINT64_MAX, .in = 16, .len = 16, .out = 16},
		{.in = 16, .len = 33, .out = 16},
		{.in = UINT64_MAX - 3, .len = 16, .out = 16},
		{.in = 16, .len = UINT64_MAX, .out = 16},
		{.in = 16, .len = 16, .out = 17},
		{.in = 16, .len = 16, .out = 33},
		{.nonce = 30, .in = 12, .len = 8, .out = 12},
		{.aad = 35, .aad_len = 2, .in = 12, .len = 8, .out = 12}};
	struct gng_cgo_item item = good;
	struct gng_cgo_aead *aead;
	uint8_t arena[64] = {1, 2, 3}, before[64]; /* 48 to 63 are in no message */

	(void)state;
	set_up();
	aead = aead_of(16);
	memcpy(before, arena, sizeof(arena));
	for (size_t i = 0; i < COUNT_OF(bad); i++) {
		struct gng_cgo_item both[2] = {good, bad[i]};

		REFUSED(gng_cgo_aead_seal_batch(aead, arena, sizeof(arena), both + 1, 1));
		REFUSED(gng_cgo_aead_seal_batch(aead, arena, sizeof(arena), both, 2));
		assert_memory_equal(arena, before, sizeof(arena));
	}
	REFUSED(gng_cgo_aead_seal_batch(NULL, arena, sizeof(arena), &item, 1));
	REFUSED(gng_cgo_aead_seal_batch(aead, NULL, sizeof(arena), &item, 1));
	REFUSED(gng_cgo_aead_seal_batch(aead, arena, sizeof(arena), NULL, 1));
	assert_int_equal(gng_cgo_aead_seal_batch(aead, NULL, 0, NULL, 0), GNG_OK);
	assert_int_equal(gng_cgo_aead_seal_batch(aead, arena, sizeof(arena), &item, 1), GNG_OK);
	gng_cgo_aead_close(aead);
}

const struct suite_test suite_tests[] = {
	TEST(handles_give_the_bytes_of_aes, "C3.cgo.bytes"),
	TEST(streams_go_on_where_they_ended, "C3.cgo.bytes"),
	TEST(bad_arguments_are_refused, "C3.cgo.arguments"),
	TEST(no_call_keeps_what_it_was_given, "C3.cgo.keeps-nothing"),
	TEST(failing_paths_leak_no_handle, "C3.cgo.leaks"),
	TEST(a_forgery_keeps_back_no_other, "C3.cgo.batch"),
	TEST(a_batch_that_breaks_a_rule_writes_nothing, "C3.cgo.batch"),
	{0},
};
