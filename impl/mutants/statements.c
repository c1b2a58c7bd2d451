/* SPDX-License-Identifier: Apache-2.0 */
/*
 * statements.c - cuts the functions of a C source into statements (C11 6.8), by their tokens.
 *
 * Who takes two statements for one tries a test too many; who takes one for two would miss a test.
 */
#include "mutants_statements.h"

#include <stdlib.h>

#include "mutants_token.h"

#define MAX_DEPTH 200 /* of statements in statements; what is deeper is one */

struct reader {
	struct tokens tokens;
	struct statements *found;
	size_t cap;
	bool broken; /* memory ran out */
};

/* Where a statement stands. */
struct place {
	size_t end;    /* the token behind the block that it is in */
	size_t before; /* of struct statement */
	size_t choice; /* the head of the switch around it, or of the function */
	unsigned int depth;
};

static size_t read_statement(struct reader *reader, size_t at, struct place place);

/* add keeps the tokens first to last as one statement, and returns its index. */
static size_t add(struct reader *reader, size_t first, size_t last, size_t before)
{
	struct statements *found = reader->found;
	const struct token *a = &reader->tokens.items[first], *z = &reader->tokens.items[last];

	if (found->num == reader->cap) {
		const size_t cap = reader->cap ? 2 * reader->cap : 64;
		struct statement *grown = realloc(found->items, cap * sizeof(*grown));

		reader->broken |= !grown;
		if (!grown)
			return NO_STATEMENT;
		found->items = grown;
		reader->cap = cap;
	}
	found->items[found->num] = (struct statement){.offset = a->offset,
						      .end = z->offset + z->len,
						      .first = a->line,
						      .last = z->line,
						      .before = before};
	return found->num++;
}

/* over returns what follows the token, or the brackets that it opens; end at most. */
static size_t over(const struct reader *reader, size_t at, size_t end)
{
	const size_t last = token_is_one_of(&reader->tokens, at, "( [ {")
				    ? token_match(&reader->tokens, at)
				    : at;

	return last < end ? last + 1 : end;
}

/* ---- statements without others in them ---- */

static size_t read_simple(struct reader *reader, size_t at, const struct place *place)
{
	const size_t first = at;

	while (at < place->end && !token_is(&reader->tokens, at, ";"))
		at = over(reader, at, place->end);
	if (at == place->end)
		at--;
	add(reader, first, at, place->before);
	return at + 1;
}

/* colon_of returns the index of the colon of a label that begins at index, or 0 if none does. */
static size_t colon_of(const struct reader *reader, size_t at, size_t end)
{
	const struct tokens *tokens = &reader->tokens;
	size_t num_questions = 0;

	if (!token_is(tokens, at, "case"))
		return tokens->items[at].kind == TOKEN_WORD && at + 1 < end &&
				       token_is(tokens, at + 1, ":")
			       ? at + 1
			       : 0;
	for (; at < end && !token_is_one_of(tokens, at, "; { }"); at = over(reader, at, end)) {
		if (token_is(tokens, at, "?"))
			num_questions++;
		else if (token_is(tokens, at, ":") && num_questions-- == 0)
			return at;
	}
	return 0;
}

/* read_label: whoever came to the switch, or into the function, may go on here or elsewhere by what
 * the label says. */
static size_t read_label(struct reader *reader, size_t at, size_t colon, const struct place *place)
{
	const size_t label = add(reader, at, colon, place->choice);

	if (label != NO_STATEMENT && place->choice != NO_STATEMENT)
		reader->found->items[label].first = reader->found->items[place->choice].first;
	return colon + 1;
}

/* ---- statements with others in them ---- */

/* read_block reads up to place.end. A statement is executed only if the one before it was begun. */
static void read_block(struct reader *reader, size_t at, struct place place)
{
	place.depth++;
	while (at < place.end) {
		const size_t num = reader->found->num;

		at = read_statement(reader, at, place);
		if (reader->found->num > num)
			place.before = num;
	}
}

