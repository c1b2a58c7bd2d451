/* SPDX-License-Identifier: Apache-2.0 */
/*
 * av_intake.h - the receiver's half of the network: datagrams in any order become access units, and
 * every one of them is accounted for.
 */
#ifndef AV_INTAKE_H
#define AV_INTAKE_H

#include "av_outlet.h"

#define AV_INTAKE_SLOTS 256u
#define AV_INTAKE_REPAIRS 16u
#define AV_INTAKE_REORDER 32	      /* a hole is given up when so many came behind it */
#define AV_INTAKE_WAIT_NS 5000000     /* or when it is so old */
#define AV_MAX_UNIT ((size_t)1 << 20) /* of an access unit, in bytes */

/*
 * av_intake_counts: datagrams = refused + repairs + late + duplicates + accepted. Of the sequence
 * numbers from the first one on, span = passed + lost. What was accepted or recovered has passed,
 * was discarded for a newer one, or waits: accepted + recovered = passed + discarded + waiting.
 */
struct av_intake_counts {
	uint64_t datagrams, refused, repairs, late, duplicates, accepted;
	uint64_t span, passed, recovered, lost, discarded; /* discarded: among the lost */
};

/* av_unit is an access unit, a view until the next call. damaged: something of it is missing, or
 * may be: it is the first one seen, and does not begin with a parameter set or a delimiter. */
struct av_unit {
	const uint8_t *bytes;
	size_t len;
	uint32_t timestamp;
	bool damaged;
};

/* av_intake is about 1.5 MiB: it lies in the arena of a run. */
struct av_intake {
	struct gng_rtp_srtp video, repair;
	struct gng_rtp_source source;
	struct gng_rtp_h264_unpack unpack;
	bool started;
	bool entered; /* a unit was given: the stream is not at its first one any more */
	uint16_t next, newest;
	uint64_t hole_ns; /* since when the next packet is missing; 0: it is not */
	struct av_intake_counts counts;
	bool full[AV_INTAKE_SLOTS];
	struct av_datagram slots[AV_INTAKE_SLOTS];
	size_t num_repairs; /* ever kept */
	struct gng_fec_repair kept[AV_INTAKE_REPAIRS];
	struct av_datagram repairs[AV_INTAKE_REPAIRS];
	uint8_t unit[AV_MAX_UNIT];
};

/* av_intake_init begins with whatever packet comes first; master NULL takes clear packets. */
GNG_MUST enum gng_status av_intake_init(struct av_intake *intake, const uint8_t *master,
					struct gng_why *why);
void av_intake_fini(struct av_intake *intake);

/* av_intake_push takes one datagram that came at now_ns, and alters it. What is wrong with it is
 * counted, not told. */
void av_intake_push(struct av_intake *intake, uint8_t *bytes, size_t len, uint64_t now_ns);

/* av_intake_waiting counts the packets that wait for one before them. */
size_t av_intake_waiting(const struct av_intake *intake);

/* av_intake_next gives the next access unit that can be given at now_ns; false for none. */
bool av_intake_next(struct av_intake *intake, struct av_unit *unit, uint64_t now_ns);

#endif /* AV_INTAKE_H */
