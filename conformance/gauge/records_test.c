/* SPDX-License-Identifier: Apache-2.0 */
/* records_test.c - records.jsonl, JUnit and KTAP: what is written is what is read, and no
 * projection turns a gap into a pass. */
#include "trap.h"

#define LATENCY "measure\\tp99\\t9.5\\tus\\t100\\t9.25\\t9.75\\t0.99\\tHISTFAAAA\\n"
#define RATIO "measure\\tratio\\t1.5\\tratio\\t5\\tnan\\tinf\\t0\\t\\t1\\t1.25\\t1.5\\t1.75\\t2\\n"
#define RICH                     \
	"printf '" LATENCY RATIO \
	"note\\tpeer\\tA <\"&> B\\nassertions\\t3\\ncases\\t2\\t2\\nend\\tok\\n' >&3"

static void read_back(struct gng_record **records, size_t *num_records, const struct trap *trap)
{
	struct gng_why why = {0};
	size_t num_strangers;
	char path[8192];

	snprintf(path, sizeof(path), "%s/records.jsonl", trap->folder);
	if (gng_records_read(records, num_records, &num_strangers, &trap->plan, path, &why) !=
	    GNG_OK)
		fail_msg("%s", why.text);
	assert_int_equal(num_strangers, 0);
}

static enum gng_status read_text(const struct trap *trap, const char *text, struct gng_why *why)
{
	struct gng_record *records;
	size_t num_records, num_strangers;
	enum gng_status status;
	char path[8192];

	trap_write(trap, "records.jsonl", text, 0644);
	snprintf(path, sizeof(path), "%s/records.jsonl", trap->folder);
	status = gng_records_read(&records, &num_records, &num_strangers, &trap->plan, path, why);
	if (status == GNG_OK) {
		assert_int_equal(num_records + num_strangers, 1);
		gng_records_free(records, num_records);
	}
	return status;
}

static void records_hold_what_the_test_said(void **state)
{
	struct gng_record *records;
	const struct gng_measure *measure;
	struct trap trap;
	size_t n;

	(void)state;
	trap_set(&trap, RICH);
	trap_springs(&trap, GNG_PASS, NULL);
	read_back(&records, &n, &trap);
	assert_int_equal(n, 1);
	assert_ptr_equal(records[0].test, &trap.test);
	assert_int_equal(records[0].assertions, 3);
	assert_int_equal(records[0].cases, 2);
	assert_int_equal(records[0].num_figures, 2);
	measure = &records[0].figures[0].measure;
	assert_string_equal(measure->name, "p99");
	assert_true(measure->value == 9.5 && measure->lo == 9.25 && measure->quantile == 0.99);
	assert_string_equal(measure->hist, "HISTFAAAA");
	measure = &records[0].figures[1].measure;
	assert_int_equal(measure->num_blocks, 5);
	assert_true(measure->blocks[3] == 1.75 && isnan(measure->lo) && !measure->hist);
	assert_int_equal(records[0].num_notes, 1);
	assert_string_equal(records[0].notes[0].value, "A <\"&> B");
	assert_string_equal(records[0].repro, "gonogo check conformance.trap.one.springs");
	gng_records_free(records, n);
	trap_remove(&trap);
}

static char *first_line(const struct trap *trap)
{
	char path[8192], *line = NULL;
	size_t cap = 0;
	FILE *file;

	snprintf(path, sizeof(path), "%s/records.jsonl", trap->folder);
	file = fopen(path, "re");
	assert_non_null(file);
	assert_true(getline(&line, &cap, file) > 0);
	fclose(file);
	return line;
}

