/* SPDX-License-Identifier: Apache-2.0 */
/* load.c - maps and programs into the kernel, and what it says of them. */
#include <bpf/bpf.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <gng_bpf.h>

#include "bpfobj_own.h"

#define LOG_CAP ((size_t)64 << 10)
#define LOG_LEVEL 4 /* BPF_LOG_STATS: complaints without a trace, which grows to gigabytes */

static enum gng_status give_logs(struct gng_bpfobj *object, struct gng_why *why)
{
	for (size_t i = 0; i < object->num_programs; i++) {
		struct bpfobj_program *one = &object->programs[i];

		if (!bpf_program__autoload(one->program))
			continue;
		one->log = calloc(1, LOG_CAP);
		if (!one->log)
			return gng_why_set(why, GNG_ENOMEM, 0, "bpfobj.load", "no memory");
		bpf_program__set_log_buf(one->program, one->log, LOG_CAP);
		bpf_program__set_log_level(one->program, LOG_LEVEL);
	}
	return GNG_OK;
}

/* find_refused copies the name that libbpf puts before its complaint: prog 'NAME': ... */
static struct bpfobj_program *find_refused(struct gng_bpfobj *object)
{
	const char *at = strstr(object->said.text, "prog '");
	struct bpfobj_program *one;

	if (!at)
		return NULL;
	snprintf(object->program, sizeof(object->program), "%.*s", (int)strcspn(at + 6, "'"),
		 at + 6);
	one = bpfobj_find(object, object->program, "", NULL);
	if (!one)
		object->program[0] = '\0';
	return one;
}

/* copy_line copies the line of a text in which at stands. */
static void copy_line(char *line, size_t cap, const char *text, const char *at)
{
	while (at > text && at[-1] != '\n')
		at--;
	snprintf(line, cap, "%.*s", (int)strcspn(at, "\n"), at);
}

/* complaint copies the line that gave the refusal its class, wherever it stands: behind it there
 * may be states, source lines, figures and advice. Without one, the first words of libbpf. */
static void complaint(char *line, size_t cap, const struct gng_bpfobj_verdict *verdict)
{
	const struct gng_bpf_class *classes;
	size_t num;

	bpfobj_first_words(line, cap, verdict->said);
	classes = gng_bpf_classes(&num);
	for (size_t i = 0; i < num; i++) {
		const char *at = strstr(verdict->log, classes[i].words);

		if (*classes[i].words && at && strcmp(classes[i].name, verdict->class_name) == 0)
			return copy_line(line, cap, verdict->log, at);
	}
}

static enum gng_status status_of(const struct gng_bpfobj_verdict *verdict)
{
	if (verdict->error == EPERM)
		return GNG_EPERM;
	if (strcmp(verdict->class_name, "kernel-btf") == 0 ||
	    strcmp(verdict->class_name, "not-supported") == 0)
		return GNG_EUNSUPPORTED;
	return verdict->error == ENOMEM ? GNG_ENOMEM : GNG_ESYS;
}

static enum gng_status refused(struct gng_bpfobj *object, int error, struct gng_why *why)
{
	struct gng_bpfobj_verdict *verdict = &object->verdict;
	const struct bpfobj_program *one = find_refused(object);
	char text[160];

	object->state = GNG_BPFOBJ_REFUSED;
	verdict->error = error;
	verdict->program = object->program;
	verdict->log = one && one->log ? one->log : "";
	verdict->said = object->said.text;
	verdict->class_name =
		gng_bpfobj_classify(error, verdict->log, verdict->said, &verdict->remedy);
	complaint(text, sizeof(text), verdict);
	return gng_why_set(why, status_of(verdict), error, "bpfobj.load", "%s%s%s (%s): %s",
			   verdict->program, *verdict->program ? ": " : "",
			   gng_bpf_errno_name(error), verdict->class_name, text);
}

enum gng_status gng_bpfobj_load(struct gng_bpfobj *object, struct gng_why *why)
{
	enum gng_status status = bpfobj_must(object, BPFOBJ_IS_OPEN, "bpfobj.load", why);
	int error;

	if (status == GNG_OK)
		status = give_logs(object, why);
	if (status != GNG_OK)
		return status;
	bpfobj_listen(&object->said);
	error = bpf_object__load(object->object);
	bpfobj_listen(NULL);
	if (error)
		return refused(object, -error, why);
	object->state = GNG_BPFOBJ_LOADED;
	return GNG_OK;
}

enum gng_status gng_bpfobj_put(struct gng_bpfobj *object, const char *map, const void *key,
			       const void *value, struct gng_why *why)
{
	const char *call = "bpfobj.put";
	const enum gng_status status = bpfobj_must(object, BPFOBJ_IS_LOADED, call, why);
	struct bpf_map *found;

	if (status != GNG_OK)
		return status;
	found = bpfobj_map(object, map, call, why);
	if (!found)
		return GNG_EINVAL;
	if (bpf_map_update_elem(bpf_map__fd(found), key, value, 0) == 0)
		return GNG_OK;
	if (errno == E2BIG)
		return gng_why_set(why, GNG_ELIMIT, E2BIG, call,
				   "map '%.60s' is full: it has room for %u elements", map,
				   bpf_map__max_entries(found));
	return bpfobj_failed(errno, call, map, NULL, why);
}
