/* SPDX-License-Identifier: Apache-2.0 */
/*
 * rtos_world.h - a small system on the host port whose running task may do anything: its
 * operations, the interrupts that can come in between, and what must hold after each.
 */
#ifndef RTOS_WORLD_H
#define RTOS_WORLD_H

#include "rtos_kernel.h"

#define WORLD_TASKS 6
#define WORLD_MUTEXES 3
#define WORLD_QUEUE_CAP 2

enum world_kind {
	WORLD_LOCK,
	WORLD_UNLOCK,
	WORLD_TAKE,
	WORLD_GIVE,
	WORLD_SEND,
	WORLD_RECEIVE,
	WORLD_WAIT_ANY,
	WORLD_WAIT_ALL,
	WORLD_SET,
	WORLD_DELAY,
	WORLD_YIELD,
	WORLD_PRIORITY, /* of task object, to timeout */
	WORLD_STOP,	/* task object */
	WORLD_RESTART,	/* task object */
	WORLD_TIMER,	/* starts it: gives the semaphore */
	WORLD_TIMER_STOP,
	WORLD_NUM_KINDS
};

struct world_op {
	uint8_t kind, object;
	uint32_t timeout;
};

enum world_interrupt { WORLD_TICK, WORLD_ISR_GIVE, WORLD_ISR_SET, WORLD_NUM_INTERRUPTS };

struct world_config {
	const char *name, *about;
	uint8_t num_tasks, num_mutexes, queue_cap;
	uint8_t prios[WORLD_TASKS];
	const struct world_op *ops;
	size_t num_ops;
	uint8_t interrupts; /* bit set of enum world_interrupt */
	bool inside;	    /* interrupts also in the middle of kernel calls */
};

/* world holds all objects; with the kernel's state it is the state of the system. */
struct world {
	struct gng_rtos_task tasks[WORLD_TASKS];
	struct gng_rtos_mutex mutexes[WORLD_MUTEXES];
	struct gng_rtos_sem sem;
	struct gng_rtos_queue queue;
	struct gng_rtos_flags flags;
	struct gng_rtos_timer timer;
	uint32_t elements[WORLD_QUEUE_CAP], buffers[WORLD_TASKS];
	uint8_t doing[WORLD_TASKS]; /* enum world_kind of a task that waits at the queue */
};

extern struct world world;

/* world_init makes the objects and starts the kernel. */
void world_init(const struct world_config *config);

/* world_op lets the running task do op; false if that makes no sense here (what a correct
 * program never does, and what the tests of refusals cover). */
bool world_op(const struct world_op *op);

/* world_interrupt lets an interrupt happen now. */
void world_interrupt(enum world_interrupt interrupt);

/*
 * world_inject asks for an interrupt at the at-th place (from 0) of the next operations where the
 * kernel lets interrupts in; world_places returns how many there were since.
 */
void world_inject(enum world_interrupt interrupt, unsigned int at);
void world_inject_none(void);
unsigned int world_places(void);

/* world_check returns what does not hold between two operations, NULL if all does. */
const char *world_check(const struct world_config *config);

/* world_normalise sets to zero what has no meaning now, and lets the clock stand at one tick. */
void world_normalise(const struct world_config *config);

/* world_text writes what an operation or interrupt is, for a trace. */
void world_text(char *text, size_t cap, const struct world_op *op);
const char *world_interrupt_name(enum world_interrupt interrupt);

/* The configurations by name, ended by one without a name. */
extern const struct world_config world_configs[];

#endif /* RTOS_WORLD_H */
