/* SPDX-License-Identifier: Apache-2.0 */
/* faults.c - the shortest program that shows a known fault of a kernel. */
#include <string.h>

#include "bpfjit_insn.h"
#include "gng_bpfjit.h"

const char *gng_bpfjit_fault_name(unsigned int fault)
{
	return fault == GNG_BPFJIT_LOST_EXTENSION ? "lost-extension" : NULL;
}

#define INSN(opcode, dst, src, distance, value)                                          \
	{                                                                                \
		.code = (opcode), .dst_reg = (dst), .src_reg = (src), .off = (distance), \
		.imm = (value)                                                           \
	}

/* Word 1 of the map is odd, and word 2 is in r0 already. The verifier follows the even way first:
 * there a load leaves r0, which needs no mark; the odd way then comes to a state that it knows. */
static const struct gng_bpf_insn lost_extension[] = {
	INSN(BPF_LD | BPF_IMM | BPF_DW, 9, BPF_PSEUDO_MAP_VALUE, 0, 0),
	INSN(0, 0, 0, 0, 0),
	INSN(BPF_LDX | BPF_MEM | BPF_DW, 3, 9, 0, 0),
	INSN(BPF_LDX | BPF_MEM | BPF_DW, 6, 9, 8, 0),
	INSN(BPF_LDX | BPF_MEM | BPF_W, 0, 9, 16, 0),
	INSN(BPF_ALU64 | BPF_MOV | BPF_K, 1, 0, 0, 7),
	INSN(BPF_JMP | BPF_JSET | BPF_K, 6, 0, 1, 1),
	INSN(BPF_JMP | BPF_JA, 0, 0, 3, 0),
	INSN(BPF_ALU64 | BPF_LSH | BPF_K, 3, 0, 0, 32),
	INSN(BPF_ALU64 | BPF_OR | BPF_X, 0, 3, 0, 0),
	INSN(BPF_STX | BPF_ATOMIC | BPF_W, 9, 1, 16, BPF_CMPXCHG),
	INSN(BPF_STX | BPF_ATOMIC | BPF_DW, 9, 0, 24, BPF_ADD),
	INSN(BPF_ALU64 | BPF_MOV | BPF_K, 0, 0, 0, XDP_PASS),
	INSN(BPF_JMP | BPF_EXIT, 0, 0, 0, 0),
};

void bpfjit_fault_program(struct gng_bpf_code *code, uint64_t *words)
{
	memcpy(code->insns, lost_extension, sizeof(lost_extension));
	code->num_insns = sizeof(lost_extension) / sizeof(lost_extension[0]);
	words[0] = 0x1234;
	words[1] = 1;
	words[2] = 5;
	words[3] = 0;
}
