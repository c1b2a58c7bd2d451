/* SPDX-License-Identifier: Apache-2.0 */
/* sources.c - SOURCES: where the foreign files of a folder come from, and what is in them. */
#include "vec_reader.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define MAX_FILES 4096 /* names must be compared with each other */

struct gng_vec_sources {
	char name[VEC_NAME_LEN];
	struct vec_text text;
	size_t num, cap;
	struct gng_vec_source *blocks;
};

/* The block that is being read; cases stays a text until it ends. */
struct block {
	struct gng_vec_source source;
	const char *cases;
	uint32_t line; /* of its first line; 0 between blocks */
};

static enum gng_status bad(const struct gng_vec_sources *sources, uint32_t line, const char *what,
			   const char *name, struct gng_why *why)
{
	return gng_why_set(why, GNG_EFORMAT, 0, "vec.sources", "%s:%" PRIu32 ": %s'%.32s'",
			   sources->name, line, what, name);
}

/* field returns the place of the value that stands behind "name:" in the block, or NULL. */
static const char **field(struct block *block, const char *name)
{
	const struct {
		const char *name, **value;
	} fields[] = {
		{"file", &block->source.file},
		{"origin", &block->source.origin},
		{"licence", &block->source.licence},
		{"sha256", &block->source.sha256},
		{"cases", &block->cases},
	};

	for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++)
		if (strcmp(fields[i].name, name) == 0)
			return fields[i].value;
	return NULL;
}

static enum gng_status take_line(struct gng_vec_sources *sources, struct block *block, char *line,
				 struct gng_why *why)
{
	const uint32_t at = sources->text.line - 1;
	char *colon = strchr(line, ':');
	const char **value;

	if (!colon)
		return bad(sources, at, "write name: value, not ", line, why);
	*colon = '\0';
	vec_trim(line, colon);
	value = field(block, line);
	if (!value)
		return bad(sources, at, "none of file, origin, licence, sha256, cases: ", line,
			   why);
	if (*value)
		return bad(sources, at, "put a blank line between two blocks; second ", line, why);
	*value = vec_trim(colon + 1, colon + 1 + strlen(colon + 1));
	if (**value == '\0')
		return bad(sources, at, "there is no value behind ", line, why);
	if (block->line == 0)
		block->line = at;
	if (value == &block->source.file)
		block->source.line = at;
	return GNG_OK;
}

static bool is_sha256(const char *text)
{
	return strlen(text) == 64 && strspn(text, "0123456789abcdef") == 64;
}

static enum gng_status check_block(struct gng_vec_sources *sources, struct block *block,
				   struct gng_why *why)
{
	static const char *const names[] = {"file", "origin", "licence", "sha256", "cases"};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (!*field(block, names[i]))
			return bad(sources, block->line, "the block that begins here lacks ",
				   names[i], why);
	if (strchr(block->source.file, '/'))
		return bad(sources, block->source.line,
			   "a file beside SOURCES has no folder: ", block->source.file, why);
	if (!is_sha256(block->source.sha256))
		return bad(sources, block->line,
			   "not 64 lower-case hex digits: ", block->source.sha256, why);
	if (!vec_parse_count(&block->source.num_cases, block->cases))
		return bad(sources, block->line, "not a number of cases: ", block->cases, why);
	if (gng_vec_sources_find(sources, block->source.file))
		return bad(sources, block->source.line,
			   "has two blocks; remove one: ", block->source.file, why);
	if (sources->num == MAX_FILES)
		return bad(sources, block->line, "more than 4096 files; split the folder at ",
			   block->source.file, why);
	return GNG_OK;
}

static enum gng_status end_block(struct gng_vec_sources *sources, struct block *block,
				 struct gng_why *why)
{
	enum gng_status status;

	if (block->line == 0)
		return GNG_OK;
	status = check_block(sources, block, why);
	if (status != GNG_OK)
		return status;
	if (sources->num == sources->cap) {
		const size_t cap = 2 * sources->cap + 16;
		void *grown = realloc(sources->blocks, cap * sizeof(*sources->blocks));

		if (!grown)
			return gng_why_set(why, GNG_ENOMEM, 0, "vec.sources", "%s: no memory",
					   sources->name);
		sources->blocks = grown;
		sources->cap = cap;
	}
	sources->blocks[sources->num++] = block->source;
	memset(block, 0, sizeof(*block));
	return GNG_OK;
}

static enum gng_status read_blocks(struct gng_vec_sources *sources, struct gng_why *why)
{
	struct block block = {.line = 0};
	enum gng_status status = vec_text_check(&sources->text, sources->name, why);

	for (char *line; status == GNG_OK && (line = vec_text_line(&sources->text));) {
		if (*line == '\0')
			status = end_block(sources, &block, why);
		else if (*line != '#')
			status = take_line(sources, &block, line, why);
	}
	return status == GNG_OK ? end_block(sources, &block, why) : status;
}

static enum gng_status open_any(struct gng_vec_sources **sources, const char *name,
				const char *text, size_t len, struct gng_why *why)
{
	struct gng_vec_sources *opened = calloc(1, sizeof(*opened));
	enum gng_status status;

	*sources = NULL;
	if (!opened)
		return gng_why_set(why, GNG_ENOMEM, 0, "vec.sources", "%s: no memory", name);
	vec_shown_name(opened->name, name);
	status = text ? vec_text_copy(&opened->text, text, len, why)
		      : vec_text_read(&opened->text, name, why);
	if (status == GNG_OK)
		status = read_blocks(opened, why);
	if (status == GNG_OK)
		*sources = opened;
	else
		gng_vec_sources_close(opened);
	return status;
}

enum gng_status gng_vec_sources_open(struct gng_vec_sources **sources, const char *path,
				     struct gng_why *why)
{
	return open_any(sources, path, NULL, 0, why);
}

enum gng_status gng_vec_sources_open_text(struct gng_vec_sources **sources, const char *name,
					  const char *text, size_t len, struct gng_why *why)
{
	return open_any(sources, name, text ? text : "", len, why);
}

const struct gng_vec_source *gng_vec_sources_at(const struct gng_vec_sources *sources, size_t i)
{
	return i < sources->num ? &sources->blocks[i] : NULL;
}

const struct gng_vec_source *gng_vec_sources_find(const struct gng_vec_sources *sources,
						  const char *file)
{
	for (size_t i = 0; i < sources->num; i++)
		if (strcmp(sources->blocks[i].file, file) == 0)
			return &sources->blocks[i];
	return NULL;
}

void gng_vec_sources_close(struct gng_vec_sources *sources)
{
	if (!sources)
		return;
	vec_text_fini(&sources->text);
	free(sources->blocks);
	free(sources);
}
