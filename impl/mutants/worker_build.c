/* SPDX-License-Identifier: Apache-2.0 */
/*
 * worker_build.c - compiles the objects that a mutant changes, and links programs with them.
 *
 * A worker compiles from a copy of the subsystem's folder, where private headers, which are
 * included with quotes, stand beside the file that includes them. A mutated object stands
 * before the libraries on the linker's command line, so the copy in the subsystem's archive
 * is never taken: no archive is rebuilt, and workers share one build.
 */
#include <stdlib.h>
#include <string.h>

#include "mutants_files.h"
#include "mutants_worker.h"

static int run_shell(const struct worker *worker, const char *command)
{
	const char *argv[] = {"sh", "-c", command, NULL};
	char *log = mutants_format("%s/log", worker->folder);
	const int status = log ? mutants_run(argv, worker->subject->build, log) : -1;

	free(log);
	return status;
}

static const char *name_in(const char *path)
{
	return strrchr(path, '/') + 1;
}

/* ---- compiling ---- */

char *worker_compile_command(const struct worker *worker, size_t index)
{
	const struct subject_compile *unit = &worker->subject->compiles[index];

	return mutants_format(
		"%s %s -ffile-prefix-map=%s/source=impl/%s -o %s/%zu.o -c %s/source/%s",
		unit->command, worker->compile_flags, worker->folder, worker->subject->subsystem,
		worker->folder, index, worker->folder, name_in(unit->file));
}

/* compile makes <folder>/<index>.o of a file; *object is NULL if it does not compile. */
static enum gng_status compile(const struct worker *worker, char **object, size_t *len,
			       size_t index, struct gng_why *why)
{
	char *made = mutants_format("%s/%zu.o", worker->folder, index);
	char *command = made ? worker_compile_command(worker, index) : NULL;

	*object = NULL;
	if (command && run_shell(worker, command) == 0)
		*object = mutants_read(made, len);
	free(made);
	if (!command)
		return mutants_no_memory(why);
	free(command);
	return GNG_OK;
}

/* choose_objects marks those that are compiled from the file, and makes them unchanged. */
static enum gng_status choose_objects(struct worker *worker, const struct source_file *file,
				      struct gng_why *why)
{
	const struct subject *subject = worker->subject;
	enum gng_status status = GNG_OK;
	size_t num = 0;

	for (size_t i = 0; i < subject->num_compiles && status == GNG_OK; i++) {
		struct worker_object *object = &worker->objects[i];

		object->chosen = subject_compiles(subject, i, file->name);
		num += object->chosen;
		if (!object->chosen || object->base)
			continue;
		status = compile(worker, &object->base, &object->base_len, i, why);
		if (status == GNG_OK && !object->base)
			status = gng_why_set(why, GNG_EFORMAT, 0, "mutants.worker",
					     "%s does not compile without any mutant",
					     subject->compiles[i].file);
	}
	if (status == GNG_OK && num == 0)
		status = gng_why_set(why, GNG_EFORMAT, 0, "mutants.worker",
				     "the build does not say how %s is compiled", file->name);
	return status;
}

static enum gng_status compile_mutated(struct worker *worker, bool *same, bool *stillborn,
				       struct gng_why *why)
{
	enum gng_status status = GNG_OK;

	*same = true;
	*stillborn = false;
	for (size_t i = 0; i < worker->subject->num_compiles && status == GNG_OK && !*stillborn;
	     i++) {
		struct worker_object *object = &worker->objects[i];
		char *bytes = NULL;
		size_t len = 0;

		if (!object->chosen)
			continue;
		status = compile(worker, &bytes, &len, i, why);
		object->changed =
			bytes && (len != object->base_len || memcmp(bytes, object->base, len) != 0);
		*same = *same && !object->changed;
		*stillborn = !bytes;
		free(bytes);
	}
	return status;
}

static enum gng_status put_source(const struct worker *worker, const char *file, const char *text,
				  struct gng_why *why)
{
	char *path = mutants_format("%s/source/%s", worker->folder, name_in(file));
	const enum gng_status status =
		path && text ? mutants_write(path, text, why) : mutants_no_memory(why);

	free(path);
	return status;
}

/* check_compiles: what does not compile is a fault of the mutant only while the unchanged source
 * does. Without /dev/null each mutant of a run was "not compiled", and its score 100 %. */
static enum gng_status check_compiles(const struct worker *worker, struct gng_why *why)
{
	enum gng_status status = GNG_OK;

