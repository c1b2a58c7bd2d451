/* SPDX-License-Identifier: Apache-2.0 */
/*
 * refuse_test.c - objects that this kernel refuses: errno, class, words, remedy; nothing of them
 * stays; and plain libbpf, which loads without a log first, has the same errno.
 *
 * Attributes of a case: name (a program of bad.bpf.c, else "FILE" alone), class, expect "ERRNO
 * WORDS..."; expect_6_12, class_6_12 and expect_6_18, class_6_18 from that series on.
 */
/* needs: bpf */
/* requires: libbpf */
#include "samples.h"

#include <bpf/libbpf.h>
#include <sys/prctl.h>
#include <sys/wait.h>

/* for_kernel takes the row of the newest series that is not newer than this kernel. */
static const char *for_kernel(struct gng_vec_case *one, const char *name)
{
	static const char *const series[] = {"", "_6_12", "_6_18"};
	static const unsigned int from[] = {0, 6012, 6018};
	const char *text = NULL;
	char attribute[32];
	struct gng_why why;

	for (size_t i = 0; i < COUNT_OF(series); i++) {
		const char *row = NULL;

		snprintf(attribute, sizeof(attribute), "%s%s", name, series[i]);
		if (!gng_vec_has(one, attribute))
			continue;
		if (gng_vec_text(one, &row, attribute, &why) != GNG_OK)
			suite_fail("%s", why.text);
		if (gng_bpf_kernel() >= from[i])
			text = row;
	}
	if (!text)
		suite_fail("%s: no '%s'", gng_vec_here(one), name);
	return text;
}

static const char *text_of(struct gng_vec_case *one, const char *name)
{
	const char *text;
	struct gng_why why;

	if (gng_vec_text(one, &text, name, &why) != GNG_OK)
		suite_fail("%s", why.text);
	return text;
}

/* plain_errno is what libbpf gives somebody who calls it without all of this. */
static int quiet(enum libbpf_print_level level, const char *format, va_list args)
{
	(void)level;
	(void)format;
	(void)args;
	return 0;
}

static int plain_errno(const char *file, const char *program)
{
	struct bpf_object *object = bpf_object__open(file);
	struct bpf_program *one;
	int error;

	assert_non_null(object);
	bpf_object__for_each_program(one, object) if (program &&
						      strcmp(bpf_program__name(one), program) != 0)
		bpf_program__set_autoload(one, false);
	error = -bpf_object__load(object);
	bpf_object__close(object);
	return error;
}

static void check_verdict(struct gng_vec_case *one, const struct gng_bpfobj *object,
			  const struct gng_why *why)
{
	const char *expect = for_kernel(one, "expect"), *class = for_kernel(one, "class");
	const struct gng_bpfobj_verdict *verdict = gng_bpfobj_verdict_of(object);
	const char *words = strchr(expect, ' ');
	const size_t len = strcspn(expect, " ");
	const char *name = gng_bpf_errno_name(verdict->error);

	if (strncmp(name, expect, len) != 0 || name[len] || strcmp(verdict->class_name, class) != 0)
		suite_fail("%s: %s, class %s, not %s of %s: %s", gng_vec_here(one), name,
			   verdict->class_name, expect, class, why->text);
	if (words && !strstr(verdict->log, words + 1) && !strstr(verdict->said, words + 1))
		suite_fail("%s: nobody said \"%s\": %s", gng_vec_here(one), words + 1, why->text);
	if (words && !strstr(why->text, words + 1))
		suite_fail("%s: the sentence lacks the decisive words: %s", gng_vec_here(one),
			   why->text);
	assert_true(strlen(verdict->remedy) > 10);
	assert_int_equal(gng_bpfobj_state_of(object), GNG_BPFOBJ_REFUSED);
}

