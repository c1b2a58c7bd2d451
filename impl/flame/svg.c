/* SPDX-License-Identifier: Apache-2.0 */
/*
 * svg.c - counted stacks as boxes: the root below, each frame above its caller,
 * as wide as its samples.
 *
 * The stacks are sorted, so one pass with a list of the frames that are open
 * draws everything: a frame is closed, and drawn, when a stack does not share
 * it any more.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "flame_stacks.h"

#define WIDTH 1200.0
#define MARGIN 10.0
#define ROW 18.0
#define HEAD 34.0
#define LEAST 0.1			     /* pixels */
#define PER_LETTER 6.6			     /* pixels, of 11 px monospace */
#define MAX_FRAMES (GNG_FLAME_MAX_DEPTH + 1) /* and the command */

struct frame {
	const char *name;
	size_t len;
	uint64_t start;
};

struct drawing {
	FILE *out;
	struct frame frames[MAX_FRAMES];
	size_t num, depth; /* open now, and the most there are */
	uint64_t at, total;
};

/* ---- reading ---- */

static bool read_count(uint64_t *count, const char *digits, const char *end)
{
	char *stop;

	errno = 0;
	*count = strtoull(digits, &stop, 10);
	return *digits >= '0' && *digits <= '9' && stop == end && !errno && *count > 0 &&
	       *count < UINT64_C(1) << 53;
}

static size_t depth_of(const char *text, size_t len)
{
	size_t depth = 1;

	for (size_t i = 0; i < len; i++)
		depth += text[i] == ';';
	return depth;
}

static enum gng_status read_stacks(struct flame_stacks *stacks, struct drawing *drawing,
				   const char *folded, struct gng_why *why)
{
	for (size_t number = 1; *folded; number++) {
		const char *end = strchrnul(folded, '\n');
		const char *space = memrchr(folded, ' ', (size_t)(end - folded));
		const size_t len = space ? (size_t)(space - folded) : 0;
		uint64_t count = 0;

		if (len == 0 || !read_count(&count, space + 1, end) ||
		    depth_of(folded, len) > MAX_FRAMES)
			return gng_why_set(why, GNG_EFORMAT, 0, "flame.svg",
					   "line %zu is no stack 'frame;frame count'", number);
		if (drawing->depth < depth_of(folded, len))
			drawing->depth = depth_of(folded, len);
		drawing->total += count;
		if (drawing->total >= UINT64_C(1) << 53)
			return gng_why_set(why, GNG_ELIMIT, 0, "flame.svg", "too many samples");
		if (!flame_stacks_add(stacks, folded, len, count))
			return gng_why_set(why, GNG_ENOMEM, 0, "flame.svg", "no memory");
		folded = *end ? end + 1 : end;
	}
	return stacks->num ? GNG_OK
			   : gng_why_set(why, GNG_EFORMAT, 0, "flame.svg", "there is no sample");
}

/* ---- drawing ---- */

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
static const char *colour(const struct frame *frame)
{
	static const char *const tints[] = {"#d3e4f5", "#c3daf0", "#e2f1ec", "#d0e8df",
					    "#f2e2f5", "#e7d3ec", "#fbedca", "#f7e2b0"};
	uint32_t hash = 2166136261u; /* FNV-1a */

	for (size_t i = 0; i < frame->len; i++)
		hash = (hash ^ (unsigned char)frame->name[i]) * 16777619u;
	return tints[hash >> 8 & 7];
}

static void put_label(FILE *out, const struct frame *frame, double x, double y, double width)
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

static void draw(const struct drawing *drawing, size_t level)
{
	const struct frame *frame = &drawing->frames[level];
	const uint64_t count = drawing->at - frame->start;
	const double scale = (WIDTH - 2 * MARGIN) / (double)drawing->total;
	const double x = MARGIN + (double)frame->start * scale, width = (double)count * scale;
	const double y = HEAD + ROW * (double)(drawing->depth - 1 - level);

	if (width < LEAST)
		return;
	fputs("<g><title>", drawing->out);
	put_escaped(drawing->out, frame->name, frame->len);
	fprintf(drawing->out, ": %llu samples, %.1f %%</title>", (unsigned long long)count,
		100 * (double)count / (double)drawing->total);
	fprintf(drawing->out,
		"<rect x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.0f\" "
		"fill=\"%s\"/>",
		x, y, width, ROW - 1, colour(frame));
	put_label(drawing->out, frame, x, y, width);
	fputs("</g>\n", drawing->out);
}

static void close_to(struct drawing *drawing, size_t num)
{
	while (drawing->num > num)
		draw(drawing, --drawing->num);
}

/* next_frame takes a name off text[0..*len); an empty one is a frame too. */
static struct frame next_frame(const char **text, size_t *len)
{
	const char *end = memchr(*text, ';', *len);
	struct frame frame = {*text, end ? (size_t)(end - *text) : *len, 0};
	const size_t taken = frame.len + (end != NULL);

	*text += taken;
	*len -= taken;
	return frame;
}

static void take_stack(struct drawing *drawing, const struct flame_stack *stack)
{
	const char *text = stack->text;
	size_t len = stack->len, level = 0;
	const size_t depth = depth_of(text, len);

	for (bool shared = true; level < depth; level++) {
		struct frame frame = next_frame(&text, &len);
		const struct frame *open = &drawing->frames[level];

		shared = shared && level < drawing->num && open->len == frame.len &&
			 memcmp(open->name, frame.name, frame.len) == 0;
		if (shared)
			continue;
		close_to(drawing, level);
		frame.start = drawing->at;
		drawing->frames[drawing->num++] = frame;
	}
	close_to(drawing, depth);
	drawing->at += stack->count;
}

static void put_all(struct drawing *drawing, const struct flame_stacks *stacks)
{
	const double height = HEAD + ROW * (double)drawing->depth + MARGIN;

	fprintf(drawing->out,
		"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %.0f %.0f\" "
		"width=\"%.0f\" height=\"%.0f\" role=\"img\" "
		"font-family=\"ui-monospace, Menlo, "
		"Consolas, 'DejaVu Sans Mono', monospace\" font-size=\"11\" "
		"fill=\"#14181d\">\n",
		WIDTH, height, WIDTH, height);
	fprintf(drawing->out,
		"<rect width=\"%.0f\" height=\"%.0f\" fill=\"#fff\"/>\n<text "
		"x=\"%.0f\" y=\"20\" "
		"fill=\"#515c67\">Flame graph of %llu samples: callers below, wider "
		"is more "
		"time</text>\n",
		WIDTH, height, MARGIN, (unsigned long long)drawing->total);
	for (size_t i = 0; i < stacks->num; i++)
		take_stack(drawing, &stacks->all[i]);
	close_to(drawing, 0);
	fputs("</svg>\n", drawing->out);
}

enum gng_status gng_flame_svg(FILE *out, const char *folded, struct gng_why *why)
{
	struct flame_stacks stacks = {0};
	struct drawing drawing = {.out = out};
	enum gng_status status = read_stacks(&stacks, &drawing, folded, why);

	if (status == GNG_OK) {
		flame_stacks_sort(&stacks);
		put_all(&drawing, &stacks);
	}
	flame_stacks_fini(&stacks);
	return status;
}
