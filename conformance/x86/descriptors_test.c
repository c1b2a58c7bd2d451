/* SPDX-License-Identifier: Apache-2.0 */
/* descriptors_test.c - gates, segments, TSS and error codes against bytes put together by hand. */
#include "../suite.h"

#include <gng_x86.h>
#include <stdlib.h>
#include <string.h>

static uint64_t hex_of(struct gng_vec_case *one, const char *name)
{
	return strtoull(suite_text(one, name), NULL, 16);
}

/* ---- gates ---- */

static void check_gate(struct gng_vec_case *one, void *arg)
{
	struct gng_x86_gate gate, decoded;
	const char *refused;
	const uint8_t *want;
	uint8_t bytes[16];
	size_t len;

	(void)arg;
	suite_text(one, "clause");
	suite_text(one, "name");
	want = suite_bytes(one, "bytes", &len);
	assert_int_equal(len, 16);
	if (gng_vec_text(one, &refused, "refused", NULL) == GNG_OK) {
		assert_int_equal(gng_x86_gate_decode(&decoded, want), GNG_EFORMAT);
		return;
	}
	gate = (struct gng_x86_gate){.offset = hex_of(one, "offset"),
				     .selector = (uint16_t)suite_int(one, "selector"),
				     .ist = (uint8_t)suite_int(one, "ist"),
				     .dpl = (uint8_t)suite_int(one, "dpl"),
				     .kind = (enum gng_x86_gate_kind)suite_int(one, "kind"),
				     .present = suite_int(one, "present")};
	assert_int_equal(gng_x86_gate_encode(bytes, &gate), GNG_OK);
	assert_memory_equal(bytes, want, 16);
	assert_int_equal(gng_x86_gate_decode(&decoded, want), GNG_OK);
	assert_true(decoded.offset == gate.offset && decoded.selector == gate.selector &&
		    decoded.ist == gate.ist && decoded.dpl == gate.dpl &&
		    decoded.kind == gate.kind && decoded.present == gate.present);
}

static void gates_are_those_of_the_manual(void **state)
{
	(void)state;
	suite_vectors("x86/gates.vec", check_gate, NULL);
}

static void a_gate_that_is_none_is_refused(void **state)
{
	static const struct gng_x86_gate wrong[] = {
		{.ist = 8, .kind = GNG_X86_INTERRUPT_GATE},
		{.dpl = 4, .kind = GNG_X86_INTERRUPT_GATE},
		{.kind = (enum gng_x86_gate_kind)12},
		{.offset = 1ull << 47, .kind = GNG_X86_TRAP_GATE},
	};
	uint8_t bytes[16];

	(void)state;
	memset(bytes, 0x5a, sizeof(bytes));
	for (size_t i = 0; i < COUNT_OF(wrong); i++) {
		assert_int_equal(gng_x86_gate_encode(bytes, &wrong[i]), GNG_EINVAL);
		for (size_t k = 0; k < sizeof(bytes); k++)
			assert_int_equal(bytes[k], 0x5a);
	}
}

/* ---- segments ---- */

static void check_segment(struct gng_vec_case *one, void *arg)
{
	const char *kind = suite_text(one, "kind");
	struct gng_x86_segment segment;
	const uint8_t *want;
	uint8_t bytes[16];
	size_t len;

	(void)arg;
	suite_text(one, "clause");
	want = suite_bytes(one, "bytes", &len);
	if (strcmp(kind, "tss") == 0) {
		assert_int_equal(len, 16);
		assert_int_equal(gng_x86_tss_descriptor(bytes, hex_of(one, "base")), GNG_OK);
	} else {
		assert_int_equal(len, 8);
		segment = (struct gng_x86_segment){.code = strcmp(kind, "code") == 0,
						   .dpl = (uint8_t)suite_int(one, "dpl"),
						   .present = suite_int(one, "present")};
		assert_int_equal(gng_x86_segment_encode(bytes, &segment), GNG_OK);
	}
	assert_memory_equal(bytes, want, len);
}

static void segments_are_those_of_the_manual(void **state)
{
	const struct gng_x86_segment wrong = {.dpl = 4};
	uint8_t bytes[16];

	(void)state;
	suite_vectors("x86/segments.vec", check_segment, NULL);
	assert_int_equal(gng_x86_segment_encode(bytes, &wrong), GNG_EINVAL);
	assert_int_equal(gng_x86_tss_descriptor(bytes, 1ull << 47), GNG_EINVAL);
}

