/* SPDX-License-Identifier: Apache-2.0 */
/* item.c - what is tested: commit, tree and changes, as git tells them. */
#include "gng_signoff.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

#define MAX_ARGS 8
#define GIT_TIMEOUT_MS 10000

/* spawn_git starts git with its output in *out. Returns the pid, or -1. */
static pid_t spawn_git(int *out, char *const argv[])
{
	posix_spawn_file_actions_t actions;
	int pipe_fd[2];
	pid_t pid = -1;

	if (pipe2(pipe_fd, O_CLOEXEC) != 0)
		return -1;
	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
	posix_spawn_file_actions_adddup2(&actions, pipe_fd[1], STDOUT_FILENO);
	posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
	if (posix_spawnp(&pid, "git", &actions, NULL, argv, environ) != 0)
		pid = -1;
	posix_spawn_file_actions_destroy(&actions);
	close(pipe_fd[1]);
	*out = pipe_fd[0];
	if (pid < 0)
		close(pipe_fd[0]);
	return pid;
}

/* read_some fills text until end of file, or until git has said nothing for too long. */
static size_t read_some(int fd, char *text, size_t cap)
{
	struct pollfd ready = {.fd = fd, .events = POLLIN};
	size_t len = 0;
	ssize_t n;

	while (poll(&ready, 1, GIT_TIMEOUT_MS) > 0) {
		n = read(fd, text + len, cap - 1 - len);
		if (n <= 0)
			break;
		len += (size_t)n;
		if (len == cap - 1)
			break;
	}
	text[len] = '\0';
	return len;
}

/* ask runs git in source and keeps the start of its answer. False if git refused. */
static bool ask(char *text, size_t cap, const char *source, const char *const words[])
{
	/* The checkout may belong to somebody else: that is no reason not to name it. */
	char *argv[MAX_ARGS + 7] = {"git", "-c",	  "safe.directory=*", "--no-optional-locks",
				    "-C",  (char *)source};
	size_t num = 6;
	int fd, status;
	pid_t pid;

	for (size_t i = 0; words[i] && i < MAX_ARGS; i++)
		argv[num++] = (char *)words[i];
	pid = spawn_git(&fd, argv);
	if (pid < 0)
		return false;
	read_some(fd, text, cap);
	close(fd);
	kill(pid, SIGTERM); /* it has ended, or hangs, or has more to say than is wanted */
	return waitpid(pid, &status, 0) == pid &&
	       ((WIFEXITED(status) && WEXITSTATUS(status) == 0) || WIFSIGNALED(status));
}

static void ask_hash(char hash[65], const char *source, const char *what)
{
	const char *const words[] = {"rev-parse", "--verify", "--quiet", what, NULL};
	char text[128];
	size_t len;

	snprintf(hash, 65, "%s", GNG_SIGNOFF_ABSENT);
	if (!ask(text, sizeof(text), source, words))
		return;
	len = strspn(text, "0123456789abcdef");
	if ((len == 40 || len == 64) && text[len] == '\n') /* SHA-1 or SHA-256 repositories */
		snprintf(hash, 65, "%.*s", (int)len, text);
}

static void ask_state(char *state, size_t cap, const char *source)
{
	static const char *const words[] = {"status", "--porcelain", NULL};
	char text[65536];
	size_t num = 0;

	snprintf(state, cap, "%s", GNG_SIGNOFF_ABSENT);
	if (!ask(text, sizeof(text), source, words))
		return;
	for (const char *c = text; *c; c++)
		num += *c == '\n';
	if (num == 0)
		snprintf(state, cap, "clean tree");
	else
		snprintf(state, cap, "dirty: %zu changed file%s", num, num == 1 ? "" : "s");
}

void gng_signoff_item_read(struct gng_signoff_item *item, const char *source)
{
	char *git;

	memset(item, 0, sizeof(*item));
	snprintf(item->commit, sizeof(item->commit), "%s", GNG_SIGNOFF_ABSENT);
	snprintf(item->tree, sizeof(item->tree), "%s", GNG_SIGNOFF_ABSENT);
	snprintf(item->state, sizeof(item->state), "%s", GNG_SIGNOFF_ABSENT);
	/* An installed tree may lie in another project's checkout, which was not tested. */
	if (asprintf(&git, "%s/.git", source) < 0)
		return;
	if (access(git, F_OK) == 0) {
		ask_hash(item->commit, source, "HEAD^{commit}");
		ask_hash(item->tree, source, "HEAD^{tree}");
		ask_state(item->state, sizeof(item->state), source);
	}
	free(git);
}
