/* SPDX-License-Identifier: Apache-2.0 */
/* control.c - image: a reserved bit of CR4, by itself, as an emulator may not come back from it. */
#include "cases.h"

void probe_cr4_reserved(uint64_t context);
extern uint8_t probe_cr4_reserved_at[];

static enum cases_result a_reserved_bit_was_asked(void)
{
	const struct cases_fault fault = cases_guard(probe_cr4_reserved, 0);

	x86_put("# probe cr4_reserved ");
	if (fault.caught) {
		x86_put_number(fault.vector);
		x86_put(" ");
		x86_put_number(fault.error);
		x86_put(fault.rip == (uint64_t)probe_cr4_reserved_at ? " here\n" : " elsewhere\n");
	} else {
		x86_put("none\n");
	}
	return CASES_OK;
}

const struct cases_one cases_all[] = {
	{"a_reserved_bit_was_asked", a_reserved_bit_was_asked},
	{0},
};
