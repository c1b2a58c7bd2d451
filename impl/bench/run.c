/* SPDX-License-Identifier: Apache-2.0 */
/*
 * run.c - takes turns: one slice for each contestant in each round, in a random order, with
 * the core's clock measured on both sides of the slice.
 */
#include "bench_failed.h"

#include <pthread.h>
#include <sched.h>
#include <stdlib.h>
#include <time.h>

#include "bench_random.h"

#define MAX_CALLS (UINT64_C(1) << 32) /* of work in one slice */

/* turn is the slice of one contestant in one lane. */
struct turn {
	double per_cycle, per_ns, core_ratio;
};

struct bench {
	const struct gng_bench_match *match;
	size_t num_rounds, num_turns; /* num_turns: of one lane, rounds times contestants */
	uint8_t *order;		      /* [num_turns]: who comes next */
	struct turn *turns;	      /* [lane][round][contestant] */
	uint64_t calls[GNG_BENCH_MAX_CONTESTANTS];
	pthread_barrier_t barrier;
	pthread_mutex_t gate; /* held until every thread exists: one alone would wait for ever */
	bool cancelled;
	const struct gng_bench_contestant *_Atomic broken; /* it failed while it was timed */
};

struct lane {
	struct bench *bench;
	size_t index;
	int cpu;
	pthread_t thread;
};

/* ---- one slice ---- */

static double now_s(clockid_t clock)
{
	struct timespec t;

	clock_gettime(clock, &t);
	return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

/* own_time asks a contestant that times itself. A failure is kept, and a turn of it is void. */
static uint64_t own_time(struct bench *bench, const struct gng_bench_contestant *contestant,
			 uint64_t num_calls)
{
	const double ns = contestant->time_ns(contestant->state, num_calls);

	if (ns > 0)
		return (uint64_t)(ns * bench->match->rate->hz / 1e9) + 1;
	bench->broken = contestant;
	return UINT64_MAX;
}

/* slice does not count what others did on this CPU meanwhile: a call of 30 ms is interrupted on
 * every machine that is in use, one of 30 us is not, and the ratio would be of the neighbours. */
static uint64_t slice(struct bench *bench, const struct gng_bench_contestant *contestant,
		      uint64_t num_calls)
{
	uint64_t first, cycles, own;
	double cpu;

	if (contestant->time_ns)
		return bench->broken ? UINT64_MAX : own_time(bench, contestant, num_calls);
	contestant->work(contestant->state); /* as those in processes: caches hold its own bytes */
	cpu = now_s(CLOCK_THREAD_CPUTIME_ID);
	first = gng_clock_start();
	for (uint64_t i = 0; i < num_calls; i++)
		contestant->work(contestant->state);
	cycles = gng_clock_stop() - first;
	own = (uint64_t)((now_s(CLOCK_THREAD_CPUTIME_ID) - cpu) * bench->match->rate->hz);
	return own > 0 && own < cycles ? own : cycles;
}

/* fit finds how many calls fill a slice: doubling, then in proportion to the last trial. */
static uint64_t fit(struct bench *bench, const struct gng_bench_contestant *contestant)
{
	const struct gng_bench_match *match = bench->match;
	const uint64_t want = gng_clock_ns_to_cycles(match->rate, match->slice_ns);
	uint64_t num = 1, cycles = slice(bench, contestant, num);

	while (cycles < want / 2 && num < MAX_CALLS) {
		num *= 2;
		cycles = slice(bench, contestant, num);
	}
	num = (uint64_t)((double)num * (double)want / (double)(cycles ? cycles : 1));
	return num ? num : 1;
}

/* core_ratio is 1 where the core's clock cannot be told: figures are then by TSC cycle. */
static double core_ratio(void)
{
	const double ratio = gng_clock_core_ratio();

	return ratio > 0 ? ratio : 1;
}

static void take_turns(struct bench *bench, size_t lane)
{
	const struct gng_bench_match *match = bench->match;
	const struct gng_bench_contestant *own = &match->contestants[lane * match->num_contestants];
	struct turn *turns = &bench->turns[lane * bench->num_turns];
	double before = core_ratio();

	for (size_t i = 0; i < bench->num_turns; i++) {
		const size_t who = bench->order[i];
		const uint64_t num = bench->calls[who];
		struct turn *turn =
			&turns[i / match->num_contestants * match->num_contestants + who];
		double bytes = (double)match->len * (double)num, cycles, after;

		if (match->num_lanes > 1)
			pthread_barrier_wait(&bench->barrier);
		cycles = (double)slice(bench, &own[who], num);
		after = core_ratio();
		turn->core_ratio = (before + after) / 2;
		turn->per_cycle = bytes * turn->core_ratio / cycles;
		turn->per_ns = bytes / (cycles / match->rate->hz * 1e9);
		before = after;
	}
}

/* ---- lanes ---- */

/* allowed_cpus writes the first num CPUs that this thread may use; false if there are fewer. */
static bool allowed_cpus(int *cpus, size_t num)
{
	cpu_set_t set;
	size_t found = 0;

	if (sched_getaffinity(0, sizeof(set), &set) != 0)
		return false;
	for (int cpu = 0; cpu < CPU_SETSIZE && found < num; cpu++)
		if (CPU_ISSET(cpu, &set))
			cpus[found++] = cpu;
	return found == num;
}

static void pin(int cpu)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(cpu, &set);
	sched_setaffinity(0, sizeof(set), &set);
}

