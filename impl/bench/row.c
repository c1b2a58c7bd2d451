/* SPDX-License-Identifier: Apache-2.0 */
/*
 * row.c - the lines of `PROGRAM --bench`: fields behind tabs, the first says what it is.
 *
 * Text, as for the facts of a test (docs/adr/0003): a program in another language can print
 * it, and a person can read it.
 */
#include "gng_bench.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define MAX_FIELDS 40
#define ROW_FIELDS 32

static const char *const words[] = {
	[GNG_BENCH_PLAN] = "plan",     [GNG_BENCH_CASE] = "case", [GNG_BENCH_ROW] = "row",
	[GNG_BENCH_ABSENT] = "absent", [GNG_BENCH_PORT] = "port", [GNG_BENCH_NOTE] = "note",
	[GNG_BENCH_FAIL] = "fail",     [GNG_BENCH_END] = "end",
};
static const size_t num_fields[] = {
	[GNG_BENCH_PLAN] = 2,	[GNG_BENCH_CASE] = 2, [GNG_BENCH_ROW] = ROW_FIELDS,
	[GNG_BENCH_ABSENT] = 4, [GNG_BENCH_PORT] = 4, [GNG_BENCH_NOTE] = 2,
	[GNG_BENCH_FAIL] = 2,	[GNG_BENCH_END] = 1,
};

#define NUM_WORDS (sizeof(words) / sizeof(words[0]))

static bool has_reason(enum gng_bench_word word)
{
	return word == GNG_BENCH_ABSENT || word == GNG_BENCH_FAIL || word == GNG_BENCH_NOTE;
}

/* ---- writing ---- */

static void put_text(FILE *out, const char *text)
{
	putc('\t', out);
	for (; *text; text++)
		putc(*text == '\t' || *text == '\n' ? ' ' : *text, out);
}

static void put_numbers(FILE *out, const double *values, size_t num)
{
	for (size_t i = 0; i < num; i++)
		fprintf(out, "\t%.9g", values[i]);
}

/* put_maybe writes "-" for what is not known. */
static void put_maybe(FILE *out, double value)
{
	if (value < 0)
		put_text(out, "-");
	else
		put_numbers(out, &value, 1);
}

static void put_row(FILE *out, const struct gng_bench_row *row)
{
	const double figures[] = {row->ours,
				  row->ours_gb_per_s,
				  row->theirs,
				  row->theirs_gb_per_s,
				  row->core_hz,
				  row->ceiling,
				  row->cpu_per_wall,
				  row->our_latency.p50,
				  row->our_latency.p99,
				  row->our_latency.p999,
				  row->their_latency.p50,
				  row->their_latency.p99,
				  row->their_latency.p999,
				  row->ratio.median,
				  row->ratio.lo,
				  row->ratio.hi};

	put_text(out, row->metric);
	put_text(out, row->label);
	put_text(out, row->variant);
	put_text(out, row->peer);
	put_text(out, row->title);
	fprintf(out, "\t%llu", (unsigned long long)row->size);
	put_numbers(out, figures, sizeof(figures) / sizeof(figures[0]));
	fprintf(out, "\t%llu", (unsigned long long)row->ratio.n);
	put_numbers(out, row->ratio.blocks, GNG_BENCH_NUM_BLOCKS);
	put_maybe(out, row->our_allocations);
	put_maybe(out, row->their_allocations);
	put_text(out, row->memory);
}

void gng_bench_line_write(FILE *out, const struct gng_bench_line *line)
{
	fputs(words[line->word], out);
	if (line->word == GNG_BENCH_PLAN)
		fprintf(out, "\t%lu", line->number);
	if (line->word == GNG_BENCH_CASE || line->word == GNG_BENCH_ABSENT)
		put_text(out, line->text);
	if (has_reason(line->word))
		put_text(out, line->reason);
	if (line->word == GNG_BENCH_ABSENT)
		put_text(out, line->remedy);
	if (line->word == GNG_BENCH_ROW)
		put_row(out, &line->row);
	if (line->word == GNG_BENCH_PORT) {
		put_text(out, line->port.name);
		put_numbers(
			out,
			(const double[]){line->port.figure.latency, line->port.figure.per_cycle},
			2);
	}
	putc('\n', out);
	fflush(out);
}

/* ---- reading ---- */

/* fields are the parts of one line; at names the next one for the reader and for its errors. */
struct fields {
	const char *at[MAX_FIELDS];
	size_t len[MAX_FIELDS];
	size_t num, next;
	bool bad;
};

static void split(struct fields *fields, const char *text)
{
	const char *tab = text;

	while (tab && fields->num < MAX_FIELDS) {
		tab = strchr(text, '\t');
		fields->at[fields->num] = text;
		fields->len[fields->num++] = tab ? (size_t)(tab - text) : strlen(text);
		text = tab ? tab + 1 : text;
	}
	fields->bad = tab != NULL;
}

