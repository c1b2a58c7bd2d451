/* SPDX-License-Identifier: Apache-2.0 */
/* report.c - the table of a run: the article's rows and columns first, each with what was counted.
 */
#include "av_report.h"

#include <math.h>

#define CONFIDENCE 0.95
#define NUM_ARTICLE_ROWS 3

static const double quantiles[] = {0.5, 0.9, 0.99, 0.999};
#define NUM_QUANTILES (sizeof(quantiles) / sizeof(quantiles[0]))

uint64_t av_floor_at(const uint64_t floors[3], double q)
{
	return floors[q <= 0.99 ? 0 : q <= 0.999 ? 1 : 2];
}

enum gng_av_verdict av_judge(struct gng_av_floor *floor, const struct gng_av_result *result,
			     enum gng_av_row row, double q)
{
	const bool video = row == GNG_AV_VIDEO;
	const struct gng_av_side *side = video ? &result->video : &result->audio;

	gng_av_floor_of(floor, result, row, q);
	if (!floor->unfit)
		return gng_av_judge_beside(side, q, floor);
	floor->floor_ns = av_floor_at(video ? result->floor_video_ns : result->floor_audio_ns, q);
	return gng_av_judge(side, q, video ? GNG_AV_VIDEO_BUDGET_NS : result->audio_budget_ns,
			    floor->floor_ns);
}

enum gng_av_verdict av_verdict(const struct gng_av_result *result, double q)
{
	static const int rank[] = {[GNG_AV_PASS] = 0,
				   [GNG_AV_INSUFFICIENT] = 1,
				   [GNG_AV_NOT_SIGNABLE] = 2,
				   [GNG_AV_FAIL] = 3};
	struct gng_av_floor floor;
	const enum gng_av_verdict video = av_judge(&floor, result, GNG_AV_VIDEO, q);
	const enum gng_av_verdict audio = av_judge(&floor, result, GNG_AV_AUDIO, q);

	return rank[video] >= rank[audio] ? video : audio;
}

/* ---- for people ---- */

/* bound_of is the upper bound at 95 % on P99.9, NAN where there is none. */
static double bound_of(const struct gng_hist *hist)
{
	uint64_t lo, hi;

	if (gng_hist_quantile_bounds(hist, 0.999, CONFIDENCE, &lo, &hi) != GNG_OK ||
	    hi == GNG_HIST_INFINITE)
		return NAN;
	return (double)hi / 1e3;
}

static void print_row(struct gng_term_table *table, const struct gng_av_result *result, int row)
{
	const struct gng_hist *hist = result->rows[row];
	const double bound = bound_of(hist);

	gng_term_table_cell(table, GNG_TERM_PLAIN, "%s", gng_av_row_name((enum gng_av_row)row));
	for (size_t i = 0; i < NUM_QUANTILES; i++)
		gng_term_table_cell(table, GNG_TERM_PLAIN, "%.1f",
				    (double)gng_hist_value_at_quantile(hist, quantiles[i]) / 1e3);
	gng_term_table_cell(table, GNG_TERM_PLAIN, "%.0f", (double)gng_hist_max(hist) / 1e3);
	if (isnan(bound))
		gng_term_table_cell(table, GNG_TERM_DIM, "-");
	else
		gng_term_table_cell(table, GNG_TERM_PLAIN, "%.0f", bound);
	gng_term_table_cell(table, GNG_TERM_PLAIN, "%llu", (unsigned long long)hist->total);
}

static void print_table(const struct gng_term *term, const struct gng_av_result *result)
{
	static const char *const heads[] = {"us",    "P50", "P90",     "P99",
					    "P99.9", "max", "P99.9 <", "N"};
	struct gng_term_table table;

	gng_term_table_init(&table, sizeof(heads) / sizeof(heads[0]));
	for (size_t i = 0; i < sizeof(heads) / sizeof(heads[0]); i++)
		gng_term_table_cell(&table, GNG_TERM_BOLD, "%s", heads[i]);
	gng_term_table_rule(&table);
	for (int row = 0; row < GNG_AV_NUM_ROWS; row++) {
		if (row >= GNG_AV_CONTROL && result->rows[row]->total == 0)
			continue;
		if (row == NUM_ARTICLE_ROWS)
			gng_term_table_rule(&table);
		print_row(&table, result, row);
	}
	gng_term_table_print(term, &table);
	gng_term_table_fini(&table);
}

static void print_causes(const struct gng_term *term, const struct gng_av_side *side)
{
	const char *before = " (";

	for (int cause = GNG_AV_KEPT + 1; cause < GNG_AV_NUM_CAUSES; cause++) {
		if (side->causes[cause] == 0)
			continue;
		fprintf(term->out, "%s%s %llu", before, gng_av_cause_name((enum gng_av_cause)cause),
			(unsigned long long)side->causes[cause]);
		before = ", ";
	}
	fputs(side->misses ? ")\n" : "\n", term->out);
}

