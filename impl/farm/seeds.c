/* SPDX-License-Identifier: Apache-2.0 */
/* seeds.c - adds a seed to the text of a .seeds file. */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "gng_farm.h"

#define CASES "# cases: "

static enum gng_status bad(struct gng_why *why, const char *path, unsigned int line,
			   const char *what)
{
	return gng_why_set(why, GNG_EFORMAT, 0, "farm.seeds", "%s:%u: %s", path, line, what);
}

/* find_cases sets *digits to the number behind the one "# cases:" line. */
static enum gng_status find_cases(const char **digits, const char *path, const char *text,
				  struct gng_why *why)
{
	unsigned int line = 1;

	*digits = NULL;
	for (const char *at = text; *at; line++) {
		if (strncmp(at, CASES, strlen(CASES)) == 0) {
			if (*digits)
				return bad(why, path, line, "'# cases:' stands twice: remove one");
			*digits = at + strlen(CASES);
			if (!isdigit((unsigned char)**digits))
				return bad(why, path, line, "'# cases:' wants a number");
		}
		at += strcspn(at, "\n");
		at += *at == '\n';
	}
	return *digits ? GNG_OK
		       : bad(why, path, 1,
			     "no line '# cases: N': declare how many seeds there are");
}

static bool same_hex(const char *hex, const uint8_t *data, size_t len)
{
	const size_t digits = strcspn(hex, " \t\r\n");
	char two[3];

	if (digits != 2 * len)
		return false;
	for (size_t i = 0; i < len; i++) {
		snprintf(two, sizeof(two), "%02x", data[i]);
		if (strncasecmp(hex + 2 * i, two, 2) != 0)
			return false;
	}
	return true;
}

/* stands says whether a seed of these bytes is there. If not, *taken is the line of another that
 * has the name, 0 if there is none. */
static bool stands(unsigned int *taken, const char *text, const char *name, const uint8_t *data,
		   size_t len)
{
	unsigned int line = 1;

	*taken = 0;
	for (const char *at = text; *at; line++) {
		const size_t word = strcspn(at, " \t=\n");
		const char *equals = at + word + strspn(at + word, " \t");

		if (*at != '#' && *equals == '=') {
			if (same_hex(equals + 1 + strspn(equals + 1, " \t"), data, len))
				return true;
			if (word == strlen(name) && strncmp(at, name, word) == 0)
				*taken = line;
		}
		at += strcspn(at, "\n");
		at += *at == '\n';
	}
	return false;
}

enum gng_status gng_farm_seed_add(char **added, const char *path, const char *text,
				  const char *name, const uint8_t *data, size_t len,
				  struct gng_why *why)
{
	const size_t text_len = strlen(text);
	const char *digits, *rest;
	size_t added_len;
	unsigned int taken;
	const bool found = stands(&taken, text, name, data, len);
	FILE *out;
	enum gng_status status = find_cases(&digits, path, text, why);

	if (status == GNG_OK && !found && taken)
		status = bad(why, path, taken, "a seed of this name has other bytes");
	if (status != GNG_OK)
		return status;
	out = open_memstream(added, &added_len);
	if (!out)
		return gng_why_set(why, GNG_ENOMEM, 0, "farm.seeds", "no memory");
	rest = digits + strspn(digits, "0123456789");
	if (found) {
		fputs(text, out);
	} else {
		fprintf(out, "%.*s%lu%s", (int)(digits - text), text, strtoul(digits, NULL, 10) + 1,
			rest);
		fprintf(out, "%s%s =%s", text_len && text[text_len - 1] == '\n' ? "" : "\n", name,
			len ? " " : "");
		for (size_t i = 0; i < len; i++)
			fprintf(out, "%02x", data[i]);
		fputc('\n', out);
	}
	return fclose(out) == 0 ? GNG_OK
				: gng_why_set(why, GNG_ENOMEM, 0, "farm.seeds", "no memory");
}
