/* SPDX-License-Identifier: Apache-2.0 */
/*
 * btf_check.c - whether the types of an object are whole (Linux, Documentation/bpf/btf.rst): sizes,
 * names, references to other types. libbpf 1.1 checks sizes only; of the rest it believes all.
 */
#include <linux/btf.h>
#include <stdlib.h>
#include <string.h>

#include "bpfobj_view.h"
#include "gng_bpfobj.h"

#define KIND_ENUM64 19u /* linux/btf.h of Debian's 6.1 has it; of older ones it has not */
#define MAX_DEPTH 32u	/* const volatile typedef ... until something else: C has no use for more */

/* types is a BTF section that is looked at. */
struct types {
	const struct view *view;
	const struct section *section;
	const uint8_t *bytes, *strings;
	uint32_t len, strings_len;
	uint32_t *starts, num; /* where each type begins; void is type 0 and stands nowhere */
};

static enum gng_status bad(const struct types *types, uint32_t id, const char *what)
{
	return view_bad(types->view, types->section->index, "type %u: %s", id, what);
}

static struct btf_type type_at(const struct types *types, uint32_t at)
{
	struct btf_type type;

	memcpy(&type, types->bytes + at, sizeof(type));
	return type;
}

/* extra_len returns the bytes behind a type; UINT32_MAX for a kind that is none. */
static uint64_t extra_len(const struct btf_type *type)
{
	const uint64_t num = BTF_INFO_VLEN(type->info);

	switch (BTF_INFO_KIND(type->info)) {
	case BTF_KIND_PTR:
	case BTF_KIND_FWD:
	case BTF_KIND_TYPEDEF:
	case BTF_KIND_VOLATILE:
	case BTF_KIND_CONST:
	case BTF_KIND_RESTRICT:
	case BTF_KIND_FUNC:
	case BTF_KIND_FLOAT:
	case BTF_KIND_TYPE_TAG:
		return 0;
	case BTF_KIND_INT:
	case BTF_KIND_VAR:
	case BTF_KIND_DECL_TAG:
		return 4;
	case BTF_KIND_ENUM:
	case BTF_KIND_FUNC_PROTO:
		return num * 8;
	case BTF_KIND_STRUCT:
	case BTF_KIND_UNION:
	case BTF_KIND_DATASEC:
	case KIND_ENUM64:
		return num * 12;
	case BTF_KIND_ARRAY:
		return sizeof(struct btf_array);
	default:
		return UINT32_MAX;
	}
}

/* refers says whether the word behind the head is a type, not a size. */
static bool refers(const struct btf_type *type)
{
	switch (BTF_INFO_KIND(type->info)) {
	case BTF_KIND_PTR:
	case BTF_KIND_TYPEDEF:
	case BTF_KIND_VOLATILE:
	case BTF_KIND_CONST:
	case BTF_KIND_RESTRICT:
	case BTF_KIND_FUNC:
	case BTF_KIND_FUNC_PROTO:
	case BTF_KIND_VAR:
	case BTF_KIND_DECL_TAG:
	case BTF_KIND_TYPE_TAG:
		return true;
	default:
		return false;
	}
}

/* is_shell says whether readers look through it to what is inside. */
static bool is_shell(const struct btf_type *type)
{
	switch (BTF_INFO_KIND(type->info)) {
	case BTF_KIND_TYPEDEF:
	case BTF_KIND_VOLATILE:
	case BTF_KIND_CONST:
	case BTF_KIND_RESTRICT:
	case BTF_KIND_TYPE_TAG:
		return true;
	default:
		return false;
	}
}

static uint32_t word(const uint8_t *at)
{
	uint32_t value;

	memcpy(&value, at, sizeof(value));
	return value;
}

/* check_members looks at names and types of what follows a head: entry_len bytes each, the name
 * first where named is set, the type at type_at unless that is UINT32_MAX. */
static enum gng_status check_members(const struct types *types, uint32_t id, const uint8_t *at,
				     uint32_t num, uint32_t entry_len, bool named, uint32_t type_at)
{
	for (uint32_t i = 0; i < num; i++, at += entry_len) {
		if (named && word(at) >= types->strings_len)
			return bad(types, id, "a member has its name elsewhere");
		if (type_at != UINT32_MAX && word(at + type_at) >= types->num)
			return bad(types, id, "a member has a type that there is not");
	}
	return GNG_OK;
}

