/* SPDX-License-Identifier: Apache-2.0 */
/* ptx_machine.h - a warp that executes the PTX of launch.ptx on this machine's memory. */
#ifndef CONFORMANCE_LAUNCH_PTX_MACHINE_H
#define CONFORMANCE_LAUNCH_PTX_MACHINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PTX_LANES 32
#define PTX_MAX_REGISTERS 64
#define PTX_MAX_LINES 256
#define PTX_MAX_OPERANDS 6

enum ptx_end { PTX_RETURNED, PTX_POLLS, PTX_PARTED, PTX_UNKNOWN };

/* ptx_line is one instruction: "@!%p op operand, operand". Names are cut out of the text. */
struct ptx_line {
	const char *op, *guard; /* guard: NULL, or the predicate */
	bool negated;
	size_t num_operands;
	const char *operands[PTX_MAX_OPERANDS];
};

struct ptx_program {
	char *text; /* owned */
	size_t num_lines, num_labels, num_registers;
	struct ptx_line lines[PTX_MAX_LINES];
	struct {
		const char *name;
		size_t line;
	} labels[32];
	const char *registers[PTX_MAX_REGISTERS];
};

/* ptx_read cuts the text of a kernel into instructions; false if it is not of that form. */
bool ptx_read(struct ptx_program *program, const char *text);
void ptx_free(struct ptx_program *program);

/*
 * ptx_run executes the warp: parameters are those of the entry, in order. PTX_POLLS after max_steps
 * of one lane, PTX_PARTED if lanes meet at different instructions, PTX_UNKNOWN for an instruction
 * that this machine lacks; *at is its text then. globaltimer is the step.
 */
enum ptx_end ptx_run(const struct ptx_program *program, const uint64_t parameters[4],
		     uint64_t max_steps, const char **at);

#endif /* CONFORMANCE_LAUNCH_PTX_MACHINE_H */
