/* SPDX-License-Identifier: Apache-2.0 */
/* say.c - what a sign-off shows on the terminal, 80 columns, ASCII. */
#include "signoff_conduct.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <gng_term.h>

void conduct_say_plan(const struct conduct *conduct)
{
	char left[128], tests[GNG_TERM_FIGURE_CAP], required[GNG_TERM_FIGURE_CAP];
	size_t num = 0, num_required = 0;

	for (size_t i = 0; i < conduct->plan->num_tests; i++) {
		num += conduct->plan->tests[i].selected;
		num_required +=
			conduct->plan->tests[i].selected && conduct->plan->tests[i].required;
	}
	snprintf(left, sizeof(left), "profile %.31s: %s tests, up to %s required",
		 conduct->profile.name, gng_term_count(tests, num),
		 gng_term_count(required, num_required));
	fprintf(conduct->out, "plan    %-51s sha256 %.12s\n", left, conduct->plan->sha256);
	fflush(conduct->out);
}

/* us writes a time of the floor as the table in the report does, in microseconds. */
static char *us(char text[GNG_TERM_FIGURE_CAP], uint64_t ns)
{
	if (ns >= 1000000)
		return gng_term_count(text, (ns + 500) / 1000);
	snprintf(text, GNG_TERM_FIGURE_CAP,
		 ns < 1000     ? "%.2f"
		 : ns < 100000 ? "%.1f"
			       : "%.0f",
		 (double)ns / 1e3);
	return text;
}

void conduct_say_floor(const struct conduct *conduct, const char *when,
		       const struct gng_noise *noise)
{
	static const struct {
		const char *name;
		double quantile;
	} shown[] = {{"P50", 0.5}, {"P99", 0.99}, {"P99.9", 0.999}, {"P99.99", 0.9999}, {"max", 1}};
	char text[GNG_TERM_FIGURE_CAP];

	fprintf(conduct->out, "floor   %s:%s", when, strlen(when) < 6 ? " " : "");
	for (size_t i = 0; i < sizeof(shown) / sizeof(shown[0]); i++)
		fprintf(conduct->out, "%s%s %s", i ? "  " : " ", shown[i].name,
			us(text, gng_noise_floor_ns(noise, shown[i].quantile)));
	fputs(" us\n", conduct->out);
	fflush(conduct->out);
}

/* conduct_say_aside names what the page shows beside the sign-off, if there is anything. */
void conduct_say_aside(const struct conduct *conduct, double seconds)
{
	const struct gng_signoff_aside *aside = &conduct->aside;
	char took[GNG_TERM_FIGURE_CAP], claims[GNG_TERM_FIGURE_CAP], text[128];
	size_t num_flames = 0;

	for (size_t i = 0; i < aside->num_flames; i++)
		num_flames += aside->flames[i].folded != NULL;
	if (!json_array_size(aside->claims) && !num_flames)
		return;
	gng_term_count(claims, json_array_size(aside->claims));
	snprintf(text, sizeof(text), "%s claims judged, %zu flame graph%s; not signed", claims,
		 num_flames, num_flames == 1 ? "" : "s");
	gng_term_duration(took, seconds);
	fprintf(conduct->out, "shown   %-*s%s\n", 72 - (int)strlen(took), text, took);
	fflush(conduct->out);
}

/* below returns path without the current folder in front, if it lies below it. */
static const char *below(const char *path)
{
	char here[PATH_MAX];
	size_t len;

	if (!getcwd(here, sizeof(here)))
		return path;
	len = strlen(here);
	if (len > 1 && strncmp(path, here, len) == 0 && path[len] == '/')
		return path + len + 1;
	return path;
}

/* not_run_tail completes "Not run: 195 tests". */
static void not_run_tail(char *text, size_t cap, const struct conduct *conduct)
{
	const size_t num = conduct->tally.count_required[GNG_SKIP];
	char count[GNG_TERM_FIGURE_CAP];

	snprintf(text, cap, ", %s of them required by profile %.31s",
		 num ? gng_term_count(count, num) : "none", conduct->profile.name);
}

static void say_files(const struct conduct *conduct)
{
	const char *link = below(conduct->rundir.link);

	fprintf(conduct->out, "\nreport  %s/index.html\nbundle  %s/" GNG_ATTEST_BUNDLE ", %s%s\n",
		link, link, conduct->signoff.signers ? "signed by " : "not signed: ",
		conduct->signoff.signers ? conduct->signoff.signers : "gonogo key new lab.pem");
}

void conduct_say_verdict(const struct conduct *conduct)
{
	struct gng_term term;
	char tail[96];

	gng_term_init(&term, conduct->out);
	fputc('\n', conduct->out);
	gng_term_ledger(&term, &conduct->tally, conduct->records, conduct->num_records);
	if (conduct->tally.count[GNG_PASS] != conduct->tally.planned)
		fputc('\n', conduct->out);
	not_run_tail(tail, sizeof(tail), conduct);
	gng_term_not_run(&term, conduct->records, conduct->num_records, tail);
	gng_term_failures(&term, conduct->records, conduct->num_records);
	fputc('\n', conduct->out);
	gng_term_verdict(&term, &conduct->tally, conduct->signoff.grade, conduct->profile.name,
			 conduct->machine.is_virtual ? "A virtual machine is never grade lab."
						     : NULL);
	say_files(conduct);
	gng_term_last_line(conduct->out, &conduct->tally);
	fflush(conduct->out);
}
