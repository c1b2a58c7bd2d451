/* SPDX-License-Identifier: Apache-2.0 */
/* cmsis_os2.c - CMSIS-RTOS2 names for the kernel: statuses, flags and attributes translated. */
#include "cmsis_os2.h"

static osStatus_t status_of(enum gng_rtos_status status)
{
	switch (status) {
	case GNG_RTOS_OK:
	case GNG_RTOS_LATE:
		return osOK;
	case GNG_RTOS_EINVAL:
		return osErrorParameter;
	case GNG_RTOS_ECONTEXT:
		return osErrorISR;
	case GNG_RTOS_TIMEOUT:
		return osErrorTimeout;
	default: /* it would wait, is owned, full, ended, or a deadlock */
		return osErrorResource;
	}
}

static uint32_t flags_of(enum gng_rtos_status status, uint32_t flags)
{
	switch (status) {
	case GNG_RTOS_OK:
		return flags;
	case GNG_RTOS_TIMEOUT:
		return osFlagsErrorTimeout;
	case GNG_RTOS_WOULD_WAIT:
		return osFlagsErrorResource;
	case GNG_RTOS_ECONTEXT:
		return osFlagsErrorISR;
	default:
		return osFlagsErrorParameter;
	}
}

/* level maps 1 to 55 to 0 to 31, in order. */
static uint8_t level(osPriority_t priority)
{
	return (uint8_t)((uint32_t)priority * 4 / 7);
}

static bool is_priority(osPriority_t priority)
{
	return priority >= osPriorityIdle && priority <= osPriorityRealtime7;
}

/* memory returns cb_mem if it is enough. */
static void *memory(const struct os_attr *attr, size_t size)
{
	return attr && attr->cb_mem && attr->cb_size >= size ? attr->cb_mem : NULL;
}

/* ---- kernel ---- */

static osKernelState_t state;

osStatus_t osKernelInitialize(void)
{
	if (state == osKernelRunning)
		return osError;
	gng_rtos_init(0);
	state = osKernelReady;
	return osOK;
}

osKernelState_t osKernelGetState(void)
{
	return state;
}

osStatus_t osKernelStart(void)
{
	if (state != osKernelReady)
		return osError;
	state = osKernelRunning;
	return status_of(gng_rtos_start(NULL));
}

uint32_t osKernelGetTickCount(void)
{
	return gng_rtos_now();
}

/* ---- threads ---- */

osThreadId_t osThreadNew(osThreadFunc_t func, void *argument, const osThreadAttr_t *attr)
{
	struct os_thread *thread = attr ? attr->cb_mem : NULL;
	osPriority_t priority;

	if (!thread || attr->cb_size < sizeof(*thread) || !attr->stack_mem)
		return NULL;
	priority = attr->priority == osPriorityNone ? osPriorityNormal : attr->priority;
	if (!is_priority(priority) || gng_rtos_flags_init(&thread->flags) != GNG_RTOS_OK)
		return NULL;
	thread->name = attr->name;
	if (gng_rtos_task_init(&thread->task, func, argument, level(priority), attr->stack_mem,
			       attr->stack_size / sizeof(uint32_t)) != GNG_RTOS_OK)
		return NULL;
	return thread;
}

const char *osThreadGetName(osThreadId_t thread_id)
{
	return thread_id ? ((const struct os_thread *)thread_id)->name : NULL;
}

osThreadId_t osThreadGetId(void)
{
	return gng_rtos_self(); /* the task is the thread's first member */
}

osThreadState_t osThreadGetState(osThreadId_t thread_id)
{
	const struct os_thread *thread = thread_id;

	if (!thread)
		return osThreadError;
	if (thread->task.state == GNG_RTOS_STOPPED)
		return osThreadTerminated;
	if (thread->task.state == GNG_RTOS_WAITING)
		return osThreadBlocked;
	return thread_id == osThreadGetId() ? osThreadRunning : osThreadReady;
}

uint32_t osThreadGetStackSpace(osThreadId_t thread_id)
{
	return (uint32_t)(gng_rtos_task_unused_stack(thread_id) * sizeof(uint32_t));
}

osStatus_t osThreadSetPriority(osThreadId_t thread_id, osPriority_t priority)
{
	if (!is_priority(priority))
		return osErrorParameter;
	return status_of(gng_rtos_task_set_priority(thread_id, level(priority)));
}

osStatus_t osThreadYield(void)
{
	return status_of(gng_rtos_yield());
}

