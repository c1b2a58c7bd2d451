/* SPDX-License-Identifier: Apache-2.0 */
/*
 * markup.h - reads a page as a strict parser would: every element closed in order, every
 * attribute quoted, every figure of a chart inside it.
 */
#ifndef SIGNOFF_MARKUP_H
#define SIGNOFF_MARKUP_H

#include "../suite.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MARKUP_DEPTH 64

struct markup {
	char open[MARKUP_DEPTH][16];
	size_t depth, num_elements;
};

static inline bool markup_is_void(const char *name)
{
	return strcmp(name, "meta") == 0 || strcmp(name, "br") == 0 || strcmp(name, "wbr") == 0;
}

/* markup_attributes steps over name="value" pairs and returns the end of the tag. */
static inline const char *markup_attributes(const char *at)
{
	while (*at == ' ') {
		at += 1 + strspn(at + 1,
				 "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-0123456789");
		if (*at != '=')
			continue; /* an attribute without value, such as open */
		assert_int_equal(at[1], '"');
		at += 2 + strcspn(at + 2, "\"<>");
		assert_int_equal(*at, '"');
		at++;
	}
	return at;
}

static inline const char *markup_close(struct markup *markup, const char *at)
{
	char name[16];

	assert_int_equal(sscanf(at, "</%15[a-z0-9A-Z]>", name), 1);
	assert_true(markup->depth > 0);
	assert_string_equal(markup->open[markup->depth - 1], name);
	markup->depth--;
	return strchr(at, '>') + 1;
}

static inline const char *markup_open(struct markup *markup, const char *at)
{
	char name[16];

	assert_int_equal(sscanf(at, "<%15[a-z0-9A-Z]", name), 1);
	at = markup_attributes(at + 1 + strlen(name));
	markup->num_elements++;
	if (strncmp(at, "/>", 2) == 0)
		return at + 2;
	assert_int_equal(*at, '>');
	if (markup_is_void(name))
		return at + 1;
	assert_true(markup->depth < MARKUP_DEPTH);
	snprintf(markup->open[markup->depth++], 16, "%s", name);
	if (strcmp(name, "style") == 0) /* raw text up to its end tag */
		return strstr(at, "</style>");
	return at + 1;
}

/* markup_text checks that text holds no raw '>' or quote of its own, and references only. */
static inline const char *markup_text(const char *at)
{
	while (*at && *at != '<') {
		assert_int_not_equal(*at, '>');
		if (*at == '&')
			assert_int_equal(
				at[1 + strspn(at + 1, "#abcdefghijklmnopqrstuvwxyz0123456789")],
				';');
		at++;
	}
	return at;
}

/* markup_check reads the whole page and returns the number of its elements. */
static inline size_t markup_check(const char *page)
{
	static const char doctype[] = "<!DOCTYPE html>";
	struct markup markup = {.depth = 0};

	assert_memory_equal(page, doctype, sizeof(doctype) - 1);
	page += sizeof(doctype) - 1;
	while (*page) {
		if (*page != '<')
			page = markup_text(page);
		else if (page[1] == '/')
			page = markup_close(&markup, page);
		else
			page = markup_open(&markup, page);
	}
	assert_int_equal(markup.depth, 0);
	return markup.num_elements;
}

/* ---- charts ---- */

/* markup_percents requires every attribute in per cent to be in [0, 100]; returns how many. */
static inline size_t markup_percents(const char *page)
{
	size_t num = 0;

	for (const char *at = strstr(page, "</style>"); (at = strstr(at, "=\"")); at += 2) {
		char *end;
		const double value = strtod(at + 2, &end);

		if (end == at + 2 || strncmp(end, "%\"", 2) != 0)
			continue;
		assert_true(value >= 0 && value <= 100);
		num++;
	}
	return num;
}

/* markup_curves requires every point of a curve to be in its viewBox, 1000 by 1000. */
static inline size_t markup_curves(const char *page)
{
	size_t num = 0;

	for (const char *at = page; (at = strstr(at, "<path class=\"c-"));) {
		at = strstr(at, " d=\"M") + 5;
		while (isdigit((unsigned char)*at) || *at == '-' || *at == '.') {
			char *end;
			const double value = strtod(at, &end);

			assert_true(value >= 0 && value <= 1000);
			num++;
			at = end + (*end == ',' || *end == ' ');
		}
	}
	return num;
}

/* ---- tables ---- */

/* markup_cells reads the figures of the cells of one table, and returns how many. */
static inline size_t markup_cells(size_t *cells, size_t cap, const char *table)
{
	const char *end = strstr(table, "</table>");
	size_t num = 0;

	assert_non_null(end);
	for (const char *at = table; (at = strstr(at, "<td class=\"r")) && at < end;) {
		size_t value = 0;

		at = strchr(at, '>') + 1;
		for (; isdigit((unsigned char)*at) || *at == ','; at++)
			if (*at != ',')
				value = 10 * value + (size_t)(*at - '0');
		if (strncmp(at, "</td>", 5) == 0 && num < cap)
			cells[num++] = value;
	}
	return num;
}

#endif /* SIGNOFF_MARKUP_H */
