/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fixture.h - `gonogo selftest` in a child process, with a folder of traps that a test may spoil.
 * The command's main is called, not its program: so a planted bug is in it.
 */
#ifndef SELFTEST_FIXTURE_H
#define SELFTEST_FIXTURE_H

#include "../suite.h"

#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <gng_selftest.h>

static char fixture[PATH_MAX / 2];

static inline void fixture_close(void)
{
	char command[PATH_MAX];

	snprintf(command, sizeof(command), "rm -rf '%s'", fixture);
	if (system(command) != 0)
		fprintf(stderr, "%s is left\n", fixture);
}

static inline const char *fixture_path(const char *name)
{
	static char path[PATH_MAX];

	snprintf(path, sizeof(path), "%s/%s", fixture, name);
	return path;
}

/* fixture_build_dir is the folder of the build under test. */
static inline const char *fixture_build_dir(void)
{
	static char dir[PATH_MAX];
	const char *told = getenv("GNG_BUILD_DIR");

	if (told)
		return told;
	assert_non_null(realpath("/proc/self/exe", dir));
	for (int up = 0; up < 2; up++)
		*strrchr(dir, '/') = '\0';
	return dir;
}

/* fixture_open makes the folder, with traps/ full of links to the real programs and tmp/ for
 * whatever the selftest makes. */
static inline void fixture_open(void)
{
	const char *tmp = getenv("TMPDIR");
	char command[2 * PATH_MAX];

	snprintf(fixture, sizeof(fixture), "%s/gonogo-selftest-test-XXXXXX", tmp ? tmp : P_tmpdir);
	assert_non_null(mkdtemp(fixture));
	atexit(fixture_close);
	assert_int_equal(mkdir(fixture_path("tmp"), 0777), 0);
	assert_int_equal(mkdir(fixture_path("traps"), 0777), 0);
	snprintf(command, sizeof(command), "ln -s '%s'/traps/* '%s'/traps", fixture_build_dir(),
		 fixture);
	assert_int_equal(system(command), 0);
}

/* fixture_trap replaces a trap's program by a script; NULL: by nothing. */
static inline void fixture_trap(const char *program, const char *script)
{
	char name[128];
	FILE *file;

	snprintf(name, sizeof(name), "traps/%s", program);
	assert_int_equal(unlink(fixture_path(name)), 0);
	if (!script)
		return;
	file = fopen(fixture_path(name), "we");
	assert_non_null(file);
	assert_true(fputs(script, file) >= 0);
	assert_int_equal(fclose(file), 0);
	assert_int_equal(chmod(fixture_path(name), 0755), 0);
}

static inline void fixture_redirect(const char *name, int fd)
{
	const int file = open(fixture_path(name), O_WRONLY | O_CREAT | O_TRUNC, 0666);

	if (file < 0 || dup2(file, fd) != fd)
		_exit(126);
}

/* fixture_run runs "gonogo selftest WORD..." (ended by NULL) and returns its exit status; what
 * it wrote is in the files stdout and stderr. */
static inline int fixture_run(const char *const *words)
{
	const char *argv[16] = {"gonogo-selftest"};
	int argc = 1, status;
	pid_t child;

	while (words[argc - 1]) {
		argv[argc] = words[argc - 1];
		argc++;
	}
	fflush(NULL);
	child = fork();
	assert_true(child >= 0);
	if (child == 0) {
		fixture_redirect("stdout", 1);
		fixture_redirect("stderr", 2);
		close(GNG_PROBE_FD);
		setenv("TMPDIR", fixture_path("tmp"), 1);
		setenv("GNG_SELFTEST_TRAPS", fixture_path("traps"), 1);
		status = gng_selftest_main(argc, (char **)argv, fixture_build_dir());
		fflush(NULL);
		_exit(status);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

/* fixture_read returns a file's text (caller frees). */
static inline char *fixture_read(const char *name)
{
	FILE *file = fopen(fixture_path(name), "re");
	char *text = NULL;
	size_t cap = 0;

	assert_non_null(file);
	if (getdelim(&text, &cap, '\0', file) < 0) {
		free(text);
		text = strdup("");
	}
	fclose(file);
	return text;
}

static inline void fixture_expect(const char *name, const char *part)
{
	char *text = fixture_read(name);
	const bool found = strstr(text, part) != NULL;

	if (!found)
		print_error("%s lacks \"%s\":\n%s\n", name, part, text);
	free(text);
	assert_true(found);
}

#endif /* SELFTEST_FIXTURE_H */
