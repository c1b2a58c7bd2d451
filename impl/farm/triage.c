/* SPDX-License-Identifier: Apache-2.0 */
/*
 * triage.c - what runs beside the fuzzers, one thing at a time: a crash is run again and gets
 * its cause, a new one is minimised, and the smaller input is confirmed to have the same cause.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "farm_campaign.h"

#define RUN_S 30 /* more than the limit of an input, and the symbols */

/* run_once starts the fuzzer on one input. The libFuzzer twin judges for AFL++ too, if there is
 * one: its report has symbols, and a timeout. */
static enum gng_status run_once(struct farm_campaign *campaign, struct farm_child *child,
				const char *input, struct gng_why *why)
{
	const struct farm_target *target = campaign->target;
	char scratch[FARM_PATH], prefix[FARM_PATH];
	const char *argv[] = {target->twin, FARM_LIMITS, prefix, input, NULL};
	const char *plain[] = {target->program, input, NULL};
	enum gng_status status;

	farm_path(scratch, "%s/scratch", target->dir);
	farm_path(prefix, "-artifact_prefix=%s/", scratch);
	status = farm_make_dir(scratch, why);
	if (status == GNG_OK)
		status = farm_child_start(child, *target->twin ? argv : plain, farm_env_triage(),
					  scratch, why);
	child->deadline_s = farm_now() + RUN_S;
	return status;
}

/* cause reads the report of a run that ended. False if it held. */
static bool cause(struct gng_farm_crash *crash, const struct farm_child *child)
{
	if (child->status == 0 && !child->timed_out)
		return false;
	if (!gng_farm_crash_parse(crash, child->tail, child->len) && child->timed_out)
		strcpy(crash->kind, "timeout");
	return true;
}

static struct farm_finding *known(struct farm_campaign *campaign, const char *signature)
{
	for (size_t i = 0; i < campaign->num_findings; i++)
		if (strcmp(campaign->findings[i].crash.signature, signature) == 0)
			return &campaign->findings[i];
	return NULL;
}

static void broken(struct farm_campaign *campaign, const struct gng_why *why)
{
	campaign->is_broken = true;
	snprintf(campaign->broken, sizeof(campaign->broken), "%s", why->text);
}

/* ---- a crash ---- */

static bool next_in_queue(struct farm_campaign *campaign)
{
	char folder[FARM_PATH];
	struct farm_names list;
	bool found = false;

	farm_path(folder, "%s/queue", campaign->target->dir);
	farm_list(&list, folder);
	for (size_t i = 0; i < list.num && !found; i++) {
		const size_t len = strlen(list.names[i]);

		if (len > 4 && strcmp(list.names[i] + len - 4, ".log") == 0)
			continue;
		farm_path(campaign->side.input, "%s/%s", folder, list.names[i]);
		found = true;
	}
	farm_list_fini(&list);
	return found;
}

/* from_log gives a crash that did not come again the cause that its own process printed. */
static bool from_log(struct gng_farm_crash *crash, const char *log)
{
	size_t len;
	char *text = farm_read(log, &len);
	const bool found = gng_farm_crash_parse(crash, text ? text : "", text ? len : 0);

	free(text);
	return found;
}

/* lay_aside keeps an input of which nobody knows a crash: a kill came while it was written. */
static void lay_aside(const struct farm_campaign *campaign, const char *input)
{
	char path[FARM_PATH];

	farm_path(path, "%s/fixed/%s", campaign->target->dir, strrchr(input, '/') + 1);
	rename(input, path);
}

static void count_again(struct farm_campaign *campaign, struct farm_finding *finding,
			const char *input)
{
	struct gng_why why = {0};

	finding->count++;
	if (farm_finding_write(campaign, finding, &why) != GNG_OK)
		broken(campaign, &why);
	unlink(input);
}

static void end_triage(struct farm_campaign *campaign)
{
	struct farm_side *side = &campaign->side;
	struct gng_farm_crash crash;
	struct farm_finding *finding;
	struct gng_why why = {0};
	char log[FARM_PATH];
	const bool again = cause(&crash, &side->child);

	farm_path(log, "%s.log", side->input);
	if (!again && !from_log(&crash, log)) {
		lay_aside(campaign, side->input);
		return;
	}
	finding = known(campaign, crash.signature);
	farm_corpus_drop(campaign, side->input);
	if (finding)
		count_again(campaign, finding, side->input);
	else if (farm_finding_add(campaign, &crash, again, side->input, again ? &side->child : NULL,
				  &why) != GNG_OK)
		broken(campaign, &why);
	if (!finding)
		for (size_t n = 0; n < campaign->options->num_jobs; n++)
			campaign->workers[n].num_crashes = 0;
	unlink(log);
}

/* ---- its reproducer ---- */

static void smaller_path(char path[FARM_PATH], const struct farm_campaign *campaign)
{
	farm_path(path, "%s/scratch/smaller", campaign->target->dir);
}

static bool next_to_minimise(struct farm_campaign *campaign)
{
	for (size_t i = 0; i < campaign->num_findings; i++) {
		const struct farm_finding *finding = &campaign->findings[i];

		if (!finding->reproduces || finding->minimised)
			continue;
		campaign->side.finding = i;
		return *campaign->target->twin;
	}
	return false;
}

static enum gng_status start_minimise(struct farm_campaign *campaign, struct gng_why *why)
{
	const struct farm_target *target = campaign->target;
	char path[FARM_PATH], time[32], exact[FARM_PATH], scratch[FARM_PATH];
	const char *argv[] = {target->twin, "-minimize_crash=1",
			      FARM_LIMITS,  time,
			      exact,	    campaign->findings[campaign->side.finding].input,
			      NULL};
	enum gng_status status;

