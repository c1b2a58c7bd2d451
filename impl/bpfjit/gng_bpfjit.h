/* SPDX-License-Identifier: Apache-2.0 */
/*
 * gng_bpfjit.h - what the kernel's eBPF compiler computes, against an interpreter of RFC 9669.
 *
 * A program is generated from a seed, loaded, run by BPF_PROG_TEST_RUN, and interpreted here on the
 * same memory. Registers, map, stack and packet must be the same afterwards. The interpreter is the
 * oracle; it shares no code with the kernel, and its own test has values worked out by hand.
 */
#ifndef GNG_BPFJIT_H
#define GNG_BPFJIT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <gng_base.h>
#include <gng_bpf.h>

#ifdef __cplusplus
extern "C" {
#endif

/* ---- the interpreter ---- */

#define GNG_BPFJIT_MAX_REGIONS 4u
#define GNG_BPFJIT_MAX_FRAMES 8u   /* what the verifier allows */
#define GNG_BPFJIT_STACK_LEN 512u  /* of one frame */
#define GNG_BPFJIT_MAX_STEPS 65536 /* of one program: a loop without end is a fault */

/* gng_bpfjit_region is memory that a program may reach at address "at". */
struct gng_bpfjit_region {
	uint32_t at;
	uint8_t *bytes;
	size_t len;
};

/*
 * gng_bpfjit_machine is what a program runs on. The caller sets regions, which must not overlap or
 * reach GNG_BPFJIT_STACK_AT, and regs[1]; all else is 0. "map_value I + OFF" is an address in
 * regions[I].
 */
#define GNG_BPFJIT_STACK_AT 0x40000000u
struct gng_bpfjit_machine {
	uint64_t regs[11];
	struct gng_bpfjit_region regions[GNG_BPFJIT_MAX_REGIONS];
	size_t num_regions;
	uint32_t lost;		/* GNG_BPFJIT_LOST_EXTENSION at the exchanges of these bits */
	uint32_t num_exchanged; /* 32-bit compare-and-exchanges that succeeded so far */
	uint8_t stacks[GNG_BPFJIT_MAX_FRAMES][GNG_BPFJIT_STACK_LEN];
};

/*
 * gng_bpfjit_interpret runs a program to the exit of its first function; regs[0] is its result.
 * It takes any code: GNG_EFORMAT names the instruction that is none, that jumps out of the program
 * or that reaches memory which is not there; GNG_ELIMIT after GNG_BPFJIT_MAX_STEPS or for too many
 * frames. Helpers are none of the instruction set: a call of one is GNG_EFORMAT.
 */
GNG_MUST enum gng_status gng_bpfjit_interpret(struct gng_bpfjit_machine *machine,
					      const struct gng_bpf_code *code, struct gng_why *why);

/* ---- the generator ---- */

/* gng_bpfjit_kinds say what a generated program has beside arithmetic. */
enum gng_bpfjit_kinds {
	GNG_BPFJIT_MEMORY = 1, /* loads and stores: map (also at a computed place), stack, packet */
	GNG_BPFJIT_JUMPS = 2,  /* forward jumps that may cross, and loops of two to four rounds */
	GNG_BPFJIT_ATOMICS = 4, /* on map and stack */
	GNG_BPFJIT_CALLS = 8,	/* of up to three subprograms, one within the other */
	GNG_BPFJIT_V4 = 16,	/* what -mcpu=v4 has more: sdiv, movsx, ldsx, bswap, gotol; 6.6 */
	GNG_BPFJIT_ORDER = 32,	/* load_acquire and store_release; 6.15 */
};

#define GNG_BPFJIT_MAX_INSNS 1024u
#define GNG_BPFJIT_VALUE_LEN                                                \
	256u /* of the map: registers, stack, and room for loads and stores \
	      */
#define GNG_BPFJIT_PACKET_LEN 64u

/* gng_bpfjit_known returns those of the kinds that a kernel (major * 1000 + minor) can have. */
unsigned int gng_bpfjit_known(unsigned int kinds, unsigned int kernel);

/*
 * gng_bpfjit_generate writes the program of a seed into code, whose cap is at least
 * GNG_BPFJIT_MAX_INSNS. It is an XDP program whose map 0 is the value, and leaves its registers
 * r0 to r6 and its stack there. The same seed and kinds give the same program.
 */
void gng_bpfjit_generate(struct gng_bpf_code *code, uint64_t seed, unsigned int kinds);

/* ---- known faults of kernels ---- */

/*
 * Linux since its verifier finds the live registers beforehand (6.18 has it, 6.12 has not): a
 * 32-bit compare-and-exchange that succeeds leaves the upper half of r0 as it was, and not zero
 * (RFC 9669, section 5.3), if all that reads r0 lies behind a state that the verifier took for one
 * it knew. It marks whose upper half is read only on its way, and a compiler of x86 needs the mark
 * here only.
 */
#define GNG_BPFJIT_LOST_EXTENSION 1u

/* gng_bpfjit_fault_name is how a command line names one of them. */
const char *gng_bpfjit_fault_name(unsigned int fault);

/* ---- the comparison ---- */

struct gng_bpfjit; /* a map, and code and memory that are used again and again */

/* gng_bpfjit_open: GNG_EPERM if this process may not load programs, GNG_EUNSUPPORTED if the kernel
 * does not compile them (net.core.bpf_jit_enable). */
GNG_MUST enum gng_status gng_bpfjit_open(struct gng_bpfjit **jit, struct gng_why *why);
void gng_bpfjit_close(struct gng_bpfjit *jit);

/* gng_bpfjit_faults returns which of the known faults this kernel has: each was tried. */
unsigned int gng_bpfjit_faults(const struct gng_bpfjit *jit);

/* gng_bpfjit_outcome counts. */
struct gng_bpfjit_outcome {
	uint64_t programs, runs, insns;
	uint64_t refused;   /* by the verifier */
	uint64_t explained; /* programs that differ, but not if the kernel's known faults count */
	uint64_t loads;
	/* what shows a difference again: so many programs from this seed on */
	uint64_t differs_seed;
	unsigned int differs_num;
};

/*
 * gng_bpfjit_compare generates the program of a seed and runs it twice, on two memories that the
 * seed gives. GNG_EFORMAT if the two sides differ: why has the seed, the kinds and the first
 * place. If a known fault of this kernel explains all of it, the program is counted as such, why
 * says so, and it is GNG_OK. A program that the verifier refuses is counted, with its reason in
 * why, and is GNG_OK.
 */
GNG_MUST enum gng_status gng_bpfjit_compare(struct gng_bpfjit *jit,
					    struct gng_bpfjit_outcome *outcome, uint64_t seed,
					    unsigned int kinds, struct gng_why *why);

/*
 * gng_bpfjit_compare_many does the same for num seeds from this one on, up to GNG_BPFJIT_TOGETHER
 * of them in one load, whose first instructions choose by a word of the map which one runs: each is
 * verified, compiled, run twice and judged as if it were alone. With GNG_BPFJIT_CALLS each is
 * loaded alone, for no function may lie within another; so are those of a load that the verifier
 * refuses.
 */
#define GNG_BPFJIT_TOGETHER 8u
GNG_MUST enum gng_status gng_bpfjit_compare_many(struct gng_bpfjit *jit,
						 struct gng_bpfjit_outcome *outcome, uint64_t seed,
						 uint64_t num, unsigned int kinds,
						 struct gng_why *why);

#ifdef __cplusplus
}
#endif

#endif /* GNG_BPFJIT_H */
