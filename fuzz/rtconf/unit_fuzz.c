/* SPDX-License-Identifier: Apache-2.0 */
/*
 * unit_fuzz.c - each complaint about a unit names a line that the unit has, no line has two of one
 * kind beyond what can be compared, and a list of CPUs that is read is written as it is read again.
 */
/* bundle: 118 */
#include "../suite.h"

#include <string.h>

#include <gng_rtconf.h>

struct heard {
	size_t lines, num;
};

static void hear(void *context, const struct gng_rtconf_complaint *one)
{
	struct heard *heard = context;

	fuzz_check(one->line <= heard->lines, "the line", "of a complaint");
	fuzz_check(strlen(one->text) > 10, "the sentence", "of a complaint");
	heard->num++;
}

static void check_unit(const char *text, size_t len)
{
	struct heard heard = {.lines = 1};

	for (size_t i = 0; i < len; i++)
		heard.lines += text[i] == '\n';
	fuzz_check(gng_rtconf_unit(text, len, hear, &heard) == heard.num, "the number",
		   "of complaints");
	fuzz_check(heard.num <= heard.lines + 6, "the number", "of complaints, by its lines");
}

static void check_cpus(const uint8_t *data, size_t size)
{
	char text[GNG_RTCONF_CPUS_TEXT], again[GNG_RTCONF_CPUS_TEXT];
	struct gng_rtconf_cpus cpus, same;

	if (size >= sizeof(text))
		return;
	memcpy(text, data, size);
	text[size] = '\0';
	if (gng_rtconf_cpus_read(&cpus, text, NULL) != GNG_OK)
		return;
	gng_rtconf_cpus_list(again, &cpus);
	fuzz_check(gng_rtconf_cpus_read(&same, again, NULL) == GNG_OK, "a list", "of our own");
	if (strlen(again) + 16 < sizeof(again))
		fuzz_check(memcmp(&cpus, &same, sizeof(cpus)) == 0, "the set", "of a list");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size > 8192)
		return 0;
	check_unit((const char *)data, size);
	check_cpus(data, size);
	return 0;
}
