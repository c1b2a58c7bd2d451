/* SPDX-License-Identifier: Apache-2.0 */
/*
 * coreboot_fuzz.c - the reader and the rules refuse the same bytes at the same place.
 *
 * If bit 0 of the first byte is set, both sums are mended: else one table in 2^32 would be read.
 */
/* bundle: 26 */
#include "mend.h"
#include "rules.h"

#define MAX_SIZE 512u

struct seen {
	unsigned int memory, forward, board;
};

static struct rules_broken judge_board(const struct rules_input *input, uint64_t at, uint64_t len)
{
	if (len < 12)
		return rules_break(GNG_BOOT_LENGTH, at + 4);
	for (unsigned int i = 0; i < 2; i++)
		if (!rules_has_end(input, at + 10 + rules_get(input, at + 8 + i, 1), at + len))
			return rules_break(GNG_BOOT_STRING, at + 8 + i);
	return rules_break(GNG_BOOT_SOUND, 0);
}

static struct rules_broken judge_record(const struct rules_input *input, uint64_t at, uint64_t len,
					struct seen *seen)
{
	switch (rules_get(input, at, 4)) {
	case 1:
		if (seen->memory++)
			return rules_break(GNG_BOOT_TWICE, at);
		return rules_break((len - 8) % 20 ? GNG_BOOT_LENGTH : GNG_BOOT_SOUND, at + 4);
	case 0x11:
		if (len != 16)
			return rules_break(GNG_BOOT_LENGTH, at + 4);
		if (seen->forward++)
			return rules_break(GNG_BOOT_TWICE, at);
		return rules_break(rules_get(input, at + 8, 8) ? GNG_BOOT_SOUND : GNG_BOOT_VALUE,
				   at + 8);
	case 3:
		if (len >= 12 && seen->board++)
			return rules_break(GNG_BOOT_TWICE, at);
		return judge_board(input, at, len);
	default:
		return rules_break(GNG_BOOT_SOUND, 0);
	}
}

static struct rules_broken judge_records(const struct rules_input *input, uint64_t at, uint64_t end,
					 struct seen *seen)
{
	uint64_t num = 0, len;

	for (; at < end; at += len, num++) {
		struct rules_broken broken;

		len = rules_get(input, at + 4, 4);
		if (end - at < 8)
			return rules_break(GNG_BOOT_BEYOND, at);
		if (len < 8 || len % 4)
			return rules_break(GNG_BOOT_LENGTH, at + 4);
		if (len > end - at)
			return rules_break(GNG_BOOT_BEYOND, at + 4);
		broken = judge_record(input, at, len, seen);
		if (broken.error)
			return broken;
	}
	return rules_break(num == rules_get(input, 20, 4) ? GNG_BOOT_SOUND : GNG_BOOT_VALUE, 20);
}

static struct rules_broken judge(const struct rules_input *input, struct seen *seen)
{
	const uint64_t first = rules_get(input, 4, 4), records = rules_get(input, 12, 4);

	if (input->len < 24)
		return rules_break(GNG_BOOT_TRUNCATED, input->len);
	if (memcmp(input->bytes, "LBIO", 4) != 0)
		return rules_break(GNG_BOOT_SIGNATURE, 0);
	if (first < 24 || first % 4)
		return rules_break(GNG_BOOT_LENGTH, 4);
	if (first > input->len)
		return rules_break(GNG_BOOT_BEYOND, 4);
	if (first + records > input->len)
		return rules_break(GNG_BOOT_BEYOND, 12);
	if (mend_sum(input->bytes, first) != 0)
		return rules_break(GNG_BOOT_CHECKSUM, 8);
	if (mend_sum(input->bytes + first, records) != rules_get(input, 16, 4))
		return rules_break(GNG_BOOT_CHECKSUM, 16);
	return judge_records(input, first, first + records, seen);
}

static void check(const uint8_t *bytes, size_t len)
{
	const struct rules_input input = {bytes, len};
	struct gng_boot_coreboot table;
	struct seen seen = {.memory = 0};
	struct gng_boot_fault fault;
	struct gng_boot_tag record;
	uint32_t num = 0;

	if (!rules_compare(gng_boot_coreboot_read(&table, &fault, bytes, len), &fault,
			   judge(&input, &seen)))
		return;
	for (uint32_t at = 0; gng_boot_coreboot_next(&table, &at, &record);)
		num++;
	fuzz_check(num == table.num_records, "the number", "of records");
	fuzz_check(!table.map == !seen.memory && !table.forward == !seen.forward &&
			   !table.vendor == !seen.board && !table.part == !seen.board,
		   "what was found", "of records");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	uint8_t *bytes;

	if (size > MAX_SIZE)
		return 0;
	/* no byte at all is an input, too: with it an engine begins that has no corpus */
	if (size == 0 || !(data[0] & 1)) {
		check(data + (size > 0), size - (size > 0));
		return 0;
	}
	bytes = malloc(size - 1); /* not a byte more: what is read behind it is seen */
	fuzz_check(bytes != NULL, "memory", "at the start");
	memcpy(bytes, data + 1, size - 1);
	mend_coreboot(bytes, size - 1);
	check(bytes, size - 1);
	free(bytes);
	return 0;
}
