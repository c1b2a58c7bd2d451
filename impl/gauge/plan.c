/* SPDX-License-Identifier: Apache-2.0 */
/* plan.c - opens, sorts, names and finds: the plan is what the source text says will run. */
#include "gng_gauge.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "gauge_plan.h"
#include "gauge_scan.h"
#include "gauge_text.h"

const struct gng_subsystem *gauge_subsystem_find(const struct gng_plan *plan, const char *name,
						 size_t len)
{
	for (size_t i = 0; i < plan->num_subsystems; i++)
		if (strlen(plan->subsystems[i].name) == len &&
		    memcmp(plan->subsystems[i].name, name, len) == 0)
			return &plan->subsystems[i];
	return NULL;
}

bool gauge_test_break(struct gng_test *test, const char *format, ...)
{
	va_list args;

	if (test->broken)
		return true;
	va_start(args, format);
	test->broken = gauge_vformat(format, args);
	va_end(args);
	return test->broken != NULL;
}

/* ---- builds ---- */

static bool wants_build(const char *builds, const struct gng_home *home, size_t i)
{
	if (!builds)
		return i == 0;
	return strcmp(builds, "all") == 0 || gauge_has_word(builds, home->builds[i].name);
}

static enum gng_status no_build(const struct gng_home *home, const char *name, size_t len,
				struct gng_why *why)
{
	char *known = NULL;
	enum gng_status status;

	for (size_t i = 0; i < home->num_builds; i++)
		if (!gauge_add_word(&known, home->builds[i].name, strlen(home->builds[i].name)))
			break;
	status = gng_why_set(why, GNG_EINVAL, 0, "gauge.plan",
			     "no build is called '%.*s' here: there are %s", (int)len, name,
			     known ? known : "none");
	free(known);
	return status;
}

static enum gng_status check_builds(const struct gng_home *home, const char *builds,
				    struct gng_why *why)
{
	const char *word;
	size_t len, i;

	while (gauge_next_word(&word, &len, &builds)) {
		for (i = 0; i < home->num_builds; i++)
			if (strlen(home->builds[i].name) == len &&
			    memcmp(home->builds[i].name, word, len) == 0)
				break;
		if (i == home->num_builds)
			return no_build(home, word, len, why);
	}
	return GNG_OK;
}

static enum gng_status choose_builds(struct gauge_planner *planner, const char *builds)
{
	const struct gng_home *home = planner->home;
	enum gng_status status = GNG_OK;

	if (builds && strcmp(builds, "all") != 0)
		status = check_builds(home, builds, planner->why);
	if (status != GNG_OK)
		return status;
	planner->builds = calloc(home->num_builds, sizeof(struct gng_build *));
	if (!planner->builds)
		return gauge_no_memory(planner->why);
	for (size_t i = 0; i < home->num_builds; i++)
		if (wants_build(builds, home, i))
			planner->builds[planner->num_builds++] = &home->builds[i];
	if (planner->num_builds == 0)
		return no_build(home, builds, strlen(builds), planner->why);
	return GNG_OK;
}

/* ---- subsystems ---- */

static enum gng_status load_subsystem(struct gauge_planner *planner, const char *folder)
{
	struct gng_plan *plan = planner->plan;
	char *path = gauge_format("%s/impl/%s/CMakeLists.txt", planner->home->source, folder);
	const char *file = path ? path + strlen(planner->home->source) + 1 : NULL;
	struct gng_subsystem *grown;
	enum gng_status status;
	char *text = NULL;

	grown = gauge_grow(plan->subsystems, plan->num_subsystems, sizeof(*grown));
	if (grown)
		plan->subsystems = grown;
	if (!path || !grown)
		status = gauge_no_memory(planner->why);
	else
		status = gauge_read(&text, path, planner->why);
	if (status == GNG_OK)
		status = gauge_declare(&grown[plan->num_subsystems], file, folder, text,
				       planner->why);
	if (status == GNG_OK)
		plan->num_subsystems++;
	free(text);
	free(path);
	return status;
}

static enum gng_status check_needs(const struct gauge_planner *planner)
{
	const struct gng_plan *plan = planner->plan;
	const char *needs, *word;
	size_t len;

	for (size_t i = 0; i < plan->num_subsystems; i++) {
		needs = plan->subsystems[i].needs;
		while (gauge_next_word(&word, &len, &needs))
			if (!gauge_subsystem_find(plan, word, len))
				return gng_why_set(planner->why, GNG_EFORMAT, 0, "gauge.plan",
						   "impl/%s/CMakeLists.txt: NEEDS %.*s, and there "
						   "is no impl/%.*s",
						   plan->subsystems[i].name, (int)len, word,
						   (int)len, word);
	}
	return GNG_OK;
}

/* A folder without a CMakeLists.txt is no subsystem, as for CMake itself. */
static enum gng_status load_folder(struct gauge_planner *planner, const char *folder)
{
	char *path = gauge_format("%s/impl/%s/CMakeLists.txt", planner->home->source, folder);
	enum gng_status status = GNG_OK;

	if (!path)
		return gauge_no_memory(planner->why);
	if (gauge_exists(path))
		status = load_subsystem(planner, folder);
	free(path);
	return status;
}

