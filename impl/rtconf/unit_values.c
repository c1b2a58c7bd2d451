/* SPDX-License-Identifier: Apache-2.0 */
/* unit_values.c - the values that each directive takes (systemd.exec(5)). */
#include "rtconf_unit.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

static bool one_of(const char *value, const char *const *names)
{
	for (; *names; names++)
		if (strcmp(value, *names) == 0)
			return true;
	return false;
}

static bool between(const char *value, long least, long most)
{
	char *end;
	const long number = strtol(value, &end, 10);

	return end != value && *end == '\0' && number >= least && number <= most &&
	       !isspace((unsigned char)*value);
}

static bool policy(const char *value)
{
	static const char *const names[] = {"other", "batch", "idle", "fifo", "rr", NULL};

	return one_of(value, names) || between(value, 0, 3) || strcmp(value, "5") == 0;
}

static bool priority(const char *value)
{
	return between(value, 0, 99); /* which of them, the policy decides: unit.c */
}

static bool boolean(const char *value)
{
	static const char *const names[] = {"1",  "yes", "y",	  "true", "t",	 "on", "0",
					    "no", "n",	 "false", "f",	  "off", NULL};

	for (const char *const *name = names; *name; name++)
		if (strcasecmp(value, *name) == 0)
			return true;
	return false;
}

/* cpu_list is numbers and ranges between blanks or commas. */
static bool cpu_list(const char *value)
{
	char copy[512], *rest = copy;

	snprintf(copy, sizeof(copy), "%.511s", value);
	for (char *part; (part = strsep(&rest, " \t,"));) {
		struct gng_rtconf_cpus cpus;

		if (*part && gng_rtconf_cpus_read(&cpus, part, NULL) != GNG_OK)
			return false;
	}
	return true;
}

static bool affinity(const char *value)
{
	return strcmp(value, "numa") == 0 || cpu_list(value);
}

static bool numa_policy(const char *value)
{
	static const char *const names[] = {"default",	  "preferred", "bind",
					    "interleave", "local",     NULL};

	return one_of(value, names);
}

static bool numa_mask(const char *value)
{
	return strcmp(value, "all") == 0 || cpu_list(value);
}

static bool nice(const char *value)
{
	return between(value, -20, 19);
}

static bool io_class(const char *value)
{
	static const char *const names[] = {"none", "realtime", "best-effort", "idle", NULL};

	return one_of(value, names) || between(value, 0, 3);
}

static bool io_priority(const char *value)
{
	return between(value, 0, 7);
}

static bool oom(const char *value)
{
	return between(value, -1000, 1000);
}

/* amount is "infinity" or a number, with a unit where bytes are meant. */
static bool amount(const char *value, const char *units)
{
	const size_t digits = strspn(value, "0123456789");

	if (strcmp(value, "infinity") == 0)
		return true;
	return digits && (!value[digits] || (strchr(units, value[digits]) && !value[digits + 1]));
}

/* soft_and_hard is an amount, or two with a colon between. */
static bool soft_and_hard(const char *value, const char *units)
{
	char soft[64];
	const char *colon = strchr(value, ':');

	if (!colon)
		return amount(value, units);
	snprintf(soft, sizeof(soft), "%.*s", (int)(colon - value), value);
	return amount(soft, units) && amount(colon + 1, units);
}

static bool bytes(const char *value)
{
	return soft_and_hard(value, "KMGTPE");
}

static bool number(const char *value)
{
	return soft_and_hard(value, "");
}

const struct unit_directive unit_directives[UNIT_NUM] = {
	[UNIT_POLICY] = {"CPUSchedulingPolicy", policy, "one of other, batch, idle, fifo, rr"},
	[UNIT_PRIORITY] = {"CPUSchedulingPriority", priority, "a number from 0 to 99"},
	[UNIT_RESET_ON_FORK] = {"CPUSchedulingResetOnFork", boolean, "yes or no"},
	[UNIT_AFFINITY] = {"CPUAffinity", affinity, "CPUs such as 2-3, or numa"},
	[UNIT_NUMA_POLICY] = {"NUMAPolicy", numa_policy,
			      "one of default, preferred, bind, interleave, local"},
	[UNIT_NUMA_MASK] = {"NUMAMask", numa_mask, "nodes such as 0-1, or all"},
	[UNIT_NICE] = {"Nice", nice, "a number from -20 to 19"},
	[UNIT_IO_CLASS] = {"IOSchedulingClass", io_class,
			   "one of none, realtime, best-effort, idle"},
	[UNIT_IO_PRIORITY] = {"IOSchedulingPriority", io_priority, "a number from 0 to 7"},
	[UNIT_OOM] = {"OOMScoreAdjust", oom, "a number from -1000 to 1000"},
	[UNIT_MEMLOCK] = {"LimitMEMLOCK", bytes, "bytes with K, M, G behind, or infinity"},
	[UNIT_RTPRIO] = {"LimitRTPRIO", number, "a number, or infinity"},
};
