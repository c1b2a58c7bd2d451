/* SPDX-License-Identifier: Apache-2.0 */
/* prune.c - tells runs by their names, and removes old ones and nothing else. */
#include "gauge_rundir.h"

#include <dirent.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "gauge_text.h"

#define MAX_DEPTH 16 /* runs are three deep; a deeper one is not ours and stays */

const char *gauge_run_stamp(int runs_fd, const char *name)
{
	static const char pattern[] = "00000000T000000.000Z-";
	const char *stamp = strchr(name, '-'), *at = stamp ? ++stamp : "";
	char mark[300];
	struct stat about;

	for (size_t i = 0; pattern[i]; i++, at++)
		if (pattern[i] == '0' ? *at < '0' || *at > '9' : *at != pattern[i])
			return NULL;
	if (!*at || at[strspn(at, "0123456789")] != '\0')
		return NULL;
	snprintf(mark, sizeof(mark), "%s/" GAUGE_RUN_MARK, name);
	if (fstatat(runs_fd, name, &about, AT_SYMLINK_NOFOLLOW) != 0 || !S_ISDIR(about.st_mode) ||
	    fstatat(runs_fd, mark, &about, AT_SYMLINK_NOFOLLOW) != 0 || !S_ISREG(about.st_mode))
		return NULL;
	return stamp;
}

/* is_run: of this kind, a word without '-'. */
static bool is_run(int runs_fd, const char *kind, const char *name)
{
	const size_t len = strlen(kind);

	return strncmp(name, kind, len) == 0 && name[len] == '-' && gauge_run_stamp(runs_fd, name);
}

/* ---- removing a tree, by a stack of open folders rather than by recursion ---- */

struct level {
	DIR *dir;
	char name[NAME_MAX + 1]; /* within the level above */
};

static bool push(struct level *stack, size_t *depth, int parent_fd, const char *name)
{
	const int fd = openat(parent_fd, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	struct level *top = &stack[*depth];

	if (fd < 0)
		return false;
	top->dir = fdopendir(fd);
	if (!top->dir) {
		close(fd);
		return false;
	}
	snprintf(top->name, sizeof(top->name), "%s", name);
	++*depth;
	return true;
}

static bool is_folder(int fd, const struct dirent *entry)
{
	struct stat about;

	return fstatat(fd, entry->d_name, &about, AT_SYMLINK_NOFOLLOW) == 0 &&
	       S_ISDIR(about.st_mode);
}

/* clear removes the files of the top level; true when it found a folder and went into it. */
static bool clear(struct level *stack, size_t *depth)
{
	DIR *dir = stack[*depth - 1].dir;
	struct dirent *entry;

	while ((entry = readdir(dir))) {
		if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
			continue;
		if (!is_folder(dirfd(dir), entry))
			unlinkat(dirfd(dir), entry->d_name, 0);
		else if (*depth < MAX_DEPTH && push(stack, depth, dirfd(dir), entry->d_name))
			return true;
	}
	return false;
}

static void remove_run(int runs_fd, const char *name)
{
	struct level *stack = calloc(MAX_DEPTH, sizeof(*stack));
	size_t depth = 0;
	int above;

	if (stack && push(stack, &depth, runs_fd, name)) {
		while (depth) {
			if (clear(stack, &depth))
				continue;
			depth--;
			closedir(stack[depth].dir);
			above = depth ? dirfd(stack[depth - 1].dir) : runs_fd;
			unlinkat(above, stack[depth].name, AT_REMOVEDIR);
		}
	}
	free(stack);
}

/* ---- which ---- */

static int newest_first(const void *a, const void *b)
{
	return strcmp(*(char *const *)b, *(char *const *)a);
}

void gauge_prune(int runs_fd, const char *kind, const char *keep)
{
	struct gauge_names list;
	size_t kept = 0;
	char path[64];

	snprintf(path, sizeof(path), "/proc/self/fd/%d", runs_fd);
	if (gauge_list(&list, path, "", NULL) != GNG_OK)
		return;
	if (list.num)
		qsort(list.names, list.num, sizeof(*list.names), newest_first);
	for (size_t i = 0; i < list.num; i++) {
		if (!is_run(runs_fd, kind, list.names[i]))
			continue;
		if (strcmp(list.names[i], keep) == 0 || ++kept < GAUGE_RUNS_KEPT)
			continue;
		remove_run(runs_fd, list.names[i]);
	}
	gauge_list_fini(&list);
}
