/* SPDX-License-Identifier: Apache-2.0 */
/*
 * latency.c - what the kernel's paths take in instructions, measured by SysTick under -icount: an
 * instruction is 64 ns then, a cycle of the 16 MHz clock 62.5 ns.
 */
#include "board.h"

#define SYST_RVR BOARD_REG(0xe000e014u)
#define SYST_CVR BOARD_REG(0xe000e018u)
#define SYST_CSR BOARD_REG(0xe000e010u)
#define RELOAD 0xffffffu
#define ROUNDS 64

static struct gng_rtos_task low, high, reporter;
static GNG_RTOS_STACK(low_stack, 96);
static GNG_RTOS_STACK(high_stack, 96);
static GNG_RTOS_STACK(reporter_stack, 128);
static struct gng_rtos_mutex mutex;
static struct gng_rtos_sem sem, done;
static volatile uint32_t num_rounds, began, worst, overhead;
static volatile unsigned int mode;
static volatile bool armed; /* a round began */

static inline uint32_t now(void)
{
	return RELOAD - SYST_CVR; /* counts down */
}

static inline void began_now(void)
{
	armed = true;
	began = now();
}

static inline void ended_now(void)
{
	const uint32_t cycles = ((now() - began) & RELOAD) - overhead;

	if (!armed)
		return;
	armed = false;
	if (cycles > worst)
		worst = cycles;
	num_rounds++;
}

/* enough ends the rounds: the reporter goes on, and stops the caller. */
static void enough(void)
{
	while (num_rounds >= ROUNDS)
		(void)gng_rtos_sem_give(&done);
}

static void figure(const char *name)
{
	board_figure(name, (worst * 125 + 127) / 128);
	worst = 0;
}

/* An interrupt that wakes the task of mode 2, or that notes only when it came. */
void board_irq0(void)
{
	if (mode == 1)
		ended_now();
	else
		gng_rtos_sem_give(&sem);
}

static void be_low(void *arg)
{
	(void)arg;
	for (;;) {
		switch (mode) {
		case 0: /* a yield to an equal, and its way back */
			ended_now();
			enough();
			gng_rtos_yield();
			break;
		case 2: /* an interrupt that wakes a more urgent task */
			began_now();
			board_irq_pend(0);
			break;
		case 3: /* a mutex goes to a more urgent task that waits for it */
			(void)!gng_rtos_mutex_lock(&mutex, GNG_RTOS_FOREVER);
			gng_rtos_sem_give(&sem); /* high runs and waits for the mutex */
			began_now();
			gng_rtos_mutex_unlock(&mutex);
			break;
		default: /* a give to a more urgent task that waits */
			began_now();
			gng_rtos_sem_give(&sem);
			break;
		}
	}
}

static void be_high(void *arg)
{
	(void)arg;
	for (;;) {
		switch (mode) {
		case 0:
			began_now();
			gng_rtos_yield();
			break;
		case 3:
			(void)!gng_rtos_sem_take(&sem, GNG_RTOS_FOREVER);
			(void)!gng_rtos_mutex_lock(&mutex, GNG_RTOS_FOREVER);
			ended_now();
			gng_rtos_mutex_unlock(&mutex);
			enough();
			break;
		default:
			(void)!gng_rtos_sem_take(&sem, GNG_RTOS_FOREVER);
			ended_now();
			enough();
			break;
		}
	}
}

static void start(unsigned int new_mode)
{
	(void)gng_rtos_task_stop(&low);
	(void)gng_rtos_task_stop(&high);
	mode = new_mode;
	worst = 0;
	num_rounds = 0;
	armed = false;
	(void)!gng_rtos_mutex_init(&mutex);
	(void)!gng_rtos_sem_init(&sem, 0, 9);
	(void)!gng_rtos_task_init(&low, be_low, NULL, 5, low_stack, 96);
	(void)!gng_rtos_task_init(&high, be_high, NULL, mode == 0 ? 5 : 9, high_stack, 96);
}

static void measure_interrupt(void)
{
	mode = 1;
	worst = 0;
	for (int i = 0; i < ROUNDS; i++) {
		began_now();
		board_irq_pend(0);
	}
	figure("interrupt_to_handler");
}

/* The reporter is the most urgent task: what it measures runs while it waits for its semaphore,
 * which the measured tasks give when they had enough rounds. */
static void report(void *arg)
{
	static const struct {
		unsigned int mode;
		const char *name;
	} figures[4] = {{0, "switch_by_yield"},
			{2, "interrupt_to_task"},
			{3, "mutex_hand_over"},
			{4, "give_to_task"}};

	(void)arg;
	board_plan(1);
	began_now();
	ended_now();
	overhead = worst;
	measure_interrupt();
	for (unsigned int i = 0; i < 4; i++) {
		start(figures[i].mode);
		while (num_rounds < ROUNDS)
			(void)!gng_rtos_sem_take(&done, GNG_RTOS_FOREVER);
		figure(figures[i].name);
	}
	board_check(num_rounds == ROUNDS, "all was measured");
	board_end();
}

int main(void)
{
	gng_rtos_init(0);
	board_irq_enable(0, 1);
	SYST_RVR = RELOAD;
	SYST_CVR = 0;
	SYST_CSR = 5;
	(void)!gng_rtos_sem_init(&done, 0, 1);
	if (gng_rtos_task_init(&reporter, report, NULL, 20, reporter_stack, 128) != GNG_RTOS_OK)
		return 1;
	return (int)gng_rtos_start(NULL);
}
