/* SPDX-License-Identifier: Apache-2.0 */
/* alone.c - a trap's program without a runner: what somebody who trusts its exit status sees. */
#include "selftest_trap.h"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define PATIENCE_MS 20000
#define STEP_MS 2

char *trap_program(const struct stage *stage, const struct trap *trap)
{
	const bool fuzz = strcmp(trap->suite, "fuzz") == 0;
	char *path;
	int len;

	if (fuzz) /* named as OSS-Fuzz wants it */
		len = asprintf(&path, "%s/trap_%s_fuzz", stage->traps, trap->stem);
	else
		len = asprintf(&path, "%s/%s.trap.%s", stage->traps, trap->suite, trap->stem);
	return len < 0 ? NULL : path;
}

static int wait_for(pid_t pid)
{
	int status;

	for (int ms = 0; ms < PATIENCE_MS; ms += STEP_MS) {
		if (waitpid(pid, &status, WNOHANG) == pid)
			return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
		usleep(STEP_MS * 1000);
	}
	kill(pid, SIGKILL);
	waitpid(pid, &status, 0);
	return -1;
}

int alone_run(const struct stage *stage, const char *log, const char *const *argv)
{
	/* nothing of the caller's: UBSAN_OPTIONS of a runner would stop what goes on by itself */
	static char *const env[] = {"PATH=/usr/bin:/bin", "LC_ALL=C", NULL};
	char *dir = stage_path(stage, "run"), *path = stage_path(stage, log);
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attributes;
	int status = -1;
	pid_t pid;

	posix_spawn_file_actions_init(&actions);
	posix_spawnattr_init(&attributes);
	/* the terminal's Ctrl-C would give it another exit status */
	posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP);
	if (dir && path && posix_spawn_file_actions_addchdir_np(&actions, dir) == 0 &&
	    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0) == 0 &&
	    posix_spawn_file_actions_addopen(&actions, 1, path, O_WRONLY | O_CREAT | O_TRUNC,
					     0666) == 0 &&
	    posix_spawn_file_actions_adddup2(&actions, 1, 2) == 0 &&
	    posix_spawn_file_actions_addclosefrom_np(&actions, 3) == 0 &&
	    posix_spawn(&pid, argv[0], &actions, &attributes, (char *const *)argv, env) == 0)
		status = wait_for(pid);
	posix_spawnattr_destroy(&attributes);
	posix_spawn_file_actions_destroy(&actions);
	free(dir);
	free(path);
	return status;
}
