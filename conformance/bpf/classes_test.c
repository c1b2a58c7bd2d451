/* SPDX-License-Identifier: Apache-2.0 */
/* classes_test.c - errno and words to a class: by lines of the verifier, wherever they stand. */
#include "../suite.h"

#include <errno.h>
#include <string.h>

#include <gng_bpf.h>

/* lines of kernel/bpf/verifier.c, and errno without any */
static const struct {
	int error;
	const char *log, *class;
} rows[] = {
	{EACCES, "R2 !read_ok\n", "uninitialized-register"},
	{EACCES, "0: (bf) r0 = r2\nR2 !read_ok\nprocessed 1 insns\n", "uninitialized-register"},
	{EINVAL, "R2 !read_ok\n", "uninitialized-register"},
	{EACCES, "R0 invalid mem access 'map_value_or_null'\n", "null-unchecked"},
	{EACCES, "R0 invalid mem access 'scalar'\n", "not-a-pointer"},
	{E2BIG, "BPF program is too large. Processed 1000001 insn\n", "too-complex"},
	{EFAULT, "The sequence of 8193 jumps is too complex.\n", "loop-too-complex"},
	{E2BIG, "The sequence of 8193 jumps is too complex.\n", "loop-too-complex"},
	{EINVAL, "last insn is not an exit or jmp\nVerification failed\nReason: x\nSuggestion: y\n",
	 "no-exit"},
	{EINVAL, "invalid func unknown#195896080\n", "core-relocation"},
	{EINVAL,
	 "1: <invalid CO-RE relocation>\nfailed to resolve CO-RE relocation <byte_off> [5]\n",
	 "core-relocation"},
	{EINVAL, "invalid func unknown#9999\n", "unknown-helper"},
	{EPERM, "", "policy"},
	{EBADF, "", "bad-descriptor"},
	{EFAULT, "", "bad-address"},
	{ENOSPC, "whatever was cut", "log-too-small"},
	{E2BIG, "", "too-large"},
	{524, "", "not-supported"},
	{ENOENT, "", "absent"},
	{ENOMEM, "", "no-memory"},
	{EINVAL, "", "bad-attribute"},
	{EXDEV, "", "unknown"},
	{0, "R2 !read_ok\n", "unknown"},
};

static void words_and_errno_give_the_class(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT_OF(rows); i++)
		assert_string_equal(gng_bpf_classify(rows[i].error, rows[i].log), rows[i].class);
}

/* A trace names instructions and states: what stands there was not complained of. */
static void a_trace_is_no_complaint(void **state)
{
	(void)state;
	assert_string_equal(gng_bpf_classify(EACCES, "5: (85) call x ; R0=a_or_null'\n"
						     " R1=ctx() leaks addr\nR3 !read_ok\n"),
			    "uninitialized-register");
	assert_string_equal(gng_bpf_classify(EINVAL, "12: (95) R0 leaks addr\n"), "bad-attribute");
}

static void there_are_sixty_classes_and_each_says_what_to_change(void **state)
{
	const struct gng_bpf_class *classes;
	size_t num, distinct = 0;

	(void)state;
	classes = gng_bpf_classes(&num);
	for (size_t i = 0; i < num; i++) {
		bool is_new = true;

		assert_true(strlen(classes[i].meaning) > 10);
		for (size_t k = 0; k < i; k++)
			is_new = is_new && strcmp(classes[k].name, classes[i].name) != 0;
		distinct += is_new;
	}
	assert_true(distinct >= 60);
}

static void errno_has_a_name_and_back(void **state)
{
	(void)state;
	assert_string_equal(gng_bpf_errno_name(EACCES), "EACCES");
	assert_string_equal(gng_bpf_errno_name(524), "ENOTSUPP");
	assert_string_equal(gng_bpf_errno_name(9999), "E?");
	assert_int_equal(gng_bpf_errno("E2BIG"), E2BIG);
	assert_int_equal(gng_bpf_errno("ENOTSUPP"), 524);
	assert_int_equal(gng_bpf_errno("nothing"), -1);
	assert_int_equal(gng_bpf_type("xdp"), 6);
	assert_int_equal(gng_bpf_type("xdq"), -1);
	assert_int_equal(gng_bpf_attach("sk_lookup"), 36);
	assert_int_equal(gng_bpf_attach(""), -1);
}

const struct suite_test suite_tests[] = {
	TEST(words_and_errno_give_the_class, "B1.bpf.classes"),
	TEST(a_trace_is_no_complaint, "B1.bpf.classes"),
	TEST(there_are_sixty_classes_and_each_says_what_to_change, "B1.bpf.classes"),
	TEST(errno_has_a_name_and_back, "B1.bpf.classes"),
	{0},
};
