/* SPDX-License-Identifier: Apache-2.0 */
/* text.c - a file in memory, cut into lines in place. */
#include "vec_reader.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define STEP ((size_t)1 << 16)

static enum gng_status too_long(const char *shown, struct gng_why *why)
{
	return gng_why_set(why, GNG_EFORMAT, 0, "vec.open",
			   "%s:1: is longer than %zu MiB: split it into several files", shown,
			   GNG_VEC_MAX_LEN >> 20);
}

/* read_all reads until the end, so that pipes work too; the limit holds for them as well. */
static enum gng_status read_all(struct vec_text *text, int fd, const char *shown,
				struct gng_why *why)
{
	size_t len = 0, cap = 0;

	for (;;) {
		ssize_t n;

		if (len + STEP >= cap) {
			char *grown = realloc(text->start, cap = 2 * cap + 2 * STEP);

			if (!grown)
				return gng_why_set(why, GNG_ENOMEM, 0, "vec.open",
						   "%s: no memory for %zu bytes", shown, cap);
			text->start = grown;
		}
		n = read(fd, text->start + len, STEP);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return gng_why_set(why, GNG_ESYS, errno, "vec.open", "%s: cannot read: %s",
					   shown, strerror(errno));
		if (n == 0)
			break;
		len += (size_t)n;
		if (len > GNG_VEC_MAX_LEN)
			return too_long(shown, why);
	}
	text->end = text->start + len;
	*text->end = '\0';
	text->at = text->start;
	text->line = 1;
	return GNG_OK;
}

enum gng_status vec_text_read(struct vec_text *text, const char *path, struct gng_why *why)
{
	char shown[VEC_NAME_LEN];
	enum gng_status status;
	int fd;

	vec_shown_name(shown, path);
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	if (fd < 0)
		return gng_why_set(why, GNG_ESYS, errno, "vec.open", "%s: cannot open: %s", shown,
				   strerror(errno));
	status = read_all(text, fd, shown, why);
	close(fd);
	return status;
}

enum gng_status vec_text_copy(struct vec_text *text, const char *from, size_t len,
			      struct gng_why *why)
{
	if (len > GNG_VEC_MAX_LEN)
		return too_long("text", why);
	text->start = malloc(len + 1);
	if (!text->start)
		return gng_why_set(why, GNG_ENOMEM, 0, "vec.open", "no memory for %zu bytes", len);
	if (len > 0)
		memcpy(text->start, from, len);
	text->start[len] = '\0';
	text->at = text->start;
	text->end = text->start + len;
	text->line = 1;
	return GNG_OK;
}

enum gng_status vec_text_check(const struct vec_text *text, const char *name, struct gng_why *why)
{
	const char *nul = memchr(text->start, '\0', (size_t)(text->end - text->start));
	uint32_t line = 1;

	if (!nul)
		return GNG_OK;
	for (const char *c = text->start; c < nul; c++)
		line += *c == '\n';
	return gng_why_set(why, GNG_EFORMAT, 0, "vec.open",
			   "%s:%u: a NUL byte: this is no text file of vectors", name, line);
}

void vec_text_fini(struct vec_text *text)
{
	free(text->start);
	memset(text, 0, sizeof(*text));
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r';
}

char *vec_trim(char *start, char *end)
{
	while (start < end && is_blank(*start))
		start++;
	while (end > start && is_blank(end[-1]))
		end--;
	*end = '\0';
	return start;
}

char *vec_text_line(struct vec_text *text)
{
	char *start = text->at, *newline, *held = text->held;

	if (held) {
		text->held = NULL;
		text->line++;
		return held;
	}
	if (start >= text->end)
		return NULL;
	newline = memchr(start, '\n', (size_t)(text->end - start));
	text->at = newline ? newline + 1 : text->end;
	text->line++;
	return vec_trim(start, newline ? newline : text->end);
}

void vec_text_hold(struct vec_text *text, char *line)
{
	text->held = line;
	text->line--;
}

/* A long path keeps its end, which is what tells files apart. */
void vec_shown_name(char shown[VEC_NAME_LEN], const char *path)
{
	const size_t len = strlen(path), keep = VEC_NAME_LEN - sizeof("...");
	const char *tail = path;

	if (len >= VEC_NAME_LEN) {
		tail = path + len - keep;
		while ((*tail & 0xc0) == 0x80) /* not into the middle of a UTF-8 character */
			tail++;
	}
	snprintf(shown, VEC_NAME_LEN, "%s%s", tail == path ? "" : "...", tail);
}

bool vec_parse_count(uint64_t *count, const char *text)
{
	char *end;

	if (!isdigit((unsigned char)*text))
		return false;
	errno = 0;
	*count = strtoull(text, &end, 10);
	return errno == 0 && *end == '\0';
}
