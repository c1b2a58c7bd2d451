/* SPDX-License-Identifier: Apache-2.0 */
/* floor.c - the machine's noise in a sign-off: what records say of it is what was measured. */
#include "attest_evidence.h"

#include <math.h>
#include <string.h>

/* What JSON writes with 12 digits. */
#define DIGITS 1e-11

enum gng_status evidence_floors(struct evidence *evidence)
{
	static const char *const names[2] = {"floor_before", "floor_after"};

	for (int i = 0; i < 2; i++) {
		const json_t *floor = json_object_get(evidence->summary, names[i]);
		const char *text = json_string_value(json_object_get(floor, "hist"));

		if (json_is_null(floor))
			continue;
		if (!text ||
		    gng_hist_decode(&evidence->floors[i], text, strlen(text), NULL) != GNG_OK)
			return evidence_bad(evidence, "summary.json",
					    "its %s has no histogram that can be read", names[i]);
	}
	return GNG_OK;
}

static double at(const struct gng_hist *floor, double quantile)
{
	return floor ? (double)gng_hist_value_at_quantile(floor, quantile) : NAN;
}

static bool is(double stated, double ought)
{
	return isnan(ought) ? isnan(stated) : fabs(stated - ought) <= ought * DIGITS;
}

bool evidence_floor_fits(const struct evidence *evidence, const struct gng_figure *figure,
			 enum gng_verdict verdict)
{
	const double quantile = figure->measure.quantile;
	const double before = at(evidence->floors[0], quantile);
	const double worse = fmax(before, at(evidence->floors[1], quantile));

	if (!(quantile > 0))
		return true;
	return is(figure->floor_ns, worse) || (verdict == GNG_FAIL && is(figure->floor_ns, before));
}
