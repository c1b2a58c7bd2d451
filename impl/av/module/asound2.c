/* SPDX-License-Identifier: Apache-2.0 */
/* asound2.c - the module around libasound: sound of a PCM of ALSA, 48 frames at a time, without
 * waiting for them. */
#include "../av_module.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include <alsa/asoundlib.h>

#define RATE 48000
#define BUFFER_FRAMES 9600 /* 200 ms: beyond it the device overruns */
#define MAX_CHANNELS 8

struct capture {
	snd_pcm_t *pcm;
	snd_pcm_status_t *status;
	snd_pcm_format_t format;
	unsigned int channels;
	int32_t frames[AV_CAPTURE_FRAMES * MAX_CHANNELS]; /* or as many of 16 bits */
};

static void capture_close(void *context)
{
	struct capture *capture = context;

	if (capture->pcm)
		snd_pcm_close(capture->pcm);
	snd_pcm_status_free(capture->status);
	free(capture);
}

/* choose takes the first format and number of channels that the device has. */
static int choose(struct capture *capture, snd_pcm_hw_params_t *params)
{
	static const snd_pcm_format_t formats[] = {SND_PCM_FORMAT_S16_LE, SND_PCM_FORMAT_S32_LE};
	static const unsigned int channels[] = {2, 1, 4, 6, 8};
	int error = -EINVAL;

	for (size_t i = 0; i < 2 && error < 0; i++) {
		capture->format = formats[i];
		error = snd_pcm_hw_params_set_format(capture->pcm, params, formats[i]);
	}
	for (size_t i = 0; i < 5 && error >= 0; i++) {
		capture->channels = channels[i];
		if (snd_pcm_hw_params_set_channels(capture->pcm, params, channels[i]) == 0)
			return 0;
	}
	return -EINVAL;
}

/* Resampling is refused: it would hide the clock of the device, and add a delay that nobody sees.
 */
static int set_hardware(struct capture *capture, snd_pcm_uframes_t *period,
			snd_pcm_uframes_t *buffer)
{
	snd_pcm_hw_params_t *params;
	int error;

	snd_pcm_hw_params_alloca(&params);
	if ((error = snd_pcm_hw_params_any(capture->pcm, params)) < 0 ||
	    (error = snd_pcm_hw_params_set_rate_resample(capture->pcm, params, 0)) < 0 ||
	    (error = snd_pcm_hw_params_set_access(capture->pcm, params,
						  SND_PCM_ACCESS_RW_INTERLEAVED)) < 0 ||
	    (error = choose(capture, params)) < 0 ||
	    (error = snd_pcm_hw_params_set_rate(capture->pcm, params, RATE, 0)) < 0 ||
	    (error = snd_pcm_hw_params_set_period_size_near(capture->pcm, params, period, NULL)) <
		    0 ||
	    (error = snd_pcm_hw_params_set_buffer_size_near(capture->pcm, params, buffer)) < 0)
		return error;
	return snd_pcm_hw_params(capture->pcm, params);
}

static int set_stamps(struct capture *capture)
{
	snd_pcm_sw_params_t *params;
	int error;

	snd_pcm_sw_params_alloca(&params);
	if ((error = snd_pcm_sw_params_current(capture->pcm, params)) < 0 ||
	    (error = snd_pcm_sw_params_set_tstamp_mode(capture->pcm, params,
						       SND_PCM_TSTAMP_ENABLE)) < 0 ||
	    (error = snd_pcm_sw_params_set_tstamp_type(capture->pcm, params,
						       SND_PCM_TSTAMP_TYPE_MONOTONIC)) < 0)
		return error;
	return snd_pcm_sw_params(capture->pcm, params);
}

static void *capture_open(const char *device, char *said, size_t cap)
{
	struct capture *capture = calloc(1, sizeof(*capture));
	snd_pcm_uframes_t period = AV_CAPTURE_FRAMES, buffer = BUFFER_FRAMES;
	int error = -ENOMEM;

	if (capture && (error = snd_pcm_status_malloc(&capture->status)) == 0 &&
	    (error = snd_pcm_open(&capture->pcm, device, SND_PCM_STREAM_CAPTURE,
				  SND_PCM_NONBLOCK)) == 0 &&
	    (error = set_hardware(capture, &period, &buffer)) >= 0)
		error = set_stamps(capture);
	if (error < 0) {
		snprintf(said, cap, "%s", snd_strerror(error));
		if (capture)
			capture_close(capture);
		return NULL;
	}
	snprintf(said, cap, "%s, %d Hz, channels %u, period %lu, buffer %lu",
		 snd_pcm_format_name(capture->format), RATE, capture->channels, period, buffer);
	return capture;
}

/* The first two channels; one alone is on both sides. */
static void convert(const struct capture *capture, int16_t *samples)
{
	const bool wide = capture->format == SND_PCM_FORMAT_S32_LE;
	const int16_t *narrow = (const int16_t *)capture->frames;

	for (size_t i = 0; i < AV_CAPTURE_FRAMES; i++)
		for (size_t side = 0; side < 2; side++) {
			const size_t from =
				i * capture->channels + (side < capture->channels ? side : 0);

			samples[2 * i + side] =
				wide ? (int16_t)(capture->frames[from] >> 16) : narrow[from];
		}
}

/* begin starts what stands, for the first time or behind an overrun. */
static int begin(struct capture *capture, int error)
{
	error = error ? snd_pcm_recover(capture->pcm, error, 1) : 0;
	if (error == 0 && snd_pcm_state(capture->pcm) == SND_PCM_STATE_PREPARED)
		error = snd_pcm_start(capture->pcm);
	return error;
}

static int capture_look(void *context, struct av_captured *captured)
{
	struct capture *capture = context;
	snd_htimestamp_t stamp;
	int error = snd_pcm_status(capture->pcm, capture->status);

	*captured = (struct av_captured){0};
	if (error < 0)
		return error;
	switch (snd_pcm_status_get_state(capture->status)) {
	case SND_PCM_STATE_PREPARED:
		return begin(capture, 0);
	case SND_PCM_STATE_XRUN:
		captured->overran = true;
		return begin(capture, -EPIPE);
	case SND_PCM_STATE_SUSPENDED:
		captured->overran = true;
		return begin(capture, -ESTRPIPE);
	case SND_PCM_STATE_RUNNING:
		break;
	default:
		return -ENODEV;
	}
	snd_pcm_status_get_htstamp(capture->status, &stamp);
	captured->num_frames = (uint32_t)snd_pcm_status_get_avail(capture->status);
	captured->stamp_ns = (uint64_t)stamp.tv_sec * 1000000000 + (uint64_t)stamp.tv_nsec;
	return 0;
}

/* What overruns between the look and here is told by the next look. */
static int capture_take(void *context, int16_t *samples)
{
	struct capture *capture = context;
	const snd_pcm_sframes_t num =
		snd_pcm_readi(capture->pcm, capture->frames, AV_CAPTURE_FRAMES);

	if (num == -ENODEV || num == -EBADFD)
		return -ENODEV;
	if (num != AV_CAPTURE_FRAMES)
		return 1;
	convert(capture, samples);
	return 0;
}

__attribute__((visibility("default"))) extern const struct av_module av_module;
const struct av_module av_module = {
	.version = AV_MODULE_VERSION,
	.name = "asound2",
	.licence = "LGPL-2.1-or-later",
	.capture_open = capture_open,
	.capture_look = capture_look,
	.capture_take = capture_take,
	.capture_close = capture_close,
};
