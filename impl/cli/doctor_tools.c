/* SPDX-License-Identifier: Apache-2.0 */
/* doctor_tools.c - which packages of ci/packages.debian are here, one finding a tier. */
#include "doctor.h"

#include <glob.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

#define MAX_TIERS 12

struct tier {
	char name[16];
	size_t num, num_missing;
	char missing[160]; /* packages */
};

/* Where cmake/gng.cmake looks for a requirement, by the kind of its row. */
static const struct {
	const char *kind, *patterns[6]; /* %s: the name or the probe of the row */
} places[] = {
	{"program",
	 {"/usr/local/bin/%s", "/usr/bin/%s", "/bin/%s", "/usr/sbin/%s", "/sbin/%s", NULL}},
	{"pkg-config",
	 {"/usr/lib/*/pkgconfig/%s.pc", "/usr/lib/pkgconfig/%s.pc", "/usr/share/pkgconfig/%s.pc",
	  "/usr/lib64/pkgconfig/%s.pc", "/usr/local/lib/pkgconfig/%s.pc", NULL}},
	{"", {"%s", "/usr/lib/%s", "/usr/lib/*/%s", "/usr/local/lib/%s", NULL}},
};

static bool matches(const char *root, const char *pattern, const char *name)
{
	const int gap = (int)(strstr(pattern, "%s") - pattern);
	char path[PATH_MAX];
	glob_t found;
	bool any;

	if (snprintf(path, sizeof(path), "%s%.*s%s%s", root, gap, pattern, name,
		     pattern + gap + 2) >= (int)sizeof(path))
		return false;
	any = glob(path, 0, NULL, &found) == 0;
	if (any)
		globfree(&found);
	return any;
}

static bool is_here(const char *root, const char *kind, const char *name)
{
	size_t i = 0;

	while (*places[i].kind && strcmp(places[i].kind, kind) != 0)
		i++;
	for (size_t j = 0; places[i].patterns[j]; j++)
		if (matches(root, places[i].patterns[j], name))
			return true;
	return false;
}

static struct tier *tier_of(struct tier *tiers, size_t *num_tiers, const char *name)
{
	for (size_t i = 0; i < *num_tiers; i++)
		if (strcmp(tiers[i].name, name) == 0)
			return &tiers[i];
	if (*num_tiers == MAX_TIERS)
		return NULL;
	snprintf(tiers[*num_tiers].name, sizeof(tiers[0].name), "%s", name);
	return &tiers[(*num_tiers)++];
}

static void add_row(struct tier *tiers, size_t *num_tiers, const char *line, const char *root)
{
	char name[16], requirement[64], kind[16], package[64], probe[128];
	struct tier *tier;
	size_t len;
	int num;

	num = sscanf(line, "%15s %63s %15s %63s %127s", name, requirement, kind, package, probe);
	if (*line == '#' || num < 4)
		return;
	tier = tier_of(tiers, num_tiers, name);
	if (!tier)
		return;
	tier->num++;
	if (is_here(root, kind, num == 5 ? probe : requirement))
		return;
	tier->num_missing++;
	len = strlen(tier->missing);
	if (!doctor_has_word(tier->missing, package))
		snprintf(tier->missing + len, sizeof(tier->missing) - len, " %s", package);
}

static void judge(struct gng_cli_finding *finding, const struct tier *tier)
{
	char remedy[200];

	memset(finding, 0, sizeof(*finding));
	finding->group = "tools";
	snprintf(finding->check, sizeof(finding->check), "%.15s", tier->name);
	snprintf(remedy, sizeof(remedy), "apt-get install%s", tier->missing);
	if (tier->num_missing)
		doctor_fix(finding, remedy, "%zu of %zu are missing", tier->num_missing, tier->num);
	else
		doctor_ok(finding, "all %zu installed", tier->num);
}

size_t doctor_tools(struct gng_cli_finding *findings, size_t cap,
		    const struct gng_cli_machine *machine)
{
	struct tier tiers[MAX_TIERS] = {{.num = 0}};
	FILE *file = machine->packages ? fopen(machine->packages, "r") : NULL;
	size_t num_tiers = 0, num = 0;
	char line[256];

	while (file && fgets(line, sizeof(line), file))
		add_row(tiers, &num_tiers, line, machine->root);
	if (file)
		fclose(file);
	while (num < num_tiers && num < cap) {
		judge(&findings[num], &tiers[num]);
		num++;
	}
	return num;
}
