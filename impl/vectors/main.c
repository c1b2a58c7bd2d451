/* SPDX-License-Identifier: Apache-2.0 */
/* main.c - `gonogo vectors FILE...`: a table of what ran, or JSON (design/CLI.md). */
#include "gng_vectors.h"

#include <errno.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <gng_term.h>
#include <jansson.h>

enum { EXIT_GO = 0, EXIT_NO_GO = 1, EXIT_USAGE = 2, EXIT_NOTHING = 4, EXIT_HARNESS = 99 };

struct output {
	struct gng_term term;
	struct gng_term_table table;
	json_t *list; /* NULL: text */
	uint64_t run, failed;
};

static const char help[] =
	"usage: gonogo vectors [--json] FILE...\n"
	"\n"
	"Runs vector files against every AES variant of this machine: Wycheproof JSON\n"
	"(AES-GCM, AES-CBC-PKCS5, AES-GMAC), NIST CAVP .rsp (ECB, CBC, CTR, GCM, and the\n"
	"Monte Carlo tests of ECB and CBC), and the project's .vec. Another algorithm, key,\n"
	"nonce or tag size counts as skipped. Wycheproof's `invalid` cases must be refused,\n"
	"`acceptable` ones may be.\n"
	"\n"
	"Exit status: 0 all passed, 1 a case failed, 2 usage or an unreadable file,\n"
	"4 nothing ran.";

/* ---- JSON ---- */

static json_t *failures_json(const struct gng_vectors_result *result)
{
	json_t *failures = json_array();

	for (size_t i = 0; i < result->num_failures; i++)
		json_array_append_new(failures,
				      json_pack("{s:s,s:s,s:s}", "case", result->failures[i].id,
						"here", result->failures[i].here, "why",
						result->failures[i].why));
	return failures;
}

static void add_json(json_t *list, const char *path, const struct gng_vectors_result *result)
{
	json_array_append_new(
		list,
		json_pack("{s:s,s:s,s:s,s:I,s:I,s:I,s:I,s:s,s:o}", "file", path, "algorithm",
			  result->algorithm, "variant", result->variant, "run",
			  (json_int_t)result->run, "passed", (json_int_t)result->passed, "failed",
			  (json_int_t)result->failed, "skipped", (json_int_t)result->skipped,
			  "skip_reason", result->skip_reason, "failures", failures_json(result)));
}

/* ---- text ---- */

static void count_cell(struct gng_term_table *table, enum gng_term_tone tone, uint64_t count)
{
	char text[GNG_TERM_FIGURE_CAP];

	gng_term_table_cell(table, count ? tone : GNG_TERM_PLAIN, "%s",
			    gng_term_count(text, count));
}

static void begin_table(struct gng_term_table *table)
{
	static const char *const heads[] = {"file",   "algorithm", "variant", "run",
					    "passed", "failed",	   "skipped"};

	gng_term_table_init(table, sizeof(heads) / sizeof(heads[0]));
	table->left[1] = table->left[2] = true;
	for (size_t i = 0; i < table->num_columns; i++)
		gng_term_table_cell(table, GNG_TERM_PLAIN, "%s", heads[i]);
	gng_term_table_rule(table);
}

static void add_row(struct gng_term_table *table, const char *path,
		    const struct gng_vectors_result *result)
{
	const char *slash = strrchr(path, '/');

	gng_term_table_cell(table, GNG_TERM_PLAIN, "%s", slash ? slash + 1 : path);
	gng_term_table_cell(table, GNG_TERM_PLAIN, "%s", result->algorithm);
	gng_term_table_cell(table, GNG_TERM_PLAIN, "%s", result->variant);
	count_cell(table, GNG_TERM_PLAIN, result->run);
	count_cell(table, GNG_TERM_GOOD, result->passed);
	count_cell(table, GNG_TERM_BAD, result->failed);
	count_cell(table, GNG_TERM_DIM, result->skipped);
}

