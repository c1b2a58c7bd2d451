/* SPDX-License-Identifier: Apache-2.0 */
/* seeds_test.c - a reproducer becomes a seed, once, and the file still declares its number. */
#include "../suite.h"

#include <stdlib.h>
#include <string.h>

#include <gng_farm.h>

static const char text[] = "# requirements: H1.x\n# cases: 2\none = 00FF\nempty =\n";

static char *add(const char *to, const char *name, const char *bytes, size_t len)
{
	struct gng_why why = {0};
	char *added = NULL;

	if (gng_farm_seed_add(&added, "t.seeds", to, name, (const uint8_t *)bytes, len, &why) !=
	    GNG_OK)
		suite_fail("%s", why.text);
	return added;
}

static void a_seed_stands_last_and_the_count_is_raised(void **state)
{
	char *added = add(text, "crash_1", "\x80\x01", 2);

	(void)state;
	assert_string_equal(added, "# requirements: H1.x\n# cases: 3\none = 00FF\nempty =\n"
				   "crash_1 = 8001\n");
	free(added);
	added = add("# cases: 9", "a", "", 0);
	assert_string_equal(added, "# cases: 10\na =\n");
	free(added);
}

static void the_same_bytes_are_not_added_again(void **state)
{
	char *added = add(text, "crash_1", "\x00\xff", 2);

	(void)state;
	assert_string_equal(added, text);
	free(added);
	added = add(text, "crash_1", "", 0);
	assert_string_equal(added, text);
	free(added);
}

static void a_file_that_declares_nothing_is_refused(void **state)
{
	static const struct {
		const char *text, *sentence;
	} cases[] = {
		{"one = 00\n", "t.seeds:1: no line '# cases: N'"},
		{"# cases: 0\n\n# cases: 0\n", "t.seeds:3: '# cases:' stands twice"},
		{"# cases: many\n", "t.seeds:1: '# cases:' wants a number"},
		{"# cases: 1\nx = 00\n", "t.seeds:2: a seed of this name has other bytes"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct gng_why why = {0};
		char *added = NULL;

		assert_int_equal(gng_farm_seed_add(&added, "t.seeds", cases[i].text, "x",
						   (const uint8_t *)"z", 1, &why),
				 GNG_EFORMAT);
		assert_null(added);
		assert_int_equal(strncmp(why.text, cases[i].sentence, strlen(cases[i].sentence)),
				 0);
	}
}

const struct suite_test suite_tests[] = {
	TEST(a_seed_stands_last_and_the_count_is_raised, "H1.fuzz.seed"),
	TEST(the_same_bytes_are_not_added_again, "H1.fuzz.seed"),
	TEST(a_file_that_declares_nothing_is_refused, "H1.fuzz.seed"),
	{0},
};
