/* SPDX-License-Identifier: Apache-2.0 */
/* planjson.c - writes plan.json, schema "gonogo/plan/1": what was going to be judged. */
#include "gng_gauge.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "gauge_json.h"
#include "gauge_text.h"

static json_t *words_json(const char *words)
{
	json_t *array = json_array();
	const char *word;
	size_t len;

	while (gauge_next_word(&word, &len, &words))
		gauge_json_add(&array, json_stringn(word, len));
	return array;
}

static json_t *flags_json(unsigned int flags)
{
	json_t *array = json_array();

	if (flags & GNG_TEST_EACH_VARIANT)
		gauge_json_add(&array, json_string("each-variant"));
	if (flags & GNG_TEST_SLOW)
		gauge_json_add(&array, json_string("slow"));
	if (flags & GNG_TEST_LATENCY)
		gauge_json_add(&array, json_string("latency"));
	if (flags & GNG_TEST_COUNTS)
		gauge_json_add(&array, json_string("counts"));
	if (flags & GNG_TEST_ONCE)
		gauge_json_add(&array, json_string("once"));
	if (flags & GNG_TEST_PLANNED)
		gauge_json_add(&array, json_string("planned"));
	return array;
}

static json_t *budgets_json(const struct gng_test *test)
{
	json_t *array = json_array();
	const struct gng_budget *budget;

	for (size_t i = 0; i < test->num_budgets; i++) {
		budget = &test->budgets[i];
		gauge_json_add(&array,
			       json_pack("{ss ss sf ss ss}", "metric", budget->metric, "sense",
					 budget->at_least ? ">=" : "<=", "limit", budget->limit,
					 "unit", budget->unit, "machine", budget->machine));
	}
	return array;
}

/* set_text: the "ss*" of json_pack takes a text that finds no memory for one that is absent. */
static void set_text(json_t **json, const char *key, const char *text)
{
	if (text)
		gauge_json_set(json, key, json_string(text));
}

static json_t *test_json(const struct gng_test *test)
{
	json_t *json =
		json_pack("{ss ss ss so ss si so so}", "id", test->id, "variant", test->variant,
			  "build", test->build, "requirement", words_json(test->requirements),
			  "file", test->file, "line", test->line, "flags", flags_json(test->flags),
			  "budgets", budgets_json(test));

	set_text(&json, "cannot", test->cannot);
	set_text(&json, "remedy", test->remedy);
	set_text(&json, "broken", test->broken);
	gauge_json_set(&json, "selected", json_boolean(test->selected));
	gauge_json_set(&json, "required", json_boolean(test->required));
	gauge_json_set(&json, "named", json_boolean(test->named));
	return json;
}

static json_t *requirement_json(const struct gng_requirement *requirement)
{
	return json_pack("{ss ss ss ss sI sb}", "id", requirement->id, "clause",
			 requirement->clause, "text", requirement->text, "subsystem",
			 requirement->subsystem, "tests", (json_int_t)requirement->num_tests,
			 "planned", requirement->planned);
}

static json_t *subsystem_json(const struct gng_subsystem *subsystem)
{
	return json_pack("{ss so so so ss}", "name", subsystem->name, "needs",
			 words_json(subsystem->needs), "requires", words_json(subsystem->packages),
			 "variants", words_json(subsystem->variants), "command",
			 subsystem->command);
}

static json_t *plan_json(const struct gng_plan *plan)
{
	json_t *tests = json_array(), *requirements = json_array(), *subsystems = json_array();

	for (size_t i = 0; i < plan->num_tests; i++)
		gauge_json_add(&tests, test_json(&plan->tests[i]));
	for (size_t i = 0; i < plan->num_requirements; i++)
		gauge_json_add(&requirements, requirement_json(&plan->requirements[i]));
	for (size_t i = 0; i < plan->num_subsystems; i++)
		gauge_json_add(&subsystems, subsystem_json(&plan->subsystems[i]));
	return json_pack("{ss ss so so so}", "schema", "gonogo/plan/1", "sha256", plan->sha256,
			 "subsystems", subsystems, "requirements", requirements, "tests", tests);
}

enum gng_status gng_plan_write(const struct gng_plan *plan, const char *path, struct gng_why *why)
{
	json_t *json = plan_json(plan);
	char *text = gauge_json_text(json, JSON_INDENT(1));
	bool written;
	FILE *file;

	json_decref(json);
	if (!text)
		return gauge_no_memory(why);
	file = fopen(path, "we");
	written = file && fprintf(file, "%s\n", text) > 0;
	if (file && fclose(file) != 0)
		written = false; /* a full disk may show only here */
	free(text);
	if (written)
		return GNG_OK;
	return gng_why_set(why, GNG_ESYS, errno, "gauge.plan", "%s: cannot be written: %s", path,
			   strerror(errno));
}
