/* SPDX-License-Identifier: Apache-2.0 */
/*
 * api_reference.h - a scheduler that is right because it is simple: no list is kept, every
 * question is answered by looking at all tasks. The kernel must agree with it.
 */
#ifndef FUZZ_RTOS_API_REFERENCE_H
#define FUZZ_RTOS_API_REFERENCE_H

#include <stdbool.h>
#include <stdint.h>

#include <gng_rtos.h>

#define REF_TASKS 6
#define REF_MUTEXES 3
#define REF_QUEUE_CAP 3
#define REF_SEM_MAX 2

enum ref_wait {
	REF_READY,
	REF_DELAY,
	REF_MUTEX,
	REF_SEM,
	REF_SEND,
	REF_RECEIVE,
	REF_FLAGS,
	REF_STOPPED
};

struct ref_task {
	enum ref_wait wait;
	unsigned int base, prio, options;
	int mutex;     /* that it waits for */
	int64_t place; /* among equals: less is earlier */
	bool timed;
	bool waited, got_value, got_flags; /* for whom compares */
	uint64_t wake, armed;		   /* absolute; the order in which times were set */
	uint32_t value;			   /* to send, received, or flags */
	enum gng_rtos_status status;
};

struct ref {
	struct ref_task tasks[REF_TASKS];
	int num_tasks, current; /* -1: idle */
	int owners[REF_MUTEXES];
	unsigned int sem;
	uint32_t elements[REF_QUEUE_CAP];
	unsigned int num_elements, cap;
	uint32_t flags;
	struct {
		bool active;
		uint64_t wake, armed;
		uint32_t period;
	} timer; /* gives the semaphore */
	uint64_t now, num_armed;
	int64_t first, last; /* the places given so far */
};

void ref_init(struct ref *ref, int num_tasks, const uint8_t *prios, unsigned int cap);

/* The calls of the kernel for the current task; GNG_RTOS_OK too if it waits now. */
enum gng_rtos_status ref_lock(struct ref *ref, int mutex, uint32_t timeout);
enum gng_rtos_status ref_unlock(struct ref *ref, int mutex);
enum gng_rtos_status ref_take(struct ref *ref, uint32_t timeout);
enum gng_rtos_status ref_give(struct ref *ref);
enum gng_rtos_status ref_send(struct ref *ref, uint32_t value, uint32_t timeout);
enum gng_rtos_status ref_receive(struct ref *ref, uint32_t *value, uint32_t timeout);
enum gng_rtos_status ref_flags_wait(struct ref *ref, uint32_t *got, uint32_t mask,
				    unsigned int options, uint32_t timeout);
enum gng_rtos_status ref_flags_set(struct ref *ref, uint32_t mask);
enum gng_rtos_status ref_delay(struct ref *ref, uint32_t ticks);
enum gng_rtos_status ref_yield(struct ref *ref);
enum gng_rtos_status ref_stop(struct ref *ref, int task);
enum gng_rtos_status ref_restart(struct ref *ref, int task, unsigned int prio);
enum gng_rtos_status ref_set_priority(struct ref *ref, int task, unsigned int prio);
enum gng_rtos_status ref_timer_start(struct ref *ref, uint32_t ticks, uint32_t period);
enum gng_rtos_status ref_timer_stop(struct ref *ref);
void ref_ticks(struct ref *ref, uint32_t num);

#endif /* FUZZ_RTOS_API_REFERENCE_H */
