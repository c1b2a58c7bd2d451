/* SPDX-License-Identifier: Apache-2.0 */
/* dots.c - one dot for each passed test, one bar for each other: 2 px, pitch 3, four high. */
#include "signoff_page.h"

#include <stdlib.h>

#define PITCH 3
#define HIGH 4
#define COLUMNS 48 /* of dots, before the next band begins */
#define BAND 14	   /* from band to band, px */
#define BAR_COLUMNS 2
#define MAX_BARS 400 /* a page with more has lost its machine, not its tests */

struct pen {
	FILE *out;
	size_t column, band, widest;
};

static void need(struct pen *pen, size_t columns)
{
	if (pen->column + columns > COLUMNS) {
		pen->column = 0;
		pen->band++;
	}
}

static void step(struct pen *pen, size_t columns)
{
	pen->column += columns;
	if (pen->column > pen->widest)
		pen->widest = pen->column;
}

/* block draws columns of dots, each high dots tall, as one rectangle of the dot pattern. The
 * pattern's origin is the chart's, so a band must begin at a multiple of its pitch. */
static void block(struct pen *pen, size_t columns, size_t high)
{
	if (columns == 0)
		return;
	need(pen, 1);
	html_put(pen->out, "M%zu %zuh%zuv%zuh-%zuz", pen->column * PITCH, pen->band * (BAND + 1),
		 columns * PITCH - 1, high * PITCH - 1, columns * PITCH - 1);
	step(pen, columns);
}

static void dots(struct pen *pen, size_t num)
{
	size_t left = num / HIGH;

	fputs("<path fill=\"url(#dp)\" d=\"M0 0", pen->out);
	while (left) {
		const size_t room = pen->column < COLUMNS ? COLUMNS - pen->column : COLUMNS;
		const size_t columns = left < room ? left : room;

		block(pen, columns, HIGH);
		left -= columns;
	}
	block(pen, num % HIGH ? 1 : 0, num % HIGH);
	fputs("\"/>", pen->out);
}

static void bar(struct pen *pen, enum gng_verdict verdict)
{
	static const char *const fills[GNG_NUM_VERDICTS] = {
		[GNG_FAIL] = "fill:var(--fail)",
		[GNG_ERROR] = "fill:var(--err)",
		[GNG_INCONCLUSIVE] = "fill:var(--inc)",
	};

	need(pen, BAR_COLUMNS);
	if (fills[verdict])
		html_put(pen->out,
			 "<rect x=\"%zu\" y=\"%zu\" width=\"4\" height=\"11\" style=\"%s\"/>",
			 pen->column * PITCH + 1, pen->band * (BAND + 1), fills[verdict]);
	else
		html_put(pen->out,
			 "<rect x=\"%zu.5\" y=\"%zu.5\" width=\"3\" height=\"10\" "
			 "style=\"fill:none;stroke:var(--skip)%s\"/>",
			 pen->column * PITCH + 1, pen->band * (BAND + 1),
			 verdict == GNG_MISSING ? ";stroke-dasharray:2 1" : "");
	step(pen, BAR_COLUMNS);
}

static void marks(struct pen *pen, const size_t count[GNG_NUM_VERDICTS])
{
	static const enum gng_verdict order[] = {GNG_FAIL, GNG_ERROR, GNG_INCONCLUSIVE, GNG_MISSING,
						 GNG_SKIP};
	size_t drawn = 0;

	dots(pen, count[GNG_PASS]);
	if (pen->column)
		pen->column++;
	for (size_t i = 0; i < sizeof(order) / sizeof(order[0]); i++)
		for (size_t n = 0; n < count[order[i]] && drawn < MAX_BARS; n++, drawn++)
			bar(pen, order[i]);
}

/* The height is known only when all marks have a place, so they are drawn to memory first. */
void chart_dots(FILE *out, const size_t count[GNG_NUM_VERDICTS])
{
	char *drawing = NULL;
	size_t len;
	struct pen pen = {.out = open_memstream(&drawing, &len)};

	if (!pen.out)
		return;
	marks(&pen, count);
	if (fclose(pen.out) == 0) {
		html_put(out,
			 "<svg class=\"dots\" width=\"%zu\" height=\"%zu\" aria-hidden=\"true\">",
			 pen.widest * PITCH + 1, pen.band * (BAND + 1) + 11);
		fputs(drawing, out);
		fputs("</svg>", out);
	}
	free(drawing);
}
