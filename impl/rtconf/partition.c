/* SPDX-License-Identifier: Apache-2.0 */
/*
 * partition.c - a partition of CPUs as a value that can be read, written and undone like any other.
 *
 * Linux, Documentation/admin-guide/cgroup-v2.rst, "Cpuset Interface Files". Its folder is one
 * value, "absent" or "isolated 2-3"; the controller that it needs is another, "off" or "on". Only
 * rmdir(2) removes the folder: the kernel refuses it while a process is inside, and changes nothing
 * then.
 */
#include "rtconf_partition.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <gng_sysfile.h>

#define GROUPS "/sys/fs/cgroup"
#define CONTROLLERS GROUPS "/cgroup.controllers"
#define SUBTREE GROUPS "/cgroup.subtree_control"
#define FOLDER GROUPS "/gonogo-rt"
#define CPUS FOLDER "/cpuset.cpus"
#define STATE FOLDER "/cpuset.cpus.partition"
#define PROCESSES FOLDER "/cgroup.procs"

static const char *const kinds[GNG_RTCONF_NUM_PARTITIONS] = {"member", "root", "isolated"};

bool gng_rtconf_partition_read(enum gng_rtconf_partition *kind, const char *name)
{
	for (int i = GNG_RTCONF_PARTITION_ROOT; i < GNG_RTCONF_NUM_PARTITIONS; i++)
		if (strcmp(kinds[i], name) == 0) {
			*kind = (enum gng_rtconf_partition)i;
			return true;
		}
	return false;
}

/* ---- the two values ---- */

static bool has_word(const char *root, const char *path, const char *word)
{
	char text[256], *rest = text;

	if (!gng_sysfile_read(text, sizeof(text), root, path))
		return false;
	for (char *part; (part = strsep(&rest, " "));)
		if (strcmp(part, word) == 0)
			return true;
	return false;
}

struct others {
	char name[64]; /* of a group that has CPUs of its own, ours included; "" for none */
};

static void look_at(void *context, const char *root, const char *name)
{
	struct others *others = context;
	char path[256], list[GNG_RTCONF_CPUS_TEXT];

	snprintf(path, sizeof(path), GROUPS "/%.100s/cpuset.cpus", name);
	if (gng_sysfile_read(list, sizeof(list), root, path))
		snprintf(others->name, sizeof(others->name), "%s", name);
}

/* read_controller: whoever has CPUs of his own by now, and be it our partition, would lose them
 * without the controller. So that is another value than the one that was written, and it stays. */
static void read_controller(char value[GNG_RTCONF_CPUS_TEXT], const char *root)
{
	struct others others = {""};

	if (!has_word(root, SUBTREE, "cpuset")) {
		strcpy(value, "off");
		return;
	}
	gng_sysfile_each(root, GROUPS, look_at, &others);
	snprintf(value, GNG_RTCONF_CPUS_TEXT, *others.name ? "on for %s" : "on", others.name);
}

static void read_folder(char value[GNG_RTCONF_CPUS_TEXT], const char *root)
{
	char path[PATH_MAX], state[128], list[GNG_RTCONF_CPUS_TEXT];

	snprintf(path, sizeof(path), "%s" FOLDER, root);
	if (access(path, F_OK) != 0) {
		strcpy(value, "absent");
		return;
	}
	if (!gng_sysfile_read(state, sizeof(state), root, STATE))
		strcpy(state, kinds[GNG_RTCONF_NO_PARTITION]);
	if (gng_sysfile_read(list, sizeof(list), root, CPUS))
		snprintf(value, GNG_RTCONF_CPUS_TEXT, "%s %.300s", state, list);
	else
		snprintf(value, GNG_RTCONF_CPUS_TEXT, "%s", state);
}

bool rtconf_partition_value(char value[GNG_RTCONF_CPUS_TEXT], const char *root, const char *path)
{
	const bool folder = strcmp(path, FOLDER) == 0;

	if (folder)
		read_folder(value, root);
	else if (strcmp(path, SUBTREE) == 0)
		read_controller(value, root);
	return folder || strcmp(path, SUBTREE) == 0;
}

static int make(const char *root, const char *full, const char *value)
{
	char kind[16] = "", list[GNG_RTCONF_CPUS_TEXT] = "";
	int error;

	if (sscanf(value, "%15s %511s", kind, list) != 2)
		return EINVAL;
	if (mkdir(full, 0755) != 0)
		return errno;
	error = rtconf_value_write(root, CPUS, list);
	return error ? error : rtconf_value_write(root, STATE, kind);
}

