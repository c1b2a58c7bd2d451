/* SPDX-License-Identifier: Apache-2.0 */
/* planjson.c - writes plan.json, schema "gonogo/plan/1": what was going to be judged. */
#include "gng_gauge.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "gauge_text.h"

static json_t *words_json(const char *words)
{
	json_t *array = json_array();
	const char *word;
	size_t len;

	while (gauge_next_word(&word, &len, &words))
		json_array_append_new(array, json_stringn(word, len));
	return array;
}

static json_t *flags_json(unsigned int flags)
{
	json_t *array = json_array();

	if (flags & GNG_TEST_EACH_VARIANT)
		json_array_append_new(array, json_string("each-variant"));
	if (flags & GNG_TEST_SLOW)
		json_array_append_new(array, json_string("slow"));
	if (flags & GNG_TEST_LATENCY)
		json_array_append_new(array, json_string("latency"));
	if (flags & GNG_TEST_PLANNED)
		json_array_append_new(array, json_string("planned"));
	return array;
}

static json_t *budgets_json(const struct gng_test *test)
{
	json_t *array = json_array();
	const struct gng_budget *budget;

	for (size_t i = 0; i < test->num_budgets; i++) {
		budget = &test->budgets[i];
		json_array_append_new(
			array, json_pack("{ss ss sf ss ss}", "metric", budget->metric, "sense",
					 budget->at_least ? ">=" : "<=", "limit", budget->limit,
					 "unit", budget->unit, "machine", budget->machine));
	}
	return array;
}

static json_t *test_json(const struct gng_test *test)
{
	return json_pack("{ss ss ss so ss si so so ss* ss* ss* sb sb sb}", "id", test->id,
			 "variant", test->variant, "build", test->build, "requirement",
			 words_json(test->requirements), "file", test->file, "line", test->line,
			 "flags", flags_json(test->flags), "budgets", budgets_json(test), "cannot",
			 test->cannot, "remedy", test->remedy, "broken", test->broken, "selected",
			 test->selected, "required", test->required, "named", test->named);
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
	bool ok = true;

	for (size_t i = 0; i < plan->num_tests; i++)
		ok &= json_array_append_new(tests, test_json(&plan->tests[i])) == 0;
	for (size_t i = 0; i < plan->num_requirements; i++)
		ok &= json_array_append_new(requirements,
					    requirement_json(&plan->requirements[i])) == 0;
	for (size_t i = 0; i < plan->num_subsystems; i++)
		ok &= json_array_append_new(subsystems, subsystem_json(&plan->subsystems[i])) == 0;
	if (ok)
		return json_pack("{ss ss so so so}", "schema", "gonogo/plan/1", "sha256",
				 plan->sha256, "subsystems", subsystems, "requirements",
				 requirements, "tests", tests);
	json_decref(tests);
	json_decref(requirements);
	json_decref(subsystems);
	return NULL;
}

enum gng_status gng_plan_write(const struct gng_plan *plan, const char *path, struct gng_why *why)
{
	json_t *json = plan_json(plan);
	char *text = json ? json_dumps(json, JSON_INDENT(1)) : NULL;
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
