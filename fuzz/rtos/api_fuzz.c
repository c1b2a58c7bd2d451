/* SPDX-License-Identifier: Apache-2.0 */
/* api_fuzz.c - scripts of kernel calls on the host port against a simple reference scheduler. */
#include "../suite.h"

#include "api_reference.h"

#include <rtos_kernel.h>

static struct gng_rtos_task tasks[REF_TASKS];
static uint32_t stacks[REF_TASKS][GNG_RTOS_MIN_STACK_WORDS];
static struct gng_rtos_mutex mutexes[REF_MUTEXES];
static struct gng_rtos_sem sem;
static struct gng_rtos_queue queue;
static struct gng_rtos_flags flags;
static struct gng_rtos_timer timer;
static uint32_t elements[REF_QUEUE_CAP], buffers[REF_TASKS];
static struct ref ref;

#define MAX_SCRIPT 64 /* bytes; two to three are a call */

/* script is what is left of the input; behind its end come zeros. */
struct script {
	const uint8_t *at, *end;
};

static uint8_t next(struct script *script)
{
	return script->at < script->end ? *script->at++ : 0;
}

static uint32_t timeout_of(uint8_t byte)
{
	static const uint32_t some[8] = {
		0, 1, 2, 3, 7, GNG_RTOS_MAX_TICKS, GNG_RTOS_MAX_TICKS + 1, GNG_RTOS_FOREVER};

	return some[byte % 8];
}

static void no_entry(void *arg)
{
	(void)arg;
}

static void on_timer(struct gng_rtos_timer *at)
{
	(void)at;
	(void)gng_rtos_sem_give(&sem);
}

static enum gng_rtos_status start_task(int i, uint8_t prio)
{
	return gng_rtos_task_init(&tasks[i], no_entry, NULL, prio, stacks[i],
				  GNG_RTOS_MIN_STACK_WORDS);
}

static void init(struct script *script)
{
	static const uint32_t starts[4] = {0, INT32_MAX - 2u, UINT32_MAX - 2u, 12345};
	const uint8_t first = next(script);
	const int num_tasks = 2 + first % (REF_TASKS - 1);
	const uint16_t cap = 1 + first / 8 % REF_QUEUE_CAP;
	uint8_t prios[REF_TASKS];
	int bad = 0;

	memset(tasks, 0, sizeof(tasks));
	memset(mutexes, 0, sizeof(mutexes));
	memset(&sem, 0, sizeof(sem));
	memset(&queue, 0, sizeof(queue));
	memset(&flags, 0, sizeof(flags));
	memset(&timer, 0, sizeof(timer));
	memset(&rtos_host, 0, sizeof(rtos_host));
	gng_rtos_init(starts[first / 64]);
	for (int i = 0; i < REF_MUTEXES; i++)
		bad |= gng_rtos_mutex_init(&mutexes[i]);
	bad |= gng_rtos_sem_init(&sem, 0, REF_SEM_MAX);
	bad |= gng_rtos_queue_init(&queue, elements, 4, cap);
	bad |= gng_rtos_flags_init(&flags);
	bad |= gng_rtos_timer_init(&timer, on_timer, NULL);
	for (int i = 0; i < num_tasks; i++) {
		prios[i] = next(script) % GNG_RTOS_NUM_PRIORITIES;
		bad |= start_task(i, prios[i]);
	}
	bad |= gng_rtos_start(NULL);
	fuzz_check(!bad, "a correct call was refused", "init");
	ref_init(&ref, num_tasks, prios, cap);
}

/* ---- what the two say ---- */

