/* SPDX-License-Identifier: Apache-2.0 */
/* assemble_test.c - each form of an instruction against its encoding in RFC 9669, sections 3 to 5:
 * opcode, destination and source (low and high half of a byte), offset, immediate. */
#include "../suite.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <gng_bpf.h>

static const struct {
	const char *text, *bytes; /* bytes in hex, slot by slot */
} forms[] = {
	/* 4.1: class ALU64 and ALU, K and X */
	{"r1 = 5", "b701000005000000"},
	{"w1 = 5", "b401000005000000"},
	{"r1 = r2", "bf21000000000000"},
	{"w1 = w2", "bc21000000000000"},
	{"r3 += -1", "07030000ffffffff"},
	{"r3 -= r4", "1f43000000000000"},
	{"w3 *= 7", "2403000007000000"},
	{"r3 /= r4", "3f43000000000000"},
	{"r3 s/= r4", "3f43010000000000"},
	{"w3 s%= 3", "9403010003000000"},
	{"r3 |= 0xffffffff", "47030000ffffffff"},
	{"r3 &= r4", "5f43000000000000"},
	{"r3 <<= 63", "670300003f000000"},
	{"r3 >>= r4", "7f43000000000000"},
	{"r3 = -r3", "8703000000000000"},
	{"w3 %= w4", "9c43000000000000"},
	{"r3 ^= r4", "af43000000000000"},
	{"r3 s>>= 1", "c703000001000000"},
	{"r3 = (s8)r4", "bf43080000000000"},
	{"w3 = (s16)w4", "bc43100000000000"},
	{"r3 = (s32)r4", "bf43200000000000"},
	/* 4.2: byte swaps */
	{"r3 = le16 r3", "d403000010000000"},
	{"r3 = be32 r3", "dc03000020000000"},
	{"r3 = bswap64 r3", "d703000040000000"},
	/* 4.3: jumps */
	{"goto +1; exit; exit", "05000100000000009500000000000000"
				"9500000000000000"},
	{"gotol +1; exit; exit", "06000000010000009500000000000000"
				 "9500000000000000"},
	{"if r1 == 5 goto +0", "1501000005000000"},
	{"if r1 > r2 goto +0", "2d21000000000000"},
	{"if w1 >= 5 goto +0", "3601000005000000"},
	{"if r1 & 4 goto -1", "4501ffff04000000"},
	{"if r1 != 5 goto +0", "5501000005000000"},
	{"if r1 s> -5 goto +0", "65010000fbffffff"},
	{"if w1 s>= w2 goto +0", "7e21000000000000"},
	{"if r1 < 5 goto +0", "a501000005000000"},
	{"if r1 <= 5 goto +0", "b501000005000000"},
	{"if r1 s< 5 goto +0", "c501000005000000"},
	{"if r1 s<= 5 goto +0", "d501000005000000"},
	{"may_goto +2", "e500020000000000"},
	{"call 5", "8500000005000000"},
	{"call fn f; exit; f: exit", "85100000010000009500000000000000"
				     "9500000000000000"},
	{"exit", "9500000000000000"},
	/* 5.1, 5.2: loads and stores */
	{"r0 = *(u32 *)(r1 + 4)", "6110040000000000"},
	{"r0 = *(u8 *)(r1 - 4)", "7110fcff00000000"},
	{"r0 = *(u16 *)(r1 + 0)", "6910000000000000"},
	{"r0 = *(u64 *)(r10 - 8)", "79a0f8ff00000000"},
	{"r0 = *(s8 *)(r1 + 1)", "9110010000000000"},
	{"*(u64 *)(r10 - 8) = r1", "7b1af8ff00000000"},
	{"*(u8 *)(r1 + 0) = 7", "7201000007000000"},
	/* 5.3: atomics */
	{"lock *(u64 *)(r1 + 8) += r2", "db21080000000000"},
	{"lock fetch *(u32 *)(r1 + 0) |= r2", "c321000041000000"},
	{"lock *(u64 *)(r1 + 0) &= r2", "db21000050000000"},
	{"lock *(u64 *)(r1 + 0) ^= r2", "db210000a0000000"},
	{"lock xchg *(u64 *)(r1 + 0) r2", "db210000e1000000"},
	{"lock cmpxchg *(u64 *)(r1 + 0) r2", "db210000f1000000"},
	/* linux/bpf.h: BPF_LOAD_ACQ, BPF_STORE_REL */
	{"r0 = acquire *(u32 *)(r1 + 0)", "c310000000010000"},
	{"release *(u32 *)(r1 + 0) = r2", "c321000010010000"},
	/* 5.4: 64-bit immediates */
	{"r1 = 0x1122334455667788 ll", "18010000887766550000000044332211"},
	{"r1 = -1 ll", "18010000ffffffff00000000ffffffff"},
	{"r1 = map 3", "18110000030000000000000000000000"},
	{"r1 = map_value 1 + 8", "18210000010000000000000008000000"},
	/* 5.5: legacy loads */
	{"r0 = ldabs u8 14", "300000000e000000"},
	{"r0 = ldind u16 r1 + 2", "4810000002000000"},
	/* what nothing else can say */
	{"raw 0x07 1 2 0xfff8 -1", "0721f8ffffffffff"},
	{"repeat 2 exit", "95000000000000009500000000000000"},
	{"# a comment\n r0 = 0 # and one behind\n", "b700000000000000"},
};

