/* SPDX-License-Identifier: Apache-2.0 */
/* subject.c - one subsystem in a workshop: its programs, its tests, and the build's commands. */
#include "mutants_subject.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include <jansson.h>

#include "mutants_files.h"

/* ---- the build's commands ---- */

/* read_commands asks ninja for all of them at once: one question a program took half a second. */
static enum gng_status read_commands(struct subject *subject, struct gng_why *why)
{
	const char *argv[] = {"ninja", "-C", subject->build, "-t", "commands", NULL};

	subject->commands = mutants_capture(argv, NULL);
	if (!subject->commands)
		return gng_why_set(why, GNG_ESYS, 0, "mutants.subject",
				   "ninja does not say how programs are linked");
	return GNG_OK;
}

/* link_of returns the command that makes the output (caller frees), or NULL. */
static char *link_of(const char *commands, const char *made)
{
	char *out = mutants_format(" -o %s ", made);
	const char *at = out ? strstr(commands, out) : NULL, *begin = at;

	free(out);
	if (!at)
		return NULL;
	while (begin > commands && begin[-1] != '\n')
		begin--;
	return strndup(begin, (size_t)(at - begin) + strcspn(at, "\n"));
}

static enum gng_status add_program(struct subject *subject, const char *made, struct gng_why *why)
{
	struct subject_program *grown =
		realloc(subject->programs, (subject->num_programs + 1) * sizeof(*grown));

	if (!grown)
		return mutants_no_memory(why);
	subject->programs = grown;
	grown += subject->num_programs++;
	*grown = (struct subject_program){.target = strdup(made),
					  .link = link_of(subject->commands, made)};
	if (!grown->target || !grown->link)
		return gng_why_set(why, GNG_EFORMAT, 0, "mutants.subject",
				   "ninja does not say how %s is linked", made);
	return GNG_OK;
}

/* program_of returns the index of the test's program; num_programs if it is not known yet. */
static size_t program_of(const struct subject *subject, const char *made)
{
	size_t i = 0;

	while (i < subject->num_programs && strcmp(subject->programs[i].target, made) != 0)
		i++;
	return i;
}

static enum gng_status add_test(struct subject *subject, struct gng_test *test, struct gng_why *why)
{
	char *target = workshop_target(test);
	char *made = target ? mutants_format("tests/%s", target) : NULL;
	enum gng_status status = made ? GNG_OK : mutants_no_memory(why);
	struct subject_test *grown =
		realloc(subject->tests, (subject->num_tests + 1) * sizeof(*grown));

	if (grown)
		subject->tests = grown;
	if (status == GNG_OK && grown) {
		const size_t program = program_of(subject, made);

		grown[subject->num_tests++] = (struct subject_test){
			.test = test, .program = program, .number = subject->num_all};
		if (program == subject->num_programs)
			status = add_program(subject, made, why);
	}
	free(target);
	free(made);
	return grown ? status : mutants_no_memory(why);
}

/* add_compile takes one entry of compile_commands.json if it is of this subsystem. */
static enum gng_status add_compile(struct subject *subject, const json_t *entry,
				   struct gng_why *why)
{
	const char *command = json_string_value(json_object_get(entry, "command"));
	const char *file = json_string_value(json_object_get(entry, "file"));
	const size_t len = strlen(subject->workshop->source);
	char *folder = mutants_format("impl/%s/", subject->subsystem);
	const char *out = command ? strstr(command, " -o ") : NULL;
	struct subject_compile *grown;

	if (!folder || !out || !file || strncmp(file, subject->workshop->source, len) != 0 ||
	    strncmp(file + len + 1, folder, strlen(folder)) != 0) {
		free(folder);
		return GNG_OK;
	}
	free(folder);
	grown = realloc(subject->compiles, (subject->num_compiles + 1) * sizeof(*grown));
	if (!grown)
		return mutants_no_memory(why);
	subject->compiles = grown;
	grown += subject->num_compiles++;
	*grown = (struct subject_compile){
		.file = strdup(file + len + 1),
		.command = strndup(command, (size_t)(out - command)),
		.object = strndup(out + 4, strcspn(out + 4, " ")),
	};
	return grown->file && grown->command && grown->object ? GNG_OK : mutants_no_memory(why);
}

static enum gng_status read_compiles(struct subject *subject, struct gng_why *why)
{
	char *path = mutants_format("%s/compile_commands.json", subject->build);
	json_t *entries = path ? json_load_file(path, 0, NULL) : NULL;
	enum gng_status status = GNG_OK;
	const json_t *entry;
	size_t index;

	free(path);
	json_array_foreach(entries, index, entry) if (status == GNG_OK) status =
		add_compile(subject, entry, why);
	json_decref(entries);
	if (status == GNG_OK && subject->num_compiles == 0)
		status =
			gng_why_set(why, GNG_EINVAL, 0, "mutants.subject",
				    "impl/%s is not built here: gonogo doctor says what is missing",
				    subject->subsystem);
	return status;
}

