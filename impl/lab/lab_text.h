/* SPDX-License-Identifier: Apache-2.0 */
/* lab_text.h - lists of texts and whole files. Private to impl/lab. */
#ifndef LAB_TEXT_H
#define LAB_TEXT_H

#include "gng_lab.h"

/* lab_list_add appends a copy of text; false if memory ran out. */
bool lab_list_add(struct gng_lab_list *list, const char *text);
bool lab_list_add_line(struct gng_lab_list *list, const char *text, size_t line);
bool lab_list_has(const struct gng_lab_list *list, const char *text);
void lab_list_fini(struct gng_lab_list *list);

/* lab_read_text returns the file as a string, or NULL with errno. The caller frees. */
char *lab_read_text(const char *path);

#endif /* LAB_TEXT_H */
