/* SPDX-License-Identifier: Apache-2.0 */
/* kernels.h - a lint of disassembled code: no branch and no address from a vector register. */
#ifndef CONFORMANCE_AES_KERNELS_H
#define CONFORMANCE_AES_KERNELS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

/*
 * lint follows one function, line by line of `objdump -d --no-show-raw-insn` (AT&T syntax). A
 * general register is tainted that took its value from a vector or mask register, or was computed
 * from a tainted one. The order of the text stands for that of the execution, and memory is not
 * followed, so a value that a vector register spilled is not seen.
 */
struct lint {
	unsigned int tainted; /* bit r: register r of lint_register */
	bool flags_tainted;
	int public_moves; /* that many moves out of vector registers are known to be public */
};

/* lint_line reads one line and returns what is wrong with it, or NULL. It writes to line. */
const char *lint_line(struct lint *lint, char *line);

/* lint_function tells whether line begins a function, and starts lint afresh if so. name is
 * then its name, cut to cap bytes. */
bool lint_function(struct lint *lint, char *name, size_t cap, const char *line);

#endif /* CONFORMANCE_AES_KERNELS_H */
