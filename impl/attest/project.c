/* SPDX-License-Identifier: Apache-2.0 */
/*
 * project.c - what follows from plan and records is written again and must be the same bytes:
 * plan.json and records.jsonl themselves, JUnit and KTAP. The summary is compared by value.
 */
#include "attest_evidence.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

typedef enum gng_status write_fn(const char *path, const struct evidence *evidence);

static enum gng_status write_plan(const char *path, const struct evidence *evidence)
{
	return gng_plan_write(evidence->plan, path, evidence->why);
}

static enum gng_status write_junit(const char *path, const struct evidence *evidence)
{
	return gng_junit_write(path, evidence->records, evidence->num_records, evidence->why);
}

static enum gng_status write_ktap(const char *path, const struct evidence *evidence)
{
	return gng_ktap_write(path, evidence->records, evidence->num_records, evidence->why);
}

static enum gng_status write_records(const char *path, const struct evidence *evidence)
{
	FILE *file = fopen(path, "we");
	bool ok = file != NULL;

	for (size_t i = 0; ok && i < evidence->num_records; i++) {
		char *line = gng_record_json(&evidence->records[i]);

		ok = line && fprintf(file, "%s\n", line) > 0;
		free(line);
	}
	if (file && fclose(file) != 0)
		ok = false;
	return ok ? GNG_OK
		  : gng_why_set(evidence->why, GNG_ESYS, errno, "attest.project",
				"the records cannot be written again: %s", strerror(errno));
}

/* ---- comparing ---- */

/* again returns what write makes, in memory: nothing is left behind by a check. */
static char *again(size_t *len, const struct evidence *evidence, write_fn *write)
{
	char path[64], *text = NULL;
	const int fd = memfd_create("gonogo-project", MFD_CLOEXEC);

	if (fd < 0)
		return NULL;
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	if (write(path, evidence) == GNG_OK)
		text = attest_text(len, path);
	close(fd);
	return text;
}

static size_t line_of(const char *text, size_t at)
{
	size_t line = 1;

	for (size_t i = 0; i < at; i++)
		line += text[i] == '\n';
	return line;
}

static enum gng_status compare(const struct evidence *evidence, const char *name, write_fn *write)
{
	char *path = evidence_path(evidence, name), *is = NULL, *ought = NULL;
	enum gng_status status = GNG_OK;
	size_t is_len = 0, ought_len = 0, at = 0;

	if (path)
		is = attest_text(&is_len, path);
	free(path);
	ought = again(&ought_len, evidence, write);
	if (!ought)
		status = evidence_bad(evidence, name, "it cannot be written again");
	else if (!is)
		status = evidence_bad(evidence, name, "it is missing");
	else if (is_len != ought_len || memcmp(is, ought, is_len) != 0) {
		while (at < is_len && at < ought_len && is[at] == ought[at])
			at++;
		status = evidence_bad(evidence, name, "line %zu is not what gonogo writes of this",
				      line_of(is, at));
	}
	free(is);
	free(ought);
	return status;
}

/* ---- the summary ---- */

static json_t *counts_json(const size_t count[GNG_NUM_VERDICTS])
{
	json_t *json = json_object();

	for (int v = 0; v < GNG_NUM_VERDICTS; v++)
		json_object_set_new(json, gng_verdict_name((enum gng_verdict)v),
				    json_integer((json_int_t)count[v]));
	return json;
}

static json_t *expected(const struct evidence *evidence)
{
	const struct gng_tally *tally = &evidence->tally;

	return json_pack("{ss ss ss sI sI so so ss}", "verdict", gng_overall_name(tally->overall),
			 "grade", evidence->grade, "profile", evidence->profile.name, "planned",
			 (json_int_t)tally->planned, "required", (json_int_t)tally->required,
			 "counts", counts_json(tally->count), "counts_required",
			 counts_json(tally->count_required), "plan_sha256", evidence->plan->sha256);
}

static bool same_records(const struct evidence *evidence)
{
	const json_t *list = json_object_get(evidence->summary, "records");
	bool same = json_array_size(list) == evidence->num_records;

	for (size_t i = 0; same && i < evidence->num_records; i++) {
		char *line = gng_record_json(&evidence->records[i]);
		json_t *json = line ? json_loads(line, 0, NULL) : NULL;

		same = json && json_equal(json, json_array_get(list, i));
		json_decref(json);
		free(line);
	}
	return same;
}

static enum gng_status compare_summary(const struct evidence *evidence)
{
	enum gng_status status = GNG_OK;
	json_t *ought = expected(evidence), *value;
	const char *key;

	json_object_foreach(ought, key, value)
	{
		if (status == GNG_OK && !json_equal(value, json_object_get(evidence->summary, key)))
			status = evidence_bad(evidence, "summary.json",
					      "its %s is not what the records give", key);
	}
	json_decref(ought);
	if (status == GNG_OK && !same_records(evidence))
		status = evidence_bad(evidence, "summary.json",
				      "its records are not those of records.jsonl");
	return status;
}

enum gng_status evidence_project(const struct evidence *evidence)
{
	static const struct {
		const char *name;
		write_fn *write;
	} projections[] = {{"plan.json", write_plan},
			   {"records.jsonl", write_records},
			   {"report.junit.xml", write_junit},
			   {"report.ktap", write_ktap}};
	enum gng_status status = GNG_OK;

	for (size_t i = 0; i < 4 && status == GNG_OK; i++)
		status = compare(evidence, projections[i].name, projections[i].write);
	return status == GNG_OK ? compare_summary(evidence) : status;
}
