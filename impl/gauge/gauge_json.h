/* SPDX-License-Identifier: Apache-2.0 */
/*
 * gauge_json.h - JSON that is whole or not at all: without memory, jansson's calls leave one member
 * out, and evidence with a gap looks like evidence of something else. Private.
 */
#ifndef GAUGE_JSON_H
#define GAUGE_JSON_H

#include <stdlib.h>

#include <jansson.h>

/* gauge_json_keep frees *json and makes it NULL unless the call that returned failed was well. */
static inline void gauge_json_keep(json_t **json, int failed)
{
	if (!failed)
		return;
	json_decref(*json);
	*json = NULL;
}

/* gauge_json_add appends value to *array, which is NULL once one of them was. */
static inline void gauge_json_add(json_t **array, json_t *value)
{
	gauge_json_keep(array, json_array_append_new(*array, value));
}

/* gauge_json_set sets a member of *object, which is NULL once one of the values was. */
static inline void gauge_json_set(json_t **object, const char *key, json_t *value)
{
	gauge_json_keep(object, json_object_set_new(*object, key, value));
}

/* gauge_json_text returns the text (caller frees), or NULL. json_dumps of jansson 2.14 leaves out a
 * quote for which its buffer found no memory, and succeeds. */
static inline char *gauge_json_text(const json_t *json, size_t flags)
{
	const size_t len = json_dumpb(json, NULL, 0, flags);
	char *text = len > 0 ? malloc(len + 1) : NULL;

	if (!text)
		return NULL;
	text[len] = '\0';
	if (json_dumpb(json, text, len, flags) == len)
		return text;
	free(text);
	return NULL;
}

#endif /* GAUGE_JSON_H */
