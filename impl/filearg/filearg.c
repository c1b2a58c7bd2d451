/* SPDX-License-Identifier: Apache-2.0 */
/* filearg.c - arguments, the file, and the exit status of a command that reads one file. */
#include "gng_filearg.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* grow reads at most max + 1 bytes, malloced; NULL with errno. */
static uint8_t *grow(FILE *file, size_t *len, size_t max)
{
	size_t cap = 1 << 16, room;
	uint8_t *bytes = NULL, *grown;

	for (*len = 0;; cap *= 2) {
		grown = realloc(bytes, cap);
		if (!grown)
			break;
		bytes = grown;
		room = (cap < max + 1 ? cap : max + 1) - *len;
		*len += fread(bytes + *len, 1, room, file);
		if (ferror(file))
			break;
		if (feof(file) || *len > max)
			return bytes;
	}
	free(bytes);
	return NULL;
}

static uint8_t *read_file(const struct gng_filearg *command, const char *path, size_t *len)
{
	FILE *file = fopen(path, "rbe");
	uint8_t *bytes = file ? grow(file, len, command->max_len) : NULL;

	if (bytes && *len > command->max_len && command->cuts)
		*len = command->max_len;
	if (bytes && *len > command->max_len) {
		errno = EFBIG;
		free(bytes);
		bytes = NULL;
	}
	if (!bytes)
		fprintf(stderr, "gonogo: %s: %s cannot be read (%s): %s\n", command->verb, path,
			strerror(errno), command->give);
	if (file)
		fclose(file);
	return bytes;
}

static int run(const struct gng_filearg *command, const char *path, bool json)
{
	size_t len = 0;
	uint8_t *bytes = read_file(command, path, &len);
	int status;

	if (!bytes)
		return GNG_FILEARG_HARNESS;
	status = command->answer(path, bytes, len, json);
	free(bytes);
	return fflush(stdout) != 0 || ferror(stdout) ? GNG_FILEARG_HARNESS : status;
}

int gng_filearg_main(const struct gng_filearg *command, int argc, char **argv)
{
	const char *path = NULL;
	bool json = false;

	for (int i = 1; i < argc; i++) {
		if (strcmp(argv[i], "--help") == 0)
			return puts(command->help) == EOF ? GNG_FILEARG_HARNESS : GNG_FILEARG_OK;
		if (strcmp(argv[i], "--json") == 0) {
			json = true;
			continue;
		}
		if (argv[i][0] == '-' || path) {
			fprintf(stderr,
				"gonogo: %s: '%s' is too much: give one file; gonogo %s --help\n",
				command->verb, argv[i], command->verb);
			return GNG_FILEARG_USAGE;
		}
		path = argv[i];
	}
	if (path)
		return run(command, path, json);
	fprintf(stderr, "gonogo: %s: say which file: gonogo %s FILE [--json]\n", command->verb,
		command->verb);
	return GNG_FILEARG_USAGE;
}
