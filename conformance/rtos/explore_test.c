/* SPDX-License-Identifier: Apache-2.0 */
/* explore_test.c - all states of small systems hold; searches are the same each time, and go on. */
#include "../suite.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <rtos_explore.h>

static struct explore *open_named(const char *name, uint32_t cap)
{
	const struct world_config *config = world_configs;
	struct explore *explore;
	struct gng_why why;

	while (config->name && strcmp(config->name, name) != 0)
		config++;
	assert_true(config->name != NULL);
	if (explore_open(&explore, config, cap, &why) != GNG_OK)
		suite_fail("%s", why.text);
	return explore;
}

/* trace_of is the trace in memory of the caller, who frees it. */
static char *trace_of(struct explore *explore)
{
	char *text = NULL;
	size_t len;
	FILE *out = open_memstream(&text, &len);

	explore_trace(out, explore);
	fclose(out);
	return text;
}

static void exhaust(const char *name, uint32_t cap, uint32_t least, uint32_t most)
{
	struct explore *explore = open_named(name, cap);

	if (!explore_run(explore, 1e9)) {
		char *text = trace_of(explore);

		print_error("%s", text);
		free(text);
		suite_fail("%s: %s", name, explore->wrong ? explore->wrong : "not all states fit");
	}
	assert_in_range(explore->num, least, most);
	assert_int_equal(explore->num, explore->num_expanded);
	print_message("%s: %u states, %llu transitions\n", name, explore->num,
		      (unsigned long long)explore->num_transitions);
	explore_close(explore);
}

/* Each further state is a new behaviour of the kernel: look at it, then change the number. */
static void each_state_of_the_small_system_holds(void **state)
{
	(void)state;
	exhaust("small", 10000, 3036, 3036);
}

static void each_state_of_all_objects_holds(void **state)
{
	(void)state;
	exhaust("pair", 10000, 6000, 6000);
}

static void each_state_of_all_objects_and_three_tasks_holds(void **state)
{
	(void)state;
	exhaust("mixed", 200000, 125360, 125360);
}

static void each_state_of_tasks_that_stop_and_restart_holds(void **state)
{
	(void)state;
	exhaust("lives", 100000, 18324, 18324);
}

static void each_state_of_chains_of_owners_holds(void **state)
{
	(void)state;
	exhaust("standard", 2000000, 1000000, 2000000);
}

static void a_search_that_was_saved_goes_on_to_the_same_end(void **state)
{
	char path[] = "explore.XXXXXX";
	const int fd = mkstemp(path);
	struct explore *whole = open_named("small", 10000), *half = open_named("small", 700), *rest;
	struct gng_why why;

	(void)state;
	assert_true(fd >= 0);
	close(fd);
	assert_true(explore_run(whole, 1e9));
	assert_false(explore_run(half, 1e9));
	assert_int_equal(half->num, 700);
	assert_int_equal(explore_save(half, path, &why), GNG_OK);
	explore_close(half);
	rest = open_named("small", 10000);
	assert_int_equal(explore_load(rest, path, &why), GNG_OK);
	unlink(path);
	assert_int_equal(rest->num, 700);
	assert_true(explore_run(rest, 1e9));
	assert_int_equal(rest->num, whole->num);
	for (uint32_t i = 0; i < whole->num; i++)
		assert_true(rest->hashes[i] == whole->hashes[i]);
	explore_close(rest);
	explore_close(whole);
}

