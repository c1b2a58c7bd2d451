/* SPDX-License-Identifier: Apache-2.0 */
/* tick_nrf.c - the tick by TIMER0 (nRF51 Reference Manual, chapter 18), and sleep without ticks. */
#include "rtos_kernel.h"

#if defined(__arm__)

#define TIMER0 0x40008000u
#define REG(offset) (*(volatile uint32_t *)(TIMER0 + (offset)))
#define TASKS_START REG(0x000)
#define TASKS_STOP REG(0x004)
#define TASKS_CLEAR REG(0x00c)
#define TASKS_CAPTURE1 REG(0x044)
#define EVENTS_COMPARE0 REG(0x140)
#define INTENSET REG(0x304)
#define BITMODE REG(0x508)
#define PRESCALER REG(0x510)
#define CC0 REG(0x540)
#define CC1 REG(0x544)
#define COMPARE0 (UINT32_C(1) << 16)
#define TIMER0_IRQ 8

#define NVIC_ISER (*(volatile uint32_t *)0xe000e100u)
#define NVIC_IPR2 (*(volatile uint32_t *)0xe000e408u)

static uint32_t us_per_tick, counted_us; /* of the timer, up to which ticks were counted */

static uint32_t now_us(void)
{
	TASKS_CAPTURE1 = 1;
	return CC1;
}

void gng_rtos_nrf_start(uint32_t us)
{
	us_per_tick = us;
	TASKS_STOP = 1;
	TASKS_CLEAR = 1;
	BITMODE = 3;   /* 32 bits */
	PRESCALER = 4; /* 16 MHz / 2^4: microseconds */
	counted_us = 0;
	CC0 = us;
	INTENSET = COMPARE0;
	NVIC_IPR2 = (NVIC_IPR2 & ~UINT32_C(0xff)) | 0x80;
	NVIC_ISER = UINT32_C(1) << TIMER0_IRQ;
	TASKS_START = 1;
}

/* count counts the ticks that passed, and asks for the interrupt num ticks later. It goes on
 * until that lies in the future: a compare value that was passed would match after 71 minutes. */
static void count(uint32_t num)
{
	do {
		uint32_t passed = 0;

		while (now_us() - counted_us >= us_per_tick) {
			counted_us += us_per_tick;
			passed++;
		}
		if (passed)
			(void)gng_rtos_tick(passed);
		CC0 = counted_us + num * us_per_tick;
	} while (now_us() - counted_us >= num * us_per_tick);
}

void TIMER0_IRQHandler(void)
{
	EVENTS_COMPARE0 = 0;
	count(1);
}

void gng_rtos_nrf_idle(void)
{
	uint32_t num = gng_rtos_ticks_to_wake();

	/* masked, so that an interrupt that makes a task ready ends wfi and is not overslept */
	port_disable();
	if (num > UINT16_MAX)
		num = UINT16_MAX;
	if (num > 1 && (UINT32_MAX >> 1) / us_per_tick > num)
		CC0 = counted_us + num * us_per_tick;
	__asm__ volatile("wfi" : : : "memory");
	count(1);
	port_enable();
}

#endif
