/* SPDX-License-Identifier: Apache-2.0 */
/* timers.c - image: the hook of the timer, both interrupt controllers, four timers. Under -icount,
 * where waiting is exact. */
#include "cases.h"

#define HPET 0xfed00000ull /* where QEMU's PCs have it */
#define PIT_GSI 2	   /* the MADT of QEMU's PCs overrides IRQ 0 */
#define VECTOR 64
#define DEPTH 4

static volatile uint64_t ticks, nested, deepest, slave_ticks;

static uint64_t elapsed_us(uint64_t since)
{
	return (x86_hpet_counter() - since) * (x86_hpet_femtoseconds() / 1000) / 1000000;
}

static void count(void *context)
{
	(void)context;
	ticks++;
}

static void start(void (*hook)(void *context), uint32_t hz)
{
	ticks = 0;
	x86_pic_start();
	x86_pit_start(hz);
	gng_x86_on_timer(hook, NULL);
	x86_pic_unmask(0);
	x86_enable();
}

static void stop(void)
{
	x86_disable();
	x86_pic_mask_all();
	gng_x86_on_timer(NULL, NULL);
}

/* wait_for waits until *counter reaches num, or for 70 ms. */
static bool wait_for(volatile uint64_t *counter, uint64_t num)
{
	const uint64_t begin = x86_hpet_counter();

	while (*counter < num && elapsed_us(begin) < 70000)
		x86_pause();
	return *counter >= num;
}

/* ---- 8259 and 8254 ---- */

static enum cases_result the_hook_runs_once_a_tick(void)
{
	uint64_t begin, us;

	start(count, 1000);
	wait_for(&ticks, 1);
	begin = x86_hpet_counter();
	wait_for(&ticks, 51);
	us = elapsed_us(begin);
	stop();
	cases_say("us_of_50_ticks", us);
	return cases_is(us >= 49900 && us <= 50100);
}

static enum cases_result the_hook_may_be_removed(void)
{
	const uint64_t begin = x86_hpet_counter();

	start(count, 1000);
	gng_x86_on_timer(NULL, NULL);
	while (elapsed_us(begin) < 5000)
		x86_pause();
	stop();
	return cases_is(ticks == 0);
}

static enum cases_result the_pit_counts_down_from_its_divisor(void)
{
	uint16_t most = 0;

	x86_pit_start(1000);
	for (unsigned int i = 0; i < 2000; i++) {
		const uint16_t now = x86_pit_count();

		most = now > most ? now : most;
	}
	cases_say("pit_most", most);
	return cases_is(most <= gng_x86_pit_divisor(1000) && most > 1150 && !x86_pit_start(18));
}

static void nest(void *context)
{
	(void)context;
	ticks++;
	nested++;
	deepest = nested > deepest ? nested : deepest;
	if (nested < DEPTH) {
		const uint64_t before = ticks;

		x86_enable();
		while (ticks == before)
			x86_pause();
		x86_disable();
	}
	nested--;
}

static enum cases_result interrupts_nest_and_unwind(void)
{
	bool all;

	start(nest, 1000);
	all = wait_for(&ticks, 20);
	stop();
	return cases_is(all && deepest == DEPTH && nested == 0);
}

static enum cases_result a_spurious_irq_is_counted_and_not_ended(void)
{
	uint64_t before;

	start(count, 1000);
	x86_disable();
	ticks = 0;
	before = x86_pic_num_spurious;
	x86_irq_handle(7, count, NULL);
	x86_irq_handle(15, count, NULL);
	__asm__ volatile("int $39\n\tint $47" : : : "memory");
	x86_irq_handle(7, NULL, NULL);
	x86_irq_handle(15, NULL, NULL);
	stop();
	return cases_is(x86_pic_num_spurious == before + 2 && ticks == 0);
}

/* Of the real-time clock: its interrupt passes both chips, and both must be told its end. */
static void on_clock(void *context)
{
	(void)context;
	slave_ticks++;
	x86_out8(0x70, 0x0c);
	x86_in8(0x71);
}

static enum cases_result irqs_of_the_slave_are_ended_twice(void)
{
	bool all;

	start(count, 1000);
	x86_disable();
	slave_ticks = 0;
	x86_irq_handle(8, on_clock, NULL);
	x86_out8(0x70, 0x0b);
	x86_out8(0x71, 0x42); /* periodic, 24 hours; 1024 Hz by default */
	x86_out8(0x70, 0x0c);
	x86_in8(0x71);
	x86_pic_unmask(8);
	x86_enable();
	all = wait_for(&slave_ticks, 5) && wait_for(&ticks, 5);
	stop();
	x86_out8(0x70, 0x0b);
	x86_out8(0x71, 0x02);
	x86_irq_handle(8, NULL, NULL);
	return cases_is(all);
}

/* ---- APIC ---- */

static struct {
	uint64_t in_service, behind;
} apic;

static void on_apic(struct gng_x86_frame *frame)
{
	(void)frame;
	ticks++;
	x86_apic_end();
}

