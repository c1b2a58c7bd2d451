/* SPDX-License-Identifier: Apache-2.0 */
/* user.c - to privilege level 3, and back by INT 128 or a fault. */
#include "user.h"

static struct user_call seen;
static uint64_t user_rsp;

/* on_call ends the stay in user mode. */
static void on_call(struct gng_x86_frame *frame)
{
	seen = (struct user_call){.num = seen.num + 1,
				  .frame = (uint64_t)frame,
				  .cs = frame->cs,
				  .ss = frame->ss,
				  .rax = frame->rax};
	frame->rip = (uint64_t)cases_leave;
	frame->cs = X86_CODE;
	frame->ss = X86_DATA;
	frame->rflags = 2;
	frame->rsp = cases_saved_rsp;
}

static void enter(uint64_t rip)
{
	__asm__ volatile("push %0\n\tpush %1\n\tpush $2\n\tpush %2\n\tpush %3\n\tiretq"
			 :
			 : "i"(X86_USER_DATA), "r"(user_rsp), "i"(X86_USER_CODE), "r"(rip)
			 : "memory");
}

struct cases_fault user_run(struct user_call *call, uint64_t rip, uint64_t rsp)
{
	struct cases_fault fault;

	seen = (struct user_call){.num = 0};
	user_rsp = rsp;
	gng_x86_handle(X86_SYSCALL, on_call);
	fault = cases_guard(enter, rip);
	gng_x86_handle(X86_SYSCALL, NULL);
	*call = seen;
	return fault;
}
