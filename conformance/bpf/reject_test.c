/* SPDX-License-Identifier: Apache-2.0 */
/*
 * reject_test.c - what the verifier refuses, with errno and words for this kernel; and for each a
 * twin, mended in the one place that matters, that it takes.
 *
 * Attributes of a case: name, class, type, code, twin ("none" where nothing can be mended), expect;
 * also maps, license, attach, flags. expect is "ERRNO WORDS..." or "accepted", and expect_6_12 and
 * expect_6_18 take its place from that series on; so do class_6_12 and class_6_18.
 */
#include "../suite.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <gng_bpf.h>

/* one is a case as it is read. */
struct one {
	struct gng_vec_case *vec;
	struct gng_bpf_map maps[GNG_BPF_MAX_MAPS];
	struct gng_bpf_program program;
	const char *expect;
};

static const char *text_of(struct gng_vec_case *vec, const char *name)
{
	const char *text;
	struct gng_why why;

	if (!gng_vec_has(vec, name))
		return NULL;
	if (gng_vec_text(vec, &text, name, &why) != GNG_OK)
		suite_fail("%s", why.text);
	return text;
}

static const char *must(struct gng_vec_case *vec, const char *name)
{
	const char *text = text_of(vec, name);

	if (!text)
		suite_fail("%s: the case has no '%s'", gng_vec_here(vec), name);
	return text;
}

/* for_kernel takes the row of the newest series that is not newer than this kernel. */
static const char *for_kernel(struct gng_vec_case *vec, const char *name)
{
	const char *base = must(vec, name), *next, *last;
	const unsigned int kernel = gng_bpf_kernel();
	char later[32];

	snprintf(later, sizeof(later), "%s_6_12", name);
	next = text_of(vec, later);
	snprintf(later, sizeof(later), "%s_6_18", name);
	last = text_of(vec, later);
	if (last && kernel >= 6018)
		return last;
	return next && kernel >= 6012 ? next : base;
}

static uint32_t flags_of(struct gng_vec_case *vec)
{
	const char *text = text_of(vec, "flags");

	if (!text)
		return 0;
	if (strcmp(text, "strict_alignment") != 0)
		suite_fail("%s: no such flag: %s", gng_vec_here(vec), text);
	return 1; /* BPF_F_STRICT_ALIGNMENT */
}

static void read_case(struct one *one, struct gng_vec_case *vec)
{
	const char *maps = text_of(vec, "maps"), *attach = text_of(vec, "attach");
	const int type = gng_bpf_type(must(vec, "type"));
	const int attach_type = attach ? gng_bpf_attach(attach) : 0;
	struct gng_why why;

	*one = (struct one){.vec = vec, .expect = for_kernel(vec, "expect")};
	one->program.license = text_of(vec, "license");
	one->program.flags = flags_of(vec);
	one->program.maps = one->maps;
	if (type < 0 || attach_type < 0)
		suite_fail("%s: no such type", gng_vec_here(vec));
	one->program.type = (uint32_t)type;
	one->program.attach = (uint32_t)attach_type;
	if (maps && gng_bpf_maps_parse(one->maps, &one->program.num_maps, GNG_BPF_MAX_MAPS,
				       gng_vec_here(vec), maps, &why) != GNG_OK)
		suite_fail("%s", why.text);
}

static void try_code(struct one *one, struct gng_bpf_verdict *verdict, const char *text)
{
	struct gng_bpf_code code;
	struct gng_why why;

	if (gng_bpf_assemble(&code, gng_vec_here(one->vec), text, &why) != GNG_OK)
		suite_fail("%s", why.text);
	one->program.code = &code;
	if (gng_bpf_try(verdict, &one->program, true, &why) != GNG_OK)
		suite_fail("%s: %s", gng_vec_here(one->vec), why.text);
	gng_bpf_code_fini(&code);
}

/* complain keeps the first complaint for the record and prints all: a kernel that differs differs
 * in more than one case. */
static size_t num_complaints;
static const char *current; /* name of the case */
static char first_complaint[480];

static void complain(const char *format, ...) GNG_PRINTF(1, 2);

static void complain(const char *format, ...)
{
	char text[480];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	fprintf(stderr, "%s: %s\n", current, text);
	if (num_complaints++ == 0)
		memcpy(first_complaint, text, sizeof(text));
}

/* tail is the end of a log, for a message. */
static const char *tail(const struct gng_bpf_verdict *verdict)
{
	return verdict->log + (verdict->log_len > 300 ? verdict->log_len - 300 : 0);
}

static void check_refused(const struct one *one, const struct gng_bpf_verdict *verdict,
			  const char *class)
{
	const size_t len = strcspn(one->expect, " ");
	const char *words = one->expect + len + (one->expect[len] == ' ');
	char name[24];

	snprintf(name, sizeof(name), "%.*s", (int)len, one->expect);
	if (strcmp(gng_bpf_errno_name(verdict->error), name) != 0 || !strstr(verdict->log, words))
		complain("%s: %s, not %s: %s", gng_vec_here(one->vec),
			 gng_bpf_errno_name(verdict->error), one->expect, tail(verdict));
	if (strcmp(gng_bpf_classify(verdict->error, verdict->log), class) != 0)
		complain("%s: of class %s, not %s: %s", gng_vec_here(one->vec),
			 gng_bpf_classify(verdict->error, verdict->log), class, tail(verdict));
}

