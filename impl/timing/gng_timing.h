/* SPDX-License-Identifier: Apache-2.0 */
/*
 * gng_timing.h - does the time of an operation depend on a secret? Welch's t test over two
 * classes of inputs (Reparaz, Balasch, Verbauwhede: "Dude, is my code constant time?", 2017).
 *
 * A test that passes found no leak in so many samples; it proves that there is none as little as
 * any test does. The statistics (welch, test) know no clock, so that known samples judge them.
 */
#ifndef GNG_TIMING_H
#define GNG_TIMING_H

#include <stddef.h>
#include <stdint.h>

#include <gng_base.h>

#ifdef __cplusplus
extern "C" {
#endif

/* gng_timing_welch is the count, mean and sum of squared deviations of two classes (Welford). */
struct gng_timing_welch {
	uint64_t n[2];
	double mean[2], m2[2];
};

/* gng_timing_welch_add adds one sample x to a class, 0 or 1. *welch began as zeros. */
void gng_timing_welch_add(struct gng_timing_welch *welch, unsigned int class_of, double x);

/*
 * gng_timing_welch_t returns Welch's t, positive if class 0 has the larger mean. 0 with fewer than
 * two samples in a class. Without any variance: 0 if the means are equal, else infinite.
 */
double gng_timing_welch_t(const struct gng_timing_welch *welch);

#define GNG_TIMING_NUM_CROPS 16

/*
 * gng_timing_test is one t test of all samples and one for each cropping, which leaves out what
 * is above a percentile of the first samples: interrupts make a tail that hides a small shift.
 * Set up by gng_timing_init.
 */
struct gng_timing_test {
	double limits[GNG_TIMING_NUM_CROPS]; /* rising, in cycles */
	struct gng_timing_welch all, cropped[GNG_TIMING_NUM_CROPS];
};

/*
 * gng_timing_init takes the limits from cycles[0..num), which it sorts in place and does not
 * count: percentiles 1 - 2^(-10 (i + 1) / 16) of both classes together. GNG_EINVAL for num 0.
 */
GNG_MUST enum gng_status gng_timing_init(struct gng_timing_test *test, uint64_t *cycles,
					 size_t num);

/* gng_timing_add adds one sample of a class, 0 or 1. */
void gng_timing_add(struct gng_timing_test *test, unsigned int class_of, uint64_t cycles);

enum gng_timing_verdict {
	GNG_TIMING_PASS,	 /* |t| < 4.5 */
	GNG_TIMING_INCONCLUSIVE, /* 4.5 to 10, or too few samples */
	GNG_TIMING_FAIL,	 /* |t| > 10: the time depends on the class */
};

#define GNG_TIMING_T_DOUBT 4.5
#define GNG_TIMING_T_FAIL 10.0
#define GNG_TIMING_MIN_SAMPLES 10000 /* of each class */

/* gng_timing_result is the t test with the largest |t| among those with enough samples. */
struct gng_timing_result {
	enum gng_timing_verdict verdict;
	double t;
	double shift_cycles; /* mean of class 0 less mean of class 1, in that test */
	double percentile;   /* of its cropping; 1 for all samples */
	uint64_t n[2];	     /* its samples */
};

/*
 * gng_timing_judge reads the test. A cropping counts with at least min_samples in each class; if
 * not even all samples are as many, the result is INCONCLUSIVE whatever t is.
 */
void gng_timing_judge(struct gng_timing_result *result, const struct gng_timing_test *test,
		      uint64_t min_samples);

/* gng_timing_verdict_name returns "PASS", "INCONCLUSIVE" or "FAIL". */
const char *gng_timing_verdict_name(enum gng_timing_verdict verdict);

/* gng_timing_subject is an operation and its inputs. */
struct gng_timing_subject {
	size_t input_len; /* at least 1 */
	/* fill writes input[0..input_len) for a class. It is not timed, and should do the same
	 * work for both classes. */
	void (*fill)(void *arg, uint8_t *input, unsigned int class_of);
	void (*run)(void *arg, const uint8_t *input); /* timed */
	void *arg;
};

/*
 * gng_timing_measure times num_samples runs (of both classes together) and judges them. The
 * class of each is drawn by seed, so that no drift of the machine falls on one class; the inputs
 * of a batch are written before any of it is timed, so that what wrote them leaves no trace. It
 * stops early once deadline_ns (0: none) have passed, and as soon as |t| of a finished batch is
 * over 100, when more samples can change nothing. GNG_EINVAL for a subject without functions or
 * input; GNG_ENOMEM.
 */
GNG_MUST enum gng_status gng_timing_measure(struct gng_timing_result *result,
					    const struct gng_timing_subject *subject,
					    uint64_t num_samples, uint64_t deadline_ns,
					    uint64_t seed, struct gng_why *why);

#ifdef __cplusplus
}
#endif

#endif /* GNG_TIMING_H */
