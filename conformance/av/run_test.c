/* SPDX-License-Identifier: Apache-2.0 */
/* run_test.c - whole runs of a second or two: each frame is counted once, a planted stall is blamed
 * and trips the stop, and a machine that may do nothing still runs. */
/* requires: x264 openh264 */
#include "../command.h"
#include "hogs.h"

#include <dirent.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <sched.h>
#include <sys/resource.h>
#include <sys/syscall.h>

#include <gng_av.h>

static const struct gng_av_options plain = {
	.seconds = 1, .rung = 1, .kbps = 3000, .fifo = true, .encoder = "x264"};

/* run_with fills *result; false, with the test skipped, where a module is missing. */
static bool run_with(struct gng_av_result *result, const struct gng_av_options *options)
{
	struct gng_why why = {0};
	const enum gng_status status = gng_av_run(result, options, NULL, NULL, &why);

	if (status == GNG_EUNSUPPORTED) {
		gng_probe_skip(
			why.text,
			"apt-get install libx264-dev libopenh264-dev libopus-dev, then make");
		return false;
	}
	if (status != GNG_OK)
		suite_fail("%s: %s", gng_status_name(status), why.text);
	return true;
}

static uint64_t sum_of_causes(const struct gng_av_side *side)
{
	uint64_t sum = 0;

	for (int cause = GNG_AV_KEPT + 1; cause < GNG_AV_NUM_CAUSES; cause++)
		sum += side->causes[cause];
	return sum;
}

/* busiest is the CPU time of the thread of this process that had most, by
 * /proc/self/task/N/schedstat (Documentation/scheduler/sched-stats.rst), once a run is as old as
 * that. */
struct busiest {
	uint64_t cpu_ns, elapsed_ns;
};

static uint64_t cpu_of(const char *thread)
{
	char path[300], text[64] = "";
	int file;

	snprintf(path, sizeof(path), "/proc/self/task/%s/schedstat", thread);
	file = open(path, O_RDONLY | O_CLOEXEC);
	if (file < 0)
		return 0;
	(void)!read(file, text, sizeof(text) - 1);
	close(file);
	return strtoull(text, NULL, 10);
}

/* look_who_is_busy leaves the caller out, which opened the encoders. */
static bool look_who_is_busy(void *arg, const struct gng_av_result *result, uint64_t elapsed_ns)
{
	struct busiest *busiest = arg;
	DIR *folder = opendir("/proc/self/task");
	const struct dirent *entry;

	(void)result;
	busiest->elapsed_ns = elapsed_ns;
	while (folder && (entry = readdir(folder))) {
		const uint64_t cpu_ns = atoi(entry->d_name) == getpid() ? 0 : cpu_of(entry->d_name);

		if (cpu_ns > busiest->cpu_ns)
			busiest->cpu_ns = cpu_ns;
	}
	closedir(folder);
	return true;
}

/* Whatever happened, 60 frames and 1,000 periods of sound a second are in the figures, and each
 * miss has one cause. */
static void check_sums(const struct gng_av_result *result, uint64_t seconds)
{
	assert_int_equal(result->video.num, 60 * seconds);
	assert_int_equal(result->audio.num, 1000 * seconds);
	assert_int_equal(result->rows[GNG_AV_VIDEO]->total, 60 * seconds);
	assert_int_equal(result->rows[GNG_AV_AUDIO]->total, 1000 * seconds);
	assert_int_equal(sum_of_causes(&result->video), result->video.misses);
	assert_int_equal(sum_of_causes(&result->audio), result->audio.misses);
	assert_int_equal(result->video.causes[GNG_AV_KEPT] + result->video.misses,
			 result->video.num);
	assert_int_equal(gng_hist_count_above(result->rows[GNG_AV_VIDEO],
					      GNG_AV_VIDEO_BUDGET_NS * 102 / 100) <=
				 result->video.misses,
			 1);
}

/* All buffers lie in memory, and on the node of the sender's CPU where the kernel knows nodes. */
static void check_buffers(const struct gng_av_buffers *buffers)
{
	assert_true(buffers->len >= (size_t)24 << 20);
	assert_true(buffers->huge_len <= buffers->len);
	assert_int_equal(buffers->node_len, buffers->len);
	assert_int_equal(buffers->node >= 0,
			 access("/sys/devices/system/cpu/cpu0/node0", F_OK) == 0);
}

