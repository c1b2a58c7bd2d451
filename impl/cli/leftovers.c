/* SPDX-License-Identifier: Apache-2.0 */
/*
 * leftovers.c - finds what killed runs left behind: by the mark of their processes, by their
 * journals, and by name, since everything that gonogo creates outside its own folders is named
 * gonogo*, in /tmp with an end that mkdtemp(3) chose. Nothing else is touched: a user keeps things
 * in /tmp as well, and may call one gonogo-report.tar.
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
	void (*found)(void *context, const struct gng_journal_change *change);
	void *context;
	size_t num;
	char **known; /* kind and what of those found: a journal may hold what has our name too */
};

static void add(struct search *search, enum gng_journal_kind kind, const char *what,
		const char *before)
{
	const struct gng_journal_change change = {kind, what, before};
	char *key = NULL, **grown;

	if (asprintf(&key, "%d %s", kind == GNG_JOURNAL_FOLDER ? GNG_JOURNAL_FILE : kind, what) < 0)
		return;
	for (size_t i = 0; i < search->num; i++)
		if (strcmp(search->known[i], key) == 0) {
			free(key);
			return;
		}
	grown = reallocarray(search->known, search->num + 1, sizeof(*grown));
	if (!grown) {
		free(key);
		return;
	}
	search->known = grown;
	grown[search->num++] = key;
	search->found(search->context, &change);
}

/* ---- what is in use ---- */

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

/* holds says whether a process has it or what lies below it open: a lock of the lab is neither
 * mapped nor worked in, and a runner writes into a folder where it does not work. */
static bool holds(const char *proc, const char *pid, const char *path)
{
	char folder[PATH_MAX], target[PATH_MAX];
	bool held = false;
	DIR *dir;

	if (snprintf(folder, sizeof(folder), "%s/%s/fd", proc, pid) >= (int)sizeof(folder))
		return false;
	dir = opendir(folder);
	for (const struct dirent *entry; dir && !held && (entry = readdir(dir));) {
		const ssize_t len =
			readlinkat(dirfd(dir), entry->d_name, target, sizeof(target) - 1);

		if (len < 0)
			continue;
		target[len] = '\0';
		held = below(target, path);
	}
	if (dir)
		closedir(dir);
	return held;
}

/* text_has says whether a file of /proc, whose texts end in NUL, has a path. */
static bool text_has(const char *file, const char *path)
{
	char text[65536];
	FILE *in = fopen(file, "re");
	size_t len = 0;

	if (in) {
		len = fread(text, 1, sizeof(text), in);
		fclose(in);
	}
	return memmem(text, len, path, strlen(path)) != NULL;
}

/* names says whether a process was started with it: QEMU has read what lies in the lab's folder
 * and has none of it open, and a test has its own as TMPDIR. */
static bool names(const char *proc, const char *pid, const char *path)
{
	static const char *const files[] = {"cmdline", "environ"};
	char file[PATH_MAX];

	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++)
		if (snprintf(file, sizeof(file), "%s/%s/%s", proc, pid, files[i]) <
			    (int)sizeof(file) &&
		    text_has(file, path))
			return true;
	return false;
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

/* ---- processes ---- */

/* start_of reads when a process started from field 22 of stat, as proc(5) counts them. */
static unsigned long long start_of(const char *root, const char *pid)
{
	char path[PATH_MAX], text[1024], *field;
	size_t len = 0;
	FILE *file = NULL;

	if (snprintf(path, sizeof(path), "%s/proc/%.20s/stat", root, pid) < (int)sizeof(path))
		file = fopen(path, "re");
	if (!file)
		return 0;
	len = fread(text, 1, sizeof(text) - 1, file);
	fclose(file);
	text[len] = '\0';
	field = strrchr(text, ')');	     /* the second field may hold anything */
	if (field && strchr("ZX", field[2])) /* a zombie does nothing more */
		return 0;
	for (int i = 2; field && i < 22; i++)
		field = strchr(field + 1, ' ');
	return field ? strtoull(field, NULL, 10) : 0;
}

/* mark_of finds GNG_RUN=PID:START among the variables of a process. */
static bool mark_of(char *pid, unsigned long long *start, const char *root, const char *process)
{
	char path[PATH_MAX], *variable = NULL;
	size_t cap = 0;
	bool found = false;
	FILE *file = NULL;

	if (snprintf(path, sizeof(path), "%s/proc/%.20s/environ", root, process) <
	    (int)sizeof(path))
		file = fopen(path, "re");
	while (file && !found && getdelim(&variable, &cap, '\0', file) > 0)
		found = sscanf(variable, "GNG_RUN=%15[0-9]:%llu", pid, start) == 2;
	if (file)
		fclose(file);
	free(variable);
	return found;
}

/* is_elsewhere: a process of another namespace has its mark by that one's numbers, as below
 * `gonogo mutants`; its runner cannot be looked for from here. */
static bool is_elsewhere(const char *root, const char *process)
{
	char path[PATH_MAX], here[64] = "", there[64] = "";

	snprintf(path, sizeof(path), "%s/proc/self/ns/pid", root);
	if (readlink(path, here, sizeof(here) - 1) < 0)
		return false;
	snprintf(path, sizeof(path), "%s/proc/%.20s/ns/pid", root, process);
	return readlink(path, there, sizeof(there) - 1) >= 0 && strcmp(here, there) != 0;
}

/* look_at_process: its runner is dead, or another process has its number by now. */
static void look_at_process(struct search *search, const char *pid)
{
	char runner[16], before[24];
	unsigned long long start;

	if (is_elsewhere(search->root, pid))
		return;
	if (!mark_of(runner, &start, search->root, pid) || start_of(search->root, runner) == start)
		return;
	snprintf(before, sizeof(before), "%llu", start_of(search->root, pid));
	add(search, GNG_JOURNAL_PROCESS, pid, before);
}

