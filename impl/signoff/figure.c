/* SPDX-License-Identifier: Apache-2.0 */
/* figure.c - measured figures as text: digits, units, names. */
#include "signoff_page.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <gng_term.h>

char *figure_text(char text[FIGURE_CAP], double value)
{
	const double size = fabs(value);
	char count[GNG_TERM_FIGURE_CAP];

	if (!isfinite(value))
		text[0] = '\0';
	else if (size >= 999.5 && size < 1e15)
		snprintf(text, FIGURE_CAP, "%s%s", value < 0 ? "-" : "",
			 gng_term_count(count, (uint64_t)llround(size)));
	else if (size >= 99.95)
		snprintf(text, FIGURE_CAP, "%.0f", value);
	else if (size >= 9.995)
		snprintf(text, FIGURE_CAP, "%.1f", value);
	else if (size >= 0.0995 || size == 0)
		snprintf(text, FIGURE_CAP, "%.2f", value);
	else
		snprintf(text, FIGURE_CAP, "%.2g", value);
	return text;
}

char *figure_quantile(char text[FIGURE_CAP], double quantile)
{
	if (quantile >= 1)
		snprintf(text, FIGURE_CAP, "max");
	else
		snprintf(text, FIGURE_CAP, "P%.8g", quantile * 100);
	return text;
}

const char *figure_unit(const char *unit)
{
	if (strcmp(unit, "us") == 0)
		return "\302\265s";
	return strcmp(unit, "ratio") == 0 ? "" : unit;
}

static const struct {
	const char *unit;
	double ns;
} times[] = {{"ns", 1}, {"us", 1e3}, {"ms", 1e6}, {"s", 1e9}};
#define NUM_TIMES (sizeof(times) / sizeof(times[0]))

double figure_ns(const char *unit)
{
	for (size_t i = 0; i < NUM_TIMES; i++)
		if (strcmp(times[i].unit, unit) == 0)
			return times[i].ns;
	return 0;
}

const char *figure_rescale(double *factor, double value, const char *unit)
{
	*factor = 1;
	for (size_t i = 0; i + 1 < NUM_TIMES; i++) {
		if (strcmp(times[i].unit, unit) != 0 || !(value * *factor >= 1000))
			continue;
		unit = times[i + 1].unit;
		*factor /= 1000;
	}
	return unit;
}

void figure_put(FILE *out, double value, const char *unit, bool names_unit)
{
	double factor = 1;
	const char *own = value >= FIGURE_WIDE ? figure_rescale(&factor, value, unit) : unit;
	char text[FIGURE_CAP];

	html_put(out, "%s", figure_text(text, factor * value));
	if (own != unit || names_unit)
		html_put(out, "&nbsp;%s", figure_unit(own));
}

/* quantile_mark returns where "_p99" begins in a metric's name; NULL if it has no such end. */
static const char *quantile_mark(const char *name)
{
	const char *mark = strrchr(name, '_');

	if (!mark || mark[1] != 'p' || !mark[2] ||
	    strspn(mark + 2, "0123456789") != strlen(mark + 2))
		return NULL;
	return mark;
}

/* drop_quantile cuts it off: the sentence says it by itself. */
static void drop_quantile(char *name)
{
	const char *mark = quantile_mark(name);

	if (mark)
		name[mark - name] = '\0';
}

double figure_drawn_quantile(const struct gng_measure *measure)
{
	const char *mark = quantile_mark(measure->name);
	char text[sizeof(measure->name) + 2];

	if (measure->quantile > 0)
		return measure->quantile;
	if (!mark)
		return 1;
	snprintf(text, sizeof(text), "0.%s", mark + 2);
	return strtod(text, NULL);
}

char *figure_what(char text[128], const struct gng_test *test, const struct gng_figure *figure)
{
	char name[sizeof(figure->measure.name)];

	snprintf(name, sizeof(name), "%s", figure->measure.name);
	if (figure->measure.quantile > 0)
		drop_quantile(name);
	for (char *c = name; *c; c++)
		if (*c == '_')
			*c = ' ';
	snprintf(text, 128, "%.60s %s", test->subsystem, name);
	return text;
}

bool figure_is_histogram(const struct gng_figure *figure)
{
	return figure->measure.hist != NULL && *figure->measure.hist != '\0';
}

bool figure_is_ratio(const struct gng_figure *figure)
{
	/* P99 by P50 is a ratio too, but compares with no peer; 25,000 a second are none. */
	return !figure_is_histogram(figure) && strcmp(figure->measure.unit, "ratio") == 0 &&
	       (figure->measure.num_blocks > 0 || strstr(figure->measure.name, "_vs_"));
}

/* is_own says whether no figure before has the same histogram. */
static bool is_own(const struct gng_record *record, size_t at)
{
	const struct gng_figure *figures = record->figures;

	for (size_t i = 0; i < at; i++)
		if (figure_is_histogram(&figures[i]) &&
		    strcmp(figures[i].measure.hist, figures[at].measure.hist) == 0)
			return false;
	return true;
}

bool figure_is_stage(const struct gng_record *record, const struct gng_figure *figure)
{
	size_t num = 0;

	for (size_t i = 0; i < record->num_figures; i++)
		num += figure_is_histogram(&record->figures[i]) && is_own(record, i);
	return num >= 3 && figure_is_histogram(figure);
}

const char *note_of(const struct gng_record *record, const char *key)
{
	for (size_t i = 0; i < record->num_notes; i++)
		if (strcmp(record->notes[i].key, key) == 0)
			return record->notes[i].value;
	return NULL;
}

const struct gng_figure *figure_decides(const struct gng_record *record)
{
	for (size_t i = 0; record && record->verdict != GNG_PASS && i < record->num_figures; i++)
		if (record->figures[i].judged && record->figures[i].verdict == record->verdict)
			return &record->figures[i];
	return NULL;
}
