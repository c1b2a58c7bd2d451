/* SPDX-License-Identifier: Apache-2.0 */
/* lab_cmd.c - `gonogo lab`: lists the cases and kernels, and runs cases in guests. */
#include <errno.h>
#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <time.h>

#include <gng_term.h>
#include <jansson.h>

#include "lab_table.h"
#include "lab_text.h"

#define EXIT_USAGE 2
#define EXIT_NOTHING 4
#define EXIT_HARNESS 99

static const char help[] =
	"usage: gonogo lab list [--json]\n"
	"       gonogo lab run CASE... [--kernel SELECTOR]... [--out DIR] [--json]\n"
	"\n"
	"Runs tests of this tree in a virtual machine with a real kernel (QEMU, no root).\n"
	"\n"
	"  --kernel S  only on this kernel: 6.1-cloud, 6.12-rt, ...; may be repeated\n"
	"  --out DIR   where consoles and logs are kept (default: lab in out/ of the tree)\n"
	"  --json      one JSON document on stdout, text on stderr\n"
	"\n"
	"Exit status: 0 GO, 1 NO-GO, 2 usage, 3 INCOMPLETE (also after Ctrl-C), 4 nothing\n"
	"ran, 99 the harness failed.";

struct lab {
	struct gng_home *home;
	struct gng_lab_case *cases;
	size_t num_cases;
	struct gng_lab_kernel *kernels;
	size_t num_kernels;
	struct gng_lab_list only; /* --kernel */
	struct gng_term term;
	struct gng_term_progress progress;
	bool json;
	char *out, *reason;
	bool told; /* why a test of this boot is no PASS */
	json_t *boots, *tables;
	struct lab_table table; /* of the case that runs, if it has one */
	size_t count[GNG_NUM_VERDICTS];
};

static volatile int stop;

static void on_signal(int number)
{
	stop = 1;
	signal(number, SIG_DFL);
}

/* ---- list ---- */

static const struct gng_lab_kernel *kernel_of(const struct lab *lab, const char *selector)
{
	return gng_lab_kernel_choose(lab->kernels, lab->num_kernels, selector);
}

static json_t *case_json(const struct lab *lab, const struct gng_lab_case *one)
{
	json_t *kernels = json_array();

	for (size_t i = 0; i < one->kernels.num; i++) {
		const struct gng_lab_kernel *kernel = kernel_of(lab, one->kernels.texts[i]);

		json_array_append_new(kernels,
				      json_pack("{s:s, s:s?}", "selector", one->kernels.texts[i],
						"release", kernel ? kernel->release : NULL));
	}
	return json_pack("{s:s, s:s, s:o}", "case", one->name, "title", one->title, "kernels",
			 kernels);
}

static int print_json(json_t *answer)
{
	const int printed = json_dumpf(answer, stdout, JSON_COMPACT);

	json_decref(answer);
	return printed == 0 && puts("") != EOF ? 0 : EXIT_HARNESS;
}

static int list_json(const struct lab *lab)
{
	json_t *answer = json_array();

	for (size_t i = 0; i < lab->num_cases; i++)
		json_array_append_new(answer, case_json(lab, &lab->cases[i]));
	return print_json(answer);
}

static void list_case(const struct lab *lab, const struct gng_lab_case *one)
{
	gng_term_say(&lab->term, GNG_TERM_BOLD, "%s\n", one->name);
	gng_term_wrap(stdout, 2, one->title);
	for (size_t i = 0; i < one->kernels.num; i++) {
		const struct gng_lab_kernel *kernel = kernel_of(lab, one->kernels.texts[i]);

		gng_term_say(&lab->term, kernel ? GNG_TERM_PLAIN : GNG_TERM_DOUBT, "  %-14s %s\n",
			     one->kernels.texts[i],
			     kernel ? kernel->release : "not there: ci/setup lab");
	}
}

static int list(const struct lab *lab)
{
	if (lab->json)
		return list_json(lab);
	for (size_t i = 0; i < lab->num_cases; i++)
		list_case(lab, &lab->cases[i]);
	return 0;
}

/* ---- run ---- */

/* A guest that died has one reason for all the tests that it did not run: it is said once. */
static bool same_reason(struct lab *lab, const struct gng_record *record)
{
	const char *reason = record->reason ? record->reason : "";
	const bool same = lab->reason && strcmp(lab->reason, reason) == 0;

	free(lab->reason);
	lab->reason = strdup(reason);
	return same;
}

