/* SPDX-License-Identifier: Apache-2.0 */
/* verbs.c - what the verbs of `gonogo av` share: words, numbers, signals. */
#include "av_verbs.h"

#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <gng_options.h>

int av_refuse(const char *what, const char *word)
{
	fprintf(stderr, "gonogo: av: %s'%s'; gonogo av --help\n", what, word);
	return AV_EXIT_USAGE;
}

int av_parse(const struct option *options, bool (*set)(void *order, int option), void *order,
	     int argc, char **argv)
{
	int option;

	opterr = 0;
	while ((option = getopt_long(argc, argv, ":", options, NULL)) != -1) {
		if (option == '?')
			return av_refuse("unknown option ", argv[optind - 1]);
		if (option == ':')
			return av_refuse("a value is missing behind ", argv[optind - 1]);
		if (!set(order, option))
			return gng_options_refuse_value("av", options, option);
	}
	return -1;
}

bool av_read_number(uint64_t *number, const char *text, uint64_t most)
{
	char *end;

	*number = strtoull(text, &end, 10);
	return *text >= '0' && *text <= '9' && *end == '\0' && *number >= 1 && *number <= most;
}

bool av_read_rung(uint8_t *rung, const char *text)
{
	static const char *const names[GNG_QOS_NUM_RUNGS] = {"1080p60", "720p60", "720p30"};

	for (*rung = 0; *rung < GNG_QOS_NUM_RUNGS; ++*rung)
		if (strcmp(names[*rung], text) == 0)
			return true;
	return false;
}

bool av_read_kbps(struct gng_av_options *options, const char *text)
{
	uint64_t number = 0;
	const bool good = av_read_number(&number, text, 100000);

	options->kbps = (uint32_t)number;
	return good;
}

bool av_read_encoder(struct gng_av_options *options, const char *text)
{
	options->encoder = text;
	return strcmp(text, "x264") == 0 || strcmp(text, "openh264") == 0 ||
	       strcmp(text, "vaapi") == 0;
}

bool av_read_audio(struct gng_av_options *options, const char *text)
{
	options->opus = strcmp(text, "opus") == 0;
	return options->opus || strcmp(text, "l16") == 0;
}

bool av_read_class(struct gng_av_options *options, const char *text)
{
	options->fifo = strcmp(text, "fifo") == 0;
	return options->fifo || strcmp(text, "other") == 0;
}

bool av_read_quantile(double *q, const char *text)
{
	char *end;

	*q = strtod(text, &end);
	return *text == '0' && *end == '\0' && *q >= 0.5 && *q < 1;
}

static volatile sig_atomic_t caught;

static void on_signal(int number)
{
	(void)number;
	caught = 1;
}

void av_catch(void)
{
	const struct sigaction action = {.sa_handler = on_signal};

	sigaction(SIGINT, &action, NULL);
	sigaction(SIGTERM, &action, NULL);
}

bool av_caught(void)
{
	return caught != 0;
}

int av_exit_of(enum gng_status status)
{
	switch (status) {
	case GNG_EUNSUPPORTED:
	case GNG_EPERM:
		return AV_EXIT_INCOMPLETE;
	case GNG_EINVAL:
	case GNG_EFORMAT:
		return AV_EXIT_USAGE;
	default:
		return AV_EXIT_HARNESS;
	}
}
