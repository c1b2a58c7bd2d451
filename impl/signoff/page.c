/* SPDX-License-Identifier: Apache-2.0 */
/* page.c - the report as one page: head, contents, sections in order, foot. */
#include "signoff_page.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const struct page_section *const sections[] = {
	&section_notrun,  &section_counts, &section_matrix,  &section_variants,
	&section_latency, &section_stages, &section_peers,   &section_flame,
	&section_worst,	  &section_since,  &section_history, &section_claims,
	&section_kernels, &section_proof,  &section_machine, &section_reading,
};
#define NUM_SECTIONS (sizeof(sections) / sizeof(sections[0]))

static bool is_present(const struct page_section *section, const struct view *view)
{
	if (!view->signoff->tally) /* nothing has been counted yet */
		return section == &section_machine || section == &section_reading;
	return !section->present || section->present(view);
}

/* A name inside a string of CSS must not end it, so only its plain characters go there. */
static void css_word(FILE *out, const char *word)
{
	for (; *word; word++)
		if (isalnum((unsigned char)*word) || strchr("-_.", *word))
			fputc(*word, out);
}

static void page_foot_style(FILE *out, const struct gng_signoff *signoff)
{
	fputs("@media print{@page{size:A4;margin:13mm 12mm 15mm;@bottom-left{content:\"", out);
	css_word(out, signoff->id);
	fputs("   ", out);
	css_word(out, gng_overall_name(signoff->tally ? signoff->tally->overall : GNG_INCOMPLETE));
	fputs("\";font:8pt sans-serif}@bottom-right{content:counter(page) \" / \" counter(pages);"
	      "font:8pt sans-serif}}}\n",
	      out);
}

static void head(FILE *out, const struct gng_signoff *signoff)
{
	fputs("<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">"
	      "<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">"
	      "<meta name=\"color-scheme\" content=\"light dark\">",
	      out);
	html_put(out, "<title>%s: gonogo sign-off %s</title>\n<style>",
		 gng_overall_name(signoff->tally ? signoff->tally->overall : GNG_INCOMPLETE),
		 signoff->id);
	fputs(signoff_style, out);
	page_foot_style(out, signoff);
	fputs("</style></head><body><svg width=\"0\" height=\"0\" style=\"position:absolute\" "
	      "aria-hidden=\"true\"><defs>\n",
	      out);
	fputs(signoff_symbols, out);
	fputs("</defs></svg><div class=\"wrap\">", out);
}

static void masthead(FILE *out, const struct gng_signoff *signoff)
{
	fputs("<header><div class=\"brand\"><svg width=\"76\" height=\"20\" viewBox=\"0 0 76 20\" "
	      "role=\"img\" aria-label=\"A plug gauge: long go end, short no-go end\">"
	      "<rect x=\"0\" y=\"5\" width=\"23\" height=\"10\" rx=\"1.5\" fill=\"var(--ink)\"/>"
	      "<rect x=\"25\" y=\"1\" width=\"27\" height=\"18\" rx=\"1\" fill=\"none\" "
	      "stroke=\"var(--ink)\" stroke-width=\"1.5\"/><path d=\"M29 18 40 2M35 18 46 2M41 18 "
	      "50 5M27 12l7-10\" stroke=\"var(--ink)\" stroke-width=\".9\" fill=\"none\"/>"
	      "<rect x=\"54\" y=\"3.5\" width=\"4\" height=\"13\" fill=\"var(--fail)\"/>"
	      "<rect x=\"60\" y=\"3.5\" width=\"12\" height=\"13\" rx=\"1.5\" "
	      "fill=\"var(--ink)\"/></svg>gonogo</div><div class=\"kind\">Sign-off report</div>",
	      out);
	html_put(out, "<div class=\"no\">%s</div></header>\n", signoff->id);
}

static void contents(FILE *out, const struct view *view)
{
	unsigned int number = 1;

	fputs("<nav aria-label=\"Contents\"><a href=\"#verdict\"><i>1</i>Verdict</a>", out);
	for (size_t i = 0; i < NUM_SECTIONS; i++)
		if (is_present(sections[i], view))
			html_put(out, "<a href=\"#%s\"><i>%u</i>%s</a>", sections[i]->id, ++number,
				 sections[i]->nav);
	fputs("</nav>\n", out);
}

static void all_sections(FILE *out, const struct view *view)
{
	unsigned int number = 1;

	for (size_t i = 0; i < NUM_SECTIONS; i++) {
		if (!is_present(sections[i], view))
			continue;
		html_put(out,
			 "<section class=\"s\" id=\"%s\"><div class=\"rail\"><div><h2><i>%u</i>%s"
			 "</h2>",
			 sections[i]->id, ++number, sections[i]->heading);
		sections[i]->rail(out, view);
		fputs("</div></div><div class=\"c\">\n", out);
		sections[i]->content(out, view);
		fputs("</div></section>\n", out);
	}
}

static void foot(FILE *out, const struct gng_signoff *signoff)
{
	html_put(out,
		 "<footer><p>gonogo %s &middot; %s &middot; no network, no script, one file.</p>"
		 "</footer></div></body></html>\n",
		 signoff->version, signoff->id);
}

static void page(FILE *out, const struct view *view)
{
	head(out, view->signoff);
	masthead(out, view->signoff);
	contents(out, view);
	fputs("<main>", out);
	section_verdict(out, view);
	all_sections(out, view);
	fputs("</main>\n", out);
	foot(out, view->signoff);
}

static enum gng_status write_under(const char *other, const char *path, const struct view *view,
				   struct gng_why *why)
{
	FILE *out = fopen(other, "we");
	bool failed;

	if (!out)
		return gng_why_set(why, GNG_ESYS, errno, "signoff.report", "%s: %s", other,
				   strerror(errno));
	page(out, view);
	failed = ferror(out) || fflush(out) != 0 || fsync(fileno(out)) != 0;
	failed |= fclose(out) != 0;
	if (!failed && rename(other, path) == 0)
		return GNG_OK;
	gng_why_set(why, GNG_ESYS, errno, "signoff.report", "%s cannot be written: %s", path,
		    strerror(errno));
	unlink(other);
	return GNG_ESYS;
}

enum gng_status gng_signoff_report_write(const char *path, const struct gng_signoff *signoff,
					 struct gng_why *why)
{
	struct view view;
	char *other;
	enum gng_status status = view_init(&view, signoff, why);

	if (status != GNG_OK)
		return status;
	if (asprintf(&other, "%s.new", path) < 0) {
		status = gng_why_set(why, GNG_ENOMEM, 0, "signoff.report", "no memory");
	} else {
		status = write_under(other, path, &view, why);
		free(other);
	}
	view_fini(&view);
	return status;
}
