/* SPDX-License-Identifier: Apache-2.0 */
/* recognise.c - which algorithm a vector file is about. */
#include "gng_vectors.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include <jansson.h>

const char *gng_vectors_algorithm_name(enum gng_vectors_algorithm algorithm)
{
	static const char *const names[] = {
		[GNG_VECTORS_UNKNOWN] = "unknown",
		[GNG_VECTORS_BY_SHAPE] = "by shape",
		[GNG_VECTORS_ECB] = "AES-ECB",
		[GNG_VECTORS_CBC] = "AES-CBC",
		[GNG_VECTORS_CBC_PKCS7] = "AES-CBC-PKCS5",
		[GNG_VECTORS_CTR] = "AES-CTR",
		[GNG_VECTORS_GCM] = "AES-GCM",
		[GNG_VECTORS_GMAC] = "AES-GMAC",
		[GNG_VECTORS_ECB_MCT] = "AES-ECB MCT",
		[GNG_VECTORS_CBC_MCT] = "AES-CBC MCT",
	};

	return (size_t)algorithm < sizeof(names) / sizeof(names[0]) ? names[algorithm] : "unknown";
}

/* ---- Wycheproof ---- */

static enum gng_vectors_algorithm of_json(char name[64], const char *text, size_t len)
{
	json_t *root = json_loadb(text, len, 0, NULL);
	const char *claimed = json_string_value(json_object_get(root, "algorithm"));
	enum gng_vectors_algorithm found = GNG_VECTORS_UNKNOWN;

	snprintf(name, 64, "%s", claimed ? claimed : "JSON without \"algorithm\"");
	for (int i = GNG_VECTORS_ECB; i <= GNG_VECTORS_GMAC; i++)
		if (strcmp(name, gng_vectors_algorithm_name((enum gng_vectors_algorithm)i)) == 0)
			found = (enum gng_vectors_algorithm)i;
	json_decref(root);
	return found;
}

/* ---- CAVP and .vec ---- */

/* Modes that are written down but not done here stop the search: an OFB file is no CBC. */
static const struct {
	const char *word;
	enum gng_vectors_algorithm algorithm, mct;
} modes[] = {
	{"GMAC", GNG_VECTORS_GMAC, GNG_VECTORS_UNKNOWN},
	{"GCM-SIV", GNG_VECTORS_UNKNOWN, GNG_VECTORS_UNKNOWN},
	{"GCMSIV", GNG_VECTORS_UNKNOWN, GNG_VECTORS_UNKNOWN},
	{"XPN", GNG_VECTORS_UNKNOWN, GNG_VECTORS_UNKNOWN},
	{"GCM", GNG_VECTORS_GCM, GNG_VECTORS_UNKNOWN},
	{"CCM", GNG_VECTORS_UNKNOWN, GNG_VECTORS_UNKNOWN},
	{"XTS", GNG_VECTORS_UNKNOWN, GNG_VECTORS_UNKNOWN},
	{"OFB", GNG_VECTORS_UNKNOWN, GNG_VECTORS_UNKNOWN},
	{"CFB", GNG_VECTORS_UNKNOWN, GNG_VECTORS_UNKNOWN},
	{"PKCS", GNG_VECTORS_CBC_PKCS7, GNG_VECTORS_UNKNOWN},
	{"CBC", GNG_VECTORS_CBC, GNG_VECTORS_CBC_MCT},
	{"CTR", GNG_VECTORS_CTR, GNG_VECTORS_UNKNOWN},
	{"ECB", GNG_VECTORS_ECB, GNG_VECTORS_ECB_MCT},
};

/* Ciphers of CAVP whose files name the same modes. */
static const char *const other_ciphers[] = {"TDES", "TCBC", "TECB", "SKIPJACK", "CAMELLIA"};

static bool holds(const char *text, const char *word)
{
	return strcasestr(text, word) != NULL;
}

static bool is_other_cipher(const char *text)
{
	for (size_t i = 0; i < sizeof(other_ciphers) / sizeof(other_ciphers[0]); i++)
		if (holds(text, other_ciphers[i]))
			return true;
	return false;
}

/* of_words looks for a mode in text. False if none is named. */
static bool of_words(enum gng_vectors_algorithm *found, char name[64], const char *text)
{
	const bool mct = holds(text, "MCT") || holds(text, "Monte");

	for (size_t i = 0; i < sizeof(modes) / sizeof(modes[0]); i++) {
		if (!holds(text, modes[i].word))
			continue;
		*found = mct ? modes[i].mct : modes[i].algorithm;
		if (is_other_cipher(text))
			*found = GNG_VECTORS_UNKNOWN;
		if (*found)
			snprintf(name, 64, "%s", gng_vectors_algorithm_name(*found));
		else
			snprintf(name, 64, "%s%s", modes[i].word, mct ? " MCT" : "");
		return true;
	}
	return false;
}

/* comments copies the comment lines before the first case, as far as they fit. */
static void comments(char *copy, size_t cap, const char *text, size_t len)
{
	size_t used = 0;

	for (size_t i = 0; i < len && (text[i] == '#' || text[i] == '\r' || text[i] == '\n');) {
		const char *newline = memchr(text + i, '\n', len - i);
		const size_t next = newline ? (size_t)(newline - text) + 1 : len;

		for (; i < next && used + 1 < cap; i++)
			copy[used++] = text[i] ? text[i] : ' ';
		i = next;
	}
	copy[used] = '\0';
}

enum gng_vectors_algorithm gng_vectors_recognise(char name[64], const char *path, const char *text,
						 size_t len)
{
	enum gng_vectors_algorithm found = GNG_VECTORS_UNKNOWN;
	const char *slash = strrchr(path, '/');
	char head[4096];
	size_t i = 0;

	while (i < len && isspace((unsigned char)text[i]))
		i++;
	if (i < len && text[i] == '{')
		return of_json(name, text, len);
	comments(head, sizeof(head), text, len);
	if (of_words(&found, name, slash ? slash + 1 : path) || of_words(&found, name, head))
		return found;
	snprintf(name, 64, "%s", gng_vectors_algorithm_name(GNG_VECTORS_BY_SHAPE));
	return GNG_VECTORS_BY_SHAPE;
}
