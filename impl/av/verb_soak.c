/* SPDX-License-Identifier: Apache-2.0 */
/* verb_soak.c - `gonogo av soak`: a run of days in a file, resumed where it was, and the files of
 * many terminals pooled. */
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include <gng_options.h>
#include <gng_term.h>

#include "av_pace.h"
#include "av_report.h"
#include "av_soak_near.h"
#include "av_verbs.h"

#define CONFIDENCE 0.95

/* order is what the command line says. */
struct order {
	struct gng_av_options options;
	uint64_t seconds, every; /* of the whole soak; between two lines */
	const char *folder;
	double q;
	bool json, merge;
};

/* ---- the command line ---- */

enum {
	HOURS = GNG_OPTIONS_OWN,
	SECONDS,
	EVERY,
	OUT,
	MERGE,
	VIDEO,
	KBPS,
	ENCODER,
	AUDIO,
	CLASS,
	QUANTILE,
	JSON
};

static const struct option long_options[] = {
	{"hours", required_argument, NULL, HOURS},
	{"seconds", required_argument, NULL, SECONDS},
	{"every", required_argument, NULL, EVERY},
	{"out", required_argument, NULL, OUT},
	{"merge", no_argument, NULL, MERGE},
	{"video", required_argument, NULL, VIDEO},
	{"kbps", required_argument, NULL, KBPS},
	{"encoder", required_argument, NULL, ENCODER},
	{"audio", required_argument, NULL, AUDIO},
	{"class", required_argument, NULL, CLASS},
	{"quantile", required_argument, NULL, QUANTILE},
	{"json", no_argument, NULL, JSON},
	{"help", no_argument, NULL, GNG_OPTIONS_HELP},
	{0},
};

static bool set_time(struct order *order, int option)
{
	uint64_t number;

	if (!av_read_number(&number, optarg, option == HOURS ? 168 : 604800))
		return false;
	if (option == EVERY)
		order->every = number;
	else
		order->seconds = option == HOURS ? number * 3600 : number;
	return true;
}

static bool set_stream(struct order *order, int option)
{
	switch (option) {
	case VIDEO:
		return av_read_rung(&order->options.rung, optarg);
	case KBPS:
		return av_read_kbps(&order->options, optarg);
	case ENCODER:
		return av_read_encoder(&order->options, optarg);
	case AUDIO:
		return av_read_audio(&order->options, optarg);
	case CLASS:
		return av_read_class(&order->options, optarg);
	default:
		return av_read_quantile(&order->q, optarg);
	}
}

static bool set_option(void *context, int option)
{
	struct order *order = context;

	switch (option) {
	case HOURS:
	case SECONDS:
	case EVERY:
		return set_time(order, option);
	case OUT:
		order->folder = optarg;
		return *optarg != '\0';
	case MERGE:
		return order->merge = true;
	case JSON:
		return order->json = true;
	default:
		return set_stream(order, option);
	}
}

static const struct gng_options command = {
	.verb = "av", .help = av_help, .known = long_options, .set = set_option};

/* parse returns -1 to go on, else the exit status. */
static int parse(struct order *order, int argc, char **argv)
{
	const int status = gng_options_read(&command, order, argc, argv);

	if (status != -1)
		return status;
	if (order->merge && optind == argc)
		return gng_options_refuse(&command, "--merge wants folders, and not", "");
	if (!order->merge && optind < argc)
		return gng_options_refuse(&command, "it wants no word like", argv[optind]);
	if (!order->merge && !order->folder)
		return gng_options_refuse(&command, "it wants a folder: --out", "DIR");
	return -1;
}

/* ---- the report ---- */

static json_t *side_json(const struct av_soak_side *side)
{
	json_t *causes = json_object();

	for (int cause = GNG_AV_KEPT + 1; cause < GNG_AV_NUM_CAUSES; cause++)
		json_object_set_new(causes, gng_av_cause_name((enum gng_av_cause)cause),
				    json_integer((json_int_t)side->causes[cause]));
	return json_pack("{s:I,s:I,s:f,s:I,s:o}", "n", (json_int_t)side->num, "misses",
			 (json_int_t)side->misses, "miss_rate_bound",
			 gng_hist_miss_bound(side->misses, side->num, CONFIDENCE), "max_ns",
			 (json_int_t)(side->hist ? gng_hist_max(side->hist) : 0), "causes", causes);
}

