/* SPDX-License-Identifier: Apache-2.0 */
/*
 * worker_make.c - all objects and programs of a worker, before any mutant: by ninja, on all CPUs.
 *
 * One after the other they left one of two CPUs idle for a third of a run of 60 mutants.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "mutants_files.h"
#include "mutants_worker.h"

/* put_command writes a command of sh, run in the folder of the shared build, for one output. */
static bool put_command(FILE *file, const struct worker *worker, const char *launcher,
			char *command)
{
	if (!command)
		return false;
	fprintf(file, "  text = cd %s && %s ", worker->subject->build, launcher);
	for (const char *at = command; *at; at++)
		fputs(*at == '$' ? "$$" : (char[]){*at, '\0'}, file);
	fputc('\n', file);
	free(command);
	return true;
}

static bool put_objects(FILE *file, const struct worker *worker)
{
	bool put = true;

	for (size_t i = 0; i < worker->subject->num_compiles && put; i++) {
		if (!worker->subject->compiles[i].wanted)
			continue;
		fprintf(file, "build %zu.o: run\n", i);
		put = put_command(file, worker, workshop_launcher(),
				  worker_compile_command(worker, i));
	}
	return put;
}

/* is_linked: a command without a changed object is that of the shared build. */
static bool is_linked(const struct worker *worker, size_t program)
{
	return program < worker->subject->num_test_programs || worker_links(worker, program);
}

static bool put_programs(FILE *file, const struct worker *worker)
{
	const struct subject *subject = worker->subject;
	bool put = true;

	for (size_t i = 0; i < subject->num_programs && put; i++) {
		if (!is_linked(worker, i))
			continue;
		fprintf(file, "build %s: run |", subject->programs[i].target);
		for (size_t j = 0; j < subject->num_compiles; j++)
			if (subject->compiles[j].wanted)
				fprintf(file, " %zu.o", j);
		fputc('\n', file);
		put = put_command(file, worker, "", worker_link_command(worker, i));
	}
	return put;
}

/* write_rules writes <folder>/make.ninja. */
static bool write_rules(const struct worker *worker)
{
	char *path = mutants_format("%s/make.ninja", worker->folder);
	FILE *file = path ? fopen(path, "we") : NULL;
	bool written = false;

	free(path);
	if (!file)
		return false;
	fputs("rule run\n  command = $text\n", file);
	written = put_objects(file, worker) && put_programs(file, worker);
	return fclose(file) == 0 && written;
}

/* place readies the outputs: no linker must write through a link into the shared build. */
static enum gng_status place(struct worker *worker, struct gng_why *why)
{
	const struct subject *subject = worker->subject;
	enum gng_status status = GNG_OK;

	for (size_t i = 0; i < subject->num_programs && status == GNG_OK; i++) {
		char *path = mutants_format("%s/%s", worker->folder, subject->programs[i].target);

		worker->unchanged[i] = !worker_links(worker, i);
		if (!path)
			status = mutants_no_memory(why);
		else if (!is_linked(worker, i))
			status = worker_unchanged(worker, i, why);
		else
			unlink(path);
		free(path);
	}
	return status;
}

/* take_objects reads what was compiled; what is missing does not compile. */
static enum gng_status take_objects(struct worker *worker, struct gng_why *why)
{
	for (size_t i = 0; i < worker->subject->num_compiles; i++) {
		struct worker_object *object = &worker->objects[i];
		char *path = mutants_format("%s/%zu.o", worker->folder, i);

		if (worker->subject->compiles[i].wanted) {
			free(object->base);
			object->base = path ? mutants_read(path, &object->base_len) : NULL;
		}
		free(path);
		if (worker->subject->compiles[i].wanted && !object->base)
			return gng_why_set(why, GNG_EFORMAT, 0, "mutants.worker",
					   "%s does not compile without any mutant: see %s/log",
					   worker->subject->compiles[i].file, worker->folder);
	}
	return GNG_OK;
}

enum gng_status worker_make_all(struct worker *worker, struct gng_why *why)
{
	const char *argv[] = {"ninja", "-f", "make.ninja", NULL};
	char *log = mutants_format("%s/log", worker->folder);
	enum gng_status status;
	int made = -1;

	for (size_t i = 0; i < worker->subject->num_compiles; i++)
		worker->objects[i].changed = worker->subject->compiles[i].wanted;
	status = place(worker, why);
	if (status == GNG_OK && log && write_rules(worker))
		made = mutants_run(argv, worker->folder, log);
	free(log);
	if (status == GNG_OK)
		status = take_objects(worker, why);
	if (status == GNG_OK && made != 0)
		status = gng_why_set(why, GNG_ESYS, 0, "mutants.worker",
				     "a program cannot be linked: see %s/log", worker->folder);
	return status;
}
