/* SPDX-License-Identifier: Apache-2.0 */
/*
 * latency.c - image: how many instructions lie between an interrupt and its handler. Under
 * -icount shift=0 an instruction takes 1 ns, so do counts of TSC and APIC timer. It counts
 * instructions, not cycles: what the processor itself does on entry costs nothing here.
 */
#include "cases.h"

#define VECTOR 64
#define NUM 256
#define MAX_LATENCY 512
#define CRITICAL 20 /* instructions of the longest part with interrupts off */

static volatile uint64_t due, fired;
static uint32_t histogram[MAX_LATENCY + 1];

static void on_timer(struct gng_x86_frame *frame)
{
	const uint64_t late = x86_tsc() - due;

	(void)frame;
	histogram[late < MAX_LATENCY ? late : MAX_LATENCY]++;
	fired++;
	x86_apic_end();
}

/* work has parts of several lengths, one of them with interrupts off. */
static void work(void)
{
	x86_disable();
	for (unsigned int i = 0; i < CRITICAL / 4; i++)
		x86_pause();
	x86_enable();
	for (unsigned int i = 0; i < 7; i++)
		x86_pause();
}

static enum cases_result each_interrupt_reaches_its_handler(void)
{
	uint64_t sum = 0, num = 0, worst = 0;

	gng_x86_handle(VECTOR, on_timer);
	x86_pic_start();
	for (uint64_t i = 0; i < NUM; i++) {
		const uint64_t before = fired;
		const uint32_t delay = (uint32_t)(500 + i * 37 % 211);

		x86_apic_timer(VECTOR, X86_APIC_TIMER_ONCE, 0);
		due = x86_tsc() + delay;
		x86_apic_timer(VECTOR, X86_APIC_TIMER_ONCE, delay);
		x86_enable();
		while (fired == before)
			work();
		x86_disable();
	}
	for (uint64_t i = 0; i <= MAX_LATENCY; i++) {
		if (!histogram[i])
			continue;
		x86_put("# late ");
		x86_put_number(i);
		x86_put(" ");
		x86_put_number(histogram[i]);
		x86_put("\n");
		num += histogram[i];
		sum += histogram[i] * i;
		worst = i;
	}
	cases_say("interrupt_to_handler_worst", worst);
	cases_say("interrupt_to_handler_mean", sum / num);
	return cases_is(num == NUM && worst < MAX_LATENCY);
}

const struct cases_one cases_all[] = {
	{"each_interrupt_reaches_its_handler", each_interrupt_reaches_its_handler},
	{0},
};
