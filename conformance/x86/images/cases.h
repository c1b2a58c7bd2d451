/* SPDX-License-Identifier: Apache-2.0 */
/* cases.h - what an image of cases has: a table that is its plan, and faults that are caught. */
#ifndef X86_CASES_H
#define X86_CASES_H

#include <x86_machine.h>

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

enum cases_result { CASES_NOT_OK, CASES_OK, CASES_SKIP };

struct cases_one {
	const char *name;
	enum cases_result (*run)(void);
};

/* The table of the image, ended by {0}. */
extern const struct cases_one cases_all[];

/* cases_is turns a condition into a result. */
static inline enum cases_result cases_is(bool holds)
{
	return holds ? CASES_OK : CASES_NOT_OK;
}

/* cases_skip gives the reason of a case that cannot run here. */
enum cases_result cases_skip(const char *reason);

/* cases_say writes "# name = value", a figure. */
void cases_say(const char *name, uint64_t value);

/* cases_fault is what cases_guard caught. */
struct cases_fault {
	bool caught;
	uint64_t vector, error, rip, cr2, frame;
};

/* cases_guard calls run(context) and catches the exceptions 0 to 31, from which nothing returns. */
struct cases_fault cases_guard(void (*run)(uint64_t context), uint64_t context);

/* guard.S: cases_enter calls run(context) and returns 0, or cases_leave makes it return 1. */
int cases_enter(void (*run)(uint64_t context), uint64_t context);
extern uint8_t cases_leave[];
extern uint64_t cases_saved_rsp;

#endif /* X86_CASES_H */
