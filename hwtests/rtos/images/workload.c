/* SPDX-License-Identifier: Apache-2.0 */
/*
 * workload.c - how far two tasks with a mutex and a queue get in 20,000 interrupts, and how long
 * an interrupt waits meanwhile; with TO_TASK also a task that each interrupt wakes.
 *
 * The interrupt comes every 1009 cycles, a prime, so that it hits every place of the kernels; each
 * 16th is a tick. SysTick counts down from 1008 and is read first of all: what it lacks then is the
 * time that the interrupt waited, and later the time until its task ran.
 */
#include "board.h"
#include "shim.h"

#define PERIOD 1009u
#define NUM_INTERRUPTS 20000u
#define SYST_CSR BOARD_REG(0xe000e010u)
#define SYST_RVR BOARD_REG(0xe000e014u)
#define SYST_CVR BOARD_REG(0xe000e018u)
#define SHPR3 BOARD_REG(0xe000ed20u)

SHIM_TASK(producer, 128);
SHIM_TASK(consumer, 128);
SHIM_TASK(reporter, 128);
SHIM_MUTEX(mutex);
SHIM_QUEUE(queue, 4);

static volatile uint32_t num_interrupts, num_iterations;

/* Under -icount shift=6 an instruction takes 64 ns, and a cycle of 16 MHz 62.5 ns. */
struct waits {
	uint32_t max, sum, num;
};

static inline void note(struct waits *waits, uint32_t counter)
{
	const uint32_t cycles = PERIOD - 1 - counter;

	if (cycles > waits->max)
		waits->max = cycles;
	waits->sum += cycles;
	waits->num++;
}

static void figure(const char *name, const struct waits *waits)
{
	board_print("# ");
	board_print(name);
	board_print(": ");
	board_print_number(waits->num);
	board_print("\n");
	board_figure("worst", (waits->max * 125 + 127) / 128);
	board_figure("mean", waits->num ? waits->sum / waits->num * 125 / 128 : 0);
}

#ifdef TO_TASK
SHIM_TASK(woken, 128);
SHIM_SEM(sem);
static struct waits to_task;

static void be_woken(void *arg)
{
	(void)arg;
	for (;;)
		if (shim_take(sem, SHIM_FOREVER) == SHIM_OK)
			note(&to_task, SYST_CVR);
}
#else
static struct waits to_handler;
#endif

/* Each 16th interrupt is the tick, the others wake the task: two sources that take turns. */
void SysTick_Handler(void)
{
#ifdef TO_TASK
	if (++num_interrupts % 16 != 0)
		shim_give_from_interrupt(sem);
	else
		shim_tick_from_interrupt();
#else
	note(&to_handler, SYST_CVR);
	if (++num_interrupts % 16 == 0)
		shim_tick_from_interrupt();
#endif
}

static void produce(void *arg)
{
	uint32_t value = 0;

	(void)arg;
	for (;;) {
		shim_lock(mutex, SHIM_FOREVER);
		num_iterations = ++value;
		shim_unlock(mutex);
		shim_send(queue, &value, SHIM_FOREVER);
		shim_yield();
	}
}

static void consume(void *arg)
{
	uint32_t value;

	(void)arg;
	for (;;) {
		shim_receive(queue, &value, SHIM_FOREVER);
		shim_lock(mutex, SHIM_FOREVER);
		shim_unlock(mutex);
	}
}

static void report(void *arg)
{
	(void)arg;
	while (num_interrupts < NUM_INTERRUPTS)
		shim_delay(50);
	board_plan(1);
#ifdef TO_TASK
	figure("to_task", &to_task);
	board_check(to_task.num == num_interrupts - num_interrupts / 16,
		    "each interrupt woke its task");
#else
	figure("to_handler", &to_handler);
	board_figure("iterations", num_iterations);
	board_check(num_iterations > 1000, "both tasks make progress");
#endif
	board_end();
}

#ifdef SHIM_FREERTOS
/* Its port would set SysTick to a tick of its own. */
void vPortSetupTimerInterrupt(void);
void vPortSetupTimerInterrupt(void)
{
}
#endif

int main(void)
{
	shim_init();
	shim_mutex(mutex);
	shim_queue(queue);
	shim_task(producer, produce, 5);
	shim_task(consumer, consume, 6);
	shim_task(reporter, report, 20);
#ifdef TO_TASK
	shim_sem(sem);
	shim_task(woken, be_woken, 25);
#endif
	SHPR3 = 0x80c00000u; /* PendSV under SysTick */
	SYST_RVR = PERIOD - 1;
	SYST_CVR = 0;
	SYST_CSR = 7;
	shim_start();
	return 1;
}
