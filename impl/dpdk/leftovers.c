/* SPDX-License-Identifier: Apache-2.0 */
/* leftovers.c - runtime folders and huge page files that a killed process of ours left: found by
 * prefix, in use if a lock of EAL is held, removed. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <mntent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "dpdk_files.h"

#define PREFIX "gonogo"

struct search {
	const struct gng_dpdk_machine *machine;
	void (*found)(void *context, const char *path);
	void *context;
	size_t num;
};

static bool is_ours(const char *name)
{
	return strncmp(name, PREFIX, strlen(PREFIX)) == 0;
}

/* is_free_page: EAL holds a shared flock on each huge page file that it has mapped. */
static bool is_free_page(const char *path)
{
	const int fd = open(path, O_RDWR | O_CLOEXEC | O_NOFOLLOW);
	bool is_free;

	if (fd < 0)
		return false;
	is_free = flock(fd, LOCK_EX | LOCK_NB) == 0;
	close(fd);
	return is_free;
}

static bool is_free_folder(const char *path)
{
	char config[PATH_MAX + 16];

	snprintf(config, sizeof(config), "%s/config", path);
	return !dpdk_is_locked(config);
}

/* search_folder hands out what is ours in a folder and in use by none. */
static void search_folder(struct search *search, const char *folder, const char *part,
			  bool (*is_free)(const char *path))
{
	char full[PATH_MAX];
	struct dirent **entries = NULL;
	int num;

	if (!dpdk_full(full, sizeof(full), search->machine, folder))
		return;
	num = scandir(full, &entries, NULL, alphasort);
	for (int i = 0; i < num; i++) {
		char path[PATH_MAX + 300];

		snprintf(path, sizeof(path), "%s/%s", full, entries[i]->d_name);
		if (is_ours(entries[i]->d_name) && strstr(entries[i]->d_name, part) &&
		    is_free(path)) {
			search->num++;
			if (search->found)
				search->found(search->context, path);
		}
		free(entries[i]);
	}
	free(entries);
}

size_t gng_dpdk_leftovers(const struct gng_dpdk_machine *machine,
			  void (*found)(void *context, const char *path), void *context)
{
	struct search search = {machine, found, context, 0};
	FILE *mounts = dpdk_mounts(machine);
	char folder[PATH_MAX];

	snprintf(folder, sizeof(folder), "%s/dpdk", dpdk_runtime_folder(machine));
	search_folder(&search, folder, "", is_free_folder);
	while (mounts && dpdk_next_hugetlbfs(folder, mounts))
		search_folder(&search, folder, "map_", is_free_page);
	if (mounts)
		endmntent(mounts);
	return search.num;
}

/* empty removes the files of a folder, and no folder within it. */
static void empty(int folder)
{
	DIR *dir = fdopendir(folder);
	struct dirent *entry;

	while (dir && (entry = readdir(dir)))
		if (*entry->d_name != '.')
			(void)unlinkat(folder, entry->d_name, 0);
	if (dir)
		closedir(dir);
	else
		close(folder);
}

enum gng_status gng_dpdk_remove(const char *path, struct gng_why *why)
{
	const char *name = strrchr(path, '/');
	struct stat state;
	int fd, failed;

	if (!name || !is_ours(name + 1))
		return gng_why_set(
			why, GNG_EINVAL, 0, "dpdk.remove",
			"%.200s is not ours: only what begins with " PREFIX " is removed", path);
	if (lstat(path, &state) != 0)
		return GNG_OK; /* gone already */
	fd = open(path, O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (fd >= 0)
		empty(fd);
	failed = fd >= 0 ? rmdir(path) : unlink(path);
	if (failed && errno != ENOENT)
		return gng_why_set(why, GNG_ESYS, errno, "dpdk.remove",
				   "%.200s cannot be removed: %s", path, strerror(errno));
	return GNG_OK;
}
