/* SPDX-License-Identifier: Apache-2.0 */
/* run.c - one program in the guest: descriptor 3 and its output go to the host as they come. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "guest.h"
#include "lab_frame.h"

#define PROBE_FD 3
#define EXIT_NO_PROGRAM 127
#define POLL_MS 100

/* task is one program that runs. */
struct task {
	size_t index;
	pid_t pid;
	int report_fd, output_fd;
	long start_ms, deadline_ms;
};

static size_t num_ended, num_begun;

static long now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (long)(t.tv_sec * 1000 + t.tv_nsec / 1000000);
}

static void become(char **argv, int report_fd, int output_fd)
{
	char folder[32];

	setsid();
	snprintf(folder, sizeof(folder), "/tmp/%d", (int)getpid());
	mkdir(folder, 0755);
	if (chdir(folder) != 0)
		_exit(EXIT_NO_PROGRAM);
	setenv("TMPDIR", folder, 1);
	setenv("HOME", folder, 1);
	dup2(output_fd, 1);
	dup2(output_fd, 2);
	/* report_fd may be 3 already: dup2 then would leave it to be closed at exec */
	if (report_fd == PROBE_FD)
		fcntl(PROBE_FD, F_SETFD, 0);
	else
		dup2(report_fd, PROBE_FD);
	execv(argv[0], argv);
	dprintf(2, "%s: %s\n", argv[0], strerror(errno));
	_exit(EXIT_NO_PROGRAM);
}

static bool start(struct task *task, char **argv)
{
	int report[2] = {-1, -1}, output[2] = {-1, -1};

	if (pipe2(report, O_CLOEXEC) != 0 || pipe2(output, O_CLOEXEC) != 0)
		return false;
	task->pid = fork();
	if (task->pid == 0)
		become(argv, report[1], output[1]);
	close(report[1]);
	close(output[1]);
	task->report_fd = report[0];
	task->output_fd = output[0];
	return task->pid > 0;
}

/* pass sends what is there as a frame; false at the end of the pipe. */
static bool pass(const struct task *task, int fd, const char *word)
{
	static char bytes[LAB_FRAME_PAYLOAD_CAP];
	const ssize_t n = read(fd, bytes, sizeof(bytes));

	if (n <= 0)
		return n < 0 && errno == EINTR;
	guest_say(word, task->index, 0, 0, bytes, (size_t)n);
	return true;
}

/* take passes on what the program says, until both pipes are at their end or time is up. */
static void take(const struct task *task)
{
	struct pollfd pipes[] = {{.fd = task->report_fd, .events = POLLIN},
				 {.fd = task->output_fd, .events = POLLIN}};

	while (pipes[0].fd >= 0 || pipes[1].fd >= 0) {
		if (now_ms() >= task->deadline_ms)
			return;
		if (poll(pipes, 2, POLL_MS) <= 0)
			continue;
		if (pipes[0].revents && !pass(task, pipes[0].fd, LAB_FRAME_REPORT))
			pipes[0].fd = -1;
		if (pipes[1].revents && !pass(task, pipes[1].fd, LAB_FRAME_OUTPUT))
			pipes[1].fd = -1;
	}
}

/* end waits for the program to its deadline, then kills everything but init itself. */
static int end(const struct task *task, bool *late)
{
	int status = 0;
	pid_t pid = 0;

	while (now_ms() < task->deadline_ms && (pid = waitpid(task->pid, &status, WNOHANG)) == 0)
		usleep(1000);
	*late = pid != task->pid;
	kill(-1, SIGKILL);
	if (*late)
		waitpid(task->pid, &status, 0);
	while (waitpid(-1, NULL, 0) > 0)
		;
	return status;
}

void guest_run(const char *name, unsigned int deadline_s, char **argv)
{
	struct task task = {.index = num_begun++, .start_ms = now_ms()};
	int status;
	bool late;

	task.deadline_ms = task.start_ms + (long)deadline_s * 1000;
	guest_say(LAB_FRAME_BEGIN, task.index, 0, 0, name, strlen(name));
	if (!start(&task, argv)) {
		guest_say(LAB_FRAME_TROUBLE, task.index, 0, 0, "no pipe or process", 18);
		return;
	}
	take(&task);
	status = end(&task, &late);
	if (late)
		guest_say(LAB_FRAME_LATE, task.index, 0, 0, NULL, 0);
	close(task.report_fd);
	close(task.output_fd);
	guest_watch(name);
	guest_say(LAB_FRAME_END, task.index, status, now_ms() - task.start_ms, NULL, 0);
	num_ended++;
}

void guest_leave(void)
{
	guest_watch_leaks();
	guest_say(LAB_FRAME_BYE, 0, (long)num_ended, 0, NULL, 0);
	guest_flush();
}
