/* SPDX-License-Identifier: Apache-2.0 */
/* mutants_token.h - C source as tokens: what can be mutated, and nothing else. Private. */
#ifndef MUTANTS_TOKEN_H
#define MUTANTS_TOKEN_H

#include <stdbool.h>
#include <stddef.h>

enum token_kind {
	TOKEN_WORD,   /* identifier or keyword */
	TOKEN_NUMBER, /* a preprocessing number: integer or floating */
	TOKEN_TEXT,   /* string or character literal */
	TOKEN_MARK    /* punctuator, the longest that fits (C11 6.4p4) */
};

struct token {
	enum token_kind kind;
	size_t offset, len;
	size_t line; /* of its first byte, from 1 */
};

struct tokens {
	const char *source; /* borrowed */
	struct token *items;
	size_t num;
};

/*
 * tokens_read cuts any NUL-terminated text; comments, white space and preprocessor lines
 * (with their continuations) are left out. A literal that is not closed ends at its line.
 * false if memory ran out. The caller frees with tokens_fini.
 */
bool tokens_read(struct tokens *tokens, const char *source);
void tokens_fini(struct tokens *tokens);

/* token_is compares the token at index with text; false past the end. */
bool token_is(const struct tokens *tokens, size_t index, const char *text);

/* token_is_one_of tells whether it is one of the space-separated words. */
bool token_is_one_of(const struct tokens *tokens, size_t index, const char *words);

/* token_match returns the index of what closes the ( [ or { at index; num if nothing does. */
size_t token_match(const struct tokens *tokens, size_t index);

#endif /* MUTANTS_TOKEN_H */
