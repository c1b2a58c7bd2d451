/* SPDX-License-Identifier: Apache-2.0 */
/* history_cmd.c - `gonogo history`: earlier sign-offs and their trend (docs/CLI.md). */
#include <getopt.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <gng_gauge.h>
#include <gng_history.h>
#include <gng_term.h>
#include <jansson.h>

#define USAGE 2
#define NOTHING 4
#define HARNESS 99
#define SHOWN 20	/* sign-offs on the terminal; --json has all */
#define MOVED_PERCENT 5 /* a figure that moved less is not worth a line */

static const char help[] =
	"usage: gonogo history [SELECT] [--json] [--out DIR]\n"
	"       gonogo history --add RUN [--out DIR]\n"
	"\n"
	"Shows earlier sign-offs, and the figures that moved by 5 % between the last two\n"
	"that measured them; all figures of the tests whose id begins with SELECT.\n"
	"\n"
	"  --json     one JSON object on stdout: every sign-off, every figure\n"
	"  --out DIR  where runs are kept (default: out/ of the tree, or GNG_OUT)\n"
	"  --add RUN  add the sign-off in folder RUN; gonogo signoff does it\n"
	"\n"
	"Exit status: 0 done, 2 usage or no history yet, 4 no figure is of SELECT, 99 the\n"
	"history cannot be read.";

struct request {
	const char *select, *out, *add;
	bool json;
	char *path;
};

static int fail(const struct gng_why *why)
{
	gng_term_error("%s", why->text);
	return why->status == GNG_EINVAL ? USAGE : HARNESS;
}

/* ---- adding ---- */

/* open_to_add keeps a damaged history under another name and begins a new one. */
static enum gng_status open_to_add(struct gng_history **history, const char *path,
				   struct gng_why *why)
{
	enum gng_status status = gng_history_open(history, path, true, why);
	char aside[4096];

	if (status != GNG_EFORMAT)
		return status;
	if (gng_history_set_aside(aside, sizeof(aside), path, why) != GNG_OK)
		return why->status;
	gng_term_error("%s could not be read; it is kept as %s, and a new one begins", path, aside);
	return gng_history_open(history, path, true, why);
}

static int add(const struct request *request)
{
	struct gng_history *history;
	struct gng_why why;
	enum gng_status status = open_to_add(&history, request->path, &why);

	if (status != GNG_OK)
		return fail(&why);
	status = gng_history_add(history, request->add, &why);
	gng_history_close(history);
	return status == GNG_OK ? 0 : fail(&why);
}

/* ---- text ---- */

struct listing {
	struct gng_term term;
	struct gng_term_table table;
	size_t num, skip;
	bool all; /* figures: also those that stood still */
};

static bool count_row(void *context, const struct gng_history_signoff *row)
{
	(void)row;
	((struct listing *)context)->num++;
	return true;
}

static enum gng_term_tone tone_of(const char *verdict)
{
	if (strcmp(verdict, "GO") == 0)
		return GNG_TERM_GOOD;
	return strcmp(verdict, "NO-GO") == 0 ? GNG_TERM_BAD : GNG_TERM_DOUBT;
}

static bool list_row(void *context, const struct gng_history_signoff *row)
{
	struct listing *listing = context;
	struct gng_term_table *table = &listing->table;

	if (listing->skip) {
		listing->skip--;
		return true;
	}
	gng_term_table_cell(table, GNG_TERM_PLAIN, "%.16s", row->started);
	gng_term_table_cell(table, tone_of(row->verdict), "%s", row->verdict);
	gng_term_table_cell(table, GNG_TERM_PLAIN, "%.10s", row->profile);
	gng_term_table_cell(table, GNG_TERM_PLAIN, "%.8s%s", row->commit,
			    strcmp(row->state, "clean tree") == 0 ? "" : "+");
	gng_term_table_cell(table, GNG_TERM_PLAIN, "%lld", row->passed);
	gng_term_table_cell(table, GNG_TERM_PLAIN, "%lld", row->failed);
	gng_term_table_cell(table, GNG_TERM_PLAIN, "%lld", row->skipped);
	return true;
}

