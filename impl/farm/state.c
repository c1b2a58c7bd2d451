/* SPDX-License-Identifier: Apache-2.0 */
/* state.c - what a campaign knows from earlier runs: state.json and the folders of crashes/. */
#include <errno.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <gng_sysfile.h>

#include "farm_campaign.h"

#define MAX_STATE ((size_t)1 << 20)

static enum gng_status bad(struct gng_why *why, const char *path, const json_error_t *error)
{
	return gng_why_set(why, GNG_EFORMAT, 0, "farm.state",
			   "%s:%d: %s: mend it, or remove this file, which loses counts only", path,
			   error->line, error->text);
}

static enum gng_status no_memory(struct gng_why *why)
{
	return gng_why_set(why, GNG_ENOMEM, 0, "farm.state", "no memory");
}

static enum gng_status write_json(const char *path, json_t *json, struct gng_why *why)
{
	char *text = json ? json_dumps(json, JSON_INDENT(1)) : NULL;
	enum gng_status status = text ? farm_write(path, text, strlen(text), why) : no_memory(why);

	free(text);
	json_decref(json);
	return status;
}

enum gng_status farm_state_write(const struct farm_campaign *campaign, struct gng_why *why)
{
	char path[FARM_PATH];

	farm_path(path, "%s/state.json", campaign->target->dir);
	return write_json(
		path,
		json_pack("{s:s, s:s, s:I, s:f}", "schema", "gonogo/fuzz/1", "fuzzer",
			  campaign->target->name, "executions",
			  (json_int_t)(campaign->executions_before + campaign->executions),
			  "seconds", campaign->seconds_before + campaign->seconds),
		why);
}

/* ---- findings ---- */

static json_t *frames_of(const struct gng_farm_crash *crash)
{
	json_t *frames = json_array();

	for (size_t i = 0; i < crash->num_frames; i++)
		json_array_append_new(frames, json_string(crash->frames[i]));
	return frames;
}

static enum gng_status write_finding(const char *folder, const struct farm_finding *finding,
				     struct gng_why *why)
{
	const struct gng_farm_crash *crash = &finding->crash;
	char path[FARM_PATH];

	farm_path(path, "%s/crash.json", folder);
	return write_json(path,
			  json_pack("{s:s, s:s, s:s, s:o, s:I, s:s, s:b, s:b, s:b}", "signature",
				    crash->signature, "kind", crash->kind, "message",
				    crash->message, "frames", frames_of(crash), "count",
				    (json_int_t)finding->count, "first", finding->first,
				    "reproduces", finding->reproduces, "minimised",
				    finding->minimised, "kept", finding->kept),
			  why);
}

enum gng_status farm_finding_write(const struct farm_campaign *campaign,
				   const struct farm_finding *finding, struct gng_why *why)
{
	char folder[FARM_PATH];

	farm_path(folder, "%s/crashes/%s", campaign->target->dir, finding->crash.signature);
	return write_finding(folder, finding, why);
}

static void find_input(struct farm_finding *finding, const char *folder)
{
	char path[FARM_PATH];
	struct stat file;

	farm_path(path, "%s/input", folder);
	if (stat(path, &file) == 0)
		finding->original_bytes = (size_t)file.st_size;
	farm_path(finding->input, "%s/reproducer", folder);
	if (stat(finding->input, &file) != 0)
		farm_path(finding->input, "%s", path);
	finding->bytes = stat(finding->input, &file) == 0 ? (size_t)file.st_size : 0;
}

static void read_frames(struct gng_farm_crash *crash, const json_t *frames)
{
	const char *name;

	for (size_t i = 0; i < json_array_size(frames) && i < GNG_FARM_MAX_FRAMES; i++) {
		name = json_string_value(json_array_get(frames, i));
		snprintf(crash->frames[crash->num_frames++], sizeof(crash->frames[0]), "%s",
			 name ? name : "");
	}
}

/* load reads a file of JSON (caller decrefs). */
static enum gng_status load(json_t **json, const char *path, struct gng_why *why)
{
	enum gng_status status;
	json_error_t error;
	FILE *file;

	*json = NULL;
	status = gng_sysfile_open(&file, path, MAX_STATE, why);
	if (status != GNG_OK)
		return status;
	*json = json_loadf(file, JSON_REJECT_DUPLICATES, &error);
	fclose(file);
	return *json ? GNG_OK : bad(why, path, &error);
}

static enum gng_status read_finding(struct farm_finding *finding, const char *folder,
				    struct gng_why *why)
{
	const char *signature, *kind, *message, *first;
	int reproduces, minimised, kept;
	char path[FARM_PATH];
	json_error_t error;
	enum gng_status status;
	json_int_t count;
	json_t *json, *frames;

