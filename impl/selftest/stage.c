/* SPDX-License-Identifier: Apache-2.0 */
/*
 * stage.c - the tree in which the traps are planned, and a trap's way through the gauge: from
 * the source text to a record that is read back from its file.
 */
#include "selftest_trap.h"

#include <errno.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define TIMEOUT_S 20 /* for programs that end by themselves, on a loaded machine too */
#define QUIET_NS 100.0

static enum gng_status no_memory(struct gng_why *why)
{
	return gng_why_set(why, GNG_ENOMEM, 0, "selftest.stage", "no memory");
}

char *stage_path(const struct stage *stage, const char *name)
{
	char *path;

	return asprintf(&path, "%s/%s", stage->folder, name) < 0 ? NULL : path;
}

/* ---- writing ---- */

static enum gng_status write_text(const struct stage *stage, const char *name, const char *text,
				  struct gng_why *why)
{
	char *path = stage_path(stage, name);
	enum gng_status status = GNG_OK;
	FILE *file = NULL;
	bool written;

	if (!path)
		return no_memory(why);
	for (char *at = strchr(path + strlen(stage->folder) + 1, '/'); at;
	     at = strchr(at + 1, '/')) {
		*at = '\0';
		mkdir(path, 0777);
		*at = '/';
	}
	file = fopen(path, "we");
	written = file && fputs(text, file) >= 0;
	if ((file && fclose(file) != 0) || !written)
		status = gng_why_set(why, GNG_ESYS, errno, "selftest.stage", "%s: %s", path,
				     strerror(errno));
	free(path);
	return status;
}

static bool same_file(const struct trap *a, const struct trap *b)
{
	return strcmp(a->suite, b->suite) == 0 && strcmp(a->stem, b->stem) == 0;
}

/* is_first: no earlier trap of the catalogue has this file (and this function). */
static bool is_first(const struct trap *trap, bool function_too)
{
	for (const struct trap *other = selftest_traps; other < trap; other++)
		if (same_file(other, trap) &&
		    (!function_too || strcmp(other->function, trap->function) == 0))
			return false;
	return true;
}

static void write_entry(FILE *out, const struct trap *trap)
{
	for (int times = 0; times <= trap->twice; times++)
		fprintf(out, "\t%s(%s, \"\"),\n",
			trap->flags & GNG_TEST_LATENCY ? "TEST_LATENCY" : "TEST", trap->function);
}

/* table_of returns the text of the test file that the trap stands in (caller frees). */
static char *table_of(const struct trap *trap)
{
	char *text = NULL;
	size_t len;
	FILE *out = open_memstream(&text, &len);

	if (!out)
		return NULL;
	fputs("const struct suite_test suite_tests[] = {\n", out);
	for (size_t i = 0; i < selftest_num_traps; i++)
		if (same_file(trap, &selftest_traps[i]) && is_first(&selftest_traps[i], true))
			write_entry(out, &selftest_traps[i]);
	fputs("\t{0},\n};\n", out);
	if (fclose(out) == 0)
		return text;
	free(text);
	return NULL;
}

static enum gng_status write_table(const struct stage *stage, const struct trap *trap,
				   struct gng_why *why)
{
	const bool hardware = strcmp(trap->suite, "hwtests") == 0;
	enum gng_status status;
	char *name, *text;

	if (strcmp(trap->suite, "fuzz") == 0) /* its table is its .seeds */
		return GNG_OK;
	if (asprintf(&name, "tree/%s/trap/%s%s", trap->suite, trap->stem,
		     hardware ? "_hw.c" : "_test.c") < 0)
		return no_memory(why);
	text = table_of(trap);
	status = text ? write_text(stage, name, text, why) : no_memory(why);
	free(text);
	free(name);
	return status;
}

static enum gng_status write_facts(const struct stage *stage, struct gng_why *why)
{
	enum gng_status status;
	char *text;

	if (asprintf(&text,
		     "build\trelease\nsource\t%s/tree\ncompiler\tnone\nrun-under\t\n"
		     "missing\tconformance.trap.device\tlibdevice is not installed: "
		     "apt-get install libdevice-dev\n",
		     stage->folder) < 0)
		return no_memory(why);
	status = write_text(stage, "build/gonogo.facts", text, why);
	free(text);
	return status;
}

