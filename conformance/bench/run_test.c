/* SPDX-License-Identifier: Apache-2.0 */
/* run_test.c - the timing itself: equal work is equal, twice the work is twice, and contestants
 * that disagree have no speed. */
#include "../suite.h"

#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include <gng_bench.h>

#define OUT_LEN 64

/* worker spends passes * 200 steps that need one another, and leaves 0, 1, 2, ... in out. */
struct worker {
	uint8_t out[OUT_LEN];
	unsigned int passes, num_calls;
	unsigned int wrong_from, fails_from; /* 0: never; else from that call on */
};

static bool work(void *state)
{
	struct worker *worker = state;
	uint32_t hash = 1;

	worker->num_calls++;
	for (unsigned int pass = 0; pass < worker->passes; pass++)
		for (uint32_t i = 0; i < 200; i++) {
			hash = hash * 2654435761u + i;
			__asm__ volatile("" : "+r"(hash)); /* no pass is optimised away */
		}
	for (int i = 0; i < OUT_LEN; i++)
		worker->out[i] = (uint8_t)i;
	if (worker->wrong_from && worker->num_calls >= worker->wrong_from)
		worker->out[OUT_LEN - 1] ^= 1;
	return !worker->fails_from || worker->num_calls < worker->fails_from;
}

struct pair {
	struct worker workers[4]; /* two lanes at most */
	struct gng_bench_contestant contestants[4];
	struct gng_bench_match match;
	struct gng_bench_result result;
	struct gng_clock_rate rate;
	struct gng_why why;
};

static void pair_init(struct pair *pair, size_t num_lanes)
{
	memset(pair, 0, sizeof(*pair));
	for (int i = 0; i < 4; i++) {
		pair->workers[i].passes = 4;
		pair->contestants[i] =
			(struct gng_bench_contestant){.name = i % 2 ? "theirs" : "ours",
						      .work = work,
						      .state = &pair->workers[i],
						      .out = pair->workers[i].out};
	}
	assert_int_equal(gng_clock_calibrate(&pair->rate, 2000000, &pair->why), GNG_OK);
	pair->match = (struct gng_bench_match){.contestants = pair->contestants,
					       .num_contestants = 2,
					       .num_lanes = num_lanes,
					       .len = 1000,
					       .out_len = OUT_LEN,
					       .rounds_per_block = 21,
					       .slice_ns = 60000,
					       .seed = 1,
					       .rate = &pair->rate};
}

static enum gng_status pair_run(struct pair *pair)
{
	return gng_bench_run(&pair->result, &pair->match, &pair->why);
}

static void identical_work_has_a_ratio_of_one(void **state)
{
	const int num_seeds = 9;
	struct pair pair;
	int near = 0, covered = 0;

	(void)state;
	pair_init(&pair, 1);
	for (int seed = 1; seed <= num_seeds; seed++) {
		const struct gng_bench_ratio *ratio = &pair.result.ratios[1];

		pair.match.seed = (uint64_t)seed;
		assert_int_equal(pair_run(&pair), GNG_OK);
		near += ratio->median > 0.9 && ratio->median < 1.1;
		covered += ratio->lo <= 1.002 && ratio->hi >= 0.998;
		assert_true(ratio->lo <= ratio->median && ratio->median <= ratio->hi);
		assert_int_equal(ratio->n, 105);
	}
	/* One run of nine may meet a neighbour; most intervals hold 1. */
	assert_true(near >= num_seeds - 1);
	assert_true(covered > num_seeds / 2);
}

static void three_times_the_work_is_a_third_of_the_speed(void **state)
{
	const struct gng_bench_result *result;
	struct pair pair;

	(void)state;
	pair_init(&pair, 1);
	result = &pair.result;
	pair.workers[1].passes = 12;
	assert_int_equal(pair_run(&pair), GNG_OK);
	assert_true(result->ratios[1].median > 2.7 && result->ratios[1].median < 3.3);
	pair.workers[0].passes = 36;
	assert_int_equal(pair_run(&pair), GNG_OK);
	assert_true(result->ratios[1].median > 0.30 && result->ratios[1].median < 0.37);
	for (int i = 0; i < 2; i++) {
		const struct gng_bench_figure *figure = &result->figures[i];

		assert_true(figure->best_per_cycle >= figure->median_per_cycle);
		assert_true(figure->best_per_ns >= figure->median_per_ns);
	}
}

static void figures_are_bytes_by_cycle_and_by_nanosecond(void **state)
{
	struct pair pair;
	double per_cycle, by_clock;

	(void)state;
	pair_init(&pair, 1);
	assert_int_equal(pair_run(&pair), GNG_OK);
	/* One pass has 200 dependent multiplications and additions, 4 cycles a step on x86. */
	per_cycle = pair.result.figures[0].median_per_cycle;
	assert_true(per_cycle > 1000.0 / (4 * 200 * 16) && per_cycle < 1000.0 / (4 * 200 * 2));
	if (pair.result.core_hz > 0) {
		by_clock = pair.result.figures[0].median_per_ns * 1e9 / pair.result.core_hz;
		assert_true(by_clock / per_cycle > 0.8 && by_clock / per_cycle < 1.25);
	}
}

