/* SPDX-License-Identifier: Apache-2.0 */
/* main.c - `gonogo claims [SECTION|ID...]`: judges the ledger now. A refuted claim is no NO-GO. */
#include "claims_probe.h"
#include "claims_report.h"

#include <stdlib.h>
#include <string.h>

#include <gng_gauge.h>
#include <gng_term.h>

enum { EXIT_JUDGED = 0, EXIT_USAGE = 2, EXIT_NOTHING = 4, EXIT_HARNESS = 99 };

static const char help[] =
	"usage: gonogo claims [SECTION|ID...] [--slow] [--json | --markdown] [--ledger DIR]\n"
	"\n"
	"Judges each statement of the seed article here and now: CONFIRMED, REFUTED,\n"
	"INCONSISTENT (the article contradicts itself), NOT-MEASURABLE-HERE,\n"
	"INCONCLUSIVE, or PENDING (what judges it is not built yet), with evidence.\n"
	"SECTION is a number of the article (2, 2.3), ID a claim (C.2.3.16).\n"
	"\n"
	"  --slow        also by tests marked slow and by guests (gonogo lab): this takes\n"
	"                up to an hour for all; else such a claim is INCONCLUSIVE\n"
	"  --json        one JSON array on stdout\n"
	"  --markdown    docs/claims.md: what is the same on every machine\n"
	"  --ledger DIR  the *.claims of DIR instead of vectors/claims\n"
	"\n"
	"Exit status: 0 all were judged, 2 usage, 4 the ledger has no such claim,\n"
	"99 the ledger is corrupt or cannot be read.";

struct options {
	bool json, markdown, help, slow;
	const char *ledger;
	const char **selectors;
	size_t num_selectors;
};

/* take_option returns how many words it took, or 0 with a message. */
static int take_option(struct options *options, char **words, int num)
{
	if (strcmp(words[0], "--json") == 0) {
		options->json = true;
	} else if (strcmp(words[0], "--markdown") == 0) {
		options->markdown = true;
	} else if (strcmp(words[0], "--slow") == 0) {
		options->slow = true;
	} else if (strcmp(words[0], "--help") == 0) {
		options->help = true;
	} else if (strcmp(words[0], "--ledger") == 0 && num > 1) {
		options->ledger = words[1];
		return 2;
	} else {
		gng_term_error("unknown option '%s', or its value is missing; "
			       "gonogo help claims",
			       words[0]);
		return 0;
	}
	return 1;
}

static bool parse(struct options *options, int argc, char **argv)
{
	for (int i = 1; i < argc;) {
		int taken = 1;

		if (argv[i][0] != '-')
			options->selectors[options->num_selectors++] = argv[i];
		else
			taken = take_option(options, argv + i, argc - i);
		if (taken == 0)
			return false;
		i += taken;
	}
	if (options->json && options->markdown) {
		gng_term_error("--json and --markdown exclude each other: choose one");
		return false;
	}
	return true;
}

/* matches takes an id, or the beginning of a section's number up to a dot. */
static bool matches(const struct gng_claims_claim *claim, const char *selector)
{
	const size_t len = strlen(selector);

	if (strcmp(claim->id, selector) == 0)
		return true;
	return strncmp(claim->section, selector, len) == 0 &&
	       (claim->section[len] == '.' || claim->section[len] == '\0');
}

static bool is_selected(const struct options *options, const struct gng_claims_claim *claim)
{
	for (size_t i = 0; i < options->num_selectors; i++)
		if (matches(claim, options->selectors[i]))
			return true;
	return options->num_selectors == 0;
}

/* selectors_known names the first selector that matches nothing. */
static bool selectors_known(const struct options *options, const struct gng_claims_ledger *ledger)
{
	for (size_t s = 0; s < options->num_selectors; s++) {
		bool known = false;

		for (size_t i = 0; !known && i < ledger->num_claims; i++)
			known = matches(&ledger->claims[i], options->selectors[s]);
		if (known)
			continue;
		gng_term_error("no claim is called '%s': write a section as 2.3 or an id "
			       "as %s",
			       options->selectors[s], ledger->claims[0].id);
		return false;
	}
	return true;
}

static int report(const struct options *options, const struct claims_judged *judged, size_t num)
{
	bool good = true;

	if (options->json)
		good = claims_report_json(stdout, judged, num);
	else
		claims_report_text(stdout, judged, num);
	if (fflush(stdout) == 0 && !ferror(stdout) && good)
		return EXIT_JUDGED;
	gng_term_error("the output cannot be written: free space, or mend the pipe");
	return EXIT_HARNESS;
}

static int judge(const struct options *options, const struct gng_claims_ledger *ledger,
		 const char *source)
{
	struct claims_judged *judged = calloc(ledger->num_claims, sizeof(*judged));
	size_t num = 0;
	int answer;

	if (!judged) {
		gng_term_error("no memory");
		return EXIT_HARNESS;
	}
	for (size_t i = 0; i < ledger->num_claims; i++) {
		if (!is_selected(options, &ledger->claims[i]))
			continue;
		judged[num].claim = &ledger->claims[i];
		gng_claims_judge(&judged[num++].judgement, &ledger->claims[i], source);
	}
	answer = report(options, judged, num);
	free(judged);
	return answer;
}

static int use(const struct options *options, const struct gng_claims_ledger *ledger,
	       const char *source)
{
	if (!selectors_known(options, ledger))
		return EXIT_NOTHING;
	if (!options->markdown)
		return judge(options, ledger, source);
	gng_claims_markdown(stdout, ledger);
	return fflush(stdout) == 0 && !ferror(stdout) ? EXIT_JUDGED : EXIT_HARNESS;
}

static int run(const struct options *options)
{
	struct gng_claims_ledger *ledger = NULL;
	struct gng_home *home = NULL;
	struct gng_why why = {0};
	char folder[4096];
	int answer = EXIT_HARNESS;

	if (gng_home_open(&home, NULL, &why) != GNG_OK)
		goto out;
	snprintf(folder, sizeof(folder), "%s/vectors/claims", home->source);
	if (gng_claims_open(&ledger, options->ledger ? options->ledger : folder, &why) == GNG_OK)
		answer = use(options, ledger, home->source);
out:
	if (!ledger)
		gng_term_error("%s", why.text);
	gng_claims_close(ledger);
	gng_home_close(home);
	return answer;
}

int gng_claims_main(int argc, char **argv)
{
	struct options options = {0};
	int answer = EXIT_USAGE;

	gng_term_verb("claims");
	options.selectors = calloc((size_t)argc + 1, sizeof(*options.selectors));
	if (!options.selectors)
		return EXIT_HARNESS;
	if (parse(&options, argc, argv)) {
		if (options.help)
			puts(help);
		claims_test_run_slow(options.slow);
		answer = options.help ? EXIT_JUDGED : run(&options);
	}
	free(options.selectors);
	return answer;
}