	memset(finding, 0, sizeof(*finding));
	farm_path(path, "%s/crash.json", folder);
	status = load(&json, path, why);
	if (status != GNG_OK)
		return status;
	if (json_unpack_ex(json, &error, 0, "{s:s, s:s, s:s, s:o, s:I, s:s, s:b, s:b, s:b}",
			   "signature", &signature, "kind", &kind, "message", &message, "frames",
			   &frames, "count", &count, "first", &first, "reproduces", &reproduces,
			   "minimised", &minimised, "kept", &kept) != 0) {
		json_decref(json);
		return bad(why, path, &error);
	}
	snprintf(finding->crash.signature, sizeof(finding->crash.signature), "%s", signature);
	snprintf(finding->crash.kind, sizeof(finding->crash.kind), "%s", kind);
	snprintf(finding->crash.message, sizeof(finding->crash.message), "%s", message);
	snprintf(finding->first, sizeof(finding->first), "%s", first);
	read_frames(&finding->crash, frames);
	finding->count = (uint64_t)count;
	finding->reproduces = reproduces;
	finding->minimised = minimised;
	finding->kept = kept;
	find_input(finding, folder);
	json_decref(json);
	return GNG_OK;
}

static struct farm_finding *grow(struct farm_campaign *campaign)
{
	struct farm_finding *grown =
		reallocarray(campaign->findings, campaign->num_findings + 1, sizeof(*grown));

	if (!grown)
		return NULL;
	campaign->findings = grown;
	return &grown[campaign->num_findings];
}

/* read_findings takes each folder; a name with a dot is one that a kill left half made, whose
 * input goes back to the queue. */
static enum gng_status read_findings(struct farm_campaign *campaign, struct gng_why *why)
{
	char path[FARM_PATH], folder[FARM_PATH], to[FARM_PATH];
	struct farm_names list;
	enum gng_status status = GNG_OK;

	farm_path(path, "%s/crashes", campaign->target->dir);
	farm_list(&list, path);
	for (size_t i = 0; i < list.num && status == GNG_OK; i++) {
		struct farm_finding *finding = grow(campaign);

		farm_path(folder, "%s/%s", path, list.names[i]);
		if (!finding) {
			status = no_memory(why);
		} else if (*list.names[i] == '.') {
			farm_path(path, "%s/input", folder);
			farm_path(to, "%s/queue/crash%s", campaign->target->dir, list.names[i]);
			rename(path, to);
			farm_remove(folder);
			farm_path(path, "%s/crashes", campaign->target->dir);
		} else {
			status = read_finding(finding, folder, why);
			campaign->num_findings += status == GNG_OK;
		}
	}
	farm_list_fini(&list);
	return status;
}

enum gng_status farm_state_read(struct farm_campaign *campaign, struct gng_why *why)
{
	json_int_t executions = 0;
	enum gng_status status = GNG_OK;
	char path[FARM_PATH];
	json_error_t error;
	json_t *json;

	farm_path(path, "%s/state.json", campaign->target->dir);
	if (gng_sysfile_exists("", path)) {
		status = load(&json, path, why);
		if (json && json_unpack_ex(json, &error, 0, "{s:I, s:F}", "executions", &executions,
					   "seconds", &campaign->seconds_before) != 0)
			status = bad(why, path, &error);
		campaign->executions_before = (uint64_t)executions;
		json_decref(json);
	}
	return status == GNG_OK ? read_findings(campaign, why) : status;
}

static void write_report(const char *folder, const struct farm_child *report)
{
	char path[FARM_PATH];

	farm_path(path, "%s/report.txt", folder);
	if (report && report->len && farm_write(path, report->tail, report->len, NULL) != GNG_OK)
		return; /* the input matters, and moving it will say why nothing can be written */
}

enum gng_status farm_finding_add(struct farm_campaign *campaign, const struct gng_farm_crash *crash,
				 bool reproduces, const char *input,
				 const struct farm_child *report, struct gng_why *why)
{
	struct farm_finding *finding = grow(campaign);
	char made[FARM_PATH], folder[FARM_PATH], path[FARM_PATH];
	const time_t now = time(NULL);
	enum gng_status status;
	struct tm utc;

	if (!finding)
		return no_memory(why);
	memset(finding, 0, sizeof(*finding));
	finding->crash = *crash;
	finding->count = 1;
	finding->reproduces = reproduces;
	finding->fresh = true;
	strftime(finding->first, sizeof(finding->first), "%Y-%m-%dT%H:%M:%SZ",
		 gmtime_r(&now, &utc));
	farm_path(made, "%s/crashes/.%s", campaign->target->dir, crash->signature);
	farm_path(folder, "%s/crashes/%s", campaign->target->dir, crash->signature);
	farm_path(path, "%s/input", made);
	status = farm_make_dir(made, why);
	write_report(made, report);
	if (status == GNG_OK)
		status = write_finding(made, finding, why);
	if (status == GNG_OK && (rename(input, path) != 0 || rename(made, folder) != 0))
		status = gng_why_set(why, GNG_ESYS, errno, "farm.state", "%s cannot be written: %s",
				     folder, strerror(errno));
	find_input(finding, folder);
	campaign->num_findings += status == GNG_OK;
	return status;
}
