/* SPDX-License-Identifier: Apache-2.0 */
/* board.c - what a campaign looks like: a block that is redrawn on a terminal, lines elsewhere. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "farm_campaign.h"

static const char *const side_names[] = {
	[FARM_IDLE] = "",
	[FARM_TRIAGE] = ", a crash is run again",
	[FARM_MINIMISE] = ", a reproducer is minimised",
	[FARM_CONFIRM] = ", a reproducer is confirmed",
	[FARM_MERGE] = ", the corpus is merged",
};

static uint64_t executions(const struct farm_campaign *campaign)
{
	uint64_t sum = campaign->executions;

	for (size_t n = 0; campaign->workers && n < campaign->options->num_jobs; n++)
		sum += campaign->workers[n].progress.executions;
	return sum;
}

static uint64_t crashes(const struct farm_campaign *campaign)
{
	uint64_t sum = 0;

	for (size_t i = 0; i < campaign->num_findings; i++)
		sum += campaign->findings[i].count;
	return sum;
}

static uint64_t speed(const struct farm_campaign *campaign)
{
	uint64_t sum = 0;

	for (size_t n = 0; campaign->workers && n < campaign->options->num_jobs; n++)
		if (campaign->workers[n].child.pid > 0)
			sum += campaign->workers[n].progress.exec_per_s;
	return sum;
}

size_t farm_board_text(FILE *out, const struct farm_campaign *campaign, double now_s)
{
	char count[3][GNG_TERM_FIGURE_CAP], clock[GNG_TERM_FIGURE_CAP];

	fprintf(out, "fuzz    %.24s   %zu of %zu   %s left   %u processes\n",
		campaign->target->name, campaign->at, campaign->num_targets,
		gng_term_clock(clock, fmax(0, campaign->end_s - now_s)),
		campaign->options->num_jobs);
	fprintf(out, "        %s runs, %s/s   %s edges   %llu restarts\n",
		gng_term_count(count[0], executions(campaign)),
		gng_term_count(count[1], speed(campaign)),
		gng_term_count(count[2], campaign->coverage),
		(unsigned long long)campaign->restarts);
	fprintf(out, "        corpus %s inputs, %s bytes   %llu merges\n",
		gng_term_count(count[0], campaign->corpus),
		gng_term_count(count[1], campaign->corpus_bytes),
		(unsigned long long)campaign->merges);
	fprintf(out, "        %zu causes of %s crashes%s\n", campaign->num_findings,
		gng_term_count(count[0], crashes(campaign)), side_names[campaign->side.kind]);
	return 4;
}

void farm_board_erase(struct farm_campaign *campaign)
{
	if (campaign->board == 0)
		return;
	fprintf(campaign->term->out, "\033[%zuA\033[J", campaign->board);
	fflush(campaign->term->out);
	campaign->board = 0;
}

void farm_board_draw(struct farm_campaign *campaign)
{
	if (!campaign->term->progress)
		return;
	farm_board_erase(campaign);
	campaign->board = farm_board_text(campaign->term->out, campaign, farm_now());
	fflush(campaign->term->out);
}

const char *farm_verdict(const struct farm_campaign *campaign)
{
	if (campaign->num_findings > 0)
		return "FAIL";
	if (campaign->is_broken || (campaign->options->time_s > 0 && executions(campaign) == 0))
		return "ERROR"; /* it ended well and executed nothing */
	return "PASS";
}

static void finding_lines(const struct farm_campaign *campaign, const struct farm_finding *finding)
{
	FILE *out = campaign->term->out;

	fprintf(out, "        %s", finding->crash.kind);
	for (size_t i = 0; i < finding->crash.num_frames; i++)
		fprintf(out, "%s %s", i ? " <" : " in", finding->crash.frames[i]);
	fprintf(out, ", %llu times%s%s\n", (unsigned long long)finding->count,
		*finding->crash.message ? ": " : "", finding->crash.message);
	if (!finding->reproduces)
		fputs("        it did not come again when its input was run alone\n", out);
	fprintf(out, "        again: %s %s\n",
		*campaign->target->twin ? campaign->target->twin : campaign->target->program,
		finding->input);
}

void farm_line(const struct farm_campaign *campaign)
{
	const char *verdict = farm_verdict(campaign);
	const double seconds = campaign->seconds > 0.1 ? campaign->seconds : 0.1;
	char speed_text[GNG_TERM_FIGURE_CAP];
	const uint64_t more = campaign->corpus > campaign->corpus_before
				      ? campaign->corpus - campaign->corpus_before
				      : 0;

	fprintf(campaign->term->out, "fuzz    %-28s %9s execs/s %5llu new inputs  ",
		campaign->target->name,
		gng_term_count(speed_text, (uint64_t)((double)executions(campaign) / seconds)),
		(unsigned long long)more);
	gng_term_say(campaign->term, strcmp(verdict, "PASS") == 0 ? GNG_TERM_GOOD : GNG_TERM_BAD,
		     "%s", verdict);
	fputc('\n', campaign->term->out);
	if (campaign->is_broken)
		fprintf(campaign->term->out, "        %s\n", campaign->broken);
	for (size_t i = 0; i < campaign->num_findings; i++)
		finding_lines(campaign, &campaign->findings[i]);
	fflush(campaign->term->out);
}
