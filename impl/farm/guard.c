/* SPDX-License-Identifier: Apache-2.0 */
/*
 * guard.c - two processes that watch over each other: killed outright, one of them leaves no
 * fuzzer running.
 *
 * PR_SET_PDEATHSIG alone would not do: libFuzzer's -merge=1 and -minimize_crash=1 start children
 * of their own, which it does not reach. Both processes are subreapers, so that whatever is
 * left becomes a child of the one that lives.
 */
#include <ctype.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "farm_child.h"

static volatile sig_atomic_t campaign_pid;

static void pass_on(int number)
{
	(void)number;
	if (campaign_pid > 0)
		kill((pid_t)campaign_pid, SIGTERM);
}

/* kill_children kills each process whose parent this is; orphans come later, hence the loop. */
static void kill_children(void)
{
	char path[64];
	FILE *list;
	long pid;

	snprintf(path, sizeof(path), "/proc/self/task/%ld/children", (long)getpid());
	do {
		list = fopen(path, "re");
		while (list && fscanf(list, "%ld", &pid) == 1)
			kill((pid_t)pid, SIGKILL);
		if (list)
			fclose(list);
	} while (waitpid(-1, NULL, 0) > 0 || errno == EINTR);
}

static int exit_of(int status)
{
	return WIFEXITED(status) ? WEXITSTATUS(status) : 99;
}

int farm_guard(int (*campaign)(void *context), void *context)
{
	const struct sigaction forward = {.sa_handler = pass_on};
	const pid_t parent = getpid();
	int status = 0, code;
	pid_t got;

	prctl(PR_SET_CHILD_SUBREAPER, 1);
	fflush(NULL);
	campaign_pid = fork();
	if (campaign_pid < 0)
		return 99;
	if (campaign_pid == 0) {
		prctl(PR_SET_PDEATHSIG, SIGTERM);
		if (getppid() != parent)
			_exit(99);
		prctl(PR_SET_CHILD_SUBREAPER, 1);
		code = campaign(context);
		fflush(NULL);
		kill_children();
		_exit(code);
	}
	sigaction(SIGTERM, &forward, NULL);
	sigaction(SIGINT, &forward, NULL);
	sigaction(SIGHUP, &forward, NULL);
	do
		got = waitpid((pid_t)campaign_pid, &status, 0);
	while (got < 0 && errno == EINTR);
	kill_children();
	return exit_of(status);
}
