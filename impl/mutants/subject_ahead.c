/* SPDX-License-Identifier: Apache-2.0 */
/*
 * subject_ahead.c - builds what the sanitizers will need while tests run that mostly wait.
 *
 * In a process of its own that gives way to them: with it the second stage of a run began 5 s
 * earlier, and where nothing survives the first one, it ends.
 */
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "mutants_subject.h"

/* go_on: a program that this process has started ends by the same signal, and with it its work. */
static void go_on(int number)
{
	(void)number;
}

static void build(const struct workshop *shared, const struct subject_scope *scope)
{
	struct workshop workshop = *shared;
	struct subject subject;

	signal(SIGINT, SIG_IGN); /* Ctrl-C goes to the whole group: the parent decides */
	signal(SIGTERM, go_on);
	setpgid(0, 0);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	workshop.log = "log-ahead";
	setpriority(PRIO_PROCESS, 0, getpriority(PRIO_PROCESS, 0) + 10);
	/* what goes wrong here goes wrong once more where it is wanted, and is told there */
	_exit(subject_open(&subject, &workshop, scope, true, NULL) != GNG_OK);
}

pid_t subject_begin_ahead(const struct workshop *workshop, const struct subject_scope *scope)
{
	const pid_t parent = getpid(), pid = fork();

	if (pid != 0)
		return pid;
	if (getppid() == parent)
		build(workshop, scope);
	_exit(1);
}

void subject_end_ahead(pid_t pid, bool wanted, const volatile int *stop)
{
	while (pid > 0 && waitpid(pid, NULL, WNOHANG) == 0) {
		if (!wanted || (stop && *stop)) /* again: it may be between two programs */
			kill(-pid, SIGTERM);
		usleep(10000);
	}
}
