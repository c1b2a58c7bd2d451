/* SPDX-License-Identifier: Apache-2.0 */
/* aside_run.c - a program of this installation, run with a deadline, and what it says. */
#include "signoff_aside.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

extern char **environ;

#define MAX_SAID ((size_t)64 << 20)
#define TICK_MS 100 /* how soon Ctrl-C is seen */

bool aside_program(char *path, size_t cap, const char *name)
{
	const ssize_t len = readlink("/proc/self/exe", path, cap - 1);
	char *slash;

	if (len <= 0)
		return false;
	path[len] = '\0';
	slash = strrchr(path, '/');
	if (!slash || (size_t)(slash + 1 - path) + strlen(name) >= cap)
		return false;
	strcpy(slash + 1, name);
	return access(path, X_OK) == 0;
}

struct child {
	pid_t pid;
	int out, err;
};

/* start gives the child a group of its own, so that its children end with it. */
static bool start(struct child *child, char *const argv[])
{
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attributes;
	int out[2] = {-1, -1}, err[2] = {-1, -1}, failed;

	if (pipe2(out, O_CLOEXEC) != 0)
		return false;
	if (pipe2(err, O_CLOEXEC) != 0) {
		close(out[0]);
		close(out[1]);
		return false;
	}
	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
	posix_spawn_file_actions_adddup2(&actions, out[1], STDOUT_FILENO);
	posix_spawn_file_actions_adddup2(&actions, err[1], STDERR_FILENO);
	posix_spawnattr_init(&attributes);
	posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP);
	failed = posix_spawn(&child->pid, argv[0], &actions, &attributes, argv, environ);
	posix_spawnattr_destroy(&attributes);
	posix_spawn_file_actions_destroy(&actions);
	close(out[1]);
	close(err[1]);
	child->out = out[0];
	child->err = err[0];
	if (!failed)
		return true;
	close(out[0]);
	close(err[0]);
	return false;
}

static double now_s(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

/* take moves what a descriptor has to a stream; it closes it at its end. */
static void take(struct pollfd *from, FILE *to)
{
	char chunk[65536];
	ssize_t n;

	if (!from->revents)
		return;
	n = read(from->fd, chunk, sizeof(chunk));
	if (n > 0 && (size_t)ftell(to) < MAX_SAID) {
		fwrite(chunk, 1, (size_t)n, to);
		return;
	}
	if (n < 0 && (errno == EINTR || errno == EAGAIN))
		return;
	close(from->fd);
	from->fd = -1;
}

/* listen returns true if both streams ended before the deadline. */
static bool listen_to(const struct child *child, FILE *out, FILE *err, unsigned int seconds,
		      const volatile int *stop)
{
	struct pollfd fds[2] = {{.fd = child->out, .events = POLLIN},
				{.fd = child->err, .events = POLLIN}};
	const double end_s = now_s() + seconds;

	while ((fds[0].fd >= 0 || fds[1].fd >= 0) && now_s() < end_s && !(stop && *stop)) {
		fds[0].revents = fds[1].revents = 0;
		if (poll(fds, 2, TICK_MS) <= 0)
			continue;
		take(&fds[0], out);
		take(&fds[1], err);
	}
	for (int i = 0; i < 2; i++)
		if (fds[i].fd >= 0)
			close(fds[i].fd);
	return fds[0].fd < 0 && fds[1].fd < 0;
}

static int end(const struct child *child, bool in_time)
{
	int status = 0;

	if (!in_time)
		kill(-child->pid, SIGKILL);
	while (waitpid(child->pid, &status, 0) < 0 && errno == EINTR)
		;
	kill(-child->pid, SIGKILL); /* what it left behind */
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

/* last_line is what a program ended with: what it says before may be a remark. */
static int last_line(const char **line, const char *text)
{
	size_t len = strlen(text);

	while (len > 0 && text[len - 1] == '\n')
		len--;
	*line = text;
	for (size_t i = 0; i < len; i++)
		if (text[i] == '\n')
			*line = text + i + 1;
	return (int)(text + len - *line);
}

char *aside_run(char *const argv[], unsigned int seconds, const volatile int *stop, int *code,
		char *complaint, size_t cap)
{
	char *said = NULL, *complained = NULL;
	size_t said_len = 0, complained_len = 0;
	FILE *out = open_memstream(&said, &said_len);
	FILE *err = open_memstream(&complained, &complained_len);
	const char *line;
	struct child child;
	bool in_time = false;
	int len = 0;

	*code = -1;
	if (out && err && start(&child, argv)) {
		in_time = listen_to(&child, out, err, seconds, stop);
		*code = end(&child, in_time);
	}
	if (out)
		fclose(out);
	if (err)
		fclose(err);
	if (in_time && complained)
		len = last_line(&line, complained);
	if (len > 0)
		snprintf(complaint, cap, "%.*s", len, line);
	else
		snprintf(complaint, cap,
			 in_time ? "it said nothing" : "it did not end in %u s, or cannot be run",
			 seconds);
	free(complained);
	if (in_time)
		return said;
	free(said);
	return NULL;
}