/* print_floor tells a control, or why there was none that counts. */
static void print_floor(const struct gng_term *term, const struct gng_av_floor *floor)
{
	fprintf(term->out, "noise floor %.3f ms", (double)floor->floor_ns / 1e6);
	if (!floor->unfit)
		fprintf(term->out, " by a control: %llu of %llu %s took %.1f ms more than usual",
			(unsigned long long)floor->over, (unsigned long long)floor->num,
			floor->wakes ? "wakes" : "known works", (double)floor->room_ns / 1e6);
	else if (floor->num > 0)
		fprintf(term->out, " (no control: %s)", floor->unfit);
}

static void print_budget(const struct gng_term *term, const struct gng_av_result *result,
			 enum gng_av_row row, double q)
{
	const bool video = row == GNG_AV_VIDEO;
	const struct gng_av_side *side = video ? &result->video : &result->audio;
	const uint64_t budget = video ? GNG_AV_VIDEO_BUDGET_NS : result->audio_budget_ns;
	struct gng_av_floor floor;
	const enum gng_av_verdict verdict = av_judge(&floor, result, row, q);

	fputc(' ', term->out);
	gng_term_say(term,
		     verdict == GNG_AV_PASS   ? GNG_TERM_GOOD
		     : verdict == GNG_AV_FAIL ? GNG_TERM_BAD
					      : GNG_TERM_DOUBT,
		     "%-13s", gng_av_verdict_name(verdict));
	fprintf(term->out,
		" %s <= %llu ms: %llu of %llu missed, rate below %.3g at 95 %%; most in a row "
		"%llu; ",
		video ? "video" : "audio", (unsigned long long)(budget / 1000000),
		(unsigned long long)side->misses, (unsigned long long)side->num,
		gng_hist_miss_bound(side->misses, side->num, CONFIDENCE),
		(unsigned long long)side->max_burst);
	print_floor(term, &floor);
	print_causes(term, side);
}

static void print_stream(const struct gng_term *term, const struct gng_av_result *result,
			 const struct gng_av_options *options)
{
	const struct gng_qos_rung *rung = gng_qos_rung_at(result->last_rung);

	fprintf(term->out,
		"\n %ux%u at %u frames, %s, %s, %s, %s; %llu datagrams sent, %llu packets lost, "
		"%llu "
		"recovered; %u switches of the ladder%s%s\n sound: %llu overruns, %llu underruns\n",
		rung->width, rung->height, rung->fps, options->encoder,
		options->opus ? "Opus" : "L16", options->clear ? "in clear" : "SRTP (AES-128-GCM)",
		result->fifo ? "SCHED_FIFO" : "SCHED_OTHER",
		(unsigned long long)result->datagrams_sent,
		(unsigned long long)result->packets_lost,
		(unsigned long long)result->packets_recovered, result->num_switches,
		result->switch_reason ? ", the last for " : "",
		result->switch_reason ? result->switch_reason : "",
		(unsigned long long)result->overruns, (unsigned long long)result->underruns);
	if (result->tripped)
		fprintf(term->out,
			" STOP: frame %llu tripped it %.3f ms behind its deadline; safe state "
			"since\n",
			(unsigned long long)result->trip_frame, (double)result->trip_ns / 1e6);
}

static void print_buffers(const struct gng_term *term, const struct gng_av_buffers *buffers)
{
	if (buffers->len == 0)
		return;
	fprintf(term->out, " buffers: %llu MiB, %llu of them in huge pages, %llu on ",
		(unsigned long long)(buffers->len >> 20),
		(unsigned long long)(buffers->huge_len >> 20),
		(unsigned long long)(buffers->node_len >> 20));
	if (buffers->node >= 0)
		fprintf(term->out, "node %d, the sender's\n", buffers->node);
	else
		fputs("any node\n", term->out);
}

static void print_source(const struct gng_term *term, const char *kind,
			 const struct gng_av_source *source)
{
	if (!source->used)
		return;
	fprintf(term->out,
		" %s %s: %s\n  %llu taken, %llu dropped, %llu ticks empty, %llu overruns of the "
		"device; age at the tick, by the driver: P50 %.1f ms, P99 %.1f, max %.1f (%llu "
		"without a stamp)\n",
		kind, source->name, source->format, (unsigned long long)source->taken,
		(unsigned long long)source->dropped, (unsigned long long)source->empty,
		(unsigned long long)source->overruns,
		(double)gng_hist_value_at_quantile(source->age, 0.5) / 1e6,
		(double)gng_hist_value_at_quantile(source->age, 0.99) / 1e6,
		(double)gng_hist_max(source->age) / 1e6, (unsigned long long)source->unstamped);
}

