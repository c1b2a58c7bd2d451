/* SPDX-License-Identifier: Apache-2.0 */
/*
 * causes_test.c - what happens to a machine during a run is noticed, and misses near it are counted
 * beside those of quiet times. In the guest of causes.case the clock is set, a module comes and
 * goes, a USB device is enumerated anew and memory is short.
 */
/* requires: x264 openh264 */
#include "../command.h"

#include "causes_guest.h"

/* ---- what is near ---- */

#define MS UINT64_C(1000000)

static struct gng_av_near counts[GNG_AV_NUM_NEAR];

static struct av_near *near_of_nothing(void)
{
	struct av_near *near = calloc(1, sizeof(*near));

	memset(counts, 0, sizeof(counts));
	near->counts = counts;
	return near;
}

/* A tick each 10 ms from 1 s on, each fifth missed; the module comes at 1.5 s. */
static void ticks_within_100_ms_are_near_and_the_others_quiet(void **state)
{
	struct av_near *near = near_of_nothing();

	(void)state;
	for (uint64_t i = 0; i < 100; i++)
		av_near_outcome(near, 0, 1000 * MS + i * 10 * MS, i % 5 == 0);
	av_near_event(near, GNG_AV_MODULE, 1500 * MS);
	av_near_settle(near, 1300 * MS);
	assert_int_equal(counts[GNG_AV_QUIET].num[0], 30); /* the others wait */
	av_near_settle(near, UINT64_MAX);
	assert_int_equal(counts[GNG_AV_MODULE].events, 1);
	assert_int_equal(counts[GNG_AV_MODULE].num[0], 21); /* 1.4 to 1.6 s */
	assert_int_equal(counts[GNG_AV_MODULE].missed[0], 5);
	assert_int_equal(counts[GNG_AV_QUIET].num[0], 79);
	assert_int_equal(counts[GNG_AV_QUIET].missed[0], 15);
	assert_int_equal(counts[GNG_AV_QUIET].num[1], 0);
	free(near);
}

static void a_tick_near_two_kinds_counts_for_both(void **state)
{
	struct av_near *near = near_of_nothing();

	(void)state;
	av_near_event(near, GNG_AV_USB, 1000 * MS);
	av_near_event(near, GNG_AV_CLOCK, 1100 * MS);
	av_near_outcome(near, 1, 1050 * MS, true);
	av_near_outcome(near, 1, 950 * MS, true);
	av_near_settle(near, UINT64_MAX);
	assert_int_equal(counts[GNG_AV_USB].missed[1], 2);
	assert_int_equal(counts[GNG_AV_CLOCK].missed[1], 1);
	assert_int_equal(counts[GNG_AV_QUIET].num[1], 0);
	free(near);
}

/* What is near a stroke only is quiet too: else on a machine that has many nothing would be left to
 * compare the other kinds with. */
static void a_stroke_takes_nothing_from_the_quiet(void **state)
{
	struct av_near *near = near_of_nothing();

	(void)state;
	av_near_event(near, GNG_AV_STROKE, 1000 * MS);
	av_near_event(near, GNG_AV_USB, 1150 * MS);
	av_near_outcome(near, 0, 1000 * MS, true);
	av_near_outcome(near, 0, 1060 * MS, false);
	av_near_outcome(near, 0, 1240 * MS, false);
	av_near_settle(near, UINT64_MAX);
	assert_int_equal(counts[GNG_AV_STROKE].num[0], 2);
	assert_int_equal(counts[GNG_AV_STROKE].missed[0], 1);
	assert_int_equal(counts[GNG_AV_USB].num[0], 2);
	assert_int_equal(counts[GNG_AV_QUIET].num[0], 1);
	assert_int_equal(counts[GNG_AV_QUIET].missed[0], 1);
	free(near);
}

/* A storm of an event each 0.1 ms from 5 to 6 s fills no list, and 10,000 ticks no ring. */
static void storms_are_bounded_and_lose_no_tick(void **state)
{
	struct av_near *near = near_of_nothing();

	(void)state;
	for (uint64_t i = 0; i < 10000; i++)
		av_near_event(near, GNG_AV_MEMORY, 5000 * MS + i * MS / 10);
	for (uint64_t i = 0; i < 10000; i++)
		av_near_outcome(near, 1, i * MS, true);
	av_near_settle(near, UINT64_MAX);
	assert_int_equal(counts[GNG_AV_MEMORY].events, 10000);
	assert_int_equal(counts[GNG_AV_MEMORY].num[1],
			 1191); /* 4.9 s to the last kept, and 0.1 s */
	assert_int_equal(counts[GNG_AV_QUIET].num[1], 8809);
	free(near);
}

/* ---- what the kernel says ---- */

#define MESSAGE(text)              \
	{                          \
		text, sizeof(text) \
	}

