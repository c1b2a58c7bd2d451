/* SPDX-License-Identifier: Apache-2.0 */
/*
 * reader_fuzz.c - a file of vectors says the same with CRLF as with LF; what decodes is what
 * stands there; SOURCES that are accepted say the same when written out again.
 */
/* bundle: 18 */
#include "../suite.h"

#include <ctype.h>

#include <gng_vec.h>
#include <vec_reader.h>

#define HEX "0123456789abcdefABCDEF"

static void check_hex(struct gng_vec_case *one, const char *name, const char *text)
{
	const uint8_t *bytes;
	size_t len;
	const size_t digits = strlen(text);
	const int is_hex = digits % 2 == 0 && strspn(text, HEX) == digits;
	const enum gng_status status = gng_vec_bytes(one, &bytes, &len, name, NULL);

	fuzz_check(status == (is_hex ? GNG_OK : GNG_EFORMAT), "hex is judged wrongly", text);
	if (status != GNG_OK)
		return;
	fuzz_check(len == digits / 2, "hex decodes to another length", text);
	for (size_t i = 0; i < len; i++)
		fuzz_check("0123456789abcdef"[bytes[i] >> 4] ==
					   tolower((unsigned char)text[2 * i]) &&
				   "0123456789abcdef"[bytes[i] & 15] ==
					   tolower((unsigned char)text[2 * i + 1]),
			   "hex decodes to other bytes", text);
}

/* describe appends all that a case says, if to a text, and checks the accessors against each other.
 */
static void describe(FILE *out, struct gng_vec_case *one)
{
	if (out)
		fprintf(out, "case %s %s\n", gng_vec_here(one), gng_vec_id(one));
	for (size_t i = 0; i < one->num_attrs; i++) {
		const char *name = one->attrs[i].name, *text = one->attrs[i].text;
		const char *found;

		if (out)
			fprintf(out, " %s %s\n", name, text ? text : "(flag)");
		fuzz_check(gng_vec_has(one, name), "an attribute is lost", name);
		if (gng_vec_text(one, &found, name, NULL) == GNG_OK && found == text)
			check_hex(one, name, text);
	}
	for (size_t i = 0; i < one->num_attrs; i++)
		gng_vec_skip(one, one->attrs[i].name);
	fuzz_check(gng_vec_unread(one) == NULL, "unread after all was read", gng_vec_here(one));
}

/* read_cases describes all cases and returns how it ended. */
static enum gng_status read_cases(FILE *out, const char *text, size_t len, struct gng_why *why)
{
	struct gng_vec *vec;
	struct gng_vec_case *one = NULL;
	enum gng_status status = gng_vec_open_text(&vec, "t", text, len, why);

	while (status == GNG_OK) {
		status = gng_vec_next(vec, &one, why);
		if (status != GNG_OK || !one)
			break;
		describe(out, one);
	}
	gng_vec_close(vec);
	fuzz_check(status == GNG_OK || status == GNG_EFORMAT, "another status", "cases");
	return status;
}

/* read_all returns a description of all cases and of the end. */
static const char *read_all(struct fuzz_text *said, const char *text, size_t len)
{
	struct gng_why why = {GNG_OK, 0, NULL, "t:"};
	FILE *out = fuzz_text_begin(said);
	const enum gng_status status = read_cases(out, text, len, &why);

	fprintf(out, "%d %.60s\n", status, why.text);
	fuzz_check(status == GNG_OK || strncmp(why.text, "t:", 2) == 0, "no place", why.text);
	return fuzz_text_end(said);
}

static void check_crlf(const char *text, size_t len)
{
	static struct fuzz_text one, other;
	char *crlf = malloc(2 * len + 1);
	const char *with, *without;
	size_t crlf_len = 0;

	for (size_t i = 0; i < len; i++) {
		if (text[i] == '\n')
			crlf[crlf_len++] = '\r';
		crlf[crlf_len++] = text[i];
	}
	without = read_all(&one, text, len);
	with = read_all(&other, crlf, crlf_len);
	fuzz_check(strcmp(with, without) == 0, "CRLF changes what is read", without);
	free(crlf);
}

static char *write_sources(const struct gng_vec_sources *sources, size_t *len)
{
	char *text = NULL;
	FILE *out = open_memstream(&text, len);
	const struct gng_vec_source *source;

	for (size_t i = 0; (source = gng_vec_sources_at(sources, i)); i++)
		fprintf(out, "file: %s\norigin: %s\nlicence: %s\nsha256: %s\ncases: %llu\n\n",
			source->file, source->origin, source->licence, source->sha256,
			(unsigned long long)source->num_cases);
	fclose(out);
	return text;
}

static void check_sources(const char *text, size_t len, int all)
{
	struct gng_vec_sources *sources, *again;
	char *first, *second;

	if (gng_vec_sources_open_text(&sources, "t", text, len, NULL) != GNG_OK)
		return;
	if (!all) {
		gng_vec_sources_close(sources);
		return;
	}
	first = write_sources(sources, &len);
	fuzz_check(gng_vec_sources_open_text(&again, "t", first, len, NULL) == GNG_OK,
		   "SOURCES do not parse again", first);
	second = write_sources(again, &len);
	fuzz_check(strcmp(first, second) == 0, "SOURCES say something else", first);
	gng_vec_sources_close(sources);
	gng_vec_sources_close(again);
	free(first);
	free(second);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct fuzz_text said;
	const char *text = (const char *)data;
	const int all = fuzz_one_in(64, data, size);

	/* in a string of JSON a line end is an error, and which one comes first depends on it */
	if (all && !memchr(data, '\r', size) && !memchr(data, '{', size))
		check_crlf(text, size);
	else if (all)
		(void)read_all(&said, text, size);
	else if (fuzz_choice(4, data, size))
		(void)read_cases(NULL, text, size, NULL);
	if (all || !fuzz_choice(4, data, size))
		check_sources(text, size, all);
	return 0;
}
