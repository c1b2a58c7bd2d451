/* SPDX-License-Identifier: Apache-2.0 */
/*
 * batch_fuzz.c - a batch with any offsets is refused untouched, or gives what single calls give
 * on a copy of the arena, and then opens to the arena of before.
 */
/* class: crypto */
#include "../suite.h"

#include <gng_cgo.h>

#define MAX_ITEMS 4
#define MAX_ARENA 256

/* input is the fuzzer's bytes, taken from the front; none left reads as 0. */
struct input {
	const uint8_t *data;
	size_t size;
};

static uint8_t take(struct input *input)
{
	if (input->size == 0)
		return 0;
	input->size--;
	return *input->data++;
}

/* offset is small mostly, and sometimes next to 2^64. */
static uint64_t offset(struct input *input)
{
	const uint8_t byte = take(input);

	return byte == 0xff ? UINT64_MAX - take(input) : byte;
}

static size_t make_items(struct gng_cgo_item items[MAX_ITEMS], struct input *input)
{
	const size_t num = take(input) % (MAX_ITEMS + 1);

	for (size_t i = 0; i < num; i++)
		items[i] = (struct gng_cgo_item){.nonce = offset(input),
						 .aad = offset(input),
						 .aad_len = offset(input),
						 .in = offset(input),
						 .len = offset(input),
						 .out = offset(input),
						 .status = 99};
	return num;
}

/* by_single_calls does the batch one by one on arena, inputs from before; the batch was accepted,
 * so no output meets another's input. */
static void by_single_calls(const struct gng_cgo_aead *aead, uint8_t *arena, const uint8_t *before,
			    const struct gng_cgo_item *items, size_t num)
{
	uint8_t sealed[MAX_ARENA + 16];

	for (size_t i = 0; i < num; i++) {
		const struct gng_cgo_item *item = &items[i];

		fuzz_check(item->in + item->len <= MAX_ARENA &&
				   item->out + item->len + 16 <= MAX_ARENA &&
				   item->nonce + 12 <= MAX_ARENA &&
				   item->aad + item->aad_len <= MAX_ARENA,
			   "an item outside the arena was accepted", "batch");
		fuzz_check(item->status == GNG_OK, "an accepted item failed", "batch");
		fuzz_check(gng_cgo_aead_seal(aead, sealed, before + item->in, item->len,
					     before + item->nonce, 12, before + item->aad,
					     item->aad_len) == GNG_OK,
			   "a single call refuses what the batch took", "batch");
		memcpy(arena + item->out, sealed, item->len + 16);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const uint8_t key[16] = "sixteen bytes...";
	struct input input = {data, size};
	uint8_t arena[MAX_ARENA], before[MAX_ARENA], single[MAX_ARENA];
	struct gng_cgo_item items[MAX_ITEMS] = {{0}};
	struct gng_cgo_aead *aead = NULL;
	enum gng_status status;
	size_t num;

	fuzz_check(gng_cgo_aead_open(&aead, key, sizeof(key), 16) == GNG_OK, "no handle", "batch");
	num = make_items(items, &input);
	for (size_t i = 0; i < MAX_ARENA; i++)
		arena[i] = (uint8_t)(i + size);
	memcpy(before, arena, sizeof(arena));
	memcpy(single, arena, sizeof(arena));
	status = gng_cgo_aead_seal_batch(aead, arena, sizeof(arena), items, num);
	fuzz_check(status == GNG_OK || status == GNG_EINVAL, "another status", "batch");
	if (status == GNG_OK)
		by_single_calls(aead, single, before, items, num);
	fuzz_check(memcmp(arena, single, sizeof(arena)) == 0, "other bytes", "batch");
	for (size_t i = 0; i < num && status == GNG_OK; i++) {
		items[i].in = items[i].out;
		items[i].len += 16;
	}
	if (status == GNG_OK)
		fuzz_check(gng_cgo_aead_unseal_batch(aead, arena, sizeof(arena), items, num) ==
				   GNG_OK,
			   "the batch does not open", "batch");
	gng_cgo_aead_close(aead);
	return 0;
}
