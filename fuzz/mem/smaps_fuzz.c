/* SPDX-License-Identifier: Apache-2.0 */
/* smaps_fuzz.c - a text that proves a range covers it, and more of the same text proves more. */
/* bundle: 19 */
#include "../suite.h"

#include <mem_proof.h>

#define LO 0x200000u
#define HI 0x600000u

static enum gng_status add(struct gng_mem_proof *proof, const uint8_t *data, size_t size,
			   uintptr_t lo, uintptr_t hi)
{
	memset(proof, 0, sizeof(*proof));
	return mem_smaps_add(proof, (const char *)data, size, lo, hi, NULL);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct gng_mem_proof whole, half;
	char text[64], mode[16];
	const enum gng_status status = add(&whole, data, size, LO, HI);

	if (status == GNG_OK && fuzz_one_in(64, data, size)) {
		fuzz_check(whole.num_vmas >= 1, "a mapping", "of a proof");
		fuzz_check(add(&half, data, size, LO, LO + (HI - LO) / 2) == GNG_OK, "a proof",
			   "of a part");
		fuzz_check(half.huge_len <= whole.huge_len, "huge bytes", "of a part");
		fuzz_check(half.num_vmas <= whole.num_vmas, "mappings", "of a part");
	}
	if (size > 60)
		size = 60;
	if (size)
		memcpy(text, data, size);
	text[size] = '\0';
	mem_thp_mode(mode, text);
	fuzz_check(strlen(mode) < sizeof(mode) && *mode, "a word", "of the mode");
	return 0;
}
