/* SPDX-License-Identifier: Apache-2.0 */
/* rtos_kernel.h - the kernel's state, what its parts ask of each other and of the port. */
#ifndef RTOS_KERNEL_H
#define RTOS_KERNEL_H

#include "gng_rtos.h"

/* Kinds are no small numbers: memory that was never initialised is seldom taken for an object. */
enum rtos_kind {
	RTOS_TASK = 0xb1,
	RTOS_MUTEX = 0xb2,
	RTOS_SEM = 0xb4,
	RTOS_QUEUE = 0xb8,
	RTOS_FLAGS = 0xc1,
	RTOS_TIMER = 0xc2
};

/* rtos_kernel: ports rely on the place of the first seven members. */
struct rtos_kernel {
	struct gng_rtos_task *current; /* NULL: the idle loop */
	struct gng_rtos_task *next;    /* who should run */
	volatile uint8_t halted;       /* gng_rtos_start was not called yet */
	volatile uint8_t deferred;     /* interrupts left something */
	volatile uint8_t busy;	       /* rtos_window is open */
	uint8_t zero;		       /* PendSV reads all four at once */
	volatile uint8_t again;	       /* rtos_leave has something for the port to do */
	uint32_t ready_bits;	       /* bit 31 - priority: the lowest bit is most urgent */
	volatile uint32_t ticks_seen, ticks_due; /* done; counted by interrupts */
	struct gng_rtos_time *times; /* by wake, equals in the order in which they came */
	struct gng_rtos_work *work_first, **work_last; /* only touched with interrupts masked */
	void (*late)(struct gng_rtos_task *task, struct gng_rtos_period *period);
	struct gng_rtos_task *ready[GNG_RTOS_NUM_PRIORITIES]; /* the last of a circle */
};

extern struct rtos_kernel rtos;

/* ---- the port ---- */

#if defined(__arm__)
#include "rtos_arm.h"
#else
#include "rtos_host.h"
#endif

/*
 * port_stack writes the first frame and returns the stack pointer; port_start never returns on a
 * target. The inline ones: port_disable and port_enable mask interrupts and let them in; port_pend
 * asks for the switch as soon as no interrupt is active; port_in_handler says whether a handler is
 * active, port_in_interrupt whether one other than the kernel's own.
 */
uint32_t *port_stack(uint32_t *top, void (*entry)(void *arg), void *arg);
enum gng_rtos_status port_start(void (*idle)(void));

/* rtos_enter and rtos_leave enclose what nobody must see half done. rtos_leave_same is for a call
 * that opened no window and made no task ready. */
static inline void rtos_enter(void)
{
	port_disable();
}

void rtos_leave(void);

static inline void rtos_leave_same(void)
{
	port_enable();
}

/*
 * rtos_window lets interrupts in, in the middle of a loop whose length depends on the number of
 * tasks, mutexes or bytes. The kernel's state may be half changed: who finds busy in an interrupt
 * only notes what it wants.
 */
void rtos_window(void);

/* rtos_defer is what an interrupt does when it has left something, with interrupts masked. */
static inline void rtos_defer(void)
{
	rtos.deferred = 1;
	rtos.again = 1;
}

/* rtos_self is the task that may wait here, NULL in other contexts. */
static inline struct gng_rtos_task *rtos_self(void)
{
	return port_in_handler() ? NULL : rtos.current;
}

/* rtos_may says whether a call with this timeout is allowed in this context. */
static inline bool rtos_may(uint32_t timeout)
{
	return timeout == GNG_RTOS_NO_WAIT ? !port_in_interrupt() : rtos_self() != NULL;
}

/* rtos_drain does what interrupts left. For the port, in its own handler, if rtos.deferred. */
void rtos_drain(void);

/* rtos_post appends work, between rtos_enter and rtos_leave. */
void rtos_post(struct gng_rtos_work *work);

/* rtos_task_return is where entry returns to; on a target it does not return itself. */
void rtos_task_return(void);

/* ---- scheduling: between rtos_enter and rtos_leave, or in the kernel's handler ---- */

/* rtos_unready takes a ready task out of the ready lists. */
void rtos_unready(struct gng_rtos_task *task);

/* rtos_elect finds out anew who should run. */
void rtos_elect(void);

/* rtos_rotate puts the first ready task of a priority last. */
void rtos_rotate(uint8_t prio);

/*
 * rtos_wait lets the calling task wait in list (NULL: for time only) with a timeout that is not
 * GNG_RTOS_NO_WAIT. status is what it gets when the time is over.
 */
void rtos_wait(struct gng_rtos_task *self, struct gng_rtos_task **list, uint32_t timeout,
	       enum gng_rtos_status status);

/* rtos_wake makes a task ready that stands in no list; it may be in that of times. */
void rtos_wake(struct gng_rtos_task *task);

/* rtos_wake_first makes the first task of a list ready with GNG_RTOS_OK. */
static inline void rtos_wake_first(struct gng_rtos_task **list)
{
	struct gng_rtos_task *task = *list;

	*list = task->next;
	task->status = GNG_RTOS_OK;
	rtos_wake(task);
}

/* rtos_set_prio is for a task in no list. */
void rtos_set_prio(struct gng_rtos_task *task, unsigned int prio);

/* rtos_unlink takes a task or time out of a list, each of which begins with its next. */
void rtos_unlink(void *list, const void *member);

/* rtos_link puts a task into a waiting list by priority. */
void rtos_link(struct gng_rtos_task **list, struct gng_rtos_task *task);

/* rtos_reprioritise makes priorities exact again, from task along the owners that it waits for.
 * A task that keeps its priority ends the chain. */
void rtos_reprioritise(struct gng_rtos_task *task);

/* ---- time ---- */

void rtos_time_add(struct gng_rtos_time *time, uint32_t ticks);
void rtos_tick(void);

/* rtos_timeout_valid says whether a timeout is a number of ticks, none, or forever. */
static inline bool rtos_timeout_valid(uint32_t timeout)
{
	return (int32_t)(timeout + 1) >= 0; /* GNG_RTOS_FOREVER becomes 0 */
}

/* ---- the trace ---- */

#if !defined(GNG_RTOS_TRACE) && !defined(__arm__)
#define GNG_RTOS_TRACE 64 /* the host port always keeps one */
#endif

#if defined(GNG_RTOS_TRACE) && GNG_RTOS_TRACE > 0
struct rtos_trace {
	struct gng_rtos_trace_head head;
	struct gng_rtos_trace_record records[GNG_RTOS_TRACE];
};
extern struct rtos_trace gng_rtos_trace;

void rtos_trace(enum gng_rtos_event event, const struct gng_rtos_task *task, unsigned int value);
#else
static inline void rtos_trace(enum gng_rtos_event event, const struct gng_rtos_task *task,
			      unsigned int value)
{
	(void)event;
	(void)task;
	(void)value;
}
#endif

#endif /* RTOS_KERNEL_H */
