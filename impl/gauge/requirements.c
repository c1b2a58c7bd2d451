/* SPDX-License-Identifier: Apache-2.0 */
/* requirements.c - requirements.tsv: id, clause of the source, sentence; each one tested. */
#include "gng_gauge.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "gauge_plan.h"
#include "gauge_text.h"

static enum gng_status bad(const struct gauge_planner *planner, const char *subsystem, int line,
			   const char *what)
{
	return gng_why_set(planner->why, GNG_EFORMAT, 0, "gauge.requirements",
			   "impl/%s/requirements.tsv:%d: %s", subsystem, line, what);
}

static bool find(const struct gng_plan *plan, size_t *found, const char *id, size_t len)
{
	for (size_t i = 0; i < plan->num_requirements; i++) {
		if (strlen(plan->requirements[i].id) == len &&
		    memcmp(plan->requirements[i].id, id, len) == 0) {
			*found = i;
			return true;
		}
	}
	return false;
}

/* is_id: "C1.gcm.tag-compare", a system of the article, then words. */
static bool is_id(const char *id)
{
	const char *digits = id + 1;
	const size_t num_digits = *id ? strspn(digits, "0123456789") : 0;

	return *id >= 'A' && *id <= 'Z' && num_digits && digits[num_digits] == '.' &&
	       digits[num_digits + 1] != '\0' &&
	       id[strspn(id,
			 "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789.-_")] ==
		       '\0';
}

static enum gng_status make_room(struct gauge_planner *planner)
{
	struct gng_plan *plan = planner->plan;
	struct gng_requirement *grown;
	struct gauge_row *rows;

	grown = gauge_grow(plan->requirements, plan->num_requirements, sizeof(*grown));
	if (!grown)
		return gauge_no_memory(planner->why);
	plan->requirements = grown;
	rows = gauge_grow(planner->rows, plan->num_requirements, sizeof(*rows));
	if (!rows)
		return gauge_no_memory(planner->why);
	planner->rows = rows;
	return GNG_OK;
}

static enum gng_status add(struct gauge_planner *planner, const char *subsystem, int line,
			   char *const fields[3])
{
	struct gng_plan *plan = planner->plan;
	struct gng_requirement *made;
	const enum gng_status status = make_room(planner);

	if (status != GNG_OK)
		return status;
	planner->rows[plan->num_requirements].line = line;
	made = &plan->requirements[plan->num_requirements++];
	made->id = strdup(fields[0]);
	made->clause = strdup(fields[1]);
	made->text = strdup(fields[2]);
	made->subsystem = strdup(subsystem);
	if (!made->id || !made->clause || !made->text || !made->subsystem)
		return gauge_no_memory(planner->why);
	return GNG_OK;
}

static enum gng_status read_row(struct gauge_planner *planner, const char *subsystem, int number,
				char *line)
{
	char *fields[3];
	size_t twin;

	if (!gauge_is_plain(line))
		return bad(planner, subsystem, number, "a byte is no printable ASCII");
	for (size_t i = 0; i < 3; i++) {
		fields[i] = strsep(&line, "\t");
		if (!fields[i] || !*fields[i])
			return bad(planner, subsystem, number,
				   "a row is: id, tab, clause of the source, tab, one sentence");
	}
	if (line)
		return bad(planner, subsystem, number, "a row has three fields, not more");
	if (!is_id(fields[0]))
		return bad(planner, subsystem, number,
			   "an id begins with its system, as C1.gcm.tag-compare does");
	if (find(planner->plan, &twin, fields[0], strlen(fields[0])))
		return bad(planner, subsystem, number, "the id stands twice");
	return add(planner, subsystem, number, fields);
}

static enum gng_status load(struct gauge_planner *planner, const char *subsystem, const char *path)
{
	enum gng_status status;
	char *text, *rest, *line;
	int number = 0;

	status = gauge_read(&text, path, planner->why);
	if (status != GNG_OK)
		return status;
	rest = text;
	for (line = gauge_next_line(&rest); line && status == GNG_OK;
	     line = gauge_next_line(&rest)) {
		number++;
		if (*line && *line != '#')
			status = read_row(planner, subsystem, number, line);
	}
	free(text);
	return status;
}

enum gng_status gauge_requirements_load(struct gauge_planner *planner)
{
	const struct gng_plan *plan = planner->plan;
	enum gng_status status = GNG_OK;
	char *path;

	for (size_t i = 0; i < plan->num_subsystems && status == GNG_OK; i++) {
		path = gauge_format("%s/impl/%s/requirements.tsv", planner->home->source,
				    plan->subsystems[i].name);
		if (!path)
			status = gauge_no_memory(planner->why);
		else if (access(path, F_OK) == 0)
			status = load(planner, plan->subsystems[i].name, path);
		free(path);
	}
	return status;
}

static enum gng_status unknown(const struct gauge_planner *planner, const char *id, size_t len,
			       const char *file, int line)
{
	const struct gng_plan *plan = planner->plan;
	struct gauge_nearest nearest;
	char wanted[160];

	if (len >= sizeof(wanted))
		len = sizeof(wanted) - 1;
	memcpy(wanted, id, len);
	wanted[len] = '\0';
	gauge_nearest_init(&nearest, wanted);
	for (size_t i = 0; i < plan->num_requirements; i++)
		gauge_nearest_try(&nearest, plan->requirements[i].id,
				  strlen(plan->requirements[i].id));
	if (nearest.edits > len / 3) /* too far to be a typing error */
		*nearest.best = '\0';
	return gng_why_set(planner->why, GNG_EFORMAT, 0, "gauge.requirements",
			   "%s:%d: requirement '%s' has no row in a requirements.tsv%s%s%s", file,
			   line, wanted, *nearest.best ? ": is it '" : "", nearest.best,
			   *nearest.best ? "'?" : "");
}

enum gng_status gauge_requirements_use(struct gauge_planner *planner, const char *ids,
				       size_t num_tests, const char *file, int line)
{
	const char *rest = ids, *word, *before;
	size_t len, found, before_len;

	while (gauge_next_word(&word, &len, &rest)) {
		if (!find(planner->plan, &found, word, len))
			return unknown(planner, word, len, file, line);
		for (const char *at = ids; at < word;) {
			gauge_next_word(&before, &before_len, &at);
			if (before < word && before_len == len && memcmp(before, word, len) == 0)
				return gng_why_set(planner->why, GNG_EFORMAT, 0,
						   "gauge.requirements",
						   "%s:%d: requirement '%.*s' stands twice", file,
						   line, (int)len, word);
		}
		planner->rows[found].used = true;
		planner->plan->requirements[found].num_tests += num_tests;
	}
	return GNG_OK;
}

enum gng_status gauge_requirements_check(const struct gauge_planner *planner)
{
	const struct gng_plan *plan = planner->plan;

	for (size_t i = 0; i < plan->num_requirements; i++)
		if (!planner->rows[i].used)
			return gng_why_set(planner->why, GNG_EFORMAT, 0, "gauge.requirements",
					   "impl/%s/requirements.tsv:%d: no test names '%s': write "
					   "one or remove the row",
					   plan->requirements[i].subsystem, planner->rows[i].line,
					   plan->requirements[i].id);
	return GNG_OK;
}
