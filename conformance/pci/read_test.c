/* SPDX-License-Identifier: Apache-2.0 */
/* read_test.c - each configuration space is read or refused as its vector and the rules say, and
 * with any one byte changed as the rules say; BARs, their sizes, and dumps. */
#include "../suite.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <gng_pci.h>

#include "../../fuzz/pci/rules.h"

#define SPACES "pci/spaces.vec"

static void agree(const uint8_t *bytes, size_t len, const char *where)
{
	const struct rules_broken broken = rules_judge(bytes, len);
	struct gng_pci_fault fault;
	struct gng_pci function;
	const bool sound = gng_pci_read(&function, &fault, bytes, len) == GNG_OK;

	if (sound != !broken.error ||
	    (!sound && (strcmp(gng_pci_error_name(fault.error), broken.error) != 0 ||
			fault.offset != broken.offset || strcmp(fault.clause, broken.clause) != 0)))
		suite_fail("%s: '%s' at %zu, the rules say '%s' at %zu", where,
			   gng_pci_error_name(fault.error), fault.offset,
			   broken.error ? broken.error : "sound", broken.offset);
}

/* space_of returns what the case says, as long as it is: a sanitizer sees what is read behind it.
 * The caller frees it. */
static uint8_t *space_of(struct gng_vec_case *one, size_t *len)
{
	const size_t want = (size_t)suite_int(one, "len");
	size_t have, more;
	const uint8_t *bytes = suite_bytes(one, "bytes", &have), *extended;
	uint8_t *space = calloc(1, want ? want : 1);

	assert_non_null(space);
	assert_true(have <= want);
	if (have)
		memcpy(space, bytes, have);
	if (gng_vec_has(one, "extended")) {
		extended = suite_bytes(one, "extended", &more);
		assert_true(256 + more <= want);
		memcpy(space + 256, extended, more);
	}
	*len = want;
	return space;
}

static void check_case(struct gng_vec_case *one, void *arg)
{
	const char *expect = suite_text(one, "expect");
	const int64_t at = suite_int(one, "at");
	struct gng_pci_fault fault;
	struct gng_pci function;
	size_t len;
	uint8_t *space = space_of(one, &len);

	(void)arg;
	gng_vec_skip(one, "name");
	if (gng_pci_read(&function, &fault, space, len) == GNG_OK) {
		if (strcmp(expect, "sound") != 0 ||
		    function.num_capabilities + function.num_extended != at)
			suite_fail("%s: read with %u and %u capabilities", gng_vec_here(one),
				   function.num_capabilities, function.num_extended);
	} else if (strcmp(gng_pci_error_name(fault.error), expect) != 0 ||
		   fault.offset != (size_t)at ||
		   strcmp(fault.clause, suite_text(one, "clause")) != 0) {
		suite_fail("%s: '%s' at %zu by %s", gng_vec_here(one),
			   gng_pci_error_name(fault.error), fault.offset, fault.clause);
	}
	agree(space, len, gng_vec_here(one));
	free(space);
}

static void spaces_are_read_or_refused_where_they_are_broken(void **state)
{
	(void)state;
	suite_vectors(SPACES, check_case, NULL);
}

static void check_bytes(struct gng_vec_case *one, void *arg)
{
	const bool sound = strcmp(suite_text(one, "expect"), "sound") == 0;
	size_t len;
	uint8_t *space = space_of(one, &len);

	(void)arg;
	gng_vec_skip(one, "name");
	gng_vec_skip(one, "at");
	gng_vec_skip(one, "clause");
	for (size_t at = 0; sound && at < len && at < 0x150; at++) {
		const uint8_t was = space[at];

		for (unsigned int value = 0; value < 256; value++) {
			space[at] = (uint8_t)value;
			agree(space, len, gng_vec_here(one));
		}
		space[at] = was;
	}
	free(space);
}

static void every_changed_byte_is_judged_as_the_rules_judge_it(void **state)
{
	(void)state;
	suite_vectors(SPACES, check_bytes, NULL);
}

/* ---- BARs ---- */

static void bars_have_their_kind_and_address(void **state)
{
	struct gng_pci_bar bar;

	(void)state;
	assert_true(gng_pci_bar_of(&bar, 0xfebf0008, 0x55));
	assert_int_equal(bar.kind, GNG_PCI_BAR_MEM32);
	assert_int_equal(bar.address, 0xfebf0000);
	assert_true(bar.prefetchable);
	assert_true(gng_pci_bar_of(&bar, 0xfe000004, 0x55));
	assert_int_equal(bar.kind, GNG_PCI_BAR_MEM64);
	assert_int_equal(bar.address, 0x55fe000000);
	assert_true(gng_pci_bar_of(&bar, 0xc003, 0x55));
	assert_int_equal(bar.kind, GNG_PCI_BAR_IO);
	assert_int_equal(bar.address, 0xc000);
	assert_true(gng_pci_bar_of(&bar, 0x000a0002, 0));
	assert_int_equal(bar.kind, GNG_PCI_BAR_MEM20);
	assert_true(gng_pci_bar_of(&bar, 0, 0x55));
	assert_int_equal(bar.kind, GNG_PCI_BAR_NONE);
	assert_false(gng_pci_bar_of(&bar, 0xfe000006, 0));
}

