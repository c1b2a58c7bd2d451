/* SPDX-License-Identifier: Apache-2.0 */
/*
 * differ_test.c - what is told of a difference: this program brings the interpreter with a bug in
 * it, which the library then does not take from its archive.
 */
#include "../suite.h"

#include <string.h>

#include <gng_bpf.h>
#include <gng_bpfjit.h>

enum gng_status interpret_rightly(struct gng_bpfjit_machine *machine,
				  const struct gng_bpf_code *code, struct gng_why *why);
#define gng_bpfjit_interpret interpret_rightly
#include "../../impl/bpfjit/interpret.c"
#undef gng_bpfjit_interpret

#define SEED 11 /* the third of the second load from seed 1 */

/* The bug: programs like this one get another result, for so many runs. */
static struct gng_bpf_insn bad_insns[GNG_BPFJIT_MAX_INSNS];
static struct gng_bpf_code bad = {bad_insns, 0, GNG_BPFJIT_MAX_INSNS};
static unsigned int num_bad;

enum gng_status gng_bpfjit_interpret(struct gng_bpfjit_machine *machine,
				     const struct gng_bpf_code *code, struct gng_why *why)
{
	const enum gng_status status = interpret_rightly(machine, code, why);

	if (num_bad > 0 && code->num_insns == bad.num_insns &&
	    memcmp(code->insns, bad_insns, bad.num_insns * sizeof(*bad_insns)) == 0) {
		machine->regs[0] ^= 1;
		num_bad--;
	}
	return status;
}

/* check compares 40 programs, of which one differs in num runs. */
static void check(unsigned int num, uint64_t seed, unsigned int together)
{
	struct gng_bpfjit_outcome outcome = {0};
	struct gng_bpfjit *jit = NULL;
	struct gng_why why = {0};
	const enum gng_status status = gng_bpfjit_open(&jit, &why);

	if (status == GNG_EPERM || status == GNG_EUNSUPPORTED)
		return gng_probe_skip(why.text, "root, or gonogo lab run bpfjit-compilers");
	assert_int_equal(status, GNG_OK);
	gng_bpfjit_generate(&bad, SEED, 0);
	num_bad = num;
	assert_int_equal(gng_bpfjit_compare_many(jit, &outcome, 1, 40, 0, &why), GNG_EFORMAT);
	assert_non_null(strstr(why.text, "seed 11 kinds 0: "));
	assert_non_null(strstr(why.text, " by RFC 9669"));
	assert_int_equal(outcome.programs, SEED);
	assert_int_equal(outcome.differs_seed, seed);
	assert_int_equal(outcome.differs_num, together);
	gng_bpfjit_close(jit);
}

static void a_program_that_differs_alone_is_told_alone(void **state)
{
	(void)state;
	check(2, SEED, 1);
}

static void one_that_differs_among_others_is_told_with_them(void **state)
{
	(void)state;
	check(1, 9, GNG_BPFJIT_TOGETHER);
}

const struct suite_test suite_tests[] = {
	TEST(a_program_that_differs_alone_is_told_alone, "B1.bpf.jit"),
	TEST(one_that_differs_among_others_is_told_with_them, "B1.bpf.jit"),
	{0},
};
