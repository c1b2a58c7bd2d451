/* SPDX-License-Identifier: Apache-2.0 */
/*
 * gauge_text.h - files, folders, lines and words, as the plan reads them. Private to
 * impl/gauge and its suites.
 *
 * A word is a run of bytes without space; lists of words are kept as one string with a
 * space between, which is how the public structs hand them out.
 */
#ifndef GAUGE_TEXT_H
#define GAUGE_TEXT_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

#include <gng_base.h>

/* gauge_no_memory fills why and returns GNG_ENOMEM. */
enum gng_status gauge_no_memory(struct gng_why *why);

/* gauge_format returns the formatted text (caller frees), or NULL if memory ran out. */
char *gauge_format(const char *format, ...) GNG_PRINTF(1, 2);
char *gauge_vformat(const char *format, va_list args);

/*
 * gauge_grow makes room for element num of an array of num elements of size bytes and
 * zeroes it. It returns the array, perhaps moved, or NULL with the old one untouched. The
 * capacity is the next power of two, so only the array that it returned may be passed.
 */
void *gauge_grow(void *array, size_t num, size_t size);

/*
 * gauge_read reads a regular file of at most 8 MiB into *text (caller frees), with a NUL
 * behind it. GNG_ESYS; GNG_EFORMAT for a larger file, another kind, or a NUL byte within.
 */
GNG_MUST enum gng_status gauge_read(char **text, const char *path, struct gng_why *why);

/* gauge_exists is true for a link that leads nowhere, too: it stands for a file that was meant to
 * be read, and must not pass for one that nobody wrote. */
bool gauge_exists(const char *path);

/* gauge_next_line cuts the next line from *rest; NULL after the last. The text is modified. */
char *gauge_next_line(char **rest);

/* gauge_next_word finds the next word of *rest, ended by space or tab, and moves *rest on. */
bool gauge_next_word(const char **word, size_t *len, const char **rest);

/* gauge_has_word tells whether word is in the list words. */
bool gauge_has_word(const char *words, const char *word);

/* gauge_add_word appends word[0..len) to the list *words; NULL counts as empty. */
bool gauge_add_word(char **words, const char *word, size_t len);

/* gauge_is_name: [a-z0-9_]+, what folders, stems and builds may be called. */
bool gauge_is_name(const char *text);

/* gauge_is_plain: printable ASCII and tabs only. */
bool gauge_is_plain(const char *text);

/* gauge_sha256 writes the hash of text[0..len) in lower-case hexadecimal. GNG_ENOMEM. */
GNG_MUST enum gng_status gauge_sha256(char hex[65], const char *text, size_t len,
				      struct gng_why *why);

/* gauge_names is a sorted listing of a folder. */
struct gauge_names {
	size_t num;
	char **names;
};

/*
 * gauge_list lists the entries of folder that end in suffix and are longer than it, in the
 * order of their bytes; hidden ones are left out. No such folder: an empty list. GNG_ESYS.
 */
GNG_MUST enum gng_status gauge_list(struct gauge_names *list, const char *folder,
				    const char *suffix, struct gng_why *why);
void gauge_list_fini(struct gauge_names *list);

#endif /* GAUGE_TEXT_H */
