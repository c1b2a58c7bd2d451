/* SPDX-License-Identifier: Apache-2.0 */
/* bpfjit_insn.h - what RFC 9669 and Linux 6.15 have beyond the headers of Debian 12, and the layout
 * that generator and comparison share. */
#ifndef BPFJIT_INSN_H
#define BPFJIT_INSN_H

#include <linux/bpf.h>
#include <stdint.h>

#define BPFJIT_MEMSX 0x80     /* RFC 9669 section 5.2 */
#define BPFJIT_LOAD_ACQ 0x100 /* linux/bpf.h since 6.15 */
#define BPFJIT_STORE_REL 0x110

/* offsets in the map's value */
#define BPFJIT_NUM_REGS 7 /* r0 to r6 are scalars; r7 packet, r8 computed address, r9 value */
#define BPFJIT_NUM_SLOTS 8
#define BPFJIT_STACK_OUT 64
#define BPFJIT_ROOM 128

/* bpfjit_next is one step of splitmix64 (public domain, S. Vigna): any seed is a good one. */
static inline uint64_t bpfjit_next(uint64_t *state)
{
	uint64_t z = *state += UINT64_C(0x9e3779b97f4a7c15);

	z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
	return z ^ z >> 31;
}

struct gng_bpf_code;

/* bpfjit_fault_program writes the program that shows GNG_BPFJIT_LOST_EXTENSION, and the first four
 * words of the map that it wants; with the fault the upper half of the last one is not 0. */
void bpfjit_fault_program(struct gng_bpf_code *code, uint64_t *words);

#endif /* BPFJIT_INSN_H */
