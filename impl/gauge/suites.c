/* SPDX-License-Identifier: Apache-2.0 */
/* suites.c - turns the files of conformance/, fuzz/ and hwtests/ into planned tests. */
#include "gng_gauge.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "gauge_budget.h"
#include "gauge_plan.h"
#include "gauge_scan.h"
#include "gauge_text.h"

static const struct suite {
	const char *name, *suffix;
} suites[] = {{"conformance", "_test.c"}, {"fuzz", "_fuzz.c"}, {"hwtests", "_hw.c"}};

/* stem is one test file while its tests are planned. */
struct stem {
	struct gauge_planner *planner;
	const struct suite *suite;
	const struct gng_subsystem *subsystem;
	char *name, *file; /* file is relative to the source root */
	char *requirements_file;
	char *uses; /* the subsystems whose absence keeps the file from being built */
	struct gauge_table table;
};

static enum gng_status bad(const struct stem *stem, const char *what, const char *name, size_t len)
{
	return gng_why_set(stem->planner->why, GNG_EFORMAT, 0, "gauge.plan", "%s: %s%.*s",
			   stem->file, what, (int)len, name);
}

/* ---- what a file needs ---- */

/* add_needs_line appends the names of the line that cmake/gng.cmake reads as well. */
static enum gng_status add_needs_line(struct stem *stem, const char *text)
{
	static const char opening[] = "/* needs: ";
	const struct gng_plan *plan = stem->planner->plan;
	const char *at = text, *end, *word;
	enum gng_status status = GNG_OK;
	char *names;
	size_t len;

	while (at && strncmp(at, opening, sizeof(opening) - 1) != 0) {
		at = strchr(at, '\n');
		at = at ? at + 1 : NULL;
	}
	end = at ? strstr(at, " */") : NULL;
	if (!end)
		return GNG_OK;
	at += strlen("/* needs:"); /* the space after it may be that before the end */
	names = strndup(at, (size_t)(end - at));
	if (!names)
		return gauge_no_memory(stem->planner->why);
	at = names;
	while (status == GNG_OK && gauge_next_word(&word, &len, &at)) {
		if (!gauge_subsystem_find(plan, word, len))
			status = bad(stem, "its line 'needs:' names what is no subsystem: ", word,
				     len);
		else if (!gauge_add_word(&stem->uses, word, len))
			status = gauge_no_memory(stem->planner->why);
	}
	free(names);
	return status;
}

/* add_closure appends what the names in stem->uses need in turn; impl/ is finite and no
 * name is added twice, so it ends on a cycle too. */
static enum gng_status add_closure(struct stem *stem)
{
	const struct gng_subsystem *subsystem;
	const char *at, *word, *needs, *need;
	size_t done = 0, len;
	char *name;
	bool ok = true;

	for (at = stem->uses; ok && gauge_next_word(&word, &len, &at);
	     at = stem->uses + done) { /* the list may have moved */
		done = (size_t)(at - stem->uses);
		subsystem = gauge_subsystem_find(stem->planner->plan, word, len);
		needs = subsystem ? subsystem->needs : "";
		while (ok && gauge_next_word(&need, &len, &needs)) {
			name = strndup(need, len);
			ok = name && (gauge_has_word(stem->uses, name) ||
				      gauge_add_word(&stem->uses, name, len));
			free(name);
		}
	}
	return ok ? GNG_OK : gauge_no_memory(stem->planner->why);
}

static enum gng_status find_uses(struct stem *stem, const char *text)
{
	static const char always[] = "vec probe"; /* linked to every test program */
	enum gng_status status;

	if (!gauge_add_word(&stem->uses, stem->subsystem->name, strlen(stem->subsystem->name)))
		return gauge_no_memory(stem->planner->why);
	status = add_needs_line(stem, text);
	if (status == GNG_OK && !gauge_add_word(&stem->uses, always, strlen(always)))
		status = gauge_no_memory(stem->planner->why);
	return status == GNG_OK ? add_closure(stem) : status;
}

