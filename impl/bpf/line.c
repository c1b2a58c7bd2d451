/* SPDX-License-Identifier: Apache-2.0 */
/* line.c - one instruction from text to its slots. */
#include <string.h>

#include "bpf_opcodes.h"
#include "bpf_text.h"

static bool put(struct bpf_line *line, int code, uint8_t dst, uint8_t src, int32_t off, int32_t imm)
{
	line->insns[line->num_insns++] = (struct gng_bpf_insn){.code = (uint8_t)code,
							       .dst_reg = dst & 15,
							       .src_reg = src & 15,
							       .off = (int16_t)off,
							       .imm = imm};
	return true;
}

/* fits says whether a number is an immediate: signed, or written as its 32 bits. */
static bool fits(int64_t number)
{
	return number >= INT32_MIN && number <= (int64_t)UINT32_MAX;
}

/* ---- memory ---- */

static const struct {
	const char *word;
	int operation;
} atomics[] = {{"+=", BPF_ADD}, {"|=", BPF_OR}, {"&=", BPF_AND}, {"^=", BPF_XOR}};

static bool put_atomic(struct bpf_line *line, const struct bpf_place *place, uint8_t src, int imm)
{
	return put(line, BPF_STX | BPF_ATOMIC | place->size, place->reg, src, place->off, imm);
}

static bool read_lock(struct bpf_line *line, struct bpf_text *text)
{
	const bool fetches = bpf_text_word(text, "fetch"), xchg = bpf_text_word(text, "xchg");
	const bool cmpxchg = bpf_text_word(text, "cmpxchg");
	struct bpf_place place;
	uint8_t src;
	bool is_32;

	if (!bpf_text_place(text, &place))
		return false;
	for (size_t i = 0; !xchg && !cmpxchg && i < sizeof(atomics) / sizeof(atomics[0]); i++)
		if (bpf_text_word(text, atomics[i].word))
			return bpf_text_register(text, &src, &is_32) &&
			       put_atomic(line, &place, src,
					  atomics[i].operation | (fetches ? BPF_FETCH : 0));
	return (xchg || cmpxchg) && bpf_text_register(text, &src, &is_32) &&
	       put_atomic(line, &place, src, xchg ? BPF_XCHG : BPF_CMPXCHG);
}

static bool read_store(struct bpf_line *line, struct bpf_text *text, const struct bpf_place *place)
{
	int64_t number;
	uint8_t src;
	bool is_32;

	if (!bpf_text_word(text, "="))
		return false;
	if (bpf_text_register(text, &src, &is_32))
		return put(line, BPF_STX | BPF_MEM | place->size, place->reg, src, place->off, 0);
	return bpf_text_number(text, &number) && fits(number) &&
	       put(line, BPF_ST | BPF_MEM | place->size, place->reg, 0, place->off,
		   (int32_t)number);
}

bool bpf_line_memory(struct bpf_line *line, struct bpf_text *text, const char **what)
{
	struct bpf_place place;
	uint8_t src;
	bool is_32;

	*what = "no load or store: *(u32 *)(r1 + 4) = r2";
	if (bpf_text_word(text, "lock"))
		return read_lock(line, text);
	if (bpf_text_word(text, "release"))
		return bpf_text_place(text, &place) && bpf_text_word(text, "=") &&
		       bpf_text_register(text, &src, &is_32) &&
		       put_atomic(line, &place, src, BPF_STORE_REL);
	return bpf_text_place(text, &place) && read_store(line, text, &place);
}

/* ---- jumps ---- */

static const struct {
	const char *word;
	int operation;
} conditions[] = {{"==", BPF_JEQ},   {"!=", BPF_JNE},  {"s>=", BPF_JSGE}, {"s>", BPF_JSGT},
		  {"s<=", BPF_JSLE}, {"s<", BPF_JSLT}, {">=", BPF_JGE},	  {">", BPF_JGT},
		  {"<=", BPF_JLE},   {"<", BPF_JLT},   {"&", BPF_JSET}};

