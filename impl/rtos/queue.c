/* SPDX-License-Identifier: Apache-2.0 */
/* queue.c - queues of elements of one length, copied in and out. */
#include "rtos_kernel.h"

/* copy copies one element of the queue. */
static void copy(const struct gng_rtos_queue *queue, void *to, const void *from)
{
	uint32_t len = queue->element_len;
	uint8_t *out = to;
	const uint8_t *in = from;

	while (queue->align) {
		*(uint32_t *)(void *)out = *(const uint32_t *)(const void *)in;
		len -= 4;
		if (len == 0)
			return;
		out += 4;
		in += 4;
		rtos_window();
	}
	do {
		*out++ = *in++;
		if (len % 8 == 0)
			rtos_window();
	} while (--len > 0);
}

/* after returns the place behind one of the ring. */
static uint8_t *after(const struct gng_rtos_queue *queue, uint8_t *place)
{
	place += queue->element_len;
	return place == queue->end ? queue->elements : place;
}

__attribute__((noinline)) static void put(struct gng_rtos_queue *queue, const void *element)
{
	copy(queue, queue->last, element);
	queue->last = after(queue, queue->last);
	queue->count++;
}

enum gng_rtos_status gng_rtos_queue_init(struct gng_rtos_queue *queue, void *elements,
					 uint16_t element_len, uint16_t cap)
{
	const uint8_t align = element_len % 4 == 0 ? 3 : 0;

	if (!queue || !elements || element_len == 0 || cap == 0 || (uintptr_t)elements & align)
		return GNG_RTOS_EINVAL;
	if (queue->kind == RTOS_QUEUE && queue->waiters)
		return GNG_RTOS_ESTATE;
	queue->waiters = NULL;
	queue->elements = elements;
	queue->first = elements;
	queue->last = elements;
	queue->end = queue->elements + (size_t)element_len * cap;
	queue->element_len = element_len;
	queue->cap = cap;
	queue->count = 0;
	queue->align = align;
	queue->kind = RTOS_QUEUE;
	return GNG_RTOS_OK;
}

static enum gng_rtos_status check(const struct gng_rtos_queue *queue, const void *element,
				  uint32_t timeout)
{
	if (!queue || queue->kind != RTOS_QUEUE || !element || (uintptr_t)element & queue->align ||
	    !rtos_timeout_valid(timeout))
		return GNG_RTOS_EINVAL;
	return rtos_may(timeout) ? GNG_RTOS_OK : GNG_RTOS_ECONTEXT;
}

/* wait lets the task wait at a full or empty queue, with what it sends or where it receives. */
__attribute__((noinline)) static enum gng_rtos_status wait(struct gng_rtos_queue *queue,
							   void *element, uint32_t timeout)
{
	struct gng_rtos_task *self = rtos.current;

	if (timeout == GNG_RTOS_NO_WAIT) {
		rtos_leave_same();
		return GNG_RTOS_WOULD_WAIT;
	}
	self->buffer = element;
	rtos_wait(self, &queue->waiters, timeout, GNG_RTOS_TIMEOUT);
	rtos_leave();
	return (enum gng_rtos_status)self->status;
}

enum gng_rtos_status gng_rtos_queue_send(struct gng_rtos_queue *queue, const void *element,
					 uint32_t timeout)
{
	const enum gng_rtos_status status = check(queue, element, timeout);

	if (status != GNG_RTOS_OK)
		return status;
	rtos_enter();
	if (queue->count == queue->cap)
		return wait(queue, (void *)(uintptr_t)element, timeout);
	if (queue->waiters) {
		copy(queue, queue->waiters->buffer, element);
		rtos_wake_first(&queue->waiters);
	} else {
		put(queue, element);
	}
	rtos_leave();
	return GNG_RTOS_OK;
}

enum gng_rtos_status gng_rtos_queue_receive(struct gng_rtos_queue *queue, void *element,
					    uint32_t timeout)
{
	const enum gng_rtos_status status = check(queue, element, timeout);

	if (status != GNG_RTOS_OK)
		return status;
	rtos_enter();
	if (queue->count == 0)
		return wait(queue, element, timeout);
	copy(queue, element, queue->first);
	queue->first = after(queue, queue->first);
	queue->count--;
	if (queue->waiters) {
		put(queue, queue->waiters->buffer);
		rtos_wake_first(&queue->waiters);
	}
	rtos_leave();
	return GNG_RTOS_OK;
}
