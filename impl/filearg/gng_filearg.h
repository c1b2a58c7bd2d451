/* SPDX-License-Identifier: Apache-2.0 */
/* gng_filearg.h - a command whose argument is one file: `gonogo VERB FILE [--json]`. */
#ifndef GNG_FILEARG_H
#define GNG_FILEARG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* exit statuses, docs/CLI.md */
enum {
	GNG_FILEARG_OK = 0,
	GNG_FILEARG_REFUSED = 1,
	GNG_FILEARG_USAGE = 2,
	GNG_FILEARG_NOTHING = 4,
	GNG_FILEARG_HARNESS = 99
};

struct gng_filearg {
	const char *verb, *help; /* "acpi"; what --help prints */
	const char *give;	 /* ends a message: "give a file of one table" */
	size_t max_len;		 /* bytes of a file */
	bool cuts;		 /* a longer one is read up to max_len, else it is refused */
	/* answer prints what bytes[0..len) are, or refuses them, and returns the exit status */
	int (*answer)(const char *path, const uint8_t *bytes, size_t len, bool json);
};

/*
 * gng_filearg_main is the main of such a command: it returns answer's status, GNG_FILEARG_USAGE for
 * other arguments, and GNG_FILEARG_HARNESS for a file that cannot be read or an output that cannot
 * be written; each with one sentence on stderr.
 */
int gng_filearg_main(const struct gng_filearg *command, int argc, char **argv);

#ifdef __cplusplus
}
#endif

#endif /* GNG_FILEARG_H */
