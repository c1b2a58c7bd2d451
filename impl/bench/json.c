/* SPDX-License-Identifier: Apache-2.0 */
/* json.c - a bench run as the array of docs/CLI.md. */
#include <jansson.h>

#include "bench_report.h"

/* The verdicts of a limit in the words of the text. */
static const char *limit_word(const struct bench_entry *entry)
{
	if (!entry->limited)
		return "none";
	if (entry->verdict == GNG_PASS)
		return "met";
	return entry->verdict == GNG_INCONCLUSIVE ? "undecided" : "missed";
}

static json_t *blocks_of(const struct gng_bench_ratio *ratio)
{
	json_t *blocks = json_array();

	for (size_t i = 0; i < GNG_BENCH_NUM_BLOCKS; i++)
		json_array_append_new(blocks, json_real(ratio->blocks[i]));
	return blocks;
}

static json_t *latency_json(const struct gng_bench_latency *latency)
{
	if (latency->p50 <= 0)
		return json_null();
	return json_pack("{s:f, s:f, s:f}", "p50", latency->p50, "p99", latency->p99, "p999",
			 latency->p999);
}

static json_t *count_json(double count)
{
	return count < 0 ? json_null() : json_real(count);
}

static json_t *entry_json(const struct bench_entry *entry)
{
	const struct gng_bench_row *row = &entry->row;
	json_t *json = json_pack(
		"{s:s, s:s, s:I, s:s, s:s, s:s, s:f, s:s, s:f, s:f, s:f, s:f, s:I}", "subsystem",
		entry->subsystem, "case", row->label, "size", (json_int_t)row->size, "variant",
		row->variant, "metric", "throughput", "unit", "B/cycle", "ours", row->ours, "peer",
		row->peer, "theirs", row->theirs, "ratio", row->ratio.median, "ratio_lo",
		row->ratio.lo, "ratio_hi", row->ratio.hi, "n", (json_int_t)row->ratio.n);
	json_t *more = json_pack("{s:s, s:f, s:f, s:f, s:o, s:s, s:s}", "peer_title", row->title,
				 "ours_gb_per_s", row->ours_gb_per_s, "theirs_gb_per_s",
				 row->theirs_gb_per_s, "core_hz", row->core_hz, "blocks",
				 blocks_of(&row->ratio), "limit_verdict", limit_word(entry), "test",
				 entry->test);

	json_t *conditions =
		json_pack("{s:o, s:f, s:o, s:o, s:o, s:o, s:s}", "ceiling",
			  row->ceiling > 0 ? json_real(row->ceiling) : json_null(), "cpu_per_wall",
			  row->cpu_per_wall, "our_latency_ns", latency_json(&row->our_latency),
			  "their_latency_ns", latency_json(&row->their_latency), "our_allocations",
			  count_json(row->our_allocations), "their_allocations",
			  count_json(row->their_allocations), "memory", row->memory);

	if (json && more)
		json_object_update(json, more);
	if (json && conditions)
		json_object_update(json, conditions);
	json_decref(conditions);
	if (json)
		json_object_set_new(json, "limit",
				    entry->limited ? json_real(entry->budget.limit) : json_null());
	json_decref(more);
	return json;
}

bool bench_report_json(const struct bench_report *report, FILE *out)
{
	json_t *json = json_array();
	bool ok = json != NULL;

	for (size_t i = 0; i < report->num_entries && ok; i++)
		ok = json_array_append_new(json, entry_json(&report->entries[i])) == 0;
	ok = ok && json_dumpf(json, out, JSON_INDENT(1) | JSON_REAL_PRECISION(6)) == 0 &&
	     putc('\n', out) != EOF;
	json_decref(json);
	return ok;
}
