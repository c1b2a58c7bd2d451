/* SPDX-License-Identifier: Apache-2.0 */
/* article.c - image: puts the article's handler into the gate of IRQ 0 and measures the damage. */
#include "cases.h"
#include "entry.h"

#define MASTER 0x20

void handle_timer_tick(void);
extern void __irq0_handler(void);

volatile uint64_t entry_ticks;
static volatile uint64_t direction;

/* A C function may destroy all that the ABI lets it destroy. */
void handle_timer_tick(void)
{
	direction = x86_flags() >> 10 & 1;
	__asm__ volatile("cld");
	entry_ticks++;
	entry_scribble();
}

static struct entry_registers want, got;

static void arm(void)
{
	const struct gng_x86_gate gate = {
		.offset = (uint64_t)__irq0_handler,
		.selector = X86_CODE,
		.kind = GNG_X86_INTERRUPT_GATE,
		.present = true,
	};

	x86_pic_start();
	if (gng_x86_gate_encode(x86_idt[X86_IRQ], &gate) != GNG_OK)
		x86_bail("gate", 0);
	x86_pit_start(1000);
	x86_pic_unmask(0);
	entry_ticks = 2; /* entry_hold waits for 3 */
	x86_enable();
}

static void count_losses(void)
{
	unsigned int integers = 0, vectors = 0;

	for (unsigned int i = 0; i < 15; i++)
		integers += got.integer[i] != want.integer[i];
	for (unsigned int i = 0; i < 16; i++)
		vectors += memcmp(got.vectors[i], want.vectors[i], 16) != 0;
	cases_say("article_integer_registers_lost", integers);
	cases_say("article_vector_registers_lost", vectors);
	cases_say("article_stack_lost", 0 - got.lost);
	cases_say("article_interrupts_on", got.flags >> 9 & 1);
	cases_say("article_direction_flag", direction);
}

static enum cases_result it_returns_once(void)
{
	for (unsigned int i = 0; i < 15; i++)
		want.integer[i] = 0x0123456789abcdef * (2 * i + 3);
	for (unsigned int i = 0; i < 16; i++)
		memset(want.vectors[i], (int)i + 1, 32);
	arm();
	entry_hold(&got, &want, true);
	count_losses();
	return cases_is(entry_ticks == 3);
}

/* Even with interrupts on again nothing comes: the PIC was never told that the first one ended. */
static enum cases_result nothing_ticks_again(void)
{
	const uint64_t end = x86_tsc() + 100000000;

	x86_out8(MASTER, 0x0b);
	cases_say("article_in_service", x86_in8(MASTER) & 1);
	x86_enable();
	while (x86_tsc() < end)
		x86_pause();
	x86_disable();
	cases_say("article_ticks", entry_ticks - 2);
	return cases_is(entry_ticks == 3);
}

const struct cases_one cases_all[] = {
	{"it_returns_once", it_returns_once},
	{"nothing_ticks_again", nothing_ticks_again},
	{0},
};