static void head(struct gng_term_table *table, const char *const *names, size_t num)
{
	gng_term_table_init(table, num);
	for (size_t i = 0; i < num; i++)
		gng_term_table_cell(table, GNG_TERM_DIM, "%s", names[i]);
}

static enum gng_status list_signoffs(struct gng_history *history, struct gng_why *why)
{
	static const char *const names[] = {"started", "verdict", "profile", "commit",
					    "passed",  "failed",  "skipped"};
	struct listing listing = {.num = 0};
	enum gng_status status = gng_history_each(history, count_row, &listing, why);

	if (status != GNG_OK)
		return status;
	listing.skip = listing.num > SHOWN ? listing.num - SHOWN : 0;
	gng_term_init(&listing.term, stdout);
	head(&listing.table, names, 7);
	for (int i = 1; i < 4; i++)
		listing.table.left[i] = true;
	status = gng_history_each(history, list_row, &listing, why);
	gng_term_table_print(&listing.term, &listing.table);
	gng_term_table_fini(&listing.table);
	return status;
}

static double change_percent(const struct gng_history_trend *trend)
{
	return trend->num > 1 && trend->previous != 0
		       ? 100 * (trend->last - trend->previous) / fabs(trend->previous)
		       : 0;
}

static bool list_trend(void *context, const struct gng_history_trend *trend)
{
	struct listing *listing = context;
	const double change = change_percent(trend);
	struct gng_term_table *table = &listing->table;
	const int way = change > 0 ? trend->sense : -trend->sense;

	if (!listing->all && (fabs(change) < MOVED_PERCENT || !trend->is_current))
		return true;
	listing->num++;
	/* the function is the figure's name for nearly every test */
	gng_term_table_cell(table, GNG_TERM_PLAIN, "%.44s", trend->name);
	gng_term_table_cell(table, GNG_TERM_PLAIN, "%zu", trend->num);
	gng_term_table_cell(table, GNG_TERM_PLAIN, "%.4g", trend->first);
	gng_term_table_cell(table, GNG_TERM_PLAIN, "%.4g", trend->last);
	gng_term_table_cell(table, GNG_TERM_DIM, "%s",
			    strcmp(trend->unit, "ratio") == 0 ? "x" : trend->unit);
	if (change == 0)
		gng_term_table_cell(table, GNG_TERM_DIM, "-");
	else
		gng_term_table_cell(table,
				    way > 0   ? GNG_TERM_GOOD
				    : way < 0 ? GNG_TERM_BAD
					      : GNG_TERM_PLAIN,
				    "%+.1f %%%s", change,
				    way > 0   ? " better"
				    : way < 0 ? " worse"
					      : "");
	return true;
}

static enum gng_status list_trends(size_t *num, const struct request *request,
				   struct gng_history *history, struct gng_why *why)
{
	static const char *const names[] = {"figure", "n", "first", "last", "unit", "since"};
	struct listing listing = {.all = request->select != NULL};
	enum gng_status status;

	gng_term_init(&listing.term, stdout);
	head(&listing.table, names, 6);
	listing.table.left[4] = true;
	status = gng_history_trends(history, request->select ? request->select : "", list_trend,
				    &listing, why);
	if (listing.num) {
		putchar('\n');
		gng_term_table_print(&listing.term, &listing.table);
	} else
		puts(listing.all ? "\nNo figure has such an id."
				 : "\nNo figure moved by 5 % since the sign-off before.");
	gng_term_table_fini(&listing.table);
	*num = listing.num;
	return status;
}

/* ---- JSON ---- */

static bool row_json(void *context, const struct gng_history_signoff *row)
{
	return json_array_append_new(
		       context,
		       json_pack("{ss ss ss ss ss ss ss sI sI sI sI sf}", "id", row->id, "started",
				 row->started, "verdict", row->verdict, "grade", row->grade,
				 "profile", row->profile, "commit", row->commit, "state",
				 row->state, "planned", (json_int_t)row->planned, "passed",
				 (json_int_t)row->passed, "failed", (json_int_t)row->failed,
				 "skipped", (json_int_t)row->skipped, "seconds", row->seconds)) ==
	       0;
}

