/* SPDX-License-Identifier: Apache-2.0 */
/*
 * answers_fuzz.c - what is read of the resource manager's answers, in any version, is what stands
 * in their bytes: cards are valid and differ, an identifier is 16 bytes of the answer, a version is
 * the text. The first byte says which answer, and which version.
 */
/* bundle: 80 */
#include "../block.h"
#include "../suite.h"

#include <gng_uvm.h>

static struct fuzz_block block;

static size_t field_at(const struct gng_uvm_layout *layout, const char *name)
{
	for (size_t i = 0; layout->fields[i].name; i++)
		if (strcmp(layout->fields[i].name, name) == 0)
			return layout->fields[i].at;
	fuzz_check(0, "a field", name);
	return 0;
}

static size_t num_valid(const uint8_t *bytes, size_t len, size_t size)
{
	size_t num = 0;

	for (size_t at = 0; at < len; at += size)
		num += bytes[at] == 1;
	return num;
}

static void check_cards(const struct gng_uvm_version *version, const uint8_t *bytes, size_t len)
{
	const struct gng_uvm_layout *layout;
	struct gng_uvm_card cards[GNG_UVM_MAX_CARDS];
	size_t num;

	if (gng_uvm_read_cards(cards, &num, version, bytes, len, NULL) != GNG_OK) {
		fuzz_check(num == 0, "cards of a refused answer", version->text);
		return;
	}
	layout = gng_uvm_layout_of(version, GNG_UVM_RM_CARD_INFO);
	fuzz_check(len % layout->size == 0 && num == num_valid(bytes, len, layout->size),
		   "the number of cards", version->text);
	for (size_t i = 0; i < num; i++)
		for (size_t j = 0; j < i; j++)
			fuzz_check(cards[i].gpu_id != cards[j].gpu_id &&
					   cards[i].minor != cards[j].minor,
				   "two of one number", version->text);
}

static void check_uuid(const struct gng_uvm_version *version, const uint8_t *bytes, size_t len)
{
	const struct gng_uvm_layout *layout;
	gng_uvm_uuid uuid;

	if (gng_uvm_read_uuid(uuid, version, bytes, len, NULL) != GNG_OK)
		return;
	layout = gng_uvm_layout_of(version, GNG_UVM_RM_GID_INFO);
	fuzz_check(len == layout->size && bytes[field_at(layout, "length")] == sizeof(uuid) &&
			   memcmp(uuid, bytes + field_at(layout, "data"), sizeof(uuid)) == 0,
		   "the identifier", version->text);
}

static void check_reply(const struct gng_uvm_version *version, const uint8_t *bytes, size_t len)
{
	const struct gng_uvm_layout *layout;
	struct gng_uvm_version driver;

	if (gng_uvm_read_reply(&driver, version, bytes, len, NULL) != GNG_OK)
		return;
	layout = gng_uvm_layout_of(version, GNG_UVM_RM_CHECK_VERSION);
	fuzz_check(len == layout->size &&
			   strcmp(driver.text,
				  (const char *)bytes + field_at(layout, "versionString")) == 0,
		   "the version", version->text);
}

/* read_versions parses those at which a structure changed, once. */
static const struct gng_uvm_version *version_of(unsigned int i)
{
	static const char *const texts[] = {"515.43.04", "535.43.02", "545.23.06", "595.45.04"};
	static struct gng_uvm_version versions[4];

	if (!versions[i].num_parts)
		fuzz_check(gng_uvm_version_parse(&versions[i], texts[i], NULL) == GNG_OK,
			   "a version", texts[i]);
	return &versions[i];
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct gng_uvm_version *version;
	uint8_t *bytes;

	if (size == 0)
		return 0;
	version = version_of(data[0] & 3);
	bytes = fuzz_block_of(&block, size - 1);
	memcpy(bytes, data + 1, size - 1);
	switch (data[0] >> 2 & 3) {
	case 0:
		check_cards(version, bytes, size - 1);
		break;
	case 1:
		check_uuid(version, bytes, size - 1);
		break;
	default:
		check_reply(version, bytes, size - 1);
	}
	return 0;
}
