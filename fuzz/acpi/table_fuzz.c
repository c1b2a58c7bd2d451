/* SPDX-License-Identifier: Apache-2.0 */
/*
 * table_fuzz.c - the reader and the table of rules refuse the same bytes for the same reason, and
 * what is accepted has as many entries as it says, one behind the other.
 *
 * The first byte says what is mended: its low half chooses a signature (0: that of the input), bit
 * 4 sets length and sum. Without that, one table in 256 would be looked at.
 */
/* bundle: 60 */
#include "../block.h"
#include "../suite.h"

#include <gng_acpi.h>

#include "mend.h"
#include "rules.h"

#define MAX_SIZE 32768u /* below what GNG_ACPI_MAX_ENTRIES and _RANGES of an SRAT can reach */

FUZZ_UNCOUNTED static void check_entries(const struct gng_acpi *table)
{
	struct gng_acpi_entry entry;
	size_t num = 0, end = 0;

	for (size_t at = 0; gng_acpi_next(table, &at, &entry); num++) {
		fuzz_check(num == 0 || entry.offset == end, "the place", "of an entry");
		end = entry.offset + entry.len;
		fuzz_check(entry.len && end <= table->length && end == at, "the end",
			   "of an entry");
		fuzz_check(entry.name != NULL, "the name", "of an entry");
	}
	fuzz_check(num == table->num_entries || table->kind == GNG_ACPI_SLIT, "the number",
		   "of entries");
	if (table->kind == GNG_ACPI_SLIT && table->num_entries)
		fuzz_check(gng_acpi_distance(table, table->num_entries - 1,
					     table->num_entries - 1) == 10,
			   "the last distance", "of a SLIT");
}

/* check_rules compares the verdict on bytes[0..len) with that of the rules. */
static void check_rules(bool sound, const struct gng_acpi *table,
			const struct gng_acpi_fault *fault, const uint8_t *bytes, size_t len)
{
	const struct rules_broken broken = rules_judge(bytes, len);

	fuzz_check(sound == !broken.error, "the verdict", broken.error ? broken.error : "sound");
	if (sound) {
		fuzz_check(table->kind == GNG_ACPI_RSDP || table->num_entries == broken.num_entries,
			   "the number", "of entries, as the rules count");
		return;
	}
	fuzz_check(strcmp(gng_acpi_error_name(fault->error), broken.error) == 0, "the error",
		   broken.error);
	fuzz_check(strlen(gng_acpi_error_text(fault->error)) > 8, "the sentence", broken.error);
	fuzz_check(fault->offset == broken.offset, "the offset", broken.error);
	fuzz_check(strcmp(fault->clause, broken.clause) == 0, "the clause", broken.clause);
}

static struct fuzz_block block;

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct gng_acpi_fault fault;
	struct gng_acpi table;
	uint8_t *bytes;
	bool sound;

	if (size == 0 || size > MAX_SIZE)
		return 0;
	bytes = fuzz_block_of(&block, size - 1);
	memcpy(bytes, data + 1, size - 1);
	mend_table(data[0], bytes, size - 1);
	sound = gng_acpi_read(&table, &fault, bytes, size - 1) == GNG_OK;
	if (sound)
		check_entries(&table);
	if (fuzz_one_in(64, data, size))
		check_rules(sound, &table, &fault, bytes, size - 1);
	return 0;
}
