/* SPDX-License-Identifier: Apache-2.0 */
/* boot.c - what the kernel's command line lacks for CPUs that shall be left alone. */
#include "gng_rtconf.h"

#include <string.h>

/* Flags that isolcpus= takes before its list (kernel-parameters.txt). */
static const char *const flags[] = {"nohz,", "domain,", "managed_irq,"};

/* value_of finds the last "name=" of the line, which is the one that counts; NULL if none. */
static const char *value_of(const char *line, const char *name)
{
	const size_t len = strlen(name);
	const char *found = NULL;

	for (const char *at = line; (at = strstr(at, name)); at += len)
		if ((at == line || at[-1] == ' ') && at[len] == '=')
			found = at + len + 1;
	return found;
}

/* skip_flags moves over the flags and says whether managed_irq was one of them. */
static const char *skip_flags(const char *value, bool *managed)
{
	for (size_t i = 0; i < sizeof(flags) / sizeof(flags[0]); i++) {
		if (strncmp(value, flags[i], strlen(flags[i])) != 0)
			continue;
		*managed = *managed || i == 2;
		value += strlen(flags[i]);
		i = (size_t)-1;
	}
	return value;
}

/* covers says whether a parameter's list has all of cpus. */
static bool covers(const char *value, const struct gng_rtconf_cpus *cpus)
{
	struct gng_rtconf_cpus listed;
	char list[GNG_RTCONF_CPUS_TEXT];

	snprintf(list, sizeof(list), "%.*s", (int)strcspn(value, " \n"), value);
	if (gng_rtconf_cpus_read(&listed, list, NULL) != GNG_OK)
		return false;
	for (size_t i = 0; i < GNG_RTCONF_MAX_CPUS / 64; i++)
		if (cpus->bits[i] & ~listed.bits[i])
			return false;
	return true;
}

void gng_rtconf_boot(char add[3 * GNG_RTCONF_CPUS_TEXT], const char *command_line,
		     const struct gng_rtconf_cpus *cpus)
{
	static const char *const names[] = {"isolcpus", "nohz_full", "rcu_nocbs"};
	const size_t cap = 3 * (size_t)GNG_RTCONF_CPUS_TEXT;
	char list[GNG_RTCONF_CPUS_TEXT];
	size_t len = 0;

	gng_rtconf_cpus_list(list, cpus);
	*add = '\0';
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		const char *value = value_of(command_line, names[i]);
		bool managed = i != 0;

		if (value && i == 0)
			value = skip_flags(value, &managed);
		if (value && managed && covers(value, cpus))
			continue;
		len += (size_t)snprintf(add + len, cap - len, "%s%s=%s%.400s", len ? " " : "",
					names[i], i == 0 ? "managed_irq,domain," : "", list);
	}
}
