/* SPDX-License-Identifier: Apache-2.0 */
/* edits.c - all small bugs that can be planted in one source, in a fixed order. */
#include "mutants_edits.h"

#include <stdlib.h>
#include <string.h>

#include "mutants_files.h"

static const char *const kind_names[GNG_NUM_EDIT_KINDS] = {
	[GNG_EDIT_RELATIONAL] = "relational", [GNG_EDIT_ARITHMETIC] = "arithmetic",
	[GNG_EDIT_BITWISE] = "bitwise",	      [GNG_EDIT_LOGICAL] = "logical",
	[GNG_EDIT_CONSTANT] = "constant",     [GNG_EDIT_STATEMENT] = "statement",
	[GNG_EDIT_CONDITION] = "condition",   [GNG_EDIT_RETURN] = "return",
};

const char *gng_edit_kind_name(enum gng_edit_kind kind)
{
	return (unsigned int)kind < GNG_NUM_EDIT_KINDS ? kind_names[kind] : "?";
}

static size_t num_newlines(const char *text, size_t len)
{
	size_t num = 0;

	for (size_t i = 0; i < len; i++)
		num += text[i] == '\n';
	return num;
}

/* with_newlines returns text and as many newlines as it lacks. */
static char *with_newlines(const char *text, size_t num)
{
	const size_t len = strlen(text), has = num_newlines(text, len);
	const size_t lacks = num > has ? num - has : 0;
	char *padded = malloc(len + lacks + 1);

	if (!padded)
		return NULL;
	memcpy(padded, text, len);
	memset(padded + len, '\n', lacks);
	padded[len + lacks] = '\0';
	return padded;
}

void edits_add(struct edits *edits, enum gng_edit_kind kind, size_t offset, size_t len, size_t line,
	       const char *text)
{
	char *padded = with_newlines(text, num_newlines(edits->tokens.source + offset, len));

	if (padded && edits->num == edits->cap) {
		const size_t cap = edits->cap ? 2 * edits->cap : 64;
		struct gng_edit *grown = realloc(edits->items, cap * sizeof(*grown));

		if (grown) {
			edits->items = grown;
			edits->cap = cap;
		}
	}
	if (!padded || edits->num == edits->cap) {
		free(padded);
		edits->broken = true;
		return;
	}
	edits->items[edits->num] = (struct gng_edit){
		.kind = kind, .offset = offset, .len = len, .line = line, .text = padded};
	edits->items[edits->num].ordinal = edits->num; /* for a stable sort */
	edits->num++;
}

static int in_order(const void *a, const void *b)
{
	const struct gng_edit *x = a, *y = b;

	if (x->line != y->line)
		return x->line < y->line ? -1 : 1;
	if (x->kind != y->kind)
		return x->kind < y->kind ? -1 : 1;
	return x->ordinal < y->ordinal ? -1 : x->ordinal > y->ordinal;
}

/* number counts from 1 within a kind and line: an id outlives changes of other lines' code. */
static void number(struct gng_edit *edits, size_t num)
{
	for (size_t i = 0; i < num; i++) {
		const bool same = i > 0 && edits[i - 1].line == edits[i].line &&
				  edits[i - 1].kind == edits[i].kind;

		edits[i].ordinal = same ? edits[i - 1].ordinal + 1 : 1;
	}
}

enum gng_status gng_edits_of(struct gng_edit **found, size_t *num_found, const char *source,
			     struct gng_why *why)
{
	struct edits edits = {0};

	if (!tokens_read(&edits.tokens, source))
		return mutants_no_memory(why);
	edits_operators(&edits);
	edits_structures(&edits);
	tokens_fini(&edits.tokens);
	if (edits.broken) {
		gng_edits_free(edits.items, edits.num);
		return mutants_no_memory(why);
	}
	if (edits.num > 0)
		qsort(edits.items, edits.num, sizeof(*edits.items), in_order);
	number(edits.items, edits.num);
	*found = edits.items;
	*num_found = edits.num;
	return GNG_OK;
}

void gng_edits_free(struct gng_edit *edits, size_t num_edits)
{
	for (size_t i = 0; i < num_edits; i++)
		free(edits[i].text);
	free(edits);
}

char *gng_edit_apply(const struct gng_edit *edit, const char *source)
{
	return mutants_format("%.*s%s%s", (int)edit->offset, source, edit->text,
			      source + edit->offset + edit->len);
}
