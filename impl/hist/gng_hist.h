/* SPDX-License-Identifier: Apache-2.0 */
/*
 * gng_hist.h - log-linear (HDR) histogram of unsigned values, its V2 encoding, and exact
 * binomial bounds on quantiles and miss rates.
 *
 * A histogram keeps every value to `digits` significant decimal figures between lowest and
 * highest, in a fixed array: recording never allocates and costs some 10 cycles. Two
 * histograms of one layout merge exactly. Values have the caller's unit. Not thread-safe:
 * give each thread its own and merge them.
 */
#ifndef GNG_HIST_H
#define GNG_HIST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <gng_base.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The largest array: 16 MiB. It holds 5 digits from 1 to 2^32, or 4 from 1 to 2^63. */
#define GNG_HIST_MAX_COUNTS (UINT32_C(1) << 21)

/* What gng_hist_quantile_bounds gives where no finite bound exists. */
#define GNG_HIST_INFINITE UINT64_MAX

/* gng_hist is a histogram. Read total and num_clamped; the rest belongs to this subsystem. */
struct gng_hist {
	uint64_t total;	      /* samples recorded */
	uint64_t num_clamped; /* of them, those over the largest value that the array holds: they
				 count in the last bucket, and gng_hist_max knows the largest */
	uint64_t min, max;
	uint64_t lowest, highest;
	uint64_t *counts;
	uint32_t num_counts;
	uint8_t digits, unit_magnitude, half_magnitude;
	uint64_t sub_mask; /* values under it have the unit's resolution */
};

/* ---- layout and ownership ---- */

/*
 * gng_hist_size sets *num_counts to the length of the array of counts that the layout
 * needs. lowest is the smallest difference that must show (1 keeps every integer), digits 0
 * to 5; 0 means a bucket a power of two. GNG_EINVAL unless 1 <= lowest and
 * 2 * lowest <= highest < 2^63; GNG_ELIMIT if it needs over GNG_HIST_MAX_COUNTS.
 */
GNG_MUST enum gng_status gng_hist_size(uint32_t *num_counts, uint64_t lowest, uint64_t highest,
				       int digits);

/* gng_hist_init makes an empty histogram in the caller's counts[0..num_counts), which must
 * outlive it. Errors of gng_hist_size; GNG_EINVAL if num_counts differs from it. */
GNG_MUST enum gng_status gng_hist_init(struct gng_hist *hist, uint64_t *counts, uint32_t num_counts,
				       uint64_t lowest, uint64_t highest, int digits);

/* gng_hist_open makes an empty histogram on the heap: gng_hist_close it. Errors of
 * gng_hist_size, and GNG_ENOMEM. gng_hist_close takes NULL too. */
GNG_MUST enum gng_status gng_hist_open(struct gng_hist **hist, uint64_t lowest, uint64_t highest,
				       int digits);
void gng_hist_close(struct gng_hist *hist);

/* gng_hist_reset forgets all samples and keeps the layout. */
void gng_hist_reset(struct gng_hist *hist);

/* ---- recording ---- */

/* gng_hist_record adds one sample. False if it was over the array's range, and clamped. */
bool gng_hist_record(struct gng_hist *hist, uint64_t value);

/* gng_hist_record_n adds num equal samples. False if clamped, or if the total would pass
 * 2^63 - 1: then nothing is recorded. */
bool gng_hist_record_n(struct gng_hist *hist, uint64_t value, uint64_t num);

/*
 * gng_hist_record_corrected adds a latency of a source that should have sent a request each
 * interval, and was held up by this one (coordinated omission): it adds value, and for the
 * requests never sent value - interval, value - 2 interval, ... down to interval. interval 0
 * adds value only. Takes time by buckets, not by samples. False as in gng_hist_record_n.
 */
bool gng_hist_record_corrected(struct gng_hist *hist, uint64_t value, uint64_t interval);

/*
 * gng_hist_merge adds the samples of from to into. With one layout it is exact; otherwise a
 * sample counts as the highest value of its bucket in from. GNG_ELIMIT if the total would
 * pass 2^63 - 1: into is then unchanged.
 */
GNG_MUST enum gng_status gng_hist_merge(struct gng_hist *into, const struct gng_hist *from);

