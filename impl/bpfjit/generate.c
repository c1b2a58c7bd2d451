/* SPDX-License-Identifier: Apache-2.0 */
/*
 * generate.c - programs that the verifier takes and whose result it cannot foresee.
 *
 * r0 to r6 begin with words of the map, which the verifier does not know; so no branch is dead to
 * it and no operand constant. Pointers stand in r7 (packet), r8 (a computed place), r9 (map value)
 * and r10, and never flow into a scalar: the kernel's addresses are not the interpreter's.
 *
 * A body is a row of items. A jump goes from one item to the start of a later one, so jumps may
 * cross, and no jump leads between the computation of an address and its use.
 */
#include "bpfjit_insn.h"
#include "gng_bpfjit.h"

#define MAX_PENDING 4 /* more jumps in flight than this, and the verifier walks many paths */
#define MAX_FUNCTIONS 3
#define MAX_CALLS 4
#define BODY_INSNS 700 /* the end and the functions need up to 200 more */

/* A jump whose target is the start of the item after num_items more. */
struct pending {
	size_t insn;
	unsigned int num_items;
};

struct gen {
	struct gng_bpf_code *code;
	uint64_t random;
	unsigned int kinds, num_pending, num_calls;
	struct pending pending[MAX_PENDING];
	size_t calls[MAX_CALLS + MAX_FUNCTIONS]; /* instructions that call the first function */
	unsigned int num_scalars;		 /* r0 to this may be written */
};

static uint32_t below(struct gen *gen, uint32_t limit)
{
	return (uint32_t)(bpfjit_next(&gen->random) >> 33) % limit;
}

static bool has(const struct gen *gen, unsigned int kind)
{
	return (gen->kinds & kind) != 0;
}

static size_t emit(struct gen *gen, unsigned int code, unsigned int dst, unsigned int src, int off,
		   int32_t imm)
{
	gen->code->insns[gen->code->num_insns] = (struct gng_bpf_insn){
		.code = (uint8_t)code,
		.dst_reg = dst & 15,
		.src_reg = src & 15,
		.off = (int16_t)off,
		.imm = imm,
	};
	return gen->code->num_insns++;
}

static unsigned int scalar(struct gen *gen)
{
	return below(gen, gen->num_scalars);
}

/* immediate prefers the values where arithmetic turns. */
static int32_t immediate(struct gen *gen)
{
	static const int32_t corners[] = {0,	     1,		-1,   2,    -2,	  INT32_MAX,
					  INT32_MIN, INT16_MAX, 0x80, 0xff, -128, 0x8000,
					  0xffff,    31,	32,   63,   64,	  0x10000};
	const uint32_t kind = below(gen, 4);

	if (kind == 0)
		return corners[below(gen, sizeof(corners) / sizeof(corners[0]))];
	return kind == 1 ? (int32_t)below(gen, 256) - 128 : (int32_t)bpfjit_next(&gen->random);
}

/* ---- arithmetic ---- */

static bool is_shift(unsigned int op)
{
	return op == BPF_LSH || op == BPF_RSH || op == BPF_ARSH;
}

static bool is_quotient(unsigned int op)
{
	return op == BPF_DIV || op == BPF_MOD;
}

/* The verifier refuses a constant shift by the width or more, and a constant division by zero. */
static int32_t constant_for(struct gen *gen, unsigned int op, bool is_32)
{
	const int32_t imm = immediate(gen);

	if (is_shift(op))
		return imm & (is_32 ? 31 : 63);
	return is_quotient(op) && imm == 0 ? 3 : imm;
}

static int offset_for(struct gen *gen, unsigned int op, bool is_32, bool from_register)
{
	static const int widths[] = {0, 8, 16, 32};

	if (!has(gen, GNG_BPFJIT_V4))
		return 0;
	if (is_quotient(op))
		return (int)below(gen, 2);
	if (op == BPF_MOV && from_register)
		return widths[below(gen, is_32 ? 3 : 4)];
	return 0;
}

static void emit_swap(struct gen *gen)
{
	const unsigned int class = has(gen, GNG_BPFJIT_V4) && below(gen, 2) ? BPF_ALU64 : BPF_ALU;
	const unsigned int order = class == BPF_ALU && below(gen, 2) ? BPF_TO_BE : BPF_TO_LE;

	emit(gen, class | BPF_END | order, scalar(gen), 0, 0, 16 << below(gen, 3));
}

