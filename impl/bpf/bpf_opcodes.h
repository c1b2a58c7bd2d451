/* SPDX-License-Identifier: Apache-2.0 */
/*
 * bpf_opcodes.h - the opcode byte (RFC 9669 sections 4 and 5; linux/bpf.h for the legacy loads and
 * may_goto). Written here because the headers of a system may be older than what is tested.
 */
#ifndef BPF_OPCODES_H
#define BPF_OPCODES_H

enum { BPF_LD = 0, BPF_LDX, BPF_ST, BPF_STX, BPF_ALU, BPF_JMP, BPF_JMP32, BPF_ALU64 }; /* class */

enum { BPF_K = 0x00, BPF_X = 0x08 };				  /* source */
enum { BPF_W = 0x00, BPF_H = 0x08, BPF_B = 0x10, BPF_DW = 0x18 }; /* size */
enum {
	BPF_IMM = 0x00,
	BPF_ABS = 0x20,
	BPF_IND = 0x40,
	BPF_MEM = 0x60,
	BPF_MEMSX = 0x80,
	BPF_ATOMIC = 0xc0
}; /* mode */
enum {
	BPF_ADD = 0x00,
	BPF_SUB = 0x10,
	BPF_MUL = 0x20,
	BPF_DIV = 0x30,
	BPF_OR = 0x40,
	BPF_AND = 0x50,
	BPF_LSH = 0x60,
	BPF_RSH = 0x70,
	BPF_NEG = 0x80,
	BPF_MOD = 0x90,
	BPF_XOR = 0xa0,
	BPF_MOV = 0xb0,
	BPF_ARSH = 0xc0,
	BPF_END = 0xd0
}; /* ALU */
enum {
	BPF_JA = 0x00,
	BPF_JEQ = 0x10,
	BPF_JGT = 0x20,
	BPF_JGE = 0x30,
	BPF_JSET = 0x40,
	BPF_JNE = 0x50,
	BPF_JSGT = 0x60,
	BPF_JSGE = 0x70,
	BPF_CALL = 0x80,
	BPF_EXIT = 0x90,
	BPF_JLT = 0xa0,
	BPF_JLE = 0xb0,
	BPF_JSLT = 0xc0,
	BPF_JSLE = 0xd0,
	BPF_JCOND = 0xe0
}; /* jumps */
enum {
	BPF_FETCH = 0x01,
	BPF_XCHG = 0xe1,
	BPF_CMPXCHG = 0xf1,
	BPF_LOAD_ACQ = 0x100,
	BPF_STORE_REL = 0x110
}; /* imm of an atomic */
enum { BPF_PSEUDO_MAP_FD = 1, BPF_PSEUDO_MAP_VALUE = 2, BPF_PSEUDO_FUNC = 4 }; /* src of ld_imm64 */
enum { BPF_PSEUDO_CALL = 1 };						       /* src of a call */

#endif /* BPF_OPCODES_H */
