/* SPDX-License-Identifier: Apache-2.0 */
/* compared.c - the table of what tests compared with other implementations (gng_probe_peer). */
#include "signoff_page.h"

/* row_note returns a note of the n-th row of a record, as gng_probe_peer numbers them, or NULL. */
static const char *row_note(const struct gng_record *record, const char *key, size_t n)
{
	char numbered[48];

	snprintf(numbered, sizeof(numbered), n > 1 ? "%s %zu" : "%s", key, n);
	return note_of(record, numbered);
}

/* rows_of counts those of one record. A lone "peer" is the name of a ratio's peer. */
static size_t rows_of(const struct gng_record *record)
{
	size_t num = 0;

	while (record && row_note(record, "expected", num + 1))
		num++;
	return num;
}

size_t compared_count(const struct view *view)
{
	size_t num = 0;

	for (size_t i = 0; i < view->num_items; i++)
		num += rows_of(view->items[i].record);
	return num;
}

static void row(FILE *out, const struct view_item *item, size_t n)
{
	fputs("<tr><td class=\"m\">", out);
	html_id(out, item->test->id);
	html_put(out,
		 "</td><td data-l=\"peer\">%s</td><td data-l=\"expected\">%s</td><td "
		 "data-l=\"got\">%s</td><td>",
		 row_note(item->record, "peer", n), row_note(item->record, "expected", n),
		 row_note(item->record, "got", n));
	html_verdict(out, item->verdict);
	fputs("</td></tr>\n", out);
}

void compared_table(FILE *out, const struct view *view)
{
	fputs("<table class=\"compared card\"><caption>Results compared</caption><thead><tr><th "
	      "scope=\"col\">Test</th><th scope=\"col\">Peer</th><th scope=\"col\">Expected</th>"
	      "<th scope=\"col\">Got</th><th scope=\"col\">Verdict</th></tr></thead><tbody>\n",
	      out);
	for (size_t i = 0; i < view->num_items; i++)
		for (size_t n = 1; n <= rows_of(view->items[i].record); n++)
			row(out, &view->items[i], n);
	fputs("</tbody></table>\n", out);
}
