/* SPDX-License-Identifier: Apache-2.0 */
/* cmsis_test.c - the kernel in the shape of CMSIS-RTOS2: its values, and what each function does.
 */
#include "../suite.h"

#include <string.h>

#include <cmsis_os2.h>
#include <rtos_kernel.h>

static struct os_thread threads[3];
static uint32_t stacks[3][GNG_RTOS_MIN_STACK_WORDS];
static struct gng_rtos_sem sem_mem;
static struct gng_rtos_flags flags_mem;
static struct os_mutex mutex_mem;
static struct os_timer timer_mem;
static struct os_message_queue queue_mem;
static uint32_t messages[2];

#define ATTR(object)                                           \
	{                                                      \
		.cb_mem = &(object), .cb_size = sizeof(object) \
	}

static void entry(void *arg)
{
	(void)arg;
}

static osThreadId_t thread(int i, osPriority_t priority)
{
	const osThreadAttr_t attr = {.name = "abc",
				     .cb_mem = &threads[i],
				     .cb_size = sizeof(threads[i]),
				     .stack_mem = stacks[i],
				     .stack_size = sizeof(stacks[i]),
				     .priority = priority};

	return osThreadNew(entry, NULL, &attr);
}

static void start(void)
{
	memset(&rtos_host, 0, sizeof(rtos_host));
	assert_int_equal(osKernelInitialize(), osOK);
	assert_non_null(thread(0, osPriorityNone));
	assert_non_null(thread(1, osPriorityHigh));
	assert_int_equal(osKernelGetState(), osKernelReady);
	assert_int_equal(osKernelStart(), osOK);
	assert_int_equal(osKernelGetState(), osKernelRunning);
	assert_int_equal(osKernelStart(), osError);
}

static void tick(void *arg)
{
	(void)arg;
	assert_int_equal(gng_rtos_tick(1), GNG_RTOS_OK);
}

static void threads_live_as_in_cmsis(void **state)
{
	(void)state;
	start();
	assert_ptr_equal(osThreadGetId(), &threads[1]);
	assert_string_equal(osThreadGetName(&threads[1]), "abc");
	assert_int_equal(osThreadGetState(&threads[1]), osThreadRunning);
	assert_int_equal(osThreadGetState(&threads[0]), osThreadReady);
	assert_int_equal(osThreadGetState(NULL), osThreadError);
	assert_true(osThreadGetStackSpace(&threads[0]) > 50);
	assert_int_equal(osThreadSetPriority(&threads[0], osPriorityRealtime), osOK);
	assert_ptr_equal(osThreadGetId(), &threads[0]);
	assert_int_equal(osThreadSetPriority(&threads[0], osPriorityNone), osErrorParameter);
	assert_int_equal(osThreadYield(), osOK);
	(void)osDelay(2);
	assert_int_equal(osDelay(0), osOK);
	assert_int_equal(osThreadGetState(&threads[0]), osThreadBlocked);
	(void)osDelayUntil(osKernelGetTickCount() + 1);
	assert_ptr_equal(osThreadGetId(), NULL);
	assert_int_equal(osDelayUntil(osKernelGetTickCount()), osErrorParameter);
	rtos_host_interrupt(tick, NULL);
	assert_ptr_equal(osThreadGetId(), &threads[1]);
	assert_int_equal(osThreadTerminate(&threads[0]), osOK);
	assert_int_equal(osThreadTerminate(&threads[0]), osErrorResource);
	assert_int_equal(osThreadGetState(&threads[0]), osThreadTerminated);
	osThreadExit();
	assert_ptr_equal(osThreadGetId(), NULL);
	assert_ptr_equal(thread(2, (osPriority_t)56), NULL);
	assert_ptr_equal(osThreadNew(entry, NULL, NULL), NULL);
}

static void flags_come_back_as_values_or_errors(void **state)
{
	const osEventFlagsAttr_t attr = ATTR(flags_mem);
	osEventFlagsId_t flags;

	(void)state;
	start();
	flags = osEventFlagsNew(&attr);
	assert_non_null(flags);
	assert_ptr_equal(osEventFlagsNew(NULL), NULL);
	assert_int_equal(osEventFlagsSet(flags, 5), 5);
	assert_int_equal(osEventFlagsWait(flags, 4, osFlagsNoClear, 0), 4);
	assert_int_equal(osEventFlagsClear(flags, 1), 5);
	assert_int_equal(osEventFlagsGet(flags), 4);
	assert_int_equal(osEventFlagsWait(flags, 6, osFlagsWaitAll, 0), osFlagsErrorResource);
	assert_int_equal(osEventFlagsSet(flags, osFlagsError), osFlagsErrorParameter);
	assert_int_equal(osEventFlagsWait(NULL, 1, 0, 0), osFlagsErrorParameter);
	assert_int_equal(osThreadFlagsSet(&threads[1], 8), 8);
	assert_int_equal(osThreadFlagsGet(), 8);
	assert_int_equal(osThreadFlagsWait(8, 0, 5), 8);
	assert_int_equal(osThreadFlagsClear(8), 0);
	assert_int_equal(osThreadFlagsWait(8, 0, 1), osFlagsErrorTimeout); /* it waits now */
}

