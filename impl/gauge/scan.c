/* SPDX-License-Identifier: Apache-2.0 */
/*
 * scan.c - reads the table of tests from a test file's C text (conformance/suite.h).
 *
 * A tokenizer, not a search for "TEST(": a name in a comment, a string or a helper macro
 * must not become a planned test, and an entry may wrap over lines.
 */
#include "gauge_scan.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "gauge_text.h"

enum kind { END, WORD, STRING, CHARACTER, DIRECTIVE, BROKEN, MARK }; /* MARK: any other byte */

struct token {
	enum kind kind;
	const char *at; /* of a string: behind the opening quote */
	size_t len;
	int line;
};

struct scanner {
	const char *file, *at;
	int line;
	bool line_start; /* only spaces and comments since the newline: '#' is a directive */
	struct token token;
	struct gng_why *why;
};

static enum gng_status bad(const struct scanner *scanner, const char *what)
{
	return gng_why_set(scanner->why, GNG_EFORMAT, 0, "gauge.scan", "%s:%d: %s", scanner->file,
			   scanner->token.line, what);
}

/* ---- tokens ---- */

static void step(struct scanner *scanner)
{
	if (*scanner->at == '\n') {
		scanner->line++;
		scanner->line_start = true;
	}
	scanner->at++;
}

static void skip_until(struct scanner *scanner, const char *end)
{
	const size_t len = strlen(end);

	while (*scanner->at && strncmp(scanner->at, end, len) != 0)
		step(scanner);
	for (size_t i = 0; i < len && *scanner->at; i++)
		step(scanner);
}

static void skip_splice(struct scanner *scanner)
{
	scanner->at++;
	step(scanner);
}

/* skip_line goes to the end of the logical line (C11 5.1.1.2: backslash-newline joins). */
static void skip_line(struct scanner *scanner)
{
	while (*scanner->at && *scanner->at != '\n') {
		if (scanner->at[0] == '\\' && scanner->at[1] == '\n')
			step(scanner);
		step(scanner);
	}
}

static void skip_comment(struct scanner *scanner)
{
	scanner->at += 2;
	skip_until(scanner, "*/");
}

static void skip_space(struct scanner *scanner)
{
	for (;;) {
		if (scanner->at[0] == '/' && scanner->at[1] == '*') {
			skip_comment(scanner);
		} else if (scanner->at[0] == '/' && scanner->at[1] == '/') {
			skip_line(scanner);
		} else if (isspace((unsigned char)*scanner->at) ||
			   (scanner->at[0] == '\\' && scanner->at[1] == '\n')) {
			step(scanner);
		} else {
			return;
		}
	}
}

static void take_quoted(struct scanner *scanner)
{
	const char quote = *scanner->at++;
	struct token *token = &scanner->token;

	token->at = scanner->at;
	while (*scanner->at && *scanner->at != quote && *scanner->at != '\n') {
		if (*scanner->at == '\\' && scanner->at[1])
			step(scanner);
		step(scanner);
	}
	token->len = (size_t)(scanner->at - token->at);
	if (*scanner->at != quote) {
		token->kind = BROKEN;
		return;
	}
	scanner->at++;
	token->kind = quote == '"' ? STRING : CHARACTER;
}

/* skip_directive: a comment in it may go on over lines, a string may look like one. */
static void skip_directive(struct scanner *scanner)
{
	while (*scanner->at && *scanner->at != '\n') {
		if (scanner->at[0] == '/' && scanner->at[1] == '*')
			skip_comment(scanner);
		else if (scanner->at[0] == '/' && scanner->at[1] == '/')
			skip_line(scanner);
		else if (*scanner->at == '"' || *scanner->at == '\'')
			take_quoted(scanner);
		else if (scanner->at[0] == '\\' && scanner->at[1] == '\n')
			skip_splice(scanner);
		else
			step(scanner);
	}
}

static size_t word_len(const char *at)
{
	size_t len = 0;

	while (isalnum((unsigned char)at[len]) || at[len] == '_')
		len++;
	return len;
}

static void next(struct scanner *scanner)
{
	struct token *token = &scanner->token;
	bool line_start;

	skip_space(scanner);
	line_start = scanner->line_start;
	scanner->line_start = false;
	*token = (struct token){MARK, scanner->at, 1, scanner->line};
	if (*scanner->at == '\0') {
		token->kind = END;
	} else if (*scanner->at == '#' && line_start) {
		skip_directive(scanner);
		*token = (struct token){DIRECTIVE, scanner->at, 0, scanner->line};
	} else if (*scanner->at == '"' || *scanner->at == '\'') {
		take_quoted(scanner);
	} else if (word_len(scanner->at)) {
		token->kind = WORD;
		token->len = word_len(scanner->at);
		scanner->at += token->len;
	} else {
		scanner->at++;
	}
}

static bool is_mark(const struct scanner *scanner, char mark)
{
	return scanner->token.kind == MARK && *scanner->token.at == mark;
}

static bool is_word(const struct scanner *scanner, const char *word)
{
	const struct token *token = &scanner->token;

	return token->kind == WORD && token->len == strlen(word) &&
	       memcmp(token->at, word, token->len) == 0;
}

static bool take_mark(struct scanner *scanner, char mark)
{
	if (!is_mark(scanner, mark))
		return false;
	next(scanner);
	return true;
}

/* ---- the table ---- */

static const struct {
	const char *macro;
	unsigned int flags;
} macros[] = {
	{"TEST", 0},
	{"TEST_EACH_VARIANT", GNG_TEST_EACH_VARIANT},
	{"TEST_ONCE", GNG_TEST_ONCE},
	{"TEST_SLOW", GNG_TEST_SLOW},
	{"TEST_SLOW_EACH_VARIANT", GNG_TEST_SLOW | GNG_TEST_EACH_VARIANT},
	{"TEST_LATENCY", GNG_TEST_LATENCY},
	{"TEST_COUNTS", GNG_TEST_COUNTS},
};