static void emit_wide(struct gen *gen, unsigned int reg)
{
	const uint64_t value = bpfjit_next(&gen->random);

	emit(gen, BPF_LD | BPF_IMM | BPF_DW, reg, 0, 0, (int32_t)value);
	emit(gen, 0, 0, 0, 0, (int32_t)(value >> 32));
}

static void emit_arithmetic(struct gen *gen)
{
	static const uint8_t ops[] = {BPF_ADD, BPF_SUB, BPF_MUL, BPF_DIV, BPF_OR,  BPF_AND, BPF_LSH,
				      BPF_RSH, BPF_NEG, BPF_MOD, BPF_XOR, BPF_MOV, BPF_ARSH};
	const unsigned int choice = below(gen, sizeof(ops) + 2);
	const bool is_32 = below(gen, 2), from_register = below(gen, 2);
	const unsigned int class = is_32 ? BPF_ALU : BPF_ALU64;
	unsigned int op;

	if (choice == sizeof(ops))
		return emit_swap(gen);
	if (choice > sizeof(ops))
		return emit_wide(gen, scalar(gen));
	op = ops[choice];
	if (op == BPF_NEG)
		emit(gen, class | op, scalar(gen), 0, 0, 0);
	else if (from_register)
		emit(gen, class | op | BPF_X, scalar(gen), scalar(gen),
		     offset_for(gen, op, is_32, true), 0);
	else
		emit(gen, class | op | BPF_K, scalar(gen), 0, offset_for(gen, op, is_32, false),
		     constant_for(gen, op, is_32));
}

/* ---- memory ---- */

static const struct {
	uint8_t code, len;
} sizes[] = {{BPF_B, 1}, {BPF_H, 2}, {BPF_W, 4}, {BPF_DW, 8}};

/* place is a register and the bytes behind its offset. */
struct place {
	unsigned int reg;
	int off;
	unsigned int size; /* index of sizes */
};

/* compute_place leaves an address of the room in r8 that the verifier knows by its bounds only. */
static void compute_place(struct gen *gen)
{
	emit(gen, BPF_ALU64 | BPF_MOV | BPF_X, 8, scalar(gen), 0, 0);
	emit(gen, BPF_ALU64 | BPF_AND | BPF_K, 8, 0, 0, 0x38);
	emit(gen, BPF_ALU64 | BPF_ADD | BPF_X, 8, 9, 0, 0);
}

static struct place choose_place(struct gen *gen, unsigned int size, bool packet_too)
{
	const uint32_t kind = below(gen, packet_too ? 4 : 3);
	const int step = (int)sizes[size].len, number = (int)below(gen, 64u / sizes[size].len);
	struct place place = {.size = size};

	if (kind == 0) {
		compute_place(gen);
		place.reg = 8;
		place.off = BPFJIT_ROOM + number * step;
	} else if (kind == 1) {
		place.reg = 9;
		place.off = BPFJIT_ROOM + number * step;
	} else if (kind == 2) {
		place.reg = 10;
		place.off = number * step - 64;
	} else {
		place.reg = 7;
		place.off = number * step;
	}
	return place;
}

static void emit_memory(struct gen *gen)
{
	const unsigned int size = below(gen, 4), kind = below(gen, 3);
	const struct place place = choose_place(gen, size, true);
	const bool is_signed = has(gen, GNG_BPFJIT_V4) && size < 3 && below(gen, 2);
	const unsigned int mode = is_signed ? BPFJIT_MEMSX : BPF_MEM;

	if (kind == 0)
		emit(gen, BPF_STX | BPF_MEM | sizes[size].code, place.reg, scalar(gen), place.off,
		     0);
	else if (kind == 1)
		emit(gen, BPF_ST | BPF_MEM | sizes[size].code, place.reg, 0, place.off,
		     immediate(gen));
	else
		emit(gen, BPF_LDX | mode | sizes[size].code, scalar(gen), place.reg, place.off, 0);
}

