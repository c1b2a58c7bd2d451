/* SPDX-License-Identifier: Apache-2.0 */
/* files.c - traps that are no program: records that were cut, doubled or swapped, results of an
 * earlier run, a name that selects nothing, and a gate that executed nothing. */
#include "selftest_trap.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define EXIT_NOTHING 4 /* docs/CLI.md */

static enum gng_status no_file(struct gng_why *why, const char *path)
{
	return gng_why_set(why, GNG_ESYS, errno, "selftest.files", "%s: %s", path ? path : "",
			   strerror(path ? errno : ENOMEM));
}

static enum gng_status read_text(char **text, const struct stage *stage, const char *name,
				 struct gng_why *why)
{
	char *path = stage_path(stage, name);
	FILE *file = path ? fopen(path, "re") : NULL;
	enum gng_status status = GNG_OK;
	size_t cap = 0;

	*text = NULL;
	if (!file || getdelim(text, &cap, '\0', file) < 0) {
		status = no_file(why, path);
		free(*text);
		*text = NULL;
	}
	if (file)
		fclose(file);
	free(path);
	return status;
}

static enum gng_status write_records(const struct stage *stage, const char *first,
				     const char *second, struct gng_why *why)
{
	char *path = stage_path(stage, "run/records.jsonl");
	FILE *file = path ? fopen(path, "we") : NULL;
	enum gng_status status = GNG_OK;
	bool written = file && fputs(first, file) >= 0 && fputs(second, file) >= 0;

	if ((file && fclose(file) != 0) || !written)
		status = no_file(why, path);
	free(path);
	return status;
}

/* pass gives in *line the record of a test that really passed (caller frees). */
static enum gng_status pass(char **line, const struct stage *stage, const struct trap *trap,
			    struct gng_why *why)
{
	struct outcome honest;
	enum gng_status status = stage_run(&honest, stage, trap, why);

	*line = NULL;
	if (status == GNG_OK && honest.said != GNG_PASS)
		status = gng_why_set(why, GNG_EINVAL, 0, "selftest.files",
				     "the honest test that this trap begins with is %s: %s",
				     trap_word(honest.said), honest.reason);
	return status == GNG_OK ? read_text(line, stage, "run/records.jsonl", why) : status;
}

/* ---- records ---- */

enum gng_status spring_cut(struct outcome *outcome, const struct stage *stage,
			   const struct trap *trap, struct gng_why *why)
{
	char *line;
	enum gng_status status = pass(&line, stage, trap, why);

	if (status == GNG_OK) {
		line[strlen(line) - 1] = '\0'; /* complete as JSON: only the newline is gone */
		status = write_records(stage, line, "", why);
	}
	free(line);
	return status == GNG_OK ? stage_judge(outcome, stage, trap, why) : status;
}

enum gng_status spring_doubled(struct outcome *outcome, const struct stage *stage,
			       const struct trap *trap, struct gng_why *why)
{
	char *line;
	enum gng_status status = pass(&line, stage, trap, why);

	if (status == GNG_OK)
		status = write_records(stage, line, line, why);
	free(line);
	return status == GNG_OK ? stage_judge(outcome, stage, trap, why) : status;
}

/* The one record is a PASS, but of a test that nobody planned: it must not make up for the
 * record that is missing. */
enum gng_status spring_stranger(struct outcome *outcome, const struct stage *stage,
				const struct trap *trap, struct gng_why *why)
{
	char *line, *name;
	enum gng_status status = pass(&line, stage, trap, why);

	if (status == GNG_OK) {
		name = strstr(line, "trap.suite.passes");
		if (name)
			memcpy(name, "trap.suite.passed", strlen("trap.suite.passed"));
		status = write_records(stage, line, "", why);
	}
	free(line);
	return status == GNG_OK ? stage_judge(outcome, stage, trap, why) : status;
}

/* ---- results of an earlier run ---- */

