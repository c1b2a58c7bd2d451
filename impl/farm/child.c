/* SPDX-License-Identifier: Apache-2.0 */
/* child.c - starts, watches and ends the processes of a campaign. */
#include "farm_child.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define MAX_READS 16

double farm_now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

/* become is the child: on failure it sends errno through the pipe that exec would close. */
static void become(const char *const *argv, const char *const *env, const char *cwd, int output,
		   int report, pid_t parent)
{
	const int null = open("/dev/null", O_RDONLY);
	sigset_t none;

	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	setpgid(0, 0);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent) /* it died before the line above */
		_exit(1);
	for (; env && *env; env++)
		putenv((char *)*env);
	if ((null < 0 || dup2(null, 0) == 0) && dup2(output, 1) == 1 && dup2(output, 2) == 2 &&
	    (!cwd || chdir(cwd) == 0))
		execvp(argv[0], (char *const *)argv);
	if (write(report, &errno, sizeof(errno)) < 0)
		_exit(126);
	_exit(127);
}

enum gng_status farm_child_start(struct farm_child *child, const char *const *argv,
				 const char *const *env, const char *cwd, struct gng_why *why)
{
	const pid_t parent = getpid();
	int output[2], report[2], failure = 0;

	child->len = 0;
	child->timed_out = false;
	child->status = 0;
	child->deadline_s = 0;
	child->started_s = farm_now();
	if (!child->tail)
		child->tail = malloc(FARM_TAIL);
	if (!child->tail)
		return gng_why_set(why, GNG_ENOMEM, 0, "farm.child", "no memory");
	if (pipe2(output, O_CLOEXEC) != 0)
		return gng_why_set(why, GNG_ESYS, errno, "farm.child", "no pipe: %s",
				   strerror(errno));
	if (pipe2(report, O_CLOEXEC) != 0) {
		close(output[0]);
		close(output[1]);
		return gng_why_set(why, GNG_ESYS, errno, "farm.child", "no pipe: %s",
				   strerror(errno));
	}
	child->pid = fork();
	if (child->pid == 0)
		become(argv, env, cwd, output[1], report[1], parent);
	if (child->pid < 0)
		failure = errno;
	close(output[1]);
	close(report[1]);
	child->fd = output[0];
	fcntl(child->fd, F_SETFL, O_NONBLOCK);
	if (child->pid > 0 && read(report[0], &failure, sizeof(failure)) != sizeof(failure))
		failure = 0;
	close(report[0]);
	if (failure == 0)
		return GNG_OK;
	farm_child_stop(child);
	return gng_why_set(why, GNG_ESYS, failure, "farm.child", "%s cannot be run: %s", argv[0],
			   strerror(failure));
}

/* take reads what there is, but not for ever from one that floods; when the tail is full, its
 * older half goes. */
static void take(struct farm_child *child)
{
	ssize_t got;

	for (int i = 0; i < MAX_READS && child->fd >= 0; i++) {
		if (child->len == FARM_TAIL) {
			child->len = FARM_TAIL / 2;
			memmove(child->tail, child->tail + FARM_TAIL / 2, FARM_TAIL / 2);
		}
		got = read(child->fd, child->tail + child->len, FARM_TAIL - child->len);
		if (got < 0)
			return;
		child->len += (size_t)got;
		if (got == 0) {
			close(child->fd);
			child->fd = -1;
		}
	}
}

static bool reap(struct farm_child *child, int flags)
{
	struct rusage usage;
	pid_t got;

	do
		got = wait4(child->pid, &child->status, flags, &usage);
	while (got < 0 && errno == EINTR);
	if (got == 0)
		return false;
	take(child);
	if (child->fd >= 0) /* a grandchild may hold the other end */
		close(child->fd);
	child->fd = -1;
	kill(-child->pid, SIGKILL);
	child->cpu_s = (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
		       (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) * 1e-6;
	child->pid = 0;
	return true;
}

bool farm_child_pump(struct farm_child *child)
{
	if (child->pid <= 0)
		return true;
	take(child);
	if (child->deadline_s > 0 && farm_now() > child->deadline_s && !child->timed_out) {
		child->timed_out = true;
		kill(-child->pid, SIGKILL);
	}
	return reap(child, WNOHANG);
}

void farm_child_stop(struct farm_child *child)
{
	if (child->pid <= 0)
		return;
	kill(-child->pid, SIGKILL);
	kill(child->pid, SIGKILL); /* before it has made its group */
	reap(child, 0);
}

void farm_child_wait(struct farm_child *child, const volatile int *stop)
{
	while (!farm_child_pump(child)) {
		struct pollfd ready = {child->fd, POLLIN, 0};

		if (stop && *stop)
			farm_child_stop(child);
		else
			poll(&ready, 1, child->fd >= 0 ? 50 : 5);
	}
}

/* plain copies a line without terminal sequences and control bytes; NULL if nothing is left. */
static char *plain(const char *line, size_t len)
{
	char *text = malloc(len + 1);
	size_t kept = 0, words = 0;

	for (size_t i = 0; text && i < len; i++) {
		if (line[i] == '\033') {
			while (i + 1 < len && !isalpha((unsigned char)line[i + 1]))
				i++;
			i++;
		} else if (line[i] >= 0x20 && line[i] < 0x7f) {
			words += isalnum((unsigned char)line[i]) != 0;
			text[kept++] = line[i];
		}
	}
	if (!text || words == 0) {
		free(text);
		return NULL;
	}
	text[kept] = '\0';
	return text;
}

/* last_with returns the last line that says anything and holds word. */
static char *last_with(const struct farm_child *child, const char *word)
{
	for (size_t end = child->len, start; end > 0; end = start - 1) {
		char *text;

		for (start = end; start > 0 && child->tail[start - 1] != '\n';)
			start--;
		text = plain(child->tail + start, end - start);
		if (text && strstr(text, word))
			return text;
		free(text);
		if (start == 0)
			break;
	}
	return NULL;
}

char *farm_child_line(const struct farm_child *child)
{
	char *line = last_with(child, "ABORT"); /* AFL++ says behind it where in its source */

	if (!line)
		line = last_with(child, "ERROR");
	return line ? line : last_with(child, "");
}

void farm_child_fini(struct farm_child *child)
{
	farm_child_stop(child);
	free(child->tail);
	memset(child, 0, sizeof(*child));
}