static void on_record(void *context, const struct gng_record *record)
{
	struct lab *lab = context;

	gng_term_progress_erase(&lab->progress);
	if (record->verdict == GNG_PASS || same_reason(lab, record))
		return;
	lab->told |= record->verdict != GNG_SKIP;
	gng_term_say(&lab->term, gng_term_verdict_tone(record->verdict), "  %-12s ",
		     gng_verdict_name(record->verdict));
	fprintf(lab->term.out, "%s%s%s\n", record->test->id, *record->test->variant ? "@" : "",
		record->test->variant);
	if (record->reason)
		gng_term_wrap(lab->term.out, 15, record->reason);
	fflush(lab->term.out);
}

static double now_s(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static void on_wait(void *context, const char *doing, size_t done, size_t total)
{
	struct lab *lab = context;

	gng_term_progress_draw(&lab->progress, now_s(), done, total,
			       total ? (double)done / (double)total : 0, doing);
}

static void add_json(struct lab *lab, const struct gng_lab_case *one,
		     const struct gng_lab_result *result)
{
	json_t *records = json_array();

	for (size_t i = 0; i < result->num_records; i++) {
		char *text = gng_record_json(&result->records[i]);

		if (text)
			json_array_append_new(records, json_loads(text, 0, NULL));
		free(text);
	}
	json_array_append_new(lab->boots,
			      json_pack("{s:s, s:s, s:s?, s:s?, s:s?, s:f, s:f, s:o}", "case",
					one->name, "kernel", result->selector, "release",
					result->release, "cannot", result->cannot, "remedy",
					result->remedy, "boot_s", result->boot_s, "seconds",
					result->seconds, "records", records));
}

/* say_why is for tests that were PASS until the guest's kernel reported something. */
static void say_why(struct lab *lab, const struct gng_lab_result *result)
{
	for (size_t i = 0; i < result->num_records && !lab->told; i++)
		if (result->records[i].verdict != GNG_SKIP)
			on_record(lab, &result->records[i]);
	lab->told = false;
}

static void say_result(struct lab *lab, const struct gng_lab_result *result)
{
	size_t count[GNG_NUM_VERDICTS] = {0};
	char seconds[GNG_TERM_FIGURE_CAP], boot[GNG_TERM_FIGURE_CAP];
	bool good;

	for (size_t i = 0; i < result->num_records; i++) {
		count[result->records[i].verdict]++;
		lab->count[result->records[i].verdict]++;
	}
	if (result->cannot) {
		gng_term_say(&lab->term, GNG_TERM_DOUBT, "  SKIP  ");
		fprintf(lab->term.out, "%s: %s\n", result->cannot, result->remedy);
		return;
	}
	say_why(lab, result);
	good = count[GNG_PASS] + count[GNG_SKIP] == result->num_records && count[GNG_PASS];
	gng_term_say(&lab->term, good ? GNG_TERM_GOOD : GNG_TERM_BAD, "  %zu of %zu passed",
		     count[GNG_PASS], result->num_records);
	fprintf(lab->term.out, ", hello after %s, in all %s\n",
		gng_term_duration(boot, result->boot_s),
		gng_term_duration(seconds, result->seconds));
}

/* ---- the table of a case ---- */

/* add_column reads what the tests of one boot printed. */
static void add_column(struct lab *lab, const struct gng_lab_case *one,
		       const struct gng_lab_result *result)
{
	if (!one->table || result->cannot)
		return;
	lab_table_column(&lab->table, result->selector, result->release ? result->release : "");
	for (size_t i = 0; i < result->num_records; i++) {
		char *path, *text;

		if (asprintf(&path, "%s/%s-%s.log/%s.log", lab->out, one->name, result->selector,
			     result->tests[i].id) < 0)
			continue;
		text = lab_read_text(path);
		if (text)
			lab_table_take(&lab->table, text);
		free(text);
		free(path);
	}
}

/* add_host runs the same tests here. */
static void add_host(struct lab *lab, const struct gng_lab_result *result,
		     const struct gng_lab_case *one)
{
	struct utsname host;

	lab_table_column(&lab->table, "host", uname(&host) == 0 ? host.release : "");
	for (size_t i = 0; i < result->num_records && !stop; i++) {
		char *text = lab_table_host(lab->home, &result->tests[i], one->deadline_s);

		if (text)
			lab_table_take(&lab->table, text);
		free(text);
	}
}

/* keep_table writes DIR/CASE.table.json, which the report shows. */
static void keep_table(const struct lab *lab, const struct gng_lab_case *one, const json_t *table)
{
	char *path;

	if (asprintf(&path, "%s/%s.table.json", lab->out, one->name) < 0)
		return;
	if (json_dump_file(table, path, JSON_INDENT(1)) != 0)
		gng_term_error("%s: cannot be written: is the disk full?", path);
	free(path);
}

static void end_table(struct lab *lab, const struct gng_lab_case *one)
{
	json_t *table;

	if (!one->table || json_array_size(lab->table.columns) < 2)
		return;
	gng_term_say(&lab->term, GNG_TERM_BOLD, "%s\n", one->table);
	lab_table_print(lab->term.out, &lab->table);
	table = lab_table_json(&lab->table, one->name, one->table);
	keep_table(lab, one, table);
	json_array_append_new(lab->tables, table);
}

static int fail(const struct gng_why *why)
{
	gng_term_error("%s", why->text);
	return why->status == GNG_EINVAL ? EXIT_USAGE : EXIT_HARNESS;
}

static int boot(struct lab *lab, const struct gng_lab_case *one, const char *selector, bool is_last)
{
	const struct gng_lab_options options = {
		.home = lab->home,
		.dir = lab->out,
		.on_record = on_record,
		.on_wait = on_wait,
		.context = lab,
		.stop = &stop,
	};
	const struct gng_lab_kernel *kernel = kernel_of(lab, selector);
	struct gng_lab_result result;
	struct gng_why why;

	gng_term_say(&lab->term, GNG_TERM_BOLD, "%s on %s", one->name, selector);
	fprintf(lab->term.out, "  %s\n", kernel ? kernel->release : "");
	gng_term_progress_begin(&lab->progress, &lab->term, now_s());
	if (gng_lab_run(&result, one, selector, &options, &why) != GNG_OK)
		return fail(&why);
	gng_term_progress_erase(&lab->progress);
	say_result(lab, &result);
	add_json(lab, one, &result);
	add_column(lab, one, &result);
	if (one->table && is_last)
		add_host(lab, &result, one);
	gng_lab_result_fini(&result);
	return 0;
}

static bool is_wanted(const struct lab *lab, const char *selector)
{
	return lab->only.num == 0 || lab_list_has(&lab->only, selector);
}

static int run_case(struct lab *lab, const struct gng_lab_case *one, size_t *num_boots)
{
	size_t last = 0;
	int status = 0;

	for (size_t i = 0; i < one->kernels.num; i++)
		if (is_wanted(lab, one->kernels.texts[i]))
			last = i;
	lab_table_init(&lab->table);
	for (size_t i = 0; i < one->kernels.num && status == 0 && !stop; i++) {
		if (!is_wanted(lab, one->kernels.texts[i]))
			continue;
		status = boot(lab, one, one->kernels.texts[i], i == last);
		++*num_boots;
	}
	if (status == 0 && !stop)
		end_table(lab, one);
	lab_table_fini(&lab->table);
	return status;
}

static const struct gng_lab_case *find_case(const struct lab *lab, const char *name)
{
	for (size_t i = 0; i < lab->num_cases; i++)
		if (strcmp(lab->cases[i].name, name) == 0)
			return &lab->cases[i];
	return NULL;
}

static int conclude(struct lab *lab)
{
	const size_t *count = lab->count;
	enum gng_overall overall = GNG_GO;

	if (count[GNG_FAIL] || count[GNG_ERROR])
		overall = GNG_NO_GO;
	else if (count[GNG_MISSING] || count[GNG_INCONCLUSIVE] || !count[GNG_PASS])
		overall = GNG_INCOMPLETE;
	gng_term_say(&lab->term, overall == GNG_GO ? GNG_TERM_GOOD : GNG_TERM_BAD, "%s",
		     gng_overall_name(overall));
	fprintf(lab->term.out, "  consoles and logs: %s\n", lab->out);
	if (lab->json &&
	    print_json(json_pack("{s:s, s:O, s:O}", "verdict", gng_overall_name(overall), "boots",
				 lab->boots, "tables", lab->tables)) != 0)
		return EXIT_HARNESS;
	return (int)overall;
}

static int run(struct lab *lab, int num_names, char **names)
{
	size_t num_boots = 0;
	int status = 0;

	for (int i = 0; i < num_names; i++) {
		if (find_case(lab, names[i]))
			continue;
		gng_term_error("there is no case '%s': gonogo lab list", names[i]);
		return EXIT_USAGE;
	}
	if ((mkdir(lab->home->out, 0777) != 0 && errno != EEXIST) ||
	    (mkdir(lab->out, 0777) != 0 && errno != EEXIST)) {
		gng_term_error("%s: %s", lab->out, strerror(errno));
		return EXIT_HARNESS;
	}
	for (int i = 0; i < num_names && status == 0 && !stop; i++)
		status = run_case(lab, find_case(lab, names[i]), &num_boots);
	if (status != 0)
		return status;
	if (num_boots == 0) {
		gng_term_error("no chosen case boots such a kernel: gonogo lab list");
		return EXIT_NOTHING;
	}
	return conclude(lab);
}

/* ---- the command line ---- */

enum { KERNEL = 256, OUT, JSON, HELP };

static const struct option long_options[] = {
	{"kernel", required_argument, NULL, KERNEL},
	{"out", required_argument, NULL, OUT},
	{"json", no_argument, NULL, JSON},
	{"help", no_argument, NULL, HELP},
	{0},
};

/* parse returns -1 to go on, else the exit status. */
static int parse(struct lab *lab, int argc, char **argv)
{
	int option;

	opterr = 0;
	while ((option = getopt_long(argc, argv, ":", long_options, NULL)) != -1) {
		if (option == HELP)
			return puts(help) == EOF ? EXIT_HARNESS : 0;
		if (option == '?' || option == ':') {
			gng_term_error("%s '%s'; gonogo lab --help",
				       option == ':' ? "a value is missing behind"
						     : "unknown option",
				       argv[optind - 1]);
			return EXIT_USAGE;
		}
		if (option == KERNEL && !lab_list_add(&lab->only, optarg))
			return EXIT_HARNESS;
		if (option == OUT)
			lab->out = strdup(optarg);
		lab->json = lab->json || option == JSON;
	}
	return -1;
}

static int open_lab(struct lab *lab)
{
	struct gng_why why;

	if (gng_home_open(&lab->home, NULL, &why) != GNG_OK ||
	    gng_lab_cases_read(&lab->cases, &lab->num_cases, lab->home->source, &why) != GNG_OK ||
	    gng_lab_kernels_find(&lab->kernels, &lab->num_kernels, &why) != GNG_OK) {
		gng_term_error("%s", why.text);
		return EXIT_HARNESS;
	}
	if (!lab->out && asprintf(&lab->out, "%s/lab", lab->home->out) < 0)
		return EXIT_HARNESS;
	gng_term_init(&lab->term, lab->json ? stderr : stdout);
	lab->boots = json_array();
	lab->tables = json_array();
	return -1;
}

static int obey(struct lab *lab, int argc, char **argv)
{
	const char *verb = optind < argc ? argv[optind] : "";
	int status;

	if (strcmp(verb, "list") != 0 && strcmp(verb, "run") != 0) {
		gng_term_error("it wants 'list' or 'run CASE', not '%s'; gonogo lab --help", verb);
		return EXIT_USAGE;
	}
	if ((strcmp(verb, "list") == 0) != (optind + 1 == argc)) {
		gng_term_error(strcmp(verb, "list") == 0
				       ? "list takes no further word; gonogo lab --help"
				       : "run wants the name of a case: gonogo lab list");
		return EXIT_USAGE;
	}
	status = open_lab(lab);
	if (status != -1)
		return status;
	return strcmp(verb, "list") == 0 ? list(lab)
					 : run(lab, argc - optind - 1, argv + optind + 1);
}

int main(int argc, char **argv)
{
	struct lab lab = {0};
	int status;

	gng_term_verb("lab");
	status = parse(&lab, argc, argv);
	signal(SIGINT, on_signal);
	signal(SIGTERM, on_signal);
	if (status == -1)
		status = obey(&lab, argc, argv);
	gng_lab_cases_free(lab.cases, lab.num_cases);
	gng_lab_kernels_free(lab.kernels, lab.num_kernels);
	gng_home_close(lab.home);
	json_decref(lab.boots);
	json_decref(lab.tables);
	lab_list_fini(&lab.only);
	free(lab.out);
	free(lab.reason);
	return status;
}
