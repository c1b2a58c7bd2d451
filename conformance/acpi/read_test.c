/* SPDX-License-Identifier: Apache-2.0 */
/* read_test.c - each table is read or refused at the byte and by the clause that its vector names,
 * and by the table of rules; what is broken in any one byte is judged as the rules judge it. */
#include "../suite.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <gng_acpi.h>

#include "../../fuzz/acpi/rules.h"

#define TABLES "acpi/tables.vec"

/* place is where a table lies: it ends where a page begins that nobody may touch, and may not be
 * written itself. */
struct place {
	uint8_t *map;
	size_t len;
	const uint8_t *bytes;
};

static void place_open(struct place *place, const uint8_t *bytes, size_t len)
{
	const size_t page = (size_t)sysconf(_SC_PAGESIZE), whole = (len + page) / page * page;

	place->len = whole + page;
	place->map =
		mmap(NULL, place->len, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	assert_true(place->map != MAP_FAILED);
	place->bytes = place->map + whole - len;
	if (len)
		memcpy(place->map + whole - len, bytes, len);
	assert_int_equal(mprotect(place->map, whole, PROT_READ), 0);
	assert_int_equal(mprotect(place->map + whole, page, PROT_NONE), 0);
}

static void place_close(struct place *place)
{
	munmap(place->map, place->len);
}

/* agree reads bytes and compares with the rules. */
static void agree(const uint8_t *bytes, size_t len, const char *where)
{
	const struct rules_broken broken = rules_judge(bytes, len);
	struct gng_acpi_fault fault;
	struct gng_acpi table;
	const bool sound = gng_acpi_read(&table, &fault, bytes, len) == GNG_OK;

	if (sound != !broken.error ||
	    (!sound && (strcmp(gng_acpi_error_name(fault.error), broken.error) != 0 ||
			fault.offset != broken.offset || strcmp(fault.clause, broken.clause) != 0)))
		suite_fail("%s: '%s' at %zu, the rules say '%s' at %zu", where,
			   gng_acpi_error_name(fault.error), fault.offset,
			   broken.error ? broken.error : "sound", broken.offset);
}

static void check_case(struct gng_vec_case *one, void *arg)
{
	const char *expect = suite_text(one, "expect");
	const int64_t at = suite_int(one, "at");
	struct gng_acpi_fault fault;
	struct gng_acpi table;
	struct place place;
	size_t len;
	const uint8_t *bytes = suite_bytes(one, "bytes", &len);

	(void)arg;
	gng_vec_skip(one, "name");
	place_open(&place, bytes, len);
	if (gng_acpi_read(&table, &fault, place.bytes, len) == GNG_OK) {
		if (strcmp(expect, "sound") != 0 || table.num_entries != at)
			suite_fail("%s: read with %u entries, not %s %lld", gng_vec_here(one),
				   table.num_entries, expect, (long long)at);
	} else if (strcmp(gng_acpi_error_name(fault.error), expect) != 0 ||
		   fault.offset != (size_t)at ||
		   strcmp(fault.clause, suite_text(one, "clause")) != 0) {
		suite_fail("%s: '%s' at %zu by %s, not %s at %lld", gng_vec_here(one),
			   gng_acpi_error_name(fault.error), fault.offset, fault.clause, expect,
			   (long long)at);
	}
	agree(place.bytes, len, gng_vec_here(one));
	place_close(&place);
}

static void tables_are_read_or_refused_where_they_are_broken(void **state)
{
	(void)state;
	suite_vectors(TABLES, check_case, NULL);
}

static void skip_all(struct gng_vec_case *one)
{
	static const char *const names[] = {"name", "expect", "at", "clause"};

	for (size_t i = 0; i < COUNT_OF(names); i++)
		gng_vec_skip(one, names[i]);
}

static void check_cuts(struct gng_vec_case *one, void *arg)
{
	struct place place;
	size_t len;
	const uint8_t *bytes = suite_bytes(one, "bytes", &len);

	const bool sound = strcmp(suite_text(one, "expect"), "sound") == 0;

	(void)arg;
	skip_all(one);
	for (size_t cut = 0; cut <= len && sound; cut++) {
		place_open(&place, bytes, cut);
		agree(place.bytes, cut, gng_vec_here(one));
		place_close(&place);
	}
}

static void every_cut_is_judged_as_the_rules_judge_it(void **state)
{
	(void)state;
	suite_vectors(TABLES, check_cuts, NULL);
}

/* mend makes the sum right again. */
static void mend(uint8_t *bytes, size_t len)
{
	const size_t at = memcmp(bytes, "RSD PTR ", 8) == 0 ? 8 : 9;
	const size_t end = at == 8 ? 20 : len;
	uint8_t sum = 0;

	for (size_t i = 0; i < end; i++)
		if (i != at)
			sum = (uint8_t)(sum + bytes[i]);
	bytes[at] = (uint8_t)-sum;
}

static void check_bytes(struct gng_vec_case *one, void *arg)
{
	const bool sound = strcmp(suite_text(one, "expect"), "sound") == 0;
	uint8_t copy[600];
	size_t len;
	const uint8_t *bytes = suite_bytes(one, "bytes", &len);

	(void)arg;
	skip_all(one);
	if (!sound || len > sizeof(copy))
		return;
	for (size_t at = 0; at < len; at++)
		for (unsigned int value = 0; value < 256; value++) {
			memcpy(copy, bytes, len);
			copy[at] = (uint8_t)value;
			if (value == (uint8_t)(bytes[at] ^ 0x80))
				agree(copy, len, gng_vec_here(one));
			mend(copy, len);
			agree(copy, len, gng_vec_here(one));
		}
}

/* Each byte of each sound table takes each value with a right sum, and one with a wrong sum. */
static void every_changed_byte_is_judged_as_the_rules_judge_it(void **state)
{
	(void)state;
	suite_vectors(TABLES, check_bytes, NULL);
}

/* ---- fields ---- */

struct wanted {
	const char *name;
	struct gng_acpi table;
	struct gng_acpi_entry entries[16];
	size_t num;
	uint8_t bytes[600];
};

static void keep(struct gng_vec_case *one, void *arg)
{
	struct wanted *wanted = arg;
	struct gng_acpi_fault fault;
	size_t len, at = 0;
	const uint8_t *bytes = suite_bytes(one, "bytes", &len);
	const bool is_it = strcmp(suite_text(one, "name"), wanted->name) == 0;

	skip_all(one);
	if (!is_it)
		return;
	assert_true(len <= sizeof(wanted->bytes));
	memcpy(wanted->bytes, bytes, len);
	assert_int_equal(gng_acpi_read(&wanted->table, &fault, wanted->bytes, len), GNG_OK);
	while (wanted->num < 16 &&
	       gng_acpi_next(&wanted->table, &at, &wanted->entries[wanted->num]))
		wanted->num++;
}

static struct wanted *want(const char *name)
{
	static struct wanted wanted;

	memset(&wanted, 0, sizeof(wanted));
	wanted.name = name;
	suite_vectors(TABLES, keep, &wanted);
	assert_non_null(wanted.table.bytes);
	return &wanted;
}

static void a_madt_gives_what_its_structures_say(void **state)
{
	const struct wanted *madt = want("madt_x86");
	const struct gng_acpi_entry *entries = madt->entries;

	(void)state;
	assert_int_equal(madt->num, 9);
	assert_int_equal(madt->table.as.madt.local_apic, 0x1fee00000);
	assert_int_equal(madt->table.as.madt.flags, 1);
	assert_string_equal(madt->table.oem_id, "GONOGO");
	assert_int_equal(entries[0].uid, 1);
	assert_int_equal(entries[0].id, 2);
	assert_int_equal(entries[0].flags, 1);
	assert_int_equal(entries[1].address, 0xfec00000);
	assert_int_equal(entries[1].id, 4);
	assert_int_equal(entries[1].gsi, 24);
	assert_int_equal(entries[2].source, 9);
	assert_int_equal(entries[2].gsi, 9);
	assert_int_equal(entries[2].flags, 13);
	assert_int_equal(entries[3].gsi, 2);
	assert_int_equal(entries[4].uid, 255);
	assert_int_equal(entries[4].source, 1);
	assert_int_equal(entries[6].id, 300);
	assert_int_equal(entries[6].uid, 77);
	assert_int_equal(entries[7].uid, 0xffffffff);
	assert_int_equal(entries[8].address, 0x7fff000);
	assert_string_equal(entries[8].name, "multiprocessor-wakeup");
}

static void an_srat_gives_domains_and_ranges(void **state)
{
	const struct wanted *srat = want("srat");
	const struct gng_acpi_entry *entries = srat->entries;

	(void)state;
	assert_int_equal(srat->num, 10);
	assert_int_equal(entries[0].domain, 0x201); /* in two pieces: 5.2.16.1 */
	assert_int_equal(entries[0].id, 2);
	assert_int_equal(entries[2].address, 0x100000000);
	assert_int_equal(entries[2].size, 0x80000000);
	assert_int_equal(entries[2].domain, 1);
	assert_int_equal(entries[3].id, 300);
	assert_int_equal(entries[6].domain, 2);
	assert_int_equal(entries[8].uid, 4);
	assert_string_equal(entries[9].name, "reserved");
}

static void pointers_allocations_and_registers_are_given(void **state)
{
	const struct wanted *found = want("xsdt");

	(void)state;
	assert_int_equal(found->entries[1].address, 0x17fe3000);
	found = want("mcfg");
	assert_int_equal(found->entries[1].first_bus, 128);
	assert_int_equal(found->entries[1].size, 128 << 20);
	assert_int_equal(found->entries[2].id, 1);
	found = want("rsdp_of_acpi_2");
	assert_int_equal(found->table.as.rsdp.xsdt, 0x7fe1000);
	found = want("hpet");
	assert_int_equal(found->table.as.hpet.address, 0xfed00000);
	assert_int_equal(found->table.as.hpet.min_tick, 0x80);
	found = want("fadt_6");
	assert_int_equal(found->table.as.fadt.dsdt, 0x17fe5000);
	assert_int_equal(found->table.as.fadt.sci_interrupt, 9);
	found = want("slit");
	assert_int_equal(gng_acpi_distance(&found->table, 1, 2), 31);
	assert_int_equal(gng_acpi_distance(&found->table, 3, 0), 0);
}

/* ---- bounds ---- */

/* A list of the smallest structures as long as a table may be: it ends at the limit. */
static void the_largest_table_ends_at_a_limit(void **state)
{
	uint8_t *bytes = calloc(1, GNG_ACPI_MAX_LEN);
	struct gng_acpi_fault fault;
	struct gng_acpi table;

	(void)state;
	assert_non_null(bytes);
	memcpy(bytes, "APIC", 4);
	bytes[7] = 1; /* 16 MiB */
	for (size_t at = 44; at + 1 < GNG_ACPI_MAX_LEN; at += 2) {
		bytes[at] = 0x80;
		bytes[at + 1] = 2;
	}
	mend(bytes, GNG_ACPI_MAX_LEN);
	assert_int_equal(gng_acpi_read(&table, &fault, bytes, GNG_ACPI_MAX_LEN), GNG_ELIMIT);
	assert_int_equal(fault.offset, 44 + 2 * 65536);
	free(bytes);
}

const struct suite_test suite_tests[] = {
	TEST(tables_are_read_or_refused_where_they_are_broken, "K7.acpi.tables K7.acpi.hostile"),
	TEST(every_cut_is_judged_as_the_rules_judge_it, "K7.acpi.hostile"),
	TEST(every_changed_byte_is_judged_as_the_rules_judge_it, "K7.acpi.hostile"),
	TEST(a_madt_gives_what_its_structures_say, "K7.acpi.tables"),
	TEST(an_srat_gives_domains_and_ranges, "K7.acpi.tables"),
	TEST(pointers_allocations_and_registers_are_given, "K7.acpi.tables"),
	TEST(the_largest_table_ends_at_a_limit, "K7.acpi.hostile"),
	{0},
};
