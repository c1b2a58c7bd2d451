/* SPDX-License-Identifier: Apache-2.0 */
/* modules.c - reads modules.dep and modules.builtin of depmod(8). A line of the first is
 * "FILE: NEEDED..."; what is named last must be loaded first. */
#include "lab_modules.h"

#include <stdlib.h>
#include <string.h>

#include "lab_text.h"

/* same_name compares a module's name with the file at path[0..len), whose folder and ".ko",
 * ".ko.xz" do not count. */
static bool same_name(const char *name, const char *path, size_t len)
{
	const char *slash = memrchr(path, '/', len);
	size_t i;

	if (slash) {
		len -= (size_t)(slash + 1 - path);
		path = slash + 1;
	}
	for (i = 0; name[i] && i < len; i++) {
		const char a = name[i] == '-' ? '_' : name[i];
		const char b = path[i] == '-' ? '_' : path[i];

		if (a != b)
			return false;
	}
	return !name[i] && len - i >= 3 && memcmp(path + i, ".ko", 3) == 0 &&
	       (len - i == 3 || path[i + 3] == '.');
}

static bool is_builtin(const char *name, const char *builtin)
{
	for (const char *line = builtin; *line;) {
		const size_t len = strcspn(line, "\n");

		if (same_name(name, line, len))
			return true;
		line += len + (line[len] == '\n');
	}
	return false;
}

static enum gng_status add(struct gng_lab_list *paths, const char *path, size_t len,
			   struct gng_why *why)
{
	char *copy = strndup(path, len);
	const bool added = copy && (lab_list_has(paths, copy) || lab_list_add(paths, copy));

	free(copy);
	return added ? GNG_OK : gng_why_set(why, GNG_ENOMEM, 0, "lab.modules", "no memory");
}

/* add_line takes "FILE: A B" as B, A, FILE. */
static enum gng_status add_line(struct gng_lab_list *paths, const char *line, size_t len,
				const char *colon, struct gng_why *why)
{
	const char *end = line + len;
	enum gng_status status = GNG_OK;

	while (status == GNG_OK && end > colon + 1) {
		const char *start = end;

		while (start > colon + 1 && start[-1] != ' ')
			start--;
		if (end > start)
			status = add(paths, start, (size_t)(end - start), why);
		end = start - (start > colon + 1);
	}
	return status == GNG_OK ? add(paths, line, (size_t)(colon - line), why) : status;
}

enum gng_status lab_modules_resolve(struct gng_lab_list *paths, const char *name, const char *dep,
				    const char *builtin, struct gng_why *why)
{
	size_t number = 0;

	for (const char *line = dep; *line;) {
		const size_t len = strcspn(line, "\n");
		const char *colon = memchr(line, ':', len);

		number++;
		if (!colon)
			return gng_why_set(why, GNG_EFORMAT, 0, "lab.modules",
					   "modules.dep:%zu: no colon: run ci/setup lab again",
					   number);
		if (same_name(name, line, (size_t)(colon - line)))
			return add_line(paths, line, len, colon, why);
		line += len + (line[len] == '\n');
	}
	if (is_builtin(name, builtin))
		return GNG_OK;
	return gng_why_set(why, GNG_EUNSUPPORTED, 0, "lab.modules",
			   "this kernel has no module '%s': choose another flavour in the case",
			   name);
}
