/* SPDX-License-Identifier: Apache-2.0 */
/* hwmap_files.h - files and folders under a root, as /proc and /sys have them. */
#ifndef HWMAP_FILES_H
#define HWMAP_FILES_H

#include <stdbool.h>
#include <stddef.h>

#include <gng_base.h>

/* files_read reads the first cap - 1 bytes of a file, without the last newline; "" if it cannot
 * be read or holds a byte that is no printable ASCII (but tabs and newlines). */
bool files_read(char *text, size_t cap, const char *root, const char *path) GNG_MUST;

/* files_text reads a whole file of at most 1 MiB (caller frees); NULL if it cannot be read. */
char *files_text(const char *root, const char *path);

/* files_number reads a file that is one number, decimal or 0x; 0 if it is none. */
unsigned long files_number(const char *root, const char *path);

/* files_link writes the last part of the target of a symbolic link, or "". */
void files_link(char *name, size_t cap, const char *root, const char *path);

/* files_each calls one for each entry of a folder that does not begin with a dot, in the order
 * of their names, and returns how many there are. one may be NULL. */
size_t files_each(const char *root, const char *path,
		  void (*one)(void *context, const char *root, const char *name), void *context);

#endif /* HWMAP_FILES_H */