static void check_twin(struct one *one)
{
	const char *twin = must(one->vec, "twin");
	struct gng_bpf_verdict verdict;

	if (strcmp(twin, "none") == 0)
		return;
	try_code(one, &verdict, twin);
	if (verdict.error)
		complain("%s: its twin is refused: %s %s", gng_vec_here(one->vec),
			 gng_bpf_errno_name(verdict.error), tail(&verdict));
	gng_bpf_verdict_fini(&verdict);
}

/* tell prints the row of the table that `gonogo lab run bpf-matrix` makes of three kernels. */
static void tell(const struct gng_bpf_verdict *verdict)
{
	if (verdict->error)
		printf("row\t%s\trefused %s %s\n", current, gng_bpf_errno_name(verdict->error),
		       gng_bpf_classify(verdict->error, verdict->log));
	else
		printf("row\t%s\taccepted\n", current);
}

static void try_case(struct gng_vec_case *vec, void *arg)
{
	const char *class = for_kernel(vec, "class");
	struct gng_bpf_verdict verdict;
	struct one one;

	(void)arg;
	current = must(vec, "name");
	read_case(&one, vec);
	try_code(&one, &verdict, must(vec, "code"));
	tell(&verdict);
	if (strcmp(one.expect, "accepted") != 0)
		check_refused(&one, &verdict, class);
	else if (verdict.error)
		complain("%s: refused: %s %s", gng_vec_here(vec), gng_bpf_errno_name(verdict.error),
			 tail(&verdict));
	gng_bpf_verdict_fini(&verdict);
	check_twin(&one);
}

/* may_load skips where this process may not load what every case needs, or the kernel is older
 * than the first one that was looked at. */
static bool may_load(void)
{
	struct gng_bpf_code code;
	struct gng_bpf_program program = {.type = (uint32_t)gng_bpf_type("xdp"), .code = &code};
	enum gng_status status;
	struct gng_why why;
	int fd;

	if (gng_bpf_kernel() < 6001) {
		gng_probe_skip("no expectations for a kernel before 6.1",
			       "gonogo lab run bpf-matrix");
		return false;
	}
	assert_int_equal(gng_bpf_assemble(&code, "may_load", "r0 = 2; exit", NULL), GNG_OK);
	status = gng_bpf_load(&fd, &program, &why);
	if (status == GNG_OK)
		close(fd);
	else
		gng_probe_skip(why.text, "root, or CAP_BPF, CAP_NET_ADMIN and CAP_PERFMON; or "
					 "gonogo lab run bpf-matrix");
	gng_bpf_code_fini(&code);
	return status == GNG_OK;
}

static void try_file(const char *file)
{
	if (!may_load())
		return;
	suite_vectors(file, try_case, NULL);
	if (num_complaints)
		suite_fail("%zu complaints, the first: %s", num_complaints, first_complaint);
}

static void faults_of_structure_are_refused(void **state)
{
	(void)state;
	try_file("bpf/structure.vec");
}

static void unwritten_registers_are_refused(void **state)
{
	(void)state;
	try_file("bpf/registers.vec");
}

static void faults_of_the_stack_are_refused(void **state)
{
	(void)state;
	try_file("bpf/stack.vec");
}

static void faults_of_memory_are_refused(void **state)
{
	(void)state;
	try_file("bpf/memory.vec");
}

static void arithmetic_on_pointers_is_refused(void **state)
{
	(void)state;
	try_file("bpf/pointers.vec");
}

static void wrong_calls_of_helpers_are_refused(void **state)
{
	(void)state;
	try_file("bpf/calls.vec");
}

static void faults_of_functions_and_references_are_refused(void **state)
{
	(void)state;
	try_file("bpf/functions.vec");
}

static void families_of_faults_are_refused(void **state)
{
	(void)state;
	try_file("bpf/families.vec");
}

/* A million steps take a minute in an emulator. */
static void what_is_too_complex_is_refused(void **state)
{
	(void)state;
	try_file("bpf/complexity.vec");
}

static void what_is_too_large_is_refused(void **state)
{
	(void)state;
	try_file("bpf/limits.vec");
}

const struct suite_test suite_tests[] = {
	TEST(faults_of_structure_are_refused, "B1.bpf.reject"),
	TEST(unwritten_registers_are_refused, "B1.bpf.reject"),
	TEST(faults_of_the_stack_are_refused, "B1.bpf.reject"),
	TEST(faults_of_memory_are_refused, "B1.bpf.reject"),
	TEST(arithmetic_on_pointers_is_refused, "B1.bpf.reject"),
	TEST(wrong_calls_of_helpers_are_refused, "B1.bpf.reject"),
	TEST(faults_of_functions_and_references_are_refused, "B1.bpf.reject"),
	TEST(what_is_too_large_is_refused, "B1.bpf.reject"),
	TEST(families_of_faults_are_refused, "B1.bpf.reject"),
	TEST_SLOW(what_is_too_complex_is_refused, "B1.bpf.reject"),
	{0},
};
