/* SPDX-License-Identifier: Apache-2.0 */
/* causes_guest.c - in the guest of causes.case: runs that are disturbed twice in the middle, and
 * one that is not. Each tells how many deadlines were missed near it and in its quiet times. */
#include "../command.h"

#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <time.h>

#include <av_pace.h>
#include <av_soak.h>

#include "causes_guest.h"

#define HOG_BYTES ((size_t)192 << 20)

/* disturbance is what is done to the guest at 1.2 s of a run, and undone at 3.2 s. */
struct disturbance {
	void (*act)(bool undo);
	unsigned int done;
};

static bool in_guest(void)
{
	if (getenv("GNG_LAB"))
		return true;
	gng_probe_skip("it sets the clock of a guest, and takes its modules, devices and memory",
		       "gonogo lab run av-causes");
	return false;
}

static void raise_loopback(void)
{
	const int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	struct ifreq request = {.ifr_name = "lo", .ifr_flags = IFF_UP};

	assert_int_equal(ioctl(fd, SIOCSIFFLAGS, &request), 0);
	close(fd);
}

static bool disturb(void *arg, const struct gng_av_result *result, uint64_t elapsed_ns)
{
	struct disturbance *disturbance = arg;

	(void)result;
	if (disturbance->act && disturbance->done < 2 &&
	    elapsed_ns > (12 + 20 * disturbance->done) * AV_SECOND / 10)
		disturbance->act(disturbance->done++ == 1);
	return true;
}

/* run_disturbed fills *result by a run of 6 s, and prints what the report would. */
static void run_disturbed(struct gng_av_result *result, void (*act)(bool undo))
{
	static const struct gng_av_options options = {
		.seconds = 6, .rung = 2, .kbps = 2000, .encoder = "x264", .policy = GNG_QOS_HOLD};
	struct disturbance disturbance = {.act = act};
	struct gng_why why = {0};

	raise_loopback();
	if (gng_av_run(result, &options, disturb, &disturbance, &why) != GNG_OK)
		suite_fail("%s", why.text);
	assert_int_equal(disturbance.done, act ? 2 : 0);
	for (int kind = 0; kind < GNG_AV_NUM_NEAR; kind++) {
		const struct gng_av_near *near = &result->near[kind];

		printf("%-7s %4lu events: video %lu of %lu missed, audio %lu of %lu\n",
		       gng_av_near_name((enum gng_av_near_kind)kind), near->events, near->missed[0],
		       near->num[0], near->missed[1], near->num[1]);
	}
	assert_int_equal(result->audio.num, 1000 * options.seconds);
}

/* lasts_in_a_soak: a line of a soak says the same of these events. */
static void lasts_in_a_soak(const struct gng_av_result *result)
{
	char hash[AV_SOAK_HASH] = {0}, *json[2], *lines[2], *text;
	struct av_soak soak;

	memset(hash, '0', AV_SOAK_HASH - 1);
	json[0] = av_soak_begin("aa", "guest", "boot", 1);
	json[1] = av_soak_minute(result, 2);
	for (int i = 0; i < 2; i++) {
		assert_non_null(json[i]);
		assert_int_equal(av_soak_line(&lines[i], hash, json[i], NULL), GNG_OK);
	}
	assert_true(asprintf(&text, "%s%s", lines[0], lines[1]) > 0);
	assert_int_equal(av_soak_read(&soak, "f", text, strlen(text), NULL), GNG_OK);
	assert_memory_equal(soak.near, result->near, sizeof(soak.near));
	av_soak_fini(&soak);
	for (int i = 0; i < 2; i++) {
		free(lines[i]);
		free(json[i]);
	}
	free(text);
}

/* was_near checks that ticks were near that kind, and that others were quiet: its control. */
static void was_near(const struct gng_av_result *result, enum gng_av_near_kind kind,
		     uint64_t num_events)
{
	const struct gng_av_near *near = &result->near[kind], *quiet = &result->near[GNG_AV_QUIET];

	assert_true(near->events >= num_events);
	assert_true(near->num[1] >= 150 && quiet->num[1] >= 150);
	assert_true(near->missed[0] <= near->num[0] && near->missed[1] <= near->num[1]);
	assert_true(near->num[0] > 0 && quiet->num[0] > 0);
	lasts_in_a_soak(result);
}

void a_quiet_run_is_near_nothing(void **state)
{
	struct gng_av_result result;

	(void)state;
	if (!in_guest())
		return;
	run_disturbed(&result, NULL);
	for (int kind = 0; kind < GNG_AV_STROKE; kind++) /* which an emulated CPU has often */
		assert_int_equal(result.near[kind].events, 0);
	assert_int_equal(result.near[GNG_AV_QUIET].num[0], result.video.num);
	assert_int_equal(result.near[GNG_AV_QUIET].missed[0], result.video.misses);
	assert_int_equal(result.near[GNG_AV_QUIET].num[1], result.audio.num);
	assert_int_equal(result.near[GNG_AV_QUIET].missed[1], result.audio.misses);
	gng_av_result_fini(&result);
}

