/* SPDX-License-Identifier: Apache-2.0 */
/* text.c - the words of an instruction: names, numbers, registers, places in memory. */
#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "bpf_opcodes.h"
#include "bpf_text.h"

static bool is_name(char c)
{
	return isalnum((unsigned char)c) || c == '_';
}

static const char *skip(const char *at)
{
	return at + strspn(at, " \t");
}

bool bpf_text_word(struct bpf_text *text, const char *word)
{
	const char *at = skip(text->at);
	const size_t len = strlen(word);

	if (strncmp(at, word, len) != 0 || (is_name(word[len - 1]) && is_name(at[len])))
		return false;
	text->at = at + len;
	return true;
}

bool bpf_text_name(struct bpf_text *text, char name[32])
{
	const char *at = skip(text->at);
	size_t len = 0;

	while (is_name(at[len]))
		len++;
	if (len == 0 || len > 31 || isdigit((unsigned char)*at))
		return false;
	memcpy(name, at, len);
	name[len] = '\0';
	text->at = at + len;
	return true;
}

bool bpf_text_number(struct bpf_text *text, int64_t *number)
{
	const char *at = skip(text->at), *digits = at + (*at == '-' || *at == '+');
	uint64_t value;
	char *end;

	if (!isdigit((unsigned char)*digits))
		return false;
	errno = 0;
	value = strtoull(digits, &end, 0);
	if (errno == ERANGE || is_name(*end) || (*at == '-' && value > (uint64_t)1 << 63))
		return false;
	*number = (int64_t)(*at == '-' ? -value : value);
	text->at = end;
	return true;
}

bool bpf_text_register(struct bpf_text *text, uint8_t *reg, bool *is_32)
{
	const char *at = skip(text->at);
	char *end;
	unsigned long number;

	if ((*at != 'r' && *at != 'w') || !isdigit((unsigned char)at[1]))
		return false;
	number = strtoul(at + 1, &end, 10);
	if (number > 15 ||
	    is_name(*end)) /* 11 to 15 can be encoded, and a kernel must refuse them */
		return false;
	*reg = (uint8_t)number;
	*is_32 = *at == 'w';
	text->at = end;
	return true;
}

bool bpf_text_end(struct bpf_text *text)
{
	return *skip(text->at) == '\0';
}

static const struct {
	const char *name;
	uint8_t size;
	bool is_signed;
} sizes[] = {{"u8", BPF_B, false},   {"u16", BPF_H, false}, {"u32", BPF_W, false},
	     {"u64", BPF_DW, false}, {"s8", BPF_B, true},   {"s16", BPF_H, true},
	     {"s32", BPF_W, true}};

/* read_size takes "u32". */
static bool read_size(struct bpf_text *text, struct bpf_place *place)
{
	char name[32];

	if (!bpf_text_name(text, name))
		return false;
	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++)
		if (strcmp(sizes[i].name, name) == 0) {
			place->size = sizes[i].size;
			place->is_signed = sizes[i].is_signed;
			return true;
		}
	return false;
}

/* read_offset takes "+ 4" or "- 4", or nothing, which is 0. */
static bool read_offset(struct bpf_text *text, struct bpf_place *place)
{
	const bool plus = bpf_text_word(text, "+"), minus = !plus && bpf_text_word(text, "-");
	int64_t off = 0;

	if ((plus || minus) && !bpf_text_number(text, &off))
		return false;
	off = minus ? -off : off;
	place->off = (int16_t)off;
	return off >= INT16_MIN && off <= INT16_MAX;
}

bool bpf_text_place(struct bpf_text *text, struct bpf_place *place)
{
	struct bpf_text at = *text;
	bool is_32;

	if (!bpf_text_word(&at, "*") || !bpf_text_word(&at, "(") || !read_size(&at, place) ||
	    !bpf_text_word(&at, "*") || !bpf_text_word(&at, ")") || !bpf_text_word(&at, "("))
		return false;
	if (!bpf_text_register(&at, &place->reg, &is_32) || is_32 || !read_offset(&at, place) ||
	    !bpf_text_word(&at, ")"))
		return false;
	*text = at;
	return true;
}

bool bpf_text_target(struct bpf_line *line, struct bpf_text *text, int32_t *off)
{
	int64_t number;

	*off = 0;
	if (bpf_text_number(text, &number)) {
		*off = (int32_t)number;
		return number >= INT32_MIN && number <= INT32_MAX;
	}
	line->refers = bpf_text_name(text, line->reference.name);
	return line->refers;
}