static void every_frame_of_a_run_is_in_the_figures(void **state)
{
	struct gng_av_result result;

	(void)state;
	if (!run_with(&result, &plain))
		return;
	check_sums(&result, 1);
	for (int row = 0; row < GNG_AV_NUM_ROWS; row++)
		if (row != GNG_AV_CONTROL && result.rows[row]->total == 0)
			suite_fail("nothing was measured: %s",
				   gng_av_row_name((enum gng_av_row)row));
	/* at least half of the frames came through, whatever else this machine does */
	assert_true(result.rows[GNG_AV_DECODE]->total >= 30);
	assert_true(gng_hist_min(result.rows[GNG_AV_VIDEO]) <
		    gng_hist_min(result.rows[GNG_AV_ENCODE]) +
			    gng_hist_max(result.rows[GNG_AV_VIDEO]));
	assert_true(result.datagrams_sent > 1000);
	assert_int_equal(result.packets_lost, 0);
	check_buffers(&result.buffers);
	gng_av_result_fini(&result);
}

static void the_other_encoder_and_no_cipher_do_the_same(void **state)
{
	struct gng_av_options options = plain;
	struct gng_av_result result;

	(void)state;
	options.encoder = "openh264";
	options.clear = true;
	options.rung = 2;
	if (!run_with(&result, &options))
		return;
	assert_int_equal(result.video.num, 30);
	assert_true(result.rows[GNG_AV_DECODE]->total >= 15);
	gng_av_result_fini(&result);
}

/* count_threads counts the threads of this process that are SCHED_FIFO. */
static bool count_threads(void *arg, const struct gng_av_result *result, uint64_t elapsed_ns)
{
	unsigned int *num = arg;
	DIR *folder = opendir("/proc/self/task");
	const struct dirent *entry;

	(void)result;
	(void)elapsed_ns;
	*num = 0;
	while (folder && (entry = readdir(folder)))
		*num += entry->d_name[0] != '.' &&
			sched_getscheduler(atoi(entry->d_name)) == SCHED_FIFO;
	closedir(folder);
	return true;
}

static void an_encoder_with_threads_keeps_the_pictures_and_the_class(void **state)
{
	struct gng_av_options options = plain;
	struct gng_av_result result;
	unsigned int num[2] = {0};

	(void)state;
	for (int i = 0; i < 2; i++) {
		struct gng_why why = {0};
		enum gng_status status;

		options.threads = (uint8_t)(1 + i);
		status = gng_av_run(&result, &options, count_threads, &num[i], &why);
		if (status == GNG_EUNSUPPORTED) {
			gng_probe_skip(why.text, "apt-get install libx264-dev, then make");
			return;
		}
		assert_int_equal(status, GNG_OK);
		check_sums(&result, 1);
		assert_true(result.rows[GNG_AV_DECODE]->total >= 30);
		if (!result.fifo)
			gng_probe_skip("SCHED_FIFO is not allowed here", "run it as root");
		gng_av_result_fini(&result);
	}
	assert_true(num[1] >= num[0] + (num[0] > 0 ? 2 : 0));
}

/* A thread that spins has a CPU nearly all of the time; the sender has it a quarter, and three
 * times that where the machine is slow. */
static void no_thread_spins(void **state)
{
	struct busiest busiest = {0};
	struct gng_av_result result;
	struct gng_why why = {0};
	const enum gng_status status =
		gng_av_run(&result, &plain, look_who_is_busy, &busiest, &why);

	(void)state;
	if (status == GNG_EUNSUPPORTED) {
		gng_probe_skip(why.text, "apt-get install libx264-dev, then make");
		return;
	}
	assert_int_equal(status, GNG_OK);
	assert_true(busiest.cpu_ns > 0);
	assert_true(busiest.cpu_ns * 10 < busiest.elapsed_ns * 9);
	gng_av_result_fini(&result);
}

/* A stall of 60 ms at frame 20 is blamed on a CPU that stood still, what follows on it, and trips
 * the stop, whose log and hook come once. */
