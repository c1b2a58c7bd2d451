/* SPDX-License-Identifier: Apache-2.0 */
/* folder.c - reads the folder of a finished sign-off through the gauge. */
#include "gng_export.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <gng_sysfile.h>
#include <jansson.h>

#define MAX_SUMMARY ((size_t)64 << 20)

struct gng_export {
	struct gng_export_run run;
	json_t *summary;
	struct gng_plan *plan;
	struct gng_record *records;
	size_t num_records;
};

bool gng_export_is_origin(const char *text)
{
	return *text && text[strspn(text, "abcdefghijklmnopqrstuvwxyz0123456789_")] == '\0';
}

static const char *text_of(const json_t *json, const char *key)
{
	const char *text = json_string_value(json_object_get(json, key));

	return text ? text : "";
}

static enum gng_status bad(struct gng_why *why, const char *path, int line, const char *what)
{
	return gng_why_set(why, GNG_EFORMAT, 0, "export.folder", "%s:%d: %s", path, line, what);
}

static enum gng_status read_summary(json_t **summary, const char *path, struct gng_why *why)
{
	enum gng_status status;
	json_error_t error;
	FILE *file;

	if (access(path, R_OK) != 0)
		return gng_why_set(why, GNG_ESYS, errno, "export.folder",
				   "%s: %s: no sign-off was finished there; gonogo signoff makes "
				   "one",
				   path, strerror(errno));
	status = gng_sysfile_open(&file, path, MAX_SUMMARY, why);
	if (status != GNG_OK)
		return status;
	*summary = json_loadf(file, JSON_REJECT_DUPLICATES, &error);
	fclose(file);
	if (!*summary)
		return bad(why, path, error.line, error.text);
	if (!*text_of(*summary, "profile") || !*text_of(*summary, "id") ||
	    !*text_of(*summary, "started"))
		return bad(why, path, 1, "it has no id, profile or start of a sign-off");
	return GNG_OK;
}

static enum gng_status open_plan(struct gng_export *export, const struct gng_home *home,
				 struct gng_why *why)
{
	struct gng_profile profile;
	enum gng_status status = gng_plan_open(&export->plan, home, "all", why);

	if (status != GNG_OK)
		return status;
	return gng_profile_apply(&profile, export->plan, home, text_of(export->summary, "profile"),
				 why);
}

static enum gng_status read_records(struct gng_export *export, const char *path,
				    struct gng_why *why)
{
	size_t num_strangers = 0;
	const enum gng_status status = gng_records_read(&export->records, &export->num_records,
							&num_strangers, export->plan, path, why);

	if (status == GNG_OK && num_strangers > 0)
		return gng_why_set(why, GNG_EINVAL, 0, "export.folder",
				   "%s: %zu records are of tests that this gonogo does not have: "
				   "use the one that wrote them",
				   path, num_strangers);
	return status;
}

/* machine_of returns the processor's name of the facts in the summary. */
static const char *machine_of(const json_t *summary)
{
	const json_t *facts = json_object_get(summary, "machine");

	for (size_t i = 0; i < json_array_size(facts); i++) {
		const json_t *fact = json_array_get(facts, i);

		if (strcmp(text_of(fact, "name"), "model") == 0)
			return text_of(fact, "value");
	}
	return "";
}

static enum gng_overall overall_of(const json_t *summary)
{
	static const enum gng_overall all[] = {GNG_GO, GNG_NO_GO, GNG_INCOMPLETE};

	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++)
		if (strcmp(text_of(summary, "verdict"), gng_overall_name(all[i])) == 0)
			return all[i];
	return GNG_INCOMPLETE;
}

static void view(struct gng_export *export)
{
	const json_t *item = json_object_get(export->summary, "item");

	export->run = (struct gng_export_run){
		.origin = "gonogo",
		.id = text_of(export->summary, "id"),
		.started = text_of(export->summary, "started"),
		.commit = text_of(item, "commit"),
		.state = text_of(item, "state"),
		.machine = machine_of(export->summary),
		.records = export->records,
		.num_records = export->num_records,
		.overall = overall_of(export->summary),
	};
}

enum gng_status gng_export_open(struct gng_export **export, const struct gng_home *home,
				const char *dir, struct gng_why *why)
{
	struct gng_export *made = calloc(1, sizeof(*made));
	char *summary = NULL, *records = NULL;
	enum gng_status status;

	if (!made || asprintf(&summary, "%s/summary.json", dir) < 0 ||
	    asprintf(&records, "%s/records.jsonl", dir) < 0) {
		free(summary);
		free(made);
		return gng_why_set(why, GNG_ENOMEM, 0, "export.folder", "no memory");
	}
	status = read_summary(&made->summary, summary, why);
	if (status == GNG_OK)
		status = open_plan(made, home, why);
	if (status == GNG_OK)
		status = read_records(made, records, why);
	free(summary);
	free(records);
	if (status == GNG_OK) {
		view(made);
		*export = made;
	} else {
		gng_export_close(made);
	}
	return status;
}

void gng_export_close(struct gng_export *export)
{
	if (!export)
		return;
	gng_records_free(export->records, export->num_records);
	gng_plan_close(export->plan);
	json_decref(export->summary);
	free(export);
}

const struct gng_export_run *gng_export_view(const struct gng_export *export)
{
	return &export->run;
}
