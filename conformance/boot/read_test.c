/* SPDX-License-Identifier: Apache-2.0 */
/* read_test.c - what loaders hand over is read, or refused at the byte that its vector names; cut
 * or changed anywhere it is read within its bounds. */
#include "../suite.h"

#include <gng_boot.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static uint64_t number_of(struct gng_vec_case *one, const char *name, int base)
{
	const char *text;

	return gng_vec_text(one, &text, name, NULL) == GNG_OK ? strtoull(text, NULL, base) : 0;
}

/* expect_text compares a text that may be absent with one that may be NULL. */
static void expect_text(struct gng_vec_case *one, const char *name, const char *got)
{
	const char *want;

	if (gng_vec_text(one, &want, name, NULL) != GNG_OK)
		return;
	assert_non_null(got);
	assert_string_equal(got, want);
}

/* bytes_of copies the bytes of a case to as many: what is read behind them is seen. */
static uint8_t *bytes_of(struct gng_vec_case *one, size_t *len)
{
	const uint8_t *bytes = suite_bytes(one, "bytes", len);
	uint8_t *copy = malloc(*len ? *len : 1);

	assert_non_null(copy);
	if (*len)
		memcpy(copy, bytes, *len);
	return copy;
}

/* is_expected judges the verdict; true if the case is a sound one. */
static bool is_expected(struct gng_vec_case *one, enum gng_status status,
			const struct gng_boot_fault *fault)
{
	const char *expect = suite_text(one, "expect"), *name = suite_text(one, "name");

	if (strcmp(gng_boot_error_name(fault->error), expect) != 0)
		suite_fail("%s: %s, not %s", name, gng_boot_error_name(fault->error), expect);
	if (strcmp(expect, "sound") == 0) {
		assert_int_equal(status, GNG_OK);
		return true;
	}
	if (fault->offset != number_of(one, "at", 10))
		suite_fail("%s: at %llu", name, (unsigned long long)fault->offset);
	assert_int_equal(status, fault->error == GNG_BOOT_LIMIT ? GNG_ELIMIT : GNG_EFORMAT);
	assert_non_null(fault->clause);
	assert_true(strlen(gng_boot_error_text(fault->error)) > 10);
	return false;
}

/* ---- memory maps ---- */

static void expect_ranges(struct gng_vec_case *one, const struct gng_boot_map *map)
{
	const char *text = suite_text(one, "ranges");
	char *end;

	for (uint32_t i = 0; i < map->num; i++) {
		const struct gng_boot_range *range = &map->ranges[i];

		assert_true(range->address == strtoull(text, &end, 16));
		assert_true(range->address + (range->len - 1) == strtoull(end + 1, &end, 16));
		assert_int_equal(range->type, strtoul(end + 1, &end, 10));
		text = end;
	}
	if (map->num)
		assert_int_equal(*text, '\0');
	else
		assert_string_equal(text, "none");
}

static void check_map(struct gng_vec_case *one, void *arg)
{
	struct gng_boot_map map, again;
	struct gng_boot_fault fault;
	size_t len;
	uint8_t *bytes = bytes_of(one, &len);
	const enum gng_status status =
		gng_boot_e820(&map, &fault, bytes, len, (size_t)suite_int(one, "entry_len"),
			      suite_int(one, "attributes"));

	(void)arg;
	if (is_expected(one, status, &fault)) {
		expect_ranges(one, &map);
		again = map;
		assert_int_equal(gng_boot_normalise(&again, &fault, again.ranges, again.num),
				 GNG_OK);
		assert_int_equal(again.num, map.num);
		assert_memory_equal(again.ranges, map.ranges, map.num * sizeof(map.ranges[0]));
	} else {
		assert_int_equal(map.num, 0);
	}
	free(bytes);
}

