/* SPDX-License-Identifier: Apache-2.0 */
/*
 * unit.c - reads a unit of systemd for what it would ignore: a wrong value of CPUSchedulingPolicy=
 * costs a warning in the journal and the real-time class, and the service starts all the same.
 */
#include "rtconf_unit.h"

#include <ctype.h>
#include <string.h>

#define LINE_CAP 2048

struct reading {
	void (*complain)(void *context, const struct gng_rtconf_complaint *one);
	void *context;
	size_t num, line;      /* complaints; the line of the assignment, from 1 */
	char section[64];      /* "" before the first */
	bool executes;	       /* a section whose lines systemd.exec(5) describes was seen */
	size_t seen[UNIT_NUM]; /* the line of the last good value; 0: none */
	char value[UNIT_NUM][64];
};

static void complain(struct reading *reading, size_t line, const char *format, ...)
	GNG_PRINTF(3, 4);
static void complain(struct reading *reading, size_t line, const char *format, ...)
{
	struct gng_rtconf_complaint one = {.line = line};
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(one.text, sizeof(one.text), format, arguments);
	va_end(arguments);
	reading->num++;
	if (reading->complain)
		reading->complain(reading->context, &one);
}

/* ---- one assignment ---- */

static bool is_exec(const char *section)
{
	return strcmp(section, "Service") == 0 || strcmp(section, "Socket") == 0 ||
	       strcmp(section, "Mount") == 0 || strcmp(section, "Swap") == 0;
}

/* is_near says whether two names differ by one letter that is changed, missing or too many, or by
 * upper case alone. */
static bool is_near(const char *name, const char *known)
{
	const size_t a = strlen(name), b = strlen(known);
	size_t front = 0, back = 0;

	if (strcasecmp(name, known) == 0)
		return true;
	if (a > b + 1 || b > a + 1)
		return false;
	while (name[front] && name[front] == known[front])
		front++;
	while (back < a - front && back < b - front && name[a - 1 - back] == known[b - 1 - back])
		back++;
	return front + back + 1 >= (a > b ? a : b);
}

static void misspelt(struct reading *reading, const char *name)
{
	for (int i = 0; i < UNIT_NUM; i++)
		if (is_near(name, unit_directives[i].name)) {
			complain(reading, reading->line,
				 "systemd ignores %.60s=, which it does not know: write %s=", name,
				 unit_directives[i].name);
			return;
		}
}

static void assign(struct reading *reading, const char *name, const char *value)
{
	const struct unit_directive *known = NULL;

	for (int i = 0; i < UNIT_NUM; i++)
		if (strcmp(unit_directives[i].name, name) == 0)
			known = &unit_directives[i];
	if (!known) {
		misspelt(reading, name);
		return;
	}
	if (!is_exec(reading->section)) {
		complain(reading, reading->line,
			 "systemd ignores %s= in [%s]: it belongs in "
			 "[Service]",
			 name, reading->section);
		return;
	}
	reading->seen[known - unit_directives] = 0;
	if (!*value)
		return; /* an empty value takes back earlier ones */
	if (!known->is_value(value)) {
		complain(reading, reading->line, "systemd ignores %s=%.40s: %s", name, value,
			 known->wants);
		return;
	}
	reading->seen[known - unit_directives] = reading->line;
	snprintf(reading->value[known - unit_directives], 64, "%.63s", value);
}

/* ---- lines ---- */

static char *trim(char *text)
{
	size_t len;

	text += strspn(text, " \t");
	len = strlen(text);
	while (len && isspace((unsigned char)text[len - 1]))
		text[--len] = '\0';
	return text;
}

static void take(struct reading *reading, char *text)
{
	char *equals;
	size_t len;

	text = trim(text);
	len = strlen(text);
	if (!*text || *text == '#' || *text == ';')
		return;
	if (*text == '[' && text[len - 1] == ']') {
		snprintf(reading->section, sizeof(reading->section), "%.*s", (int)(len - 2),
			 text + 1);
		reading->executes = reading->executes || is_exec(reading->section);
		return;
	}
	equals = strchr(text, '=');
	if (!equals) {
		complain(reading, reading->line, "systemd ignores a line without '=': %.60s", text);
		return;
	}
	*equals = '\0';
	assign(reading, trim(text), trim(equals + 1));
}

