/* SPDX-License-Identifier: Apache-2.0 */
/* objects_test.c - semaphores, queues and event flags. */
#include "tasks.h"

static struct gng_rtos_sem sem;
static struct gng_rtos_queue queue;
static struct gng_rtos_flags flags;

static void forget(void)
{
	memset(&sem, 0, sizeof(sem));
	memset(&queue, 0, sizeof(queue));
	memset(&flags, 0, sizeof(flags));
}

static void a_semaphore_counts_to_its_maximum(void **state)
{
	(void)state;
	KERNEL(5);
	forget();
	must(gng_rtos_sem_init(&sem, 1, 2));
	must(gng_rtos_sem_give(&sem));
	assert_int_equal(gng_rtos_sem_give(&sem), GNG_RTOS_ELIMIT);
	must(gng_rtos_sem_take(&sem, GNG_RTOS_FOREVER));
	must(gng_rtos_sem_take(&sem, GNG_RTOS_NO_WAIT));
	assert_int_equal(gng_rtos_sem_take(&sem, GNG_RTOS_NO_WAIT), GNG_RTOS_WOULD_WAIT);
	assert_int_equal(sem.count, 0);
}

static void a_given_semaphore_goes_to_the_most_urgent(void **state)
{
	(void)state;
	KERNEL(1, 4, 8);
	forget();
	must(gng_rtos_sem_init(&sem, 0, 9));
	sleeps(1);
	waits(1, gng_rtos_sem_take(&sem, 9));
	ticks(1);
	waits(2, gng_rtos_sem_take(&sem, GNG_RTOS_FOREVER));
	must(gng_rtos_sem_give(&sem));
	assert_int_equal(running(), 2);
	assert_int_equal(tasks[2].status, GNG_RTOS_OK);
	must(gng_rtos_sem_give(&sem));
	assert_int_equal(tasks[1].state, GNG_RTOS_READY);
	assert_int_equal(sem.count, 0);
	ticks(9); /* the timeout of task 1 is gone */
	assert_int_equal(tasks[1].status, GNG_RTOS_OK);
}

/* ---- queues ---- */

static void a_queue_keeps_order_and_content(void **state)
{
	(void)state;
	for (uint16_t len = 1; len <= 37; len++) {
		static uint8_t elements[3 * 40] __attribute__((aligned(4)));
		uint8_t in[40] __attribute__((aligned(4))), out[40] __attribute__((aligned(4)));

		KERNEL(5);
		forget();
		memset(elements, 0xee, sizeof(elements));
		must(gng_rtos_queue_init(&queue, elements, len, 3));
		for (unsigned int round = 0; round < 20; round++) {
			for (unsigned int i = 0; i <= round % 3; i++) {
				memset(in, (int)(round * 3 + i), len);
				in[len - 1] = (uint8_t)~in[len - 1];
				must(gng_rtos_queue_send(&queue, in, 0));
			}
			assert_int_equal(queue.count, round % 3 + 1);
			for (unsigned int i = 0; i <= round % 3; i++) {
				memset(in, (int)(round * 3 + i), len);
				in[len - 1] = (uint8_t)~in[len - 1];
				memset(out, 0x55, sizeof(out));
				must(gng_rtos_queue_receive(&queue, out, 0));
				assert_memory_equal(in, out, len);
				assert_int_equal(out[len], 0x55);
			}
		}
		assert_int_equal(elements[3 * len], 0xee);
	}
}

static void a_full_queue_lets_senders_wait_in_order(void **state)
{
	static uint32_t elements[2];
	uint32_t sent[4] = {10, 11, 12, 13}, got = 0;

	(void)state;
	KERNEL(1, 4, 8);
	forget();
	must(gng_rtos_queue_init(&queue, elements, 4, 2));
	sleeps(1); /* task 2 */
	must(gng_rtos_queue_send(&queue, &sent[0], 0));
	must(gng_rtos_queue_send(&queue, &sent[1], 0));
	assert_int_equal(gng_rtos_queue_send(&queue, &sent[2], 0), GNG_RTOS_WOULD_WAIT);
	waits(1, gng_rtos_queue_send(&queue, &sent[2], GNG_RTOS_FOREVER));
	ticks(1);
	waits(2, gng_rtos_queue_send(&queue, &sent[3], 5));
	for (int i = 0; i < 2; i++) { /* task 0 receives; task 2, more urgent, is served first */
		must(gng_rtos_queue_receive(&queue, &got, 0));
		assert_int_equal(got, sent[i]);
		assert_int_equal(running(), i == 0 ? 2 : 1);
		sleeps(20);
	}
	must(gng_rtos_queue_receive(&queue, &got, 0));
	assert_int_equal(got, 13);
	must(gng_rtos_queue_receive(&queue, &got, 0));
	assert_int_equal(got, 12);
	assert_int_equal(gng_rtos_queue_receive(&queue, &got, 0), GNG_RTOS_WOULD_WAIT);
	assert_int_equal(got, 12);
}