/* why_not returns what keeps the file from that build, or NULL: the cause (a subsystem)
 * rather than the consequence (the program). */
static const struct gng_missing *why_not(const struct stem *stem, const struct gng_build *build)
{
	const struct gng_missing *found = NULL;
	const char *at = stem->uses, *word;
	char id[256];
	size_t len;

	while (gauge_next_word(&word, &len, &at))
		for (size_t i = 0; i < build->num_missing; i++)
			if (strlen(build->missing[i].what) == len &&
			    memcmp(build->missing[i].what, word, len) == 0)
				return &build->missing[i];
	snprintf(id, sizeof(id), "%s.%s.%s", stem->suite->name, stem->subsystem->name, stem->name);
	for (size_t i = 0; i < build->num_missing && !found; i++)
		if (strcmp(build->missing[i].what, id) == 0)
			found = &build->missing[i];
	return found;
}

/* ---- tests ---- */

static bool name_test(struct gng_test *test, const struct stem *stem,
		      const struct gauge_entry *entry, const char *variant, size_t variant_len)
{
	test->id = gauge_format("%s.%s.%s.%s", stem->suite->name, stem->subsystem->name, stem->name,
				entry->function);
	test->suite = strdup(stem->suite->name);
	test->subsystem = strdup(stem->subsystem->name);
	test->stem = strdup(stem->name);
	test->function = strdup(entry->function);
	test->variant = strndup(variant, variant_len);
	test->requirements = strdup(entry->requirements);
	test->file = strdup(stem->file);
	test->line = entry->line;
	test->flags = entry->flags;
	test->selected = test->required = true;
	return test->id && test->suite && test->subsystem && test->stem && test->function &&
	       test->variant && test->requirements && test->file;
}

static bool excuse(struct gng_test *test, const struct stem *stem, const struct gng_build *build)
{
	const struct gng_missing *missing = why_not(stem, build);

	if (!missing)
		return true;
	test->cannot = strdup(missing->reason);
	test->remedy = strdup(missing->remedy);
	return test->cannot && test->remedy;
}

static size_t twin_of(const struct gauge_table *table, size_t i)
{
	size_t twin = 0;

	while (strcmp(table->entries[twin].function, table->entries[i].function) != 0)
		twin++;
	return twin;
}

/* accuse marks what makes the test unbelievable: nobody could tell what its PASS means. */
static bool accuse(struct gng_test *test, const struct stem *stem, size_t number)
{
	const struct gauge_table *table = &stem->table;
	bool ok = true;

	for (size_t i = number + 1; i < table->num && ok; i++)
		if (twin_of(table, i) == number)
			ok = gauge_test_break(test, "%s:%d: the name stands in the table twice",
					      stem->file, table->entries[i].line);
	if (ok && (test->flags & GNG_TEST_EACH_VARIANT) && !*stem->subsystem->variants)
		ok = gauge_test_break(test,
				      "%s:%d: runs once a variant, and impl/%s/CMakeLists.txt "
				      "declares no VARIANTS",
				      stem->file, test->line, stem->subsystem->name);
	return ok;
}

static enum gng_status add_test(const struct stem *stem, size_t number,
				const struct gng_build *build, const char *variant, size_t len)
{
	struct gng_plan *plan = stem->planner->plan;
	struct gng_test *grown = gauge_grow(plan->tests, plan->num_tests, sizeof(*grown));

	if (!grown)
		return gauge_no_memory(stem->planner->why);
	plan->tests = grown;
	grown += plan->num_tests++;
	grown->build = build->name;
	if (!name_test(grown, stem, &stem->table.entries[number], variant, len) ||
	    !excuse(grown, stem, build) || !accuse(grown, stem, number))
		return gauge_no_memory(stem->planner->why);
	return GNG_OK;
}

