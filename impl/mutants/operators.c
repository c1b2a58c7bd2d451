/* SPDX-License-Identifier: Apache-2.0 */
/* operators.c - one operator for another, and integer constants that are off by one. */
#include <stdlib.h>
#include <string.h>

#include "mutants_edits.h"
#include "mutants_files.h"

/*
 * The replacements that Offutt et al. (TOSEM 5(2), 1996) found to imply the others, plus the
 * compound assignments: two for an order, one for the rest.
 */
static const struct {
	const char *from, *to[2];
	enum gng_edit_kind kind;
} replacements[] = {
	{"<", {"<=", ">="}, GNG_EDIT_RELATIONAL}, {"<=", {"<", ">"}, GNG_EDIT_RELATIONAL},
	{">", {">=", "<="}, GNG_EDIT_RELATIONAL}, {">=", {">", "<"}, GNG_EDIT_RELATIONAL},
	{"==", {"!="}, GNG_EDIT_RELATIONAL},	  {"!=", {"=="}, GNG_EDIT_RELATIONAL},
	{"+", {"-"}, GNG_EDIT_ARITHMETIC},	  {"-", {"+"}, GNG_EDIT_ARITHMETIC},
	{"*", {"/"}, GNG_EDIT_ARITHMETIC},	  {"/", {"*"}, GNG_EDIT_ARITHMETIC},
	{"%", {"*"}, GNG_EDIT_ARITHMETIC},	  {"+=", {"-="}, GNG_EDIT_ARITHMETIC},
	{"-=", {"+="}, GNG_EDIT_ARITHMETIC},	  {"*=", {"/="}, GNG_EDIT_ARITHMETIC},
	{"/=", {"*="}, GNG_EDIT_ARITHMETIC},	  {"%=", {"*="}, GNG_EDIT_ARITHMETIC},
	{"&", {"|"}, GNG_EDIT_BITWISE},		  {"|", {"&"}, GNG_EDIT_BITWISE},
	{"^", {"|"}, GNG_EDIT_BITWISE},		  {"<<", {">>"}, GNG_EDIT_BITWISE},
	{">>", {"<<"}, GNG_EDIT_BITWISE},	  {"&=", {"|="}, GNG_EDIT_BITWISE},
	{"|=", {"&="}, GNG_EDIT_BITWISE},	  {"^=", {"|="}, GNG_EDIT_BITWISE},
	{"<<=", {">>="}, GNG_EDIT_BITWISE},	  {">>=", {"<<="}, GNG_EDIT_BITWISE},
	{"&&", {"||"}, GNG_EDIT_LOGICAL},	  {"||", {"&&"}, GNG_EDIT_LOGICAL},
};

#define NUM_REPLACEMENTS (sizeof(replacements) / sizeof(replacements[0]))

static bool is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\n';
}

/*
 * is_binary: formatted source has white space on both sides of a binary operator, and on one
 * side at most of a unary one or of a declarator's star.
 */
static bool is_binary(const struct tokens *tokens, const struct token *token)
{
	return token->offset > 0 && is_space(tokens->source[token->offset - 1]) &&
	       is_space(tokens->source[token->offset + token->len]);
}

static void replace_binary(struct edits *edits, size_t index)
{
	const struct token token = edits->tokens.items[index];

	for (size_t i = 0; i < NUM_REPLACEMENTS; i++) {
		if (!token_is(&edits->tokens, index, replacements[i].from))
			continue;
		for (size_t j = 0; j < 2 && replacements[i].to[j]; j++)
			edits_add(edits, replacements[i].kind, token.offset, token.len, token.line,
				  replacements[i].to[j]);
	}
}

