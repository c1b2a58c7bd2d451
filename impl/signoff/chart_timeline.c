/* SPDX-License-Identifier: Apache-2.0 */
/* chart_timeline.c - the longest gaps of a noise floor at their time: height is length, lane and
 * shape are the cause. */
#include "signoff_page.h"

#include <math.h>

#define TOP 14.0     /* px, room for the numbers */
#define HEIGHT 112.0 /* px, of the logarithmic part */
#define LANE 17.0    /* px */
#define LANES (TOP + HEIGHT + 20)
#define BOTTOM (LANES + LANE * (GNG_NOISE_NUM_CLASSES - 1) + 10)

static const char *const shapes[GNG_NOISE_NUM_CLASSES] = {
	[GNG_NOISE_PREEMPTED] = "M-4.5-4.5H4.5V4.5H-4.5z",
	[GNG_NOISE_STEAL] = "M0 6 6-4.5H-6z",
	[GNG_NOISE_IRQ] = "M0-5A5 5 0 1 1 0 5A5 5 0 1 1 0-5z",
	[GNG_NOISE_VCPU_PAUSE] = "M0-6 6 4.5H-6z",
	[GNG_NOISE_VM_PAUSE] = "M-6-3H6V3H-6z",
	[GNG_NOISE_UNEXPLAINED] = "M0-6 6 0 0 6-6 0z",
};

void chart_timeline_shapes(FILE *out)
{
	fputs("<svg width=\"0\" height=\"0\" style=\"position:absolute\" aria-hidden=\"true\">"
	      "<defs>",
	      out);
	for (int c = 0; c < GNG_NOISE_NUM_CLASSES; c++)
		html_put(out,
			 "<symbol id=\"e-%d\" overflow=\"visible\"><path d=\"%s\" class=\"%s\"/>"
			 "</symbol>",
			 c, shapes[c], c == GNG_NOISE_UNEXPLAINED ? "hollow" : "mk f-acc");
	fputs("</defs></svg>\n", out);
}

/* decades returns how many powers of ten from 10 us on hold the longest gap. */
static double decades(const struct gng_noise *noise)
{
	const double longest = noise->num_worst ? (double)noise->worst[0].length_ns : 0;

	return fmax(1, ceil(log10(fmax(longest, 1) / GNG_NOISE_GAP_NS)));
}

static double height_of(double decade, double num_decades)
{
	return TOP + HEIGHT * (1 - fmin(fmax(decade / num_decades, 0), 1));
}

static void put_axis(FILE *out, double num_decades)
{
	static const char *const names[] = {
		"10&nbsp;&micro;s", "100&nbsp;&micro;s", "1&nbsp;ms",  "10&nbsp;ms",  "100&nbsp;ms",
		"1&nbsp;s",	    "10&nbsp;s",	 "100&nbsp;s", "1,000&nbsp;s"};

	for (int d = 0; d <= (int)num_decades && d < 9; d++) {
		const double y = height_of(d, num_decades);

		html_put(out, "<line class=\"%s\" x2=\"100%%\" y1=\"%.4g\" y2=\"%.4g\"/>",
			 d ? "ax" : "base", y, y);
		html_put(out, "<text class=\"end\" x=\"-8\" y=\"%.4g\">", y + 4);
		fputs(names[d], out);
		fputs("</text>", out);
	}
	for (int c = 0; c < GNG_NOISE_NUM_CLASSES; c++) {
		const double y = LANES + LANE * c;

		html_put(out,
			 "<line class=\"ax\" x2=\"100%%\" y1=\"%.4g\" y2=\"%.4g\"/><text "
			 "class=\"end\" x=\"-8\" y=\"%.4g\">%s</text>",
			 y, y, y + 4, gng_noise_class_name((enum gng_noise_class)c));
	}
}

static void put_gap(FILE *out, const struct gng_noise *noise, size_t at, double num_decades)
{
	const struct gng_noise_gap *gap = &noise->worst[at];
	const double share = (double)gap->begin_ns / (double)noise->duration_ns;
	const double decade = log10((double)gap->length_ns / GNG_NOISE_GAP_NS);
	const double y = height_of(decade, num_decades), lane = LANES + LANE * gap->class_of_gap;
	char length[FIGURE_CAP];

	html_put(out, "<svg x=\"%.4g%%\"><path class=\"stem\" d=\"M0 %.4gV%.4g\"/>",
		 chart_clamp(100 * share), y, TOP + HEIGHT);
	html_put(out,
		 "<g><title>%zu: %s ms at %.3f s on CPU %u, %s</title><use href=\"#e-%d\" "
		 "y=\"%.4g\"/></g><use href=\"#e-%d\" y=\"%.4g\"/></svg>",
		 at + 1, figure_text(length, (double)gap->length_ns / 1e6),
		 (double)gap->begin_ns / 1e9, (unsigned int)gap->cpu,
		 gng_noise_class_name(gap->class_of_gap), (int)gap->class_of_gap, y,
		 (int)gap->class_of_gap, lane);
}

void chart_timeline(FILE *out, const struct gng_noise *noise, const char *when)
{
	const double num_decades = decades(noise), seconds = (double)noise->duration_ns / 1e9;
	char longest[FIGURE_CAP];

	html_put(out,
		 "<svg class=\"plot tl\" style=\"height:%.4gpx\" role=\"img\"><title>The %zu "
		 "longest "
		 "gaps in %.3g seconds %s the tests, logarithmic; the longest is %s ms</title>",
		 BOTTOM + 14, (size_t)noise->num_worst, seconds, when,
		 figure_text(longest,
			     noise->num_worst ? (double)noise->worst[0].length_ns / 1e6 : 0));
	put_axis(out, num_decades);
	for (size_t i = noise->num_worst; i > 0; i--) /* the longest on top */
		put_gap(out, noise, i - 1, num_decades);
	html_put(out,
		 "<text x=\"0\" y=\"%.4g\">0</text><text class=\"end\" x=\"100%%\" "
		 "y=\"%.4g\">%.3g s</text></svg>\n",
		 BOTTOM + 8, BOTTOM + 8, seconds);
}

void chart_timeline_table(FILE *out, const struct gng_noise *noise)
{
	char length[FIGURE_CAP];

	fputs("<table class=\"q ev12\"><caption class=\"vh\">The longest gaps</caption><thead><tr>"
	      "<th scope=\"col\"></th><th scope=\"col\">at, s</th><th scope=\"col\">CPU</th><th "
	      "scope=\"col\">ms</th><th scope=\"col\" class=\"l\">cause</th></tr></thead><tbody>\n",
	      out);
	for (size_t i = 0; i < noise->num_worst; i++)
		html_put(out,
			 "<tr><th scope=\"row\">%zu</th><td>%.3f</td><td>%u</td><td>%s</td><td "
			 "class=\"l\">%s</td></tr>\n",
			 i + 1, (double)noise->worst[i].begin_ns / 1e9,
			 (unsigned int)noise->worst[i].cpu,
			 figure_text(length, (double)noise->worst[i].length_ns / 1e6),
			 gng_noise_class_name(noise->worst[i].class_of_gap));
	fputs("</tbody></table>\n", out);
}