static void maps_are_made_normal(void **state)
{
	struct gng_boot_fault fault;
	struct gng_boot_map map;

	(void)state;
	suite_vectors("boot/e820.vec", check_map, NULL);
	assert_int_equal(gng_boot_e820(&map, &fault, NULL, 0, 19, false), GNG_EINVAL);
	assert_int_equal(gng_boot_e820(&map, &fault, NULL, 0, 20, true), GNG_EINVAL);
	assert_int_equal(gng_boot_e820(&map, &fault, NULL, 0, 24, true), GNG_OK);
}

/* ---- multiboot2 ---- */

static void check_mb2(struct gng_vec_case *one, void *arg)
{
	struct gng_boot_fault fault;
	struct gng_boot_mb2 info;
	struct gng_boot_tag tag;
	size_t len;
	uint8_t *bytes = bytes_of(one, &len);
	const enum gng_status status = gng_boot_mb2_read(&info, &fault, bytes, len);
	uint32_t num = 0;

	(void)arg;
	if (is_expected(one, status, &fault)) {
		for (uint32_t at = 0; gng_boot_mb2_next(&info, &at, &tag); num++)
			assert_int_equal(tag.offset % 8, 0);
		assert_int_equal(info.num_tags, number_of(one, "tags", 10));
		assert_int_equal(num + 1, info.num_tags);
		assert_int_equal(info.num_modules, number_of(one, "modules", 10));
		assert_int_equal(info.map_len, number_of(one, "map_len", 10));
		assert_int_equal(info.rsdp_len, number_of(one, "rsdp_len", 10));
		expect_text(one, "command_line", info.command_line);
		expect_text(one, "loader", info.loader);
	} else {
		assert_null(info.bytes);
	}
	free(bytes);
}

static void multiboot2_information_is_read_or_refused(void **state)
{
	(void)state;
	suite_vectors("boot/multiboot2.vec", check_mb2, NULL);
}

/* ---- coreboot ---- */

static void check_coreboot(struct gng_vec_case *one, void *arg)
{
	struct gng_boot_coreboot table;
	struct gng_boot_fault fault;
	struct gng_boot_tag record;
	size_t len;
	uint8_t *bytes = bytes_of(one, &len);
	const enum gng_status status = gng_boot_coreboot_read(&table, &fault, bytes, len);
	uint32_t num = 0;

	(void)arg;
	if (is_expected(one, status, &fault)) {
		for (uint32_t at = 0; gng_boot_coreboot_next(&table, &at, &record);)
			num++;
		assert_int_equal(num, number_of(one, "records", 10));
		assert_int_equal(table.map_len, number_of(one, "map_len", 10));
		assert_true(table.forward == number_of(one, "forward", 16));
		expect_text(one, "vendor", table.vendor);
		expect_text(one, "part", table.part);
	} else {
		assert_null(table.bytes);
	}
	free(bytes);
}

static void coreboot_tables_are_read_or_refused(void **state)
{
	(void)state;
	suite_vectors("boot/coreboot.vec", check_coreboot, NULL);
}

/* ---- PVH ---- */

static void expect_pvh(struct gng_vec_case *one, const struct gng_boot_pvh *pvh)
{
	struct gng_boot_module module = {.command_line = NULL};
	const uint64_t text_len = number_of(one, "text_len", 10);

	assert_int_equal(pvh->version, number_of(one, "version", 10));
	assert_int_equal(pvh->num_modules, number_of(one, "modules", 10));
	assert_int_equal(pvh->map_len, number_of(one, "map_len", 10));
	assert_true(pvh->rsdp == number_of(one, "rsdp", 16));
	expect_text(one, "command_line", pvh->command_line);
	if (text_len)
		assert_int_equal(strlen(pvh->command_line), text_len);
	for (uint32_t i = 0; i < pvh->num_modules; i++)
		assert_true(gng_boot_pvh_module(pvh, i, &module));
	assert_false(gng_boot_pvh_module(pvh, pvh->num_modules, &module));
	if (pvh->num_modules) {
		assert_true(gng_boot_pvh_module(pvh, 0, &module));
		assert_true(module.address == 0x200000 && module.len == 0x1000);
		expect_text(one, "module_text", module.command_line);
	}
}

