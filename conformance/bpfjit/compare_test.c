/* SPDX-License-Identifier: Apache-2.0 */
/*
 * compare_test.c - the kernel's compiler against the interpreter, on programs from seeds. That the
 * comparison can fail is shown by compare.mutants: bugs planted in the interpreter.
 */
#include "../suite.h"

#include <stdio.h>
#include <string.h>

#include <gng_bpf.h>
#include <gng_bpfjit.h>

#define NUM_PROGRAMS 600 /* a second of every build; the slow test has more */
#define ALL                                                                             \
	(GNG_BPFJIT_MEMORY | GNG_BPFJIT_JUMPS | GNG_BPFJIT_ATOMICS | GNG_BPFJIT_CALLS | \
	 GNG_BPFJIT_V4 | GNG_BPFJIT_ORDER)

static struct gng_bpfjit *open_or_skip(void)
{
	struct gng_bpfjit *jit = NULL;
	struct gng_why why;
	enum gng_status status = gng_bpfjit_open(&jit, &why);

	if (status == GNG_EPERM || status == GNG_EUNSUPPORTED)
		gng_probe_skip(why.text, "root, or gonogo lab run bpfjit-compilers");
	else if (status != GNG_OK)
		suite_fail("%s", why.text);
	return jit;
}

/* compare runs programs of some kinds; what the verifier refuses tests nothing, so it is bounded.
 */
static void compare(unsigned int kinds, uint64_t num_programs)
{
	struct gng_bpfjit_outcome outcome = {0};
	struct gng_bpfjit *jit = open_or_skip();
	struct gng_why why = {0};
	char note[96];

	if (!jit)
		return;
	kinds = gng_bpfjit_known(kinds, gng_bpf_kernel());
	for (uint64_t seed = 1; seed <= num_programs; seed++)
		if (gng_bpfjit_compare(jit, &outcome, seed, kinds, &why) != GNG_OK)
			suite_fail("%s", why.text);
	gng_bpfjit_close(jit);
	if (outcome.refused > 0)
		suite_fail("%llu programs refused, the last: %s",
			   (unsigned long long)outcome.refused, why.text);
	assert_int_equal(outcome.programs, num_programs);
	assert_int_equal(outcome.runs, 2 * num_programs);
	snprintf(note, sizeof(note), "%llu programs, %llu runs",
		 (unsigned long long)outcome.programs, (unsigned long long)outcome.runs);
	gng_probe_note("compared", note);
}

static void arithmetic_is_that_of_the_interpreter(void **state)
{
	(void)state;
	compare(0, NUM_PROGRAMS);
}

static void new_arithmetic_is_that_of_the_interpreter(void **state)
{
	(void)state;
	compare(GNG_BPFJIT_V4, NUM_PROGRAMS);
}

static void memory_is_that_of_the_interpreter(void **state)
{
	(void)state;
	compare(GNG_BPFJIT_MEMORY | GNG_BPFJIT_V4, NUM_PROGRAMS);
}

static void atomics_are_those_of_the_interpreter(void **state)
{
	(void)state;
	compare(GNG_BPFJIT_ATOMICS | GNG_BPFJIT_ORDER, NUM_PROGRAMS);
}

static void jumps_and_loops_are_those_of_the_interpreter(void **state)
{
	(void)state;
	compare(GNG_BPFJIT_JUMPS | GNG_BPFJIT_V4, NUM_PROGRAMS);
}

static void calls_are_those_of_the_interpreter(void **state)
{
	(void)state;
	compare(GNG_BPFJIT_CALLS | GNG_BPFJIT_V4, NUM_PROGRAMS);
}

static void all_together_is_that_of_the_interpreter(void **state)
{
	(void)state;
	compare(ALL, NUM_PROGRAMS);
}

static void many_of_all_kinds_are_those_of_the_interpreter(void **state)
{
	(void)state;
	compare(ALL, 50000);
}

/* ---- programs of one load ---- */

static struct gng_bpfjit_outcome of_many(struct gng_bpfjit *jit, uint64_t num, unsigned int kinds)
{
	struct gng_bpfjit_outcome outcome = {0};
	struct gng_why why = {0};

	kinds = gng_bpfjit_known(kinds, gng_bpf_kernel());
	if (gng_bpfjit_compare_many(jit, &outcome, 1, num, kinds, &why) != GNG_OK)
		suite_fail("%s", why.text);
	assert_int_equal(outcome.refused, 0);
	assert_int_equal(outcome.programs, num);
	assert_int_equal(outcome.runs, 2 * num);
	return outcome;
}

/* Each has the memory, and the runs, that it has alone: a bug of the interpreter is found in both
 * (compare.mutants). With calls each is a load of its own. */