static void a_peer_that_disagrees_is_an_error(void **state)
{
	struct pair pair;

	(void)state;
	pair_init(&pair, 1);
	pair.workers[1].wrong_from = 1;
	assert_int_equal(pair_run(&pair), GNG_EAUTH);
	assert_string_equal(pair.why.text, "theirs and ours disagree from byte 63 of 64 on: no "
					   "speed is reported");
	assert_int_equal(pair.workers[1].num_calls, 1); /* it was not timed */
}

static void a_peer_that_goes_wrong_while_timed_is_an_error(void **state)
{
	struct pair pair;

	(void)state;
	pair_init(&pair, 1);
	pair.workers[1].wrong_from = 20;
	assert_int_equal(pair_run(&pair), GNG_EAUTH);
	assert_true(pair.workers[1].num_calls > 20);
}

static void an_output_of_nothing_is_not_that_of_another(void **state)
{
	uint8_t shared[OUT_LEN];
	struct pair pair;

	(void)state;
	/* Both write to one buffer, and theirs writes elsewhere: ours's bytes must not count. */
	pair_init(&pair, 1);
	memset(shared, 0, sizeof(shared));
	pair.contestants[1].out = shared;
	assert_int_equal(gng_bench_check(&pair.match, &pair.why), GNG_EAUTH);
	pair.contestants[1].out = pair.workers[0].out;
	pair.contestants[1].state = &pair.workers[2];
	assert_int_equal(gng_bench_check(&pair.match, &pair.why), GNG_EAUTH);
}

static void a_yardstick_may_give_another_result(void **state)
{
	struct pair pair;

	(void)state;
	pair_init(&pair, 1);
	pair.workers[1].wrong_from = 1;
	pair.contestants[1].yardstick = true;
	assert_int_equal(pair_run(&pair), GNG_OK);
	pair.workers[1].fails_from = 1; /* but it must do its work */
	assert_int_equal(pair_run(&pair), GNG_ESYS);
}

/* remote times itself: each call takes 1,000 ns by its own account, until it fails. */
struct remote {
	uint64_t num_calls, fails_after;
};

static double remote_time_ns(void *state, uint64_t num_calls)
{
	struct remote *remote = state;

	remote->num_calls += num_calls;
	if (remote->fails_after && remote->num_calls > remote->fails_after)
		return 0;
	return (double)num_calls * 1000;
}

static double remote_cpu_s(void *state)
{
	const struct remote *remote = state;

	return (double)remote->num_calls; /* a second a call: seen in the sum */
}

static const char *remote_complaint(void *state)
{
	(void)state;
	return "its process is gone";
}

static bool remote_work(void *state)
{
	(void)state;
	return true;
}

static void pair_init_remote(struct pair *pair, struct remote *remote)
{
	pair_init(pair, 1);
	*remote = (struct remote){0};
	pair->contestants[1].yardstick = true; /* its result is not the matter */
	pair->contestants[1].work = remote_work;
	pair->contestants[1].state = remote;
	pair->contestants[1].time_ns = remote_time_ns;
	pair->contestants[1].cpu_s = remote_cpu_s;
	pair->contestants[1].complaint = remote_complaint;
}

static void a_contestant_may_time_itself(void **state)
{
	const struct gng_bench_figure *figure;
	struct gng_bench_latency latencies[2];
	struct remote remote;
	struct pair pair;

	(void)state;
	pair_init_remote(&pair, &remote);
	assert_int_equal(pair_run(&pair), GNG_OK);
	figure = &pair.result.figures[1];
	/* 1,000 bytes in 1,000 ns, by its clock and not by ours */
	assert_true(figure->median_per_ns > 0.98 && figure->median_per_ns < 1.02);
	assert_true(pair.result.cpu_per_wall > 100); /* its CPU time counts too */
	assert_int_equal(gng_bench_latencies(latencies, &pair.match, 1000, &pair.why), GNG_OK);
	assert_true(latencies[0].p50 > 0 && latencies[1].p50 == 0); /* not of its messages */
}

static void one_that_fails_while_timed_says_why(void **state)
{
	struct remote remote;
	struct pair pair;

	(void)state;
	pair_init_remote(&pair, &remote);
	remote.fails_after = 2000;
	assert_int_equal(pair_run(&pair), GNG_ESYS);
	assert_string_equal(pair.why.text, "theirs failed to do the work: its process is gone");
	remote.fails_after = 1; /* before the first turn */
	assert_int_equal(pair_run(&pair), GNG_ESYS);
}

static void cpu_time_is_that_of_this_process(void **state)
{
	struct pair pair;

	(void)state;
	pair_init(&pair, 1);
	assert_int_equal(pair_run(&pair), GNG_OK);
	assert_true(pair.result.cpu_per_wall > 0.01 && pair.result.cpu_per_wall < 1.05);
}

