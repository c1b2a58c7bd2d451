/* SPDX-License-Identifier: Apache-2.0 */
/* summary.c - summary.json, which is also `gonogo signoff --json` (docs/CLI.md). */
#include "gng_signoff.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

/* text is a JSON string; what is no UTF-8 is replaced, not lost with its key. */
static json_t *text(const char *string)
{
	json_t *json = json_string(string ? string : "");
	char *ascii;

	if (json)
		return json;
	ascii = strdup(string ? string : "");
	for (char *c = ascii; c && *c; c++)
		if ((unsigned char)*c >= 0x80)
			*c = '?';
	json = json_string(ascii ? ascii : "");
	free(ascii);
	return json;
}

static json_t *counts_json(const size_t count[GNG_NUM_VERDICTS])
{
	json_t *json = json_object();

	for (int v = 0; v < GNG_NUM_VERDICTS; v++)
		json_object_set_new(json, gng_verdict_name((enum gng_verdict)v),
				    json_integer((json_int_t)count[v]));
	return json;
}

/* machine_json keeps the order of the report: a list of groups would lose it. */
static json_t *machine_json(const struct gng_machine *machine)
{
	json_t *json = json_array();

	for (size_t i = 0; machine && i < machine->num_facts; i++) {
		json_t *fact = json_object();

		json_object_set_new(fact, "group", text(machine->facts[i].group));
		json_object_set_new(fact, "name", text(machine->facts[i].name));
		json_object_set_new(fact, "value", text(machine->facts[i].value));
		json_array_append_new(json, fact);
	}
	return json;
}

static json_t *item_json(const struct gng_signoff_item *item)
{
	json_t *json = json_object();

	json_object_set_new(json, "commit", text(item ? item->commit : GNG_SIGNOFF_ABSENT));
	json_object_set_new(json, "tree", text(item ? item->tree : GNG_SIGNOFF_ABSENT));
	json_object_set_new(json, "state", text(item ? item->state : GNG_SIGNOFF_ABSENT));
	return json;
}

static json_t *worst_json(const struct gng_noise *noise)
{
	json_t *list = json_array();

	for (size_t i = 0; i < noise->num_worst; i++) {
		const struct gng_noise_gap *gap = &noise->worst[i];

		json_array_append_new(list,
				      json_pack("{sI sI si ss}", "begin_ns",
						(json_int_t)gap->begin_ns, "length_ns",
						(json_int_t)gap->length_ns, "cpu", (int)gap->cpu,
						"cause", gng_noise_class_name(gap->class_of_gap)));
	}
	return list;
}

static json_t *floor_json(const struct gng_noise *noise)
{
	json_t *json = json_object();
	char *hist = NULL;

	if (!noise)
		return json_decref(json), json_null();
	if (gng_hist_encode(&hist, noise->hist, NULL) == GNG_OK)
		json_object_set_new(json, "hist", text(hist));
	json_object_set_new(json, "unit", json_string("ns"));
	for (int c = 0; c < GNG_NOISE_NUM_CLASSES; c++) {
		json_t *sum = json_object();

		json_object_set_new(sum, "gaps",
				    json_integer((json_int_t)noise->classes[c].num_gaps));
		json_object_set_new(sum, "total_ns",
				    json_integer((json_int_t)noise->classes[c].total_ns));
		json_object_set_new(sum, "max_ns",
				    json_integer((json_int_t)noise->classes[c].max_ns));
		json_object_set_new(json, gng_noise_class_name((enum gng_noise_class)c), sum);
	}
	json_object_set_new(json, "worst", worst_json(noise));
	free(hist);
	return json;
}

static json_t *records_json(const struct gng_signoff *signoff)
{
	json_t *json = json_array();

	for (size_t i = 0; i < signoff->num_records; i++) {
		char *line = gng_record_json(&signoff->records[i]);

		json_array_append_new(json, line ? json_loads(line, 0, NULL) : json_null());
		free(line);
	}
	return json;
}

static void add_counts(json_t *json, const struct gng_tally *tally)
{
	json_object_set_new(json, "planned", json_integer((json_int_t)tally->planned));
	json_object_set_new(json, "required", json_integer((json_int_t)tally->required));
	json_object_set_new(json, "counts", counts_json(tally->count));
	json_object_set_new(json, "counts_required", counts_json(tally->count_required));
}

char *gng_signoff_summary(const struct gng_signoff *signoff)
{
	json_t *json = json_object();
	char *line;

	json_object_set_new(json, "verdict", text(gng_overall_name(signoff->tally->overall)));
	json_object_set_new(json, "profile", text(signoff->profile->name));
	json_object_set_new(json, "profile_sha256", text(signoff->profile->sha256));
	json_object_set_new(json, "grade", text(signoff->grade));
	add_counts(json, signoff->tally);
	json_object_set_new(json, "id", text(signoff->id));
	json_object_set_new(json, "started", text(signoff->started));
	json_object_set_new(json, "seconds", json_real(signoff->seconds));
	json_object_set_new(json, "version", text(signoff->version));
	json_object_set_new(json, "command", text(signoff->command));
	json_object_set_new(json, "plan_sha256", text(signoff->plan->sha256));
	json_object_set_new(json, "item", item_json(signoff->item));
	json_object_set_new(json, "machine", machine_json(signoff->machine));
	json_object_set_new(json, "floor_before", floor_json(signoff->before));
	json_object_set_new(json, "floor_after", floor_json(signoff->after));
	json_object_set_new(json, "previous",
			    signoff->previous ? text(signoff->previous->id) : json_null());
	json_object_set_new(json, "records", records_json(signoff));
	line = json_dumps(json, JSON_INDENT(1) | JSON_REAL_PRECISION(12));
	json_decref(json);
	return line;
}
