/* SPDX-License-Identifier: Apache-2.0 */
/*
 * subject_make.c - builds what the programs of a subject are linked of, and its commands.
 *
 * The test programs themselves are not linked: each worker links its own, of other objects. For
 * gauge that saves 46 links of 0.1 s.
 */
#include <stdlib.h>
#include <string.h>

#include "mutants_files.h"
#include "mutants_subject.h"

struct targets {
	char **names;
	size_t num;
};

static bool add(struct targets *targets, const char *name)
{
	char **grown;

	for (size_t i = 0; i < targets->num; i++)
		if (strcmp(targets->names[i], name) == 0)
			return true;
	grown = realloc(targets->names, (targets->num + 1) * sizeof(*grown));
	if (!grown)
		return false;
	targets->names = grown;
	grown[targets->num] = strdup(name);
	targets->num += grown[targets->num] != NULL;
	return grown[targets->num - 1] != NULL;
}

/* add_inputs takes the output of `ninja -t query`: a program, below it "input:", and below that, by
 * four blanks and with "|" or "||" before what is no argument, what it is made of. What lies
 * outside of the build is there. */
static bool add_inputs(struct targets *targets, char *text)
{
	bool within = false;

	for (char *line; (line = strsep(&text, "\n"));) {
		if (strspn(line, " ") < 4) {
			within = strncmp(line, "  input:", 8) == 0;
			continue;
		}
		line += strspn(line, " |");
		if (within && *line != '/' && !add(targets, line))
			return false;
	}
	return true;
}

static bool find_targets(struct targets *targets, const struct subject *subject)
{
	const char **argv = calloc(subject->num_programs + 6, sizeof(*argv));
	char *text = NULL;
	bool found;

	if (argv) {
		argv[0] = "ninja";
		argv[1] = "-C";
		argv[2] = subject->build;
		argv[3] = "-t";
		argv[4] = "query";
		for (size_t i = 0; i < subject->num_test_programs; i++)
			argv[i + 5] = subject->programs[i].target;
		text = mutants_capture(argv, NULL);
	}
	found = text && add_inputs(targets, text);
	for (size_t i = subject->num_test_programs; i < subject->num_programs; i++)
		found = found && add(targets, subject->programs[i].target);
	free(argv);
	free(text);
	return found;
}

enum gng_status subject_make(const struct subject *subject, struct gng_why *why)
{
	const char *part[WORKSHOP_MAX_TARGETS + 1];
	struct targets targets = {0};
	enum gng_status status = GNG_OK;

	if (!find_targets(&targets, subject))
		status = gng_why_set(why, GNG_ESYS, 0, "mutants.subject",
				     "ninja does not say what the tests of %s are made of",
				     subject->subsystem);
	for (size_t done = 0, num; done < targets.num && status == GNG_OK; done += num) {
		num = targets.num - done;
		num = num < WORKSHOP_MAX_TARGETS ? num : WORKSHOP_MAX_TARGETS;
		for (size_t i = 0; i < num; i++)
			part[i] = targets.names[done + i];
		part[num] = NULL;
		status = workshop_make(subject->workshop, subject->build, part,
				       "the unchanged tree", why);
	}
	for (size_t i = 0; i < targets.num; i++)
		free(targets.names[i]);
	free(targets.names);
	return status;
}
