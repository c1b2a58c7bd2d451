/* SPDX-License-Identifier: Apache-2.0 */
/* kernels_lint.c - reads AT&T assembly and follows what leaves the vector registers. */
#include "kernels.h"

#include <ctype.h>
#include <stdint.h>
#include <string.h>

#define MAX_OPERANDS 4

struct instruction {
	const char *name;
	char *operands[MAX_OPERANDS];
	size_t num;
};

/* The forms of one register, as r8 r8d r8w r8b are for the numbered ones. */
static const char *const registers[8][4] = {
	{"rax", "eax", "ax", "al"},  {"rbx", "ebx", "bx", "bl"},  {"rcx", "ecx", "cx", "cl"},
	{"rdx", "edx", "dx", "dl"},  {"rsi", "esi", "si", "sil"}, {"rdi", "edi", "di", "dil"},
	{"rbp", "ebp", "bp", "bpl"}, {"rsp", "esp", "sp", "spl"}};

static bool is_named(const char *text, size_t len, const char *name)
{
	return strlen(name) == len && strncmp(text, name, len) == 0;
}

/* register_bit returns the bit of the general register text[0..len), 0 if it is none. */
static unsigned int register_bit(const char *text, size_t len)
{
	static const char high[] = "abcd";
	unsigned int number = 0;

	for (size_t r = 0; r < 8; r++)
		for (size_t form = 0; form < 4; form++)
			if (is_named(text, len, registers[r][form]))
				return 1u << r;
	if (len == 2 && text[1] == 'h' && strchr(high, text[0])) /* order a b c d as above */
		return 1u << (text[0] - 'a');
	if (len < 2 || text[0] != 'r' || !isdigit((unsigned char)text[1]))
		return 0;
	for (size_t i = 1; i < len && isdigit((unsigned char)text[i]); i++)
		number = number * 10 + (unsigned int)(text[i] - '0');
	return number < 16 ? 1u << number : 0;
}

/* registers_of returns the bits of all general registers in an operand. */
static unsigned int registers_of(const char *operand)
{
	unsigned int bits = 0;

	for (const char *p = operand; (p = strchr(p, '%'));) {
		const size_t len = strcspn(++p, ",){ ");

		bits |= register_bit(p, len);
		p += len;
	}
	return bits;
}

static bool in_memory(const char *operand)
{
	return strchr(operand, '(') != NULL;
}

static bool is_vector(const char *operand)
{
	return strncmp(operand, "%xmm", 4) == 0 || strncmp(operand, "%ymm", 4) == 0 ||
	       strncmp(operand, "%zmm", 4) == 0 ||
	       (operand[0] == '%' && operand[1] == 'k' && isdigit((unsigned char)operand[2]));
}

static bool begins(const struct instruction *one, const char *const prefixes[])
{
	for (size_t i = 0; prefixes[i]; i++)
		if (strncmp(one->name, prefixes[i], strlen(prefixes[i])) == 0)
			return true;
	return false;
}

/* split_operands cuts at the commas outside parentheses. */
static void split_operands(struct instruction *one, char *text)
{
	int depth = 0;

	text += strspn(text, " ");
	if (*text == '\0')
		return;
	one->operands[one->num++] = text;
	for (; *text; text++) {
		depth += (*text == '(') - (*text == ')');
		if (*text != ',' || depth != 0 || one->num == MAX_OPERANDS)
			continue;
		*text = '\0';
		one->operands[one->num++] = text + 1;
	}
}

/* parse takes "  1f:	vmovq  %xmm0,%rax   # comment"; false if it is no instruction. */
static bool parse(struct instruction *one, char *line)
{
	static const char *const prefixes[] = {"rep ",	   "repz ",   "repnz ", "lock ", "bnd ",
					       "notrack ", "data16 ", "cs ",	NULL};
	char *text = strstr(line, ":\t");

	*one = (struct instruction){0};
	if (!text)
		return false;
	text += 2;
	text[strcspn(text, "#<\n")] = '\0';
	one->name = text;
	while (begins(one, prefixes))
		one->name = text = strchr(text, ' ') + 1;
	text += strcspn(text, " ");
	if (*text)
		*text++ = '\0';
	split_operands(one, text);
	return one->name[0] != '\0';
}

/* bad_address tells whether memory is read or written at a tainted address. */
static bool bad_address(const struct lint *lint, const struct instruction *one)
{
	static const char *const no_access[] = {"lea", "nop", "xchg %ax", NULL};

	if (begins(one, no_access))
		return false;
	for (size_t i = 0; i < one->num; i++)
		if (in_memory(one->operands[i]) && (registers_of(one->operands[i]) & lint->tainted))
			return true;
	return false;
}

/* reads_taint tells whether any source of the instruction is tainted or a vector. */
static bool reads_taint(const struct lint *lint, const struct instruction *one, size_t num_sources)
{
	for (size_t i = 0; i < num_sources; i++)
		if (is_vector(one->operands[i]) || (registers_of(one->operands[i]) & lint->tainted))
			return true;
	return false;
}

