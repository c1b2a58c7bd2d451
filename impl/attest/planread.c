/* SPDX-License-Identifier: Apache-2.0 */
/* planread.c - plan.json back into a plan: the inverse of gng_plan_write, and checked as one. */
#include "attest_evidence.h"

#include <stdlib.h>
#include <string.h>

static char *copy(const json_t *json, const char *key)
{
	const char *text = json_string_value(json_object_get(json, key));

	return strdup(text ? text : "");
}

static char *copy_or_null(const json_t *json, const char *key)
{
	const char *text = json_string_value(json_object_get(json, key));

	return text ? strdup(text) : NULL;
}

/* words joins a list of words by spaces. */
static char *words(const json_t *list)
{
	char *text = NULL;
	size_t len;
	FILE *out = open_memstream(&text, &len);

	for (size_t i = 0; out && i < json_array_size(list); i++) {
		const char *word = json_string_value(json_array_get(list, i));

		fprintf(out, "%s%s", i ? " " : "", word ? word : "");
	}
	return out && fclose(out) == 0 ? text : NULL;
}

/* ---- a test ---- */

/* split cuts "suite.subsystem.stem.function" into its four names. */
static bool split(struct gng_test *test)
{
	char **const parts[] = {&test->suite, &test->subsystem, &test->stem, &test->function};
	const char *at = test->id;

	for (int i = 0; i < 4; i++) {
		const size_t len = i < 3 ? strcspn(at, ".") : strlen(at);

		if (len == 0 || (i < 3 && at[len] != '.'))
			return false;
		*parts[i] = strndup(at, len);
		if (!*parts[i])
			return false;
		at += len + (i < 3);
	}
	return true;
}

static unsigned int flags_of(const json_t *list)
{
	static const struct {
		const char *name;
		unsigned int flag;
	} known[] = {{"each-variant", GNG_TEST_EACH_VARIANT},
		     {"slow", GNG_TEST_SLOW},
		     {"latency", GNG_TEST_LATENCY},
		     {"counts", GNG_TEST_COUNTS},
		     {"once", GNG_TEST_ONCE},
		     {"planned", GNG_TEST_PLANNED}};
	unsigned int flags = 0;

	for (size_t i = 0; i < json_array_size(list); i++)
		for (size_t k = 0; k < sizeof(known) / sizeof(known[0]); k++) {
			const char *name = json_string_value(json_array_get(list, i));

			flags |= name && strcmp(name, known[k].name) == 0 ? known[k].flag : 0;
		}
	return flags;
}

static void set(char *to, size_t cap, const json_t *json, const char *key)
{
	const char *text = json_string_value(json_object_get(json, key));

	snprintf(to, cap, "%s", text ? text : "");
}

static bool read_budgets(struct gng_test *test, const json_t *list)
{
	const size_t num = json_array_size(list);
	struct gng_budget *budget;

	test->budgets = calloc(num + 1, sizeof(*test->budgets));
	for (; test->budgets && test->num_budgets < num; test->num_budgets++) {
		const json_t *json = json_array_get(list, test->num_budgets);
		const char *sense = json_string_value(json_object_get(json, "sense"));

		budget = &test->budgets[test->num_budgets];
		set(budget->metric, sizeof(budget->metric), json, "metric");
		set(budget->unit, sizeof(budget->unit), json, "unit");
		set(budget->machine, sizeof(budget->machine), json, "machine");
		budget->at_least = sense && strcmp(sense, ">=") == 0;
		budget->limit = json_number_value(json_object_get(json, "limit"));
	}
	return test->budgets != NULL;
}

/* build_name returns a name that lives as long as the evidence: there are few. */
static const char *build_name(struct evidence *evidence, const char *name)
{
	char **more;

	for (size_t i = 0; i < evidence->num_builds; i++)
		if (strcmp(evidence->builds[i], name) == 0)
			return evidence->builds[i];
	more = reallocarray(evidence->builds, evidence->num_builds + 1, sizeof(*more));
	if (!more)
		return NULL;
	evidence->builds = more;
	more[evidence->num_builds] = strdup(name);
	return more[evidence->num_builds] ? more[evidence->num_builds++] : NULL;
}

