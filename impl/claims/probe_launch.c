/* SPDX-License-Identifier: Apache-2.0 */
/* probe_launch.c - how long after a launch its work starts, here and now. */
#include "claims_probe.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <gng_launch.h>

#define NUM_LAUNCHES 2000
#define PACKETS_LEN 65536

static uint8_t packets[PACKETS_LEN] __attribute__((aligned(4096)));

/* run_series measures a back end; false after it has told why not. */
static bool run_series(struct claims_finding *finding, struct gng_launch_series *series,
		       struct gng_launch_info *info, const char *backend)
{
	const struct gng_launch_request request = {.backend = gng_launch_named(backend),
						   .packets = packets,
						   .packets_len = sizeof(packets),
						   .cpu = GNG_LAUNCH_ANY_CPU};
	const struct gng_launch_plan plan = {
		.num = NUM_LAUNCHES, .len = 64, .cpu = GNG_LAUNCH_ANY_CPU};
	struct gng_launch *launch;
	struct gng_why why;
	enum gng_status status = gng_launch_open(&launch, &request, &why);

	if (status == GNG_OK) {
		*info = *gng_launch_info(launch);
		status = gng_launch_measure(series, launch, &plan, &why);
		gng_launch_close(launch);
	}
	if (status == GNG_OK)
		return true;
	claims_find(finding, status == GNG_EUNSUPPORTED ? CLAIMS_ABSENT : CLAIMS_DOUBT, "%.200s",
		    why.text);
	return false;
}

static double in_us(const struct gng_hist *hist, const char *what)
{
	if (strcmp(what, "mean") == 0)
		return gng_hist_mean(hist) / 1000;
	return (double)gng_hist_value_at_quantile(hist, strcmp(what, "p99") == 0 ? 0.99 : 0.5) /
	       1000;
}

/* is_word says whether the link is as one word of a record wants it. */
static bool is_word(const struct gng_launch_path *path, const char *word, size_t len)
{
	if (len == 2 && strncmp(word, "L1", len) == 0)
		return path->l1_aspm == 1;
	if (*word == 'x')
		return atoi(word + 1) == path->width;
	return strncmp(path->speed, word, len) == 0 && path->speed[len] == ' ';
}

bool claims_launch_link_is(const struct gng_launch_path *path, const char *words, char missing[200])
{
	size_t len;

	for (words += strspn(words, " "); (len = strcspn(words, " ")) > 0;
	     words += len + strspn(words + len, " ")) {
		if (is_word(path, words, len))
			continue;
		snprintf(
			missing, 200,
			"wants a link with %.*s, and no probe changes one; here: %.20s, x%d, L1 %s",
			(int)len, words, *path->speed ? path->speed : "speed not told", path->width,
			path->l1_aspm == 1 ? "allowed" : "not allowed");
		return false;
	}
	return true;
}

/* launch_figure: with = a back end and mean, p50 or p99, of the start in us; behind these what the
 * link must have: GT/s as "8.0", lanes as "x8", and "L1" for one that may enter it. */
static void launch_figure(struct claims_finding *finding, const struct gng_claims_claim *claim)
{
	char backend[32] = "", what[16] = "", missing[200];
	struct gng_launch_series series;
	struct gng_launch_info info;
	int link = 0;

	if (sscanf(claim->with, "%31s %15s%n", backend, what, &link) < 2) {
		claims_find(finding, CLAIMS_DOUBT, "'%.80s' names no figure", claim->with);
		return;
	}
	if (!run_series(finding, &series, &info, backend))
		return;
	if (!claims_launch_link_is(&info.path, claim->with + link, missing))
		claims_find(finding, CLAIMS_ABSENT, "%s", missing);
	else
		claims_find_figure(finding, in_us(series.start, what), in_us(series.start_lo, what),
				   in_us(series.start_hi, what),
				   "%s: start %s %.3f us, known to lie in %.3f to %.3f; %.60s",
				   backend, what, in_us(series.start, what),
				   in_us(series.start_lo, what), in_us(series.start_hi, what),
				   info.device);
	gng_launch_series_fini(&series);
}

/* launch_before: with = a back end and two of submit, start, done: the first comes sooner (p50). */
static void launch_before(struct claims_finding *finding, const struct gng_claims_claim *claim)
{
	char backend[32] = "", names[2][16] = {"", ""};
	struct gng_launch_series series;
	struct gng_launch_info info;
	double us[2];

	if (sscanf(claim->with, "%31s %15s %15s", backend, names[0], names[1]) != 3) {
		claims_find(finding, CLAIMS_DOUBT, "'%.80s' names no stamps", claim->with);
		return;
	}
	if (!run_series(finding, &series, &info, backend))
		return;
	for (int i = 0; i < 2; i++)
		us[i] = in_us(strcmp(names[i], "submit") == 0  ? series.submit
			      : strcmp(names[i], "start") == 0 ? series.start
							       : series.done,
			      "p50");
	claims_find_truth(finding, us[0] < us[1],
			  "%s: %s after %.3f us, %s after %.3f (p50); %.60s", backend, names[0],
			  us[0], names[1], us[1], info.device);
	gng_launch_series_fini(&series);
}

const struct claims_probe claims_probes_launch[] = {
	{"launch_figure", true, launch_figure},
	{"launch_before", false, launch_before},
	{0},
};
