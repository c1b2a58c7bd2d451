/* SPDX-License-Identifier: Apache-2.0 */
/* entry.h - registers held across an interrupt: hold.S. */
#ifndef X86_ENTRY_H
#define X86_ENTRY_H

#include <x86_machine.h>

struct entry_registers {
	uint64_t integer[15], flags;
	uint8_t vectors[16][32];
	uint64_t lost; /* bytes of the stack */
};

/* entry_hold loads want, waits until entry_ticks reaches 3 or interrupts itself by vector 112,
 * with the flags of want, and stores what is left to got. */
void entry_hold(struct entry_registers *got, const struct entry_registers *want, bool wait);

/* entry_scribble destroys all that a called function may destroy, and every vector register. */
void entry_scribble(void);

extern volatile uint64_t entry_ticks;

#endif /* X86_ENTRY_H */
