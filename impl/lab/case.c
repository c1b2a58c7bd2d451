/* SPDX-License-Identifier: Apache-2.0 */
/* case.c - reads a case file: "key: value" lines into a struct gng_lab_case. */
#include <ctype.h>
#include <errno.h>
#include <glob.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "gng_lab.h"
#include "lab_known.h"
#include "lab_library.h"
#include "lab_text.h"

#define MAX_MIB 65536u
#define MAX_CPUS 16u
#define MAX_SECONDS 3600u

/* key is one word that a case may have. A text stands once; a list's line may be repeated. */
struct key {
	const char *name;
	enum { TEXT, LIST, NUMBER } kind;
	size_t offset;
	unsigned int max; /* of a number; of a list: its values are numbers up to it */
	bool (*parses)(const char *value); /* or NULL: any will do */
	const char *wants;
};

static bool is_intel(const char *value)
{
	return strcmp(value, "intel") == 0;
}

/* is_id: SUITE.SUBSYSTEM.STEM.FUNCTION. */
static bool is_id(const char *value)
{
	size_t num_dots = 0;

	for (; *value; value++)
		num_dots += *value == '.';
	return num_dots == 3;
}

#define FIELD(member) offsetof(struct gng_lab_case, member)

static const struct key keys[] = {
	{"title", TEXT, FIELD(title), 0, NULL, NULL},
	{"iommu", TEXT, FIELD(iommu), 0, is_intel, "the only iommu is \"intel\", not "},
	{"table", TEXT, FIELD(table), 0, NULL, NULL},
	{"monitor", TEXT, FIELD(monitor), 0, NULL, NULL},
	{"beside", TEXT, FIELD(beside), 0, is_id, "beside wants the whole id of a test, not "},
	{"kernel", LIST, FIELD(kernels), 0, NULL, NULL},
	{"node", LIST, FIELD(nodes), MAX_MIB, NULL, NULL},
	{"object", LIST, FIELD(objects), 0, NULL, NULL},
	{"netdev", LIST, FIELD(netdevs), 0, NULL, NULL},
	{"device", LIST, FIELD(devices), 0, NULL, NULL},
	{"module", LIST, FIELD(modules), 0, NULL, NULL},
	{"sysctl", LIST, FIELD(sysctls), 0, NULL, NULL},
	{"append", LIST, FIELD(appends), 0, NULL, NULL},
	{"known", LIST, FIELD(knowns), 0, lab_known_parses,
	 "known wants BUG or WARNING and a function, not "},
	{"file", LIST, FIELD(files), 0, NULL, NULL},
	{"built", LIST, FIELD(builts), 0, NULL, NULL},
	{"library", LIST, FIELD(libraries), 0, lab_library_parses,
	 "library wants a pattern below the system's folder of libraries, not "},
	{"run", LIST, FIELD(runs), 0, NULL, NULL},
	{"memory", NUMBER, FIELD(memory_mib), MAX_MIB, NULL, NULL},
	{"cpus", NUMBER, FIELD(cpus), MAX_CPUS, NULL, NULL},
	{"boot", NUMBER, FIELD(boot_s), MAX_SECONDS, NULL, NULL},
	{"deadline", NUMBER, FIELD(deadline_s), MAX_SECONDS, NULL, NULL},
};

#define NUM_KEYS (sizeof(keys) / sizeof(keys[0]))

/* place is where the reader stands. */
struct place {
	struct gng_lab_case *one;
	const char *file;
	size_t line;
	struct gng_why *why;
};

static enum gng_status bad(const struct place *place, const char *what, const char *word)
{
	return gng_why_set(place->why, GNG_EFORMAT, 0, "lab.case", "%s:%zu: %s%.60s", place->file,
			   place->line, what, word);
}

static enum gng_status no_memory(const struct place *place)
{
	return gng_why_set(place->why, GNG_ENOMEM, 0, "lab.case", "%s: no memory", place->file);
}

static bool number(unsigned int *value, const char *text, unsigned int max)
{
	char *end;
	const unsigned long n = strtoul(text, &end, 10);

	if (!isdigit((unsigned char)*text) || *end || n < 1 || n > max)
		return false;
	*value = (unsigned int)n;
	return true;
}

static enum gng_status store(const struct place *place, const struct key *key, const char *value)
{
	char *field = (char *)place->one + key->offset;
	unsigned int *figure = (unsigned int *)field, ignored;
	char **text = (char **)field;

	if (key->parses && !key->parses(value))
		return bad(place, key->wants, value);
	if (key->kind == LIST) {
		if (key->max && !number(&ignored, value, key->max))
			return bad(place, "this wants a whole number of MiB, not ", value);
		return lab_list_add_line((struct gng_lab_list *)field, value, place->line)
			       ? GNG_OK
			       : no_memory(place);
	}
	if (key->kind == NUMBER && *figure)
		return bad(place, "this stands twice: ", key->name);
	if (key->kind == NUMBER)
		return number(figure, value, key->max)
			       ? GNG_OK
			       : bad(place, "this wants a whole number that is in range, not ",
				     value);
	if (*text)
		return bad(place, "this stands twice: ", key->name);
	*text = strdup(value);
	return *text ? GNG_OK : no_memory(place);
}

/* read_line takes a line without its end; it may change it. */
static enum gng_status read_line(const struct place *place, char *line)
{
	char *value = strchr(line, ':');
	size_t len = strlen(line);