	for (size_t i = 0; i < worker->subject->num_compiles && status == GNG_OK; i++) {
		char *bytes = NULL;
		size_t len;

		if (!worker->objects[i].chosen)
			continue;
		status = compile(worker, &bytes, &len, i, why);
		if (status == GNG_OK && !bytes)
			status = gng_why_set(why, GNG_ESYS, 0, "mutants.worker",
					     "%s does not compile any more, without any mutant "
					     "either: see %s/log",
					     worker->subject->compiles[i].file, worker->folder);
		free(bytes);
	}
	return status;
}

enum gng_status worker_compile(struct worker *worker, bool *same, bool *stillborn,
			       const struct source_mutant *mutant, struct gng_why *why)
{
	const struct source_file *file = mutant->file;
	enum gng_status status = GNG_OK, restored;
	char *text;

	if (worker->file != file) {
		status = choose_objects(worker, file, why);
		worker->file = status == GNG_OK ? file : NULL;
	}
	for (size_t i = 0; i < worker->subject->num_compiles; i++)
		worker->objects[i].changed = false;
	if (status != GNG_OK)
		return status;
	text = gng_edit_apply(mutant->edit, file->text);
	status = put_source(worker, file->name, text, why);
	if (status == GNG_OK)
		status = compile_mutated(worker, same, stillborn, why);
	free(text);
	restored = put_source(worker, file->name, file->text, why);
	if (status == GNG_OK)
		status = restored;
	return status == GNG_OK && *stillborn ? check_compiles(worker, why) : status;
}

/* ---- linking ---- */

static const char shell_end[] = " && :"; /* behind each command that CMake has ninja run */

/* is_command: a file of a command is in no test program, only in its own. */
static bool is_command(const char *object)
{
	return strstr(object, "CMakeFiles/gonogo") != NULL;
}

bool worker_links(const struct worker *worker, size_t program)
{
	const struct subject *subject = worker->subject;

	for (size_t i = 0; i < subject->num_compiles; i++)
		if (worker->objects[i].changed &&
		    (!is_command(subject->compiles[i].object) ||
		     strstr(subject->programs[program].link, subject->compiles[i].object)))
			return true;
	return false;
}

/* with_object returns the link (caller frees) with a changed object in its own place, or
 * before the output where the program has the unchanged one from an archive. Takes link. */
static char *with_object(const struct worker *worker, char *link, size_t index)
{
	const char *object = worker->subject->compiles[index].object;
	const char *out = strstr(link, " -o "), *own = strstr(link, object);
	char *made = NULL;

	if (own && own < out)
		made = mutants_format("%.*s%s/%zu.o%s", (int)(own - link), link, worker->folder,
				      index, own + strlen(object));
	else if (!is_command(object))
		made = mutants_format("%.*s %s/%zu.o%s", (int)(out - link), link, worker->folder,
				      index, out);
	else
		return link;
	free(link);
	return made;
}

/* with_output returns the link with the worker's flags, and with <folder>/<target> as its output.
 * Takes link. */
static char *with_output(const struct worker *worker, char *link, const char *target)
{
	const char *out = strstr(link, " -o ");
	char *made =
		mutants_format("%.*s %s -o %s/%s%s", (int)(out - link), link, worker->link_flags,
			       worker->folder, target, out + 4 + strcspn(out + 4, " "));

	free(link);
	return made;
}

/* quickly tries gold first, which takes half the time of bfd: 30 ms and not 71 for a test of gauge.
 * Not every toolchain has it, and not every program is in its reach. Takes link. */
static char *quickly(char *link)
{
	const size_t len = strlen(link), end = sizeof(shell_end) - 1;
	char *both = link;

	if (len > end && strcmp(link + len - end, shell_end) == 0)
		both = mutants_format("{ %.*s -fuse-ld=gold%s; } || { %s; }", (int)(len - end),
				      link, shell_end, link);
	if (both != link)
		free(link);
	return both;
}

char *worker_link_command(const struct worker *worker, size_t index)
{
	const struct subject *subject = worker->subject;
	const struct subject_program *program = &subject->programs[index];
	char *command = strdup(program->link);

	for (size_t i = 0; i < subject->num_compiles && command; i++)
		if (worker->objects[i].changed)
			command = with_object(worker, command, i);
	if (command)
		command = with_output(worker, command, program->target);
	return command ? quickly(command) : NULL;
}

enum gng_status worker_link(const struct worker *worker, size_t index, struct gng_why *why)
{
	char *command = worker_link_command(worker, index);
	const int linked = command ? run_shell(worker, command) : -1;

	free(command);
	if (linked != 0)
		return gng_why_set(why, GNG_ESYS, 0, "mutants.worker",
				   "%s cannot be linked: see %s/log",
				   worker->subject->programs[index].target, worker->folder);
	return GNG_OK;
}
