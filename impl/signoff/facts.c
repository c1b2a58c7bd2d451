/* SPDX-License-Identifier: Apache-2.0 */
/* facts.c - reads small files under a root into a list of facts. */
#include "signoff_facts.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define MAX_FILE 65536
#define MAX_VALUE 600 /* bytes: a longer value is cut, and says so */

static size_t read_all(int fd, char *text, size_t cap)
{
	size_t len = 0;
	ssize_t n;

	while (len < cap &&
	       ((n = read(fd, text + len, cap - len)) > 0 || (n < 0 && errno == EINTR)))
		len += n > 0 ? (size_t)n : 0;
	return len;
}

/* A file of /proc has no size, and a device is no file of facts: read a bounded part. */
char *facts_text(const char *root, const char *path)
{
	char *name, *text;
	int fd;

	if (asprintf(&name, "%s%s", root, path) < 0)
		return NULL;
	fd = open(name, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	free(name);
	if (fd < 0)
		return NULL;
	text = calloc(1, MAX_FILE + 1);
	if (text)
		read_all(fd, text, MAX_FILE);
	close(fd);
	return text;
}

/* tidy makes a value one line without control bytes and surrounding blanks. */
static char *tidy(char *value)
{
	size_t len = strspn(value, " \t\r\n");

	memmove(value, value + len, strlen(value + len) + 1);
	for (char *c = value; *c; c++)
		if ((unsigned char)*c < 0x20 || *c == 0x7f)
			*c = ' ';
	for (len = strlen(value); len && value[len - 1] == ' '; len--)
		value[len - 1] = '\0';
	return value;
}

char *facts_line(const char *root, const char *path)
{
	char *text = facts_text(root, path);

	if (!text)
		return NULL;
	text[strcspn(text, "\n")] = '\0';
	return tidy(text);
}

char *facts_field(const char *text, const char *name)
{
	const size_t len = strlen(name);

	for (const char *line = text; *line; line += strcspn(line, "\n"), line += *line == '\n') {
		const char *at = line + len;

		if (strncmp(line, name, len) != 0)
			continue;
		at += strspn(at, " \t");
		if (*at == ':' || *at == '=')
			return strndup(at + 1 + strspn(at + 1, " \t"),
				       strcspn(at + 1 + strspn(at + 1, " \t"), "\n"));
	}
	return NULL;
}

size_t facts_count(const char *text, const char *name)
{
	size_t num = 0;

	for (const char *line = text; *line; line += strcspn(line, "\n"), line += *line == '\n')
		num += strncmp(line, name, strlen(name)) == 0;
	return num;
}

/* cut keeps a value short enough for a page. The cut falls on a character's first byte. */
static void cut(char *value)
{
	size_t len = MAX_VALUE;

	if (strlen(value) <= MAX_VALUE)
		return;
	while (len > 0 && ((unsigned char)value[len] & 0xc0) == 0x80)
		len--;
	memcpy(value + len, "...", 4);
}

void facts_add(struct facts *facts, const char *group, const char *name, char *value)
{
	struct gng_machine *machine = facts->machine;
	struct gng_machine_fact *more;

	if (value && strlen(value) > MAX_VALUE) /* room for the dots is certain then */
		cut(value);
	if (!value || !*tidy(value)) {
		free(value);
		value = strdup(GNG_SIGNOFF_ABSENT);
	}
	more = reallocarray(machine->facts, machine->num_facts + 1, sizeof(*more));
	if (more)
		machine->facts = more;
	if (!more || !value) {
		free(value);
		facts->broken = true;
		return;
	}
	machine->facts[machine->num_facts++] =
		(struct gng_machine_fact){.group = group, .name = name, .value = value};
}

void facts_addf(struct facts *facts, const char *group, const char *name, const char *format, ...)
{
	va_list args;
	char *value;

	va_start(args, format);
	if (vasprintf(&value, format, args) < 0)
		value = NULL;
	va_end(args);
	facts_add(facts, group, name, value);
}