	farm_path(scratch, "%s/scratch", target->dir);
	smaller_path(path, campaign);
	unlink(path);
	farm_path(exact, "-exact_artifact_path=%s", path);
	snprintf(time, sizeof(time), "-max_total_time=%.0f", campaign->options->minimise_s);
	status = farm_make_dir(scratch, why);
	if (status == GNG_OK)
		status = farm_child_start(&campaign->side.child, argv, farm_env_triage(), scratch,
					  why);
	campaign->side.child.deadline_s = farm_now() + campaign->options->minimise_s + RUN_S;
	return status;
}

/* keep_smaller replaces the reproducer, if the smaller input has the same cause. */
static void keep_smaller(struct farm_campaign *campaign, bool same)
{
	struct farm_finding *finding = &campaign->findings[campaign->side.finding];
	char smaller[FARM_PATH], reproducer[FARM_PATH];
	struct gng_why why = {0};
	struct stat file;

	smaller_path(smaller, campaign);
	farm_path(reproducer, "%s/crashes/%s/reproducer", campaign->target->dir,
		  finding->crash.signature);
	if (same && stat(smaller, &file) == 0 && rename(smaller, reproducer) == 0) {
		farm_path(finding->input, "%s", reproducer);
		finding->bytes = (size_t)file.st_size;
	}
	finding->minimised = true;
	if (farm_finding_write(campaign, finding, &why) != GNG_OK)
		broken(campaign, &why);
}

static enum gng_status start_confirm(struct farm_campaign *campaign, struct gng_why *why)
{
	smaller_path(campaign->side.input, campaign);
	return run_once(campaign, &campaign->side.child, campaign->side.input, why);
}

static void end_confirm(struct farm_campaign *campaign)
{
	struct gng_farm_crash crash;

	keep_smaller(campaign,
		     cause(&crash, &campaign->side.child) &&
			     strcmp(crash.signature,
				    campaign->findings[campaign->side.finding].crash.signature) ==
				     0);
}

/* ---- what runs beside ---- */

static bool is_merge_due(const struct farm_campaign *campaign)
{
	const double now_s = farm_now();

	return *campaign->target->twin && campaign->corpus > campaign->merged_corpus &&
	       (now_s > campaign->merged_s + campaign->options->merge_s || now_s > campaign->end_s);
}

static enum farm_side_kind choose(struct farm_campaign *campaign)
{
	if (next_in_queue(campaign))
		return FARM_TRIAGE;
	if (next_to_minimise(campaign))
		return FARM_MINIMISE;
	return is_merge_due(campaign) ? FARM_MERGE : FARM_IDLE;
}

static void begin(struct farm_campaign *campaign, enum farm_side_kind kind)
{
	struct farm_side *side = &campaign->side;
	enum gng_status status = GNG_OK;
	struct gng_why why = {0};

	side->kind = kind;
	if (kind == FARM_TRIAGE)
		status = run_once(campaign, &side->child, side->input, &why);
	else if (kind == FARM_MINIMISE)
		status = start_minimise(campaign, &why);
	else if (kind == FARM_CONFIRM)
		status = start_confirm(campaign, &why);
	else if (kind == FARM_MERGE)
		status = farm_merge_start(campaign, &why);
	if (status == GNG_OK)
		return;
	broken(campaign, &why);
	side->kind = FARM_IDLE;
}

static void end(struct farm_campaign *campaign)
{
	const enum farm_side_kind kind = campaign->side.kind;
	char smaller[FARM_PATH];

	campaign->side.kind = FARM_IDLE;
	smaller_path(smaller, campaign);
	if (kind == FARM_TRIAGE)
		end_triage(campaign);
	else if (kind == FARM_MINIMISE && access(smaller, F_OK) == 0)
		begin(campaign, FARM_CONFIRM);
	else if (kind == FARM_MINIMISE) /* it was as small as it gets */
		keep_smaller(campaign, false);
	else if (kind == FARM_CONFIRM)
		end_confirm(campaign);
	else if (kind == FARM_MERGE)
		farm_merge_end(campaign);
}

bool farm_side_step(struct farm_campaign *campaign)
{
	if (campaign->is_broken)
		return false;
	if (campaign->side.kind == FARM_IDLE) {
		begin(campaign, choose(campaign));
		return campaign->side.kind != FARM_IDLE;
	}
	if (farm_child_pump(&campaign->side.child))
		end(campaign);
	return true;
}

/* ---- at the start ---- */

static void retire(struct farm_campaign *campaign, size_t i)
{
	struct farm_finding *finding = &campaign->findings[i];
	char from[FARM_PATH], to[FARM_PATH];

	farm_path(from, "%s/crashes/%s", campaign->target->dir, finding->crash.signature);
	farm_path(to, "%s/fixed/%s", campaign->target->dir, finding->crash.signature);
	farm_remove(to); /* of an earlier time that it was mended */
	if (rename(from, to) != 0)
		return;
	memmove(finding, finding + 1, (--campaign->num_findings - i) * sizeof(*finding));
}

void farm_verify(struct farm_campaign *campaign)
{
	struct farm_child child = {0};
	struct gng_farm_crash crash;
	struct gng_why why = {0};

	for (size_t i = 0; i < campaign->num_findings && !*campaign->options->stop;) {
		const struct farm_finding *finding = &campaign->findings[i];

		if (!finding->reproduces) {
			i++;
			continue;
		}
		if (run_once(campaign, &child, finding->input, &why) != GNG_OK) {
			broken(campaign, &why);
			break;
		}
		farm_child_wait(&child, campaign->options->stop);
		if (*campaign->options->stop || cause(&crash, &child))
			i++;
		else
			retire(campaign, i);
	}
	farm_child_fini(&child);
}
