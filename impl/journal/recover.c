/* SPDX-License-Identifier: Apache-2.0 */
/* recover.c - what dead processes left in their journals: listed, or undone. */
#include "journal_file.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define FILE_CAP ((off_t)8 << 20)

/* search is a walk over the journals of dead processes. */
struct search {
	void (*found)(void *context, const struct gng_journal_change *change);
	void (*undone)(void *context, const struct gng_journal_change *change, int error);
	void *context;
	bool undo;
	char boot[40];
	size_t num; /* found, or not undone */
};

/* read_file reads a regular file of this user; NULL for anything else. */
static char *read_file(const char *path)
{
	const int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	struct stat file;
	char *text = NULL;
	ssize_t len = -1;

	if (fd >= 0 && fstat(fd, &file) == 0 && S_ISREG(file.st_mode) && file.st_uid == geteuid() &&
	    file.st_size <= FILE_CAP)
		text = malloc((size_t)file.st_size + 1);
	if (text)
		len = read(fd, text, (size_t)file.st_size);
	if (fd >= 0)
		close(fd);
	if (len < 0 || memchr(text, '\0', (size_t)len)) {
		free(text);
		return NULL;
	}
	text[len] = '\0';
	return text;
}

/* survives: namespaces, mounts, values and processes end with the kernel; a value of
 * another boot must not be written over today's. */
static bool survives(const struct search *search, const struct journal_text *parsed,
		     const struct gng_journal_change *change)
{
	return strcmp(parsed->owner.boot, search->boot) == 0 || change->kind == GNG_JOURNAL_FILE ||
	       change->kind == GNG_JOURNAL_FOLDER;
}

/* is_alive: it is, or nobody can tell. */
static bool is_alive(const struct search *search, const struct journal_owner *owner)
{
	unsigned long long start;

	return strcmp(owner->boot, search->boot) == 0 &&
	       (journal_start_of(&start, owner->pid) != 0 || start == owner->start);
}

static size_t handle(struct search *search, const struct gng_journal_change *change)
{
	int error;

	if (!journal_stands(change))
		return 0;
	if (!search->undo) {
		search->num++;
		if (search->found)
			search->found(search->context, change);
		return 0;
	}
	error = gng_journal_undo(change);
	search->num += error != 0;
	if (search->undone)
		search->undone(search->context, change, error);
	return error != 0;
}

static void take_journal(struct search *search, const char *path)
{
	char *text = read_file(path);
	struct journal_text parsed;
	size_t failed = 0;

	if (!text)
		return;
	/* a journal that cannot be read is left: nobody can tell what it would undo */
	if (journal_parse(&parsed, path, text, NULL) == GNG_OK) {
		const bool alive = is_alive(search, &parsed.owner);

		for (size_t i = parsed.num; !alive && i-- > 0;)
			if (survives(search, &parsed, &parsed.changes[i]))
				failed += handle(search, &parsed.changes[i]);
		if (search->undo && !alive && failed == 0)
			unlink(path);
		free(parsed.changes);
	}
	free(text);
}

static int is_journal(const struct dirent *entry)
{
	const size_t len = strlen(entry->d_name);

	return len > 8 && strcmp(entry->d_name + len - 8, ".journal") == 0;
}

/* newest_first: whoever started later has read as "before" what the earlier one had written. */
static int newest_first(const struct dirent **a, const struct dirent **b)
{
	unsigned long long one = 0, other = 0;

	sscanf((*a)->d_name, "%*d-%llu", &one);
	sscanf((*b)->d_name, "%*d-%llu", &other);
	return one == other ? strcmp((*b)->d_name, (*a)->d_name) : one < other ? 1 : -1;
}

static void walk(struct search *search)
{
	char folder[PATH_MAX], path[PATH_MAX];
	struct dirent **entries = NULL;
	int num = 0;

	journal_folder(folder);
	if (journal_boot_id(search->boot) == 0 && journal_folder_trusted(folder) == 0)
		num = scandir(folder, &entries, is_journal, newest_first);
	for (int i = 0; i < num; i++) {
		if (snprintf(path, sizeof(path), "%s/%s", folder, entries[i]->d_name) <
		    (int)sizeof(path))
			take_journal(search, path);
		free(entries[i]);
	}
	free(entries);
}

size_t gng_journal_left(void (*found)(void *context, const struct gng_journal_change *change),
			void *context)
{
	struct search search = {.found = found, .context = context};

	walk(&search);
	return search.num;
}

size_t gng_journal_recover(void (*undone)(void *context, const struct gng_journal_change *change,
					  int error),
			   void *context)
{
	struct search search = {.undone = undone, .context = context, .undo = true};

	walk(&search);
	return search.num;
}
