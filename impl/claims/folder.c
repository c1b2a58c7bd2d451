/* SPDX-License-Identifier: Apache-2.0 */
/* folder.c - a ledger is all *.claims of a folder, the sections in the order of their numbers. */
#include "claims_ledger.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <gng_sysfile.h>
#include <gng_vec.h>

#define SUFFIX ".claims"

static int is_ledger(const struct dirent *entry)
{
	const size_t len = strlen(entry->d_name), end = sizeof(SUFFIX) - 1;

	return entry->d_name[0] != '.' && len > end &&
	       strcmp(entry->d_name + len - end, SUFFIX) == 0;
}

/* check_section wants each record in the file of its section, where people look for it. */
static enum gng_status check_section(const struct gng_claims_ledger *ledger, size_t first,
				     const char *file, struct gng_why *why)
{
	const size_t len = strlen(file) - (sizeof(SUFFIX) - 1);

	for (size_t i = first; i < ledger->num_claims; i++) {
		const struct gng_claims_claim *claim = &ledger->claims[i];

		if (strlen(claim->section) != len || strncmp(claim->section, file, len) != 0)
			return gng_why_set(why, GNG_EFORMAT, 0, "claims.open",
					   "%s: section %.16s belongs into %.16s" SUFFIX,
					   claim->here, claim->section, claim->section);
	}
	return GNG_OK;
}

/* load reads what was found to be a regular file, from the descriptor that this was found of. */
static enum gng_status load(struct gng_vec **vec, const char *path, FILE *file, struct gng_why *why)
{
	struct stat about;
	const size_t len = fstat(fileno(file), &about) == 0 ? (size_t)about.st_size : 0;
	char *text = malloc(len + 1);
	enum gng_status status;

	if (!text)
		return gng_why_set(why, GNG_ENOMEM, 0, "claims.open", "no memory");
	if (fread(text, 1, len, file) == len)
		status = gng_vec_open_text(vec, path, text, len, why);
	else
		status = gng_why_set(why, GNG_ESYS, errno, "claims.open",
				     "%s: cannot read its %zu bytes: try again", path, len);
	free(text);
	return status;
}

static enum gng_status read_file(struct gng_claims_ledger *ledger, const char *folder,
				 const char *file, struct gng_why *why)
{
	const size_t first = ledger->num_claims;
	struct gng_vec *vec = NULL;
	char path[4096];
	enum gng_status status;
	FILE *opened;

	snprintf(path, sizeof(path), "%s/%s", folder, file);
	status = gng_sysfile_open(&opened, path, GNG_VEC_MAX_LEN, why);
	if (status == GNG_OK) {
		status = load(&vec, path, opened, why);
		fclose(opened);
	}
	if (status == GNG_OK)
		status = claims_ledger_read(ledger, vec, why);
	gng_vec_close(vec);
	return status == GNG_OK ? check_section(ledger, first, file, why) : status;
}

static enum gng_status read_folder(struct gng_claims_ledger *ledger, const char *folder,
				   struct gng_why *why)
{
	struct dirent **entries;
	const int num = scandir(folder, &entries, is_ledger, versionsort);
	enum gng_status status = GNG_OK;

	if (num < 0)
		return gng_why_set(why, GNG_ESYS, errno, "claims.open", "%s: cannot read: %s",
				   folder, strerror(errno));
	for (int i = 0; i < num; i++) {
		if (status == GNG_OK)
			status = read_file(ledger, folder, entries[i]->d_name, why);
		free(entries[i]);
	}
	free(entries);
	if (status == GNG_OK && ledger->num_claims == 0)
		return gng_why_set(why, GNG_EFORMAT, 0, "claims.open",
				   "%s: no claim in any *" SUFFIX " there", folder);
	return status;
}

static enum gng_status hand_out(struct gng_claims_ledger **out, struct gng_claims_ledger *ledger,
				enum gng_status status)
{
	*out = status == GNG_OK ? ledger : NULL;
	if (status != GNG_OK)
		gng_claims_close(ledger);
	return status;
}

enum gng_status gng_claims_open(struct gng_claims_ledger **ledger, const char *folder,
				struct gng_why *why)
{
	struct gng_claims_ledger *fresh = calloc(1, sizeof(*fresh));

	*ledger = NULL;
	if (!fresh)
		return gng_why_set(why, GNG_ENOMEM, 0, "claims.open", "no memory");
	return hand_out(ledger, fresh, read_folder(fresh, folder, why));
}

enum gng_status gng_claims_open_text(struct gng_claims_ledger **ledger, const char *name,
				     const char *text, size_t len, struct gng_why *why)
{
	struct gng_claims_ledger *fresh = calloc(1, sizeof(*fresh));
	struct gng_vec *vec = NULL;
	enum gng_status status;

	*ledger = NULL;
	if (!fresh)
		return gng_why_set(why, GNG_ENOMEM, 0, "claims.open", "no memory");
	status = gng_vec_open_text(&vec, name, text, len, why);
	if (status == GNG_OK)
		status = claims_ledger_read(fresh, vec, why);
	gng_vec_close(vec);
	return hand_out(ledger, fresh, status);
}