static void *run_lane(void *argument)
{
	const struct lane *lane = argument;
	bool cancelled;

	pin(lane->cpu);
	pthread_mutex_lock(&lane->bench->gate);
	cancelled = lane->bench->cancelled;
	pthread_mutex_unlock(&lane->bench->gate);
	if (!cancelled)
		take_turns(lane->bench, lane->index);
	return NULL;
}

/* run_threads runs lane 0 here and the others in threads; false if one cannot start. */
static bool run_threads(struct bench *bench, struct lane *lanes, size_t num)
{
	size_t started = 1;

	pthread_mutex_lock(&bench->gate);
	while (started < num &&
	       pthread_create(&lanes[started].thread, NULL, run_lane, &lanes[started]) == 0)
		started++;
	bench->cancelled = started < num;
	pthread_mutex_unlock(&bench->gate);
	run_lane(&lanes[0]);
	for (size_t i = 1; i < started; i++)
		pthread_join(lanes[i].thread, NULL);
	return !bench->cancelled;
}

static enum gng_status run_lanes(struct bench *bench, struct gng_why *why)
{
	const size_t num = bench->match->num_lanes;
	struct lane lanes[GNG_BENCH_MAX_LANES];
	int cpus[GNG_BENCH_MAX_LANES];
	bool ok;

	if (!allowed_cpus(cpus, num))
		return gng_why_set(why, GNG_EUNSUPPORTED, 0, "bench.run",
				   "%zu jobs need as many CPUs, and this process may use fewer",
				   num);
	if (num == 1)
		cpus[0] = sched_getcpu(); /* where the scheduler saw room */
	for (size_t i = 0; i < num; i++)
		lanes[i] = (struct lane){.bench = bench, .index = i, .cpu = cpus[i]};
	pthread_barrier_init(&bench->barrier, NULL, (unsigned int)num);
	pthread_mutex_init(&bench->gate, NULL);
	ok = run_threads(bench, lanes, num);
	pthread_mutex_destroy(&bench->gate);
	pthread_barrier_destroy(&bench->barrier);
	return ok ? GNG_OK
		  : gng_why_set(why, GNG_ESYS, 0, "bench.run", "a thread could not be started");
}

static enum gng_status run_pinned(struct bench *bench, struct gng_why *why)
{
	enum gng_status status;
	cpu_set_t before;
	const bool known = sched_getaffinity(0, sizeof(before), &before) == 0;

	status = run_lanes(bench, why);
	if (known)
		sched_setaffinity(0, sizeof(before), &before);
	return status;
}

/* ---- before and after ---- */

static void shuffle(struct bench *bench)
{
	const size_t num = bench->match->num_contestants;
	uint64_t state = bench->match->seed;

	for (size_t round = 0; round < bench->num_rounds; round++) {
		uint8_t *order = &bench->order[round * num];

		for (size_t i = 0; i < num; i++) {
			const size_t at = bench_random_below(&state, i + 1);

			order[i] = order[at];
			order[at] = (uint8_t)i;
		}
	}
}

static double maximum(const double *values, size_t num)
{
	double most = values[0];

	for (size_t i = 1; i < num; i++)
		most = values[i] > most ? values[i] : most;
	return most;
}

