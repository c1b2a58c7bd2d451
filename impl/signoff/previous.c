/* SPDX-License-Identifier: Apache-2.0 */
/* previous.c - the newest complete sign-off in an archive of runs. */
#include "signoff_aside.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

static void copy_text(char *to, size_t cap, const json_t *json, const char *key)
{
	const char *value = json_string_value(json_object_get(json, key));

	snprintf(to, cap, "%s", value ? value : GNG_SIGNOFF_ABSENT);
}

/* The names of facts are those of today's machine.c; group and name of a stored fact are kept
 * with it, in one allocation that the fact's value leads. */
static void read_fact(struct gng_machine *machine, const json_t *json)
{
	const char *group = json_string_value(json_object_get(json, "group"));
	const char *name = json_string_value(json_object_get(json, "name"));
	const char *value = json_string_value(json_object_get(json, "value"));
	struct gng_machine_fact *fact = &machine->facts[machine->num_facts];
	size_t group_len, name_len, value_len;

	if (!group || !name || !value)
		return;
	group_len = strlen(group) + 1, name_len = strlen(name) + 1, value_len = strlen(value) + 1;
	fact->value = malloc(group_len + name_len + value_len);
	if (!fact->value)
		return;
	memcpy(fact->value, value, value_len);
	fact->group = memcpy(fact->value + value_len, group, group_len);
	fact->name = memcpy(fact->value + value_len + group_len, name, name_len);
	machine->num_facts++;
}

static void read_machine(struct gng_machine *machine, const json_t *json)
{
	const size_t num = json_array_size(json);

	machine->facts = calloc(num + 1, sizeof(*machine->facts));
	for (size_t i = 0; machine->facts && i < num; i++)
		read_fact(machine, json_array_get(json, i));
}

static bool read_summary(struct gng_signoff_previous *previous, const char *dir)
{
	json_t *json = NULL;
	char *path;

	if (asprintf(&path, "%s/summary.json", dir) < 0)
		return false;
	json = aside_json(path);
	free(path);
	if (!json_is_object(json)) {
		json_decref(json);
		return false;
	}
	copy_text(previous->verdict, sizeof(previous->verdict), json, "verdict");
	copy_text(previous->grade, sizeof(previous->grade), json, "grade");
	copy_text(previous->profile, sizeof(previous->profile), json, "profile");
	copy_text(previous->started, sizeof(previous->started), json, "started");
	copy_text(previous->commit, sizeof(previous->commit), json_object_get(json, "item"),
		  "commit");
	read_machine(&previous->machine, json_object_get(json, "machine"));
	json_decref(json);
	return true;
}

static bool read_records(struct gng_signoff_previous *previous, const char *dir,
			 const struct gng_plan *plan)
{
	char *path;
	enum gng_status status;

	if (asprintf(&path, "%s/records.jsonl", dir) < 0)
		return false;
	status = gng_records_read(&previous->records, &previous->num_records,
				  &previous->num_strangers, plan, path, NULL);
	free(path);
	return status == GNG_OK;
}

/* was_stopped: of a run that was stopped only a part can be compared, and the rest is no change. */
static bool was_stopped(const struct gng_signoff_previous *previous)
{
	static const char stopped[] = "the run was stopped";

	for (size_t i = 0; i < previous->num_records; i++) {
		const struct gng_record *record = &previous->records[i];

		if (record->verdict == GNG_MISSING && record->reason &&
		    strncmp(record->reason, stopped, strlen(stopped)) == 0)
			return true;
	}
	return false;
}

static struct gng_signoff_previous *read_run(const char *runs, const char *name,
					     const struct gng_plan *plan)
{
	struct gng_signoff_previous *previous = calloc(1, sizeof(*previous));
	char *dir;
	bool ok;

	if (!previous || asprintf(&dir, "%s/%s", runs, name) < 0) {
		free(previous);
		return NULL;
	}
	snprintf(previous->id, sizeof(previous->id), "%.127s", name);
	ok = read_summary(previous, dir) && read_records(previous, dir, plan) &&
	     !was_stopped(previous);
	free(dir);
	if (ok)
		return previous;
	gng_signoff_previous_free(previous);
	return NULL;
}

static int is_signoff(const struct dirent *entry)
{
	return strncmp(entry->d_name, "signoff-", 8) == 0;
}

static int newest_first(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*b)->d_name, (*a)->d_name); /* the names begin with a UTC stamp */
}

void gng_signoff_previous_read(struct gng_signoff_previous **previous, const char *out,
			       const struct gng_plan *plan)
{
	struct dirent **entries = NULL;
	char *runs;
	int num;

	*previous = NULL;
	if (asprintf(&runs, "%s/runs", out) < 0)
		return;
	num = scandir(runs, &entries, is_signoff, newest_first);
	for (int i = 0; i < num; i++) {
		if (!*previous)
			*previous = read_run(runs, entries[i]->d_name, plan);
		free(entries[i]);
	}
	free(entries);
	free(runs);
}

void gng_signoff_previous_free(struct gng_signoff_previous *previous)
{
	if (!previous)
		return;
	gng_records_free(previous->records, previous->num_records);
	gng_machine_fini(&previous->machine);
	free(previous);
}
