/* SPDX-License-Identifier: Apache-2.0 */
/* hardfault.c - a hard fault is reported with its task and what the processor stacked. */
#include "board.h"

static struct gng_rtos_task culprit;
static GNG_RTOS_STACK(stack, 96);

void fault_here(void);
extern const char fault_instruction[];

/* An undefined instruction, with known registers. */
__attribute__((naked, noinline)) void fault_here(void)
{
	__asm__ volatile(".syntax unified\n"
			 "	movs	r0, #10\n"
			 "	movs	r1, #11\n"
			 "	movs	r2, #12\n"
			 "	movs	r3, #13\n"
			 "	.global	fault_instruction\n"
			 "fault_instruction:\n"
			 "	udf	#7\n"
			 "	bx	lr\n");
}

void gng_rtos_fault(struct gng_rtos_task *task, enum gng_rtos_fault_kind what)
{
	const struct gng_rtos_stacked *stacked = &gng_rtos_stacked;

	board_check(what == GNG_RTOS_FAULT_HARD, "the fault is a hard one");
	board_check(task == &culprit, "of the task that caused it");
	board_check(stacked->r0 == 10 && stacked->r1 == 11 && stacked->r2 == 12 &&
			    stacked->r3 == 13,
		    "with its registers");
	board_check(stacked->pc == ((uint32_t)fault_instruction & ~1u), "and where it happened");
	board_end();
}

static void misbehave(void *arg)
{
	(void)arg;
	fault_here();
	board_exit(9);
}

int main(void)
{
	board_plan(4);
	gng_rtos_init(0);
	if (gng_rtos_task_init(&culprit, misbehave, NULL, 5, stack, 96) != GNG_RTOS_OK)
		board_exit(8);
	return (int)gng_rtos_start(NULL);
}
