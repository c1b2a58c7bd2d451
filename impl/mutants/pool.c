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

/* What the processes share. */
struct counter {
	atomic_size_t next;
	atomic_int stop;
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

static bool judge(const struct pool *pool, struct worker *worker, size_t index, int fd)
{
	struct source_mutant *mutant = &pool->source->mutants[index];
	struct answer answer = {.index = index};
	struct gng_why why = {0};

	if (worker_judge(worker, mutant, &why) == GNG_OK) {
		answer.outcome = mutant->outcome;
		snprintf(answer.text, sizeof(answer.text), "%s",
			 mutant->killer ? mutant->killer : "");
	} else {
		snprintf(answer.text, sizeof(answer.text), "%.200s", why.text);
	}
	return write(fd, &answer, sizeof(answer)) == sizeof(answer);
}

/* get_ready opens the worker. The first one shows that no test fails without a mutant. */
static bool get_ready(const struct pool *pool, struct worker *worker, unsigned int number, int fd)
{
	struct answer answer = {.index = pool->source->num_mutants};
	enum gng_status status;
	struct gng_why why = {0};

	status = worker_open(worker, pool->subject, pool->coverage, number, &why);
	if (status == GNG_OK && chdir(worker->folder) != 0) /* doctor sees that it is in use */
		status = gng_why_set(&why, GNG_ESYS, errno, "mutants.pool", "%s: %s",
				     worker->folder, strerror(errno));
	if (status == GNG_OK && number == 0)
		status = worker_prove(worker, &why);
	if (status == GNG_OK && number > 0)
		return true;
	answer.outcome = status == GNG_OK ? SOURCE_SURVIVED : SOURCE_UNKNOWN;
	snprintf(answer.text, sizeof(answer.text), "%.250s", why.text);
	return write(fd, &answer, sizeof(answer)) == sizeof(answer) && status == GNG_OK;
}

static void work(const struct pool *pool, unsigned int number, struct counter *counter, int fd)
{
	const size_t num = pool->source->num_mutants;
	struct worker worker;
	size_t index;

	if (get_ready(pool, &worker, number, fd))
		while (!atomic_load(&counter->stop) &&
		       (index = atomic_fetch_add(&counter->next, 1)) < num)
			if (is_due(pool, index) && !judge(pool, &worker, index, fd))
				break;
	worker_close(&worker);
}

/* outlive: what is limited by CPU time is a test, and a handler ends with exec. */
static void outlive(int number)
{
	(void)number;
}

static pid_t start(const struct pool *pool, unsigned int number, struct counter *counter,
		   const int pipe_fds[2])
{
	const pid_t parent = getpid(), pid = fork();

	if (pid != 0)
		return pid;
	/* Ctrl-C goes to the whole group: the parent decides, so that each mutant ends well */
	signal(SIGINT, SIG_IGN);
	signal(SIGXCPU, outlive);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	close(pipe_fds[0]);
	if (getppid() == parent)
		work(pool, number, counter, pipe_fds[1]);
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
	return state_add(pool->state_fd, mutant, why);
}

static enum gng_status listen_to(const struct pool *pool, struct counter *counter, int fd,
				 size_t *num_errors, struct gng_why *why)
{
	enum gng_status status = GNG_OK;
	size_t done = 0, total = 0;
	struct answer answer;

	for (size_t i = 0; i < pool->source->num_mutants; i++)
		total += is_due(pool, i);
	for (;;) {
		struct pollfd ready = {.fd = fd, .events = POLLIN};
		ssize_t n;

		if (status != GNG_OK || (pool->stop && *pool->stop))
			atomic_store(&counter->stop, 1);
		if (poll(&ready, 1, 100) <= 0)
			continue;
		n = read(fd, &answer, sizeof(answer));
		if (n < 0 && errno == EINTR)
			continue;
		if (n != sizeof(answer))
			return status; /* no worker is left */
		if (status != GNG_OK)
			continue;
		status = take(pool, &answer, num_errors, why);
		if (answer.index < pool->source->num_mutants && pool->on_outcome)
			pool->on_outcome(pool->context, &pool->source->mutants[answer.index],
					 ++done, total);
	}
}

/* await_proof waits for the first worker's word that its folder kills nobody. */
static enum gng_status await_proof(pid_t pid, int fd, struct gng_why *why)
{
	struct pollfd ready = {.fd = fd, .events = POLLIN};
	struct answer answer = {.text = "the first worker died"};

	while (poll(&ready, 1, 100) <= 0)
		if (waitpid(pid, NULL, WNOHANG) == pid)
			break;
	if ((ready.revents & POLLIN) && read(fd, &answer, sizeof(answer)) == sizeof(answer) &&
	    answer.outcome != SOURCE_UNKNOWN)
		return GNG_OK;
	return gng_why_set(why, GNG_EINVAL, 0, "mutants.pool", "%s", answer.text);
}

enum gng_status pool_run(const struct pool *pool, size_t *num_errors, struct gng_why *why)
{
	struct counter *counter = mmap(NULL, sizeof(*counter), PROT_READ | PROT_WRITE,
				       MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	pid_t *pids = calloc(pool->num_jobs, sizeof(*pids));
	enum gng_status status = GNG_OK;
	int fds[2];

	*num_errors = 0;
	if (!pids || counter == MAP_FAILED || pipe2(fds, O_CLOEXEC) != 0) {
		free(pids);
		return gng_why_set(why, GNG_ESYS, errno, "mutants.pool", "no workers: %s",
				   strerror(errno));
	}
	for (unsigned int i = 0; i < pool->num_jobs && status == GNG_OK; i++) {
		pids[i] = start(pool, i, counter, fds);
		if (pids[i] < 0)
			status = gng_why_set(why, GNG_ESYS, errno, "mutants.pool", "fork: %s",
					     strerror(errno));
		else if (i == 0)
			status = await_proof(pids[i], fds[0], why);
	}
	close(fds[1]);
	if (status == GNG_OK)
		status = listen_to(pool, counter, fds[0], num_errors, why);
	close(fds[0]);
	for (unsigned int i = 0; i < pool->num_jobs; i++)
		while (pids[i] > 0 && waitpid(pids[i], NULL, 0) < 0 && errno == EINTR)
			;
	free(pids);
	munmap(counter, sizeof(*counter));
	return status;
}
