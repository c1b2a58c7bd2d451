/* SPDX-License-Identifier: Apache-2.0 */
/* rm_answers.c - what the driver wrote, read as from a stranger. */
#include "uvm_params.h"

#define INVALID_ID UINT32_MAX /* NV0000_CTRL_GPU_INVALID_ID */
#define MAX_MINOR 254u	      /* 255 is /dev/nvidiactl */

static enum gng_status refuse(struct gng_why *why, const char *what)
{
	return gng_why_set(why, GNG_EFORMAT, 0, "uvm.rm",
			   "the driver's answer is none: %s; its version may not be what it says",
			   what);
}

/* ---- cards ---- */

/* In the order of names, which are looked up once for all cards. */
enum { VALID, GPU_ID, MINOR, DOMAIN, BUS, SLOT, FUNCTION, VENDOR, DEVICE, NUM_FIELDS };

static const char *const names[NUM_FIELDS] = {"valid",	  "gpu_id",    "minor_number",
					      "domain",	  "bus",       "slot",
					      "function", "vendor_id", "device_id"};

static struct gng_uvm_card card_of(const struct gng_uvm_field *const fields[NUM_FIELDS],
				   const uint8_t *bytes)
{
	return (struct gng_uvm_card){
		.gpu_id = (uint32_t)uvm_get_at(bytes, fields[GPU_ID]),
		.minor = (uint32_t)uvm_get_at(bytes, fields[MINOR]),
		.domain = (uint32_t)uvm_get_at(bytes, fields[DOMAIN]),
		.bus = (uint8_t)uvm_get_at(bytes, fields[BUS]),
		.slot = (uint8_t)uvm_get_at(bytes, fields[SLOT]),
		.function = (uint8_t)uvm_get_at(bytes, fields[FUNCTION]),
		.vendor = (uint16_t)uvm_get_at(bytes, fields[VENDOR]),
		.device = (uint16_t)uvm_get_at(bytes, fields[DEVICE]),
	};
}

static bool is_new(const struct gng_uvm_card *card, const struct gng_uvm_card *cards, size_t num)
{
	for (size_t i = 0; i < num; i++)
		if (cards[i].gpu_id == card->gpu_id || cards[i].minor == card->minor)
			return false;
	return true;
}

enum gng_status gng_uvm_read_cards(struct gng_uvm_card cards[GNG_UVM_MAX_CARDS], size_t *num,
				   const struct gng_uvm_version *version, const uint8_t *bytes,
				   size_t len, struct gng_why *why)
{
	const struct gng_uvm_layout *layout = gng_uvm_layout_of(version, GNG_UVM_RM_CARD_INFO);
	const struct gng_uvm_field *fields[NUM_FIELDS];
	size_t found = 0;

	*num = 0;
	if (!layout || len % layout->size || len / layout->size > GNG_UVM_MAX_CARDS)
		return refuse(why, "no whole number of cards");
	for (size_t i = 0; i < NUM_FIELDS; i++)
		fields[i] = uvm_field(layout, names[i]);
	for (size_t at = 0; at < len; at += layout->size) {
		const uint64_t valid = uvm_get_at(bytes + at, fields[VALID]);

		if (valid > 1)
			return refuse(why, "a card that is neither valid nor absent");
		if (!valid)
			continue;
		cards[found] = card_of(fields, bytes + at);
		if (cards[found].gpu_id == INVALID_ID || cards[found].minor > MAX_MINOR)
			return refuse(why, "a card of no number");
		if (!is_new(&cards[found], cards, found))
			return refuse(why, "two cards of one number");
		found++;
	}
	*num = found;
	return GNG_OK;
}

/* ---- one structure ---- */

enum gng_status gng_uvm_read_uuid(gng_uvm_uuid uuid, const struct gng_uvm_version *version,
				  const uint8_t *bytes, size_t len, struct gng_why *why)
{
	const struct gng_uvm_layout *layout = gng_uvm_layout_of(version, GNG_UVM_RM_GID_INFO);
	static const gng_uvm_uuid none;
	const uint8_t *data;

	if (!layout || len != layout->size)
		return refuse(why, "an identifier of another size");
	if (uvm_get(bytes, layout, "length") != sizeof(gng_uvm_uuid))
		return refuse(why, "an identifier that has not 16 bytes");
	data = bytes + uvm_field(layout, "data")->at;
	if (memcmp(data, none, sizeof(none)) == 0)
		return refuse(why, "an identifier of zeros");
	memcpy(uuid, data, sizeof(gng_uvm_uuid));
	return GNG_OK;
}

enum gng_status gng_uvm_read_reply(struct gng_uvm_version *driver,
				   const struct gng_uvm_version *version, const uint8_t *bytes,
				   size_t len, struct gng_why *why)
{
	const struct gng_uvm_layout *layout = gng_uvm_layout_of(version, GNG_UVM_RM_CHECK_VERSION);
	const struct gng_uvm_field *field;

	if (!layout || len != layout->size)
		return refuse(why, "a version of another size");
	field = uvm_field(layout, "versionString");
	if (uvm_get(bytes, layout, "reply") != 1)
		return refuse(why, "the question for its version was not recognised");
	if (!memchr(bytes + field->at, 0, field->len))
		return refuse(why, "a version without an end");
	return gng_uvm_version_parse(driver, (const char *)bytes + field->at, why);
}
