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