static void emit_ordered(struct gen *gen)
{
	const unsigned int size = below(gen, 4), loads = below(gen, 2);
	const struct place place = choose_place(gen, size, false);

	if (loads)
		emit(gen, BPF_STX | BPF_ATOMIC | sizes[size].code, scalar(gen), place.reg,
		     place.off, BPFJIT_LOAD_ACQ);
	else
		emit(gen, BPF_STX | BPF_ATOMIC | sizes[size].code, place.reg, scalar(gen),
		     place.off, BPFJIT_STORE_REL);
}

/* emit_expected lets r0 be what lies there: an exchange that always differs would test half of it.
 * Of 32 bits the upper half of r0 is no part of that. */
static void emit_expected(struct gen *gen, struct place place)
{
	const unsigned int reg = scalar(gen);
	const uint8_t code = sizes[place.size].code;

	emit(gen, BPF_LDX | BPF_MEM | code, 0, place.reg, place.off, 0);
	if (code != BPF_W || reg == 0)
		return;
	emit(gen, BPF_ALU64 | BPF_LSH | BPF_K, reg, 0, 0, 32);
	emit(gen, BPF_ALU64 | BPF_OR | BPF_X, 0, reg, 0, 0);
}

static void emit_atomic(struct gen *gen)
{
	static const int32_t ops[] = {BPF_ADD,
				      BPF_OR,
				      BPF_AND,
				      BPF_XOR,
				      BPF_ADD | BPF_FETCH,
				      BPF_OR | BPF_FETCH,
				      BPF_AND | BPF_FETCH,
				      BPF_XOR | BPF_FETCH,
				      BPF_XCHG,
				      BPF_CMPXCHG};
	const unsigned int size = 2 + below(gen, 2);
	const struct place place = choose_place(gen, size, false);
	const int32_t op = ops[below(gen, sizeof(ops) / sizeof(ops[0]))];

	if (op == BPF_CMPXCHG && below(gen, 2))
		emit_expected(gen, place);
	emit(gen, BPF_STX | BPF_ATOMIC | sizes[size].code, place.reg, scalar(gen), place.off, op);
}

/* ---- jumps ---- */

static void patch(struct gen *gen, size_t insn)
{
	struct gng_bpf_insn *jump = &gen->code->insns[insn];
	const size_t distance = gen->code->num_insns - insn - 1;

	if (jump->code == (BPF_JMP32 | BPF_JA))
		jump->imm = (int32_t)distance;
	else
		jump->off = (int16_t)distance;
}

/* start_item lets the jumps end whose target is here; at_end: all of them. */
static void start_item(struct gen *gen, bool at_end)
{
	unsigned int num = 0;

	for (unsigned int i = 0; i < gen->num_pending; i++) {
		struct pending *one = &gen->pending[i];

		if (at_end || one->num_items == 0) {
			patch(gen, one->insn);
		} else {
			one->num_items--;
			gen->pending[num++] = *one;
		}
	}
	gen->num_pending = num;
}

static size_t emit_condition(struct gen *gen)
{
	static const uint8_t ops[] = {BPF_JEQ,	BPF_JGT, BPF_JGE, BPF_JSET, BPF_JNE, BPF_JSGT,
				      BPF_JSGE, BPF_JLT, BPF_JLE, BPF_JSLT, BPF_JSLE};
	const unsigned int class = below(gen, 2) ? BPF_JMP : BPF_JMP32;
	const unsigned int op = ops[below(gen, sizeof(ops))];

	if (below(gen, 2))
		return emit(gen, class | op | BPF_X, scalar(gen), scalar(gen), 0, 0);
	return emit(gen, class | op | BPF_K, scalar(gen), 0, 0, immediate(gen));
}

static void emit_jump(struct gen *gen)
{
	const bool is_long = has(gen, GNG_BPFJIT_V4) && below(gen, 8) == 0;
	const bool always = is_long || below(gen, 8) == 0;
	struct pending *one = &gen->pending[gen->num_pending];

	if (gen->num_pending == MAX_PENDING)
		return emit_arithmetic(gen);
	if (always) /* what an unconditional jump skips must be reached by another way */
		one[0].insn = emit_condition(gen);
	if (always && gen->num_pending + 2 <= MAX_PENDING) {
		one[0].num_items = 0;
		gen->num_pending++;
		one++;
		one->insn = emit(gen, (is_long ? BPF_JMP32 : BPF_JMP) | BPF_JA, 0, 0, 0, 0);
	} else if (!always) {
		one->insn = emit_condition(gen);
	}
	one->num_items = 1 + below(gen, 5);
	gen->num_pending++;
}