osStatus_t osThreadTerminate(osThreadId_t thread_id)
{
	return status_of(gng_rtos_task_stop(thread_id));
}

void osThreadExit(void)
{
	(void)gng_rtos_task_stop(gng_rtos_self());
}

uint32_t osThreadFlagsSet(osThreadId_t thread_id, uint32_t flags)
{
	struct os_thread *thread = thread_id;

	if (!thread || flags & osFlagsError)
		return osFlagsErrorParameter;
	return osEventFlagsSet(&thread->flags, flags);
}

uint32_t osThreadFlagsClear(uint32_t flags)
{
	struct os_thread *thread = osThreadGetId();

	return thread ? osEventFlagsClear(&thread->flags, flags) : osFlagsErrorISR;
}

uint32_t osThreadFlagsGet(void)
{
	struct os_thread *thread = osThreadGetId();

	return thread ? thread->flags.flags : 0;
}

uint32_t osThreadFlagsWait(uint32_t flags, uint32_t options, uint32_t timeout)
{
	struct os_thread *thread = osThreadGetId();

	return thread ? osEventFlagsWait(&thread->flags, flags, options, timeout) : osFlagsErrorISR;
}

/* ---- time ---- */

osStatus_t osDelay(uint32_t ticks)
{
	return ticks == 0 ? osOK : status_of(gng_rtos_delay(ticks));
}

osStatus_t osDelayUntil(uint32_t ticks)
{
	const uint32_t left = ticks - gng_rtos_now();

	if (left == 0 || left > GNG_RTOS_MAX_TICKS)
		return osErrorParameter;
	return status_of(gng_rtos_delay(left));
}

static void run_timer(struct gng_rtos_timer *timer)
{
	const struct os_timer *os = timer->arg;

	os->func(os->argument);
}

osTimerId_t osTimerNew(osTimerFunc_t func, osTimerType_t type, void *argument,
		       const osTimerAttr_t *attr)
{
	struct os_timer *timer = memory(attr, sizeof(*timer));

	if (!timer || !func || gng_rtos_timer_init(&timer->timer, run_timer, timer) != GNG_RTOS_OK)
		return NULL;
	timer->func = func;
	timer->argument = argument;
	timer->type = type;
	return timer;
}

osStatus_t osTimerStart(osTimerId_t timer_id, uint32_t ticks)
{
	struct os_timer *timer = timer_id;

	if (!timer)
		return osErrorParameter;
	return status_of(gng_rtos_timer_start(&timer->timer, ticks,
					      timer->type == osTimerPeriodic ? ticks : 0));
}

osStatus_t osTimerStop(osTimerId_t timer_id)
{
	struct os_timer *timer = timer_id;

	if (!timer)
		return osErrorParameter;
	return timer->timer.active ? status_of(gng_rtos_timer_stop(&timer->timer))
				   : osErrorResource;
}

uint32_t osTimerIsRunning(osTimerId_t timer_id)
{
	const struct os_timer *timer = timer_id;

	return timer ? timer->timer.active : 0;
}

/* ---- event flags ---- */

osEventFlagsId_t osEventFlagsNew(const osEventFlagsAttr_t *attr)
{
	struct gng_rtos_flags *flags = memory(attr, sizeof(*flags));

	return flags && gng_rtos_flags_init(flags) == GNG_RTOS_OK ? flags : NULL;
}

uint32_t osEventFlagsSet(osEventFlagsId_t ef_id, uint32_t flags)
{
	struct gng_rtos_flags *at = ef_id;
	enum gng_rtos_status status;

	if (!at || flags & osFlagsError)
		return osFlagsErrorParameter;
	status = gng_rtos_flags_set(at, flags);
	return flags_of(status, at->flags);
}

uint32_t osEventFlagsClear(osEventFlagsId_t ef_id, uint32_t flags)
{
	struct gng_rtos_flags *at = ef_id;
	uint32_t before;

	if (!at || flags & osFlagsError)
		return osFlagsErrorParameter;
	before = at->flags;
	return flags_of(gng_rtos_flags_clear(at, flags), before);
}

uint32_t osEventFlagsGet(osEventFlagsId_t ef_id)
{
	const struct gng_rtos_flags *flags = ef_id;

	return flags ? flags->flags : 0;
}

uint32_t osEventFlagsWait(osEventFlagsId_t ef_id, uint32_t flags, uint32_t options,
			  uint32_t timeout)
{
	enum gng_rtos_status status;
	uint32_t got = 0;

	if (flags & osFlagsError)
		return osFlagsErrorParameter;
	status = gng_rtos_flags_wait(ef_id, &got, flags, options, timeout);
	return flags_of(status, got);
}

