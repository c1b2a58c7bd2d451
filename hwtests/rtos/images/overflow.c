/* SPDX-License-Identifier: Apache-2.0 */
/*
 * overflow.c - a task that leaves its stack is caught: at the next switch, or with an MPU at the
 * very access. What lies below the stack is not touched in the second case.
 */
#include "board.h"

static struct gng_rtos_task culprit, other;
static GNG_RTOS_STACK(other_stack, 96);
static struct {
	uint32_t before[32];
	uint32_t stack[96];
} at __attribute__((aligned(32)));
static volatile uint32_t sink;

void gng_rtos_fault(struct gng_rtos_task *task, enum gng_rtos_fault_kind what)
{
	board_check(task == &culprit, "the task that overflowed is named");
#if GNG_RTOS_GUARD_WORDS > 1
	board_check(what == GNG_RTOS_FAULT_HARD, "the MPU stopped it");
	board_check(at.before[31] == 0x600df00d, "nothing below the stack changed");
#else
	board_check(what == GNG_RTOS_FAULT_STACK, "the switch noticed it");
	board_check(gng_rtos_task_unused_stack(task) == 0, "no word is unused");
#endif
	board_end();
}

__attribute__((noinline)) static uint32_t recurse(uint32_t depth)
{
	volatile uint32_t local[4] = {depth, depth, depth, depth};

	if (depth == 0)
		return local[1];
	return recurse(depth - 1) + local[2];
}

static void overflow(void *arg)
{
	(void)arg;
	for (uint32_t depth = 1;; depth++) {
		sink = recurse(depth);
		gng_rtos_yield();
	}
}

static void run(void *arg)
{
	(void)arg;
	for (;;)
		gng_rtos_yield();
}

int main(void)
{
	board_plan(3);
	at.before[31] = 0x600df00d;
	gng_rtos_init(0);
	if (gng_rtos_task_init(&culprit, overflow, NULL, 5, at.stack, 96) != GNG_RTOS_OK ||
	    gng_rtos_task_init(&other, run, NULL, 5, other_stack, 96) != GNG_RTOS_OK)
		board_exit(8);
	return (int)gng_rtos_start(NULL);
}