/* ---- headers ---- */

/* keep_header appends a dependency of an object if it is a header of the subsystem. */
static bool keep_header(struct subject_compile *compile, const char *folder, const char *path)
{
	const char *at = strstr(path, folder), *dot = strrchr(path, '.');
	char *longer;

	if (!at || !dot || strcmp(dot, ".h") != 0)
		return true;
	longer = mutants_format("%s%s\n", compile->headers ? compile->headers : "", at);
	free(compile->headers);
	compile->headers = longer;
	return longer != NULL;
}

/* read_deps takes the output of `ninja -t deps`: an object, and indented lines below it. */
static enum gng_status read_deps(struct subject *subject, const char *folder, char *text,
				 struct gng_why *why)
{
	struct subject_compile *present = NULL;

	for (char *line; (line = strsep(&text, "\n"));) {
		if (*line == ' ') {
			if (present && !keep_header(present, folder, line))
				return mutants_no_memory(why);
			continue;
		}
		present = NULL;
		line[strcspn(line, ":")] = '\0';
		for (size_t i = 0; i < subject->num_compiles; i++)
			if (strcmp(line, subject->compiles[i].object) == 0)
				present = &subject->compiles[i];
	}
	return GNG_OK;
}

static enum gng_status find_headers(struct subject *subject, struct gng_why *why)
{
	const char *argv[] = {"ninja", "-C", subject->build, "-t", "deps", NULL};
	char *text = mutants_capture(argv, NULL);
	char *folder = mutants_format("impl/%s/", subject->subsystem);
	enum gng_status status;

	if (text && folder)
		status = read_deps(subject, folder, text, why);
	else
		status = gng_why_set(why, GNG_ESYS, 0, "mutants.subject",
				     "ninja does not say which headers the objects include");
	free(text);
	free(folder);
	return status;
}

bool subject_compiles(const struct subject *subject, size_t index, const char *file)
{
	const struct subject_compile *compile = &subject->compiles[index];
	const size_t len = strlen(file);

	if (strcmp(compile->file, file) == 0)
		return true;
	for (const char *at = compile->headers; at && (at = strstr(at, file)); at += len)
		if (at[len] == '\n')
			return true;
	return false;
}

/* want marks the objects that a mutant of the scope may change. */
static void want(struct subject *subject, const struct subject_scope *scope)
{
	for (size_t i = 0; i < scope->source->num_files; i++) {
		const struct source_file *file = &scope->source->files[i];

		/* what is doubtful already comes up later, with what is covered now */
		if (!source_is_due(scope->source, scope->due, file) &&
		    !source_is_due(scope->source, SOURCE_DOUBTFUL, file))
			continue;
		for (size_t j = 0; j < subject->num_compiles; j++)
			subject->compiles[j].wanted |= subject_compiles(subject, j, file->name);
	}
}

/* ---- programs and tests ---- */

static bool is_judge(const struct subject *subject, const struct gng_test *test)
{
	return strcmp(test->subsystem, subject->subsystem) == 0 &&
	       strcmp(test->suite, "hwtests") != 0 && !test->cannot && !test->broken &&
	       !(test->flags & (GNG_TEST_SLOW | GNG_TEST_LATENCY));
}

/* find_reaching returns needed[test] (caller frees): it executes the statement of a mutant that is
 * due, or nobody can tell. NULL: no memory. */
static unsigned char *find_reaching(const struct subject_scope *scope)
{
	const size_t num = scope->coverage->num_tests;
	unsigned char *needed = calloc(2, num + 1), *hits = needed + num;

	for (size_t i = 0; i < scope->source->num_mutants && needed; i++) {
		const struct source_mutant *mutant = &scope->source->mutants[i];

		if (!mutant->chosen || mutant->outcome != scope->due)
			continue;
		if (!coverage_of(scope->coverage, hits, mutant->file->name,
				 &mutant->file->statements, mutant->statement))
			memset(hits, 1, num);
		for (size_t test = 0; test < num; test++)
			needed[test] |= hits[test];
	}
	return needed;
}

static enum gng_status find_tests(struct subject *subject, const struct subject_scope *scope,
				  struct gng_why *why)
{
	const struct gng_plan *plan = subject->workshop->plan;
	unsigned char *needed = scope->coverage ? find_reaching(scope) : NULL;
	enum gng_status status = scope->coverage && !needed ? mutants_no_memory(why) : GNG_OK;