static void compare_task(int i)
{
	const struct gng_rtos_task *task = &tasks[i];
	const struct ref_task *other = &ref.tasks[i];
	const bool waits = other->wait != REF_READY && other->wait != REF_STOPPED;

	fuzz_check((task->state == GNG_RTOS_STOPPED) == (other->wait == REF_STOPPED), "stopped",
		   "task");
	if (other->wait == REF_STOPPED)
		return;
	fuzz_check((task->state == GNG_RTOS_WAITING) == waits, "waiting", "task");
	fuzz_check(task->prio == other->prio, "priority", "task");
	fuzz_check(task->base == other->base, "own priority", "task");
	if (!waits)
		fuzz_check(!task->timed, "a time is left", "task");
}

static void compare(void)
{
	const int current = rtos.current ? (int)(rtos.current - tasks) : -1;

	for (int i = 0; i < ref.num_tasks; i++)
		compare_task(i);
	fuzz_check(current == ref.current, "another task runs", "scheduler");
	for (int i = 0; i < REF_MUTEXES; i++)
		fuzz_check(ref.owners[i] < 0 ? !mutexes[i].owner
					     : mutexes[i].owner == &tasks[ref.owners[i]],
			   "owner", "mutex");
	fuzz_check(sem.count == ref.sem, "count", "semaphore");
	fuzz_check(queue.count == ref.num_elements, "count", "queue");
	for (unsigned int i = 0; i < ref.num_elements; i++) {
		const uint32_t first = (uint32_t)(queue.first - queue.elements) / 4;

		fuzz_check(elements[(first + i) % queue.cap] == ref.elements[i], "element",
			   "queue");
	}
	fuzz_check(flags.flags == ref.flags, "flags", "flags");
	fuzz_check(timer.active == ref.timer.active, "active", "timer");
}

/* compare_waited looks at what a wait gave, before the task calls again. */
static void compare_waited(int self)
{
	struct ref_task *other = &ref.tasks[self];

	if (!other->waited)
		return;
	fuzz_check(tasks[self].status == other->status, "status after a wait", "task");
	if (other->got_value)
		fuzz_check(buffers[self] == other->value, "received in a wait", "queue");
	if (other->got_flags)
		fuzz_check(tasks[self].flags == other->value, "flags of a wait", "flags");
	other->waited = other->got_value = other->got_flags = false;
}

/* ---- the calls ---- */

struct call {
	enum gng_rtos_status ours, theirs;
	bool could_wait;
};

static struct call call_mutex(uint8_t what, uint8_t arg)
{
	const int i = arg % REF_MUTEXES;
	const uint32_t timeout = timeout_of(arg / 4);

	if (what == 0)
		return (struct call){gng_rtos_mutex_lock(&mutexes[i], timeout),
				     ref_lock(&ref, i, timeout), true};
	return (struct call){gng_rtos_mutex_unlock(&mutexes[i]), ref_unlock(&ref, i), false};
}

static struct call call_sem(uint8_t what, uint8_t arg)
{
	if (what == 2)
		return (struct call){gng_rtos_sem_take(&sem, timeout_of(arg)),
				     ref_take(&ref, timeout_of(arg)), true};
	return (struct call){gng_rtos_sem_give(&sem), ref_give(&ref), false};
}

static struct call call_queue(uint8_t what, uint8_t arg, int self)
{
	const uint32_t timeout = timeout_of(arg / 4);
	uint32_t value = arg * UINT32_C(0x01010101);
	struct call call = {.could_wait = true};

	if (what == 4) {
		buffers[self] = value;
		call.ours = gng_rtos_queue_send(&queue, &buffers[self], timeout);
		call.theirs = ref_send(&ref, value, timeout);
		return call;
	}
	buffers[self] = value;
	call.ours = gng_rtos_queue_receive(&queue, &buffers[self], timeout);
	call.theirs = ref_receive(&ref, &value, timeout);
	if (ref.tasks[self].wait == REF_READY)
		fuzz_check(buffers[self] == value, "received", "queue");
	return call;
}

static struct call call_flags(uint8_t what, uint8_t arg, uint8_t more)
{
	uint32_t theirs = 0;
	struct call call = {.could_wait = true};

