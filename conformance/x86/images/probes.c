/* SPDX-License-Identifier: Apache-2.0 */
/* probes.c - image: asks the processor, or its emulator, what the manual says. It judges nothing:
 * "# probe NAME vector error place" are compared with vectors/x86/manual.vec by the host. */
#include "user.h"

#define PROBE(name)                                    \
	{                                              \
#name, probe_##name, probe_##name##_at \
	}
#define DECLARE(name)                        \
	void probe_##name(uint64_t context); \
	extern uint8_t probe_##name##_at[]

DECLARE(push_nowhere);
DECLARE(read_nowhere);
DECLARE(stack_read_nowhere);
DECLARE(jump_nowhere);
DECLARE(iretq_nowhere);
DECLARE(msr_nowhere);
DECLARE(gate_beyond);
DECLARE(sse_division);
DECLARE(cr0_nw);
DECLARE(efer_reserved);
DECLARE(lock_on_a_read);
DECLARE(too_long);
DECLARE(xsetbv_without_x87);

static const struct {
	const char *name;
	void (*run)(uint64_t context);
	const uint8_t *at;
} probes[] = {
	PROBE(push_nowhere),	   PROBE(read_nowhere),	  PROBE(stack_read_nowhere),
	PROBE(jump_nowhere),	   PROBE(iretq_nowhere),  PROBE(msr_nowhere),
	PROBE(gate_beyond),	   PROBE(sse_division),	  PROBE(cr0_nw),
	PROBE(efer_reserved),	   PROBE(lock_on_a_read), PROBE(too_long),
	PROBE(xsetbv_without_x87),
};

static void say(const char *name, const struct cases_fault *fault, uint64_t at)
{
	x86_put("# probe ");
	x86_put(name);
	if (!fault->caught) {
		x86_put(" none\n");
		return;
	}
	x86_put(" ");
	x86_put_number(fault->vector);
	x86_put(" ");
	x86_put_number(fault->error);
	x86_put(fault->rip == at ? " here\n" : " elsewhere\n");
}

static void load_idt_again(void)
{
	const struct {
		uint16_t limit;
		uint64_t base;
	} __attribute__((packed)) pointer = {sizeof(x86_idt) - 1, (uint64_t)x86_idt};

	__asm__ volatile("lidt %0" : : "m"(pointer) : "memory");
}

/* use_good_stacks: an exception by a bad stack is then one, and no double fault. */
static void use_good_stacks(void)
{
	for (unsigned int i = 10; i < 18; i++)
		x86_idt[i][4] = 1; /* IST */
}

static enum cases_result each_probe_was_asked(void)
{
	use_good_stacks();
	for (unsigned int i = 0; i < COUNT_OF(probes); i++) {
		const struct cases_fault fault = cases_guard(probes[i].run, 0);

		load_idt_again();
		say(probes[i].name, &fault, (uint64_t)probes[i].at);
	}
	return CASES_OK;
}

/* ---- with tables and rights of their own ---- */

static uint8_t user_pages[2][4096] __attribute__((aligned(4096)));

static uint64_t *first_entries(void)
{
	return (uint64_t *)x86_cr3();
}

static void user_bits(bool set)
{
	for (unsigned int i = 0; i < 6 * 512; i++)
		if (first_entries()[i] & 1)
			first_entries()[i] = (first_entries()[i] & ~4ull) | (set ? 4 : 0);
	x86_set_cr3(x86_cr3());
}

static void ask_user(const char *name, const uint8_t *text, size_t len, size_t at)
{
	struct user_call call;
	struct cases_fault fault;

	for (size_t i = 0; i < len; i++)
		user_pages[0][i] = text[i];
	user_bits(true);
	fault = user_run(&call, (uint64_t)user_pages[0], (uint64_t)user_pages[1] + 4000);
	user_bits(false);
	say(name, &fault, (uint64_t)user_pages[0] + at);
}

static enum cases_result user_mode_was_asked(void)
{
	static const uint8_t gate[] = {0xcd, 50, 0x0f, 0x0b};
	/* pushfq; orl $1 << 18, (%rsp); popfq; mov 1(%rsp), %eax; int $128 */
	static const uint8_t unaligned[] = {0x9c, 0x81, 0x0c, 0x24, 0,	  0,	4,	    0,
					    0x9d, 0x8b, 0x44, 0x24, 0x01, 0xcd, X86_SYSCALL};

	ask_user("gate_of_the_kernel", gate, sizeof(gate), 0);
	x86_set_cr0(x86_cr0() | 1u << 18); /* AM */
	ask_user("unaligned_read", unaligned, sizeof(unaligned), 9);
	return CASES_OK;
}

static void read_at(uint64_t address)
{
	__asm__ volatile("mov (%0), %%rax" : : "r"(address) : "rax", "memory");
}

/* A reserved bit in an entry: bit 13 of a page of 2 MiB, at 1 GiB. */
static enum cases_result a_reserved_bit_was_asked(void)
{
	uint64_t *entry = first_entries() + 3 * 512;
	struct cases_fault fault;

	*entry |= 1u << 13;
	x86_set_cr3(x86_cr3());
	fault = cases_guard(read_at, 1ull << 30);
	*entry &= ~(1ull << 13);
	x86_set_cr3(x86_cr3());
	say("reserved_bit", &fault, fault.rip);
	return CASES_OK;
}

const struct cases_one cases_all[] = {
	{"each_probe_was_asked", each_probe_was_asked},
	{"user_mode_was_asked", user_mode_was_asked},
	{"a_reserved_bit_was_asked", a_reserved_bit_was_asked},
	{0},
};
