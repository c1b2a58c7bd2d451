/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sheet.h - a sign-off of a few tests, made of records as a run makes them, and its page.
 * Each record may be spoiled before the page is written.
 */
#ifndef SIGNOFF_SHEET_H
#define SIGNOFF_SHEET_H

#include "../suite.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <gng_hist.h>
#include <gng_signoff.h>

#define SHEET_TESTS 8

enum sheet_test { /* in the plan's order: by id, then variant */
		  SHEET_AESNI,
		  SHEET_PORTABLE,
		  SHEET_PLAIN,
		  SHEET_OPTIONAL,
		  SHEET_SECOND,
		  SHEET_FUZZ,
		  SHEET_LATENCY,
		  SHEET_RATIO
};

struct sheet {
	struct gng_test tests[SHEET_TESTS];
	struct gng_requirement requirements[2];
	struct gng_record records[SHEET_TESTS];
	struct gng_figure figures[2];
	struct gng_plan plan;
	struct gng_tally tally;
	struct gng_profile profile;
	struct gng_machine machine;
	struct gng_machine_fact facts[2];
	struct gng_signoff_item item;
	struct gng_signoff signoff;
	char path[4096];
	char *page; /* after sheet_write */
};

/* The strings of structs of the gauge are char *, though a sheet never changes them. */
static inline void sheet_test(struct sheet *sheet, enum sheet_test at, const char *id,
			      const char *variant)
{
	static char words[SHEET_TESTS][4][64];
	struct gng_test *test = &sheet->tests[at];

	assert_int_equal(sscanf(id, "%63[^.].%63[^.].%63[^.].%63s", words[at][0], words[at][1],
				words[at][2], words[at][3]),
			 4);
	*test = (struct gng_test){.id = (char *)id,
				  .suite = words[at][0],
				  .subsystem = words[at][1],
				  .stem = words[at][2],
				  .function = words[at][3],
				  .variant = (char *)variant,
				  .build = "release",
				  .requirements = "C1.gcm.kat",
				  .file = "x_test.c",
				  .selected = true,
				  .required = true};
	sheet->records[at] = (struct gng_record){.test = test,
						 .verdict = GNG_PASS,
						 .assertions = 7,
						 .seconds = 0.25,
						 .attempt = 1,
						 .repro = "gonogo check it"};
}

static inline void sheet_figure(struct sheet *sheet, enum sheet_test at, size_t index,
				const char *unit, double value)
{
	struct gng_figure *figure = &sheet->figures[index];

	snprintf(figure->measure.name, sizeof(figure->measure.name), "%s",
		 sheet->tests[at].function);
	snprintf(figure->measure.unit, sizeof(figure->measure.unit), "%s", unit);
	snprintf(figure->budget.unit, sizeof(figure->budget.unit), "%s", unit);
	figure->measure.value = value;
	figure->measure.lo = figure->measure.hi = figure->floor_ns = NAN;
	figure->judged = true;
	sheet->records[at].figures = figure;
	sheet->records[at].num_figures = 1;
}

/* sheet_latency gives the latency test a histogram of which value_us is the P99. */
static inline void sheet_latency(struct sheet *sheet, double value_us, double limit_us)
{
	struct gng_figure *figure = &sheet->figures[0];
	struct gng_hist *hist;
	char *text;

	free((char *)figure->measure.hist);
	assert_int_equal(gng_hist_open(&hist, 1, 3600000000000, 3), GNG_OK);
	gng_hist_record_n(hist, (uint64_t)(value_us * 500), 9000);
	gng_hist_record_n(hist, (uint64_t)(value_us * 1000), 990);
	gng_hist_record_n(hist, (uint64_t)(value_us * 1500), 10);
	assert_int_equal(gng_hist_encode(&text, hist, NULL), GNG_OK);
	gng_hist_close(hist);
	sheet_figure(sheet, SHEET_LATENCY, 0, "us", value_us);
	figure->measure.hist = text;
	figure->measure.n = 10000;
	figure->measure.quantile = 0.99;
	figure->budget.limit = limit_us;
}

static inline void sheet_ratio(struct sheet *sheet, double value, double limit)
{
	struct gng_measure *measure = &sheet->figures[1].measure;

	sheet_figure(sheet, SHEET_RATIO, 1, "ratio", value);
	measure->num_blocks = GNG_PROBE_NUM_BLOCKS;
	for (int i = 0; i < GNG_PROBE_NUM_BLOCKS; i++)
		measure->blocks[i] = value * (0.98 + 0.01 * i);
	sheet->figures[1].budget.limit = limit;
	sheet->figures[1].budget.at_least = true;
}

