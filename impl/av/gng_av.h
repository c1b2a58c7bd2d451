/* SPDX-License-Identifier: Apache-2.0 */
/*
 * gng_av.h - a pipeline of real audio and video whose every frame has a deadline: sources, encoder,
 * packets, parity, SRTP, network, receiver, decoder, presentation, and what each took.
 *
 * Both ends run in this process and talk over UDP of the loopback interface, so one clock,
 * CLOCK_MONOTONIC, times both. A latency begins at the tick for which a frame was scheduled, never
 * at the moment its thread woke. Sources are synthetic, or devices: each picture and each
 * millisecond of sound carry their number, and a frame counts as presented when that number was
 * read out of the decoded picture.
 */
#ifndef GNG_AV_H
#define GNG_AV_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <gng_base.h>
#include <gng_hist.h>
#include <gng_qos.h>

#ifdef __cplusplus
extern "C" {
#endif

#define GNG_AV_VIDEO_BUDGET_NS UINT64_C(12000000)
#define GNG_AV_AUDIO_BUDGET_NS UINT64_C(3000000)
#define GNG_AV_OPUS_BUDGET_NS UINT64_C(12000000) /* a frame of 5 ms and its look-ahead are 7.5 */
#define GNG_AV_LOST_NS                                                             \
	UINT64_C(1000000000) /* what has not come by then is lost, and so recorded \
			      */

/* ---- frames and what delayed them ---- */

/* gng_av_frame is one picture. Times are CLOCK_MONOTONIC; 0 is never. */
struct gng_av_frame {
	uint32_t number;
	uint8_t rung;
	bool idle;    /* the rung has no picture at this tick: it is no frame */
	bool skipped; /* its tick passed while the frame before was still in work */
	bool failed;  /* the encoder refused it */
	bool damaged; /* packets of it, or of what it refers to, did not come */
	bool wrong;   /* another number was read than its time stamp says */
	bool safe;    /* of the safe state */
	uint64_t tick_ns, wake_ns, encoded_ns, packed_ns, sealed_ns, sent_ns;
	uint64_t arrived_ns, complete_ns, presented_ns; /* arrived: stamped by the kernel */
	uint64_t encode_cpu_ns, pack_cpu_ns;		/* CPU time of the thread */
	uint32_t out_switches, back_switches;		/* involuntary ones, of each thread */
	uint32_t bytes;					/* of the access unit */
	uint32_t faults;				/* of pages, of the sender's thread */
};

/* gng_av_cause is what took most of a frame that missed its deadline. It excuses nothing. */
enum gng_av_cause {
	GNG_AV_KEPT,	  /* there is no miss */
	GNG_AV_LOST,	  /* packets of it, or of what it refers to, never came */
	GNG_AV_SKIPPED,	  /* the frame before was still in work */
	GNG_AV_FAILED,	  /* the encoder refused it, or another picture was shown */
	GNG_AV_WOKEN,	  /* the sender's thread was woken late */
	GNG_AV_PREEMPTED, /* other threads ran while it was in work */
	GNG_AV_STOPPED,	  /* its CPU stood still without a switch: interrupts, or a hypervisor */
	GNG_AV_ENCODER,	  /* CPU time of drawing and encoding */
	GNG_AV_SENDER,	  /* packets, parity, SRTP and send calls */
	GNG_AV_NETWORK,	  /* between the send call and the receiver's kernel */
	GNG_AV_RECEIVER,  /* between the receiver's kernel and its thread */
	GNG_AV_DECODER,	  /* decoding and reading the number */
	GNG_AV_NUM_CAUSES
};

/* gng_av_cause_name returns "kept", "lost", ...; "?" for another number. */
const char *gng_av_cause_name(enum gng_av_cause cause);

/* gng_av_blame returns why a frame missed budget_ns; GNG_AV_KEPT if it did not. */
enum gng_av_cause gng_av_blame(const struct gng_av_frame *frame, uint64_t budget_ns);

/* ---- a run ---- */

/* gng_av_row is one line of the table. The first three are the article's. */
enum gng_av_row {
	GNG_AV_PCM_QUEUE, /* audio: tick to PCM queue */
	GNG_AV_PACKETISE, /* H.264 done to RTP packets */
	GNG_AV_DRV_XMIT, /* send call to hand-off to the driver, a stamp of the kernel's software */
	GNG_AV_WAKE,	 /* video: tick to wake */
	GNG_AV_ENCODE,	 /* draw and encode */
	GNG_AV_SEAL,	 /* parity and SRTP */
	GNG_AV_SEND,	 /* all send calls of a frame */
	GNG_AV_TRANSIT,	 /* last packet sent to access unit complete */
	GNG_AV_DECODE,	 /* complete to presented */
	GNG_AV_VIDEO,	 /* tick to presented: the budget of video */
	GNG_AV_AUDIO,	 /* tick to received: it bounds the jitter, the budget of audio */
	GNG_AV_PACK_CPU, /* of GNG_AV_PACKETISE, CPU time */
	GNG_AV_CONTROL,	 /* work that is known, on the sender's CPU: tick to done */
	GNG_AV_PULSE,	 /* wake of a thread that does nothing, on the CPU of sound */
	GNG_AV_NUM_ROWS
};

/* gng_av_row_name returns what a row measures, in a few words. */
const char *gng_av_row_name(enum gng_av_row row);

struct gng_av_options {
	uint64_t seconds; /* 1 to 604,800 */
	uint8_t rung;	  /* the best that may be used, and the first */
	uint32_t kbps;	  /* video and parity; 1,000 to 100,000: with less, x264 loses the number */
	bool fifo;	  /* ask for SCHED_FIFO, pinned CPUs and locked memory */
	bool opus;	  /* sound by Opus in frames of 5 ms, not L16 of 1 ms */
	bool clear;	  /* no SRTP */
	bool waits;	  /* ask the scheduler who had the CPU, where that can be */
	bool control; /* a second of known work after each second: it lasts twice as long, and the
			 policy is GNG_QOS_HOLD */
	uint8_t threads;     /* of the encoder, for the slices of a picture; 0 or 1: the sender's */
	const char *encoder; /* "x264" or "openh264" */
	const char *key_path;  /* 28 bytes of key and salt; NULL draws them */
	const char *weather;   /* NULL, or the words of a bad network, "loss=20000,seed=7" */
	const char *pcap_path; /* NULL, or where what was sent is kept, as sent */
	const char *hook;      /* NULL, or a program that runs when the stop trips */
	const char *stop_log;  /* NULL, or a file that gets one line then */
	uint32_t stop_misses;  /* trip at so many missed deadlines; 0 never */
	enum gng_qos_policy policy;
	uint32_t fault_frame;	 /* the first frame encoded from this one on ... */
	uint64_t fault_ns;	 /* ... stands still there for so long; 0 for no fault */
	uint32_t fault_refusals; /* and so many pictures from there on the encoder refuses */
	const char *microphone; /* NULL, or a PCM of ALSA: the left side; the right is the number */
	const char *camera;	/* NULL, or a device of V4L2; the number lies over its pictures */
};

#define GNG_AV_MAX_THREADS 8 /* of an encoder */
#define GNG_AV_NUM_WORST 16

/* gng_av_worst is one of the frames that took longest; what never came took longest of all. */
struct gng_av_worst {
	struct gng_av_frame frame;
	uint64_t latency_ns;
	uint64_t stroke_ns; /* meanwhile the control of sound woke so late; 0 for under 1 ms */
	uint64_t waited_ns; /* meanwhile a thread of video waited so long for a CPU; 0 the same */
	char culprit[16];   /* who had that CPU; "" if nobody knows */
	enum gng_av_cause cause;
};

/*
 * gng_av_waits are those of the threads with a deadline for a CPU, from 1 ms on. Where the
 * scheduler is not asked (told is false) they are late wakes of video, and no culprit is known.
 */
struct gng_av_waits {
	bool told;
	uint64_t num, longest_ns;
	char thread[16], culprit[16]; /* of the longest */
};

/* gng_av_buffers is where the buffers of a run lay at its end, by the kernel's proof. */
struct gng_av_buffers {
	int node; /* of the sender's CPU, on which they were asked for; -1 for any */
	uint64_t len, huge_len, node_len; /* node_len: on that node */
};

#define GNG_AV_NUM_NOTES 12

/* gng_av_side is what became of one medium. */
struct gng_av_side {
	uint64_t num, misses, max_burst; /* max_burst: misses in a row */
	uint64_t causes[GNG_AV_NUM_CAUSES];
};

/*
 * gng_av_source is what a device gave. Its clock is not ours: at each tick the newest is taken, so
 * some are dropped, and ticks are empty: silence, or the picture before once more. Latencies begin
 * at the tick; how old a period or picture was then, is its age, by the stamps of the driver.
 */
struct gng_av_source {
	bool used;
	char name[64], format[96];
	uint64_t taken, dropped, empty;
	uint64_t unstamped; /* taken with no stamp of CLOCK_MONOTONIC, or one of the future */
	uint64_t overruns;  /* of the device: an xrun of sound, or a picture that the driver lost */
	struct gng_hist *age;
};

/* gng_av_near_kind is what may happen to a machine during a run, and that nothing did. */
enum gng_av_near_kind {
	GNG_AV_CLOCK,  /* CLOCK_REALTIME was set */
	GNG_AV_MODULE, /* a module of the kernel came or went */
	GNG_AV_USB,    /* a USB device or interface came or went */
	GNG_AV_MEMORY, /* some task stood still for want of memory: a tenth of 20 ms */
	GNG_AV_STROKE, /* the control of sound woke late by 1 ms: its CPU stood still */
	GNG_AV_QUIET,
	GNG_AV_NUM_NEAR
};

/* gng_av_near_name returns "clock", "module", "usb", "memory", "stroke", "quiet"; "?" for another
 * number. */
const char *gng_av_near_name(enum gng_av_near_kind kind);

/* gng_av_near is of the ticks within 100 ms of an event of one kind, or of none but strokes. It
 * tells what happened at the time, not why a deadline was missed: the quiet ones are the control.
 */
struct gng_av_near {
	uint64_t events;
	uint64_t num[2], missed[2]; /* of frames, of periods of sound */
};

/* gng_av_point is a fifth of a second of the plot. */
struct gng_av_point {
	uint64_t at_ns, video_p50_ns, video_max_ns, audio_max_ns;
	uint32_t misses;
	uint8_t rung;
};

/* gng_av_result belongs to the run that filled it: gng_av_result_fini. */
struct gng_av_result {
	struct gng_hist *rows[GNG_AV_NUM_ROWS];
	struct gng_av_side video, audio;
	uint64_t audio_budget_ns;     /* of L16 or of Opus */
	uint64_t overruns, underruns; /* of the PCM ring, and of the presentation of sound */
	uint64_t datagrams_sent, datagrams_taken, datagrams_refused, packets_lost,
		packets_recovered, stamps_missing;
	uint32_t num_switches; /* of the rung */
	uint8_t last_rung;
	bool fifo, locked, huge;
	struct gng_av_source microphone, camera;
	struct gng_av_near near[GNG_AV_NUM_NEAR];
	char ended[256]; /* empty, or why the run ended before its time: a device went away */
	bool tripped;
	uint64_t trip_frame, trip_ns, trips; /* trip_ns: from the deadline to the latch */
	size_t num_notes;		     /* what could not be done here, a sentence each */
	char notes[GNG_AV_NUM_NOTES][256];
	struct gng_av_buffers buffers;
	struct gng_av_waits waits;
	const char *switch_reason; /* of the last switch of the rung; NULL for none */
	size_t num_worst;
	struct gng_av_worst worst[GNG_AV_NUM_WORST]; /* the longest first */
	size_t num_points, cap_points;
	struct gng_av_point *points;
	uint64_t floor_video_ns[3], floor_audio_ns[3]; /* noise at 0.99, 0.999, 0.9999; 0 unknown */
};

/* gng_av_seen is called five times a second during a run; false ends the run early. */
typedef bool (*gng_av_seen)(void *arg, const struct gng_av_result *result, uint64_t elapsed_ns);

/*
 * gng_av_run runs the pipeline for options->seconds and fills *result. A frame that misses is a
 * figure, no error. GNG_EINVAL for an option out of range, GNG_EUNSUPPORTED without encoder or
 * decoder (why names the package), GNG_EFORMAT for weather or key, GNG_ENOMEM, GNG_ESYS. Without
 * privileges it runs under SCHED_OTHER and notes it. seen may be NULL.
 */
GNG_MUST enum gng_status gng_av_run(struct gng_av_result *result,
				    const struct gng_av_options *options, gng_av_seen seen,
				    void *arg, struct gng_why *why);
void gng_av_result_fini(struct gng_av_result *result);

enum gng_av_verdict {
	GNG_AV_PASS,	     /* the bound on the rate of misses is at most 1 - q */
	GNG_AV_FAIL,	     /* more misses than that */
	GNG_AV_NOT_SIGNABLE, /* the noise of this machine at q is above the budget itself */
	GNG_AV_INSUFFICIENT, /* too few frames to say */
};

const char *gng_av_verdict_name(enum gng_av_verdict verdict);

/* gng_av_judge judges one medium at quantile q with 95 % confidence; floor_ns is the noise floor
 * at q, or 0, where no control was as long as the run. */
enum gng_av_verdict gng_av_judge(const struct gng_av_side *side, double q, uint64_t budget_ns,
				 uint64_t floor_ns);

/*
 * gng_av_floor is what the control of a medium says at a quantile: how much longer than its median
 * known work took (floor_ns), and how many of num samples took longer by more than the room that
 * the median of the medium leaves of its budget. docs/adr/0036. unfit says why nothing follows:
 * there was no control, or one less than half as long as the run, the known work is longer than
 * that of a frame, or the medium itself uses more than half of its budget.
 */
struct gng_av_floor {
	uint64_t num, over, floor_ns, room_ns;
	bool wakes;	   /* the known work is none: a thread that wakes */
	const char *unfit; /* NULL, or why; of static duration */
};

/* gng_av_floor_of is of video for GNG_AV_VIDEO, and of sound for GNG_AV_AUDIO. Of video without
 * known work it is of wakes, which are late less often than any work would be. */
void gng_av_floor_of(struct gng_av_floor *floor, const struct gng_av_result *result,
		     enum gng_av_row row, double q);

/*
 * gng_av_judge_beside judges one medium beside its control: it is NOT-SIGNABLE where the share of
 * known work that was late is above 1 - q, and the medium does not miss more often than that for
 * sure. floor is of the same q, and not unfit.
 */
enum gng_av_verdict gng_av_judge_beside(const struct gng_av_side *side, double q,
					const struct gng_av_floor *floor);

/* gng_av_is_worse says whether a medium misses more often than known work is late, at 95 %. */
bool gng_av_is_worse(const struct gng_av_side *side, const struct gng_av_floor *floor);

/* gng_av_plot writes the latencies of a run over time as SVG. */
void gng_av_plot(FILE *out, const struct gng_av_result *result);

#ifdef __cplusplus
}
#endif

#endif /* GNG_AV_H */
