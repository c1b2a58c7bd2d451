/* SPDX-License-Identifier: Apache-2.0 */
/* nanny.c - guards one test's process tree: deadline, output cap, and nothing left behind. */
#include "gauge_nanny.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <gng_probe.h>

enum { OUTPUT, REPORT, SIGNALS, NUM_FDS };

#define GRACE_S 5.0  /* for the tree to die once it is killed */
#define MOMENT_S 0.2 /* for a helper to notice that its test has ended */

/* guard is what the nanny knows about her one test. */
struct guard {
	const struct nanny_task *task;
	struct nanny_result result;
	pid_t test;
	bool test_ended, told_to_stop;
	double start_s, ended_s, killed_s;
	size_t output_len;
	char *report;
	struct pollfd fds[NUM_FDS];
};

static double now_s(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

/* ---- the test's side of the fork ---- */

static void limit(int resource, rlim_t value)
{
	const struct rlimit both = {value, value};

	setrlimit(resource, &both);
}

static void become_test(const struct nanny_task *task, int output, int report, int failed)
{
	const int null = open("/dev/null", O_RDONLY);
	sigset_t none;

	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	setpgid(0, 0);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	limit(RLIMIT_CORE, 0);
	limit(RLIMIT_FSIZE, (rlim_t)4 << 30);
	for (const char *const *env = task->env; *env; env++)
		putenv((char *)*env);
	if (chdir(task->cwd) == 0 && dup2(null, 0) == 0 && dup2(output, 1) == 1 &&
	    dup2(output, 2) == 2 && dup2(report, GNG_PROBE_FD) == GNG_PROBE_FD) {
		close_range(GNG_PROBE_FD + 1, ~0u, CLOSE_RANGE_CLOEXEC);
		execvp(task->argv[0], task->argv);
	}
	if (write(failed, &errno, sizeof(errno)) < 0)
		_exit(126);
	_exit(127);
}

/* ---- the nanny's side ---- */

/* raise_fd moves a descriptor above those that become_test gives to the test. */
static int raise_fd(int fd)
{
	const int raised = fcntl(fd, F_DUPFD_CLOEXEC, GNG_PROBE_FD + 1);

	close(fd);
	return raised;
}

static bool start_test(struct guard *guard)
{
	int output[2], report[2], failed[2];

	if (pipe2(output, O_CLOEXEC) || pipe2(report, O_CLOEXEC) || pipe2(failed, O_CLOEXEC))
		return false;
	for (int end = 0; end < 2; end++) {
		output[end] = raise_fd(output[end]);
		report[end] = raise_fd(report[end]);
		failed[end] = raise_fd(failed[end]);
	}
	guard->test = fork();
	if (guard->test < 0)
		return false;
	if (guard->test == 0)
		become_test(guard->task, output[1], report[1], failed[1]);
	close(output[1]);
	close(report[1]);
	close(failed[1]);
	if (read(failed[0], &guard->result.exec_errno, sizeof(int)) < 0)
		return false;
	close(failed[0]);
	guard->fds[OUTPUT].fd = output[0];
	guard->fds[REPORT].fd = report[0];
	return true;
}

/* parent_of reads the parent from /proc/PID/stat, whose second field may hold anything. */
static int parent_of(const char *pid)
{
	char path[64], text[512], *after;
	int parent = -1;
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%.20s/stat", pid);
	file = fopen(path, "re");
	if (!file)
		return -1;
	text[fread(text, 1, sizeof(text) - 1, file)] = '\0';
	fclose(file);
	after = strrchr(text, ')');
	if (!after || sscanf(after, ") %*c %d", &parent) != 1)
		return -1;
	return parent;
}

/*
 * kill_children kills those that are hers now; grandchildren become hers in turn. It reads
 * all of /proc, because /proc/PID/task/TID/children needs CONFIG_PROC_CHILDREN, which not
 * every kernel has; tests that end alone never come here.
 */
static unsigned int kill_children(pid_t but)
{
	DIR *proc = opendir("/proc");
	unsigned int killed = 0;

	if (!proc)
		return 0;
	for (struct dirent *entry; (entry = readdir(proc));) {
		const int pid = atoi(entry->d_name);

		if (pid <= 0 || parent_of(entry->d_name) != getpid())
			continue;
		kill(pid, SIGKILL);
		killed += pid != but;
	}
	closedir(proc);
	return killed;
}

static void kill_tree(struct guard *guard)
{
	if (guard->killed_s == 0)
		guard->killed_s = now_s();
	kill(-guard->test, SIGKILL);
	kill_children(0);
}

static void take_output(struct guard *guard)
{
	char chunk[65536];
	const ssize_t n = read(guard->fds[OUTPUT].fd, chunk, sizeof(chunk));
	size_t room = NANNY_OUTPUT_CAP - guard->output_len;

	if (n <= 0) {
		close(guard->fds[OUTPUT].fd);
		guard->fds[OUTPUT].fd = -1;
		return;
	}
	if (room > (size_t)n)
		room = (size_t)n;
	if (room > 0 && write(guard->task->output_fd, chunk, room) < 0)
		guard->output_len = NANNY_OUTPUT_CAP; /* the disk is full: keep the verdict */
	else
		guard->output_len += room;
	if (room < (size_t)n && !guard->result.flooded) {
		guard->result.flooded = true;
		kill_tree(guard);
	}
}

static void take_report(struct guard *guard)
{
	struct nanny_result *result = &guard->result;
	const size_t room = NANNY_REPORT_CAP - result->report_len;
	const ssize_t n = read(guard->fds[REPORT].fd, guard->report + result->report_len, room);

	if (n > 0) {
		result->report_len += (size_t)n;
		return;
	}
	if (room == 0) {
		result->flooded = true;
		kill_tree(guard);
	}
	close(guard->fds[REPORT].fd);
	guard->fds[REPORT].fd = -1;
}

/* reap collects everything that ended. False when no child is left at all. */
static bool reap(struct guard *guard)
{
	pid_t pid;
	int status;

	while ((pid = waitpid(-1, &status, WNOHANG)) > 0) {
		if (pid != guard->test)
			continue;
		guard->test_ended = true;
		guard->result.wait_status = status;
		guard->ended_s = now_s();
		guard->result.seconds = guard->ended_s - guard->start_s;
	}
	return pid == 0;
}

static void take_signals(struct guard *guard)
{
	struct signalfd_siginfo info;

	if (read(guard->fds[SIGNALS].fd, &info, sizeof(info)) != sizeof(info))
		return;
	if (info.ssi_signo == SIGTERM) {
		guard->told_to_stop = true;
		kill_tree(guard);
	}
}

/* clean_up counts and kills what outlived the test by more than a moment. */
static void clean_up(struct guard *guard)
{
	if (guard->killed_s > 0) {
		kill_children(0);
	} else if (guard->test_ended && now_s() - guard->ended_s > MOMENT_S) {
		guard->result.num_left_behind = kill_children(guard->test);
		guard->killed_s = now_s();
	}
}

static void keep_deadline(struct guard *guard)
{
	if (guard->killed_s == 0 && !guard->test_ended &&
	    now_s() - guard->start_s > guard->task->timeout_s) {
		guard->result.timed_out = true;
		kill_tree(guard);
	}
}

static bool pipes_are_open(const struct guard *guard)
{
	return guard->fds[OUTPUT].fd >= 0 || guard->fds[REPORT].fd >= 0;
}

static bool grace_is_over(const struct guard *guard)
{
	const double since_s = guard->killed_s > 0 ? guard->killed_s : guard->ended_s;

	return since_s > 0 && now_s() - since_s > GRACE_S;
}

static void watch(struct guard *guard)
{
	bool children = true;

	while (children || pipes_are_open(guard)) {
		if (poll(guard->fds, NUM_FDS, 50) < 0 && errno != EINTR)
			break;
		if (guard->fds[OUTPUT].revents)
			take_output(guard);
		if (guard->fds[REPORT].revents)
			take_report(guard);
		if (guard->fds[SIGNALS].revents)
			take_signals(guard);
		children = reap(guard);
		keep_deadline(guard);
		if (children)
			clean_up(guard);
		if (grace_is_over(guard)) {
			guard->result.unkillable = children;
			break;
		}
	}
}

static bool send_all(int fd, const void *data, size_t len)
{
	for (size_t done = 0; done < len;) {
		const ssize_t n = write(fd, (const char *)data + done, len - done);

		if (n < 0)
			return false;
		done += (size_t)n;
	}
	return true;
}

static int be_nanny(const struct nanny_task *task, int result_fd)
{
	struct guard guard = {.task = task, .start_s = now_s()};
	sigset_t signals;

	/* the terminal's Ctrl-C is for the runner, who tells her by SIGTERM */
	setpgid(0, 0);
	sigemptyset(&signals);
	sigaddset(&signals, SIGTERM);
	sigaddset(&signals, SIGCHLD);
	sigprocmask(SIG_BLOCK, &signals, NULL);
	prctl(PR_SET_PDEATHSIG, SIGTERM);
	prctl(PR_SET_CHILD_SUBREAPER, 1);
	guard.report = malloc(NANNY_REPORT_CAP);
	for (int i = 0; i < NUM_FDS; i++)
		guard.fds[i].events = POLLIN;
	guard.fds[SIGNALS].fd = signalfd(-1, &signals, SFD_CLOEXEC | SFD_NONBLOCK);
	if (!guard.report || guard.fds[SIGNALS].fd < 0 || !start_test(&guard))
		return 1;
	watch(&guard);
	if (guard.told_to_stop)
		return 1;
	return send_all(result_fd, &guard.result, sizeof(guard.result)) &&
			       send_all(result_fd, guard.report, guard.result.report_len)
		       ? 0
		       : 1;
}

enum gng_status nanny_start(struct nanny *nanny, const struct nanny_task *task, struct gng_why *why)
{
	int ends[2];

	if (pipe2(ends, O_CLOEXEC) != 0)
		return gng_why_set(why, GNG_ESYS, errno, "gauge.nanny", "no pipe for a test: %s",
				   strerror(errno));
	nanny->pid = fork();
	if (nanny->pid == 0)
		_exit(be_nanny(task, ends[1]));
	close(ends[1]);
	nanny->result_fd = ends[0];
	if (nanny->pid > 0)
		return GNG_OK;
	close(ends[0]);
	return gng_why_set(why, GNG_ESYS, errno, "gauge.nanny", "no process for a test: %s",
			   strerror(errno));
}

void nanny_stop(const struct nanny *nanny)
{
	kill(nanny->pid, SIGTERM);
}
