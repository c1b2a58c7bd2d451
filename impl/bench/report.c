/* SPDX-License-Identifier: Apache-2.0 */
/* report.c - gathers the rows of a bench run and judges them by their limits. */
#include "bench_report.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static void judge(struct bench_entry *entry)
{
	const struct gng_bench_ratio *ratio = &entry->row.ratio;
	struct gng_measure measure = {.value = ratio->median,
				      .unit = "ratio",
				      .n = ratio->n,
				      .lo = ratio->lo,
				      .hi = ratio->hi,
				      .num_blocks = GNG_BENCH_NUM_BLOCKS};

	snprintf(measure.name, sizeof(measure.name), "%s", entry->row.metric);
	memcpy(measure.blocks, ratio->blocks, sizeof(measure.blocks));
	entry->verdict = gng_budget_judge(entry->reason, &entry->budget, &measure, 1.0, NULL);
}

bool bench_report_add(struct bench_report *report, const struct gng_bench_row *row,
		      const char *subsystem, const char *stem, const struct gng_budget *budgets,
		      size_t num_budgets)
{
	struct bench_entry *grown, *entry;

	grown = reallocarray(report->entries, report->num_entries + 1, sizeof(*grown));
	if (!grown)
		return false;
	report->entries = grown;
	entry = &grown[report->num_entries++];
	*entry = (struct bench_entry){.row = *row};
	snprintf(entry->subsystem, sizeof(entry->subsystem), "%s", subsystem);
	snprintf(entry->test, sizeof(entry->test), "hwtests.%s.%s.%s", subsystem, stem,
		 row->metric);
	for (size_t i = 0; i < num_budgets && !entry->limited; i++) {
		entry->limited = strcmp(budgets[i].metric, row->metric) == 0 &&
				 strcmp(budgets[i].machine, "*") == 0;
		entry->budget = budgets[i];
	}
	if (entry->limited)
		judge(entry);
	return true;
}

bool bench_report_absent(struct bench_report *report, const struct gng_bench_line *line)
{
	struct bench_absent *grown;

	for (size_t i = 0; i < report->num_absent; i++)
		if (strcmp(report->absent[i].name, line->text) == 0)
			return true;
	grown = reallocarray(report->absent, report->num_absent + 1, sizeof(*grown));
	if (!grown)
		return false;
	report->absent = grown;
	grown = &grown[report->num_absent++];
	memcpy(grown->name, line->text, sizeof(grown->name));
	memcpy(grown->reason, line->reason, sizeof(grown->reason));
	memcpy(grown->remedy, line->remedy, sizeof(grown->remedy));
	return true;
}

void bench_report_port(struct bench_report *report, const struct gng_bench_port_row *port)
{
	if (report->num_ports < BENCH_MAX_PORTS)
		report->ports[report->num_ports++] = *port;
}

void bench_report_note(struct bench_report *report, const char *note)
{
	for (size_t i = 0; i < report->num_notes; i++)
		if (strcmp(report->notes[i], note) == 0)
			return;
	if (report->num_notes < BENCH_MAX_NOTES)
		snprintf(report->notes[report->num_notes++], sizeof(report->notes[0]), "%s", note);
}

void bench_report_fini(struct bench_report *report)
{
	free(report->entries);
	free(report->absent);
}

int bench_report_exit(const struct bench_report *report)
{
	int code = report->num_entries || report->num_ports ? 0 : 4;

	for (size_t i = 0; i < report->num_entries; i++) {
		if (!report->entries[i].limited)
			continue;
		if (report->entries[i].verdict == GNG_ERROR)
			return 99;
		if (report->entries[i].verdict == GNG_FAIL)
			code = 1;
	}
	return report->failed[0] ? 99 : code;
}