static void print_near(FILE *out, const char *name, const struct gng_av_near *near)
{
	fprintf(out, "  %-9s %5llu events: video %llu of %llu missed, audio %llu of %llu\n", name,
		(unsigned long long)near->events, (unsigned long long)near->missed[0],
		(unsigned long long)near->num[0], (unsigned long long)near->missed[1],
		(unsigned long long)near->num[1]);
}

/* Strokes take nothing from the quiet, so what was near none is told beside them. */
static void print_no_stroke(FILE *out, const struct gng_av_near *stroke, const uint64_t num[2],
			    const uint64_t missed[2])
{
	struct gng_av_near rest = {0};

	for (int side = 0; side < 2; side++) {
		rest.num[side] = num[side] - stroke->num[side];
		rest.missed[side] = missed[side] - stroke->missed[side];
	}
	print_near(out, "no stroke", &rest);
}

void av_near_print(FILE *out, const struct gng_av_near kinds[GNG_AV_NUM_NEAR],
		   const uint64_t num[2], const uint64_t missed[2])
{
	uint64_t events = 0, others = 0;

	for (int kind = 0; kind < GNG_AV_QUIET; kind++) {
		events += kinds[kind].events;
		others += kind == GNG_AV_STROKE ? 0 : kinds[kind].events;
	}
	if (events == 0)
		return;
	fputs("\n within 100 ms of an event:\n", out);
	for (int kind = 0; kind < GNG_AV_NUM_NEAR; kind++) {
		if (kind == GNG_AV_QUIET ? others == 0 : kinds[kind].events == 0)
			continue;
		print_near(out, gng_av_near_name((enum gng_av_near_kind)kind), &kinds[kind]);
		if (kind == GNG_AV_STROKE)
			print_no_stroke(out, &kinds[kind], num, missed);
	}
}

void av_report_print(const struct gng_term *term, const struct gng_av_result *result,
		     const struct gng_av_options *options, double q)
{
	print_table(term, result);
	print_stream(term, result, options);
	print_buffers(term, &result->buffers);
	print_source(term, "microphone", &result->microphone);
	print_source(term, "camera", &result->camera);
	if (*result->ended)
		fprintf(term->out, " ENDED: %s\n", result->ended);
	for (size_t i = 0; i < result->num_notes; i++) {
		fputs(" not here:", term->out);
		gng_term_wrap(term->out, 1, result->notes[i]);
	}
	fprintf(term->out, "\n at quantile %g, with 95 %% confidence:\n", q);
	print_budget(term, result, GNG_AV_VIDEO, q);
	print_budget(term, result, GNG_AV_AUDIO, q);
	av_waits_print(term->out, &result->waits);
	av_worst_print(term->out, result);
	av_near_print(term->out, result->near,
		      (const uint64_t[2]){result->video.num, result->audio.num},
		      (const uint64_t[2]){result->video.misses, result->audio.misses});
}

/* ---- for programs ---- */

static json_t *row_json(const struct gng_av_result *result, int row)
{
	const struct gng_hist *hist = result->rows[row];
	const double bound = bound_of(hist);

	return json_pack("{s:s,s:I,s:I,s:I,s:I,s:I,s:I,s:o}", "row",
			 gng_av_row_name((enum gng_av_row)row), "n", (json_int_t)hist->total,
			 "p50_ns", (json_int_t)gng_hist_value_at_quantile(hist, 0.5), "p90_ns",
			 (json_int_t)gng_hist_value_at_quantile(hist, 0.9), "p99_ns",
			 (json_int_t)gng_hist_value_at_quantile(hist, 0.99), "p999_ns",
			 (json_int_t)gng_hist_value_at_quantile(hist, 0.999), "max_ns",
			 (json_int_t)gng_hist_max(hist), "p999_bound_ns",
			 isnan(bound) ? json_null() : json_integer((json_int_t)(bound * 1e3)));
}

static json_t *floor_json(const struct gng_av_floor *floor)
{
	if (floor->num == 0)
		return json_null();
	return json_pack("{s:I,s:b,s:I,s:I,s:o}", "n", (json_int_t)floor->num, "wakes",
			 floor->wakes, "over", (json_int_t)floor->over, "room_ns",
			 (json_int_t)floor->room_ns, "unfit",
			 floor->unfit ? json_string(floor->unfit) : json_null());
}