/* worker 1 takes 12 times as long as worker 0, whatever the clock says. */
static void latencies_are_of_single_calls(void **state)
{
	struct gng_bench_latency latencies[2];
	struct pair pair;
	double ratio;

	(void)state;
	pair_init(&pair, 1);
	pair.workers[1].passes = 48;
	assert_int_equal(gng_bench_latencies(latencies, &pair.match, 1010, &pair.why), GNG_OK);
	assert_in_range(pair.workers[0].num_calls, 1050, 1051); /* whole bursts, and a check */
	for (int i = 0; i < 2; i++)
		assert_true(latencies[i].p50 > 100 && latencies[i].p50 <= latencies[i].p99 &&
			    latencies[i].p99 <= latencies[i].p999);
	ratio = latencies[1].p50 / latencies[0].p50;
	assert_true(ratio > 8 && ratio < 16);
	assert_int_equal(gng_bench_latencies(latencies, &pair.match, 999, &pair.why), GNG_EINVAL);
}

/* A contestant that sleeps in each call is as fast as one that does not: what runs on its CPU
 * meanwhile is the neighbours' business. */
static bool sleepy_work(void *state)
{
	nanosleep(&(struct timespec){.tv_nsec = 200000}, NULL);
	return work(state);
}

static void time_of_others_is_not_counted(void **state)
{
	struct pair pair;

	(void)state;
	pair_init(&pair, 1);
	for (int i = 0; i < 2; i++)
		pair.workers[i].passes = 400; /* some 0.1 ms: longer than it takes to fall asleep */
	pair.contestants[1].work = sleepy_work;
	assert_int_equal(pair_run(&pair), GNG_OK);
	assert_true(pair.result.ratios[1].median < 1.8); /* 3 by the clock on the wall */
}

static void work_that_fails_is_an_error_with_its_name(void **state)
{
	struct pair pair;

	(void)state;
	pair_init(&pair, 1);
	pair.workers[0].fails_from = 1;
	assert_int_equal(pair_run(&pair), GNG_ESYS);
	assert_string_equal(pair.why.text, "ours failed to do the work");
}

static void a_match_without_substance_is_refused(void **state)
{
	struct pair pair;

	(void)state;
	pair_init(&pair, 1);
	pair.match.num_contestants = 0;
	assert_int_equal(pair_run(&pair), GNG_EINVAL);
	pair_init(&pair, 1);
	pair.match.out_len = 0; /* nothing could be compared */
	assert_int_equal(pair_run(&pair), GNG_EINVAL);
	pair_init(&pair, GNG_BENCH_MAX_LANES + 1);
	assert_int_equal(pair_run(&pair), GNG_EINVAL);
}

static void lanes_work_at_the_same_time_on_cpus_of_their_own(void **state)
{
	cpu_set_t before, after, one;
	struct pair pair;
	int cpu = 0;

	(void)state;
	assert_int_equal(sched_getaffinity(0, sizeof(before), &before), 0);
	while (!CPU_ISSET(cpu, &before))
		cpu++;
	CPU_ZERO(&one);
	CPU_SET(cpu, &one);
	pair_init(&pair, 2);
	assert_int_equal(sched_setaffinity(0, sizeof(one), &one), 0);
	assert_int_equal(pair_run(&pair), GNG_EUNSUPPORTED);
	assert_int_equal(sched_setaffinity(0, sizeof(before), &before), 0);
	if (CPU_COUNT(&before) < 2)
		return;
	assert_int_equal(pair_run(&pair), GNG_OK);
	for (int i = 0; i < 4; i++)
		assert_true(pair.workers[i].num_calls > 105);
	assert_int_equal(sched_getaffinity(0, sizeof(after), &after), 0);
	assert_true(CPU_EQUAL(&before, &after));
}

const struct suite_test suite_tests[] = {
	TEST(identical_work_has_a_ratio_of_one, "H1.bench.same"),
	TEST(three_times_the_work_is_a_third_of_the_speed, "H1.bench.speed"),
	TEST(figures_are_bytes_by_cycle_and_by_nanosecond, "H1.bench.speed"),
	TEST(a_peer_that_disagrees_is_an_error, "H1.bench.check"),
	TEST(a_peer_that_goes_wrong_while_timed_is_an_error, "H1.bench.check"),
	TEST(an_output_of_nothing_is_not_that_of_another, "H1.bench.check"),
	TEST(a_yardstick_may_give_another_result, "H1.bench.check"),
	TEST(a_contestant_may_time_itself, "H1.bench.process"),
	TEST(one_that_fails_while_timed_says_why, "H1.bench.process"),
	TEST(cpu_time_is_that_of_this_process, "H1.bench.speed"),
	TEST(latencies_are_of_single_calls, "H1.bench.latency"),
	TEST(time_of_others_is_not_counted, "H1.bench.speed"),
	TEST(work_that_fails_is_an_error_with_its_name, "H1.bench.check"),
	TEST(a_match_without_substance_is_refused, "H1.bench.check"),
	TEST(lanes_work_at_the_same_time_on_cpus_of_their_own, "H1.bench.speed"),
	{0},
};