static bool read_if(struct bpf_line *line, struct bpf_text *text)
{
	int operation = -1, source = BPF_X;
	bool is_32, other_32;
	uint8_t dst, src = 0;
	int64_t imm = 0;
	int32_t off;

	if (!bpf_text_register(text, &dst, &is_32))
		return false;
	for (size_t i = 0; operation < 0 && i < sizeof(conditions) / sizeof(conditions[0]); i++)
		if (bpf_text_word(text, conditions[i].word))
			operation = conditions[i].operation;
	if (!bpf_text_register(text, &src, &other_32)) {
		source = BPF_K;
		if (!bpf_text_number(text, &imm) || !fits(imm))
			return false;
	}
	return operation >= 0 && bpf_text_word(text, "goto") && bpf_text_target(line, text, &off) &&
	       off >= INT16_MIN && off <= INT16_MAX &&
	       put(line, (is_32 ? BPF_JMP32 : BPF_JMP) | operation | source, dst, src, off,
		   (int32_t)imm);
}

static bool read_call(struct bpf_line *line, struct bpf_text *text)
{
	int64_t number;
	int32_t off;

	if (bpf_text_word(text, "fn")) {
		if (!bpf_text_target(line, text, &off))
			return false;
		line->reference.field = BPF_REF_IMM;
		return put(line, BPF_JMP | BPF_CALL, 0, BPF_PSEUDO_CALL, 0, off);
	}
	return bpf_text_number(text, &number) && fits(number) &&
	       put(line, BPF_JMP | BPF_CALL, 0, 0, 0, (int32_t)number);
}

bool bpf_line_jump(struct bpf_line *line, struct bpf_text *text, const char **what)
{
	int32_t off;

	*what = "no jump: if r1 == 0 goto NAME";
	if (bpf_text_word(text, "if"))
		return read_if(line, text);
	if (bpf_text_word(text, "exit"))
		return put(line, BPF_JMP | BPF_EXIT, 0, 0, 0, 0);
	if (bpf_text_word(text, "call"))
		return read_call(line, text);
	if (bpf_text_word(text, "gotol")) {
		line->reference.field = BPF_REF_IMM;
		return bpf_text_target(line, text, &off) &&
		       put(line, BPF_JMP32 | BPF_JA, 0, 0, 0, off);
	}
	if (bpf_text_word(text, "may_goto"))
		return bpf_text_target(line, text, &off) &&
		       put(line, BPF_JMP | BPF_JCOND, 0, 0, off, 0);
	return bpf_text_word(text, "goto") && bpf_text_target(line, text, &off) &&
	       put(line, BPF_JMP | BPF_JA, 0, 0, off, 0);
}

/* ---- what begins with a register ---- */

static const struct {
	const char *word;
	int operation, off; /* off 1: the signed division and remainder */
} operations[] = {
	{"s>>=", BPF_ARSH, 0}, {"s/=", BPF_DIV, 1}, {"s%=", BPF_MOD, 1}, {"<<=", BPF_LSH, 0},
	{">>=", BPF_RSH, 0},   {"+=", BPF_ADD, 0},  {"-=", BPF_SUB, 0},	 {"*=", BPF_MUL, 0},
	{"/=", BPF_DIV, 0},    {"%=", BPF_MOD, 0},  {"|=", BPF_OR, 0},	 {"&=", BPF_AND, 0},
	{"^=", BPF_XOR, 0},
};

/* target is the left side. */
struct target {
	uint8_t reg;
	int class; /* BPF_ALU or BPF_ALU64 */
};

static bool read_operand(struct bpf_line *line, struct bpf_text *text, const struct target *left,
			 int operation, int off)
{
	int64_t number;
	uint8_t src;
	bool is_32;

	if (bpf_text_register(text, &src, &is_32))
		return put(line, left->class | operation | BPF_X, left->reg, src, off, 0);
	return bpf_text_number(text, &number) && fits(number) &&
	       put(line, left->class | operation | BPF_K, left->reg, 0, off, (int32_t)number);
}

static bool put_wide(struct bpf_line *line, uint8_t dst, uint8_t src, uint32_t low, uint32_t high)
{
	return put(line, BPF_LD | BPF_DW | BPF_IMM, dst, src, 0, (int32_t)low) &&
	       put(line, 0, 0, 0, 0, (int32_t)high);
}

