/* SPDX-License-Identifier: Apache-2.0 */
/* coverage.c - which test executes which line, from gcov's JSON. */
#include "mutants_coverage.h"

#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "mutants_files.h"

#define MAX_LINES 1000000 /* of a file; more is no C source but an attack on memory */

void coverage_init(struct coverage *coverage, size_t num_tests)
{
	*coverage = (struct coverage){.num_tests = num_tests};
}

void coverage_fini(struct coverage *coverage)
{
	for (size_t i = 0; i < coverage->num_files; i++) {
		free(coverage->files[i].name);
		free(coverage->files[i].known);
		free(coverage->files[i].hits);
	}
	free(coverage->files);
	*coverage = (struct coverage){0};
}

/* ---- files and lines ---- */

static struct coverage_file *file_named(struct coverage *coverage, const char *name)
{
	struct coverage_file *grown;

	for (size_t i = 0; i < coverage->num_files; i++)
		if (strcmp(coverage->files[i].name, name) == 0)
			return &coverage->files[i];
	grown = realloc(coverage->files, (coverage->num_files + 1) * sizeof(*grown));
	if (!grown)
		return NULL;
	coverage->files = grown;
	grown += coverage->num_files;
	*grown = (struct coverage_file){.name = strdup(name)};
	coverage->num_files += grown->name != NULL;
	return grown->name ? grown : NULL;
}

static bool reserve(struct coverage_file *file, size_t num_lines, size_t num_tests)
{
	const size_t old = file->num_lines;
	void *moved;

	if (num_lines <= old)
		return true;
	if (!(moved = realloc(file->known, num_lines * sizeof(*file->known))))
		return false;
	file->known = moved;
	if (!(moved = realloc(file->hits, num_lines * num_tests + 1)))
		return false;
	file->hits = moved;
	memset(file->known + old, 0, (num_lines - old) * sizeof(*file->known));
	memset(file->hits + old * num_tests, 0, (num_lines - old) * num_tests);
	file->num_lines = num_lines;
	return true;
}

static size_t line_in(const json_t *object, const char *name)
{
	const json_int_t line = json_integer_value(json_object_get(object, name));

	return line > 0 && line < MAX_LINES ? (size_t)line : 0;
}

static bool add_lines(struct coverage_file *file, const json_t *lines, size_t num_tests,
		      size_t test)
{
	const json_t *entry;
	size_t index;

	json_array_foreach(lines, index, entry)
	{
		const size_t line = line_in(entry, "line_number");

		if (!reserve(file, line + 1, num_tests))
			return false;
		file->known[line] = line > 0;
		if (json_integer_value(json_object_get(entry, "count")) > 0)
			file->hits[line * num_tests + test] = 1;
	}
	return true;
}

static enum gng_status add_document(struct coverage *coverage, size_t test, const json_t *document,
				    struct gng_why *why)
{
	const json_t *files = json_object_get(document, "files"), *entry;
	size_t index;

	if (!json_is_array(files))
		return gng_why_set(why, GNG_EFORMAT, 0, "mutants.coverage",
				   "gcov's output has no list of files: gcov 9 or later writes it");
	json_array_foreach(files, index, entry)
	{
		const char *name = json_string_value(json_object_get(entry, "file"));
		struct coverage_file *file = name ? file_named(coverage, name) : NULL;

		if (!file ||
		    !add_lines(file, json_object_get(entry, "lines"), coverage->num_tests, test))
			return gng_why_set(why, GNG_EFORMAT, 0, "mutants.coverage",
					   "gcov's output names no file, or memory ran out");
	}
	return GNG_OK;
}

enum gng_status coverage_add(struct coverage *coverage, size_t test, const char *json,
			     struct gng_why *why)
{
	enum gng_status status = GNG_OK;

	while (status == GNG_OK && *json) {
		const size_t len = strcspn(json, "\n");
		json_t *document = len ? json_loadb(json, len, 0, NULL) : NULL;

		if (len > 0)
			status = add_document(coverage, test, document, why);
		json_decref(document);
		json += len + (json[len] == '\n');
	}
	return status;
}

static bool join_file(struct coverage *coverage, size_t test, const struct coverage_file *from)
{
	struct coverage_file *file = file_named(coverage, from->name);

	if (!file || !reserve(file, from->num_lines, coverage->num_tests))
		return false;
	for (size_t line = 0; line < from->num_lines; line++) {
		file->known[line] = file->known[line] || from->known[line];
		file->hits[line * coverage->num_tests + test] |= from->hits[line];
	}
	return true;
}

enum gng_status coverage_join(struct coverage *coverage, size_t test, const struct coverage *one,
			      struct gng_why *why)
{
	for (size_t i = 0; i < one->num_files; i++)
		if (!join_file(coverage, test, &one->files[i]))
			return mutants_no_memory(why);
	return GNG_OK;
}

/* ---- questions ---- */

/* is_file: gcov may put folders before the name. */
static bool is_file(const char *path, const char *name)
{
	const size_t path_len = strlen(path), len = strlen(name);

	return path_len >= len && strcmp(path + path_len - len, name) == 0 &&
	       (path_len == len || path[path_len - len - 1] == '/');
}

void coverage_everywhere(struct coverage *coverage, size_t test)
{
	for (size_t i = 0; i < coverage->num_files; i++)
		for (size_t line = 0; line < coverage->files[i].num_lines; line++)
			coverage->files[i].hits[line * coverage->num_tests + test] = 1;
}

static const struct coverage_file *file_called(const struct coverage *coverage, const char *name)
{
	const struct coverage_file *file = NULL;

	for (size_t i = 0; i < coverage->num_files; i++)
		if (is_file(coverage->files[i].name, name))
			file = &coverage->files[i];
	return file;
}

/* add_hits takes in the counted lines of a statement; false if it has none. */
static bool add_hits(const struct coverage_file *file, unsigned char *hits, size_t num_tests,
		     const struct statement *statement)
{
	bool known = false;

	for (size_t line = statement->first; line <= statement->last && line < file->num_lines;
	     line++) {
		known = known || file->known[line];
		for (size_t i = 0; i < num_tests && file->known[line]; i++)
			hits[i] |= file->hits[line * num_tests + i];
	}
	return known;
}

bool coverage_of(const struct coverage *coverage, unsigned char *hits, const char *name,
		 const struct statements *statements, size_t index)
{
	const struct coverage_file *file = file_called(coverage, name);

	memset(hits, 0, coverage->num_tests);
	for (; file && index != NO_STATEMENT; index = statements->items[index].before)
		if (add_hits(file, hits, coverage->num_tests, &statements->items[index]))
			return true;
	return false;
}
