/* SPDX-License-Identifier: Apache-2.0 */
/*
 * subject_cover.c - runs each test with gcov's counters, and keeps which line it executed.
 *
 * Only the wanted objects have counters. They are linked as mutated ones are, so that the tree is
 * neither configured nor built another time: of 105 s for 60 mutants of gauge that took 20.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "mutants_files.h"
#include "mutants_worker.h"

/* gcov_argv lists the counters that the wanted objects left (caller frees all). */
static const char **gcov_argv(const struct worker *worker)
{
	const struct subject *subject = worker->subject;
	const char **argv = calloc(subject->num_compiles + 4, sizeof(*argv));
	size_t num = 3;

	if (!argv)
		return NULL;
	argv[0] = strdup("gcov");
	argv[1] = strdup("--json-format");
	argv[2] = strdup("--stdout");
	for (size_t i = 0; i < subject->num_compiles; i++) {
		char *path = mutants_format("%s/%zu.gcda", worker->folder, i);

		if (path && access(path, R_OK) == 0)
			argv[num++] = path;
		else
			free(path);
	}
	return argv;
}

static enum gng_status read_counters(struct coverage *coverage, const struct worker *worker,
				     size_t test, struct gng_why *why)
{
	const char **argv = gcov_argv(worker);
	char *json = argv && argv[3] ? mutants_capture(argv, worker->folder) : NULL;
	enum gng_status status = GNG_OK;

	if (json)
		status = coverage_add(coverage, test, json, why);
	else if (argv && argv[3])
		status = gng_why_set(why, GNG_ESYS, 0, "mutants.subject", "gcov cannot be run");
	for (size_t i = 0; argv && argv[i]; i++) {
		if (i > 2)
			remove(argv[i]);
		free((char *)argv[i]);
	}
	free(argv);
	free(json);
	return status;
}

/* cover_test sets *odd if the test does not pass with counters: why then says how. */
static enum gng_status cover_test(struct coverage *coverage, bool *odd, const struct worker *worker,
				  size_t test, const volatile int *stop, struct gng_why *why)
{
	struct gng_record *records;
	enum gng_status status;
	size_t num_records;

	subject_select(worker->subject, test);
	status = subject_run(worker->subject, &records, &num_records, worker->folder,
			     SUBJECT_PATIENCE_S, stop, why);
	if (status != GNG_OK)
		return status;
	*odd = num_records == 1 && records[0].verdict != GNG_PASS && !(stop && *stop);
	if (*odd)
		gng_why_set(why, GNG_EINVAL, 0, "mutants.subject",
			    "%s does not pass with gcov's counters: %s", records[0].test->id,
			    records[0].reason ? records[0].reason : "");
	gng_records_free(records, num_records);
	return read_counters(coverage, worker, test, why);
}

/* A process that ends by _exit, or becomes another program, would lose its counters, and its lines
 * would look unreached. The linker sends what the tests call through these. */
static const char keep_counters[] =
	"extern void __gcov_dump(void), __gcov_reset(void), __real__exit(int);\n"
	"extern int __real_execv(const char *, char *const *);\n"
	"extern int __real_execvp(const char *, char *const *);\n"
	"extern int __real_execve(const char *, char *const *, char *const *);\n"
	"void __wrap__exit(int status)\n"
	"{\n"
	"\t__gcov_dump(); /* after the status: it may be the whole work */\n"
	"\t__real__exit(status);\n"
	"}\n"
	"#define KEEP(call) { __gcov_dump(); int n = call; __gcov_reset(); return n; }\n"
	"int __wrap_execv(const char *p, char *const *a) KEEP(__real_execv(p, a))\n"
	"int __wrap_execvp(const char *p, char *const *a) KEEP(__real_execvp(p, a))\n"
	"int __wrap_execve(const char *p, char *const *a, char *const *e)\n"
	"\tKEEP(__real_execve(p, a, e))\n";

#define WRAPS "-Wl,--wrap=_exit,--wrap=execv,--wrap=execvp,--wrap=execve"

/* make_keeper compiles keep_counters to <folder>/keep.o. */
static enum gng_status make_keeper(const struct worker *worker, struct gng_why *why)
{
	char *source = mutants_format("%s/keep.c", worker->folder);
	char *object = mutants_format("%s/keep.o", worker->folder);
	char *log = mutants_format("%s/log", worker->folder);
	const char *argv[] = {"cc", "-w", "-fPIC", "-c", source, "-o", object, NULL};
	enum gng_status status = source && object && log ? mutants_write(source, keep_counters, why)
							 : mutants_no_memory(why);

	if (status == GNG_OK && mutants_run(argv, NULL, log) != 0)
		status = gng_why_set(why, GNG_ESYS, 0, "mutants.subject",
				     "cc cannot compile %s: see %s", source, log);
	free(source);
	free(object);
	free(log);
	return status;
}

static enum gng_status make_counted(struct worker *worker, struct gng_why *why)
{
	char *links = mutants_format("--coverage " WRAPS " %s/keep.o", worker->folder);
	enum gng_status status = links ? make_keeper(worker, why) : mutants_no_memory(why);

	worker->compile_flags = "-O0 --coverage -fprofile-update=atomic";
	worker->link_flags = links;
	if (status == GNG_OK)
		status = worker_make_all(worker, why);
	worker->compile_flags = worker->link_flags = "";
	free(links);
	return status;
}

static enum gng_status cover_all(struct coverage *coverage, struct worker *worker,
				 const volatile int *stop, struct gng_why *why)
{
	const struct subject *subject = worker->subject;
	bool *odd = calloc(subject->num_tests + 1, sizeof(*odd));
	enum gng_status status = odd ? make_counted(worker, why) : mutants_no_memory(why);

	for (size_t i = 0; i < subject->num_tests && status == GNG_OK && !(stop && *stop); i++)
		status = cover_test(coverage, &odd[i], worker, subject->tests[i].number, stop, why);
	for (size_t i = 0; i < subject->num_tests && status == GNG_OK; i++)
		if (odd[i])
			coverage_everywhere(coverage, subject->tests[i].number);
	free(odd);
	return status;
}

enum gng_status subject_cover(struct coverage *coverage, char **missing,
			      const struct subject *subject, const volatile int *stop,
			      struct gng_why *why)
{
	struct worker worker;
	struct gng_why detail = {0};
	enum gng_status status = worker_open(&worker, subject, NULL, "counters", why);

	*missing = NULL;
	coverage_init(coverage, subject->num_all);
	if (status == GNG_OK && cover_all(coverage, &worker, stop, &detail) != GNG_OK) {
		/* every line then counts as reached: slower, never wrong */
		coverage_fini(coverage);
		coverage_init(coverage, subject->num_all);
		*missing = mutants_format("no line counts as unreached: %s", detail.text);
	} else if (status == GNG_OK && *detail.text) {
		*missing = mutants_format("a test that may reach any line: %s", detail.text);
	}
	worker_close(&worker);
	return status;
}