static enum gng_status add_variants(const struct stem *stem, size_t number,
				    const struct gng_build *build)
{
	const bool each = stem->table.entries[number].flags & GNG_TEST_EACH_VARIANT;
	const char *at = stem->subsystem->variants, *variant;
	enum gng_status status = GNG_OK;
	size_t len;

	if (!each || !*at)
		return add_test(stem, number, build, "", 0);
	while (status == GNG_OK && gauge_next_word(&variant, &len, &at))
		status = add_test(stem, number, build, variant, len);
	return status;
}

static enum gng_status add_entry(const struct stem *stem, size_t number)
{
	const struct gauge_planner *planner = stem->planner;
	const struct gauge_entry *entry = &stem->table.entries[number];
	const bool measures = strcmp(stem->suite->name, "hwtests") == 0;
	const size_t num_builds = entry->flags & GNG_TEST_ONCE ? 1 : planner->num_builds;
	const size_t before = planner->plan->num_tests;
	enum gng_status status = GNG_OK;

	if (twin_of(&stem->table, number) == number)
		for (size_t i = 0; i < num_builds && status == GNG_OK; i++)
			/* an instrumented build has no latency worth judging */
			if (!measures || strcmp(planner->builds[i]->name, "release") == 0)
				status = add_variants(stem, number, planner->builds[i]);
	if (status != GNG_OK)
		return status;
	return gauge_requirements_use(stem->planner, entry->requirements,
				      planner->plan->num_tests - before, stem->requirements_file,
				      entry->line);
}

static enum gng_status add_entries(const struct stem *stem)
{
	struct gng_plan *plan = stem->planner->plan;
	const size_t before = plan->num_tests;
	enum gng_status status = GNG_OK;

	for (size_t i = 0; i < stem->table.num && status == GNG_OK; i++)
		status = add_entry(stem, i);
	if (status == GNG_OK && strcmp(stem->suite->name, "hwtests") == 0)
		status = gauge_budget_load(plan->tests + before, plan->num_tests - before,
					   stem->planner->home->source, stem->planner->why);
	return status;
}

/* ---- fuzzers: the replay of the seeds is their one test ---- */

static bool find_seed_requirements(struct gauge_entry *replay, char *text)
{
	static const char opening[] = "# requirements:";
	char *rest = text, *line;
	int number = 0;

	while ((line = gauge_next_line(&rest))) {
		number++;
		if (strncmp(line, opening, sizeof(opening) - 1) != 0)
			continue;
		line += sizeof(opening) - 1;
		replay->requirements = strdup(line + strspn(line, " \t"));
		replay->line = number;
		return true;
	}
	return false;
}

static enum gng_status read_seeds(struct stem *stem, const char *path)
{
	struct gauge_entry *replay = stem->table.entries;
	struct gng_why *why = stem->planner->why;
	enum gng_status status;
	char *text = NULL;

	if (!gauge_exists(path))
		return gng_why_set(why, GNG_EFORMAT, 0, "gauge.plan",
				   "%s: is missing: a fuzzer without seeds tests nothing",
				   stem->requirements_file);
	status = gauge_read(&text, path, why);
	if (status != GNG_OK)
		return status;
	if (!find_seed_requirements(replay, text))
		status = gng_why_set(why, GNG_EFORMAT, 0, "gauge.plan",
				     "%s:1: has no line '# requirements: ID...'",
				     stem->requirements_file);
	else if (!replay->requirements)
		status = gauge_no_memory(why);
	free(text);
	return status;
}

static enum gng_status scan_fuzzer(struct stem *stem)
{
	const struct gauge_planner *planner = stem->planner;
	enum gng_status status;
	char *path;

	free(stem->requirements_file);
	stem->requirements_file =
		gauge_format("fuzz/%s/%s.seeds", stem->subsystem->name, stem->name);
	path = gauge_format("%s/fuzz/%s/%s.seeds", planner->home->source, stem->subsystem->name,
			    stem->name);
	stem->table.entries = gauge_grow(NULL, 0, sizeof(struct gauge_entry));
	if (!path || !stem->requirements_file || !stem->table.entries) {
		free(path);
		return gauge_no_memory(planner->why);
	}
	stem->table.num = 1;
	stem->table.entries[0].line = 1;
	stem->table.entries[0].function = strdup("replay");
	status = stem->table.entries[0].function ? read_seeds(stem, path)
						 : gauge_no_memory(planner->why);
	free(path);
	return status;
}

