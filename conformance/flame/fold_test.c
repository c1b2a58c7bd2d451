/* SPDX-License-Identifier: Apache-2.0 */
/* fold_test.c - the samples of perf script, as recorded by perf 6.1, become counted stacks. */
#include "../suite.h"

#include <stdlib.h>
#include <string.h>

#include <gng_flame.h>

static char *folded(const char *text)
{
	struct gng_why why = {0};
	char *made = NULL;

	assert_int_equal(gng_flame_fold(&made, text, strlen(text), &why), GNG_OK);
	return made;
}

static void folds_to(const char *text, const char *expected)
{
	char *made = folded(text);

	assert_string_equal(made, expected);
	free(made);
}

#define SEAL                                                           \
	"bench \n\t            73b5 seal (/usr/bin/bench)\n"           \
	"\t           27249 __libc_start_call_main (/lib/libc.so.6)\n" \
	"\t            58b0 _start (/usr/bin/bench)\n\n"
#define OTHER                                                         \
	"bench \n\t  ffffffff813a2413 schedule ([kernel.kallsyms])\n" \
	"\t            58b0 _start (/usr/bin/bench)\n\n"

static void equal_stacks_are_counted_root_first(void **state)
{
	(void)state;
	folds_to(SEAL OTHER SEAL, "bench;_start;__libc_start_call_main;seal 2\n"
				  "bench;_start;schedule 1\n");
	folds_to("", "");
	folds_to("swapper\n\n", "swapper 1\n");
}

static void the_last_sample_counts_without_an_empty_line(void **state)
{
	(void)state;
	folds_to("a\n\t 1 f (x)", "a;f 1\n");
	folds_to("a\n\t 1 f (x)\nb\n\t 2 g (x)\n", "a;f 1\nb;g 1\n");
}

static void a_frame_without_symbol_is_its_object(void **state)
{
	(void)state;
	folds_to("a\n\t 1f0f65 [unknown] (/usr/lib/libcrypto.so.3)\n"
		 "\t 2 [unknown] ([vdso])\n\t 3 [unknown] (/tmp/a b (deleted))\n",
		 "a;[a b (deleted)];[vdso];[libcrypto.so.3] 1\n");
}

static void names_keep_spaces_and_lose_separators(void **state)
{
	(void)state;
	folds_to("my prog\n\t 1 operator new(unsigned long) (/x)\n",
		 "my prog;operator new(unsigned long) 1\n");
	folds_to("a;b\n\t 1 f;g\x1b[31m\xff (/x)\n", "a:b;f:g?[31m? 1\n");
}

static void what_is_no_sample_is_refused_with_its_line(void **state)
{
	static const struct {
		const char *text, *part;
	} bad[] = {
		{"a\n\t zz f (x)\n", "line 2 is no frame"},
		{"\t 1 f (x)\n", "line 1 is no frame"},
		{"a\n\n\t 1 f (x)\n", "line 3 is no frame"},
		{"a\n\t 12f_is_a_name (x)\n", "line 2 is no frame"},
	};
	struct gng_why why;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(bad); i++) {
		char *made = NULL;

		why = (struct gng_why){0};
		assert_int_equal(gng_flame_fold(&made, bad[i].text, strlen(bad[i].text), &why),
				 GNG_EFORMAT);
		assert_non_null(strstr(why.text, bad[i].part));
		assert_null(made);
	}
}

/* 300 frames: the 200 at the root stay. A name of 500 bytes keeps 200. */
static void depth_and_names_are_bounded(void **state)
{
	char *text = malloc(64 * 1024), *at = text, *made;
	size_t frames = 0;

	(void)state;
	assert_non_null(text);
	at += sprintf(at, "a\n");
	for (int i = 0; i < 300; i++)
		at += sprintf(at, "\t 1 f%d (x)\n", i);
	made = folded(text);
	for (const char *c = made; *c; c++)
		frames += *c == ';';
	assert_int_equal(frames, GNG_FLAME_MAX_DEPTH);
	assert_int_equal(strncmp(made, "a;f299;f298;", 12), 0);
	free(made);
	at = text + sprintf(text, "a\n\t 1 ");
	memset(at, 'n', 500);
	strcpy(at + 500, " (x)\n");
	made = folded(text);
	assert_int_equal(strlen(made), strlen("a; 1\n") + GNG_FLAME_MAX_NAME);
	free(made);
	free(text);
}

static void too_much_input_is_refused_unread(void **state)
{
	struct gng_why why = {0};
	char *made = NULL;

	(void)state;
	assert_int_equal(gng_flame_fold(&made, "", GNG_FLAME_MAX_INPUT + 1u, &why), GNG_ELIMIT);
	assert_non_null(strstr(why.text, "shorter run"));
}

const struct suite_test suite_tests[] = {
	TEST(equal_stacks_are_counted_root_first, "C4.flame.fold"),
	TEST(the_last_sample_counts_without_an_empty_line, "C4.flame.fold"),
	TEST(a_frame_without_symbol_is_its_object, "C4.flame.fold"),
	TEST(names_keep_spaces_and_lose_separators, "C4.flame.hostile"),
	TEST(what_is_no_sample_is_refused_with_its_line, "C4.flame.hostile"),
	TEST(depth_and_names_are_bounded, "C4.flame.hostile"),
	TEST(too_much_input_is_refused_unread, "C4.flame.hostile"),
	{0},
};
