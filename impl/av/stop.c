/* SPDX-License-Identifier: Apache-2.0 */
/* stop.c - the latch of a missed deadline, and what is done about it. */
#include "av_stop.h"

#include "av_pace.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define HOOK_NS (2 * AV_SECOND)

extern char **environ;

void av_stop_init(struct av_stop *stop, uint32_t limit)
{
	stop->limit = limit;
	stop->frame = stop->deadline_ns = stop->tripped_ns = 0;
	stop->acted = false;
	atomic_init(&stop->misses, 0);
	atomic_init(&stop->tripped, false);
	atomic_init(&stop->trips, 0);
}

bool av_stop_miss(struct av_stop *stop, uint64_t frame, uint64_t deadline_ns, uint64_t now_ns)
{
	const uint32_t misses = atomic_fetch_add(&stop->misses, 1) + 1;

	if (stop->limit == 0 || misses < stop->limit || atomic_load(&stop->tripped))
		return false;
	stop->frame = frame;
	stop->deadline_ns = deadline_ns;
	stop->tripped_ns = now_ns;
	atomic_fetch_add(&stop->trips, 1);
	atomic_store(&stop->tripped, true); /* behind what it publishes */
	return true;
}

static enum gng_status write_log(const struct av_stop *stop, const char *path, struct gng_why *why)
{
	char line[160];
	const int len = snprintf(line, sizeof(line),
				 "stop: frame %llu missed its deadline at %llu ns; the %u. miss; "
				 "safe state\n",
				 (unsigned long long)stop->frame,
				 (unsigned long long)stop->deadline_ns, stop->limit);
	const int file = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
	const bool written = file >= 0 && write(file, line, (size_t)len) == len && fsync(file) == 0;
	const int error = errno;

	if (file >= 0)
		close(file);
	if (written)
		return GNG_OK;
	return gng_why_set(why, GNG_ESYS, error, "av.stop",
			   "%s: the line of the stop could not be written", path);
}

/* wait_hook waits for the end; a hook that takes too long is killed: it is our own child. */
static bool wait_hook(pid_t hook)
{
	const uint64_t until = av_now() + HOOK_NS;
	int status = 0;
	pid_t ended;

	while ((ended = waitpid(hook, &status, WNOHANG)) == 0 && av_now() < until)
		av_sleep_until(av_now() + AV_SECOND / 100);
	if (ended == 0) {
		kill(hook, SIGKILL);
		waitpid(hook, &status, 0);
		return false;
	}
	return ended == hook && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

static enum gng_status run_hook(const struct av_stop *stop, const char *path, struct gng_why *why)
{
	char program[4096], number[24];
	char *argv[] = {program, number, NULL};
	pid_t hook;
	int error;

	snprintf(program, sizeof(program), "%s", path);
	snprintf(number, sizeof(number), "%llu", (unsigned long long)stop->frame);
	error = posix_spawn(&hook, program, NULL, NULL, argv, environ);
	if (error == 0 && wait_hook(hook))
		return GNG_OK;
	return gng_why_set(why, GNG_ESYS, error, "av.stop",
			   "the hook %s did not end with status 0 within 2 s", path);
}

enum gng_status av_stop_act(struct av_stop *stop, const char *log, const char *hook,
			    struct gng_why *why)
{
	enum gng_status status = GNG_OK, hooked = GNG_OK;

	if (!atomic_load(&stop->tripped) || stop->acted)
		return GNG_OK;
	stop->acted = true;
	if (log)
		status = write_log(stop, log, why);
	if (hook) /* also where the log failed: the two are independent */
		hooked = run_hook(stop, hook, why);
	return status != GNG_OK ? status : hooked;
}
