/* SPDX-License-Identifier: Apache-2.0 */
/* library.c - finds the one file that a pattern of a case means: a version belongs to the machine,
 * and a guess between two of them would be wrong on some. */
#include "lab_library.h"

#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lab_text.h"

bool lab_library_parses(const char *pattern)
{
	return *pattern && *pattern != '/' && !strstr(pattern, "..");
}

static enum gng_status no_memory(struct gng_why *why)
{
	return gng_why_set(why, GNG_ENOMEM, 0, "lab.library", "no memory");
}

/* Folders that match, which glob marks by a slash behind them, are no libraries. */
static size_t num_files(const glob_t *found)
{
	size_t num = 0;

	for (size_t i = 0; i < found->gl_pathc; i++)
		num += found->gl_pathv[i][strlen(found->gl_pathv[i]) - 1] != '/';
	return num;
}

static enum gng_status take(struct gng_lab_list *paths, const glob_t *found, const char *place,
			    const char *folder, const char *pattern, struct gng_why *why)
{
	const size_t num = num_files(found);

	if (num == 0)
		return gng_why_set(why, GNG_EUNSUPPORTED, 0, "lab.library",
				   "%s: no file below %s matches %.80s", place, folder, pattern);
	if (num > 1)
		return gng_why_set(why, GNG_EFORMAT, 0, "lab.library",
				   "%s: %zu files below %s match %.80s: name one of them", place,
				   num, folder, pattern);
	for (size_t i = 0; i < found->gl_pathc; i++)
		if (found->gl_pathv[i][strlen(found->gl_pathv[i]) - 1] != '/' &&
		    !lab_list_add(paths, found->gl_pathv[i]))
			return no_memory(why);
	return GNG_OK;
}

static enum gng_status find(struct gng_lab_list *paths, const char *place, const char *folder,
			    const char *pattern, struct gng_why *why)
{
	enum gng_status status;
	glob_t found = {0};
	char *full;

	if (asprintf(&full, "%s/%s", folder, pattern) < 0)
		return no_memory(why);
	status = glob(full, GLOB_MARK, NULL, &found) == GLOB_NOSPACE
			 ? no_memory(why)
			 : take(paths, &found, place, folder, pattern, why);
	globfree(&found);
	free(full);
	return status;
}

enum gng_status lab_library_find(struct gng_lab_list *paths, const struct gng_lab_case *one,
				 const char *folder, struct gng_why *why)
{
	enum gng_status status = GNG_OK;
	char place[256];

	for (size_t i = 0; i < one->libraries.num && status == GNG_OK; i++) {
		snprintf(place, sizeof(place), "%.200s:%zu", one->file, one->libraries.lines[i]);
		status = find(paths, place, folder, one->libraries.texts[i], why);
	}
	return status;
}
