/* SPDX-License-Identifier: Apache-2.0 */
/*
 * faults_test.c - the known fault of kernels: the interpreter can have it, this kernel has it or
 * not, and it explains those differences that it makes, and no others.
 */
#include "../suite.h"

#include <linux/bpf.h>
#include <stdio.h>

#include <gng_bpf.h>
#include <gng_bpfjit.h>

/* ---- the interpreter with the fault ---- */

/* exchange runs a 32-bit exchange of 5 by 7 with r0, and returns r0. */
static uint64_t exchange(uint64_t r0, uint32_t lost, uint32_t *num_exchanged)
{
	static struct gng_bpf_insn insns[] = {
		{.code = BPF_STX | BPF_ATOMIC | BPF_W, .dst_reg = 2, .src_reg = 3, .imm = 0xf1},
		{.code = BPF_JMP | BPF_EXIT},
	};
	const struct gng_bpf_code code = {insns, COUNT_OF(insns), COUNT_OF(insns)};
	uint8_t bytes[4] = {5};
	struct gng_bpfjit_machine machine = {
		.regs = {[0] = r0, [2] = 0x1000, [3] = 7},
		.regions = {{.at = 0x1000, .bytes = bytes, .len = sizeof(bytes)}},
		.num_regions = 1,
		.lost = lost,
	};

	assert_int_equal(gng_bpfjit_interpret(&machine, &code, NULL), GNG_OK);
	assert_int_equal(bytes[0], (uint32_t)r0 == 5 ? 7 : 5);
	*num_exchanged = machine.num_exchanged;
	return machine.regs[0];
}

/* RFC 9669, section 5.3: the value that was there is zero-extended, and loaded to r0. */
static void only_an_exchange_that_succeeds_can_lose_its_extension(void **state)
{
	const uint64_t equal = UINT64_C(0x123400000005), other = UINT64_C(0x123400000006);
	uint32_t num;

	(void)state;
	assert_int_equal(exchange(equal, 0, &num), 5);
	assert_int_equal(num, 1);
	assert_int_equal(exchange(equal, 1, &num), equal);
	assert_int_equal(exchange(equal, 2, &num), 5);
	assert_int_equal(exchange(other, 1, &num), 5);
	assert_int_equal(num, 0);
}

/* ---- this kernel ---- */

static struct gng_bpfjit *open_or_skip(void)
{
	struct gng_bpfjit *jit = NULL;
	struct gng_why why;
	const enum gng_status status = gng_bpfjit_open(&jit, &why);

	if (status == GNG_EPERM || status == GNG_EUNSUPPORTED)
		gng_probe_skip(why.text, "root, or gonogo lab run bpfjit-compilers");
	else if (status != GNG_OK)
		suite_fail("%s", why.text);
	return jit;
}

/* 6.12 and what is older mark a register when a state is found to be known (propagate_liveness). */
static void an_older_kernel_has_no_fault(void **state)
{
	struct gng_bpfjit *jit = open_or_skip();
	unsigned int faults;

	(void)state;
	if (!jit)
		return;
	faults = gng_bpfjit_faults(jit);
	gng_bpfjit_close(jit);
	gng_probe_note("faults", faults ? gng_bpfjit_fault_name(faults) : "none");
	assert_int_equal(faults & ~GNG_BPFJIT_LOST_EXTENSION, 0);
	if (gng_bpf_kernel() <= 6012)
		assert_int_equal(faults, 0);
}

/* What differs on a kernel with the fault is explained, so that all programs are compared; on one
 * without it nothing is. Of these seeds it concerns one. */
static void the_fault_explains_what_it_does(void **state)
{
	struct gng_bpfjit_outcome outcome = {0};
	struct gng_bpfjit *jit = open_or_skip();
	struct gng_why why = {0};
	char note[64];

	(void)state;
	if (!jit)
		return;
	for (uint64_t seed = 2500; seed < 2600; seed++)
		if (gng_bpfjit_compare(jit, &outcome, seed,
				       gng_bpfjit_known(~0u, gng_bpf_kernel()) & 63u,
				       &why) != GNG_OK)
			suite_fail("%s", why.text);
	snprintf(note, sizeof(note), "%llu of 100", (unsigned long long)outcome.explained);
	gng_probe_note("explained", note);
	if (!gng_bpfjit_faults(jit))
		assert_int_equal(outcome.explained, 0);
	else if (gng_bpf_kernel() >= 6018) /* with all kinds the programs are those of 6.18 */
		assert_int_equal(outcome.explained, 1);
	gng_bpfjit_close(jit);
}

const struct suite_test suite_tests[] = {
	TEST(only_an_exchange_that_succeeds_can_lose_its_extension, "B1.bpf.interpreter"),
	TEST(an_older_kernel_has_no_fault, "B1.bpf.jit-faults"),
	TEST(the_fault_explains_what_it_does, "B1.bpf.jit-faults"),
	{0},
};