static bool read_map(struct bpf_line *line, struct bpf_text *text, uint8_t dst)
{
	const bool is_value = bpf_text_word(text, "map_value");
	int64_t number, off = 0;

	if ((!is_value && !bpf_text_word(text, "map")) || !bpf_text_number(text, &number) ||
	    number < 0 || number >= GNG_BPF_MAX_MAPS)
		return false;
	if (is_value && bpf_text_word(text, "+") && (!bpf_text_number(text, &off) || !fits(off)))
		return false;
	return put_wide(line, dst, is_value ? BPF_PSEUDO_MAP_VALUE : BPF_PSEUDO_MAP_FD,
			(uint32_t)number, (uint32_t)off);
}

/* the legacy loads always put their result in r0 */
static bool read_legacy(struct bpf_line *line, struct bpf_text *text)
{
	const bool is_ind = bpf_text_word(text, "ldind");
	int size = bpf_text_word(text, "u8")	? BPF_B
		   : bpf_text_word(text, "u16") ? BPF_H
		   : bpf_text_word(text, "u32") ? BPF_W
		   : bpf_text_word(text, "u64") ? BPF_DW
						: -1;
	uint8_t src = 0;
	int64_t imm;
	bool is_32;

	if (size < 0 ||
	    (is_ind && (!bpf_text_register(text, &src, &is_32) || !bpf_text_word(text, "+"))))
		return false;
	return bpf_text_number(text, &imm) && fits(imm) &&
	       put(line, BPF_LD | size | (is_ind ? BPF_IND : BPF_ABS), 0, src, 0, (int32_t)imm);
}

static const struct {
	const char *word;
	int source, width, class; /* class -1: that of the left side */
} swaps[] = {
	{"le16", BPF_K, 16, BPF_ALU},	   {"le32", BPF_K, 32, BPF_ALU},
	{"le64", BPF_K, 64, BPF_ALU},	   {"be16", BPF_X, 16, BPF_ALU},
	{"be32", BPF_X, 32, BPF_ALU},	   {"be64", BPF_X, 64, BPF_ALU},
	{"bswap16", BPF_K, 16, BPF_ALU64}, {"bswap32", BPF_K, 32, BPF_ALU64},
	{"bswap64", BPF_K, 64, BPF_ALU64},
};

static bool read_swap(struct bpf_line *line, struct bpf_text *text, uint8_t dst)
{
	uint8_t same;
	bool is_32;

	for (size_t i = 0; i < sizeof(swaps) / sizeof(swaps[0]); i++)
		if (bpf_text_word(text, swaps[i].word))
			return bpf_text_register(text, &same, &is_32) && same == dst &&
			       put(line, swaps[i].class | BPF_END | swaps[i].source, dst, 0, 0,
				   swaps[i].width);
	return false;
}

/* "(s8)r2": the offset holds the width */
static bool read_extension(struct bpf_line *line, struct bpf_text *text, const struct target *left)
{
	const int width = bpf_text_word(text, "s8")    ? 8
			  : bpf_text_word(text, "s16") ? 16
			  : bpf_text_word(text, "s32") ? 32
						       : 0;
	uint8_t src;
	bool is_32;

	return width && bpf_text_word(text, ")") && bpf_text_register(text, &src, &is_32) &&
	       put(line, left->class | BPF_MOV | BPF_X, left->reg, src, width, 0);
}

static bool read_load(struct bpf_line *line, struct bpf_text *text, uint8_t dst)
{
	const bool acquires = bpf_text_word(text, "acquire");
	struct bpf_place place;

	if (!bpf_text_place(text, &place))
		return false;
	if (acquires)
		return put(line, BPF_STX | BPF_ATOMIC | place.size, dst, place.reg, place.off,
			   BPF_LOAD_ACQ);
	return put(line, BPF_LDX | place.size | (place.is_signed ? BPF_MEMSX : BPF_MEM), dst,
		   place.reg, place.off, 0);
}

/* read_wide takes "NUMBER ll" only. */
static bool read_wide(struct bpf_line *line, struct bpf_text *text, uint8_t dst)
{
	struct bpf_text at = *text;
	int64_t number;

	if (!bpf_text_number(&at, &number) || !bpf_text_word(&at, "ll"))
		return false;
	*text = at;
	return put_wide(line, dst, 0, (uint32_t)number, (uint32_t)((uint64_t)number >> 32));
}

