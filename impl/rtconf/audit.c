/* SPDX-License-Identifier: Apache-2.0 */
/* audit.c - runs the checks; and those of memory. */
#include "rtconf_audit.h"

#include <linux/capability.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <gng_sysfile.h>

#include "rtconf_value.h"

void audit_ok(struct gng_rtconf_finding *finding, const char *evidence, ...)
{
	va_list arguments;

	va_start(arguments, evidence);
	vsnprintf(finding->evidence, sizeof(finding->evidence), evidence, arguments);
	va_end(arguments);
	finding->ok = true;
}

void audit_bad(struct gng_rtconf_finding *finding, const char *remedy, const char *evidence, ...)
{
	va_list arguments;

	va_start(arguments, evidence);
	vsnprintf(finding->evidence, sizeof(finding->evidence), evidence, arguments);
	va_end(arguments);
	snprintf(finding->remedy, sizeof(finding->remedy), "%s", remedy);
}

size_t gng_rtconf_audit(struct gng_rtconf_finding findings[GNG_RTCONF_MAX_FINDINGS],
			const char *root, const struct gng_rtconf_cpus *cpus)
{
	static const struct audit_check *const tables[] = {audit_kernel, audit_group, audit_cpus,
							   audit_memory};
	const struct audit_target target = {root, cpus};
	size_t num = 0;

	for (size_t i = 0; i < sizeof(tables) / sizeof(tables[0]); i++)
		for (const struct audit_check *check = tables[i]; check->code; check++) {
			if (num == GNG_RTCONF_MAX_FINDINGS)
				return num;
			findings[num] = (struct gng_rtconf_finding){.code = check->code};
			check->run(&findings[num], &target);
			num += *findings[num].evidence != '\0';
		}
	return num;
}

/* capable reads the effective set of this process (proc(5), status). */
static bool capable(const char *root, unsigned int capability)
{
	char *text = gng_sysfile_text(root, "/proc/self/status");
	const char *line = text ? strstr(text, "CapEff:\t") : NULL;
	const bool has = line && strtoull(line + 8, NULL, 16) >> capability & 1;

	free(text);
	return has;
}

bool audit_number(long *value, const char *root, const char *path)
{
	char text[64], *end;

	if (!gng_sysfile_read(text, sizeof(text), root, path))
		return false;
	*value = strtol(text, &end, 10);
	return end != text && *end == '\0';
}

bool audit_limit(unsigned long *value, const char *root, const char *name, unsigned int capability)
{
	char *text = gng_sysfile_text(root, "/proc/self/limits");
	const char *line = text ? strstr(text, name) : NULL;

	if (line) {
		line += strlen(name);
		line += strspn(line, " ");
		*value = strncmp(line, "unlimited", 9) == 0 || capable(root, capability)
				 ? ~0ul
				 : strtoul(line, NULL, 10);
	}
	free(text);
	return line != NULL;
}

/* ---- memory ---- */

static void thp(struct gng_rtconf_finding *finding, const struct audit_target *target)
{
	char mode[GNG_RTCONF_CPUS_TEXT];

	if (!rtconf_value_read(mode, target->root, "/sys/kernel/mm/transparent_hugepage/enabled"))
		return;
	if (strcmp(mode, "always") == 0)
		audit_bad(finding, "gonogo rt apply",
			  "transparent huge pages are always on: a fault may compact memory");
	else
		audit_ok(finding, "transparent huge pages: %.20s", mode);
}

static void ksm(struct gng_rtconf_finding *finding, const struct audit_target *target)
{
	char run[32];

	if (!gng_sysfile_read(run, sizeof(run), target->root, "/sys/kernel/mm/ksm/run"))
		return;
	if (strcmp(run, "1") == 0)
		audit_bad(finding, "gonogo rt apply",
			  "KSM merges pages: a write to one of them is a fault and a copy");
	else
		audit_ok(finding, "KSM merges nothing");
}

static void numa_balancing(struct gng_rtconf_finding *finding, const struct audit_target *target)
{
	char value[32];

	if (!gng_sysfile_read(value, sizeof(value), target->root,
			      "/proc/sys/kernel/numa_balancing"))
		return;
	if (strcmp(value, "0") != 0)
		audit_bad(
			finding, "gonogo rt apply",
			"NUMA balancing unmaps pages to see who uses them: each touch is a fault");
	else
		audit_ok(finding, "NUMA balancing is off");
}

static void swap(struct gng_rtconf_finding *finding, const struct audit_target *target)
{
	char *swaps = gng_sysfile_text(target->root, "/proc/swaps");
	const char *first = swaps ? strchr(swaps, '\n') : NULL;

	if (first && first[1])
		audit_bad(finding, "mlockall(MCL_CURRENT | MCL_FUTURE) in the program; swapoff -a",
			  "there is swap, and vm.swappiness=0 does not switch it off");
	else if (swaps)
		audit_ok(finding, "there is no swap");
	free(swaps);
}

static void locked_memory(struct gng_rtconf_finding *finding, const struct audit_target *target)
{
	unsigned long bytes;

	if (!audit_limit(&bytes, target->root, "Max locked memory", CAP_IPC_LOCK))
		return;
	if (bytes < 256ul << 20)
		audit_bad(finding, "LimitMEMLOCK=infinity in the unit, or ulimit -l unlimited",
			  "only %lu KiB may be locked in memory", bytes >> 10);
	else if (bytes == ~0ul)
		audit_ok(finding, "any amount of memory may be locked");
	else
		audit_ok(finding, "%lu MiB may be locked", bytes >> 20);
}

const struct audit_check audit_memory[] = {
	{"thp", thp},
	{"ksm", ksm},
	{"numa-balancing", numa_balancing},
	{"swap", swap},
	{"memlock", locked_memory},
	{0},
};