/* ---- questions (all 0 for an empty histogram) ---- */

/* The smallest and largest sample are exact, but to the bucket after decoding. */
uint64_t gng_hist_min(const struct gng_hist *hist);
uint64_t gng_hist_max(const struct gng_hist *hist);
double gng_hist_mean(const struct gng_hist *hist); /* of the middles of the buckets */

/*
 * gng_hist_value_at_quantile returns the highest value of the bucket of the sample with
 * rank ceil(q * total), at least 1, at most gng_hist_max: q of all samples are no larger.
 * q outside [0, 1] counts as the nearer end.
 */
uint64_t gng_hist_value_at_quantile(const struct gng_hist *hist, double q);

/* gng_hist_count_at returns the samples in the bucket of value; gng_hist_count_above those
 * in the buckets above it. */
uint64_t gng_hist_count_at(const struct gng_hist *hist, uint64_t value);
uint64_t gng_hist_count_above(const struct gng_hist *hist, uint64_t value);

/* gng_hist_bucket is a bucket that is not empty: count samples in [lo, hi]. */
struct gng_hist_bucket {
	uint64_t lo, hi, count;
	uint64_t cumulative; /* samples up to and with this bucket */
	uint32_t next;	     /* where gng_hist_next goes on */
};

/* gng_hist_next steps to the next non-empty bucket; the first step begins with a zeroed
 * *bucket. False after the last. */
bool gng_hist_next(const struct gng_hist *hist, struct gng_hist_bucket *bucket);

/* ---- exact binomial bounds; samples must be independent ---- */

/*
 * gng_hist_quantile_bounds sets *lo and *hi so that the true quantile q is at least *lo with
 * probability confidence, and at most *hi with probability confidence (order statistics,
 * no assumption about the distribution). Each holds by itself; both together hold with
 * 2 * confidence - 1. With too few samples *lo is 0 or *hi is GNG_HIST_INFINITE:
 * at 0.95 the quantile 0.9999 has no upper bound under 29,956 samples. GNG_EINVAL unless q
 * and confidence are in (0, 1).
 */
GNG_MUST enum gng_status gng_hist_quantile_bounds(const struct gng_hist *hist, double q,
						  double confidence, uint64_t *lo, uint64_t *hi);

/*
 * gng_hist_miss_bound returns the Clopper-Pearson upper bound, with probability confidence,
 * on the rate of misses after num_misses in num_samples. 1 if nothing can be said, also for
 * a confidence outside (0, 1).
 */
double gng_hist_miss_bound(uint64_t num_misses, uint64_t num_samples, double confidence);

/*
 * gng_hist_samples_needed returns the smallest number of samples which, with at most
 * num_misses over a limit, shows with probability confidence that the quantile q keeps that
 * limit: 2,995 for 0.999, no miss, 0.95. GNG_HIST_INFINITE if q or confidence is outside
 * (0, 1), or if it is over 2^53.
 */
uint64_t gng_hist_samples_needed(double q, uint64_t num_misses, double confidence);

/* ---- HdrHistogram V2 ---- */

/*
 * gng_hist_encode sets *text to the histogram as HdrHistogram V2, compressed with zlib, in
 * base64 ("HISTFAAAA..."): one word for logs and reports. The caller frees it. GNG_ENOMEM;
 * GNG_ELIMIT if samples were clamped, as the format would hide them.
 */
GNG_MUST enum gng_status gng_hist_encode(char **text, const struct gng_hist *hist,
					 struct gng_why *why);

/*
 * gng_hist_decode makes a histogram of text[0..len), which may come from a stranger: memory
 * is bounded by GNG_HIST_MAX_COUNTS and time by that and len. The caller closes *hist.
 * GNG_EFORMAT if it is no intact V2 histogram, GNG_EUNSUPPORTED for version 0 or 1, a
 * normalising offset or a conversion ratio, GNG_ELIMIT if it is too large, GNG_ENOMEM.
 */
GNG_MUST enum gng_status gng_hist_decode(struct gng_hist **hist, const char *text, size_t len,
					 struct gng_why *why);

#ifdef __cplusplus
}
#endif

#endif /* GNG_HIST_H */