static enum gng_status check_inside(const struct types *types, uint32_t id,
				    const struct btf_type *type, const uint8_t *at)
{
	const uint32_t num = BTF_INFO_VLEN(type->info);

	switch (BTF_INFO_KIND(type->info)) {
	case BTF_KIND_ENUM:
		return check_members(types, id, at, num, 8, true, UINT32_MAX);
	case KIND_ENUM64:
		return check_members(types, id, at, num, 12, true, UINT32_MAX);
	case BTF_KIND_FUNC_PROTO:
		return check_members(types, id, at, num, 8, true, 4);
	case BTF_KIND_STRUCT:
	case BTF_KIND_UNION:
		return check_members(types, id, at, num, 12, true, 4);
	case BTF_KIND_DATASEC:
		return check_members(types, id, at, num, 12, false, 0);
	case BTF_KIND_ARRAY:
		if (word(at) >= types->num || word(at + 4) >= types->num)
			return bad(types, id, "an array of a type that there is not");
		return GNG_OK;
	default:
		return GNG_OK;
	}
}

/* ---- all types ---- */

/* find_types fills starts and num. */
static enum gng_status find_types(struct types *types)
{
	uint32_t at = 0;

	for (types->num = 1; at < types->len; types->num++) {
		struct btf_type type;
		uint64_t extra;

		if (types->len - at < sizeof(type))
			return bad(types, types->num, "it is cut off");
		type = type_at(types, at);
		extra = extra_len(&type);
		if (extra == UINT32_MAX)
			return bad(types, types->num, "no such kind");
		if (extra > types->len - at - sizeof(type))
			return bad(types, types->num, "its members lie beyond the types");
		types->starts[types->num] = at;
		at += (uint32_t)(sizeof(type) + extra);
	}
	return GNG_OK;
}

/* check_depth looks through shells: readers do so in a loop, which must end. */
static enum gng_status check_depth(const struct types *types, uint32_t id)
{
	uint32_t inner = id;

	for (unsigned int depth = 0; depth < MAX_DEPTH; depth++) {
		struct btf_type type;

		if (inner == 0)
			return GNG_OK;
		type = type_at(types, types->starts[inner]);
		if (!is_shell(&type))
			return GNG_OK;
		inner = type.type;
	}
	return bad(types, id, "there is no end to its qualifiers");
}

static enum gng_status check_type(const struct types *types, uint32_t id)
{
	const uint32_t at = types->starts[id];
	const struct btf_type type = type_at(types, at);

	if (type.name_off >= types->strings_len)
		return bad(types, id, "its name lies elsewhere");
	if (refers(&type) && type.type >= types->num)
		return bad(types, id, "it is of a type that there is not");
	return check_inside(types, id, &type, types->bytes + at + sizeof(type));
}

static enum gng_status check_types(struct types *types)
{
	enum gng_status status = find_types(types);

	for (uint32_t id = 1; status == GNG_OK && id < types->num; id++)
		status = check_type(types, id);
	for (uint32_t id = 1; status == GNG_OK && id < types->num; id++)
		status = check_depth(types, id);
	return status;
}

/* check_frame reads the head of .BTF and finds its two parts. */
static enum gng_status check_frame(struct types *types)
{
	const struct view *view = types->view;
	const struct section *section = types->section;
	const uint64_t len = section->head.sh_size;
	struct btf_header head;
	uint64_t room;

	if (len < sizeof(head))
		return view_bad(view, section->index, "too short for BTF");
	memcpy(&head, section->bytes, sizeof(head));
	if (head.magic != BTF_MAGIC || head.version != BTF_VERSION || head.hdr_len < sizeof(head) ||
	    head.hdr_len > len)
		return view_bad(view, section->index, "the head of BTF is none");
	room = len - head.hdr_len;
	if (head.type_off > room || head.type_len > room - head.type_off || head.str_off > room ||
	    head.str_len > room - head.str_off || head.type_off % 4 || head.hdr_len % 4)
		return view_bad(view, section->index, "its types or strings lie beyond its end");
	types->bytes = section->bytes + head.hdr_len + head.type_off;
	types->strings = section->bytes + head.hdr_len + head.str_off;
	types->len = head.type_len;
	types->strings_len = head.str_len;
	if (head.str_len == 0 || types->strings[0] || types->strings[head.str_len - 1])
		return view_bad(view, section->index, "its strings do not begin and end with NUL");
	return GNG_OK;
}

enum gng_status btf_check(const struct view *view, const struct section *section)
{
	struct types types = {.view = view, .section = section};
	enum gng_status status = check_frame(&types);

	if (status != GNG_OK)
		return status;
	types.starts = malloc((types.len / sizeof(struct btf_type) + 2) * sizeof(*types.starts));
	if (!types.starts)
		return gng_why_set(view->why, GNG_ENOMEM, 0, "bpfobj.check", "no memory");
	status = check_types(&types);
	free(types.starts);
	return status;
}
