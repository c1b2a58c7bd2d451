/* SPDX-License-Identifier: Apache-2.0 */
/*
 * trap.h - a plan of one test whose program is a shell script, for the runner's own suites.
 * The script is a real process under the real runner: it hangs, crashes, floods or lies.
 */
#ifndef GAUGE_TRAP_H
#define GAUGE_TRAP_H

#include "../suite.h"

#include <fcntl.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <gng_gauge.h>

#define TRAP_PASSES "printf 'assertions\\t1\\ncases\\t0\\t0\\nend\\tok\\n' >&3\n"

struct trap {
	char folder[4096];
	struct gng_build build;
	struct gng_home home;
	struct gng_test test;
	struct gng_plan plan;
	struct gng_run_options options;
};

static inline void trap_write(const struct trap *trap, const char *name, const char *text, int mode)
{
	char path[8192];
	FILE *file;

	snprintf(path, sizeof(path), "%s/%s", trap->folder, name);
	file = fopen(path, "we");
	assert_non_null(file);
	fputs(text, file);
	assert_int_equal(fclose(file), 0);
	assert_int_equal(chmod(path, (mode_t)mode), 0);
}

/* trap_set makes the folder and a script that answers --list rightly and then does body. */
static inline void trap_set(struct trap *trap, const char *body)
{
	const char *tmp = getenv("TMPDIR");
	char script[8192], path[8192];

	memset(trap, 0, sizeof(*trap));
	snprintf(trap->folder, sizeof(trap->folder), "%s/gonogo-trap-XXXXXX", tmp ? tmp : "/tmp");
	assert_non_null(mkdtemp(trap->folder));
	snprintf(path, sizeof(path), "%s/tests", trap->folder);
	assert_int_equal(mkdir(path, 0777), 0);
	snprintf(script, sizeof(script),
		 "#!/bin/sh\n[ \"$1\" = --list ] && { printf 'springs\\t0\\tH1\\n'; exit 0; }\n%s",
		 body);
	trap_write(trap, "tests/conformance.trap.one", script, 0755);
	trap->build = (struct gng_build){.name = "release", .dir = trap->folder, .run_under = ""};
	trap->home = (struct gng_home){.source = trap->folder,
				       .out = trap->folder,
				       .num_builds = 1,
				       .builds = &trap->build};
	trap->test = (struct gng_test){.id = "conformance.trap.one.springs",
				       .suite = "conformance",
				       .subsystem = "trap",
				       .stem = "one",
				       .function = "springs",
				       .variant = "",
				       .build = "release",
				       .requirements = "H1",
				       .file = "conformance/trap/one_test.c",
				       .line = 7,
				       .selected = true,
				       .required = true};
	trap->plan = (struct gng_plan){.num_tests = 1, .tests = &trap->test};
	trap->options = (struct gng_run_options){.home = &trap->home,
						 .plan = &trap->plan,
						 .dir = trap->folder,
						 .num_jobs = 1,
						 .timeout_s = 20,
						 .num_repeat = 1,
						 .budget_scale = 1.0};
}

static inline void trap_remove(struct trap *trap)
{
	char command[8192];

	snprintf(command, sizeof(command), "rm -rf '%s'", trap->folder);
	assert_int_equal(system(command), 0);
}

/* trap_text returns what is in a file of the folder; the caller frees it. */
static inline char *trap_text(const struct trap *trap, const char *name)
{
	char path[8192], *text = calloc(1, 65536);
	FILE *file;

	snprintf(path, sizeof(path), "%s/%s", trap->folder, name);
	file = fopen(path, "re");
	if (!file)
		fail_msg("%s is not there", path);
	assert_non_null(text);
	if (fread(text, 1, 65535, file) == 0)
		*text = '\0';
	fclose(file);
	return text;
}

/* trap_springs runs the one test and requires that verdict, with reason in its sentence. */
static inline void trap_springs(struct trap *trap, enum gng_verdict verdict, const char *reason)
{
	struct gng_record *records = NULL;
	size_t num_records = 0;
	struct gng_why why = {0};

	if (gng_run(&records, &num_records, &trap->options, &why) != GNG_OK)
		fail_msg("the runner failed: %s", why.text);
	assert_int_equal(num_records, 1);
	assert_string_equal(gng_verdict_name(records[0].verdict), gng_verdict_name(verdict));
	if (reason && (!records[0].reason || !strstr(records[0].reason, reason)))
		fail_msg("reason '%s' lacks '%s'", records[0].reason, reason);
	if (!reason)
		assert_null(records[0].reason);
	gng_records_free(records, num_records);
}

static inline void trap_expect(const char *body, enum gng_verdict verdict, const char *reason)
{
	struct trap trap;

	trap_set(&trap, body);
	trap_springs(&trap, verdict, reason);
	trap_remove(&trap);
}

#endif /* GAUGE_TRAP_H */
