/* SPDX-License-Identifier: Apache-2.0 */
/*
 * av_run.h - one pipeline at work: its threads, and what they share.
 *
 * A frame has one slot in a ring of slots, by its number. The sender writes one half of it and the
 * receiver the other, and each half is published by a store of its own; the collector reads what is
 * published, and owns all figures.
 */
#ifndef AV_RUN_H
#define AV_RUN_H

#include <pthread.h>
#include <semaphore.h>
#include <stdatomic.h>

#include <gng_mem.h>
#include <gng_qos.h>

#include "av_capture.h"
#include "av_control.h"
#include "av_draw.h"
#include "av_intake.h"
#include "av_module.h"
#include "av_near.h"
#include "av_outlet.h"
#include "av_pace.h"
#include "av_relay.h"
#include "av_ring.h"
#include "av_stop.h"
#include "av_worst.h"
#include "gng_av.h"

#define AV_FPS 60u
#define AV_SENDER_TURN 1u /* the turn of the CPUs of who encodes */
#define AV_FRAME_NS (AV_SECOND / AV_FPS)
#define AV_PERIOD_NS UINT64_C(1000000) /* of sound */
#define AV_NUM_FRAMES 1024u	       /* slots: 17 s */
#define AV_NUM_PERIODS 4096u	       /* slots: 4 s */
#define AV_NUM_STAMPS 4096u	       /* packets whose hand-off to the driver is awaited */
#define AV_NUM_SAMPLES 16384u	       /* of drv_xmit, on their way to the collector */
#define AV_PCM_SLOTS 64u
#define AV_NUM_CONTROLS 1024u /* frames of control, and as many wakes, to the collector */
#define AV_NUM_KNOWNS 64u
#define AV_NUM_PULSES 4096u
#define AV_NUM_EVENTS 1024u /* on their way to the collector */
#define AV_PLAY_SLOTS 64u
#define AV_CLOCK_RATE 90000u
#define AV_OPUS_PERIODS 5u

/* av_frame_slot: out and back are number + 1 of the frame whose half is published. */
struct av_frame_slot {
	_Atomic uint32_t out, back;
	struct gng_av_frame sent, got; /* got has only what the receiver knows */
};

/* av_period_slot is the same for a millisecond of sound. */
struct av_period_slot {
	_Atomic uint32_t out, back;
	uint64_t wake_ns, queued_ns, sent_ns;
	uint64_t arrived_ns, received_ns;
};

/* av_period is a slot of the PCM ring. */
struct av_period {
	uint32_t number;
	int16_t samples[AV_AUDIO_SAMPLES];
};

/* av_known is a tick of known work between its two parts. */
struct av_known {
	uint64_t tick_ns;
	bool given_up; /* the sender woke late by a whole frame */
};

/* av_wake is one of the control of sound. */
struct av_wake {
	uint64_t tick_ns, late_ns;
};

/* av_tap keeps what a thread sent, for the pcap file. */
struct av_tap {
	uint8_t *bytes;
	size_t cap, len;
	uint64_t left_out;
};

/* av_encoders has one encoder a rung, opened before the run, for that takes longer than a frame. */
struct av_encoders {
	struct av_loaded loaded;
	void *rung[GNG_QOS_NUM_RUNGS];
};

enum av_thread_id {
	AV_AUDIO_IN,
	AV_AUDIO_OUT,
	AV_AUDIO_BACK,
	AV_AUDIO_PLAY,
	AV_VIDEO_OUT,
	AV_VIDEO_BACK,
	AV_GUARD,
	AV_WEATHER,
	AV_WITNESS,
	AV_PULSE,
	AV_KNOWN_BACK,
	AV_NUM_THREADS
};

/* av_run lies in a heap of its own; its buffers lie in the arena. */
struct av_run {
	const struct gng_av_options *options;
	struct gng_mem *arena;
	uint64_t start_ns;
	_Atomic bool ending, want_idr;
	_Atomic int microphone_gone, camera_gone; /* an errno */
	_Atomic int broken; /* an errno, or -1 for an encoder that fails again and again */
	pthread_t threads[AV_NUM_THREADS];
	bool running[AV_NUM_THREADS];
	bool fifo; /* it is allowed, and asked for */
	_Atomic bool class_failed;
	uint8_t key[AV_KEY_LEN];