static void check_pvh(struct gng_vec_case *one, void *arg)
{
	struct gng_boot_fault fault;
	struct gng_boot_pvh pvh;
	size_t len;
	uint8_t *bytes = bytes_of(one, &len);
	const struct gng_boot_memory memory = {bytes, number_of(one, "memory", 10), len};
	const enum gng_status status =
		gng_boot_pvh_read(&pvh, &fault, &memory, number_of(one, "where", 10));

	(void)arg;
	if (is_expected(one, status, &fault))
		expect_pvh(one, &pvh);
	else
		assert_null(pvh.memory.bytes);
	free(bytes);
}

static void pvh_start_info_is_read_or_refused(void **state)
{
	(void)state;
	suite_vectors("boot/pvh.vec", check_pvh, NULL);
}

/* ---- anything else ---- */

static void read_all(const uint8_t *bytes, size_t len)
{
	const struct gng_boot_memory memory = {bytes, 0x1000, len};
	struct gng_boot_coreboot table;
	struct gng_boot_fault fault;
	struct gng_boot_mb2 info;
	struct gng_boot_map map;
	struct gng_boot_pvh pvh;
	unsigned int sound = 0;

	sound += gng_boot_e820(&map, &fault, bytes, len, 24, true) == GNG_OK;
	sound += gng_boot_mb2_read(&info, &fault, bytes, len) == GNG_OK;
	sound += gng_boot_coreboot_read(&table, &fault, bytes, len) == GNG_OK;
	sound += gng_boot_pvh_read(&pvh, &fault, &memory, 0x1000) == GNG_OK;
	assert_in_range(sound, 0, 4);
}

static void check_damaged(struct gng_vec_case *one, void *arg)
{
	const char *const names[] = {
		"name",	   "expect",  "at",	      "entry_len", "attributes", "ranges",
		"tags",	   "modules", "command_line", "loader",	   "map_len",	 "rsdp_len",
		"records", "forward", "vendor",	      "part",	   "memory",	 "where",
		"version", "rsdp",    "module_text",  "text_len"};
	size_t len;
	const uint8_t *bytes = suite_bytes(one, "bytes", &len);

	(void)arg;
	for (size_t i = 0; i < COUNT_OF(names); i++)
		gng_vec_skip(one, names[i]);
	for (size_t cut = 0; cut < len && cut < 300; cut++) {
		uint8_t *copy = malloc(cut ? cut : 1);

		assert_non_null(copy);
		memcpy(copy, bytes, cut);
		read_all(copy, cut);
		free(copy);
	}
	for (size_t i = 0; i < len && i < 200; i++) {
		uint8_t *copy = malloc(len);

		assert_non_null(copy);
		memcpy(copy, bytes, len);
		copy[i] ^= (uint8_t)(0x81 + i);
		read_all(copy, len);
		free(copy);
	}
}

static void what_is_cut_or_changed_is_read_within_its_bounds(void **state)
{
	(void)state;
	suite_vectors("boot/multiboot2.vec", check_damaged, NULL);
	suite_vectors("boot/coreboot.vec", check_damaged, NULL);
	suite_vectors("boot/pvh.vec", check_damaged, NULL);
}

const struct suite_test suite_tests[] = {
	TEST(maps_are_made_normal, "K4.boot.e820"),
	TEST(multiboot2_information_is_read_or_refused, "K5.boot.multiboot2"),
	TEST(coreboot_tables_are_read_or_refused, "K5.boot.coreboot"),
	TEST(pvh_start_info_is_read_or_refused, "K5.boot.pvh"),
	TEST(what_is_cut_or_changed_is_read_within_its_bounds,
	     "K5.boot.multiboot2 K5.boot.coreboot K5.boot.pvh"),
	{0},
};