enum gng_status spring_stale(struct outcome *outcome, const struct stage *stage,
			     const struct trap *trap, struct gng_why *why)
{
	char *before = NULL, *after = NULL, *line;
	enum gng_status status = pass(&line, stage, trap, why);

	free(line);
	if (status == GNG_OK)
		status = read_text(&before, stage, "run/report.junit.xml", why);
	if (status == GNG_OK)
		status = stage_unplug(stage, true, why);
	if (status == GNG_OK) {
		status = stage_run(outcome, stage, trap, why);
		if (stage_unplug(stage, false, why) != GNG_OK)
			status = why ? why->status : GNG_ESYS;
	}
	if (status == GNG_OK)
		status = read_text(&after, stage, "run/report.junit.xml", why);
	if (status == GNG_OK && (!strstr(after, "<error") || strcmp(before, after) == 0))
		snprintf(outcome->complaint, sizeof(outcome->complaint),
			 "report.junit.xml is that of the earlier run");
	free(before);
	free(after);
	return status;
}

/* ---- projections ---- */

enum gng_status spring_absent(struct outcome *outcome, const struct stage *stage,
			      const struct trap *trap, struct gng_why *why)
{
	enum gng_status status = stage_run(outcome, stage, trap, why);
	char *junit = NULL;

	if (status == GNG_OK)
		status = read_text(&junit, stage, "run/report.junit.xml", why);
	if (status == GNG_OK && (strstr(junit, "<skipped") || !strstr(junit, "<error")))
		snprintf(outcome->complaint, sizeof(outcome->complaint),
			 "report.junit.xml does not call the absent program an error");
	free(junit);
	return status;
}

enum gng_status spring_ktap(struct outcome *outcome, const struct stage *stage,
			    const struct trap *trap, struct gng_why *why)
{
	enum gng_status status = stage_run(outcome, stage, trap, why);
	char *ktap = NULL;

	if (status == GNG_OK)
		status = read_text(&ktap, stage, "run/report.ktap", why);
	if (status == GNG_OK && (strstr(ktap, "not ok") || !strstr(ktap, "# SKIP")))
		snprintf(outcome->complaint, sizeof(outcome->complaint),
			 "report.ktap does not call the skipped test \"ok ... # SKIP\"");
	free(ktap);
	return status;
}

/* ---- nothing was executed ---- */

enum gng_status spring_selector(struct outcome *outcome, const struct stage *stage,
				const struct trap *trap, struct gng_why *why)
{
	struct trap typo = *trap;
	enum gng_status status;
	struct gng_why refusal = {0};

	typo.function = "pases";
	status = stage_run(outcome, stage, &typo, &refusal);
	if (status == GNG_EINVAL) {
		outcome->said = TRAP_REFUSED;
		snprintf(outcome->reason, sizeof(outcome->reason), "%s", refusal.text);
		return GNG_OK;
	}
	return status == GNG_OK ? GNG_OK
				: gng_why_set(why, status, refusal.sys_errno, "selftest.files",
					      "%s", refusal.text);
}

/* The real gonogo-mutants, asked for a subsystem that has no mutant: there is nothing to shield. */
enum gng_status spring_no_mutant(struct outcome *outcome, const struct stage *stage,
				 const struct trap *trap, struct gng_why *why)
{
	const char *argv[] = {NULL, "no_such_subsystem", "--unshielded", NULL};
	char *path, *said = NULL;
	int status;

	(void)trap;
	memset(outcome, 0, sizeof(*outcome));
	if (asprintf(&path, "%s/gonogo-mutants", stage->tools) < 0)
		return gng_why_set(why, GNG_ENOMEM, 0, "selftest.files", "no memory");
	argv[0] = path;
	status = alone_run(stage, "run/mutants.log", argv);
	free(path);
	outcome->said = status == EXIT_NOTHING ? TRAP_REFUSED : GNG_PASS;
	if (read_text(&said, stage, "run/mutants.log", NULL) == GNG_OK)
		said[strcspn(said, "\n")] = '\0';
	snprintf(outcome->reason, sizeof(outcome->reason), "exit status %d: %.200s", status,
		 said ? said : "and no word");
	free(said);
	return GNG_OK;
}
