/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cmsis_os2.h - the kernel in the shape of CMSIS-RTOS2 2.1, so that users of other kernels can
 * move: threads, flags, delays, timers, mutexes, semaphores, message queues.
 *
 * What differs: there is no heap, so cb_mem (and stack_mem, mq_mem) must be given, else ...New
 * returns NULL. The 56 priorities map to 32 levels: neighbours may share one. From an interrupt
 * may be called: osSemaphoreRelease, osEventFlagsSet, osThreadFlagsSet, the Get... functions;
 * osMessageQueuePut from one is osErrorISR: post work (gng_rtos_post) and put it from there.
 * Mutexes inherit always; osMutexRobust is refused. There are no memory pools and no joining.
 */
#ifndef CMSIS_OS2_H
#define CMSIS_OS2_H

#include <gng_rtos.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef enum {
	osOK = 0,
	osError = -1,
	osErrorTimeout = -2,
	osErrorResource = -3,
	osErrorParameter = -4,
	osErrorNoMemory = -5,
	osErrorISR = -6
} osStatus_t;

typedef enum {
	osKernelInactive = 0,
	osKernelReady = 1,
	osKernelRunning = 2,
	osKernelError = -1
} osKernelState_t;

typedef enum {
	osThreadInactive = 0,
	osThreadReady = 1,
	osThreadRunning = 2,
	osThreadBlocked = 3,
	osThreadTerminated = 4,
	osThreadError = -1
} osThreadState_t;

/* The levels between two names are name + 1 to name + 7. */
typedef enum {
	osPriorityNone = 0,
	osPriorityIdle = 1,
	osPriorityLow = 8,
	osPriorityBelowNormal = 16,
	osPriorityNormal = 24,
	osPriorityAboveNormal = 32,
	osPriorityHigh = 40,
	osPriorityRealtime = 48,
	osPriorityRealtime7 = 55,
	osPriorityError = -1
} osPriority_t;

typedef enum { osTimerOnce = 0, osTimerPeriodic = 1 } osTimerType_t;

#define osWaitForever 0xffffffffu
#define osFlagsWaitAny 0u
#define osFlagsWaitAll 1u
#define osFlagsNoClear 2u
#define osFlagsError 0x80000000u
#define osFlagsErrorUnknown 0xffffffffu
#define osFlagsErrorTimeout 0xfffffffeu
#define osFlagsErrorResource 0xfffffffdu
#define osFlagsErrorParameter 0xfffffffcu
#define osFlagsErrorISR 0xfffffffau
#define osMutexRecursive 1u
#define osMutexPrioInherit 2u
#define osMutexRobust 8u

typedef void (*osThreadFunc_t)(void *argument);
typedef void (*osTimerFunc_t)(void *argument);
typedef void *osThreadId_t;
typedef void *osTimerId_t;
typedef void *osEventFlagsId_t;
typedef void *osMutexId_t;
typedef void *osSemaphoreId_t;
typedef void *osMessageQueueId_t;

/* What cb_mem must hold: sizeof these. */
struct os_thread {
	struct gng_rtos_task task;
	struct gng_rtos_flags flags;
	const char *name;
};
struct os_timer {
	struct gng_rtos_timer timer;
	osTimerFunc_t func;
	void *argument;
	osTimerType_t type;
};
struct os_mutex {
	struct gng_rtos_mutex mutex;
	uint32_t recursive, depth;
};
struct os_message_queue {
	struct gng_rtos_queue queue;
	uint32_t msg_count;
};

struct os_thread_attr {
	const char *name;
	uint32_t attr_bits;
	void *cb_mem;
	uint32_t cb_size;
	void *stack_mem;
	uint32_t stack_size;
	osPriority_t priority; /* 0: osPriorityNormal */
	uint32_t tz_module, reserved;
};
struct os_attr {
	const char *name;
	uint32_t attr_bits;
	void *cb_mem;
	uint32_t cb_size;
};
struct os_queue_attr {
	const char *name;
	uint32_t attr_bits;
	void *cb_mem;
	uint32_t cb_size;
	void *mq_mem;
	uint32_t mq_size;
};
typedef struct os_thread_attr osThreadAttr_t;
typedef struct os_attr osTimerAttr_t;
typedef struct os_attr osEventFlagsAttr_t;
typedef struct os_attr osMutexAttr_t;
typedef struct os_attr osSemaphoreAttr_t;
typedef struct os_queue_attr osMessageQueueAttr_t;

