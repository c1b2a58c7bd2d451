/* SPDX-License-Identifier: Apache-2.0 */
/* files.c - files, folders and programs, as the workshop uses them. */
#include "mutants_files.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

char *mutants_format(const char *format, ...)
{
	va_list args;
	char *text;
	int len;

	va_start(args, format);
	len = vasprintf(&text, format, args);
	va_end(args);
	return len < 0 ? NULL : text;
}

enum gng_status mutants_no_memory(struct gng_why *why)
{
	return gng_why_set(why, GNG_ENOMEM, 0, "mutants", "no memory");
}

/* ---- files ---- */

/* read_all reads from the start of fd to its end. */
static char *read_all(int fd, size_t *len)
{
	struct stat entry;
	char *text;
	ssize_t n = 1;

	if (fstat(fd, &entry) != 0 || !S_ISREG(entry.st_mode))
		return NULL;
	text = malloc((size_t)entry.st_size + 1);
	for (*len = 0; text && n > 0 && *len < (size_t)entry.st_size; *len += (size_t)n) {
		n = pread(fd, text + *len, (size_t)entry.st_size - *len, (off_t)*len);
		n = n < 0 ? 0 : n;
	}
	if (text)
		text[*len] = '\0';
	return text;
}

char *mutants_read(const char *path, size_t *len)
{
	const int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK); /* a FIFO does not wait */
	char *text;

	if (fd < 0)
		return NULL;
	text = read_all(fd, len);
	close(fd);
	return text;
}

enum gng_status mutants_write(const char *path, const char *text, struct gng_why *why)
{
	FILE *file = fopen(path, "we");
	const bool written = file && fputs(text, file) >= 0;

	if ((file && fclose(file) != 0) || !written)
		return gng_why_set(why, GNG_ESYS, errno, "mutants.files", "%s: %s", path,
				   strerror(errno));
	return GNG_OK;
}

enum gng_status mutants_make_folder(const char *path, struct gng_why *why)
{
	char *part = strdup(path);
	int failed = 0;

	if (!part)
		return mutants_no_memory(why);
	for (char *at = strchr(part + 1, '/'); at && !failed; at = strchr(at + 1, '/')) {
		*at = '\0';
		failed = mkdir(part, 0777) != 0 && errno != EEXIST;
		*at = '/';
	}
	failed = failed || (mkdir(part, 0777) != 0 && errno != EEXIST);
	free(part);
	if (failed)
		return gng_why_set(why, GNG_ESYS, errno, "mutants.files",
				   "%s: cannot be made: %s: free it or set GNG_OUT to another "
				   "folder",
				   path, strerror(errno));
	return GNG_OK;
}

static int by_name(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

char **mutants_list(size_t *num, const char *folder, const char *suffix)
{
	DIR *dir = opendir(folder);
	char **names = NULL;

	*num = 0;
	for (struct dirent *entry; dir && (entry = readdir(dir));) {
		const size_t len = strlen(entry->d_name), cut = strlen(suffix);
		char **grown;

		if (*entry->d_name == '.' || len <= cut ||
		    strcmp(entry->d_name + len - cut, suffix) != 0)
			continue;
		grown = realloc(names, (*num + 1) * sizeof(*names));
		if (!grown)
			break;
		names = grown;
		names[*num] = strdup(entry->d_name);
		*num += names[*num] != NULL;
	}
	if (dir)
		closedir(dir);
	if (names)
		qsort(names, *num, sizeof(*names), by_name);
	return names;
}

/* ---- programs ---- */

/* run_to runs argv with stdout and stderr in two descriptors. */
static int run_to(const char *const *argv, const char *cwd, int out_fd, int err_fd)
{
	posix_spawn_file_actions_t actions;
	int status = -1;
	pid_t pid;

	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
	posix_spawn_file_actions_adddup2(&actions, out_fd, 1);
	posix_spawn_file_actions_adddup2(&actions, err_fd, 2);
	if (cwd)
		posix_spawn_file_actions_addchdir_np(&actions, cwd);
	if (posix_spawnp(&pid, argv[0], &actions, NULL, (char *const *)argv, environ) == 0)
		while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
			;
	posix_spawn_file_actions_destroy(&actions);
	return status;
}

int mutants_run(const char *const *argv, const char *cwd, const char *log)
{
	const int fd = open(log, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
	int status;

	if (fd < 0)
		return -1;
	status = run_to(argv, cwd, fd, fd);
	close(fd);
	return status;
}

char *mutants_capture(const char *const *argv, const char *cwd)
{
	const int out_fd = memfd_create("gonogo-capture", MFD_CLOEXEC);
	const int err_fd = open("/dev/null", O_WRONLY | O_CLOEXEC);
	char *text = NULL;
	size_t len;

	if (out_fd >= 0 && err_fd >= 0 && run_to(argv, cwd, out_fd, err_fd) == 0)
		text = read_all(out_fd, &len);
	if (out_fd >= 0)
		close(out_fd);
	if (err_fd >= 0)
		close(err_fd);
	return text;
}