static void try_case(struct gng_vec_case *one, void *arg)
{
	const char *name = text_of(one, "name"), *file = text_of(one, "file");
	const bool sole = strcmp(file, "bad") != 0;
	const size_t before = samples_count_fds();
	struct gng_bpfobj *object = samples_open(file);
	struct gng_why why = {0};

	(void)arg;
	if (!sole)
		samples_only(object, name);
	if (strcmp(for_kernel(one, "expect"), "accepted") == 0) {
		assert_int_equal(gng_bpfobj_load(object, &why), GNG_OK);
		assert_string_equal(for_kernel(one, "class"), "none");
		assert_int_equal(plain_errno(samples_path(file), sole ? NULL : name), 0);
	} else {
		assert_int_not_equal(gng_bpfobj_load(object, &why), GNG_OK);
		check_verdict(one, object, &why);
		assert_int_equal(plain_errno(samples_path(file), sole ? NULL : name),
				 gng_bpfobj_verdict_of(object)->error);
	}
	gng_bpfobj_close(object);
	assert_int_equal(samples_count_fds(), before);
}

static void each_bad_object_has_its_errno_class_and_remedy(void **state)
{
	(void)state;
	if (!samples_may() || !samples_path("bad"))
		return;
	libbpf_set_print(quiet);
	suite_vectors("bpfobj/refused.vec", try_case, NULL);
}

/* A log of the trace of a million steps is 47 MB, and one that does not fit would be ENOSPC. */
static void a_program_of_a_million_steps_is_no_matter_of_space(void **state)
{
	struct gng_bpfobj *object;
	struct gng_why why;

	(void)state;
	if (!samples_may())
		return;
	object = samples_open("large");
	if (!object)
		return;
	assert_int_equal(gng_bpfobj_load(object, &why), GNG_ESYS);
	assert_int_equal(gng_bpfobj_verdict_of(object)->error, E2BIG);
	assert_string_equal(gng_bpfobj_verdict_of(object)->class_name, "too-complex");
	assert_true(strlen(gng_bpfobj_verdict_of(object)->log) < 4096);
	gng_bpfobj_close(object);
}

static void without_privilege_it_is_policy(void **state)
{
	int status;
	pid_t pid;

	(void)state;
	if (!samples_path("life"))
		return;
	pid = fork();
	if (pid == 0) {
		struct gng_bpfobj *object = samples_open("life");
		enum gng_status result;

		if (geteuid() == 0 && setuid(65534) != 0)
			_exit(99);
		result = gng_bpfobj_load(object, NULL);
		if (strcmp(gng_bpfobj_verdict_of(object)->class_name, "policy") != 0)
			_exit(98);
		gng_bpfobj_close(object);
		_exit((int)result);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), GNG_EPERM);
}

/* what a loader says where there is no log; by words, for both loaders */
static const struct {
	int error;
	const char *log, *said, *class;
} rows[] = {
	{EINVAL, "", "libbpf: prog 'x': missing BPF prog type, check ELF section name 'y'\n",
	 "no-program-type"},
	{ESRCH, "", "libbpf: kernel BTF is missing at '/sys/kernel/btf/vmlinux'\n", "kernel-btf"},
	{EACCES, "R2 !read_ok\n", "libbpf: prog 'x': missing BPF prog type\n",
	 "uninitialized-register"},
	{EPERM, "", "libbpf: prog 'x': BPF program load failed\n", "policy"},
	{EINVAL, "", "", "bad-attribute"},
	{0, "R2 !read_ok\n", "", ""},
};

static void words_of_a_loader_give_a_class_where_no_log_does(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		const char *remedy = NULL;

		assert_string_equal(
			gng_bpfobj_classify(rows[i].error, rows[i].log, rows[i].said, &remedy),
			rows[i].class);
		assert_int_equal(strlen(remedy) > 10, rows[i].error != 0);
	}
}

const struct suite_test suite_tests[] = {
	TEST(each_bad_object_has_its_errno_class_and_remedy, "B1.bpfobj.refuse"),
	TEST_SLOW(a_program_of_a_million_steps_is_no_matter_of_space, "B1.bpfobj.refuse"),
	TEST(without_privilege_it_is_policy, "B1.bpfobj.refuse"),
	TEST(words_of_a_loader_give_a_class_where_no_log_does, "B1.bpfobj.refuse"),
	{0},
};
