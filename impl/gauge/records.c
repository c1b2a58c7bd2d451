/* SPDX-License-Identifier: Apache-2.0 */
/* records.c - reads records.jsonl of an earlier run against today's plan. */
#include "gng_gauge.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <gng_sysfile.h>
#include <jansson.h>

#define SCHEMA "gonogo/record/1"
#define MAX_RECORDS ((size_t)256 << 20)

struct reader {
	const char *path;
	size_t line;
	const struct gng_plan *plan;
	struct gng_record *records;
	size_t num_records, num_strangers;
	struct gng_why *why;
};

static enum gng_status bad(const struct reader *reader, const char *what)
{
	return gng_why_set(reader->why, GNG_EFORMAT, 0, "gauge.records", "%s:%zu: %s", reader->path,
			   reader->line, what);
}

static const char *text_of(const json_t *json, const char *key)
{
	const char *text = json_string_value(json_object_get(json, key));

	return text ? text : "";
}

static char *copy_of(const json_t *json, const char *key)
{
	const char *text = json_string_value(json_object_get(json, key));

	return text ? strdup(text) : NULL;
}

static double number_of(const json_t *json, const char *key)
{
	const json_t *value = json_object_get(json, key);

	return json_is_number(value) ? json_number_value(value) : NAN;
}

static bool read_verdict(enum gng_verdict *verdict, const char *name)
{
	for (int v = 0; v < GNG_NUM_VERDICTS; v++) {
		*verdict = (enum gng_verdict)v;
		if (strcmp(gng_verdict_name(*verdict), name) == 0)
			return true;
	}
	return false;
}

static void read_figure(struct gng_figure *figure, const json_t *json)
{
	struct gng_measure *measure = &figure->measure;
	const json_t *blocks = json_object_get(json, "blocks");
	const char *budget = text_of(json, "budget");

	snprintf(measure->name, sizeof(measure->name), "%s", text_of(json, "name"));
	snprintf(measure->unit, sizeof(measure->unit), "%s", text_of(json, "unit"));
	measure->value = number_of(json, "value");
	measure->n = (uint64_t)json_integer_value(json_object_get(json, "n"));
	measure->lo = number_of(json, "lo");
	measure->hi = number_of(json, "hi");
	measure->quantile = number_of(json, "quantile");
	measure->hist = copy_of(json, "hist");
	for (size_t i = 0; i < json_array_size(blocks) && i < GNG_PROBE_NUM_BLOCKS; i++)
		measure->blocks[measure->num_blocks++] =
			json_number_value(json_array_get(blocks, i));
	figure->floor_ns = number_of(json, "floor");
	figure->judged =
		*budget != '\0' && read_verdict(&figure->verdict, text_of(json, "verdict"));
	snprintf(figure->budget.metric, sizeof(figure->budget.metric), "%s", measure->name);
	figure->budget.at_least = strcmp(budget, ">=") == 0;
	figure->budget.limit = number_of(json, "limit");
	memcpy(figure->budget.unit, measure->unit, sizeof(measure->unit)); /* it judges no other */
	snprintf(figure->budget.machine, sizeof(figure->budget.machine), "%s",
		 text_of(json, "machine"));
}

static void read_lists(struct gng_record *record, json_t *json)
{
	const json_t *figures = json_object_get(json, "measurements");
	json_t *notes = json_object_get(json, "notes");
	const char *key;
	json_t *value;

	record->figures = calloc(json_array_size(figures) + 1, sizeof(*record->figures));
	record->notes = calloc(json_object_size(notes) + 1, sizeof(*record->notes));
	for (size_t i = 0; record->figures && i < json_array_size(figures); i++)
		read_figure(&record->figures[record->num_figures++], json_array_get(figures, i));
	if (!record->notes)
		return;
	json_object_foreach(notes, key, value)
	{
		record->notes[record->num_notes].key = strdup(key);
		record->notes[record->num_notes].value =
			strdup(json_is_string(value) ? json_string_value(value) : "");
		record->num_notes++;
	}
}

static enum gng_status read_record(struct reader *reader, json_t *json)
{
	struct gng_record *record = &reader->records[reader->num_records];
	const struct gng_test *test;
	enum gng_verdict verdict;

	if (strcmp(text_of(json, "schema"), SCHEMA) != 0)
		return bad(reader, "not a record of schema " SCHEMA);
	if (!read_verdict(&verdict, text_of(json, "verdict")))
		return bad(reader, "a verdict that does not exist");
	test = gng_plan_find(reader->plan, text_of(json, "id"), text_of(json, "variant"),
			     text_of(json, "build"));
	if (!test) {
		reader->num_strangers++;
		return GNG_OK;
	}
	for (size_t i = 0; i < reader->num_records; i++)
		if (reader->records[i].test == test)
			return bad(reader, "a second record of the same test");
	record->test = test;
	record->verdict = verdict;
	record->reason = copy_of(json, "reason");
	record->remedy = copy_of(json, "remedy");
	record->log = copy_of(json, "log");
	record->repro = copy_of(json, "repro");
	record->seconds = number_of(json, "seconds");
	record->assertions = (uint64_t)json_integer_value(json_object_get(json, "assertions"));
	record->cases = (uint64_t)json_integer_value(json_object_get(json, "cases"));
	record->attempt = (unsigned int)json_integer_value(json_object_get(json, "attempt"));
	snprintf(record->started, sizeof(record->started), "%s", text_of(json, "started"));
	read_lists(record, json);
	reader->num_records++;
	return GNG_OK;
}

static enum gng_status read_line(struct reader *reader, const char *line, ssize_t len)
{
	enum gng_status status;
	json_error_t error;
	json_t *json;

	reader->line++;
	if (line[len - 1] != '\n')
		return bad(reader, "the line is cut: the run was killed while it wrote");
	json = json_loadb(line, (size_t)len, JSON_REJECT_DUPLICATES, &error);
	if (!json)
		return bad(reader, "the line is no JSON, or has a key twice");
	status = read_record(reader, json);
	json_decref(json);
	return status;
}

enum gng_status gng_records_read(struct gng_record **records, size_t *num_records,
				 size_t *num_strangers, const struct gng_plan *plan,
				 const char *path, struct gng_why *why)
{
	struct reader reader = {.path = path, .plan = plan, .why = why};
	enum gng_status status;
	FILE *file;
	char *line = NULL;
	size_t cap = 0;
	ssize_t len;

	status = gng_sysfile_open(&file, path, MAX_RECORDS, why);
	if (status != GNG_OK)
		return status;
	/* one more than the plan has: a second record of a test is seen before it overflows */
	reader.records = calloc(plan->num_tests + 1, sizeof(*reader.records));
	if (!reader.records)
		status = gng_why_set(why, GNG_ENOMEM, 0, "gauge.records", "no memory");
	while (status == GNG_OK && (len = getline(&line, &cap, file)) > 0)
		status = read_line(&reader, line, len);
	free(line);
	fclose(file);
	if (status != GNG_OK) {
		gng_records_free(reader.records, reader.num_records);
		return status;
	}
	*records = reader.records;
	*num_records = reader.num_records;
	*num_strangers = reader.num_strangers;
	return GNG_OK;
}
