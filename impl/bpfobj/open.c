/* SPDX-License-Identifier: Apache-2.0 */
/* open.c - an object is read, looked at, and closed. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <gng_bpf.h>

#include "bpfobj_own.h"

const char *gng_bpfobj_state_name(enum gng_bpfobj_state state)
{
	static const char *const names[] = {"open", "loaded", "attached", "refused"};

	return (unsigned int)state < sizeof(names) / sizeof(names[0]) ? names[state] : "?";
}

enum gng_bpfobj_state gng_bpfobj_state_of(const struct gng_bpfobj *object)
{
	return object->state;
}

enum gng_status bpfobj_must(const struct gng_bpfobj *object, unsigned int states, const char *call,
			    struct gng_why *why)
{
	const char *wanted = states & BPFOBJ_IS_OPEN		? "open"
			     : states & 1u << GNG_BPFOBJ_LOADED ? "loaded"
								: "attached";

	if (states & 1u << object->state)
		return GNG_OK;
	return gng_why_set(why, GNG_EINVAL, 0, call, "this object is %s, and must be %s",
			   gng_bpfobj_state_name(object->state), wanted);
}

enum gng_status bpfobj_failed(int error, const char *call, const char *what,
			      const struct bpfobj_said *said, struct gng_why *why)
{
	enum gng_status status = GNG_ESYS;
	char line[160];

	error = error < 0 ? -error : error;
	if (error == EPERM)
		status = GNG_EPERM;
	else if (error == ENOMEM)
		status = GNG_ENOMEM;
	bpfobj_first_words(line, sizeof(line), said ? said->text : "");
	return gng_why_set(why, status, error, call, "%s: %s%s%s", what, gng_bpf_errno_name(error),
			   *line ? ": " : "", line);
}

/* ---- reading ---- */

static enum gng_status put_name(enum gng_status status, const char *name, struct gng_why *why)
{
	if (!why)
		return status;
	return gng_why_set(why, status, why->sys_errno, why->where, "%.100s: %s", name, why->text);
}

/* list_programs fills object->programs. */
static enum gng_status list_programs(struct gng_bpfobj *object, struct gng_why *why)
{
	struct bpf_program *program;

	bpf_object__for_each_program(program, object->object) object->num_programs++;
	object->programs = calloc(object->num_programs + 1, sizeof(*object->programs));
	if (!object->programs)
		return gng_why_set(why, GNG_ENOMEM, 0, "bpfobj.open", "no memory");
	object->num_programs = 0;
	bpf_object__for_each_program(program, object->object)
		object->programs[object->num_programs++]
			.program = program;
	return GNG_OK;
}

static enum gng_status read_object(struct gng_bpfobj *object, const void *bytes, size_t len,
				   const char *name, struct gng_why *why)
{
	const struct bpf_object_open_opts options = {.sz = sizeof(options), .object_name = name};
	char line[160];
	int error;

	bpfobj_listen(&object->said);
	object->object = bpf_object__open_mem(bytes, len, &options);
	error = errno;
	bpfobj_listen(NULL);
	if (object->object)
		return list_programs(object, why);
	bpfobj_first_words(line, sizeof(line), object->said.text);
	return gng_why_set(why, error == ENOMEM ? GNG_ENOMEM : GNG_EFORMAT, error, "bpfobj.open",
			   "libbpf reads no object in it: %s: %s", gng_bpf_errno_name(error), line);
}

enum gng_status gng_bpfobj_open_bytes(struct gng_bpfobj **object, const void *bytes, size_t len,
				      const char *name, struct gng_why *why)
{
	enum gng_status status = gng_bpfobj_check(bytes, len, why);
	struct gng_bpfobj *made;

	if (status != GNG_OK)
		return put_name(status, name, why);
	made = calloc(1, sizeof(*made));
	if (!made)
		return gng_why_set(why, GNG_ENOMEM, 0, "bpfobj.open", "no memory");
	made->verdict = (struct gng_bpfobj_verdict){0, "", "", "", "", ""};
	status = read_object(made, bytes, len, name, why);
	if (status == GNG_OK)
		*object = made;
	else
		gng_bpfobj_close(made);
	return status == GNG_OK ? status : put_name(status, name, why);
}

