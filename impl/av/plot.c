/* SPDX-License-Identifier: Apache-2.0 */
/* plot.c - the latencies of a run over time, as SVG: one dot for each fifth of a second. */
#include <math.h>

#include "gng_av.h"

#define WIDTH 960
#define HEIGHT 360
#define LEFT 60
#define RIGHT 20
#define TOP 30
#define BOTTOM 40

/* scale is logarithmic, 10 us to 1 s. */
static double y_of(uint64_t ns)
{
	const double decades = log10((ns > 10000 ? (double)ns : 1e4) / 1e4) / 5;

	return HEIGHT - BOTTOM - (decades < 1 ? decades : 1) * (HEIGHT - TOP - BOTTOM);
}

static double x_of(const struct gng_av_result *result, uint64_t at_ns)
{
	const uint64_t end = result->points[result->num_points - 1].at_ns;

	return LEFT + (double)at_ns / (double)(end ? end : 1) * (WIDTH - LEFT - RIGHT);
}

static void draw_grid(FILE *out)
{
	static const char *const names[] = {"10 us", "100 us", "1 ms", "10 ms", "100 ms", "1 s"};
	uint64_t ns = 10000;

	for (int i = 0; i < 6; i++, ns *= 10)
		fprintf(out,
			"<line class='grid' x1='%d' x2='%d' y1='%.1f' y2='%.1f'/>"
			"<text x='%d' y='%.1f' text-anchor='end'>%s</text>\n",
			LEFT, WIDTH - RIGHT, y_of(ns), y_of(ns), LEFT - 6, y_of(ns) + 4, names[i]);
}

static void draw_budget(FILE *out, uint64_t ns, const char *class_of_line, const char *name)
{
	fprintf(out,
		"<line class='%s' x1='%d' x2='%d' y1='%.1f' y2='%.1f'/>"
		"<text x='%d' y='%.1f' text-anchor='end'>%s</text>\n",
		class_of_line, LEFT, WIDTH - RIGHT, y_of(ns), y_of(ns), WIDTH - RIGHT - 4,
		y_of(ns) - 4, name);
}

static void draw_points(FILE *out, const struct gng_av_result *result)
{
	for (size_t i = 0; i < result->num_points; i++) {
		const struct gng_av_point *point = &result->points[i];
		const double x = x_of(result, point->at_ns);

		fprintf(out,
			"<circle class='audio' cx='%.1f' cy='%.1f' r='1.5'/>"
			"<circle class='p50' cx='%.1f' cy='%.1f' r='1.5'/>"
			"<circle class='%s' cx='%.1f' cy='%.1f' r='%d'/>\n",
			x, y_of(point->audio_max_ns), x, y_of(point->video_p50_ns),
			point->misses ? "miss" : "video", x, y_of(point->video_max_ns),
			point->misses ? 4 : 2);
	}
}

void gng_av_plot(FILE *out, const struct gng_av_result *result)
{
	fprintf(out,
		"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 %d %d' width='%d' "
		"height='%d' font-family='sans-serif' font-size='11'>\n<style>.grid{stroke:#ddd}"
		".video{fill:#1f5fa8}.p50{fill:#8fb8e0}.audio{fill:#3a8f4d}.miss{fill:#c22}"
		".bv{stroke:#1f5fa8;stroke-dasharray:4}.ba{stroke:#3a8f4d;stroke-dasharray:4}"
		"</style>\n<rect width='%d' height='%d' fill='#fff'/>\n"
		"<text x='%d' y='18'>latency from the tick, each 0.2 s: video P50 (pale) and "
		"largest (blue, red with a miss), audio largest (green)</text>\n",
		WIDTH, HEIGHT, WIDTH, HEIGHT, WIDTH, HEIGHT, LEFT);
	draw_grid(out);
	draw_budget(out, GNG_AV_VIDEO_BUDGET_NS, "bv", "video budget 12 ms");
	draw_budget(out, result->audio_budget_ns, "ba", "audio budget");
	if (result->num_points > 0) {
		draw_points(out, result);
		fprintf(out, "<text x='%d' y='%d' text-anchor='end'>%.0f s</text>\n", WIDTH - RIGHT,
			HEIGHT - BOTTOM + 16,
			(double)result->points[result->num_points - 1].at_ns / 1e9);
	}
	fputs("</svg>\n", out);
}
