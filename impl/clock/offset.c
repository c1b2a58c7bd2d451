/* SPDX-License-Identifier: Apache-2.0 */
/* offset.c - the offset between the TSCs of two CPUs, by passing a cache line back and forth. */
#include "clock_pair.h"

#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <string.h>
#include <time.h>

#define NUM_ROUNDS 20000   /* about 5 ms; the fastest is found within the first thousand */
#define DEADLINE_MS 1000   /* when a CPU is so busy that the two threads hardly ever meet */
#define SPINS_A_LOOK 20000 /* spins between two looks at the deadline */

/* ball is the shared line: the server writes turn, the other side replies in the same line,
 * so that turn and stamp travel together. */
struct ball {
	_Alignas(128) uint64_t turn; /* odd: served, even: replied */
	uint64_t replied;	     /* TSC at the reply */
	bool stop;
};

struct game {
	struct ball ball;
	struct gng_clock_offset *offset;
	uint64_t fastest;
	struct timespec deadline;
};

static void relax(void)
{
#if defined(__x86_64__) || defined(__i386__)
	__builtin_ia32_pause();
#endif
}

static bool is_past(const struct timespec *deadline)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec > deadline->tv_sec ||
	       (now.tv_sec == deadline->tv_sec && now.tv_nsec > deadline->tv_nsec);
}

/* await spins until turn is wanted; false when stopped or at the deadline. */
static bool await(struct game *game, uint64_t wanted)
{
	struct ball *ball = &game->ball;

	for (uint32_t spins = 1; __atomic_load_n(&ball->turn, __ATOMIC_ACQUIRE) != wanted;
	     spins++) {
		if (__atomic_load_n(&ball->stop, __ATOMIC_RELAXED))
			return false;
		if (spins % SPINS_A_LOOK == 0 && is_past(&game->deadline))
			return false;
		relax();
	}
	return true;
}

static void *reply(void *context)
{
	struct game *game = context;

	for (uint64_t turn = 1; await(game, turn); turn += 2) {
		game->ball.replied = gng_clock_stop();
		__atomic_store_n(&game->ball.turn, turn + 1, __ATOMIC_RELEASE);
	}
	return NULL;
}

static void *serve(void *context)
{
	struct game *game = context;

	for (uint64_t round = 0; round < NUM_ROUNDS; round++) {
		const uint64_t sent = gng_clock_start();
		uint64_t received;

		__atomic_store_n(&game->ball.turn, 2 * round + 1, __ATOMIC_RELEASE);
		if (!await(game, 2 * round + 2))
			break;
		received = gng_clock_stop();
		game->offset->num_rounds++;
		if (received - sent >= game->fastest)
			continue;
		game->fastest = received - sent;
		clock_offset_from_round(game->offset, sent, game->ball.replied, received);
	}
	__atomic_store_n(&game->ball.stop, true, __ATOMIC_RELAXED);
	return NULL;
}

/* start_on starts a thread that can only run on cpu; returns an errno. */
static int start_on(pthread_t *thread, int cpu, void *(*run)(void *), struct game *game)
{
	pthread_attr_t attributes;
	cpu_set_t set;
	int error;

	CPU_ZERO(&set);
	CPU_SET(cpu, &set);
	error = pthread_attr_init(&attributes);
	if (error)
		return error;
	error = pthread_attr_setaffinity_np(&attributes, sizeof(set), &set);
	if (!error)
		error = pthread_create(thread, &attributes, run, game);
	pthread_attr_destroy(&attributes);
	return error;
}

static enum gng_status play(struct game *game, struct gng_why *why)
{
	pthread_t server, other;
	int error = start_on(&other, game->offset->cpu[1], reply, game);

	if (error)
		return gng_why_set(why, GNG_ESYS, error, "clock.offset", "no thread on CPU %d",
				   game->offset->cpu[1]);
	error = start_on(&server, game->offset->cpu[0], serve, game);
	if (error)
		__atomic_store_n(&game->ball.stop, true, __ATOMIC_RELAXED);
	else
		pthread_join(server, NULL);
	pthread_join(other, NULL);
	if (error)
		return gng_why_set(why, GNG_ESYS, error, "clock.offset", "no thread on CPU %d",
				   game->offset->cpu[0]);
	if (game->offset->num_rounds == 0)
		return gng_why_set(why, GNG_EUNSUPPORTED, 0, "clock.offset",
				   "CPUs %d and %d never ran both threads within %d ms: free them",
				   game->offset->cpu[0], game->offset->cpu[1], DEADLINE_MS);
	return GNG_OK;
}

/* choose replaces two -1 by the first two allowed CPUs, and refuses CPUs that are not. */
static enum gng_status choose(int cpu[2], struct gng_why *why)
{
	cpu_set_t allowed;

	if (sched_getaffinity(0, sizeof(allowed), &allowed) != 0)
		return gng_why_set(why, GNG_ESYS, errno, "clock.offset",
				   "the CPUs of this thread cannot be read");
	if (CPU_COUNT(&allowed) < 2)
		return gng_why_set(why, GNG_EUNSUPPORTED, 0, "clock.offset",
				   "only one CPU is allowed: an offset needs two (taskset -c)");
	for (int i = 0, next = 0; cpu[0] < 0 || cpu[1] < 0; next++)
		if (CPU_ISSET(next, &allowed))
			cpu[i++] = next;
	for (int i = 0; i < 2; i++)
		if (cpu[i] >= CPU_SETSIZE || !CPU_ISSET(cpu[i], &allowed))
			return gng_why_set(why, GNG_EUNSUPPORTED, 0, "clock.offset",
					   "CPU %d is not allowed: widen the affinity (taskset -c)",
					   cpu[i]);
	return GNG_OK;
}

enum gng_status gng_clock_measure_offset(struct gng_clock_offset *offset, int cpu_a, int cpu_b,
					 struct gng_why *why)
{
	struct game game = {.offset = offset, .fastest = UINT64_MAX};
	enum gng_status status;

	if ((cpu_a != -1 || cpu_b != -1) && (cpu_a < 0 || cpu_b < 0 || cpu_a == cpu_b))
		return gng_why_set(why, GNG_EINVAL, 0, "clock.offset",
				   "name two different CPUs, or -1 and -1");
	memset(offset, 0, sizeof(*offset));
	offset->cpu[0] = cpu_a;
	offset->cpu[1] = cpu_b;
	status = choose(offset->cpu, why);
	if (status != GNG_OK)
		return status;
	clock_gettime(CLOCK_MONOTONIC, &game.deadline);
	game.deadline.tv_sec += DEADLINE_MS / 1000;
	return play(&game, why);
}