static json_t *side_json(const struct gng_av_result *result, enum gng_av_row row, double q)
{
	const bool video = row == GNG_AV_VIDEO;
	const struct gng_av_side *side = video ? &result->video : &result->audio;
	struct gng_av_floor floor;
	const enum gng_av_verdict verdict = av_judge(&floor, result, row, q);
	json_t *causes = json_object();

	for (int cause = GNG_AV_KEPT + 1; cause < GNG_AV_NUM_CAUSES; cause++)
		json_object_set_new(causes, gng_av_cause_name((enum gng_av_cause)cause),
				    json_integer((json_int_t)side->causes[cause]));
	return json_pack(
		"{s:I,s:I,s:I,s:f,s:I,s:I,s:s,s:o,s:o}", "budget_ns",
		(json_int_t)(video ? GNG_AV_VIDEO_BUDGET_NS : result->audio_budget_ns), "n",
		(json_int_t)side->num, "misses", (json_int_t)side->misses, "miss_rate_bound",
		gng_hist_miss_bound(side->misses, side->num, CONFIDENCE), "max_burst",
		(json_int_t)side->max_burst, "floor_ns", (json_int_t)floor.floor_ns, "verdict",
		gng_av_verdict_name(verdict), "causes", causes, "control", floor_json(&floor));
}

static json_t *source_json(const struct gng_av_source *source)
{
	if (!source->used)
		return json_null();
	return json_pack("{s:s,s:s,s:I,s:I,s:I,s:I,s:I,s:I,s:I,s:I}", "name", source->name,
			 "format", source->format, "taken", (json_int_t)source->taken, "dropped",
			 (json_int_t)source->dropped, "empty", (json_int_t)source->empty,
			 "overruns", (json_int_t)source->overruns, "unstamped",
			 (json_int_t)source->unstamped, "age_p50_ns",
			 (json_int_t)gng_hist_value_at_quantile(source->age, 0.5), "age_p99_ns",
			 (json_int_t)gng_hist_value_at_quantile(source->age, 0.99), "age_max_ns",
			 (json_int_t)gng_hist_max(source->age));
}

json_t *av_near_json(const struct gng_av_near kinds[GNG_AV_NUM_NEAR])
{
	json_t *all = json_object();

	for (int kind = 0; kind < GNG_AV_NUM_NEAR; kind++) {
		const struct gng_av_near *near = &kinds[kind];

		json_object_set_new(
			all, gng_av_near_name((enum gng_av_near_kind)kind),
			json_pack("{s:I,s:I,s:I,s:I,s:I}", "events", (json_int_t)near->events,
				  "video_n", (json_int_t)near->num[0], "video_misses",
				  (json_int_t)near->missed[0], "audio_n", (json_int_t)near->num[1],
				  "audio_misses", (json_int_t)near->missed[1]));
	}
	return all;
}

json_t *av_report_json(const struct gng_av_result *result, const struct gng_av_options *options,
		       double q)
{
	const struct gng_qos_rung *rung = gng_qos_rung_at(result->last_rung);
	json_t *rows = json_array(), *notes = json_array();

	for (int row = 0; row < GNG_AV_NUM_ROWS; row++)
		json_array_append_new(rows, row_json(result, row));
	for (size_t i = 0; i < result->num_notes; i++)
		json_array_append_new(notes, json_string(result->notes[i]));
	return json_pack(
		"{s:s,s:f,s:s,s:b,s:{s:i,s:i,s:i},s:o,s:o,s:o,s:I,s:I,s:I,s:I,s:I,s:i,s:b,s:o,s:o,"
		"s:o,s:o,s:o,s:o,s:o,s:{s:i,s:I,s:I,s:I}}",
		"verdict", gng_av_verdict_name(av_verdict(result, q)), "quantile", q, "encoder",
		options->encoder, "fifo", result->fifo, "picture", "width", rung->width, "height",
		rung->height, "fps", rung->fps, "rows", rows, "video",
		side_json(result, GNG_AV_VIDEO, q), "audio", side_json(result, GNG_AV_AUDIO, q),
		"overruns", (json_int_t)result->overruns, "underruns",
		(json_int_t)result->underruns, "sent", (json_int_t)result->datagrams_sent, "lost",
		(json_int_t)result->packets_lost, "recovered",
		(json_int_t)result->packets_recovered, "switches", (int)result->num_switches,
		"stopped", result->tripped, "notes", notes, "microphone",
		source_json(&result->microphone), "camera", source_json(&result->camera), "ended",
		*result->ended ? json_string(result->ended) : json_null(), "near",
		av_near_json(result->near), "worst", av_worst_json(result), "waits",
		av_waits_json(&result->waits), "buffers", "node", result->buffers.node, "len",
		(json_int_t)result->buffers.len, "huge", (json_int_t)result->buffers.huge_len,
		"on_node", (json_int_t)result->buffers.node_len);
}
