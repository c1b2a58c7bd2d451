/* SPDX-License-Identifier: Apache-2.0 */
/*
 * gng_rtos.h - a fixed-priority preemptive kernel for ARMv6-M and ARMv7-M, and its host port.
 *
 * No heap: the caller owns every object, which must stay where it is. 32 priorities, a higher
 * number is more urgent; equals take turns by ticks. Mutexes inherit exactly: at every moment a
 * task runs at the highest of its own priority and those of all tasks that wait, directly or
 * through other owners, for a mutex that it holds.
 *
 * The kernel masks interrupts for a bounded number of instructions only (72 on the workload of
 * hwtests/rtos), whatever the number of tasks: in the middle of each loop over tasks, mutexes or
 * bytes it lets them in. An interrupt that comes there finds the kernel busy, and what it asks for
 * is done when the kernel is left: before any task runs on.
 *
 * Contexts: a task; the idle loop of gng_rtos_start; the kernel itself (functions of timers and
 * of posted work); an interrupt, with PRIMASK clear. Calls that can wait are for tasks, all others
 * for the first three; gng_rtos_tick, gng_rtos_post, gng_rtos_sem_give, gng_rtos_flags_set and
 * gng_rtos_now are also for interrupts. A call from a wrong context returns GNG_RTOS_ECONTEXT.
 * Whatever is refused has changed nothing. No call may be made with interrupts masked by the
 * application, which a call would unmask, nor from NMI.
 */
#ifndef GNG_RTOS_H
#define GNG_RTOS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <gng_base.h>

