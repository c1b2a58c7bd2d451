/* SPDX-License-Identifier: Apache-2.0 */
/* setup.c - what can be said of an object before it is loaded. */
#include <bpf/btf.h>
#include <errno.h>
#include <string.h>

#include "bpfobj_own.h"

enum gng_status gng_bpfobj_autoload(struct gng_bpfobj *object, const char *program, bool autoload,
				    struct gng_why *why)
{
	const char *call = "bpfobj.autoload";
	const enum gng_status status = bpfobj_must(object, BPFOBJ_IS_OPEN, call, why);
	struct bpfobj_program *one;

	if (status != GNG_OK)
		return status;
	for (size_t i = 0; !program && i < object->num_programs; i++)
		bpf_program__set_autoload(object->programs[i].program, autoload);
	if (!program)
		return GNG_OK;
	one = bpfobj_find(object, program, call, why);
	if (!one)
		return GNG_EINVAL;
	bpf_program__set_autoload(one->program, autoload);
	return GNG_OK;
}

enum gng_status gng_bpfobj_aim(struct gng_bpfobj *object, const char *program, int target_fd,
			       const char *function, struct gng_why *why)
{
	const char *call = "bpfobj.aim";
	enum gng_status status = bpfobj_must(object, BPFOBJ_IS_OPEN, call, why);
	struct bpfobj_program *one;
	int error;

	if (status != GNG_OK)
		return status;
	one = bpfobj_find(object, program, call, why);
	if (!one)
		return GNG_EINVAL;
	bpfobj_listen(&object->said);
	error = bpf_program__set_attach_target(one->program, target_fd, function);
	bpfobj_listen(NULL);
	return error ? bpfobj_failed(error, call, function, &object->said, why) : GNG_OK;
}

/* ---- .rodata ---- */

/* find_variable returns where a variable stands in .rodata and its length, by the BTF. */
static const struct btf_var_secinfo *find_variable(const struct btf *btf, const char *name)
{
	const int id = btf__find_by_name_kind(btf, ".rodata", BTF_KIND_DATASEC);
	const struct btf_type *section = id > 0 ? btf__type_by_id(btf, (uint32_t)id) : NULL;

	for (int i = 0; section && i < btf_vlen(section); i++) {
		const struct btf_var_secinfo *one = btf_var_secinfos(section) + i;
		const struct btf_type *variable = btf__type_by_id(btf, one->type);

		if (variable && strcmp(btf__name_by_offset(btf, variable->name_off), name) == 0)
			return one;
	}
	return NULL;
}

static struct bpf_map *rodata_of(const struct gng_bpfobj *object)
{
	struct bpf_map *map;

	bpf_object__for_each_map(map, object->object)
	{
		const char *name = bpf_map__name(map), *dot = strrchr(name, '.');

		if (bpf_map__is_internal(map) && dot && strcmp(dot, ".rodata") == 0)
			return map;
	}
	return NULL;
}

enum gng_status gng_bpfobj_rodata(struct gng_bpfobj *object, const char *variable,
				  const void *bytes, size_t len, struct gng_why *why)
{
	const char *call = "bpfobj.rodata";
	const enum gng_status status = bpfobj_must(object, BPFOBJ_IS_OPEN, call, why);
	const struct btf *btf = bpf_object__btf(object->object);
	const struct btf_var_secinfo *found = btf ? find_variable(btf, variable) : NULL;
	struct bpf_map *map = rodata_of(object);
	size_t cap = 0;
	char *values;

	if (status != GNG_OK)
		return status;
	if (!found || !map)
		return gng_why_set(why, GNG_EINVAL, 0, call,
				   "there is no variable '%.60s' in .rodata: it must be const "
				   "volatile, and the object have BTF",
				   variable);
	values = (char *)(uintptr_t)bpf_map__initial_value(map, &cap);
	if (found->size != len || !values || found->offset > cap || len > cap - found->offset)
		return gng_why_set(why, GNG_EINVAL, 0, call, "'%.60s' has %u bytes, not %zu",
				   variable, found->size, len);
	memcpy(values + found->offset, bytes, len);
	return GNG_OK;
}

enum gng_status gng_bpfobj_keep_map(struct gng_bpfobj *object, const char *map, const char *path,
				    struct gng_why *why)
{
	const char *call = "bpfobj.keep_map";
	const enum gng_status status = bpfobj_must(object, BPFOBJ_IS_OPEN, call, why);
	struct bpf_map *found;
	int error;

	if (status != GNG_OK)
		return status;
	found = bpfobj_map(object, map, call, why);
	if (!found)
		return GNG_EINVAL;
	error = bpf_map__set_pin_path(found, path);
	return error ? bpfobj_failed(error, call, path, NULL, why) : GNG_OK;
}