/* A loop whose counter is r6; its rounds are known, so that the verifier ends too. */
static void emit_loop(struct gen *gen)
{
	const unsigned int num_scalars = gen->num_scalars;
	size_t start;

	gen->num_scalars = 6;
	emit(gen, BPF_ALU64 | BPF_MOV | BPF_K, 6, 0, 0, 2 + (int32_t)below(gen, 3));
	start = gen->code->num_insns;
	for (unsigned int i = 2 + below(gen, 4); i > 0; i--)
		if (has(gen, GNG_BPFJIT_MEMORY) && below(gen, 3) == 0)
			emit_memory(gen);
		else
			emit_arithmetic(gen);
	emit(gen, BPF_ALU64 | BPF_ADD | BPF_K, 6, 0, 0, -1);
	emit(gen, BPF_JMP | BPF_JNE | BPF_K, 6, 0, (int)start - (int)gen->code->num_insns - 1, 0);
	gen->num_scalars = num_scalars;
}

/* ---- calls ---- */

/* A call loses r1 to r5: new values, from r0 or from memory. */
static void emit_call(struct gen *gen)
{
	if (gen->num_calls == MAX_CALLS)
		return emit_arithmetic(gen);
	gen->calls[gen->num_calls++] = emit(gen, BPF_JMP | BPF_CALL, 0, BPF_PSEUDO_CALL, 0, 0);
	for (unsigned int reg = 1; reg <= 5; reg++)
		emit(gen, BPF_LDX | BPF_MEM | BPF_DW, reg, 9, BPFJIT_ROOM + 8 * (int)below(gen, 16),
		     0);
}

/* A function has five scalars and writes to r6 to r9, which its caller must find again. */
static void emit_function(struct gen *gen, bool calls_next)
{
	gen->num_scalars = 10;
	emit(gen, BPF_ALU64 | BPF_MOV | BPF_X, 0, 1, 0, 0);
	for (unsigned int reg = 6; reg <= 9; reg++)
		emit(gen, BPF_ALU64 | BPF_MOV | BPF_X, reg, reg - 5, 0, 0);
	for (int off = -16; off < 0; off += 8)
		emit(gen, BPF_STX | BPF_MEM | BPF_DW, 10, scalar(gen), off, 0);
	for (unsigned int i = 2 + below(gen, 8); i > 0; i--)
		emit_arithmetic(gen);
	if (calls_next) {
		gen->calls[0] = emit(gen, BPF_JMP | BPF_CALL, 0, BPF_PSEUDO_CALL, 0, 0);
		for (unsigned int reg = 1; reg <= 5; reg++)
			emit(gen, BPF_ALU64 | BPF_MOV | BPF_X, reg, reg == 5 ? 0 : reg + 5, 0, 0);
		gen->num_calls = 1;
	}
	emit(gen, BPF_LDX | BPF_MEM | BPF_W, scalar(gen), 10, -4 * (1 + (int)below(gen, 4)), 0);
	for (unsigned int i = 1 + below(gen, 4); i > 0; i--)
		emit_arithmetic(gen);
	emit(gen, BPF_JMP | BPF_EXIT, 0, 0, 0, 0);
}

static void resolve_calls(struct gen *gen)
{
	for (unsigned int i = 0; i < gen->num_calls; i++)
		gen->code->insns[gen->calls[i]].imm =
			(int32_t)(gen->code->num_insns - gen->calls[i] - 1);
	gen->num_calls = 0;
}

static void emit_functions(struct gen *gen)
{
	const unsigned int num = 1 + below(gen, MAX_FUNCTIONS);

	for (unsigned int i = 0; i < num && gen->num_calls; i++) {
		resolve_calls(gen);
		emit_function(gen, i + 1 < num);
	}
}

/* ---- the whole ---- */

/* r7 = packet, of which 64 bytes are there: the runs see to it. */
static void emit_packet(struct gen *gen)
{
	emit(gen, BPF_LDX | BPF_MEM | BPF_W, 7, 1, 0, 0);
	emit(gen, BPF_LDX | BPF_MEM | BPF_W, 2, 1, 4, 0);
	emit(gen, BPF_ALU64 | BPF_MOV | BPF_X, 3, 7, 0, 0);
	emit(gen, BPF_ALU64 | BPF_ADD | BPF_K, 3, 0, 0, GNG_BPFJIT_PACKET_LEN);
	emit(gen, BPF_JMP | BPF_JLE | BPF_X, 3, 2, 2, 0);
	emit(gen, BPF_ALU64 | BPF_MOV | BPF_K, 0, 0, 0, 0);
	emit(gen, BPF_JMP | BPF_EXIT, 0, 0, 0, 0);
}

