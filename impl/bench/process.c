/* SPDX-License-Identifier: Apache-2.0 */
/*
 * process.c - asks a program that runs beside this one, and outlives its death and its silence.
 *
 * One socket is its standard input and output, so its end is seen at once. A peer lives in a
 * process of its own where it cannot live in ours: a library that needs another C library, or
 * a language with a runtime of its own.
 */
#include "gng_bench.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define READ_AHEAD 4096
#define EXIT_NOT_EXECUTED 127

struct gng_bench_process {
	char name[32];
	pid_t pid; /* 0: it is dead */
	int fd, errors;
	int cpu; /* where it was pinned, or -1 */
	unsigned int deadline_ms;
	char dead[256]; /* why */
	char ahead[READ_AHEAD];
	size_t from, to; /* what of ahead was not taken yet */
};

static int64_t now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* ---- the beginning ---- */

/* become is the child: signals and descriptors of the suite end here. */
static void become(const char *const *argv, int fd, int errors, pid_t parent)
{
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	setpgid(0, 0);
	if (getppid() != parent)
		_exit(EXIT_NOT_EXECUTED);
	dup2(errors, STDERR_FILENO);
	dup2(fd, STDIN_FILENO);
	dup2(fd, STDOUT_FILENO);
	close_range(3, ~0u, 0);
	execvp(argv[0], (char *const *)argv);
	dprintf(STDERR_FILENO, "%s cannot be executed: %s\n", argv[0], strerror(errno));
	_exit(EXIT_NOT_EXECUTED);
}

static bool start(struct gng_bench_process *process, const char *const *argv)
{
	const pid_t parent = getpid();
	int ends[2];

	process->errors = memfd_create("errors", MFD_CLOEXEC);
	if (process->errors < 0 || socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0)
		return false;
	process->fd = ends[0];
	process->pid = fork();
	if (process->pid == 0)
		become(argv, ends[1], process->errors, parent);
	close(ends[1]);
	if (process->pid > 0) /* here too: it may not have come to it yet */
		setpgid(process->pid, process->pid);
	return process->pid > 0;
}

enum gng_status gng_bench_process_open(struct gng_bench_process **process, const char *name,
				       const char *const *argv, unsigned int deadline_ms,
				       struct gng_why *why)
{
	struct gng_bench_process *made = calloc(1, sizeof(*made));

	if (!made)
		return gng_why_set(why, GNG_ENOMEM, 0, "bench.process", "no memory");
	snprintf(made->name, sizeof(made->name), "%s", name);
	made->fd = made->errors = made->cpu = -1;
	made->deadline_ms = deadline_ms;
	if (start(made, argv)) {
		*process = made;
		return GNG_OK;
	}
	made->pid = 0;
	gng_bench_process_close(made);
	return gng_why_set(why, GNG_ESYS, errno, "bench.process", "%s: no process can be started",
			   name);
}

/* ---- the end ---- */

/* first_words copies the first line of its standard error. */
static void first_words(const struct gng_bench_process *process, char text[128])
{
	const ssize_t got = pread(process->errors, text, 127, 0);

	text[got > 0 ? got : 0] = '\0';
	text[strcspn(text, "\n")] = '\0';
}

static void say_end(struct gng_bench_process *process, int status)
{
	char words[128], how[48];

	first_words(process, words);
	if (WIFSIGNALED(status))
		snprintf(how, sizeof(how), "by signal %d", WTERMSIG(status));
	else
		snprintf(how, sizeof(how), "with status %d", WEXITSTATUS(status));
	snprintf(process->dead, sizeof(process->dead), "its process ended %s%s%s", how,
		 *words ? ": " : " and said nothing", words);
}

static void stop(struct gng_bench_process *process)
{
	if (process->pid) {
		kill(-process->pid, SIGKILL); /* and what it started */
		while (waitpid(process->pid, NULL, 0) < 0 && errno == EINTR)
			;
	}
	process->pid = 0;
}

void gng_bench_process_close(struct gng_bench_process *process)
{
	if (!process)
		return;
	stop(process);
	if (process->fd >= 0)
		close(process->fd);
	if (process->errors >= 0)
		close(process->errors);
	free(process);
}

static enum gng_status fail(const struct gng_bench_process *process, struct gng_why *why)
{
	return gng_why_set(why, GNG_ESYS, 0, "bench.process", "%s: %s", process->name,
			   process->dead);
}

static enum gng_status give_up(struct gng_bench_process *process, struct gng_why *why)
{
	stop(process);
	snprintf(process->dead, sizeof(process->dead),
		 "its process did not answer within %u ms and was stopped", process->deadline_ms);
	return fail(process, why);
}

/* is_over waits for the end until the time; *status is then its status. */
static bool is_over(const struct gng_bench_process *process, int64_t until, int *status)
{
	while (waitpid(process->pid, status, WNOHANG) == 0) {
		if (now_ms() >= until)
			return false;
		nanosleep(&(struct timespec){.tv_nsec = 1000000}, NULL);
	}
	return true;
}

/* mourn is for a closed socket: the process has ended, or will. */
static enum gng_status mourn(struct gng_bench_process *process, int64_t until, struct gng_why *why)
{
	int status = 0;

	if (!is_over(process, until, &status))
		return give_up(process, why);
	process->pid = 0;
	say_end(process, status);
	return fail(process, why);
}

enum gng_status gng_bench_process_end(struct gng_bench_process *process, char *text, size_t cap,
				      struct gng_why *why)
{
	const int64_t until = now_ms() + process->deadline_ms;
	int status = 0;
	ssize_t got;

