/* SPDX-License-Identifier: Apache-2.0 */
/* parse.c - reads .mutants files. */
#include "gng_mutants.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct parser {
	const char *path;
	size_t line;
	struct gng_mutant *mutants;
	size_t num_mutants;
	bool in_block;
	struct gng_why *why;
};

static enum gng_status bad(const struct parser *parser, const char *what, const char *detail)
{
	return gng_why_set(parser->why, GNG_EFORMAT, 0, "mutants.parse", "%s:%zu: %s%s",
			   parser->path, parser->line, what, detail);
}

static enum gng_status no_memory(const struct parser *parser)
{
	return gng_why_set(parser->why, GNG_ENOMEM, 0, "mutants.parse", "no memory");
}

void gng_mutants_free(struct gng_mutant *mutants, size_t num_mutants)
{
	for (size_t i = 0; i < num_mutants; i++) {
		free(mutants[i].name);
		free(mutants[i].file);
		free(mutants[i].old_text);
		free(mutants[i].new_text);
		free(mutants[i].test);
		free(mutants[i].variant);
		free(mutants[i].where);
	}
	free(mutants);
}

static enum gng_status begin_block(struct parser *parser)
{
	struct gng_mutant *grown =
		realloc(parser->mutants, (parser->num_mutants + 1) * sizeof(*grown));

	if (!grown)
		return no_memory(parser);
	parser->mutants = grown;
	memset(&grown[parser->num_mutants], 0, sizeof(*grown));
	if (asprintf(&grown[parser->num_mutants].where, "%s:%zu", parser->path, parser->line) < 0)
		return no_memory(parser);
	parser->num_mutants++;
	parser->in_block = true;
	return GNG_OK;
}

static enum gng_status end_block(struct parser *parser)
{
	const struct gng_mutant *mutant;

	if (!parser->in_block)
		return GNG_OK;
	parser->in_block = false;
	mutant = &parser->mutants[parser->num_mutants - 1];
	if (!mutant->name || !mutant->file || !mutant->old_text || !mutant->test)
		return bad(parser, "a mutant needs the lines mutant:, file:, -, + and kills:", "");
	for (size_t i = 0; i + 1 < parser->num_mutants; i++)
		if (strcmp(parser->mutants[i].name, mutant->name) == 0)
			return bad(parser, "a second mutant is called ", mutant->name);
	return GNG_OK;
}

static enum gng_status set_once(const struct parser *parser, char **field, const char *value)
{
	if (*field || !*value)
		return bad(parser, "a word stands twice or without a value", "");
	*field = strdup(value);
	return *field ? GNG_OK : no_memory(parser);
}

static enum gng_status add_line(const struct parser *parser, char **text, const char *line)
{
	char *grown;

	if (asprintf(&grown, "%s%s\n", *text ? *text : "", line) < 0)
		return no_memory(parser);
	free(*text);
	*text = grown;
	return GNG_OK;
}

static enum gng_status set_test(const struct parser *parser, struct gng_mutant *mutant, char *value)
{
	char *variant = strchr(value, ' ');

	if (variant)
		*variant++ = '\0';
	free(mutant->variant);
	mutant->variant = strdup(variant ? variant : "");
	return mutant->variant ? set_once(parser, &mutant->test, value) : no_memory(parser);
}

static char *after(char *line, const char *word)
{
	const size_t len = strlen(word);

	return strncmp(line, word, len) == 0 ? line + len : NULL;
}

static enum gng_status parse_words(struct parser *parser, char *line)
{
	struct gng_mutant *mutant = &parser->mutants[parser->num_mutants - 1];
	char *value;

	if ((value = after(line, "mutant: ")))
		return set_once(parser, &mutant->name, value);
	if ((value = after(line, "file: ")))
		return set_once(parser, &mutant->file, value);
	if ((value = after(line, "kills: ")))
		return set_test(parser, mutant, value);
	if ((value = after(line, "-")))
		return add_line(parser, &mutant->old_text, value + (*value == ' '));
	if ((value = after(line, "+")))
		return add_line(parser, &mutant->new_text, value + (*value == ' '));
	return bad(parser, "not a line of a mutant: ", line);
}

static enum gng_status parse_line(struct parser *parser, char *line)
{
	enum gng_status status = GNG_OK;

	parser->line++;
	line[strcspn(line, "\r")] = '\0';
	if (*line == '#')
		return GNG_OK;
	if (*line == '\0')
		return end_block(parser);
	if (!parser->in_block)
		status = begin_block(parser);
	return status == GNG_OK ? parse_words(parser, line) : status;
}

enum gng_status gng_mutants_parse(struct gng_mutant **mutants, size_t *num_mutants,
				  const char *path, const char *text, struct gng_why *why)
{
	struct parser parser = {.path = path, .why = why};
	char *copy = strdup(text), *rest = copy;
	enum gng_status status = copy ? GNG_OK : no_memory(&parser);

	for (char *line; status == GNG_OK && (line = strsep(&rest, "\n"));)
		status = parse_line(&parser, line);
	if (status == GNG_OK)
		status = end_block(&parser);
	free(copy);
	if (status != GNG_OK) {
		gng_mutants_free(parser.mutants, parser.num_mutants);
		return status;
	}
	*mutants = parser.mutants;
	*num_mutants = parser.num_mutants;
	return GNG_OK;
}