/* ---- numbers ---- */

static void check_list(struct gng_vec_case *one, const char *name, int base, bool want,
		       bool (*is)(uint64_t value))
{
	const char *text;
	char *end;

	if (gng_vec_text(one, &text, name, NULL) != GNG_OK)
		return;
	for (uint64_t value = strtoull(text, &end, base); end != text;
	     value = strtoull(text, &end, base)) {
		assert_int_equal(is(value), want);
		text = end;
	}
}

static bool has_code(uint64_t vector)
{
	return gng_x86_has_error_code((uint8_t)vector);
}

static void check_divisors(struct gng_vec_case *one)
{
	const char *hz, *divisors;
	char *end, *also;

	if (gng_vec_text(one, &hz, "hz", NULL) != GNG_OK)
		return;
	divisors = suite_text(one, "divisors");
	for (;; hz = end, divisors = also) {
		const uint32_t rate = (uint32_t)strtoul(hz, &end, 10);
		const uint16_t want = (uint16_t)strtoul(divisors, &also, 10);

		if (end == hz)
			return;
		assert_int_equal(gng_x86_pit_divisor(rate), want);
	}
}

static uint8_t tss_bytes[GNG_X86_TSS_LEN];

static void lay_tss(void)
{
	struct gng_x86_tss tss;

	for (uint64_t i = 0; i < 3; i++)
		tss.rsp[i] = 0xffff800000001000 + 0x1000 * i;
	for (uint64_t i = 0; i < 7; i++)
		tss.ist[i] = 0xffff800011110000 + 0x1000 * i;
	assert_int_equal(gng_x86_tss_encode(tss_bytes, &tss), GNG_OK);
	tss.ist[6] = 1ull << 47;
	assert_int_equal(gng_x86_tss_encode(tss_bytes, &tss), GNG_EINVAL);
	tss.rsp[2] = 1ull << 63;
	assert_int_equal(gng_x86_tss_encode(tss_bytes, &tss), GNG_EINVAL);
}

static uint64_t tss_at(struct gng_vec_case *one, const char *name)
{
	uint64_t value;

	memcpy(&value, tss_bytes + suite_int(one, name), sizeof(value));
	return value;
}

static void check_tss(struct gng_vec_case *one)
{
	uint16_t io_map;

	lay_tss();
	assert_true(tss_at(one, "tss_rsp0") == 0xffff800000001000);
	assert_true(tss_at(one, "tss_ist1") == 0xffff800011110000);
	assert_true(tss_at(one, "tss_ist7") == 0xffff800011116000);
	memcpy(&io_map, tss_bytes + suite_int(one, "tss_io_map"), sizeof(io_map));
	assert_int_equal(io_map, suite_int(one, "tss_len"));
	assert_int_equal(GNG_X86_TSS_LEN, io_map);
}

static void check_number(struct gng_vec_case *one, void *arg)
{
	const char *text;

	(void)arg;
	suite_text(one, "clause");
	check_list(one, "vectors_with_code", 10, true, has_code);
	check_list(one, "vectors_without_code", 10, false, has_code);
	check_list(one, "canonical", 16, true, gng_x86_is_canonical);
	check_list(one, "not_canonical", 16, false, gng_x86_is_canonical);
	check_divisors(one);
	if (gng_vec_text(one, &text, "tss_len", NULL) == GNG_OK)
		check_tss(one);
	if (gng_vec_text(one, &text, "index", NULL) == GNG_OK)
		assert_int_equal(gng_x86_error_code((uint16_t)suite_int(one, "index"),
						    suite_int(one, "idt"), suite_int(one, "ldt"),
						    suite_int(one, "external")),
				 suite_int(one, "code"));
}

static void numbers_are_those_of_the_manual(void **state)
{
	(void)state;
	suite_vectors("x86/errors.vec", check_number, NULL);
}

const struct suite_test suite_tests[] = {
	TEST(gates_are_those_of_the_manual, "K1.x86.gates"),
	TEST(a_gate_that_is_none_is_refused, "K1.x86.gates"),
	TEST(segments_are_those_of_the_manual, "K1.x86.gates"),
	TEST(numbers_are_those_of_the_manual, "K1.x86.gates"),
	{0},
};