static void look_at_processes(struct search *search)
{
	char proc[PATH_MAX];
	DIR *dir = NULL;

	if (snprintf(proc, sizeof(proc), "%s/proc", search->root) < (int)sizeof(proc))
		dir = opendir(proc);
	for (const struct dirent *entry; dir && (entry = readdir(dir));)
		if (isdigit((unsigned char)*entry->d_name))
			look_at_process(search, entry->d_name);
	if (dir)
		closedir(dir);
}

/* ---- journals ---- */

static void from_journal(void *context, const struct gng_journal_change *change)
{
	add(context, change->kind, change->what, change->before);
}

/* ---- places ---- */

#define RANDOM_LEN 6 /* of mkdtemp(3): letters and digits */

/* is_made_up says whether a name ends as mkdtemp(3) ends it. One in 200 of these is of small
 * letters only, as words are, and is not taken for one. */
static bool is_made_up(const char *name)
{
	const char *end = strrchr(name, '-');
	bool chosen = false;

	if (!end || strlen(end + 1) != RANDOM_LEN)
		return false;
	for (const char *c = end + 1; *c; c++) {
		if (!isalnum((unsigned char)*c))
			return false;
		chosen |= !islower((unsigned char)*c);
	}
	return chosen;
}

/* is_numbered: a lock of the lab, or a program of a test, by process. */
static bool is_numbered(const char *name)
{
	static const char *const heads[] = {PREFIX "-lab-", PREFIX "-fromgo-"};

	for (size_t i = 0; i < sizeof(heads) / sizeof(heads[0]); i++) {
		const size_t len = strlen(heads[i]);
		const char *end = name + len + strspn(name + len, "0123456789-");

		if (strncmp(name, heads[i], len) == 0 && isdigit((unsigned char)name[len]) &&
		    (*end == '\0' || strcmp(end, ".lock") == 0))
			return true;
	}
	return false;
}

/* is_unused: what no process has open, works in, has mapped or was started with. */
static bool is_unused(const struct search *search, enum gng_journal_kind kind, const char *path)
{
	char full[PATH_MAX];

	if (snprintf(full, sizeof(full), "%s%s", search->root, path) >= (int)sizeof(full))
		return false;
	if (!is_old(full) || in_use(search->root, path, holds))
		return false;
	if (kind == GNG_JOURNAL_FOLDER)
		return !in_use(search->root, path, works_in) && !in_use(search->root, path, names);
	return !in_use(search->root, path, maps);
}

static void look_in(struct search *search, enum gng_journal_kind kind, const char *folder,
		    const char *prefix)
{
	const bool by_name = kind == GNG_JOURNAL_NETNS || kind == GNG_JOURNAL_INTERFACE;
	char full[PATH_MAX], path[PATH_MAX];
	DIR *dir;

	if (snprintf(full, sizeof(full), "%s%s", search->root, folder) >= (int)sizeof(full))
		return;
	dir = opendir(full);
	for (const struct dirent *entry; dir && (entry = readdir(dir));) {
		if (strncmp(entry->d_name, prefix, strlen(prefix)) != 0 ||
		    snprintf(path, sizeof(path), "%s/%s", folder, entry->d_name) >=
			    (int)sizeof(path))
			continue;
		if (by_name)
			add(search, kind, entry->d_name, "");
		else if (is_unused(search, kind, path))
			add(search, kind, path, "");
	}
	if (dir)
		closedir(dir);
}

/* kind_of: the lab's locks are files beside the folders that it makes. */
static enum gng_journal_kind kind_of(const char *folder, const char *name)
{
	char path[PATH_MAX];
	struct stat file;

	if (snprintf(path, sizeof(path), "%s/%s", folder, name) >= (int)sizeof(path) ||
	    lstat(path, &file) != 0)
		return GNG_JOURNAL_FOLDER;
	return S_ISDIR(file.st_mode) ? GNG_JOURNAL_FOLDER : GNG_JOURNAL_FILE;
}

static void look_in_tmp(struct search *search)
{
	char full[PATH_MAX], path[sizeof("/tmp/") + NAME_MAX];
	DIR *dir = NULL;

	if (snprintf(full, sizeof(full), "%s/tmp", search->root) < (int)sizeof(full))
		dir = opendir(full);
	for (const struct dirent *entry; dir && (entry = readdir(dir));) {
		if (strncmp(entry->d_name, PREFIX "-", strlen(PREFIX "-")) != 0 ||
		    !(is_made_up(entry->d_name) || is_numbered(entry->d_name)))
			continue;
		snprintf(path, sizeof(path), "/tmp/%s", entry->d_name);
		if (is_unused(search, GNG_JOURNAL_FOLDER, path))
			add(search, kind_of(full, entry->d_name), path, "");
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
			look_in(search, GNG_JOURNAL_FILE, folder, PREFIX);
	if (file)
		fclose(file);
}

size_t gng_cli_leftovers(const char *root,
			 void (*found)(void *context, const struct gng_journal_change *change),
			 void *context)
{
	struct search search = {.root = root, .found = found, .context = context};

	look_at_processes(&search);
	if (!*root)
		gng_journal_left(from_journal, &search);
	look_in_tmp(&search);
	look_in_huge_pages(&search);
	look_in(&search, GNG_JOURNAL_FOLDER, "/sys/fs/bpf", PREFIX);
	look_in(&search, GNG_JOURNAL_NETNS, "/run/netns", PREFIX);
	look_in(&search, GNG_JOURNAL_INTERFACE, "/sys/class/net", PREFIX);
	for (size_t i = 0; i < search.num; i++)
		free(search.known[i]);
	free(search.known);
	return search.num;
}
