/* SPDX-License-Identifier: Apache-2.0 */
/* footprint.c - the smallest useful application: two tasks, a mutex and a queue with timeouts. */
#include "shim.h"

SHIM_TASK(producer, 64);
SHIM_TASK(consumer, 64);
SHIM_MUTEX(mutex);
SHIM_QUEUE(queue, 4);
static volatile uint32_t sum, num_timeouts;

static void produce(void *arg)
{
	(void)arg;
	for (uint32_t value = 0;; value++) {
		if (shim_send(queue, &value, 10) != SHIM_OK)
			num_timeouts++;
		shim_delay(2);
	}
}

static void consume(void *arg)
{
	uint32_t value;

	(void)arg;
	for (;;) {
		if (shim_receive(queue, &value, 5) != SHIM_OK || shim_lock(mutex, 5) != SHIM_OK) {
			num_timeouts++;
			continue;
		}
		sum += value;
		shim_unlock(mutex);
	}
}

#ifndef SHIM_FREERTOS
void gng_rtos_fault(struct gng_rtos_task *task, enum gng_rtos_fault_kind what)
{
	(void)task;
	(void)what;
	for (;;)
		;
}
#endif

int main(void);
int main(void)
{
	shim_init();
	shim_mutex(mutex);
	shim_queue(queue);
	shim_task(producer, produce, 5);
	shim_task(consumer, consume, 6);
	shim_systick(16000);
	shim_start();
	return 1;
}
