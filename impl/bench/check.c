/* SPDX-License-Identifier: Apache-2.0 */
/* check.c - contestants must agree before their speed means anything. */
#include "bench_failed.h"

#include <stdlib.h>
#include <string.h>

enum gng_status bench_failed(const struct gng_bench_contestant *contestant, struct gng_why *why)
{
	const char *complaint =
		contestant->complaint ? contestant->complaint(contestant->state) : "";

	return gng_why_set(why, GNG_ESYS, 0, "bench.check", "%s failed to do the work%s%s",
			   contestant->name, *complaint ? ": " : "", complaint);
}

static bool is_sound(const struct gng_bench_match *match)
{
	return match->num_contestants > 0 && match->num_contestants <= GNG_BENCH_MAX_CONTESTANTS &&
	       match->num_lanes > 0 && match->num_lanes <= GNG_BENCH_MAX_LANES && match->len > 0 &&
	       match->out_len > 0 && match->rounds_per_block > 0 &&
	       match->rounds_per_block <= GNG_BENCH_MAX_ROUNDS;
}

/* try_once fills the result with a pattern first, so that nothing of an earlier run passes for
 * this one's. */
static enum gng_status try_once(const struct gng_bench_contestant *contestant, size_t out_len,
				struct gng_why *why)
{
	memset(contestant->out, 0xa5, out_len);
	if (contestant->work(contestant->state))
		return GNG_OK;
	return bench_failed(contestant, why);
}

static enum gng_status compare(const struct gng_bench_contestant *contestant,
			       const struct gng_bench_contestant *first, const uint8_t *expected,
			       size_t out_len, struct gng_why *why)
{
	size_t at = 0;

	while (at < out_len && contestant->out[at] == expected[at])
		at++;
	if (at == out_len || contestant->yardstick)
		return GNG_OK;
	return gng_why_set(why, GNG_EAUTH, 0, "bench.check",
			   "%s and %s disagree from byte %zu of %zu on: no speed is reported",
			   contestant->name, first->name, at, out_len);
}

enum gng_status gng_bench_check(const struct gng_bench_match *match, struct gng_why *why)
{
	const struct gng_bench_contestant *all = match->contestants;
	enum gng_status status;
	uint8_t *expected;

	if (!is_sound(match))
		return gng_why_set(why, GNG_EINVAL, 0, "bench.check",
				   "a match needs contestants, lanes, rounds and bytes");
	expected = malloc(match->out_len);
	if (!expected)
		return gng_why_set(why, GNG_ENOMEM, 0, "bench.check", "no memory");
	status = try_once(&all[0], match->out_len, why);
	if (status == GNG_OK)
		memcpy(expected, all[0].out, match->out_len);
	for (size_t i = 1; i < match->num_contestants * match->num_lanes && !status; i++) {
		status = try_once(&all[i], match->out_len, why);
		if (status == GNG_OK)
			status = compare(&all[i], &all[0], expected, match->out_len, why);
	}
	free(expected);
	return status;
}
