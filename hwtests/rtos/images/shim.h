/* SPDX-License-Identifier: Apache-2.0 */
/* shim.h - one source for two kernels: ours, and FreeRTOS if SHIM_FREERTOS is defined. */
#ifndef SHIM_H
#define SHIM_H

#include <stdint.h>

#ifdef SHIM_FREERTOS

#include <FreeRTOS.h>
#include <queue.h>
#include <semphr.h>
#include <task.h>

#define SHIM_NAME "FreeRTOS"
#define SHIM_TASK(name, words)           \
	static StaticTask_t name##_task; \
	static StackType_t name##_stack[words]
#define SHIM_MUTEX(name)                    \
	static StaticSemaphore_t name##_at; \
	static SemaphoreHandle_t name
#define SHIM_SEM(name) SHIM_MUTEX(name)
#define SHIM_QUEUE(name, cap)           \
	static StaticQueue_t name##_at; \
	static QueueHandle_t name;      \
	static uint32_t name##_elements[cap]

#define shim_init()
#define shim_task(name, entry, prio)                                                             \
	xTaskCreateStatic(entry, "", sizeof(name##_stack) / sizeof(name##_stack[0]), NULL, prio, \
			  name##_stack, &name##_task)
#define shim_mutex(name) (name = xSemaphoreCreateMutexStatic(&name##_at))
#define shim_sem(name) (name = xSemaphoreCreateCountingStatic(1000, 0, &name##_at))
#define shim_queue(name)                                                                       \
	(name = xQueueCreateStatic(sizeof(name##_elements) / 4, 4, (uint8_t *)name##_elements, \
				   &name##_at))
#define shim_start() vTaskStartScheduler()
#define shim_lock(name, timeout) xSemaphoreTake(name, timeout)
#define shim_unlock(name) xSemaphoreGive(name)
#define shim_take(name, timeout) xSemaphoreTake(name, timeout)
#define shim_send(name, element, timeout) xQueueSend(name, element, timeout)
#define shim_receive(name, element, timeout) xQueueReceive(name, element, timeout)
#define shim_yield() taskYIELD()
#define shim_delay(ticks) vTaskDelay(ticks)
#define shim_systick(cycles) /* the port does it, by FreeRTOSConfig.h */
#define SHIM_FOREVER portMAX_DELAY
#define SHIM_OK pdTRUE

static inline void shim_give_from_interrupt(SemaphoreHandle_t sem)
{
	BaseType_t woken = pdFALSE;

	xSemaphoreGiveFromISR(sem, &woken);
	portYIELD_FROM_ISR(woken);
}

static inline void shim_tick_from_interrupt(void)
{
	const uint32_t mask = taskENTER_CRITICAL_FROM_ISR();

	if (xTaskIncrementTick() != pdFALSE)
		portYIELD_FROM_ISR(pdTRUE);
	taskEXIT_CRITICAL_FROM_ISR(mask);
}

#else

#include <gng_rtos.h>

#define SHIM_NAME "gonogo"
#define SHIM_TASK(name, words)                   \
	static struct gng_rtos_task name##_task; \
	static GNG_RTOS_STACK(name##_stack, words)
#define SHIM_MUTEX(name) static struct gng_rtos_mutex name
#define SHIM_SEM(name) static struct gng_rtos_sem name
#define SHIM_QUEUE(name, cap)              \
	static struct gng_rtos_queue name; \
	static uint32_t name##_elements[cap]

#define shim_init() gng_rtos_init(0)
#define shim_task(name, entry, prio)                                      \
	gng_rtos_task_init(&name##_task, entry, NULL, prio, name##_stack, \
			   sizeof(name##_stack) / sizeof(name##_stack[0]))
#define shim_mutex(name) gng_rtos_mutex_init(&name)
#define shim_sem(name) gng_rtos_sem_init(&name, 0, 1000)
#define shim_queue(name) gng_rtos_queue_init(&name, name##_elements, 4, sizeof(name##_elements) / 4)
#define shim_start() gng_rtos_start(shim_idle)
#define shim_lock(name, timeout) gng_rtos_mutex_lock(&name, timeout)
#define shim_unlock(name) gng_rtos_mutex_unlock(&name)
#define shim_take(name, timeout) gng_rtos_sem_take(&name, timeout)
#define shim_send(name, element, timeout) gng_rtos_queue_send(&name, element, timeout)
#define shim_receive(name, element, timeout) gng_rtos_queue_receive(&name, element, timeout)
#define shim_yield() gng_rtos_yield()
#define shim_delay(ticks) gng_rtos_delay(ticks)
#define shim_systick(cycles) gng_rtos_systick_start(cycles)
#define SHIM_FOREVER GNG_RTOS_FOREVER
#define SHIM_OK GNG_RTOS_OK

#define shim_give_from_interrupt(name) gng_rtos_sem_give(&name)
#define shim_tick_from_interrupt() gng_rtos_tick(1)

/* FreeRTOS's idle task spins as well. */
static inline void shim_idle(void)
{
}

#endif

#endif /* SHIM_H */
