/* SPDX-License-Identifier: Apache-2.0 */
/* command_test.c - the real gonogo-export on a folder of records, and on folders that are none. */
/* requires: jansson */
#include "folder.h"

#include <jansson.h>
#include <sys/stat.h>

static void formats_are_written_of_a_folder(void **state)
{
	json_t *json;

	(void)state;
	folder_make();
	assert_int_equal(folder_export("--format kcidb --origin lab_7"), 0);
	json = json_loads(folder_output("stdout"), 0, NULL);
	assert_non_null(json);
	assert_true(json_array_size(json_object_get(json, "tests")) == 2);
	json_decref(json);
	assert_non_null(
		strstr(folder_output("stdout"), "\"lab_7:signoff-1:conformance.export.command."));
	assert_int_equal(folder_export("--format lava"), 0);
	assert_non_null(
		strstr(folder_output("stdout"), "TEST_CASE_ID=gonogo.verdict RESULT=pass>"));
	assert_int_equal(folder_export("--format openmetrics"), 0);
	assert_non_null(strstr(folder_output("stdout"), "\n# EOF\n"));
	assert_string_equal(folder_output("stderr"), "");
}

static void unfinished_signoff_is_incomplete(void **state)
{
	(void)state;
	folder_make();
	assert_int_equal(unlink(folder_path("check/summary.json")), 0);
	assert_int_equal(folder_export("--format lava"), 3);
	assert_string_equal(folder_output("stdout"), "");
	assert_non_null(strstr(folder_output("stderr"), "no sign-off was finished there"));
}

static void refuse_summary(const char *text, const char *part)
{
	folder_write("check/summary.json", text);
	assert_int_equal(folder_export("--format kcidb"), 99);
	assert_string_equal(folder_output("stdout"), "");
	if (!strstr(folder_output("stderr"), part))
		fail_msg("'%s' lacks '%s'", folder_output("stderr"), part);
}

static void corrupt_files_are_refused_with_their_line(void **state)
{
	(void)state;
	folder_make();
	refuse_summary("{\"id\":\n1,,}", "summary.json:2: ");
	refuse_summary("{\"id\":\"a\",\"id\":\"b\"}", "summary.json:1: ");
	refuse_summary("[]", "summary.json:1: it has no id, profile or start");
	refuse_summary("{\"id\":\"a\",\"profile\":\"nowhere\",\"started\":\"2026\"}",
		       "no profile is called 'nowhere'");
	folder_write("check/summary.json", FOLDER_SUMMARY);
	folder_write("check/records.jsonl", "{\"schema\":\"gonogo/record/1\",\n");
	assert_int_equal(folder_export("--format kcidb"), 99);
	assert_non_null(strstr(folder_output("stderr"), "records.jsonl:1: "));
	assert_int_equal(unlink(folder_path("check/records.jsonl")), 0);
	assert_int_equal(mkfifo(folder_path("check/records.jsonl"), 0600), 0);
	assert_int_equal(folder_export("--format kcidb"), 99);
	assert_non_null(strstr(folder_output("stderr"), "records.jsonl: is no regular file"));
}

static void records_of_another_version_are_refused(void **state)
{
	(void)state;
	folder_make();
	folder_write("check/records.jsonl",
		     "{\"schema\":\"gonogo/record/1\",\"id\":\"conformance.old.gone.test\","
		     "\"variant\":\"\",\"build\":\"release\",\"verdict\":\"PASS\",\"seconds\":1,"
		     "\"assertions\":1,\"cases\":0,\"started\":\"\",\"attempt\":1}\n");
	assert_int_equal(folder_export("--format lava"), 99);
	assert_non_null(strstr(folder_output("stderr"),
			       "records.jsonl: 1 records are of tests that this gonogo does not "
			       "have"));
}

static void wrong_words_are_refused(void **state)
{
	(void)state;
	folder_make();
	assert_int_equal(folder_export(""), 2);
	assert_non_null(strstr(folder_output("stderr"), "say --format kcidb, lava or openmetrics"));
	assert_int_equal(folder_export("--format junit"), 2);
	assert_int_equal(folder_export("--format lava --origin Lab"), 2);
	assert_non_null(strstr(folder_output("stderr"), "an origin has only a-z"));
	assert_int_equal(folder_export("--format lava another"), 2);
	assert_int_equal(folder_export("--help"), 0);
	assert_int_equal(folder_export("--format lava >/dev/full; echo $?"), 0);
	assert_string_equal(folder_output("stdout"), "99\n");
}

const struct suite_test suite_tests[] = {
	TEST(formats_are_written_of_a_folder, "H1.export.command"),
	TEST(unfinished_signoff_is_incomplete, "H1.export.refusals"),
	TEST(corrupt_files_are_refused_with_their_line, "H1.export.refusals"),
	TEST(records_of_another_version_are_refused, "H1.export.refusals"),
	TEST(wrong_words_are_refused, "H1.export.command"),
	{0},
};
