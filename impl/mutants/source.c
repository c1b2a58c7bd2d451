/* SPDX-License-Identifier: Apache-2.0 */
/* source.c - the mutants of one subsystem's source, in a fixed order and with stable ids. */
#include "mutants_source.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mutants_files.h"

const char *source_outcome_name(enum source_outcome outcome)
{
	static const char *const names[SOURCE_NUM_OUTCOMES] = {
		"unknown",    "doubtful",  "killed",   "survived",
		"equivalent", "stillborn", "unreached"};

	return (unsigned int)outcome < SOURCE_NUM_OUTCOMES ? names[outcome] : "?";
}

/* ---- lines ---- */

/* line_of returns line number of text with its white space made single (caller frees). */
static char *line_of(const char *text, size_t number)
{
	size_t len, kept = 0;
	char *line;

	while (--number > 0)
		text += strcspn(text, "\n") + 1;
	len = strcspn(text, "\n");
	line = malloc(len + 1);
	for (size_t i = 0; line && i < len; i++) {
		const bool space = isspace((unsigned char)text[i]);

		if (!space)
			line[kept++] = text[i];
		else if (kept > 0 && line[kept - 1] != ' ')
			line[kept++] = ' ';
	}
	if (line)
		line[kept > 0 && line[kept - 1] == ' ' ? kept - 1 : kept] = '\0';
	return line;
}

/* head_of returns the line where the function begins whose body opens on a line: the last one
 * before it that is neither indented nor a comment's, a directive's or another body's end. */
static size_t head_of(const char *text, size_t line)
{
	size_t head = line;

	for (size_t at = 1; at < line; at++) {
		if (!strchr(" \t\n#{}/", *text))
			head = at;
		text += strcspn(text, "\n") + 1;
	}
	return head;
}

/* name_body puts the function before the brace that its body opens with: braces are all alike, and
 * a reason for one would explain them all. */
static bool name_body(struct source_mutant *mutant)
{
	const char *text = mutant->file->text;
	char *head = line_of(text, head_of(text, mutant->edit->line));
	char *old_line = head ? mutants_format("%s %s", head, mutant->old_line) : NULL;
	char *new_line = head ? mutants_format("%s %s", head, mutant->new_line) : NULL;

	free(head);
	free(mutant->old_line);
	free(mutant->new_line);
	mutant->old_line = old_line;
	mutant->new_line = new_line;
	return old_line && new_line;
}

static bool describe(struct source_mutant *mutant)
{
	const struct gng_edit *edit = mutant->edit;
	char *mutated = gng_edit_apply(edit, mutant->file->text);

	mutant->id = mutants_format("%s:%zu:%s:%zu", mutant->file->name, edit->line,
				    gng_edit_kind_name(edit->kind), edit->ordinal);
	mutant->old_line = line_of(mutant->file->text, edit->line);
	mutant->new_line = mutated ? line_of(mutated, edit->line) : NULL;
	mutant->statement = statements_at(&mutant->file->statements, edit->offset);
	mutant->chosen = true;
	free(mutated);
	if (!mutant->id || !mutant->old_line || !mutant->new_line)
		return false;
	return strcmp(mutant->old_line, "{") != 0 || name_body(mutant);
}

/* ---- the key ---- */

#define START UINT64_C(0xcbf29ce484222325)

/* mix is FNV-1a over 64 bits: it tells an edited tree from itself, not an attacker's. */
static void mix(uint64_t *hash, const char *bytes, size_t len)
{
	for (size_t i = 0; i < len; i++)
		*hash = (*hash ^ (unsigned char)bytes[i]) * UINT64_C(0x100000001b3);
}

/* decides: the reasons of survivors and the mutants written by hand change no outcome. */
static bool decides(const char *name)
{
	const char *dot = strrchr(name, '.');

	return strcmp(name, "survivors.tsv") != 0 && !(dot && strcmp(dot, ".mutants") == 0);
}

/* is_of: the file is of the program with that stem ("": of any), or a header that it may
 * include. */
static bool is_of(const char *name, const char *stem)
{
	const size_t len = strlen(stem), all = strlen(name);

	return len == 0 || (strncmp(name, stem, len) == 0 && strchr("._", name[len])) ||
	       (all > 2 && strcmp(name + all - 2, ".h") == 0);
}

static void mix_folder(uint64_t *hash, const char *tree, const char *kind, const char *name,
		       const char *stem)
{
	char *folder = mutants_format("%s/%s/%s", tree, kind, name);
	size_t num, len;
	char **names = folder ? mutants_list(&num, folder, "") : NULL;

	for (size_t i = 0; names && i < num; i++) {
		char *path = mutants_format("%s/%s", folder, names[i]);
		const bool taken = decides(names[i]) && is_of(names[i], stem);
		char *bytes = path && taken ? mutants_read(path, &len) : NULL;

		if (taken)
			mix(hash, names[i], strlen(names[i]) + 1);
		if (bytes)
			mix(hash, bytes, len);
		free(bytes);
		free(path);
		free(names[i]);
	}
	free(names);
	free(folder);
}