bool rtconf_partition_write(int *error, const char *root, const char *path, const char *value)
{
	char full[PATH_MAX];

	if (strcmp(path, FOLDER) != 0)
		return false;
	*error = ENAMETOOLONG;
	if (snprintf(full, sizeof(full), "%s%s", root, path) >= (int)sizeof(full))
		return true;
	if (strcmp(value, "absent") != 0)
		*error = make(root, full, value);
	else
		*error = rmdir(full) == 0 || errno == ENOENT ? 0 : errno;
	return true;
}

const char *rtconf_partition_words(const char *path, const char *value)
{
	if (strcmp(path, SUBTREE) != 0)
		return value;
	return strcmp(value, "off") == 0 ? "-cpuset" : "+cpuset";
}

bool rtconf_partition_unfinished(const char *path, const char *now, const char *written)
{
	const char *list = strchr(written, ' ');
	const size_t len = strlen(now), tail = list ? strlen(list) : 0;

	if (strcmp(path, FOLDER) != 0 || !list)
		return false;
	return strcmp(now, kinds[GNG_RTCONF_NO_PARTITION]) == 0 ||
	       (len > tail && strcmp(now + len - tail, list) == 0);
}

/* ---- a plan ---- */

static enum gng_status check(const char *root, struct gng_why *why)
{
	char now[GNG_RTCONF_CPUS_TEXT];

	if (!has_word(root, CONTROLLERS, "cpuset"))
		return gng_why_set(why, GNG_EUNSUPPORTED, 0, "rtconf.partition",
				   "%s" GROUPS " has no controller cpuset of version 2: boot with "
				   "systemd.unified_cgroup_hierarchy=1 cgroup_no_v1=cpuset",
				   root);
	read_folder(now, root);
	if (strcmp(now, "absent") != 0)
		return gng_why_set(why, GNG_EINVAL, 0, "rtconf.partition",
				   "%s" FOLDER " is there already (%.100s): undo it by gonogo rt "
				   "restore, or remove it",
				   root, now);
	return GNG_OK;
}

static bool add(struct gng_rtconf_plan *plan, const char *path, const char *before,
		const char *want)
{
	struct gng_rtconf_step *step = rtconf_plan_grow(plan);

	if (!step)
		return false;
	step->knob = "partition";
	step->note = "other threads may run on these CPUs";
	step->state = GNG_RTCONF_CHANGE;
	snprintf(step->path, sizeof(step->path), "%s", path);
	snprintf(step->before, sizeof(step->before), "%s", before);
	snprintf(step->want, sizeof(step->want), "%s", want);
	plan->num_steps++;
	return true;
}

enum gng_status gng_rtconf_plan_partition(struct gng_rtconf_plan *plan,
					  const struct gng_rtconf_cpus *cpus,
					  enum gng_rtconf_partition kind, struct gng_why *why)
{
	char list[GNG_RTCONF_CPUS_TEXT], want[GNG_RTCONF_CPUS_TEXT];
	enum gng_status status = check(plan->root, why);

	if (status != GNG_OK)
		return status;
	snprintf(want, sizeof(want), "%s %.400s", kinds[kind], gng_rtconf_cpus_list(list, cpus));
	if (!has_word(plan->root, SUBTREE, "cpuset") && !add(plan, SUBTREE, "off", "on"))
		status = GNG_ENOMEM;
	if (status == GNG_OK && !add(plan, FOLDER, "absent", want))
		status = GNG_ENOMEM;
	return status == GNG_OK ? GNG_OK
				: gng_why_set(why, status, 0, "rtconf.partition", "no memory");
}

/* ---- inside ---- */

bool gng_rtconf_partition_has(const char *root, unsigned int cpu)
{
	struct gng_rtconf_cpus cpus;
	char list[GNG_RTCONF_CPUS_TEXT];

	return gng_sysfile_read(list, sizeof(list), root, CPUS) &&
	       gng_rtconf_cpus_read(&cpus, list, NULL) == GNG_OK && gng_rtconf_cpus_has(&cpus, cpu);
}

enum gng_status gng_rtconf_partition_join(const char *root, struct gng_why *why)
{
	const int error = rtconf_value_write(root, PROCESSES, "0"); /* 0: who writes */

	if (!error)
		return GNG_OK;
	return gng_why_set(why, error == ENOENT ? GNG_EINVAL : GNG_EPERM, error, "rtconf.partition",
			   "%s" FOLDER " cannot be joined: %s", root,
			   error == ENOENT ? "gonogo rt apply --partition makes it"
					   : strerror(error));
}