static bool trend_json(void *context, const struct gng_history_trend *trend)
{
	return json_array_append_new(
		       context,
		       json_pack("{ss ss ss ss ss si sI sf so sf sf sf sb}", "id", trend->id,
				 "variant", trend->variant, "build", trend->build, "name",
				 trend->name, "unit", trend->unit, "sense", trend->sense, "n",
				 (json_int_t)trend->num, "first", trend->first, "previous",
				 trend->num > 1 ? json_real(trend->previous) : json_null(), "last",
				 trend->last, "least", trend->least, "most", trend->most, "current",
				 trend->is_current)) == 0;
}

static enum gng_status print_json(size_t *num, const struct request *request,
				  struct gng_history *history, struct gng_why *why)
{
	json_t *rows = json_array(), *trends = json_array(), *json;
	enum gng_status status = gng_history_each(history, row_json, rows, why);

	if (status == GNG_OK)
		status = gng_history_trends(history, request->select ? request->select : "",
					    trend_json, trends, why);
	*num = json_array_size(trends);
	json = json_pack("{so so}", "signoffs", rows, "figures", trends);
	if (status == GNG_OK && (json_dumpf(json, stdout, JSON_INDENT(1)) != 0 ||
				 putchar('\n') == EOF || fflush(stdout) != 0))
		status = gng_why_set(why, GNG_ESYS, 0, "history", "the JSON could not be written");
	json_decref(json);
	return status;
}

static int show(const struct request *request)
{
	struct gng_history *history;
	struct gng_why why;
	enum gng_status status = gng_history_open(&history, request->path, false, &why);
	size_t num = 0;

	if (status != GNG_OK)
		return fail(&why);
	if (request->json)
		status = print_json(&num, request, history, &why);
	else {
		status = list_signoffs(history, &why);
		if (status == GNG_OK)
			status = list_trends(&num, request, history, &why);
	}
	gng_history_close(history);
	if (status != GNG_OK)
		return fail(&why);
	return request->select && num == 0 ? NOTHING : 0;
}

/* ---- options ---- */

static int parse(struct request *request, int argc, char **argv)
{
	static const struct option options[] = {{"json", no_argument, NULL, 'j'},
						{"out", required_argument, NULL, 'o'},
						{"add", required_argument, NULL, 'a'},
						{"help", no_argument, NULL, 'h'},
						{0}};
	int option;

	opterr = 0;
	while ((option = getopt_long(argc, argv, ":", options, NULL)) != -1) {
		if (option == 'j')
			request->json = true;
		else if (option == 'o')
			request->out = optarg;
		else if (option == 'a')
			request->add = optarg;
		else if (option == 'h')
			return puts(help) == EOF ? HARNESS : 0;
		else {
			gng_term_error("%s '%s'; gonogo history --help",
				       option == ':' ? "a value is missing behind"
						     : "unknown option",
				       argv[optind - 1]);
			return USAGE;
		}
	}
	if (argc - optind > 1) {
		gng_term_error("it takes one SELECT; gonogo history --help");
		return USAGE;
	}
	request->select = argv[optind];
	return -1;
}

static int find(struct request *request)
{
	struct gng_home *home = NULL;
	struct gng_why why;
	int made;

	if (!request->out && gng_home_open(&home, NULL, &why) != GNG_OK)
		return fail(&why);
	made = asprintf(&request->path, "%s/%s", request->out ? request->out : home->out,
			GNG_HISTORY_FILE);
	if (home)
		gng_home_close(home);
	return made < 0 ? HARNESS : -1;
}

int main(int argc, char **argv)
{
	struct request request = {.select = NULL};
	int status;

	gng_term_verb("history");
	status = parse(&request, argc, argv);
	if (status == -1)
		status = find(&request);
	if (status == -1)
		status = request.add ? add(&request) : show(&request);
	free(request.path);
	return status;
}
