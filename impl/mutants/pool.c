/* SPDX-License-Identifier: Apache-2.0 */
/* pool.c - several processes judge mutants: each takes the next one, in their order. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "mutants_campaign.h"
#include "mutants_files.h"

/* What the processes share. */
struct counter {
	atomic_size_t next;
	atomic_int stop;
	atomic_size_t at[POOL_MAX_JOBS]; /* the mutant that each judges, and 1; 0: none */
};

/* One turn of the workers. */
struct turn {
	const struct pool *pool;
	struct counter *counter;
	struct worker_trials *trials; /* [file][program], and once more for all files */
	unsigned int num_jobs;
	size_t only; /* this mutant; any if it is none */
	size_t *num_errors;
};

/* One answer is one write to the pipe; under PIPE_BUF it is never mixed with another. */
struct answer {
	size_t index;
	enum source_outcome outcome; /* SOURCE_UNKNOWN: text says why it was not judged */
	char text[256];		     /* or the killer */
};

static bool is_due(const struct pool *pool, size_t index)
{
	const struct source_mutant *mutant = &pool->source->mutants[index];

	return mutant->chosen && mutant->outcome == pool->due;
}

/* ---- in a worker ---- */

static bool judge(const struct turn *turn, struct worker *worker, size_t index, int fd)
{
	const struct pool *pool = turn->pool;
	const size_t num = pool->subject->num_test_programs;
	struct source_mutant *mutant = &pool->source->mutants[index];
	struct answer answer = {.index = index};
	struct gng_why why = {0};

	worker->of_file = turn->trials + num * (size_t)(mutant->file - pool->source->files);
	worker->of_all = turn->trials + num * pool->source->num_files;
	if (worker_judge(worker, mutant, &why) == GNG_OK) {
		answer.outcome = mutant->outcome;
		snprintf(answer.text, sizeof(answer.text), "%s",
			 mutant->killer ? mutant->killer : "");
	} else {
		snprintf(answer.text, sizeof(answer.text), "%.200s", why.text);
	}
	return write(fd, &answer, sizeof(answer)) == sizeof(answer);
}

/* get_ready opens the worker, or says why it cannot be. */
static bool get_ready(const struct pool *pool, struct worker *worker, unsigned int number, int fd)
{
	struct answer answer = {.index = pool->source->num_mutants};
	enum gng_status status;
	struct gng_why why = {0};
	char name[16];

	snprintf(name, sizeof(name), "%u", number);
	status = worker_open(worker, pool->subject, pool->coverage, name, &why);
	if (status == GNG_OK && chdir(worker->folder) != 0) /* doctor sees that it is in use */
		status = gng_why_set(&why, GNG_ESYS, errno, "mutants.pool", "%s: %s",
				     worker->folder, strerror(errno));
	if (status == GNG_OK)
		return true;
	snprintf(answer.text, sizeof(answer.text), "%.250s", why.text);
	if (write(fd, &answer, sizeof(answer)) < 0)
		perror("gonogo mutants");
	return false;
}

static bool is_wanted(const struct turn *turn, size_t index)
{
	return is_due(turn->pool, index) &&
	       (turn->only == index || turn->only == turn->pool->source->num_mutants);
}

static void work(const struct turn *turn, unsigned int number, int fd)
{
	const struct pool *pool = turn->pool;
	struct counter *counter = turn->counter;
	struct worker worker;
	bool goes_on = get_ready(pool, &worker, number, fd);
	size_t index;

	while (goes_on && !atomic_load(&counter->stop) &&
	       (index = atomic_fetch_add(&counter->next, 1)) < pool->source->num_mutants) {
		if (!is_wanted(turn, index))
			continue;
		atomic_store(&counter->at[number], index + 1);
		goes_on = judge(turn, &worker, index, fd);
		atomic_store(&counter->at[number], 0);
	}
	worker_close(&worker);
}

/* outlive: what is limited by CPU time is a test, and a handler ends with exec. */
static void outlive(int number)
{
	(void)number;
}

static pid_t start(const struct turn *turn, unsigned int number, const int pipe_fds[2])
{
	const pid_t parent = getpid(), pid = fork();

	if (pid != 0)
		return pid;
	/* Ctrl-C goes to the whole group: the parent decides, so that each mutant ends well */
	signal(SIGINT, SIG_IGN);
	setpgid(0, 0); /* a mutant that signals its runner's group must not reach the others */
	signal(SIGXCPU, outlive);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	close(pipe_fds[0]);
	if (getppid() == parent)
		work(turn, number, pipe_fds[1]);
	_exit(0);
}

/* ---- in the parent ---- */

static enum gng_status take(const struct pool *pool, const struct answer *answer,
			    size_t *num_errors, struct gng_why *why)
{
	struct source_mutant *mutant = &pool->source->mutants[answer->index];

	if (answer->outcome == SOURCE_UNKNOWN) {
		++*num_errors;
		gng_why_set(why, GNG_ESYS, 0, "mutants.pool", "%s: %s",
			    answer->index < pool->source->num_mutants ? mutant->id : "a worker",
			    answer->text);
		return GNG_OK;
	}
	mutant->outcome = answer->outcome;
	mutant->killer = *answer->text ? strdup(answer->text) : NULL;
	return state_add(pool->state_fd, pool->source, mutant, why);
}

