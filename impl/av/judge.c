/* SPDX-License-Identifier: Apache-2.0 */
/* judge.c - what a number of misses in a number of frames shows, and what it cannot. */
#include "gng_av.h"

#define CONFIDENCE 0.95

const char *gng_av_verdict_name(enum gng_av_verdict verdict)
{
	static const char *const names[] = {"PASS", "FAIL", "NOT-SIGNABLE", "INSUFFICIENT"};

	return (unsigned int)verdict < sizeof(names) / sizeof(names[0]) ? names[verdict] : "?";
}

/*
 * The lower bound of Clopper and Pearson on the rate of misses is one less the upper bound on that
 * of the frames kept.
 */
static double least_rate(const struct gng_av_side *side)
{
	return 1 - gng_hist_miss_bound(side->num - side->misses, side->num, CONFIDENCE);
}

/* A miss is a miss: noise makes a verdict impossible only where it would have been a failure, or
 * where too few frames were seen to tell. */
enum gng_av_verdict gng_av_judge(const struct gng_av_side *side, double q, uint64_t budget_ns,
				 uint64_t floor_ns)
{
	if (side->num > 0 && gng_hist_miss_bound(side->misses, side->num, CONFIDENCE) <= 1 - q)
		return GNG_AV_PASS;
	if (floor_ns > budget_ns)
		return GNG_AV_NOT_SIGNABLE;
	if (side->num > 0 && least_rate(side) > 1 - q)
		return GNG_AV_FAIL;
	return GNG_AV_INSUFFICIENT;
}

/* ---- beside a control ---- */

/* unfit says why what was measured of known work tells nothing; NULL if it does. */
static const char *unfit(const struct gng_av_floor *floor, uint64_t budget_ns, uint64_t ticks)
{
	if (floor->num == 0)
		return "there was no control";
	if (2 * floor->num < ticks)
		return "the control is less than half as long as the run";
	/* Else a slow pipeline would be excused by little noise. */
	if (floor->room_ns < budget_ns / 2)
		return "the pipeline alone needs more than half of its budget";
	return NULL;
}

/* A wake that does nothing is the least work there is: without known work as long as a frame's its
 * share of late ones is what is surely the machine's. */
static const struct gng_hist *control_of(const struct gng_av_result *result, bool video)
{
	const bool known = video && result->rows[GNG_AV_CONTROL]->total > 0;

	return result->rows[known ? GNG_AV_CONTROL : GNG_AV_PULSE];
}

void gng_av_floor_of(struct gng_av_floor *floor, const struct gng_av_result *result,
		     enum gng_av_row row, double q)
{
	const bool video = row == GNG_AV_VIDEO;
	const struct gng_hist *control = control_of(result, video);
	const uint64_t budget = video ? GNG_AV_VIDEO_BUDGET_NS : result->audio_budget_ns;
	const uint64_t usual = gng_hist_value_at_quantile(result->rows[row], 0.5);
	const uint64_t median = gng_hist_value_at_quantile(control, 0.5);
	const uint64_t at_q = gng_hist_value_at_quantile(control, q);

	*floor = (struct gng_av_floor){.num = control->total,
				       .wakes = control == result->rows[GNG_AV_PULSE],
				       .floor_ns = at_q > median ? at_q - median : 0,
				       .room_ns = budget > usual ? budget - usual : 0};
	floor->over = gng_hist_count_above(control, median + floor->room_ns);
	floor->unfit = unfit(floor, budget, result->rows[row]->total);
	if (video && !floor->unfit && median > usual)
		floor->unfit = "the known work is longer than that of a frame";
}

/* Of all misses of both, a share that is for sure above the medium's share of all samples. */
bool gng_av_is_worse(const struct gng_av_side *side, const struct gng_av_floor *floor)
{
	const struct gng_av_side both = {.num = side->misses + floor->over, .misses = side->misses};

	return both.num > 0 &&
	       least_rate(&both) * (double)(side->num + floor->num) > (double)side->num;
}

enum gng_av_verdict gng_av_judge_beside(const struct gng_av_side *side, double q,
					const struct gng_av_floor *floor)
{
	const enum gng_av_verdict verdict = gng_av_judge(side, q, 1, 0);
	/* 1e-6 is for the rounding of 1 - q: three of 30,000 are as many as 0.9999 allows. */
	const bool allowed = (double)floor->over <= (1 - q) * (double)floor->num + 1e-6;

	if (verdict == GNG_AV_PASS || allowed || gng_av_is_worse(side, floor))
		return verdict;
	return GNG_AV_NOT_SIGNABLE;
}
