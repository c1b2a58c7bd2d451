/* SPDX-License-Identifier: Apache-2.0 */
/* arithmetic.c - the operations of RFC 9669 section 4 on two values. */
#include "bpfjit_arithmetic.h"
#include "bpfjit_insn.h"

static uint64_t narrow(uint64_t value, bool is_32)
{
	return is_32 ? (uint32_t)value : value;
}

/* extend repeats the highest of num_bits bits. */
static int64_t extend(uint64_t value, unsigned int num_bits)
{
	return (int64_t)(value << (64 - num_bits)) >> (64 - num_bits);
}

/* A quotient by zero is zero, a remainder by zero the dividend; LLONG_MIN by -1 is itself. */
static uint64_t divide(uint64_t a, uint64_t b, bool is_signed, bool is_32)
{
	const int64_t sa = is_32 ? extend(a, 32) : (int64_t)a;
	const int64_t sb = is_32 ? extend(b, 32) : (int64_t)b;

	if (b == 0)
		return 0;
	if (!is_signed)
		return a / b;
	return sb == -1 ? 0 - a : (uint64_t)(sa / sb);
}

static uint64_t remainder_of(uint64_t a, uint64_t b, bool is_signed, bool is_32)
{
	const int64_t sa = is_32 ? extend(a, 32) : (int64_t)a;
	const int64_t sb = is_32 ? extend(b, 32) : (int64_t)b;

	if (b == 0)
		return a;
	if (!is_signed)
		return a % b;
	return sb == -1 ? 0 : (uint64_t)(sa % sb);
}

static bool shift(uint64_t *result, uint8_t op, uint64_t a, uint64_t b, bool is_32)
{
	const unsigned int by = (unsigned int)b & (is_32 ? 31 : 63);

	if (op == BPF_LSH)
		*result = a << by;
	else if (op == BPF_RSH)
		*result = a >> by;
	else if (op == BPF_ARSH)
		*result = (uint64_t)((is_32 ? extend(a, 32) : (int64_t)a) >> by);
	else
		return false;
	return true;
}

static bool move(uint64_t *result, uint64_t b, int16_t off, bool is_32)
{
	if (off != 0 && off != 8 && off != 16 && (off != 32 || is_32))
		return false;
	*result = off ? (uint64_t)extend(b, (unsigned int)off) : b;
	return true;
}

static bool combine(uint64_t *result, uint8_t op, uint64_t a, uint64_t b)
{
	switch (op) {
	case BPF_ADD:
		*result = a + b;
		return true;
	case BPF_SUB:
		*result = a - b;
		return true;
	case BPF_MUL:
		*result = a * b;
		return true;
	case BPF_OR:
		*result = a | b;
		return true;
	case BPF_AND:
		*result = a & b;
		return true;
	case BPF_XOR:
		*result = a ^ b;
		return true;
	case BPF_NEG:
		*result = 0 - a;
		return true;
	default:
		return false;
	}
}

bool bpfjit_alu(uint64_t *result, const struct gng_bpf_insn *insn, uint64_t a, uint64_t b)
{
	const bool is_32 = BPF_CLASS(insn->code) == BPF_ALU;
	const uint8_t op = BPF_OP(insn->code);
	bool known = true;

	a = narrow(a, is_32);
	b = narrow(b, is_32);
	if (op == BPF_DIV)
		*result = divide(a, b, insn->off == 1, is_32);
	else if (op == BPF_MOD)
		*result = remainder_of(a, b, insn->off == 1, is_32);
	else if (op == BPF_MOV)
		known = move(result, b, insn->off, is_32);
	else
		known = shift(result, op, a, b, is_32) || combine(result, op, a, b);
	*result = narrow(*result, is_32);
	return known;
}

/* Section 4.2. Every form also cuts the value to its width. */
bool bpfjit_swap(uint64_t *result, const struct gng_bpf_insn *insn, uint64_t a)
{
	const bool always = BPF_CLASS(insn->code) == BPF_ALU64;
	const bool swaps = always || BPF_SRC(insn->code) == BPF_TO_BE;

	if (always && BPF_SRC(insn->code) != BPF_TO_LE)
		return false;
	if (insn->imm == 16)
		*result = swaps ? __builtin_bswap16((uint16_t)a) : (uint16_t)a;
	else if (insn->imm == 32)
		*result = swaps ? __builtin_bswap32((uint32_t)a) : (uint32_t)a;
	else if (insn->imm == 64)
		*result = swaps ? __builtin_bswap64(a) : a;
	else
		return false;
	return true;
}

static bool signed_condition(bool *taken, uint8_t op, int64_t a, int64_t b)
{
	switch (op) {
	case BPF_JSGT:
		*taken = a > b;
		return true;
	case BPF_JSGE:
		*taken = a >= b;
		return true;
	case BPF_JSLT:
		*taken = a < b;
		return true;
	case BPF_JSLE:
		*taken = a <= b;
		return true;
	default:
		return false;
	}
}

static bool unsigned_condition(bool *taken, uint8_t op, uint64_t a, uint64_t b)
{
	switch (op) {
	case BPF_JEQ:
		*taken = a == b;
		return true;
	case BPF_JNE:
		*taken = a != b;
		return true;
	case BPF_JSET:
		*taken = (a & b) != 0;
		return true;
	case BPF_JGT:
		*taken = a > b;
		return true;
	case BPF_JGE:
		*taken = a >= b;
		return true;
	case BPF_JLT:
		*taken = a < b;
		return true;
	case BPF_JLE:
		*taken = a <= b;
		return true;
	default:
		return false;
	}
}

bool bpfjit_condition(bool *taken, const struct gng_bpf_insn *insn, uint64_t a, uint64_t b)
{
	const bool is_32 = BPF_CLASS(insn->code) == BPF_JMP32;
	const uint8_t op = BPF_OP(insn->code);

	return unsigned_condition(taken, op, narrow(a, is_32), narrow(b, is_32)) ||
	       signed_condition(taken, op, is_32 ? extend(a, 32) : (int64_t)a,
				is_32 ? extend(b, 32) : (int64_t)b);
}

/* Section 5.3: what memory holds afterwards. */
bool bpfjit_atomic(uint64_t *result, int32_t imm, uint64_t old, uint64_t source)
{
	switch (imm & ~BPF_FETCH) {
	case BPF_ADD:
	case BPF_OR:
	case BPF_AND:
	case BPF_XOR:
		return combine(result, (uint8_t)(imm & ~BPF_FETCH), old, source);
	case BPF_XCHG & ~BPF_FETCH:
		*result = source;
		return (imm & BPF_FETCH) != 0;
	default:
		return false;
	}
}
