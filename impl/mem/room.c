/* SPDX-License-Identifier: Apache-2.0 */
/*
 * room.c - how much memory there is before it is touched. Neither a store nor
 * MADV_POPULATE_WRITE fails on a full node or at the limit of a cgroup: the kernel kills the
 * process. So the arena is refused before, with the figure.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mem_room.h"

size_t mem_room_figure(const char *text, const char *name)
{
	const char *at = strstr(text, name);
	unsigned long long kib;

	if (!at)
		return 0;
	at += strlen(name);
	at += strspn(at, " \t");
	kib = strtoull(at, NULL, 10);
	return kib > SIZE_MAX >> 10 ? SIZE_MAX : (size_t)kib << 10;
}

static bool read_text(char *text, size_t cap, const char *path)
{
	FILE *file = fopen(path, "re");
	size_t len;

	if (!file)
		return false;
	len = fread(text, 1, cap - 1, file);
	text[len] = '\0';
	fclose(file);
	return len > 0;
}

/* A node's meminfo has no MemAvailable: pages of files can be had back. */
static size_t node_room(int node)
{
	char path[80], text[4096];

	snprintf(path, sizeof(path), "/sys/devices/system/node/node%d/meminfo", node);
	if (!read_text(text, sizeof(text), path))
		return SIZE_MAX;
	return mem_room_figure(text, "MemFree:") + mem_room_figure(text, "FilePages:");
}

static size_t machine_room(void)
{
	char text[4096];

	return read_text(text, sizeof(text), "/proc/meminfo")
		       ? mem_room_figure(text, "MemAvailable:")
		       : SIZE_MAX;
}

/* limit_at reads a limit and what is used of it; "max" is none. */
static size_t limit_at(const char *folder, const char *max, const char *used)
{
	char path[4352], limit[64], now[64];
	unsigned long long cap, taken;

	snprintf(path, sizeof(path), "%s/%s", folder, max);
	if (!read_text(limit, sizeof(limit), path) || *limit < '0' || *limit > '9')
		return SIZE_MAX;
	snprintf(path, sizeof(path), "%s/%s", folder, used);
	if (!read_text(now, sizeof(now), path))
		return SIZE_MAX;
	cap = strtoull(limit, NULL, 10);
	taken = strtoull(now, NULL, 10);
	return cap > taken ? (size_t)(cap - taken) : 0;
}

bool mem_room_cgroup(char path[4096], const char *text, bool *is_v2)
{
	for (const char *line = text; *line;) {
		const size_t len = strcspn(line, "\n");
		const char *v1 = strstr(line, ":memory:");
		const char *name = strncmp(line, "0::", 3) == 0 ? line + 3
				   : v1 && v1 < line + len	? v1 + 8
								: NULL;

		if (name && (size_t)(line + len - name) < 4096) {
			*is_v2 = name == line + 3;
			memcpy(path, name, (size_t)(line + len - name));
			path[line + len - name] = '\0';
			if (!*is_v2 || !strstr(text, ":memory:"))
				return true;
		}
		line += len + (line[len] == '\n');
	}
	return false;
}

/* cgroup_room is the least of all groups above this process. */
static size_t cgroup_room(void)
{
	char text[8192], name[4096], folder[4224];
	size_t room = SIZE_MAX;
	bool is_v2 = false;

	if (!read_text(text, sizeof(text), "/proc/self/cgroup") ||
	    !mem_room_cgroup(name, text, &is_v2))
		return room;
	for (char *slash = name + strlen(name); slash; slash = strrchr(name, '/')) {
		size_t here;

		*slash = '\0';
		snprintf(folder, sizeof(folder), "/sys/fs/cgroup%s%s", is_v2 ? "" : "/memory",
			 name);
		here = is_v2 ? limit_at(folder, "memory.max", "memory.current")
			     : limit_at(folder, "memory.limit_in_bytes", "memory.usage_in_bytes");
		room = here < room ? here : room;
	}
	return room;
}

enum gng_status mem_room_check(size_t len, int node, struct gng_why *why)
{
	const size_t machine = node < 0 ? machine_room() : node_room(node), group = cgroup_room();
	char where[32] = "";

	if (node >= 0)
		snprintf(where, sizeof(where), " on node %d", node);
	if (len > machine)
		return gng_why_set(why, GNG_ENOMEM, 0, "mem.room",
				   "%zu MiB are requested and %zu are free%s: free memory, or ask "
				   "for less",
				   len >> 20, machine >> 20, where);
	if (len > group)
		return gng_why_set(why, GNG_ENOMEM, 0, "mem.room",
				   "%zu MiB are requested and the cgroup of this process has %zu "
				   "left: raise memory.max, or ask for less",
				   len >> 20, group >> 20);
	return GNG_OK;
}
