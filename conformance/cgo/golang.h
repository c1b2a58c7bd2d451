/* SPDX-License-Identifier: Apache-2.0 */
/*
 * golang.h - runs Go's command and the Go test programs of this build, and reads what they say.
 * Only builds that Go can link with are judged: release, and asan with Go's own -asan.
 */
#ifndef CONFORMANCE_CGO_GOLANG_H
#define CONFORMANCE_CGO_GOLANG_H

#include "../suite.h"

#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define GOLANG_MAX_WORDS 24

/* golang is where things are, and what the last command said. */
struct golang {
	char source[PATH_MAX], build[PATH_MAX], script[PATH_MAX + 16];
	bool asan, quiet; /* quiet: megabytes are read and not logged */
	char *said;	  /* both outputs, NUL-terminated; owned */
	size_t said_len;
};

static inline bool golang_skip(const char *reason, const char *remedy)
{
	gng_probe_skip(reason, remedy);
	return false;
}

static inline bool golang_is_here(const char *format, const char *folder)
{
	char path[PATH_MAX + 64];

	snprintf(path, sizeof(path), format, folder);
	return access(path, R_OK) == 0;
}

/* golang_build_name reads the name of this build from its facts. */
static inline void golang_build_name(char name[32], const char *build)
{
	char path[PATH_MAX + 32], line[256];
	FILE *facts;

	snprintf(path, sizeof(path), "%s/gonogo.facts", build);
	facts = fopen(path, "r");
	name[0] = '\0';
	while (facts && fgets(line, sizeof(line), facts))
		if (sscanf(line, "build\t%31s", name) == 1)
			break;
	if (facts)
		fclose(facts);
}

/* golang_open fills *go; false after it has said why nothing can run here. */
static inline bool golang_open(struct golang *go)
{
	const char *vectors = getenv("GNG_VECTORS"), *build = getenv("GNG_BUILD_DIR");
	const char *under = getenv("GNG_RUN_UNDER");
	char name[32];

	memset(go, 0, sizeof(*go));
	snprintf(go->source, sizeof(go->source), "%s/..", vectors ? vectors : "vectors");
	snprintf(go->build, sizeof(go->build), "%s", build ? build : "build");
	snprintf(go->script, sizeof(go->script), "%s/ci/go", go->source);
	golang_build_name(name, go->build);
	go->asan = strcmp(name, "asan") == 0;
	if (!golang_is_here("%s/impl/cgo/go/go.mod", go->source))
		return golang_skip("the Go package is not beside the tests here",
				   "run it in the source tree");
	if (strcmp(name, "release") != 0 && !go->asan)
		return golang_skip("Go links with the builds release and asan only",
				   "gonogo check --builds release,asan");
	if (under && *under)
		return golang_skip("Go programs do not run under this build's wrapper",
				   "gonogo check --builds release");
	if (system("command -v go >"
		   "/dev/null 2>&1") != 0)
		return golang_skip("Go is not installed", "apt-get install golang-go");
	return true;
}

static inline void golang_close(struct golang *go)
{
	free(go->said);
	go->said = NULL;
}

/* golang_listen keeps and echoes what comes: the log of the test shows it. */
static inline void golang_listen(struct golang *go, int fd)
{
	FILE *keep = open_memstream(&go->said, &go->said_len);
	char part[4096];
	ssize_t n;

	while (keep && (n = read(fd, part, sizeof(part))) > 0) {
		fwrite(part, 1, (size_t)n, keep);
		if (!go->quiet)
			fwrite(part, 1, (size_t)n, stdout);
	}
	if (keep)
		fclose(keep);
	fflush(stdout);
}

/* golang_run runs words[0], found by PATH, in folder (NULL: here) with a deadline. It returns the
 * exit status, 128 + the signal, or -1. */
static inline int golang_run(struct golang *go, const char *folder, const char *const *words)
{
	const char *argv[GOLANG_MAX_WORDS + 4] = {"timeout", "-k", "5", "600"};
	int ends[2], status;
	pid_t child;

	for (size_t i = 0; words[i] && i < GOLANG_MAX_WORDS - 1; i++)
		argv[4 + i] = words[i];
	golang_close(go);
	if (pipe2(ends, O_CLOEXEC) != 0)
		return -1;
	child = fork();
	if (child == 0) {
		dup2(ends[1], STDOUT_FILENO);
		dup2(ends[1], STDERR_FILENO);
		close(GNG_PROBE_FD);
		if (!folder || chdir(folder) == 0)
			execvp(argv[0], (char *const *)argv);
		_exit(127);
	}
	close(ends[1]);
	golang_listen(go, ends[0]);
	close(ends[0]);
	if (child < 0 || waitpid(child, &status, 0) != child)
		return -1;
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

/* golang_complaint returns the line of the output that says what went wrong. */
static inline const char *golang_complaint(const struct golang *go, char line[256])
{
	static const char *const signs[] = {"ERROR: ",	 "DATA RACE", "panic: ", "fatal error",
					    "_test.go:", "--- FAIL",  "go: ",	 ""};

	for (size_t i = 0; go->said && i < COUNT_OF(signs); i++) {
		const char *found = strstr(go->said, signs[i]);

		if (found) {
			snprintf(line, 256, "%.*s", (int)strcspn(found, "\n"), found);
			return line;
		}
	}
	return "nothing was said";
}

/*
 * golang_build leaves the program of a folder of the tree in program, linked with parts (names of
 * subsystems, "": none, and Go alone) of this build and with libraries.
 */
static inline void golang_build(struct golang *go, const char *folder, const char *program,
				const char *parts, const char *libraries)
{
	char with[256], and[256], source[PATH_MAX + 64], line[256];
	const char *const words[] = {"env", with,    and,  go->script, go->build, source,
				     "--",  "build", "-o", program,    ".",	  NULL};

	assert_true(snprintf(with, sizeof(with), "GNG_GO_PARTS=%s", parts) < (int)sizeof(with));
	assert_true(snprintf(and, sizeof(and), "GNG_GO_LIBS=%s", libraries) < (int)sizeof(and));
	assert_true(snprintf(source, sizeof(source), "%s/%s", go->source, folder) <
		    (int)sizeof(source));
	if (golang_run(go, NULL, words) != 0)
		suite_fail("go build: %s", golang_complaint(go, line));
}

/* golang_pass runs tests of a Go test program and requires each by name; names end with NULL. */
static inline void golang_pass(struct golang *go, const char *program, const char *const *names)
{
	char path[PATH_MAX + 64], regex[2048] = "^(", line[300], want[128];
	const char *const words[] = {path,	  "-test.v", "-test.timeout=55s",
				     "-test.run", regex,     NULL};
	int status;

	snprintf(path, sizeof(path), "%s/go/%s", go->build, program);
	for (size_t i = 0; names[i]; i++) {
		strncat(regex, i ? "|" : "", sizeof(regex) - strlen(regex) - 1);
		strncat(regex, names[i], sizeof(regex) - strlen(regex) - 1);
	}
	strncat(regex, ")$", sizeof(regex) - strlen(regex) - 1);
	status = golang_run(go, NULL, words);
	for (size_t i = 0; names[i]; i++) {
		snprintf(want, sizeof(want), "--- PASS: %s (", names[i]);
		if (!go->said || !strstr(go->said, want))
			suite_fail("%s did not pass: %s", names[i], golang_complaint(go, line));
		gng_probe_assertion();
	}
	if (status != 0)
		suite_fail("the program ended with %d: %s", status, golang_complaint(go, line));
	golang_close(go);
}

#endif /* CONFORMANCE_CGO_GOLANG_H */
