/* SPDX-License-Identifier: Apache-2.0 */
/*
 * version_fuzz.c - what is read of a driver's words is a version that stands in them; versions are
 * in one order, and whatever a version is, its layouts are sound and those of the nearest known
 * one.
 */
/* bundle: 117 */
#include "../suite.h"

#include <gng_uvm.h>

static void check_layouts(const struct gng_uvm_version *version)
{
	const char *nearest = gng_uvm_version_nearest(version);
	struct gng_uvm_version known;

	fuzz_check(!nearest || gng_uvm_version_parse(&known, nearest, NULL) == GNG_OK,
		   "the nearest", version->text);
	for (int i = 0; i < GNG_UVM_NUM_COMMANDS; i++) {
		const struct gng_uvm_layout *layout =
			gng_uvm_layout_of(version, (enum gng_uvm_command)i);

		if (!nearest) {
			fuzz_check(!layout, "no layout before the first version", version->text);
			continue;
		}
		fuzz_check(layout == gng_uvm_layout_of(&known, (enum gng_uvm_command)i),
			   "the layout of the nearest", version->text);
		fuzz_check(!layout || (layout->size <= GNG_UVM_MAX_SIZE &&
				       layout->status_at + 4u <= layout->size),
			   "the size", version->text);
	}
}

static void check_order(const struct gng_uvm_version *a, const struct gng_uvm_version *b)
{
	fuzz_check(gng_uvm_version_compare(a, b) == -gng_uvm_version_compare(b, a), "the order",
		   a->text);
	fuzz_check(gng_uvm_version_compare(a, a) == 0, "equality", a->text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct gng_uvm_version found, again, middle;

	if (gng_uvm_version_read(&found, (const char *)data, size, NULL) != GNG_OK)
		return 0;
	fuzz_check(memmem(data, size, found.text, strlen(found.text)) != NULL, "the words",
		   found.text);
	fuzz_check(gng_uvm_version_parse(&again, found.text, NULL) == GNG_OK &&
			   memcmp(&again, &found, sizeof(found)) == 0,
		   "a second reading", found.text);
	if (gng_uvm_version_parse(&middle, "550.54.14", NULL) == GNG_OK)
		check_order(&found, &middle);
	check_layouts(&found);
	return 0;
}
