/* SPDX-License-Identifier: Apache-2.0 */
/*
 * space_fuzz.c - the reader of a configuration space and its rules refuse the same bytes for the
 * same reason; what is accepted has as many capabilities as it says, none twice.
 *
 * The first byte says what is mended: bits 0 and 1 choose the length (0: as it is), bit 2 sets
 * "there are capabilities", bit 3 a header of type 0.
 */
/* bundle: 61 */
#include "../block.h"
#include "../suite.h"

#include <gng_pci.h>

#include "mend.h"
#include "rules.h"

/* check_size compares with the definition: the lowest bit that can be set, if all above it can. */
FUZZ_UNCOUNTED static void check_size(uint32_t low, uint32_t high)
{
	const bool is_io = low & 1, is_64 = !is_io && (low & 6) == 4;
	const unsigned int first = is_io ? 2 : 4;
	unsigned int end = is_64 ? 64 : 32, bit = first;
	const uint64_t bits = is_64 ? (uint64_t)high << 32 | low : low;
	uint64_t size;

	if (is_io && low >> 16 == 0)
		end = 16;
	while (bit < end && !(bits >> bit & 1))
		bit++;
	size = bit < end ? (uint64_t)1 << bit : 0;
	for (; bit < end; bit++)
		if (!(bits >> bit & 1))
			size = 0;
	fuzz_check(gng_pci_bar_size(low, high) == size, "the size", "of a BAR");
}

FUZZ_UNCOUNTED static void check_capabilities(const struct gng_pci *function)
{
	struct gng_pci_capability one;
	uint32_t seen[4096 / 4 / 32] = {0}; /* a bit for each word */
	size_t num = 0;

	for (size_t at = 0; gng_pci_next(function, &at, &one); num++) {
		fuzz_check(one.offset >= 0x40 && one.offset < function->len, "the place",
			   "of a capability");
		fuzz_check(one.offset % 4 == 0 &&
				   !(seen[one.offset / 128] >> one.offset / 4 % 32 & 1),
			   "a capability", "that comes twice");
		seen[one.offset / 128] |= UINT32_C(1) << one.offset / 4 % 32;
	}
	fuzz_check(num == function->num_capabilities + function->num_extended, "the number",
		   "of capabilities");
}

/* check_rules compares the verdict on space[0..len) with that of the rules. */
static void check_rules(bool sound, const struct gng_pci *function,
			const struct gng_pci_fault *fault, const uint8_t *space, size_t len)
{
	const struct rules_broken broken = rules_judge(space, len);

	fuzz_check(sound == !broken.error, "the verdict", broken.error ? broken.error : "sound");
	if (sound) {
		fuzz_check(function->num_capabilities == broken.num &&
				   function->num_extended == broken.num_extended,
			   "the number", "as the rules count");
		return;
	}
	fuzz_check(strcmp(gng_pci_error_name(fault->error), broken.error) == 0, "the error",
		   broken.error);
	fuzz_check(fault->offset == broken.offset, "the offset", broken.error);
	fuzz_check(strcmp(fault->clause, broken.clause) == 0, "the clause", broken.clause);
}

static struct fuzz_block block;

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct gng_pci_fault fault;
	struct gng_pci function;
	uint8_t *space;
	bool sound;
	size_t len;

	if (size == 0 || size > 4097)
		return 0;
	if (size >= 9) {
		uint32_t registers[2];

		memcpy(registers, data + 1, sizeof(registers));
		check_size(registers[0], registers[1]);
	}
	len = (data[0] & 3) == 1 ? 64 : (data[0] & 3) == 2 ? 256 : (data[0] & 3) ? 4096 : size - 1;
	space = fuzz_block_of(&block, len);
	if (size - 1 < len)
		memset(space + (size - 1), 0, len - (size - 1));
	mend_space(space, data[0], data + 1, size - 1);
	sound = gng_pci_read(&function, &fault, space, len) == GNG_OK;
	if (sound)
		check_capabilities(&function);
	if (fuzz_one_in(64, data, size))
		check_rules(sound, &function, &fault, space, len);
	return 0;
}