/* leaves_flags tells whether an instruction keeps the flags as they were. */
static bool leaves_flags(const struct instruction *one)
{
	static const char *const keep[] = {
		"mov",	"lea",	"nop",	"set",	"cmov", "push",	 "pop",	 "not",	 "bswap",
		"xchg", "j",	"ret",	"cltq", "call", "endbr", "shlx", "shrx", "sarx",
		"rorx", "mulx", "pdep", "pext", "cqto", "leave", NULL};
	static const char *const vector_flags[] = {"vptest", "vtest",	"vcomi", "vucomi",
						   "ktest",  "kortest", "ptest", NULL};

	if (begins(one, vector_flags))
		return false;
	return begins(one, keep) || one->name[0] == 'v' || one->name[0] == 'k';
}

/* only_sources tells whether the last operand is read and not written, too. */
static bool only_sources(const struct instruction *one)
{
	static const char *const compare[] = {"cmp",	 "test",  "bt",	    "vptest",
					      "vtest",	 "vcomi", "vucomi", "ktest",
					      "kortest", "ptest", "push",   NULL};

	return begins(one, compare);
}

/* replaces tells whether the last operand's old value has no part in the new one. */
static bool replaces(const struct instruction *one)
{
	static const char *const copies[] = {"mov",	 "lea",	 "vmov", "vpext", "kmov",  "pop",
					     "vpmovmsk", "shlx", "shrx", "rorx",  "lzcnt", "tzcnt",
					     "popcnt",	 "set",	 "andn", "vcvt",  NULL};

	return begins(one, copies);
}

/* forgive counts a move from a vector register to a general one that is known to be public. */
static bool forgive(struct lint *lint, const struct instruction *one)
{
	static const char *const moves[] = {"vmov", "vpextr", NULL};

	if (lint->public_moves == 0 || one->num < 2 || !begins(one, moves) ||
	    !is_vector(one->operands[one->num - 2]))
		return false;
	lint->public_moves--;
	return true;
}

/* zeroes tells whether the result is 0 whatever the operands hold. */
static bool zeroes(const struct instruction *one)
{
	static const char *const clears[] = {"xor", "sub", NULL};

	return begins(one, clears) && one->num == 2 &&
	       strcmp(one->operands[0], one->operands[1]) == 0;
}

/* num_sources counts the leading operands that the result depends on. */
static size_t num_sources(const struct instruction *one)
{
	static const char *const writes_only[] = {"set", "pop", NULL};

	if (one->num == 0 || begins(one, writes_only))
		return 0;
	if (only_sources(one) || one->num == 1 || !replaces(one))
		return one->num;
	return one->num - 1;
}

static bool result_tainted(const struct lint *lint, const struct instruction *one)
{
	static const char *const by_flags[] = {"cmov", "set", "adc", "sbb", NULL};

	if (begins(one, by_flags) && lint->flags_tainted)
		return true;
	return !zeroes(one) && reads_taint(lint, one, num_sources(one));
}

/* written returns the general registers that the last operand names as the result. */
static unsigned int written(const struct instruction *one)
{
	const char *last = one->num ? one->operands[one->num - 1] : "";

	if (only_sources(one) || last[0] != '%' || is_vector(last))
		return 0;
	return registers_of(last);
}

/* step carries the taint from the sources to the last operand and the flags. */
static void step(struct lint *lint, const struct instruction *one)
{
	const unsigned int target = written(one);
	bool taint = result_tainted(lint, one);

	if (target && forgive(lint, one))
		taint = false;
	if (!leaves_flags(one))
		lint->flags_tainted = taint;
	lint->tainted &= ~target;
	if (taint)
		lint->tainted |= target;
}

const char *lint_line(struct lint *lint, char *line)
{
	struct instruction one;

	if (!parse(&one, line))
		return NULL;
	if (strstr(one.name, "gather") || strstr(one.name, "scatter"))
		return "addresses come from a vector register";
	if (bad_address(lint, &one))
		return "an address comes from a vector register";
	if (one.name[0] == 'j') {
		if (strncmp(one.name, "jmp", 3) != 0 && lint->flags_tainted)
			return "a branch depends on a vector register";
		if (one.num == 1 && one.operands[0][0] == '*' &&
		    (registers_of(one.operands[0]) & lint->tainted))
			return "a jump goes where a vector register says";
		return NULL;
	}
	step(lint, &one);
	return NULL;
}

bool lint_function(struct lint *lint, char *name, size_t cap, const char *line)
{
	const char *open = strchr(line, '<');
	const size_t len = open ? strcspn(open + 1, ">") : 0;

	if (!isxdigit((unsigned char)line[0]) || !open || strncmp(open + 1 + len, ">:", 2) != 0)
		return false;
	snprintf(name, cap, "%.*s", (int)len, open + 1);
	*lint = (struct lint){0};
	return true;
}