	for (size_t i = 0; i < plan->num_tests && status == GNG_OK; i++) {
		if (!is_judge(subject, &plan->tests[i]))
			continue;
		if (!needed || needed[subject->num_all])
			status = add_test(subject, &plan->tests[i], why);
		subject->num_all++;
	}
	free(needed);
	subject->num_test_programs = subject->num_programs;
	if (status == GNG_OK && subject->num_tests == 0)
		status = gng_why_set(why, GNG_EINVAL, 0, "mutants.subject",
				     "no conformance or fuzz test of %s can run here: nothing can "
				     "kill a mutant",
				     subject->subsystem);
	return status;
}

/* find_commands adds the subsystem's own commands, which its tests may call. */
static enum gng_status find_commands(struct subject *subject, struct gng_why *why)
{
	enum gng_status status = GNG_OK;

	for (size_t i = 0; i < subject->num_compiles && status == GNG_OK; i++) {
		const char *at = strstr(subject->compiles[i].object, "CMakeFiles/gonogo");
		char *target;

		if (!at)
			continue;
		at += strlen("CMakeFiles/");
		target = strndup(at, strcspn(at, "."));
		status = target ? add_program(subject, target, why) : mutants_no_memory(why);
		free(target);
	}
	return status;
}

/* ---- running ---- */

struct watch {
	const struct subject *subject;
	double used_s; /* by the tests before */
	bool goes_on;
	volatile int stop;
	const volatile int *outer;
};

