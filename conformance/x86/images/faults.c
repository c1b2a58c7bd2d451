/* SPDX-License-Identifier: Apache-2.0 */
/* faults.c - image: exceptions with their error codes and addresses, their stacks, user mode. */
#include "user.h"

#define UNMAPPED 0x123456789000ull

static bool is_on(const uint8_t *stack, uint64_t frame)
{
	return frame >= (uint64_t)stack && frame < (uint64_t)stack + 4096;
}

/* ---- faults and traps ---- */

static struct {
	uint64_t num, rip;
} seen;

static void step_over(struct gng_x86_frame *frame)
{
	seen.num++;
	seen.rip = frame->rip;
	if (frame->vector == 6)
		frame->rip += 2; /* of UD2 */
}

static enum cases_result a_breakpoint_is_a_trap(void)
{
	uint64_t behind;

	seen.num = 0;
	gng_x86_handle(3, step_over);
	__asm__ volatile("int3\n1:\tlea 1b(%%rip), %0" : "=r"(behind) : : "memory");
	gng_x86_handle(3, NULL);
	return cases_is(seen.num == 1 && seen.rip == behind);
}

static enum cases_result an_invalid_opcode_is_a_fault(void)
{
	uint64_t at;

	seen.num = 0;
	gng_x86_handle(6, step_over);
	__asm__ volatile("1:\tud2\n\tlea 1b(%%rip), %0" : "=r"(at) : : "memory");
	gng_x86_handle(6, NULL);
	return cases_is(seen.num == 1 && seen.rip == at);
}

static void divide(uint64_t by)
{
	uint64_t low = 1, high = 0;

	__asm__ volatile("divq %2" : "+a"(low), "+d"(high) : "r"(by) : "cc");
}

static void touch(uint64_t address)
{
	*(volatile uint8_t *)address;
}

static void store(uint64_t address)
{
	*(volatile uint8_t *)address = 1;
}

static void load_fs(uint64_t selector)
{
	__asm__ volatile("mov %w0, %%fs" : : "r"(selector) : "memory");
}

static enum cases_result a_division_by_zero_is_vector_0(void)
{
	const struct cases_fault fault = cases_guard(divide, 0);

	return cases_is(fault.caught && fault.vector == 0 && fault.error == 0);
}

static enum cases_result a_page_fault_says_where(void)
{
	const struct cases_fault reading = cases_guard(touch, UNMAPPED),
				 writing = cases_guard(store, UNMAPPED + 5);

	return cases_is(reading.vector == 14 && reading.error == 0 && reading.cr2 == UNMAPPED &&
			writing.vector == 14 && writing.error == 2 && writing.cr2 == UNMAPPED + 5);
}

static enum cases_result a_selector_is_its_error_code(void)
{
	static const struct gng_x86_segment absent = {.dpl = 0};
	const struct cases_fault beyond = cases_guard(load_fs, 0x48);
	struct cases_fault missing;

	if (gng_x86_segment_encode(x86_gdt + X86_SPARE, &absent) != GNG_OK)
		return CASES_NOT_OK;
	missing = cases_guard(load_fs, X86_SPARE);
	return cases_is(beyond.vector == 13 &&
			beyond.error == gng_x86_error_code(9, false, false, false) &&
			missing.vector == 11 &&
			missing.error == gng_x86_error_code(7, false, false, false));
}

static void push_nowhere(uint64_t stack)
{
	__asm__ volatile("mov %0, %%rsp\n\tpush %0" : : "r"(stack) : "memory");
}

static enum cases_result a_double_fault_has_a_stack_of_its_own(void)
{
	const struct cases_fault fault = cases_guard(push_nowhere, UNMAPPED);

	return cases_is(fault.caught && fault.vector == 8 && fault.error == 0 &&
			is_on(x86_fault_stack, fault.frame));
}

/* ---- NMI ---- */

static struct {
	uint64_t num, frame, inside;
} nmi;

static void on_nmi(struct gng_x86_frame *frame)
{
	nmi.num++;
	nmi.frame = (uint64_t)frame;
	if (nmi.num == 1) {
		x86_apic_send(0, true);
		nmi.inside = nmi.num; /* the second must wait for IRET */
	}
}

static enum cases_result an_nmi_is_not_masked_and_not_nested(void)
{
	gng_x86_handle(2, on_nmi);
	x86_apic_start();
	nmi.num = 0;
	x86_disable();
	x86_apic_send(0, true);
	for (unsigned int i = 0; i < 1000 && nmi.num < 2; i++)
		x86_pause();
	gng_x86_handle(2, NULL);
	return cases_is(nmi.num == 2 && nmi.inside == 1 && is_on(x86_nmi_stack, nmi.frame));
}

/* ---- user mode ---- */

static uint8_t user_pages[2][4096] __attribute__((aligned(4096)));

/* let_user makes 4 GiB of the first tables reachable from user mode, or not. */
static void let_user(bool let)
{
	uint64_t *tables = (uint64_t *)x86_cr3();
	const uint64_t bit = 4;

	for (unsigned int i = 0; i < 6 * 512; i++)
		if (tables[i] & 1)
			tables[i] = let ? tables[i] | bit : tables[i] & ~bit;
	x86_set_cr3(x86_cr3());
}

static struct cases_fault run_user(struct user_call *call, const uint8_t *text, size_t len)
{
	struct cases_fault fault;

	for (size_t i = 0; i < len; i++)
		user_pages[0][i] = text[i];
	let_user(true);
	fault = user_run(call, (uint64_t)user_pages[0], (uint64_t)user_pages[1] + 4096);
	let_user(false);
	return fault;
}

static enum cases_result user_mode_calls_on_the_stack_of_the_kernel(void)
{
	static const uint8_t text[] = {0xb8, 0x34, 0x12, 0, 0, 0xcd, X86_SYSCALL}; /* mov, int */
	struct user_call call;
	const struct cases_fault fault = run_user(&call, text, sizeof(text));

	return cases_is(!fault.caught && call.num == 1 && call.rax == 0x1234 &&
			call.cs == X86_USER_CODE && call.ss == X86_USER_DATA &&
			is_on(x86_user_stack, call.frame));
}

static enum cases_result user_mode_reaches_no_other_gate(void)
{
	static const uint8_t interrupt[] = {0xcd, 0x70}, privileged[] = {0xfa}; /* int, cli */
	struct user_call call;
	const struct cases_fault gate = run_user(&call, interrupt, sizeof(interrupt));
	const struct cases_fault cli = run_user(&call, privileged, sizeof(privileged));

	return cases_is(gate.vector == 13 && call.num == 0 && cli.vector == 13 && cli.error == 0 &&
			is_on(x86_user_stack, cli.frame));
}

const struct cases_one cases_all[] = {
	{"a_breakpoint_is_a_trap", a_breakpoint_is_a_trap},
	{"an_invalid_opcode_is_a_fault", an_invalid_opcode_is_a_fault},
	{"a_division_by_zero_is_vector_0", a_division_by_zero_is_vector_0},
	{"a_page_fault_says_where", a_page_fault_says_where},
	{"a_selector_is_its_error_code", a_selector_is_its_error_code},
	{"a_double_fault_has_a_stack_of_its_own", a_double_fault_has_a_stack_of_its_own},
	{"an_nmi_is_not_masked_and_not_nested", an_nmi_is_not_masked_and_not_nested},
	{"user_mode_calls_on_the_stack_of_the_kernel", user_mode_calls_on_the_stack_of_the_kernel},
	{"user_mode_reaches_no_other_gate", user_mode_reaches_no_other_gate},
	{0},
};