	struct av_frame_slot *frames;
	struct av_period_slot *periods;
	struct av_stop stop;
	_Atomic uint8_t rung, group; /* what the controller chose */

	struct av_encoders encoders;
	struct av_loaded decoder;
	struct av_loaded scheduler;
	void *waits; /* NULL where the scheduler is not asked */
	struct av_microphone microphone;
	struct av_camera camera;
	struct av_canvas canvas[GNG_QOS_NUM_RUNGS];
	uint8_t *planes;
	struct av_outlet *outlet;
	struct av_intake *intake;
	struct gng_rtp_srtp audio_out, audio_back;
	struct av_loaded sound; /* Opus; the two coders are NULL for L16 */
	void *sound_out, *sound_back;
	uint64_t lookahead_ns, audio_budget_ns;
	_Atomic uint64_t span, lost, recovered, taken, refused, sent;

	struct av_ring pcm, samples, events;
	struct av_control control[2]; /* of the sender's CPU, and of the receiver's */
	struct av_ring knowns;	      /* ticks of known work, on their way to the receiver's CPU */
	sem_t known_ready;
	struct av_ring controls, pulses; /* latencies, ns; struct av_wake */
	sem_t pcm_ready;
	sem_t ready, go;	/* each thread has its class; the first tick is set */
	_Atomic uint32_t *play; /* number + 1 of the period that lies ready, by slot */
	_Atomic uint64_t underruns, stamps_missing;

	int video_out, video_back, audio_out_fd, audio_back_fd;
	int weather_in, weather_out;
	uint64_t *stamps; /* when packet i was sent, CLOCK_REALTIME */
	uint32_t num_stamped, num_answered;
	struct av_relay relay;
	struct av_datagram *relayed;
	struct av_relay_copy *relayed_copies;
	struct av_tap tap_video, tap_audio;
};

/* av_check_words says at once what av_run_open would refuse of weather and key. */
GNG_MUST enum gng_status av_check_words(const struct gng_av_options *options, struct gng_why *why);

/* av_run_open makes everything ready, and av_run_start the threads; av_run_end stops them and waits
 * for them, and av_run_close gives all back. open may note in *result what cannot be done here. */
GNG_MUST enum gng_status av_run_open(struct av_run **run, const struct gng_av_options *options,
				     struct gng_av_result *result, struct gng_why *why);
GNG_MUST enum gng_status av_run_start(struct av_run *run, struct gng_why *why);
void av_run_end(struct av_run *run);
void av_run_close(struct av_run *run);

/* av_run_prove asks the kernel where the buffers lie by now. */
void av_run_prove(const struct av_run *run, struct gng_av_result *result);

/* av_take_class gives the calling thread the class, priority and CPU of its kind. */
void av_take_class(struct av_run *run, enum av_thread_id id);

/* The threads, each with the run as its argument. */
void *av_audio_in(void *arg);
void *av_audio_out(void *arg);
void *av_audio_back(void *arg);
void *av_audio_play(void *arg);
void *av_video_out(void *arg);
void *av_video_back(void *arg);
void *av_guard(void *arg);
void *av_weather(void *arg);
void *av_witness(void *arg);
void *av_pulse(void *arg);
void *av_known_back(void *arg);

static inline uint64_t av_frame_tick(const struct av_run *run, uint32_t number)
{
	return run->start_ns + number * AV_SECOND / AV_FPS;
}

static inline uint64_t av_period_tick(const struct av_run *run, uint32_t number)
{
	return run->start_ns + number * AV_PERIOD_NS;
}

/* av_is_control says whether known work is done at this tick in the place of a frame: in each
 * second second. */
static inline bool av_is_control(const struct av_run *run, uint32_t number)
{
	return run->options->control && number / AV_FPS % 2 == 1;
}

