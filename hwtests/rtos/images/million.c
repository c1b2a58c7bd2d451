/* SPDX-License-Identifier: Apache-2.0 */
/* million.c - a million context switches by all objects, while interrupts come; nothing is lost. */
#include "board.h"

#define NUM_SWITCHES 1000000u

static struct gng_rtos_task pingers[2], owner, taker, reporter;
static uint32_t stacks[2][96] __attribute__((aligned(32)));
static GNG_RTOS_STACK(owner_stack, 96);
static GNG_RTOS_STACK(taker_stack, 96);
static GNG_RTOS_STACK(reporter_stack, 128);
static struct gng_rtos_mutex mutex;
static struct gng_rtos_queue there, back;
static uint32_t there_elements[1], back_elements[2];
static struct gng_rtos_sem sem, done;
static volatile uint32_t num_rounds, num_broken, inside, num_taken, num_given;

static void ping(void *arg)
{
	uint32_t value, sent = 0;

	(void)arg;
	for (;;) {
		sent += 3;
		if (gng_rtos_queue_send(&there, &sent, 50) != GNG_RTOS_OK ||
		    gng_rtos_queue_receive(&back, &value, 50) != GNG_RTOS_OK || value != sent + 1)
			num_broken++;
		if (gng_rtos_mutex_lock(&mutex, GNG_RTOS_FOREVER) != GNG_RTOS_OK || inside++ != 0)
			num_broken++;
		inside--;
		gng_rtos_mutex_unlock(&mutex);
		if (++num_rounds * 4 >= NUM_SWITCHES)
			gng_rtos_sem_give(&done);
	}
}

static void pong(void *arg)
{
	uint32_t value;

	(void)arg;
	for (;;) {
		if (gng_rtos_queue_receive(&there, &value, GNG_RTOS_FOREVER) != GNG_RTOS_OK)
			num_broken++;
		value++;
		if (gng_rtos_queue_send(&back, &value, GNG_RTOS_NO_WAIT) != GNG_RTOS_OK)
			num_broken++;
	}
}

/* The least urgent task holds the mutex most of the time. */
static void own(void *arg)
{
	(void)arg;
	for (;;) {
		if (gng_rtos_mutex_lock(&mutex, GNG_RTOS_FOREVER) != GNG_RTOS_OK || inside++ != 0)
			num_broken++;
		gng_rtos_yield();
		inside--;
		gng_rtos_mutex_unlock(&mutex);
	}
}

static void take(void *arg)
{
	(void)arg;
	for (;;)
		if (gng_rtos_sem_take(&sem, GNG_RTOS_FOREVER) == GNG_RTOS_OK)
			num_taken++;
}

void SysTick_Handler(void)
{
	gng_rtos_tick(1);
	num_given++;
	gng_rtos_sem_give(&sem);
}

static void report(void *arg)
{
	(void)arg;
	board_plan(4);
	board_check(gng_rtos_sem_take(&done, GNG_RTOS_FOREVER) == GNG_RTOS_OK,
		    "a million switches are done");
	board_check(num_broken == 0, "each message and each mutual exclusion was right");
	gng_rtos_delay(1);
	board_check(num_given - num_taken <= 1, "each interrupt woke its task");
	board_check(gng_rtos_task_unused_stack(&pingers[0]) > 10, "stacks have words to spare");
	board_figure("interrupts", num_given);
	board_figure("unused_stack_words", gng_rtos_task_unused_stack(&pingers[0]));
	board_end();
}

int main(void)
{
	gng_rtos_init(0);
	if (gng_rtos_mutex_init(&mutex) != GNG_RTOS_OK ||
	    gng_rtos_queue_init(&there, there_elements, 4, 1) != GNG_RTOS_OK ||
	    gng_rtos_queue_init(&back, back_elements, 4, 2) != GNG_RTOS_OK ||
	    gng_rtos_sem_init(&sem, 0, 1000) != GNG_RTOS_OK ||
	    gng_rtos_sem_init(&done, 0, 1) != GNG_RTOS_OK ||
	    gng_rtos_task_init(&pingers[0], ping, NULL, 5, stacks[0], 96) != GNG_RTOS_OK ||
	    gng_rtos_task_init(&pingers[1], pong, NULL, 6, stacks[1], 96) != GNG_RTOS_OK ||
	    gng_rtos_task_init(&owner, own, NULL, 2, owner_stack, 96) != GNG_RTOS_OK ||
	    gng_rtos_task_init(&taker, take, NULL, 15, taker_stack, 96) != GNG_RTOS_OK ||
	    gng_rtos_task_init(&reporter, report, NULL, 20, reporter_stack, 128) != GNG_RTOS_OK)
		board_exit(8);
	BOARD_REG(0xe000e014u) = 7918; /* SysTick, with a handler of its own */
	BOARD_REG(0xe000e018u) = 0;
	BOARD_REG(0xe000e010u) = 7;
	return (int)gng_rtos_start(NULL);
}
