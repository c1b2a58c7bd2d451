/* SPDX-License-Identifier: Apache-2.0 */
/*
 * leftovers.c - finds what killed runs left behind. Everything that gonogo creates outside
 * its own folders is named gonogo*, so that it can be found, and nothing else is touched.
 */
#include "doctor.h"

#include <ctype.h>
#include <dirent.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define PREFIX "gonogo"
#define MIN_AGE_S 60 /* a folder is made before a process works in it, and removed after */

struct search {
	const char *root;
	void (*found)(void *context, enum gng_cli_leftover kind, const char *path);
	void *context;
	size_t num;
};

/* ---- processes ---- */

static bool below(const char *path, const char *folder)
{
	const size_t len = strlen(folder);

	return strncmp(path, folder, len) == 0 && (path[len] == '/' || path[len] == '\0');
}

static bool works_in(const char *proc, const char *pid, const char *folder)
{
	char path[PATH_MAX], target[PATH_MAX];
	ssize_t len;

	if (snprintf(path, sizeof(path), "%s/%s/cwd", proc, pid) >= (int)sizeof(path))
		return false;
	len = readlink(path, target, sizeof(target) - 1);
	if (len < 0)
		return false;
	target[len] = '\0';
	return below(target, folder);
}

static bool maps(const char *proc, const char *pid, const char *file)
{
	char path[PATH_MAX], *line = NULL;
	size_t cap = 0;
	bool mapped = false;
	FILE *list;

	if (snprintf(path, sizeof(path), "%s/%s/maps", proc, pid) >= (int)sizeof(path))
		return false;
	list = fopen(path, "r");
	while (list && !mapped && getline(&line, &cap, list) > 0)
		mapped = strstr(line, file) != NULL;
	if (list)
		fclose(list);
	free(line);
	return mapped;
}

/* in_use asks each process; path is without the root, as the processes see it. */
static bool in_use(const char *root, const char *path,
		   bool (*uses)(const char *proc, const char *pid, const char *path))
{
	char proc[PATH_MAX];
	bool used = false;
	DIR *dir;

	if (snprintf(proc, sizeof(proc), "%s/proc", root) >= (int)sizeof(proc))
		return true;
	dir = opendir(proc);
	for (const struct dirent *entry; dir && !used && (entry = readdir(dir));)
		if (isdigit((unsigned char)*entry->d_name))
			used = uses(proc, entry->d_name, path);
	if (dir)
		closedir(dir);
	return used;
}

static bool is_old(const char *full)
{
	struct stat file;

	return lstat(full, &file) == 0 && time(NULL) - file.st_mtime >= MIN_AGE_S;
}

/* ---- places ---- */

static bool is_ours(const struct search *search, enum gng_cli_leftover kind, const char *path)
{
	char full[PATH_MAX];

	if (snprintf(full, sizeof(full), "%s%s", search->root, path) >= (int)sizeof(full))
		return false;
	if (kind == GNG_CLI_FOLDER)
		return is_old(full) && !in_use(search->root, path, works_in);
	if (kind == GNG_CLI_FILE)
		return is_old(full) && !in_use(search->root, path, maps);
	return true;
}

static void look_in(struct search *search, enum gng_cli_leftover kind, const char *folder,
		    const char *prefix)
{
	char full[PATH_MAX], path[PATH_MAX];
	DIR *dir;

	if (snprintf(full, sizeof(full), "%s%s", search->root, folder) >= (int)sizeof(full))
		return;
	dir = opendir(full);
	for (const struct dirent *entry; dir && (entry = readdir(dir));) {
		if (strncmp(entry->d_name, prefix, strlen(prefix)) != 0 ||
		    snprintf(path, sizeof(path), "%s/%s", folder, entry->d_name) >=
			    (int)sizeof(path) ||
		    !is_ours(search, kind, path))
			continue;
		search->num++;
		search->found(search->context, kind, path);
	}
	if (dir)
		closedir(dir);
}

/* look_in_huge_pages looks into each hugetlbfs of /proc/mounts: device, folder, type, ... */
static void look_in_huge_pages(struct search *search)
{
	char mounts[PATH_MAX], folder[256], type[64], line[1024];
	FILE *file;

	snprintf(mounts, sizeof(mounts), "%.3000s/proc/mounts", search->root);
	file = fopen(mounts, "r");
	while (file && fgets(line, sizeof(line), file))
		if (sscanf(line, "%*s %255s %63s", folder, type) == 2 &&
		    strcmp(type, "hugetlbfs") == 0)
			look_in(search, GNG_CLI_FILE, folder, PREFIX);
	if (file)
		fclose(file);
}

size_t gng_cli_leftovers(const char *root,
			 void (*found)(void *context, enum gng_cli_leftover kind, const char *path),
			 void *context)
{
	struct search search = {root, found, context, 0};

	look_in(&search, GNG_CLI_FOLDER, "/tmp", PREFIX "-");
	look_in_huge_pages(&search);
	look_in(&search, GNG_CLI_FILE, "/sys/fs/bpf", PREFIX);
	look_in(&search, GNG_CLI_NETNS, "/run/netns", PREFIX);
	look_in(&search, GNG_CLI_INTERFACE, "/sys/class/net", PREFIX);
	return search.num;
}