/* av_frame_due says whether the rung has a picture at this tick of 60 Hz. */
static inline bool av_frame_due(const struct av_run *run, uint32_t number, uint8_t rung)
{
	return number % (AV_FPS / gng_qos_rung_at(rung)->fps) == 0 && !av_is_control(run, number);
}

/* av_run_ns is how long a run lasts. */
static inline uint64_t av_run_ns(const struct gng_av_options *options)
{
	return options->seconds * AV_SECOND * (options->control ? 2 : 1);
}

static inline bool av_ending(struct av_run *run)
{
	return atomic_load_explicit(&run->ending, memory_order_relaxed);
}

/* av_sound_open loads the coder of sound, where one is asked for, and sets the budget;
 * av_sound_close takes what open left. */
GNG_MUST enum gng_status av_sound_open(struct av_run *run, struct gng_why *why);
void av_sound_close(struct av_run *run);

/* av_known_work does the sender's part of known work, at a tick of the control. */
void av_known_work(struct av_run *run, uint64_t tick_ns);

/* ---- what the scheduler says: waits.c ---- */

#define AV_WAIT_NS UINT64_C(1000000) /* waits from here on are told */

/* av_waits_open asks the scheduler, or notes why it cannot; av_waits_close takes what open left. */
void av_waits_open(struct av_run *run, struct gng_av_result *result);
void av_waits_close(struct av_run *run);

/* av_waits_next hands out the next wait; false if there is none by now. */
bool av_waits_next(const struct av_run *run, struct av_wait *wait);

/* av_waits_count adds a wait, and says whether it is one of a thread of video. */
bool av_waits_count(struct gng_av_waits *waits, const struct av_wait *wait);

/* ---- sockets: wire.c ---- */

GNG_MUST enum gng_status av_wire_open(struct av_run *run, struct gng_why *why);
void av_wire_close(struct av_run *run);

/* av_wire_send sends one datagram of video and notes when; false if the kernel refused it. */
bool av_wire_send(struct av_run *run, const struct av_datagram *datagram);

/* av_wire_stamps reads what the kernel says of packets handed to the driver. */
void av_wire_stamps(struct av_run *run);

/*
 * av_wire_receive waits at most 2 ms for a datagram and returns its length, 0 for none;
 * *arrived_ns is when the kernel had it, by CLOCK_MONOTONIC.
 */
size_t av_wire_receive(int socket, uint8_t *bytes, size_t cap, uint64_t *arrived_ns);

/* av_tap_keep keeps a datagram; av_tap_write writes both taps as one pcap file. */
void av_tap_keep(struct av_tap *tap, const uint8_t *bytes, size_t len, uint16_t port);
GNG_MUST enum gng_status av_tap_write(const char *path, const struct av_tap *video,
				      const struct av_tap *audio, struct gng_why *why);

/* ---- figures: collect.c ---- */

/* av_collector is the state of the one thread that makes figures. */
struct av_collector {
	struct av_run *run;
	struct gng_av_result *result;
	struct gng_qos qos;
	struct av_near *near;
	struct av_worst worst;
	uint32_t next_frame, next_period, next_judged; /* judged: told to the controller */
	uint64_t video_burst, audio_burst, last_span, last_lost;
	uint8_t rung;		 /* of the last frame */
	struct gng_hist *recent; /* video latencies of the present point */
	struct gng_av_point point;
};

GNG_MUST enum gng_status av_collector_init(struct av_collector *collector, struct av_run *run,
					   struct gng_av_result *result, struct gng_why *why);
void av_collector_fini(struct av_collector *collector);

/* av_collect takes in all that is over at now_ns; with final, all up to last_ns whatever its
 * state. */
void av_collect(struct av_collector *collector, uint64_t now_ns, uint64_t last_ns, bool final);

/* av_result_open makes the histograms; av_note adds a sentence. */
GNG_MUST enum gng_status av_result_open(struct gng_av_result *result, struct gng_why *why);
void av_note(struct gng_av_result *result, const char *format, ...) GNG_PRINTF(2, 3);

#endif /* AV_RUN_H */
