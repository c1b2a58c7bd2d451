/* SPDX-License-Identifier: Apache-2.0 */
/* parse_fuzz.c - a report that is accepted says the same when it is written out again. */
/* bundle: 9 */
#include "../suite.h"

#include <inttypes.h>

#include <gng_probe.h>

static void write_out(FILE *file, const struct gng_probe_report *report)
{
	for (size_t i = 0; i < report->num_measures; i++) {
		const struct gng_measure *m = &report->measures[i];

		fprintf(file, "measure\t%s\t%.17g\t%s\t%" PRIu64 "\t%.17g\t%.17g\t%.17g\t%s",
			m->name, m->value, m->unit, m->n, m->lo, m->hi, m->quantile,
			m->hist ? m->hist : "");
		for (size_t k = 0; k < m->num_blocks; k++)
			fprintf(file, "\t%.17g", m->blocks[k]);
		fputc('\n', file);
	}
	for (size_t i = 0; i < report->num_notes; i++)
		fprintf(file, "note\t%s\t%s\n", report->notes[i].key, report->notes[i].value);
	fprintf(file, "assertions\t%" PRIu64 "\ncases\t%" PRIu64 "\t%" PRIu64 "\n",
		report->assertions, report->cases, report->cases_declared);
	if (report->end != GNG_PROBE_NO_END)
		fprintf(file, "end\t%s\n", report->end == GNG_PROBE_END_OK ? "ok" : "failed");
}

static void check_again(const struct gng_probe_report *report)
{
	struct gng_probe_report again, third;
	char *text = NULL, *text_again = NULL;
	size_t len, len_again;
	FILE *file = open_memstream(&text, &len);

	write_out(file, report);
	fclose(file);
	fuzz_check(gng_probe_parse(&again, text, len, NULL) == GNG_OK, "does not parse again",
		   text);
	file = open_memstream(&text_again, &len_again);
	write_out(file, &again);
	fclose(file);
	fuzz_check(len == len_again && memcmp(text, text_again, len) == 0, "says something else",
		   text);
	/* cut anywhere inside its last line, a report must not be accepted */
	if (len > 1) {
		fuzz_check(gng_probe_parse(&third, text, len - 1, NULL) == GNG_EFORMAT,
			   "a cut report is accepted", text);
		gng_probe_report_fini(&third);
	}
	gng_probe_report_fini(&again);
	free(text);
	free(text_again);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct gng_probe_report report;

	if (gng_probe_parse(&report, (const char *)data, size, NULL) == GNG_OK &&
	    fuzz_one_in(64, data, size))
		check_again(&report);
	gng_probe_report_fini(&report);
	return 0;
}