	if (what == 7)
		return (struct call){gng_rtos_flags_set(&flags, arg), ref_flags_set(&ref, arg),
				     false};
	call.ours = gng_rtos_flags_wait(&flags, NULL, arg, more / 8 % 5, timeout_of(more));
	call.theirs = ref_flags_wait(&ref, &theirs, arg, more / 8 % 5, timeout_of(more));
	return call;
}

static struct call call_task(uint8_t what, uint8_t arg)
{
	const int i = arg % ref.num_tasks;
	const uint8_t prio = arg / 4 % 34;

	switch (what) {
	case 8:
		return (struct call){gng_rtos_task_stop(&tasks[i]), ref_stop(&ref, i), false};
	case 9:
		if (ref.tasks[i].wait != REF_STOPPED)
			return (struct call){start_task(i, 1), GNG_RTOS_ESTATE, false};
		return (struct call){start_task(i, arg % 32), ref_restart(&ref, i, arg % 32),
				     false};
	default:
		return (struct call){gng_rtos_task_set_priority(&tasks[i], prio),
				     ref_set_priority(&ref, i, prio), false};
	}
}

static struct call call_time(uint8_t what, uint8_t arg)
{
	switch (what) {
	case 11:
		return (struct call){gng_rtos_delay(timeout_of(arg)),
				     ref_delay(&ref, timeout_of(arg)), true};
	case 12:
		return (struct call){gng_rtos_yield(), ref_yield(&ref), false};
	case 13:
		return (struct call){gng_rtos_timer_start(&timer, timeout_of(arg), arg / 8),
				     ref_timer_start(&ref, timeout_of(arg), arg / 8), false};
	default:
		return (struct call){gng_rtos_timer_stop(&timer), ref_timer_stop(&ref), false};
	}
}

static void isr_tick(void *arg)
{
	(void)gng_rtos_tick(*(const uint8_t *)arg);
}

static void isr_give(void *arg)
{
	(void)arg;
	(void)gng_rtos_sem_give(&sem);
}

static void isr_set(void *arg)
{
	(void)gng_rtos_flags_set(&flags, *(const uint8_t *)arg);
}

static void interrupt(uint8_t what, uint8_t arg)
{
	switch (what) {
	case 0:
		rtos_host_interrupt(isr_give, NULL);
		(void)ref_give(&ref);
		return;
	case 1:
		rtos_host_interrupt(isr_set, &arg);
		(void)ref_flags_set(&ref, arg);
		return;
	default:
		arg = 1 + arg % 9;
		rtos_host_interrupt(isr_tick, &arg);
		ref_ticks(&ref, arg);
	}
}

static struct call call_of(uint8_t what, struct script *script, int self)
{
	const uint8_t arg = next(script);

	if (what < 2)
		return call_mutex(what, arg);
	if (what < 4)
		return call_sem(what, arg);
	if (what < 6)
		return call_queue(what, arg, self);
	if (what < 8)
		return call_flags(what, arg, next(script));
	return what < 11 ? call_task(what, arg) : call_time(what, arg);
}

static void step(struct script *script)
{
	const uint8_t what = next(script) % 20;
	const int self = ref.current;
	struct call call;

	if (what >= 15 || self < 0) {
		interrupt(what % 5, next(script));
		return;
	}
	compare_waited(self);
	call = call_of(what, script, self);
	if (call.could_wait && ref.tasks[self].wait != REF_READY)
		call.theirs = ref.tasks[self].status; /* the provisional one */
	fuzz_check(call.ours == call.theirs, "status", "call");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct script script = {data, data + size};

	/* more calls reach nothing new, and cost all the others their time */
	if (size > MAX_SCRIPT && !fuzz_one_in(16, data, size))
		script.end = data + MAX_SCRIPT;
	init(&script);
	compare();
	while (script.at < script.end) {
		step(&script);
		compare();
	}
	return 0;
}
