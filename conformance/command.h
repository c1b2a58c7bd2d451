/* SPDX-License-Identifier: Apache-2.0 */
/*
 * command.h - a command of this build as it is typed, in a folder of its own that is removed at
 * the end: what it wrote, its exit status, its refusals. A test that reads JSON includes
 * <jansson.h> before it.
 */
#ifndef CONFORMANCE_COMMAND_H
#define CONFORMANCE_COMMAND_H

#include "suite.h"

#include <ftw.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static char *command_out, *command_err; /* what the last command wrote */

static char command_own_folder[PATH_MAX]; /* empty before command_folder */

static int command_remove_entry(const char *path, const struct stat *entry, int kind,
				struct FTW *where)
{
	(void)entry;
	(void)kind;
	(void)where;
	return remove(path);
}

static void command_end(void)
{
	free(command_out);
	free(command_err);
	if (*command_own_folder)
		nftw(command_own_folder, command_remove_entry, 16,
		     FTW_DEPTH | FTW_PHYS | FTW_MOUNT);
}

/* command_folder is where commands are executed. */
static inline const char *command_folder(void)
{
	const char *tmp = getenv("TMPDIR");

	if (*command_own_folder)
		return command_own_folder;
	snprintf(command_own_folder, sizeof(command_own_folder), "%s/command-XXXXXX",
		 tmp ? tmp : "/tmp");
	assert_non_null(mkdtemp(command_own_folder));
	atexit(command_end);
	return command_own_folder;
}

/* command_path returns the path of a name in the folder, and makes the folders above it. */
static inline const char *command_path(const char *name)
{
	static char path[2 * PATH_MAX];

	snprintf(path, sizeof(path), "%s/%s", command_folder(), name);
	for (char *at = path + strlen(command_folder()) + 1; (at = strchr(at, '/')); at++) {
		*at = '\0';
		mkdir(path, 0777);
		*at = '/';
	}
	return path;
}

/* command_open opens a file of the folder. */
static inline FILE *command_open(const char *name, const char *mode)
{
	const char *path = command_path(name);
	FILE *file = fopen(path, mode);

	if (!file)
		suite_fail("%s cannot be opened", path);
	return file;
}

/* command_write makes a file; command_text makes one of a text. */
static inline void command_write(const char *name, const void *bytes, size_t len)
{
	FILE *file = command_open(name, "wb");

	assert_int_equal(fwrite(bytes, 1, len, file), len);
	assert_int_equal(fclose(file), 0);
}

static inline void command_text(const char *name, const char *text)
{
	command_write(name, text, strlen(text));
}

/* command_read returns a file's text (caller frees). */
static inline char *command_read(const char *name)
{
	FILE *file = command_open(name, "r");
	char *text = NULL;
	size_t cap = 0;

	if (getdelim(&text, &cap, '\0', file) < 0 && text)
		*text = '\0';
	fclose(file);
	return text ? text : strdup("");
}

/* command_build_dir is the folder of this build's programs; this one is in its tests/. */
static inline const char *command_build_dir(void)
{
	static char dir[PATH_MAX];
	const char *told = getenv("GNG_BUILD_DIR");
	ssize_t len;

	if (told)
		return told;
	len = readlink("/proc/self/exe", dir, sizeof(dir) - 1);
	assert_true(len > 0);
	dir[len] = '\0';
	for (int up = 0; up < 2; up++)
		*strrchr(dir, '/') = '\0';
	return dir;
}

/* command_begin starts words of the shell in the folder; `gonogo-...` is that of this build. */
static inline pid_t command_begin(const char *words)
{
	char *line;
	pid_t child;

	assert_true(asprintf(&line,
			     "cd '%s' && PATH='%s':$PATH && { %s\n} </dev/null "
			     ">stdout 2>stderr",
			     command_folder(), command_build_dir(), words) > 0);
	child = fork();
	if (child == 0) {
		execl("/bin/sh", "sh", "-c", line, (char *)NULL);
		_exit(127);
	}
	free(line);
	assert_true(child > 0);
	return child;
}

