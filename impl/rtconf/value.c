/* SPDX-License-Identifier: Apache-2.0 */
/* value.c - one value of /proc or /sys, read and written below a root. */
#include "rtconf_partition.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <unistd.h>

#include <gng_sysfile.h>

bool rtconf_value_read(char value[GNG_RTCONF_CPUS_TEXT], const char *root, const char *path)
{
	char *open_at, *close_at;

	if (rtconf_partition_value(value, root, path))
		return true;
	if (!gng_sysfile_read(value, GNG_RTCONF_CPUS_TEXT, root, path))
		return false;
	open_at = strchr(value, '[');
	close_at = open_at ? strchr(open_at, ']') : NULL;
	if (close_at) {
		*close_at = '\0';
		memmove(value, open_at + 1, (size_t)(close_at - open_at));
	}
	return true;
}

static int write_words(const char *root, const char *path, const char *words)
{
	char full[PATH_MAX];
	const size_t len = strlen(words);
	int fd, error = 0;

	if (snprintf(full, sizeof(full), "%s%s", root, path) >= (int)sizeof(full))
		return ENAMETOOLONG;
	fd = open(full, O_WRONLY | O_TRUNC | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	if (fd < 0)
		return errno;
	if (write(fd, words, len) != (ssize_t)len)
		error = errno ? errno : EIO;
	if (close(fd) != 0 && !error)
		error = errno;
	return error;
}

int rtconf_value_write(const char *root, const char *path, const char *value)
{
	int error;

	if (rtconf_partition_write(&error, root, path, value))
		return error;
	return write_words(root, path, rtconf_partition_words(path, value));
}

/* skip_zeros moves over zeros and commas at the front of a mask, but leaves a last digit. */
static const char *skip_zeros(const char *text)
{
	while ((*text == '0' || *text == ',') && text[1])
		text++;
	return text;
}

bool rtconf_value_is(const char *a, const char *b)
{
	return strcmp(skip_zeros(a), skip_zeros(b)) == 0;
}

bool rtconf_value_may(const char *path)
{
	static const char *const below[] = {"/proc/sys/", "/proc/irq/", "/sys/"};

	if (strstr(path, "/.."))
		return false;
	for (size_t i = 0; i < sizeof(below) / sizeof(below[0]); i++)
		if (strncmp(path, below[i], strlen(below[i])) == 0)
			return true;
	return false;
}
