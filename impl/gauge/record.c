/* SPDX-License-Identifier: Apache-2.0 */
/* record.c - a record as one line of JSON, schema gonogo/record/1 (docs/CLI.md). */
#include "gng_gauge.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#define SCHEMA "gonogo/record/1"

void gng_record_fini(struct gng_record *record)
{
	for (size_t i = 0; i < record->num_figures; i++)
		free((char *)record->figures[i].measure.hist);
	for (size_t i = 0; i < record->num_notes; i++) {
		free(record->notes[i].key);
		free(record->notes[i].value);
	}
	free(record->figures);
	free(record->notes);
	free(record->reason);
	free(record->remedy);
	free(record->log);
	free(record->repro);
	memset(record, 0, sizeof(*record));
}

void gng_records_free(struct gng_record *records, size_t num_records)
{
	for (size_t i = 0; i < num_records; i++)
		gng_record_fini(&records[i]);
	free(records);
}

/* ---- to JSON ---- */

/* JSON has neither NaN nor infinity: an unknown bound is null. */
static json_t *figure_or_null(double value)
{
	return isfinite(value) ? json_real(value) : json_null();
}

/* A log may hold any bytes; a JSON string must be UTF-8. */
static json_t *text_or_null(const char *text)
{
	json_t *string = text ? json_string(text) : NULL;
	char *ascii;

	if (string || !text)
		return string ? string : json_null();
	ascii = strdup(text);
	for (char *c = ascii; c && *c; c++)
		if ((unsigned char)*c >= 0x80)
			*c = '?';
	string = ascii ? json_string(ascii) : NULL;
	free(ascii);
	return string ? string : json_null();
}

static json_t *figure_json(const struct gng_figure *figure)
{
	const struct gng_measure *measure = &figure->measure;
	json_t *json = json_object();
	json_t *blocks = json_array();

	json_object_set_new(json, "name", text_or_null(measure->name));
	json_object_set_new(json, "value", figure_or_null(measure->value));
	json_object_set_new(json, "unit", text_or_null(measure->unit));
	json_object_set_new(json, "n", json_integer((json_int_t)measure->n));
	json_object_set_new(json, "lo", figure_or_null(measure->lo));
	json_object_set_new(json, "hi", figure_or_null(measure->hi));
	json_object_set_new(json, "quantile", json_real(measure->quantile));
	json_object_set_new(json, "floor", figure_or_null(figure->floor_ns));
	for (size_t i = 0; i < measure->num_blocks; i++)
		json_array_append_new(blocks, figure_or_null(measure->blocks[i]));
	json_object_set_new(json, "blocks", blocks);
	if (measure->hist)
		json_object_set_new(json, "hist", text_or_null(measure->hist));
	if (figure->judged) {
		json_object_set_new(json, "budget",
				    json_string(figure->budget.at_least ? ">=" : "<="));
		json_object_set_new(json, "limit", json_real(figure->budget.limit));
		json_object_set_new(json, "machine", json_string(figure->budget.machine));
		json_object_set_new(json, "verdict",
				    json_string(gng_verdict_name(figure->verdict)));
	}
	return json;
}

static json_t *words_json(const char *words)
{
	json_t *array = json_array();
	size_t len;

	for (words += strspn(words, " "); *words; words += len, words += strspn(words, " ")) {
		len = strcspn(words, " ");
		json_array_append_new(array, json_stringn(words, len));
	}
	return array;
}

static json_t *record_json(const struct gng_record *record)
{
	json_t *json = json_object();
	json_t *figures = json_array(), *notes = json_object();

	for (size_t i = 0; i < record->num_figures; i++)
		json_array_append_new(figures, figure_json(&record->figures[i]));
	for (size_t i = 0; i < record->num_notes; i++)
		json_object_set_new(notes, record->notes[i].key,
				    text_or_null(record->notes[i].value));
	json_object_set_new(json, "schema", json_string(SCHEMA));
	json_object_set_new(json, "id", json_string(record->test->id));
	json_object_set_new(json, "variant", json_string(record->test->variant));
	json_object_set_new(json, "build", json_string(record->test->build));
	json_object_set_new(json, "verdict", json_string(gng_verdict_name(record->verdict)));
	json_object_set_new(json, "reason", text_or_null(record->reason));
	json_object_set_new(json, "remedy", text_or_null(record->remedy));
	json_object_set_new(json, "seconds", json_real(record->seconds));
	json_object_set_new(json, "assertions", json_integer((json_int_t)record->assertions));
	json_object_set_new(json, "cases", json_integer((json_int_t)record->cases));
	json_object_set_new(json, "measurements", figures);
	json_object_set_new(json, "notes", notes);
	json_object_set_new(json, "requirement", words_json(record->test->requirements));
	json_object_set_new(json, "started", json_string(record->started));
	json_object_set_new(json, "seed", json_null());
	json_object_set_new(json, "attempt", json_integer(record->attempt));
	json_object_set_new(json, "log", text_or_null(record->log));
	json_object_set_new(json, "repro", text_or_null(record->repro));
	return json;
}

char *gng_record_json(const struct gng_record *record)
{
	json_t *json = record_json(record);
	char *line = json_dumps(json, JSON_COMPACT | JSON_REAL_PRECISION(12));

	json_decref(json);
	return line;
}
