/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ct_test.c - no branch and no address depends on a secret: as Valgrind's memcheck sees it in the
 * shipped code, and as MemorySanitizer sees it in the msan build, which knows 512 bits too.
 */
/* requires: valgrind valgrind-header */
#include "ct.h"

#include <limits.h>
#include <sys/wait.h>
#include <unistd.h>

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define SANITIZED true
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(memory_sanitizer)
#define SANITIZED true
#endif
#endif
#ifndef SANITIZED
#define SANITIZED false
#endif

#ifdef GNG_MSAN
#define MSAN true
#else
#define MSAN false
#endif

#define EXIT_REPORTED 9
#define MSAN_REPORT "WARNING: MemorySanitizer: use-of-uninitialized-value" /* not its SUMMARY */

/* valgrind_skips says why Valgrind cannot run this variant. Its CPU ends at AVX2. */
static bool valgrind_skips(const struct gng_aes_variant *variant)
{
	if (MSAN)
		return false;
	if (SANITIZED) {
		gng_probe_skip("Valgrind cannot run a program with a sanitizer in it",
			       "gonogo check --builds release conformance.aes.ct");
		return true;
	}
	if ((variant->needs & (GNG_CPU_VAES | GNG_CPU_AVX512)) == 0)
		return false;
	gng_probe_skip("Valgrind has no ymm VAES and no AVX-512",
		       "conformance.aes.kernels reads its code, gonogo check --builds msan "
		       "conformance.aes.ct runs it");
	return true;
}

/* exec_target becomes this program under the tool. Descriptor 3 is the parent's alone. */
static void exec_target(int out, const char *name, const char *variant)
{
	char self[PATH_MAX];
	const ssize_t len = readlink("/proc/self/exe", self, sizeof(self) - 1);

	if (len <= 0)
		_exit(1);
	self[len] = '\0';
	close(GNG_PROBE_FD);
	dup2(out, STDOUT_FILENO);
	setenv(CT_ENVIRONMENT, "1", 1);
	if (MSAN) {
		dup2(out, STDERR_FILENO);
		unsetenv("UBSAN_OPTIONS"); /* MemorySanitizer reads these as well */
		setenv("MSAN_OPTIONS", "halt_on_error=0:symbolize=0:exitcode=9", 1);
		execl(self, self, "--run", name, "--variant", variant, (char *)NULL);
		_exit(1);
	}
	execlp("valgrind", "valgrind", "--quiet", "--error-exitcode=9", "--leak-check=no",
	       "--num-callers=6", self, "--run", name, "--variant", variant, (char *)NULL);
	_exit(1);
}

#define MAX_CASES 32

/* counts is what the target told of its cases, in their order. */
struct counts {
	size_t num;
	unsigned int calls[MAX_CASES], reports[MAX_CASES];
};

/* read_counts takes the target's lines from among those that CMocka prints, to the end. */
static void read_counts(struct counts *counts, FILE *lines)
{
	unsigned int reports = 0;
	char line[256];

	counts->num = 0;
	while (fgets(line, sizeof(line), lines)) {
		reports += strstr(line, MSAN_REPORT) != NULL;
		if (counts->num < MAX_CASES &&
		    sscanf(line, "ct: %u %u", &counts->calls[counts->num],
			   &counts->reports[counts->num]) == 2) {
			counts->reports[counts->num++] += reports;
			reports = 0;
		}
	}
}

/* A verdict may be taken without a branch, so calls is the most. */
static void check_case(const struct ct_case *one, unsigned int calls, unsigned int reports)
{
	gng_probe_assertion();
	if (one->want == CT_LEAK && reports == 0)
		suite_fail("the tool is blind: it did not report '%s'", one->name);
	if (one->want != CT_LEAK && reports > calls)
		suite_fail(
			"%s: %u branches or addresses depend on a secret, not %u: the log has the "
			"tool's reports",
			one->name, reports, calls);
}

static void judge(const struct counts *counts)
{
	for (size_t i = 0; ct_cases[i].name; i++) {
		if (i >= counts->num)
			suite_fail("%s: the target under the tool ended early", ct_cases[i].name);
		check_case(&ct_cases[i], counts->calls[i], counts->reports[i]);
	}
}

static void run_target(const char *name, const struct gng_aes_variant *variant)
{
	struct counts counts;
	int fds[2], status;
	FILE *lines;
	pid_t pid;

	assert_int_equal(pipe(fds), 0);
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0)
		exec_target(fds[1], name, variant->name);
	close(fds[1]);
	lines = fdopen(fds[0], "r");
	assert_non_null(lines);
	read_counts(&counts, lines);
	fclose(lines);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	judge(&counts);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), EXIT_REPORTED); /* the controls at least */
}

static void no_secret_steers_a_branch_or_an_address(void **state)
{
	const struct gng_aes_variant *variant;

	(void)state;
	if (variant_skips(&variant))
		return;
	if (getenv(CT_ENVIRONMENT))
		ct_target(variant);
	else if (!valgrind_skips(variant))
		run_target(__func__, variant);
}

const struct suite_test suite_tests[] = {
	TEST_EACH_VARIANT(no_secret_steers_a_branch_or_an_address,
			  "C1.ct.modes C1.ct.tag C1.ct.padding C1.ct.equal"),
	{0},
};