static enum gng_av_verdict judge(const struct av_soak_side *side, double q)
{
	const struct gng_av_side counts = {.num = side->num, .misses = side->misses};

	return gng_av_judge(&counts, q, 1, 0);
}

/* verdict_of is the worse one: FAIL, else INSUFFICIENT, else PASS. */
static enum gng_av_verdict verdict_of(const struct av_soak *soak, double q)
{
	const enum gng_av_verdict video = judge(&soak->video, q), audio = judge(&soak->audio, q);

	if (video == GNG_AV_FAIL || audio == GNG_AV_FAIL)
		return GNG_AV_FAIL;
	return video == GNG_AV_PASS ? audio : video;
}

static void print_side(const char *name, const struct av_soak_side *side)
{
	printf(" %s: %llu of %llu missed, rate below %.3g at 95 %%", name,
	       (unsigned long long)side->misses, (unsigned long long)side->num,
	       gng_hist_miss_bound(side->misses, side->num, CONFIDENCE));
	if (side->hist)
		printf("; P50 %.3f ms, P99.9 %.3f ms, max %.3f ms",
		       (double)gng_hist_value_at_quantile(side->hist, 0.5) / 1e6,
		       (double)gng_hist_value_at_quantile(side->hist, 0.999) / 1e6,
		       (double)gng_hist_max(side->hist) / 1e6);
	for (int cause = GNG_AV_KEPT + 1; cause < GNG_AV_NUM_CAUSES; cause++)
		if (side->causes[cause])
			printf("; %s %llu", gng_av_cause_name((enum gng_av_cause)cause),
			       (unsigned long long)side->causes[cause]);
	puts("");
}

static void print_soak(const struct av_soak *soak, double q)
{
	char gap[GNG_TERM_FIGURE_CAP];

	printf(" %s\n", soak->config);
	print_side("video", &soak->video);
	print_side("audio", &soak->audio);
	printf(" %llu of %llu lines have a miss, rate below %.3g at 95 %%\n",
	       (unsigned long long)soak->minutes_missed, (unsigned long long)soak->minutes,
	       gng_hist_miss_bound(soak->minutes_missed, soak->minutes, CONFIDENCE));
	printf(" %llu segments in %llu boots, %llu gaps of %s in all, none of them counted; "
	       "%llu bytes torn\n last hash %s\n",
	       (unsigned long long)soak->segments, (unsigned long long)soak->boots,
	       (unsigned long long)soak->num_gaps,
	       gng_term_duration(gap, (double)soak->gap_ns / 1e9), (unsigned long long)soak->torn,
	       soak->hash);
	av_soak_print_near(stdout, soak);
	printf(" at quantile %g, with 95 %% confidence: %s\n", q,
	       gng_av_verdict_name(verdict_of(soak, q)));
}

static int print_json(const struct av_soak *soak, size_t terminals, double q)
{
	json_t *json = json_pack(
		"{s:s,s:f,s:s,s:I,s:o,s:o,s:I,s:I,s:I,s:I,s:I,s:f,s:I,s:s,s:o,s:I,s:o}", "verdict",
		gng_av_verdict_name(verdict_of(soak, q)), "quantile", q, "config", soak->config,
		"terminals", (json_int_t)terminals, "video", side_json(&soak->video), "audio",
		side_json(&soak->audio), "lines", (json_int_t)soak->minutes, "lines_missed",
		(json_int_t)soak->minutes_missed, "segments", (json_int_t)soak->segments, "boots",
		(json_int_t)soak->boots, "gaps", (json_int_t)soak->num_gaps, "gap_s",
		(double)soak->gap_ns / 1e9, "torn", (json_int_t)soak->torn, "hash", soak->hash,
		"near", av_near_json(soak->near), "lines_unwatched",
		(json_int_t)soak->minutes_unwatched, "worst", av_soak_worst_json(soak));
	const bool good = json && json_dumpf(json, stdout, JSON_COMPACT) == 0 && puts("") != EOF;

	json_decref(json);
	return good ? 0 : AV_EXIT_HARNESS;
}

