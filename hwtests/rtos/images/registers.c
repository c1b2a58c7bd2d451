/* SPDX-License-Identifier: Apache-2.0 */
/* registers.c - every register keeps its value through preemption and nested interrupts. */
#include "board.h"

/*
 * hold puts seed + i into register i (but 1, 13 and 15), counts loops down in register 1, and
 * returns 0 if all kept their values. All differ: with equal pairs a port that never saved r8 to
 * r11 once passed.
 */
uint32_t hold(uint32_t seed, uint32_t loops);

#define LOOPS 20000
#define TICKS 200

static struct gng_rtos_task holders[3], counter, reporter;
static uint32_t stacks[3][96] __attribute__((aligned(32)));
static GNG_RTOS_STACK(counter_stack, 96);
static GNG_RTOS_STACK(reporter_stack, 128);
static struct gng_rtos_sem sem;
static volatile uint32_t num_wrong, num_done, num_given, num_taken, num_inner, num_bad_nesting;
static volatile bool in_outer, enough;
static uint32_t idle_wrong, num_idle;

static void hold_task(void *arg)
{
	while (!enough)
		if (hold((uint32_t)arg, LOOPS))
			num_wrong++;
	num_done++;
}

/* Each tick: an interrupt that a more urgent one interrupts; both call the kernel. */
void board_irq0(void)
{
	in_outer = true;
	if (num_given - num_taken < 900)
		num_given++, gng_rtos_sem_give(&sem);
	board_irq_pend(1); /* happens here, in the middle */
	if (num_inner == 0)
		num_bad_nesting++;
	in_outer = false;
}

void board_irq1(void)
{
	if (!in_outer)
		num_bad_nesting++;
	num_inner++;
	if (num_given - num_taken < 900)
		num_given++, gng_rtos_sem_give(&sem);
}

static void count_task(void *arg)
{
	(void)arg;
	for (;;)
		if (gng_rtos_sem_take(&sem, GNG_RTOS_FOREVER) == GNG_RTOS_OK)
			num_taken++;
}

static void pend_timer(struct gng_rtos_timer *timer)
{
	(void)timer;
	board_irq_pend(0);
}

static void report(void *arg)
{
	static struct gng_rtos_timer timer;

	(void)arg;
	board_plan(7);
	board_check(gng_rtos_timer_init(&timer, pend_timer, NULL) == GNG_RTOS_OK &&
			    gng_rtos_timer_start(&timer, 1, 1) == GNG_RTOS_OK,
		    "a timer starts");
	gng_rtos_delay(TICKS);
	enough = true;
	while (num_done < 3)
		gng_rtos_delay(5);
	(void)gng_rtos_timer_stop(&timer);
	gng_rtos_delay(50); /* the idle loop holds registers as well */
	board_check(num_wrong == 0, "registers survive preemption");
	board_check(idle_wrong == 0 && num_idle > 2, "so do those of the idle loop");
	board_check(num_inner > 100 && num_bad_nesting == 0, "interrupts nest");
	board_check(num_given == num_taken && num_given > 200,
		    "no give of nested interrupts is lost");
	board_check(holders[0].state == GNG_RTOS_STOPPED, "a task that returns is stopped");
	board_check(gng_rtos_now() > TICKS, "ticks come");
	board_figure("ticks", gng_rtos_now());
	board_figure("nested", num_inner);
	board_end();
}

static void idle(void)
{
	num_idle++;
	if (hold(0x70000000, 2000))
		idle_wrong++;
}

int main(void)
{
	gng_rtos_init(0);
	board_irq_enable(0, 2);
	board_irq_enable(1, 1);
	for (uint32_t i = 0; i < 3; i++)
		if (gng_rtos_task_init(&holders[i], hold_task, (void *)(0x1000000 * (i + 1)), 5,
				       stacks[i], 96) != GNG_RTOS_OK)
			board_exit(8);
	if (gng_rtos_sem_init(&sem, 0, 1000) != GNG_RTOS_OK ||
	    gng_rtos_task_init(&counter, count_task, NULL, 9, counter_stack, 96) != GNG_RTOS_OK ||
	    gng_rtos_task_init(&reporter, report, NULL, 20, reporter_stack, 128) != GNG_RTOS_OK)
		board_exit(8);
	gng_rtos_systick_start(16000);
	return (int)gng_rtos_start(idle);
}