	for (const char *c = line; *c; c++)
		if (iscntrl((unsigned char)*c) && *c != '\t')
			return bad(place, "a control character stands in this line", "");
	while (len > 0 && isspace((unsigned char)line[len - 1]))
		line[--len] = '\0';
	if (*line == '\0' || *line == '#')
		return GNG_OK;
	if (!value)
		return bad(place, "this is no \"key: value\": ", line);
	*value++ = '\0';
	value += strspn(value, " \t");
	if (*value == '\0')
		return bad(place, "there is no value behind ", line);
	for (size_t i = 0; i < NUM_KEYS; i++)
		if (strcmp(keys[i].name, line) == 0)
			return store(place, &keys[i], value);
	return bad(place, "a case has no such key: ", line);
}

static enum gng_status check_whole(struct place *place)
{
	const struct gng_lab_case *one = place->one;

	if (!one->title || !one->kernels.num || !one->runs.num)
		return bad(place, "the case lacks a line: ",
			   !one->title	      ? "title"
			   : one->kernels.num ? "run"
					      : "kernel");
	if (one->nodes.num && one->memory_mib)
		return bad(place, "memory and node lines contradict each other: remove memory", "");
	return GNG_OK;
}

static void set_defaults(struct gng_lab_case *one)
{
	unsigned int mib;

	for (size_t i = 0; i < one->nodes.num; i++)
		if (number(&mib, one->nodes.texts[i], MAX_MIB))
			one->memory_mib += mib;
	one->memory_mib = one->memory_mib ? one->memory_mib : 512;
	one->cpus = one->cpus ? one->cpus : 1;
	one->boot_s = one->boot_s ? one->boot_s : 60;
	one->deadline_s = one->deadline_s ? one->deadline_s : 60;
}

/* name_of makes "bpf-matrix" of "conformance/bpf/matrix.case". */
static char *name_of(const char *file)
{
	const char *stem = strrchr(file, '/'), *folder = stem;
	char *name = NULL;
	int stem_len;

	stem = stem ? stem + 1 : file;
	stem_len = (int)strcspn(stem, ".");
	if (!folder)
		return strndup(stem, (size_t)stem_len);
	while (folder > file && folder[-1] != '/')
		folder--;
	return asprintf(&name, "%.*s-%.*s", (int)(stem - folder - 1), folder, stem_len, stem) < 0
		       ? NULL
		       : name;
}

enum gng_status gng_lab_case_parse(struct gng_lab_case *one, const char *file, const char *text,
				   struct gng_why *why)
{
	struct gng_lab_case made = {.name = name_of(file), .file = strdup(file)};
	struct place place = {.one = &made, .file = file, .why = why};
	char *copy = strdup(text), *rest = copy;
	enum gng_status status = GNG_OK;

	if (!copy || !made.name || !made.file)
		status = no_memory(&place);
	for (char *line; status == GNG_OK && (line = strsep(&rest, "\n"));) {
		place.line++;
		status = read_line(&place, line);
	}
	if (status == GNG_OK)
		status = check_whole(&place);
	free(copy);
	if (status != GNG_OK) {
		gng_lab_case_fini(&made);
		return status;
	}
	set_defaults(&made);
	*one = made;
	return GNG_OK;
}

enum gng_status gng_lab_case_read(struct gng_lab_case *one, const char *file, struct gng_why *why)
{
	char *text = lab_read_text(file);
	enum gng_status status;

	if (!text)
		return gng_why_set(why, GNG_ESYS, errno, "lab.case", "%s: %s", file,
				   strerror(errno));
	status = gng_lab_case_parse(one, file, text, why);
	free(text);
	return status;
}

void gng_lab_case_fini(struct gng_lab_case *one)
{
	for (size_t i = 0; i < NUM_KEYS; i++) {
		char *field = (char *)one + keys[i].offset;

		if (keys[i].kind == LIST)
			lab_list_fini((struct gng_lab_list *)field);
		else if (keys[i].kind == TEXT)
			free(*(char **)field);
	}
	free(one->name);
	free(one->file);
	memset(one, 0, sizeof(*one));
}

/* ---- all of a tree ---- */

static int by_name(const void *a, const void *b)
{
	return strcmp(((const struct gng_lab_case *)a)->name,
		      ((const struct gng_lab_case *)b)->name);
}

enum gng_status gng_lab_cases_read(struct gng_lab_case **cases, size_t *num_cases,
				   const char *source, struct gng_why *why)
{
	enum gng_status status = GNG_OK;
	glob_t found = {0};
	char *pattern;

	*cases = NULL;
	*num_cases = 0;
	if (asprintf(&pattern, "%s/{conformance,hwtests}/*/*.case", source) < 0)
		return gng_why_set(why, GNG_ENOMEM, 0, "lab.case", "no memory");
	if (glob(pattern, GLOB_BRACE, NULL, &found) == GLOB_NOSPACE)
		status = gng_why_set(why, GNG_ENOMEM, 0, "lab.case", "no memory");
	free(pattern);
	if (status == GNG_OK && !(*cases = calloc(found.gl_pathc + 1, sizeof(**cases))))
		status = gng_why_set(why, GNG_ENOMEM, 0, "lab.case", "no memory");
	for (size_t i = 0; status == GNG_OK && i < found.gl_pathc; i++) {
		status = gng_lab_case_read(&(*cases)[i], found.gl_pathv[i], why);
		*num_cases += status == GNG_OK;
	}
	globfree(&found);
	if (status == GNG_OK) {
		qsort(*cases, *num_cases, sizeof(**cases), by_name);
		return GNG_OK;
	}
	gng_lab_cases_free(*cases, *num_cases);
	*cases = NULL;
	*num_cases = 0;
	return status;
}

void gng_lab_cases_free(struct gng_lab_case *cases, size_t num_cases)
{
	for (size_t i = 0; i < num_cases; i++)
		gng_lab_case_fini(&cases[i]);
	free(cases);
}
