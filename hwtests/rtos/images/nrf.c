/* SPDX-License-Identifier: Apache-2.0 */
/* nrf.c - the tick by TIMER0 of an nRF51, which has no SysTick, and sleep without ticks. */
#include "board.h"

static struct gng_rtos_task sleeper, reporter;
static GNG_RTOS_STACK(sleeper_stack, 96);
static GNG_RTOS_STACK(reporter_stack, 128);
static uint32_t num_wakes;
static volatile uint32_t num_interrupts;

/* The number of times that the processor woke: with a tick each it would be that of the ticks. */
static void idle(void)
{
	gng_rtos_nrf_idle();
	num_interrupts++;
}

static void sleep_long(void *arg)
{
	(void)arg;
	for (;;) {
		gng_rtos_delay(100);
		num_wakes++;
	}
}

static void report(void *arg)
{
	uint32_t start = gng_rtos_now();

	(void)arg;
	board_plan(4);
	gng_rtos_delay(1005);
	board_check(gng_rtos_now() - start == 1005, "a long delay is exact");
	board_check(num_wakes == 10, "another task woke ten times meanwhile");
	board_check(num_interrupts < 40, "and the processor slept without ticks");
	board_figure("wakes", num_interrupts);
	start = gng_rtos_now();
	gng_rtos_delay(1);
	board_check(gng_rtos_now() - start == 1, "and so is a short one");
	board_end();
}

int main(void)
{
	gng_rtos_init(0);
	if (gng_rtos_task_init(&sleeper, sleep_long, NULL, 5, sleeper_stack, 96) != GNG_RTOS_OK ||
	    gng_rtos_task_init(&reporter, report, NULL, 20, reporter_stack, 128) != GNG_RTOS_OK)
		board_exit(8);
	gng_rtos_nrf_start(1000);
	return (int)gng_rtos_start(idle);
}
