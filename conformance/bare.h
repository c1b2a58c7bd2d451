/* SPDX-License-Identifier: Apache-2.0 */
/*
 * bare.h - runs an image of the bare machine in an emulator with a deadline, and judges it: the
 * exit code must be that of success, the number of "ok" lines that of the plan, and no line may
 * be "not ok". A triple fault ends QEMU with 0, so 0 is no success where an image has a better.
 */
#ifndef CONFORMANCE_BARE_H
#define CONFORMANCE_BARE_H

#include "suite.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

struct bare_run {
	int status; /* of waitpid */
	bool is_late;
	char output[16384];
};

/* bare_image writes the path of a file in folder, which is beside that of this program. */
static inline void bare_image(char path[4096], const char *folder, const char *name)
{
	const ssize_t end = readlink("/proc/self/exe", path, 3900);

	assert_true(end > 0);
	path[end] = '\0';
	*strrchr(path, '/') = '\0';
	strcat(strcat(strcat(strcat(path, "/../"), folder), "/"), name);
}

static inline pid_t bare_start(const char *const argv[], int deadline_s, int *out)
{
	int ends[2];
	pid_t child;

	assert_int_equal(pipe(ends), 0);
	child = fork();
	assert_true(child >= 0);
	if (child == 0) {
		const int nothing = open("/dev/null", O_RDONLY);

		dup2(nothing, STDIN_FILENO);
		dup2(ends[1], STDOUT_FILENO);
		dup2(ends[1], STDERR_FILENO);
		close(ends[0]);
		close(ends[1]);
		alarm((unsigned int)deadline_s + 5); /* if this program dies */
		execvp(argv[0], (char *const *)argv);
		_exit(127);
	}
	close(ends[1]);
	*out = ends[0];
	return child;
}

/* bare_run fills *run; the caller judges. */
static inline void bare_run(struct bare_run *run, const char *const argv[], int deadline_s)
{
	const time_t end = time(NULL) + deadline_s;
	size_t len = 0;
	int out;
	const pid_t child = bare_start(argv, deadline_s, &out);

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
	if (run->is_late || len == sizeof(run->output) - 1)
		kill(child, SIGKILL);
	close(out);
	waitpid(child, &run->status, 0);
}

static inline unsigned int bare_lines(const char *output, const char *prefix)
{
	unsigned int num = 0;

	for (const char *line = output; line; line = strchr(line, '\n')) {
		line += *line == '\n';
		num += strncmp(line, prefix, strlen(prefix)) == 0;
	}
	return num;
}

/* bare_planned adds up the plans: a loader has one, and so has the image that it starts. */
static inline unsigned int bare_planned(const char *output)
{
	unsigned int planned = 0;

	for (const char *plan = output; (plan = strstr(plan, "1..")); plan += 3)
		if (plan == output || plan[-1] == '\n')
			planned += (unsigned int)strtoul(plan + 3, NULL, 10);
	return planned;
}

/* bare_passed says whether the run kept its plans and ended with the code of success. */
static inline bool bare_passed(const struct bare_run *run, int success)
{
	const unsigned int planned = bare_planned(run->output);

	return !run->is_late && WIFEXITED(run->status) && WEXITSTATUS(run->status) == success &&
	       planned != 0 && bare_lines(run->output, "ok ") == planned &&
	       !strstr(run->output, "not ok") && !strstr(run->output, "Bail out!");
}

/* bare_judge fails the test unless the run passed; what names it. */
static inline void bare_judge(const struct bare_run *run, const char *what, int success)
{
	if (!bare_passed(run, success))
		suite_fail("%s %s 0x%x:\n%s", what,
			   run->is_late ? "was too late, status" : "broke its plan, status",
			   (unsigned int)run->status, run->output);
	for (unsigned int i = bare_lines(run->output, "ok "); i > 0; i--)
		gng_probe_assertion();
}

/* bare_figure is the value of "# name = value"; the test fails without it. */
static inline double bare_figure(const struct bare_run *run, const char *name)
{
	char prefix[64];
	const char *at;

	snprintf(prefix, sizeof(prefix), "# %s = ", name);
	at = strstr(run->output, prefix);
	if (!at)
		suite_fail("no figure %s:\n%s", name, run->output);
	return strtod(at + strlen(prefix), NULL);
}

#endif /* CONFORMANCE_BARE_H */
