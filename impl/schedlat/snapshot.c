/* SPDX-License-Identifier: Apache-2.0 */
/* snapshot.c - the article's way: perf, started when a wait is over, to show what it misses. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "gng_schedlat.h"

#define MOST_MS 60000u
#define DEADLINE_S "90"

static uint64_t now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

/* run starts a program with its output in a pipe or nowhere; it returns the process, or -1. */
static pid_t run(char *const *argv, int out)
{
	const pid_t child = fork();
	int nothing;

	if (child != 0)
		return child;
	nothing = open("/dev/null", O_RDWR | O_CLOEXEC);
	dup2(nothing, STDIN_FILENO);
	dup2(out >= 0 ? out : nothing, STDOUT_FILENO);
	dup2(nothing, STDERR_FILENO);
	execvp(argv[0], argv);
	_exit(127);
}

static int status_of(pid_t child)
{
	int status;

	if (child < 0 || waitpid(child, &status, 0) != child)
		return -1;
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static bool record(const char *path, unsigned int length_ms)
{
	char seconds[16];
	char *const argv[] = {(char *)"timeout",
			      (char *)DEADLINE_S,
			      (char *)"perf",
			      (char *)"record",
			      (char *)"-q",
			      (char *)"-k",
			      (char *)"CLOCK_MONOTONIC",
			      (char *)"-e",
			      (char *)"sched:sched_migrate_task",
			      (char *)"-a",
			      (char *)"-o",
			      (char *)path,
			      (char *)"--",
			      (char *)"sleep",
			      seconds,
			      NULL};

	snprintf(seconds, sizeof(seconds), "%u.%03u", length_ms / 1000, length_ms % 1000);
	return status_of(run(argv, -1)) == 0;
}

/* read_times takes the lines "12.345678901:" that perf script prints. */
static void read_times(struct gng_schedlat_snapshot *snapshot, FILE *text)
{
	unsigned long long seconds, ns;

	while (fscanf(text, " %llu.%9llu:", &seconds, &ns) == 2) {
		if (snapshot->num_events++ == 0)
			snapshot->first_ns = seconds * 1000000000u + ns;
	}
}

static bool read_events(struct gng_schedlat_snapshot *snapshot, const char *path)
{
	char *const argv[] = {(char *)"timeout", (char *)DEADLINE_S,
			      (char *)"perf",	 (char *)"script",
			      (char *)"-i",	 (char *)path,
			      (char *)"--ns",	 (char *)"-F",
			      (char *)"time",	 NULL};
	FILE *text;
	pid_t child;
	int ends[2];

	if (pipe2(ends, O_CLOEXEC) != 0)
		return false;
	child = run(argv, ends[1]);
	close(ends[1]);
	text = fdopen(ends[0], "r");
	if (text) {
		read_times(snapshot, text);
		fclose(text);
	} else {
		close(ends[0]);
	}
	return status_of(child) == 0 && text;
}

enum gng_status gng_schedlat_snapshot_take(struct gng_schedlat_snapshot *snapshot,
					   unsigned int length_ms, struct gng_why *why)
{
	const char *base = getenv("TMPDIR");
	char folder[4096], path[4200];
	bool good;

	if (length_ms == 0 || length_ms > MOST_MS)
		return gng_why_set(why, GNG_EINVAL, 0, "schedlat.snapshot",
				   "a snapshot takes 1 to %u ms", MOST_MS);
	snprintf(folder, sizeof(folder), "%s/gonogo-snapshot-XXXXXX", base ? base : P_tmpdir);
	if (!mkdtemp(folder))
		return gng_why_set(why, GNG_ESYS, errno, "schedlat.snapshot", "%s: %s", folder,
				   strerror(errno));
	snprintf(path, sizeof(path), "%s/perf.data", folder);
	*snapshot = (struct gng_schedlat_snapshot){.started_ns = now_ns()};
	good = record(path, length_ms) && read_events(snapshot, path);
	unlink(path);
	rmdir(folder);
	if (!good)
		return gng_why_set(why, GNG_EUNSUPPORTED, 0, "schedlat.snapshot",
				   "perf cannot record sched:sched_migrate_task: root, and "
				   "apt-get install linux-perf");
	return GNG_OK;
}