static void an_empty_queue_hands_over_directly(void **state)
{
	static uint32_t elements[2];
	uint32_t sent = 77, got = 0;

	(void)state;
	KERNEL(1, 4);
	forget();
	must(gng_rtos_queue_init(&queue, elements, 4, 2));
	waits(1, gng_rtos_queue_receive(&queue, &got, 3));
	must(gng_rtos_queue_send(&queue, &sent, 0));
	assert_int_equal(running(), 1);
	assert_int_equal(got, 77);
	assert_int_equal(queue.count, 0);
	waits(1, gng_rtos_queue_receive(&queue, &got, 3));
	ticks(3);
	assert_int_equal(tasks[1].status, GNG_RTOS_TIMEOUT);
	assert_int_equal(got, 77);
}

/* ---- flags ---- */

static void flags_wait_for_any_or_all(void **state)
{
	uint32_t got = 99;

	(void)state;
	KERNEL(1, 4);
	forget();
	must(gng_rtos_flags_init(&flags));
	assert_int_equal(gng_rtos_flags_wait(&flags, &got, 6, GNG_RTOS_ANY, 0),
			 GNG_RTOS_WOULD_WAIT);
	assert_int_equal(got, 99);
	must(gng_rtos_flags_set(&flags, 0x13));
	must(gng_rtos_flags_wait(&flags, &got, 6, GNG_RTOS_KEEP, 0));
	assert_int_equal(got, 2);
	assert_int_equal(flags.flags, 0x13);
	must(gng_rtos_flags_wait(&flags, NULL, 6, GNG_RTOS_ANY, 5));
	assert_int_equal(flags.flags, 0x11);
	waits(1, gng_rtos_flags_wait(&flags, &got, 0x18, GNG_RTOS_ALL, GNG_RTOS_FOREVER));
	must(gng_rtos_flags_clear(&flags, 0x10));
	must(gng_rtos_flags_set(&flags, 8));
	assert_int_equal(tasks[1].state, GNG_RTOS_WAITING);
	must(gng_rtos_flags_set(&flags, 0x10));
	assert_int_equal(running(), 1);
	assert_int_equal(tasks[1].flags, 0x18);
	assert_int_equal(flags.flags, 1);
}

static void all_that_one_set_satisfies_see_the_same_flags(void **state)
{
	(void)state;
	KERNEL(1, 3, 4, 5, 6);
	forget();
	must(gng_rtos_flags_init(&flags));
	waits(4, gng_rtos_flags_wait(&flags, NULL, 1, GNG_RTOS_ANY, GNG_RTOS_FOREVER));
	waits(3, gng_rtos_flags_wait(&flags, NULL, 4, GNG_RTOS_ANY, 2));
	waits(2, gng_rtos_flags_wait(&flags, NULL, 3, GNG_RTOS_ALL, GNG_RTOS_FOREVER));
	waits(1, gng_rtos_flags_wait(&flags, NULL, 2, GNG_RTOS_KEEP, GNG_RTOS_FOREVER));
	must(gng_rtos_flags_set(&flags, 0xb));
	assert_int_equal(running(), 4);
	assert_int_equal(tasks[4].flags, 1);
	assert_int_equal(tasks[3].state, GNG_RTOS_WAITING);
	assert_int_equal(tasks[2].flags, 3);
	assert_int_equal(tasks[1].flags, 2);
	assert_int_equal(flags.flags, 8);
	ticks(2);
	assert_int_equal(tasks[3].status, GNG_RTOS_TIMEOUT);
	assert_ptr_equal(flags.waiters, NULL);
}

const struct suite_test suite_tests[] = {
	TEST(a_semaphore_counts_to_its_maximum, "K3.sem"),
	TEST(a_given_semaphore_goes_to_the_most_urgent, "K3.sem"),
	TEST(a_queue_keeps_order_and_content, "K3.queue"),
	TEST(a_full_queue_lets_senders_wait_in_order, "K3.queue"),
	TEST(an_empty_queue_hands_over_directly, "K3.queue"),
	TEST(flags_wait_for_any_or_all, "K3.flags"),
	TEST(all_that_one_set_satisfies_see_the_same_flags, "K3.flags"),
	{0},
};
