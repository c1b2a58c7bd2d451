/* SPDX-License-Identifier: Apache-2.0 */
/* trace.c - what the scheduler did, in a ring that a host reads from memory. */
#include "rtos_kernel.h"

#if defined(GNG_RTOS_TRACE) && GNG_RTOS_TRACE > 0

struct rtos_trace gng_rtos_trace = {.head = {.magic = GNG_RTOS_TRACE_MAGIC, .cap = GNG_RTOS_TRACE}};

void rtos_trace(enum gng_rtos_event event, const struct gng_rtos_task *task, unsigned int value)
{
	const uint32_t number = gng_rtos_trace.head.num++;

	gng_rtos_trace.records[number % GNG_RTOS_TRACE] = (struct gng_rtos_trace_record){
		.tick = rtos.ticks_seen,
		.task = (uint32_t)(uintptr_t)task,
		.event = (uint8_t)event,
		.value = (uint8_t)value,
		.number = (uint16_t)number,
	};
}

#endif
