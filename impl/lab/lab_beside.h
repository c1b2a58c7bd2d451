/* SPDX-License-Identifier: Apache-2.0 */
/*
 * lab_beside.h - a test that runs on this machine while the guest does, and the folder of sockets
 * between the two. Private to impl/lab and its suites.
 */
#ifndef LAB_BESIDE_H
#define LAB_BESIDE_H

#include <sys/types.h>

#include "gng_lab.h"

#define LAB_SOCKETS "GNG_LAB_SOCKETS" /* tells the test beside the guest the folder */

/* lab_sockets is a folder whose path is short: that of a unix socket has at most 107 bytes. */
struct lab_sockets {
	char path[64];
};

GNG_MUST enum gng_status lab_sockets_make(struct lab_sockets *sockets, struct gng_why *why);

/* lab_sockets_remove removes the sockets in it, and the folder if nothing else is there. */
void lab_sockets_remove(struct lab_sockets *sockets);

/* lab_beside is a test that runs. What it says goes to files in memory, so nobody need listen. */
struct lab_beside {
	pid_t pid;
	int report_fd, output_fd;
	double start_s;
};

/* lab_beside_start starts it; it dies with this process. GNG_ESYS, GNG_ENOMEM. */
GNG_MUST enum gng_status lab_beside_start(struct lab_beside *beside, const struct gng_home *home,
					  const struct gng_test *test,
					  const struct lab_sockets *sockets, struct gng_why *why);

/* lab_beside_end waits grace_ms at most, kills it and what it started, and fills *execution, whose
 * report and log (NUL-terminated; of each at most LAB_STEP_CAP bytes) the caller frees. */
void lab_beside_end(struct lab_beside *beside, int grace_ms, struct gng_execution *execution);

#endif /* LAB_BESIDE_H */
