/* SPDX-License-Identifier: Apache-2.0 */
/*
 * declare.c - reads gng_subsystem(...) from the CMakeLists.txt of a subsystem, so that the
 * plan knows it without running CMake (cmake-language(7): comments, quoted and bracket
 * arguments).
 */
#include "gauge_scan.h"

#include <stdlib.h>
#include <string.h>

#include "gauge_text.h"

#define SPACE " \t\r\n;"
#define NAME "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_+.-"

struct reader {
	const char *file, *text, *at;
	struct gng_why *why;
};

static enum gng_status bad(const struct reader *reader, const char *what)
{
	int line = 1;

	for (const char *at = reader->text; at < reader->at; at++)
		line += *at == '\n';
	return gng_why_set(reader->why, GNG_EFORMAT, 0, "gauge.declare", "%s:%d: %s", reader->file,
			   line, what);
}

/* bracket_len returns the length of [[...]] or [=[...]=] at text, 0 if it is none; one
 * without an end reaches to the end of the text. */
static size_t bracket_len(const char *text)
{
	const size_t equals = *text == '[' ? strspn(text + 1, "=") : 0;
	const char *at = text + 1 + equals;

	if (*text != '[' || *at != '[')
		return 0;
	for (at = strchr(at, ']'); at; at = strchr(at + 1, ']'))
		if (strspn(at + 1, "=") == equals && at[1 + equals] == ']')
			return (size_t)(at - text) + 2 + equals;
	return strlen(text);
}

static size_t quoted_len(const char *text)
{
	size_t len = 1;

	while (text[len] && text[len] != '"')
		len += text[len] == '\\' && text[len + 1] ? 2 : 1;
	return text[len] ? len + 1 : len;
}

static size_t comment_len(const char *text)
{
	const size_t bracket = bracket_len(text + 1);

	return bracket ? bracket + 1 : strcspn(text, "\n");
}

/* skip moves over space, comments and every byte that is part of no name. */
static void skip(struct reader *reader, bool space_only)
{
	while (*reader->at) {
		if (*reader->at == '#')
			reader->at += comment_len(reader->at);
		else if (strchr(SPACE, *reader->at))
			reader->at++;
		else if (space_only || strchr(NAME, *reader->at))
			return;
		else if (*reader->at == '"')
			reader->at += quoted_len(reader->at);
		else if (bracket_len(reader->at))
			reader->at += bracket_len(reader->at);
		else
			reader->at++;
	}
}

/* find moves behind the '(' of the next gng_subsystem call. */
static bool find(struct reader *reader)
{
	static const char call[] = "gng_subsystem";
	size_t len;
	bool ours;

	for (skip(reader, false); *reader->at; skip(reader, false)) {
		len = strspn(reader->at, NAME);
		ours = len == sizeof(call) - 1 && memcmp(reader->at, call, len) == 0;
		reader->at += len;
		if (!ours)
			continue;
		skip(reader, true);
		if (*reader->at == '(') {
			reader->at++;
			return true;
		}
	}
	return false;
}

/* take copies the next argument to *word (caller frees), NULL at the closing parenthesis. */
static enum gng_status take(struct reader *reader, char **word)
{
	size_t len;

	*word = NULL;
	skip(reader, true);
	if (*reader->at == ')') {
		reader->at++;
		return GNG_OK;
	}
	len = strspn(reader->at, NAME);
	if (!*reader->at)
		return bad(reader, "gng_subsystem( has no ')'");
	if (len == 0 || !strchr(SPACE "#)", reader->at[len]))
		return bad(reader, "the plan cannot expand variables or quotes: write plain names");
	*word = strndup(reader->at, len);
	reader->at += len;
	return *word ? GNG_OK : gauge_no_memory(reader->why);
}

enum { NEEDS, REQUIRES, VARIANTS, COMMAND, NUM_LISTS };

struct lists {
	char **words[NUM_LISTS];
	int current; /* the list that takes the next word, -1 before the first keyword */
	bool seen[NUM_LISTS];
};

static int keyword(const char *word)
{
	static const char *const keywords[NUM_LISTS] = {"NEEDS", "REQUIRES", "VARIANTS", "COMMAND"};

	for (int i = 0; i < NUM_LISTS; i++)
		if (strcmp(word, keywords[i]) == 0)
			return i;
	return -1;
}

static enum gng_status put(const struct reader *reader, struct lists *lists, const char *word)
{
	const int key = keyword(word);
	char **list;

	if (key >= 0) {
		if (lists->seen[key])
			return bad(reader, "a keyword of gng_subsystem stands twice");
		lists->seen[key] = true;
		lists->current = key;
		return GNG_OK;
	}
	if (lists->current < 0)
		return bad(reader, "a word that belongs to no keyword of gng_subsystem");
	list = lists->words[lists->current];
	if (gauge_has_word(*list ? *list : "", word))
		return bad(reader, "a word stands twice in its list");
	if (lists->current == COMMAND && *list)
		return bad(reader, "COMMAND takes one word");
	return gauge_add_word(list, word, strlen(word)) ? GNG_OK : gauge_no_memory(reader->why);
}

static enum gng_status take_name(struct reader *reader, char **name, const char *folder)
{
	const enum gng_status status = take(reader, name);

	if (status != GNG_OK)
		return status;
	if (!*name || strcmp(*name, folder) != 0)
		return bad(reader, "the first word must be the folder's name");
	return GNG_OK;
}

static enum gng_status take_lists(struct reader *reader, struct gng_subsystem *subsystem)
{
	struct lists lists = {{&subsystem->needs, &subsystem->packages, &subsystem->variants,
			       &subsystem->command},
			      -1,
			      {false}};
	enum gng_status status;
	char *word;

	do {
		status = take(reader, &word);
		if (status == GNG_OK && word)
			status = put(reader, &lists, word);
		free(word);
	} while (status == GNG_OK && word);
	for (int i = 0; i < NUM_LISTS && status == GNG_OK; i++)
		if (!*lists.words[i] && !(*lists.words[i] = strdup("")))
			status = gauge_no_memory(reader->why);
	return status;
}

enum gng_status gauge_declare(struct gng_subsystem *subsystem, const char *file, const char *folder,
			      const char *text, struct gng_why *why)
{
	struct reader reader = {file, text, text, why};
	enum gng_status status;

	memset(subsystem, 0, sizeof(*subsystem));
	if (!find(&reader))
		return bad(&reader, "no gng_subsystem(...): one line declares a subsystem");
	status = take_name(&reader, &subsystem->name, folder);
	if (status == GNG_OK)
		status = take_lists(&reader, subsystem);
	if (status == GNG_OK && find(&reader))
		status = bad(&reader, "a second gng_subsystem(...): one folder is one subsystem");
	if (status != GNG_OK)
		gauge_subsystem_fini(subsystem);
	return status;
}

void gauge_subsystem_fini(struct gng_subsystem *subsystem)
{
	free(subsystem->name);
	free(subsystem->needs);
	free(subsystem->packages);
	free(subsystem->variants);
	free(subsystem->command);
	memset(subsystem, 0, sizeof(*subsystem));
}
