/* SPDX-License-Identifier: Apache-2.0 */
/*
 * counters.c - what the counters of a test say, each object's asked of gcov once.
 *
 * Most tests leave most objects as another test did, often untouched. To ask gcov of all 30 objects
 * after each of 226 tests of gauge took a tenth of a run of 60 mutants.
 */
#include "mutants_counters.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mutants_files.h"

/* What one test left: the place of each object's counters among those that are known. */
struct taken {
	size_t *places, num; /* [object that has any] */
	size_t first_new;    /* known from here on: gcov is to be asked of them */
};

static char *path_of(const struct worker *worker, size_t object)
{
	return mutants_format("%s/%zu.gcda", worker->folder, object);
}

/* place_of returns where the same bytes of the object are known; num_known if nowhere. */
static size_t place_of(const struct counters *counters, size_t object, const char *bytes,
		       size_t len)
{
	size_t i = 0;

	while (i < counters->num_known &&
	       (counters->known[i].object != object || counters->known[i].len != len ||
		memcmp(counters->known[i].bytes, bytes, len) != 0))
		i++;
	return i;
}

/* know appends counters whose coverage is still empty. Takes bytes, also if it fails. */
static bool know(struct counters *counters, size_t object, char *bytes, size_t len)
{
	struct counted *grown =
		realloc(counters->known, (counters->num_known + 1) * sizeof(*grown));

	if (!grown) {
		free(bytes);
		return false;
	}
	counters->known = grown;
	grown += counters->num_known++;
	*grown = (struct counted){.object = object, .bytes = bytes, .len = len};
	coverage_init(&grown->coverage, 1);
	return true;
}

/* take_object looks for the counters of one object; those that are known are removed. */
static bool take_object(struct counters *counters, struct taken *taken, size_t object)
{
	char *path = path_of(counters->worker, object);
	size_t len = 0, place;
	char *bytes = path ? mutants_read(path, &len) : NULL;
	bool done = path != NULL;

	if (bytes) {
		place = place_of(counters, object, bytes, len);
		taken->places[taken->num++] = place;
		if (place < counters->num_known) {
			free(bytes);
			remove(path);
		} else {
			done = know(counters, object, bytes, len);
		}
	}
	free(path);
	return done;
}

/* gcov_argv lists the files of those that are new (caller frees all). */
static const char **gcov_argv(const struct counters *counters, size_t first_new)
{
	const char **argv = calloc(counters->num_known - first_new + 4, sizeof(*argv));
	size_t num = 3;

	if (!argv)
		return NULL;
	argv[0] = strdup("gcov");
	argv[1] = strdup("--json-format");
	argv[2] = strdup("--stdout");
	for (size_t i = first_new; i < counters->num_known; i++)
		argv[num++] = path_of(counters->worker, counters->known[i].object);
	return argv;
}

/* learn gives each that is new its line of what gcov says: one a file, in their order. */
static enum gng_status learn(struct counters *counters, size_t first_new, char *json,
			     struct gng_why *why)
{
	enum gng_status status = GNG_OK;
	size_t at = first_new;

	for (char *line; status == GNG_OK && (line = strsep(&json, "\n"));) {
		if (*line && at < counters->num_known)
			status = coverage_add(&counters->known[at].coverage, 0, line, why);
		at += *line != '\0';
	}
	if (status == GNG_OK && at != counters->num_known)
		status = gng_why_set(why, GNG_EFORMAT, 0, "mutants.counters",
				     "gcov tells of %zu objects, and was asked of %zu",
				     at - first_new, counters->num_known - first_new);
	return status;
}

static enum gng_status ask(struct counters *counters, size_t first_new, struct gng_why *why)
{
	const char **argv = gcov_argv(counters, first_new);
	char *json = argv ? mutants_capture(argv, counters->worker->folder) : NULL;
	enum gng_status status;

	if (!argv)
		return mutants_no_memory(why);
	status = json ? learn(counters, first_new, json, why)
		      : gng_why_set(why, GNG_ESYS, 0, "mutants.counters",
				    "gcov cannot read the counters");
	for (size_t i = 0; argv[i]; i++) {
		if (i > 2)
			remove(argv[i]);
		free((char *)argv[i]);
	}
	free(argv);
	free(json);
	return status;
}

enum gng_status counters_take(struct counters *counters, struct coverage *one, struct gng_why *why)
{
	const size_t num = counters->worker->subject->num_compiles;
	struct taken taken = {.places = calloc(num + 1, sizeof(*taken.places)),
			      .first_new = counters->num_known};
	enum gng_status status = taken.places ? GNG_OK : mutants_no_memory(why);

	coverage_init(one, 1);
	for (size_t i = 0; i < num && status == GNG_OK; i++)
		if (!take_object(counters, &taken, i))
			status = mutants_no_memory(why);
	if (status == GNG_OK && taken.first_new < counters->num_known)
		status = ask(counters, taken.first_new, why);
	for (size_t i = 0; i < taken.num && status == GNG_OK; i++)
		status = coverage_join(one, 0, &counters->known[taken.places[i]].coverage, why);
	free(taken.places);
	return status;
}

void counters_fini(struct counters *counters)
{
	for (size_t i = 0; i < counters->num_known; i++) {
		free(counters->known[i].bytes);
		coverage_fini(&counters->known[i].coverage);
	}
	free(counters->known);
	*counters = (struct counters){0};
}
