/* SPDX-License-Identifier: Apache-2.0 */
/* profile.c - reads impl/signoff/<name>.profile: which tests a sign-off requires. */
#include "gng_gauge.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "gauge_plan.h"
#include "gauge_text.h"

struct reader {
	struct gng_profile *profile;
	struct gng_plan *plan;
	char file[96]; /* relative to the source root */
	int line;
	struct gng_why *why;
};

static enum gng_status bad(const struct reader *reader, const char *what)
{
	return gng_why_set(reader->why, GNG_EFORMAT, 0, "gauge.profile", "%s:%d: %s", reader->file,
			   reader->line, what);
}

static enum gng_status set(const struct reader *reader, char *kept, size_t cap, const char *value)
{
	const size_t len = strlen(value);

	if (*kept)
		return bad(reader, "the word stands twice");
	if (len == 0 || len >= cap)
		return bad(reader, "the value is missing or too long");
	strcpy(kept, value);
	return GNG_OK;
}

/* ---- lines that mark tests ---- */

/* A slow test or a latency is required only by those who ask for it: a profile that names
 * "clock" must not wait an hour, nor stay INCOMPLETE on every machine that is not quiet. */
static bool is_meant(const char *selector, const struct gng_test *test)
{
	if (gauge_selects_alone(selector, test))
		return true;
	if (!gauge_selects(selector, test) || (test->flags & GNG_TEST_SLOW))
		return false;
	return !(test->flags & GNG_TEST_LATENCY) || strncmp(selector, "hwtests", 7) == 0;
}

static size_t mark(struct gng_plan *plan, const char *selector, const char *variant, bool named)
{
	struct gng_test *test;
	size_t num = 0;

	for (size_t i = 0; i < plan->num_tests; i++) {
		test = &plan->tests[i];
		/* a plain test has no variant to be narrowed to: it stays */
		if (!is_meant(selector, test) ||
		    (variant && *test->variant && strcmp(test->variant, variant) != 0))
			continue;
		num += !variant || *test->variant;
		test->required = true;
		test->named |= named;
	}
	return num;
}

static enum gng_status nothing_marked(const struct reader *reader, const char *selector,
				      const char *variant)
{
	struct gauge_nearest nearest;

	for (size_t i = 0; i < reader->plan->num_tests; i++)
		if (gauge_selects(selector, &reader->plan->tests[i]))
			return gng_why_set(reader->why, GNG_EFORMAT, 0, "gauge.profile",
					   "%s:%d: '%s' has no test%s%s that is not slow",
					   reader->file, reader->line, selector,
					   variant ? " of variant " : "", variant ? variant : "");
	gauge_nearest_init(&nearest, selector);
	gauge_nearest_selector(&nearest, reader->plan);
	return gng_why_set(reader->why, GNG_EFORMAT, 0, "gauge.profile",
			   "%s:%d: no test is called '%s': did you mean '%s'?", reader->file,
			   reader->line, selector, nearest.best);
}

static enum gng_status read_selector(const struct reader *reader, char *value, bool named)
{
	char *selector = strsep(&value, " \t"), *variant;

	if (value)
		value += strspn(value, " \t");
	variant = value && *value ? value : NULL;
	if (!*selector || (variant && strpbrk(variant, " \t")))
		return bad(reader, "the line is: name or require, a selector, perhaps a variant");
	if (mark(reader->plan, selector, variant, named) == 0)
		return nothing_marked(reader, selector, variant);
	return GNG_OK;
}

static enum gng_status read_systems(const struct reader *reader, const char *ids)
{
	enum gng_status status = GNG_OK;
	char system[8];
	const char *word;
	size_t len;
	bool any;

	if (!*ids)
		return bad(reader, "the line is: system, then ids such as C2");
	while (status == GNG_OK && gauge_next_word(&word, &len, &ids)) {
		snprintf(system, sizeof(system), "%.*s", (int)len, word);
		status = gauge_system_name(&any, reader->plan, system, reader->why);
		if (status == GNG_OK && !any)
			status = gng_why_set(reader->why, GNG_EFORMAT, 0, "gauge.profile",
					     "%s:%d: no requirement is of system '%.*s', built or "
					     "planned",
					     reader->file, reader->line, (int)len, word);
	}
	return status;
}

/* read_guest takes the name from tests that guests of the lab run: one that says so here, by a
 * SKIP, is no matter of this machine. They stay required. */
static enum gng_status read_guest(const struct reader *reader, const char *selector)
{
	size_t num = 0;

	for (size_t i = 0; i < reader->plan->num_tests; i++) {
		struct gng_test *test = &reader->plan->tests[i];

		if (!test->named || !gauge_selects(selector, test))
			continue;
		test->named = false;
		num++;
	}
	return num ? GNG_OK
		   : gng_why_set(reader->why, GNG_EFORMAT, 0, "gauge.profile",
				 "%s:%d: no line before this one names a test of '%s'",
				 reader->file, reader->line, selector);
}

