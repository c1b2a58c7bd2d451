/* SPDX-License-Identifier: Apache-2.0 */
/*
 * lines_fuzz.c - whatever a record holds, each of its figures is one signal of LAVA and one
 * sample of OpenMetrics: no text ends a line, a signal or a label early.
 */
/* bundle: 21 */
#include "../suite.h"

#include <gng_export.h>

/* take cuts the next text, up to a NUL, and moves on. */
static void take(char *text, size_t cap, const uint8_t **data, size_t *size)
{
	size_t len = 0;

	while (*size > 0 && len + 1 < cap) {
		const char c = (char)**data;

		(*data)++;
		(*size)--;
		if (c == '\0')
			break;
		text[len++] = c;
	}
	text[len] = '\0';
}

static char *written(void (*write)(FILE *out, const struct gng_export_run *run),
		     const struct gng_export_run *run)
{
	static struct fuzz_text text;

	write(fuzz_text_begin(&text), run);
	return fuzz_text_end(&text);
}

/* check_lava: three lines; each begins a signal, and its only > is its last byte. */
static void check_lava(char *text)
{
	size_t lines = 0;

	for (char *line = strtok(text, "\n"); line; line = strtok(NULL, "\n"), lines++) {
		const char *end = strchr(line, '>');

		fuzz_check(strncmp(line, "<LAVA_SIGNAL_TESTCASE TEST_CASE_ID=", 35) == 0,
			   "a line is no signal", "lava");
		fuzz_check(end && end[1] == '\0', "a signal ends early", "lava");
		fuzz_check(strstr(line, " RESULT=") != NULL, "a signal has no result", "lava");
	}
	fuzz_check(lines == 3, "not one signal a record, figure and verdict", "lava");
}

/* quotes counts those that are not escaped. */
static size_t quotes(const char *line)
{
	size_t num = 0;

	for (; *line; line++) {
		if (*line == '\\' && line[1])
			line++;
		else
			num += *line == '"';
	}
	return num;
}

static void check_metrics(char *text)
{
	size_t figures = 0;

	for (char *line = strtok(text, "\n"); line; line = strtok(NULL, "\n")) {
		fuzz_check(strncmp(line, "# ", 2) == 0 || strncmp(line, "gonogo_", 7) == 0,
			   "a line is no sample", "openmetrics");
		if (strncmp(line, "gonogo_figure{", 14) == 0) {
			figures++;
			fuzz_check(quotes(line) == 10, "a label ends early", "openmetrics");
		}
	}
	fuzz_check(figures == 1, "not one sample a figure", "openmetrics");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char id[64], variant[32], build[32];
	struct gng_test test = {.id = id, .variant = variant, .build = build};
	struct gng_figure figure = {.measure = {.value = 1.5}};
	struct gng_record record = {.test = &test, .figures = &figure, .num_figures = 1};
	const struct gng_export_run run = {.origin = "a",
					   .id = "r",
					   .started = "",
					   .commit = "",
					   .state = "",
					   .machine = "",
					   .records = &record,
					   .num_records = 1};
	const int all = fuzz_one_in(64, data, size), lava = (int)fuzz_choice(2, data, size);

	take(id, sizeof(id), &data, &size);
	take(variant, sizeof(variant), &data, &size);
	take(build, sizeof(build), &data, &size);
	take(figure.measure.name, sizeof(figure.measure.name), &data, &size);
	take(figure.measure.unit, sizeof(figure.measure.unit), &data, &size);
	if (all || lava)
		check_lava(written(gng_export_lava, &run));
	if (all || !lava)
		check_metrics(written(gng_export_openmetrics, &run));
	return 0;
}