static bool read_value(struct bpf_line *line, struct bpf_text *text, const struct target *left)
{
	const char *at = text->at + strspn(text->at, " \t");
	int32_t off;

	if (*at == '*' || strncmp(at, "acquire", 7) == 0)
		return read_load(line, text, left->reg);
	if (strncmp(at, "map", 3) == 0)
		return read_map(line, text, left->reg);
	if (strncmp(at, "ld", 2) == 0)
		return left->reg == 0 &&
		       (bpf_text_word(text, "ldabs") || strncmp(at, "ldind", 5) == 0) &&
		       read_legacy(line, text);
	if (bpf_text_word(text, "func")) {
		line->reference.field = BPF_REF_IMM;
		return bpf_text_target(line, text, &off) &&
		       put_wide(line, left->reg, BPF_PSEUDO_FUNC, (uint32_t)off, 0);
	}
	if (bpf_text_word(text, "("))
		return read_extension(line, text, left);
	if (read_swap(line, text, left->reg) || read_wide(line, text, left->reg))
		return true;
	return read_operand(line, text, left, BPF_MOV, 0);
}

static bool read_negation(struct bpf_line *line, struct bpf_text *text, const struct target *left)
{
	struct bpf_text at = *text;
	uint8_t same;
	bool is_32;

	if (!bpf_text_word(&at, "-") || !bpf_text_register(&at, &same, &is_32) || same != left->reg)
		return false;
	*text = at;
	return put(line, left->class | BPF_NEG | BPF_K, left->reg, 0, 0, 0);
}

bool bpf_line_alu(struct bpf_line *line, struct bpf_text *text, const char **what)
{
	struct target left;
	bool is_32;

	*what = "no instruction: r1 = r2";
	if (!bpf_text_register(text, &left.reg, &is_32))
		return false;
	left.class = is_32 ? BPF_ALU : BPF_ALU64;
	*what = "its right side is none: a register, a number of 32 bits, *(u32 *)(r1 + 4), ...";
	for (size_t i = 0; i < sizeof(operations) / sizeof(operations[0]); i++)
		if (bpf_text_word(text, operations[i].word))
			return read_operand(line, text, &left, operations[i].operation,
					    operations[i].off);
	if (!bpf_text_word(text, "="))
		return false;
	return read_negation(line, text, &left) || read_value(line, text, &left);
}

/* ---- any ---- */

static bool read_raw(struct bpf_line *line, struct bpf_text *text)
{
	int64_t field[5];

	for (size_t i = 0; i < 5; i++)
		if (!bpf_text_number(text, &field[i]))
			return false;
	return field[0] >= 0 && field[0] <= 255 && field[1] >= 0 && field[1] <= 15 &&
	       field[2] >= 0 && field[2] <= 15 && field[3] >= INT16_MIN && field[3] <= UINT16_MAX &&
	       fits(field[4]) &&
	       put(line, (int)field[0], (uint8_t)field[1], (uint8_t)field[2], (int32_t)field[3],
		   (int32_t)field[4]);
}

static bool is_jump(const char *name)
{
	static const char *const jumps[] = {"if", "exit", "call", "goto", "gotol", "may_goto"};

	for (size_t i = 0; i < sizeof(jumps) / sizeof(jumps[0]); i++)
		if (strcmp(name, jumps[i]) == 0)
			return true;
	return false;
}

static bool read_kind(struct bpf_line *line, struct bpf_text *text, const char **what)
{
	struct bpf_text peek = *text;
	char name[32] = "";

	if (bpf_text_word(&peek, "*"))
		return bpf_line_memory(line, text, what);
	bpf_text_name(&peek, name);
	if (strcmp(name, "lock") == 0 || strcmp(name, "release") == 0)
		return bpf_line_memory(line, text, what);
	if (strcmp(name, "raw") == 0) {
		*what = "raw wants code, dst, src, off and imm";
		*text = peek;
		return read_raw(line, text);
	}
	return is_jump(name) ? bpf_line_jump(line, text, what) : bpf_line_alu(line, text, what);
}

bool bpf_line_read(struct bpf_line *line, const char *text, const char **what)
{
	struct bpf_text at = {.at = text};

	*line = (struct bpf_line){.num_insns = 0};
	if (!read_kind(line, &at, what))
		return false;
	if (bpf_text_end(&at))
		return true;
	*what = "something stands behind it";
	return false;
}
