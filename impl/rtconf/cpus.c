/* SPDX-License-Identifier: Apache-2.0 */
/* cpus.c - sets of CPUs in the two formats of cpuset(7). */
#include "gng_rtconf.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

bool gng_rtconf_cpus_has(const struct gng_rtconf_cpus *cpus, unsigned int cpu)
{
	return cpu < GNG_RTCONF_MAX_CPUS && cpus->bits[cpu / 64] >> cpu % 64 & 1;
}

unsigned int gng_rtconf_cpus_count(const struct gng_rtconf_cpus *cpus)
{
	unsigned int num = 0;

	for (size_t i = 0; i < GNG_RTCONF_MAX_CPUS / 64; i++)
		num += (unsigned int)__builtin_popcountll(cpus->bits[i]);
	return num;
}

unsigned int gng_rtconf_cpus_first(const struct gng_rtconf_cpus *cpus)
{
	unsigned int cpu = 0;

	while (cpu < GNG_RTCONF_MAX_CPUS && !gng_rtconf_cpus_has(cpus, cpu))
		cpu++;
	return cpu;
}

/* number reads a CPU's number at *at and moves behind it; false if there is none. */
static bool number(unsigned long *value, const char **at)
{
	char *end;

	if (!isdigit((unsigned char)**at))
		return false;
	*value = strtoul(*at, &end, 10);
	*at = end;
	return *value < GNG_RTCONF_MAX_CPUS;
}

/* range adds "N" or "N-M". */
static bool range(struct gng_rtconf_cpus *cpus, const char **at)
{
	unsigned long first, last;

	if (!number(&first, at))
		return false;
	last = first;
	if (**at == '-' && (++*at, !number(&last, at)))
		return false;
	for (unsigned long cpu = first; cpu <= last; cpu++)
		cpus->bits[cpu / 64] |= UINT64_C(1) << cpu % 64;
	return first <= last;
}

enum gng_status gng_rtconf_cpus_read(struct gng_rtconf_cpus *cpus, const char *list,
				     struct gng_why *why)
{
	struct gng_rtconf_cpus read = {0};
	const char *at = list;
	bool good = true;

	while (good && *at && *at != '\n') {
		good = range(&read, &at);
		if (good && *at == ',')
			good = isdigit((unsigned char)*++at);
		else
			good = good && (*at == '\0' || *at == '\n');
	}
	if (!good)
		return gng_why_set(why, GNG_EFORMAT, 0, "rtconf.cpus",
				   "'%.60s' is no list of CPUs: write it as 2-5,8, with numbers "
				   "below %d",
				   list, GNG_RTCONF_MAX_CPUS);
	*cpus = read;
	return GNG_OK;
}

char *gng_rtconf_cpus_list(char text[GNG_RTCONF_CPUS_TEXT], const struct gng_rtconf_cpus *cpus)
{
	size_t len = 0;

	*text = '\0';
	for (unsigned int cpu = 0; cpu < GNG_RTCONF_MAX_CPUS; cpu++) {
		const unsigned int first = cpu;
		char part[24];
		int n;

		if (!gng_rtconf_cpus_has(cpus, cpu))
			continue;
		while (gng_rtconf_cpus_has(cpus, cpu + 1))
			cpu++;
		n = snprintf(part, sizeof(part), first == cpu ? "%s%u" : "%s%u-%u", len ? "," : "",
			     first, cpu);
		if (len + (size_t)n >= GNG_RTCONF_CPUS_TEXT)
			break;
		memcpy(text + len, part, (size_t)n + 1);
		len += (size_t)n;
	}
	return text;
}

char *gng_rtconf_cpus_mask(char text[GNG_RTCONF_CPUS_TEXT], const struct gng_rtconf_cpus *cpus,
			   unsigned int num)
{
	const unsigned int groups = num > 32 ? (num + 31) / 32 : 1;
	size_t len = 0;

	for (unsigned int i = groups; i-- > 0;) {
		const uint32_t bits = (uint32_t)(cpus->bits[i / 2] >> i % 2 * 32);

		len += (size_t)snprintf(text + len, GNG_RTCONF_CPUS_TEXT - len,
					i + 1 == groups ? "%x" : ",%08x", bits);
	}
	return text;
}
