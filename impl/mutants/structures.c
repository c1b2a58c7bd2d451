/* SPDX-License-Identifier: Apache-2.0 */
/* structures.c - bugs in the shape of a function: a statement that is gone, a condition that
 * is turned round, a body that returns at once. */
#include <stdlib.h>
#include <string.h>

#include "mutants_edits.h"
#include "mutants_files.h"

/* text_of returns what stands from the first token to the last (caller frees). */
static char *text_of(const struct tokens *tokens, size_t first, size_t last)
{
	const struct token *a = &tokens->items[first], *z = &tokens->items[last];

	return strndup(tokens->source + a->offset, z->offset + z->len - a->offset);
}

static void replace_tokens(struct edits *edits, enum gng_edit_kind kind, size_t first, size_t last,
			   const char *text)
{
	const struct token *a = &edits->tokens.items[first], *z = &edits->tokens.items[last];

	edits_add(edits, kind, a->offset, z->offset + z->len - a->offset, a->line, text);
}

/* ---- conditions ---- */

static void negate(struct edits *edits, size_t first, size_t last)
{
	char *text = first <= last ? text_of(&edits->tokens, first, last) : NULL;
	char *negated = text ? mutants_format("!(%s)", text) : NULL;

	if (negated)
		replace_tokens(edits, GNG_EDIT_CONDITION, first, last, negated);
	free(text);
	free(negated);
}

/* negate_for finds the condition between the two semicolons of for (a; b; c). */
static void negate_for(struct edits *edits, size_t open, size_t close)
{
	const struct tokens *tokens = &edits->tokens;
	size_t semicolon[2], num = 0;

	for (size_t i = open + 1; i < close && num < 2; i++) {
		if (token_is_one_of(tokens, i, "( { ["))
			i = token_match(tokens, i);
		else if (token_is(tokens, i, ";"))
			semicolon[num++] = i;
	}
	if (num == 2 && semicolon[0] + 1 < semicolon[1])
		negate(edits, semicolon[0] + 1, semicolon[1] - 1);
}

static void turn_condition(struct edits *edits, size_t index)
{
	const size_t open = index + 1;
	size_t close;

	if (!token_is(&edits->tokens, open, "("))
		return;
	close = token_match(&edits->tokens, open);
	if (close >= edits->tokens.num)
		return;
	if (token_is_one_of(&edits->tokens, index, "if while") && open + 1 < close)
		negate(edits, open + 1, close - 1);
	else if (token_is(&edits->tokens, index, "for"))
		negate_for(edits, open, close);
}

/* ---- statements ---- */

/* is_declaration: a type first, or two words in a row, or a word and a star. */
static bool is_declaration(const struct tokens *tokens, size_t index)
{
	return token_is_one_of(
		       tokens, index,
		       "const static struct enum union unsigned signed int char void double "
		       "float long short volatile extern register typedef bool _Bool "
		       "_Static_assert") ||
	       (index + 1 < tokens->num && tokens->items[index + 1].kind == TOKEN_WORD &&
		!token_is(tokens, index, "goto")) ||
	       token_is(tokens, index + 1, "*");
}

/* may_begin: the token is the first of a statement that a semicolon can stand for. */
static bool may_begin(const struct tokens *tokens, size_t index)
{
	if (token_is_one_of(tokens, index, "break continue"))
		return true;
	if (token_is(tokens, index, "return"))
		return token_is(tokens, index + 1, ";"); /* else what it returns is undefined */
	if (tokens->items[index].kind == TOKEN_WORD)
		return !token_is_one_of(tokens, index,
					"if for while do switch case default else asm __asm__") &&
		       !is_declaration(tokens, index) && !token_is(tokens, index + 1, ":");
	return token_is_one_of(tokens, index, "* ( ++ --");
}

/* delete_statement replaces a simple statement that begins at index. */
static void delete_statement(struct edits *edits, size_t index)
{
	const struct tokens *tokens = &edits->tokens;
	size_t end = index;

	if (!may_begin(tokens, index))
		return;
	while (end < tokens->num && !token_is_one_of(tokens, end, "; { }"))
		end = token_is_one_of(tokens, end, "( [") ? token_match(tokens, end) + 1 : end + 1;
	if (end < tokens->num && token_is(tokens, end, ";"))
		replace_tokens(edits, GNG_EDIT_STATEMENT, index, end, ";");
}

/* turn_body looks at every statement between the braces of a function. */
static void turn_body(struct edits *edits, size_t open, size_t close)
{
	const struct tokens *tokens = &edits->tokens;
	bool begins = true, question = false;

	for (size_t i = open + 1; i < close; i++) {
		if (begins)
			delete_statement(edits, i);
		if (token_is_one_of(tokens, i, "if while for switch")) {
			turn_condition(edits, i);
			if (token_is(tokens, i + 1, "("))
				i = token_match(tokens, i + 1);
			begins = true;
			continue;
		}
		begins = token_is_one_of(tokens, i, "; { } else do") ||
			 (token_is(tokens, i, ":") && !question);
		question = token_is(tokens, i, "?") || (question && !token_is(tokens, i, ";"));
		if (token_is_one_of(tokens, i, "( ["))
			i = token_match(tokens, i);
	}
}

/* ---- bodies ---- */

/* name_of returns the index of the name of the function whose body opens at index, or num. */
static size_t name_of(const struct tokens *tokens, size_t index)
{
	size_t depth = 0;

	if (index == 0 || !token_is(tokens, index - 1, ")"))
		return tokens->num;
	for (size_t i = index; i-- > 1;) {
		if (token_is(tokens, i, ")"))
			depth++;
		else if (token_is(tokens, i, "(") && --depth == 0)
			return tokens->items[i - 1].kind == TOKEN_WORD ? i - 1 : tokens->num;
	}
	return tokens->num;
}

static void insert(struct edits *edits, size_t open, const char *text)
{
	const struct token *brace = &edits->tokens.items[open];

	edits_add(edits, GNG_EDIT_RETURN, brace->offset + 1, 0, brace->line, text);
}

/* return_early lets the body at open return what its type, tokens [type..name), can be. */
static void return_early(struct edits *edits, size_t type, size_t name, size_t open)
{
	bool is_void = false, is_bool = false, is_pointer = false;

	for (size_t i = type; i < name; i++) {
		is_void |= token_is(&edits->tokens, i, "void");
		is_bool |= token_is(&edits->tokens, i, "bool");
		is_pointer |= token_is(&edits->tokens, i, "*");
	}
	if (is_bool && !is_pointer)
		insert(edits, open, " return true;");
	insert(edits, open, is_void && !is_pointer ? " return;" : " return 0;");
}

void edits_structures(struct edits *edits)
{
	const struct tokens *tokens = &edits->tokens;
	size_t begin = 0; /* of the declaration at file scope */

	for (size_t i = 0; i < tokens->num; i++) {
		const size_t close = token_is(tokens, i, "{") ? token_match(tokens, i) : i;
		const size_t name = close > i ? name_of(tokens, i) : tokens->num;

		if (name < tokens->num && name >= begin && close < tokens->num) {
			return_early(edits, begin, name, i);
			turn_body(edits, i, close);
		}
		i = close;
		if (token_is_one_of(tokens, i, "; }"))
			begin = i + 1;
	}
}
