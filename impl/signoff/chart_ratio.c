/* SPDX-License-Identifier: Apache-2.0 */
/* chart_ratio.c - a ratio as a bar from 1 on a logarithmic axis, with interval and limit. */
#include "signoff_page.h"

#include <math.h>

static double at(const struct chart_ratio_axis *axis, double ratio)
{
	if (!(ratio > 0))
		return 0;
	return chart_clamp(100 * log(ratio / axis->lo) / log(axis->hi / axis->lo));
}

static const double ticks[] = {0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1000};
#define NUM_TICKS (sizeof(ticks) / sizeof(ticks[0]))
#define CLOSE 50 /* hi by lo; beyond that only powers of ten have room for their label */

static bool is_power_of_ten(double tick)
{
	return fabs(log10(tick) - round(log10(tick))) < 1e-9;
}

static bool on_axis(const struct chart_ratio_axis *axis, double ratio)
{
	if (axis->hi > CLOSE * axis->lo && !is_power_of_ten(ratio))
		return false;
	return ratio >= axis->lo && ratio <= axis->hi;
}

void chart_ratio_symbol(FILE *out, const struct chart_ratio_axis *axis)
{
	fputs("<svg width=\"0\" height=\"0\" style=\"position:absolute\" aria-hidden=\"true\">"
	      "<defs><symbol id=\"bg\" overflow=\"visible\">",
	      out);
	for (size_t i = 0; i < NUM_TICKS; i++)
		if (on_axis(axis, ticks[i]))
			html_put(out, "<line class=\"%s\" x1=\"%.4g%%\" x2=\"%.4g%%\" y2=\"24\"/>",
				 ticks[i] == 1 ? "base" : "ax", at(axis, ticks[i]),
				 at(axis, ticks[i]));
	fputs("</symbol></defs></svg>\n", out);
}

void chart_ratio_scale(FILE *out, const struct chart_ratio_axis *axis)
{
	fputs("<svg class=\"bar scale\" aria-hidden=\"true\">", out);
	for (size_t i = 0; i < NUM_TICKS; i++)
		if (on_axis(axis, ticks[i]))
			html_put(out, "<text class=\"mid\" x=\"%.4g%%\" y=\"12\">%g&times;</text>",
				 at(axis, ticks[i]), ticks[i]);
	fputs("</svg>", out);
}

/* chart_ratio_interval takes the range of the blocks, whose median is judged, else the bounds. */
void chart_ratio_interval(double *lo, double *hi, const struct gng_measure *measure)
{
	*lo = *hi = gng_budget_value(measure);
	if (measure->num_blocks == 0) {
		*lo = isfinite(measure->lo) ? measure->lo : *lo;
		*hi = isfinite(measure->hi) ? measure->hi : *hi;
	}
	for (size_t i = 0; i < measure->num_blocks; i++) {
		*lo = fmin(*lo, measure->blocks[i]);
		*hi = fmax(*hi, measure->blocks[i]);
	}
}

/* chart_ratio: dark from 1 to the nearer bound, pale over the interval, an arrow at the limit. */
void chart_ratio(FILE *out, const struct chart_ratio_axis *axis, const struct gng_figure *figure)
{
	const double one = at(axis, 1);
	double lo, hi, dark;

	chart_ratio_interval(&lo, &hi, &figure->measure);
	dark = lo >= 1 ? at(axis, lo) : hi < 1 ? at(axis, hi) : one;
	html_put(out,
		 "<svg class=\"bar\" aria-hidden=\"true\"><use href=\"#bg\"/><rect x=\"%.4g%%\" "
		 "y=\"8\" width=\"%.4g%%\" height=\"8\" class=\"%s\"/>",
		 fmin(one, dark), fabs(dark - one), figure->judged ? "f-acc" : "f-dim");
	html_put(out, "<rect x=\"%.4g%%\" y=\"8\" width=\"%.4g%%\" height=\"8\" class=\"ci\"/>",
		 at(axis, lo), at(axis, hi) - at(axis, lo));
	if (figure->judged)
		html_put(out,
			 "<svg x=\"%.4g%%\"><path class=\"f-ink\" "
			 "d=\"M-1 4H1V20H-1zM-4 2H4L0 7z\"/></svg>",
			 at(axis, figure->budget.limit));
	fputs("</svg>", out);
}
