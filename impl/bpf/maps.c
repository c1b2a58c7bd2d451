/* SPDX-License-Identifier: Apache-2.0 */
/* maps.c - maps by text, and made by bpf(2). */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "bpf_call.h"
#include "bpf_text.h"
#include "gng_bpf.h"

/* BPF_F_* of linux/bpf.h */
static const struct {
	const char *name;
	uint32_t flag;
} flags[] = {{"noprealloc", 1u << 0},  {"rdonly", 1u << 3},	 {"wronly", 1u << 4},
	     {"rdonly_prog", 1u << 7}, {"wronly_prog", 1u << 8}, {"mmap", 1u << 10}};

static bool read_flag(struct gng_bpf_map *map, struct bpf_text *text)
{
	if (bpf_text_word(text, "frozen"))
		return map->frozen = true;
	for (size_t i = 0; i < sizeof(flags) / sizeof(flags[0]); i++)
		if (bpf_text_word(text, flags[i].name)) {
			map->flags |= flags[i].flag;
			return true;
		}
	return false;
}

static bool read_u32(struct bpf_text *text, uint32_t *value)
{
	int64_t number;

	if (!bpf_text_number(text, &number) || number < 0 || number > UINT32_MAX)
		return false;
	*value = (uint32_t)number;
	return true;
}

static bool read_map(struct gng_bpf_map *map, const char *part)
{
	struct bpf_text text = {.at = part};
	char name[32];
	int type;

	*map = (struct gng_bpf_map){0};
	if (!bpf_text_name(&text, name))
		return false;
	type = bpf_map_type(name);
	if (type < 0 || !read_u32(&text, &map->key_len) || !read_u32(&text, &map->value_len) ||
	    !read_u32(&text, &map->max_entries))
		return false;
	map->type = (uint32_t)type;
	while (!bpf_text_end(&text))
		if (!read_flag(map, &text))
			return false;
	return true;
}

enum gng_status gng_bpf_maps_parse(struct gng_bpf_map *maps, size_t *num_maps, size_t max,
				   const char *place, const char *text, struct gng_why *why)
{
	char *copy = strdup(text), *rest = copy, *part;
	enum gng_status status = GNG_OK;

	*num_maps = 0;
	if (!copy)
		return gng_why_set(why, GNG_ENOMEM, 0, "bpf.maps", "no memory");
	while (status == GNG_OK && (part = strsep(&rest, ","))) {
		if (*num_maps == max)
			status = gng_why_set(why, GNG_EFORMAT, 0, "bpf.maps",
					     "%s: more than %zu maps", place, max);
		else if (!read_map(&maps[(*num_maps)++], part))
			status = gng_why_set(why, GNG_EFORMAT, 0, "bpf.maps",
					     "%s: '%.60s': a map is \"TYPE KEY VALUE ENTRIES "
					     "[FLAG]...\"",
					     place, part);
	}
	free(copy);
	return status;
}

int gng_bpf_map_create(const struct gng_bpf_map *map)
{
	struct bpf_create_attr attr = {
		.map_type = map->type,
		.key_size = map->key_len,
		.value_size = map->value_len,
		.max_entries = map->max_entries,
		.map_flags = map->flags,
	};
	const int fd = bpf_call(BPF_CALL_MAP_CREATE, &attr, sizeof(attr));
	const uint32_t freeze[2] = {(uint32_t)fd, 0};

	if (fd >= 0 && map->frozen && bpf_call(BPF_CALL_MAP_FREEZE, freeze, 4) < 0) {
		const int error = -errno;

		bpf_close(fd);
		return error;
	}
	return fd < 0 ? -errno : fd;
}