static int say(const struct av_soak *soak, size_t terminals, const struct order *order)
{
	int status = 0;

	if (order->json)
		status = print_json(soak, terminals, order->q);
	else
		print_soak(soak, order->q);
	if (status != 0)
		return status;
	switch (verdict_of(soak, order->q)) {
	case GNG_AV_PASS:
		return 0;
	case GNG_AV_FAIL:
		return 1;
	default:
		return AV_EXIT_INCOMPLETE;
	}
}

/* ---- the soak ---- */

/* live is a soak at work. */
struct live {
	struct av_soak_file *file;
	struct gng_term_progress progress;
	uint64_t next_ns, every_ns, seconds;
	enum gng_status status;
	struct gng_why why;
};

static void write_line(struct live *live, const struct gng_av_result *result)
{
	char *json = av_soak_minute(result, av_clock(CLOCK_REALTIME));

	live->status =
		json ? av_soak_append(live->file, json, &live->why)
		     : gng_why_set(&live->why, GNG_ENOMEM, 0, "av.soak", "no memory for a line");
	free(json);
}

static bool seen(void *arg, const struct gng_av_result *result, uint64_t elapsed_ns)
{
	struct live *live = arg;
	const double share = (double)elapsed_ns / 1e9 / (double)live->seconds;
	char name[64];

	if (elapsed_ns >= live->next_ns) {
		write_line(live, result);
		live->next_ns += live->every_ns;
	}
	snprintf(name, sizeof(name), "%llu frames, %llu missed; sound %llu",
		 (unsigned long long)result->video.num, (unsigned long long)result->video.misses,
		 (unsigned long long)result->audio.misses);
	gng_term_progress_draw(&live->progress, (double)av_now() / 1e9,
			       (size_t)(elapsed_ns / AV_SECOND), (size_t)live->seconds,
			       share < 1 ? share : 1, name);
	return live->status == GNG_OK && !av_caught();
}

/* segment runs what is left of the soak. */
static enum gng_status segment(struct order *order, struct av_soak_file *file, uint64_t left,
			       struct gng_why *why)
{
	struct gng_term errors;
	struct live live = {.file = file,
			    .next_ns = order->every * AV_SECOND,
			    .every_ns = order->every * AV_SECOND,
			    .seconds = left};
	struct gng_av_result result;
	enum gng_status status;

	gng_term_init(&errors, stderr);
	gng_term_progress_begin(&live.progress, &errors, (double)av_now() / 1e9);
	order->options.seconds = left;
	status = gng_av_run(&result, &order->options, seen, &live, why);
	gng_term_progress_erase(&live.progress);
	if (status != GNG_OK)
		return status;
	for (size_t i = 0; i < result.num_notes; i++)
		fprintf(stderr, "gonogo: av: %s\n", result.notes[i]);
	if (live.status == GNG_OK)
		write_line(&live, &result);
	gng_av_result_fini(&result);
	if (live.status != GNG_OK)
		*why = live.why;
	return live.status;
}

/* The class is part of the configuration as it was asked for; what was had is in the figures. */
static void name_config(char config[AV_SOAK_CONFIG], const struct gng_av_options *options)
{
	const struct gng_qos_rung *rung = gng_qos_rung_at(options->rung);

	snprintf(config, AV_SOAK_CONFIG, "%ux%u at %u, %u kbit/s, %s, %s, SRTP, %s", rung->width,
		 rung->height, rung->fps, options->kbps, options->encoder,
		 options->opus ? "Opus" : "L16", options->fifo ? "SCHED_FIFO" : "SCHED_OTHER");
}

