/* SPDX-License-Identifier: Apache-2.0 */
/* verb_run.c - `gonogo av run`: one run, its table and its verdict. */
#include <errno.h>
#include <glob.h>
#include <math.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>

#include <gng_noise.h>
#include <gng_options.h>

#include "av_pace.h"
#include "av_report.h"
#include "av_run.h"
#include "av_verbs.h"

#define NOISE_NS (AV_SECOND / 2) /* before, and again behind */

/* order is what the command line says. */
struct order {
	struct gng_av_options options;
	double q;
	bool json, no_noise;
	const char *plot;
};

/* ---- the command line ---- */

enum {
	SECONDS = GNG_OPTIONS_OWN,
	VIDEO,
	KBPS,
	ENCODER,
	THREADS,
	AUDIO,
	CLASS,
	CLEAR,
	KEY,
	WEATHER,
	PCAP,
	PLOT,
	QUANTILE,
	POLICY,
	STOP,
	STOP_LOG,
	HOOK,
	FAULT,
	MICROPHONE,
	CAMERA,
	NO_NOISE,
	CONTROL,
	NO_WAITS,
	JSON
};

static const struct option long_options[] = {
	{"seconds", required_argument, NULL, SECONDS},
	{"video", required_argument, NULL, VIDEO},
	{"kbps", required_argument, NULL, KBPS},
	{"encoder", required_argument, NULL, ENCODER},
	{"threads", required_argument, NULL, THREADS},
	{"audio", required_argument, NULL, AUDIO},
	{"class", required_argument, NULL, CLASS},
	{"clear", no_argument, NULL, CLEAR},
	{"key", required_argument, NULL, KEY},
	{"weather", required_argument, NULL, WEATHER},
	{"pcap", required_argument, NULL, PCAP},
	{"plot", required_argument, NULL, PLOT},
	{"quantile", required_argument, NULL, QUANTILE},
	{"policy", required_argument, NULL, POLICY},
	{"stop-after", required_argument, NULL, STOP},
	{"stop-log", required_argument, NULL, STOP_LOG},
	{"hook", required_argument, NULL, HOOK},
	{"fault", required_argument, NULL, FAULT},
	{"microphone", required_argument, NULL, MICROPHONE},
	{"camera", required_argument, NULL, CAMERA},
	{"no-noise", no_argument, NULL, NO_NOISE},
	{"control", no_argument, NULL, CONTROL},
	{"no-waits", no_argument, NULL, NO_WAITS},
	{"json", no_argument, NULL, JSON},
	{"help", no_argument, NULL, GNG_OPTIONS_HELP},
	{0},
};

/* read_kind takes "MILLISECONDS", "refuse" or "refuse=PICTURES". */
static bool read_kind(struct gng_av_options *options, const char *text)
{
	uint64_t number = 1;

	if (strncmp(text, "refuse", 6) == 0) {
		if (text[6] && (text[6] != '=' || !av_read_number(&number, text + 7, 1000)))
			return false;
		options->fault_refusals = (uint32_t)number;
		return true;
	}
	if (!av_read_number(&number, text, 10000))
		return false;
	options->fault_ns = number * 1000000;
	return true;
}

/* read_fault takes "FRAME:KIND". */
static bool read_fault(struct gng_av_options *options, const char *text)
{
	char frame[24];
	const char *colon = strchr(text, ':');
	uint64_t number;

	if (!colon || (size_t)(colon - text) >= sizeof(frame))
		return false;
	memcpy(frame, text, (size_t)(colon - text));
	frame[colon - text] = '\0';
	if (!av_read_number(&number, frame, UINT32_MAX - 1) || !read_kind(options, colon + 1))
		return false;
	options->fault_frame = (uint32_t)number;
	return true;
}

/* set_path sets what is only a name. */
static bool set_path(struct order *order, int option)
{
	const char **const places[] = {
		[KEY - KEY] = &order->options.key_path,
		[WEATHER - KEY] = &order->options.weather,
		[PCAP - KEY] = &order->options.pcap_path,
		[PLOT - KEY] = &order->plot,
		[STOP_LOG - KEY] = &order->options.stop_log,
		[HOOK - KEY] = &order->options.hook,
		[MICROPHONE - KEY] = &order->options.microphone,
		[CAMERA - KEY] = &order->options.camera,
	};

	*places[option - KEY] = optarg;
	return *optarg != '\0';
}

static bool set_stop(struct order *order)
{
	uint64_t number = 0;
	const bool good = av_read_number(&number, optarg, UINT32_MAX);

	order->options.stop_misses = (uint32_t)number;
	return good;
}

