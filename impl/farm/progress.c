/* SPDX-License-Identifier: Apache-2.0 */
/* progress.c - the lines in which libFuzzer says how far it is. */
#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "gng_farm.h"

static bool number(uint64_t *value, const char *text)
{
	char *end;

	errno = 0;
	*value = isdigit((unsigned char)*text) ? strtoull(text, &end, 10) : 0;
	return isdigit((unsigned char)*text) && errno == 0;
}

static void field(uint64_t *value, const char *line, const char *name)
{
	const char *found = strstr(line, name);

	if (found)
		number(value, found + strlen(name));
}

static bool parse(struct gng_farm_progress *progress, const char *line)
{
	uint64_t executions;

	if (*line != '#' || !number(&executions, line + 1) || !strstr(line, " cov: "))
		return false;
	progress->executions = executions;
	field(&progress->coverage, line, " cov: ");
	field(&progress->features, line, " ft: ");
	field(&progress->corpus, line, " corp: ");
	field(&progress->exec_per_s, line, " exec/s: ");
	return true;
}

bool gng_farm_progress_parse(struct gng_farm_progress *progress, const char *log, size_t len)
{
	char line[256];

	while (len > 0) {
		const char *end = memrchr(log, '\n', len), *start;
		size_t line_len;

		if (!end)
			return false;
		len = (size_t)(end - log);
		start = len ? memrchr(log, '\n', len) : NULL;
		start = start ? start + 1 : log;
		line_len = (size_t)(end - start);
		if (line_len >= sizeof(line))
			line_len = sizeof(line) - 1;
		memcpy(line, start, line_len);
		line[line_len] = '\0';
		if (parse(progress, line))
			return true;
		len = (size_t)(start - log);
	}
	return false;
}
