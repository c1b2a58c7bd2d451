/* SPDX-License-Identifier: Apache-2.0 */
/* browser_test.c - the report in headless Chromium: a phone and a desk, light and dark. */
/* needs: flame */
/* requires: jansson */
#include "stages.h"

#include <sys/wait.h>

#include <signoff_aside.h>

#include "browser.h"

#define SHELL "chromium-headless-shell"
#define LIGHT "--blink-settings=preferredColorScheme=1"
#define DARK "--blink-settings=preferredColorScheme=0"

static bool skip_without_browser(void)
{
	if (system("command -v " SHELL " >/dev/null") == 0)
		return false;
	gng_probe_skip(SHELL " is not installed", "apt-get install chromium-headless-shell");
	return true;
}

/* browse loads a file and returns what the browser wrote (caller frees). */
static char *browse(const char *path, int width, const char *scheme)
{
	static char said[4200], command[12800];
	FILE *out;
	char *text = calloc(1, (size_t)8 << 20);
	size_t len;

	snprintf(said, sizeof(said), "%s.profile", path);
	/* a browser refuses its sandbox to root; this page is our own */
	snprintf(command, sizeof(command),
		 "timeout 60 " SHELL " %s --user-data-dir='%s' --window-size=%d,2000 "
		 "--enable-logging=stderr --hide-scrollbars %s --dump-dom 'file://%s' 2>&1; "
		 "rm -rf '%s'",
		 geteuid() == 0 ? "--no-sandbox" : "", said, width, scheme, path, said);
	assert_non_null(text);
	out = popen(command, "r");
	assert_non_null(out);
	len = fread(text, 1, ((size_t)8 << 20) - 1, out);
	text[len] = '\0';
	pclose(out);
	return text;
}

/* ---- a page with every section ---- */

static const char folded[] = "toy;main;[libcrypto.so.3] 40\ntoy;main;ours_work;gcm_seal 55\n"
			     "toy;main;a_function_with_<hostile>&name 5\n";

static const char claims_text[] =
	"[{\"id\":\"C.1.1\",\"section\":\"1.2\",\"statement\":\"It is <fast>.\",\"verdict\":"
	"\"REFUTED\",\"evidence\":\"measured: slow\"},{\"id\":\"C.2.1\",\"section\":\"2\","
	"\"statement\":\"It adds up.\",\"verdict\":\"INCONSISTENT\",\"evidence\":\"1 < 2\"},"
	"{\"id\":\"C.2.2\",\"section\":\"2\",\"statement\":\"So so.\",\"verdict\":\"INCONCLUSIVE\","
	"\"evidence\":\"the "
	"spread\"},{\"id\":\"C.2.3\",\"section\":\"2\",\"verdict\":\"PENDING\"}]";

static const char history_text[] =
	"{\"signoffs\":[{\"started\":\"2026-11-01T00:00:00Z\",\"verdict\":\"NO-GO\",\"grade\":"
	"\"functional\",\"profile\":\"here\",\"commit\":\"0123456789abcdef\",\"state\":\"dirty\","
	"\"passed\":5,\"failed\":1,\"skipped\":2},{\"started\":\"2026-11-02T00:00:00Z\","
	"\"verdict\":"
	"\"GO\",\"grade\":\"lab\",\"profile\":\"here\",\"commit\":\"fedcba9876543210\",\"state\":"
	"\"clean tree\",\"passed\":6,\"failed\":0,\"skipped\":2}],\"figures\":[{\"id\":"
	"\"hwtests.launch.rx.seal_vs_evp\",\"variant\":\"\",\"build\":\"release\",\"name\":"
	"\"seal_vs_evp\",\"unit\":\"ratio\",\"n\":2,\"least\":2.5,\"most\":4,\"last\":2.5}]}";

static const char mutants_text[] =
	"{\"executed\":9,\"killed\":8,\"equivalent\":1,\"unreached\":0,\"score\":0.8,\"score_lo\":"
	"0.7,"
	"\"score_hi\":0.9,\"mutation_score\":0.9,\"mutation_score_lo\":0.8,\"mutation_score_hi\":1,"
	"\"survivors\":[{\"file\":\"impl/aes/gcm.c\",\"line\":7}]}";