static enum gng_status load_subsystems(struct gauge_planner *planner)
{
	char *impl = gauge_format("%s/impl", planner->home->source);
	struct gauge_names list = {0};
	enum gng_status status;

	status = impl ? gauge_list(&list, impl, "", planner->why) : gauge_no_memory(planner->why);
	for (size_t i = 0; i < list.num && status == GNG_OK; i++)
		status = load_folder(planner, list.names[i]);
	if (status == GNG_OK && planner->plan->num_subsystems == 0)
		status = gng_why_set(planner->why, GNG_EFORMAT, 0, "gauge.plan",
				     "%s: declares no subsystem: is this the source tree?", impl);
	gauge_list_fini(&list);
	free(impl);
	return status == GNG_OK ? check_needs(planner) : status;
}

/* ---- order and name ---- */

static int by_key(const void *a, const void *b)
{
	const struct gng_test *one = a, *other = b;
	int order = strcmp(one->id, other->id);

	if (order == 0)
		order = strcmp(one->variant, other->variant);
	return order ? order : strcmp(one->build, other->build);
}

void gauge_plan_sort(struct gng_plan *plan)
{
	if (plan->num_tests)
		qsort(plan->tests, plan->num_tests, sizeof(*plan->tests), by_key);
}

enum gng_status gng_plan_name(struct gng_plan *plan, struct gng_why *why)
{
	enum gng_status status;
	char *text = NULL;
	size_t len;
	FILE *lines = open_memstream(&text, &len);
	bool ok = lines != NULL;

	for (size_t i = 0; i < plan->num_tests && ok; i++)
		ok = fprintf(lines, "%s\t%s\t%s\t%s\n", plan->tests[i].id, plan->tests[i].variant,
			     plan->tests[i].build, plan->tests[i].requirements) > 0;
	if (lines && fclose(lines) != 0)
		ok = false;
	/* without memory for its buffer, the stream of glibc 2.36 closes as if all were well */
	status = ok && text ? gauge_sha256(plan->sha256, text, len, why) : gauge_no_memory(why);
	free(text);
	return status;
}

/* ---- open, find, close ---- */

static enum gng_status open_in(struct gauge_planner *planner, const char *builds)
{
	struct gng_plan *plan = planner->plan;
	enum gng_status status;

	status = choose_builds(planner, builds);
	if (status == GNG_OK)
		status = load_subsystems(planner);
	if (status == GNG_OK)
		status = gauge_requirements_load(planner);
	if (status == GNG_OK)
		status = gauge_suites_load(planner);
	if (status == GNG_OK)
		status = gauge_requirements_check(planner);
	if (status != GNG_OK)
		return status;
	gauge_plan_sort(plan);
	return gng_plan_name(plan, planner->why);
}

enum gng_status gng_plan_open(struct gng_plan **plan, const struct gng_home *home,
			      const char *builds, struct gng_why *why)
{
	struct gauge_planner planner = {.home = home, .why = why};
	enum gng_status status;

	planner.plan = calloc(1, sizeof(*planner.plan));
	status = planner.plan ? open_in(&planner, builds) : gauge_no_memory(why);
	free(planner.builds);
	free(planner.used);
	if (status == GNG_OK)
		*plan = planner.plan;
	else
		gng_plan_close(planner.plan);
	return status;
}

static size_t first_of(const struct gng_plan *plan, const char *id)
{
	size_t low = 0, high = plan->num_tests, middle;

	while (low < high) {
		middle = low + (high - low) / 2;
		if (strcmp(plan->tests[middle].id, id) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

struct gng_test *gng_plan_find(const struct gng_plan *plan, const char *id, const char *variant,
			       const char *build)
{
	struct gng_test *test;

	for (size_t i = first_of(plan, id); i < plan->num_tests; i++) {
		test = &plan->tests[i];
		if (strcmp(test->id, id) != 0)
			return NULL;
		if ((!variant || strcmp(test->variant, variant) == 0) &&
		    (!build || strcmp(test->build, build) == 0))
			return test;
	}
	return NULL;
}

static void test_fini(struct gng_test *test)
{
	free(test->id);
	free(test->suite);
	free(test->subsystem);
	free(test->stem);
	free(test->function);
	free(test->variant);
	free(test->requirements);
	free(test->file);
	free(test->cannot);
	free(test->remedy);
	free(test->broken);
	free(test->budgets);
}

void gng_plan_close(struct gng_plan *plan)
{
	if (!plan)
		return;
	for (size_t i = 0; i < plan->num_tests; i++)
		test_fini(&plan->tests[i]);
	for (size_t i = 0; i < plan->num_subsystems; i++)
		gauge_subsystem_fini(&plan->subsystems[i]);
	for (size_t i = 0; i < plan->num_requirements; i++) {
		free(plan->requirements[i].id);
		free(plan->requirements[i].clause);
		free(plan->requirements[i].text);
		free(plan->requirements[i].subsystem);
		free(plan->requirements[i].file);
	}
	free(plan->tests);
	free(plan->subsystems);
	free(plan->requirements);
	free(plan);
}
