/* SPDX-License-Identifier: Apache-2.0 */
/* where.c - the conditions of a claim that code can test, and whether this machine meets them. */
#include "claims_probe.h"

#include <dirent.h>
#include <linux/perf_event.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <unistd.h>

#define SEEN_LEN 128

/* A test returns whether the condition holds; seen is what stands here instead. */

static bool has_cpu(const char *value, char seen[SEEN_LEN])
{
	FILE *file = fopen("/proc/cpuinfo", "r");
	char *line = NULL;
	size_t cap = 0;

	snprintf(seen, SEEN_LEN, "no model name");
	while (file && getline(&line, &cap, file) > 0) {
		const char *colon = strchr(line, ':');

		if (!colon || strncmp(line, "model name", 10) != 0)
			continue;
		snprintf(seen, SEEN_LEN, "%.*s", (int)strcspn(colon + 2, "\n"), colon + 2);
		break;
	}
	free(line);
	if (file)
		fclose(file);
	return strstr(seen, value) != NULL;
}

static bool has_kernel(const char *value, char seen[SEEN_LEN])
{
	struct utsname name;

	if (uname(&name) != 0)
		return false;
	snprintf(seen, SEEN_LEN, "%.64s", name.release);
	return strncmp(name.release, value, strlen(value)) == 0;
}

static bool has_driver(const char *value, char seen[SEEN_LEN])
{
	char path[160];
	struct dirent *entry;
	bool found = false;
	DIR *dir;

	snprintf(path, sizeof(path), "/sys/bus/pci/drivers/%.64s", value);
	snprintf(seen, SEEN_LEN, "no device bound to it");
	dir = opendir(path);
	while (dir && !found && (entry = readdir(dir)))
		found = strchr(entry->d_name, ':') != NULL;
	if (dir)
		closedir(dir);
	return found;
}

static bool has_cpus(const char *value, char seen[SEEN_LEN])
{
	const long online = sysconf(_SC_NPROCESSORS_ONLN);

	snprintf(seen, SEEN_LEN, "%ld", online);
	return online >= atol(value);
}

static bool has_nodes(const char *value, char seen[SEEN_LEN])
{
	char path[64];
	int num = 0;

	do {
		snprintf(path, sizeof(path), "/sys/devices/system/node/node%d", num);
	} while (access(path, F_OK) == 0 && ++num < 1024);
	snprintf(seen, SEEN_LEN, "%d", num);
	return num >= atoi(value);
}

bool claims_program_found(const char *name)
{
	const char *path = getenv("PATH");

	while (path && *path) {
		const size_t len = strcspn(path, ":");
		char full[512];

		snprintf(full, sizeof(full), "%.*s/%s", (int)len, path, name);
		if (access(full, X_OK) == 0)
			return true;
		path += len + (path[len] == ':');
	}
	return false;
}

static bool has_program(const char *value, char seen[SEEN_LEN])
{
	snprintf(seen, SEEN_LEN, "not in PATH");
	return claims_program_found(value);
}

static bool has_go(const char *value, char seen[SEEN_LEN])
{
	struct claims_go go;
	const bool found = claims_go_find(&go, value);

	snprintf(seen, SEEN_LEN, "%s", go.version);
	return found;
}

static bool has_counters(const char *value, char seen[SEEN_LEN])
{
	struct perf_event_attr attr = {.type = PERF_TYPE_HARDWARE,
				       .size = sizeof(attr),
				       .config = PERF_COUNT_HW_CPU_CYCLES,
				       .exclude_kernel = 1};
	const long fd = syscall(SYS_perf_event_open, &attr, 0, -1, -1, 0);

	(void)value;
	snprintf(seen, SEEN_LEN, "the kernel opens no cycle counter");
	if (fd >= 0)
		close((int)fd);
	return fd >= 0;
}

static bool has_sound(const char *value, char seen[SEEN_LEN])
{
	(void)value;
	snprintf(seen, SEEN_LEN, "no sound card");
	return access("/dev/snd/controlC0", F_OK) == 0;
}

/* What a guest measures of memory and buses is what its host gives it. */
static bool is_metal(const char *value, char seen[SEEN_LEN])
{
	(void)value;
	snprintf(seen, SEEN_LEN, "this is a virtual machine: distances are its host's");
	return !(gng_cpu_detect() & GNG_CPU_HYPERVISOR);
}

static bool is_report(const char *value, char seen[SEEN_LEN])
{
	(void)value;
	snprintf(seen, SEEN_LEN, "a report from the field cannot be repeated");
	return false;
}

static const struct {
	const char *kind;
	bool (*met)(const char *value, char seen[SEEN_LEN]);
} kinds[] = {
	{"cpu", has_cpu},     {"kernel", has_kernel},	  {"driver", has_driver},
	{"cpus", has_cpus},   {"nodes", has_nodes},	  {"program", has_program},
	{"sound", has_sound}, {"counters", has_counters}, {"report", is_report},
	{"go", has_go},	      {"metal", is_metal},
};

/* next cuts one "KIND VALUE" off; *index is that of its kind, or -1. False at the end. */
static bool next(const char **where, char value[SEEN_LEN], int *index)
{
	const char *at = *where + strspn(*where, "; ");
	const size_t len = strcspn(at, ";"), word = strcspn(at, " ;");

	*index = -1;
	*where = at + len;
	if (*at == '\0')
		return false;
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (strlen(kinds[i].kind) == word && strncmp(kinds[i].kind, at, word) == 0)
			*index = (int)i;
	if (word + 1 >= len)
		*index = -1;
	snprintf(value, SEEN_LEN, "%.*s", word < len ? (int)(len - word - 1) : 0,
		 at + word + (word < len));
	return true;
}

enum gng_status claims_where_check(const char *where, struct gng_why *why)
{
	char value[SEEN_LEN];
	int index;

	while (next(&where, value, &index))
		if (index < 0)
			return gng_why_set(
				why, GNG_EFORMAT, 0, "claims.where",
				"a condition is cpu, kernel, driver, cpus, nodes, "
				"program, go, metal, counters, sound or report with a value");
	return GNG_OK;
}

bool claims_where_value(char *value, size_t cap, const char *where, const char *kind)
{
	char text[SEEN_LEN];
	int index;

	while (next(&where, text, &index)) {
		if (index < 0 || strcmp(kinds[index].kind, kind) != 0)
			continue;
		snprintf(value, cap, "%s", text);
		return true;
	}
	return false;
}

bool claims_where_met(const char *where, char missing[256])
{
	char value[SEEN_LEN], seen[SEEN_LEN] = "";
	int index;

	while (next(&where, value, &index)) {
		if (index >= 0 && kinds[index].met(value, seen))
			continue;
		if (index >= 0 && strcmp(value, "-") != 0)
			snprintf(missing, 256, "needs %s %s; here: %s", kinds[index].kind, value,
				 seen);
		else
			snprintf(missing, 256, "%s", seen);
		return false;
	}
	return true;
}