static void records_refuse_a_cut_a_doubled_and_a_strange_line(void **state)
{
	struct gng_why why = {0};
	struct trap trap;
	char *line, *twice, *whole;

	(void)state;
	trap_set(&trap, TRAP_PASSES);
	trap_springs(&trap, GNG_PASS, NULL);
	line = first_line(&trap);
	whole = strdup(line);
	assert_int_equal(read_text(&trap, line, &why), GNG_OK);
	assert_true(asprintf(&twice, "%s%s", line, line) > 0);
	assert_int_equal(read_text(&trap, twice, &why), GNG_EFORMAT);
	assert_int_equal(why.sys_errno, 0);
	assert_non_null(strstr(why.text, "records.jsonl:2: a second record"));
	strcat(strcpy(twice, line), "\n"); /* what stands behind an empty line would be lost */
	assert_int_equal(read_text(&trap, twice, &why), GNG_EFORMAT);
	assert_non_null(strstr(why.text, "records.jsonl:2: "));
	line[strlen(line) / 2] = '\0';
	assert_int_equal(read_text(&trap, line, &why), GNG_EFORMAT);
	assert_int_equal(why.sys_errno, 0);
	assert_non_null(strstr(why.text, "records.jsonl:1: the line is cut"));
	assert_int_equal(read_text(&trap, "{\"schema\":\"other\"}\n", &why), GNG_EFORMAT);
	assert_int_equal(read_text(&trap, "[1,2\n", &why), GNG_EFORMAT);
	/* what a verdict without a name is printed as is no name either */
	assert_int_equal(
		read_text(&trap, "{\"schema\":\"gonogo/record/1\",\"verdict\":\"?\"}\n", &why),
		GNG_EFORMAT);
	assert_non_null(strstr(why.text, "records.jsonl:1: a verdict that does not exist"));
	strcpy(twice, "{\"verdict\":\"FAIL\",");
	strcat(twice, whole + 1); /* the last of two would count */
	assert_int_equal(read_text(&trap, twice, &why), GNG_EFORMAT);
	assert_non_null(
		strstr(why.text, "records.jsonl:1: the line is no JSON, or has a key twice"));
	free(twice);
	free(whole);
	free(line);
	trap_remove(&trap);
}

/* full fills each field that a record has, with what no other field holds. */
static void full(struct gng_record *record, const struct trap *trap, enum gng_verdict verdict)
{
	static struct gng_probe_note notes[] = {{"peer", "OpenSSL"}, {"seed", "7"}};
	static struct gng_figure figures[] = {
		{.measure = {.name = "springs",
			     .value = 2.5,
			     .unit = "ratio",
			     .n = 6,
			     .lo = 2,
			     .hi = 3,
			     .num_blocks = 5,
			     .blocks = {1, 2, 2.5, 3, 4}},
		 .judged = true,
		 .budget = {.metric = "springs",
			    .at_least = true,
			    .limit = 2.25,
			    .unit = "ratio",
			    .machine = "lab"},
		 .floor_ns = 12.5,
		 .verdict = GNG_FAIL},
		{.measure = {.name = "p99",
			     .value = 9,
			     .unit = "us",
			     .n = 1000,
			     .lo = NAN,
			     .hi = NAN,
			     .quantile = 0.99,
			     .hist = "HISTFAAAA"},
		 .judged = true,
		 .budget = {.metric = "p99", .limit = 10, .unit = "us", .machine = "*"},
		 .floor_ns = 250,
		 .verdict = GNG_INCONCLUSIVE},
		{.measure = {.name = "other", .value = 1, .unit = "B", .lo = NAN, .hi = NAN},
		 .floor_ns = NAN},
	};

	*record = (struct gng_record){.test = &trap->test,
				      .verdict = verdict,
				      .reason = "why",
				      .remedy = "what",
				      .seconds = 1.25,
				      .assertions = 3,
				      .cases = 2,
				      .started = "2026-11-27T01:02:03.004Z",
				      .log = "logs/one.log",
				      .repro = "gonogo check one",
				      .attempt = 4,
				      .num_figures = COUNT_OF(figures),
				      .figures = figures,
				      .num_notes = COUNT_OF(notes),
				      .notes = notes};
}

static void what_is_read_back_is_what_was_written(void **state)
{
	struct gng_record record, *read;
	char *line, *again, *text;
	struct trap trap;
	size_t num;

	(void)state;
	trap_set(&trap, TRAP_PASSES);
	for (int v = 0; v < GNG_NUM_VERDICTS; v++) {
		full(&record, &trap, (enum gng_verdict)v);
		line = gng_record_json(&record);
		assert_true(asprintf(&text, "%s\n", line) > 0);
		trap_write(&trap, "records.jsonl", text, 0644);
		read_back(&read, &num, &trap);
		assert_int_equal(num, 1);
		again = gng_record_json(read);
		assert_string_equal(again, line);
		assert_string_equal(read->figures[0].budget.metric, "springs");
		assert_string_equal(read->figures[0].budget.unit, "ratio");
		assert_false(read->figures[2].judged);
		free(again);
		free(text);
		free(line);
		gng_records_free(read, num);
	}
	trap_remove(&trap);
}

static void records_of_tests_that_are_gone_are_counted(void **state)
{
	struct trap trap;
	char *line;

	(void)state;
	trap_set(&trap, TRAP_PASSES);
	trap_springs(&trap, GNG_PASS, NULL);
	line = first_line(&trap);
	trap.test.id = "conformance.trap.one.renamed";
	assert_int_equal(read_text(&trap, line, NULL), GNG_OK);
	free(line);
	trap_remove(&trap);
}

