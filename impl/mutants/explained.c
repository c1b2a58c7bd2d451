/* SPDX-License-Identifier: Apache-2.0 */
/* explained.c - survivors.tsv: why a mutant may survive, by its text and not by its line. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "mutants_files.h"
#include "mutants_source.h"

#define NUM_FIELDS 6

/* squeeze makes white space single, in place. */
static void squeeze(char *text)
{
	char *out = text;

	for (const char *at = text; *at; at++) {
		if (!isspace((unsigned char)*at))
			*out++ = *at;
		else if (out > text && out[-1] != ' ')
			*out++ = ' ';
	}
	if (out > text && out[-1] == ' ')
		out--;
	*out = '\0';
}

static bool is_kind(const char *text)
{
	for (size_t i = 0; i < GNG_NUM_EDIT_KINDS; i++)
		if (strcmp(text, gng_edit_kind_name((enum gng_edit_kind)i)) == 0)
			return true;
	return false;
}

const char *explained_class_name(enum explained_class of)
{
	static const char *const names[EXPLAINED_NUM_CLASSES] = {"equivalent", "stubborn"};

	return (unsigned int)of < EXPLAINED_NUM_CLASSES ? names[of] : "?";
}

static bool read_class(struct explanation *row, const char *text)
{
	for (unsigned int i = 0; i < EXPLAINED_NUM_CLASSES; i++) {
		row->of = (enum explained_class)i;
		if (strcmp(text, explained_class_name(row->of)) == 0)
			return true;
	}
	return false;
}

static struct explanation *add_row(struct explained *explained, size_t line)
{
	struct explanation *grown =
		realloc(explained->rows, (explained->num_rows + 1) * sizeof(*grown));

	if (!grown)
		return NULL;
	explained->rows = grown;
	grown += explained->num_rows++;
	*grown = (struct explanation){.line = line};
	return grown;
}

/* take_fields cuts line at its tabs into copies; what is missing is empty. */
static bool take_fields(char *fields[NUM_FIELDS], char *line)
{
	bool taken = true;

	for (size_t i = 0; i < NUM_FIELDS; i++) {
		const char *field = i + 1 < NUM_FIELDS ? strsep(&line, "\t") : line;

		fields[i] = strdup(field ? field : "");
		if (fields[i])
			squeeze(fields[i]);
		taken = taken && fields[i];
	}
	return taken;
}

static enum gng_status check_row(struct explanation *row, const char *class_text, const char *path,
				 struct gng_why *why)
{
	if (!*row->file || !is_kind(row->kind) || !*row->old_line || !*row->reason ||
	    strcmp(row->old_line, row->new_line) == 0)
		return gng_why_set(why, GNG_EFORMAT, 0, "mutants.explained",
				   "%s:%zu: write file, kind, old line, new line, class and reason "
				   "with tabs between them",
				   path, row->line);
	if (!read_class(row, class_text))
		return gng_why_set(why, GNG_EFORMAT, 0, "mutants.explained",
				   "%s:%zu: '%.40s' is no class: write equivalent where nothing "
				   "can tell the mutant apart, else stubborn",
				   path, row->line, class_text);
	return GNG_OK;
}

static enum gng_status parse_row(struct explained *explained, char *line, size_t number,
				 struct gng_why *why)
{
	struct explanation *row = add_row(explained, number);
	char *fields[NUM_FIELDS];
	enum gng_status status;
	bool taken;

	if (!row)
		return mutants_no_memory(why);
	taken = take_fields(fields, line);
	row->file = fields[0];
	row->kind = fields[1];
	row->old_line = fields[2];
	row->new_line = fields[3];
	row->reason = fields[5];
	status = taken ? check_row(row, fields[4], explained->path, why) : mutants_no_memory(why);
	free(fields[4]);
	return status;
}

enum gng_status explained_parse(struct explained *explained, const char *path, const char *text,
				struct gng_why *why)
{
	char *copy = strdup(text), *rest = copy;
	enum gng_status status = GNG_OK;
	size_t number = 0;

	*explained = (struct explained){.path = strdup(path)};
	if (!copy || !explained->path)
		status = mutants_no_memory(why);
	for (char *line; status == GNG_OK && (line = strsep(&rest, "\n"));) {
		number++;
		if (*line && *line != '#')
			status = parse_row(explained, line, number, why);
	}
	free(copy);
	if (status != GNG_OK)
		explained_fini(explained);
	return status;
}

void explained_fini(struct explained *explained)
{
	for (size_t i = 0; i < explained->num_rows; i++) {
		free(explained->rows[i].file);
		free(explained->rows[i].kind);
		free(explained->rows[i].old_line);
		free(explained->rows[i].new_line);
		free(explained->rows[i].reason);
	}
	free(explained->rows);
	free(explained->path);
	*explained = (struct explained){0};
}

static bool describes(const struct explanation *row, const struct source_mutant *mutant)
{
	return strcmp(row->file, mutant->file->name) == 0 &&
	       strcmp(row->kind, gng_edit_kind_name(mutant->edit->kind)) == 0 &&
	       strcmp(row->old_line, mutant->old_line) == 0 &&
	       strcmp(row->new_line, mutant->new_line) == 0;
}

enum gng_status explained_apply(const struct explained *explained, struct source *source,
				struct gng_why *why)
{
	for (size_t i = 0; i < explained->num_rows; i++) {
		const struct explanation *row = &explained->rows[i];
		size_t num = 0;

		for (size_t j = 0; j < source->num_mutants; j++) {
			if (!describes(row, &source->mutants[j]))
				continue;
			if (source->mutants[j].explanation)
				return gng_why_set(why, GNG_EFORMAT, 0, "mutants.explained",
						   "%s:%zu: a line above explains this mutant: "
						   "remove one of them",
						   explained->path, row->line);
			source->mutants[j].explanation = row;
			num++;
		}
		if (num == 0)
			return gng_why_set(why, GNG_EFORMAT, 0, "mutants.explained",
					   "%s:%zu: no mutant is like this any more: remove the "
					   "line or adapt it to the code",
					   explained->path, row->line);
	}
	return GNG_OK;
}

size_t source_keep_explained(struct source *source)
{
	size_t num = 0;

	for (size_t i = 0; i < source->num_mutants; i++) {
		source->mutants[i].chosen &= source->mutants[i].explanation != NULL;
		num += source->mutants[i].chosen;
	}
	source->num_asked = num;
	return num;
}

enum gng_status explained_check(const struct explained *explained, const struct source *source,
				struct gng_why *why)
{
	for (size_t i = 0; i < explained->num_rows; i++) {
		const struct explanation *row = &explained->rows[i];
		size_t num_killed = 0, num_other = 0;

		for (size_t j = 0; j < source->num_mutants; j++) {
			if (!describes(row, &source->mutants[j]))
				continue;
			if (source->mutants[j].outcome == SOURCE_KILLED)
				num_killed++;
			else
				num_other++;
		}
		if (num_killed > 0 && num_other == 0)
			return gng_why_set(
				why, GNG_EFORMAT, 0, "mutants.explained",
				"%s:%zu: the tests kill this mutant now: remove the line",
				explained->path, row->line);
	}
	return GNG_OK;
}
