/* SPDX-License-Identifier: Apache-2.0 */
/* stop_test.c - the protective stop trips once, stays tripped, and acts once. */
#include "../command.h"

#include <av_pace.h>
#include <av_stop.h>

static void it_trips_at_the_limit_and_stays(void **state)
{
	struct av_stop stop;

	(void)state;
	av_stop_init(&stop, 3);
	assert_false(av_stop_miss(&stop, 10, 1000, 1001));
	assert_false(av_stop_miss(&stop, 11, 2000, 2001));
	assert_false(atomic_load(&stop.tripped));
	assert_true(av_stop_miss(&stop, 12, 3000, 3007));
	for (uint64_t frame = 13; frame < 100; frame++)
		assert_false(av_stop_miss(&stop, frame, frame * 1000, frame * 1000));
	assert_true(atomic_load(&stop.tripped));
	assert_int_equal(atomic_load(&stop.trips), 1);
	assert_int_equal(stop.frame, 12);
	assert_int_equal(stop.tripped_ns - stop.deadline_ns, 7);
}

static void a_limit_of_none_never_trips(void **state)
{
	struct av_stop stop;

	(void)state;
	av_stop_init(&stop, 0);
	for (uint64_t frame = 0; frame < 100; frame++)
		assert_false(av_stop_miss(&stop, frame, 0, 0));
	assert_false(atomic_load(&stop.tripped));
	assert_int_equal(av_stop_act(&stop, "/nonexistent/log", "/nonexistent/hook", NULL), GNG_OK);
}

static const char *hook(const char *text)
{
	command_text("hook", text);
	assert_int_equal(chmod(command_path("hook"), 0700), 0);
	return command_path("hook");
}

static void log_and_hook_come_once(void **state)
{
	char log[PATH_MAX + 16], program[2 * PATH_MAX], script[PATH_MAX + 64];
	struct av_stop stop;
	char *text;

	(void)state;
	snprintf(log, sizeof(log), "%s/log", command_folder());
	snprintf(script, sizeof(script), "#!/bin/sh\necho hooked $1 >>'%s/ran'\n",
		 command_folder());
	snprintf(program, sizeof(program), "%s", hook(script));
	av_stop_init(&stop, 1);
	assert_int_equal(av_stop_act(&stop, log, program, NULL), GNG_OK);
	assert_int_not_equal(access(log, F_OK), 0);
	av_stop_miss(&stop, 42, 5, 6);
	for (int i = 0; i < 3; i++)
		assert_int_equal(av_stop_act(&stop, log, program, NULL), GNG_OK);
	text = command_read("log");
	assert_string_equal(text, "stop: frame 42 missed its deadline at 5 ns; the 1. miss; safe "
				  "state\n");
	free(text);
	text = command_read("ran");
	assert_string_equal(text, "hooked 42\n");
	free(text);
}

/* A hook that cannot run, fails or hangs is told, within its 2 s, and the stop stays. */
static void a_bad_hook_is_told(void **state)
{
	static const char *const scripts[] = {"#!/bin/sh\nexit 3\n", "#!/nonexistent/shell\n",
					      "#!/bin/sh\nexec sleep 30\n"};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(scripts); i++) {
		const uint64_t begun = av_now();
		struct gng_why why = {0};
		struct av_stop stop;

		av_stop_init(&stop, 1);
		av_stop_miss(&stop, 1, 1, 1);
		assert_int_equal(av_stop_act(&stop, NULL, hook(scripts[i]), &why), GNG_ESYS);
		assert_non_null(strstr(why.text, "hook"));
		assert_true(atomic_load(&stop.tripped));
		assert_true(av_now() - begun < 10 * AV_SECOND);
	}
}

static void a_log_that_cannot_be_written_does_not_keep_the_hook_back(void **state)
{
	char script[PATH_MAX + 64];
	struct gng_why why = {0};
	struct av_stop stop;
	char *text;

	(void)state;
	snprintf(script, sizeof(script), "#!/bin/sh\necho hooked >'%s/alone'\n", command_folder());
	av_stop_init(&stop, 1);
	av_stop_miss(&stop, 1, 1, 1);
	assert_int_equal(av_stop_act(&stop, "/nonexistent/log", hook(script), &why), GNG_ESYS);
	assert_non_null(strstr(why.text, "/nonexistent/log"));
	text = command_read("alone");
	assert_string_equal(text, "hooked\n");
	free(text);
}

const struct suite_test suite_tests[] = {
	TEST(it_trips_at_the_limit_and_stays, "T2.av.stop"),
	TEST(a_limit_of_none_never_trips, "T2.av.stop"),
	TEST(log_and_hook_come_once, "T2.av.stop"),
	TEST(a_bad_hook_is_told, "T2.av.stop"),
	TEST(a_log_that_cannot_be_written_does_not_keep_the_hook_back, "T2.av.stop"),
	{0},
};