static void a_recursive_mutex_counts(void **state)
{
	const osMutexAttr_t attr = {.attr_bits = osMutexRecursive | osMutexPrioInherit,
				    .cb_mem = &mutex_mem,
				    .cb_size = sizeof(mutex_mem)};
	osMutexAttr_t robust = attr;
	osMutexId_t mutex;

	(void)state;
	start();
	robust.attr_bits = osMutexRobust;
	assert_ptr_equal(osMutexNew(&robust), NULL);
	mutex = osMutexNew(&attr);
	assert_int_equal(osMutexAcquire(mutex, osWaitForever), osOK);
	assert_int_equal(osMutexAcquire(mutex, 0), osOK);
	assert_int_equal(osMutexRelease(mutex), osOK);
	assert_ptr_equal(osMutexGetOwner(mutex), &threads[1]);
	assert_int_equal(osMutexRelease(mutex), osOK);
	assert_ptr_equal(osMutexGetOwner(mutex), NULL);
	assert_int_equal(osMutexRelease(mutex), osErrorResource);
	assert_int_equal(osMutexAcquire(NULL, 0), osErrorParameter);
}

static int num_runs;

static void count(void *arg)
{
	num_runs += *(int *)arg;
}

static void timers_semaphores_and_queues_translate(void **state)
{
	const osSemaphoreAttr_t sem_attr = ATTR(sem_mem);
	const osTimerAttr_t timer_attr = ATTR(timer_mem);
	const osMessageQueueAttr_t queue_attr = {.cb_mem = &queue_mem,
						 .cb_size = sizeof(queue_mem),
						 .mq_mem = messages,
						 .mq_size = sizeof(messages)};
	uint32_t in = 7, out = 0;
	int step = 3;
	osSemaphoreId_t sem;
	osMessageQueueId_t queue;
	osTimerId_t timer;

	(void)state;
	start();
	sem = osSemaphoreNew(1, 1, &sem_attr);
	assert_int_equal(osSemaphoreRelease(sem), osErrorResource);
	assert_int_equal(osSemaphoreAcquire(sem, 0), osOK);
	assert_int_equal(osSemaphoreGetCount(sem), 0);
	assert_int_equal(osSemaphoreAcquire(sem, 0), osErrorResource);
	assert_ptr_equal(osSemaphoreNew(0, 0, &sem_attr), NULL);
	queue = osMessageQueueNew(2, 4, &queue_attr);
	assert_ptr_equal(osMessageQueueNew(3, 4, &queue_attr), NULL);
	assert_int_equal(osMessageQueuePut(queue, &in, 0, 0), osOK);
	assert_int_equal(osMessageQueueGetCount(queue), 1);
	assert_int_equal(osMessageQueueGetSpace(queue), 1);
	assert_int_equal(osMessageQueueGet(queue, &out, NULL, 0), osOK);
	assert_int_equal(out, 7);
	timer = osTimerNew(count, osTimerPeriodic, &step, &timer_attr);
	num_runs = 0;
	assert_int_equal(osTimerStop(timer), osErrorResource);
	assert_int_equal(osTimerStart(timer, 1), osOK);
	rtos_host_interrupt(tick, NULL);
	rtos_host_interrupt(tick, NULL);
	assert_int_equal(num_runs, 6);
	assert_int_equal(osTimerIsRunning(timer), 1);
	assert_int_equal(osTimerStop(timer), osOK);
	assert_int_equal(osTimerStart(timer, 0), osErrorParameter);
}

/* The numbers that binaries and other kernels share. */
static void values_are_those_of_cmsis_rtos2(void **state)
{
	(void)state;
	assert_int_equal(osErrorISR, -6);
	assert_int_equal(osPriorityRealtime7, 55);
	assert_true(osFlagsErrorISR == 0xfffffffau && osFlagsErrorTimeout == 0xfffffffeu);
	assert_int_equal(osThreadTerminated, 4);
}

const struct suite_test suite_tests[] = {
	TEST(threads_live_as_in_cmsis, "K3.cmsis"),
	TEST(flags_come_back_as_values_or_errors, "K3.cmsis"),
	TEST(a_recursive_mutex_counts, "K3.cmsis"),
	TEST(timers_semaphores_and_queues_translate, "K3.cmsis"),
	TEST(values_are_those_of_cmsis_rtos2, "K3.cmsis"),
	{0},
};
