/* SPDX-License-Identifier: Apache-2.0 */
/*
 * record.c - runs perf(1): record, then script.
 *
 * cpu-clock, because a virtual machine often has no cycle counter. Stacks by
 * DWARF, because libraries are built without frame pointers. 499 Hz: no clock
 * of the system beats with it.
 */
#include <errno.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "flame_record.h"

#define MAX_WORDS 256

extern char **environ;

/* run starts words[0] with its output to fd (-1: as it is) and returns its pid,
 * or -1. */
static pid_t run(char **words, int fd)
{
	posix_spawn_file_actions_t actions;
	pid_t pid;
	int error;

	posix_spawn_file_actions_init(&actions);
	if (fd >= 0)
		posix_spawn_file_actions_adddup2(&actions, fd, STDOUT_FILENO);
	error = posix_spawnp(&pid, words[0], &actions, NULL, words, environ);
	posix_spawn_file_actions_destroy(&actions);
	errno = error;
	return error ? -1 : pid;
}

static int wait_for(pid_t pid)
{
	int status = -1;

	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	return status;
}

static enum gng_status no_perf(struct gng_why *why)
{
	if (errno == ENOENT)
		return gng_why_set(why, GNG_EUNSUPPORTED, errno, "flame.record",
				   "perf is not installed: apt-get install linux-perf");
	return gng_why_set(why, GNG_ESYS, errno, "flame.record", "perf cannot be run: %s",
			   strerror(errno));
}

/* forbidden tells whether the kernel lets only the superuser sample: 3 is
 * Debian's own level. */
static bool forbidden(void)
{
	FILE *file = fopen("/proc/sys/kernel/perf_event_paranoid", "re");
	int level = 0;

	if (!file)
		return false;
	if (fscanf(file, "%d", &level) != 1)
		level = 0;
	fclose(file);
	return level > 2 && geteuid() != 0;
}

static enum gng_status record(const char *data, int *status, char **command, struct gng_why *why)
{
	const char *const head[] = {"perf", "record", "-q", "-e",	    "cpu-clock",  "-F",
				    "499",  "-o",     data, "--call-graph", "dwarf,8192", "--"};
	const size_t num = sizeof(head) / sizeof(head[0]);
	char *words[MAX_WORDS];
	size_t i = 0;
	pid_t pid;

	memcpy(words, head, sizeof(head));
	for (; command[i] && num + i + 1 < MAX_WORDS; i++)
		words[num + i] = command[i];
	if (command[i])
		return gng_why_set(why, GNG_ELIMIT, 0, "flame.record", "more than %zu words",
				   MAX_WORDS - num - 1);
	words[num + i] = NULL;
	pid = run(words, -1);
	if (pid < 0)
		return no_perf(why);
	*status = wait_for(pid);
	if (access(data, R_OK) == 0)
		return GNG_OK;
	return gng_why_set(why, GNG_ESYS, 0, "flame.record",
			   "perf recorded nothing; does %.60s exist?", command[0]);
}

static enum gng_status read_all(char **text, size_t *len, FILE *in, struct gng_why *why)
{
	size_t cap = 1u << 16, got;
	char *grown;

	*len = 0;
	*text = malloc(cap);
	while (*text && (got = fread(*text + *len, 1, cap - *len, in)) > 0) {
		*len += got;
		if (*len > GNG_FLAME_MAX_INPUT)
			return gng_why_set(why, GNG_ELIMIT, 0, "flame.record",
					   "perf script says more than %u bytes: record a "
					   "shorter run",
					   GNG_FLAME_MAX_INPUT);
		if (*len < cap)
			continue;
		cap *= 2;
		grown = realloc(*text, cap);
		if (!grown)
			free(*text);
		*text = grown;
	}
	return *text ? GNG_OK : gng_why_set(why, GNG_ENOMEM, 0, "flame.record", "no memory");
}

static enum gng_status script(char **text, size_t *len, const char *data, struct gng_why *why)
{
	const char *const head[] = {"perf", "script",	       "-i",	      data,
				    "-F",   "comm,ip,sym,dso", "--no-inline", NULL};
	char *words[sizeof(head) / sizeof(head[0])];
	FILE *out = tmpfile();
	enum gng_status status;
	pid_t pid;

	if (!out)
		return gng_why_set(why, GNG_ESYS, errno, "flame.record", "no temporary file: %s",
				   strerror(errno));
	memcpy(words, head, sizeof(head));
	pid = run(words, fileno(out));
	if (pid < 0) {
		status = no_perf(why);
	} else if (wait_for(pid) != 0) {
		status = gng_why_set(why, GNG_ESYS, 0, "flame.record",
				     "perf script fails: update linux-perf");
	} else {
		rewind(out);
		status = read_all(text, len, out, why);
	}
	fclose(out);
	return status;
}

enum gng_status flame_record(char **text, size_t *len, int *status, char **command,
			     struct gng_why *why)
{
	char folder[] = P_tmpdir "/gonogo-flame-XXXXXX", data[sizeof(folder) + 16];
	enum gng_status outcome;

	*text = NULL;
	if (forbidden())
		return gng_why_set(why, GNG_EPERM, 0, "flame.record",
				   "the kernel lets only the superuser sample programs: run as "
				   "root, or sysctl kernel.perf_event_paranoid=2");
	if (!mkdtemp(folder))
		return gng_why_set(why, GNG_ESYS, errno, "flame.record",
				   "no folder for samples in " P_tmpdir ": %s", strerror(errno));
	snprintf(data, sizeof(data), "%s/perf.data", folder);
	outcome = record(data, status, command, why);
	if (outcome == GNG_OK)
		outcome = script(text, len, data, why);
	unlink(data);
	rmdir(folder);
	if (outcome != GNG_OK) {
		free(*text);
		*text = NULL;
	}
	return outcome;
}
