/* SPDX-License-Identifier: Apache-2.0 */
/* summary.c - one line on a verb that is a program of its own, from its man page: `.Nd` names what
 * it is for. */
#include "cli.h"

#include <limits.h>
#include <string.h>

#define NAME_OF_PAGE "gonogo-%s.1"

/* open_page looks in the source tree, or where `make install` put the pages. */
static FILE *open_page(const struct gng_home *home, const char *verb)
{
	char dir[PATH_MAX], path[2 * PATH_MAX];
	FILE *page = NULL;

	if (home) {
		snprintf(path, sizeof(path), "%s/man/" NAME_OF_PAGE, home->source, verb);
		page = fopen(path, "re");
	}
	if (!page && cli_own_dir(dir, sizeof(dir))) {
		snprintf(path, sizeof(path), "%s/../share/man/man1/" NAME_OF_PAGE, dir, verb);
		page = fopen(path, "re");
	}
	return page;
}

bool cli_summary(char *text, size_t cap, const struct gng_home *home, const char *verb)
{
	FILE *page = open_page(home, verb);
	bool found = false;
	char line[512];

	while (page && !found && fgets(line, sizeof(line), page)) {
		found = strncmp(line, ".Nd ", 4) == 0;
		line[strcspn(line, "\n")] = '\0';
	}
	if (page)
		fclose(page);
	if (found)
		snprintf(text, cap, "%s", line + 4);
	return found;
}