/* gather adds up what all lanes did in each round. */
static void gather(const struct bench *bench, size_t who, double *per_cycle, double *per_ns)
{
	const size_t num = bench->match->num_contestants;

	for (size_t round = 0; round < bench->num_rounds; round++) {
		per_cycle[round] = per_ns[round] = 0;
		for (size_t lane = 0; lane < bench->match->num_lanes; lane++) {
			const struct turn *turn =
				&bench->turns[lane * bench->num_turns + round * num + who];

			per_cycle[round] += turn->per_cycle;
			per_ns[round] += turn->per_ns;
		}
	}
}

static double median_core_hz(const struct bench *bench, double *scratch)
{
	double ratio;

	if (gng_clock_core_ratio() <= 0)
		return 0;
	for (size_t i = 0; i < bench->num_rounds; i++)
		scratch[i] = bench->turns[i * bench->match->num_contestants].core_ratio;
	ratio = gng_bench_median(scratch, bench->num_rounds);
	return bench->match->rate->hz / ratio;
}

/* cpu_now adds the processes of contestants to this one. */
static double cpu_now(const struct gng_bench_match *match)
{
	double sum = now_s(CLOCK_PROCESS_CPUTIME_ID);

	for (size_t i = 0; i < match->num_contestants * match->num_lanes; i++)
		if (match->contestants[i].cpu_s)
			sum += match->contestants[i].cpu_s(match->contestants[i].state);
	return sum;
}

static enum gng_status conclude(struct gng_bench_result *result, const struct bench *bench,
				double *ours, double *theirs, double *per_ns)
{
	const size_t num = bench->num_rounds;
	enum gng_status status = GNG_OK;

	result->num_contestants = bench->match->num_contestants;
	result->core_hz = median_core_hz(bench, theirs);
	gather(bench, 0, ours, per_ns);
	for (size_t who = 0; who < result->num_contestants && status == GNG_OK; who++) {
		struct gng_bench_figure *figure = &result->figures[who];

		gather(bench, who, theirs, per_ns);
		if (who > 0)
			status = gng_bench_compare(&result->ratios[who], ours, theirs, num,
						   bench->match->seed + who);
		figure->best_per_cycle = maximum(theirs, num);
		figure->median_per_cycle = gng_bench_median(theirs, num);
		figure->best_per_ns = maximum(per_ns, num);
		figure->median_per_ns = gng_bench_median(per_ns, num);
	}
	return status;
}

static enum gng_status run(struct gng_bench_result *result, struct bench *bench,
			   struct gng_why *why)
{
	const struct gng_bench_match *match = bench->match;
	const size_t num = bench->num_rounds;
	double *figures = calloc(num, 3 * sizeof(*figures)), cpu, wall;
	enum gng_status status = GNG_ENOMEM;

	bench->order = calloc(bench->num_turns, sizeof(*bench->order));
	bench->turns = calloc(bench->num_turns * match->num_lanes, sizeof(*bench->turns));
	if (figures && bench->order && bench->turns) {
		shuffle(bench);
		for (size_t i = 0; i < match->num_contestants; i++)
			bench->calls[i] = fit(bench, &match->contestants[i]);
		cpu = cpu_now(match);
		wall = now_s(CLOCK_MONOTONIC);
		status = run_pinned(bench, why);
		cpu = cpu_now(match) - cpu;
		result->cpu_per_wall = cpu / (now_s(CLOCK_MONOTONIC) - wall);
		if (bench->broken)
			status = bench_failed(bench->broken, why);
		if (status == GNG_OK)
			status = conclude(result, bench, figures, figures + num, figures + 2 * num);
	}
	free(bench->turns);
	free(bench->order);
	free(figures);
	return status;
}

enum gng_status gng_bench_run(struct gng_bench_result *result, const struct gng_bench_match *match,
			      struct gng_why *why)
{
	struct bench bench = {.match = match};
	enum gng_status status = gng_bench_check(match, why);

	if (status != GNG_OK)
		return status;
	*result = (struct gng_bench_result){0};
	bench.num_rounds = (size_t)match->rounds_per_block * GNG_BENCH_NUM_BLOCKS;
	bench.num_turns = bench.num_rounds * match->num_contestants;
	status = run(result, &bench, why);
	return status == GNG_OK ? gng_bench_check(match, why) : status;
}
