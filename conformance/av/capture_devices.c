/* SPDX-License-Identifier: Apache-2.0 */
/* capture_devices.c - in the guest of devices.case: sound of snd-aloop and pictures of vivid, which
 * are real drivers, until they are unplugged. */
#include "../command.h"

#include <fcntl.h>
#include <net/if.h>
#include <pthread.h>
#include <stdatomic.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include <alsa/asoundlib.h>
#include <linux/videodev2.h>

#include "capture_devices.h"

#define MICROPHONE "hw:0,1" /* the other end of the loop of hw:0,0 */
#define CAMERA "/dev/video0"

static bool in_guest(void)
{
	if (getenv("GNG_LAB"))
		return true;
	gng_probe_skip("it unplugs drivers of a guest", "gonogo lab run av-devices");
	return false;
}

/* use_cards lets libasound find the cards of the kernel without files of the system. */
static void use_cards(void)
{
	command_text("asound.conf", "pcm.hw { @args [ CARD DEV ] @args.CARD { type integer } "
				    "@args.DEV { type integer } type hw card $CARD device $DEV }\n"
				    "ctl.hw { @args [ CARD ] @args.CARD { type integer } type hw "
				    "card $CARD }\n");
	setenv("ALSA_CONFIG_PATH", command_path("asound.conf"), 1);
}

/* The player: frames with their number, into the loop, until it is told to end. */
static struct {
	pthread_t thread;
	_Atomic bool ending;
	_Atomic uint32_t played;
} player;

static void *play(void *context)
{
	snd_pcm_t *pcm = context;
	int16_t frames[2 * AV_AUDIO_FRAMES];

	while (!atomic_load(&player.ending)) {
		const uint32_t first = atomic_load(&player.played);
		snd_pcm_sframes_t num;

		for (uint32_t i = 0; i < AV_AUDIO_FRAMES; i++)
			frames[2 * i] = frames[2 * i + 1] = tape_at(first + i);
		num = snd_pcm_writei(pcm, frames, AV_AUDIO_FRAMES);
		if (num < 0 && snd_pcm_recover(pcm, (int)num, 1) < 0)
			break;
		if (num > 0)
			atomic_fetch_add(&player.played, (uint32_t)num);
	}
	snd_pcm_close(pcm);
	return NULL;
}

static void begin_to_play(void)
{
	snd_pcm_t *pcm;

	assert_int_equal(snd_pcm_open(&pcm, "hw:0,0", SND_PCM_STREAM_PLAYBACK, 0), 0);
	assert_int_equal(snd_pcm_set_params(pcm, SND_PCM_FORMAT_S16_LE,
					    SND_PCM_ACCESS_RW_INTERLEAVED, 2, AV_AUDIO_RATE, 0,
					    400000),
			 0);
	atomic_store(&player.ending, false);
	assert_int_equal(pthread_create(&player.thread, NULL, play, pcm), 0);
}

static void end_playing(void)
{
	atomic_store(&player.ending, true);
	pthread_join(player.thread, NULL);
}

/* in_order says whether a period is what was played, frame behind frame. */
static bool in_order(const int16_t samples[AV_AUDIO_SAMPLES])
{
	for (size_t i = 1; i < AV_AUDIO_FRAMES; i++)
		if (samples[2 * i] != tape_at((uint32_t)samples[2 * i - 2]))
			return false;
	return samples[0] != 0;
}

/* listen_for counts periods that are what was played, of so many ticks. */
static uint32_t listen_for(struct av_microphone *microphone, uint32_t num_ticks)
{
	const uint64_t first = av_now();
	int16_t samples[AV_AUDIO_SAMPLES] = {0};
	uint32_t good = 0;

	for (uint32_t tick = 0; tick < num_ticks; tick++) {
		const uint64_t at = first + tick * UINT64_C(1000000);
		const uint64_t taken = microphone->source->taken;

		av_sleep_until(at);
		assert_int_equal(av_microphone_take(microphone, samples, at), 0);
		good += microphone->source->taken > taken && in_order(samples);
	}
	return good;
}

