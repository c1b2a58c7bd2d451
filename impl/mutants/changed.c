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

static bool is_added(const char *diff, const char *name, size_t line)
{
	bool here = false;

	while (*diff) {
		const size_t len = strcspn(diff, "\n");

		if (len > 4 && strncmp(diff, "+++ ", 4) == 0)
			here = len > 6 && same_text(diff + 6, len - 6, name);
		else if (here && strncmp(diff, "@@ ", 3) == 0 && in_hunk(diff, line))
			return true;
		diff += len + (diff[len] == '\n');
	}
	return false;
}

size_t source_keep_changed(struct source *source, const char *diff, const char *untracked)
{
	size_t num = 0;

	for (size_t i = 0; i < source->num_mutants; i++) {
		struct source_mutant *mutant = &source->mutants[i];

		mutant->chosen =
			mutant->chosen && (has_line(untracked, mutant->file->name) ||
					   is_added(diff, mutant->file->name, mutant->edit->line));
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
