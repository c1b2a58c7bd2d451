/* SPDX-License-Identifier: Apache-2.0 */
/* percpu.c - how many slots a per-CPU value has, where they are, and what they sum up to. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "gng_bpfmap.h"

#define POSSIBLE "/sys/devices/system/cpu/possible"
#define MOST_CPUS 8192u /* CONFIG_NR_CPUS of x86 */

/* read_number moves *text behind a number; false if there is none, or one that is no CPU's. */
static bool read_number(unsigned int *number, const char **text)
{
	const char *start = *text;

	*number = 0;
	while (**text >= '0' && **text <= '9' && *number < MOST_CPUS)
		*number = *number * 10 + (unsigned int)(*(*text)++ - '0');
	return *text > start && *number < MOST_CPUS;
}

/* read_range reads "3" or "0-3", and *next must not be greater than where it begins. */
static bool read_range(unsigned int *next, const char **text)
{
	unsigned int first, last;

	if (!read_number(&first, text))
		return false;
	last = first;
	if (**text == '-') {
		(*text)++;
		if (!read_number(&last, text))
			return false;
	}
	if (first < *next || last < first)
		return false;
	*next = last + 1;
	return true;
}

enum gng_status gng_bpfmap_cpus_parse(unsigned int *num, const char *text, struct gng_why *why)
{
	const char *at = text;
	unsigned int next = 0;
	bool good = read_range(&next, &at);

	while (good && *at == ',') {
		at++;
		good = read_range(&next, &at);
	}
	if (good && *at == '\n')
		at++;
	if (!good || *at != '\0')
		return gng_why_set(why, GNG_EFORMAT, 0, "bpfmap.cpus",
				   "'%.40s' is no list of CPUs as \"0-3,8\"", text);
	*num = next;
	return GNG_OK;
}

enum gng_status gng_bpfmap_possible_cpus(unsigned int *num, struct gng_why *why)
{
	FILE *file = fopen(POSSIBLE, "re");
	char text[4096] = "";

	if (!file)
		return gng_why_set(why, GNG_ESYS, errno, "bpfmap.possible_cpus",
				   "%s cannot be read: %s; is /sys mounted?", POSSIBLE,
				   strerror(errno));
	if (!fgets(text, sizeof(text), file))
		text[0] = '\0';
	fclose(file);
	return gng_bpfmap_cpus_parse(num, text, why);
}

size_t gng_bpfmap_stride(size_t value_len)
{
	return (value_len + 7) / 8 * 8;
}

enum gng_status gng_bpfmap_values_open(struct gng_bpfmap_values *values, size_t value_len,
				       struct gng_why *why)
{
	struct gng_bpfmap_values made = {.value_len = value_len};
	enum gng_status status = gng_bpfmap_possible_cpus(&made.num_cpus, why);

	if (status != GNG_OK)
		return status;
	made.bytes = calloc(made.num_cpus, gng_bpfmap_stride(value_len));
	if (!made.bytes)
		return gng_why_set(why, GNG_ENOMEM, 0, "bpfmap.values_open", "no memory");
	*values = made;
	return GNG_OK;
}

void gng_bpfmap_values_close(struct gng_bpfmap_values *values)
{
	free(values->bytes);
	values->bytes = NULL;
}

void *gng_bpfmap_slot(const struct gng_bpfmap_values *values, unsigned int cpu)
{
	return values->bytes + cpu * gng_bpfmap_stride(values->value_len);
}

uint64_t gng_bpfmap_sum(const struct gng_bpfmap_values *values, size_t off)
{
	uint64_t sum = 0, one;

	for (unsigned int cpu = 0; cpu < values->num_cpus; cpu++) {
		memcpy(&one, (const uint8_t *)gng_bpfmap_slot(values, cpu) + off, sizeof(one));
		sum += one;
	}
	return sum;
}
