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

#include "mutants_counters.h"
#include "mutants_files.h"

/* fetch moves the counters of a test to the folder, where gcov looks for them. */
static bool fetch(const struct worker *worker, const struct gng_test *test)
{
	char *program = workshop_target(test);
	bool known = program != NULL;

	for (size_t i = 0; i < worker->subject->num_compiles && known; i++) {
		char *to = mutants_format("%s/%zu.gcda", worker->folder, i);
		char *from = mutants_format("%s/counts/%s-%s-%s%s", worker->folder, program,
					    test->function, test->variant, to ? to : "");

		known = to && from;
		if (known && access(from, R_OK) == 0)
			known = rename(from, to) == 0;
		free(to);
		free(from);
	}
	free(program);
	return known;
}

/* add_strays takes what a process left that did not know its test: any test may have executed it.
 */
static enum gng_status add_strays(struct coverage *coverage, struct counters *counters,
				  struct gng_why *why)
{
	const struct subject *subject = counters->worker->subject;
	struct coverage one;
	enum gng_status status = counters_take(counters, &one, why);

	for (size_t i = 0; i < subject->num_tests && status == GNG_OK; i++)
		status = coverage_join(coverage, subject->tests[i].number, &one, why);
	coverage_fini(&one);
	return status;
}

static enum gng_status read_counters(struct coverage *coverage, struct counters *counters,
				     const struct subject_test *test, struct gng_why *why)
{
	struct coverage one = {0};
	enum gng_status status =
		fetch(counters->worker, test->test) ? GNG_OK : mutants_no_memory(why);

	if (status == GNG_OK)
		status = counters_take(counters, &one, why);
	if (status == GNG_OK)
		status = coverage_join(coverage, test->number, &one, why);
	coverage_fini(&one);
	return status;
}

static enum gng_status read_all(struct coverage *coverage, const struct worker *worker,
				struct gng_why *why)
{
	const struct subject *subject = worker->subject;
	struct counters counters = {.worker = worker};
	enum gng_status status = add_strays(coverage, &counters, why);

	for (size_t i = 0; i < subject->num_tests && status == GNG_OK; i++)
		status = read_counters(coverage, &counters, &subject->tests[i], why);
	counters_fini(&counters);
	return status;
}

/* run_all runs each test once; *records as gng_run. */
static enum gng_status run_all(const struct worker *worker, struct gng_record **records,
			       size_t *num_records, const volatile int *stop, struct gng_why *why)
{
	const struct subject_pace pace = {.timeout_s = SUBJECT_PATIENCE_S,
					  .num_jobs = SUBJECT_JOBS,
					  .goes_on = true,
					  .costs_s = worker->subject->workshop->costs_s};

	subject_select(worker->subject, worker->subject->num_all);
	return subject_run(worker->subject, records, num_records, worker->folder, &pace, stop, why);
}

/* may_be_anywhere: a test that does not pass with counters counted another course than it takes
 * without them: why then says how. */
static bool may_be_anywhere(const struct subject_test *test, const struct gng_record *records,
			    size_t num_records, struct gng_why *why)
{
	for (size_t i = 0; i < num_records; i++) {
		if (records[i].test != test->test || records[i].verdict == GNG_PASS)
			continue;
		gng_why_set(why, GNG_EINVAL, 0, "mutants.subject",
			    "%s does not pass with gcov's counters: %s", test->test->id,
			    records[i].reason ? records[i].reason : "");
		return true;
	}
	return false;
}

/*
 * A process that ends by _exit, or becomes another program, would lose its counters, and its lines
 * would look unreached. The linker sends what the tests call through these. Tests run at once:
 * libgcov puts GCOV_PREFIX before each name, and the commands that a test calls inherit it.
 * A test of what the compiler made of the source would fail here; GNG_COUNTED tells it to go on.
 */
static const char keep_counters[] =
	"#include <stdio.h>\n#include <stdlib.h>\n#include <string.h>\n"
	"__attribute__((constructor)) static void place(int n, char **v)\n"
	"{\n"
	"\tchar prefix[4096];\n"
	"\tsetenv(\"GNG_COUNTED\", \"1\", 1);\n"
	"\tif (n < 3 || strcmp(v[1], \"--run\") != 0 || getenv(\"GCOV_PREFIX\"))\n"
	"\t\treturn;\n"
	"\tsnprintf(prefix, sizeof(prefix), COUNTS \"/%s-%s-%s\",\n"
	"\t\t strrchr(v[0], '/') ? strrchr(v[0], '/') + 1 : v[0], v[2], n > 4 ? v[4] : \"\");\n"
	"\tsetenv(\"GCOV_PREFIX\", prefix, 1);\n"
	"}\n"
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
	char *counts = mutants_format("-DCOUNTS=\"%s/counts\"", worker->folder);
	const char *argv[] = {"cc", "-w", "-fPIC", counts, "-c", source, "-o", object, NULL};
	enum gng_status status = source && object && log && counts
					 ? mutants_write(source, keep_counters, why)
					 : mutants_no_memory(why);

	if (status == GNG_OK && mutants_run(argv, NULL, log) != 0)
		status = gng_why_set(why, GNG_ESYS, 0, "mutants.subject",
				     "cc cannot compile %s: see %s", source, log);
	free(source);
	free(object);
	free(log);
	free(counts);
	return status;
}

bool subject_has_threads(const struct subject *subject)
{
	static const char script[] =
		"cd \"$0\" && nm \"$@\" >symbols && "
		"! grep -qE ' (pthread_create|thrd_create|clone)(@|$)' symbols";
	char *folder =
		mutants_format("%s/worker-%s-0", subject->workshop->folder, subject->subsystem);
	const char **argv = calloc(subject->num_programs + 5, sizeof(*argv));
	bool has = true;

	if (folder && argv) {
		argv[0] = "sh";
		argv[1] = "-c";
		argv[2] = script;
		argv[3] = folder;
		for (size_t i = 0; i < subject->num_programs; i++)
			argv[4 + i] = subject->programs[i].target;
		has = mutants_run(argv, NULL, "/dev/null") != 0;
	}
	free(argv);
	free(folder);
	return has;
}

static enum gng_status make_counted(struct worker *worker, struct gng_why *why)
{
	char *links = mutants_format("--coverage " WRAPS " %s/keep.o", worker->folder);
	enum gng_status status = links ? make_keeper(worker, why) : mutants_no_memory(why);

	worker->compile_flags = subject_has_threads(worker->subject)
					? "-O0 --coverage -fprofile-update=atomic"
					: "-O0 --coverage -fprofile-update=single";
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
	struct gng_record *records = NULL;
	size_t num_records = 0;
	enum gng_status status = make_counted(worker, why);

	if (status == GNG_OK)
		status = run_all(worker, &records, &num_records, stop, why);
	if (status != GNG_OK || (stop && *stop)) {
		gng_records_free(records, num_records);
		return status;
	}
	status = read_all(coverage, worker, why);
	for (size_t i = 0; i < subject->num_tests && status == GNG_OK; i++)
		if (may_be_anywhere(&subject->tests[i], records, num_records, why))
			coverage_everywhere(coverage, subject->tests[i].number);
	gng_records_free(records, num_records);
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
