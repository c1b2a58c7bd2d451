/* SPDX-License-Identifier: Apache-2.0 */
/*
 * tree_test.c - vectors/: each foreign file has a block in SOURCES, its sha256 and its cases.
 * A changed byte in a vector changes what a test proves.
 */
/* requires: libcrypto */
#include "../suite.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/evp.h>

static char base[2048]; /* of vectors/ */

static void each_folder(void (*fn)(const char *folder))
{
	const char *vectors = getenv("GNG_VECTORS");
	DIR *dir;

	if (!vectors)
		suite_fail("GNG_VECTORS is not set: run the test with gonogo check");
	snprintf(base, sizeof(base), "%s", vectors);
	dir = opendir(base);
	assert_non_null(dir);
	for (struct dirent *entry; (entry = readdir(dir));)
		if (entry->d_name[0] != '.' && entry->d_type == DT_DIR)
			fn(entry->d_name);
	closedir(dir);
}

/* sources_of returns NULL for a folder that has no foreign file and so no SOURCES. */
static struct gng_vec_sources *sources_of(const char *folder)
{
	struct gng_vec_sources *sources;
	struct gng_why why;
	char path[4096];

	snprintf(path, sizeof(path), "%s/%s/SOURCES", base, folder);
	if (gng_vec_sources_open(&sources, path, &why) != GNG_OK && why.sys_errno != ENOENT)
		suite_fail("%s", why.text);
	return sources;
}

static void hash_file(char hex[65], const char *path)
{
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	FILE *file = fopen(path, "rb");
	uint8_t chunk[65536], digest[32];

	if (!file)
		suite_fail("%s: cannot open: %s", path, strerror(errno));
	assert_non_null(ctx);
	assert_int_equal(EVP_DigestInit_ex(ctx, EVP_sha256(), NULL), 1);
	for (size_t n; (n = fread(chunk, 1, sizeof(chunk), file)) > 0;)
		assert_int_equal(EVP_DigestUpdate(ctx, chunk, n), 1);
	assert_int_equal(EVP_DigestFinal_ex(ctx, digest, NULL), 1);
	for (size_t i = 0; i < sizeof(digest); i++)
		snprintf(hex + 2 * i, 3, "%02x", digest[i]);
	EVP_MD_CTX_free(ctx);
	fclose(file);
}

static void check_hashes(const char *folder)
{
	struct gng_vec_sources *sources = sources_of(folder);
	const struct gng_vec_source *source;

	for (size_t i = 0; sources && (source = gng_vec_sources_at(sources, i)); i++) {
		char path[4096], hex[65];

		snprintf(path, sizeof(path), "%s/%s/%s", base, folder, source->file);
		hash_file(hex, path);
		if (strcmp(hex, source->sha256) != 0)
			suite_fail("%s/SOURCES:%u: %s has sha256 %s: restore the file", folder,
				   source->line, source->file, hex);
		assert_string_equal(hex, source->sha256);
	}
	gng_vec_sources_close(sources);
}

static void vectors_have_the_hashes_of_sources(void **state)
{
	(void)state;
	each_folder(check_hashes);
}

static bool is_ours(const char *path)
{
	char head[10] = "";
	FILE *file = fopen(path, "rb");
	size_t n = 0;

	if (file) {
		n = fread(head, 1, sizeof(head), file);
		fclose(file);
	}
	return n == sizeof(head) && memcmp(head, "# source: ", 10) == 0;
}

static void find_strangers(const char *folder)
{
	struct gng_vec_sources *sources = sources_of(folder);
	char path[4096];
	DIR *dir;

	snprintf(path, sizeof(path), "%s/%s", base, folder);
	dir = opendir(path);
	assert_non_null(dir);
	for (struct dirent *entry; (entry = readdir(dir));) {
		const char *name = entry->d_name;

		if (name[0] == '.' || strcmp(name, "SOURCES") == 0)
			continue;
		snprintf(path, sizeof(path), "%s/%s/%s", base, folder, name);
		if (!is_ours(path) && !(sources && gng_vec_sources_find(sources, name)))
			suite_fail("%s/%s: nobody knows its source: add a block to %s/SOURCES, or"
				   " begin it with '# source: '",
				   folder, name, folder);
		gng_probe_assertion();
	}
	closedir(dir);
	gng_vec_sources_close(sources);
}

static void vectors_have_no_file_of_unknown_source(void **state)
{
	(void)state;
	each_folder(find_strangers);
}

const struct suite_test suite_tests[] = {
	TEST(vectors_have_the_hashes_of_sources, "H1.vec.sources"),
	TEST(vectors_have_no_file_of_unknown_source, "H1.vec.sources"),
	{0},
};
