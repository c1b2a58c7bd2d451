/* SPDX-License-Identifier: Apache-2.0 */
/* farm_report.h - what a run leaves for people and scripts: JSON, coverage, speed. */
#ifndef FARM_REPORT_H
#define FARM_REPORT_H

#include <jansson.h>

#include "farm_campaign.h"

/* farm_report_json describes one campaign that has ended; a new reference. */
json_t *farm_report_json(const struct farm_campaign *campaign);

/*
 * farm_cover runs each corpus through the coverage build and writes <out>/coverage/, with
 * index.html and summary.txt; *totals (a new reference) has percent and counts of lines, functions,
 * regions and branches. GNG_EUNSUPPORTED if build or tools are missing, with the remedy.
 */
GNG_MUST enum gng_status farm_cover(json_t **totals, const struct farm_targets *targets,
				    const struct farm_options *options, struct gng_why *why);

/*
 * farm_rate times each fuzzer against the yardstick, five runs of seconds each, interleaved, in
 * executions a CPU second, and prints a table. The exit status: 1 if one misses its class's
 * share (parser 0.4, crypto 0.15, der 0.01) in all five.
 */
int farm_rate(const struct farm_targets *targets, const struct farm_options *options,
	      const struct gng_term *term, double seconds);

#endif /* FARM_REPORT_H */
