/* SPDX-License-Identifier: Apache-2.0 */
/* campaign.c - N processes of one fuzzer until the time is over. */
#include <errno.h>
#include <math.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include "farm_campaign.h"

#define SAVE_S 5     /* between two writes of the counts */
#define GRACE_S 5    /* for a process to end by itself when the time is over */
#define UPKEEP_S 120 /* for what is still to do beside, then */
#define MAX_PAUSE_S 2
#define SHORT_ENDS 5 /* of a process in a row, without an execution: it cannot run */

/* broken keeps the first reason: processes that are ended for it have none of their own. */
static void broken(struct farm_campaign *campaign, const char *text)
{
	if (campaign->is_broken)
		return;
	campaign->is_broken = true;
	snprintf(campaign->broken, sizeof(campaign->broken), "%s", text);
}

static bool stopped(const struct farm_campaign *campaign)
{
	return *campaign->options->stop || campaign->is_broken;
}

/* ---- processes ---- */

/* pause_of grows while a process finds what is known: it must not eat the time of the others. */
static double pause_of(const struct farm_worker *worker)
{
	return fmin(MAX_PAUSE_S,
		    0.05 * ldexp(1, (int)(worker->num_crashes < 8 ? worker->num_crashes : 8)));
}

static void ended(struct farm_campaign *campaign, size_t n)
{
	struct farm_worker *worker = &campaign->workers[n];
	char *line;

	farm_worker_look(campaign, n);
	farm_worker_collect(campaign, n);
	campaign->executions += worker->progress.executions;
	worker->num_short = worker->progress.executions ? 0 : worker->num_short + 1;
	worker->num_crashes = worker->child.status != 0 && farm_now() - worker->child.started_s < 5
				      ? worker->num_crashes + 1
				      : 0;
	worker->restart_s = farm_now() + pause_of(worker);
	worker->progress.executions = 0;
	if (worker->num_short < SHORT_ENDS || campaign->num_findings > 0)
		return;
	line = farm_child_line(&worker->child);
	broken(campaign, line ? line : "the fuzzer ends at once and says nothing");
	free(line);
}

static void step_worker(struct farm_campaign *campaign, size_t n)
{
	struct farm_worker *worker = &campaign->workers[n];
	struct gng_why why = {0};

	if (worker->child.pid > 0) {
		if (farm_child_pump(&worker->child))
			ended(campaign, n);
		return;
	}
	if (farm_now() < worker->restart_s || farm_now() > campaign->end_s - 0.5)
		return;
	campaign->restarts += worker->restart_s > 0;
	if (farm_worker_start(campaign, n, &why) != GNG_OK)
		broken(campaign, why.text);
}

/* finish lets the processes write their last inputs and counts. */
static void finish(struct farm_campaign *campaign)
{
	const double end_s = farm_now() + GRACE_S;
	bool running = true;

	for (size_t n = 0; n < campaign->options->num_jobs; n++)
		if (campaign->workers[n].child.pid > 0)
			kill(campaign->workers[n].child.pid, SIGINT);
	while (running && farm_now() < end_s) {
		running = false;
		for (size_t n = 0; n < campaign->options->num_jobs; n++) {
			struct farm_child *child = &campaign->workers[n].child;

			if (child->pid <= 0)
				continue;
			if (farm_child_pump(child))
				ended(campaign, n);
			running |= child->pid > 0;
		}
		poll(NULL, 0, 10);
	}
	for (size_t n = 0; n < campaign->options->num_jobs; n++) {
		if (campaign->workers[n].child.pid <= 0)
			continue;
		farm_child_stop(&campaign->workers[n].child);
		ended(campaign, n);
	}
}

/* ---- the loop ---- */

static void wait_a_little(const struct farm_campaign *campaign)
{
	struct pollfd ready[64];
	nfds_t num = 0;

	for (size_t n = 0; n < campaign->options->num_jobs && num < 63; n++)
		if (campaign->workers[n].child.pid > 0 && campaign->workers[n].child.fd >= 0)
			ready[num++] = (struct pollfd){campaign->workers[n].child.fd, POLLIN, 0};
	if (campaign->side.kind != FARM_IDLE && campaign->side.child.fd >= 0)
		ready[num++] = (struct pollfd){campaign->side.child.fd, POLLIN, 0};
	poll(ready, num, num ? 50 : 20);
}

