/* SPDX-License-Identifier: Apache-2.0 */
/* walk_test.c - made-up machines: bridges behind bridges, hostile buses, and BARs that are sized.
 */
#include "../suite.h"

#include <stdio.h>
#include <string.h>

#include <gng_pciscan.h>

/* A part answers at one slot; mask says which bits of its BARs can be written. */
static struct part {
	struct gng_pciscan_slot slot;
	uint32_t words[64], masks[6];
} parts[16];
static size_t num_parts, num_writes;
static bool decoded_while_sized;

static struct part *part_at(struct gng_pciscan_slot slot)
{
	for (size_t i = 0; i < num_parts; i++)
		if (memcmp(&parts[i].slot, &slot, sizeof(slot)) == 0)
			return &parts[i];
	return NULL;
}

static uint32_t model_read(void *context, struct gng_pciscan_slot slot, uint16_t offset)
{
	const struct part *part = part_at(slot);

	(void)context;
	assert_true(offset % 4 == 0 && offset < 256);
	return part ? part->words[offset / 4] : ~UINT32_C(0);
}

static void model_write(void *context, struct gng_pciscan_slot slot, uint16_t offset,
			uint32_t value)
{
	struct part *part = part_at(slot);
	const unsigned int bar = (offset - 0x10) / 4u;

	(void)context;
	num_writes++;
	assert_non_null(part);
	if (offset == 4) {
		part->words[1] = (part->words[1] & 0xffff0000) | (value & 0xffff);
		return;
	}
	assert_true(offset >= 0x10 && bar < 6);
	decoded_while_sized = decoded_while_sized || (part->words[1] & 3);
	part->words[offset / 4] =
		(value & part->masks[bar]) | (part->words[offset / 4] & ~part->masks[bar]);
}

static const struct gng_pciscan_access model = {
	.read = model_read, .write = model_write, .len = 256, .last_bus = 15};

static struct part *add(uint8_t bus, uint8_t device, uint8_t function, uint32_t id)
{
	struct part *part = &parts[num_parts++];

	memset(part, 0, sizeof(*part));
	part->slot = (struct gng_pciscan_slot){bus, device, function};
	part->words[0] = id;
	return part;
}

static void add_bridge(uint8_t bus, uint8_t device, uint8_t secondary, uint8_t subordinate)
{
	struct part *part = add(bus, device, 0, 0xb00b1234);

	part->words[2] = 0x06040000;
	part->words[3] = 0x00010000;
	part->words[6] = (uint32_t)subordinate << 16 | (uint32_t)secondary << 8 | bus;
}

static struct {
	char text[512];
	size_t num;
} list;

static void note(void *context, const struct gng_pciscan_found *one, enum gng_pciscan_oddity oddity)
{
	const size_t len = strlen(list.text);

	(void)context;
	snprintf(list.text + len, sizeof(list.text) - len, "%x:%x.%x%s%s ", one->slot.bus,
		 one->slot.device, one->slot.function, oddity ? "!" : "",
		 one->fault.error == GNG_PCI_SOUND ? "" : "?");
	list.num++;
}

static void walk_is(const char *expected)
{
	size_t num;

	memset(&list, 0, sizeof(list));
	num = gng_pciscan_walk(&model, note, NULL);
	assert_int_equal(num, list.num);
	assert_string_equal(list.text, expected);
	assert_int_equal(num_writes, 0);
}

static void an_empty_machine_has_no_function(void **state)
{
	(void)state;
	walk_is("");
}

static void functions_behind_bridges_are_found(void **state)
{
	(void)state;
	add(0, 0, 0, 0x11111111);
	add_bridge(0, 2, 1, 2);
	add_bridge(1, 0, 2, 2);
	add(2, 31, 0, 0x22222222);
	add(0, 31, 0, 0x33333333);
	walk_is("0:0.0 0:2.0 0:1f.0 1:0.0 2:1f.0 ");
}

/* Function 0 says whether there are others: a device of one function may answer to all eight. */
static void functions_are_looked_for_if_function_0_says_so(void **state)
{
	(void)state;
	add(0, 3, 0, 0x11111111);
	add(0, 3, 1, 0x11111111);
	add(0, 4, 0, 0x11111111)->words[3] = 0x00800000;
	add(0, 4, 5, 0x11111111);
	add(0, 5, 7, 0x11111111);
	walk_is("0:3.0 0:4.0 0:4.5 ");
}

static void hostile_bridges_end_the_walk(void **state)
{
	(void)state;
	add_bridge(0, 1, 1, 1);
	add_bridge(0, 2, 1, 1);	    /* a second one for bus 1 */
	add_bridge(0, 3, 200, 210); /* outside */
	add_bridge(0, 4, 0, 0);	    /* not set up */
	add_bridge(1, 0, 2, 5);
	parts[num_parts - 1].words[6] =
		0x00050100;	/* it says that it is on bus 0, and leads to 1 */
	add_bridge(1, 1, 0, 5); /* back: the header alone is not in order */
	walk_is("0:1.0 0:2.0! 0:3.0! 0:4.0 1:0.0! 1:1.0? ");
}

static void what_is_broken_is_told_and_passed(void **state)
{
	(void)state;
	add(0, 1, 0, 0x11111111)->words[3] = 0x00020000; /* a header of type 2 */
	add(0, 2, 0, 0x11111111);
	walk_is("0:1.0? 0:2.0 ");
}

static struct gng_pciscan_found kept;

static void keep(void *context, const struct gng_pciscan_found *one, enum gng_pciscan_oddity oddity)
{
	(void)context;
	(void)oddity;
	kept = *one;
}

static void bars_are_sized_and_as_before(void **state)
{
	static const struct {
		uint32_t value, mask;
		uint64_t size;
	} bars[6] = {{0xfebf0000, 0xffff0000, 65536},
		     {0x0000c041, 0x0000ffe0, 32},
		     {0x0000000c, 0xfff00000, UINT64_C(0x400000000)},
		     {0x00000008, 0xfffffffc, 0},
		     {0x00000000, 0x00000000, 0},
		     {0xd0000008, 0xf0000000, 0x10000000}};
	struct part *part = add(0, 1, 0, 0x11111111);
	struct part before;

	(void)state;
	part->words[1] = 0xf9000107;
	for (int i = 0; i < 6; i++) {
		part->words[4 + i] = bars[i].value;
		part->masks[i] = bars[i].mask;
	}
	part->masks[2] = 0; /* 16 GiB: no bit of the lower half */
	before = *part;
	assert_int_equal(gng_pciscan_walk(&model, keep, NULL), 1);
	for (unsigned int i = 0; i < 6; i++)
		assert_int_equal(gng_pciscan_size(&model, &kept, i), bars[i].size);
	assert_int_equal(gng_pciscan_size(&model, &kept, 6), 0);
	assert_memory_equal(part, &before, sizeof(before));
	assert_false(decoded_while_sized);
}

const struct suite_test suite_tests[] = {
	TEST(an_empty_machine_has_no_function, "K6.pci.walk"),
	TEST(functions_behind_bridges_are_found, "K6.pci.walk"),
	TEST(functions_are_looked_for_if_function_0_says_so, "K6.pci.walk"),
	TEST(hostile_bridges_end_the_walk, "K6.pci.walk"),
	TEST(what_is_broken_is_told_and_passed, "K6.pci.walk"),
	TEST(bars_are_sized_and_as_before, "K6.pci.space"),
	{0},
};
