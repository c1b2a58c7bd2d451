/* SPDX-License-Identifier: Apache-2.0 */
/*
 * programs.c - runs hwtests.<subsystem>.* --bench one after the other. A program that has no
 * --bench says so by GNG_PROBE_EXIT_SKIP (conformance/suite.c) and is passed over.
 */
#include <errno.h>
#include <glob.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bench_report.h"

#define PREFIX "hwtests."
#define PATIENCE_MS 120000 /* between two lines; a case takes 1 s, with 40 neighbours a minute */
#define MAX_LINE 4096
#define EXIT_USAGE 2
#define EXIT_NOTHING 4

extern char **environ;

struct gathering {
	struct bench_report *report;
	const struct bench_options *options;
	void (*draw)(void *context, size_t done, size_t total, const char *name);
	void *context;
	size_t done, total;
	/* of the program that runs */
	char subsystem[32], stem[64];
	struct gng_budget *budgets;
	size_t num_budgets;
	bool ended;
};

static void fail(const struct gathering *run, const char *what, const char *detail)
{
	snprintf(run->report->failed, sizeof(run->report->failed),
		 PREFIX "%s.%s --bench %.60s%.300s", run->subsystem, run->stem, what, detail);
}

/* ---- what a program says ---- */

static void take_line(struct gathering *run, const char *text)
{
	static struct gng_bench_line line; /* large */
	struct gng_why why = {0};
	bool ok = true;

	if (gng_bench_line_parse(&line, text, &why) != GNG_OK) {
		fail(run, "cannot be read: ", why.text);
		return;
	}
	if (line.word == GNG_BENCH_PLAN)
		run->total += line.number;
	if (line.word == GNG_BENCH_CASE && run->draw)
		run->draw(run->context, run->done++, run->total, line.text);
	if (line.word == GNG_BENCH_ROW)
		ok = bench_report_add(run->report, &line.row, run->subsystem, run->stem,
				      run->budgets, run->num_budgets);
	if (line.word == GNG_BENCH_PORT)
		bench_report_port(run->report, &line.port);
	if (line.word == GNG_BENCH_NOTE)
		bench_report_note(run->report, line.reason);
	if (line.word == GNG_BENCH_ABSENT)
		ok = bench_report_absent(run->report, &line);
	if (line.word == GNG_BENCH_FAIL)
		fail(run, "says: ", line.reason);
	if (line.word == GNG_BENCH_END)
		run->ended = true;
	if (!ok)
		fail(run, "cannot be kept: ", "no memory");
}

/* take_lines gives each whole line in text[0..*len) away and keeps the rest. */
static void take_lines(struct gathering *run, char *text, size_t *len)
{
	char *start = text, *end;

	while ((end = memchr(start, '\n', *len - (size_t)(start - text)))) {
		*end = '\0';
		take_line(run, start);
		start = end + 1;
	}
	*len -= (size_t)(start - text);
	memmove(text, start, *len);
}

/* listen reads until the program closes its output, or says nothing for PATIENCE_MS. */
static bool listen_to(struct gathering *run, int fd)
{
	struct pollfd ready = {.fd = fd, .events = POLLIN};
	char text[MAX_LINE];
	size_t len = 0;
	ssize_t got;

	while (len < sizeof(text)) {
		if (poll(&ready, 1, PATIENCE_MS) <= 0)
			return false;
		got = read(fd, text + len, sizeof(text) - len);
		if (got <= 0)
			return got == 0;
		len += (size_t)got;
		take_lines(run, text, &len);
	}
	return false;
}

/* ---- one program ---- */

static pid_t start(const char *path, const struct bench_options *options, int *fd)
{
	char *argv[2 + sizeof(options->pass) / sizeof(options->pass[0]) + 1];
	posix_spawn_file_actions_t actions;
	pid_t pid = -1;
	int ends[2], error;

	argv[0] = (char *)path;
	argv[1] = (char *)"--bench";
	memcpy(&argv[2], options->pass, options->num_pass * sizeof(argv[0]));
	argv[2 + options->num_pass] = NULL;
	if (pipe(ends) != 0)
		return -1;
	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
	posix_spawn_file_actions_addclose(&actions, ends[0]);
	posix_spawn_file_actions_addclose(&actions, ends[1]);
	error = posix_spawn(&pid, path, &actions, NULL, argv, environ);
	posix_spawn_file_actions_destroy(&actions);
	close(ends[1]);
	*fd = ends[0];
	if (error == 0)
		return pid;
	close(ends[0]);
	return -1;
}

static bool load_budgets(struct gathering *run, const struct gng_home *home)
{
	char path[4096], *text = NULL;
	struct gng_why why = {0};
	size_t cap = 0;
	FILE *file;
	bool ok = true;

	run->budgets = NULL;
	run->num_budgets = 0;
	snprintf(path, sizeof(path), "%s/hwtests/%s/%s.budget", home->source, run->subsystem,
		 run->stem);
	file = fopen(path, "re");
	if (!file)
		return true; /* no limits */
	if (getdelim(&text, &cap, '\0', file) > 0)
		ok = gng_budget_parse(&run->budgets, &run->num_budgets, path, text, &why) == GNG_OK;
	if (!ok)
		fail(run, "has a budget that cannot be read: ", why.text);
	free(text);
	fclose(file);
	return ok;
}

/* name_program splits ".../hwtests.aes.peer". */
static bool name_program(struct gathering *run, const char *path)
{
	const char *name = strrchr(path, '/') + 1 + strlen(PREFIX);
	const char *dot = strchr(name, '.');

	if (!dot || (size_t)(dot - name) >= sizeof(run->subsystem))
		return false;
	snprintf(run->subsystem, sizeof(run->subsystem), "%.*s", (int)(dot - name), name);
	snprintf(run->stem, sizeof(run->stem), "%s", dot + 1);
	return true;
}

/* run_program returns the exit status of the program, or -1. */
static int run_program(struct gathering *run, const char *path)
{
	int fd, status = 0;
	const pid_t pid = start(path, run->options, &fd);

	run->ended = false;
	if (pid < 0) {
		fail(run, "cannot be executed: ", strerror(errno));
		return -1;
	}
	if (!listen_to(run, fd)) {
		kill(pid, SIGKILL);
		fail(run, "said nothing for too long, or too much", "");
	}
	close(fd);
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static int run_one(struct gathering *run, const struct gng_home *home, const char *path)
{
	int code;

	if (!name_program(run, path) || !load_budgets(run, home))
		return 0;
	code = run_program(run, path);
	free(run->budgets);
	if (code == EXIT_USAGE)
		return EXIT_USAGE;
	if (code != GNG_PROBE_EXIT_SKIP && !run->ended && !run->report->failed[0])
		fail(run, "ended before its end", "");
	return 0;
}

int bench_programs_run(struct bench_report *report, const struct gng_home *home,
		       const struct bench_options *options,
		       void (*draw)(void *context, size_t done, size_t total, const char *name),
		       void *context)
{
	struct gathering run = {
		.report = report, .options = options, .draw = draw, .context = context};
	char pattern[4096];
	glob_t found = {0};
	int code = 0;

	snprintf(pattern, sizeof(pattern), "%s/tests/" PREFIX "%s.*", home->builds[0].dir,
		 options->subsystem ? options->subsystem : "*");
	if (glob(pattern, 0, NULL, &found) != 0)
		return EXIT_NOTHING;
	for (size_t i = 0; i < found.gl_pathc && code == 0 && !report->failed[0]; i++)
		code = run_one(&run, home, found.gl_pathv[i]);
	report->num_cases = run.total;
	globfree(&found);
	return code;
}