static void a_planted_stall_is_blamed_and_trips_the_stop(void **state)
{
	struct gng_av_options options = plain;
	struct gng_av_result result;
	char log[PATH_MAX + 16];
	char *text;

	(void)state;
	snprintf(log, sizeof(log), "%s/stop.log", command_folder());
	options.fault_frame = 20;
	options.fault_ns = 60000000;
	options.stop_misses = 1;
	options.stop_log = log;
	if (!run_with(&result, &options))
		return;
	check_sums(&result, 1);
	assert_true(result.video.causes[GNG_AV_STOPPED] + result.video.causes[GNG_AV_PREEMPTED] >=
		    1);
	assert_true(result.video.causes[GNG_AV_SKIPPED] >= 2);
	assert_true(result.tripped);
	assert_int_equal(result.trips, 1);
	assert_true(result.trip_frame <= 20);
	text = command_read("stop.log");
	assert_ptr_equal(strchr(text, '\n'), text + strlen(text) - 1);
	free(text);
	gng_av_result_fini(&result);
}

/* One picture is missed and the next begins anew; the third in a row ends the run, with a reason.
 */
static void an_encoder_that_fails_costs_a_frame_or_ends_the_run(void **state)
{
	struct gng_av_options options = plain;
	struct gng_av_result result;
	struct gng_why why = {0};

	(void)state;
	options.fault_frame = 20;
	options.fault_refusals = 2;
	if (!run_with(&result, &options))
		return;
	check_sums(&result, 1);
	assert_int_equal(result.video.causes[GNG_AV_FAILED], 2);
	assert_int_equal(result.video.causes[GNG_AV_LOST], 0);
	assert_true(result.rows[GNG_AV_DECODE]->total >= 30);
	gng_av_result_fini(&result);
	options.fault_refusals = 3;
	assert_int_equal(gng_av_run(&result, &options, NULL, NULL, &why), GNG_ESYS);
	assert_non_null(strstr(why.text, "three times in a row"));
}

static void frames_of_a_bad_network_are_all_counted(void **state)
{
	struct gng_av_options options = plain;
	struct gng_av_result result;

	(void)state;
	options.weather = "loss=50000,burst=2,seed=9";
	if (!run_with(&result, &options))
		return;
	check_sums(&result, 1);
	assert_true(result.packets_lost + result.packets_recovered > 0);
	assert_true(result.video.causes[GNG_AV_LOST] > 0);
	gng_av_result_fini(&result);
}

/* Two threads a CPU want all of it, and so do frames under the default scheduler. */
static void under_load_the_default_scheduler_takes_the_cpu_away(void **state)
{
	struct gng_av_options options = plain;
	struct gng_av_result result;
	uint64_t taken;
	bool ran;

	(void)state;
	options.fifo = false;
	hogs_begin();
	ran = run_with(&result, &options);
	hogs_end();
	if (!ran)
		return;
	check_sums(&result, 1);
	taken = result.video.causes[GNG_AV_PREEMPTED] + result.video.causes[GNG_AV_WOKEN] +
		result.video.causes[GNG_AV_SKIPPED];
	if (taken == 0)
		gng_probe_inconclusive("no frame was missed for want of a CPU", NULL);
	gng_av_result_fini(&result);
}

/* 1080p of OpenH264 is more than 80 % of the budget for each tenth frame, and 720p is not: within
 * ten seconds the ladder is gone down, and what comes behind a switch begins with parameter sets
 * and an IDR picture, so it is decoded. */
static void an_overload_lowers_a_real_picture(void **state)
{
	struct gng_av_options options = plain;
	struct gng_av_result result;
	size_t shown = 0;

	(void)state;
	options.encoder = "openh264";
	options.rung = 0;
	options.seconds = 10;
	if (!run_with(&result, &options))
		return;
	assert_int_equal(sum_of_causes(&result.video), result.video.misses);
	if (result.num_switches == 0) {
		gng_probe_inconclusive("this machine encodes 1080p fast enough", NULL);
	} else {
		assert_true(result.last_rung >= 1);
		assert_int_equal(strncmp(result.switch_reason, "overload", 8), 0);
		for (size_t i = 0; i < result.num_points; i++)
			shown += result.points[i].rung >= 1 &&
				 result.points[i].video_p50_ns < GNG_AV_LOST_NS;
		assert_true(shown >= 5);
	}
	gng_av_result_fini(&result);
}

