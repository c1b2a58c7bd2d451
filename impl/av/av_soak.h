/* SPDX-License-Identifier: Apache-2.0 */
/*
 * av_soak.h - a run of days as a file that nobody can shorten or mend unseen: lines in a chain of
 * SHA-256, one a minute, each on the disk before the next minute is counted.
 *
 * A line is "HASH JSON\n"; HASH is SHA-256 of the HASH before it (64 zeros at first) and JSON, in
 * hexadecimal. A segment is what one process did: a line "begin" with soak, config, boot and time,
 * then lines "minute" whose counts grow within the segment: frames and periods, misses by cause,
 * and "near", what happened to the machine and how many of both were near that (gng_av_near; files
 * of older versions lack it). What a process did after its last line is not counted, and the time
 * between two segments is a gap, never bridged.
 */
#ifndef AV_SOAK_H
#define AV_SOAK_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "gng_av.h"

#define AV_SOAK_HASH 65 /* 64 digits and NUL */
#define AV_SOAK_CONFIG 512
#define AV_SOAK_MAX_LINE ((size_t)1 << 20)

/* av_soak_side is one medium over all segments. */
struct av_soak_side {
	uint64_t num, misses;
	uint64_t causes[GNG_AV_NUM_CAUSES];
	struct gng_hist *hist;
};

#define AV_SOAK_WORST 16

/* av_soak_bad is what is new in a line with misses: of frames and of periods, why, and the events
 * since the line before. */
struct av_soak_bad {
	uint64_t at_ns; /* CLOCK_REALTIME of its end */
	uint64_t missed[2], causes[GNG_AV_NUM_CAUSES], events[GNG_AV_QUIET];
};

/* av_soak is what a file says. av_soak_fini frees it. */
struct av_soak {
	char id[33], config[AV_SOAK_CONFIG], boot[40], hash[AV_SOAK_HASH];
	struct av_soak_side video, audio;
	uint64_t minutes, minutes_missed; /* missed: with a miss of either medium */
	uint64_t minutes_unwatched;	  /* without "near" */
	struct gng_av_near near[GNG_AV_NUM_NEAR];
	size_t num_worst;
	struct av_soak_bad worst[AV_SOAK_WORST]; /* most misses first */
	uint64_t segments, boots, num_gaps, gap_ns,
		torn;		 /* torn: bytes of a line cut off by death */
	uint64_t lines, last_ns; /* last_ns: CLOCK_REALTIME of the last line */
	size_t good_len;	 /* bytes of the file that hold whole lines */
};

/*
 * av_soak_read reads text[0..len). A last line that is cut off is left out and counted in torn;
 * anything else that is not as described is GNG_EFORMAT with its line: a hash that is not that of
 * the line, a count that shrinks, causes that are not as many as misses, a histogram of other size.
 * name stands in messages.
 */
GNG_MUST enum gng_status av_soak_read(struct av_soak *soak, const char *name, const char *text,
				      size_t len, struct gng_why *why);
void av_soak_fini(struct av_soak *soak);

/* av_soak_add pools from into into. GNG_EINVAL for another config. That it is another soak is the
 * caller's to see, by id. */
GNG_MUST enum gng_status av_soak_add(struct av_soak *into, const struct av_soak *from,
				     struct gng_why *why);

/* av_soak_line makes the next line of a chain from JSON (the caller frees *line), and moves hash
 * on. */
GNG_MUST enum gng_status av_soak_line(char **line, char hash[AV_SOAK_HASH], const char *json,
				      struct gng_why *why);

/* av_soak_begin and av_soak_minute make the JSON of a line; the caller frees it. NULL without
 * memory, or where a histogram cannot be written. */
char *av_soak_begin(const char *id, const char *config, const char *boot, uint64_t at_ns);
char *av_soak_minute(const struct gng_av_result *result, uint64_t at_ns);

/* ---- a file at work: soak_file.c ---- */

/* av_soak_file is the open file of a soak, locked. */
struct av_soak_file {
	int fd;
	struct av_soak soak; /* as of the last line */
};

/*
 * av_soak_open opens folder/soak.log, or makes folder and file, reads what is there, cuts off a
 * torn line, and appends the line "begin". GNG_EINVAL if it is the file of another config,
 * GNG_EPERM while another process has it, GNG_EFORMAT, GNG_ESYS.
 */
GNG_MUST enum gng_status av_soak_open(struct av_soak_file *file, const char *folder,
				      const char *config, struct gng_why *why);

/* av_soak_append appends a line of JSON and returns when it is on the disk. */
GNG_MUST enum gng_status av_soak_append(struct av_soak_file *file, const char *json,
					struct gng_why *why);
void av_soak_close(struct av_soak_file *file);

/* av_soak_load reads folder/soak.log without locking it. */
GNG_MUST enum gng_status av_soak_load(struct av_soak *soak, const char *folder,
				      struct gng_why *why);

#endif /* AV_SOAK_H */
