/* SPDX-License-Identifier: Apache-2.0 */
/*
 * state.c - outcomes so far, so that a killed run goes on where it was.
 *
 * The first line names the format and the key of the source; each other line is an outcome,
 * a mutant's id, its killer and the key of the tests that it rests on. Lines are appended with one
 * write each, so kill -9 costs at most the last, which then has no newline and is not read.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "mutants_files.h"
#include "mutants_source.h"

#define FORMAT "gonogo-mutants/2"

static enum source_outcome outcome_named(const char *name)
{
	for (size_t i = 1; i < SOURCE_NUM_OUTCOMES; i++)
		if (strcmp(name, source_outcome_name((enum source_outcome)i)) == 0)
			return (enum source_outcome)i;
	return SOURCE_UNKNOWN;
}

static struct source_mutant *find(struct source *source, const char *id)
{
	for (size_t i = 0; i < source->num_mutants; i++)
		if (strcmp(source->mutants[i].id, id) == 0)
			return &source->mutants[i];
	return NULL;
}

/* take_line reads "outcome<TAB>id<TAB>killer<TAB>key"; false if it is none of this source and
 * its tests. */
static bool take_line(struct source *source, char *line)
{
	const char *name = strsep(&line, "\t"), *id = strsep(&line, "\t");
	const char *killer = strsep(&line, "\t");
	struct source_mutant *mutant = id ? find(source, id) : NULL;
	struct source_mutant read;

	if (!mutant || !line)
		return false;
	read = (struct source_mutant){.outcome = outcome_named(name), .killer = (char *)killer};
	if (read.outcome == SOURCE_UNKNOWN || strcmp(source_outcome_key(source, &read), line) != 0)
		return false;
	mutant->outcome = read.outcome;
	free(mutant->killer);
	mutant->killer = *killer ? strdup(killer) : NULL;
	return true;
}

size_t state_read(bool *fits, struct source *source, const char *path)
{
	size_t len, num = 0;
	char *text = mutants_read(path, &len), *rest = text, *end;
	char *head = mutants_format(FORMAT "\t%s\n", source->fixed_key);

	*fits = text && head && strncmp(text, head, strlen(head)) == 0;
	if (*fits) {
		end = strrchr(text, '\n');
		*end = '\0'; /* what follows was cut */
		strsep(&rest, "\n");
		for (char *line; (line = strsep(&rest, "\n"));)
			num += take_line(source, line);
	}
	free(text);
	free(head);
	return num;
}

/* A lock of the process and not of the open file: workers have that open, too, and those of a run
 * that was killed would refuse the next one until they are dead as well. */
enum gng_status state_lock(int *lock_fd, const char *path, struct gng_why *why)
{
	struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
	char *name = mutants_format("%s.lock", path);

	*lock_fd = name ? open(name, O_RDWR | O_CREAT | O_CLOEXEC, 0666) : -1;
	free(name);
	if (*lock_fd < 0)
		return gng_why_set(why, GNG_ESYS, errno, "mutants.state", "%s.lock: %s", path,
				   strerror(errno));
	if (fcntl(*lock_fd, F_SETLK, &lock) == 0)
		return GNG_OK;
	close(*lock_fd);
	*lock_fd = -1;
	return gng_why_set(why, GNG_EPERM, 0, "mutants.state",
			   "another run holds %s: wait for it, or set GNG_OUT to another folder",
			   path);
}

enum gng_status state_begin(const struct source *source, const char *path, struct gng_why *why)
{
	char *fresh = mutants_format("%s.new", path);
	char *head = mutants_format(FORMAT "\t%s\n", source->fixed_key);
	enum gng_status status =
		fresh && head ? mutants_write(fresh, head, why) : mutants_no_memory(why);

	if (status == GNG_OK && rename(fresh, path) != 0)
		status = gng_why_set(why, GNG_ESYS, errno, "mutants.state", "%s: %s", path,
				     strerror(errno));
	free(fresh);
	free(head);
	return status;
}

enum gng_status state_add(int fd, const struct source *source, const struct source_mutant *mutant,
			  struct gng_why *why)
{
	char *line = mutants_format("%s\t%s\t%s\t%s\n", source_outcome_name(mutant->outcome),
				    mutant->id, mutant->killer ? mutant->killer : "",
				    source_outcome_key(source, mutant));
	const size_t len = line ? strlen(line) : 0;
	const bool written = line && write(fd, line, len) == (ssize_t)len;

	free(line);
	if (!written)
		return gng_why_set(why, GNG_ESYS, errno, "mutants.state",
				   "the state of the run cannot be written: %s", strerror(errno));
	return GNG_OK;
}