static bool set_threads(struct order *order)
{
	uint64_t number = 0;
	const bool good = av_read_number(&number, optarg, GNG_AV_MAX_THREADS);

	order->options.threads = (uint8_t)number;
	return good;
}

static bool read_policy(enum gng_qos_policy *policy, const char *word)
{
	static const char *const words[] = {[GNG_QOS_BUDGET] = "budget",
					    [GNG_QOS_ARTICLE] = "article",
					    [GNG_QOS_HOLD] = "hold"};

	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
		if (strcmp(word, words[i]) == 0) {
			*policy = (enum gng_qos_policy)i;
			return true;
		}
	return false;
}

static bool set_word(struct order *order, int option)
{
	switch (option) {
	case VIDEO:
		return av_read_rung(&order->options.rung, optarg);
	case ENCODER:
		return av_read_encoder(&order->options, optarg);
	case AUDIO:
		return av_read_audio(&order->options, optarg);
	case CLASS:
		return av_read_class(&order->options, optarg);
	case POLICY:
		return read_policy(&order->options.policy, optarg);
	case QUANTILE:
		return av_read_quantile(&order->q, optarg);
	default:
		return read_fault(&order->options, optarg);
	}
}

static bool set_option(void *context, int option)
{
	struct order *order = context;

	switch (option) {
	case JSON:
		return order->json = true;
	case CLEAR:
		return order->options.clear = true;
	case NO_NOISE:
		return order->no_noise = true;
	case CONTROL:
		return order->options.control = true;
	case NO_WAITS:
		order->options.waits = false;
		return true;
	case SECONDS:
		return av_read_number(&order->options.seconds, optarg, 604800);
	case KBPS:
		return av_read_kbps(&order->options, optarg);
	case STOP:
		return set_stop(order);
	case THREADS:
		return set_threads(order);
	case KEY:
	case WEATHER:
	case PCAP:
	case PLOT:
	case STOP_LOG:
	case HOOK:
	case MICROPHONE:
	case CAMERA:
		return set_path(order, option);
	default:
		return set_word(order, option);
	}
}

static const struct gng_options command = {
	.verb = "av", .help = av_help, .known = long_options, .set = set_option};

/* parse returns -1 to go on, else the exit status. */
static int parse(struct order *order, int argc, char **argv)
{
	const int status = gng_options_read(&command, order, argc, argv);

	if (status == -1 && optind < argc)
		return gng_options_refuse(&command, "it wants no word like", argv[optind]);
	return status;
}

/* ---- the run ---- */

/* add_noise raises the floors to those of now: the larger of before and behind counts. It is
 * measured in the class of the run: what SCHED_OTHER suffers would excuse what SCHED_FIFO must not.
 */
static void add_noise(struct gng_av_result *result, bool fifo)
{
	static const double quantiles[3] = {0.99, 0.999, 0.9999};
	const bool raised = fifo && av_set_fifo(80);
	struct gng_noise noise;
	const enum gng_status status = gng_noise_measure(&noise, NOISE_NS, NULL);

	if (raised)
		av_set_fifo(0);
	if (status != GNG_OK)
		return;
	for (int i = 0; i < 3; i++) {
		const uint64_t floor_ns = gng_noise_floor_ns(&noise, quantiles[i]);

		if (floor_ns > result->floor_video_ns[i])
			result->floor_video_ns[i] = result->floor_audio_ns[i] = floor_ns;
	}
	gng_noise_fini(&noise);
}

/* What a machine has and this pipeline does not use, or lacks: said, for the table is of neither.
 */
static void note_devices(struct gng_av_result *result, const struct gng_av_options *options)
{
	static const struct {
		const char *pattern, *lacks, *has;
	} devices[] = {
		{"/dev/snd/pcmC*D*c", "no sound card: the microphone is synthetic",
		 "the sound card is not used: the microphone is synthetic"},
		{"/dev/video*", "no camera: the picture is synthetic",
		 "the camera is not used: the picture is synthetic"},
		{"/dev/dri/render*", "no hardware encoder: encoding is done by the CPU",
		 "the render node is not used: encoding is done by the CPU; --encoder vaapi"},
	};

	const bool used[] = {result->microphone.used, result->camera.used,
			     strcmp(options->encoder, "vaapi") == 0};

	for (size_t i = 0; i < sizeof(devices) / sizeof(devices[0]); i++) {
		glob_t found;
		const bool has = !used[i] && glob(devices[i].pattern, 0, NULL, &found) == 0;

		if (!used[i] && result->num_notes < GNG_AV_NUM_NOTES)
			snprintf(result->notes[result->num_notes++], sizeof(result->notes[0]), "%s",
				 has ? devices[i].has : devices[i].lacks);
		if (has)
			globfree(&found);
	}
}

