/* SPDX-License-Identifier: Apache-2.0 */
/*
 * kernels_test.c - in the code of the wide variants, which Valgrind cannot run, no branch and no
 * address comes from a vector register: there alone keys, text and keystream are.
 */
#include "kernels.h"
#include "variant.h"

#include <limits.h>
#include <sys/wait.h>
#include <unistd.h>

#if defined(__SANITIZE_ADDRESS__)
#define SANITIZED true
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(memory_sanitizer)
#define SANITIZED true
#endif
#endif
#ifndef SANITIZED
#define SANITIZED false
#endif

#define EXIT_NO_OBJDUMP 127
#define MIN_FUNCTIONS 18 /* of the eleven in each of the two files, some may be inlined */

/* Every line is judged after those before it in the same block. */
static const char *lint_block(const char *const lines[], int public_moves)
{
	struct lint lint = {.public_moves = public_moves};
	const char *wrong = NULL;
	char line[128];

	for (size_t i = 0; lines[i] && !wrong; i++) {
		snprintf(line, sizeof(line), "    %zx:\t%s\n", i, lines[i]);
		wrong = lint_line(&lint, line);
	}
	return wrong;
}

#define BLOCK(...) ((const char *const[]){__VA_ARGS__, NULL})

static void planted_leaks_are_reported(void **state)
{
	(void)state;
	assert_non_null(lint_block(BLOCK("vpgatherdd %ymm2,(%rax,%ymm1,4),%ymm0"), 0));
	assert_non_null(lint_block(BLOCK("vpscatterqq %zmm0,(%rax,%zmm1,8){%k1}"), 0));
	assert_non_null(lint_block(BLOCK("vmovq  %xmm0,%rax", "mov    (%rax,%rbx,1),%rcx"), 0));
	assert_non_null(
		lint_block(BLOCK("vpextrb $0x3,%xmm0,%eax", "movzbl 0x10(%rdx,%rax,1),%ecx"), 0));
	assert_non_null(lint_block(BLOCK("vmovd  %xmm0,%eax", "and    $0xf,%eax", "mov    %rax,%r9",
					 "vpxor  (%rdi,%r9,8),%xmm1,%xmm1"),
				   0));
	assert_non_null(lint_block(BLOCK("vptest %ymm0,%ymm0", "je     40 <f+0x40>"), 0));
	assert_non_null(lint_block(BLOCK("kortestb %k1,%k1", "mov    %rax,%rbx", "jb     40"), 0));
	assert_non_null(
		lint_block(BLOCK("vpmovmskb %ymm0,%eax", "cmp    $0xffff,%eax", "jne    40"), 0));
	assert_non_null(
		lint_block(BLOCK("kmovd  %k1,%r12d", "test   %r12b,%r12b", "jne    40"), 0));
	assert_non_null(lint_block(
		BLOCK("vptest %xmm0,%xmm0", "sete   %al", "test   %al,%al", "jne    40"), 0));
	assert_non_null(lint_block(BLOCK("vmovq  %xmm0,%rax", "jmp    *%rax"), 0));
}

static void public_code_is_not_reported(void **state)
{
	(void)state;
	assert_null(lint_block(BLOCK("cmp    $0x10,%rdx", "vaesenc %ymm1,%ymm0,%ymm0", "jb     40"),
			       0));
	assert_null(lint_block(
		BLOCK("mov    (%rdi),%rax", "vmovq  %rax,%xmm0", "mov    (%rax),%rbx"), 0));
	assert_null(lint_block(BLOCK("vmovq  %xmm0,%rax", "mov    %rdx,%rax", "mov    (%rax),%rbx"),
			       0));
	assert_null(lint_block(BLOCK("vmovq  %xmm0,%rax", "xor    %eax,%eax", "mov    (%rax),%rbx"),
			       0));
	assert_null(lint_block(BLOCK("vptest %xmm0,%xmm0", "sub    $0x1,%rdx", "jne    40"), 0));
	assert_null(lint_block(
		BLOCK("vmovq  %xmm0,%rax", "mov    %rax,(%rdi)", "lea    (%rax),%rbx"), 0));
}

