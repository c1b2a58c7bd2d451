/* SPDX-License-Identifier: Apache-2.0 */
/* aside_test.c - what the page shows beside the sign-off: chosen, bounded in time, and never more
 * than it was given. */
/* needs: flame */
/* requires: jansson */
#include "markup.h"
#include "sheet.h"

#include <signal.h>
#include <time.h>

#include <signoff_aside.h>

/* ---- which tests are sampled ---- */

static void add_ratio(struct sheet *sheet, enum sheet_test at, struct gng_figure *figure,
		      double value, double limit)
{
	*figure = (struct gng_figure){.judged = true,
				      .verdict = GNG_PASS,
				      .measure = {.unit = "ratio", .value = value},
				      .budget = {.at_least = true, .limit = limit}};
	sheet->records[at].figures = figure;
	sheet->records[at].num_figures = 1;
}

static void pick_is_the_nearest_passed_ratio_of_each_subsystem(void **state)
{
	const struct gng_test *tests[ASIDE_MAX_FLAMES];
	struct gng_figure figures[4];
	struct sheet sheet;

	(void)state;
	sheet_init(&sheet);
	add_ratio(&sheet, SHEET_AESNI, &figures[0], 4, 2);
	add_ratio(&sheet, SHEET_PORTABLE, &figures[1], 1.1, 1);
	add_ratio(&sheet, SHEET_PLAIN, &figures[2], 0.9, 1); /* nearer, and failed */
	sheet.records[SHEET_PLAIN].verdict = GNG_FAIL;
	add_ratio(&sheet, SHEET_SECOND, &figures[3], 9, 1);
	assert_int_equal(aside_pick(tests, &sheet.signoff), 3);
	assert_ptr_equal(tests[0], &sheet.tests[SHEET_PORTABLE]);
	assert_ptr_equal(tests[1], &sheet.tests[SHEET_SECOND]);
	assert_ptr_equal(tests[2], &sheet.tests[SHEET_RATIO]);
	figures[1].judged = false; /* only recorded */
	assert_int_equal(aside_pick(tests, &sheet.signoff), 3);
	assert_ptr_equal(tests[0], &sheet.tests[SHEET_AESNI]);
	sheet_fini(&sheet);
}

/* ---- programs ---- */

static char *shell(const char *script, unsigned int seconds, int *code, char complaint[256])
{
	char *argv[] = {(char *)"/bin/sh", (char *)"-c", (char *)script, NULL};

	return aside_run(argv, seconds, NULL, code, complaint, 256);
}

static void program_tells_its_output_status_and_complaint(void **state)
{
	char complaint[256], *said;
	int code;

	(void)state;
	said = shell("echo out; echo first >&2; echo second >&2; exit 3", 20, &code, complaint);
	assert_string_equal(said, "out\n");
	assert_string_equal(complaint, "second");
	assert_int_equal(code, 3);
	free(said);
	said = shell("head -c 3000000 /dev/zero | tr '\\0' x", 20, &code, complaint);
	assert_int_equal(strlen(said), 3000000);
	assert_int_equal(code, 0);
	free(said);
}