static bool take_macro(struct scanner *scanner, unsigned int *flags)
{
	for (size_t i = 0; i < sizeof(macros) / sizeof(macros[0]); i++) {
		if (is_word(scanner, macros[i].macro)) {
			*flags = macros[i].flags;
			next(scanner);
			return true;
		}
	}
	return false;
}

static bool is_requirements(const struct token *token)
{
	for (size_t i = 0; i < token->len; i++)
		if (!isalnum((unsigned char)token->at[i]) && !strchr(" .-_", token->at[i]))
			return false;
	return true;
}

static enum gng_status take_requirements(struct scanner *scanner, struct gauge_entry *entry)
{
	char *joined;

	if (scanner->token.kind != STRING)
		return bad(scanner, "a test's requirements must be a string, perhaps empty");
	for (; scanner->token.kind == STRING; next(scanner)) {
		if (!is_requirements(&scanner->token))
			return bad(scanner, "requirement ids have letters, digits, '.', '-' and '_'"
					    " only, with a space between");
		joined = gauge_format("%s%.*s", entry->requirements ? entry->requirements : "",
				      (int)scanner->token.len, scanner->token.at);
		if (!joined)
			return gauge_no_memory(scanner->why);
		free(entry->requirements);
		entry->requirements = joined;
	}
	return GNG_OK;
}

static enum gng_status take_entry(struct scanner *scanner, struct gauge_entry *entry)
{
	enum gng_status status;

	entry->line = scanner->token.line;
	if (!take_macro(scanner, &entry->flags))
		return bad(scanner,
			   "suite_tests[] may hold only TEST, TEST_EACH_VARIANT, TEST_ONCE,"
			   " TEST_SLOW, TEST_SLOW_EACH_VARIANT, TEST_LATENCY, TEST_COUNTS and"
			   " {0}");
	if (!take_mark(scanner, '('))
		return bad(scanner, "'(' is missing behind the macro");
	if (scanner->token.kind != WORD || isdigit((unsigned char)*scanner->token.at))
		return bad(scanner, "a test's first argument must be the name of a function");
	entry->function = strndup(scanner->token.at, scanner->token.len);
	if (!entry->function)
		return gauge_no_memory(scanner->why);
	next(scanner);
	if (!take_mark(scanner, ','))
		return bad(scanner, "',' is missing behind the name of the function");
	status = take_requirements(scanner, entry);
	if (status != GNG_OK)
		return status;
	return take_mark(scanner, ')') ? GNG_OK : bad(scanner, "')' is missing behind the test");
}

static enum gng_status take_entries(struct scanner *scanner, struct gauge_table *table)
{
	enum gng_status status;
	struct gauge_entry *grown;

	while (!is_mark(scanner, '{')) {
		grown = gauge_grow(table->entries, table->num, sizeof(*grown));
		if (!grown)
			return gauge_no_memory(scanner->why);
		table->entries = grown;
		status = take_entry(scanner, &grown[table->num++]);
		if (status != GNG_OK)
			return status;
		if (!take_mark(scanner, ','))
			return bad(scanner, "',' is missing behind the test: {0} ends the table");
	}
	return GNG_OK;
}

/* take_table reads the rest of "suite_tests[] = { ... };", the word itself being taken. A
 * declaration without '=' is no table. */
static enum gng_status take_table(struct scanner *scanner, struct gauge_table *table, bool *found)
{
	enum gng_status status;

	if (!take_mark(scanner, '[') || !take_mark(scanner, ']') || !take_mark(scanner, '='))
		return GNG_OK;
	if (*found)
		return bad(scanner, "a second suite_tests[]: one file has one table");
	*found = true;
	if (!take_mark(scanner, '{'))
		return bad(scanner, "'{' is missing behind suite_tests[] =");
	status = take_entries(scanner, table);
	if (status != GNG_OK)
		return status;
	next(scanner);
	if (is_word(scanner, "0"))
		next(scanner);
	if (!take_mark(scanner, '}'))
		return bad(scanner, "the table must end in {0}");
	take_mark(scanner, ',');
	return take_mark(scanner, '}') ? GNG_OK : bad(scanner, "a test behind {0} never runs");
}

static enum gng_status scan(struct scanner *scanner, struct gauge_table *table)
{
	enum gng_status status;
	bool found = false;

	next(scanner);
	while (scanner->token.kind != END) {
		if (scanner->token.kind == BROKEN)
			return bad(scanner, "a string or character has no end on its line");
		if (!is_word(scanner, "suite_tests")) {
			next(scanner);
			continue;
		}
		next(scanner);
		status = take_table(scanner, table, &found);
		if (status != GNG_OK)
			return status;
	}
	if (!found)
		return bad(scanner, "the file has no table suite_tests[] = { ..., {0} }");
	return GNG_OK;
}

enum gng_status gauge_scan(struct gauge_table *table, const char *file, const char *text,
			   struct gng_why *why)
{
	struct scanner scanner = {
		.file = file, .at = text, .line = 1, .line_start = true, .why = why};
	enum gng_status status;

	memset(table, 0, sizeof(*table));
	status = scan(&scanner, table);
	if (status != GNG_OK)
		gauge_table_fini(table);
	return status;
}

void gauge_table_fini(struct gauge_table *table)
{
	for (size_t i = 0; i < table->num; i++) {
		free(table->entries[i].function);
		free(table->entries[i].requirements);
	}
	free(table->entries);
	memset(table, 0, sizeof(*table));
}