/* head_end returns the bracket that closes if (...), or a macro that is used like for (...); 0 if
 * the token begins no such head. */
static size_t head_end(const struct reader *reader, size_t at, size_t end)
{
	const struct tokens *tokens = &reader->tokens;
	size_t close;

	if (tokens->items[at].kind != TOKEN_WORD || !token_is(tokens, at + 1, "("))
		return 0;
	close = token_match(tokens, at + 1);
	if (close >= end || token_is_one_of(tokens, at, "if while for switch"))
		return close < end ? close : 0;
	if (token_is_one_of(tokens, at, "return sizeof goto asm __asm__ _Static_assert"))
		return 0;
	return close + 1 < end && (token_is(tokens, close + 1, "{") ||
				   tokens->items[close + 1].kind == TOKEN_WORD)
		       ? close
		       : 0;
}

static size_t read_headed(struct reader *reader, size_t at, size_t close, struct place place)
{
	place.before = add(reader, at, close, place.before);
	if (token_is(&reader->tokens, at, "switch"))
		place.choice = place.before;
	at = close + 1 < place.end ? read_statement(reader, close + 1, place) : place.end;
	if (at + 1 < place.end && token_is(&reader->tokens, at, "else"))
		at = read_statement(reader, at + 1, place);
	return at;
}

/* read_do reads do and what it repeats; while (...); behind it is read as a statement that comes
 * next, with nothing in it. */
static size_t read_do(struct reader *reader, size_t at, struct place place)
{
	return at + 1 < place.end ? read_statement(reader, at + 1, place) : place.end;
}

/* read_statement reads the one at a token before place.end, and returns the token behind it. */
static size_t read_statement(struct reader *reader, size_t at, struct place place)
{
	const struct tokens *tokens = &reader->tokens;
	size_t colon, close;

	if (place.depth++ > MAX_DEPTH) {
		add(reader, at, place.end - 1, place.before);
		return place.end;
	}
	if (token_is(tokens, at, ";") || token_is(tokens, at, "}"))
		return at + 1;
	if (token_is(tokens, at, "{")) {
		close = over(reader, at, place.end);
		place.end = close - (token_is(tokens, close - 1, "}") && close - 1 > at);
		read_block(reader, at + 1, place);
		return close;
	}
	if (token_is(tokens, at, "do"))
		return read_do(reader, at, place);
	if ((colon = colon_of(reader, at, place.end)) > 0)
		return read_label(reader, at, colon, &place);
	if ((close = head_end(reader, at, place.end)) > 0)
		return read_headed(reader, at, close, place);
	return read_simple(reader, at, &place);
}

/* ---- all of them ---- */

bool statements_read(struct statements *statements, const char *source)
{
	struct reader reader = {.found = statements};
	size_t begin = 0; /* of the declaration at file scope */

	*statements = (struct statements){0};
	if (!tokens_read(&reader.tokens, source))
		return false;
	for (size_t i = 0; i < reader.tokens.num; i++) {
		const size_t close =
			token_is(&reader.tokens, i, "{") ? token_match(&reader.tokens, i) : i;

		if (close > i && close < reader.tokens.num && i > begin &&
		    token_is(&reader.tokens, i - 1, ")")) {
			const size_t head = add(&reader, begin, i, NO_STATEMENT);

			read_block(&reader, i + 1,
				   (struct place){.end = close, .before = head, .choice = head});
		}
		i = close;
		if (token_is_one_of(&reader.tokens, i, "; }"))
			begin = i + 1;
	}
	tokens_fini(&reader.tokens);
	if (reader.broken)
		statements_fini(statements);
	return !reader.broken;
}

void statements_fini(struct statements *statements)
{
	free(statements->items);
	*statements = (struct statements){0};
}

size_t statements_at(const struct statements *statements, size_t offset)
{
	size_t num = 0;

	while (num < statements->num && statements->items[num].offset <= offset)
		num++;
	return num > 0 && offset <= statements->items[num - 1].end ? num - 1 : NO_STATEMENT;
}
