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

/* add_listed adds a parameter's list to cpus; a list that is none adds nothing, as in the kernel.
 */
static void add_listed(struct gng_rtconf_cpus *cpus, const char *value)
{
	struct gng_rtconf_cpus listed;
	char list[GNG_RTCONF_CPUS_TEXT];

	snprintf(list, sizeof(list), "%.*s", (int)strcspn(value, " \n"), value);
	if (gng_rtconf_cpus_read(&listed, list, NULL) != GNG_OK)
		return;
	for (size_t i = 0; i < GNG_RTCONF_MAX_CPUS / 64; i++)
		cpus->bits[i] |= listed.bits[i];
}

static bool covers(const struct gng_rtconf_cpus *listed, const struct gng_rtconf_cpus *cpus)
{
	for (size_t i = 0; i < GNG_RTCONF_MAX_CPUS / 64; i++)
		if (cpus->bits[i] & ~listed->bits[i])
			return false;
	return true;
}

/* has says whether the line names all of cpus behind a parameter. nohz_full implies rcu_nocbs. */
static bool has(const char *line, const char *name, const struct gng_rtconf_cpus *cpus)
{
	const char *value = value_of(line, name), *implied = NULL;
	const bool isolates = strcmp(name, "isolcpus") == 0;
	struct gng_rtconf_cpus listed = {0};
	bool managed = !isolates;

	if (value && isolates)
		value = skip_flags(value, &managed);
	if (strcmp(name, "rcu_nocbs") == 0)
		implied = value_of(line, "nohz_full");
	if (value)
		add_listed(&listed, value);
	if (implied)
		add_listed(&listed, implied);
	return managed && covers(&listed, cpus);
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
		if (has(command_line, names[i], cpus))
			continue;
		len += (size_t)snprintf(add + len, cap - len, "%s%s=%s%.400s", len ? " " : "",
					names[i], i == 0 ? "managed_irq,domain," : "", list);
	}
}
