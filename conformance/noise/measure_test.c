/* SPDX-License-Identifier: Apache-2.0 */
/* measure_test.c - the noise of this machine, and noise made on purpose. */
/* needs: clock hist */
#include "../suite.h"

#include <gng_noise.h>
#include <math.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define MS UINT64_C(1000000)

static bool skip_without_tsc(void)
{
	if (gng_clock_invariant(NULL) && gng_cpu_detect() & GNG_CPU_RDTSCP)
		return false;
	gng_probe_skip("this CPU has no invariant TSC",
		       "run on x86 with constant_tsc and nonstop_tsc");
	return true;
}

static uint64_t num_gaps(const struct gng_noise *noise)
{
	uint64_t num = noise->num_unrecorded;

	for (int i = 0; i < GNG_NOISE_NUM_CLASSES; i++)
		num += noise->classes[i].num_gaps;
	return num;
}

static cpu_set_t allowed_cpus(void)
{
	cpu_set_t set;

	assert_int_equal(sched_getaffinity(0, sizeof(set), &set), 0);
	return set;
}

/* 300 ms are three periods of 80 ms on each CPU. How much of it a busy machine leaves is its
 * own affair; that the account adds up is ours. */
static void measurement_adds_up(void **state)
{
	const cpu_set_t before = allowed_cpus();
	struct gng_noise noise;
	struct gng_why why = {0};
	cpu_set_t after;

	(void)state;
	if (skip_without_tsc())
		return;
	assert_int_equal(gng_noise_measure(&noise, 300 * MS, &why), GNG_OK);
	after = allowed_cpus();
	assert_true(CPU_EQUAL(&before, &after));
	assert_int_equal(noise.num_cpus, CPU_COUNT(&before));
	assert_true(noise.awake_ns > 0);
	/* a gap over the end of a window makes it longer, so there is no upper bound */
	assert_true(isnan(noise.psi_cpu_avg10) || noise.psi_cpu_avg10 >= 0);
	assert_int_equal(noise.hist->num_clamped, 0);
	/* one sample a microsecond of the time awake */
	assert_true(fabs((double)noise.hist->total * 1000 / (double)noise.awake_ns - 1) < 0.25);
	gng_noise_fini(&noise);
	gng_noise_fini(&noise);
}

static void floor_rises_with_the_quantile(void **state)
{
	static const double quantiles[] = {0.5, 0.99, 0.999, 0.9999, 1};
	struct gng_noise noise;
	uint64_t before = 0, longest = 0;

	(void)state;
	if (skip_without_tsc())
		return;
	assert_int_equal(gng_noise_measure(&noise, 100 * MS, NULL), GNG_OK);
	for (size_t i = 0; i < COUNT_OF(quantiles); i++) {
		assert_true(gng_noise_floor_ns(&noise, quantiles[i]) >= before);
		before = gng_noise_floor_ns(&noise, quantiles[i]);
	}
	for (int i = 0; i < GNG_NOISE_NUM_CLASSES; i++)
		if (noise.classes[i].max_ns > longest)
			longest = noise.classes[i].max_ns;
	/* the longest gap is the floor at 1, but for the rounding of ns */
	if (longest > 0)
		assert_in_range(before, longest - 2, longest + 2);
	assert_true(gng_noise_floor_ns(&noise, 0.5) >= 1);
	gng_noise_fini(&noise);
}

/* compete spins on one CPU in a child, until it is killed. */
static pid_t compete(int cpu)
{
	const pid_t parent = getpid();
	const pid_t child = fork();

	if (child == 0) {
		cpu_set_t one;

		CPU_ZERO(&one);
		CPU_SET(cpu, &one);
		if (sched_setaffinity(0, sizeof(one), &one) != 0)
			_exit(1);
		while (getppid() == parent)
			;
		_exit(0);
	}
	return child;
}

static int first_cpu(void)
{
	const cpu_set_t set = allowed_cpus();
	int cpu = 0;

	while (!CPU_ISSET(cpu, &set))
		cpu++;
	return cpu;
}

/* Two threads that want one CPU: the kernel gives each some milliseconds in turn. */
static void competing_thread_is_seen_as_preemption(void **state)
{
	const pid_t child = compete(first_cpu());
	struct gng_noise noise;
	enum gng_status status;

	(void)state;
	assert_true(child > 0);
	status = gng_noise_measure(&noise, 300 * MS, NULL);
	kill(child, SIGKILL);
	waitpid(child, NULL, 0);
	if (skip_without_tsc())
		return;
	assert_int_equal(status, GNG_OK);
	assert_true(noise.classes[GNG_NOISE_PREEMPTED].num_gaps > 0);
	assert_true(noise.classes[GNG_NOISE_PREEMPTED].max_ns > MS);
	/* half of one CPU is lost: at least a tenth of the time is preempted */
	assert_true(noise.classes[GNG_NOISE_PREEMPTED].total_ns > 20 * MS);
	/* so a task that begins at a random time waits often: P99 is milliseconds */
	assert_true(gng_noise_floor_ns(&noise, 0.99) > MS);
	gng_noise_fini(&noise);
}

