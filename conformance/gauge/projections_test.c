/* SPDX-License-Identifier: Apache-2.0 */
/* projections_test.c - a record as JSON, JUnit and KTAP, byte for byte. */
#include "../suite.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <gng_gauge.h>

static struct gng_test plain = {.id = "conformance.trap.one.springs",
				.suite = "conformance",
				.subsystem = "trap",
				.stem = "one",
				.function = "springs",
				.variant = "",
				.build = "release",
				.requirements = " H1.a  H1.b ",
				.file = "conformance/trap/one_test.c",
				.line = 7};
static struct gng_test with_variant = {.id = "hwtests.aes.peer.gcm",
				       .suite = "hwtests",
				       .subsystem = "aes",
				       .stem = "peer",
				       .function = "gcm",
				       .variant = "vaes512",
				       .build = "asan",
				       .requirements = "",
				       .file = "hwtests/aes/peer_hw.c",
				       .line = 12};

static struct gng_figure figures[] = {
	{.measure = {.name = "p99",
		     .value = 9.5,
		     .unit = "us",
		     .n = 100,
		     .lo = 9.25,
		     .hi = 9.75,
		     .quantile = 0.99,
		     .hist = "HISTFAAAA"},
	 .judged = true,
	 .budget = {.metric = "p99", .limit = 12, .unit = "us", .machine = "*"},
	 .floor_ns = 250,
	 .verdict = GNG_INCONCLUSIVE},
	{.measure = {.name = "ratio",
		     .value = 1.5,
		     .unit = "ratio",
		     .n = 5,
		     .lo = NAN,
		     .hi = INFINITY,
		     .num_blocks = 2,
		     .blocks = {1.25, 1.75}},
	 .floor_ns = NAN},
};

static struct gng_probe_note notes[] = {{.key = "peer", .value = "A <b>\xff\x80"},
					{.key = "path", .value = "x16"}};

static struct gng_record rich(void)
{
	return (struct gng_record){.test = &plain,
				   .verdict = GNG_FAIL,
				   .reason = "a\tb\x7f",
				   .remedy = NULL,
				   .seconds = 1.25,
				   .assertions = 3,
				   .cases = 2,
				   .started = "2026-11-27T01:02:03.004Z",
				   .log = "logs/one.log",
				   .repro = "gonogo check one",
				   .num_figures = COUNT_OF(figures),
				   .num_notes = COUNT_OF(notes),
				   .figures = figures,
				   .notes = notes,
				   .attempt = 2};
}

static void record_is_this_line_of_json(void **state)
{
	const struct gng_record record = rich();
	char *line = gng_record_json(&record);

	(void)state;
	assert_non_null(line);
	assert_string_equal(
		line,
		"{\"schema\":\"gonogo/record/1\",\"id\":\"conformance.trap.one.springs\","
		"\"variant\":\"\",\"build\":\"release\",\"verdict\":\"FAIL\","
		"\"reason\":\"a\\tb\x7f\",\"remedy\":null,\"seconds\":1.25,\"assertions\":3,"
		"\"cases\":2,\"measurements\":[{\"name\":\"p99\",\"value\":9.5,\"unit\":\"us\","
		"\"n\":100,\"lo\":9.25,\"hi\":9.75,\"quantile\":0.99,\"floor\":250.0,"
		"\"blocks\":[],\"hist\":\"HISTFAAAA\",\"budget\":\"<=\",\"limit\":12.0,"
		"\"machine\":\"*\",\"verdict\":\"INCONCLUSIVE\"},{\"name\":\"ratio\","
		"\"value\":1.5,\"unit\":\"ratio\",\"n\":5,\"lo\":null,\"hi\":null,"
		"\"quantile\":0.0,\"floor\":null,\"blocks\":[1.25,1.75]}],"
		"\"notes\":{\"peer\":\"A "
		"<b>??\",\"path\":\"x16\"},\"requirement\":[\"H1.a\",\"H1.b\"],"
		"\"started\":\"2026-11-27T01:02:03.004Z\",\"seed\":null,\"attempt\":2,"
		"\"log\":\"logs/one.log\",\"repro\":\"gonogo check one\"}");
	free(line);
}

static char *written(enum gng_status (*write)(const char *path, const struct gng_record *records,
					      size_t num_records, struct gng_why *why),
		     const struct gng_record *records, size_t num_records)
{
	char path[512], *text = calloc(1, 65536);
	const char *tmp = getenv("TMPDIR");
	FILE *file;

	snprintf(path, sizeof(path), "%s/projection", tmp ? tmp : "/tmp");
	assert_int_equal(write(path, records, num_records, NULL), GNG_OK);
	file = fopen(path, "re");
	assert_true(file && fread(text, 1, 65535, file) > 0);
	fclose(file);
	return text;
}

/* one record of each shape: a figure, a remedy, a way to repeat, a variant, nothing at all */
static void make_records(struct gng_record records[4])
{
	records[0] = (struct gng_record){.test = &with_variant,
					 .verdict = GNG_PASS,
					 .seconds = 0.0625,
					 .assertions = 41,
					 .num_figures = 2,
					 .figures = figures};
	records[1] = rich();
	records[1].num_figures = 0;
	records[2] = (struct gng_record){.test = &plain,
					 .verdict = GNG_SKIP,
					 .reason = "no\nsuch #1",
					 .remedy = "buy <one>",
					 .repro = "gonogo check one"};
	records[3] = (struct gng_record){.test = &with_variant, .verdict = GNG_MISSING};
}

#define ONE "  <testcase classname=\"conformance.trap.one\" name=\"springs [release]\" "
#define PEER "  <testcase classname=\"hwtests.aes.peer\" name=\"gcm (vaes512) [asan]\" "
#define VERDICT "<properties><property name=\"verdict\" value="

