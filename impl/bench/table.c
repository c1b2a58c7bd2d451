/* SPDX-License-Identifier: Apache-2.0 */
/* table.c - a bench run for people: one table a variant, 79 columns. */
#include <math.h>
#include <string.h>

#include "bench_report.h"

#define RULE "------------------------------------------------------------------------------"

/* ---- cells ---- */

static int decimals(double ratio)
{
	return ratio < 1 ? 3 : 2;
}

static void limit_text(char text[16], const struct bench_entry *entry)
{
	if (entry->limited)
		snprintf(text, 16, "%s%5.2f",
			 entry->budget.at_least ? ">=" : "<=", entry->budget.limit);
	else
		snprintf(text, 16, "none");
}

static enum gng_term_tone limit_tone(const struct bench_entry *entry)
{
	return entry->limited ? gng_term_verdict_tone(entry->verdict) : GNG_TERM_DIM;
}

/* ---- rows ---- */

static bool same_table(const struct bench_entry *a, const struct bench_entry *b)
{
	return strcmp(a->row.variant, b->row.variant) == 0 &&
	       strcmp(a->subsystem, b->subsystem) == 0;
}

static void print_row(const struct gng_term *term, const struct bench_entry *entry, bool first)
{
	const struct gng_bench_ratio *ratio = &entry->row.ratio;
	char size[24] = "", speed[24] = "", interval[32], limit[16];

	if (first) {
		bench_size_text(size, entry->row.size);
		snprintf(speed, sizeof(speed), "%.*f B/c", entry->row.ours < 1 ? 3 : 2,
			 entry->row.ours);
	}
	snprintf(interval, sizeof(interval), "%.*f..%.*f", decimals(ratio->lo), ratio->lo,
		 decimals(ratio->hi), ratio->hi);
	limit_text(limit, entry);
	fprintf(term->out, " %-13.13s %8s %9s  %-14.14s %6.*f  %-12s ",
		first ? entry->row.label : "", size, speed, entry->row.title,
		decimals(ratio->median), ratio->median, interval);
	gng_term_say(term, limit_tone(entry), "%8s", limit);
	putc('\n', term->out);
}

static size_t print_table(const struct bench_report *report, const struct gng_term *term, size_t at)
{
	const struct bench_entry *first = &report->entries[at];

	fprintf(term->out, "%s%s %s, %.2f GHz core, %llu interleaved rounds", at ? "\n" : "",
		first->subsystem, first->row.variant, first->row.core_hz / 1e9,
		(unsigned long long)first->row.ratio.n);
	fprintf(term->out, "; ratio > 1: ours is better\n\n");
	fprintf(term->out, " %-13s %8s %9s  %-14s %6s  %-12s %8s\n %s\n", "case", "size", "ours",
		"peer", "ratio", "95 %", "limit", RULE);
	for (; at < report->num_entries && same_table(&report->entries[at], first); at++)
		print_row(term, &report->entries[at],
			  &report->entries[at] == first ||
				  !bench_same_case(&report->entries[at], &report->entries[at - 1]));
	fprintf(term->out, " %s\n", RULE);
	return at;
}

/* ---- below the tables ---- */

static void print_absent(const struct bench_report *report, const struct gng_term *term)
{
	char text[512];

	if (report->num_absent)
		putc('\n', term->out);
	for (size_t i = 0; i < report->num_absent; i++) {
		const struct bench_absent *absent = &report->absent[i];

		putc(' ', term->out);
		gng_term_say(term, gng_term_verdict_tone(GNG_SKIP), "SKIP");
		fprintf(term->out, "  %s\n", absent->name);
		snprintf(text, sizeof(text), "%s; remedy: %s", absent->reason, absent->remedy);
		gng_term_wrap(term->out, 7, text);
	}
}

static void print_missed(const struct bench_report *report, const struct gng_term *term)
{
	for (size_t i = 0; i < report->num_entries; i++) {
		const struct bench_entry *entry = &report->entries[i];

		if (!entry->limited || entry->verdict == GNG_PASS)
			continue;
		putc('\n', term->out);
		gng_term_say(term, limit_tone(entry), "%s",
			     entry->verdict == GNG_INCONCLUSIVE ? "undecided" : "missed");
		fprintf(term->out, "  %s\n", entry->test);
		gng_term_wrap(term->out, 6, entry->reason);
	}
}

void bench_report_print(const struct bench_report *report, const struct gng_term *term,
			unsigned int num_jobs)
{
	size_t count[GNG_NUM_VERDICTS] = {0}, limits = 0;

	for (size_t at = 0; at < report->num_entries;)
		at = print_table(report, term, at);
	if (report->num_entries)
		fprintf(term->out, " B/c: bytes per core cycle, %u job%s\n", num_jobs,
			num_jobs > 1 ? "s together" : "");
	bench_notes_print(report, term);
	print_absent(report, term);
	print_missed(report, term);
	for (size_t i = 0; i < report->num_entries; i++) {
		limits += report->entries[i].limited;
		if (report->entries[i].limited)
			count[report->entries[i].verdict]++;
	}
	fprintf(term->out, "\n%zu limit%s: %zu met, %zu missed, %zu undecided\n", limits,
		limits == 1 ? "" : "s", count[GNG_PASS], count[GNG_FAIL] + count[GNG_ERROR],
		count[GNG_INCONCLUSIVE]);
}