/* ---- the clock ---- */

static void set_clock(bool undo)
{
	struct timespec now;

	assert_int_equal(clock_gettime(CLOCK_REALTIME, &now), 0);
	now.tv_sec += undo ? -3600 : 3600;
	assert_int_equal(clock_settime(CLOCK_REALTIME, &now), 0);
}

/* An hour ahead and an hour back: who slept or counted by that clock would sleep an hour, or take
 * one for a latency. */
void a_clock_that_is_set_delays_nothing(void **state)
{
	struct gng_av_result result;

	(void)state;
	if (!in_guest())
		return;
	run_disturbed(&result, set_clock);
	was_near(&result, GNG_AV_CLOCK, 2);
	assert_true(result.audio.causes[GNG_AV_LOST] < result.audio.num / 2);
	assert_true(result.rows[GNG_AV_DRV_XMIT]->total > 0);
	for (int row = 0; row < GNG_AV_NUM_ROWS; row++)
		assert_true(gng_hist_max(result.rows[row]) <= 2 * GNG_AV_LOST_NS);
	gng_av_result_fini(&result);
}

/* ---- a module ---- */

static char module_path[PATH_MAX];

static int find_module(const char *path, const struct stat *entry, int kind, struct FTW *where)
{
	(void)entry;
	if (kind != FTW_F || strncmp(path + where->base, "dummy.ko", 8) != 0)
		return 0;
	snprintf(module_path, sizeof(module_path), "%s", path);
	return 1;
}

/* The module of a network interface that leads nowhere; its file may be compressed. */
static void move_module(bool undo)
{
	const bool plain = strcmp(module_path + strlen(module_path) - 3, ".ko") == 0;
	const int fd = open(module_path, O_RDONLY | O_CLOEXEC);

	assert_true(fd >= 0);
	if (undo)
		assert_int_equal(syscall(SYS_finit_module, fd, "", plain ? 0 : 4), 0);
	else
		assert_int_equal(syscall(SYS_delete_module, "dummy", 0), 0);
	close(fd);
}

void a_module_that_comes_and_goes_is_a_cause(void **state)
{
	struct gng_av_result result;

	(void)state;
	if (!in_guest())
		return;
	assert_int_equal(nftw("/", find_module, 16, FTW_PHYS | FTW_MOUNT), 1);
	run_disturbed(&result, move_module);
	was_near(&result, GNG_AV_MODULE, 2);
	gng_av_result_fini(&result);
}

/* ---- a USB device ---- */

static void write_file(const char *path, const char *text)
{
	const int fd = open(path, O_WRONLY | O_CLOEXEC);

	if (fd < 0 || write(fd, text, strlen(text)) != (ssize_t)strlen(text))
		suite_fail("%s: %s was not taken: %s", path, text, strerror(errno));
	close(fd);
}

/* The gadget is pulled out of the emulated host controller, and comes back. */
static void move_gadget(bool undo)
{
	write_file("/sys/class/udc/dummy_udc.0/soft_connect", undo ? "connect" : "disconnect");
}

void a_usb_device_that_is_enumerated_anew_is_a_cause(void **state)
{
	struct gng_av_result result;

	(void)state;
	if (!in_guest())
		return;
	run_disturbed(&result, move_gadget);
	was_near(&result, GNG_AV_USB, 2);
	gng_av_result_fini(&result);
}

/* ---- memory ---- */

static pid_t hog;

/* eat wants more than the group may have, until it is killed. An emulated CPU is busy with the run
 * alone: it would not come to it otherwise. */
static void eat(void)
{
	uint8_t *bytes =
		mmap(NULL, HOG_BYTES, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	av_set_fifo(1);
	write_file("/sys/fs/cgroup/hog/cgroup.procs", "0");
	for (size_t at = 0; bytes != MAP_FAILED && at < HOG_BYTES; at += 4096)
		bytes[at] = 1;
	pause();
	_exit(0);
}

static void press_memory(bool undo)
{
	if (undo) {
		kill(hog, SIGKILL);
		waitpid(hog, NULL, 0);
		return;
	}
	hog = fork();
	if (hog == 0)
		eat();
	assert_true(hog > 0);
}

void memory_that_is_short_is_a_cause(void **state)
{
	struct gng_av_result result;

	(void)state;
	if (!in_guest())
		return;
	write_file("/sys/fs/cgroup/cgroup.subtree_control", "+memory");
	mkdir("/sys/fs/cgroup/hog", 0755);
	write_file("/sys/fs/cgroup/hog/memory.high", "8M");
	run_disturbed(&result, press_memory);
	was_near(&result, GNG_AV_MEMORY, 1);
	assert_int_equal(rmdir("/sys/fs/cgroup/hog"), 0);
	gng_av_result_fini(&result);
}