/* ---- mutexes ---- */

osMutexId_t osMutexNew(const osMutexAttr_t *attr)
{
	struct os_mutex *mutex = memory(attr, sizeof(*mutex));

	if (!mutex || attr->attr_bits & osMutexRobust ||
	    gng_rtos_mutex_init(&mutex->mutex) != GNG_RTOS_OK)
		return NULL;
	mutex->recursive = attr->attr_bits & osMutexRecursive;
	mutex->depth = 0;
	return mutex;
}

osStatus_t osMutexAcquire(osMutexId_t mutex_id, uint32_t timeout)
{
	struct os_mutex *mutex = mutex_id;
	const struct gng_rtos_task *self = gng_rtos_self();

	if (!mutex)
		return osErrorParameter;
	if (mutex->recursive && self && mutex->mutex.owner == self) {
		mutex->depth++;
		return osOK;
	}
	return status_of(gng_rtos_mutex_lock(&mutex->mutex, timeout));
}

osStatus_t osMutexRelease(osMutexId_t mutex_id)
{
	struct os_mutex *mutex = mutex_id;
	const struct gng_rtos_task *self = gng_rtos_self();

	if (!mutex)
		return osErrorParameter;
	if (mutex->depth > 0 && self && mutex->mutex.owner == self) {
		mutex->depth--;
		return osOK;
	}
	return status_of(gng_rtos_mutex_unlock(&mutex->mutex));
}

osThreadId_t osMutexGetOwner(osMutexId_t mutex_id)
{
	const struct os_mutex *mutex = mutex_id;

	return mutex ? mutex->mutex.owner : NULL;
}

/* ---- semaphores and message queues ---- */

osSemaphoreId_t osSemaphoreNew(uint32_t max_count, uint32_t initial_count,
			       const osSemaphoreAttr_t *attr)
{
	struct gng_rtos_sem *sem = memory(attr, sizeof(*sem));

	return sem && gng_rtos_sem_init(sem, initial_count, max_count) == GNG_RTOS_OK ? sem : NULL;
}

osStatus_t osSemaphoreAcquire(osSemaphoreId_t semaphore_id, uint32_t timeout)
{
	return status_of(gng_rtos_sem_take(semaphore_id, timeout));
}

osStatus_t osSemaphoreRelease(osSemaphoreId_t semaphore_id)
{
	return status_of(gng_rtos_sem_give(semaphore_id));
}

uint32_t osSemaphoreGetCount(osSemaphoreId_t semaphore_id)
{
	const struct gng_rtos_sem *sem = semaphore_id;

	return sem ? sem->count : 0;
}

osMessageQueueId_t osMessageQueueNew(uint32_t msg_count, uint32_t msg_size,
				     const osMessageQueueAttr_t *attr)
{
	struct os_message_queue *queue = attr ? attr->cb_mem : NULL;

	if (!queue || attr->cb_size < sizeof(*queue) || msg_count > UINT16_MAX ||
	    msg_size > UINT16_MAX || attr->mq_size < (uint64_t)msg_count * msg_size ||
	    gng_rtos_queue_init(&queue->queue, attr->mq_mem, (uint16_t)msg_size,
				(uint16_t)msg_count) != GNG_RTOS_OK)
		return NULL;
	queue->msg_count = msg_count;
	return queue;
}

osStatus_t osMessageQueuePut(osMessageQueueId_t mq_id, const void *msg_ptr, uint8_t msg_prio,
			     uint32_t timeout)
{
	(void)msg_prio; /* as in most kernels: first in, first out */
	return status_of(gng_rtos_queue_send(mq_id, msg_ptr, timeout));
}

osStatus_t osMessageQueueGet(osMessageQueueId_t mq_id, void *msg_ptr, uint8_t *msg_prio,
			     uint32_t timeout)
{
	if (msg_prio)
		*msg_prio = 0;
	return status_of(gng_rtos_queue_receive(mq_id, msg_ptr, timeout));
}

uint32_t osMessageQueueGetCount(osMessageQueueId_t mq_id)
{
	const struct os_message_queue *queue = mq_id;

	return queue ? queue->queue.count : 0;
}

uint32_t osMessageQueueGetSpace(osMessageQueueId_t mq_id)
{
	const struct os_message_queue *queue = mq_id;

	return queue ? queue->msg_count - queue->queue.count : 0;
}
