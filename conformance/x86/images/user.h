/* SPDX-License-Identifier: Apache-2.0 */
/* user.h - code that runs in user mode until it calls the kernel, or faults. */
#ifndef X86_USER_H
#define X86_USER_H

#include "cases.h"

/* user_call is what the kernel saw when it was called. */
struct user_call {
	uint64_t num, frame, cs, ss, rax;
};

/* user_run jumps to rip at privilege level 3; the fault that it returns may be none. */
struct cases_fault user_run(struct user_call *call, uint64_t rip, uint64_t rsp);

#endif /* X86_USER_H */
