/* SPDX-License-Identifier: Apache-2.0 */
/* farm_files.h - files of a campaign: whole or not at all, so that a kill loses nothing. */
#ifndef FARM_FILES_H
#define FARM_FILES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <gng_base.h>

#define FARM_PATH 4096

/* farm_path writes a path. One that does not fit becomes "/" and a name that does not exist, so
 * that the next call fails with a reason. */
void farm_path(char path[FARM_PATH], const char *format, ...) GNG_PRINTF(2, 3);

/* farm_read returns the bytes of a file and a NUL behind them (caller frees), or NULL with errno
 * set. Files over 64 MiB are EFBIG. */
char *farm_read(const char *path, size_t *len);

/* farm_write puts data[0..len) into a file beside path, and that into its place. GNG_ESYS. */
GNG_MUST enum gng_status farm_write(const char *path, const void *data, size_t len,
				    struct gng_why *why);

/* farm_make_dir makes a folder and those above it. GNG_ESYS. */
GNG_MUST enum gng_status farm_make_dir(const char *path, struct gng_why *why);

/* farm_names is the sorted list of what stands in a folder, without "." and "..". */
struct farm_names {
	size_t num;
	char **names;
};

/* farm_list leaves *list empty if there is no such folder. farm_list_fini frees it. */
void farm_list(struct farm_names *list, const char *path);
void farm_list_fini(struct farm_names *list);

void farm_remove(const char *path); /* a file, or a folder and what is in it */

/* farm_size counts files and their bytes. */
void farm_size(uint64_t *num, uint64_t *bytes, const char *path);

/* farm_move_all moves the files of one folder into another, which must be on the same device,
 * and removes the first one. What stands there under the same name stays. */
void farm_move_all(const char *to, const char *from);

/* farm_exchange lets two folders change their places, at once. GNG_ESYS. */
GNG_MUST enum gng_status farm_exchange(const char *one, const char *other, struct gng_why *why);

#endif /* FARM_FILES_H */
