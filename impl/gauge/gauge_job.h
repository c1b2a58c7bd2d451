/* SPDX-License-Identifier: Apache-2.0 */
/* gauge_job.h - one attempt of one test, from its folder to its verdict. Private to impl/gauge. */
#ifndef GAUGE_JOB_H
#define GAUGE_JOB_H

#include <gng_journal.h>

#include "gauge_nanny.h"
#include "gng_gauge.h"

struct job {
	struct gng_record *record;
	struct nanny nanny;
	char *answer; /* struct nanny_result, then the report */
	size_t answer_len, answer_cap;
	char *folder; /* the test's own working folder, removed afterwards */
	int log_fd;
};

/* job_start makes the folder (which it notes in journal, or NULL) and the log and starts the
 * test's program. A test whose program is absent or has another table than the plan still gets its
 * record by job_end. */
GNG_MUST enum gng_status job_start(struct job *job, struct gng_record *record,
				   const struct gng_run_options *options,
				   struct gng_journal *journal, struct gng_why *why);

/* job_take reads what the nanny has sent; false at the end. */
bool job_take(struct job *job);

/*
 * job_end judges the attempt into job->record, cleans up, and undoes what the test's processes
 * left in their journals. True when the test is to run
 * again (num_repeat): the worst verdict of all attempts stays.
 */
bool job_end(struct job *job, const struct gng_run_options *options, bool stopped);

#endif /* GAUGE_JOB_H */
