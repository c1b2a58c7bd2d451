/* SPDX-License-Identifier: Apache-2.0 */
/* descriptors.c - gates, segments, TSS and error codes of 64-bit mode: Intel SDM volume 3. */
#include "gng_x86.h"

static void put(uint8_t *bytes, uint64_t value, unsigned int width)
{
	for (unsigned int i = 0; i < width; i++)
		bytes[i] = (uint8_t)(value >> 8 * i);
}

static uint64_t get(const uint8_t *bytes, unsigned int width)
{
	uint64_t value = 0;

	for (unsigned int i = 0; i < width; i++)
		value |= (uint64_t)bytes[i] << 8 * i;
	return value;
}

bool gng_x86_is_canonical(uint64_t address)
{
	const uint64_t top = address >> 47;

	return top == 0 || top == 0x1ffff;
}

enum gng_status gng_x86_gate_encode(uint8_t bytes[16], const struct gng_x86_gate *gate)
{
	if (gate->ist > 7 || gate->dpl > 3 ||
	    (gate->kind != GNG_X86_INTERRUPT_GATE && gate->kind != GNG_X86_TRAP_GATE) ||
	    !gng_x86_is_canonical(gate->offset))
		return GNG_EINVAL;
	put(bytes, gate->offset, 2);
	put(bytes + 2, gate->selector, 2);
	bytes[4] = gate->ist;
	bytes[5] = (uint8_t)(gate->present << 7 | gate->dpl << 5 | (unsigned int)gate->kind);
	put(bytes + 6, gate->offset >> 16, 2);
	put(bytes + 8, gate->offset >> 32, 4);
	put(bytes + 12, 0, 4);
	return GNG_OK;
}

enum gng_status gng_x86_gate_decode(struct gng_x86_gate *gate, const uint8_t bytes[16])
{
	const unsigned int kind = bytes[5] & 0x1f; /* bit 4 is 0: a system descriptor */
	const uint64_t offset = get(bytes, 2) | get(bytes + 6, 2) << 16 | get(bytes + 8, 4) << 32;

	if ((kind != GNG_X86_INTERRUPT_GATE && kind != GNG_X86_TRAP_GATE) || bytes[4] > 7 ||
	    get(bytes + 12, 4) != 0 || !gng_x86_is_canonical(offset))
		return GNG_EFORMAT;
	*gate = (struct gng_x86_gate){
		.offset = offset,
		.selector = (uint16_t)get(bytes + 2, 2),
		.ist = bytes[4],
		.dpl = bytes[5] >> 5 & 3,
		.kind = (enum gng_x86_gate_kind)kind,
		.present = bytes[5] >> 7,
	};
	return GNG_OK;
}

enum gng_status gng_x86_segment_encode(uint8_t bytes[8], const struct gng_x86_segment *segment)
{
	if (segment->dpl > 3)
		return GNG_EINVAL;
	put(bytes, 0xffff, 2); /* the limit: what compatibility mode would want */
	put(bytes + 2, 0, 3);
	/* S, and type: code read and accessed, or data written and accessed */
	bytes[5] = (uint8_t)(segment->present << 7 | segment->dpl << 5 | 0x10 |
			     (segment->code ? 0xb : 0x3));
	bytes[6] = segment->code ? 0xaf : 0xcf; /* G with L, or G with D/B */
	bytes[7] = 0;
	return GNG_OK;
}

enum gng_status gng_x86_tss_encode(uint8_t bytes[GNG_X86_TSS_LEN], const struct gng_x86_tss *tss)
{
	for (unsigned int i = 0; i < 3; i++)
		if (!gng_x86_is_canonical(tss->rsp[i]))
			return GNG_EINVAL;
	for (unsigned int i = 0; i < 7; i++)
		if (!gng_x86_is_canonical(tss->ist[i]))
			return GNG_EINVAL;
	for (unsigned int i = 0; i < GNG_X86_TSS_LEN; i++)
		bytes[i] = 0;
	for (unsigned int i = 0; i < 3; i++)
		put(bytes + 4 + 8 * i, tss->rsp[i], 8);
	for (unsigned int i = 0; i < 7; i++)
		put(bytes + 0x24 + 8 * i, tss->ist[i], 8);
	put(bytes + 0x66, GNG_X86_TSS_LEN, 2); /* the I/O map begins behind the limit */
	return GNG_OK;
}

enum gng_status gng_x86_tss_descriptor(uint8_t bytes[16], uint64_t base)
{
	if (!gng_x86_is_canonical(base))
		return GNG_EINVAL;
	put(bytes, GNG_X86_TSS_LEN - 1, 2);
	put(bytes + 2, base, 3);
	bytes[5] = 0x89; /* present, available 64-bit TSS */
	bytes[6] = 0;
	put(bytes + 7, base >> 24, 1);
	put(bytes + 8, base >> 32, 4);
	put(bytes + 12, 0, 4);
	return GNG_OK;
}

bool gng_x86_has_error_code(uint8_t vector)
{
	/* #DF, #TS, #NP, #SS, #GP, #PF, #AC, #CP; #VC and #SX are AMD's */
	const uint32_t with = 1u << 8 | 1u << 10 | 1u << 11 | 1u << 12 | 1u << 13 | 1u << 14 |
			      1u << 17 | 1u << 21 | 1u << 29 | 1u << 30;

	return vector < 32 && (with >> vector & 1);
}

uint32_t gng_x86_error_code(uint16_t index, bool idt, bool ldt, bool external)
{
	return (uint32_t)(index & 0x1fff) << 3 | (uint32_t)ldt << 2 | (uint32_t)idt << 1 |
	       (uint32_t)external;
}

#define PIT_HZ 1193182u

uint16_t gng_x86_pit_divisor(uint32_t hz)
{
	uint32_t divisor;

	if (hz == 0)
		return 0;
	divisor = (PIT_HZ + hz / 2) / hz;
	return divisor >= 2 && divisor <= 65535 ? (uint16_t)divisor : 0;
}