/* A file that cannot be believed is no evidence, neither for nor against. */
static int refuse(enum gng_status status, const struct gng_why *why)
{
	fprintf(stderr, "gonogo: av: %s\n", why->text);
	return status == GNG_EFORMAT ? AV_EXIT_HARNESS : av_exit_of(status);
}

/* seconds_of is how long a soak has seen: frames, not the time of a clock. */
static uint64_t seconds_of(const struct av_soak *seen_so_far, const struct order *order)
{
	return seen_so_far->video.num / gng_qos_rung_at(order->options.rung)->fps;
}

/* is_complete looks at what is there; a soak that is over gets no further line. */
static bool is_complete(const struct order *order, const char *config)
{
	struct av_soak sum;
	bool complete;

	if (av_soak_load(&sum, order->folder, NULL) != GNG_OK)
		return false;
	complete = strcmp(sum.config, config) == 0 && seconds_of(&sum, order) >= order->seconds;
	av_soak_fini(&sum);
	return complete;
}

static enum gng_status go_on(struct order *order, const char *config, struct gng_why *why)
{
	struct av_soak_file file;
	enum gng_status status = av_soak_open(&file, order->folder, config, why);

	if (status != GNG_OK)
		return status;
	status = segment(order, &file, order->seconds - seconds_of(&file.soak, order), why);
	av_soak_close(&file);
	return status;
}

static int soak(struct order *order)
{
	char config[AV_SOAK_CONFIG];
	struct av_soak sum;
	struct gng_why why = {0};
	enum gng_status status = GNG_OK;
	int answer;

	name_config(config, &order->options);
	if (!is_complete(order, config))
		status = go_on(order, config, &why);
	if (status == GNG_OK)
		status = av_soak_load(&sum, order->folder, &why);
	if (status != GNG_OK)
		return refuse(status, &why);
	answer = say(&sum, 1, order);
	av_soak_fini(&sum);
	return av_caught() ? AV_EXIT_INCOMPLETE : answer;
}

/* pooled is what merge has read so far. */
struct pooled {
	struct av_soak sum;
	char (*ids)[33];
	int num;
};

/* pool reads one folder and adds it. */
static enum gng_status pool(struct pooled *pooled, const char *folder, struct gng_why *why)
{
	struct av_soak one;
	enum gng_status status = av_soak_load(&one, folder, why);

	if (status != GNG_OK)
		return status;
	memcpy(pooled->ids[pooled->num], one.id, sizeof(one.id));
	for (int i = 0; i < pooled->num && status == GNG_OK; i++)
		if (strcmp(pooled->ids[i], one.id) == 0)
			status = gng_why_set(why, GNG_EINVAL, 0, "av.soak",
					     "%s is the same soak as another folder: its frames "
					     "would count twice",
					     folder);
	if (pooled->num++ == 0) {
		pooled->sum = one;
		return status;
	}
	if (status == GNG_OK)
		status = av_soak_add(&pooled->sum, &one, why);
	av_soak_fini(&one);
	return status;
}

/* merge pools the folders; the first one that cannot be believed ends it. */
static int merge(char **folders, int num, const struct order *order)
{
	struct pooled pooled = {.ids = calloc((size_t)num, sizeof(*pooled.ids))};
	struct gng_why why = {.text = "no memory"};
	enum gng_status status = pooled.ids ? GNG_OK : GNG_ENOMEM;
	int answer;

	for (int i = 0; i < num && status == GNG_OK; i++)
		status = pool(&pooled, folders[i], &why);
	answer = status == GNG_OK ? say(&pooled.sum, (size_t)num, order) : refuse(status, &why);
	av_soak_fini(&pooled.sum);
	free(pooled.ids);
	return answer;
}

int av_verb_soak(int argc, char **argv)
{
	struct order order = {
		.options =
			{.rung = 1, .kbps = 4000, .fifo = true, .waits = true, .encoder = "x264"},
		.seconds = 72 * 3600,
		.every = 60,
		.q = 0.9999,
	};
	const int status = parse(&order, argc, argv);

	if (status != -1)
		return status;
	av_catch();
	return order.merge ? merge(argv + optind, argc - optind, &order) : soak(&order);
}