static const char *needs_of(const struct gng_plan *plan, const char *subsystem)
{
	for (size_t i = 0; i < plan->num_subsystems; i++)
		if (strcmp(plan->subsystems[i].name, subsystem) == 0)
			return plan->subsystems[i].needs;
	return "";
}

/* mix_needs takes in what the subsystem needs, and what that needs: folders may repeat. */
static void mix_needs(uint64_t *hash, const char *tree, const struct gng_plan *plan,
		      const char *subsystem)
{
	char *unseen = mutants_format("%s vec probe", needs_of(plan, subsystem));
	size_t steps = 0;

	for (char *word = unseen; word && *word && steps < 64; steps++) {
		const size_t len = strcspn(word, " ");
		char *name = strndup(word, len);
		char *more = name ? mutants_format("%s %s", word + len + strspn(word + len, " "),
						   needs_of(plan, name))
				  : NULL;

		if (name)
			mix_folder(hash, tree, "impl", name, "");
		free(name);
		free(unseen);
		unseen = more;
		word = unseen ? unseen + strspn(unseen, " ") : NULL;
	}
	free(unseen);
}

static void write_key(char key[17], uint64_t hash)
{
	snprintf(key, 17, "%016" PRIx64, hash);
}

/* mix_fixed takes in all but the files of single test programs. */
static void mix_fixed(uint64_t *hash, const char *tree, const struct gng_plan *plan,
		      const char *subsystem)
{
	mix_folder(hash, tree, "impl", subsystem, "");
	mix_folder(hash, tree, "vectors", subsystem, "");
	mix_folder(hash, tree, ".", "conformance", "");
	mix_folder(hash, tree, ".", "fuzz", "");
	mix_needs(hash, tree, plan, subsystem);
}

void source_key(char key[17], const char *tree, const struct gng_plan *plan, const char *subsystem)
{
	uint64_t hash = START;

	mix_fixed(&hash, tree, plan, subsystem);
	mix_folder(&hash, tree, "conformance", subsystem, "");
	mix_folder(&hash, tree, "fuzz", subsystem, "");
	write_key(key, hash);
}

/* ---- the keys of outcomes ---- */

/* add_program takes a file for the program of a test if its name is <stem>_test.c or
 * <stem>_fuzz.c. */
static bool add_program(struct source *source, const char *tree, const char *suite,
			const char *file)
{
	const char *end = strrchr(file, '_');
	struct source_program *program = &source->programs[source->num_programs];
	uint64_t hash = START;
	char *stem;

	if (!end || (strcmp(end, "_test.c") != 0 && strcmp(end, "_fuzz.c") != 0))
		return true;
	stem = strndup(file, (size_t)(end - file));
	program->name = stem ? mutants_format("%s.%s.%s", suite, source->subsystem, stem) : NULL;
	source->num_programs += program->name != NULL;
	if (stem)
		mix_folder(&hash, tree, suite, source->subsystem, stem);
	write_key(program->key, hash);
	free(stem);
	return program->name != NULL;
}

static bool add_programs(struct source *source, const char *tree, const char *suite)
{
	char *folder = mutants_format("%s/%s/%s", tree, suite, source->subsystem);
	size_t num = 0;
	char **names = folder ? mutants_list(&num, folder, ".c") : NULL;
	struct source_program *grown =
		realloc(source->programs, (source->num_programs + num + 1) * sizeof(*grown));
	bool added = folder && grown;

	if (grown)
		source->programs = grown;
	for (size_t i = 0; i < num; i++) {
		added = added && add_program(source, tree, suite, names[i]);
		free(names[i]);
	}
	free(names);
	free(folder);
	return added;
}

static enum gng_status find_keys(struct source *source, const char *tree,
				 const struct gng_plan *plan, struct gng_why *why)
{
	uint64_t hash = START;

	source_key(source->key, tree, plan, source->subsystem);
	mix_fixed(&hash, tree, plan, source->subsystem);
	write_key(source->fixed_key, hash);
	if (add_programs(source, tree, "conformance") && add_programs(source, tree, "fuzz"))
		return GNG_OK;
	return mutants_no_memory(why);
}

const char *source_outcome_key(const struct source *source, const struct source_mutant *mutant)
{
	if (mutant->outcome == SOURCE_EQUIVALENT || mutant->outcome == SOURCE_STILLBORN)
		return "-";
	for (size_t i = 0; i < source->num_programs && mutant->killer; i++) {
		const size_t len = strlen(source->programs[i].name);

		if (strncmp(source->programs[i].name, mutant->killer, len) == 0 &&
		    mutant->killer[len] == '.')
			return source->programs[i].key;
	}
	return source->key;
}