/* Each gap of 10 us or more has a class, and is as many samples as it has microseconds. */
static void samples_weigh_gaps_by_their_time(void **state)
{
	struct gng_noise noise;
	uint64_t total_ns = 0;

	(void)state;
	if (skip_without_tsc())
		return;
	assert_int_equal(gng_noise_measure(&noise, 200 * MS, NULL), GNG_OK);
	for (int i = 0; i < GNG_NOISE_NUM_CLASSES; i++) {
		const struct gng_noise_sum *sum = &noise.classes[i];

		total_ns += sum->total_ns;
		assert_true(sum->total_ns >= sum->num_gaps * (GNG_NOISE_GAP_NS - 10));
		assert_true(sum->num_gaps == 0 || sum->max_ns >= GNG_NOISE_GAP_NS - 10);
	}
	/* of a gap of n us, n - 9 samples are 10 us or more: count them in the histogram */
	if (noise.num_unrecorded == 0) {
		const double expected = (double)total_ns / 1000 - 9 * (double)num_gaps(&noise);
		const double seen = (double)gng_hist_count_above(noise.hist, GNG_NOISE_GAP_NS - 50);

		assert_true(fabs(seen - expected) <= 2 * (double)num_gaps(&noise) + 2);
	}
	gng_noise_fini(&noise);
}

static uint64_t longest_of(const struct gng_noise *noise)
{
	uint64_t longest = 0;

	for (int c = 0; c < GNG_NOISE_NUM_CLASSES; c++)
		if (noise->classes[c].max_ns > longest)
			longest = noise->classes[c].max_ns;
	return longest;
}

/* The list and the sums are made of the same gaps, so each bounds the other. */
static void worst_gaps_are_the_longest_in_order(void **state)
{
	struct gng_noise noise;
	uint64_t num;

	(void)state;
	if (skip_without_tsc())
		return;
	assert_int_equal(gng_noise_measure(&noise, 300 * MS, NULL), GNG_OK);
	num = num_gaps(&noise) - noise.num_unrecorded;
	assert_int_equal(noise.num_worst, num < GNG_NOISE_WORST ? num : GNG_NOISE_WORST);
	assert_int_equal(noise.num_worst ? noise.worst[0].length_ns : 0, longest_of(&noise));
	for (size_t i = 0; i < noise.num_worst; i++) {
		const struct gng_noise_gap *gap = &noise.worst[i];
		const struct gng_noise_sum *sum = &noise.classes[gap->class_of_gap];

		assert_true(i == 0 || gap->length_ns <= gap[-1].length_ns);
		assert_true(gap->length_ns >= GNG_NOISE_GAP_NS && gap->length_ns <= sum->max_ns);
		assert_true(gap->begin_ns < noise.duration_ns);
		assert_true(gap->cpu < CPU_SETSIZE);
	}
	gng_noise_fini(&noise);
}

static void bad_durations_are_refused(void **state)
{
	static const uint64_t durations[] = {0, 10 * MS - 1, UINT64_C(3600001) * MS, UINT64_MAX};
	struct gng_noise noise;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(durations); i++) {
		struct gng_why why = {0};

		assert_int_equal(gng_noise_measure(&noise, durations[i], &why), GNG_EINVAL);
		assert_non_null(strstr(why.text, "10 ms to 1 h"));
		assert_null(noise.hist);
	}
}

static void one_allowed_cpu_is_measured_alone(void **state)
{
	const cpu_set_t before = allowed_cpus();
	struct gng_noise noise;
	enum gng_status status;
	cpu_set_t one;

	(void)state;
	if (skip_without_tsc())
		return;
	CPU_ZERO(&one);
	CPU_SET(first_cpu(), &one);
	assert_int_equal(sched_setaffinity(0, sizeof(one), &one), 0);
	status = gng_noise_measure(&noise, 50 * MS, NULL);
	assert_int_equal(sched_setaffinity(0, sizeof(before), &before), 0);
	assert_int_equal(status, GNG_OK);
	assert_int_equal(noise.num_cpus, 1);
	assert_int_equal(noise.classes[GNG_NOISE_VCPU_PAUSE].num_gaps, 0);
	assert_int_equal(noise.classes[GNG_NOISE_VM_PAUSE].num_gaps, 0);
	gng_noise_fini(&noise);
}

const struct suite_test suite_tests[] = {
	TEST(measurement_adds_up, "H3.noise.measure"),
	TEST(floor_rises_with_the_quantile, "H3.noise.floor"),
	TEST(competing_thread_is_seen_as_preemption, "H3.noise.classes"),
	TEST(samples_weigh_gaps_by_their_time, "H3.noise.floor"),
	TEST(worst_gaps_are_the_longest_in_order, "H3.noise.worst"),
	TEST(bad_durations_are_refused, "H3.noise.measure"),
	TEST(one_allowed_cpu_is_measured_alone, "H3.noise.witness"),
	{0},
};
