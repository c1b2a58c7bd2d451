/* SPDX-License-Identifier: Apache-2.0 */
/* mutants_files.h - files, folders and programs, as the workshop uses them. Private. */
#ifndef MUTANTS_FILES_H
#define MUTANTS_FILES_H

#include <stddef.h>

#include <gng_base.h>

/* mutants_format returns the formatted text (caller frees), or NULL if memory ran out. */
char *mutants_format(const char *format, ...) GNG_PRINTF(1, 2);

/* mutants_no_memory fills why and returns GNG_ENOMEM. */
enum gng_status mutants_no_memory(struct gng_why *why);

/* mutants_read returns the bytes of a file and a NUL behind them (caller frees), or NULL. */
char *mutants_read(const char *path, size_t *len);

GNG_MUST enum gng_status mutants_write(const char *path, const char *text, struct gng_why *why);

/* mutants_make_folder makes path and the folders above it. GNG_ESYS names what cannot be. */
GNG_MUST enum gng_status mutants_make_folder(const char *path, struct gng_why *why);

/*
 * mutants_run runs argv in folder cwd (NULL: here) with its output in the file log, and
 * returns its wait status, -1 if it cannot be started.
 */
int mutants_run(const char *const *argv, const char *cwd, const char *log);

/* mutants_capture runs argv and returns what it prints to stdout (caller frees); NULL if it
 * cannot be started or does not exit with 0. */
char *mutants_capture(const char *const *argv, const char *cwd);

/* mutants_list returns the sorted names in folder that end in suffix; the caller frees each
 * and the array. NULL with *num 0 for none. */
char **mutants_list(size_t *num, const char *folder, const char *suffix);

#endif /* MUTANTS_FILES_H */
