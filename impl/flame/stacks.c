/* SPDX-License-Identifier: Apache-2.0 */
/* stacks.c - counted stacks and the names in them. */
#include "flame_stacks.h"

#include <stdlib.h>
#include <string.h>

bool flame_stacks_add(struct flame_stacks *stacks, const char *text, size_t len, uint64_t count)
{
	if (stacks->num == stacks->cap) {
		const size_t cap = stacks->cap ? 2 * stacks->cap : 256;
		struct flame_stack *grown = reallocarray(stacks->all, cap, sizeof(*grown));

		if (!grown)
			return false;
		stacks->all = grown;
		stacks->cap = cap;
	}
	stacks->all[stacks->num++] = (struct flame_stack){text, len, count};
	return true;
}

/* ';' sorts before every byte of a name, so "a" and "a;b" are neighbours
 * although "a-b" exists. */
static unsigned int weight(char c)
{
	return c == ';' ? 1 : (unsigned char)c + 2u;
}

static int by_frames(const void *one, const void *other)
{
	const struct flame_stack *a = one, *b = other;
	const size_t len = a->len < b->len ? a->len : b->len;

	for (size_t i = 0; i < len; i++)
		if (a->text[i] != b->text[i])
			return weight(a->text[i]) < weight(b->text[i]) ? -1 : 1;
	return (a->len > b->len) - (a->len < b->len);
}

void flame_stacks_sort(struct flame_stacks *stacks)
{
	size_t kept = 0;

	if (stacks->num == 0)
		return;
	qsort(stacks->all, stacks->num, sizeof(*stacks->all), by_frames);
	for (size_t i = 1; i < stacks->num; i++) {
		if (by_frames(&stacks->all[kept], &stacks->all[i]) == 0)
			stacks->all[kept].count += stacks->all[i].count;
		else
			stacks->all[++kept] = stacks->all[i];
	}
	stacks->num = kept + 1;
}

void flame_stacks_fini(struct flame_stacks *stacks)
{
	free(stacks->all);
}

/* bytes_of returns the length that the first byte promises, 0 for one that begins nothing. */
static size_t bytes_of(unsigned char first)
{
	if (first < 0x80)
		return 1;
	if (first < 0xc0 || first > 0xf7)
		return 0;
	return first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
}

/* RFC 3629 section 3: no overlong forms, no surrogates, nothing over U+10FFFF. */
size_t flame_character(const char *text, size_t len)
{
	static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
	const unsigned char *c = (const unsigned char *)text;
	const size_t num = bytes_of(c[0]);
	uint32_t code = num > 1 ? c[0] & 0x7fu >> num : c[0];

	if (num == 0 || num > len)
		return 0;
	for (size_t i = 1; i < num; i++) {
		if ((c[i] & 0xc0) != 0x80)
			return 0;
		code = code << 6 | (c[i] & 0x3fu);
	}
	return code < least[num] || code > 0x10ffff || code >> 11 == 0x1b ? 0 : num;
}

void flame_name_put(FILE *out, const char *text, size_t len)
{
	size_t put = 0;

	for (size_t i = 0, num; i < len; i += num) {
		const size_t found = flame_character(text + i, len - i);

		num = found ? found : 1;
		put += num;
		if (put > GNG_FLAME_MAX_NAME)
			return;
		if (!found || (unsigned char)text[i] < 0x20 || text[i] == 0x7f)
			putc('?', out);
		else if (text[i] == ';')
			putc(':', out);
		else
			fwrite(text + i, 1, num, out);
	}
}
