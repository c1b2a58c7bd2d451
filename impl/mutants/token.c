/* SPDX-License-Identifier: Apache-2.0 */
/* token.c - cuts C source into tokens (C11 6.4), without comments and preprocessor lines. */
#include "mutants_token.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

struct cutter {
	const char *at;
	size_t line;
	bool line_begins; /* nothing but white space and comments on it yet */
	size_t cap;
};

/* ---- what is left out ---- */

static void skip_byte(struct cutter *cutter)
{
	cutter->line += *cutter->at == '\n';
	cutter->at++;
}

static bool at_comment(const char *at)
{
	return at[0] == '/' && (at[1] == '*' || at[1] == '/');
}

static void skip_comment(struct cutter *cutter)
{
	const bool to_line_end = cutter->at[1] == '/';

	cutter->at += 2;
	while (*cutter->at) {
		if (to_line_end && *cutter->at == '\n')
			return;
		if (!to_line_end && cutter->at[0] == '*' && cutter->at[1] == '/') {
			cutter->at += 2;
			return;
		}
		skip_byte(cutter);
	}
}

static size_t literal_len(const char *at)
{
	const char quote = *at;
	size_t len = 1;

	while (at[len] && at[len] != quote && at[len] != '\n')
		len += at[len] == '\\' && at[len + 1] && at[len + 1] != '\n' ? 2 : 1;
	return len + (at[len] == quote);
}

/* text_in_directive is the length of a literal, in which no comment begins (C11 6.4.9); 0 for an
 * apostrophe in the words of #error. */
static size_t text_in_directive(const char *at)
{
	const size_t len = *at == '"' || *at == '\'' ? literal_len(at) : 0;

	return len > 1 && at[len - 1] == *at ? len : 0;
}

/* skip_directive stops at the newline that ends it. */
static void skip_directive(struct cutter *cutter)
{
	while (*cutter->at && *cutter->at != '\n') {
		if (at_comment(cutter->at)) {
			skip_comment(cutter);
			continue;
		}
		if (cutter->at[0] == '\\' && cutter->at[1] == '\n')
			skip_byte(cutter);
		for (size_t rest = text_in_directive(cutter->at); rest > 1; rest--)
			skip_byte(cutter);
		skip_byte(cutter);
	}
}

/* skip_blank moves to the next token. */
static void skip_blank(struct cutter *cutter)
{
	for (; *cutter->at;) {
		if (*cutter->at == '\n')
			cutter->line_begins = true;
		if (at_comment(cutter->at))
			skip_comment(cutter);
		else if (*cutter->at == '#' && cutter->line_begins)
			skip_directive(cutter);
		else if (isspace((unsigned char)*cutter->at) || *cutter->at == '\\')
			skip_byte(cutter);
		else
			return;
	}
}

/* ---- what is kept ---- */

/* number_len: a preprocessing number has signs only after an exponent's letter. */
static size_t number_len(const char *at)
{
	const bool hex = at[0] == '0' && (at[1] == 'x' || at[1] == 'X');
	size_t len = 1;

	while (isalnum((unsigned char)at[len]) || at[len] == '.' || at[len] == '_' ||
	       ((at[len] == '+' || at[len] == '-') && strchr(hex ? "pP" : "eE", at[len - 1])))
		len++;
	return len;
}

static size_t mark_len(const char *at)
{
	static const char *const marks[] = {"<<=", ">>=", "...", "->", "++", "--", "<<", ">>",
					    "<=",  ">=",  "==",	 "!=", "&&", "||", "+=", "-=",
					    "*=",  "/=",  "%=",	 "&=", "|=", "^="};

	for (size_t i = 0; i < sizeof(marks) / sizeof(marks[0]); i++)
		if (strncmp(at, marks[i], strlen(marks[i])) == 0)
			return strlen(marks[i]);
	return 1;
}

static struct token cut(const struct cutter *cutter)
{
	const char *at = cutter->at;
	const unsigned char first = (unsigned char)*at;
	struct token token = {.line = cutter->line, .kind = TOKEN_MARK};

	if (first == '"' || first == '\'') {
		token.kind = TOKEN_TEXT;
		token.len = literal_len(at);
	} else if (isdigit(first) || (first == '.' && isdigit((unsigned char)at[1]))) {
		token.kind = TOKEN_NUMBER;
		token.len = number_len(at);
	} else if (isalpha(first) || first == '_') {
		token.kind = TOKEN_WORD;
		while (isalnum((unsigned char)at[token.len]) || at[token.len] == '_')
			token.len++;
	} else {
		token.len = mark_len(at);
	}
	return token;
}

static bool keep(struct tokens *tokens, struct cutter *cutter, const struct token *token)
{
	if (tokens->num == cutter->cap) {
		const size_t cap = cutter->cap ? 2 * cutter->cap : 256;
		struct token *grown = realloc(tokens->items, cap * sizeof(*grown));

		if (!grown)
			return false;
		tokens->items = grown;
		cutter->cap = cap;
	}
	tokens->items[tokens->num++] = *token;
	return true;
}

bool tokens_read(struct tokens *tokens, const char *source)
{
	struct cutter cutter = {.at = source, .line = 1, .line_begins = true};

	*tokens = (struct tokens){.source = source};
	for (skip_blank(&cutter); *cutter.at; skip_blank(&cutter)) {
		struct token token = cut(&cutter);

		token.offset = (size_t)(cutter.at - source);
		if (!keep(tokens, &cutter, &token)) {
			tokens_fini(tokens);
			return false;
		}
		cutter.line_begins = false;
		for (size_t i = 0; i < token.len; i++)
			skip_byte(&cutter); /* an escaped literal may hold a newline */
	}
	return true;
}

void tokens_fini(struct tokens *tokens)
{
	free(tokens->items);
	*tokens = (struct tokens){0};
}

/* ---- questions ---- */

bool token_is(const struct tokens *tokens, size_t index, const char *text)
{
	return index < tokens->num && tokens->items[index].len == strlen(text) &&
	       memcmp(tokens->source + tokens->items[index].offset, text, strlen(text)) == 0;
}

bool token_is_one_of(const struct tokens *tokens, size_t index, const char *words)
{
	const struct token *token;

	if (index >= tokens->num)
		return false;
	token = &tokens->items[index];
	for (size_t len; *words; words += len + (words[len] == ' ')) {
		len = strcspn(words, " ");
		if (len == token->len && memcmp(tokens->source + token->offset, words, len) == 0)
			return true;
	}
	return false;
}

size_t token_match(const struct tokens *tokens, size_t index)
{
	size_t depth = 0;

	for (; index < tokens->num; index++) {
		const struct token *token = &tokens->items[index];
		const char c = tokens->source[token->offset];

		if (token->kind != TOKEN_MARK || token->len != 1)
			continue;
		if (strchr("([{", c))
			depth++;
		else if (strchr(")]}", c) && (depth == 0 || --depth == 0))
			return index;
	}
	return index;
}
