/* SPDX-License-Identifier: Apache-2.0 */
/* section_machine.c - the machine, fact by fact; what could not be read says so. */
#include "signoff_page.h"

#include <string.h>

static const char *css_of(const struct view *view, const struct gng_machine_fact *fact)
{
	const struct gng_signoff_previous *previous = view->signoff->previous;

	if (strcmp(fact->value, GNG_SIGNOFF_ABSENT) == 0)
		return "abs";
	if (previous &&
	    strcmp(gng_machine_get(&previous->machine, fact->group, fact->name), fact->value) != 0)
		return "chg";
	return "";
}

static void content(FILE *out, const struct view *view)
{
	const struct gng_machine *machine = view->signoff->machine;
	const char *group = "";

	fputs("<div class=\"fp\">", out);
	for (size_t i = 0; machine && i < machine->num_facts; i++) {
		const struct gng_machine_fact *fact = &machine->facts[i];

		if (strcmp(group, fact->group) != 0 && *group)
			fputs("</dl></div>\n", out);
		if (strcmp(group, fact->group) != 0)
			html_put(out, "<div><h3>%s</h3><dl>", fact->group);
		group = fact->group;
		html_put(out, "<dt>%s</dt><dd><span class=\"%s\">%s</span></dd>\n", fact->name,
			 css_of(view, fact), fact->value);
	}
	fputs(*group ? "</dl></div></div>\n" : "</div>\n", out);
}

static bool present(const struct view *view)
{
	return view->signoff->machine && view->signoff->machine->num_facts > 0;
}

static void rail(FILE *out, const struct view *view)
{
	fputs("<p>Facts as read at the start. A fact that could not be read is written <span "
	      "class=\"abs\">absent</span>.</p>",
	      out);
	if (view->signoff->previous)
		fputs("<p>Underlined: differs from the last sign-off.</p>", out);
}

const struct page_section section_machine = {"machine", "Machine", "Machine",
					     present,	rail,	   content};
