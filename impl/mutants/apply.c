/* SPDX-License-Identifier: Apache-2.0 */
/* apply.c - plants one bug in a source text. */
#include "gng_mutants.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* same_line compares the lines at a and b without the white space around them. */
static bool same_line(const char *a, const char *b)
{
	size_t a_len, b_len;

	a += strspn(a, " \t");
	b += strspn(b, " \t");
	a_len = strcspn(a, "\n");
	b_len = strcspn(b, "\n");
	while (a_len > 0 && strchr(" \t\r", a[a_len - 1]))
		a_len--;
	while (b_len > 0 && strchr(" \t\r", b[b_len - 1]))
		b_len--;
	return a_len == b_len && strncmp(a, b, a_len) == 0;
}

static const char *next_line(const char *text)
{
	text += strcspn(text, "\n");
	return text + (*text == '\n');
}

/* end_of_match returns where lines end in source, which begins with them; else NULL. */
static const char *end_of_match(const char *source, const char *lines)
{
	for (; *lines; lines = next_line(lines), source = next_line(source))
		if (!*source || !same_line(source, lines))
			return NULL;
	return source;
}

enum gng_status gng_mutant_apply(char **mutated, size_t *line, const struct gng_mutant *mutant,
				 const char *source, struct gng_why *why)
{
	const char *found = NULL, *found_end = NULL;
	size_t number = 0, occurrences = 0;

	for (const char *at = source; *at; at = next_line(at)) {
		const char *end = end_of_match(at, mutant->old_text);

		number++;
		if (!end)
			continue;
		occurrences++;
		found = at;
		found_end = end;
		*line = number;
	}
	if (occurrences != 1)
		return gng_why_set(why, GNG_EFORMAT, 0, "mutants.apply",
				   "%s: the old lines of %s stand %zu times in %s, not once: "
				   "adapt the mutant to the code",
				   mutant->where, mutant->name, occurrences, mutant->file);
	if (asprintf(mutated, "%.*s%s%s", (int)(found - source), source,
		     mutant->new_text ? mutant->new_text : "", found_end) < 0)
		return gng_why_set(why, GNG_ENOMEM, 0, "mutants.apply", "no memory");
	return GNG_OK;
}
