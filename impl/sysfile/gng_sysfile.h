/* SPDX-License-Identifier: Apache-2.0 */
/*
 * gng_sysfile.h - files, links and folders under a root, as /proc and /sys have them.
 *
 * root is put before each path: "" for this machine, a folder for a machine that was copied or
 * made up. What cannot be read, or is not text, is absent: no call fails, waits or allocates
 * without a bound.
 */
#ifndef GNG_SYSFILE_H
#define GNG_SYSFILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include <gng_base.h>

#ifdef __cplusplus
extern "C" {
#endif

/* gng_sysfile_read reads the first cap - 1 bytes of a file, without newlines at its end; "" and
 * false if it cannot be read, is empty, or holds a byte that is no printable ASCII (but tabs and
 * newlines). */
GNG_MUST bool gng_sysfile_read(char *text, size_t cap, const char *root, const char *path);

/* gng_sysfile_bytes reads them whatever they are, as names from hardware may be; "" and false if
 * the file cannot be read. */
bool gng_sysfile_bytes(char *text, size_t cap, const char *root, const char *path);

/* gng_sysfile_exists is true for a device, folder or dangling link too. */
GNG_MUST bool gng_sysfile_exists(const char *root, const char *path);

/* gng_sysfile_text reads a whole file of at most 1 MiB (caller frees); NULL if it cannot be read.
 */
char *gng_sysfile_text(const char *root, const char *path);

/* gng_sysfile_number reads a file that is one number, decimal or 0x; 0 if it is none. */
unsigned long gng_sysfile_number(const char *root, const char *path);

/* gng_sysfile_integer reads one decimal number that may be negative; otherwise if it is none. */
long gng_sysfile_integer(const char *root, const char *path, long otherwise);

/* gng_sysfile_link writes the last part of the target of a symbolic link, or "". */
void gng_sysfile_link(char *name, size_t cap, const char *root, const char *path);

/*
 * gng_sysfile_open opens a file that somebody keeps, such as the records of a run: a regular one
 * of at most max bytes, for a FIFO in its place would make the reader wait and a device never end.
 * GNG_ESYS; GNG_EFORMAT for a longer one, or another kind. The caller closes *file.
 */
GNG_MUST enum gng_status gng_sysfile_open(FILE **file, const char *path, size_t max,
					  struct gng_why *why);

/* gng_sysfile_each calls one for each entry of a folder that does not begin with a dot, in the
 * order of their names, and returns how many there are. one may be NULL. */
size_t gng_sysfile_each(const char *root, const char *path,
			void (*one)(void *context, const char *root, const char *name),
			void *context);

#ifdef __cplusplus
}
#endif

#endif /* GNG_SYSFILE_H */
