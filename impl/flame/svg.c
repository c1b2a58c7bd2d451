/* SPDX-License-Identifier: Apache-2.0 */
/* svg.c - a flame graph as one picture: the root below, each frame above its caller, as wide as
 * its samples. */
#include <string.h>

#include "flame_stacks.h"

#define WIDTH 1200.0
#define MARGIN 10.0
#define ROW 18.0
#define HEAD 34.0
#define LEAST 0.1      /* pixels */
#define PER_LETTER 6.6 /* pixels, of 11 px monospace */

struct drawing {
	FILE *out;
	bool begun;
};

/* put_escaped writes markup as text, and U+FFFD for what XML 1.0 has no
 * character for. */
static void put_escaped(FILE *out, const char *text, size_t len)
{
	for (size_t i = 0, num; i < len; i += num) {
		const size_t found = flame_character(text + i, len - i);

		num = found ? found : 1;
		if (!found || (unsigned char)text[i] < 0x20)
			fputs("&#xfffd;", out);
		else if (strchr("&<>\"'", text[i]))
			fprintf(out, "&#%d;", text[i]);
		else
			fwrite(text + i, 1, num, out);
	}
}

/* colour takes one of the report's tints, by name: a function has one colour in
 * all graphs. */
static const char *colour(const struct gng_flame_box *frame)
{
	static const char *const tints[] = {"#d3e4f5", "#c3daf0", "#e2f1ec", "#d0e8df",
					    "#f2e2f5", "#e7d3ec", "#fbedca", "#f7e2b0"};
	uint32_t hash = 2166136261u; /* FNV-1a */

	for (size_t i = 0; i < frame->len; i++)
		hash = (hash ^ (unsigned char)frame->name[i]) * 16777619u;
	return tints[hash >> 8 & 7];
}

static void put_label(FILE *out, const struct gng_flame_box *frame, double x, double y,
		      double width)
{
	const size_t room = (size_t)((width - 6) / PER_LETTER);
	size_t len = 0;

	if (width < 6 + 3 * PER_LETTER)
		return;
	for (size_t num = 0, letters = 0; len < frame->len && letters < room;
	     len += num, letters++) {
		num = flame_character(frame->name + len, frame->len - len);
		num = num ? num : 1;
	}
	if (len < frame->len && len > 2) /* two dots in the place of two letters */
		for (int cut = 0; cut < 2; cut++)
			while (len > 1 && (frame->name[--len] & 0xc0) == 0x80)
				;
	fprintf(out, "<text x=\"%.1f\" y=\"%.1f\">", x + 3, y + 13);
	put_escaped(out, frame->name, len);
	fprintf(out, "%s</text>", len < frame->len ? ".." : "");
}

static void put_head(FILE *out, const struct gng_flame_box *box)
{
	const double height = HEAD + ROW * (double)box->depth + MARGIN;

	fprintf(out,
		"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %.0f %.0f\" "
		"width=\"%.0f\" height=\"%.0f\" role=\"img\" "
		"font-family=\"ui-monospace, Menlo, "
		"Consolas, 'DejaVu Sans Mono', monospace\" font-size=\"11\" "
		"fill=\"#14181d\">\n",
		WIDTH, height, WIDTH, height);
	fprintf(out,
		"<rect width=\"%.0f\" height=\"%.0f\" fill=\"#fff\"/>\n<text "
		"x=\"%.0f\" y=\"20\" "
		"fill=\"#515c67\">Flame graph of %llu samples: callers below, wider "
		"is more "
		"time</text>\n",
		WIDTH, height, MARGIN, (unsigned long long)box->total);
}

static void draw(void *context, const struct gng_flame_box *box)
{
	struct drawing *drawing = context;
	FILE *out = drawing->out;
	const double scale = (WIDTH - 2 * MARGIN) / (double)box->total;
	const double x = MARGIN + (double)box->start * scale, width = (double)box->count * scale;
	const double y = HEAD + ROW * (double)(box->depth - 1 - box->level);

	if (!drawing->begun)
		put_head(out, box);
	drawing->begun = true;
	if (width < LEAST)
		return;
	fputs("<g><title>", out);
	put_escaped(out, box->name, box->len);
	fprintf(out, ": %llu samples, %.1f %%</title>", (unsigned long long)box->count,
		100 * (double)box->count / (double)box->total);
	fprintf(out,
		"<rect x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.0f\" "
		"fill=\"%s\"/>",
		x, y, width, ROW - 1, colour(box));
	put_label(out, box, x, y, width);
	fputs("</g>\n", out);
}

enum gng_status gng_flame_svg(FILE *out, const char *folded, struct gng_why *why)
{
	struct drawing drawing = {.out = out};
	enum gng_status status = gng_flame_each(folded, draw, &drawing, why);

	if (status == GNG_OK)
		fputs("</svg>\n", out);
	return status;
}