static void mark_present(struct gng_plan *plan)
{
	for (size_t i = 0; i < plan->num_tests; i++)
		if (!plan->tests[i].cannot &&
		    !(plan->tests[i].flags & (GNG_TEST_SLOW | GNG_TEST_LATENCY)))
			plan->tests[i].required = true;
}

/* ---- the file ---- */

static enum gng_status read_line(const struct reader *reader, char *line)
{
	struct gng_profile *profile = reader->profile;
	char *word = strsep(&line, " \t"), *value = line ? line : word + strlen(word);

	value += strspn(value, " \t");
	if (strcmp(word, "title") == 0)
		return set(reader, profile->title, sizeof(profile->title), value);
	if (strcmp(word, "machine") == 0)
		return set(reader, profile->machine, sizeof(profile->machine), value);
	if (strcmp(word, "grade") == 0) {
		if (strcmp(value, "functional") != 0 && strcmp(value, "lab") != 0)
			return bad(reader, "a grade is functional or lab");
		return set(reader, profile->grade, sizeof(profile->grade), value);
	}
	if (strcmp(word, "name") == 0 || strcmp(word, "require") == 0)
		return read_selector(reader, value, *word == 'n');
	if (strcmp(word, "system") == 0)
		return read_systems(reader, value);
	if (strcmp(word, "guest") == 0)
		return read_guest(reader, value);
	if (strcmp(word, "present") != 0 || *value)
		return bad(reader, "a line begins with title, grade, machine, name, require, "
				   "system or guest, or is 'present'");
	mark_present(reader->plan);
	return GNG_OK;
}

static enum gng_status read_lines(struct reader *reader, char *text)
{
	enum gng_status status = GNG_OK;
	char *rest = text, *line;
	size_t len;

	while (status == GNG_OK && (line = gauge_next_line(&rest))) {
		reader->line++;
		for (len = strlen(line); len && strchr(" \t", line[len - 1]); len--)
			line[len - 1] = '\0';
		if (!gauge_is_plain(line))
			status = bad(reader, "a byte is no printable ASCII");
		else if (*line && *line != '#')
			status = read_line(reader, line);
	}
	if (status == GNG_OK && (!*reader->profile->title || !*reader->profile->grade))
		status = bad(reader, "a profile needs a title and a grade");
	return status;
}

static enum gng_status no_profile(const char *folder, const char *name, struct gng_why *why)
{
	struct gauge_names list;
	enum gng_status status;
	char *known = NULL;

	status = gauge_list(&list, folder, ".profile", why);
	if (status != GNG_OK)
		return status;
	for (size_t i = 0; i < list.num; i++)
		if (!gauge_add_word(&known, list.names[i],
				    strlen(list.names[i]) - strlen(".profile")))
			break;
	status = gng_why_set(why, GNG_EINVAL, 0, "gauge.profile",
			     "no profile is called '%.40s': there are: %s", name,
			     known ? known : "none");
	free(known);
	gauge_list_fini(&list);
	return status;
}

static bool is_profile_name(const char *name)
{
	return *name && strlen(name) < sizeof(((struct gng_profile *)0)->name) &&
	       name[strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789_-")] == '\0';
}

enum gng_status gng_profile_apply_text(struct gng_profile *profile, struct gng_plan *plan,
				       const char *name, char *text, struct gng_why *why)
{
	struct reader reader = {.profile = profile, .plan = plan, .why = why};

	enum gng_status status;

	if (!is_profile_name(name))
		return gng_why_set(why, GNG_EINVAL, 0, "gauge.profile",
				   "'%.40s' is no name of a profile", name);
	memset(profile, 0, sizeof(*profile));
	status = gauge_sha256(profile->sha256, text, strlen(text), why);
	if (status != GNG_OK)
		return status;
	strcpy(profile->name, name);
	snprintf(reader.file, sizeof(reader.file), "impl/signoff/%s.profile", name);
	for (size_t i = 0; i < plan->num_tests; i++)
		plan->tests[i].required = plan->tests[i].named = false;
	return read_lines(&reader, text);
}

enum gng_status gng_profile_apply(struct gng_profile *profile, struct gng_plan *plan,
				  const struct gng_home *home, const char *name,
				  struct gng_why *why)
{
	char *folder = gauge_format("%s/impl/signoff", home->source), *text = NULL;
	char *path = gauge_format("%s/impl/signoff/%s.profile", home->source, name);
	enum gng_status status;

	if (!folder || !path)
		status = gauge_no_memory(why);
	else if (!is_profile_name(name) || !gauge_exists(path))
		status = no_profile(folder, name, why);
	else
		status = gauge_read(&text, path, why);
	if (status == GNG_OK)
		status = gng_profile_apply_text(profile, plan, name, text, why);
	free(text);
	free(path);
	free(folder);
	return status;
}