static const char fuzz_text[] =
	"{\"fuzzers\":[{\"fuzzer\":\"fuzz.aes.gcm\",\"verdict\":\"PASS\",\"executions_total\":1000,"
	"\"edges\":99,\"corpus\":7,\"crashes\":[]}]}";

static const char tables_text[] =
	"[{\"title\":\"what the verifier says\",\"columns\":[{\"kernel\":\"6.1-cloud\",\"release\":"
	"\"6.1.0-56-cloud-amd64\"},{\"kernel\":\"host\",\"release\":\"6.18.44\"}],\"rows\":[{"
	"\"name\":"
	"\"an unchecked value\",\"cells\":[\"refused EACCES null-unchecked\",\"accepted\"]}],"
	"\"counts\":{\"rows\":1,\"alike\":0,\"verdict\":1,\"errno\":0,\"class\":0}}]";

struct desk {
	struct sheet sheet;
	struct stages stages;
	struct gng_signoff_aside aside;
	struct gng_noise noise;
	struct gng_signoff_previous previous;
	struct gng_record before;
};

static void add_noise(struct desk *desk)
{
	struct gng_noise *noise = &desk->noise;

	assert_int_equal(gng_hist_open(&noise->hist, 1, 3600000000000, 3), GNG_OK);
	gng_hist_record_n(noise->hist, 6512639, 900); /* of a machine that others use, too */
	gng_hist_record_n(noise->hist, 108136000, 100);
	noise->duration_ns = 2000000000;
	noise->num_worst = GNG_NOISE_NUM_CLASSES;
	for (uint32_t c = 0; c < GNG_NOISE_NUM_CLASSES; c++) {
		noise->worst[c] = (struct gng_noise_gap){.begin_ns = c * 390000000u,
							 .length_ns = 90000000u >> c,
							 .cpu = c,
							 .class_of_gap = (enum gng_noise_class)c};
		noise->classes[c] = (struct gng_noise_sum){1, 90000000u >> c, 90000000u >> c};
	}
	desk->sheet.signoff.before = desk->sheet.signoff.after = noise;
}

static void desk_open(struct desk *desk)
{
	struct sheet *sheet = &desk->sheet;

	memset(desk, 0, sizeof(*desk));
	sheet_init(sheet);
	sheet_latency(sheet, 0.065, 0.2); /* ns, beside that noise */
	sheet_spoil(sheet, SHEET_RATIO, GNG_FAIL, "2 is less than 2.8");
	sheet_ratio(sheet, 2.0, 2.8);
	sheet->figures[1].verdict = GNG_FAIL;
	sheet_spoil(sheet, SHEET_OPTIONAL, GNG_SKIP, "no such card");
	sheet_spoil(sheet, SHEET_SECOND, GNG_INCONCLUSIVE, "the floor is 9 us");
	sheet_spoil(sheet, SHEET_PLAIN, GNG_ERROR, "the machine broke");
	stages_add(&desk->stages, sheet, STAGES_NUM);
	add_noise(desk);
	desk->before = sheet->records[SHEET_PLAIN];
	desk->before.verdict = GNG_PASS;
	desk->previous = (struct gng_signoff_previous){
		.id = "signoff-0", .verdict = "GO", .num_records = 1, .records = &desk->before};
	desk->aside = (struct gng_signoff_aside){.claims = json_loads(claims_text, 0, NULL),
						 .history = json_loads(history_text, 0, NULL),
						 .mutants = json_loads(mutants_text, 0, NULL),
						 .fuzz = json_loads(fuzz_text, 0, NULL),
						 .tables = json_loads(tables_text, 0, NULL),
						 .num_flames = 2};
	desk->aside.flames[0].test = desk->aside.flames[1].test = &sheet->tests[SHEET_RATIO];
	desk->aside.flames[0].folded = (char *)folded;
	snprintf(desk->aside.flames[1].why, sizeof(desk->aside.flames[1].why),
		 "perf is not installed: apt-get install linux-perf");
	sheet->signoff.previous = &desk->previous;
	sheet->signoff.aside = &desk->aside;
	sheet_write(sheet);
}

static void desk_close(struct desk *desk)
{
	gng_hist_close(desk->noise.hist);
	json_decref(desk->aside.claims);
	json_decref(desk->aside.history);
	json_decref(desk->aside.mutants);
	json_decref(desk->aside.fuzz);
	json_decref(desk->aside.tables);
	stages_fini(&desk->stages);
	sheet_fini(&desk->sheet);
}