static bool read_test(struct evidence *evidence, struct gng_test *test, const json_t *json)
{
	const char *build = json_string_value(json_object_get(json, "build"));

	test->id = copy(json, "id");
	test->variant = copy(json, "variant");
	test->build = build_name(evidence, build ? build : "");
	test->requirements = words(json_object_get(json, "requirement"));
	test->file = copy(json, "file");
	test->line = (int)json_integer_value(json_object_get(json, "line"));
	test->flags = flags_of(json_object_get(json, "flags"));
	test->cannot = copy_or_null(json, "cannot");
	test->remedy = copy_or_null(json, "remedy");
	test->broken = copy_or_null(json, "broken");
	test->selected = json_is_true(json_object_get(json, "selected"));
	test->required = json_is_true(json_object_get(json, "required"));
	test->named = json_is_true(json_object_get(json, "named"));
	return test->id && test->variant && test->build && test->requirements && test->file &&
	       split(test) && read_budgets(test, json_object_get(json, "budgets"));
}

/* is_after: gng_plan_find searches a sorted list, and a key must not stand twice. */
static bool is_after(const struct gng_test *test, const struct gng_test *before)
{
	int order = strcmp(test->id, before->id);

	if (order == 0)
		order = strcmp(test->variant, before->variant);
	return (order ? order : strcmp(test->build, before->build)) > 0;
}

static enum gng_status read_tests(struct evidence *evidence, const json_t *list)
{
	struct gng_plan *plan = evidence->plan;
	const size_t num = json_array_size(list);

	plan->tests = calloc(num + 1, sizeof(*plan->tests));
	if (!plan->tests)
		return evidence_bad(evidence, NULL, "no memory");
	while (plan->num_tests < num) {
		struct gng_test *test = &plan->tests[plan->num_tests++];

		if (!read_test(evidence, test, json_array_get(list, plan->num_tests - 1)))
			return evidence_bad(evidence, "plan.json",
					    "test %zu has no id of four names", plan->num_tests);
		if (plan->num_tests > 1 && !is_after(test, test - 1))
			return evidence_bad(evidence, "plan.json",
					    "%.120s is there twice, or out of order", test->id);
	}
	return GNG_OK;
}

/* ---- requirements and subsystems ---- */

static bool read_requirements(struct gng_plan *plan, const json_t *list)
{
	const size_t num = json_array_size(list);

	plan->requirements = calloc(num + 1, sizeof(*plan->requirements));
	for (; plan->requirements && plan->num_requirements < num; plan->num_requirements++) {
		struct gng_requirement *one = &plan->requirements[plan->num_requirements];
		const json_t *json = json_array_get(list, plan->num_requirements);

		one->id = copy(json, "id");
		one->clause = copy(json, "clause");
		one->text = copy(json, "text");
		one->subsystem = copy(json, "subsystem");
		one->num_tests = (size_t)json_integer_value(json_object_get(json, "tests"));
		one->planned = json_is_true(json_object_get(json, "planned"));
		one->file = strdup(""); /* a plan does not tell it */
	}
	return plan->requirements != NULL;
}

static bool read_subsystems(struct gng_plan *plan, const json_t *list)
{
	const size_t num = json_array_size(list);

	plan->subsystems = calloc(num + 1, sizeof(*plan->subsystems));
	for (; plan->subsystems && plan->num_subsystems < num; plan->num_subsystems++) {
		struct gng_subsystem *one = &plan->subsystems[plan->num_subsystems];
		const json_t *json = json_array_get(list, plan->num_subsystems);

		one->name = copy(json, "name");
		one->needs = words(json_object_get(json, "needs"));
		one->packages = words(json_object_get(json, "requires"));
		one->variants = words(json_object_get(json, "variants"));
		one->command = copy(json, "command");
	}
	return plan->subsystems != NULL;
}

/* ---- the whole ---- */

static enum gng_status read_plan(struct evidence *evidence, const json_t *json)
{
	struct gng_plan *plan = evidence->plan;
	const char *stated = json_string_value(json_object_get(json, "sha256"));
	enum gng_status status = read_tests(evidence, json_object_get(json, "tests"));

	if (status == GNG_OK && (!read_requirements(plan, json_object_get(json, "requirements")) ||
				 !read_subsystems(plan, json_object_get(json, "subsystems"))))
		status = evidence_bad(evidence, NULL, "no memory");
	if (status == GNG_OK)
		status = gng_plan_name(plan, evidence->why);
	if (status == GNG_OK && (!stated || strcmp(stated, plan->sha256) != 0))
		status =
			evidence_bad(evidence, "plan.json",
				     "its sha256 is not that of its tests, %.12s...", plan->sha256);
	return status;
}

enum gng_status evidence_plan(struct evidence *evidence)
{
	json_t *json;
	enum gng_status status = evidence_json(evidence, &json, "plan.json");

	if (status != GNG_OK)
		return status;
	evidence->plan = calloc(1, sizeof(*evidence->plan));
	status = evidence->plan ? read_plan(evidence, json)
				: evidence_bad(evidence, NULL, "no memory");
	json_decref(json);
	return status;
}