static bool has_stack(const struct gen *gen)
{
	return has(gen, GNG_BPFJIT_MEMORY | GNG_BPFJIT_ATOMICS | GNG_BPFJIT_ORDER);
}

static void emit_start(struct gen *gen)
{
	if (has(gen, GNG_BPFJIT_MEMORY))
		emit_packet(gen);
	emit(gen, BPF_LD | BPF_IMM | BPF_DW, 9, BPF_PSEUDO_MAP_VALUE, 0, 0);
	emit(gen, 0, 0, 0, 0, 0);
	for (int slot = 0; slot < BPFJIT_NUM_SLOTS && has_stack(gen); slot++) {
		emit(gen, BPF_LDX | BPF_MEM | BPF_DW, 0, 9, BPFJIT_ROOM + 8 * slot, 0);
		emit(gen, BPF_STX | BPF_MEM | BPF_DW, 10, 0, -8 * (slot + 1), 0);
	}
	for (unsigned int reg = 0; reg < BPFJIT_NUM_REGS; reg++)
		emit(gen, BPF_LDX | BPF_MEM | BPF_DW, reg, 9, 8 * (int)reg, 0);
}

/* emit_end leaves the registers and the stack where the comparison finds them. */
static void emit_end(struct gen *gen)
{
	for (unsigned int reg = 0; reg < BPFJIT_NUM_REGS; reg++)
		emit(gen, BPF_STX | BPF_MEM | BPF_DW, 9, reg, 8 * (int)reg, 0);
	for (int slot = 0; slot < BPFJIT_NUM_SLOTS && has_stack(gen); slot++) {
		emit(gen, BPF_LDX | BPF_MEM | BPF_DW, 1, 10, -8 * (slot + 1), 0);
		emit(gen, BPF_STX | BPF_MEM | BPF_DW, 9, 1, BPFJIT_STACK_OUT + 8 * slot, 0);
	}
	emit(gen, BPF_JMP | BPF_EXIT, 0, 0, 0, 0);
}

static void emit_item(struct gen *gen)
{
	static const struct {
		unsigned int kind;
		void (*emit)(struct gen *gen);
	} makers[] = {{GNG_BPFJIT_MEMORY, emit_memory},
		      {GNG_BPFJIT_JUMPS, emit_jump},
		      {GNG_BPFJIT_ATOMICS, emit_atomic},
		      {GNG_BPFJIT_CALLS, emit_call},
		      {GNG_BPFJIT_ORDER, emit_ordered}};
	const uint32_t choice = below(gen, 2 * sizeof(makers) / sizeof(makers[0]));

	if (choice < sizeof(makers) / sizeof(makers[0]) && has(gen, makers[choice].kind))
		makers[choice].emit(gen);
	else if (choice == 5 && has(gen, GNG_BPFJIT_JUMPS) && below(gen, 4) == 0)
		emit_loop(gen);
	else
		emit_arithmetic(gen);
}

void gng_bpfjit_generate(struct gng_bpf_code *code, uint64_t seed, unsigned int kinds)
{
	struct gen gen = {.code = code, .random = seed, .kinds = kinds};

	code->num_insns = 0;
	emit_start(&gen);
	gen.num_scalars = BPFJIT_NUM_REGS;
	for (unsigned int i = 8 + below(&gen, 40); i > 0 && code->num_insns < BODY_INSNS; i--) {
		start_item(&gen, false);
		emit_item(&gen);
	}
	start_item(&gen, true);
	emit_end(&gen);
	emit_functions(&gen);
}

unsigned int gng_bpfjit_known(unsigned int kinds, unsigned int kernel)
{
	if (kernel < 6006)
		kinds &= ~(unsigned int)GNG_BPFJIT_V4;
	if (kernel < 6015)
		kinds &= ~(unsigned int)GNG_BPFJIT_ORDER;
	return kinds;
}
