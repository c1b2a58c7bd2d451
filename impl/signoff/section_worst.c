/* SPDX-License-Identifier: Apache-2.0 */
/* section_worst.c - what took the CPU away before and after the run, by cause. */
#include "signoff_page.h"

#include <inttypes.h>
#include <math.h>

#include <gng_term.h>

static const char *const meanings[GNG_NOISE_NUM_CLASSES] = {
	[GNG_NOISE_PREEMPTED] = "the kernel ran another thread",
	[GNG_NOISE_STEAL] = "the hypervisor took the CPU, and says so",
	[GNG_NOISE_IRQ] = "interrupts that this CPU took",
	[GNG_NOISE_VCPU_PAUSE] = "this CPU stood still, another went on, nothing is reported",
	[GNG_NOISE_VM_PAUSE] = "every CPU stood still, nothing is reported",
	[GNG_NOISE_UNEXPLAINED] = "no counter moved, and no other CPU watched",
};

static double max_us(const struct gng_noise *noise, int class_of_gap)
{
	return noise ? (double)noise->classes[class_of_gap].max_ns / 1e3 : 0;
}

/* The bars are logarithmic from the smallest gap that is classified. */
static double share(double gap_us, double worst_us)
{
	const double least_us = GNG_NOISE_GAP_NS / 1e3 / 2;

	if (!(gap_us > least_us) || !(worst_us > least_us))
		return 0;
	return chart_clamp(100 * log(gap_us / least_us) / log(worst_us / least_us));
}

static double worst_us(const struct gng_signoff *signoff)
{
	double worst = 0;

	for (int c = 0; c < GNG_NOISE_NUM_CLASSES; c++)
		worst = fmax(worst, fmax(max_us(signoff->before, c), max_us(signoff->after, c)));
	return worst;
}

static void cells(FILE *out, const struct gng_noise *noise, int class_of_gap, const char *when)
{
	char count[GNG_TERM_FIGURE_CAP], total[FIGURE_CAP], max[FIGURE_CAP];
	const struct gng_noise_sum *sum = noise ? &noise->classes[class_of_gap] : NULL;

	if (!sum)
		html_put(out, "<td class=\"r abs\" colspan=\"3\" data-l=\"%s\">absent</td>", when);
	else if (!sum->num_gaps)
		html_put(out, "<td class=\"r zero\" data-l=\"%s\">0</td><td></td><td></td>", when);
	else
		html_put(
			out,
			"<td class=\"r\" data-l=\"%s\">%s</td><td class=\"r\" data-l=\"ms\">%s</td>"
			"<td class=\"r\" data-l=\"longest &micro;s\">%s</td>",
			when, gng_term_count(count, sum->num_gaps),
			figure_text(total, (double)sum->total_ns / 1e6),
			figure_text(max, (double)sum->max_ns / 1e3));
}

static void class_row(FILE *out, const struct gng_signoff *signoff, int class_of_gap, double worst)
{
	const double before = max_us(signoff->before, class_of_gap);
	const double after = max_us(signoff->after, class_of_gap);

	html_put(out,
		 "<tr><th scope=\"row\"><b>%s</b> <span class=\"mut\">%s</span></th><td "
		 "class=\"gapc\"><svg class=\"gap\" aria-hidden=\"true\"><rect y=\"3\" "
		 "width=\"%.4g%%\" height=\"5\" class=\"f-dim\"/><rect y=\"9\" width=\"%.4g%%\" "
		 "height=\"5\" class=\"f-acc\"/></svg></td>",
		 gng_noise_class_name((enum gng_noise_class)class_of_gap), meanings[class_of_gap],
		 share(before, worst), share(after, worst));
	cells(out, signoff->before, class_of_gap, "before");
	cells(out, signoff->after, class_of_gap, "after");
	fputs("</tr>\n", out);
}

#define HIDDEN 5 /* on narrow screens */