/* command_finish waits for it, reads command_out and command_err, returns the exit status. */
static inline int command_finish(pid_t child)
{
	int status;

	assert_int_equal(waitpid(child, &status, 0), child);
	free(command_out);
	free(command_err);
	command_out = command_read("stdout");
	command_err = command_read("stderr");
	if (!WIFEXITED(status))
		suite_fail("a signal ended the command: %s", command_err);
	return WEXITSTATUS(status);
}

/* command is begin and finish: command("gonogo-acpi table --json"). */
static inline int command(const char *format, ...) GNG_PRINTF(1, 2);
static inline int command(const char *format, ...)
{
	va_list arguments;
	char *words;
	int status;

	va_start(arguments, format);
	assert_true(vasprintf(&words, format, arguments) > 0);
	va_end(arguments);
	status = command_finish(command_begin(words));
	free(words);
	return status;
}

/* command_wants_a_file: without one, with a wrong option, two, one that is not there; help. */
static inline void command_wants_a_file(const char *program)
{
	assert_int_equal(command("%s", program), 2);
	assert_int_equal(command("%s --jso file", program), 2);
	assert_int_equal(command("%s a b", program), 2);
	assert_int_equal(command("%s not-there", program), 99);
	assert_int_equal(command("%s --help", program), 0);
}

/* command_says fails the test unless a text that the command wrote has the part. */
static inline void command_says(const char *text, const char *part)
{
	if (!strstr(text, part))
		suite_fail("it lacks \"%s\":\n%s", part, text);
	gng_probe_assertion();
}

/* A row of wrong words: the exit status, and what the sentence holds. */
struct command_refusal {
	const char *arguments, *words;
	int status;
};

static inline void command_refuses(const char *program, const struct command_refusal *rows,
				   size_t num)
{
	for (size_t i = 0; i < num; i++) {
		const int status = command("%s %s", program, rows[i].arguments);

		if (status != rows[i].status || !strstr(command_err, rows[i].words))
			suite_fail("%s %s: exit status %d, '%s'", program, rows[i].arguments,
				   status, command_err);
		assert_int_equal(status, rows[i].status);
	}
}

#ifdef JANSSON_H
/* command_json parses command_out (caller: json_decref). */
static inline json_t *command_json(void)
{
	json_error_t error;
	json_t *json = json_loads(command_out, 0, &error);

	if (!json)
		suite_fail("no JSON: %s: %s", error.text, command_err);
	return json;
}

/* command_named returns the one of an array whose member key is name; the array keeps it. */
static inline json_t *command_named(const json_t *array, const char *key, const char *name)
{
	json_t *one;
	size_t i;

	json_array_foreach(array, i, one)
	{
		const char *its = json_string_value(json_object_get(one, key));

		if (its && strcmp(its, name) == 0)
			return one;
	}
	suite_fail("no %s '%s': %s", key, name, command_out);
}

/* command_answers checks the JSON about a vector of a reader: member says what a sound one is, any
 * other has its error, offset and clause. */
static inline void command_answers(struct gng_vec_case *one, const char *member)
{
	const char *expect = suite_text(one, "expect");
	const int64_t at = suite_int(one, "at");
	json_t *json = command_json();

	if (strcmp(expect, "sound") == 0) {
		assert_non_null(json_string_value(json_object_get(json, member)));
	} else {
		assert_string_equal(json_string_value(json_object_get(json, "error")), expect);
		assert_int_equal(json_integer_value(json_object_get(json, "offset")), at);
		assert_string_equal(json_string_value(json_object_get(json, "clause")),
				    suite_text(one, "clause"));
	}
	json_decref(json);
}
#endif

#endif /* CONFORMANCE_COMMAND_H */
