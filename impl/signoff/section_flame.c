/* SPDX-License-Identifier: Apache-2.0 */
/* section_flame.c - where the time goes in the contest that came nearest to its limit. */
#include "signoff_page.h"

#include <stdlib.h>
#include <string.h>

#include <gng_flame.h>
#include <gng_term.h>

#include "signoff_aside.h"

#define ROW 20	   /* px */
#define LEAST 0.15 /* per cent of the width; narrower boxes are left out */
#define LABELLED 4 /* per cent: room for a few letters */
#define MAX_NAMES 4096
#define SHOWN 8

/* own is the time that a function spent in itself, over all its callers. */
struct own {
	char name[GNG_FLAME_MAX_NAME + 1];
	uint64_t count;
};

struct graph {
	FILE *out;
	uint64_t total;
	uint64_t inner[GNG_FLAME_MAX_DEPTH + 3]; /* samples of the callees seen at a level */
	struct own *owns;
	size_t num_owns;
};

static double percent(uint64_t count, uint64_t total)
{
	return 100 * (double)count / (double)total;
}

/* css gives a function one tint in all graphs; code without symbols is grey. */
static const char *css(const char *name)
{
	static const char *const tints[] = {"fa", "fb", "fc", "fd"};
	uint32_t hash = 2166136261u; /* FNV-1a */

	if (*name == '[')
		return "fk";
	for (; *name; name++)
		hash = (hash ^ (unsigned char)*name) * 16777619u;
	return tints[hash >> 8 & 3];
}

static void add_own(struct graph *graph, const char *name, uint64_t count)
{
	size_t at = 0;

	while (at < graph->num_owns && strcmp(graph->owns[at].name, name) != 0)
		at++;
	if (at == MAX_NAMES)
		return;
	if (at == graph->num_owns) {
		snprintf(graph->owns[at].name, sizeof(graph->owns[at].name), "%s", name);
		graph->num_owns++;
	}
	graph->owns[at].count += count;
}

static void put_box(struct graph *graph, const struct gng_flame_box *box, const char *name)
{
	const double width = percent(box->count, box->total);
	char samples[GNG_TERM_FIGURE_CAP];

	html_put(graph->out,
		 "<svg class=\"box\" x=\"%.4g%%\" y=\"%zu\" width=\"%.4g%%\" height=\"%d\">",
		 percent(box->start, box->total), ROW * (box->depth - 1 - box->level), width, ROW);
	html_put(graph->out,
		 "<title>%s: %.1f %%, %s samples</title><rect class=\"%s\" width=\"100%%\" "
		 "height=\"100%%\"/>",
		 name, width, gng_term_count(samples, box->count), css(name));
	if (width >= LABELLED)
		html_put(graph->out, "<text x=\"4\" y=\"14\">%s %.1f %%</text>", name, width);
	fputs("</svg>", graph->out);
}

/* on_box is called for callees before their caller, so inner[level + 1] is complete here. */
static void on_box(void *context, const struct gng_flame_box *box)
{
	struct graph *graph = context;
	char name[GNG_FLAME_MAX_NAME + 1];

	snprintf(name, sizeof(name), "%.*s", (int)box->len, box->name);
	if (!graph->total)
		html_put(graph->out,
			 "<svg class=\"flame\" width=\"100%%\" height=\"%zu\" "
			 "role=\"img\"><title>Flame "
			 "graph: callers below, width is the share of samples</title>\n",
			 ROW * box->depth);
	graph->total = box->total;
	add_own(graph, name, box->count - graph->inner[box->level + 1]);
	graph->inner[box->level + 1] = 0;
	graph->inner[box->level] += box->count;
	if (percent(box->count, box->total) >= LEAST)
		put_box(graph, box, name);
}

static int by_count(const void *a, const void *b)
{
	const uint64_t one = ((const struct own *)a)->count, other = ((const struct own *)b)->count;

	return one < other ? 1 : one > other ? -1 : 0;
}

static void own_times(FILE *out, struct graph *graph)
{
	char samples[GNG_TERM_FIGURE_CAP];

	qsort(graph->owns, graph->num_owns, sizeof(*graph->owns), by_count);
	html_put(out,
		 "<p class=\"own\">%s samples. Own time: ", gng_term_count(samples, graph->total));
	for (size_t i = 0; i < graph->num_owns && i < SHOWN && graph->owns[i].count; i++)
		html_put(out, "%s<code>%s</code>&nbsp;%.1f&nbsp;%%", i ? ", " : "",
			 graph->owns[i].name, percent(graph->owns[i].count, graph->total));
	fputs(".</p>\n", out);
}

static void draw(FILE *out, const char *folded)
{
	struct graph graph = {.out = out};
	struct gng_why why = {0};

	graph.owns = calloc(MAX_NAMES, sizeof(*graph.owns));
	if (!graph.owns)
		return;
	if (gng_flame_each(folded, on_box, &graph, &why) == GNG_OK) {
		fputs("</svg>\n", out);
		own_times(out, &graph);
	} else
		html_put(out, "<p>There is no graph: %s.</p>\n", why.text);
	free(graph.owns);
}

static void content(FILE *out, const struct view *view)
{
	const struct gng_signoff_aside *aside = view->signoff->aside;

	for (size_t i = 0; i < aside->num_flames; i++) {
		const struct aside_flame *flame = &aside->flames[i];

		fputs("<h3 class=\"fh\"><code>", out);
		html_id(out, flame->test->id);
		html_put(out, "</code> %s</h3>\n", flame->test->variant);
		if (flame->folded)
			draw(out, flame->folded);
		else
			html_put(out, "<p>There is no graph: %s.</p>\n", flame->why);
	}
}

static bool present(const struct view *view)
{
	return view->signoff->aside && view->signoff->aside->num_flames;
}

static void rail(FILE *out, const struct view *view)
{
	(void)view;
	fputs("<p>Of each subsystem that has peers: the passed ratio that came nearest to its "
	      "limit, "
	      "run four times under perf after the sign-off was signed.</p><p>Callers are below. "
	      "Width "
	      "is the share of samples; order is alphabetical, not time. A box tells its full name "
	      "and share on hover. Grey: code without symbols.</p>",
	      out);
}

const struct page_section section_flame = {"flame", "Flame graphs", "Flame graphs",
					   present, rail,	    content};