static void floor_row(FILE *out, const char *name, const struct gng_noise *noise)
{
	static const double quantiles[] = {0.5, 0.9, 0.99, 0.999, 0.9999, 0.99999, 1};

	html_put(out, "<tr><th scope=\"row\">%s</th>", name);
	for (size_t i = 0; i < sizeof(quantiles) / sizeof(quantiles[0]); i++) {
		html_put(out, "<td class=\"%s\">", i == HIDDEN ? "hide" : "");
		if (noise)
			figure_put(out, (double)gng_noise_floor_ns(noise, quantiles[i]) / 1e3, "us",
				   false);
		else
			fputs(GNG_SIGNOFF_ABSENT, out);
		fputs("</td>", out);
	}
	fputs("</tr>\n", out);
}

static void floor_table(FILE *out, const struct gng_signoff *signoff)
{
	fputs("<table class=\"q floors\"><caption>Noise floor, &micro;s</caption><thead><tr><th "
	      "scope=\"col\"></th><th scope=\"col\">P50</th><th scope=\"col\">90</th><th "
	      "scope=\"col\">99</th><th scope=\"col\">99.9</th><th scope=\"col\">99.99</th><th "
	      "scope=\"col\" class=\"hide\">99.999</th><th "
	      "scope=\"col\">max</th></tr></thead><tbody>\n",
	      out);
	floor_row(out, "before", signoff->before);
	floor_row(out, "after", signoff->after);
	fputs("</tbody></table>\n", out);
}

static void gap_table(FILE *out, const struct gng_signoff *signoff)
{
	const double worst = worst_us(signoff);

	fputs("<table class=\"gaps card\"><caption>Gaps of 10 &micro;s and more, by cause</caption>"
	      "<thead><tr><th scope=\"col\">Cause</th><th scope=\"col\">longest, logarithmic</th>"
	      "<th scope=\"col\" class=\"r\">before</th><th scope=\"col\" class=\"r\">ms</th>"
	      "<th scope=\"col\" class=\"r\">longest, &micro;s</th><th scope=\"col\" class=\"r\">"
	      "after</th><th scope=\"col\" class=\"r\">ms</th><th scope=\"col\" "
	      "class=\"r\">longest, "
	      "&micro;s</th></tr></thead><tbody>\n",
	      out);
	for (int c = 0; c < GNG_NOISE_NUM_CLASSES; c++)
		class_row(out, signoff, c, worst);
	fputs("</tbody></table>\n", out);
}

static void timeline(FILE *out, const struct gng_noise *noise, const char *when)
{
	if (!noise || !noise->num_worst || !noise->duration_ns)
		return;
	html_put(out, "<div class=\"keep\"><h3>The %zu longest gaps, %s the tests</h3>\n",
		 (size_t)noise->num_worst, when);
	chart_timeline(out, noise, when);
	chart_timeline_table(out, noise);
	fputs("</div>\n", out);
}

static void content(FILE *out, const struct view *view)
{
	floor_table(out, view->signoff);
	chart_timeline_shapes(out);
	fputs("<div class=\"two tls\">", out);
	timeline(out, view->signoff->before, "before");
	timeline(out, view->signoff->after, "after");
	fputs("</div>\n", out);
	gap_table(out, view->signoff);
}

static bool present(const struct view *view)
{
	return view->signoff->before || view->signoff->after;
}

static void rail(FILE *out, const struct view *view)
{
	const struct gng_signoff *signoff = view->signoff;
	const struct gng_noise *noise = signoff->before ? signoff->before : signoff->after;
	char awake[FIGURE_CAP];

	html_put(out,
		 "<p>A program that only reads the clock, on %u CPUs, %s&nbsp;s of CPU time: each "
		 "jump is time that the CPU did something else.</p>",
		 noise->num_cpus, figure_text(awake, (double)noise->awake_ns / 1e9));
	fputs("<p>Grey: before the run. Blue: after it. A cause explains a gap; it never excuses a "
	      "missed limit.</p>",
	      out);
}

const struct page_section section_worst = {"worst", "Worst events", "Worst events by cause",
					   present, rail,	    content};