#ifdef __cplusplus
extern "C" {
#endif

#define GNG_RTOS_NUM_PRIORITIES 32
#define GNG_RTOS_NO_WAIT UINT32_C(0)
#define GNG_RTOS_FOREVER UINT32_MAX
#define GNG_RTOS_MAX_TICKS UINT32_C(0x7ffffffe) /* the longest finite wait or period */
#define GNG_RTOS_STACK_FILL UINT32_C(0xa5c3e1f7)

/* The stack of a task begins with this many words that the port may give up as a guard. */
#if defined(GNG_RTOS_MPU) && GNG_RTOS_MPU
#define GNG_RTOS_GUARD_WORDS 8 /* the smallest MPU region of ARMv7-M, 32 bytes */
#else
#define GNG_RTOS_GUARD_WORDS 1
#endif

/* A frame of the hardware, the other registers, one call of the kernel, the guard. */
#define GNG_RTOS_MIN_STACK_WORDS (16 + 24 + GNG_RTOS_GUARD_WORDS)

/* GNG_RTOS_STACK declares a stack that gng_rtos_task_init takes: static GNG_RTOS_STACK(s, 96); */
#define GNG_RTOS_STACK(name, num_words)                                              \
	uint32_t name[num_words] __attribute__((aligned(4 * GNG_RTOS_GUARD_WORDS))); \
	GNG_STATIC_ASSERT((num_words) >= GNG_RTOS_MIN_STACK_WORDS, "too short a stack")

/* gng_rtos_status is the outcome of a call. Numbers are frozen: traces and hosts read them. */
enum gng_rtos_status {
	GNG_RTOS_OK = 0,
	GNG_RTOS_EINVAL = 1,	 /* NULL, no object of this kind, or a value out of range */
	GNG_RTOS_ECONTEXT = 2,	 /* not from an interrupt, the kernel or the idle loop */
	GNG_RTOS_TIMEOUT = 3,	 /* the time is over */
	GNG_RTOS_WOULD_WAIT = 4, /* GNG_RTOS_NO_WAIT, and it is not to be had now */
	GNG_RTOS_EOWNER = 5,	 /* the task does not hold the mutex, or holds one still */
	GNG_RTOS_EDEADLOCK = 6,	 /* to wait here would close a circle of owners */
	GNG_RTOS_ELIMIT = 7,	 /* the semaphore is at its maximum */
	GNG_RTOS_ESTATE = 8,	 /* the task has ended, or runs already */
	GNG_RTOS_LATE = 9,	 /* gng_rtos_period_wait: the next release is already past */
};

enum gng_rtos_task_state {
	GNG_RTOS_STOPPED = 0,
	GNG_RTOS_READY = 1,
	GNG_RTOS_WAITING = 2, /* in the list of an object, or for time only if list is NULL */
};

/* What the objects hold belongs to the kernel; hosts and debuggers may read it. */

/* gng_rtos_time is something that happens at a tick, in the kernel's list of them. */
struct gng_rtos_time {
	struct gng_rtos_time *next;
	void (*expire)(struct gng_rtos_time *time);
	uint32_t wake;
};

struct gng_rtos_task {
	struct gng_rtos_task *next;
	uint32_t *sp;	 /* ports rely on the place of sp and guard */
	uint32_t *guard; /* the last word that the port gave up */
	uint8_t kind, prio, base, state;
	uint8_t status, timed, options, unused;
	struct gng_rtos_time time;
	struct gng_rtos_task **ready;  /* the circle of its priority, */
	uint32_t bit;		       /* and its bit */
	struct gng_rtos_task **list;   /* where it waits, if it does */
	struct gng_rtos_mutex *wanted; /* the mutex of that list, if it is a mutex's */
	struct gng_rtos_mutex *held;   /* the last one taken; next_held leads to others */
	void *buffer;		       /* of a queue's element in transfer */
	uint32_t flags;		       /* waited for, then those that came */
};

/* gng_rtos_work is something that an interrupt leaves to the kernel. run gets the number of
 * posts since it ran last, at least 1. */
struct gng_rtos_work {
	struct gng_rtos_work *next;
	void (*run)(struct gng_rtos_work *work, uint32_t num);
	uint32_t num;
};

struct gng_rtos_mutex {
	struct gng_rtos_task *waiters, *owner;
	struct gng_rtos_mutex *next_held;
	uint8_t kind;
};

struct gng_rtos_sem {
	struct gng_rtos_task *waiters;
	struct gng_rtos_work work;
	uint32_t count, max;
	uint8_t kind;
};

struct gng_rtos_queue {
	struct gng_rtos_task *waiters;		/* senders if it is full, else receivers */
	uint8_t *elements, *end, *first, *last; /* last: where the next one goes */
	uint16_t element_len, cap, count;
	uint8_t kind, align; /* 3 if elements are copied by words, else 0 */
};

struct gng_rtos_flags {
	struct gng_rtos_task *waiters;
	struct gng_rtos_work work;
	uint32_t flags;
	uint32_t posted; /* by interrupts, not yet set */
	uint8_t kind;
};

struct gng_rtos_timer {
	struct gng_rtos_time time;
	uint32_t period; /* 0: once */
	void (*run)(struct gng_rtos_timer *timer);
	void *arg;
	uint8_t kind, active;
};

/* gng_rtos_period is the release of a periodic task. */
struct gng_rtos_period {
	uint32_t release, period;
	uint32_t num_late;
};

/* ---- the kernel ---- */

/*
 * gng_rtos_init forgets all objects; time begins at tick now (0 but in tests of the wrap).
 * Call it first, before interrupts call the kernel.
 */
void gng_rtos_init(uint32_t now);

/*
 * gng_rtos_start lets tasks run. The caller becomes the idle loop, which calls idle (NULL: sleeps
 * until the next interrupt) whenever no task is ready. Does not return on a target.
 * GNG_RTOS_ECONTEXT inside a task or an interrupt.
 */
GNG_MUST enum gng_rtos_status gng_rtos_start(void (*idle)(void));

/* gng_rtos_tick counts num ticks; for the tick interrupt (num 1), and for a port that slept
 * without ticks. Of all interrupts only one may call it. GNG_RTOS_EINVAL if num is 0 or over 65535.
 */
enum gng_rtos_status gng_rtos_tick(uint32_t num);

/* gng_rtos_now returns the tick up to which the kernel has done everything; it wraps. */
uint32_t gng_rtos_now(void);

/* gng_rtos_ticks_to_wake returns how many ticks from gng_rtos_now nothing will happen;
 * GNG_RTOS_FOREVER if nothing is timed. For idle loops that stop the tick. */
uint32_t gng_rtos_ticks_to_wake(void);

/* gng_rtos_self returns the running task, NULL outside of tasks. */
struct gng_rtos_task *gng_rtos_self(void);

/* gng_rtos_on_late installs what is called, in the task, for a release that was missed. */
void gng_rtos_on_late(void (*hook)(struct gng_rtos_task *task, struct gng_rtos_period *period));

enum gng_rtos_fault_kind {
	GNG_RTOS_FAULT_STACK = 1, /* the task wrote beyond its stack */
	GNG_RTOS_FAULT_MUTEX = 2, /* it returned while it held a mutex */
	GNG_RTOS_FAULT_HARD = 3,  /* the processor's fault: see gng_rtos_stacked */
};

/* gng_rtos_fault is what the application defines for what cannot be answered by a status. It
 * must not return. */
void gng_rtos_fault(struct gng_rtos_task *task, enum gng_rtos_fault_kind what);

/* ---- tasks ---- */

/*
 * gng_rtos_task_init makes a task that is ready at once. stack[0..num_words) is filled with
 * GNG_RTOS_STACK_FILL. entry may return: the task is stopped then.
 * GNG_RTOS_EINVAL: NULL, prio over 31, too short a stack; with an MPU guard also a stack that is
 * not aligned to 32 bytes. GNG_RTOS_ESTATE: the task runs already.
 */
GNG_MUST enum gng_rtos_status gng_rtos_task_init(struct gng_rtos_task *task,
						 void (*entry)(void *arg), void *arg, uint8_t prio,
						 uint32_t *stack, size_t num_words);

/* gng_rtos_task_stop ends a task, also the calling one (it does not return then).
 * GNG_RTOS_EOWNER: it holds a mutex. GNG_RTOS_ESTATE: it has ended. */
enum gng_rtos_status gng_rtos_task_stop(struct gng_rtos_task *task);

/* gng_rtos_task_set_priority sets its own priority; what it inherits stays. */
enum gng_rtos_status gng_rtos_task_set_priority(struct gng_rtos_task *task, uint8_t prio);

/* gng_rtos_task_unused_stack returns how many words were never written. */
size_t gng_rtos_task_unused_stack(const struct gng_rtos_task *task);

/* gng_rtos_yield lets other ready tasks of the same priority run first. */
enum gng_rtos_status gng_rtos_yield(void);

/* gng_rtos_delay waits for ticks, counted from gng_rtos_now. GNG_RTOS_EINVAL if ticks is 0 or over
 * GNG_RTOS_MAX_TICKS. */
enum gng_rtos_status gng_rtos_delay(uint32_t ticks);

/* gng_rtos_period_init sets the first release to now + period. */
GNG_MUST enum gng_rtos_status gng_rtos_period_init(struct gng_rtos_period *period, uint32_t ticks);

/*
 * gng_rtos_period_wait waits for the release and sets the next one, a period later: no drift.
 * GNG_RTOS_LATE: the release was past already. It returned at once, counted num_late and called
 * the hook of gng_rtos_on_late.
 */
GNG_MUST enum gng_rtos_status gng_rtos_period_wait(struct gng_rtos_period *period);

/* ---- objects: timeout is in ticks, or GNG_RTOS_NO_WAIT, or GNG_RTOS_FOREVER ---- */

/*
 * A wait that cannot be satisfied at once returns GNG_RTOS_WOULD_WAIT with GNG_RTOS_NO_WAIT, else
 * GNG_RTOS_TIMEOUT when the timeout is over. A timeout between GNG_RTOS_MAX_TICKS and
 * GNG_RTOS_FOREVER is GNG_RTOS_EINVAL. The most urgent waiter is served first, equals in the order
 * in which they came.
 */
GNG_MUST enum gng_rtos_status gng_rtos_mutex_init(struct gng_rtos_mutex *mutex);
GNG_MUST enum gng_rtos_status gng_rtos_mutex_lock(struct gng_rtos_mutex *mutex, uint32_t timeout);
enum gng_rtos_status gng_rtos_mutex_unlock(struct gng_rtos_mutex *mutex);

GNG_MUST enum gng_rtos_status gng_rtos_sem_init(struct gng_rtos_sem *sem, uint32_t count,
						uint32_t max);
GNG_MUST enum gng_rtos_status gng_rtos_sem_take(struct gng_rtos_sem *sem, uint32_t timeout);

/* gng_rtos_sem_give: GNG_RTOS_ELIMIT at the maximum. From an interrupt in the middle of another
 * call it is posted, and what exceeds the maximum then is dropped. */
enum gng_rtos_status gng_rtos_sem_give(struct gng_rtos_sem *sem);

/* gng_rtos_queue_init makes a queue of cap elements in elements[0..cap * element_len). If
 * element_len is a multiple of 4, all elements are aligned to 4, else GNG_RTOS_EINVAL. */
GNG_MUST enum gng_rtos_status gng_rtos_queue_init(struct gng_rtos_queue *queue, void *elements,
						  uint16_t element_len, uint16_t cap);
GNG_MUST enum gng_rtos_status gng_rtos_queue_send(struct gng_rtos_queue *queue, const void *element,
						  uint32_t timeout);
GNG_MUST enum gng_rtos_status gng_rtos_queue_receive(struct gng_rtos_queue *queue, void *element,
						     uint32_t timeout);

enum gng_rtos_flags_options { GNG_RTOS_ANY = 0, GNG_RTOS_ALL = 1, GNG_RTOS_KEEP = 2 };

GNG_MUST enum gng_rtos_status gng_rtos_flags_init(struct gng_rtos_flags *flags);

/*
 * gng_rtos_flags_wait waits until any (or with GNG_RTOS_ALL all) of mask are set, stores those of
 * mask that are in *got (may be NULL), and clears them unless GNG_RTOS_KEEP. All tasks that one
 * set satisfies see the same flags.
 */
GNG_MUST enum gng_rtos_status gng_rtos_flags_wait(struct gng_rtos_flags *flags, uint32_t *got,
						  uint32_t mask, unsigned int options,
						  uint32_t timeout);
enum gng_rtos_status gng_rtos_flags_set(struct gng_rtos_flags *flags, uint32_t mask);
enum gng_rtos_status gng_rtos_flags_clear(struct gng_rtos_flags *flags, uint32_t mask);

/* ---- what runs in the kernel: it must be short, and may not wait ---- */

/* gng_rtos_work_init, gng_rtos_post: run(work, num) after the interrupt, before tasks. */
GNG_MUST enum gng_rtos_status gng_rtos_work_init(struct gng_rtos_work *work,
						 void (*run)(struct gng_rtos_work *work,
							     uint32_t num));
enum gng_rtos_status gng_rtos_post(struct gng_rtos_work *work);

GNG_MUST enum gng_rtos_status gng_rtos_timer_init(struct gng_rtos_timer *timer,
						  void (*run)(struct gng_rtos_timer *timer),
						  void *arg);

/* gng_rtos_timer_start (also of a running timer) lets run happen in ticks, and then every
 * period; period 0: once. */
enum gng_rtos_status gng_rtos_timer_start(struct gng_rtos_timer *timer, uint32_t ticks,
					  uint32_t period);
enum gng_rtos_status gng_rtos_timer_stop(struct gng_rtos_timer *timer);

/* ---- the trace: compiled in by GNG_RTOS_TRACE, the number of its records ---- */

enum gng_rtos_event {
	GNG_RTOS_EVENT_SWITCH = 1, /* task runs now, NULL: idle */
	GNG_RTOS_EVENT_READY = 2,
	GNG_RTOS_EVENT_BLOCK = 3,
	GNG_RTOS_EVENT_PRIORITY = 4, /* value is the new one */
	GNG_RTOS_EVENT_LATE = 5,
};

#define GNG_RTOS_TRACE_MAGIC UINT32_C(0x31545247) /* "GRT1" in memory */

struct gng_rtos_trace_record {
	uint32_t tick;
	uint32_t task; /* the low 32 bits of its address */
	uint8_t event, value;
	uint16_t number; /* counts all records: a gap or a fall tells the oldest */
};

/* gng_rtos_trace_head is what a host finds by the symbol gng_rtos_trace; cap records follow. */
struct gng_rtos_trace_head {
	uint32_t magic, cap, num; /* num counts all records ever; the last is (num - 1) % cap */
};

/* ---- ARMv6-M and ARMv7-M ---- */

#if defined(__arm__)
/*
 * The vector table of the application names these. PendSV gets the lowest priority, which is for
 * it alone; HardFault_Handler keeps what was stacked in gng_rtos_stacked and calls gng_rtos_fault.
 */
void PendSV_Handler(void);
void HardFault_Handler(void);

struct gng_rtos_stacked {
	uint32_t r0, r1, r2, r3, r12, lr, pc, xpsr;
};
extern struct gng_rtos_stacked gng_rtos_stacked;

/* gng_rtos_systick_start lets SysTick tick each num_cycles of the processor's clock. */
void gng_rtos_systick_start(uint32_t num_cycles);
void SysTick_Handler(void);

/*
 * gng_rtos_nrf_start lets TIMER0 of an nRF51 or nRF52 tick: an nRF51 has no SysTick. TIMER0 is
 * interrupt 8. gng_rtos_nrf_idle is for gng_rtos_start: it sleeps without ticks until something is
 * due or an interrupt comes.
 */
void gng_rtos_nrf_start(uint32_t us_per_tick);
void gng_rtos_nrf_idle(void);
void TIMER0_IRQHandler(void);
#endif

#ifdef __cplusplus
}
#endif

#endif /* GNG_RTOS_H */
