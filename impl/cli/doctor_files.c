/* SPDX-License-Identifier: Apache-2.0 */
/* doctor_files.c - what is found, and the names of a folder under a root. */
#include "doctor.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

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

struct listing {
	char *names;
	const char *prefix;
	size_t cap, len, num;
};

static void add_entry(void *context, const char *root, const char *name)
{
	struct listing *listing = context;

	(void)root;
	if (strncmp(name, listing->prefix, strlen(listing->prefix)) != 0)
		return;
	if (listing->len + strlen(name) + 2 <= listing->cap)
		listing->len +=
			(size_t)snprintf(listing->names + listing->len, listing->cap - listing->len,
					 "%s%s", listing->len ? " " : "", name);
	listing->num++;
}

size_t doctor_entries(char *names, size_t cap, const char *root, const char *path,
		      const char *prefix)
{
	struct listing listing = {.names = names, .prefix = prefix, .cap = cap};

	*names = '\0';
	gng_sysfile_each(root, path, add_entry, &listing);
	return listing.num;
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