/* One record for each verdict, with a reason that would break careless XML and KTAP. */
static void make_records(struct gng_record records[GNG_NUM_VERDICTS], const struct trap *trap)
{
	for (int v = 0; v < GNG_NUM_VERDICTS; v++)
		records[v] = (struct gng_record){
			.test = &trap->test,
			.verdict = (enum gng_verdict)v,
			.reason = v == GNG_PASS ? NULL : "a <b> & \"c\" # d\ne\x01",
		};
}

static char *read_file(const struct trap *trap, const char *name)
{
	char path[8192], *text = calloc(1, 65536);
	FILE *file;

	snprintf(path, sizeof(path), "%s/%s", trap->folder, name);
	file = fopen(path, "re");
	assert_non_null(file);
	assert_true(fread(text, 1, 65535, file) > 0);
	fclose(file);
	return text;
}

static size_t count_of(const char *text, const char *part)
{
	size_t n = 0;

	for (; (text = strstr(text, part)); text += strlen(part))
		n++;
	return n;
}

static void junit_shows_every_gap_and_escapes_every_text(void **state)
{
	struct gng_record records[GNG_NUM_VERDICTS];
	struct trap trap;
	char path[8192], *xml;

	(void)state;
	trap_set(&trap, TRAP_PASSES);
	make_records(records, &trap);
	snprintf(path, sizeof(path), "%s/junit.xml", trap.folder);
	assert_int_equal(gng_junit_write(path, records, GNG_NUM_VERDICTS, NULL), GNG_OK);
	xml = read_file(&trap, "junit.xml");
	assert_non_null(strstr(xml, "tests=\"6\" failures=\"1\" errors=\"2\" skipped=\"2\""));
	assert_int_equal(count_of(xml, "<testcase"), 6);
	assert_int_equal(count_of(xml, "<failure"), 1);
	assert_int_equal(count_of(xml, "<error"), 2);
	assert_int_equal(count_of(xml, "<skipped"), 2);
	assert_int_equal(count_of(xml, "a &lt;b&gt; &amp; &quot;c&quot; # d&#10;e?"), 5);
	assert_null(strchr(xml, '\x01'));
	free(xml);
	trap_remove(&trap);
}

static void ktap_is_ok_only_for_pass_and_skip(void **state)
{
	struct gng_record records[GNG_NUM_VERDICTS];
	struct trap trap;
	char path[8192], *text;

	(void)state;
	trap_set(&trap, TRAP_PASSES);
	make_records(records, &trap);
	snprintf(path, sizeof(path), "%s/ktap", trap.folder);
	assert_int_equal(gng_ktap_write(path, records, GNG_NUM_VERDICTS, NULL), GNG_OK);
	text = read_file(&trap, "ktap");
	assert_int_equal(strncmp(text, "KTAP version 1\n1..6\n", 20), 0);
	assert_int_equal(count_of(text, "\nok "), 3);
	assert_int_equal(count_of(text, "\nnot ok "), 3);
	assert_int_equal(count_of(text, " # SKIP "), 2);
	assert_int_equal(count_of(text, "# SKIP INCONCLUSIVE: a <b> & \"c\"   d e"), 1);
	free(text);
	trap_remove(&trap);
}

static void projections_say_when_the_disk_is_full(void **state)
{
	struct gng_record records[GNG_NUM_VERDICTS];
	struct gng_why why = {0};
	struct trap trap;

	(void)state;
	trap_set(&trap, TRAP_PASSES);
	make_records(records, &trap);
	assert_int_equal(gng_junit_write("/dev/full", records, GNG_NUM_VERDICTS, &why), GNG_ESYS);
	assert_non_null(strstr(why.text, "/dev/full cannot be written"));
	assert_int_equal(gng_ktap_write("/dev/full", records, GNG_NUM_VERDICTS, &why), GNG_ESYS);
	assert_int_equal(gng_ktap_write("/nonexistent/x", records, 1, &why), GNG_ESYS);
	trap_remove(&trap);
}

const struct suite_test suite_tests[] = {
	TEST(records_hold_what_the_test_said, "H1.run.records"),
	TEST(records_refuse_a_cut_a_doubled_and_a_strange_line, "H1.run.records"),
	TEST(what_is_read_back_is_what_was_written, "H1.run.records"),
	TEST(records_of_tests_that_are_gone_are_counted, "H1.run.records"),
	TEST(junit_shows_every_gap_and_escapes_every_text, "H1.run.projections"),
	TEST(ktap_is_ok_only_for_pass_and_skip, "H1.run.projections"),
	TEST(projections_say_when_the_disk_is_full, "H1.run.projections"),
	{0},
};
