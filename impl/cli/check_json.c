/* SPDX-License-Identifier: Apache-2.0 */
/* check_json.c - a run as one JSON object (design/CLI.md, JSON shapes). */
#include "check.h"

#include <stdlib.h>

/* Records are written as gng_record_json made them: parsing them again would only round
 * their figures. */
static bool records_json(const struct gng_record *records, size_t num_records)
{
	bool ok = true;

	for (size_t i = 0; ok && i < num_records; i++) {
		char *line = gng_record_json(&records[i]);

		ok = line && printf("%s\n  %s", i ? "," : "", line) > 0;
		free(line);
	}
	return ok;
}

bool check_json(const struct check_result *result)
{
	const struct gng_tally *tally = &result->tally;

	printf("{\"verdict\":\"%s\",\"profile\":\"check\",\"grade\":\"none\",\"planned\":%zu,\n"
	       " \"counts\":{",
	       gng_overall_name(tally->overall), tally->planned);
	for (int v = 0; v < GNG_NUM_VERDICTS; v++)
		printf("%s\"%s\":%zu", v ? "," : "", gng_verdict_name((enum gng_verdict)v),
		       tally->count[v]);
	printf("},\n \"plan\":\"%s\",\"seconds\":%.3f,\n \"records\":[", result->plan->sha256,
	       result->wall_s);
	if (!records_json(result->records, result->num_records))
		return false;
	return puts("]}") != EOF && fflush(stdout) == 0;
}
