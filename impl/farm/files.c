/* SPDX-License-Identifier: Apache-2.0 */
/* files.c - reads, writes and moves the files of a campaign. */
#include "farm_files.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define MAX_FILE ((off_t)64 << 20)

void farm_path(char path[FARM_PATH], const char *format, ...)
{
	va_list args;
	int len;

	va_start(args, format);
	len = vsnprintf(path, FARM_PATH, format, args);
	va_end(args);
	if (len < 0 || len >= FARM_PATH)
		strcpy(path, "/nonexistent/a-path-that-is-too-long");
}

char *farm_read(const char *path, size_t *len)
{
	const int fd = open(path, O_RDONLY | O_CLOEXEC);
	struct stat file;
	char *bytes = NULL;
	ssize_t got = 0;

	*len = 0;
	if (fd < 0)
		return NULL;
	if (fstat(fd, &file) == 0 && file.st_size <= MAX_FILE)
		bytes = malloc((size_t)file.st_size + 1);
	else
		errno = EFBIG;
	while (bytes && *len < (size_t)file.st_size &&
	       (got = read(fd, bytes + *len, (size_t)file.st_size - *len)) > 0)
		*len += (size_t)got;
	close(fd);
	if (got < 0) {
		free(bytes);
		return NULL;
	}
	if (bytes)
		bytes[*len] = '\0';
	return bytes;
}

static enum gng_status cannot(struct gng_why *why, const char *path)
{
	return gng_why_set(why, GNG_ESYS, errno, "farm.files", "%s cannot be written: %s", path,
			   strerror(errno));
}

enum gng_status farm_write(const char *path, const void *data, size_t len, struct gng_why *why)
{
	char beside[FARM_PATH];
	FILE *file;
	bool ok;

	farm_path(beside, "%s.new-%ld", path, (long)getpid());
	file = fopen(beside, "we");
	if (!file)
		return cannot(why, path);
	ok = fwrite(data, 1, len, file) == len && fflush(file) == 0 && fsync(fileno(file)) == 0;
	ok = fclose(file) == 0 && ok;
	if (ok && rename(beside, path) == 0)
		return GNG_OK;
	cannot(why, path);
	unlink(beside);
	return GNG_ESYS;
}

enum gng_status farm_make_dir(const char *path, struct gng_why *why)
{
	char part[FARM_PATH];

	farm_path(part, "%s", path);
	for (char *slash = part + 1; (slash = strchr(slash, '/')); slash++) {
		*slash = '\0';
		mkdir(part, 0777);
		*slash = '/';
	}
	if (mkdir(part, 0777) == 0 || errno == EEXIST)
		return GNG_OK;
	return cannot(why, path);
}

static int by_name(const void *one, const void *other)
{
	return strcmp(*(char *const *)one, *(char *const *)other);
}

void farm_list(struct farm_names *list, const char *path)
{
	DIR *dir = opendir(path);

	memset(list, 0, sizeof(*list));
	for (const struct dirent *entry; dir && (entry = readdir(dir));) {
		char **grown;

		if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
			continue;
		grown = reallocarray(list->names, list->num + 1, sizeof(*grown));
		if (!grown)
			break;
		list->names = grown;
		list->names[list->num] = strdup(entry->d_name);
		if (!list->names[list->num])
			break;
		list->num++;
	}
	if (dir)
		closedir(dir);
	if (list->num)
		qsort(list->names, list->num, sizeof(*list->names), by_name);
}

void farm_list_fini(struct farm_names *list)
{
	for (size_t i = 0; i < list->num; i++)
		free(list->names[i]);
	free(list->names);
	memset(list, 0, sizeof(*list));
}

static int remove_entry(const char *path, const struct stat *entry, int kind, struct FTW *where)
{
	(void)entry;
	(void)kind;
	(void)where;
	remove(path);
	return 0;
}

void farm_remove(const char *path)
{
	nftw(path, remove_entry, 16, FTW_DEPTH | FTW_PHYS | FTW_MOUNT);
}

void farm_size(uint64_t *num, uint64_t *bytes, const char *path)
{
	DIR *dir = opendir(path);
	struct stat file;

	*num = *bytes = 0;
	for (const struct dirent *entry; dir && (entry = readdir(dir));) {
		if (fstatat(dirfd(dir), entry->d_name, &file, AT_SYMLINK_NOFOLLOW) != 0 ||
		    !S_ISREG(file.st_mode))
			continue;
		++*num;
		*bytes += (uint64_t)file.st_size;
	}
	if (dir)
		closedir(dir);
}

void farm_move_all(const char *to, const char *from)
{
	struct farm_names list;
	char source[FARM_PATH], target[FARM_PATH];

	farm_list(&list, from);
	for (size_t i = 0; i < list.num; i++) {
		farm_path(source, "%s/%s", from, list.names[i]);
		farm_path(target, "%s/%s", to, list.names[i]);
		renameat2(AT_FDCWD, source, AT_FDCWD, target, RENAME_NOREPLACE);
	}
	farm_list_fini(&list);
	farm_remove(from);
}

enum gng_status farm_exchange(const char *one, const char *other, struct gng_why *why)
{
	if (renameat2(AT_FDCWD, one, AT_FDCWD, other, RENAME_EXCHANGE) == 0)
		return GNG_OK;
	return cannot(why, one);
}
