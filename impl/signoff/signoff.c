/* SPDX-License-Identifier: Apache-2.0 */
/* signoff.c - grade, noise floor, and latencies judged again by the worse floor. */
#include "gng_signoff.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* is_bare: a machine of which nobody can tell is none. */
static bool is_bare(const struct gng_machine *machine)
{
	for (size_t i = 0; i < machine->num_facts; i++)
		if (strcmp(machine->facts[i].name, "virtualised") == 0)
			return strcmp(machine->facts[i].value, "no") == 0 && !machine->is_virtual;
	return false;
}

const char *gng_signoff_grade(const struct gng_profile *profile, const struct gng_machine *machine)
{
	/* A hypervisor can stop every CPU without a trace, so its latencies prove nothing. */
	return is_bare(machine) ? profile->grade : "functional";
}

double gng_signoff_floor_ns(const struct gng_signoff *signoff, double quantile)
{
	double worse = NAN;

	if (signoff->before)
		worse = (double)gng_noise_floor_ns(signoff->before, quantile);
	if (signoff->after)
		worse = fmax(worse, (double)gng_noise_floor_ns(signoff->after, quantile));
	return worse; /* fmax(NAN, x) is x */
}

static double floor_at(const void *context, double quantile)
{
	return gng_signoff_floor_ns(context, quantile);
}

static bool judge_figure(struct gng_figure *figure, const struct gng_signoff *signoff,
			 char reason[256])
{
	const struct gng_floor floor = {.at = floor_at, .context = signoff};
	const double floor_ns = gng_signoff_floor_ns(signoff, figure->measure.quantile);
	const enum gng_verdict before = figure->verdict;

	if (!figure->judged || !(figure->measure.quantile > 0) || !isfinite(floor_ns))
		return false;
	figure->floor_ns = floor_ns;
	figure->verdict = gng_budget_judge(reason, &figure->budget, &figure->measure, 1.0, &floor);
	return figure->verdict != before;
}

/* A worse floor can only take certainty away: no record becomes better by it. */
static bool doubt(struct gng_record *record, const char *reason)
{
	char *copy = strdup(reason);

	free(record->reason);
	record->reason = copy; /* without memory the report says that no reason was recorded */
	record->verdict = GNG_INCONCLUSIVE;
	return true;
}

static bool rejudge(struct gng_record *record, const struct gng_signoff *signoff)
{
	char reason[256];
	bool changed = false;

	for (size_t i = 0; i < record->num_figures; i++) {
		struct gng_figure *figure = &record->figures[i];

		if (!judge_figure(figure, signoff, reason) || figure->verdict != GNG_INCONCLUSIVE)
			continue;
		if (record->verdict == GNG_PASS || record->verdict == GNG_FAIL)
			changed |= doubt(record, reason);
	}
	return changed;
}

/* owns_failure is true if an assertion failed, and not only a limit. */
static bool owns_failure(const struct gng_record *record)
{
	if (record->verdict != GNG_FAIL)
		return false;
	for (size_t i = 0; i < record->num_figures; i++)
		if (record->figures[i].judged && record->figures[i].verdict == GNG_FAIL)
			return false;
	return true;
}

size_t gng_signoff_rejudge(struct gng_record *records, size_t num_records,
			   const struct gng_signoff *signoff)
{
	size_t num = 0;

	for (size_t i = 0; i < num_records; i++)
		if (!owns_failure(&records[i]))
			num += rejudge(&records[i], signoff);
	return num;
}