static void programs_of_one_load_are_those_of_the_interpreter(void **state)
{
	static const struct {
		unsigned int kinds;
		uint64_t num, loads;
	} rows[] = {
		{0, 403, 51},
		{GNG_BPFJIT_JUMPS | GNG_BPFJIT_V4, 200, 25},
		{ALL & ~GNG_BPFJIT_CALLS, 200, 25},
		{0, 1, 1},
		{ALL, 16, 16},
	};
	struct gng_bpfjit *jit = open_or_skip();

	(void)state;
	for (size_t i = 0; jit && i < COUNT_OF(rows); i++) {
		struct gng_bpfjit_outcome one = {0};
		const struct gng_bpfjit_outcome many = of_many(jit, rows[i].num, rows[i].kinds);
		struct gng_why why = {0};

		for (uint64_t seed = 1; seed <= rows[i].num; seed++)
			assert_int_equal(gng_bpfjit_compare(
						 jit, &one, seed,
						 gng_bpfjit_known(rows[i].kinds, gng_bpf_kernel()),
						 &why),
					 GNG_OK);
		assert_int_equal(many.loads, rows[i].loads);
		assert_int_equal(many.insns, one.insns);
		assert_int_equal(one.loads, rows[i].num);
	}
	gng_bpfjit_close(jit);
}

/* ---- the generator ---- */

static bool has_class(const struct gng_bpf_code *code, uint8_t opcode, uint8_t mask)
{
	for (size_t i = 0; i < code->num_insns; i++)
		if ((code->insns[i].code & mask) == opcode)
			return true;
	return false;
}

/* Opcodes of RFC 9669: an atomic is STX with mode 0xc0, a call 0x85. */
static void a_seed_gives_the_same_program_and_kinds_are_kept(void **state)
{
	static struct gng_bpf_insn first[GNG_BPFJIT_MAX_INSNS], second[GNG_BPFJIT_MAX_INSNS];
	struct gng_bpf_code a = {first, 0, GNG_BPFJIT_MAX_INSNS};
	struct gng_bpf_code b = {second, 0, GNG_BPFJIT_MAX_INSNS};
	size_t num_atomics = 0, num_calls = 0, most = 0;

	(void)state;
	for (uint64_t seed = 0; seed < 5000; seed++) {
		gng_bpfjit_generate(&a, seed, 0);
		assert_false(has_class(&a, 0xc3, 0xe7));
		assert_false(has_class(&a, 0x85, 0xff));
		gng_bpfjit_generate(&a, seed, ALL);
		gng_bpfjit_generate(&b, seed, ALL);
		assert_int_equal(a.num_insns, b.num_insns);
		assert_memory_equal(first, second, a.num_insns * sizeof(first[0]));
		num_atomics += has_class(&a, 0xc3, 0xe7);
		num_calls += has_class(&a, 0x85, 0xff);
		most = a.num_insns > most ? a.num_insns : most;
	}
	assert_in_range(num_atomics, 4000, 5000);
	assert_in_range(num_calls, 4000, 5000);
	assert_in_range(most, 200, GNG_BPFJIT_MAX_INSNS);
}

static void an_older_kernel_gets_what_it_knows(void **state)
{
	(void)state;
	assert_int_equal(gng_bpfjit_known(ALL, 6001), ALL & ~(GNG_BPFJIT_V4 | GNG_BPFJIT_ORDER));
	assert_int_equal(gng_bpfjit_known(ALL, 6012), ALL & ~GNG_BPFJIT_ORDER);
	assert_int_equal(gng_bpfjit_known(ALL, 6018), ALL);
}

const struct suite_test suite_tests[] = {
	TEST(arithmetic_is_that_of_the_interpreter, "B1.bpf.jit"),
	TEST(new_arithmetic_is_that_of_the_interpreter, "B1.bpf.jit"),
	TEST(memory_is_that_of_the_interpreter, "B1.bpf.jit"),
	TEST(atomics_are_those_of_the_interpreter, "B1.bpf.jit"),
	TEST(jumps_and_loops_are_those_of_the_interpreter, "B1.bpf.jit"),
	TEST(calls_are_those_of_the_interpreter, "B1.bpf.jit"),
	TEST(all_together_is_that_of_the_interpreter, "B1.bpf.jit"),
	TEST(programs_of_one_load_are_those_of_the_interpreter, "B1.bpf.jit"),
	TEST_SLOW(many_of_all_kinds_are_those_of_the_interpreter, "B1.bpf.jit"),
	TEST(a_seed_gives_the_same_program_and_kinds_are_kept, "B1.bpf.jit"),
	TEST(an_older_kernel_gets_what_it_knows, "B1.bpf.jit"),
	{0},
};
