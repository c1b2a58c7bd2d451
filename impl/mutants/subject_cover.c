/* SPDX-License-Identifier: Apache-2.0 */
/* subject_cover.c - runs each test with gcov's counters, and keeps which line it executed. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "mutants_files.h"
#include "mutants_subject.h"

/* gcov_argv lists the counters that the wanted objects left (caller frees all), and removes the
 * others. */
static const char **gcov_argv(const struct subject *subject, const char *build)
{
	const char **argv = calloc(subject->num_compiles + 4, sizeof(*argv));
	size_t num = 3;

	if (!argv)
		return NULL;
	argv[0] = strdup("gcov");
	argv[1] = strdup("--json-format");
	argv[2] = strdup("--stdout");
	for (size_t i = 0; i < subject->num_compiles; i++) {
		const char *object = subject->compiles[i].object;
		char *path = mutants_format("%s/%.*s.gcda", build, (int)strlen(object) - 2, object);

		if (path && subject->compiles[i].wanted && access(path, R_OK) == 0) {
			argv[num++] = path;
			continue;
		}
		if (path)
			remove(path);
		free(path);
	}
	return argv;
}

static enum gng_status read_counters(struct coverage *coverage, const struct subject *subject,
				     size_t test, const char *build, struct gng_why *why)
{
	const char **argv = gcov_argv(subject, build);
	char *json = argv && argv[3] ? mutants_capture(argv, build) : NULL;
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
static enum gng_status cover_test(struct coverage *coverage, bool *odd,
				  const struct subject *subject, size_t test, const char *build,
				  const volatile int *stop, struct gng_why *why)
{
	struct gng_record *records;
	enum gng_status status;
	size_t num_records;

	subject_select(subject, test);
	status = subject_run(subject, &records, &num_records, build, SUBJECT_PATIENCE_S, stop, why);
	if (status != GNG_OK)
		return status;
	*odd = num_records == 1 && records[0].verdict != GNG_PASS && !(stop && *stop);
	if (*odd)
		gng_why_set(why, GNG_EINVAL, 0, "mutants.subject",
			    "%s does not pass with gcov's counters: %s", records[0].test->id,
			    records[0].reason ? records[0].reason : "");
	gng_records_free(records, num_records);
	return status == GNG_OK ? read_counters(coverage, subject, test, build, why) : status;
}

/* A process that ends by _exit would lose its counters, and its lines would look unreached. No
 * header is included: a source may use names of its own that unistd.h has, too. */
static const char keep_counters[] =
	"extern void __gcov_dump(void);\n"
	"extern void _exit(int) __attribute__((noreturn));\n"
	"static inline __attribute__((noreturn)) void exit_with_counters(int status)\n"
	"{\n"
	"\t__gcov_dump();\n"
	"\t_exit(status);\n"
	"}\n"
	"#define _exit exit_with_counters\n"; /* after the status: it may be the whole work */

static enum gng_status cover_all(struct coverage *coverage, const struct subject *subject,
				 const char *build, const char *flags, const volatile int *stop,
				 struct gng_why *why)
{
	enum gng_status status = workshop_configure(subject->workshop, build, "cc", flags, why);
	bool *odd = calloc(subject->num_tests + 1, sizeof(*odd));

	if (!odd)
		status = mutants_no_memory(why);
	if (status == GNG_OK)
		status = subject_make(subject, build, why);
	for (size_t i = 0; i < subject->num_tests && status == GNG_OK && !(stop && *stop); i++)
		status = cover_test(coverage, &odd[i], subject, subject->tests[i].number, build,
				    stop, why);
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
	char *build = mutants_format("%s/coverage", subject->workshop->folder);
	char *header = mutants_format("%s/keep_counters.h", subject->workshop->folder);
	char *flags = header ? mutants_format("-O0 --coverage -fprofile-update=atomic -include %s",
					      header)
			     : NULL;
	struct gng_why detail = {0};
	enum gng_status status;

	*missing = NULL;
	coverage_init(coverage, subject->num_all);
	status =
		build && flags ? mutants_write(header, keep_counters, why) : mutants_no_memory(why);
	if (status == GNG_OK &&
	    cover_all(coverage, subject, build, flags, stop, &detail) != GNG_OK) {
		/* every line then counts as reached: slower, never wrong */
		coverage_fini(coverage);
		coverage_init(coverage, subject->num_all);
		*missing = mutants_format("no line counts as unreached: %s", detail.text);
	} else if (status == GNG_OK && *detail.text) {
		*missing = mutants_format("a test that may reach any line: %s", detail.text);
	}
	free(build);
	free(header);
	free(flags);
	return status;
}