static bool is_in_service(uint8_t vector)
{
	return x86_apic_read(X86_APIC_ISR + (vector / 32u) * 16u) >> vector % 32 & 1;
}

/* A spurious interrupt in the middle of another must not end that. */
static void on_service(struct gng_x86_frame *frame)
{
	(void)frame;
	apic.in_service += is_in_service(VECTOR);
	__asm__ volatile("int %0" : : "i"(X86_APIC_SPURIOUS) : "memory");
	apic.in_service += is_in_service(VECTOR);
	x86_apic_end();
	apic.behind += is_in_service(VECTOR);
}

static void start_apic(gng_x86_handler handler)
{
	ticks = 0;
	x86_pic_start();
	gng_x86_handle(VECTOR, handler);
}

static void stop_apic(void)
{
	x86_disable();
	x86_apic_timer(VECTOR, X86_APIC_TIMER_ONCE, 0);
	gng_x86_handle(VECTOR, NULL);
}

static enum cases_result a_spurious_apic_interrupt_ends_nothing(void)
{
	const uint64_t before = x86_apic_num_spurious;

	start_apic(on_service);
	x86_enable();
	x86_apic_send(VECTOR, false);
	for (unsigned int i = 0; i < 1000 && !apic.in_service; i++)
		x86_pause();
	stop_apic();
	return cases_is(x86_apic_num_spurious == before + 1 && apic.in_service == 2 &&
			apic.behind == 0);
}

static enum cases_result the_apic_timer_fires_once(void)
{
	bool fired;

	start_apic(on_apic);
	x86_enable();
	x86_apic_timer(VECTOR, X86_APIC_TIMER_ONCE, 1000000);
	fired = wait_for(&ticks, 1) && !wait_for(&ticks, 2);
	stop_apic();
	return cases_is(fired);
}

static enum cases_result the_apic_timer_repeats(void)
{
	bool fired;

	start_apic(on_apic);
	x86_enable();
	x86_apic_timer(VECTOR, X86_APIC_TIMER_PERIODIC, 1000000);
	fired = wait_for(&ticks, 10);
	stop_apic();
	return cases_is(fired);
}

static enum cases_result the_pit_passes_the_io_apic(void)
{
	bool fired;

	start_apic(on_apic);
	x86_pit_start(1000);
	x86_ioapic_route(PIT_GSI, VECTOR);
	x86_enable();
	fired = wait_for(&ticks, 10);
	x86_disable();
	x86_ioapic_route(PIT_GSI, 0);
	x86_pit_stop();
	stop_apic();
	return cases_is(fired && x86_ioapic_num() == 24);
}

static enum cases_result a_masked_input_stays_silent(void)
{
	start_apic(on_apic);
	x86_pit_start(1000);
	x86_ioapic_route(PIT_GSI, VECTOR);
	x86_ioapic_route(PIT_GSI, 0);
	x86_enable();
	wait_for(&ticks, 1);
	x86_pit_stop();
	stop_apic();
	return cases_is(ticks == 0);
}

static enum cases_result the_hpet_fires_when_it_is_due(void)
{
	const uint64_t begin = x86_hpet_counter();
	unsigned int gsi;
	uint64_t us;

	start_apic(on_apic);
	gsi = x86_hpet_once(2000000);
	x86_ioapic_route(gsi, VECTOR);
	x86_enable();
	wait_for(&ticks, 1);
	us = elapsed_us(begin);
	x86_disable();
	x86_ioapic_route(gsi, 0);
	stop_apic();
	cases_say("us_of_2_ms", us);
	return cases_is(ticks == 1 && us >= 2000 && us < 2100);
}

static enum cases_result there_is_an_hpet(void)
{
	return cases_is(!x86_hpet_open(0xfee00000) && x86_hpet_open(HPET));
}

const struct cases_one cases_all[] = {
	{"there_is_an_hpet", there_is_an_hpet},
	{"the_hook_runs_once_a_tick", the_hook_runs_once_a_tick},
	{"the_hook_may_be_removed", the_hook_may_be_removed},
	{"the_pit_counts_down_from_its_divisor", the_pit_counts_down_from_its_divisor},
	{"interrupts_nest_and_unwind", interrupts_nest_and_unwind},
	{"a_spurious_irq_is_counted_and_not_ended", a_spurious_irq_is_counted_and_not_ended},
	{"irqs_of_the_slave_are_ended_twice", irqs_of_the_slave_are_ended_twice},
	{"a_spurious_apic_interrupt_ends_nothing", a_spurious_apic_interrupt_ends_nothing},
	{"the_apic_timer_fires_once", the_apic_timer_fires_once},
	{"the_apic_timer_repeats", the_apic_timer_repeats},
	{"the_pit_passes_the_io_apic", the_pit_passes_the_io_apic},
	{"a_masked_input_stays_silent", a_masked_input_stays_silent},
	{"the_hpet_fires_when_it_is_due", the_hpet_fires_when_it_is_due},
	{0},
};
