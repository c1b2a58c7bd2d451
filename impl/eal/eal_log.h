/* SPDX-License-Identifier: Apache-2.0 */
/* eal_log.h - lines of DPDK's log, as they come, and the best reason among them. */
#ifndef EAL_LOG_H
#define EAL_LOG_H

#include <stdio.h>

#include "gng_eal.h"

/* eal_clue is a reason and its line. */
struct eal_clue {
	enum gng_dpdk_reason reason;
	char line[256];
};

/* eal_log collects bytes to lines. */
struct eal_log {
	char line[256], last[256];
	size_t len;
	struct eal_clue any, device; /* the first reason of all, and of those of devices */
};

void eal_log_add(struct eal_log *log, const char *bytes, size_t len);
void eal_log_end(struct eal_log *log); /* of a last line without its end */

/* eal_log_stream returns an unbuffered stream whose bytes go to log; NULL without memory. */
FILE *eal_log_stream(struct eal_log *log);

/* eal_in_helper runs the helper and fills the report. GNG_ESYS if it cannot be executed. */
GNG_MUST enum gng_status eal_in_helper(struct gng_eal_report *report,
				       const struct gng_eal_config *config, struct gng_why *why);

/* eal_judge sets report->reason and line from rc, the ports and the log. */
void eal_judge(struct gng_eal_report *report, const struct eal_log *log);

#endif /* EAL_LOG_H */
