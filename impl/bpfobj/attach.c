/* SPDX-License-Identifier: Apache-2.0 */
/* attach.c - programs at their hooks, by links. */
#include <errno.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bpfobj_own.h"

void bpfobj_count_attached(struct gng_bpfobj *object)
{
	bool attached = false;

	for (size_t i = 0; i < object->num_programs; i++)
		attached = attached || object->programs[i].link;
	object->state = attached ? GNG_BPFOBJ_ATTACHED : GNG_BPFOBJ_LOADED;
}

void bpfobj_release(struct bpfobj_program *program)
{
	if (program->link)
		bpf_link__destroy(program->link);
	program->link = NULL;
	free(program->pin);
	program->pin = NULL;
}

/* ready finds a loaded program that is not attached. */
static struct bpfobj_program *ready(const struct gng_bpfobj *object, const char *name,
				    const char *call, struct gng_why *why)
{
	struct bpfobj_program *one = bpfobj_find(object, name, call, why);

	if (one && one->link) {
		gng_why_set(why, GNG_EINVAL, 0, call,
			    "program '%.60s' is attached already: detach or update it", name);
		return NULL;
	}
	if (one && bpf_program__fd(one->program) < 0) {
		gng_why_set(why, GNG_EINVAL, 0, call,
			    "program '%.60s' was not loaded: autoload was off", name);
		return NULL;
	}
	return one;
}

/* hooked finds an attached program. */
static struct bpfobj_program *hooked(const struct gng_bpfobj *object, const char *name,
				     const char *call, struct gng_why *why)
{
	struct bpfobj_program *one = bpfobj_find(object, name, call, why);

	if (!one || one->link)
		return one;
	gng_why_set(why, GNG_EINVAL, 0, call, "program '%.60s' is not attached", name);
	return NULL;
}

static struct bpf_link *attach(const struct bpfobj_program *one,
			       const struct gng_bpfobj_target *target)
{
	if (target && target->ifindex)
		return bpf_program__attach_xdp(one->program, (int)target->ifindex);
	if (target && target->cgroup_fd)
		return bpf_program__attach_cgroup(one->program, target->cgroup_fd);
	return bpf_program__attach(one->program);
}

/* is_gone: for an interface that is not there the kernel says EINVAL, as for much else. */
static bool is_gone(const struct gng_bpfobj_target *target)
{
	char name[IF_NAMESIZE];

	return target && target->ifindex && !if_indextoname(target->ifindex, name) &&
	       errno == ENXIO;
}

enum gng_status gng_bpfobj_attach(struct gng_bpfobj *object, const char *program,
				  const struct gng_bpfobj_target *target, struct gng_why *why)
{
	const char *call = "bpfobj.attach";
	const enum gng_status status = bpfobj_must(object, BPFOBJ_IS_LOADED, call, why);
	struct bpfobj_program *one;
	int error;

	if (status != GNG_OK)
		return status;
	one = ready(object, program, call, why);
	if (!one)
		return GNG_EINVAL;
	bpfobj_listen(&object->said);
	one->link = attach(one, target);
	error = errno;
	bpfobj_listen(NULL);
	if (!one->link && is_gone(target))
		return gng_why_set(why, GNG_ESYS, ENODEV, call, "%.60s: there is no interface %u",
				   program, target->ifindex);
	if (!one->link)
		return bpfobj_failed(error, call, program, &object->said, why);
	bpfobj_count_attached(object);
	return GNG_OK;
}

enum gng_status gng_bpfobj_adopt(struct gng_bpfobj *object, const char *program, const char *path,
				 struct gng_why *why)
{
	const char *call = "bpfobj.adopt";
	const enum gng_status status = bpfobj_must(object, BPFOBJ_IS_LOADED, call, why);
	struct bpfobj_program *one;
	struct bpf_link *link;
	char *pin;
	int error;

	if (status != GNG_OK)
		return status;
	one = ready(object, program, call, why);
	if (!one)
		return GNG_EINVAL;
	pin = strdup(path); /* before the link changes: without it nobody removes the pin */
	if (!pin)
		return bpfobj_failed(ENOMEM, call, path, NULL, why);
	bpfobj_listen(&object->said);
	link = bpf_link__open(path);
	error = link ? bpf_link__update_program(link, one->program) : -errno;
	bpfobj_listen(NULL);
	if (error) {
		bpf_link__destroy(link);
		free(pin);
		return bpfobj_failed(error, call, path, &object->said, why);
	}
	one->link = link;
	one->pin = pin;
	bpfobj_count_attached(object);
	return GNG_OK;
}

enum gng_status gng_bpfobj_update(struct gng_bpfobj *object, const char *program, const char *other,
				  struct gng_why *why)
{
	const char *call = "bpfobj.update";
	const enum gng_status status = bpfobj_must(object, BPFOBJ_IS_ATTACHED, call, why);
	struct bpfobj_program *from, *to;
	int error;

	if (status != GNG_OK)
		return status;
	from = hooked(object, program, call, why);
	to = from ? ready(object, other, call, why) : NULL;
	if (!from || !to)
		return GNG_EINVAL;
	error = bpf_link__update_program(from->link, to->program);
	if (error)
		return bpfobj_failed(error, call, other, NULL, why);
	to->link = from->link;
	to->pin = from->pin;
	from->link = NULL;
	from->pin = NULL;
	return GNG_OK;
}

enum gng_status gng_bpfobj_detach(struct gng_bpfobj *object, const char *program,
				  struct gng_why *why)
{
	const char *call = "bpfobj.detach";
	const enum gng_status status = bpfobj_must(object, BPFOBJ_IS_ATTACHED, call, why);
	struct bpfobj_program *one;

	if (status != GNG_OK)
		return status;
	one = hooked(object, program, call, why);
	if (!one)
		return GNG_EINVAL;
	if (one->pin && unlink(one->pin) != 0 && errno != ENOENT)
		return bpfobj_failed(errno, call, one->pin, NULL, why);
	/* Links of tracing know no detach: closing the last descriptor is one. */
	bpf_link__detach(one->link);
	bpfobj_release(one);
	bpfobj_count_attached(object);
	return GNG_OK;
}
