/* SPDX-License-Identifier: Apache-2.0 */
/* paging_test.c - page tables: against vectors, against a reference walker, and under the walk of
 * the processor itself in a bare image. */
#include "../suite.h"

#include <gng_x86.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "script.h"

#define NUM_SCRIPTS 300
#define NUM_OPS 40

static struct script script;

/* ---- vectors: four entries ---- */

static uint64_t given[4][512]; /* tables at 0x1000, 0x2000, ... */

static uint64_t *given_table(void *context, uint64_t address)
{
	(void)context;
	assert_in_range(address, 0x1000, 0x4000);
	return given[address / 4096 - 1];
}

static uint64_t given_load(const void *context, uint64_t address)
{
	(void)context;
	return address < 0x5000 ? given[address / 4096 - 1][address / 8 % 512] : 0;
}

static uint64_t hex_of(struct gng_vec_case *one, const char *name)
{
	return strtoull(suite_text(one, name), NULL, 16);
}

static void lay_entries(const char *entries, uint64_t address)
{
	char *end;

	memset(given, 0, sizeof(given));
	for (unsigned int i = 0; i < 4 && *entries; i++) {
		given[i][address >> (39 - 9 * i) & 511] = strtoull(entries, &end, 16);
		entries = end;
	}
}

static const struct walker reference = {
	.load = given_load, .cr3 = 0x1000, .address_bits = 40, .has_1g = true, .has_nx = true};

static void expect_refusal(struct gng_vec_case *one, enum gng_status status, uint64_t address)
{
	const char *refused = suite_text(one, "refused");
	const struct walker_result walk = walker_walk(&reference, address, WALKER_READ, false);

	if (strcmp(refused, "address") == 0) {
		assert_int_equal(status, GNG_EINVAL);
		assert_false(walk.canonical);
		return;
	}
	assert_int_equal(status, strcmp(refused, "reserved") == 0 ? GNG_EFORMAT : GNG_ELIMIT);
	assert_true(walk.faults);
	assert_int_equal(walk.error, suite_int(one, "error"));
}

static void expect_frame(struct gng_vec_case *one, const struct gng_x86_translation *translation,
			 uint64_t address)
{
	const unsigned int rights = (unsigned int)suite_int(one, "rights");

	assert_true(translation->frame == hex_of(one, "frame"));
	assert_int_equal(translation->page_len, suite_int(one, "page_len"));
	assert_int_equal(translation->rights, rights);
	for (unsigned int i = 0; i < 6; i++) {
		static const unsigned int needed[] = {0, 1, 4};
		const unsigned int needs = needed[i % 3] | (i >= 3 ? 2u : 0u);
		const struct walker_result walk =
			walker_walk(&reference, address, (enum walker_access)(i % 3), i >= 3);

		assert_true(walk.canonical);
		assert_int_equal(!walk.faults, (rights & needs) == needs);
		if (!walk.faults)
			assert_true(walk.physical == translation->frame &&
				    walk.page_len == translation->page_len);
	}
}

static void check_tables(struct gng_vec_case *one, void *arg)
{
	const struct gng_x86_space space = {.root = 0x1000,
					    .table = given_table,
					    .address_bits = 40,
					    .has_1g_pages = true,
					    .has_no_execute = true};
	struct gng_x86_translation translation;
	const uint64_t address = hex_of(one, "address");
	enum gng_status status;
	const char *refused;

	(void)arg;
	suite_text(one, "clause");
	lay_entries(suite_text(one, "entries"), address);
	status = gng_x86_translate(&space, &translation, address);
	if (gng_vec_text(one, &refused, "refused", NULL) == GNG_OK) {
		expect_refusal(one, status, address);
		return;
	}
	assert_int_equal(status, GNG_OK);
	expect_frame(one, &translation, address);
}

static void tables_of_the_manual_translate(void **state)
{
	(void)state;
	suite_vectors("x86/tables.vec", check_tables, NULL);
}

/* Without no-execute bit 63 is reserved; without pages of 1 GiB, bit 7 of a PDPTE is. */
static void an_older_processor_reserves_more(void **state)
{
	struct gng_x86_space space = {.root = 0x1000, .table = given_table, .address_bits = 40};
	struct walker walker = reference;
	struct gng_x86_translation translation;

	(void)state;
	walker.has_1g = walker.has_nx = false;
	lay_entries("2003 3003 4003 8000000000055003", 0xabc000);
	assert_int_equal(gng_x86_translate(&space, &translation, 0xabc000), GNG_EFORMAT);
	assert_int_equal(walker_walk(&walker, 0xabc000, WALKER_READ, false).error, 9);
	lay_entries("2003 40000083", 0xabc000);
	assert_int_equal(gng_x86_translate(&space, &translation, 0xabc000), GNG_EFORMAT);
	assert_int_equal(walker_walk(&walker, 0xabc000, WALKER_READ, false).error, 9);
	space.has_1g_pages = space.has_no_execute = true;
	assert_int_equal(gng_x86_translate(&space, &translation, 0xabc000), GNG_OK);
}

