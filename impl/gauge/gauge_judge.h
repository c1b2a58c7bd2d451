/* SPDX-License-Identifier: Apache-2.0 */
/* gauge_judge.h - how one execution becomes a record. Private to impl/gauge and its suites. */
#ifndef GAUGE_JUDGE_H
#define GAUGE_JUDGE_H

#include "gauge_nanny.h"
#include "gng_gauge.h"

/* judge_evidence is all that is known of one execution. */
struct judge_evidence {
	const struct gng_test *test;
	const struct gng_run_options *options;
	const struct nanny_result *result; /* NULL: the nanny gave none */
	bool stopped;			   /* by Ctrl-C */
	unsigned int timeout_s;
	const char *report; /* result->report_len bytes */
	const char *log;    /* its output, NUL-terminated; may be cut */
};

/* judge_execution fills verdict, reason, remedy, counts, figures and notes of *record. */
void judge_execution(struct gng_record *record, const struct judge_evidence *evidence);

/* judge_say sets a record's verdict and reason; the first reason stands. */
void judge_say(struct gng_record *record, enum gng_verdict verdict, const char *format, ...)
	GNG_PRINTF(3, 4);

#endif /* GAUGE_JUDGE_H */
