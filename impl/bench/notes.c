/* SPDX-License-Identifier: Apache-2.0 */
/* notes.c - what a bench run says below its tables: port limits, latencies, ports, conditions. */
#include <math.h>
#include <string.h>

#include "bench_report.h"

#define LARGE (1u << 20)

void bench_size_text(char text[24], uint64_t size)
{
	if (size >= 1u << 20 && size % (1u << 20) == 0)
		snprintf(text, 24, "%llu MiB", (unsigned long long)size >> 20);
	else if (size >= 1024 && size % 1024 == 0)
		snprintf(text, 24, "%llu KiB", (unsigned long long)size >> 10);
	else
		snprintf(text, 24, "%llu B", (unsigned long long)size);
}

bool bench_same_case(const struct bench_entry *a, const struct bench_entry *b)
{
	return strcmp(a->row.label, b->row.label) == 0 && a->row.size == b->row.size &&
	       strcmp(a->row.variant, b->row.variant) == 0 &&
	       strcmp(a->subsystem, b->subsystem) == 0;
}

static bool is_first(const struct bench_report *report, size_t i)
{
	return i == 0 || !bench_same_case(&report->entries[i], &report->entries[i - 1]);
}

static void print_ceilings(const struct bench_report *report, FILE *out)
{
	const char *heading = "\nPort limits: the same instructions on registers alone\n";

	for (size_t i = 0; i < report->num_entries; i++) {
		const struct gng_bench_row *row = &report->entries[i].row;
		char size[24];

		if (!is_first(report, i) || row->ceiling <= 0)
			continue;
		bench_size_text(size, row->size);
		fprintf(out, "%s %-8s %s at %s reaches %.0f %% of the port limit (%.2f B/c)\n",
			heading, row->variant, row->label, size, 100 * row->ours / row->ceiling,
			row->ceiling);
		heading = "";
	}
}

/* ---- throughput of large messages ---- */

static void print_speed(FILE *out, const char *who, double gb_per_s)
{
	fprintf(out, "  %-32s %8.2f\n", who, gb_per_s);
}

/* Large messages are bound by memory, not by the core: there bytes by time tell more. */
static void print_speeds(const struct bench_report *report, FILE *out)
{
	const char *heading = "\nThroughput of large messages          GB/s\n";

	for (size_t i = 0; i < report->num_entries; i++) {
		const struct gng_bench_row *row = &report->entries[i].row;
		char size[24], ours[32];

		if (row->size < LARGE)
			continue;
		fputs(heading, out);
		heading = "";
		if (is_first(report, i)) {
			bench_size_text(size, row->size);
			snprintf(ours, sizeof(ours), "ours (%s)", row->variant);
			fprintf(out, " %s %s\n", row->label, size);
			print_speed(out, ours, row->ours_gb_per_s);
		}
		print_speed(out, row->title, row->theirs_gb_per_s);
	}
}

/* ---- allocations ---- */

/* print_allocations names who allocates; ours must not, so that is said in any case. */
static void print_allocations(const struct bench_report *report, FILE *out)
{
	const char *heading = "\nAllocations in a call                per call\n";
	size_t counted = 0, ours = 0;

	for (size_t i = 0; i < report->num_entries; i++) {
		const struct gng_bench_row *row = &report->entries[i].row;
		char size[24];

		if (is_first(report, i) && row->our_allocations >= 0) {
			counted++;
			ours += row->our_allocations > 0;
		}
		if (row->their_allocations <= 0)
			continue;
		bench_size_text(size, row->size);
		fprintf(out, "%s %-13s %8s  %-14.14s %6.1f\n", heading, row->label, size,
			row->title, row->their_allocations);
		heading = "";
	}
	if (counted)
		fprintf(out, "%s ours allocates in %zu of %zu cases\n", *heading ? "\n" : "", ours,
			counted);
}

/* ---- latencies ---- */

static void print_latency(FILE *out, const char *who, const struct gng_bench_latency *latency)
{
	fprintf(out, "  %-20.20s %11.0f %11.0f %11.0f\n", who, latency->p50, latency->p99,
		latency->p999);
}

static void print_latencies(const struct bench_report *report, FILE *out)
{
	const char *heading = "\nLatency of single calls, ns        p50         p99       p99.9\n";

	for (size_t i = 0; i < report->num_entries; i++) {
		const struct gng_bench_row *row = &report->entries[i].row;
		char size[24];

		if (row->our_latency.p50 <= 0)
			continue;
		fputs(heading, out);
		heading = "";
		if (is_first(report, i)) {
			bench_size_text(size, row->size);
			fprintf(out, " %s %s\n", row->label, size);
			print_latency(out, row->variant, &row->our_latency);
		}
		if (row->their_latency.p50 > 0) /* not of one in another process */
			print_latency(out, row->title, &row->their_latency);
	}
}

static void print_ports(const struct bench_report *report, FILE *out)
{
	if (report->num_ports)
		fprintf(out, "\n %-22s %16s %12s\n", "instruction", "latency, cycles", "per cycle");
	for (size_t i = 0; i < report->num_ports; i++)
		fprintf(out, " %-22s %16.1f %12.2f\n", report->ports[i].name,
			report->ports[i].figure.latency, report->ports[i].figure.per_cycle);
}

static void print_cpu(const struct bench_report *report, FILE *out)
{
	double least = INFINITY, most = 0;

	for (size_t i = 0; i < report->num_entries; i++) {
		least = fmin(least, report->entries[i].row.cpu_per_wall);
		most = fmax(most, report->entries[i].row.cpu_per_wall);
	}
	if (most > 0)
		fprintf(out, " CPU seconds in a second: %.2f to %.2f\n", least, most);
}

void bench_notes_print(const struct bench_report *report, const struct gng_term *term)
{
	print_cpu(report, term->out);
	for (size_t i = 0; i < report->num_notes; i++)
		gng_term_wrap(term->out, 1, report->notes[i]);
	print_ceilings(report, term->out);
	print_speeds(report, term->out);
	print_allocations(report, term->out);
	print_latencies(report, term->out);
	print_ports(report, term->out);
}
