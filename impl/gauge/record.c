/* SPDX-License-Identifier: Apache-2.0 */
/* record.c - a record as one line of JSON, schema gonogo/record/1 (docs/CLI.md). */
#include "gng_gauge.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "gauge_json.h"

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

/* A log may hold any bytes; a JSON string must be UTF-8. NULL if memory ran out. */
static json_t *text_or_null(const char *text)
{
	json_t *string = text ? json_string(text) : json_null();
	char *ascii;

	if (string)
		return string;
	ascii = strdup(text);
	for (char *c = ascii; c && *c; c++)
		if ((unsigned char)*c >= 0x80)
			*c = '?';
	string = ascii ? json_string(ascii) : NULL;
	free(ascii);
	return string;
}

static json_t *figure_json(const struct gng_figure *figure)
{
	const struct gng_measure *measure = &figure->measure;
	json_t *json = json_object();
	json_t *blocks = json_array();

	gauge_json_set(&json, "name", text_or_null(measure->name));
	gauge_json_set(&json, "value", figure_or_null(measure->value));
	gauge_json_set(&json, "unit", text_or_null(measure->unit));
	gauge_json_set(&json, "n", json_integer((json_int_t)measure->n));
	gauge_json_set(&json, "lo", figure_or_null(measure->lo));
	gauge_json_set(&json, "hi", figure_or_null(measure->hi));
	gauge_json_set(&json, "quantile", json_real(measure->quantile));
	gauge_json_set(&json, "floor", figure_or_null(figure->floor_ns));
	for (size_t i = 0; i < measure->num_blocks; i++)
		gauge_json_add(&blocks, figure_or_null(measure->blocks[i]));
	gauge_json_set(&json, "blocks", blocks);
	if (measure->hist)
		gauge_json_set(&json, "hist", text_or_null(measure->hist));
	if (figure->judged) {
		gauge_json_set(&json, "budget", json_string(figure->budget.at_least ? ">=" : "<="));
		gauge_json_set(&json, "limit", json_real(figure->budget.limit));
		gauge_json_set(&json, "machine", json_string(figure->budget.machine));
		gauge_json_set(&json, "verdict", json_string(gng_verdict_name(figure->verdict)));
	}
	return json;
}

static json_t *words_json(const char *words)
{
	json_t *array = json_array();
	size_t len;

	for (words += strspn(words, " "); *words; words += len, words += strspn(words, " ")) {
		len = strcspn(words, " ");
		gauge_json_add(&array, json_stringn(words, len));
	}
	return array;
}

static void set_note(json_t **notes, const struct gng_probe_note *note)
{
	json_t *key = text_or_null(note->key);

	gauge_json_set(notes, key ? json_string_value(key) : NULL, text_or_null(note->value));
	json_decref(key);
}

static json_t *record_json(const struct gng_record *record)
{
	json_t *json = json_object();
	json_t *figures = json_array(), *notes = json_object();

	for (size_t i = 0; i < record->num_figures; i++)
		gauge_json_add(&figures, figure_json(&record->figures[i]));
	for (size_t i = 0; i < record->num_notes; i++)
		set_note(&notes, &record->notes[i]);
	gauge_json_set(&json, "schema", json_string(SCHEMA));
	gauge_json_set(&json, "id", json_string(record->test->id));
	gauge_json_set(&json, "variant", json_string(record->test->variant));
	gauge_json_set(&json, "build", json_string(record->test->build));
	gauge_json_set(&json, "verdict", json_string(gng_verdict_name(record->verdict)));
	gauge_json_set(&json, "reason", text_or_null(record->reason));
	gauge_json_set(&json, "remedy", text_or_null(record->remedy));
	gauge_json_set(&json, "seconds", json_real(record->seconds));
	gauge_json_set(&json, "assertions", json_integer((json_int_t)record->assertions));
	gauge_json_set(&json, "cases", json_integer((json_int_t)record->cases));
	gauge_json_set(&json, "measurements", figures);
	gauge_json_set(&json, "notes", notes);
	gauge_json_set(&json, "requirement", words_json(record->test->requirements));
	gauge_json_set(&json, "started", json_string(record->started));
	gauge_json_set(&json, "seed", json_null());
	gauge_json_set(&json, "attempt", json_integer(record->attempt));
	gauge_json_set(&json, "log", text_or_null(record->log));
	gauge_json_set(&json, "repro", text_or_null(record->repro));
	return json;
}

char *gng_record_json(const struct gng_record *record)
{
	json_t *json = record_json(record);
	char *line = gauge_json_text(json, JSON_COMPACT | JSON_REAL_PRECISION(12));

	json_decref(json);
	return line;
}