/* give_up_rights takes from a child everything that real-time threads need: limits, and the
 * capabilities that reach beyond them. */
static void give_up_rights(void)
{
	const struct rlimit none = {0, 0};
	struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
	struct __user_cap_data_struct nothing[2] = {{0}};

	setrlimit(RLIMIT_RTPRIO, &none);
	setrlimit(RLIMIT_MEMLOCK, &none);
	if (syscall(SYS_capset, &header, nothing) != 0)
		_exit(9);
}

static void without_privileges_it_runs_and_says_so(void **state)
{
	pid_t child;
	int status;

	(void)state;
	fflush(NULL);
	child = fork();
	if (child == 0) {
		struct gng_av_result result;
		int answer = 8;

		give_up_rights();
		if (gng_av_run(&result, &plain, NULL, NULL, NULL) != GNG_OK)
			_exit(7);
		for (size_t i = 0; i < result.num_notes; i++)
			if (strstr(result.notes[i], "SCHED_OTHER"))
				answer = 0;
		_exit(result.fifo || result.video.num != 60 ? 6 : answer);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
}

static void options_that_make_no_run_are_refused(void **state)
{
	static const struct {
		struct gng_av_options options;
		enum gng_status status;
	} rows[] = {
		{{.seconds = 0, .kbps = 4000, .encoder = "x264"}, GNG_EINVAL},
		{{.seconds = 604801, .kbps = 4000, .encoder = "x264"}, GNG_EINVAL},
		{{.seconds = 1, .kbps = 999, .encoder = "x264"}, GNG_EINVAL},
		{{.seconds = 1, .kbps = 4000, .rung = 3, .encoder = "x264"}, GNG_EINVAL},
		{{.seconds = 1, .kbps = 4000, .threads = 9, .encoder = "x264"}, GNG_EINVAL},
		{{.seconds = 1, .kbps = 4000, .encoder = "nosuch"}, GNG_EUNSUPPORTED},
		{{.seconds = 1, .kbps = 4000, .rung = 1, .encoder = "x264", .weather = "rain"},
		 GNG_EFORMAT},
		{{.seconds = 1,
		  .kbps = 4000,
		  .rung = 1,
		  .encoder = "x264",
		  .key_path = "/nonexistent/key"},
		 GNG_ESYS},
		{{.seconds = 1,
		  .kbps = 4000,
		  .rung = 1,
		  .encoder = "x264",
		  .key_path = "/proc/self/stat"},
		 GNG_EFORMAT},
	};
	struct gng_av_result result;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct gng_why why = {0};
		const enum gng_status status =
			gng_av_run(&result, &rows[i].options, NULL, NULL, &why);

		if (status != rows[i].status)
			suite_fail("row %zu: %s: %s", i, gng_status_name(status), why.text);
		assert_true(why.text[0] != '\0');
	}
}

const struct suite_test suite_tests[] = {
	TEST(every_frame_of_a_run_is_in_the_figures, "T2.av.stages T2.av.deadline"),
	TEST_SLOW(the_other_encoder_and_no_cipher_do_the_same, "T2.av.stages"),
	TEST(an_encoder_with_threads_keeps_the_pictures_and_the_class,
	     "T2.av.stages T2.av.deadline"),
	TEST(no_thread_spins, "T2.av.deadline"),
	TEST(a_planted_stall_is_blamed_and_trips_the_stop, "T2.av.stop T2.av.deadline"),
	TEST(an_encoder_that_fails_costs_a_frame_or_ends_the_run, "T2.av.faults"),
	TEST(frames_of_a_bad_network_are_all_counted, "T2.av.faults"),
	TEST(under_load_the_default_scheduler_takes_the_cpu_away, "T2.av.deadline"),
	TEST_SLOW(an_overload_lowers_a_real_picture, "T2.av.deadline"),
	TEST(without_privileges_it_runs_and_says_so, "T2.av.absent"),
	TEST(options_that_make_no_run_are_refused, "T2.av.absent"),
	{0},
};
