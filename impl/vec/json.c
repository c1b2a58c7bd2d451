/* SPDX-License-Identifier: Apache-2.0 */
/*
 * json.c - Wycheproof's JSON (github.com/C2SP/wycheproof, doc/files.md): testGroups, each with
 * members that its tests inherit. The tree comes from jansson, which keeps no lines, so those
 * of the cases are found by a walk through the text, from one "tcId" to the next.
 */
#include "vec_reader.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static enum gng_status bad(const struct gng_vec *vec, const char *what, struct gng_why *why)
{
	return gng_why_set(why, GNG_EFORMAT, 0, "vec.next", "%s:%" PRIu32 ": %s", vec->name,
			   vec->json.line, what);
}

/* ---- lines ---- */

/* skip_string returns the byte behind the string whose opening quote stands at c. The text is
 * valid JSON, so it ends, and no newline is inside. */
static const char *skip_string(const char *c)
{
	for (c++; *c != '"'; c++)
		if (*c == '\\')
			c++;
	return c + 1;
}

/* is_id says whether c, behind the key "tcId", goes on with ": id". */
static bool is_id(const char *c, json_int_t id)
{
	char *end;

	c += strspn(c, " \t\r\n");
	return *c == ':' && strtoll(c + 1, &end, 10) == id && end != c + 1;
}

/*
 * find_line moves json->at and json->line to the member "tcId": id. If there is none, for a key
 * can be written with escapes, the search is over: starting again for each test would take time
 * quadratic in the length. The cases then carry the line of the last one found.
 */
static void find_line(struct vec_json *json, json_int_t id)
{
	uint32_t line = json->line;
	const char *c = json->at, *key;

	while (*c) {
		line += *c == '\n';
		if (*c != '"') {
			c++;
			continue;
		}
		key = c;
		c = skip_string(c);
		if (c - key == 6 && memcmp(key, "\"tcId\"", 6) == 0 && is_id(c, id)) {
			json->line = line;
			break;
		}
	}
	json->at = c;
}

/* ---- members to attributes ---- */

/* set_text gives the value's text: a string as it is, everything else in JSON. */
static bool set_text(struct vec_attr *attr, const json_t *value)
{
	if (json_is_string(value)) {
		attr->text = json_string_value(value);
		return true;
	}
	attr->owned = json_dumps(value, JSON_COMPACT | JSON_ENCODE_ANY);
	attr->text = attr->owned;
	return attr->owned != NULL;
}

/* add_members adds the members of a group or a test, without the one called except. */
static enum gng_status add_members(struct gng_vec *vec, json_t *object, const char *except,
				   bool inherited, struct gng_why *why)
{
	const char *name;
	json_t *value;

	json_object_foreach(object, name, value)
	{
		struct vec_attr attr = {.name = name, .line = vec->json.line};
		enum gng_status status;

		if (strcmp(name, except) == 0)
			continue;
		if (!set_text(&attr, value))
			return gng_why_set(why, GNG_ENOMEM, 0, "vec.next", "%s: no memory",
					   vec->name);
		status = vec_case_add(&vec->now, &attr, inherited, why);
		if (status != GNG_OK) {
			free(attr.owned);
			return status;
		}
	}
	return GNG_OK;
}

/* ---- cases ---- */

static enum gng_status begin_group(struct gng_vec *vec, json_t **tests, struct gng_why *why)
{
	json_t *group = json_array_get(vec->json.groups, vec->json.group);

	*tests = json_object_get(group, "tests");
	if (!json_is_object(group) || !json_is_array(*tests))
		return bad(vec, "a test group must be an object with an array 'tests'", why);
	if (vec->json.test > 0)
		return GNG_OK;
	vec_case_end_section(&vec->now);
	return add_members(vec, group, "tests", true, why);
}

static enum gng_status read_test(struct gng_vec *vec, json_t *test, struct gng_why *why)
{
	json_t *id = json_object_get(test, "tcId");

	if (!json_is_object(test))
		return bad(vec, "a test must be an object", why);
	if (!json_is_integer(id))
		return bad(vec, "a test has no number 'tcId': add one", why);
	find_line(&vec->json, json_integer_value(id));
	snprintf(vec->now.id, sizeof(vec->now.id), "%" JSON_INTEGER_FORMAT, json_integer_value(id));
	vec_case_place(&vec->now, vec->json.line);
	return add_members(vec, test, "tcId", false, why);
}

static enum gng_status next_case(struct gng_vec *vec, bool *found, struct gng_why *why)
{
	*found = false;
	for (; vec->json.group < json_array_size(vec->json.groups); vec->json.group++) {
		json_t *tests;
		enum gng_status status = begin_group(vec, &tests, why);

		if (status != GNG_OK)
			return status;
		if (vec->json.test < json_array_size(tests)) {
			*found = true;
			return read_test(vec, json_array_get(tests, vec->json.test++), why);
		}
		vec->json.test = 0;
	}
	return GNG_OK;
}

enum gng_status vec_json_open(struct gng_vec *vec, struct gng_why *why)
{
	const size_t len = (size_t)(vec->text.end - vec->text.start);
	json_error_t error;
	json_t *declared;

	vec->next = next_case;
	vec->json.at = vec->text.start;
	vec->json.line = 1;
	if (len > GNG_VEC_MAX_JSON_LEN)
		return gng_why_set(why, GNG_EFORMAT, 0, "vec.open",
				   "%s:1: JSON of more than %zu MiB: split it into several files",
				   vec->name, GNG_VEC_MAX_JSON_LEN >> 20);
	vec->json.root = json_loadb(vec->text.start, len, JSON_REJECT_DUPLICATES, &error);
	if (!vec->json.root)
		return gng_why_set(why, GNG_EFORMAT, 0, "vec.open", "%s:%d: no valid JSON: %s",
				   vec->name, error.line, error.text);
	vec->json.groups = json_object_get(vec->json.root, "testGroups");
	declared = json_object_get(vec->json.root, "numberOfTests");
	if (!json_is_array(vec->json.groups))
		return bad(vec, "no array 'testGroups': of JSON only Wycheproof's is read", why);
	if (!json_is_integer(declared) || json_integer_value(declared) < 0)
		return bad(vec, "no number 'numberOfTests': declare how many tests there are", why);
	vec->is_declared = true;
	vec->num_declared = (uint64_t)json_integer_value(declared);
	vec->declared_by = "'numberOfTests'";
	return GNG_OK;
}