/* Byte by byte, a saved file is cut and changed: refused, or read as what it then says. */
static void a_damaged_file_is_refused(void **state)
{
	char path[] = "explore.XXXXXX", bytes[4000];
	const int fd = mkstemp(path);
	struct explore *half = open_named("small", 6);
	struct gng_why why;
	size_t num;

	(void)state;
	assert_true(fd >= 0);
	assert_false(explore_run(half, 1e9));
	assert_int_equal(explore_save(half, path, &why), GNG_OK);
	explore_close(half);
	num = (size_t)pread(fd, bytes, sizeof(bytes), 0);
	assert_in_range(num, 300, sizeof(bytes));
	for (size_t len = num - 1; len > 13; len -= 13) {
		struct explore *explore = open_named("small", 6);

		assert_int_equal(ftruncate(fd, (off_t)len), 0);
		assert_int_equal(explore_load(explore, path, &why), GNG_EFORMAT);
		explore_close(explore);
	}
	assert_int_equal(pwrite(fd, bytes, num, 0), num);
	for (size_t i = 0; i < num; i += 7) {
		const char changed = (char)(bytes[i] ^ 0x10);

		assert_int_equal(pwrite(fd, &changed, 1, (off_t)i), 1);
		half = open_named("small", 6);
		assert_int_equal(explore_load(half, path, &why) == GNG_OK, false);
		explore_close(half);
		assert_int_equal(pwrite(fd, bytes + i, 1, (off_t)i), 1);
	}
	half = open_named("mixed", 40);
	assert_int_equal(explore_load(half, path, &why), GNG_EFORMAT);
	assert_non_null(strstr(why.text, "begin anew"));
	assert_int_equal(explore_load(half, "no/such/file", &why), GNG_ESYS);
	assert_int_equal(explore_save(half, "no/such/file", &why), GNG_ESYS);
	explore_close(half);
	half = open_named("small", 5);
	assert_int_equal(explore_load(half, path, &why), GNG_ELIMIT);
	explore_close(half);
	close(fd);
	unlink(path);
}

/* The invariants see what they are for: each lie about the state is called by its name. */
static void each_invariant_sees_its_violation(void **state)
{
	const struct world_config *config = &world_configs[0];

	(void)state;
#define SEES(damage, words)                                          \
	do {                                                         \
		world_init(config);                                  \
		assert_ptr_equal(world_check(config), NULL);         \
		damage;                                              \
		assert_non_null(world_check(config));                \
		assert_non_null(strstr(world_check(config), words)); \
	} while (0)
	SEES(rtos.ready_bits = 0, "bit differs");
	SEES(rtos.ready[5]->prio = 4, "wrong ready list");
	SEES(rtos.ready[2]->next = &world.tasks[2], "wrong ready list");
	SEES(rtos.next = NULL, "is next");
	SEES(rtos.current = NULL, "another task");
	SEES(world.sem.waiters = &world.tasks[0], "in which it does not wait");
	SEES(world.tasks[0].timed = 1, "does not fit its state");
	SEES(world.timer.active = 1, "timer is active");
	SEES(world.mutexes[0].owner = &world.tasks[0], "exactly once");
	SEES(world.tasks[2].base = 4, "that it inherits");
	SEES(world.tasks[2].wanted = &world.mutexes[0], "wants a mutex");
	SEES(world.sem.count = 9, "over its maximum");
	SEES(world.queue.count = 9, "ring of the queue");
	SEES(rtos.deferred = 1, "was lost");
	SEES(rtos.busy = 1, "not left");
	SEES(rtos.ticks_due++, "tick was lost");
	SEES(rtos_host.num_faults = 1, "fault");
	SEES(world.flags.posted = 1, "flags of an interrupt");
#undef SEES
	world_init(config);
}

static void a_trace_is_the_shortest_way_in_words(void **state)
{
	struct explore *explore = open_named("small", 40);
	char *text;

	(void)state;
	assert_false(explore_run(explore, 1e9));
	text = trace_of(explore);
	assert_non_null(strstr(text, "steps; n:p is task n at priority p"));
	assert_non_null(strstr(text, "task 2: "));
	free(text);
	explore_close(explore);
}

const struct suite_test suite_tests[] = {
	TEST(each_state_of_the_small_system_holds, "K3.explore.exhaust"),
	TEST(each_state_of_all_objects_holds, "K3.explore.exhaust K3.explore.interrupts"),
	TEST_SLOW(each_state_of_all_objects_and_three_tasks_holds, "K3.explore.interrupts"),
	TEST(each_state_of_tasks_that_stop_and_restart_holds, "K3.explore.exhaust"),
	TEST_SLOW(each_state_of_chains_of_owners_holds, "K3.rtos.states"),
	TEST(a_search_that_was_saved_goes_on_to_the_same_end, "K3.explore.resume"),
	TEST(a_damaged_file_is_refused, "K3.explore.resume"),
	TEST(each_invariant_sees_its_violation, "K3.explore.invariants"),
	TEST(a_trace_is_the_shortest_way_in_words, "K3.explore.trace"),
	{0},
};
