/* SPDX-License-Identifier: Apache-2.0 */
/* changed.c - which lines a revision does not have, as git says. */
#include "mutants_source.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mutants_files.h"

static bool same_text(const char *text, size_t len, const char *name)
{
	return strlen(name) == len && memcmp(text, name, len) == 0;
}

static bool has_line(const char *list, const char *name)
{
	while (*list) {
		const size_t len = strcspn(list, "\n");

		if (same_text(list, len, name))
			return true;
		list += len + (list[len] == '\n');
	}
	return false;
}

/* in_hunk: "@@ -a,b +first,count @@" adds the line; without a count it adds one. */
static bool in_hunk(const char *header, size_t line)
{
	const char *plus = strchr(header, '+');
	size_t first = 0, count = 1;

	if (!plus || sscanf(plus, "+%zu,%zu", &first, &count) < 1)
		return false;
	return line >= first && line - first < count;
}

/* part_of returns what the diff says of a file, up to the next file's; NULL if nothing. To look
 * through all of it for each mutant took half a second for gauge alone. */
static const char *part_of(const char *diff, const char *name)
{
	while (*diff) {
		const size_t len = strcspn(diff, "\n");

		if (len > 6 && strncmp(diff, "+++ ", 4) == 0 && same_text(diff + 6, len - 6, name))
			return diff + len;
		diff += len + (diff[len] == '\n');
	}
	return NULL;
}

static bool is_added(const char *part, size_t line)
{
	while (part && *part && strncmp(part, "+++ ", 4) != 0) {
		const size_t len = strcspn(part, "\n");

		if (strncmp(part, "@@ ", 3) == 0 && in_hunk(part, line))
			return true;
		part += len + (part[len] == '\n');
	}
	return false;
}

size_t source_keep_changed(struct source *source, const char *diff, const char *untracked)
{
	const struct source_file *file = NULL;
	const char *part = NULL;
	bool is_new = false;
	size_t num = 0;

	for (size_t i = 0; i < source->num_mutants; i++) {
		struct source_mutant *mutant = &source->mutants[i];

		if (mutant->file != file) {
			file = mutant->file;
			part = part_of(diff, file->name);
			is_new = has_line(untracked, file->name);
		}
		mutant->chosen = mutant->chosen && (is_new || is_added(part, mutant->edit->line));
		num += mutant->chosen;
	}
	source->num_asked = num;
	return num;
}

enum gng_status source_diff(char **diff, char **untracked, const char *folder, const char *base,
			    struct gng_why *why)
{
	char *commit = mutants_format("%s^{commit}", base);
	const char *verify[] = {"git",	    "-c",      "safe.directory=*", "rev-parse",
				"--verify", "--quiet", "--end-of-options", commit,
				NULL};
	const char *compare[] = {"git",
				 "-c",
				 "safe.directory=*",
				 "diff",
				 "-U0",
				 "--no-color",
				 "--no-ext-diff",
				 "--src-prefix=a/",
				 "--dst-prefix=b/",
				 "--relative",
				 base,
				 "--",
				 "impl",
				 NULL};
	const char *list[] = {"git",	  "-c",	      "safe.directory=*",
			      "ls-files", "--others", "--exclude-standard",
			      "--",	  "impl",     NULL};
	char *known = commit && *base != '-' ? mutants_capture(verify, folder) : NULL;

	free(commit);
	if (!known)
		return gng_why_set(
			why, GNG_EINVAL, 0, "mutants.changed",
			"'%s' is no revision of the git repository at %s: name a commit, "
			"branch or tag",
			base, folder);
	free(known);
	*diff = mutants_capture(compare, folder);
	*untracked = mutants_capture(list, folder);
	if (*diff && *untracked)
		return GNG_OK;
	free(*diff);
	free(*untracked);
	return gng_why_set(why, GNG_ESYS, 0, "mutants.changed", "git cannot compare %s with '%s'",
			   folder, base);
}