static void messages_of_devices_are_told_apart(void **state)
{
	static const struct {
		struct {
			const char *bytes;
			size_t len;
		} message;
		enum gng_av_near_kind kind;
	} rows[] = {
		{MESSAGE("add@/module/g_zero\0ACTION=add\0SUBSYSTEM=module\0SEQNUM=7"),
		 GNG_AV_MODULE},
		{MESSAGE("remove@/devices/1-1\0ACTION=remove\0SUBSYSTEM=usb"), GNG_AV_USB},
		{MESSAGE("add@/x\0ACTION=add\0SUBSYSTEM=usbmisc"), GNG_AV_QUIET},
		{MESSAGE("add@/x\0ACTION=add\0XSUBSYSTEM=usb"), GNG_AV_QUIET},
		{MESSAGE("SUBSYSTEM=\0"), GNG_AV_QUIET},
		{MESSAGE(""), GNG_AV_QUIET},
	};
	static const char open[] = "add@/x\0SUBSYSTEM=usb";

	(void)state;
	for (size_t i = 0; i < COUNT_OF(rows); i++)
		if (av_uevent_kind(rows[i].message.bytes, rows[i].message.len) != rows[i].kind)
			suite_fail("row %zu is another kind", i);
	/* a word without its end is no word: each cut of a message is read in its bounds */
	for (size_t len = 0; len < sizeof(open); len++) {
		char *cut = malloc(len + 1);

		memcpy(cut, open, len);
		cut[len] = '\0'; /* behind its end */
		assert_int_equal(av_uevent_kind(cut, len), GNG_AV_QUIET);
		free(cut);
	}
	assert_int_equal(av_uevent_kind(open, sizeof(open)), GNG_AV_USB);
}

#define SOME(us)                                                \
	"some avg10=0.00 avg60=1.00 avg300=0.10 total=" us "\n" \
	"full avg10=0.00 avg60=0.00 avg300=0.00 total=99\n"

static void the_pressure_is_that_of_some_task(void **state)
{
	struct av_pressure pressure = {0};

	(void)state;
	assert_false(av_pressure_is_short(&pressure, SOME("123456")));
	assert_true(pressure.known);
	assert_int_equal(pressure.us, 123456);
	assert_false(av_pressure_is_short(&pressure, SOME("125455")));
	assert_true(av_pressure_is_short(&pressure, SOME("127455")));
}

/* A read that fails gives no text: neither it nor the next one is 127 ms of pressure. */
static void a_look_that_says_nothing_is_no_pressure(void **state)
{
	static const char *const rows[] = {"full avg10=0.00 total=99\n", "some avg10=0.00\n", ""};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct av_pressure pressure = {0};

		assert_false(av_pressure_is_short(&pressure, SOME("127455")));
		assert_false(av_pressure_is_short(&pressure, rows[i]));
		assert_false(pressure.known);
		assert_false(av_pressure_is_short(&pressure, SOME("127460")));
		assert_true(av_pressure_is_short(&pressure, SOME("129460")));
	}
}

static void each_tick_of_a_run_is_near_something_or_quiet(void **state)
{
	static const struct gng_av_options options = {
		.seconds = 1, .rung = 2, .kbps = 2000, .encoder = "x264"};
	struct gng_av_result result;
	struct gng_why why = {0};
	uint64_t near = 0;

	(void)state;
	if (gng_av_run(&result, &options, NULL, NULL, &why) != GNG_OK)
		suite_fail("%s", why.text);
	for (int kind = 0; kind < GNG_AV_STROKE; kind++)
		near += result.near[kind].num[1];
	/* a tick may be near two kinds of events, if this machine has any now */
	assert_true(near + result.near[GNG_AV_QUIET].num[1] >= result.audio.num);
	if (near > 0) {
		gng_av_result_fini(&result);
		return;
	}
	assert_int_equal(result.near[GNG_AV_QUIET].num[0], result.video.num);
	assert_int_equal(result.near[GNG_AV_QUIET].missed[0], result.video.misses);
	assert_int_equal(result.near[GNG_AV_QUIET].num[1], result.audio.num);
	assert_int_equal(result.near[GNG_AV_QUIET].missed[1], result.audio.misses);
	gng_av_result_fini(&result);
}

const struct suite_test suite_tests[] = {
	TEST(ticks_within_100_ms_are_near_and_the_others_quiet, "T2.av.causes"),
	TEST(a_tick_near_two_kinds_counts_for_both, "T2.av.causes"),
	TEST(a_stroke_takes_nothing_from_the_quiet, "T2.av.causes"),
	TEST(storms_are_bounded_and_lose_no_tick, "T2.av.causes"),
	TEST(messages_of_devices_are_told_apart, "T2.av.causes"),
	TEST(the_pressure_is_that_of_some_task, "T2.av.causes"),
	TEST(a_look_that_says_nothing_is_no_pressure, "T2.av.causes"),
	TEST(each_tick_of_a_run_is_near_something_or_quiet, "T2.av.causes"),
	TEST(a_quiet_run_is_near_nothing, "T2.av.causes"),
	TEST(a_clock_that_is_set_delays_nothing, "T2.av.causes"),
	TEST(a_module_that_comes_and_goes_is_a_cause, "T2.av.causes"),
	TEST(a_usb_device_that_is_enumerated_anew_is_a_cause, "T2.av.causes"),
	TEST(memory_that_is_short_is_a_cause, "T2.av.causes"),
	{0},
};
