/* SPDX-License-Identifier: Apache-2.0 */
/*
 * rundir.c - one folder a run, one run at a time, and a link that never shows yesterday's GO.
 *
 * Everything goes through descriptors of the folders (openat and friends): what stands in
 * <out> may be anybody's, and nothing there is followed or removed that this file did not
 * make. The lock is a flock, so it ends with the process that holds it, however it ends.
 */
#include "gng_gauge.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "gauge_rundir.h"
#include "gauge_text.h"

struct opening {
	struct gng_rundir *rundir;
	const char *out, *kind;
	int out_fd, runs_fd;
	char name[80]; /* of the run's folder within runs/ */
	bool made;
	struct gng_why *why;
};

static enum gng_status cannot(const struct opening *opening, const char *path, const char *what)
{
	const int error = errno;

	return gng_why_set(opening->why, GNG_ESYS, error, "gauge.rundir",
			   "%s%s%s: %s: %s: free it or set GNG_OUT to another folder", opening->out,
			   *path ? "/" : "", path, what, strerror(error));
}

/* ---- <out> and its lock ---- */

static enum gng_status make_out(struct opening *opening)
{
	char *path = strdup(opening->out);
	int failed = 0;

	if (!path)
		return gauge_no_memory(opening->why);
	for (char *at = strchr(path + 1, '/'); at && !failed; at = strchr(at + 1, '/')) {
		*at = '\0';
		failed = mkdir(path, 0777) != 0 && errno != EEXIST;
		*at = '/';
	}
	failed = failed || (mkdir(path, 0777) != 0 && errno != EEXIST);
	free(path);
	if (failed)
		return cannot(opening, "", "cannot be made");
	opening->out_fd = open(opening->out, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	return opening->out_fd < 0 ? cannot(opening, "", "cannot be opened") : GNG_OK;
}

static enum gng_status held(const struct opening *opening, int fd)
{
	char pid[16] = "";
	const ssize_t len = read(fd, pid, sizeof(pid) - 1);

	(void)len; /* what was not read is zero */
	pid[strspn(pid, "0123456789")] = '\0';
	return gng_why_set(opening->why, GNG_EPERM, 0, "gauge.rundir",
			   "%s: another run (process %s) is at work there: wait for it, or set "
			   "GNG_OUT to another folder",
			   opening->out, *pid ? pid : "unknown");
}

static enum gng_status take_lock(struct opening *opening)
{
	const int fd = openat(opening->out_fd, ".lock",
			      O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, 0666);
	char pid[16];
	int len;

	if (fd < 0)
		return cannot(opening, ".lock", "cannot be opened");
	opening->rundir->lock_fd = fd;
	if (flock(fd, LOCK_EX | LOCK_NB) != 0)
		return errno == EWOULDBLOCK ? held(opening, fd)
					    : cannot(opening, ".lock", "cannot be locked");
	len = snprintf(pid, sizeof(pid), "%ld\n", (long)getpid());
	if (ftruncate(fd, 0) != 0 || pwrite(fd, pid, (size_t)len, 0) != len)
		return cannot(opening, ".lock", "cannot be written");
	return GNG_OK;
}

/* ---- the folder ---- */

static enum gng_status open_runs(struct opening *opening)
{
	if (mkdirat(opening->out_fd, "runs", 0777) != 0 && errno != EEXIST)
		return cannot(opening, "runs", "cannot be made");
	opening->runs_fd =
		openat(opening->out_fd, "runs", O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	return opening->runs_fd < 0 ? cannot(opening, "runs", "cannot be opened") : GNG_OK;
}

static void name_run(struct opening *opening)
{
	struct timespec now;
	struct tm utc;
	char stamp[32];

	clock_gettime(CLOCK_REALTIME, &now);
	gmtime_r(&now.tv_sec, &utc);
	strftime(stamp, sizeof(stamp), "%Y%m%dT%H%M%S", &utc);
	snprintf(opening->name, sizeof(opening->name), "%s-%s.%03ldZ-%ld", opening->kind, stamp,
		 now.tv_nsec / 1000000, (long)getpid());
}

/* A full disk often lets a folder be made; the mark is its first byte, so the run is
 * refused here rather than in the middle. */
static enum gng_status write_mark(const struct opening *opening)
{
	char path[128];
	ssize_t written;
	int fd;

	snprintf(path, sizeof(path), "%s/" GAUGE_RUN_MARK, opening->name);
	fd = openat(opening->runs_fd, path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
	if (fd < 0)
		return cannot(opening, "runs", "a file cannot be made there");
	written = write(fd, "gonogo\n", 7);
	if (close(fd) != 0 || written != 7)
		return cannot(opening, "runs", "a file cannot be written there");
	return GNG_OK;
}

static enum gng_status make_folder(struct opening *opening)
{
	const struct timespec moment = {0, 1000000};
	int tries = 100; /* the name has milliseconds: two runs of one process may meet */

