/* SPDX-License-Identifier: Apache-2.0 */
/* report.c - a campaign as JSON. */
#include "farm_report.h"

static json_t *finding_json(const struct farm_campaign *campaign,
			    const struct farm_finding *finding)
{
	json_t *frames = json_array();
	char again[2 * FARM_PATH + 2];

	for (size_t i = 0; i < finding->crash.num_frames; i++)
		json_array_append_new(frames, json_string(finding->crash.frames[i]));
	snprintf(again, sizeof(again), "%s %s",
		 *campaign->target->twin ? campaign->target->twin : campaign->target->program,
		 finding->input);
	return json_pack("{s:s, s:s, s:s, s:o, s:I, s:s, s:I, s:I, s:b, s:b, s:b, s:b, s:s, s:s}",
			 "signature", finding->crash.signature, "kind", finding->crash.kind,
			 "message", finding->crash.message, "frames", frames, "count",
			 (json_int_t)finding->count, "reproducer", finding->input, "bytes",
			 (json_int_t)finding->bytes, "original_bytes",
			 (json_int_t)finding->original_bytes, "reproduces", finding->reproduces,
			 "minimised", finding->minimised, "kept", finding->kept, "new",
			 finding->fresh, "first", finding->first, "again", again);
}

json_t *farm_report_json(const struct farm_campaign *campaign)
{
	const double seconds = campaign->seconds > 0.1 ? campaign->seconds : 0.1;
	json_t *findings = json_array();

	for (size_t i = 0; i < campaign->num_findings; i++)
		json_array_append_new(findings, finding_json(campaign, &campaign->findings[i]));
	return json_pack(
		"{s:s, s:s, s:s, s:I, s:f, s:f, s:I, s:f, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:o}",
		"fuzzer", campaign->target->name, "verdict", farm_verdict(campaign), "reason",
		campaign->broken, "executions", (json_int_t)campaign->executions, "seconds",
		campaign->seconds, "exec_per_s", (double)campaign->executions / seconds,
		"executions_total",
		(json_int_t)(campaign->executions_before + campaign->executions), "seconds_total",
		campaign->seconds_before + campaign->seconds, "edges",
		(json_int_t)campaign->coverage, "features", (json_int_t)campaign->features,
		"corpus", (json_int_t)campaign->corpus, "corpus_bytes",
		(json_int_t)campaign->corpus_bytes, "corpus_before",
		(json_int_t)campaign->corpus_before, "merges", (json_int_t)campaign->merges,
		"restarts", (json_int_t)campaign->restarts, "crashes", findings);
}
