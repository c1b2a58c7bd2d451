/* SPDX-License-Identifier: Apache-2.0 */
/* main.c - `gonogo selftest [TRAP...] [--list] [--json]`: a table of traps, or JSON. */
#include "selftest_trap.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <gng_term.h>
#include <jansson.h>

enum { EXIT_USAGE = 2, EXIT_HARNESS = 99 };

static const char help[] =
	"usage: gonogo selftest [TRAP...] [--list] [--json]\n"
	"\n"
	"Proves that the gates of this installation can fail: sends programs and files that\n"
	"lie through the gauge. Each must come out with the right verdict and reason, and\n"
	"the honest controls must stay green. Takes some 5 s.\n"
	"\n"
	"  TRAP    only these\n"
	"  --list  the traps: what the gauge must say, the gate, and the lie\n"
	"  --json  one JSON object on stdout instead of text\n"
	"\n"
	"Exit status: 0 every gate held, 1 a gate lied, 2 usage, 3 interrupted or nothing\n"
	"executed, 99 the harness itself broke.";

static volatile int stopped;

static void stop(int number)
{
	(void)number;
	stopped = 1;
}

static double now_s(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

/* ---- text ---- */

void gng_selftest_list(FILE *out)
{
	for (size_t i = 0; i < selftest_num_traps; i++) {
		fprintf(out, "%-20s  %-12s  %s\n", selftest_traps[i].name,
			trap_word(selftest_traps[i].must), selftest_traps[i].gate);
		gng_term_wrap(out, 6, selftest_traps[i].lie);
	}
}

static enum gng_term_tone tone_of(const struct gng_selftest_result *result)
{
	static const enum gng_term_tone tones[] = {
		[GNG_SELFTEST_HELD] = GNG_TERM_GOOD,
		[GNG_SELFTEST_LIED] = GNG_TERM_BAD,
		[GNG_SELFTEST_SKIPPED] = GNG_TERM_DIM,
	};

	return tones[result->state];
}

static const char *state_word(const struct gng_selftest_result *result)
{
	static const char *const words[] = {
		[GNG_SELFTEST_HELD] = "ok",
		[GNG_SELFTEST_LIED] = "LIED",
		[GNG_SELFTEST_SKIPPED] = "SKIP",
	};

	return words[result->state];
}

static void say(struct gng_term_table *table, const char *verdict, const char *overall)
{
	gng_term_table_cell(table, GNG_TERM_PLAIN, "%s", *verdict ? verdict : "-");
	gng_term_table_cell(table, GNG_TERM_PLAIN, "%s", overall);
}

static void print_rows(const struct gng_term *term, const struct gng_selftest *selftest)
{
	static const char *const heads[] = {"trap", "expected", "", "got", "", ""};
	struct gng_term_table table;
	bool control = false;

	gng_term_table_init(&table, sizeof(heads) / sizeof(heads[0]));
	for (size_t i = 0; i < table.num_columns; i++) {
		table.left[i] = true;
		gng_term_table_cell(&table, GNG_TERM_PLAIN, "%s", heads[i]);
	}
	gng_term_table_rule(&table);
	for (size_t i = 0; i < selftest->num_results; i++) {
		const struct gng_selftest_result *result = &selftest->results[i];

		if (result->control && !control)
			gng_term_table_rule(&table);
		control = result->control;
		gng_term_table_cell(&table, GNG_TERM_PLAIN, "%s", result->name);
		say(&table, result->expected, result->expected_overall);
		say(&table, result->got, result->got_overall);
		gng_term_table_cell(&table, tone_of(result), "%s", state_word(result));
	}
	gng_term_table_print(term, &table);
	gng_term_table_fini(&table);
}

static void print_findings(const struct gng_term *term, const struct gng_selftest *selftest,
			   enum gng_selftest_state state)
{
	for (size_t i = 0; i < selftest->num_results; i++) {
		const struct gng_selftest_result *result = &selftest->results[i];

		if (result->state != state)
			continue;
		putc('\n', term->out);
		gng_term_say(term, tone_of(result), "%s", state_word(result));
		fprintf(term->out, "  %s\n", result->name);
		if (state == GNG_SELFTEST_SKIPPED) {
			gng_term_wrap(term->out, 6, result->reason);
			fprintf(term->out, "      remedy: %s\n", result->complaint);
			continue;
		}
		fprintf(term->out, "      gate: %s\n", result->gate);
		gng_term_wrap(term->out, 6, result->lie);
		gng_term_wrap(term->out, 6, result->complaint);
	}
}

static void print_text(const struct gng_term *term, const struct gng_selftest *selftest,
		       double seconds)
{
	char took[GNG_TERM_FIGURE_CAP];

	print_rows(term, selftest);
	print_findings(term, selftest, GNG_SELFTEST_SKIPPED);
	print_findings(term, selftest, GNG_SELFTEST_LIED);
	fprintf(term->out, "\n  ");
	gng_term_say(term, selftest->overall == GNG_GO ? GNG_TERM_GOOD : GNG_TERM_BAD, "%s",
		     gng_overall_name(selftest->overall));
	fprintf(term->out, "   selftest   %zu of %zu cases in %s   exit %d\n",
		selftest->num_held + selftest->num_lied, selftest->declared,
		gng_term_duration(took, seconds), (int)selftest->overall);
	gng_term_wrap(term->out, 7, selftest->statement);
	fprintf(term->out, "%zu held, %zu lied, %zu skipped\n", selftest->num_held,
		selftest->num_lied, selftest->num_skipped);
}

/* ---- JSON ---- */

static json_t *result_json(const struct gng_selftest_result *result)
{
	const bool skipped = result->state == GNG_SELFTEST_SKIPPED;

	return json_pack("{s:s, s:b, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:f}", "trap",
			 result->name, "control", (int)result->control, "lie", result->lie, "gate",
			 result->gate, "expected", result->expected, "expected_overall",
			 result->expected_overall, "got", result->got, "got_overall",
			 result->got_overall, "state", state_word(result), "reason", result->reason,
			 skipped ? "remedy" : "complaint", result->complaint, "seconds",
			 result->seconds);
}

static bool print_json(const struct gng_selftest *selftest)
{
	json_t *cases = json_array(), *json;
	bool ok = true;

	for (size_t i = 0; i < selftest->num_results; i++)
		ok = json_array_append_new(cases, result_json(&selftest->results[i])) == 0 && ok;
	json = json_pack("{s:s, s:s, s:I, s:I, s:I, s:I, s:I, s:o}", "verdict",
			 gng_overall_name(selftest->overall), "statement", selftest->statement,
			 "declared", (json_int_t)selftest->declared, "executed",
			 (json_int_t)(selftest->num_held + selftest->num_lied), "held",
			 (json_int_t)selftest->num_held, "lied", (json_int_t)selftest->num_lied,
			 "skipped", (json_int_t)selftest->num_skipped, "traps", cases);
	ok = ok && json && json_dumpf(json, stdout, JSON_INDENT(1)) == 0 && puts("") >= 0;
	json_decref(json);
	return ok;
}

/* ---- the program ---- */

struct watch {
	struct gng_term_progress progress;
	size_t declared;
};

static void draw(void *context, const struct gng_selftest_result *result, size_t done)
{
	struct watch *watch = context;

	gng_term_progress_draw(&watch->progress, now_s(), done, watch->declared,
			       (double)done / (double)watch->declared, result->name);
}

static int run(struct gng_selftest_options *options, bool json)
{
	struct gng_selftest selftest;
	struct gng_term term, errors;
	const double start_s = now_s();
	struct gng_why why = {0};
	struct watch watch = {.declared = selftest_num_traps};
	enum gng_status status;
	int code;

	gng_term_init(&term, stdout);
	gng_term_init(&errors, stderr);
	gng_term_progress_begin(&watch.progress, &errors, start_s);
	options->on_result = draw;
	options->context = &watch;
	status = gng_selftest_run(&selftest, options, &why);
	gng_term_progress_erase(&watch.progress);
	if (status != GNG_OK) {
		gng_term_error("%s", why.text);
		return status == GNG_EINVAL ? EXIT_USAGE : EXIT_HARNESS;
	}
	code = (int)selftest.overall;
	if (!json)
		print_text(&term, &selftest, now_s() - start_s);
	else if (!print_json(&selftest))
		code = EXIT_HARNESS;
	if (fflush(stdout) != 0)
		code = EXIT_HARNESS;
	gng_selftest_fini(&selftest);
	return code;
}

int gng_selftest_main(int argc, char **argv, const char *dir)
{
	const struct sigaction action = {.sa_handler = stop};
	struct gng_selftest_options options = {.dir = dir, .stop = &stopped};
	const char *names[GNG_SELFTEST_NUM_TRAPS + GNG_SELFTEST_NUM_CONTROLS];
	bool json = false;

	gng_term_verb("selftest");
	options.names = names;
	options.traps = getenv("GNG_SELFTEST_TRAPS");
	for (int i = 1; i < argc; i++) {
		if (strcmp(argv[i], "--json") == 0) {
			json = true;
		} else if (strcmp(argv[i], "--list") == 0) {
			gng_selftest_list(stdout);
			return fflush(stdout) == 0 ? 0 : EXIT_HARNESS;
		} else if (strcmp(argv[i], "--help") == 0) {
			puts(help);
			return 0;
		} else if (*argv[i] == '-' || options.num_names == selftest_num_traps) {
			gng_term_error("unknown option '%s'; gonogo help selftest", argv[i]);
			return EXIT_USAGE;
		} else {
			names[options.num_names++] = argv[i];
		}
	}
	sigaction(SIGINT, &action, NULL);
	sigaction(SIGTERM, &action, NULL);
	return run(&options, json);
}
