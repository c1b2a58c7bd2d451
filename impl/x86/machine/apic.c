/* SPDX-License-Identifier: Apache-2.0 */
/* apic.c - local APIC with its timer (Intel SDM volume 3), I/O APIC (82093AA), HPET 1.0a. */
#include "x86_machine.h"

#define BASE_MSR 0x1b
#define DEADLINE_MSR 0x6e0
#define SPURIOUS 0xf0
#define COMMAND_LOW 0x300
#define COMMAND_HIGH 0x310
#define ID 0x20
#define INITIAL_COUNT 0x380
#define DIVIDE 0x3e0
#define LINT0 0x350
#define EXTINT (7u << 8)
#define DIVIDE_BY_1 11u
#define PENDING (1u << 12)

volatile uint64_t x86_apic_num_spurious;

static void on_spurious(struct gng_x86_frame *frame)
{
	(void)frame; /* no end is signalled: nothing is in service */
	x86_apic_num_spurious++;
}

void x86_apic_start(void)
{
	x86_set_msr(BASE_MSR, X86_APIC | 1u << 11 | (x86_msr(BASE_MSR) & 1u << 8));
	gng_x86_handle(X86_APIC_SPURIOUS, on_spurious);
	x86_apic_write(SPURIOUS, 1u << 8 | X86_APIC_SPURIOUS);
	/* Virtual wire: the 8259 interrupts through LINT0, whether the firmware saw to it or not.
	 */
	x86_apic_write(LINT0, EXTINT);
}

void x86_apic_end(void)
{
	x86_apic_write(X86_APIC_EOI, 0);
}

void x86_apic_send(uint8_t vector, bool nmi)
{
	x86_apic_write(COMMAND_HIGH, x86_apic_read(ID) & 0xff000000);
	x86_apic_write(COMMAND_LOW, 1u << 14 | (nmi ? 4u << 8 : vector));
	while (x86_apic_read(COMMAND_LOW) & PENDING)
		x86_pause();
}

void x86_apic_timer(uint8_t vector, uint32_t mode, uint32_t count)
{
	x86_apic_write(DIVIDE, DIVIDE_BY_1);
	x86_apic_write(X86_APIC_TIMER, mode | vector);
	x86_apic_write(INITIAL_COUNT, count);
}

/* ---- I/O APIC ---- */

static uint32_t ioapic_read(uint32_t index)
{
	x86_write32(X86_IOAPIC, index);
	return x86_read32(X86_IOAPIC + 0x10);
}

static void ioapic_write(uint32_t index, uint32_t value)
{
	x86_write32(X86_IOAPIC, index);
	x86_write32(X86_IOAPIC + 0x10, value);
}

unsigned int x86_ioapic_num(void)
{
	return (ioapic_read(1) >> 16 & 0xff) + 1;
}

void x86_ioapic_route(unsigned int gsi, uint8_t vector)
{
	ioapic_write(0x10 + 2 * gsi, 1u << 16); /* masked while it changes */
	ioapic_write(0x11 + 2 * gsi, x86_apic_read(ID) & 0xff000000);
	if (vector)
		ioapic_write(0x10 + 2 * gsi, vector);
}

/* ---- HPET ---- */

#define CAPABILITIES 0x000
#define CONFIGURATION 0x010
#define COUNTER 0x0f0
#define TIMER_CONFIGURATION 0x100
#define TIMER_ROUTES 0x104
#define TIMER_COMPARATOR 0x108

static uint64_t hpet;

bool x86_hpet_open(uint64_t address)
{
	const uint32_t period = x86_read32(address + CAPABILITIES + 4);

	if (period == 0 || period > 100000000) /* 100 ns: section 2.3.4 */
		return false;
	hpet = address;
	x86_write32(hpet + CONFIGURATION, 1); /* counts, no legacy routes */
	return true;
}

uint32_t x86_hpet_femtoseconds(void)
{
	return x86_read32(hpet + CAPABILITIES + 4);
}

uint64_t x86_hpet_counter(void)
{
	return *(volatile uint64_t *)(hpet + COUNTER);
}

unsigned int x86_hpet_once(uint64_t ns)
{
	const uint32_t routes = x86_read32(hpet + TIMER_ROUTES);
	const uint64_t counts = ns * 1000000 / x86_hpet_femtoseconds();
	/* the last one: the first may be that of the PIT */
	const unsigned int route = 31 - (unsigned int)__builtin_clz(routes | 1);

	x86_write32(hpet + TIMER_CONFIGURATION, route << 9 | 1u << 2); /* edge, once, enabled */
	*(volatile uint64_t *)(hpet + TIMER_COMPARATOR) = x86_hpet_counter() + counts;
	return route;
}