static double now_s(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

/* A child of the program holds the pipe open; it ends with its group. */
static void program_that_hangs_ends_at_its_deadline(void **state)
{
	char complaint[256], path[4200], script[8500], *pid;
	const double start_s = now_s();
	struct sheet sheet;
	int code;

	(void)state;
	sheet_init(&sheet);
	snprintf(path, sizeof(path), "%s", sheet.path);
	snprintf(script, sizeof(script), "echo a remark >&2; sleep 300 & echo $! >'%s'; wait",
		 path);
	assert_null(shell(script, 1, &code, complaint));
	assert_true(now_s() - start_s < 60);
	assert_int_equal(code, -1);
	assert_non_null(strstr(complaint, "1 s"));
	pid = sheet_read(path);
	assert_true(atoi(pid) > 1);
	for (int i = 0; i < 200 && kill(atoi(pid), 0) == 0; i++) /* until init has reaped it */
		nanosleep(&(struct timespec){0, 10000000}, NULL);
	assert_int_not_equal(kill(atoi(pid), 0), 0);
	free(pid);
	sheet_fini(&sheet);
}

static void missing_program_is_told(void **state)
{
	char *argv[] = {(char *)"/nonexistent/gonogo-flame", NULL}, complaint[256], path[4096];
	int code;

	(void)state;
	assert_null(aside_run(argv, 1, NULL, &code, complaint, sizeof(complaint)));
	assert_int_equal(code, -1);
	assert_non_null(strstr(complaint, "cannot be run"));
	assert_false(aside_program(path, sizeof(path), "gonogo-nonexistent"));
}

/* ---- the page ---- */

static void page_shows_the_own_times_of_a_flame_graph(void **state)
{
	struct gng_signoff_aside aside = {.num_flames = 1};
	struct sheet sheet;

	(void)state;
	sheet_init(&sheet);
	sheet.signoff.aside = &aside;
	aside.flames[0].test = &sheet.tests[SHEET_RATIO];
	aside.flames[0].folded = (char *)"toy;main 10\ntoy;main;hot 70\ntoy;other;hot 20\n";
	sheet_write(&sheet);
	sheet_says(&sheet, "100 samples. Own time: <code>hot</code>&nbsp;90.0&nbsp;%, "
			   "<code>main</code>&nbsp;10.0&nbsp;%.");
	sheet_says(&sheet, "<title>main: 80.0 %, 80 samples</title>");
	aside.flames[0].folded = NULL;
	snprintf(aside.flames[0].why, sizeof(aside.flames[0].why), "perf is not installed");
	sheet_write(&sheet);
	sheet_says(&sheet, "There is no graph: perf is not installed.");
	sheet_fini(&sheet);
}

static void page_counts_claims_by_chapter(void **state)
{
	struct gng_signoff_aside aside = {.num_flames = 0};
	struct sheet sheet;

	(void)state;
	aside.claims =
		json_loads("[{\"id\":\"C.1.1\",\"section\":\"1.2\",\"verdict\":\"REFUTED\","
			   "\"statement\":\"Fast.\",\"evidence\":\"slow\"},{\"section\":\"10\","
			   "\"verdict\":\"PENDING\"},{\"section\":\"10.1\",\"verdict\":"
			   "\"PENDING\"}]",
			   0, NULL);
	sheet_init(&sheet);
	sheet.signoff.aside = &aside;
	sheet_write(&sheet);
	sheet_says(&sheet, "<th scope=\"row\">chapter 10</th>");
	sheet_says(&sheet, "data-l=\"PENDING\">2</td><td class=\"r\" data-l=\"all\">2</td>");
	sheet_says(&sheet, "data-l=\"all\">3</td>");
	sheet_says(&sheet, "<tr><th scope=\"row\">C.1.1</th><td>Fast.</td><td>slow</td></tr>");
	json_decref(aside.claims);
	sheet_fini(&sheet);
}

static void page_places_a_figure_among_earlier_ones(void **state)
{
	struct gng_signoff_aside aside = {.num_flames = 0};
	struct sheet sheet;

	(void)state;
	aside.history = json_loads(
		"{\"signoffs\":[{\"started\":\"2026-11-01T00:00:00Z\",\"verdict\":\"NO-GO\","
		"\"commit\":\"0123456789abcdef\"}],\"figures\":[{\"id\":\"hwtests.launch.rx.seal_"
		"vs_evp\",\"variant\":\"\",\"build\":"
		"\"release\",\"name\":\"seal_vs_evp\",\"unit\":\"ratio\",\"n\":7,\"least\":2.5,"
		"\"most\":4.5,\"last\":2.5}]}",
		0, NULL);
	sheet_init(&sheet);
	sheet.signoff.aside = &aside;
	sheet_write(&sheet);
	sheet_says(&sheet, "<td class=\"n\">2026-11-01T00:00</td>");
	sheet_says(&sheet, "<code>0123456789ab</code> <span class=\"mut\">and changes</span>");
	sheet_says(&sheet, "2.50 to 4.50");
	sheet_says(&sheet, "+20&nbsp;% better");
	json_decref(aside.history);
	sheet_fini(&sheet);
}

/* What other programs print, or somebody keeps beside the runs, may be anything. */
static void page_is_whole_whatever_stands_beside_it(void **state)
{
	static const char *const texts[] = {
		"[]",
		"{}",
		"[1,null,\"<b>\",{\"section\":7,\"verdict\":\"<script>\"}]",
		"{\"signoffs\":[1,{\"started\":\"<i>\",\"passed\":\"&\"}],\"figures\":{},"
		"\"executed\":3,\"killed\":-1,\"survivors\":[2,{\"file\":\"<u>\"}],\"fuzzers\":"
		"[4,{\"fuzzer\":\"</table>\",\"crashes\":7}]}",
		"[{\"section\":\"</"
		"td>.....................................\",\"verdict\":\"REFUTED\","
		"\"statement\":\"<a href='x'>\"}]",
	};
	static const char *const stacks[] = {"", "no count", "a;b 0\n", "<x>;&quot; 3\n;; 2\n"};
	struct sheet sheet;

	(void)state;
	sheet_init(&sheet);
	for (size_t i = 0; i < COUNT_OF(texts); i++) {
		json_t *json = json_loads(texts[i], 0, NULL);
		struct gng_signoff_aside aside = {.claims = json,
						  .history = json,
						  .mutants = json,
						  .fuzz = json,
						  .tables = json,
						  .num_flames = 1};

		assert_non_null(json);
		aside.flames[0].test = &sheet.tests[SHEET_RATIO];
		aside.flames[0].folded = (char *)stacks[i % COUNT_OF(stacks)];
		sheet.signoff.aside = &aside;
		sheet_write(&sheet);
		markup_check(sheet.page);
		assert_null(strstr(sheet.page, "<script"));
		json_decref(json);
	}
	sheet_fini(&sheet);
}

/* ---- mutants ---- */

#define MUTANTS                                                                               \
	"{\"executed\":391,\"killed\":361,\"equivalent\":3,\"unreached\":5,\"survivors\":[]," \
	"\"explained_equivalent\":18,\"explained_stubborn\":12,\"score\":0.9233,"

static void write_mutants(struct sheet *sheet, const char *text)
{
	struct gng_signoff_aside aside = {.mutants = json_loads(text, 0, NULL)};

	assert_non_null(aside.mutants);
	sheet->signoff.aside = &aside;
	sheet_write(sheet);
	markup_check(sheet->page);
	json_decref(aside.mutants);
}

/* Whoever leaves survivors out of a score shows it without, too, and how many they are. */
static void page_shows_both_scores_or_none(void **state)
{
	struct sheet sheet;

	(void)state;
	sheet_init(&sheet);
	write_mutants(&sheet, MUTANTS "\"score_lo\":0.892,\"score_hi\":0.948,\"mutation_score\":"
				      "0.9678,\"mutation_score_lo\":0.944,"
				      "\"mutation_score_hi\":0.9834}");
	assert_non_null(strstr(sheet.page, "killed of all executed: 92.3 % (89.2 to 94.8 %)"));
	assert_non_null(strstr(sheet.page, "explained as equivalent: 96.8 % (94.4 to 98.3 %)"));
	assert_non_null(strstr(sheet.page, "Explained: 18 equivalent, 12 stubborn"));
	write_mutants(&sheet, MUTANTS "\"mutation_score\":null}");
	assert_null(strstr(sheet.page, "Strict score"));
	write_mutants(&sheet, MUTANTS "\"mutation_score\":0.9678}"); /* no sample: no bounds */
	assert_non_null(strstr(sheet.page, "explained as equivalent: 96.8 %. Explained"));
	sheet_fini(&sheet);
}

/* ---- kernels ---- */

static const char table_text[] =
	"[{\"case\":\"bpf-matrix\",\"title\":\"what the verifier says\",\"columns\":["
	"{\"kernel\":\"6.1-cloud\",\"release\":\"6.1.0\"},{\"kernel\":\"host\",\"release\":\"6."
	"18\"}],"
	"\"rows\":[{\"name\":\"alike on both\",\"cells\":[\"accepted\",\"accepted\"]},"
	"{\"name\":\"a flip\",\"cells\":[\"refused EACCES null-unchecked\",\"accepted\"]},"
	"{\"name\":\"told by one\",\"cells\":[\"\",\"accepted\"]}],"
	"\"counts\":{\"rows\":3,\"alike\":2,\"verdict\":1,\"errno\":0,\"class\":0}}]";

static void page_shows_where_kernels_differ(void **state)
{
	struct gng_signoff_aside aside = {.tables = json_loads(table_text, 0, NULL)};
	struct sheet sheet;

	(void)state;
	assert_non_null(aside.tables);
	sheet_init(&sheet);
	sheet.signoff.aside = &aside;
	sheet_write(&sheet);
	markup_check(sheet.page);
	assert_non_null(strstr(sheet.page, "Differences between kernels"));
	assert_non_null(strstr(sheet.page, "a flip"));
	assert_non_null(strstr(sheet.page, "refused EACCES null-unchecked"));
	assert_null(strstr(sheet.page, "alike on both"));
	assert_null(strstr(sheet.page, "told by one"));
	assert_non_null(
		strstr(sheet.page, "Of 3 cases 2 are alike on all; 1 differ in the verdict"));
	json_decref(aside.tables);
	sheet_fini(&sheet);
}

const struct suite_test suite_tests[] = {
	TEST(pick_is_the_nearest_passed_ratio_of_each_subsystem, "H1.report.aside"),
	TEST(program_tells_its_output_status_and_complaint, "H1.report.aside"),
	TEST(program_that_hangs_ends_at_its_deadline, "H1.report.aside"),
	TEST(missing_program_is_told, "H1.report.aside"),
	TEST(page_shows_the_own_times_of_a_flame_graph, "H1.report.figures"),
	TEST(page_counts_claims_by_chapter, "H1.report.aside"),
	TEST(page_places_a_figure_among_earlier_ones, "H1.report.since"),
	TEST(page_shows_both_scores_or_none, "H1.report.aside"),
	TEST(page_shows_where_kernels_differ, "H1.report.aside"),
	TEST(page_is_whole_whatever_stands_beside_it, "H1.report.escape H1.report.whole"),
	{0},
};