/* ---- scripts ---- */

static void random_scripts_agree_with_the_walker(void **state)
{
	uint8_t bytes[1 + NUM_OPS * SCRIPT_OP];
	uint64_t random = 0x9e3779b97f4a7c15;

	(void)state;
	for (unsigned int i = 0; i < NUM_SCRIPTS; i++) {
		for (size_t k = 0; k < sizeof(bytes); k++) {
			random = random * 6364136223846793005 + 1442695040888963407;
			bytes[k] = (uint8_t)(random >> 56);
		}
		/* few places and short ranges: operations meet */
		for (size_t k = 1; k < sizeof(bytes); k += SCRIPT_OP) {
			bytes[k + 1] &= (uint8_t)(i % 8);
			bytes[k + 2] &= 0xc7;
			bytes[k + 3] &= 0xc3;
		}
		script_run(&script, bytes, sizeof(bytes));
		if (script.wrong)
			suite_fail("script %u: %s", i, script.wrong);
		gng_probe_assertion();
	}
}

/* 2 MiB plus a page at both ends: a page, a large page, a page. */
static void the_largest_pages_that_fit_are_used(void **state)
{
	struct gng_x86_translation translation;

	(void)state;
	memset(&script, 0, sizeof(script));
	script.limit = SCRIPT_TABLES;
	script.space = (struct gng_x86_space){.context = &script,
					      .table = script_table,
					      .take = script_take,
					      .give = script_give,
					      .address_bits = 52,
					      .has_1g_pages = true,
					      .has_no_execute = true};
	assert_int_equal(gng_x86_space_open(&script.space), GNG_OK);
	assert_int_equal(gng_x86_map(&script.space, 0x3ffff000, 0x7ffff000, 0x40002000, 1), GNG_OK);
	assert_int_equal(gng_x86_translate(&script.space, &translation, 0x3ffff000), GNG_OK);
	assert_int_equal(translation.page_len, 4096);
	assert_int_equal(gng_x86_translate(&script.space, &translation, 0x40000000), GNG_OK);
	assert_int_equal(translation.page_len, 1 << 30);
	assert_true(translation.frame == 0x80000000);
	assert_int_equal(gng_x86_translate(&script.space, &translation, 0x80000fff), GNG_OK);
	assert_int_equal(translation.page_len, 4096);
	assert_int_equal(script.num_taken, 6); /* root, PDPT, two PDs and PTs */
	gng_x86_space_close(&script.space);
	assert_int_equal(script.num_taken, 0);
}

static void a_space_needs_a_root_and_sane_addresses(void **state)
{
	(void)state;
	memset(&script, 0, sizeof(script));
	script.space = (struct gng_x86_space){.context = &script,
					      .table = script_table,
					      .take = script_take,
					      .give = script_give,
					      .address_bits = 53};
	assert_int_equal(gng_x86_space_open(&script.space), GNG_EINVAL);
	script.space.address_bits = 11;
	assert_int_equal(gng_x86_space_open(&script.space), GNG_EINVAL);
	script.space.address_bits = 52;
	assert_int_equal(gng_x86_space_open(&script.space), GNG_ENOMEM);
	script.limit = 1;
	assert_int_equal(gng_x86_space_open(&script.space), GNG_OK);
	assert_int_equal(gng_x86_map(&script.space, 0, 0, 4096, 0), GNG_EINVAL);
	assert_int_equal(gng_x86_map(&script.space, 0, 0, 4096, GNG_X86_EXECUTE), GNG_ENOMEM);
	assert_int_equal(gng_x86_unmap(&script.space, 0x7ffffffff000, 0xffff000000002000),
			 GNG_EINVAL); /* both ends are canonical, what is between is not */
	gng_x86_space_close(&script.space);
}

const struct suite_test suite_tests[] = {
	TEST(tables_of_the_manual_translate, "K2.x86.paging"),
	TEST(an_older_processor_reserves_more, "K2.x86.paging"),
	TEST(random_scripts_agree_with_the_walker, "K2.x86.paging"),
	TEST(the_largest_pages_that_fit_are_used, "K2.x86.paging"),
	TEST(a_space_needs_a_root_and_sane_addresses, "K2.x86.paging"),
	{0},
};