static enum gng_status write_tree(const struct stage *stage, struct gng_why *why)
{
	static const char *const files[][2] = {
		{"tree/impl/trap/CMakeLists.txt", "gng_subsystem(trap)\n"},
		{"tree/impl/trap/requirements.tsv", "H1.trap\tselftest\tIt comes out red.\n"},
		{"tree/hwtests/trap/figures.budget", "p99_over_its_budget <= 10 us *\n"
						     "p99_within_its_budget <= 10 us *\n"
						     "p99_on_a_noisy_machine <= 10 us *\n"
						     "leaky_compare <= 10 t *\n"
						     "steady_compare <= 10 t *\n"},
		{"tree/fuzz/trap/canary_fuzz.c", "int LLVMFuzzerTestOneInput();\n"},
		{"tree/fuzz/trap/canary.seeds", "# requirements: H1.trap\n# cases: 2\n"
						"empty =\none = 00\n"},
		{"run/logs/README", "logs of the traps\n"},
	};
	enum gng_status status = write_facts(stage, why);

	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]) && status == GNG_OK; i++)
		status = write_text(stage, files[i][0], files[i][1], why);
	for (size_t i = 0; i < selftest_num_traps && status == GNG_OK; i++)
		if (is_first(&selftest_traps[i], false))
			status = write_table(stage, &selftest_traps[i], why);
	return status;
}

enum gng_status stage_unplug(const struct stage *stage, bool out, struct gng_why *why)
{
	char *link = stage_path(stage, "build/tests");
	int failed;

	if (!link)
		return no_memory(why);
	failed = out ? unlink(link) : symlink(stage->traps, link);
	if (failed)
		gng_why_set(why, GNG_ESYS, errno, "selftest.stage", "%s: %s", link,
			    strerror(errno));
	free(link);
	return failed ? GNG_ESYS : GNG_OK;
}

enum gng_status stage_open(struct stage *stage, const char *traps, const char *tools,
			   struct gng_why *why)
{
	const char *tmp = getenv("TMPDIR");
	enum gng_status status;
	char *build;

	memset(stage, 0, sizeof(*stage));
	if (asprintf(&stage->folder, "%s/gonogo-selftest-XXXXXX", tmp ? tmp : P_tmpdir) < 0)
		stage->folder = NULL;
	stage->traps = realpath(traps, NULL);
	stage->tools = strdup(tools);
	if (!stage->traps)
		return gng_why_set(why, GNG_ESYS, errno, "selftest.stage",
				   "%s: the folder of the trap programs: %s: build or install "
				   "gonogo again",
				   traps, strerror(errno));
	if (!stage->folder || !stage->tools)
		return no_memory(why);
	if (!mkdtemp(stage->folder)) {
		status = gng_why_set(why, GNG_ESYS, errno, "selftest.stage",
				     "%s: %s: set TMPDIR to a folder that can be written",
				     stage->folder, strerror(errno));
		free(stage->folder);
		stage->folder = NULL;
		return status;
	}
	status = write_tree(stage, why);
	if (status == GNG_OK)
		status = stage_unplug(stage, false, why);
	build = stage_path(stage, "build");
	if (status == GNG_OK)
		status = build ? gng_home_open(&stage->home, build, why) : no_memory(why);
	free(build);
	return status;
}

static int remove_entry(const char *path, const struct stat *about, int kind, struct FTW *where)
{
	(void)about;
	(void)kind;
	(void)where;
	return remove(path);
}

void stage_close(struct stage *stage)
{
	gng_home_close(stage->home);
	if (stage->folder)
		nftw(stage->folder, remove_entry, 16, FTW_DEPTH | FTW_PHYS | FTW_MOUNT);
	free(stage->folder);
	free(stage->traps);
	free(stage->tools);
	memset(stage, 0, sizeof(*stage));
}

/* ---- running ---- */

static double floor_of(const void *context, double quantile)
{
	const struct trap *trap = context;

	(void)quantile;
	return trap->floor_ns > 0 ? trap->floor_ns : QUIET_NS;
}

/* open_plan reads the plan from the tree and selects the trap's test. */
static enum gng_status open_plan(struct gng_plan **plan, const struct stage *stage,
				 const struct trap *trap, struct gng_why *why)
{
	enum gng_status status = gng_plan_open(plan, stage->home, NULL, why);
	const char *selector;
	char *id;

	if (status != GNG_OK)
		return status;
	if (asprintf(&id, "%s.trap.%s.%s", trap->suite, trap->stem, trap->function) < 0)
		id = NULL;
	selector = id;
	status = id ? gng_plan_select(*plan, &selector, 1, NULL, why) : no_memory(why);
	free(id);
	if (status != GNG_OK) {
		gng_plan_close(*plan);
		*plan = NULL;
	}
	return status;
}