static void junit_is_this_text(void **state)
{
	struct gng_record records[4];
	char *xml;

	(void)state;
	make_records(records);
	xml = written(gng_junit_write, records, 4);
	assert_string_equal(
		xml, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n"
		     "<testsuite name=\"gonogo\" tests=\"4\" failures=\"1\" errors=\"1\" "
		     "skipped=\"1\">\n" PEER
		     "file=\"hwtests/aes/peer_hw.c\" line=\"12\" time=\"0.062\">" VERDICT
		     "\"PASS\"/><property name=\"assertions\" value=\"41\"/>"
		     "<property name=\"p99\" value=\"9.5 us\"/>"
		     "<property name=\"ratio\" value=\"1.5 ratio\"/></properties></testcase>\n" ONE
		     "file=\"conformance/trap/one_test.c\" line=\"7\" time=\"1.250\">" VERDICT
		     "\"FAIL\"/><property name=\"assertions\" value=\"3\"/></properties>"
		     "<failure type=\"FAIL\" message=\"a&#9;b?\">gonogo check one</failure>"
		     "</testcase>\n" ONE
		     "file=\"conformance/trap/one_test.c\" line=\"7\" time=\"0.000\">" VERDICT
		     "\"SKIP\"/><property name=\"assertions\" value=\"0\"/></properties>"
		     "<skipped type=\"SKIP\" message=\"no&#10;such #1\">buy &lt;one&gt;</skipped>"
		     "</testcase>\n" PEER
		     "file=\"hwtests/aes/peer_hw.c\" line=\"12\" time=\"0.000\">" VERDICT
		     "\"MISSING\"/><property name=\"assertions\" value=\"0\"/></properties>"
		     "<error type=\"MISSING\" message=\"\"></error></testcase>\n"
		     "</testsuite>\n</testsuites>\n");
	free(xml);
	xml = written(gng_junit_write, records + 1, 1); /* the first counts, too */
	assert_non_null(strstr(xml, "tests=\"1\" failures=\"1\" errors=\"0\" skipped=\"0\""));
	free(xml);
}

static void ktap_is_this_text(void **state)
{
	struct gng_record records[4];
	char *text;

	(void)state;
	make_records(records);
	text = written(gng_ktap_write, records, 4);
	assert_string_equal(text,
			    "KTAP version 1\n1..4\n"
			    "ok 1 hwtests.aes.peer.gcm.vaes512.asan\n"
			    "not ok 2 conformance.trap.one.springs.release\n# a\tb\x7f\n"
			    "ok 3 conformance.trap.one.springs.release # SKIP SKIP: no such  1\n"
			    "not ok 4 hwtests.aes.peer.gcm.vaes512.asan # ERROR MISSING: \n");
	free(text);
	records[1].reason = NULL;
	records[1].verdict = GNG_FAIL;
	text = written(gng_ktap_write, records + 1, 1);
	assert_string_equal(text, "KTAP version 1\n1..1\n"
				  "not ok 1 conformance.trap.one.springs.release\n");
	free(text);
}

/* The edges of what XML and KTAP may hold as it is. */
static void control_characters_end_before_the_space(void **state)
{
	const struct gng_record record = {
		.test = &plain, .verdict = GNG_ERROR, .reason = "\x1f \x7e\x7f\x80"};
	char *xml;

	(void)state;
	xml = written(gng_junit_write, &record, 1);
	assert_non_null(strstr(xml, "message=\"? ~?\x80\""));
	free(xml);
}

static void full_disk_and_absent_folder_are_named_with_their_cause(void **state)
{
	struct gng_record records[4];
	struct gng_why why = {0};

	(void)state;
	make_records(records);
	assert_int_equal(gng_junit_write("/dev/full", records, 4, &why), GNG_ESYS);
	assert_int_equal(why.sys_errno, ENOSPC);
	assert_int_equal(gng_ktap_write("/dev/full", records, 4, &why), GNG_ESYS);
	assert_int_equal(why.sys_errno, ENOSPC);
	assert_int_equal(gng_junit_write("/nonexistent/x", records, 4, &why), GNG_ESYS);
	assert_int_equal(why.sys_errno, ENOENT);
	assert_string_equal(why.text, "/nonexistent/x: No such file or directory");
	assert_int_equal(gng_ktap_write("/nonexistent/x", records, 4, &why), GNG_ESYS);
	assert_int_equal(why.sys_errno, ENOENT);
}

/* What is over a buffer of stdio fails while it is written, not when the file is closed. */
static void text_larger_than_a_buffer_still_finds_the_full_disk(void **state)
{
	struct gng_record *records = calloc(200, sizeof(*records));
	struct gng_why why = {0};

	(void)state;
	for (size_t i = 0; i < 200; i++)
		records[i] = rich();
	assert_int_equal(gng_junit_write("/dev/full", records, 200, &why), GNG_ESYS);
	assert_int_equal(gng_ktap_write("/dev/full", records, 200, &why), GNG_ESYS);
	free(records);
}

const struct suite_test suite_tests[] = {
	TEST(record_is_this_line_of_json, "H1.run.records"),
	TEST(junit_is_this_text, "H1.run.projections"),
	TEST(ktap_is_this_text, "H1.run.projections"),
	TEST(control_characters_end_before_the_space, "H1.run.projections"),
	TEST(full_disk_and_absent_folder_are_named_with_their_cause, "H1.run.projections"),
	TEST(text_larger_than_a_buffer_still_finds_the_full_disk, "H1.run.projections"),
	{0},
};