/* The readers do nothing after the first wrong field, so fields->next stays at it. */
static void take_text(struct fields *fields, char *text, size_t cap)
{
	const size_t i = fields->next, len = fields->len[i];

	fields->bad = fields->bad || len >= cap;
	if (fields->bad)
		return;
	memcpy(text, fields->at[i], len);
	text[len] = '\0';
	fields->next++;
}

static void take_number(struct fields *fields, double *value)
{
	char digits[40] = "", *end = digits;

	take_text(fields, digits, sizeof(digits));
	if (fields->bad)
		return;
	*value = strtod(digits, &end);
	if (end == digits || *end || !isfinite(*value) || *value < 0) {
		fields->bad = true;
		fields->next--;
	}
}

static void take_maybe(struct fields *fields, double *value)
{
	const size_t i = fields->next;

	if (fields->bad || fields->len[i] != 1 || fields->at[i][0] != '-') {
		take_number(fields, value);
		return;
	}
	*value = -1;
	fields->next++;
}

static void take_count(struct fields *fields, uint64_t *value)
{
	double number = 0;

	take_number(fields, &number);
	if (!fields->bad && (number > 9007199254740992.0 || number != floor(number))) {
		fields->bad = true; /* over 2^53 a double skips whole numbers */
		fields->next--;
	}
	if (!fields->bad)
		*value = (uint64_t)number;
}

static void take_row(struct fields *fields, struct gng_bench_row *row)
{
	double *const figures[] = {&row->ours,
				   &row->ours_gb_per_s,
				   &row->theirs,
				   &row->theirs_gb_per_s,
				   &row->core_hz,
				   &row->ceiling,
				   &row->cpu_per_wall,
				   &row->our_latency.p50,
				   &row->our_latency.p99,
				   &row->our_latency.p999,
				   &row->their_latency.p50,
				   &row->their_latency.p99,
				   &row->their_latency.p999,
				   &row->ratio.median,
				   &row->ratio.lo,
				   &row->ratio.hi};

	take_text(fields, row->metric, sizeof(row->metric));
	take_text(fields, row->label, sizeof(row->label));
	take_text(fields, row->variant, sizeof(row->variant));
	take_text(fields, row->peer, sizeof(row->peer));
	take_text(fields, row->title, sizeof(row->title));
	take_count(fields, &row->size);
	for (size_t i = 0; i < sizeof(figures) / sizeof(figures[0]); i++)
		take_number(fields, figures[i]);
	take_count(fields, &row->ratio.n);
	for (size_t i = 0; i < GNG_BENCH_NUM_BLOCKS; i++)
		take_number(fields, &row->ratio.blocks[i]);
	take_maybe(fields, &row->our_allocations);
	take_maybe(fields, &row->their_allocations);
	take_text(fields, row->memory, sizeof(row->memory));
}

static void take_line(struct fields *fields, struct gng_bench_line *line)
{
	uint64_t number = 0;

	if (line->word == GNG_BENCH_PLAN)
		take_count(fields, &number);
	line->number = (unsigned long)number;
	if (line->word == GNG_BENCH_CASE || line->word == GNG_BENCH_ABSENT)
		take_text(fields, line->text, sizeof(line->text));
	if (has_reason(line->word))
		take_text(fields, line->reason, sizeof(line->reason));
	if (line->word == GNG_BENCH_ABSENT)
		take_text(fields, line->remedy, sizeof(line->remedy));
	if (line->word == GNG_BENCH_ROW)
		take_row(fields, &line->row);
	if (line->word == GNG_BENCH_PORT) {
		take_text(fields, line->port.name, sizeof(line->port.name));
		take_number(fields, &line->port.figure.latency);
		take_number(fields, &line->port.figure.per_cycle);
	}
}

static size_t word_of(const struct fields *fields)
{
	size_t word = 0;

	while (word < NUM_WORDS && (strlen(words[word]) != fields->len[0] ||
				    memcmp(words[word], fields->at[0], fields->len[0]) != 0))
		word++;
	return word;
}

enum gng_status gng_bench_line_parse(struct gng_bench_line *line, const char *text,
				     struct gng_why *why)
{
	struct fields fields = {.num = 0};
	size_t word;

	memset(line, 0, sizeof(*line));
	split(&fields, text);
	word = word_of(&fields);
	if (word == NUM_WORDS)
		return gng_why_set(why, GNG_EFORMAT, 0, "bench.line",
				   "a line begins with '%.20s', which is no word of --bench", text);
	if (fields.num != num_fields[word])
		return gng_why_set(why, GNG_EFORMAT, 0, "bench.line",
				   "a line '%s' has %zu fields instead of %zu", words[word],
				   fields.num, num_fields[word]);
	line->word = (enum gng_bench_word)word;
	fields.next = 1;
	take_line(&fields, line);
	if (fields.bad)
		return gng_why_set(why, GNG_EFORMAT, 0, "bench.line",
				   "field %zu of a line '%s' is too long or no number: '%.40s'",
				   fields.next, words[word], fields.at[fields.next]);
	return GNG_OK;
}