/* ---- files and folders ---- */

static enum gng_status plan_stem(struct stem *stem)
{
	const struct gauge_planner *planner = stem->planner;
	char *path = gauge_format("%s/%s", planner->home->source, stem->file), *text = NULL;
	enum gng_status status;

	status = path ? gauge_read(&text, path, planner->why) : gauge_no_memory(planner->why);
	if (status == GNG_OK && strcmp(stem->suite->name, "fuzz") == 0)
		status = scan_fuzzer(stem);
	else if (status == GNG_OK)
		status = gauge_scan(&stem->table, stem->file, text, planner->why);
	if (status == GNG_OK)
		status = find_uses(stem, text);
	if (status == GNG_OK)
		status = add_entries(stem);
	free(text);
	free(path);
	return status;
}

static enum gng_status plan_file(struct gauge_planner *planner, const struct suite *suite,
				 const struct gng_subsystem *subsystem, const char *name)
{
	struct stem stem = {.planner = planner, .suite = suite, .subsystem = subsystem};
	enum gng_status status;

	stem.file = gauge_format("%s/%s/%s", suite->name, subsystem->name, name);
	stem.requirements_file = stem.file ? strdup(stem.file) : NULL;
	stem.name = strndup(name, strlen(name) - strlen(suite->suffix));
	if (!stem.file || !stem.requirements_file || !stem.name)
		status = gauge_no_memory(planner->why);
	else if (!gauge_is_name(stem.name))
		status = bad(&stem, "a stem has only a-z, 0-9 and '_': rename it", "", 0);
	else
		status = plan_stem(&stem);
	gauge_table_fini(&stem.table);
	free(stem.file);
	free(stem.requirements_file);
	free(stem.name);
	free(stem.uses);
	return status;
}

static enum gng_status plan_folder(struct gauge_planner *planner, const struct suite *suite,
				   const char *folder)
{
	const struct gng_subsystem *subsystem;
	struct gauge_names list = {0};
	enum gng_status status;
	char *path;

	path = gauge_format("%s/%s/%s", planner->home->source, suite->name, folder);
	if (!path)
		return gauge_no_memory(planner->why);
	status = gauge_list(&list, path, suite->suffix, planner->why);
	free(path);
	subsystem = gauge_subsystem_find(planner->plan, folder, strlen(folder));
	if (status == GNG_OK && list.num && !subsystem)
		status = gng_why_set(planner->why, GNG_EFORMAT, 0, "gauge.plan",
				     "%s/%s: judges no impl/%s: rename the folder or declare the "
				     "subsystem",
				     suite->name, folder, folder);
	for (size_t i = 0; i < list.num && status == GNG_OK; i++)
		status = plan_file(planner, suite, subsystem, list.names[i]);
	gauge_list_fini(&list);
	return status;
}

static enum gng_status plan_suite(struct gauge_planner *planner, const struct suite *suite)
{
	char *path = gauge_format("%s/%s", planner->home->source, suite->name);
	struct gauge_names list = {0};
	enum gng_status status;

	status = path ? gauge_list(&list, path, "", planner->why) : gauge_no_memory(planner->why);
	for (size_t i = 0; i < list.num && status == GNG_OK; i++)
		status = plan_folder(planner, suite, list.names[i]);
	gauge_list_fini(&list);
	free(path);
	return status;
}

enum gng_status gauge_suites_load(struct gauge_planner *planner)
{
	enum gng_status status = GNG_OK;

	for (size_t i = 0; i < sizeof(suites) / sizeof(suites[0]) && status == GNG_OK; i++)
		status = plan_suite(planner, &suites[i]);
	return status;
}
