/* SPDX-License-Identifier: Apache-2.0 */
/* vec.c - opens a file, tells the formats apart, and counts the cases. */
#include "vec_reader.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static enum gng_status no_memory(const char *name, struct gng_why *why)
{
	return gng_why_set(why, GNG_ENOMEM, 0, "vec.open", "%s: no memory", name);
}

/* start recognises the format: of the three, only JSON begins with a brace. */
static enum gng_status start(struct gng_vec *vec, struct gng_why *why)
{
	enum gng_status status = vec_text_check(&vec->text, vec->name, why);

	vec->now.file = vec->name;
	if (status != GNG_OK)
		return status;
	if (vec->text.start[strspn(vec->text.start, " \t\r\n")] == '{')
		return vec_json_open(vec, why);
	return vec_lines_open(vec, why);
}

/* apply_source lets SOURCES declare the number; where the file does too, both must agree. */
static enum gng_status apply_source(struct gng_vec *vec, const struct gng_vec_source *source,
				    struct gng_why *why)
{
	if (vec->is_declared && vec->num_declared != source->num_cases)
		return gng_why_set(why, GNG_EFORMAT, 0, "vec.open",
				   "%s:1: %s declares %" PRIu64 " cases, SOURCES:%" PRIu32
				   " %" PRIu64 ": correct one",
				   vec->name, vec->declared_by, vec->num_declared, source->line,
				   source->num_cases);
	vec->is_declared = true;
	vec->num_declared = source->num_cases;
	vec->declared_by = "SOURCES";
	return GNG_OK;
}

static enum gng_status look_into_sources(struct gng_vec *vec, const char *path, struct gng_why *why)
{
	const char *slash = strrchr(path, '/');
	const char *file = slash ? slash + 1 : path;
	const struct gng_vec_source *source;
	struct gng_vec_sources *sources;
	struct gng_why reason = {GNG_OK, 0, NULL, ""};
	enum gng_status status;
	char *beside;

	if (asprintf(&beside, "%.*sSOURCES", (int)(file - path), path) < 0)
		return no_memory(vec->name, why);
	status = gng_vec_sources_open(&sources, beside, &reason);
	free(beside);
	if (status == GNG_ESYS && (reason.sys_errno == ENOENT || reason.sys_errno == ENOTDIR))
		return GNG_OK; /* a user's file, or /dev/stdin */
	if (status != GNG_OK) {
		if (why)
			*why = reason;
		return status;
	}
	source = gng_vec_sources_find(sources, file);
	if (source)
		status = apply_source(vec, source, why);
	gng_vec_sources_close(sources);
	return status;
}

static enum gng_status finish_open(struct gng_vec **vec, struct gng_vec *opened,
				   enum gng_status status)
{
	if (status == GNG_OK)
		*vec = opened;
	else
		gng_vec_close(opened);
	return status;
}

enum gng_status gng_vec_open(struct gng_vec **vec, const char *path, struct gng_why *why)
{
	struct gng_vec *opened = calloc(1, sizeof(*opened));
	enum gng_status status;

	*vec = NULL;
	if (!opened)
		return no_memory(path, why);
	vec_shown_name(opened->name, path);
	status = vec_text_read(&opened->text, path, why);
	if (status == GNG_OK)
		status = start(opened, why);
	if (status == GNG_OK)
		status = look_into_sources(opened, path, why);
	return finish_open(vec, opened, status);
}

enum gng_status gng_vec_open_text(struct gng_vec **vec, const char *name, const char *text,
				  size_t len, struct gng_why *why)
{
	struct gng_vec *opened = calloc(1, sizeof(*opened));
	enum gng_status status;

	*vec = NULL;
	if (!opened)
		return no_memory(name, why);
	vec_shown_name(opened->name, name);
	status = vec_text_copy(&opened->text, text, len, why);
	if (status == GNG_OK)
		status = start(opened, why);
	return finish_open(vec, opened, status);
}

void gng_vec_close(struct gng_vec *vec)
{
	if (!vec)
		return;
	vec_case_end_section(&vec->now);
	json_decref(vec->json.root);
	vec_text_fini(&vec->text);
	free(vec);
}

static enum gng_status at_end(struct gng_vec *vec, struct gng_why *why)
{
	vec->at_end = true;
	if (!vec->is_declared || vec->num_read == vec->num_declared)
		return GNG_OK;
	return gng_why_set(why, GNG_EFORMAT, 0, "vec.next",
			   "%s:1: %s declares %" PRIu64 " cases, the file has %" PRIu64
			   ": restore the file, or correct the number",
			   vec->name, vec->declared_by, vec->num_declared, vec->num_read);
}

enum gng_status gng_vec_next(struct gng_vec *vec, struct gng_vec_case **found, struct gng_why *why)
{
	enum gng_status status = vec->failed.status;
	bool any = false;

	*found = NULL;
	vec_case_begin(&vec->now);
	if (status == GNG_OK && !vec->at_end) {
		status = vec->next(vec, &any, &vec->failed);
		if (status == GNG_OK && !any)
			status = at_end(vec, &vec->failed);
	}
	if (status != GNG_OK) {
		if (why)
			*why = vec->failed;
		return status;
	}
	if (!any)
		return GNG_OK;
	vec->num_read++;
	if (vec->now.id[0] == '\0')
		snprintf(vec->now.id, sizeof(vec->now.id), "%" PRIu64, vec->num_read);
	*found = &vec->now;
	return GNG_OK;
}

bool gng_vec_declared(const struct gng_vec *vec, uint64_t *num_cases)
{
	*num_cases = vec->num_declared;
	return vec->is_declared;
}

uint64_t gng_vec_num_read(const struct gng_vec *vec)
{
	return vec->num_read;
}