/* next copies the next line to line, with what a backslash at the end continues, and returns how
 * many bytes it took; *lines is how many lines those were. */
static size_t next(char line[LINE_CAP], size_t *lines, const char *text, size_t len)
{
	size_t at = 0, out = 0;

	for (*lines = 0; at < len;) {
		const char *end = memchr(text + at, '\n', len - at);
		const size_t part = end ? (size_t)(end - text) - at : len - at;
		const bool goes_on = part && text[at + part - 1] == '\\';

		for (size_t i = 0; i < part - goes_on && out + 2 < LINE_CAP; i++)
			line[out++] = text[at + i] ? text[at + i] : '?';
		at += part + (end != NULL);
		++*lines;
		if (!goes_on)
			break;
		line[out++] = ' ';
		if (out + 2 >= LINE_CAP)
			out = LINE_CAP - 2;
	}
	line[out] = '\0';
	return at;
}

/* ---- what contradicts ---- */

static bool is_real_time(const char *policy)
{
	return strcmp(policy, "fifo") == 0 || strcmp(policy, "rr") == 0 ||
	       strcmp(policy, "1") == 0 || strcmp(policy, "2") == 0;
}

static bool has(const struct reading *reading, enum unit_directive_index which, const char *value)
{
	return reading->seen[which] && strcmp(reading->value[which], value) == 0;
}

/* compare_class is about a real-time policy; the line of the priority is 0 if it has none. */
static void compare_class(struct reading *reading, size_t policy, size_t priority)
{
	const char *name = reading->value[UNIT_POLICY];

	if (!priority)
		complain(reading, policy,
			 "%s without CPUSchedulingPriority= runs at priority 1: below every "
			 "interrupt thread",
			 name);
	if (has(reading, UNIT_PRIORITY, "0"))
		complain(reading, priority, "%s has no priority 0: the service does not start",
			 name);
	if (has(reading, UNIT_PRIORITY, "99"))
		complain(reading, priority,
			 "priority 99 competes with the kernel's own migration threads: take 98 or "
			 "less");
	if (!reading->seen[UNIT_MEMLOCK])
		complain(reading, policy,
			 "without LimitMEMLOCK=infinity mlockall() fails at 8 MiB, and pages are "
			 "faulted in late");
}

static void compare(struct reading *reading)
{
	const size_t policy = reading->seen[UNIT_POLICY], priority = reading->seen[UNIT_PRIORITY];

	if (policy && is_real_time(reading->value[UNIT_POLICY]))
		compare_class(reading, policy, priority);
	else if (priority && !has(reading, UNIT_PRIORITY, "0"))
		complain(reading, priority,
			 "a priority without CPUSchedulingPolicy=fifo or rr has no effect");
	if (has(reading, UNIT_NUMA_POLICY, "bind") && !reading->seen[UNIT_NUMA_MASK])
		complain(reading, reading->seen[UNIT_NUMA_POLICY],
			 "NUMAPolicy=bind without NUMAMask= is refused");
}

size_t gng_rtconf_unit(const char *text, size_t len,
		       void (*one)(void *context, const struct gng_rtconf_complaint *one),
		       void *context)
{
	struct reading reading = {.complain = one, .context = context};
	char line[LINE_CAP];
	size_t lines, next_line = 1;

	for (size_t at = 0; at < len; next_line += lines) {
		reading.line = next_line;
		at += next(line, &lines, text + at, len - at);
		take(&reading, line);
	}
	if (!reading.executes)
		complain(&reading, 0,
			 "there is no section [Service]: this is no unit that "
			 "executes anything");
	compare(&reading);
	return reading.num;
}