static inline void sheet_tests(struct sheet *sheet)
{
	sheet_test(sheet, SHEET_AESNI, "conformance.aes.gcm.gcm_opens_it", "aesni");
	sheet_test(sheet, SHEET_PORTABLE, "conformance.aes.gcm.gcm_opens_it", "portable");
	sheet_test(sheet, SHEET_PLAIN, "conformance.aes.key.key_is_wiped", "");
	sheet_test(sheet, SHEET_OPTIONAL, "conformance.uvm.layout.layout_is_this", "");
	sheet_test(sheet, SHEET_SECOND, "conformance.uvm.layout.size_is_that", "");
	sheet_test(sheet, SHEET_FUZZ, "fuzz.aes.gcm.replay", "");
	sheet_test(sheet, SHEET_LATENCY, "hwtests.launch.rx.rx_to_launch_p99", "");
	sheet_test(sheet, SHEET_RATIO, "hwtests.launch.rx.seal_vs_evp", "");
	sheet->tests[SHEET_OPTIONAL].required = sheet->tests[SHEET_SECOND].required = false;
	sheet->tests[SHEET_OPTIONAL].requirements = "D2.uvm.layout";
}

static inline void sheet_init(struct sheet *sheet)
{
	const char *tmp = getenv("TMPDIR");

	memset(sheet, 0, sizeof(*sheet));
	sheet_tests(sheet);
	sheet_latency(sheet, 4.0, 8.0);
	sheet_ratio(sheet, 3.0, 2.8);
	sheet->requirements[0] = (struct gng_requirement){.id = "C1.gcm.kat",
							  .clause = "SP 800-38D, 7.1",
							  .text = "GCM seals as the standard says.",
							  .subsystem = "aes",
							  .num_tests = 7};
	sheet->requirements[1] =
		(struct gng_requirement){.id = "D2.uvm.layout",
					 .clause = "uvm.h",
					 .text = "The structures have this layout.",
					 .subsystem = "uvm",
					 .num_tests = 1};
	sheet->plan = (struct gng_plan){.num_tests = SHEET_TESTS,
					.tests = sheet->tests,
					.num_requirements = 2,
					.requirements = sheet->requirements,
					.sha256 = "0123456789abcdef"};
	sheet->profile = (struct gng_profile){.name = "here", .grade = "lab"};
	sheet->facts[0] = (struct gng_machine_fact){"Processor", "model", "A CPU"};
	sheet->facts[1] = (struct gng_machine_fact){"Run", "host", "bench-07"};
	sheet->machine = (struct gng_machine){.num_facts = 2, .facts = sheet->facts};
	sheet->item = (struct gng_signoff_item){"4f1c9ae2d07b", "dc9c5edb8b2d", "clean tree"};
	sheet->signoff = (struct gng_signoff){.id = "signoff-1",
					      .command = "gonogo signoff",
					      .version = "0.1.0",
					      .started = "2026-11-20T14:02:03Z",
					      .seconds = 61,
					      .grade = "lab",
					      .profile = &sheet->profile,
					      .plan = &sheet->plan,
					      .records = sheet->records,
					      .num_records = SHEET_TESTS,
					      .tally = &sheet->tally,
					      .machine = &sheet->machine,
					      .item = &sheet->item};
	snprintf(sheet->path, sizeof(sheet->path), "%s/gonogo-sheet-XXXXXX", tmp ? tmp : P_tmpdir);
	close(mkstemp(sheet->path));
}

/* sheet_spoil gives a record a verdict and its reason, which must outlive the sheet. */
static inline void sheet_spoil(struct sheet *sheet, enum sheet_test at, enum gng_verdict verdict,
			       const char *reason)
{
	sheet->records[at].verdict = verdict;
	sheet->records[at].reason = (char *)reason;
}

/* sheet_read reads a whole file as a string. The caller frees it. */
static inline char *sheet_read(const char *path)
{
	FILE *file = fopen(path, "re");
	char *text = NULL;
	size_t cap = 0;

	assert_non_null(file);
	assert_true(getdelim(&text, &cap, '\0', file) > 0);
	assert_int_equal(fclose(file), 0);
	return text;
}

/* sheet_write tallies, writes the page and reads it. */
static inline void sheet_write(struct sheet *sheet)
{
	struct gng_why why = {0};

	if (sheet->signoff.tally)
		assert_int_equal(gng_tally_records(&sheet->tally, &sheet->plan, sheet->records,
						   sheet->signoff.num_records, false, &why),
				 GNG_OK);
	assert_int_equal(gng_signoff_report_write(sheet->path, &sheet->signoff, &why), GNG_OK);
	free(sheet->page);
	sheet->page = sheet_read(sheet->path);
}

static inline void sheet_fini(struct sheet *sheet)
{
	unlink(sheet->path);
	free(sheet->page);
	free((char *)sheet->figures[0].measure.hist);
}

/* sheet_says requires text in the page. */
static inline void sheet_says(const struct sheet *sheet, const char *text)
{
	if (!strstr(sheet->page, text))
		print_error("the page does not say: %s\n", text);
	assert_non_null(strstr(sheet->page, text));
}

#endif /* SIGNOFF_SHEET_H */
