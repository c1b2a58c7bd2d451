/* SPDX-License-Identifier: Apache-2.0 */
/* audit_group.c - checks of the control groups that this process is in: cgroup-v1/cpu and
 * sched-rt-group.rst, cgroup-v2.rst and sched-bwc.rst of the kernel's documentation. */
#include "rtconf_audit.h"

#include <stdlib.h>
#include <string.h>

#include <gng_sysfile.h>

#define FOLDER_CAP 400

/* own_group finds the group of this process below where a hierarchy is mounted: that of the CPU
 * controller (v1), or the one that has no number (v2). */
static bool own_group(char group[256], const char *root, bool unified)
{
	char *text = gng_sysfile_text(root, "/proc/self/cgroup"), *rest = text;
	bool found = false;

	for (char *line; !found && (line = strsep(&rest, "\n"));) {
		char *controllers = strchr(line, ':'), *path;

		path = controllers ? strchr(controllers + 1, ':') : NULL;
		if (!path)
			continue;
		*path++ = '\0';
		found = unified ? strcmp(line, "0:") == 0
				: strcmp(controllers + 1, "cpu") == 0 ||
					  strncmp(controllers + 1, "cpu,", 4) == 0;
		snprintf(group, 256, "%s", strcmp(path, "/") == 0 ? "" : path);
	}
	free(text);
	return found;
}

static void real_time(struct gng_rtconf_finding *finding, const struct audit_target *target)
{
	char own[256], path[FOLDER_CAP];
	long runtime;

	if (!own_group(own, target->root, false))
		return;
	snprintf(path, sizeof(path), "/sys/fs/cgroup/cpu%s/cpu.rt_runtime_us", own);
	if (!audit_number(&runtime, target->root, path))
		return;
	if (runtime == 0)
		audit_bad(finding, "echo 100000 > cpu.rt_runtime_us of that group",
			  "the control group %.80s gives real-time threads no time: SCHED_FIFO "
			  "fails with EPERM",
			  own);
	else
		audit_ok(finding, "the control group gives real-time threads %ld us", runtime);
}

/* ---- the quota of other threads ---- */

struct quota {
	long us, period_us; /* of each period; us -1: no limit, 0: no file says one */
	char group[256];
};

/* read_v2 takes "100000 100000", or "max 100000" where there is no limit. */
static bool read_v2(struct quota *quota, const char *root, const char *folder)
{
	char path[FOLDER_CAP + 16], text[64];

	snprintf(path, sizeof(path), "%s/cpu.max", folder);
	if (!gng_sysfile_read(text, sizeof(text), root, path))
		return false;
	if (sscanf(text, "%ld %ld", &quota->us, &quota->period_us) != 2)
		quota->us = -1;
	return true;
}

static bool read_v1(struct quota *quota, const char *root, const char *folder)
{
	char path[FOLDER_CAP + 24];

	snprintf(path, sizeof(path), "%s/cpu.cfs_quota_us", folder);
	if (!audit_number(&quota->us, root, path))
		return false;
	snprintf(path, sizeof(path), "%s/cpu.cfs_period_us", folder);
	return audit_number(&quota->period_us, root, path);
}

static bool is_tighter(const struct quota *one, const struct quota *other)
{
	if (one->us < 0 || one->period_us <= 0)
		return other->us == 0; /* any answer is better than none */
	return other->us <= 0 || (double)one->us / (double)one->period_us <
					 (double)other->us / (double)other->period_us;
}

/* look_up keeps the tightest quota from a group up to where its hierarchy is mounted. */
static void look_up(struct quota *tightest, const char *root, const char *mount, bool unified)
{
	char folder[FOLDER_CAP], *slash;
	struct quota quota = {0};

	if (!own_group(quota.group, root, unified))
		return;
	do {
		snprintf(folder, sizeof(folder), "%s%s", mount, quota.group);
		if ((unified ? read_v2 : read_v1)(&quota, root, folder) &&
		    is_tighter(&quota, tightest))
			*tightest = quota;
		slash = strrchr(quota.group, '/');
		if (slash)
			*slash = '\0';
	} while (slash);
}

/* quota: SCHED_FIFO and SCHED_RR are not subject to it. */
static void quota(struct gng_rtconf_finding *finding, const struct audit_target *target)
{
	struct quota tightest = {0};

	look_up(&tightest, target->root, "/sys/fs/cgroup", true);
	look_up(&tightest, target->root, "/sys/fs/cgroup/unified", true);
	look_up(&tightest, target->root, "/sys/fs/cgroup/cpu", false);
	if (tightest.us > 0)
		audit_bad(
			finding,
			"take the limit off (cpu.max, cpu.cfs_quota_us; docker --cpus, "
			"Kubernetes limits.cpu, CPUQuota= of a unit), or run as SCHED_FIFO, which "
			"it does not bind",
			"after %ld us of each %ld us the control group %.60s stops all its "
			"threads",
			tightest.us, tightest.period_us, *tightest.group ? tightest.group : "/");
	else if (tightest.us < 0)
		audit_ok(finding, "no control group limits CPU time");
}

const struct audit_check audit_group[] = {{"group", real_time}, {"quota", quota}, {0}};