/* look_around does what needs no haste: counts, the screen, the room on the device. */
static void look_around(struct farm_campaign *campaign)
{
	const double now_s = farm_now();
	struct gng_why why = {0};
	char corpus[FARM_PATH];

	campaign->seconds = fmin(now_s, campaign->end_s) - campaign->started_s;
	if (now_s < campaign->looked_s + 0.5)
		return;
	campaign->looked_s = now_s;
	farm_path(corpus, "%s/corpus", campaign->target->dir);
	farm_size(&campaign->corpus, &campaign->corpus_bytes, corpus);
	for (size_t n = 0; n < campaign->options->num_jobs; n++)
		if (campaign->workers[n].child.pid > 0)
			farm_worker_look(campaign, n);
	farm_board_draw(campaign);
	if (!farm_corpus_room(campaign, &why))
		broken(campaign, why.text);
	if (now_s < campaign->saved_s + SAVE_S)
		return;
	campaign->saved_s = now_s;
	if (farm_is_afl(campaign))
		for (size_t n = 0; n < campaign->options->num_jobs; n++)
			farm_worker_collect(campaign, n);
	if (farm_state_write(campaign, &why) != GNG_OK)
		broken(campaign, why.text);
}

static void fuzz(struct farm_campaign *campaign)
{
	while (!stopped(campaign) && farm_now() < campaign->end_s) {
		for (size_t n = 0; n < campaign->options->num_jobs; n++)
			step_worker(campaign, n);
		farm_side_step(campaign);
		look_around(campaign);
		wait_a_little(campaign);
	}
	finish(campaign);
}

/* upkeep: triage, minimising and the last merge, unless it was told to stop. */
static void upkeep(struct farm_campaign *campaign)
{
	const double end_s = farm_now() + UPKEEP_S + 30.0 * (double)campaign->num_findings;

	if (farm_is_afl(campaign))
		farm_corpus_import(campaign);
	while (!stopped(campaign) && farm_now() < end_s && farm_side_step(campaign)) {
		look_around(campaign);
		wait_a_little(campaign);
	}
	farm_child_stop(&campaign->side.child);
	farm_list_fini(&campaign->side.before);
}

static enum gng_status prepare(struct farm_campaign *campaign, struct gng_why *why)
{
	enum gng_status status = farm_make_dir(campaign->target->dir, why);

	if (status == GNG_OK && !farm_corpus_room(campaign, why))
		status = GNG_ESYS;
	if (status == GNG_OK)
		status = farm_corpus_prepare(campaign, why);
	if (status == GNG_OK)
		status = farm_state_read(campaign, why);
	campaign->workers = calloc(campaign->options->num_jobs, sizeof(*campaign->workers));
	if (status == GNG_OK && !campaign->workers)
		status = gng_why_set(why, GNG_ENOMEM, 0, "farm.campaign", "no memory");
	return status;
}

void farm_campaign_run(struct farm_campaign *campaign)
{
	struct gng_why why = {0};
	char scratch[FARM_PATH];

	if (prepare(campaign, &why) != GNG_OK) {
		broken(campaign, why.text);
		return;
	}
	farm_verify(campaign);
	campaign->started_s = campaign->merged_s = campaign->saved_s = farm_now();
	campaign->end_s = campaign->started_s + campaign->options->time_s;
	fuzz(campaign);
	upkeep(campaign);
	if (farm_state_write(campaign, &why) != GNG_OK && !campaign->is_broken)
		broken(campaign, why.text);
	farm_board_erase(campaign);
	farm_path(scratch, "%s/scratch", campaign->target->dir);
	farm_remove(scratch);
}

void farm_campaign_fini(struct farm_campaign *campaign)
{
	for (size_t n = 0; campaign->workers && n < campaign->options->num_jobs; n++)
		farm_child_fini(&campaign->workers[n].child);
	farm_child_fini(&campaign->side.child);
	farm_list_fini(&campaign->side.before);
	free(campaign->workers);
	free(campaign->findings);
	memset(campaign, 0, sizeof(*campaign));
}
