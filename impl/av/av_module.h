/* SPDX-License-Identifier: Apache-2.0 */
/*
 * av_module.h - what a module offers: a shared object of ours that links one foreign library,
 * loaded at run time, so that no licence but Apache-2.0 reaches the library. docs/LICENCES.md.
 */
#ifndef AV_MODULE_H
#define AV_MODULE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <gng_base.h>

#define AV_MODULE_VERSION 7
#define AV_OPUS_SAMPLES 480  /* of a frame of sound: 5 ms, left and right in turn */
#define AV_CAPTURE_FRAMES 48 /* of a period of sound: 1 ms */
#define AV_THREAD_NAME 16

/* av_picture is I420. */
struct av_picture {
	uint8_t *planes[3];
	int strides[3], width, height;
};

/* av_encoder_config: threads above 1 share the slices of one picture, and are of the class of who
 * opens the encoder. */
struct av_encoder_config {
	int width, height, fps, kbps, threads;
};

/* av_encoded is an access unit in the byte stream format of H.264 annex B. Where the encoder says
 * so, it is num_units units of unit_lens[i] bytes, start codes included; else num_units is 0. */
struct av_encoded {
	const uint8_t *bytes;
	size_t len, num_units;
	const size_t *unit_lens;
};

/* av_captured is what a device says of its sound: how many frames wait, when the newest of them was
 * there by CLOCK_MONOTONIC (0: the driver does not say), and whether some were lost before. */
struct av_captured {
	uint32_t num_frames;
	uint64_t stamp_ns;
	bool overran;
};

/* av_wait is a wait of a thread of this process for a CPU, by CLOCK_MONOTONIC, and who had that
 * CPU longest meanwhile: "" for nobody on record. Names can be printed. */
struct av_wait {
	uint64_t from_ns, until_ns;
	char thread[AV_THREAD_NAME], culprit[AV_THREAD_NAME];
};

/*
 * av_module is the symbol "av_module" of the shared object. A call returns 0, or below 0 where the
 * codec failed; encode and decode give views that die with the next call. decode gives a picture
 * without planes where the codec has none yet. What a module does not offer is NULL.
 */
struct av_module {
	uint32_t version;
	const char *name, *licence;
	/* said gets the reason for NULL, where there is one to tell */
	void *(*encoder_open)(const struct av_encoder_config *config, char *said, size_t cap);
	int (*encode)(void *encoder, const struct av_picture *in, int64_t number, bool idr,
		      struct av_encoded *out);
	void (*encoder_close)(void *encoder);
	void *(*decoder_open)(void);
	int (*decode)(void *decoder, const uint8_t *in, size_t len, struct av_picture *out);
	void (*decoder_close)(void *decoder);
	void *(*sound_open)(uint32_t *lookahead); /* in sample times; both coder and decoder */
	int (*sound_encode)(void *sound, const int16_t *samples, uint8_t *out, size_t cap,
			    size_t *len);
	int (*sound_decode)(void *sound, const uint8_t *in, size_t len, int16_t *samples);
	void (*sound_close)(void *sound);
	/* said gets the format, or the reason for NULL. look never waits; take reads
	 * AV_CAPTURE_FRAMES of what it found, and returns 1 if they are not there. Below 0 is an
	 * errno: the device is gone. */
	void *(*capture_open)(const char *device, char *said, size_t cap);
	int (*capture_look)(void *capture, struct av_captured *captured);
	int (*capture_take)(void *capture, int16_t *samples);
	void (*capture_close)(void *capture);
	/* waits from threshold_ns on are told, oldest first; next is false if there is no more now.
	 * said gets the reason for NULL. */
	void *(*waits_open)(uint64_t threshold_ns, char *said, size_t cap);
	bool (*waits_next)(void *waits, struct av_wait *wait);
	void (*waits_close)(void *waits);
};

/* av_loaded is a module in use; av_unload takes NULL too. */
struct av_loaded {
	void *handle;
	const struct av_module *module;
};

/*
 * av_load opens gonogo-av-<name>.so beside this program, or a folder above it (where tests are);
 * "vaapi" is built in, and finds its library by itself.
 * GNG_EUNSUPPORTED where it was not built here, or is of another version.
 */
GNG_MUST enum gng_status av_load(struct av_loaded *loaded, const char *name, struct gng_why *why);
void av_unload(struct av_loaded *loaded);

#endif /* AV_MODULE_H */
