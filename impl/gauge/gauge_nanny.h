/* SPDX-License-Identifier: Apache-2.0 */
/*
 * gauge_nanny.h - one process tree under guard. Private to impl/gauge and its suites.
 *
 * Each test gets a nanny process, which is the subreaper of everything that the test
 * starts: a daemon that called setsid twice is still hers, and is counted and killed.
 * Killing a process group would miss it; one subreaper for all tests could not tell whose
 * it is.
 */
#ifndef GAUGE_NANNY_H
#define GAUGE_NANNY_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include <gng_base.h>

#define NANNY_OUTPUT_CAP ((size_t)16 << 20) /* a test that prints more is stopped */
#define NANNY_REPORT_CAP ((size_t)16 << 20)

struct nanny_task {
	char *const *argv;
	const char *cwd;
	const char *const *env; /* "NAME=VALUE" in addition to the environment, ends with NULL */
	unsigned int timeout_s;
	int output_fd; /* receives stdout and stderr, at most NANNY_OUTPUT_CAP bytes */
};

/* nanny_result is how the tree ended; the test's report (descriptor 3) follows it. */
struct nanny_result {
	int wait_status;
	int exec_errno; /* why the program could not be started, or 0 */
	bool timed_out, flooded;
	unsigned int num_left_behind; /* processes that outlived the test */
	bool unkillable;	      /* some are still there: the machine is not clean */
	double seconds;
	size_t report_len;
};

/* nanny is one that runs. result_fd delivers a struct nanny_result and the report, then EOF. */
struct nanny {
	pid_t pid;
	int result_fd;
};

/* nanny_start forks the nanny. GNG_ESYS if there is no process or pipe to be had. */
GNG_MUST enum gng_status nanny_start(struct nanny *nanny, const struct nanny_task *task,
				     struct gng_why *why);

/* nanny_stop makes her kill the tree and end; safe while she runs. */
void nanny_stop(const struct nanny *nanny);

#endif /* GAUGE_NANNY_H */
