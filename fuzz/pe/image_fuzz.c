/* SPDX-License-Identifier: Apache-2.0 */
/*
 * image_fuzz.c - an image that is accepted can be loaded: no byte of the file belongs to two parts,
 * sections lie in the image one behind the other, and each relocation changes bytes of the image.
 * One that is refused is refused with a clause, at a byte that it has or ends before.
 */
/* bundle: 63 */
#include "../suite.h"

#include <gng_pe.h>

#define MAX_SIZE 65536u

static void check_file(const struct gng_pe *image, size_t size)
{
	static uint8_t owners[MAX_SIZE];
	struct gng_pe_section section;

	memset(owners, 0, size);
	for (size_t i = 0; i < image->headers_len; i++)
		owners[i]++;
	for (uint32_t k = 0; gng_pe_section_at(image, k, &section); k++)
		for (size_t i = 0; i < section.file_len; i++) {
			fuzz_check((size_t)section.file_at + i < size, "the file", "of a section");
			fuzz_check(owners[section.file_at + i]++ == 0, "a byte", "of two parts");
		}
	for (size_t i = image->relocations_at; i < image->relocations_end; i++)
		fuzz_check(i < size && owners[i] == 1, "the place", "of the relocations");
}

static void check_memory(const struct gng_pe *image)
{
	struct gng_pe_section section;
	uint64_t end = image->headers_len;

	for (uint32_t k = 0; gng_pe_section_at(image, k, &section); k++) {
		fuzz_check(section.address >= end, "the address", "of a section");
		end = (uint64_t)section.address + (section.size ? section.size : section.file_len);
		fuzz_check(end <= image->image_len, "the end", "of a section");
	}
}

static void check_relocations(const struct gng_pe *image, size_t size)
{
	struct gng_pe_relocation one;
	struct gng_pe_walk walk = {0, 0, 0};
	size_t num = 0;

	for (; gng_pe_next(image, &walk, &one); num++) {
		fuzz_check((uint64_t)one.address + one.width <= image->image_len, "the address",
			   "of a relocation");
		fuzz_check(one.width == 2 || one.width == 4 || one.width == 8, "the width",
			   "of a relocation");
		fuzz_check(num < size, "the number", "of relocations");
	}
	fuzz_check(num == image->num_relocations, "the number",
		   "of relocations, as it was counted");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct gng_pe_fault fault;
	struct gng_pe image;

	if (size > MAX_SIZE)
		return 0;
	if (gng_pe_read(&image, &fault, data, size) != GNG_OK) {
		fuzz_check(fault.offset <= size && fault.clause, "the place", "of a fault");
		fuzz_check(*gng_pe_error_text(fault.error) != '?', "the error", "of a fault");
		fuzz_check(strcmp(gng_pe_error_name(fault.error), "sound") != 0, "the name",
			   "of a fault");
		return 0;
	}
	if (fuzz_one_in(64, data, size))
		check_file(&image, size);
	check_memory(&image);
	check_relocations(&image, size);
	return 0;
}
