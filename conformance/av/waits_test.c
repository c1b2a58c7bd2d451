/* SPDX-License-Identifier: Apache-2.0 */
/* waits_test.c - the scheduler is asked who had the CPU of a late frame, and where it may not be
 * asked late wakes are counted. */
/* requires: x264 openh264 */
#include "../suite.h"

#include <pthread.h>
#include <stdio.h>
#include <string.h>

#include <av_pace.h>
#include <gng_av.h>

#define MS UINT64_C(1000000)

/* steal takes the sender's CPU for 60 ms, once, and no longer. */
static void *steal(void *arg)
{
	bool *stole = arg;
	uint64_t end;

	pthread_setname_np(pthread_self(), "av-thief");
	*stole = av_enter_fifo(98, 1);
	end = av_now() + 60 * MS;
	while (av_now() < end)
		;
	return NULL;
}

static bool steal_once(void *arg, const struct gng_av_result *result, uint64_t elapsed_ns)
{
	bool *stole = arg;
	pthread_t thread;

	(void)result;
	if (elapsed_ns < AV_SECOND / 2 || *stole)
		return true;
	assert_int_equal(pthread_create(&thread, NULL, steal, arg), 0);
	pthread_join(thread, NULL);
	return true;
}

/* run_stolen is a run of a second, whose sender loses its CPU once; false if it was skipped. */
static bool run_stolen(struct gng_av_result *result, bool waits)
{
	const struct gng_av_options options = {.seconds = 1,
					       .rung = 1,
					       .kbps = 3000,
					       .fifo = true,
					       .waits = waits,
					       .encoder = "x264",
					       .policy = GNG_QOS_HOLD};
	struct gng_why why = {0};
	bool stole = false;
	const enum gng_status status = gng_av_run(result, &options, steal_once, &stole, &why);

	if (status == GNG_EUNSUPPORTED)
		gng_probe_skip(
			why.text,
			"apt-get install libx264-dev libopenh264-dev libopus-dev, then make");
	else if (status != GNG_OK)
		suite_fail("%s", why.text);
	else if (!stole)
		gng_probe_skip("SCHED_FIFO is not allowed here", "run it as root");
	if (status == GNG_OK && !stole)
		gng_av_result_fini(result);
	return status == GNG_OK && stole;
}

static const char *find_note(const struct gng_av_result *result, const char *words)
{
	for (size_t i = 0; i < result->num_notes; i++)
		if (strstr(result->notes[i], words))
			return result->notes[i];
	return NULL;
}

static void who_had_the_cpu_is_named(void **state)
{
	struct gng_av_result result;
	bool named = false;

	(void)state;
	if (!run_stolen(&result, true))
		return;
	if (!result.waits.told) {
		gng_probe_skip(find_note(&result, "late wakes are counted"),
			       "run it as root, on a kernel with BTF");
		gng_av_result_fini(&result);
		return;
	}
	assert_true(result.waits.num >= 1);
	assert_true(result.waits.longest_ns >= 5 * MS);
	for (size_t i = 0; i < result.num_worst; i++)
		named |= strcmp(result.worst[i].culprit, "av-thief") == 0 &&
			 result.worst[i].waited_ns >= 5 * MS;
	assert_true(named);
	gng_av_result_fini(&result);
}

/* At least one tick is in the first 55 ms of 60: the sender wakes 5 ms late. */
static void without_the_scheduler_late_wakes_are_counted(void **state)
{
	struct gng_av_result result;

	(void)state;
	if (!run_stolen(&result, false))
		return;
	assert_false(result.waits.told);
	assert_true(result.waits.num >= 1);
	assert_true(result.waits.longest_ns >= 5 * MS);
	assert_string_equal(result.waits.thread, "av-video-out");
	assert_string_equal(result.waits.culprit, "");
	gng_av_result_fini(&result);
}

const struct suite_test suite_tests[] = {
	TEST(who_had_the_cpu_is_named, "T2.av.deadline"),
	TEST(without_the_scheduler_late_wakes_are_counted, "T2.av.deadline"),
	{0},
};
