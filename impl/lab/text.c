/* SPDX-License-Identifier: Apache-2.0 */
/* text.c - lists of texts and whole files. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lab_text.h"

bool lab_list_add_line(struct gng_lab_list *list, const char *text, size_t line)
{
	char **grown = reallocarray(list->texts, list->num + 1, sizeof(*grown));
	size_t *lines = reallocarray(list->lines, list->num + 1, sizeof(*lines));

	if (grown)
		list->texts = grown;
	if (lines)
		list->lines = lines;
	if (!grown || !lines)
		return false;
	lines[list->num] = line;
	grown[list->num] = strdup(text);
	return grown[list->num] && ++list->num;
}

bool lab_list_add(struct gng_lab_list *list, const char *text)
{
	return lab_list_add_line(list, text, 0);
}

bool lab_list_has(const struct gng_lab_list *list, const char *text)
{
	for (size_t i = 0; i < list->num; i++)
		if (strcmp(list->texts[i], text) == 0)
			return true;
	return false;
}

void lab_list_fini(struct gng_lab_list *list)
{
	for (size_t i = 0; i < list->num; i++)
		free(list->texts[i]);
	free(list->texts);
	free(list->lines);
	*list = (struct gng_lab_list){0};
}

char *lab_read_text(const char *path)
{
	FILE *file = fopen(path, "re");
	char *text = NULL;
	size_t cap = 0;

	if (!file)
		return NULL;
	if (getdelim(&text, &cap, '\0', file) < 0 && !ferror(file)) {
		free(text);
		text = strdup("");
	}
	fclose(file);
	return text;
}