/* write_projections leaves JUnit and KTAP beside the records, where a lie could be older. */
static enum gng_status write_projections(const struct stage *stage,
					 const struct gng_record *records, size_t num_records,
					 struct gng_why *why)
{
	char *junit = stage_path(stage, "run/report.junit.xml");
	char *ktap = stage_path(stage, "run/report.ktap");
	enum gng_status status = junit && ktap ? GNG_OK : no_memory(why);

	if (status == GNG_OK)
		status = gng_junit_write(junit, records, num_records, why);
	if (status == GNG_OK)
		status = gng_ktap_write(ktap, records, num_records, why);
	free(junit);
	free(ktap);
	return status;
}

static enum gng_status run_plan(struct gng_plan *plan, const struct stage *stage, const char *dir,
				const struct trap *trap, struct gng_why *why)
{
	const struct gng_floor floor = {.at = floor_of, .context = trap};
	const struct gng_run_options options = {
		.home = stage->home,
		.plan = plan,
		.dir = dir,
		.num_jobs = 1,
		.timeout_s = trap->timeout_s ? trap->timeout_s : TIMEOUT_S,
		.num_repeat = trap->repeat ? trap->repeat : 1,
		.budget_scale = 1.0,
		.floor = &floor,
	};
	struct gng_record *records;
	enum gng_status status;
	size_t num_records;

	status = gng_run(&records, &num_records, &options, why);
	if (status != GNG_OK)
		return status;
	status = write_projections(stage, records, num_records, why);
	gng_records_free(records, num_records);
	return status;
}

/* judge_records takes over what the file says: verdict, reason, and the run as a whole. */
static enum gng_status judge_records(struct outcome *outcome, const struct gng_plan *plan,
				     const char *path, struct gng_why *why)
{
	struct gng_record *records;
	size_t num_records, num_strangers;
	struct gng_tally tally;
	enum gng_status status;

	status = gng_records_read(&records, &num_records, &num_strangers, plan, path, why);
	if (status != GNG_OK) {
		outcome->said = TRAP_REFUSED;
		snprintf(outcome->reason, sizeof(outcome->reason), "%s", why->text);
		return GNG_OK;
	}
	status = gng_tally_records(&tally, plan, records, num_records, false, why);
	if (status == GNG_OK) {
		outcome->judged = true;
		outcome->overall = tally.overall;
		for (int said = 0; said < GNG_NUM_VERDICTS; said++)
			if (tally.count[said] > 0)
				outcome->said = said;
		if (num_records > 0)
			snprintf(outcome->reason, sizeof(outcome->reason), "%s",
				 records[0].reason ? records[0].reason : "");
		else
			snprintf(outcome->reason, sizeof(outcome->reason),
				 "no record, and %zu of no planned test", num_strangers);
	}
	gng_records_free(records, num_records);
	return status;
}

static enum gng_status run_and_judge(struct outcome *outcome, const struct stage *stage,
				     const struct trap *trap, bool run, struct gng_why *why)
{
	char *dir = stage_path(stage, "run"), *path = stage_path(stage, "run/records.jsonl");
	struct gng_plan *plan = NULL;
	enum gng_status status;

	memset(outcome, 0, sizeof(*outcome));
	status = dir && path ? open_plan(&plan, stage, trap, why) : no_memory(why);
	if (status == GNG_OK && run)
		status = run_plan(plan, stage, dir, trap, why);
	if (status == GNG_OK)
		status = judge_records(outcome, plan, path, why);
	if (plan)
		gng_plan_close(plan);
	free(dir);
	free(path);
	return status;
}

enum gng_status stage_run(struct outcome *outcome, const struct stage *stage,
			  const struct trap *trap, struct gng_why *why)
{
	return run_and_judge(outcome, stage, trap, true, why);
}

enum gng_status stage_judge(struct outcome *outcome, const struct stage *stage,
			    const struct trap *trap, struct gng_why *why)
{
	return run_and_judge(outcome, stage, trap, false, why);
}
