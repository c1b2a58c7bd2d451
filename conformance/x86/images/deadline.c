/* SPDX-License-Identifier: Apache-2.0 */
/* deadline.c - image: the TSC deadline of the local APIC. */
#include "cases.h"

#define VECTOR 64
#define DEADLINE_MSR 0x6e0
#define DELAY 1000000u

static volatile uint64_t fired, when;

static void on_deadline(struct gng_x86_frame *frame)
{
	(void)frame;
	when = x86_tsc();
	fired++;
	x86_apic_end();
}

static enum cases_result the_tsc_deadline_fires(void)
{
	uint64_t due;

	if (!(x86_cpuid(1, 0).c & 1u << 24))
		return cases_skip("CPUID.01H:ECX[24] is 0: this processor has no TSC deadline");
	gng_x86_handle(VECTOR, on_deadline);
	x86_pic_start();
	x86_enable();
	x86_apic_timer(VECTOR, X86_APIC_TIMER_DEADLINE, 0);
	due = x86_tsc() + DELAY;
	x86_set_msr(DEADLINE_MSR, due);
	while (!fired && x86_tsc() < due + 100 * DELAY)
		x86_pause();
	x86_disable();
	return cases_is(fired == 1 && when >= due && x86_msr(DEADLINE_MSR) == 0);
}

const struct cases_one cases_all[] = {
	{"the_tsc_deadline_fires", the_tsc_deadline_fires},
	{0},
};