static void each_form_has_its_encoding(void **state)
{
	struct gng_bpf_code code;
	struct gng_why why;
	char hex[65];

	(void)state;
	for (size_t i = 0; i < COUNT_OF(forms); i++) {
		const uint8_t *bytes;

		if (gng_bpf_assemble(&code, "t", forms[i].text, &why) != GNG_OK)
			suite_fail("%s", why.text);
		bytes = (const uint8_t *)code.insns;
		assert_true(code.num_insns <= 4);
		for (size_t k = 0; k < code.num_insns * 8; k++)
			snprintf(hex + 2 * k, 3, "%02x", bytes[k]);
		assert_string_equal(hex, forms[i].bytes);
		gng_bpf_code_fini(&code);
	}
}

static void names_are_resolved_in_both_directions(void **state)
{
	struct gng_bpf_code code;

	(void)state;
	assert_int_equal(gng_bpf_assemble(&code, "t",
					  "a: goto b; r1 = 1 ll; if r1 == 0 goto a; b: r2 = func a",
					  NULL),
			 GNG_OK);
	assert_int_equal(code.insns[0].off, 3);
	assert_int_equal(code.insns[3].off, -4);
	assert_int_equal(code.insns[4].imm, -5);
	gng_bpf_code_fini(&code);
}

static const struct {
	const char *text, *words;
} refused[] = {
	{"r16 = 0", "no instruction"},
	{"r1 == 0", "right side"},
	{"r1 = r2 r3", "something stands behind it"},
	{"r1 += 0x100000000", "right side"},
	{"r1 = le16 r2", "right side"},
	{"r0 = *(u24 *)(r1 + 0)", "right side"},
	{"r0 = *(u8 *)(r1 + 32768)", "right side"},
	{"r0 = *(u8 *)(w1 + 0)", "right side"},
	{"*(u8 *)(r1 + 0)", "no load or store"},
	{"lock *(u64 *)(r1 + 0) -= r2", "no load or store"},
	{"if r1 = 0 goto +1", "no jump"},
	{"if r1 == 0", "no jump"},
	{"goto nowhere", "no instruction has this name"},
	{"a: exit; a: exit", "before two instructions"},
	{"raw 256 0 0 0 0", "raw wants"},
	{"raw 1 2 3", "raw wants"},
	{"repeat 0 exit", "repeat wants"},
	{"repeat exit", "repeat wants"},
	{"r1 = map 65", "right side"},
	{"frobnicate", "no instruction"},
	{"goto a; repeat 40000 r0 = 0; a: exit", "too far"},
};

static void what_is_no_program_is_named(void **state)
{
	struct gng_bpf_code code;
	struct gng_why why;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(refused); i++) {
		assert_int_equal(gng_bpf_assemble(&code, "f:7", refused[i].text, &why),
				 GNG_EFORMAT);
		if (strncmp(why.text, "f:7: ", 5) != 0 || !strstr(why.text, refused[i].words))
			suite_fail("%s: '%s' lacks '%s'", refused[i].text, why.text,
				   refused[i].words);
	}
	assert_int_equal(gng_bpf_assemble(&code, "f", "repeat 999999999 exit", &why), GNG_ELIMIT);
}

static void maps_are_read_from_text(void **state)
{
	struct gng_bpf_map maps[2];
	struct gng_why why;
	size_t num;

	(void)state;
	assert_int_equal(
		gng_bpf_maps_parse(maps, &num, 2, "t",
				   "hash 4 8 16 noprealloc, array 4 64 1 rdonly_prog frozen", NULL),
		GNG_OK);
	assert_int_equal(num, 2);
	assert_int_equal(maps[0].type, 1);
	assert_int_equal(maps[0].flags, 1);
	assert_int_equal(maps[1].value_len, 64);
	assert_true(maps[1].frozen);
	assert_int_equal(gng_bpf_maps_parse(maps, &num, 1, "t", "hash 4 8 1,hash 4 8 1", &why),
			 GNG_EFORMAT);
	assert_int_equal(gng_bpf_maps_parse(maps, &num, 2, "t", "heap 4 8 1", &why), GNG_EFORMAT);
	assert_int_equal(gng_bpf_maps_parse(maps, &num, 2, "t", "hash 4 8 1 fast", &why),
			 GNG_EFORMAT);
	assert_int_equal(gng_bpf_maps_parse(maps, &num, 2, "t", "hash 4 -8 1", &why), GNG_EFORMAT);
}

const struct suite_test suite_tests[] = {
	TEST(each_form_has_its_encoding, "B1.bpf.assemble"),
	TEST(names_are_resolved_in_both_directions, "B1.bpf.assemble"),
	TEST(what_is_no_program_is_named, "B1.bpf.hostile"),
	TEST(maps_are_read_from_text, "B1.bpf.hostile"),
	{0},
};