/* what registers read after all ones were written to them */
static void sizes_are_what_the_zeros_say(void **state)
{
	static const struct {
		uint32_t low, high;
		uint64_t size;
	} cases[] = {
		{0xfffff000, 0, 0x1000},
		{0xfffffff0, 0, 16},
		{0x80000008, 0, 0x80000000},
		{0xffffffe1, 0, 32},
		{0x0000ffe1, 0, 32}, /* ports of 16 bits */
		{0xffffc004, 0xffffffff, 0x4000},
		{0x0000000c, 0xffffff00, (uint64_t)1 << 40},
		{0x0000000c, 0x80000000, (uint64_t)1 << 63},
		{0, 0, 0}, /* not implemented */
		{0, 0xffffffff, 0},
		{4, 0, 0},
		{1, 0, 0},
		{0xfff0f000, 0, 0}, /* no mask */
		{0xffffc004, 0xfffffffe, 0},
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		const uint64_t size = gng_pci_bar_size(cases[i].low, cases[i].high);

		if (size != cases[i].size)
			print_error("case %zu\n", i);
		assert_int_equal(size, cases[i].size);
	}
}

/* ---- dumps ---- */

static struct gng_pci_slot slot;

/* read_dump returns how many functions there were, or the negative line of the fault. */
static long read_dump(const char *text, enum gng_pci_error *error)
{
	struct gng_pci_dump dump = {text, strlen(text), 0, 0};
	struct gng_pci_fault fault;
	bool found;
	long num = 0;

	for (;; num++) {
		*error = GNG_PCI_SOUND;
		if (gng_pci_dump_next(&dump, &slot, &found, &fault) != GNG_OK) {
			*error = fault.error;
			return -(long)fault.offset;
		}
		if (!found)
			return num;
	}
}

#define ROW " 00 11 22 33 44 55 66 77 88 99 aa bb cc dd ee FF\n"

static void a_dump_gives_its_functions(void **state)
{
	static const char text[] = "00:1f.3 Audio: words\n00:" ROW "10:" ROW
				   "\n10000000:e1:00.0 x\n\tCapabilities: <none>\n00:" ROW;
	struct gng_pci_dump dump = {text, sizeof(text) - 1, 0, 0};
	struct gng_pci_fault fault;
	bool found;

	(void)state;
	assert_int_equal(gng_pci_dump_next(&dump, &slot, &found, &fault), GNG_OK);
	assert_true(found);
	assert_string_equal(slot.name, "00:1f.3");
	assert_int_equal(slot.len, 32);
	assert_int_equal(slot.bytes[31], 0xff);
	assert_int_equal(gng_pci_dump_next(&dump, &slot, &found, &fault), GNG_OK);
	assert_true(found);
	assert_string_equal(slot.name, "10000000:e1:00.0");
	assert_int_equal(slot.line, 5);
	assert_int_equal(slot.len, 16);
	assert_int_equal(gng_pci_dump_next(&dump, &slot, &found, &fault), GNG_OK);
	assert_false(found);
}

static void a_dump_that_is_none_is_refused_with_its_line(void **state)
{
	static const struct {
		const char *text;
		enum gng_pci_error error;
		long line;
	} cases[] = {
		{"00:" ROW, GNG_PCI_DUMP_SLOT, 1},
		{"\nwords\n", GNG_PCI_DUMP_SLOT, 2},
		{"00:00.0 x\n10:" ROW, GNG_PCI_DUMP_OFFSET, 2},
		{"00:00.0 x\n00:" ROW "00:" ROW, GNG_PCI_DUMP_OFFSET, 3},
		{"00:00.0 x\n00: 00 11\n", GNG_PCI_DUMP_HEX, 2},
		{"00:00.0 x\n00: 0g 11 22 33 44 55 66 77 88 99 aa bb cc dd ee ff\n",
		 GNG_PCI_DUMP_HEX, 2},
		{"00:00.0 x\n00: 00 11 22 33 44 55 66 77 88 99 aa bb cc dd ee ff 00\n",
		 GNG_PCI_DUMP_HEX, 2},
		{"00:00.0 x\n00 00\n", GNG_PCI_DUMP_HEX, 2},
		{"0:00.0 x\n", GNG_PCI_DUMP_SLOT, 1},
	};
	enum gng_pci_error error;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++)
		if (read_dump(cases[i].text, &error) != -cases[i].line || error != cases[i].error)
			suite_fail("case %zu: %s", i, gng_pci_error_name(error));
	assert_int_equal(read_dump("", &error), 0);
	assert_int_equal(read_dump("00:00.0 a name without bytes\n", &error), 0);
}

const struct suite_test suite_tests[] = {
	TEST(spaces_are_read_or_refused_where_they_are_broken, "K6.pci.header K6.pci.capabilities"),
	TEST(every_changed_byte_is_judged_as_the_rules_judge_it,
	     "K6.pci.header K6.pci.capabilities"),
	TEST(bars_have_their_kind_and_address, "K6.pci.header"),
	TEST(sizes_are_what_the_zeros_say, "K6.pci.header"),
	TEST(a_dump_gives_its_functions, "K6.pci.dump"),
	TEST(a_dump_that_is_none_is_refused_with_its_line, "K6.pci.dump"),
	{0},
};
