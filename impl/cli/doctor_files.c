/* SPDX-License-Identifier: Apache-2.0 */
/* doctor_files.c - the probes' only sense: files, folders and links under a root. */
#include "doctor.h"

#include <ctype.h>
#include <dirent.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

void doctor_ok(struct gng_cli_finding *finding, const char *evidence, ...)
{
	va_list args;

	va_start(args, evidence);
	vsnprintf(finding->evidence, sizeof(finding->evidence), evidence, args);
	va_end(args);
	finding->ok = true;
	finding->remedy[0] = '\0';
}

void doctor_fix(struct gng_cli_finding *finding, const char *remedy, const char *evidence, ...)
{
	va_list args;

	va_start(args, evidence);
	vsnprintf(finding->evidence, sizeof(finding->evidence), evidence, args);
	va_end(args);
	finding->ok = false;
	snprintf(finding->remedy, sizeof(finding->remedy), "%s", remedy);
}

static bool join(char full[PATH_MAX], const char *root, const char *path)
{
	return snprintf(full, PATH_MAX, "%s%s", root, path) < PATH_MAX;
}

bool doctor_read(char text[DOCTOR_TEXT], const char *root, const char *path)
{
	char full[PATH_MAX];
	size_t len = 0;
	ssize_t n = 0;
	int fd;

	*text = '\0';
	if (!join(full, root, path))
		return false;
	fd = open(full, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (fd < 0)
		return false;
	while (len < DOCTOR_TEXT - 1 && (n = read(fd, text + len, DOCTOR_TEXT - 1 - len)) > 0)
		len += (size_t)n;
	close(fd);
	while (len > 0 && isspace((unsigned char)text[len - 1]))
		len--;
	text[len] = '\0';
	return n >= 0;
}

long doctor_number(const char *root, const char *path, long otherwise)
{
	char text[DOCTOR_TEXT], *end;
	long number;

	if (!doctor_read(text, root, path))
		return otherwise;
	number = strtol(text, &end, 10);
	return end == text || *end ? otherwise : number;
}

bool doctor_exists(const char *root, const char *path)
{
	char full[PATH_MAX];

	return join(full, root, path) && faccessat(AT_FDCWD, full, F_OK, AT_SYMLINK_NOFOLLOW) == 0;
}

size_t doctor_entries(char *names, size_t cap, const char *root, const char *path,
		      const char *prefix)
{
	char full[PATH_MAX];
	struct dirent **entries = NULL;
	size_t num = 0, len = 0;
	int n;

	*names = '\0';
	if (!join(full, root, path))
		return 0;
	n = scandir(full, &entries, NULL, alphasort);
	for (int i = 0; i < n; i++) {
		const char *name = entries[i]->d_name;

		if (*name != '.' && strncmp(name, prefix, strlen(prefix)) == 0) {
			if (len + strlen(name) + 2 <= cap)
				len += (size_t)snprintf(names + len, cap - len, "%s%s",
							len ? " " : "", name);
			num++;
		}
		free(entries[i]);
	}
	free(entries);
	return num;
}

bool doctor_link(char *name, size_t cap, const char *root, const char *path)
{
	char full[PATH_MAX], target[PATH_MAX];
	const char *last;
	ssize_t len;

	if (!join(full, root, path))
		return false;
	len = readlink(full, target, sizeof(target) - 1);
	if (len < 0)
		return false;
	target[len] = '\0';
	last = strrchr(target, '/');
	return (size_t)snprintf(name, cap, "%s", last ? last + 1 : target) < cap;
}

bool doctor_has_word(const char *text, const char *word)
{
	const size_t len = strlen(word);

	for (text += strspn(text, " \t\n"); *text; text += strspn(text, " \t\n")) {
		const size_t this = strcspn(text, " \t\n");

		if (this == len && memcmp(text, word, len) == 0)
			return true;
		text += this;
	}
	return false;
}
