/* SPDX-License-Identifier: Apache-2.0 */
/* files.c - the files of a sign-off's folder, and their digests. */
#include "attest_evidence.h"

#include <errno.h>
#include <fcntl.h>
#include <fts.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <openssl/evp.h>

#include <gng_sysfile.h>

#include "attest_key.h"

#define MAX_TEXT ((size_t)64 << 20)
#define MAX_DEPTH 2 /* logs/ holds files only */

/* The page is rendered after signing, the bundle is the signature, and the mark is empty. */
static const char *const apart[] = {"index.html", GNG_ATTEST_BUNDLE, ".gonogo-run"};

enum gng_status evidence_bad(const struct evidence *evidence, const char *name, const char *format,
			     ...)
{
	char text[256];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	return gng_why_set(evidence->why, GNG_EFORMAT, 0, "attest.evidence", "%s: %s",
			   name ? name : evidence->dir, text);
}

char *evidence_path(const struct evidence *evidence, const char *name)
{
	char *path;

	return asprintf(&path, "%s/%s", evidence->dir, name) < 0 ? NULL : path;
}

enum gng_status evidence_json(const struct evidence *evidence, json_t **json, const char *name)
{
	char *path = evidence_path(evidence, name);
	json_error_t error = {.line = -1};

	*json = path ? json_load_file(path, JSON_REJECT_DUPLICATES, &error) : NULL;
	free(path);
	if (json_is_object(*json))
		return GNG_OK;
	json_decref(*json);
	*json = NULL;
	if (error.line > 0) /* its words would quote the file, which nobody vouches for */
		return evidence_bad(evidence, name, "line %d is no JSON", error.line);
	return evidence_bad(evidence, name, "it is missing, or no JSON object");
}

/* ---- one file ---- */

bool attest_sha256(char hex[65], const char *path)
{
	const int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	EVP_MD_CTX *context = EVP_MD_CTX_new();
	struct stat about;
	uint8_t buffer[65536], digest[EVP_MAX_MD_SIZE];
	ssize_t n = -1;
	bool ok = fd >= 0 && context && fstat(fd, &about) == 0 && S_ISREG(about.st_mode) &&
		  EVP_DigestInit_ex(context, EVP_sha256(), NULL) == 1;

	while (ok && (n = read(fd, buffer, sizeof(buffer))) > 0)
		ok = EVP_DigestUpdate(context, buffer, (size_t)n) == 1;
	ok = ok && n == 0 && EVP_DigestFinal_ex(context, digest, NULL) == 1;
	EVP_MD_CTX_free(context);
	if (fd >= 0)
		close(fd);
	if (ok)
		attest_hex(hex, digest, 32);
	return ok;
}

char *attest_text(size_t *len, const char *path)
{
	struct stat about;
	char *text = NULL;
	FILE *file;

	*len = 0;
	if (gng_sysfile_open(&file, path, MAX_TEXT, NULL) != GNG_OK)
		return NULL;
	if (fstat(fileno(file), &about) == 0)
		text = calloc(1, (size_t)about.st_size + 1);
	if (text)
		*len = fread(text, 1, (size_t)about.st_size, file);
	fclose(file);
	return text;
}

/* ---- the folder ---- */

static bool is_apart(const char *name)
{
	for (size_t i = 0; i < sizeof(apart) / sizeof(apart[0]); i++)
		if (strcmp(name, apart[i]) == 0)
			return true;
	return false;
}

static enum gng_status list_file(struct evidence *evidence, const FTSENT *entry, const char *name)
{
	char hex[65];

	if (entry->fts_info != FTS_F || entry->fts_level > MAX_DEPTH)
		return evidence_bad(evidence, name, "gonogo wrote no such thing here: remove it");
	if (is_apart(name))
		return GNG_OK;
	if (!attest_sha256(hex, entry->fts_path))
		return evidence_bad(evidence, name, "it cannot be read: %s", strerror(errno));
	if (json_object_set_new(evidence->files, name, json_string(hex)) != 0)
		return evidence_bad(evidence, NULL, "a file's name is no UTF-8");
	return GNG_OK;
}

/* is_ours: the folder itself, and the logs in it. */
static bool is_ours(const FTSENT *entry)
{
	if (entry->fts_info != FTS_D)
		return false;
	return entry->fts_level == FTS_ROOTLEVEL ||
	       (entry->fts_level == 1 && strcmp(entry->fts_name, "logs") == 0);
}

static int by_name(const FTSENT **a, const FTSENT **b)
{
	return strcmp((*a)->fts_name, (*b)->fts_name);
}

enum gng_status evidence_list(struct evidence *evidence, const char *dir, struct gng_why *why)
{
	char *roots[] = {(char *)dir, NULL};
	enum gng_status status = GNG_OK;
	const FTSENT *entry;
	struct stat about;
	FTS *tree;

	*evidence = (struct evidence){.dir = dir, .files = json_object(), .why = why};
	if (stat(dir, &about) != 0 || !S_ISDIR(about.st_mode))
		return gng_why_set(why, GNG_EINVAL, errno, "attest.evidence",
				   "%s is no folder of a sign-off", dir);
	tree = fts_open(roots, FTS_PHYSICAL | FTS_NOCHDIR | FTS_COMFOLLOW, by_name);
	if (!tree || !evidence->files)
		status = evidence_bad(evidence, NULL, "it cannot be read: %s", strerror(errno));
	while (status == GNG_OK && (entry = fts_read(tree))) {
		if (entry->fts_info == FTS_DP || is_ours(entry))
			continue;
		status = list_file(evidence, entry,
				   entry->fts_path + strlen(dir) + (dir[strlen(dir) - 1] != '/'));
	}
	if (tree)
		fts_close(tree);
	return status;
}