/* desk_page writes the page, with more before its end, to PATH.html. */
static const char *desk_page(const struct desk *desk, const char *more)
{
	static char path[4200];
	const char *end = strstr(desk->sheet.page, "</body>");
	FILE *file;

	assert_non_null(end);
	snprintf(path, sizeof(path), "%s.html", desk->sheet.path);
	file = fopen(path, "we");
	assert_non_null(file);
	fprintf(file, "%.*s%s%s", (int)(end - desk->sheet.page), desk->sheet.page, more, end);
	assert_int_equal(fclose(file), 0);
	return path;
}

/* ---- judging ---- */

/* judge requires that the page was judged in this width and scheme, and that nothing was found. */
static void judge(const struct desk *desk, int width, bool dark)
{
	const char *path = desk_page(desk, browser_probe);
	char *said = browse(path, width, dark ? DARK : LIGHT), head[96];
	const char *at = strstr(said, "<pre id=\"probe\">");
	const char *end = at ? strstr(at, "\nEND") : NULL;

	unlink(path);
	if (!end)
		fail_msg("the browser did not judge the page: %.400s", said);
	snprintf(head, sizeof(head), "<pre id=\"probe\">PROBE width=%d dark=%s ", width,
		 dark ? "true" : "false");
	if (strncmp(at, head, strlen(head)) != 0 || !strstr(at, " bad=0\n"))
		fail_msg("%d px, %s: %.*s", width, dark ? "dark" : "light", (int)(end - at), at);
	assert_null(strstr(at, " links=0 "));
	assert_null(strstr(at, " texts=0 "));
	free(said);
}

static void page_fits_a_phone_and_can_be_read(void **state)
{
	struct desk desk;

	(void)state;
	if (skip_without_browser())
		return;
	desk_open(&desk);
	judge(&desk, 360, false);
	judge(&desk, 360, true);
	desk_close(&desk);
}

static void page_fits_a_desk_and_can_be_read(void **state)
{
	struct desk desk;

	(void)state;
	if (skip_without_browser())
		return;
	desk_open(&desk);
	judge(&desk, 1440, false);
	judge(&desk, 1440, true);
	desk_close(&desk);
}

/* replace writes over each text in the page; both are of one length. */
static void replace(char *page, const char *text, const char *other)
{
	assert_int_equal(strlen(text), strlen(other));
	assert_non_null(strstr(page, text));
	for (char *at = page; (at = strstr(at, text)); at += strlen(other))
		memcpy(at, other, strlen(other));
}

/* A browser judges what it shows, so the rules of paper become those of the screen: A4 has 186 mm
 * between its margins. */
static void page_fits_paper(void **state)
{
	struct desk desk;

	(void)state;
	if (skip_without_browser())
		return;
	desk_open(&desk);
	replace(desk.sheet.page, "@media print", "@media all  ");
	replace(desk.sheet.page, "@media screen", "@media speech");
	judge(&desk, 703, false);
	desk_close(&desk);
}

static void page_logs_nothing_to_the_console(void **state)
{
	struct desk desk;
	char *said;

	(void)state;
	if (skip_without_browser())
		return;
	desk_open(&desk);
	said = browse(desk_page(&desk, ""), 1440, LIGHT);
	assert_non_null(strstr(said, "</html>"));
	if (strstr(said, ":CONSOLE"))
		fail_msg("%.300s", strstr(said, ":CONSOLE"));
	free(said);
	/* and what logs is seen */
	said = browse(desk_page(&desk, "<img src=\"none.png\"><script>nothing()</script>"), 1440,
		      LIGHT);
	assert_non_null(strstr(said, ":CONSOLE"));
	free(said);
	unlink(desk_page(&desk, ""));
	desk_close(&desk);
}

const struct suite_test suite_tests[] = {
	TEST_SLOW(page_fits_a_phone_and_can_be_read, "H1.report.browser H1.report.contrast"),
	TEST_SLOW(page_fits_a_desk_and_can_be_read, "H1.report.browser H1.report.contrast"),
	TEST_SLOW(page_fits_paper, "H1.report.browser"),
	TEST_SLOW(page_logs_nothing_to_the_console, "H1.report.browser"),
	{0},
};