/* live is what the progress line needs. */
struct live {
	struct gng_term_progress progress;
	uint64_t seconds;
};

static bool seen(void *arg, const struct gng_av_result *result, uint64_t elapsed_ns)
{
	struct live *live = arg;
	const double share = (double)elapsed_ns / 1e9 / (double)live->seconds;
	char name[64];

	snprintf(name, sizeof(name), "%llu frames, %llu missed; sound %llu",
		 (unsigned long long)result->video.num, (unsigned long long)result->video.misses,
		 (unsigned long long)result->audio.misses);
	gng_term_progress_draw(&live->progress, (double)av_now() / 1e9,
			       (size_t)(elapsed_ns / AV_SECOND), (size_t)live->seconds,
			       share < 1 ? share : 1, name);
	return !av_caught();
}

static int write_plot(const char *path, const struct gng_av_result *result)
{
	FILE *file = fopen(path, "we");

	if (file)
		gng_av_plot(file, result);
	if (file && fclose(file) == 0)
		return 0;
	fprintf(stderr, "gonogo: av: %s cannot be written: %s\n", path, strerror(errno));
	return AV_EXIT_HARNESS;
}

static int say(const struct order *order, const struct gng_av_result *result)
{
	struct gng_term term;
	json_t *json;
	int status = 0;

	if (order->json) {
		json = av_report_json(result, &order->options, order->q);
		if (!json || json_dumpf(json, stdout, JSON_COMPACT) != 0 || puts("") == EOF)
			status = AV_EXIT_HARNESS;
		json_decref(json);
		return status;
	}
	gng_term_init(&term, stdout);
	av_report_print(&term, result, &order->options, order->q);
	return 0;
}

static int exit_of_verdict(const struct gng_av_result *result, double q)
{
	const enum gng_av_verdict verdict = av_verdict(result, q);

	if (result->tripped || verdict == GNG_AV_FAIL)
		return 1;
	if (*result->ended)
		return AV_EXIT_INCOMPLETE;
	return verdict == GNG_AV_PASS ? 0 : AV_EXIT_INCOMPLETE;
}

static int run(const struct order *order)
{
	struct gng_av_result result;
	struct gng_term errors;
	struct live live = {.seconds = order->options.seconds * (order->options.control ? 2 : 1)};
	struct gng_why why = {0};
	uint64_t before[3] = {0};
	enum gng_status status;
	int left = 0;

	status = av_check_words(&order->options, &why); /* before a second of noise is measured */
	if (status != GNG_OK) {
		fprintf(stderr, "gonogo: av: %s\n", why.text);
		return av_exit_of(status);
	}
	gng_term_init(&errors, stderr);
	memset(&result, 0, sizeof(result));
	if (!order->no_noise)
		add_noise(&result, order->options.fifo);
	memcpy(before, result.floor_video_ns, sizeof(before));
	gng_term_progress_begin(&live.progress, &errors, (double)av_now() / 1e9);
	status = gng_av_run(&result, &order->options, seen, &live, &why);
	gng_term_progress_erase(&live.progress);
	if (status != GNG_OK) {
		fprintf(stderr, "gonogo: av: %s\n", why.text);
		return av_exit_of(status);
	}
	memcpy(result.floor_video_ns, before, sizeof(before));
	memcpy(result.floor_audio_ns, before, sizeof(before));
	if (!order->no_noise)
		add_noise(&result, order->options.fifo);
	note_devices(&result, &order->options);
	if (order->plot)
		left = write_plot(order->plot, &result);
	if (left == 0)
		left = say(order, &result);
	if (left == 0)
		left = av_caught() ? AV_EXIT_INCOMPLETE : exit_of_verdict(&result, order->q);
	gng_av_result_fini(&result);
	return left;
}

int av_verb_run(int argc, char **argv)
{
	struct order order = {
		.options = {.seconds = 30,
			    .rung = 1,
			    .kbps = 4000,
			    .fifo = true,
			    .waits = true,
			    .encoder = "x264"},
		.q = 0.99,
	};
	const int status = parse(&order, argc, argv);

	if (status != -1)
		return status;
	av_catch();
	return run(&order);
}
