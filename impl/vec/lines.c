/* SPDX-License-Identifier: Apache-2.0 */
/*
 * lines.c - the two formats made of lines: the project's .vec, and NIST's CAVP response files.
 *
 * They differ in the head alone: a .vec declares its source and its number of cases in the
 * comments before the first case. What ends a case is the same: a blank line, the next COUNT,
 * a section, or the end.
 */
#include "vec_reader.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

static enum gng_status bad(const struct gng_vec *vec, uint32_t line, const char *what,
			   struct gng_why *why)
{
	return gng_why_set(why, GNG_EFORMAT, 0, "vec.next", "%s:%" PRIu32 ": %s", vec->name, line,
			   what);
}

/* ---- the cases ---- */

/* split cuts "name = value" in place; *value is NULL for the one bare word that means
 * something, FAIL. */
static enum gng_status split(const struct gng_vec *vec, char *line, char **value,
			     struct gng_why *why)
{
	char *equals = strchr(line, '=');

	*value = NULL;
	if (!equals && strcmp(line, "FAIL") == 0)
		return GNG_OK;
	if (!equals)
		return gng_why_set(why, GNG_EFORMAT, 0, "vec.next",
				   "%s:%" PRIu32 ": no '=' in '%.32s': write name = value, or begin"
				   " a comment with '#'",
				   vec->name, vec->text.line - 1, line);
	*value = vec_trim(equals + 1, equals + 1 + strlen(equals + 1));
	*equals = '\0';
	vec_trim(line, equals);
	if (*line == '\0')
		return bad(vec, vec->text.line - 1, "no name before the '='", why);
	return GNG_OK;
}

static bool begins_case(const char *line)
{
	const size_t len = strcspn(line, " \t=");

	return len == 5 && strncasecmp(line, "COUNT", 5) == 0 && strchr(line, '=');
}

static enum gng_status add_line(struct gng_vec *vec, char *line, struct gng_why *why)
{
	struct vec_attr attr = {.name = line, .line = vec->text.line - 1};
	const bool is_count = begins_case(line);
	char *value;
	enum gng_status status = split(vec, line, &value, why);

	if (status != GNG_OK)
		return status;
	attr.text = value;
	vec_case_place(&vec->now, attr.line);
	if (!is_count)
		return vec_case_add(&vec->now, &attr, false, why);
	snprintf(vec->now.id, sizeof(vec->now.id), "%s", value);
	return GNG_OK;
}

/* add_section takes "[name = value]" or "[FLAG]". Lines of sections add up until a case ends
 * them: NIST writes five in a row. */
static enum gng_status add_section(struct gng_vec *vec, char *line, struct gng_why *why)
{
	struct vec_attr attr = {.line = vec->text.line - 1};
	char *close = line + strlen(line) - 1, *equals;

	if (*close != ']' || close == line + 1)
		return bad(vec, attr.line, "a section is written [name = value] or [NAME]", why);
	attr.name = line = vec_trim(line + 1, close);
	equals = strchr(line, '=');
	if (equals) {
		attr.text = vec_trim(equals + 1, close);
		*equals = '\0';
		vec_trim(line, equals);
	}
	if (*line == '\0')
		return bad(vec, attr.line, "a section is written [name = value] or [NAME]", why);
	if (vec->section_ended)
		vec_case_end_section(&vec->now);
	vec->section_ended = false;
	return vec_case_add(&vec->now, &attr, true, why);
}

/* take_line puts one line where it belongs; *done if it stands behind the case. */
static enum gng_status take_line(struct gng_vec *vec, char *line, bool *done, struct gng_why *why)
{
	const bool in_case = vec->now.here[0] != '\0';

	*done = false;
	if (*line == '#')
		return GNG_OK;
	if (*line == '\0') {
		*done = in_case;
		return GNG_OK;
	}
	if (in_case && (*line == '[' || begins_case(line))) {
		vec_text_hold(&vec->text, line);
		*done = true;
		return GNG_OK;
	}
	return *line == '[' ? add_section(vec, line, why) : add_line(vec, line, why);
}

static enum gng_status next_case(struct gng_vec *vec, bool *found, struct gng_why *why)
{
	bool done = false;

	for (char *line; !done && (line = vec_text_line(&vec->text));) {
		const enum gng_status status = take_line(vec, line, &done, why);

		if (status != GNG_OK)
			return status;
	}
	*found = vec->now.here[0] != '\0';
	vec->section_ended |= *found;
	return GNG_OK;
}

/* ---- the head ---- */

static const char *head_value(const char *line, const char *word)
{
	const size_t len = strlen(word);

	if (*line++ != '#')
		return NULL;
	line += strspn(line, " \t");
	if (strncmp(line, word, len) != 0)
		return NULL;
	return line + len + strspn(line + len, " \t");
}

struct head {
	bool has_source, has_cases;
};

static enum gng_status read_head_line(struct gng_vec *vec, struct head *head, const char *line,
				      struct gng_why *why)
{
	const uint32_t at = vec->text.line - 1;
	const char *value = head_value(line, "source:");

	if (value) {
		head->has_source = true;
		return *value ? GNG_OK : bad(vec, at, "the source is empty: cite one", why);
	}
	value = head_value(line, "cases:");
	if (!value)
		return GNG_OK;
	if (head->has_cases)
		return bad(vec, at, "'# cases:' stands twice: remove one", why);
	head->has_cases = true;
	if (!vec_parse_count(&vec->num_declared, value))
		return bad(vec, at, "'# cases:' is not followed by a number", why);
	return GNG_OK;
}

static enum gng_status read_head(struct gng_vec *vec, struct head *head, struct gng_why *why)
{
	for (char *line; (line = vec_text_line(&vec->text));) {
		enum gng_status status;

		if (*line && *line != '#') {
			vec_text_hold(&vec->text, line);
			return GNG_OK;
		}
		status = read_head_line(vec, head, line, why);
		if (status != GNG_OK)
			return status;
	}
	return GNG_OK;
}

enum gng_status vec_lines_open(struct gng_vec *vec, struct gng_why *why)
{
	struct head head = {false, false};
	enum gng_status status = read_head(vec, &head, why);

	vec->next = next_case;
	if (status != GNG_OK || (!head.has_source && !head.has_cases))
		return status;
	vec->is_declared = true;
	vec->declared_by = "'# cases:'";
	if (!head.has_source)
		return bad(vec, 1, "no line '# source: ...' before the first case: cite one", why);
	if (!head.has_cases)
		return bad(vec, 1, "no line '# cases: N' before the first case: declare N", why);
	return GNG_OK;
}