void a_card_is_heard_and_its_overruns_are_counted(void **state)
{
	struct gng_av_source source = {0};
	struct av_microphone microphone;
	struct gng_why why = {0};
	uint64_t before;
	uint32_t good;

	(void)state;
	if (!in_guest())
		return;
	use_cards();
	open_age(&source);
	begin_to_play();
	if (av_microphone_open(&microphone, &source, MICROPHONE, &why) != GNG_OK)
		suite_fail("%s", why.text);
	good = listen_for(&microphone, 3000);
	before = source.overruns;
	av_sleep_until(av_now() + AV_SECOND / 2); /* twice its buffer */
	good += listen_for(&microphone, 500);
	end_playing();
	printf("%s: %u periods in order, %lu taken, %lu dropped, %lu empty, %lu overruns; age %lu "
	       "us\n",
	       source.format, good, source.taken, source.dropped, source.empty, source.overruns,
	       gng_hist_value_at_quantile(source.age, 0.5) / 1000);
	assert_int_equal(source.overruns, before + 1);
	assert_true(good > 300 && good >= source.taken / 2);
	assert_int_equal(source.unstamped, 0);
	assert_int_equal(source.age->total, source.taken);
	/* a reserve waits behind what is taken, and never three of them */
	assert_in_range(gng_hist_value_at_quantile(source.age, 0.5), 1000000, 60000000);
	av_microphone_close(&microphone);
	gng_hist_close(source.age);
}

static uint8_t luma_of(const struct av_picture *picture, int x, int y)
{
	return picture->planes[0][y * picture->strides[0] + x];
}

/* stamp_begins has vivid stamp when a frame begins: the end, which it stamps otherwise, is yet to
 * come when it gives one. */
static void stamp_begins(int fd)
{
	struct v4l2_queryctrl control = {.id = V4L2_CTRL_FLAG_NEXT_CTRL};

	while (ioctl(fd, VIDIOC_QUERYCTRL, &control) == 0) {
		struct v4l2_control value = {.id = control.id, .value = 1};

		if (strcmp((char *)control.name, "Timestamp Source") == 0) {
			assert_int_equal(ioctl(fd, VIDIOC_S_CTRL, &value), 0);
			return;
		}
		control.id |= V4L2_CTRL_FLAG_NEXT_CTRL;
	}
	suite_fail("vivid has no control of its time stamps");
}

static void watch(struct av_camera *camera, struct av_picture *picture, uint64_t num_pictures)
{
	for (int tick = 0; tick < 3000 && camera->source->taken < num_pictures; tick++) {
		av_sleep_until(av_now() + AV_SECOND / 60);
		assert_int_equal(av_camera_take(camera, picture, av_now()), 0);
	}
	assert_int_equal(camera->source->taken, num_pictures);
}

/* vivid's test picture are bars from white to black; its text lies above. */
void a_camera_is_seen_and_its_stamps_are_read(void **state)
{
	static uint8_t planes[640 * 360 * 3 / 2];
	struct av_picture picture = {
		.planes = {planes, planes + 640 * 360, planes + 640 * 360 * 5 / 4},
		.strides = {640, 320, 320},
		.width = 640,
		.height = 360};
	struct gng_av_source source = {0};
	struct av_camera camera;
	struct gng_why why = {0};

	(void)state;
	if (!in_guest())
		return;
	open_age(&source);
	if (av_camera_open(&camera, &source, CAMERA, 640, 360, 30, &why) != GNG_OK)
		suite_fail("%s", why.text);
	watch(&camera, &picture, 20);
	assert_true(source.unstamped >= 10); /* of the future, but for a thread that is late */
	stamp_begins(camera.fd);
	watch(&camera, &picture, 40);
	printf("%s: %lu taken, %lu dropped, %lu empty, %lu lost; age %lu us, %lu unstamped; luma "
	       "%u and %u\n",
	       source.format, source.taken, source.dropped, source.empty, source.overruns,
	       gng_hist_value_at_quantile(source.age, 0.5) / 1000, source.unstamped,
	       luma_of(&picture, 20, 300), luma_of(&picture, 620, 300));
	assert_non_null(strstr(source.format, "640x360"));
	assert_int_equal(source.age->total + source.unstamped, 40);
	assert_true(source.age->total >= 15); /* some were on their way before */
	assert_true(luma_of(&picture, 20, 300) > 150);
	assert_true(luma_of(&picture, 620, 300) < 60);
	av_camera_close(&camera);
	gng_hist_close(source.age);
}

/* ---- whole runs of them ---- */