osStatus_t osKernelInitialize(void);
osKernelState_t osKernelGetState(void);
osStatus_t osKernelStart(void); /* does not return on a target: the caller becomes idle */
uint32_t osKernelGetTickCount(void);

osThreadId_t osThreadNew(osThreadFunc_t func, void *argument, const osThreadAttr_t *attr);
const char *osThreadGetName(osThreadId_t thread_id);
osThreadId_t osThreadGetId(void);
osThreadState_t osThreadGetState(osThreadId_t thread_id);
uint32_t osThreadGetStackSpace(osThreadId_t thread_id);
osStatus_t osThreadSetPriority(osThreadId_t thread_id, osPriority_t priority);
osStatus_t osThreadYield(void);
osStatus_t osThreadTerminate(osThreadId_t thread_id);
void osThreadExit(void);
uint32_t osThreadFlagsSet(osThreadId_t thread_id, uint32_t flags);
uint32_t osThreadFlagsClear(uint32_t flags);
uint32_t osThreadFlagsGet(void);
uint32_t osThreadFlagsWait(uint32_t flags, uint32_t options, uint32_t timeout);

osStatus_t osDelay(uint32_t ticks);
osStatus_t osDelayUntil(uint32_t ticks);

osTimerId_t osTimerNew(osTimerFunc_t func, osTimerType_t type, void *argument,
		       const osTimerAttr_t *attr);
osStatus_t osTimerStart(osTimerId_t timer_id, uint32_t ticks);
osStatus_t osTimerStop(osTimerId_t timer_id);
uint32_t osTimerIsRunning(osTimerId_t timer_id);

osEventFlagsId_t osEventFlagsNew(const osEventFlagsAttr_t *attr);
uint32_t osEventFlagsSet(osEventFlagsId_t ef_id, uint32_t flags);
uint32_t osEventFlagsClear(osEventFlagsId_t ef_id, uint32_t flags);
uint32_t osEventFlagsGet(osEventFlagsId_t ef_id);
uint32_t osEventFlagsWait(osEventFlagsId_t ef_id, uint32_t flags, uint32_t options,
			  uint32_t timeout);

osMutexId_t osMutexNew(const osMutexAttr_t *attr);
osStatus_t osMutexAcquire(osMutexId_t mutex_id, uint32_t timeout);
osStatus_t osMutexRelease(osMutexId_t mutex_id);
osThreadId_t osMutexGetOwner(osMutexId_t mutex_id);

osSemaphoreId_t osSemaphoreNew(uint32_t max_count, uint32_t initial_count,
			       const osSemaphoreAttr_t *attr);
osStatus_t osSemaphoreAcquire(osSemaphoreId_t semaphore_id, uint32_t timeout);
osStatus_t osSemaphoreRelease(osSemaphoreId_t semaphore_id);
uint32_t osSemaphoreGetCount(osSemaphoreId_t semaphore_id);

osMessageQueueId_t osMessageQueueNew(uint32_t msg_count, uint32_t msg_size,
				     const osMessageQueueAttr_t *attr);
osStatus_t osMessageQueuePut(osMessageQueueId_t mq_id, const void *msg_ptr, uint8_t msg_prio,
			     uint32_t timeout);
osStatus_t osMessageQueueGet(osMessageQueueId_t mq_id, void *msg_ptr, uint8_t *msg_prio,
			     uint32_t timeout);
uint32_t osMessageQueueGetCount(osMessageQueueId_t mq_id);
uint32_t osMessageQueueGetSpace(osMessageQueueId_t mq_id);

#ifdef __cplusplus
}
#endif

#endif /* CMSIS_OS2_H */
