/* SPDX-License-Identifier: Apache-2.0 */
/*
 * av_capture.h - sound and pictures of devices. A device has a clock of its own: it is no device's
 * period or picture that a tick waits for, but what lies ready is taken then (a frame
 * synchroniser). How old that is, the driver's stamps say.
 */
#ifndef AV_CAPTURE_H
#define AV_CAPTURE_H

#include "av_draw.h"
#include "av_module.h"
#include "gng_av.h"

/* ---- which period of sound ---- */

#define AV_SYNC_RESERVE 12u /* periods: what a timer of 100 Hz gives at once, and some */

/* av_sync keeps between one period and three reserves waiting. */
struct av_sync {
	bool flowing;
};

/* av_sync_step returns, with so many periods waiting at a tick, how many to drop before one is
 * taken, or -1 to take none: there is none, or not yet a reserve. */
int av_sync_step(struct av_sync *sync, uint32_t num_waiting);

/* av_source_age records how old what the driver stamped was at the tick. A stamp of 0, or one of a
 * time that is yet to come, is none. */
void av_source_age(struct gng_av_source *source, uint64_t stamp_ns, uint64_t tick_ns);

struct av_microphone {
	struct av_loaded loaded;
	void *capture; /* NULL: none is used */
	struct av_sync sync;
	struct gng_av_source *source; /* the caller's */
};

/*
 * av_microphone_open opens a PCM of ALSA for 48 kHz. GNG_EUNSUPPORTED without the module, or for a
 * device that is not there or has another rate. close takes what open left, also where it failed.
 */
GNG_MUST enum gng_status av_microphone_open(struct av_microphone *microphone,
					    struct gng_av_source *source, const char *device,
					    struct gng_why *why);
void av_microphone_close(struct av_microphone *microphone);

/* av_microphone_take fills the left side of a period whose tick is tick_ns: with what was captured,
 * or silence. It returns 0, or the errno of a device that is gone. */
int av_microphone_take(struct av_microphone *microphone, int16_t samples[AV_AUDIO_SAMPLES],
		       uint64_t tick_ns);

/* ---- pictures ---- */

/* av_raw is a picture as a camera gives it: format is V4L2_PIX_FMT_YUV420, _NV12 or _YUYV. */
struct av_raw {
	const uint8_t *bytes;
	int width, height, stride; /* stride: of the first plane, in bytes */
	uint32_t format;
};

/* av_raw_len returns how many bytes such a picture has; 0 for a format that is not known. */
size_t av_raw_len(const struct av_raw *raw);

/* av_raw_fits says whether a row of that stride holds the picture, and both sides are even. */
bool av_raw_fits(const struct av_raw *raw);

/* av_raw_show makes raw a picture of to's size, each pixel the nearest one. raw fits. */
void av_raw_show(struct av_picture *to, const struct av_raw *raw);

#define AV_CAMERA_BUFFERS 4

struct av_camera {
	int fd; /* -1: none is used */
	uint32_t num_buffers;
	struct {
		void *bytes;
		size_t len;
	} buffers[AV_CAMERA_BUFFERS];
	int held; /* the buffer that is shown, -1 before the first */
	uint32_t sequence;
	struct av_raw raw; /* what is held */
	struct gng_av_source *source;
};

/*
 * av_camera_open has a camera of V4L2 stream pictures of that size and rate, or of what it has that
 * is next to them. GNG_EUNSUPPORTED if there is none at path, or none whose pictures av_raw_show
 * takes. close takes what open left, also where it failed.
 */
GNG_MUST enum gng_status av_camera_open(struct av_camera *camera, struct gng_av_source *source,
					const char *path, int width, int height, int fps,
					struct gng_why *why);
void av_camera_close(struct av_camera *camera);

/* av_camera_take shows the newest picture at tick_ns in to, the one before if there is none newer,
 * and nothing before the first. It returns 0, or the errno of a device that is gone. */
int av_camera_take(struct av_camera *camera, struct av_picture *to, uint64_t tick_ns);

#endif /* AV_CAPTURE_H */