static void print_failures(const struct gng_term *term, const struct gng_vectors_result *result)
{
	for (size_t i = 0; i < result->num_failures; i++) {
		const struct gng_vectors_failure *failure = &result->failures[i];

		gng_term_say(term, GNG_TERM_BAD, "FAIL");
		fprintf(term->out, "  %s  case %s  %s\n", failure->here, failure->id,
			result->variant);
		gng_term_wrap(term->out, 6, failure->why);
	}
	if (result->failed > result->num_failures)
		fprintf(term->out, "      and %" PRIu64 " more with %s\n",
			result->failed - result->num_failures, result->variant);
}

static void print_skips(const struct gng_term *term, const char *path,
			const struct gng_vectors_result *result)
{
	if (result->skipped == 0)
		return;
	gng_term_say(term, GNG_TERM_DIM, "SKIP");
	fprintf(term->out, "  %s: %" PRIu64 " cases, the first because %s\n", path, result->skipped,
		result->skip_reason);
}

/* ---- the program ---- */

static enum gng_status add_file(struct output *output, const char *path, struct gng_why *why)
{
	struct gng_vectors_result *results;
	size_t num;
	const enum gng_status status = gng_vectors_run_variants(&results, &num, path, why);

	for (size_t i = 0; status == GNG_OK && i < num; i++) {
		output->run += results[i].run;
		output->failed += results[i].failed;
		if (output->list) {
			add_json(output->list, path, &results[i]);
		} else {
			add_row(&output->table, path, &results[i]);
			print_failures(&output->term, &results[i]);
		}
	}
	if (status == GNG_OK && num && !output->list)
		print_skips(&output->term, path, &results[0]);
	for (size_t i = 0; status == GNG_OK && i < num; i++)
		gng_vectors_result_fini(&results[i]);
	if (status == GNG_OK)
		free(results);
	return status;
}

static int end(struct output *output, bool broken)
{
	int answer = output->failed ? EXIT_NO_GO : output->run ? EXIT_GO : EXIT_NOTHING;

	if (output->list) {
		if (json_dumpf(output->list, stdout, JSON_INDENT(1)) != 0 || puts("") == EOF)
			answer = EXIT_HARNESS;
		json_decref(output->list);
	} else {
		gng_term_table_print(&output->term, &output->table);
		printf("\n%" PRIu64 " cases run, %" PRIu64 " passed, %" PRIu64 " failed\n",
		       output->run, output->run - output->failed, output->failed);
		gng_term_table_fini(&output->table);
	}
	if (fflush(stdout) != 0)
		answer = EXIT_HARNESS;
	if (!broken && answer == EXIT_NOTHING)
		gng_term_error("nothing ran: no case of these files is supported");
	return broken && answer != EXIT_NO_GO ? EXIT_USAGE : answer;
}

static int run_files(int argc, char **argv, bool json)
{
	struct output output = {.list = json ? json_array() : NULL};
	bool broken = false;

	gng_term_init(&output.term, stdout);
	if (!json)
		begin_table(&output.table);
	for (int i = 0; i < argc; i++) {
		struct gng_why why = {0};

		if (add_file(&output, argv[i], &why) == GNG_OK)
			continue;
		gng_term_error("%s", why.text);
		broken = true;
	}
	return end(&output, broken);
}

int gng_vectors_main(int argc, char **argv)
{
	const bool json = argc > 1 && strcmp(argv[1], "--json") == 0;
	const int first = json ? 2 : 1;

	gng_term_verb("vectors");
	if (argc > 1 && strcmp(argv[1], "--help") == 0) {
		puts(help);
		return EXIT_GO;
	}
	for (int i = first; i < argc; i++) {
		if (strncmp(argv[i], "--", 2) != 0)
			continue;
		gng_term_error("unknown option '%s'; --json stands first", argv[i]);
		return EXIT_USAGE;
	}
	if (argc <= first) {
		gng_term_error("it wants one or more files; gonogo help vectors");
		return EXIT_USAGE;
	}
	return run_files(argc - first, argv + first, json);
}
