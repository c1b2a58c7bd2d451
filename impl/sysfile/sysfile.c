/* SPDX-License-Identifier: Apache-2.0 */
/* sysfile.c - reads small files and lists folders of /proc and /sys under a root. */
#include "gng_sysfile.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define WHOLE_CAP ((size_t)1 << 20)

static bool join(char full[PATH_MAX], const char *root, const char *path)
{
	return snprintf(full, PATH_MAX, "%s%s", root, path) < PATH_MAX;
}

static int open_under(const char *root, const char *path)
{
	char full[PATH_MAX];

	if (!join(full, root, path))
		return -1;
	/* a FIFO or device in a strange tree must not make us wait */
	return open(full, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
}

bool gng_sysfile_exists(const char *root, const char *path)
{
	char full[PATH_MAX];

	return join(full, root, path) && faccessat(AT_FDCWD, full, F_OK, AT_SYMLINK_NOFOLLOW) == 0;
}

/* read_some returns the number of bytes, or -1. */
static ssize_t read_some(char *text, size_t cap, int fd)
{
	size_t len = 0;
	ssize_t n = 0;

	while (len + 1 < cap && (n = read(fd, text + len, cap - 1 - len)) > 0)
		len += (size_t)n;
	text[len] = '\0';
	return n < 0 ? -1 : (ssize_t)len;
}

/* is_text: a file of /proc or /sys has printable ASCII; what has other bytes is no answer. */
static bool is_text(const char *text, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if ((text[i] < ' ' || text[i] > '~') && text[i] != '\n' && text[i] != '\t')
			return false;
	return true;
}

/* read_line reads what stands before the blanks at the end; -1 if it cannot be read. */
static ssize_t read_line(char *text, size_t cap, const char *root, const char *path)
{
	const int fd = open_under(root, path);
	ssize_t len;

	*text = '\0';
	if (fd < 0)
		return -1;
	len = read_some(text, cap, fd);
	close(fd);
	while (len > 0 && (text[len - 1] == '\n' || text[len - 1] == ' '))
		text[--len] = '\0';
	return len;
}

bool gng_sysfile_bytes(char *text, size_t cap, const char *root, const char *path)
{
	return read_line(text, cap, root, path) >= 0;
}

bool gng_sysfile_read(char *text, size_t cap, const char *root, const char *path)
{
	const ssize_t len = read_line(text, cap, root, path);

	if (len < 0 || !is_text(text, (size_t)len))
		*text = '\0';
	return *text != '\0';
}

char *gng_sysfile_text(const char *root, const char *path)
{
	const int fd = open_under(root, path);
	char *text = fd < 0 ? NULL : malloc(WHOLE_CAP);

	const ssize_t len = text ? read_some(text, WHOLE_CAP, fd) : -1;

	if (len < 0 || !is_text(text, (size_t)len)) {
		free(text);
		text = NULL;
	}
	if (fd >= 0)
		close(fd);
	return text;
}

enum gng_status gng_sysfile_open(FILE **file, const char *path, size_t max, struct gng_why *why)
{
	const int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	enum gng_status status = GNG_OK;
	struct stat about;

	*file = NULL;
	if (fd < 0 || fstat(fd, &about) != 0)
		status = gng_why_set(why, GNG_ESYS, errno, "sysfile.open", "%s: %s", path,
				     strerror(errno));
	else if (!S_ISREG(about.st_mode) || (uintmax_t)about.st_size > max)
		status = gng_why_set(why, GNG_EFORMAT, 0, "sysfile.open",
				     "%s: is no regular file of at most %zu KiB", path, max >> 10);
	else if (!(*file = fdopen(fd, "r")))
		status = gng_why_set(why, GNG_ENOMEM, 0, "sysfile.open", "no memory");
	if (!*file && fd >= 0)
		close(fd);
	return status;
}

unsigned long gng_sysfile_number(const char *root, const char *path)
{
	char text[64], *end;
	unsigned long number;

	if (!gng_sysfile_read(text, sizeof(text), root, path) || *text == '-')
		return 0;
	number = strtoul(text, &end, 0);
	return end == text || *end ? 0 : number;
}

long gng_sysfile_integer(const char *root, const char *path, long otherwise)
{
	char text[64], *end;
	long number;

	if (!gng_sysfile_read(text, sizeof(text), root, path))
		return otherwise;
	number = strtol(text, &end, 10);
	return end == text || *end ? otherwise : number;
}

void gng_sysfile_link(char *name, size_t cap, const char *root, const char *path)
{
	char full[PATH_MAX], target[PATH_MAX];
	ssize_t len;

	*name = '\0';
	if (!join(full, root, path))
		return;
	len = readlink(full, target, sizeof(target) - 1);
	if (len <= 0)
		return;
	target[len] = '\0';
	snprintf(name, cap, "%.*s", (int)cap - 1,
		 strrchr(target, '/') ? strrchr(target, '/') + 1 : target);
}

static int no_dot(const struct dirent *entry)
{
	return *entry->d_name != '.';
}

size_t gng_sysfile_each(const char *root, const char *path,
			void (*one)(void *context, const char *root, const char *name),
			void *context)
{
	struct dirent **entries = NULL;
	char full[PATH_MAX];
	int num;

	if (!join(full, root, path))
		return 0;
	num = scandir(full, &entries, no_dot, alphasort);
	for (int i = 0; i < num; i++) {
		if (one)
			one(context, root, entries[i]->d_name);
		free(entries[i]);
	}
	free(entries);
	return num < 0 ? 0 : (size_t)num;
}
