/* SPDX-License-Identifier: Apache-2.0 */
/* run.c - a run from its first tick to its last figure. */
#include "av_run.h"

#include <string.h>

#define STEP_NS (AV_SECOND / 5)

static void act_on_stop(struct av_run *run, struct gng_av_result *result)
{
	struct gng_why why;

	if (av_stop_act(&run->stop, run->options->stop_log, run->options->hook, &why) != GNG_OK)
		av_note(result, "%s", why.text);
}

/* note_gone says of a device that is no longer there, whichever it was first. */
static bool note_gone(struct av_run *run, struct gng_av_result *result)
{
	const int microphone = atomic_load(&run->microphone_gone);
	const int error = microphone ? microphone : atomic_load(&run->camera_gone);

	if (error)
		snprintf(result->ended, sizeof(result->ended),
			 "the %s %s went away (%s): the run was ended",
			 microphone ? "microphone" : "camera",
			 microphone ? result->microphone.name : result->camera.name,
			 strerror(error));
	return error != 0;
}

/* follow collects until the time is over; false if the caller or a broken part ended it before. */
static bool follow(struct av_collector *collector, gng_av_seen seen, void *arg)
{
	struct av_run *run = collector->run;
	const uint64_t end = run->start_ns + av_run_ns(run->options);
	uint64_t next = run->start_ns;

	while ((next += STEP_NS) <= end) {
		av_sleep_until(next);
		av_collect(collector, av_now(), end, false);
		act_on_stop(run, collector->result);
		if (atomic_load(&run->broken) != 0 || note_gone(run, collector->result))
			return false;
		if (seen && !seen(arg, collector->result, av_now() - run->start_ns))
			return false;
	}
	return true;
}

static void note_end(struct av_run *run, struct gng_av_result *result)
{
	if (atomic_load(&run->class_failed))
		av_note(result, "not every thread got its class and CPU");
	if (run->num_answered < run->num_stamped) {
		result->stamps_missing = run->num_stamped - run->num_answered;
		av_note(result, "%llu of %u packets have no stamp of the driver",
			(unsigned long long)result->stamps_missing, run->num_stamped);
	}
	if (run->tap_video.left_out + run->tap_audio.left_out > 0)
		av_note(result, "the pcap file lacks %llu packets: its memory was full",
			(unsigned long long)(run->tap_video.left_out + run->tap_audio.left_out));
}

static enum gng_status run_open(struct av_run *run, struct gng_av_result *result, gng_av_seen seen,
				void *arg, struct gng_why *why)
{
	struct av_collector collector = {0};
	enum gng_status status = av_run_start(run, why);
	uint64_t last;

	if (status == GNG_OK)
		status = av_collector_init(&collector, run, result, why);
	if (status != GNG_OK) {
		av_run_end(run);
		av_collector_fini(&collector);
		return status;
	}
	/* Frames of the last moment get their time to arrive; what ended early is judged up to a
	 * moment before. */
	last = follow(&collector, seen, arg) ? run->start_ns + av_run_ns(run->options)
					     : av_now() - AV_SECOND / 10;
	av_sleep_until(last + AV_SECOND / 10);
	av_run_end(run);
	av_collect(&collector, av_now(), last, true);
	note_end(run, result);
	av_run_prove(run, result);
	av_collector_fini(&collector);
	if (atomic_load(&run->broken) != 0)
		return gng_why_set(why, GNG_ESYS, 0, "av.run",
				   "the codec failed three times in a row: the run was ended");
	if (run->options->pcap_path)
		return av_tap_write(run->options->pcap_path, &run->tap_video, &run->tap_audio, why);
	return GNG_OK;
}

enum gng_status gng_av_run(struct gng_av_result *result, const struct gng_av_options *options,
			   gng_av_seen seen, void *arg, struct gng_why *why)
{
	struct av_run *run = NULL;
	enum gng_status status = av_result_open(result, why);

	if (status != GNG_OK)
		return status;
	status = av_run_open(&run, options, result, why);
	if (status == GNG_OK)
		status = run_open(run, result, seen, arg, why);
	av_run_close(run);
	if (status != GNG_OK)
		gng_av_result_fini(result);
	return status;
}
