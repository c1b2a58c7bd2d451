/* SPDX-License-Identifier: Apache-2.0 */
/* triple.c - image: keeps half of its plan and ends in a triple fault, as a broken IDT does. */
#include "cases.h"

static enum cases_result something_holds(void)
{
	return CASES_OK;
}

static enum cases_result an_empty_idt_ends_the_machine(void)
{
	const struct {
		uint16_t limit;
		uint64_t base;
	} __attribute__((packed)) nothing = {0, 0};

	__asm__ volatile("lidt %0\n\tint3" : : "m"(nothing) : "memory");
	return CASES_OK;
}

const struct cases_one cases_all[] = {
	{"something_holds", something_holds},
	{"an_empty_idt_ends_the_machine", an_empty_idt_ends_the_machine},
	{0},
};
