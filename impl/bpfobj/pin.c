/* SPDX-License-Identifier: Apache-2.0 */
/* pin.c - names on a BPF file system that outlive this process. */
#include <bpf/bpf.h>
#include <errno.h>
#include <libgen.h>
#include <linux/magic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "bpfobj_own.h"

/* ask_bpffs returns 0 if the folder above dir is on a BPF file system, EINVAL if not, or ENOMEM. */
static int ask_bpffs(const char *dir)
{
	char *copy = strdup(dir);
	struct statfs about;
	int error = copy ? 0 : ENOMEM;

	if (copy && (statfs(dirname(copy), &about) != 0 || about.f_type != BPF_FS_MAGIC))
		error = EINVAL;
	free(copy);
	return error;
}

/* path_of returns DIR/KIND_NAME; the file system takes no dot in a name. */
static char *path_of(const char *dir, const char *kind, const char *name)
{
	char *path;

	if (asprintf(&path, "%s/%s_%s", dir, kind, name) < 0)
		return NULL;
	for (char *at = path + strlen(dir) + 1; *at; at++)
		if (*at == '.' || *at == '/')
			*at = '_';
	return path;
}

/* put pins fd at path, which becomes the object's; 0 or an errno. */
static int put(struct gng_bpfobj *object, int fd, char *path)
{
	if (!path)
		return ENOMEM;
	if (bpf_obj_pin(fd, path) != 0) {
		const int error = errno;

		free(path);
		return error;
	}
	object->pins[object->num_pins++] = path;
	return 0;
}

static size_t count(const struct gng_bpfobj *object)
{
	size_t num = object->num_programs;
	struct bpf_map *map;

	bpf_object__for_each_map(map, object->object) num++;
	return num;
}

static int pin_link(struct bpfobj_program *one, const char *dir)
{
	char *path;

	if (!one->link || one->pin)
		return 0;
	path = path_of(dir, "link", bpf_program__name(one->program));
	if (!path)
		return ENOMEM;
	if (bpf_obj_pin(bpf_link__fd(one->link), path) != 0) {
		const int error = errno;

		free(path);
		return error;
	}
	one->pin = path;
	return 0;
}

static int pin_all(struct gng_bpfobj *object, const char *dir)
{
	struct bpf_map *map;
	int error = 0;

	bpf_object__for_each_map(map, object->object) if (!error && bpf_map__fd(map) >= 0) error =
		put(object, bpf_map__fd(map), path_of(dir, "map", bpf_map__name(map)));
	for (size_t i = 0; !error && i < object->num_programs; i++) {
		struct bpfobj_program *one = &object->programs[i];

		if (bpf_program__fd(one->program) < 0)
			continue;
		error = put(object, bpf_program__fd(one->program),
			    path_of(dir, "program", bpf_program__name(one->program)));
		if (!error)
			error = pin_link(one, dir);
	}
	return error;
}

/* is_below says whether a pin of a link is one that pin made. */
static bool is_below(const char *dir, const char *path)
{
	const size_t len = strlen(dir);

	return strncmp(path, dir, len) == 0 && path[len] == '/';
}

/* forget leaves no list of pins; there are none. */
static void forget(struct gng_bpfobj *object)
{
	free(object->pin_dir);
	free(object->pins);
	object->pin_dir = NULL;
	object->pins = NULL;
}

static int unpin_all(struct gng_bpfobj *object)
{
	int error = 0;

	for (size_t i = 0; i < object->num_programs; i++) {
		struct bpfobj_program *one = &object->programs[i];

		if (!one->pin || !is_below(object->pin_dir, one->pin))
			continue;
		if (unlink(one->pin) != 0 && errno != ENOENT)
			error = errno;
		free(one->pin);
		one->pin = NULL;
	}
	while (object->num_pins) {
		char *path = object->pins[--object->num_pins];

		if (unlink(path) != 0 && errno != ENOENT)
			error = errno;
		free(path);
	}
	if (rmdir(object->pin_dir) != 0 && errno != ENOENT)
		error = errno;
	forget(object);
	return error;
}

enum gng_status gng_bpfobj_pin(struct gng_bpfobj *object, const char *dir, struct gng_why *why)
{
	const char *call = "bpfobj.pin";
	const enum gng_status status = bpfobj_must(object, BPFOBJ_IS_LOADED, call, why);
	int error;

	if (status != GNG_OK)
		return status;
	if (object->pin_dir)
		return gng_why_set(why, GNG_EINVAL, 0, call, "this object is pinned in %.120s",
				   object->pin_dir);
	error = ask_bpffs(dir);
	if (error == EINVAL)
		return gng_why_set(why, GNG_EINVAL, 0, call,
				   "%.120s is on no BPF file system: mount -t bpf bpf /sys/fs/bpf, "
				   "and take a folder there",
				   dir);
	if (error || mkdir(dir, 0700) != 0)
		return bpfobj_failed(error ? error : errno, call, dir, NULL, why);
	object->pin_dir = strdup(dir);
	object->pins = calloc(count(object) + 1, sizeof(*object->pins));
	error = object->pin_dir && object->pins ? pin_all(object, dir) : ENOMEM;
	if (!error)
		return GNG_OK;
	if (object->pin_dir && object->pins) {
		unpin_all(object);
	} else {
		rmdir(dir);
		forget(object);
	}
	return bpfobj_failed(error, call, dir, NULL, why);
}

enum gng_status gng_bpfobj_unpin(struct gng_bpfobj *object, struct gng_why *why)
{
	const char *call = "bpfobj.unpin";
	const enum gng_status status = bpfobj_must(object, BPFOBJ_IS_LOADED, call, why);
	int error;

	if (status != GNG_OK)
		return status;
	if (!object->pin_dir)
		return gng_why_set(why, GNG_EINVAL, 0, call, "this object is not pinned");
	error = unpin_all(object);
	return error ? bpfobj_failed(error, call, "a pin could not be removed", NULL, why) : GNG_OK;
}
