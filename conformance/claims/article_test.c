/* SPDX-License-Identifier: Apache-2.0 */
/*
 * article_test.c - claims: the shipped ledger is whole, and what it quotes stands in the article.
 * The article is not part of the repository: GNG_ARTICLE names a copy.
 */
/* requires: libcrypto */
#include "../suite.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <gng_claims.h>
#include <openssl/evp.h>

#define NUM_CLAIMS 349 /* found by those who read the article; adding one is a change here */

static struct gng_claims_ledger *ledger;

static const char *vectors(void)
{
	const char *folder = getenv("GNG_VECTORS");

	if (!folder)
		suite_fail("GNG_VECTORS is not set: run the test with gonogo check");
	return folder;
}

static void open_ledger(void)
{
	struct gng_why why = {0};
	char path[4096];

	snprintf(path, sizeof(path), "%s/claims", vectors());
	if (gng_claims_open(&ledger, path, &why) != GNG_OK)
		suite_fail("%s", why.text);
}

static void the_ledger_has_every_statement_once(void **state)
{
	(void)state;
	open_ledger();
	assert_int_equal(ledger->num_claims, NUM_CLAIMS);
	for (size_t i = 0; i < ledger->num_claims; i++)
		assert_ptr_equal(gng_claims_find(ledger, ledger->claims[i].id), &ledger->claims[i]);
	gng_claims_close(ledger);
}

/* Ids of a section count from 1 without a hole: a statement cannot be dropped unseen. */
static void ids_of_a_section_have_no_hole(void **state)
{
	const char *section = "";
	int n = 0;

	(void)state;
	open_ledger();
	for (size_t i = 0; i < ledger->num_claims; i++) {
		const struct gng_claims_claim *claim = &ledger->claims[i];
		char id[64];

		n = strcmp(section, claim->section) == 0 ? n + 1 : 1;
		section = claim->section;
		snprintf(id, sizeof(id), "C.%s.%d", section, n);
		if (strcmp(id, claim->id) != 0)
			suite_fail("%s: %s where %s is due", claim->here, claim->id, id);
	}
	assert_int_not_equal(n, 0);
	gng_claims_close(ledger);
}

/* ---- against the text ---- */

struct article {
	char *text; /* with each run of white space as one blank */
	int *lines; /* of each byte of text */
	char sha256[65];
};

static char *load(const char *path, size_t *len)
{
	FILE *file = fopen(path, "rb");
	char *text = NULL;
	size_t cap = 0;
	ssize_t n;

	if (!file)
		suite_fail("%s: cannot open", path);
	n = getdelim(&text, &cap, EOF, file);
	fclose(file);
	assert_true(n > 0);
	*len = (size_t)n;
	return text;
}

static void hash(char hex[65], const char *text, size_t len)
{
	unsigned char digest[32];

	assert_int_equal(EVP_Digest(text, len, digest, NULL, EVP_sha256(), NULL), 1);
	for (size_t i = 0; i < sizeof(digest); i++)
		snprintf(hex + 2 * i, 3, "%02x", digest[i]);
}

static void load_article(struct article *article, const char *path)
{
	size_t len, used = 0;
	char *text = load(path, &len);
	int line = 1;

	hash(article->sha256, text, len);
	article->lines = calloc(len + 1, sizeof(int));
	assert_non_null(article->lines);
	for (size_t i = 0; i < len; i++) {
		const bool blank = isspace((unsigned char)text[i]) != 0;

		if (!blank || used == 0 || text[used - 1] != ' ') {
			article->lines[used] = line;
			line += text[i] == '\n';
			text[used++] = blank ? ' ' : text[i];
		} else {
			line += text[i] == '\n';
		}
	}
	text[used] = '\0';
	article->text = text;
}

static void check_quote(const struct article *article, const struct gng_claims_claim *claim)
{
	const char *found = strstr(article->text, claim->quote);

	if (!found)
		suite_fail("%s: the article does not say this: %s", claim->here, claim->quote);
	for (; found; found = strstr(found + 1, claim->quote))
		if (article->lines[found - article->text] == claim->line)
			break;
	if (!found)
		suite_fail("%s: the quote is not in line %d", claim->here, claim->line);
	for (size_t i = 0; i < claim->num_numbers; i++)
		if (claim->numbers[i].quoted && !strstr(article->text, claim->numbers[i].from))
			suite_fail("%s: the article does not say what number %s is from",
				   claim->here, claim->numbers[i].name);
	assert_non_null(found);
}

static void check_hash(const struct article *article)
{
	char path[4096];
	size_t len;
	char *sum;

	snprintf(path, sizeof(path), "%s/claims/article.sum", vectors());
	sum = load(path, &len);
	if (!strstr(sum, article->sha256))
		suite_fail("GNG_ARTICLE has sha256 %s: it is not the text that was quoted",
			   article->sha256);
	free(sum);
}

static void quotes_and_numbers_stand_in_the_article(void **state)
{
	const char *path = getenv("GNG_ARTICLE");
	struct article article;

	(void)state;
	if (!path) {
		gng_probe_skip("the article is not part of the repository",
			       "set GNG_ARTICLE to its text");
		return;
	}
	open_ledger();
	load_article(&article, path);
	check_hash(&article);
	for (size_t i = 0; i < ledger->num_claims; i++)
		check_quote(&article, &ledger->claims[i]);
	free(article.text);
	free(article.lines);
	gng_claims_close(ledger);
}

const struct suite_test suite_tests[] = {
	TEST(the_ledger_has_every_statement_once, "H2.claims.complete"),
	TEST(ids_of_a_section_have_no_hole, "H2.claims.complete"),
	TEST(quotes_and_numbers_stand_in_the_article, "H2.claims.verbatim"),
	{0},
};
