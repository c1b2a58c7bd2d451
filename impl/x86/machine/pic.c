/* SPDX-License-Identifier: Apache-2.0 */
/* pic.c - two 8259, the PIT's tick and the hook of the timer: datasheets of Intel 8259A, 8254. */
#include "x86_machine.h"

#define MASTER 0x20
#define SLAVE 0xa0
#define CASCADE 2u
#define READ_IN_SERVICE 0x0b
#define END 0x20

volatile uint64_t x86_pic_num_spurious;

static struct {
	void (*run)(void *context);
	void *context;
} irqs[16];

/* is_spurious: the lowest line of a chip that is not in service was none. */
static bool is_spurious(unsigned int irq)
{
	const uint16_t chip = irq < 8 ? MASTER : SLAVE;

	if (irq % 8 != 7)
		return false;
	x86_out8(chip, READ_IN_SERVICE);
	return !(x86_in8(chip) & 0x80);
}

static void handle(struct gng_x86_frame *frame)
{
	const unsigned int irq = (unsigned int)frame->vector - X86_IRQ;

	if (is_spurious(irq)) {
		x86_pic_num_spurious++;
		if (irq >= 8)
			x86_out8(MASTER, END); /* the master's cascade was real */
		return;
	}
	if (irq >= 8)
		x86_out8(SLAVE, END);
	x86_out8(MASTER, END);
	if (irqs[irq].run)
		irqs[irq].run(irqs[irq].context);
}

void x86_irq_handle(unsigned int irq, void (*run)(void *context), void *context)
{
	irqs[irq].run = run;
	irqs[irq].context = context;
}

void gng_x86_on_timer(void (*hook)(void *context), void *context)
{
	x86_irq_handle(0, hook, context);
}

void x86_pic_mask_all(void)
{
	x86_out8(MASTER + 1, 0xff);
	x86_out8(SLAVE + 1, 0xff);
}

void x86_pic_start(void)
{
	x86_apic_start();
	x86_out8(MASTER, 0x11); /* ICW1: edge, cascade, ICW4 */
	x86_out8(SLAVE, 0x11);
	x86_out8(MASTER + 1, X86_IRQ);
	x86_out8(SLAVE + 1, X86_IRQ + 8);
	x86_out8(MASTER + 1, 1u << CASCADE);
	x86_out8(SLAVE + 1, CASCADE);
	x86_out8(MASTER + 1, 1); /* ICW4: 8086 */
	x86_out8(SLAVE + 1, 1);
	x86_pic_mask_all();
	for (unsigned int i = 0; i < 16; i++)
		gng_x86_handle((uint8_t)(X86_IRQ + i), handle);
}

void x86_pic_unmask(unsigned int irq)
{
	const uint16_t port = irq < 8 ? MASTER + 1 : SLAVE + 1;

	x86_out8(port, (uint8_t)(x86_in8(port) & ~(1u << irq % 8)));
	if (irq >= 8)
		x86_pic_unmask(CASCADE);
}

bool x86_pit_start(uint32_t hz)
{
	const uint16_t divisor = gng_x86_pit_divisor(hz);

	if (!divisor)
		return false;
	x86_out8(0x43, 0x34); /* channel 0, both bytes, rate generator */
	x86_out8(0x40, (uint8_t)divisor);
	x86_out8(0x40, (uint8_t)(divisor >> 8));
	return true;
}

void x86_pit_stop(void)
{
	x86_out8(0x43, 0x30); /* channel 0 ends once, after its longest count */
	x86_out8(0x40, 0);
	x86_out8(0x40, 0);
}

uint16_t x86_pit_count(void)
{
	uint8_t low;

	x86_out8(0x43, 0); /* latch channel 0 */
	low = x86_in8(0x40);
	return (uint16_t)(low | x86_in8(0x40) << 8);
}
