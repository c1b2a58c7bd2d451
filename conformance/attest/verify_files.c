/* SPDX-License-Identifier: Apache-2.0 */
/* verify_files.c - tampering with the files of a sign-off. */
#include "verify_desk.h"

static const char *in_copy(const char *name)
{
	char path[256];

	snprintf(path, sizeof(path), "copy/%s", name);
	return lab_path(path);
}

static char *get(const char *name, size_t *len)
{
	char path[256];

	snprintf(path, sizeof(path), "copy/%s", name);
	return lab_read(path, len);
}

static void put(const char *name, const char *text, size_t len)
{
	FILE *file = fopen(in_copy(name), "we");

	assert_non_null(file);
	assert_int_equal(fwrite(text, 1, len, file), len);
	assert_int_equal(fclose(file), 0);
}

void desk_nothing(const struct desk *desk, const char *a, const char *b, const char *c)
{
	(void)desk, (void)a, (void)b, (void)c;
}

/* replaces the first b in file a by c */
void desk_replace(const struct desk *desk, const char *a, const char *b, const char *c)
{
	size_t len;
	char *text = get(a, &len), *at = strstr(text, b), *made;

	(void)desk;
	if (!at)
		fail_msg("%s has no %s", a, b);
	assert_true(asprintf(&made, "%.*s%s%s", (int)(at - text), text, c, at + strlen(b)) >= 0);
	put(a, made, strlen(made));
	free(made);
	free(text);
}

/* flips one bit in the middle of file a */
void desk_flip(const struct desk *desk, const char *a, const char *b, const char *c)
{
	size_t len;
	char *text = get(a, &len);

	(void)desk, (void)b, (void)c;
	assert_true(len > 0);
	text[len / 2] ^= 1;
	put(a, text, len);
	free(text);
}

/* leaves out the last 9 bytes of file a */
void desk_cut(const struct desk *desk, const char *a, const char *b, const char *c)
{
	size_t len;
	char *text = get(a, &len);

	(void)desk, (void)b, (void)c;
	assert_true(len > 9);
	put(a, text, len - 9);
	free(text);
}

void desk_delete(const struct desk *desk, const char *a, const char *b, const char *c)
{
	(void)desk, (void)b, (void)c;
	assert_int_equal(unlink(in_copy(a)), 0);
}

void desk_add(const struct desk *desk, const char *a, const char *b, const char *c)
{
	(void)desk, (void)c;
	put(a, b, strlen(b));
}

void desk_folder(const struct desk *desk, const char *a, const char *b, const char *c)
{
	(void)desk, (void)b, (void)c;
	assert_int_equal(mkdir(in_copy(a), 0777), 0);
}

/* puts a link to an untouched copy in place of file a */
void desk_link(const struct desk *desk, const char *a, const char *b, const char *c)
{
	(void)desk, (void)b, (void)c;
	assert_int_equal(rename(in_copy(a), lab_path("elsewhere")), 0);
	assert_int_equal(symlink(lab_path("elsewhere"), in_copy(a)), 0);
}

/* ---- lines of a file ---- */

static char *line_at(char *text, int number)
{
	while (number-- > 0)
		text = strchr(text, '\n') + 1;
	return text;
}

static size_t line_len(const char *line)
{
	return strcspn(line, "\n") + 1;
}

/* leaves out line b (from 0) of file a */
void desk_drop_line(const struct desk *desk, const char *a, const char *b, const char *c)
{
	size_t len, cut;
	char *text = get(a, &len), *line = line_at(text, atoi(b));

	(void)desk, (void)c;
	cut = line_len(line);
	memmove(line, line + cut, strlen(line + cut) + 1);
	put(a, text, len - cut);
	free(text);
}

void desk_repeat_line(const struct desk *desk, const char *a, const char *b, const char *c)
{
	size_t len;
	char *text = get(a, &len), *line = line_at(text, atoi(b)), *made;

	(void)desk, (void)c;
	assert_true(asprintf(&made, "%s%.*s", text, (int)line_len(line), line) > 0);
	put(a, made, strlen(made));
	free(made);
	free(text);
}

void desk_swap_lines(const struct desk *desk, const char *a, const char *b, const char *c)
{
	size_t len;
	char *text = get(a, &len), *second = line_at(text, 1), *third = line_at(text, 2), *made;

	(void)desk, (void)b, (void)c;
	assert_true(asprintf(&made, "%.*s%.*s%s", (int)(third - second), second,
			     (int)(second - text), text, third) > 0);
	put(a, made, strlen(made));
	free(made);
	free(text);
}
