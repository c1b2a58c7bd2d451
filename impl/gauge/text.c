/* SPDX-License-Identifier: Apache-2.0 */
/* text.c - reads files and folders, cuts text into lines and words, and hashes it. */
#include "gauge_text.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <openssl/evp.h>

#define READ_CAP ((off_t)8 << 20) /* no source file of a sane tree is larger */

enum gng_status gauge_no_memory(struct gng_why *why)
{
	return gng_why_set(why, GNG_ENOMEM, 0, "gauge", "no memory");
}

char *gauge_vformat(const char *format, va_list args)
{
	char *text;

	return vasprintf(&text, format, args) < 0 ? NULL : text;
}

char *gauge_format(const char *format, ...)
{
	va_list args;
	char *text;

	va_start(args, format);
	text = gauge_vformat(format, args);
	va_end(args);
	return text;
}

void *gauge_grow(void *array, size_t num, size_t size)
{
	char *grown = array;

	if ((num & (num - 1)) == 0) { /* 0 or a power of two: full */
		grown = reallocarray(array, num ? 2 * num : 1, size);
		if (!grown)
			return NULL;
	}
	memset(grown + num * size, 0, size);
	return grown;
}

/* ---- files ---- */

static enum gng_status read_bytes(char **text, size_t len, int fd, const char *path,
				  struct gng_why *why)
{
	char *bytes = malloc(len + 1);
	size_t done = 0;
	ssize_t n = 1;

	if (!bytes)
		return gauge_no_memory(why);
	while (done < len && n > 0) {
		n = read(fd, bytes + done, len - done);
		done += n > 0 ? (size_t)n : 0;
	}
	bytes[done] = '\0';
	if (n >= 0 && !memchr(bytes, '\0', done)) {
		*text = bytes;
		return GNG_OK;
	}
	free(bytes);
	if (n < 0)
		return gng_why_set(why, GNG_ESYS, errno, "gauge.read", "%s: cannot be read: %s",
				   path, strerror(errno));
	return gng_why_set(why, GNG_EFORMAT, 0, "gauge.read", "%s: has a NUL byte: not text", path);
}

enum gng_status gauge_read(char **text, const char *path, struct gng_why *why)
{
	/* non-blocking: a FIFO in the tree must not hang the plan */
	const int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	enum gng_status status;
	struct stat about;

	if (fd < 0)
		return gng_why_set(why, GNG_ESYS, errno, "gauge.read", "%s: cannot be opened: %s",
				   path, strerror(errno));
	if (fstat(fd, &about) != 0 || !S_ISREG(about.st_mode) || about.st_size > READ_CAP)
		status = gng_why_set(why, GNG_EFORMAT, 0, "gauge.read",
				     "%s: is no regular file of at most 8 MiB", path);
	else
		status = read_bytes(text, (size_t)about.st_size, fd, path, why);
	close(fd);
	return status;
}

bool gauge_exists(const char *path)
{
	return faccessat(AT_FDCWD, path, F_OK, AT_SYMLINK_NOFOLLOW) == 0;
}

/* ---- lines and words ---- */

char *gauge_next_line(char **rest)
{
	char *line;

	if (!*rest || !**rest)
		return NULL;
	line = strsep(rest, "\n");
	line[strcspn(line, "\r")] = '\0';
	return line;
}

bool gauge_next_word(const char **word, size_t *len, const char **rest)
{
	*word = *rest + strspn(*rest, " \t");
	*len = strcspn(*word, " \t");
	*rest = *word + *len;
	return *len > 0;
}

bool gauge_has_word(const char *words, const char *word)
{
	const size_t word_len = strlen(word);
	const char *at;
	size_t len;

	while (gauge_next_word(&at, &len, &words))
		if (len == word_len && memcmp(at, word, len) == 0)
			return true;
	return false;
}

bool gauge_add_word(char **words, const char *word, size_t len)
{
	const char *before = *words ? *words : "";
	char *longer = gauge_format("%s%s%.*s", before, *before ? " " : "", (int)len, word);

	if (!longer)
		return false;
	free(*words);
	*words = longer;
	return true;
}

bool gauge_is_name(const char *text)
{
	return *text && text[strspn(text, "abcdefghijklmnopqrstuvwxyz0123456789_")] == '\0';
}

bool gauge_is_plain(const char *text)
{
	for (; *text; text++)
		if (*text != '\t' && (*text < ' ' || *text > '~'))
			return false;
	return true;
}

/* ---- folders ---- */

static bool ends_in(const char *name, const char *suffix)
{
	const size_t len = strlen(name), suffix_len = strlen(suffix);

	return len > suffix_len && strcmp(name + len - suffix_len, suffix) == 0;
}

static int by_bytes(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static bool keep(struct gauge_names *list, const char *name)
{
	char **grown = gauge_grow(list->names, list->num, sizeof(*grown));

	if (!grown)
		return false;
	list->names = grown;
	grown[list->num] = strdup(name);
	return grown[list->num++] != NULL;
}

static enum gng_status list_open(struct gauge_names *list, DIR *dir, const char *suffix,
				 struct gng_why *why)
{
	for (struct dirent *entry = readdir(dir); entry; entry = readdir(dir))
		if (entry->d_name[0] != '.' && ends_in(entry->d_name, suffix))
			if (!keep(list, entry->d_name))
				return gauge_no_memory(why);
	if (list->num)
		qsort(list->names, list->num, sizeof(*list->names), by_bytes);
	return GNG_OK;
}

enum gng_status gauge_list(struct gauge_names *list, const char *folder, const char *suffix,
			   struct gng_why *why)
{
	enum gng_status status;
	DIR *dir = opendir(folder);

	memset(list, 0, sizeof(*list));
	if (!dir && (errno == ENOENT || errno == ENOTDIR))
		return GNG_OK;
	if (!dir)
		return gng_why_set(why, GNG_ESYS, errno, "gauge.list", "%s: cannot be listed: %s",
				   folder, strerror(errno));
	status = list_open(list, dir, suffix, why);
	closedir(dir);
	if (status != GNG_OK)
		gauge_list_fini(list);
	return status;
}

void gauge_list_fini(struct gauge_names *list)
{
	for (size_t i = 0; i < list->num; i++)
		free(list->names[i]);
	free(list->names);
	memset(list, 0, sizeof(*list));
}

enum gng_status gauge_sha256(char hex[65], const char *text, size_t len, struct gng_why *why)
{
	unsigned char digest[EVP_MAX_MD_SIZE];

	if (EVP_Digest(text, len, digest, NULL, EVP_sha256(), NULL) != 1)
		return gauge_no_memory(why);
	for (size_t i = 0; i < 32; i++)
		snprintf(hex + 2 * i, 3, "%02x", digest[i]);
	return GNG_OK;
}