static void replace_unary(struct edits *edits, size_t index)
{
	const struct token token = edits->tokens.items[index];

	if (token_is(&edits->tokens, index, "++"))
		edits_add(edits, GNG_EDIT_ARITHMETIC, token.offset, token.len, token.line, "--");
	else if (token_is(&edits->tokens, index, "--"))
		edits_add(edits, GNG_EDIT_ARITHMETIC, token.offset, token.len, token.line, "++");
	else if (token_is(&edits->tokens, index, "~"))
		edits_add(edits, GNG_EDIT_BITWISE, token.offset, token.len, token.line, "");
	else if (token_is(&edits->tokens, index, "!"))
		edits_add(edits, GNG_EDIT_LOGICAL, token.offset, token.len, token.line, "");
}

/* is_integer: a number without point or exponent. */
static bool is_integer(const char *text, size_t len)
{
	const bool hex = len > 1 && text[0] == '0' && (text[1] == 'x' || text[1] == 'X');

	for (size_t i = 0; i < len; i++)
		if (text[i] == '.' || strchr("pP", text[i]) || (!hex && strchr("eE", text[i])))
			return false;
	return true;
}

/* is_all_zero: {0} says that nothing is set (C11 6.7.9, 21), and is no number of its own. */
static bool is_all_zero(const struct tokens *tokens, size_t index)
{
	return index > 0 && token_is(tokens, index - 1, "{") && token_is(tokens, index, "0") &&
	       token_is(tokens, index + 1, "}");
}

/* before_bracket returns the index of what stands before the [ around index, or 0. */
static size_t before_bracket(const struct tokens *tokens, size_t index)
{
	while (index > 0 && !token_is_one_of(tokens, index, "[ ( { ; ]"))
		index--;
	return index > 0 && token_is(tokens, index, "[") ? index - 1 : 0;
}

/* declares tells whether the declarator whose name stands at index follows its type, or another
 * declarator of the same statement. */
static bool declares(const struct tokens *tokens, size_t index)
{
	while (index > 0 && token_is(tokens, index - 1, "*"))
		index--;
	if (index == 0)
		return false;
	if (tokens->items[index - 1].kind == TOKEN_WORD)
		return !token_is_one_of(tokens, index - 1, "return else case do sizeof");
	if (!token_is(tokens, index - 1, ","))
		return false;
	while (index > 0 && !token_is_one_of(tokens, index - 1, "; { }"))
		if (token_is_one_of(tokens, --index, "( = return"))
			return false;
	/* two words, a word and a star, or a comma behind an initialiser */
	return token_is(tokens, index, ",") || token_is(tokens, index + 1, "*") ||
	       (index + 1 < tokens->num && tokens->items[index + 1].kind == TOKEN_WORD);
}

/* is_array_length: in an array that is one longer than what is used nobody sees it. */
static bool is_array_length(const struct tokens *tokens, size_t index)
{
	const size_t name = before_bracket(tokens, index);

	return name > 0 && tokens->items[name].kind == TOKEN_WORD && declares(tokens, name);
}

static void shift_constant(struct edits *edits, size_t index)
{
	const struct token *token = &edits->tokens.items[index];
	const char *text = edits->tokens.source + token->offset;

	if (!is_integer(text, token->len) || is_all_zero(&edits->tokens, index))
		return;
	for (size_t i = is_array_length(&edits->tokens, index) ? 1 : 0; i < 2; i++) {
		char *shifted =
			mutants_format("(%.*s %c 1)", (int)token->len, text, i == 0 ? '+' : '-');

		if (shifted)
			edits_add(edits, GNG_EDIT_CONSTANT, token->offset, token->len, token->line,
				  shifted);
		else
			edits->broken = true;
		free(shifted);
	}
}

void edits_operators(struct edits *edits)
{
	for (size_t i = 0; i < edits->tokens.num; i++) {
		const struct token token = edits->tokens.items[i];

		if (token.kind == TOKEN_NUMBER)
			shift_constant(edits, i);
		else if (token.kind == TOKEN_MARK && is_binary(&edits->tokens, &token))
			replace_binary(edits, i);
		else if (token.kind == TOKEN_MARK)
			replace_unary(edits, i);
	}
}
