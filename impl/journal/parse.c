/* SPDX-License-Identifier: Apache-2.0 */
/* parse.c - the text of a journal: who wrote it, and a line for each change. */
#include "journal_file.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SCHEMA "gonogo/journal/1"
#define NAME_CAP 15 /* IFNAMSIZ less its NUL */

static const char *const kinds[GNG_JOURNAL_NUM_KINDS] = {
	"network namespace", "interface", "mount", "file", "folder", "value", "process",
};

const char *gng_journal_kind_name(enum gng_journal_kind kind)
{
	return kinds[kind];
}

/* ---- what a journal may hold ---- */

static bool is_ours(const char *name)
{
	return strncmp(name, "gonogo", 6) == 0;
}

static bool is_name(const char *name)
{
	return is_ours(name) && strlen(name) <= NAME_CAP && !strpbrk(name, "/ \t\n");
}

/* is_path: absolute, plain, and no part of it climbs up. */
static bool is_path(const char *path)
{
	const char *part = path;

	if (*path != '/' || strpbrk(path, "\t\n") || strlen(path) > 4000)
		return false;
	while ((part = strchr(part, '/'))) {
		part++;
		if (*part == '/' || *part == '\0')
			return false;
		if (*part == '.' && (part[1] == '/' || part[1] == '\0' ||
				     (part[1] == '.' && (part[2] == '/' || part[2] == '\0'))))
			return false;
	}
	return true;
}

static bool has_our_part(const char *path)
{
	for (const char *part = path; (part = strchr(part, '/'));)
		if (is_ours(++part))
			return true;
	return false;
}

static bool is_value(const char *path)
{
	return strncmp(path, "/proc/sys/", 10) == 0 || strncmp(path, "/proc/irq/", 10) == 0 ||
	       strncmp(path, "/sys/", 5) == 0;
}

bool journal_may(const struct gng_journal_change *change)
{
	switch (change->kind) {
	case GNG_JOURNAL_NETNS:
	case GNG_JOURNAL_INTERFACE:
		return is_name(change->what);
	case GNG_JOURNAL_VALUE:
		return is_path(change->what) && is_value(change->what);
	case GNG_JOURNAL_PROCESS:
		return strspn(change->what, "0123456789") == strlen(change->what) &&
		       atoi(change->what) > 1;
	default:
		return is_path(change->what) && has_our_part(change->what);
	}
}

/* ---- the text ---- */

static enum gng_status bad(struct gng_why *why, const char *file, size_t line, const char *what)
{
	return gng_why_set(why, GNG_EFORMAT, 0, "journal.parse", "%s:%zu: %s", file, line, what);
}

static bool read_owner(struct journal_owner *owner, const char *line)
{
	int end = 0;

	return sscanf(line, SCHEMA "\t%d\t%llu\t%39[-0-9a-z]%n", &owner->pid, &owner->start,
		      owner->boot, &end) == 3 &&
	       line[end] == '\0' && owner->pid > 0;
}

static bool read_change(struct gng_journal_change *change, char *line)
{
	const char *kind = strsep(&line, "\t");
	int k = 0;

	while (k < GNG_JOURNAL_NUM_KINDS && strcmp(kinds[k], kind) != 0)
		k++;
	change->kind = (enum gng_journal_kind)k;
	change->what = strsep(&line, "\t");
	change->before = strsep(&line, "\t");
	return k < GNG_JOURNAL_NUM_KINDS && change->what && change->before && !line &&
	       journal_may(change);
}

static enum gng_status read_changes(struct journal_text *parsed, const char *file, char *text,
				    struct gng_why *why)
{
	size_t line = 1;
	char *end;

	for (; (end = strchr(text, '\n')); text = end + 1) {
		*end = '\0';
		if (!read_change(&parsed->changes[parsed->num], text))
			return bad(why, file, line + 1,
				   "it is no change that a journal may hold: kind, tab, what, tab, "
				   "what was before");
		parsed->num++;
		line++;
	}
	return GNG_OK;
}

enum gng_status journal_parse(struct journal_text *parsed, const char *file, char *text,
			      struct gng_why *why)
{
	char *end = strchr(text, '\n');
	enum gng_status status;
	size_t lines = 1;

	memset(parsed, 0, sizeof(*parsed));
	if (end)
		*end = '\0';
	if (!end || !read_owner(&parsed->owner, text))
		return bad(why, file, 1, "it is no journal: " SCHEMA ", pid, start, boot id");
	for (const char *at = end + 1; (at = strchr(at, '\n')); at++)
		lines++;
	parsed->changes = calloc(lines, sizeof(*parsed->changes));
	if (!parsed->changes)
		return gng_why_set(why, GNG_ENOMEM, 0, "journal.parse", "no memory");
	status = read_changes(parsed, file, end + 1, why);
	if (status != GNG_OK) {
		free(parsed->changes);
		memset(parsed, 0, sizeof(*parsed));
	}
	return status;
}
