/* SPDX-License-Identifier: Apache-2.0 */
/* trial.c - the start tried in a process of its own, which may hang or end as it likes. */
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

#include "eal_log.h"

#define DEADLINE_S 20
#define VERDICT "gonogo-eal: rc="

extern char **environ;

struct helper {
	pid_t pid;
	int fd; /* its output */
	bool hung, told;
	struct eal_log log;
	struct gng_eal_report *report;
};

static int64_t now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * INT64_C(1000) + now.tv_nsec / 1000000;
}

/* spawn: the helper's own folder for what EAL keeps at run time is not needed; --in-memory or the
 * prefix of the caller decides. */
static int spawn(struct helper *helper, const struct gng_eal_config *config, int out)
{
	const char **argv = calloc((size_t)config->argc + 4, sizeof(*argv));
	posix_spawn_file_actions_t actions;
	int error;

	if (!argv)
		return ENOMEM;
	argv[0] = config->helper;
	argv[1] = "try";
	argv[2] = "--";
	memcpy(argv + 3, config->argv, (size_t)config->argc * sizeof(*argv));
	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
	posix_spawn_file_actions_adddup2(&actions, out, 1);
	posix_spawn_file_actions_adddup2(&actions, out, 2);
	error = posix_spawn(&helper->pid, config->helper, &actions, NULL, (char *const *)argv,
			    environ);
	posix_spawn_file_actions_destroy(&actions);
	free(argv);
	return error;
}

/* read_verdict takes the last line apart, which is no line of DPDK's. */
static bool read_verdict(struct helper *helper)
{
	struct gng_eal_report *report = helper->report;
	const char *at = strstr(helper->log.line, VERDICT);

	if (!at || sscanf(at, VERDICT "%d rte_errno=%d ports=%zu", &report->rc, &report->eal_errno,
			  &report->num_ports) != 3)
		return false;
	helper->log.len = 0;
	return true;
}

static void take(struct helper *helper, const char *bytes, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		if (bytes[i] == '\n') {
			helper->log.line[helper->log.len] = '\0';
			if (read_verdict(helper)) {
				helper->told = true;
				continue;
			}
		}
		eal_log_add(&helper->log, bytes + i, 1);
	}
}

/* listen reads until the helper closes its output or the deadline. */
static void listen_to(struct helper *helper, int64_t deadline_ms)
{
	struct pollfd one = {.fd = helper->fd, .events = POLLIN};
	char bytes[4096];

	for (;;) {
		const int64_t left = deadline_ms - now_ms();
		ssize_t len;

		if (left <= 0) {
			helper->hung = true;
			return;
		}
		if (poll(&one, 1, (int)left) < 0 && errno != EINTR)
			return;
		if (!one.revents)
			continue;
		len = read(helper->fd, bytes, sizeof(bytes));
		if (len <= 0)
			return;
		take(helper, bytes, (size_t)len);
	}
}

static void judge(struct helper *helper, int status)
{
	struct gng_eal_report *report = helper->report;

	eal_log_end(&helper->log);
	if (!helper->told)
		report->rc = -1;
	eal_judge(report, &helper->log);
	if (helper->hung)
		report->reason = GNG_DPDK_HUNG;
	else if (!helper->told && WIFSIGNALED(status))
		report->reason = GNG_DPDK_CRASHED;
}

enum gng_status eal_in_helper(struct gng_eal_report *report, const struct gng_eal_config *config,
			      struct gng_why *why)
{
	struct helper helper = {.report = report};
	const int seconds = config->deadline_s ? config->deadline_s : DEADLINE_S;
	int ends[2], error, status = 0;

	if (pipe2(ends, O_CLOEXEC) != 0)
		return gng_why_set(why, GNG_ESYS, errno, "eal.helper", "no pipe: %s",
				   strerror(errno));
	helper.fd = ends[0];
	error = spawn(&helper, config, ends[1]);
	close(ends[1]);
	if (error) {
		close(ends[0]);
		return gng_why_set(why, GNG_ESYS, error, "eal.helper",
				   "%.160s cannot be executed: %s", config->helper,
				   strerror(error));
	}
	listen_to(&helper, now_ms() + seconds * INT64_C(1000));
	close(ends[0]);
	if (helper.hung)
		kill(helper.pid, SIGKILL);
	while (waitpid(helper.pid, &status, 0) < 0 && errno == EINTR)
		;
	judge(&helper, status);
	return GNG_OK;
}
