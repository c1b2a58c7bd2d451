/* SPDX-License-Identifier: Apache-2.0 */
/* coreboot.c - the tables that coreboot leaves: coreboot's commonlib/coreboot_tables.h. */
#include "boot_private.h"

#define HEADER "coreboot_tables.h, struct lb_header"
#define RECORD "coreboot_tables.h, struct lb_record"
#define MEMORY "coreboot_tables.h, struct lb_memory"
#define FORWARD "coreboot_tables.h, struct lb_forward"
#define MAINBOARD "coreboot_tables.h, struct lb_mainboard"
#define HEADER_LEN 24u
#define ENTRY_LEN 20u

enum tag { TAG_MEMORY = 1, TAG_MAINBOARD = 3, TAG_FORWARD = 0x11 };

/* sum_of is the checksum of the Internet Protocol: ones' complement, 16 bits, little-endian. */
static uint32_t sum_of(const uint8_t *bytes, uint32_t len)
{
	uint64_t sum = 0;

	for (uint32_t i = 0; i < len; i++)
		sum += (uint32_t)bytes[i] << (i % 2 ? 8 : 0);
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return ~(uint32_t)sum & 0xffff;
}

static bool read_header(struct gng_boot_coreboot *table, size_t len, struct gng_boot_fault *fault)
{
	const uint8_t *header = table->bytes;
	uint32_t records_len;

	if (len < HEADER_LEN)
		return boot_refuse(fault, GNG_BOOT_TRUNCATED, len, HEADER);
	if (header[0] != 'L' || header[1] != 'B' || header[2] != 'I' || header[3] != 'O')
		return boot_refuse(fault, GNG_BOOT_SIGNATURE, 0, HEADER);
	table->first = boot_u32(header + 4);
	records_len = boot_u32(header + 12);
	if (table->first < HEADER_LEN || table->first % 4)
		return boot_refuse(fault, GNG_BOOT_LENGTH, 4, HEADER);
	if (table->first > len)
		return boot_refuse(fault, GNG_BOOT_BEYOND, 4, HEADER);
	if (records_len > len - table->first || records_len > UINT32_MAX - table->first)
		return boot_refuse(fault, GNG_BOOT_BEYOND, 12, HEADER);
	if (sum_of(header, table->first) != 0)
		return boot_refuse(fault, GNG_BOOT_CHECKSUM, 8, HEADER);
	if (sum_of(header + table->first, records_len) != boot_u32(header + 16))
		return boot_refuse(fault, GNG_BOOT_CHECKSUM, 16, HEADER);
	table->len = table->first + records_len;
	table->num_records = boot_u32(header + 20);
	return true;
}

static bool read_record(const struct gng_boot_coreboot *table, uint32_t offset,
			struct gng_boot_tag *record, struct gng_boot_fault *fault)
{
	if (table->len - offset < 8)
		return boot_refuse(fault, GNG_BOOT_BEYOND, offset, RECORD);
	*record = (struct gng_boot_tag){boot_u32(table->bytes + offset),
					boot_u32(table->bytes + offset + 4), offset};
	if (record->len < 8 || record->len % 4)
		return boot_refuse(fault, GNG_BOOT_LENGTH, offset + 4, RECORD);
	if (record->len > table->len - offset)
		return boot_refuse(fault, GNG_BOOT_BEYOND, offset + 4, RECORD);
	return true;
}

static bool take_memory(struct gng_boot_coreboot *table, const struct gng_boot_tag *record,
			struct gng_boot_fault *fault)
{
	if (table->map)
		return boot_refuse(fault, GNG_BOOT_TWICE, record->offset, MEMORY);
	if ((record->len - 8) % ENTRY_LEN)
		return boot_refuse(fault, GNG_BOOT_LENGTH, record->offset + 4, MEMORY);
	table->map = table->bytes + record->offset + 8;
	table->map_len = record->len - 8;
	return true;
}

static bool take_forward(struct gng_boot_coreboot *table, const struct gng_boot_tag *record,
			 struct gng_boot_fault *fault)
{
	if (record->len != 16)
		return boot_refuse(fault, GNG_BOOT_LENGTH, record->offset + 4, FORWARD);
	if (table->forward)
		return boot_refuse(fault, GNG_BOOT_TWICE, record->offset, FORWARD);
	table->forward = boot_u64(table->bytes + record->offset + 8);
	if (!table->forward)
		return boot_refuse(fault, GNG_BOOT_VALUE, record->offset + 8, FORWARD);
	return true;
}

/* Two bytes say where, behind them, the names begin. */
static bool take_mainboard(struct gng_boot_coreboot *table, const struct gng_boot_tag *record,
			   struct gng_boot_fault *fault)
{
	const uint8_t *bytes = table->bytes + record->offset;
	const char **names[] = {&table->vendor, &table->part};

	if (record->len < 12)
		return boot_refuse(fault, GNG_BOOT_LENGTH, record->offset + 4, MAINBOARD);
	if (table->vendor)
		return boot_refuse(fault, GNG_BOOT_TWICE, record->offset, MAINBOARD);
	for (uint32_t i = 0; i < 2; i++) {
		const uint32_t begin = 10u + bytes[8 + i];

		if (begin >= record->len || !boot_ends(bytes + begin, record->len - begin))
			return boot_refuse(fault, GNG_BOOT_STRING, record->offset + 8 + i,
					   MAINBOARD);
		*names[i] = (const char *)bytes + begin;
	}
	return true;
}

static bool take_record(struct gng_boot_coreboot *table, const struct gng_boot_tag *record,
			struct gng_boot_fault *fault)
{
	switch (record->type) {
	case TAG_MEMORY:
		return take_memory(table, record, fault);
	case TAG_FORWARD:
		return take_forward(table, record, fault);
	case TAG_MAINBOARD:
		return take_mainboard(table, record, fault);
	default:
		return true;
	}
}

static bool read_all(struct gng_boot_coreboot *table, size_t len, struct gng_boot_fault *fault)
{
	struct gng_boot_tag record;
	uint32_t num = 0;

	if (!read_header(table, len, fault))
		return false;
	for (uint32_t at = table->first; at < table->len; at += record.len, num++)
		if (!read_record(table, at, &record, fault) || !take_record(table, &record, fault))
			return false;
	if (num != table->num_records)
		return boot_refuse(fault, GNG_BOOT_VALUE, 20, HEADER);
	return true;
}

enum gng_status gng_boot_coreboot_read(struct gng_boot_coreboot *table,
				       struct gng_boot_fault *fault, const void *bytes, size_t len)
{
	bool sound;

	*table = (struct gng_boot_coreboot){.bytes = bytes};
	*fault = (struct gng_boot_fault){.error = GNG_BOOT_SOUND};
	sound = read_all(table, len, fault);
	if (!sound)
		*table = (struct gng_boot_coreboot){.bytes = NULL};
	return boot_status(sound, fault);
}

bool gng_boot_coreboot_next(const struct gng_boot_coreboot *table, uint32_t *at,
			    struct gng_boot_tag *record)
{
	struct gng_boot_fault unused;

	if (*at == 0)
		*at = table->first;
	if (!table->bytes || *at >= table->len || !read_record(table, *at, record, &unused))
		return false;
	*at += record->len;
	return true;
}
