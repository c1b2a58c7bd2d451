/* SPDX-License-Identifier: Apache-2.0 */
/*
 * suite.c - the main program of every conformance and hardware test: --list prints the
 * table, --run NAME [--variant V] runs one test, no argument runs them all by hand.
 */
#include "suite.h"

#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char *suite_variant;

/* CMocka catches SIGSEGV and goes on with corrupt memory. The handlers found at start (the
 * sanitizer's, or the default) come back before the test, so a crash ends the process. */
static const int crash_signals[] = {SIGSEGV, SIGBUS, SIGILL, SIGFPE};
static struct sigaction crash_actions[COUNT_OF(crash_signals)];

static const struct suite_test *running;

static void run_with_own_handlers(void **state)
{
	for (size_t i = 0; i < COUNT_OF(crash_signals); i++)
		sigaction(crash_signals[i], &crash_actions[i], NULL);
	running->run(state);
}

static int run(const struct suite_test *test)
{
	const struct CMUnitTest tests[] = {{test->name, run_with_own_handlers, NULL, NULL, NULL}};

	running = test;
	for (size_t i = 0; i < COUNT_OF(crash_signals); i++)
		sigaction(crash_signals[i], NULL, &crash_actions[i]);
	return gng_probe_end(cmocka_run_group_tests_name(test->name, tests, NULL, NULL) == 0);
}

void suite_fail(const char *format, ...)
{
	char text[512];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	gng_probe_failed(text);
	print_error("%s\n", text);
	fail();
	abort(); /* fail() jumps, but is not declared so */
}

/* ---- vectors ---- */

static void corrupt(const char *text)
{
	gng_probe_corrupt(text);
	suite_fail("%s", text);
}

static void run_cases(struct gng_vec *vec, void (*fn)(struct gng_vec_case *one, void *arg),
		      void *arg)
{
	struct gng_vec_case *one;
	struct gng_why why;

	while (gng_vec_next(vec, &one, &why) == GNG_OK && one) {
		fn(one, arg);
		if (gng_vec_unread(one))
			suite_fail("%s: case %s: the test never read '%s'", gng_vec_here(one),
				   gng_vec_id(one), gng_vec_unread(one));
	}
	if (gng_vec_next(vec, &one, &why) != GNG_OK) /* says again what ended the loop */
		corrupt(why.text);
}

void suite_vectors(const char *path, void (*fn)(struct gng_vec_case *one, void *arg), void *arg)
{
	const char *folder = getenv("GNG_VECTORS");
	struct gng_vec *vec;
	struct gng_why why;
	uint64_t declared;
	char full[4096];

	if (!folder)
		suite_fail("GNG_VECTORS is not set: run the test with gonogo check");
	snprintf(full, sizeof(full), "%s/%s", folder, path);
	if (gng_vec_open(&vec, full, &why) != GNG_OK)
		corrupt(why.text);
	if (!gng_vec_declared(vec, &declared))
		suite_fail("%s:1: nobody declares its cases: add a block to SOURCES", full);
	run_cases(vec, fn, arg);
	gng_probe_cases(gng_vec_num_read(vec), declared);
	gng_vec_close(vec);
}

const uint8_t *suite_bytes(struct gng_vec_case *one, const char *name, size_t *len)
{
	const uint8_t *bytes;
	struct gng_why why;

	if (gng_vec_bytes(one, &bytes, len, name, &why) != GNG_OK)
		corrupt(why.text);
	return bytes;
}

const char *suite_text(struct gng_vec_case *one, const char *name)
{
	const char *text = NULL;
	struct gng_why why;

	if (gng_vec_text(one, &text, name, &why) != GNG_OK)
		corrupt(why.text);
	return text;
}

int64_t suite_int(struct gng_vec_case *one, const char *name)
{
	struct gng_why why;
	int64_t value;

	if (gng_vec_int(one, &value, name, &why) != GNG_OK)
		suite_fail("%s", why.text);
	return value;
}

static int run_named(const char *name)
{
	for (const struct suite_test *test = suite_tests; test->name; test++)
		if (strcmp(test->name, name) == 0)
			return run(test);
	fprintf(stderr, "no test is called '%s' here: --list prints the names\n", name);
	return 2;
}

static int list(void)
{
	for (const struct suite_test *test = suite_tests; test->name; test++)
		printf("%s\t%u\t%s\n", test->name, test->flags, test->requirements);
	return 0;
}

static int run_all(void)
{
	int failed = 0;

	for (const struct suite_test *test = suite_tests; test->name; test++)
		failed |= run(test) == 1;
	return failed;
}

/* suite_bench is `PROGRAM --bench ...`, which a hardware test may define for `gonogo bench`. */
extern int suite_bench(int argc, char **argv) __attribute__((weak));

int main(int argc, char **argv)
{
	if (argc > 1 && strcmp(argv[1], "--bench") == 0)
		return suite_bench ? suite_bench(argc - 1, argv + 1) : GNG_PROBE_EXIT_SKIP;
	if (argc == 2 && strcmp(argv[1], "--list") == 0)
		return list();
	if (argc == 5 && strcmp(argv[3], "--variant") == 0)
		suite_variant = argv[4];
	if ((argc == 3 || suite_variant) && strcmp(argv[1], "--run") == 0)
		return run_named(argv[2]);
	if (argc == 1)
		return run_all();
	fprintf(stderr, "usage: %s [--list | --run NAME [--variant VARIANT]]\n", argv[0]);
	return 2;
}

/*
 * The linker sends each CMocka check of a test through here (--wrap), so that a test which
 * asserts nothing can be told from one that passed.
 */
#define COUNTED(check, parameters, arguments) \
	void __real_##check parameters;       \
	void __wrap_##check parameters;       \
	void __wrap_##check parameters        \
	{                                     \
		gng_probe_assertion();        \
		__real_##check arguments;     \
	}

typedef LargestIntegralType uint_type;

COUNTED(_assert_true, (uint_type result, const char *text, const char *file, int line),
	(result, text, file, line))
COUNTED(_assert_return_code,
	(uint_type result, size_t len, uint_type error, const char *text, const char *file,
	 int line),
	(result, len, error, text, file, line))
COUNTED(_assert_int_equal, (uint_type a, uint_type b, const char *file, int line),
	(a, b, file, line))
COUNTED(_assert_int_not_equal, (uint_type a, uint_type b, const char *file, int line),
	(a, b, file, line))
COUNTED(_assert_string_equal, (const char *a, const char *b, const char *file, int line),
	(a, b, file, line))
COUNTED(_assert_string_not_equal, (const char *a, const char *b, const char *file, int line),
	(a, b, file, line))
COUNTED(_assert_memory_equal,
	(const void *a, const void *b, size_t len, const char *file, int line),
	(a, b, len, file, line))
COUNTED(_assert_memory_not_equal,
	(const void *a, const void *b, size_t len, const char *file, int line),
	(a, b, len, file, line))
COUNTED(_assert_in_range, (uint_type value, uint_type lo, uint_type hi, const char *file, int line),
	(value, lo, hi, file, line))
COUNTED(_assert_not_in_range,
	(uint_type value, uint_type lo, uint_type hi, const char *file, int line),
	(value, lo, hi, file, line))
COUNTED(_assert_in_set,
	(uint_type value, const uint_type values[], size_t num_values, const char *file, int line),
	(value, values, num_values, file, line))
COUNTED(_assert_not_in_set,
	(uint_type value, const uint_type values[], size_t num_values, const char *file, int line),
	(value, values, num_values, file, line))
