/* SPDX-License-Identifier: Apache-2.0 */
/* bpfjit_arithmetic.h - operations on values, for the interpreter. Each returns whether the
 * instruction is one. */
#ifndef BPFJIT_ARITHMETIC_H
#define BPFJIT_ARITHMETIC_H

#include <stdbool.h>
#include <stdint.h>

#include "gng_bpfjit.h"

bool bpfjit_alu(uint64_t *result, const struct gng_bpf_insn *insn, uint64_t a, uint64_t b);
bool bpfjit_swap(uint64_t *result, const struct gng_bpf_insn *insn, uint64_t a);
bool bpfjit_condition(bool *taken, const struct gng_bpf_insn *insn, uint64_t a, uint64_t b);
bool bpfjit_atomic(uint64_t *result, int32_t imm, uint64_t old, uint64_t source);

#endif /* BPFJIT_ARITHMETIC_H */