/* used_s is the CPU time of all processes that have ended. */
static double used_s(void)
{
	struct rusage usage = {0};

	getrusage(RUSAGE_CHILDREN, &usage);
	return (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
	       (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) * 1e-6;
}

/* stop_when_red is called at once when the process of a test has been waited for: what was used
 * since the last call is its own, also where several run at once. */
static void stop_when_red(void *context, const struct gng_record *record, size_t done, size_t total)
{
	struct watch *watch = context;
	const double now_s = used_s();

	(void)done;
	(void)total;
	watch->subject->cpu_s[record->test - watch->subject->workshop->plan->tests] =
		now_s - watch->used_s;
	watch->used_s = now_s;
	if (!watch->goes_on && (record->verdict == GNG_FAIL || record->verdict == GNG_ERROR))
		watch->stop = 1;
}

static void stop_with_outer(void *context, const struct gng_test *running, size_t done,
			    size_t total)
{
	struct watch *watch = context;

	(void)running;
	(void)done;
	(void)total;
	if (watch->outer && *watch->outer)
		watch->stop = 1;
}

enum gng_status subject_run(const struct subject *subject, struct gng_record **records,
			    size_t *num_records, const char *folder,
			    const struct subject_pace *pace, const volatile int *stop,
			    struct gng_why *why)
{
	struct gng_home home = *subject->workshop->home;
	struct gng_build build = home.builds[0];
	struct watch watch = {
		.subject = subject, .used_s = used_s(), .goes_on = pace->goes_on, .outer = stop};
	const struct gng_run_options options = {
		.home = &home,
		.plan = subject->workshop->plan,
		.dir = folder,
		.num_jobs = pace->num_jobs,
		.num_repeat = 1,
		.costs_s = pace->costs_s,
		.timeout_s = pace->timeout_s,
		.timeouts_s = pace->timeouts_s,
		.budget_scale = 0.9,
		.on_record = stop_when_red,
		.on_wait = stop_with_outer,
		.context = &watch,
		.stop = &watch.stop,
	};

	build.dir = (char *)folder;
	home.builds = &build;
	home.num_builds = 1;
	return gng_run(records, num_records, &options, why);
}

void subject_select(const struct subject *subject, size_t number)
{
	struct gng_plan *plan = subject->workshop->plan;

	for (size_t i = 0; i < plan->num_tests; i++)
		plan->tests[i].selected = false;
	for (size_t i = 0; i < subject->num_tests; i++)
		subject->tests[i].test->selected =
			number == subject->num_all || number == subject->tests[i].number;
}

static int by_cpu(const void *a, const void *b)
{
	const struct subject_test *x = a, *y = b;

	if (x->cpu_s != y->cpu_s)
		return x->cpu_s < y->cpu_s ? -1 : 1;
	return x->test < y->test ? -1 : x->test > y->test;
}

/* A test that hangs costs that much; one that a busy machine holds up must not reach it. */
#define LEAST_PATIENCE_S 10u

/* keep_record drops the test from the subject if it cannot run here, and refuses one that fails. */
static enum gng_status keep_record(struct subject *subject, const struct gng_record *record,
				   struct gng_why *why)
{
	const size_t place = (size_t)(record->test - subject->workshop->plan->tests);
	size_t i = 0;

	while (i < subject->num_tests && subject->tests[i].test != record->test)
		i++;
	if (i == subject->num_tests)
		return GNG_OK;
	subject->tests[i].seconds = record->seconds;
	subject->tests[i].cpu_s = subject->cpu_s[place];
	subject->cheap[place] = -subject->cpu_s[place];
	subject->patience_s[place] = LEAST_PATIENCE_S + (unsigned int)(10 * record->seconds);
	subject->workshop->costs_s[place] = record->seconds;
	if (record->verdict == GNG_SKIP || record->verdict == GNG_INCONCLUSIVE)
		subject->tests[i] = subject->tests[--subject->num_tests];
	else if (record->verdict != GNG_PASS)
		return gng_why_set(why, GNG_EINVAL, 0, "mutants.subject",
				   "%s is %s without any mutant, in a folder of its own and linked "
				   "as a mutated program is: %s",
				   record->test->id, gng_verdict_name(record->verdict),
				   record->reason ? record->reason : "no reason");
	return GNG_OK;
}

enum gng_status subject_baseline(struct subject *subject, const char *folder,
				 const volatile int *stop, struct gng_why *why)
{
	struct workshop *workshop = subject->workshop;
	struct subject_pace pace = {.timeout_s = SUBJECT_PATIENCE_S, .num_jobs = SUBJECT_JOBS};
	struct gng_record *records;
	enum gng_status status;
	size_t num_records;

	subject_select(subject, subject->num_all);
	if (!workshop->costs_s)
		workshop->costs_s = gng_run_costs(workshop->plan, workshop->out);
	if (!workshop->costs_s)
		return mutants_no_memory(why);
	pace.costs_s = workshop->costs_s;
	status = subject_run(subject, &records, &num_records, folder, &pace, stop, why);
	if (status != GNG_OK)
		return status;
	if (stop && *stop) { /* what is missing was not begun */
		gng_records_free(records, num_records);
		return GNG_OK;
	}
	/* the failed one first: those after it are MISSING only because of it */
	for (size_t i = 0; i < num_records && status == GNG_OK; i++)
		if (records[i].verdict != GNG_MISSING)
			status = keep_record(subject, &records[i], why);
	for (size_t i = 0; i < num_records && status == GNG_OK; i++)
		if (records[i].verdict == GNG_MISSING)
			status = keep_record(subject, &records[i], why);
	gng_records_free(records, num_records);
	if (status == GNG_OK)
		qsort(subject->tests, subject->num_tests, sizeof(*subject->tests), by_cpu);
	return status;
}

/* ---- open and close ---- */

bool subject_can_sanitize(void)
{
	const char *argv[] = {"clang", "--version", NULL};
	char *text = mutants_capture(argv, NULL);

	free(text);
	return text != NULL;
}

static enum gng_status configure_sanitized(struct subject *subject, struct gng_why *why)
{
	if (!subject->sanitized)
		return GNG_OK;
	return workshop_configure(subject->workshop, subject->build, "clang",
				  "-O1 -fsanitize=address,undefined -fno-sanitize-recover=all "
				  "-fno-omit-frame-pointer",
				  why);
}

enum gng_status subject_open(struct subject *subject, struct workshop *workshop,
			     const struct subject_scope *scope, bool sanitized, struct gng_why *why)
{
	enum gng_status status;

	*subject = (struct subject){.workshop = workshop,
				    .subsystem = scope->source->subsystem,
				    .sanitized = sanitized};
	subject->build =
		sanitized ? mutants_format("%s/asan", workshop->folder) : strdup(workshop->build);
	subject->cpu_s = calloc(workshop->plan->num_tests, sizeof(*subject->cpu_s));
	subject->cheap = calloc(workshop->plan->num_tests, sizeof(*subject->cheap));
	subject->patience_s = calloc(workshop->plan->num_tests, sizeof(*subject->patience_s));
	if (!subject->build || !subject->cpu_s || !subject->cheap || !subject->patience_s)
		return mutants_no_memory(why);
	status = configure_sanitized(subject, why);
	if (status == GNG_OK)
		status = read_compiles(subject, why);
	if (status == GNG_OK)
		status = read_commands(subject, why);
	if (status == GNG_OK)
		status = find_tests(subject, scope, why);
	if (status == GNG_OK)
		status = find_commands(subject, why);
	if (status == GNG_OK)
		status = subject_make(subject, why);
	if (status == GNG_OK)
		status = find_headers(subject, why);
	want(subject, scope);
	return status;
}

void subject_close(struct subject *subject)
{
	for (size_t i = 0; i < subject->num_programs; i++) {
		free(subject->programs[i].target);
		free(subject->programs[i].link);
	}
	for (size_t i = 0; i < subject->num_compiles; i++) {
		free(subject->compiles[i].file);
		free(subject->compiles[i].command);
		free(subject->compiles[i].object);
		free(subject->compiles[i].headers);
		free(subject->compiles[i].base);
	}
	free(subject->tests);
	free(subject->programs);
	free(subject->compiles);
	free(subject->build);
	free(subject->commands);
	free(subject->cpu_s);
	free(subject->cheap);
	free(subject->patience_s);
	*subject = (struct subject){0};
}
