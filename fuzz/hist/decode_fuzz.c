/* SPDX-License-Identifier: Apache-2.0 */
/*
 * decode_fuzz.c - what gng_hist_decode takes, it must give again: decode, encode, decode are
 * equal, and the answers obey the order of quantiles.
 *
 * Input that begins with H is a text. Any other is the payload inside, as no mutation gets
 * past the check value of a zlib stream.
 */
/* bundle: 17 */
#include "../suite.h"

#include <hist_payload.h>

#define MAX_COUNTS 8192

static void check_equal(const struct gng_hist *a, const struct gng_hist *b)
{
	fuzz_check(a->total == b->total, "total", "again");
	fuzz_check(a->lowest == b->lowest && a->highest == b->highest, "range", "again");
	fuzz_check(a->digits == b->digits && a->num_counts == b->num_counts, "layout", "again");
	fuzz_check(a->min == b->min && a->max == b->max, "ends", "again");
	fuzz_check(memcmp(a->counts, b->counts, a->num_counts * sizeof(a->counts[0])) == 0,
		   "counts", "again");
}

static void check_ends(const struct gng_hist *hist)
{
	const uint64_t p50 = gng_hist_value_at_quantile(hist, 0.5);

	fuzz_check(gng_hist_min(hist) <= p50 && p50 <= gng_hist_max(hist), "order of quantiles",
		   "decoded");
}

static void check_answers(const struct gng_hist *hist)
{
	const uint64_t p50 = gng_hist_value_at_quantile(hist, 0.5);
	const uint64_t p99 = gng_hist_value_at_quantile(hist, 0.99);
	struct gng_hist_bucket bucket = {0};

	fuzz_check(gng_hist_min(hist) <= p50 && p50 <= p99 && p99 <= gng_hist_max(hist),
		   "order of quantiles", "decoded");
	while (gng_hist_next(hist, &bucket))
		fuzz_check(gng_hist_count_at(hist, bucket.lo) == bucket.count &&
				   gng_hist_count_at(hist, bucket.hi) == bucket.count,
			   "bucket", "decoded");
	fuzz_check(bucket.cumulative == hist->total, "sum of buckets", "decoded");
}

/* decode takes histograms of more than MAX_COUNTS from a text only: they cost the time of a hundred
 * small ones, and are laid out alike. */
static enum gng_status decode(struct gng_hist **hist, const uint8_t *data, size_t size,
			      struct gng_why *why)
{
	enum gng_status status;
	size_t counts_len;

	if (size > 0 && data[0] == 'H')
		return gng_hist_decode(hist, (const char *)data, size, why);
	if (size < HIST_HEADER_LEN)
		return gng_why_set(why, GNG_EFORMAT, 0, "fuzz", "shorter than a header");
	status = hist_payload_header(hist, &counts_len, data, why);
	if (status != GNG_OK)
		return status;
	if (status == GNG_OK && (*hist)->num_counts > MAX_COUNTS) {
		gng_hist_close(*hist);
		return gng_why_set(why, GNG_ELIMIT, 0, "fuzz", "more than MAX_COUNTS");
	}
	status = hist_payload_counts(*hist, data + HIST_HEADER_LEN, size - HIST_HEADER_LEN, why);
	if (status != GNG_OK)
		gng_hist_close(*hist);
	return status;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct gng_hist *first, *second = NULL;
	const int all = fuzz_one_in(64, data, size);
	struct gng_why why = {0};
	char *text = NULL;

	if (decode(&first, data, size, all ? &why : NULL) != GNG_OK) {
		fuzz_check(!all || why.text[0] != '\0', "refused without a reason", "decode");
		return 0;
	}
	if (!all) {
		check_ends(first);
		gng_hist_close(first);
		return 0;
	}
	check_answers(first);
	fuzz_check(gng_hist_encode(&text, first, &why) == GNG_OK, why.text, "encode");
	fuzz_check(gng_hist_decode(&second, text, strlen(text), &why) == GNG_OK, why.text, "again");
	check_equal(first, second);
	free(text);
	gng_hist_close(first);
	gng_hist_close(second);
	return 0;
}
