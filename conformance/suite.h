/* SPDX-License-Identifier: Apache-2.0 */
/*
 * suite.h - what every conformance test includes: CMocka in the order it demands, the
 * probe, and the table of tests.
 *
 * The table is the plan: gonogo reads it from the source text, on machines too where the
 * program cannot be built, and a program whose own table differs from it is an ERROR.
 */
#ifndef CONFORMANCE_SUITE_H
#define CONFORMANCE_SUITE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <gng_base.h>
#include <gng_probe.h>
#include <gng_vec.h>

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

enum suite_flags { SUITE_EACH_VARIANT = 1, SUITE_SLOW = 2, SUITE_ONCE = 32 };

struct suite_test {
	const char *name;
	CMUnitTestFunction run;
	const char *requirements; /* ids of requirements.tsv, space-separated */
	unsigned int flags;	  /* enum suite_flags */
};

/*
 * suite_tests is the table that each test file defines, ended by {0}:
 *
 *	const struct suite_test suite_tests[] = {
 *		TEST(ecb_refuses_a_partial_block, "C1.ecb.whole-blocks"),
 *		TEST_EACH_VARIANT(ecb_encrypts_fips197, "C1.ecb.kat"),
 *		{0},
 *	};
 *
 * TEST_EACH_VARIANT runs once for each variant that the subsystem declares; TEST_SLOW and
 * TEST_SLOW_EACH_VARIANT only with `gonogo check --slow`. TEST_ONCE judges what is the same in
 * every build (an image for a guest, a program in Go): it runs in the first build only.
 */
extern const struct suite_test suite_tests[];

#define TEST(function, requirements)                 \
	{                                            \
#function, function, requirements, 0 \
	}
#define TEST_ONCE(function, requirements)                     \
	{                                                     \
#function, function, requirements, SUITE_ONCE \
	}
#define TEST_EACH_VARIANT(function, requirements)                     \
	{                                                             \
#function, function, requirements, SUITE_EACH_VARIANT \
	}
#define TEST_SLOW(function, requirements)                     \
	{                                                     \
#function, function, requirements, SUITE_SLOW \
	}
#define TEST_SLOW_EACH_VARIANT(function, requirements)                             \
	{                                                                          \
#function, function, requirements, SUITE_SLOW | SUITE_EACH_VARIANT \
	}

/* suite_variant is the variant this process runs, from --variant; NULL in a plain test. */
extern const char *suite_variant;

/* suite_fail fails the running test and gives the runner the reason. */
void suite_fail(const char *format, ...) GNG_PRINTF(1, 2) __attribute__((noreturn));

/*
 * suite_vectors runs fn once for each case of $GNG_VECTORS/path and tells the runner how many
 * there were. The test fails with file and line for any error of the reader, an attribute that
 * fn did not read (gng_vec_skip those without bearing), and a number of cases that differs from
 * the declared one or is declared nowhere. fn may fail the test itself.
 */
void suite_vectors(const char *path, void (*fn)(struct gng_vec_case *one, void *arg), void *arg);

/* The values of a case that must have them: the test fails with file and line if not. They
 * live until fn returns. */
const uint8_t *suite_bytes(struct gng_vec_case *one, const char *name, size_t *len);
int64_t suite_int(struct gng_vec_case *one, const char *name);
const char *suite_text(struct gng_vec_case *one, const char *name);

#endif /* CONFORMANCE_SUITE_H */
