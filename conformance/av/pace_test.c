/* SPDX-License-Identifier: Apache-2.0 */
/* pace_test.c - the threads of a run get their class and a CPU each, or the reason why not. */
#include "../suite.h"

#include <pthread.h>
#include <sched.h>
#include <string.h>
#include <unistd.h>

#include <av_pace.h>

#define PRIORITY 40

/* entered is what a thread had behind av_enter_fifo. */
struct entered {
	unsigned int turn;
	bool ok;
	int class_of_thread, priority;
	cpu_set_t cpus;
};

static void *enter(void *arg)
{
	struct entered *entered = arg;
	struct sched_param param = {0};

	entered->ok = av_enter_fifo(PRIORITY, entered->turn);
	pthread_getschedparam(pthread_self(), &entered->class_of_thread, &param);
	entered->priority = param.sched_priority;
	sched_getaffinity(0, sizeof(entered->cpus), &entered->cpus);
	return NULL;
}

static void enter_at(struct entered *entered, unsigned int turn)
{
	pthread_t thread;

	*entered = (struct entered){.turn = turn};
	assert_int_equal(pthread_create(&thread, NULL, enter, entered), 0);
	pthread_join(thread, NULL);
}

static void each_turn_has_its_cpu_counted_round(void **state)
{
	struct gng_why why;
	cpu_set_t all;
	unsigned int turn = 0;

	(void)state;
	if (av_may_fifo(&why) != GNG_OK)
		return gng_probe_skip(why.text, "run it as root");
	assert_int_equal(sched_getscheduler(0), SCHED_OTHER);
	assert_int_equal(sched_getaffinity(0, sizeof(all), &all), 0);
	for (int cpu = 0; cpu < CPU_SETSIZE; cpu++) {
		struct entered first, again;

		if (!CPU_ISSET(cpu, &all))
			continue;
		enter_at(&first, turn);
		enter_at(&again, turn + av_num_cpus());
		assert_true(first.ok && again.ok);
		assert_int_equal(first.class_of_thread, SCHED_FIFO);
		assert_int_equal(first.priority, PRIORITY);
		assert_int_equal(CPU_COUNT(&first.cpus), 1);
		assert_true(CPU_ISSET(cpu, &first.cpus) && CPU_ISSET(cpu, &again.cpus));
		turn++;
	}
	assert_int_equal(turn, av_num_cpus());
}

static void without_privilege_the_remedy_is_told(void **state)
{
	struct entered entered;
	struct gng_why why;

	(void)state;
	if (geteuid() == 0 && setresuid(65534, 65534, 65534) != 0)
		return gng_probe_skip("this user cannot be left", "a user with CAP_SETUID");
	assert_int_equal(av_may_fifo(&why), GNG_EPERM);
	assert_non_null(strstr(why.text, "LimitRTPRIO"));
	enter_at(&entered, 0);
	assert_false(entered.ok);
	assert_int_equal(entered.class_of_thread, SCHED_OTHER);
}

const struct suite_test suite_tests[] = {
	TEST(each_turn_has_its_cpu_counted_round, "T2.av.deadline"),
	TEST(without_privilege_the_remedy_is_told, "T2.av.absent"),
	{0},
};
