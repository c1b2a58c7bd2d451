/* SPDX-License-Identifier: Apache-2.0 */
/*
 * requirements.c - requirements.tsv: id, clause of the source, sentence; each one tested. Rows
 * of docs/planned/<name>.tsv are the same for what does not exist yet (docs/adr/0007).
 */
#include "gng_gauge.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "gauge_plan.h"
#include "gauge_text.h"

/* table is one file of rows while it is read. */
struct table {
	struct gauge_planner *planner;
	const char *subsystem;
	char *file; /* relative to the source root */
	bool planned;
	int line;
};

static enum gng_status bad(const struct table *table, const char *what)
{
	return gng_why_set(table->planner->why, GNG_EFORMAT, 0, "gauge.requirements", "%s:%d: %s",
			   table->file, table->line, what);
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
	bool *used;

	grown = gauge_grow(plan->requirements, plan->num_requirements, sizeof(*grown));
	if (!grown)
		return gauge_no_memory(planner->why);
	plan->requirements = grown;
	used = gauge_grow(planner->used, plan->num_requirements, sizeof(*used));
	if (!used)
		return gauge_no_memory(planner->why);
	planner->used = used;
	return GNG_OK;
}

static enum gng_status add(const struct table *table, char *const fields[3])
{
	struct gauge_planner *planner = table->planner;
	struct gng_plan *plan = planner->plan;
	struct gng_requirement *made;
	const enum gng_status status = make_room(planner);

	if (status != GNG_OK)
		return status;
	made = &plan->requirements[plan->num_requirements++];
	made->id = strdup(fields[0]);
	made->clause = strdup(fields[1]);
	made->text = strdup(fields[2]);
	made->subsystem = strdup(table->subsystem);
	made->file = strdup(table->file);
	made->line = table->line;
	made->planned = table->planned;
	if (!made->id || !made->clause || !made->text || !made->subsystem || !made->file)
		return gauge_no_memory(planner->why);
	return GNG_OK;
}

static enum gng_status read_row(const struct table *table, char *line)
{
	char *fields[3];
	size_t twin;

	if (!gauge_is_plain(line))
		return bad(table, "a byte is no printable ASCII");
	for (size_t i = 0; i < 3; i++) {
		fields[i] = strsep(&line, "\t");
		if (!fields[i] || !*fields[i])
			return bad(table,
				   "a row is: id, tab, clause of the source, tab, one sentence");
	}
	if (line)
		return bad(table, "a row has three fields, not more");
	if (!is_id(fields[0]))
		return bad(table, "an id begins with its system, as C1.gcm.tag-compare does");
	if (find(table->planner->plan, &twin, fields[0], strlen(fields[0])))
		return bad(table, "the id stands twice");
	return add(table, fields);
}

static enum gng_status load(struct table *table)
{
	struct gauge_planner *planner = table->planner;
	char *path = gauge_format("%s/%s", planner->home->source, table->file);
	char *text = NULL, *rest, *line;
	enum gng_status status = GNG_OK;

	if (!path)
		return gauge_no_memory(planner->why);
	if (gauge_exists(path))
		status = gauge_read(&text, path, planner->why);
	rest = text;
	while (text && status == GNG_OK && (line = gauge_next_line(&rest))) {
		table->line++;
		if (*line && *line != '#')
			status = read_row(table, line);
	}
	free(text);
	free(path);
	return status;
}

static enum gng_status load_built(struct gauge_planner *planner, const char *subsystem)
{
	struct table table = {.planner = planner, .subsystem = subsystem};
	enum gng_status status;

	table.file = gauge_format("impl/%s/requirements.tsv", subsystem);
	status = table.file ? load(&table) : gauge_no_memory(planner->why);
	free(table.file);
	return status;
}

/* load_planned refuses the rows of what exists: they must not stay planned for ever. */
static enum gng_status load_planned(struct gauge_planner *planner, char *name)
{
	struct table table = {.planner = planner, .subsystem = name, .planned = true};
	enum gng_status status;

	table.file = gauge_format(GAUGE_PLANNED "/%s", name);
	name[strlen(name) - strlen(".tsv")] = '\0';
	if (!table.file)
		status = gauge_no_memory(planner->why);
	else if (!gauge_is_name(name))
		status = gng_why_set(planner->why, GNG_EFORMAT, 0, "gauge.requirements",
				     "%s: a name has only a-z, 0-9 and '_': rename it", table.file);
	else if (gauge_subsystem_find(planner->plan, name, strlen(name)))
		status = gng_why_set(planner->why, GNG_EFORMAT, 0, "gauge.requirements",
				     "%s: impl/%s exists: move what is tested to "
				     "impl/%s/requirements.tsv, and remove the file",
				     table.file, name, name);
	else
		status = load(&table);
	free(table.file);
	return status;
}

static enum gng_status load_all_planned(struct gauge_planner *planner)
{
	char *folder = gauge_format("%s/" GAUGE_PLANNED, planner->home->source);
	struct gauge_names list = {0};
	enum gng_status status;

	status = folder ? gauge_list(&list, folder, ".tsv", planner->why)
			: gauge_no_memory(planner->why);
	for (size_t i = 0; i < list.num && status == GNG_OK; i++)
		status = load_planned(planner, list.names[i]);
	gauge_list_fini(&list);
	free(folder);
	return status;
}

enum gng_status gauge_requirements_load(struct gauge_planner *planner)
{
	const struct gng_plan *plan = planner->plan;
	enum gng_status status = GNG_OK;

	for (size_t i = 0; i < plan->num_subsystems && status == GNG_OK; i++)
		status = load_built(planner, plan->subsystems[i].name);
	return status == GNG_OK ? load_all_planned(planner) : status;
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

static enum gng_status is_planned(const struct gauge_planner *planner,
				  const struct gng_requirement *requirement, const char *file,
				  int line)
{
	return gng_why_set(planner->why, GNG_EFORMAT, 0, "gauge.requirements",
			   "%s:%d: requirement '%s' is only planned: move its row from %s:%d to "
			   "the requirements.tsv of what it asks of",
			   file, line, requirement->id, requirement->file, requirement->line);
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
		if (planner->plan->requirements[found].planned)
			return is_planned(planner, &planner->plan->requirements[found], file, line);
		planner->used[found] = true;
		planner->plan->requirements[found].num_tests += num_tests;
	}
	return GNG_OK;
}

enum gng_status gauge_requirements_check(const struct gauge_planner *planner)
{
	const struct gng_plan *plan = planner->plan;

	for (size_t i = 0; i < plan->num_requirements; i++)
		if (!planner->used[i] && !plan->requirements[i].planned)
			return gng_why_set(planner->why, GNG_EFORMAT, 0, "gauge.requirements",
					   "%s:%d: no test names '%s': write one or remove the row",
					   plan->requirements[i].file, plan->requirements[i].line,
					   plan->requirements[i].id);
	return GNG_OK;
}