	name_run(opening);
	while (mkdirat(opening->runs_fd, opening->name, 0777) != 0) {
		if (errno != EEXIST || tries-- == 0)
			return cannot(opening, "runs", "a folder cannot be made there");
		nanosleep(&moment, NULL);
		name_run(opening);
	}
	opening->made = true;
	return write_mark(opening);
}

/* ---- the link ---- */

/* is_ours: nothing is there, or a link to a run of this kind. */
static bool is_ours(const struct opening *opening)
{
	char target[PATH_MAX], prefix[48];
	const ssize_t len = readlinkat(opening->out_fd, opening->kind, target, sizeof(target) - 1);

	if (len < 0)
		return errno == ENOENT;
	target[len] = '\0';
	snprintf(prefix, sizeof(prefix), "runs/%s-", opening->kind);
	return strncmp(target, prefix, strlen(prefix)) == 0;
}

static enum gng_status switch_link(struct opening *opening)
{
	char target[96], fresh[96];

	if (!is_ours(opening)) {
		errno = EEXIST;
		return cannot(opening, opening->kind, "is in the way of the link to the last run");
	}
	snprintf(target, sizeof(target), "runs/%s", opening->name);
	snprintf(fresh, sizeof(fresh), ".%s", opening->name);
	if (symlinkat(target, opening->out_fd, fresh) != 0)
		return cannot(opening, fresh, "a link cannot be made");
	if (renameat(opening->out_fd, fresh, opening->out_fd, opening->kind) != 0) {
		const enum gng_status status =
			cannot(opening, opening->kind, "cannot be switched to this run");

		unlinkat(opening->out_fd, fresh, 0);
		return status;
	}
	return GNG_OK;
}

/* ---- open and close ---- */

static enum gng_status open_in(struct opening *opening)
{
	enum gng_status status;

	status = make_out(opening);
	if (status == GNG_OK)
		status = take_lock(opening);
	if (status == GNG_OK)
		status = open_runs(opening);
	if (status == GNG_OK)
		status = make_folder(opening);
	if (status == GNG_OK) {
		opening->rundir->path = gauge_format("%s/runs/%s", opening->out, opening->name);
		opening->rundir->link = gauge_format("%s/%s", opening->out, opening->kind);
		if (!opening->rundir->path || !opening->rundir->link)
			status = gauge_no_memory(opening->why);
	}
	if (status == GNG_OK)
		status = switch_link(opening);
	if (status == GNG_OK)
		gauge_prune(opening->runs_fd, opening->kind, opening->name);
	return status;
}

static void undo(const struct opening *opening)
{
	char mark[128];

	if (!opening->made)
		return;
	snprintf(mark, sizeof(mark), "%s/" GAUGE_RUN_MARK, opening->name);
	unlinkat(opening->runs_fd, mark, 0);
	unlinkat(opening->runs_fd, opening->name, AT_REMOVEDIR);
}

enum gng_status gng_rundir_open(struct gng_rundir *rundir, const char *out, const char *kind,
				struct gng_why *why)
{
	struct opening opening = {.rundir = rundir,
				  .out = out,
				  .kind = kind,
				  .out_fd = -1,
				  .runs_fd = -1,
				  .why = why};
	enum gng_status status;

	memset(rundir, 0, sizeof(*rundir));
	rundir->lock_fd = -1;
	if (!gauge_is_name(kind) || strlen(kind) > 32 || strcmp(kind, "runs") == 0 || !*out)
		return gng_why_set(why, GNG_EINVAL, 0, "gauge.rundir",
				   "a kind of run is a short word of a-z, 0-9 and '_'");
	status = open_in(&opening);
	if (status != GNG_OK) {
		undo(&opening);
		gng_rundir_close(rundir);
	}
	if (opening.runs_fd >= 0)
		close(opening.runs_fd);
	if (opening.out_fd >= 0)
		close(opening.out_fd);
	return status;
}

void gng_rundir_close(struct gng_rundir *rundir)
{
	/* unlocked by hand: a child that was forked meanwhile shares the lock. The file stays,
	 * since removing a lock file lets two runs hold two locks. */
	if (rundir->lock_fd >= 0) {
		flock(rundir->lock_fd, LOCK_UN);
		close(rundir->lock_fd);
	}
	free(rundir->path);
	free(rundir->link);
	memset(rundir, 0, sizeof(*rundir));
	rundir->lock_fd = -1;
}