	if (!process->pid)
		return fail(process, why);
	shutdown(process->fd, SHUT_WR);
	if (!is_over(process, until, &status))
		return give_up(process, why);
	process->pid = 0;
	say_end(process, status);
	got = pread(process->errors, text, cap - 1, 0);
	text[got > 0 ? got : 0] = '\0';
	return status == 0 ? GNG_OK : fail(process, why);
}

/* ---- questions and answers ---- */

/* is_ready waits until the socket can be used for what events say; false at the deadline. */
static bool is_ready(const struct gng_bench_process *process, short events, int64_t until)
{
	struct pollfd ready = {.fd = process->fd, .events = events};

	for (;;) {
		const int64_t left = until - now_ms();
		const int num = poll(&ready, 1, left > 0 ? (int)left : 0);

		if (num > 0 || (num == 0 && left <= 0) || (num < 0 && errno != EINTR))
			return num > 0;
	}
}

/* has_spoken tells whether an answer waits: one that refuses a job need not read all of it. */
static bool has_spoken(const struct gng_bench_process *process)
{
	char one;

	return recv(process->fd, &one, 1, MSG_PEEK | MSG_DONTWAIT) > 0;
}

enum gng_status gng_bench_process_send(struct gng_bench_process *process, const void *bytes,
				       size_t len, struct gng_why *why)
{
	const int64_t until = now_ms() + process->deadline_ms;

	if (!process->pid)
		return fail(process, why);
	for (size_t done = 0; done < len;) {
		ssize_t sent;

		if (!is_ready(process, POLLOUT, until))
			return give_up(process, why);
		sent = send(process->fd, (const char *)bytes + done, len - done,
			    MSG_NOSIGNAL | MSG_DONTWAIT);
		if (sent < 0 && errno != EAGAIN && errno != EINTR)
			return has_spoken(process) ? GNG_OK : mourn(process, until, why);
		done += sent > 0 ? (size_t)sent : 0;
	}
	return GNG_OK;
}

/* take receives at most len bytes, at least one: *got. */
static enum gng_status take(struct gng_bench_process *process, void *bytes, size_t len, size_t *got,
			    int64_t until, struct gng_why *why)
{
	ssize_t received;

	do {
		if (!is_ready(process, POLLIN, until))
			return give_up(process, why);
		received = recv(process->fd, bytes, len, MSG_DONTWAIT);
	} while (received < 0 && (errno == EAGAIN || errno == EINTR));
	if (received <= 0)
		return mourn(process, until, why);
	*got = (size_t)received;
	return GNG_OK;
}

enum gng_status gng_bench_process_read(struct gng_bench_process *process, void *bytes, size_t len,
				       struct gng_why *why)
{
	const int64_t until = now_ms() + process->deadline_ms;
	const size_t kept = process->to - process->from;
	size_t done = kept < len ? kept : len, got;
	enum gng_status status = process->pid ? GNG_OK : fail(process, why);

	memcpy(bytes, process->ahead + process->from, done);
	process->from += done;
	while (done < len && status == GNG_OK) {
		status = take(process, (char *)bytes + done, len - done, &got, until, why);
		done += status == GNG_OK ? got : 0;
	}
	return status;
}

/* next_line finds a whole line in what was read ahead, and reads more until there is one. */
static enum gng_status next_line(struct gng_bench_process *process, char **line,
				 struct gng_why *why)
{
	const int64_t until = now_ms() + process->deadline_ms;
	enum gng_status status;
	char *end;
	size_t got;

	memmove(process->ahead, process->ahead + process->from, process->to - process->from);
	process->to -= process->from;
	process->from = 0;
	while (!(end = memchr(process->ahead, '\n', process->to))) {
		if (process->to == READ_AHEAD)
			break;
		status = take(process, process->ahead + process->to, READ_AHEAD - process->to, &got,
			      until, why);
		if (status != GNG_OK)
			return status;
		process->to += got;
	}
	if (!end)
		end = &process->ahead[READ_AHEAD - 1];
	*end = '\0';
	process->from = (size_t)(end + 1 - process->ahead);
	*line = process->ahead;
	return GNG_OK;
}

enum gng_status gng_bench_process_reply(struct gng_bench_process *process, char *line, size_t cap,
					struct gng_why *why)
{
	enum gng_status status;
	char *said;

	if (!process->pid)
		return fail(process, why);
	status = next_line(process, &said, why);
	if (status != GNG_OK)
		return status;
	if (strncmp(said, "no ", 3) == 0)
		return gng_why_set(why, GNG_ESYS, 0, "bench.process", "%s: %.200s", process->name,
				   said + 3);
	if ((strcmp(said, "ok") == 0 || strncmp(said, "ok ", 3) == 0) && strlen(said) < cap) {
		snprintf(line, cap, "%s", said[2] ? said + 3 : "");
		return GNG_OK;
	}
	stop(process);
	snprintf(process->dead, sizeof(process->dead),
		 "its process said '%.40s', which is no answer, and was stopped", said);
	return gng_why_set(why, GNG_EFORMAT, 0, "bench.process", "%s: %s", process->name,
			   process->dead);
}

/* ---- its CPU ---- */

void gng_bench_process_pin(struct gng_bench_process *process)
{
	const int cpu = sched_getcpu();
	cpu_set_t set;

	if (!process->pid || cpu < 0 || cpu == process->cpu)
		return;
	CPU_ZERO(&set);
	CPU_SET(cpu, &set);
	if (sched_setaffinity(process->pid, sizeof(set), &set) == 0)
		process->cpu = cpu;
}

double gng_bench_process_cpu_s(const struct gng_bench_process *process)
{
	struct timespec t;
	clockid_t clock;

	if (!process->pid || clock_getcpuclockid(process->pid, &clock) != 0 ||
	    clock_gettime(clock, &t) != 0)
		return 0;
	return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}
