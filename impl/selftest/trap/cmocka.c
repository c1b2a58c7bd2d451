/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cmocka.c - plain CMocka programs as people write them, with the exit status for a result:
 * 256 failures exit 0, a group that skipped everything exits 0, a crash is caught.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>
#include <sys/mman.h>

#define NUM_FAILURES 256 /* an exit status keeps eight bits */

static void fails(void **state)
{
	(void)state;
	assert_int_equal(1, 2);
}

static void skips(void **state)
{
	(void)state;
	skip();
}

/* CMocka catches the signal and goes on with whatever the crash has left. */
static void crashes(void **state)
{
	volatile char *page = mmap(NULL, 4096, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	(void)state;
	page[0] = 1;
}

static void passes(void **state)
{
	(void)state;
	assert_int_equal(1, 1);
}

static int failures_256(void)
{
	struct CMUnitTest tests[NUM_FAILURES];

	for (size_t i = 0; i < NUM_FAILURES; i++)
		tests[i] = (struct CMUnitTest)cmocka_unit_test(fails);
	return cmocka_run_group_tests(tests, NULL, NULL);
}

static int all_skipped(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(skips), cmocka_unit_test(skips)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

static int crash_in_a_group(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(crashes), cmocka_unit_test(passes)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

int main(int argc, char **argv)
{
	static const struct {
		const char *name;
		int (*run)(void);
	} traps[] = {
		{"failures_256", failures_256},
		{"all_skipped", all_skipped},
		{"crash_in_a_group", crash_in_a_group},
	};

	for (size_t i = 0; i < sizeof(traps) / sizeof(traps[0]); i++) {
		if (argc == 2 && strcmp(argv[1], "--list") == 0)
			printf("%s\t0\t\n", traps[i].name);
		if (argc == 3 && strcmp(argv[2], traps[i].name) == 0)
			return traps[i].run();
	}
	return 0;
}