/* read_file returns the bytes of a regular file, or NULL and why. */
static void *read_file(size_t *len, const char *path, struct gng_why *why)
{
	const int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	struct stat about;
	void *bytes = NULL;

	if (fd < 0 || fstat(fd, &about) != 0) {
		gng_why_set(why, GNG_ESYS, errno, "bpfobj.open", "%.160s: %s", path,
			    strerror(errno));
	} else if (!S_ISREG(about.st_mode) || (size_t)about.st_size > GNG_BPFOBJ_MAX_LEN) {
		gng_why_set(why, GNG_EFORMAT, 0, "bpfobj.open",
			    "%.160s: this is no regular file of at most 64 MiB", path);
	} else {
		*len = (size_t)about.st_size;
		bytes = malloc(*len + 1);
		if (!bytes || read(fd, bytes, *len) != about.st_size) {
			gng_why_set(why, GNG_ESYS, errno, "bpfobj.open",
				    "%.160s: it cannot be read", path);
			free(bytes);
			bytes = NULL;
		}
	}
	if (fd >= 0)
		close(fd);
	return bytes;
}

enum gng_status gng_bpfobj_open(struct gng_bpfobj **object, const char *path, struct gng_why *why)
{
	const char *slash = strrchr(path, '/');
	struct gng_why own = {0};
	size_t len = 0;
	void *bytes = read_file(&len, path, why ? why : &own);
	enum gng_status status;

	if (!bytes)
		return why ? why->status : own.status;
	status = gng_bpfobj_open_bytes(object, bytes, len, slash ? slash + 1 : path, why);
	free(bytes);
	return status;
}

void gng_bpfobj_close(struct gng_bpfobj *object)
{
	if (!object)
		return;
	for (size_t i = 0; i < object->num_programs; i++) {
		bpfobj_release(&object->programs[i]);
		free(object->programs[i].log);
	}
	for (size_t i = 0; i < object->num_pins; i++)
		free(object->pins[i]);
	bpf_object__close(object->object);
	free(object->pins);
	free(object->pin_dir);
	free(object->programs);
	free(object);
}

/* ---- looking ---- */

struct bpfobj_program *bpfobj_find(const struct gng_bpfobj *object, const char *name,
				   const char *call, struct gng_why *why)
{
	for (size_t i = 0; i < object->num_programs; i++)
		if (strcmp(bpf_program__name(object->programs[i].program), name) == 0)
			return &object->programs[i];
	gng_why_set(why, GNG_EINVAL, 0, call, "the object has no program '%.60s'", name);
	return NULL;
}

struct bpf_map *bpfobj_map(const struct gng_bpfobj *object, const char *name, const char *call,
			   struct gng_why *why)
{
	struct bpf_map *map = bpf_object__find_map_by_name(object->object, name);

	if (!map)
		gng_why_set(why, GNG_EINVAL, 0, call, "the object has no map '%.60s'", name);
	return map;
}

bool gng_bpfobj_program_at(const struct gng_bpfobj *object, size_t index,
			   struct gng_bpfobj_program *program)
{
	const struct bpfobj_program *one;

	if (index >= object->num_programs)
		return false;
	one = &object->programs[index];
	*program = (struct gng_bpfobj_program){
		.name = bpf_program__name(one->program),
		.section = bpf_program__section_name(one->program),
		.type = (uint32_t)bpf_program__type(one->program),
		.num_insns = (uint32_t)bpf_program__insn_cnt(one->program),
		.fd = object->state == GNG_BPFOBJ_OPEN ? -1 : bpf_program__fd(one->program),
		.autoload = bpf_program__autoload(one->program),
		.attached = one->link != NULL,
	};
	if (program->fd < 0)
		program->fd = -1;
	return true;
}

int gng_bpfobj_map_fd(const struct gng_bpfobj *object, const char *map)
{
	struct bpf_map *found = bpfobj_map(object, map, "", NULL);

	if (!found || !(BPFOBJ_IS_LOADED & 1u << object->state))
		return -1;
	return bpf_map__fd(found);
}

const struct gng_bpfobj_verdict *gng_bpfobj_verdict_of(const struct gng_bpfobj *object)
{
	return &object->verdict;
}
