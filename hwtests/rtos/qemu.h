/* SPDX-License-Identifier: Apache-2.0 */
/*
 * qemu.h - runs an image under QEMU with a deadline and judges it: the exit code alone says
 * nothing, the number of "ok" lines must be that of the plan, and no line may be "not ok".
 */
#ifndef HWTESTS_RTOS_QEMU_H
#define HWTESTS_RTOS_QEMU_H

#include "../suite.h"

#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define QEMU_DEADLINE_S 40

struct qemu_board {
	const char *machine, *processor;
};

static const struct qemu_board qemu_boards[] = {{"microbit", "cortex-m0"},
						{"mps2-an385", "cortex-m3"},
						{"mps2-an386", "cortex-m4"},
						{"lm3s6965evb", "cortex-m3"}};

struct qemu_run {
	int status; /* of waitpid */
	bool is_late;
	char output[16384];
};

/* qemu_image writes the path of an image, beside the folder of this program. */
static inline void qemu_image(char path[4096], const char *processor, const char *name)
{
	const ssize_t end = readlink("/proc/self/exe", path, 3900);

	assert_true(end > 0);
	path[end] = '\0';
	*strrchr(path, '/') = '\0';
	strcat(strcat(strcat(strcat(strcat(path, "/../rtos/"), processor), "/"), name), ".elf");
}

static inline pid_t qemu_start(const char *machine, const char *image, bool icount, int *out)
{
	int ends[2];
	pid_t child;

	assert_int_equal(pipe(ends), 0);
	child = fork();
	assert_true(child >= 0);
	if (child == 0) {
		dup2(ends[1], STDOUT_FILENO);
		dup2(ends[1], STDERR_FILENO);
		close(ends[0]);
		close(ends[1]);
		alarm(QEMU_DEADLINE_S + 5); /* if this program dies */
		execlp("qemu-system-arm", "qemu-system-arm", "-M", machine, "-display", "none",
		       "-monitor", "none", "-serial", "none", "-accel", "tcg",
		       "-semihosting-config", "enable=on,target=native", "-kernel", image,
		       icount ? "-icount" : (char *)NULL, "shift=6,sleep=off", (char *)NULL);
		_exit(127);
	}
	close(ends[1]);
	*out = ends[0];
	return child;
}

/* qemu_run fills *run; the caller judges. */
static inline void qemu_run(struct qemu_run *run, const char *machine, const char *image,
			    bool icount)
{
	const time_t end = time(NULL) + QEMU_DEADLINE_S;
	size_t len = 0;
	int out;
	const pid_t child = qemu_start(machine, image, icount, &out);

	run->is_late = false;
	for (;;) {
		struct pollfd wait = {.fd = out, .events = POLLIN};
		ssize_t num;

		if (poll(&wait, 1, 1000) == 0 && time(NULL) < end)
			continue;
		run->is_late = time(NULL) >= end;
		num = run->is_late ? 0
				   : read(out, run->output + len, sizeof(run->output) - 1 - len);
		if (num <= 0)
			break;
		len += (size_t)num;
	}
	run->output[len] = '\0';
	if (run->is_late)
		kill(child, SIGKILL);
	close(out);
	waitpid(child, &run->status, 0);
}

static inline unsigned int qemu_lines(const char *output, const char *prefix)
{
	unsigned int num = 0;

	for (const char *line = output; line; line = strchr(line, '\n')) {
		line += *line == '\n';
		num += strncmp(line, prefix, strlen(prefix)) == 0;
	}
	return num;
}

/* qemu_judge fails the test unless the run kept its plan. */
static inline void qemu_judge(const struct qemu_run *run, const char *machine, const char *name)
{
	const char *plan = strstr(run->output, "1..");
	const unsigned int planned = plan ? (unsigned int)strtoul(plan + 3, NULL, 10) : 0;

	if (run->is_late)
		suite_fail("%s on %s: did not end in %d s:\n%s", name, machine, QEMU_DEADLINE_S,
			   run->output);
	if (!WIFEXITED(run->status) || WEXITSTATUS(run->status) != 0 || planned == 0 ||
	    qemu_lines(run->output, "ok ") != planned || strstr(run->output, "not ok") ||
	    strstr(run->output, "Bail out!"))
		suite_fail("%s on %s: ended with 0x%x, plan %u:\n%s", name, machine,
			   (unsigned int)run->status, planned, run->output);
	for (unsigned int i = 0; i < planned; i++)
		gng_probe_assertion();
}

/* qemu_passes runs an image of this build and judges it. */
static inline void qemu_passes(struct qemu_run *run, const struct qemu_board *board,
			       const char *name, bool icount)
{
	char path[4096];

	qemu_image(path, board->processor, name);
	qemu_run(run, board->machine, path, icount);
	qemu_judge(run, board->machine, name);
}

/* qemu_figure is the value of "# name = value"; the test fails without it. */
static inline double qemu_figure(const struct qemu_run *run, const char *name)
{
	char prefix[64];
	const char *at;

	snprintf(prefix, sizeof(prefix), "# %s = ", name);
	at = strstr(run->output, prefix);
	if (!at)
		suite_fail("no figure %s:\n%s", name, run->output);
	return strtod(at + strlen(prefix), NULL);
}

#endif /* HWTESTS_RTOS_QEMU_H */
