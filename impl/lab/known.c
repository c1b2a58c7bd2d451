/* SPDX-License-Identifier: Apache-2.0 */
/* known.c - reports of a guest's kernel that its case expects: "WARNING remove_proc_entry" is a
 * warning that was raised in that function, and no other report that names it. */
#include <string.h>

#include "lab_known.h"

static const char *const kinds[] = {"BUG", "WARNING"};

bool lab_known_parses(const char *known)
{
	const size_t len = strcspn(known, " ");
	const char *function = known + len + (known[len] == ' ');

	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (strlen(kinds[i]) == len && strncmp(known, kinds[i], len) == 0)
			return *function && !strpbrk(function, " +");
	return false;
}

/* in_function says whether a line has " FUNCTION+0x". */
static bool in_function(const char *line, const char *function)
{
	const size_t len = strlen(function);

	for (const char *at = line; (at = strstr(at, function)); at++)
		if (at > line && at[-1] == ' ' && strncmp(at + len, "+0x", 3) == 0)
			return true;
	return false;
}

bool lab_known_is(const char *known, const char *report)
{
	const char *line = strstr(report, ": ");
	const size_t len = strcspn(known, " ");

	if (!line || known[len] != ' ')
		return false;
	line += 2;
	return strncmp(line, known, len) == 0 && line[len] == ':' &&
	       in_function(line, known + len + 1);
}
