/* SPDX-License-Identifier: Apache-2.0 */
/* lab_channel.h - the host's reader of a guest's frames. Private to impl/lab and its suites. */
#ifndef LAB_CHANNEL_H
#define LAB_CHANNEL_H

#include "gng_lab.h"
#include "lab_frame.h"

#define LAB_STEP_CAP ((size_t)4 << 20) /* of a test's report, and of its output */

/* lab_bytes is a buffer that grows; text[len] is always NUL. */
struct lab_bytes {
	char *text;
	size_t len;
};

/* lab_step is what the guest said of one test. */
struct lab_step {
	bool begun, ended, late;
	int wait_status;
	double seconds;
	struct lab_bytes report, output;
};

struct lab_channel {
	bool hello, bye;
	double uptime_s; /* of the guest, when it said hello */
	size_t num_steps, num_begun, num_ended;
	struct lab_step *steps;
	struct gng_lab_list troubles, kernel;
	struct lab_bytes rest; /* the frame that is not whole yet */
};

/* lab_channel_init expects num_steps tests. GNG_ENOMEM. */
GNG_MUST enum gng_status lab_channel_init(struct lab_channel *channel, size_t num_steps,
					  struct gng_why *why);
void lab_channel_fini(struct lab_channel *channel);

/*
 * lab_channel_take reads bytes[0..len), which may end anywhere. GNG_EFORMAT for what is no frame,
 * a version that is not ours, a test out of order or beyond num_steps, anything after bye, or a
 * bye with another count; GNG_ELIMIT for a test that says more than LAB_STEP_CAP; GNG_ENOMEM.
 * After a failure the channel is only to be freed; what it took before stays readable.
 */
GNG_MUST enum gng_status lab_channel_take(struct lab_channel *channel, const void *bytes,
					  size_t len, struct gng_why *why);

#endif /* LAB_CHANNEL_H */
