/* SPDX-License-Identifier: Apache-2.0 */
/* beside.c - the host's half of a test that needs two machines: a program of this build, judged as
 * those in the guest are. */
#include "lab_beside.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "lab_channel.h"
#include "lab_orders.h"

#define STEP_MS 10

/* ---- the folder ---- */

enum gng_status lab_sockets_make(struct lab_sockets *sockets, struct gng_why *why)
{
	snprintf(sockets->path, sizeof(sockets->path), P_tmpdir "/gonogo-lab-XXXXXX");
	if (mkdtemp(sockets->path))
		return GNG_OK;
	*sockets->path = '\0';
	return gng_why_set(why, GNG_ESYS, errno, "lab.beside", "no folder for sockets: %s",
			   strerror(errno));
}

void lab_sockets_remove(struct lab_sockets *sockets)
{
	DIR *dir = *sockets->path ? opendir(sockets->path) : NULL;
	struct dirent *entry;
	struct stat info;

	if (!dir)
		return;
	while ((entry = readdir(dir)))
		if (fstatat(dirfd(dir), entry->d_name, &info, AT_SYMLINK_NOFOLLOW) == 0 &&
		    S_ISSOCK(info.st_mode))
			unlinkat(dirfd(dir), entry->d_name, 0);
	closedir(dir);
	rmdir(sockets->path);
	*sockets->path = '\0';
}

/* ---- the test ---- */

static double now_s(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

/* become: descriptors that are 1 to 3 already would be closed by the next dup2, so both are moved
 * out of the way first. */
static void become(const struct lab_beside *beside, const char *program, const char *function)
{
	const struct rlimit cap = {LAB_STEP_CAP, LAB_STEP_CAP};
	const int report_fd = fcntl(beside->report_fd, F_DUPFD_CLOEXEC, GNG_PROBE_FD + 1);
	const int output_fd = fcntl(beside->output_fd, F_DUPFD_CLOEXEC, GNG_PROBE_FD + 1);

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	setsid();
	setrlimit(RLIMIT_FSIZE, &cap);
	dup2(output_fd, 1);
	dup2(output_fd, 2);
	dup2(report_fd, GNG_PROBE_FD);
	execl(program, program, "--run", function, (char *)NULL);
	_exit(127);
}

/* tell sets what a test may ask of its environment; the runner's own values are put back after. */
static bool tell(const struct gng_home *home, const char *sockets)
{
	char *vectors;
	bool told;

	if (asprintf(&vectors, "%s/vectors", home->source) < 0)
		return false;
	told = setenv("GNG_RUNNER", "1", 1) == 0 && setenv("GNG_VECTORS", vectors, 1) == 0 &&
	       setenv("GNG_BUILD_DIR", home->builds[0].dir, 1) == 0 &&
	       setenv(LAB_SOCKETS, sockets, 1) == 0;
	free(vectors);
	return told;
}

enum gng_status lab_beside_start(struct lab_beside *beside, const struct gng_home *home,
				 const struct gng_test *test, const struct lab_sockets *sockets,
				 struct gng_why *why)
{
	char *program = lab_program(home, test);

	if (!program)
		return gng_why_set(why, GNG_ENOMEM, 0, "lab.beside", "no memory");
	*beside = (struct lab_beside){.pid = -1, .start_s = now_s()};
	beside->report_fd = memfd_create("report", MFD_CLOEXEC);
	beside->output_fd = memfd_create("output", MFD_CLOEXEC);
	if (beside->report_fd >= 0 && beside->output_fd >= 0)
		beside->pid = fork();
	if (beside->pid == 0) {
		if (tell(home, sockets->path))
			become(beside, program, test->function);
		_exit(127);
	}
	free(program);
	if (beside->pid > 0)
		return GNG_OK;
	gng_why_set(why, GNG_ESYS, errno, "lab.beside", "no process: %s", strerror(errno));
	if (beside->report_fd >= 0)
		close(beside->report_fd);
	if (beside->output_fd >= 0)
		close(beside->output_fd);
	return GNG_ESYS;
}

static void nap(long ms)
{
	const struct timespec t = {.tv_nsec = ms * 1000000};

	nanosleep(&t, NULL);
}

/* contents reads the whole file and closes it. */
static char *contents(size_t *len, int fd)
{
	const off_t end = lseek(fd, 0, SEEK_END);
	char *text = calloc(1, (end < 0 ? 0 : (size_t)end) + 1);
	const ssize_t n = text && end > 0 ? pread(fd, text, (size_t)end, 0) : 0;

	*len = n < 0 ? 0 : (size_t)n;
	close(fd);
	return text;
}

void lab_beside_end(struct lab_beside *beside, int grace_ms, struct gng_execution *execution)
{
	size_t log_len;
	pid_t ended = 0;

	*execution = (struct gng_execution){0};
	for (int ms = 0; ended == 0; ms += STEP_MS) {
		ended = waitpid(beside->pid, &execution->wait_status, WNOHANG);
		if (ended != 0 || ms >= grace_ms)
			break;
		nap(STEP_MS);
	}
	execution->timed_out = ended == 0;
	if (beside->pid > 0)
		kill(-beside->pid, SIGKILL); /* and whatever it started */
	if (ended == 0)
		waitpid(beside->pid, &execution->wait_status, 0);
	execution->seconds = now_s() - beside->start_s;
	execution->timeout_s = (unsigned int)execution->seconds;
	execution->report = contents(&execution->report_len, beside->report_fd);
	execution->log = contents(&log_len, beside->output_fd);
}