/* ---- open and close ---- */

static enum gng_status read_source(struct source *source, const char *tree, const char *name,
				   struct gng_why *why)
{
	struct source_file *file = &source->files[source->num_files];
	char *path;
	size_t len;

	file->name = mutants_format("impl/%s/%s", source->subsystem, name);
	path = file->name ? mutants_format("%s/%s", tree, file->name) : NULL;
	file->text = path ? mutants_read(path, &len) : NULL;
	source->num_files++;
	free(path);
	if (!file->text)
		return gng_why_set(why, GNG_ESYS, 0, "mutants.source", "%s cannot be read", name);
	if (!statements_read(&file->statements, file->text))
		return mutants_no_memory(why);
	return gng_edits_of(&file->edits, &file->num_edits, file->text, why);
}

/* is_source: a public header is no place for a bug, since those who test include it, too. */
static bool is_source(const char *name)
{
	const char *dot = strrchr(name, '.');

	return dot && (strcmp(dot, ".c") == 0 ||
		       (strcmp(dot, ".h") == 0 && strncmp(name, "gng_", 4) != 0));
}

static enum gng_status list_mutants(struct source *source, struct gng_why *why)
{
	size_t num = 0;

	for (size_t i = 0; i < source->num_files; i++)
		num += source->files[i].num_edits;
	source->mutants = calloc(num + 1, sizeof(*source->mutants));
	if (!source->mutants)
		return mutants_no_memory(why);
	for (size_t i = 0; i < source->num_files; i++) {
		for (size_t j = 0; j < source->files[i].num_edits; j++) {
			struct source_mutant *mutant = &source->mutants[source->num_mutants++];

			mutant->file = &source->files[i];
			mutant->edit = &source->files[i].edits[j];
			if (!describe(mutant))
				return mutants_no_memory(why);
		}
	}
	source->num_asked = source->num_mutants;
	return GNG_OK;
}

enum gng_status source_open(struct source *source, const char *tree, const struct gng_plan *plan,
			    const char *subsystem, struct gng_why *why)
{
	char *folder = mutants_format("%s/impl/%s", tree, subsystem);
	enum gng_status status = GNG_OK;
	size_t num;
	char **names = folder ? mutants_list(&num, folder, "") : NULL;

	*source = (struct source){0};
	snprintf(source->subsystem, sizeof(source->subsystem), "%s", subsystem);
	free(folder);
	if (!names)
		return gng_why_set(why, GNG_EINVAL, 0, "mutants.source",
				   "impl/%s has no C source: gonogo list names the subsystems",
				   subsystem);
	source->files = calloc(num, sizeof(*source->files));
	for (size_t i = 0; i < num; i++) {
		if (status == GNG_OK && source->files && is_source(names[i]))
			status = read_source(source, tree, names[i], why);
		free(names[i]);
	}
	free(names);
	if (status == GNG_OK)
		status = source->files ? list_mutants(source, why) : mutants_no_memory(why);
	if (status == GNG_OK)
		status = find_keys(source, tree, plan, why);
	if (status != GNG_OK)
		source_close(source);
	return status;
}

void source_close(struct source *source)
{
	for (size_t i = 0; i < source->num_mutants; i++) {
		free(source->mutants[i].id);
		free(source->mutants[i].old_line);
		free(source->mutants[i].new_line);
		free(source->mutants[i].killer);
	}
	for (size_t i = 0; i < source->num_files; i++) {
		free(source->files[i].name);
		free(source->files[i].text);
		gng_edits_free(source->files[i].edits, source->files[i].num_edits);
		statements_fini(&source->files[i].statements);
	}
	for (size_t i = 0; i < source->num_programs; i++)
		free(source->programs[i].name);
	free(source->programs);
	free(source->mutants);
	free(source->files);
	*source = (struct source){0};
}

size_t source_num_chosen(const struct source *source)
{
	size_t num = 0;

	for (size_t i = 0; i < source->num_mutants; i++)
		num += source->mutants[i].chosen;
	return num;
}

bool source_is_due(const struct source *source, enum source_outcome due,
		   const struct source_file *file)
{
	for (size_t i = 0; i < source->num_mutants; i++)
		if (source->mutants[i].chosen && source->mutants[i].outcome == due &&
		    (!file || source->mutants[i].file == file))
			return true;
	return false;
}

size_t source_sample(struct source *source, size_t limit)
{
	const size_t num = source_num_chosen(source);
	size_t index = 0, kept = 0;

	if (num <= limit)
		return num;
	/* the index-th of num is kept where index * limit / num steps to a new number */
	for (size_t i = 0; i < source->num_mutants; i++) {
		if (!source->mutants[i].chosen)
			continue;
		source->mutants[i].chosen = (index + 1) * limit / num > index * limit / num;
		kept += source->mutants[i].chosen;
		index++;
	}
	return kept;
}
