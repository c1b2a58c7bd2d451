/* SPDX-License-Identifier: Apache-2.0 */
/* suite.c - tests in the project's own frame that assert nothing, hang, flood, crash, stay. */
#include "../../../conformance/suite.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

static void passes(void **state)
{
	(void)state;
	assert_int_equal(6 * 7, 42);
}

static void asserts_nothing(void **state)
{
	(void)state;
}

static void executes_fewer_vectors(void **state)
{
	(void)state;
	assert_true(1);
	gng_probe_cases(9, 10);
}

static void skips_without_a_reason(void **state)
{
	(void)state;
	gng_probe_skip("", NULL);
}

static void skips(void **state)
{
	(void)state;
	gng_probe_skip("no device of this kind", "plug one in");
}

/* tries_each_reserved_device is right on every device of CTest's resource groups, and without a
 * resource specification there are none (CTEST_RESOURCE_GROUP_COUNT). */
static void tries_each_reserved_device(void **state)
{
	const char *count = getenv("CTEST_RESOURCE_GROUP_COUNT");

	(void)state;
	for (int i = 0; count && i < atoi(count); i++)
		assert_true(i >= 0);
}

/* passes, fails, passes: the attempts are counted in a file that outlives each of them */
static void is_flaky(void **state)
{
	const char *folder = getenv("GNG_SELFTEST_FOLDER");
	char path[4096];
	FILE *attempts;

	(void)state;
	snprintf(path, sizeof(path), "%s/attempts", folder ? folder : ".");
	attempts = fopen(path, "ae");
	assert_non_null(attempts);
	fputc('.', attempts);
	fflush(attempts);
	assert_int_not_equal(ftell(attempts), 2);
	fclose(attempts);
}

static void leaves_a_daemon(void **state)
{
	(void)state;
	assert_true(1);
	if (fork() != 0)
		return;
	setsid();
	for (int fd = 0; fd <= GNG_PROBE_FD; fd++)
		close(fd);
	if (fork() == 0)
		sleep(60);
	_exit(0);
}

static void prints_without_end(void **state)
{
	(void)state;
	while (puts("a line of a log that nobody will read to its end") >= 0)
		;
}

static void hangs(void **state)
{
	(void)state;
	signal(SIGTERM, SIG_IGN);
	for (;;)
		pause();
}

static void crashes(void **state)
{
	volatile char *page = mmap(NULL, 4096, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	(void)state;
	assert_ptr_not_equal(page, MAP_FAILED);
	page[0] = 1;
}

const struct suite_test suite_tests[] = {
	TEST(passes, ""),
	TEST(asserts_nothing, ""),
	TEST(executes_fewer_vectors, ""),
	TEST(skips_without_a_reason, ""),
	TEST(skips, ""),
	TEST(tries_each_reserved_device, ""),
	TEST(is_flaky, ""),
	TEST(leaves_a_daemon, ""),
	TEST(prints_without_end, ""),
	TEST(hangs, ""),
	TEST(crashes, ""),
	{0},
};
