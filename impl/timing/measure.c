/* SPDX-License-Identifier: Apache-2.0 */
/* measure.c - time two classes of inputs in random order, batch by batch. */
#include <math.h>
#include <stdlib.h>
#include <time.h>

#include <gng_clock.h>

#include "gng_timing.h"

#define BATCH 2000    /* the first one sets the croppings and is not counted */
#define T_CERTAIN 100 /* ten times what fails */

/* batch is the inputs of so many runs, their classes, and what they took. */
struct batch {
	uint64_t random, cycles[BATCH];
	uint8_t class_of[BATCH];
	uint8_t inputs[]; /* BATCH of the subject's input_len */
};

/* next_bit draws a class (xorshift64*, whose high bits are its good ones). */
static uint8_t next_bit(uint64_t *random)
{
	*random ^= *random >> 12;
	*random ^= *random << 25;
	*random ^= *random >> 27;
	return (uint8_t)(*random * UINT64_C(0x2545f4914f6cdd1d) >> 63);
}

static void fill(struct batch *batch, const struct gng_timing_subject *subject)
{
	for (size_t i = 0; i < BATCH; i++) {
		batch->class_of[i] = next_bit(&batch->random);
		subject->fill(subject->arg, batch->inputs + i * subject->input_len,
			      batch->class_of[i]);
	}
}

static void run(struct batch *batch, const struct gng_timing_subject *subject)
{
	for (size_t i = 0; i < BATCH; i++) {
		const uint8_t *input = batch->inputs + i * subject->input_len;
		const uint64_t start = gng_clock_start();

		subject->run(subject->arg, input);
		batch->cycles[i] = gng_clock_stop() - start;
	}
}

static uint64_t now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec;
}

static enum gng_status measure(struct gng_timing_result *result, struct batch *batch,
			       const struct gng_timing_subject *subject, uint64_t num_samples,
			       uint64_t deadline_ns)
{
	const uint64_t begun_ns = now_ns();
	struct gng_timing_test test;
	enum gng_status status;

	fill(batch, subject);
	run(batch, subject);
	status = gng_timing_init(&test, batch->cycles, BATCH);
	if (status != GNG_OK)
		return status;
	for (uint64_t done = 0; done < num_samples; done += BATCH) {
		fill(batch, subject);
		run(batch, subject);
		for (size_t i = 0; i < BATCH; i++)
			gng_timing_add(&test, batch->class_of[i], batch->cycles[i]);
		gng_timing_judge(result, &test, GNG_TIMING_MIN_SAMPLES);
		if ((deadline_ns > 0 && now_ns() - begun_ns > deadline_ns) ||
		    (result->verdict == GNG_TIMING_FAIL && fabs(result->t) > T_CERTAIN))
			break;
	}
	return GNG_OK;
}

enum gng_status gng_timing_measure(struct gng_timing_result *result,
				   const struct gng_timing_subject *subject, uint64_t num_samples,
				   uint64_t deadline_ns, uint64_t seed, struct gng_why *why)
{
	enum gng_status status;
	struct batch *batch;

	*result = (struct gng_timing_result){.verdict = GNG_TIMING_INCONCLUSIVE, .percentile = 1};
	if (!subject->fill || !subject->run || subject->input_len == 0)
		return gng_why_set(why, GNG_EINVAL, 0, "timing.measure",
				   "a subject needs fill, run and an input of 1 byte or more");
	if (subject->input_len > (SIZE_MAX - sizeof(*batch)) / BATCH)
		return gng_why_set(why, GNG_ENOMEM, 0, "timing.measure",
				   "%d inputs of %zu bytes do not fit in memory", BATCH,
				   subject->input_len);
	batch = calloc(1, sizeof(*batch) + BATCH * subject->input_len);
	if (!batch)
		return gng_why_set(why, GNG_ENOMEM, 0, "timing.measure", "out of memory");
	batch->random = seed | 1; /* xorshift stays at 0 */
	status = measure(result, batch, subject, num_samples, deadline_ns);
	free(batch);
	return status;
}
