/* SPDX-License-Identifier: Apache-2.0 */
/* av_report.h - a run for people and for programs. */
#ifndef AV_REPORT_H
#define AV_REPORT_H

#include <jansson.h>

#include <gng_term.h>

#include "gng_av.h"

/* av_floor_at returns the noise floor at q of floors at 0.99, 0.999 and 0.9999. */
uint64_t av_floor_at(const uint64_t floors[3], double q);

/* av_judge judges video (GNG_AV_VIDEO) or sound (GNG_AV_AUDIO) beside its control, or where that
 * is unfit by the floors that the result has. */
enum gng_av_verdict av_judge(struct gng_av_floor *floor, const struct gng_av_result *result,
			     enum gng_av_row row, double q);

/* av_verdict is the worse one of video and audio at quantile q. */
enum gng_av_verdict av_verdict(const struct gng_av_result *result, double q);

/* av_report_print writes the table, the budgets with their verdicts, the causes and the notes. */
void av_report_print(const struct gng_term *term, const struct gng_av_result *result,
		     const struct gng_av_options *options, double q);

/* av_report_json is the same as one object; NULL without memory. */
json_t *av_report_json(const struct gng_av_result *result, const struct gng_av_options *options,
		       double q);

/* av_waits_print and av_waits_json tell how long threads waited for a CPU. */
void av_waits_print(FILE *out, const struct gng_av_waits *waits);
json_t *av_waits_json(const struct gng_av_waits *waits);

/* av_near_print and av_near_json tell what was near events: print nothing if there were none. num
 * and missed are all frames and all periods, for what was near no stroke. */
void av_near_print(FILE *out, const struct gng_av_near kinds[GNG_AV_NUM_NEAR],
		   const uint64_t num[2], const uint64_t missed[2]);
json_t *av_near_json(const struct gng_av_near kinds[GNG_AV_NUM_NEAR]);

/* av_worst_say writes one line about a frame. */
void av_worst_say(char *text, size_t cap, const struct gng_av_worst *worst);

/* av_worst_print and av_worst_json tell the longest frames: print only those that were missed. */
void av_worst_print(FILE *out, const struct gng_av_result *result);
json_t *av_worst_json(const struct gng_av_result *result);

#endif /* AV_REPORT_H */