static size_t num_due(const struct pool *pool)
{
	size_t num = 0;

	for (size_t i = 0; i < pool->source->num_mutants; i++)
		num += is_due(pool, i);
	return num;
}

static enum gng_status listen_to(const struct turn *turn, int fd, struct gng_why *why)
{
	const struct pool *pool = turn->pool;
	const size_t total = num_due(pool);
	enum gng_status status = GNG_OK;
	struct answer answer;
	size_t done = 0;

	for (;;) {
		struct pollfd ready = {.fd = fd, .events = POLLIN};
		ssize_t n;

		if (status != GNG_OK || (pool->stop && *pool->stop))
			atomic_store(&turn->counter->stop, 1);
		if (poll(&ready, 1, 100) <= 0)
			continue;
		n = read(fd, &answer, sizeof(answer));
		if (n < 0 && errno == EINTR)
			continue;
		if (n != sizeof(answer))
			return status; /* no worker is left */
		if (status != GNG_OK)
			continue;
		status = take(pool, &answer, turn->num_errors, why);
		if (answer.index < pool->source->num_mutants && pool->on_outcome)
			pool->on_outcome(pool->context, &pool->source->mutants[answer.index],
					 ++done, total);
	}
}

/* take_turn lets the workers judge until none is left. */
static enum gng_status take_turn(struct turn *turn, struct gng_why *why)
{
	pid_t pids[POOL_MAX_JOBS] = {0};
	enum gng_status status = GNG_OK;
	int fds[2];

	memset(turn->counter, 0, sizeof(*turn->counter));
	if (pipe2(fds, O_CLOEXEC) != 0)
		return gng_why_set(why, GNG_ESYS, errno, "mutants.pool", "no workers: %s",
				   strerror(errno));
	for (unsigned int i = 0; i < turn->num_jobs && status == GNG_OK; i++) {
		pids[i] = start(turn, i, fds);
		if (pids[i] < 0)
			status = gng_why_set(why, GNG_ESYS, errno, "mutants.pool", "fork: %s",
					     strerror(errno));
	}
	close(fds[1]);
	if (status == GNG_OK)
		status = listen_to(turn, fds[0], why);
	close(fds[0]);
	for (unsigned int i = 0; i < turn->num_jobs; i++)
		while (pids[i] > 0 && waitpid(pids[i], NULL, 0) < 0 && errno == EINTR)
			;
	return status;
}

/* judge_alone tries a mutant that a worker died of, or another one's worker. Who dies of it again
 * was its runner, and a test whose runner dies does not pass. */
static enum gng_status judge_alone(struct turn turn, size_t index, struct gng_why *why)
{
	struct source_mutant *mutant = &turn.pool->source->mutants[index];
	enum gng_status status;

	turn.num_jobs = 1;
	turn.only = index;
	status = take_turn(&turn, why);
	if (status != GNG_OK || !atomic_load(&turn.counter->at[0]))
		return status;
	mutant->outcome = SOURCE_KILLED;
	mutant->killer = strdup("its runner died");
	return state_add(turn.pool->state_fd, turn.pool->source, mutant, why);
}

/* judge_suspects goes through what was judged when workers died; *num is how many there were. */
static enum gng_status judge_suspects(const struct turn *turn, size_t *num, struct gng_why *why)
{
	size_t suspects[POOL_MAX_JOBS];
	enum gng_status status = GNG_OK;

	*num = 0;
	for (unsigned int i = 0; i < turn->num_jobs; i++) {
		const size_t at = atomic_load(&turn->counter->at[i]);

		if (at > 0 && is_due(turn->pool, at - 1))
			suspects[(*num)++] = at - 1;
	}
	for (size_t i = 0; i < *num && status == GNG_OK; i++)
		status = judge_alone(*turn, suspects[i], why);
	return status;
}

/* share returns zeros that all processes see, or MAP_FAILED. */
static void *share(size_t len)
{
	return mmap(NULL, len, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
}

enum gng_status pool_run(const struct pool *pool, size_t *num_errors, struct gng_why *why)
{
	const size_t trials_len = (pool->source->num_files + 1) * pool->subject->num_test_programs *
				  sizeof(struct worker_trials);
	struct turn turn = {
		.pool = pool,
		.counter = share(sizeof(*turn.counter)),
		.trials = share(trials_len),
		.num_jobs = pool->num_jobs,
		.only = pool->source->num_mutants,
		.num_errors = num_errors,
	};
	size_t num_suspects = 1;
	enum gng_status status = GNG_OK;

	*num_errors = 0;
	if (turn.counter == MAP_FAILED || turn.trials == MAP_FAILED)
		status = mutants_no_memory(why);
	while (status == GNG_OK && num_suspects > 0) {
		status = take_turn(&turn, why);
		if (status == GNG_OK)
			status = judge_suspects(&turn, &num_suspects, why);
	}
	if (turn.counter != MAP_FAILED)
		munmap(turn.counter, sizeof(*turn.counter));
	if (turn.trials != MAP_FAILED)
		munmap(turn.trials, trials_len);
	return status;
}