static void a_public_move_is_forgiven_once(void **state)
{
	(void)state;
	assert_null(lint_block(BLOCK("vmovq  %xmm0,%rcx", "neg    %rcx", "jne    40"), 1));
	assert_non_null(lint_block(
		BLOCK("vmovq  %xmm0,%rcx", "vmovq  %xmm1,%rdx", "neg    %rdx", "jne    40"), 1));
}

#if defined(__x86_64__)
#include <immintrin.h>

/* control_vaes leaks: it reads a table at an index that was in a vector register. It is compiled
 * and disassembled as the kernels are, so a lint that reads nothing there is seen to be blind. */
__attribute__((noinline, used, target("avx2"))) static uint8_t control_vaes(__m128i key,
									    const uint8_t *table)
{
	__asm__ volatile("" : "+x"(key));
	return table[_mm_cvtsi128_si64(key) & 15];
}
#endif

/*
 * The kernels are the functions of aes_vaes_modes.h and aes_vaes_gcm.h. One of them moves public
 * data out of vector registers: CTR its counter block, in two halves, to see where it carries.
 */
static bool is_kernel(struct lint *lint, const char *name)
{
	const char *suffix = strstr(name, "_vaes");

	if (strcmp(name, "ctr_vaes") == 0)
		lint->public_moves = 2;
	return suffix != NULL;
}

#define CONTROL "control_vaes"

/* lint_text returns how many kernels it saw, without the control, and tells of the first line that
 * is wrong, and whether it saw what is wrong with the control. */
static size_t lint_text(FILE *text, char *found, size_t cap, bool *caught)
{
	char line[256], copy[256], name[128];
	bool judged = false;
	struct lint lint;
	bool is_control = false;
	size_t num = 0;

	while (fgets(line, sizeof(line), text)) {
		const char *wrong = NULL;

		memcpy(copy, line, sizeof(copy));
		if (lint_function(&lint, name, sizeof(name), line)) {
			judged = is_kernel(&lint, name);
			is_control = strcmp(name, CONTROL) == 0;
			num += judged && !is_control;
		} else if (judged) {
			wrong = lint_line(&lint, copy);
		}
		if (wrong && is_control)
			*caught = true;
		else if (wrong && !*found)
			snprintf(found, cap, "%s: %s: %s", name, wrong, line);
	}
	return num;
}

static FILE *objdump(pid_t *pid)
{
	char self[PATH_MAX];
	const ssize_t len = readlink("/proc/self/exe", self, sizeof(self) - 1);
	int fds[2];

	assert_true(len > 0);
	self[len] = '\0';
	assert_int_equal(pipe(fds), 0);
	*pid = fork();
	assert_true(*pid >= 0);
	if (*pid == 0) {
		close(GNG_PROBE_FD);
		dup2(fds[1], STDOUT_FILENO);
		execlp("objdump", "objdump", "-d", "--no-show-raw-insn", self, (char *)NULL);
		_exit(EXIT_NO_OBJDUMP);
	}
	close(fds[1]);
	return fdopen(fds[0], "r");
}

static void wide_kernels_have_no_branch_or_address_from_a_vector(void **state)
{
	char found[512] = "";
	bool caught = false;
	int status;
	FILE *text;
	size_t num;
	pid_t pid;

	(void)state;
	if (SANITIZED) {
		gng_probe_skip("a sanitizer's own checks stand in the code here",
			       "gonogo check --builds release conformance.aes.kernels");
		return;
	}
	text = objdump(&pid);
	assert_non_null(text);
	num = lint_text(text, found, sizeof(found), &caught);
	fclose(text);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	if (WIFEXITED(status) && WEXITSTATUS(status) == EXIT_NO_OBJDUMP) {
		gng_probe_skip("objdump is not installed", "apt-get install binutils");
		return;
	}
	assert_int_equal(status, 0);
	if (*found)
		suite_fail("%s", found);
	if (!caught)
		suite_fail("the lint is blind: it did not report " CONTROL);
	assert_in_range(num, MIN_FUNCTIONS, 200);
	assert_non_null(aes_variant_named("vaes512")); /* which links them all */
}

const struct suite_test suite_tests[] = {
	TEST(planted_leaks_are_reported, "C1.ct.lint"),
	TEST(public_code_is_not_reported, "C1.ct.lint"),
	TEST(a_public_move_is_forgiven_once, "C1.ct.lint"),
	TEST(wide_kernels_have_no_branch_or_address_from_a_vector, "C1.ct.kernels"),
	{0},
};