/* raise_loopback: a guest comes up without an interface. */
static void raise_loopback(void)
{
	const int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	struct ifreq request = {.ifr_name = "lo", .ifr_flags = IFF_UP};

	assert_int_equal(ioctl(fd, SIOCSIFFLAGS, &request), 0);
	close(fd);
}

static const struct gng_av_options of_devices = {.seconds = 4,
						 .rung = 2,
						 .kbps = 2000,
						 .encoder = "x264",
						 .policy = GNG_QOS_HOLD,
						 .microphone = MICROPHONE,
						 .camera = CAMERA};

void a_run_sends_what_devices_give(void **state)
{
	struct gng_av_result result;
	struct gng_why why = {0};

	(void)state;
	if (!in_guest())
		return;
	use_cards();
	raise_loopback();
	if (gng_av_run(&result, &of_devices, NULL, NULL, &why) != GNG_OK)
		suite_fail("%s", why.text);
	printf("sound: %lu of %lu periods taken; pictures: %lu taken, %lu of %lu frames shown\n",
	       result.microphone.taken, result.audio.num, result.camera.taken,
	       result.rows[GNG_AV_DECODE]->total, result.video.num);
	assert_string_equal(result.ended, "");
	/* a tick that its sender never came to counts, whether the rung has a picture then or not
	 */
	assert_in_range(result.video.num, 30 * of_devices.seconds, 60 * of_devices.seconds);
	assert_int_equal(result.audio.num, 1000 * of_devices.seconds);
	assert_true(result.microphone.taken > 500 && result.camera.taken > 5);
	assert_true(result.rows[GNG_AV_DECODE]->total > 5);
	gng_av_result_fini(&result);
}

/* unplugging is a driver whose device is taken away from it a second into a run. */
struct unplugging {
	const char *driver, *device;
	pthread_t thread;
	bool begun, written;
};

static bool write_device(const struct unplugging *unplugging, const char *what)
{
	char path[128];
	int fd;
	bool written;

	snprintf(path, sizeof(path), "/sys/bus/platform/drivers/%s/%s", unplugging->driver, what);
	fd = open(path, O_WRONLY | O_CLOEXEC);
	written = write(fd, unplugging->device, strlen(unplugging->device)) > 0;
	close(fd);
	return written;
}

static void *unbind(void *context)
{
	struct unplugging *unplugging = context;

	unplugging->written = write_device(unplugging, "unbind");
	return NULL;
}

/* A card waits for its last user; so it is another thread that unplugs, and no child: that would be
 * a user too. */
static bool unplug(void *arg, const struct gng_av_result *result, uint64_t elapsed_ns)
{
	struct unplugging *unplugging = arg;

	(void)result;
	if (!unplugging->begun && elapsed_ns > AV_SECOND)
		unplugging->begun =
			pthread_create(&unplugging->thread, NULL, unbind, unplugging) == 0;
	return true;
}

static void run_until_unplugged(struct unplugging *unplugging, const char *words)
{
	struct gng_av_options options = of_devices;
	struct gng_av_result result;
	struct gng_why why = {0};

	use_cards();
	raise_loopback();
	options.seconds = 100; /* beyond the deadline of this test */
	if (gng_av_run(&result, &options, unplug, unplugging, &why) != GNG_OK)
		suite_fail("%s", why.text);
	printf("%s\n", result.ended);
	assert_non_null(strstr(result.ended, words));
	assert_true(result.video.num > 20 && result.video.num < 30 * options.seconds);
	gng_av_result_fini(&result);
	assert_int_equal(pthread_join(unplugging->thread, NULL), 0);
	assert_true(unplugging->written && write_device(unplugging, "bind"));
}

void a_card_that_goes_away_ends_the_run(void **state)
{
	struct unplugging unplugging = {.driver = "snd_aloop", .device = "snd_aloop.0"};

	(void)state;
	if (!in_guest())
		return;
	run_until_unplugged(&unplugging, "the microphone " MICROPHONE " went away");
}

void a_camera_that_goes_away_ends_the_run(void **state)
{
	struct unplugging unplugging = {.driver = "vivid", .device = "vivid.0"};

	(void)state;
	if (!in_guest())
		return;
	run_until_unplugged(&unplugging, "the camera " CAMERA " went away");
}
