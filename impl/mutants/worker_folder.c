/* SPDX-License-Identifier: Apache-2.0 */
/* worker_folder.c - the folder of one worker: looks like a build to the tests that run in it. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "mutants_files.h"
#include "mutants_worker.h"

/* link_into puts a link to a file of the shared build in place of what is there. */
static enum gng_status link_into(const struct worker *worker, const char *name, struct gng_why *why)
{
	char *from = mutants_format("%s/%s", worker->subject->build, name);
	char *to = mutants_format("%s/%s", worker->folder, name);
	bool linked = false;

	if (from && to) {
		unlink(to);
		linked = symlink(from, to) == 0;
	}
	free(from);
	free(to);
	if (!linked)
		return gng_why_set(why, GNG_ESYS, 0, "mutants.worker", "%s/%s cannot be linked",
				   worker->folder, name);
	return GNG_OK;
}

enum gng_status worker_unchanged(const struct worker *worker, size_t program, struct gng_why *why)
{
	return link_into(worker, worker->subject->programs[program].target, why);
}

/* fill links the commands and the facts of the shared build, and copies the source. */
static enum gng_status fill(const struct worker *worker, struct gng_why *why)
{
	const struct subject *subject = worker->subject;
	char *from = mutants_format("%s/impl/%s", subject->workshop->source, subject->subsystem);
	char *to = mutants_format("%s/source", worker->folder);
	char *log = mutants_format("%s/log", worker->folder);
	const char *argv[] = {"cp", "-a", from, to, NULL};
	enum gng_status status = GNG_OK;
	size_t num;
	char **names = mutants_list(&num, subject->build, "");

	if (!from || !to || !log || mutants_run(argv, NULL, log) != 0)
		status = gng_why_set(why, GNG_ESYS, 0, "mutants.worker",
				     "impl/%s cannot be copied into %s: mutants need room for it",
				     subject->subsystem, worker->folder);
	for (size_t i = 0; names && i < num; i++) {
		if (status == GNG_OK && strncmp(names[i], "gonogo", 6) == 0)
			status = link_into(worker, names[i], why);
		free(names[i]);
	}
	free(names);
	free(from);
	free(to);
	free(log);
	return status;
}

/* clear removes what a worker left here that died of a mutant. */
static void clear(const struct worker *worker)
{
	const char *argv[] = {"rm", "-rf", worker->folder, NULL};

	mutants_run(argv, NULL, "/dev/null");
}

/* know_bases copies what is known of the objects without a mutant. */
static bool know_bases(const struct worker *worker)
{
	bool known = true;

	for (size_t i = 0; i < worker->subject->num_compiles; i++) {
		const struct subject_compile *compile = &worker->subject->compiles[i];
		struct worker_object *object = &worker->objects[i];

		if (!compile->base)
			continue;
		object->base = malloc(compile->base_len + 1);
		object->base_len = compile->base_len;
		known = known && object->base;
		if (object->base)
			memcpy(object->base, compile->base, compile->base_len);
	}
	return known;
}

enum gng_status worker_open(struct worker *worker, const struct subject *subject,
			    const struct coverage *coverage, const char *name, struct gng_why *why)
{
	char *tests;
	enum gng_status status;

	*worker = (struct worker){
		.subject = subject, .coverage = coverage, .compile_flags = "", .link_flags = ""};
	worker->folder =
		mutants_format("%s/worker-%s-%s%s", subject->workshop->folder, subject->subsystem,
			       subject->sanitized ? "asan-" : "", name);
	worker->objects = calloc(subject->num_compiles, sizeof(*worker->objects));
	worker->unchanged = calloc(subject->num_programs, sizeof(*worker->unchanged));
	worker->hits = calloc(subject->num_all + 1, sizeof(*worker->hits));
	tests = worker->folder ? mutants_format("%s/tests", worker->folder) : NULL;
	if (tests)
		clear(worker);
	if (!tests || !worker->objects || !worker->unchanged || !worker->hits ||
	    !know_bases(worker))
		status = mutants_no_memory(why);
	else
		status = mutants_make_folder(tests, why);
	free(tests);
	return status == GNG_OK ? fill(worker, why) : status;
}

void worker_close(struct worker *worker)
{
	for (size_t i = 0; worker->objects && i < worker->subject->num_compiles; i++)
		free(worker->objects[i].base);
	free(worker->folder);
	free(worker->unchanged);
	free(worker->hits);
	free(worker->objects);
	*worker = (struct worker){0};
}
