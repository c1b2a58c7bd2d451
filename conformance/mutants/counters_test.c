/* SPDX-License-Identifier: Apache-2.0 */
/* counters_test.c - gcov is asked once of the same counters, and what it says is nobody else's. */
/* requires: jansson */
#include "../suite.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "../../impl/mutants/mutants_counters.h"
#include "../../impl/mutants/mutants_files.h"

/* A gcov whose counters are the line that was executed, of 9: it notes what it is asked of. */
static const char gcov[] =
	"#!/bin/sh\n"
	"[ \"$1 $2\" = '--json-format --stdout' ] || exit 1\n"
	"shift 2\n"
	"[ ! -e silent ] || shift\n"
	"for file; do\n"
	"\tname=${file##*/} line=$(cat \"$file\")\n"
	"\techo \"$name\" >>asked\n"
	"\tprintf '{\"files\":[{\"file\":\"%s.c\",\"lines\":[{\"line_number\":9,\"count\":0},"
	"{\"line_number\":%s,\"count\":1}]}]}\\n' \"${name%.gcda}\" \"$line\"\n"
	"done\n";

static char folder[256];

static void put(const char *name, const char *text)
{
	char *path = mutants_format("%s/%s", folder, name);

	assert_int_equal(mutants_write(path, text, NULL), GNG_OK);
	assert_int_equal(chmod(path, 0755), 0);
	free(path);
}

static void begin(void)
{
	char *path = mutants_format("%s:%s", getenv("TMPDIR"), getenv("PATH"));

	snprintf(folder, sizeof(folder), "%.200s", getenv("TMPDIR"));
	setenv("PATH", path, 1);
	free(path);
	put("gcov", gcov);
}

/* asked is what gcov was asked of since the last call (caller frees). */
static char *asked(void)
{
	char *path = mutants_format("%s/asked", folder);
	size_t len;
	char *text = mutants_read(path, &len);

	remove(path);
	free(path);
	return text ? text : strdup("");
}

/* check takes the counters of two objects; text "" is no file. */
static void check(struct counters *counters, const char *first, const char *second,
		  const char *want_asked, const char *want_hits)
{
	struct coverage one;
	char *names, hits[200] = "";
	struct gng_why why;

	if (*first)
		put("0.gcda", first);
	if (*second)
		put("1.gcda", second);
	if (counters_take(counters, &one, &why) != GNG_OK)
		suite_fail("%s", why.text);
	names = asked();
	assert_string_equal(names, want_asked);
	free(names);
	for (size_t i = 0; i < one.num_files; i++)
		for (size_t line = 1; line < one.files[i].num_lines; line++)
			if (one.files[i].hits[line])
				snprintf(hits + strlen(hits), sizeof(hits) - strlen(hits),
					 "%s:%zu ", one.files[i].name, line);
	assert_string_equal(hits, want_hits);
	coverage_fini(&one);
}

static void gcov_is_asked_once_of_the_same_counters(void **state)
{
	const struct subject subject = {.num_compiles = 3};
	const struct worker worker = {.subject = &subject, .folder = folder};
	struct counters counters = {.worker = &worker};

	(void)state;
	begin();
	check(&counters, "2", "3", "0.gcda\n1.gcda\n", "0.c:2 1.c:3 ");
	check(&counters, "2", "3", "", "0.c:2 1.c:3 ");
	check(&counters, "3", "3", "0.gcda\n", "0.c:3 1.c:3 "); /* as the other one left */
	check(&counters, "2", "4", "1.gcda\n", "0.c:2 1.c:4 "); /* and not line 3 of the first */
	check(&counters, "", "4", "", "1.c:4 ");		/* what was taken is gone */
	check(&counters, "2 ", "", "0.gcda\n", "0.c:2 ");
	check(&counters, "", "", "", "");
	counters_fini(&counters);
}

/* A gcov that leaves one out says nothing that can be told apart. */
static void gcov_that_leaves_one_out_is_refused(void **state)
{
	const struct subject subject = {.num_compiles = 2};
	const struct worker worker = {.subject = &subject, .folder = folder};
	struct counters counters = {.worker = &worker};
	struct coverage one;
	struct gng_why why;

	(void)state;
	begin();
	put("silent", "");
	put("0.gcda", "2");
	put("1.gcda", "3");
	assert_int_equal(counters_take(&counters, &one, &why), GNG_EFORMAT);
	assert_string_equal(why.text, "gcov tells of 1 objects, and was asked of 2");
	coverage_fini(&one);
	counters_fini(&counters);
}

static void coverages_are_joined_by_their_lines(void **state)
{
	static const char text[] = "{\"files\":[{\"file\":\"a.c\",\"lines\":["
				   "{\"line_number\":%d,\"count\":%d}]}]}";
	struct coverage all, one;
	char *json;

	(void)state;
	coverage_init(&all, 2);
	for (int i = 0; i < 3; i++) {
		json = mutants_format(text, 2 + i, i != 1);
		coverage_init(&one, 1);
		assert_int_equal(coverage_add(&one, 0, json, NULL), GNG_OK);
		assert_int_equal(coverage_join(&all, 1, &one, NULL), GNG_OK);
		coverage_fini(&one);
		free(json);
	}
	assert_int_equal(all.num_files, 1);
	assert_int_equal(all.files[0].num_lines, 5);
	assert_memory_equal(all.files[0].known, ((bool[]){false, false, true, true, true}),
			    5 * sizeof(bool));
	assert_memory_equal(all.files[0].hits, "\0\0\0\0\0\1\0\0\0\1", 10);
	coverage_fini(&all);
}

const struct suite_test suite_tests[] = {
	TEST(gcov_is_asked_once_of_the_same_counters, "H1.mutants.coverage"),
	TEST(gcov_that_leaves_one_out_is_refused, "H1.mutants.coverage"),
	TEST(coverages_are_joined_by_their_lines, "H1.mutants.coverage"),
	{0},
};
