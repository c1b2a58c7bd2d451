/* SPDX-License-Identifier: Apache-2.0 */
/* main.c - the arguments, the progress and the exit status of `gonogo bench`. */
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "bench_report.h"

#define EXIT_USAGE 2
#define EXIT_NOTHING 4
#define EXIT_HARNESS 99

static const char usage[] =
	"usage: gonogo bench [SUBSYSTEM] [OPTION...]\n"
	"\n"
	"Times each subsystem's code and other libraries' in interleaved slices on one core. A\n"
	"ratio above 1 always means that ours is better.\n"
	"\n"
	"  --size N          messages of N bytes only\n"
	"  --mode M          encrypt or decrypt (of the variant that a caller gets here), ports\n"
	"                    (what the instructions allow), or the cases whose name contains M:\n"
	"                    gcm, ctr128, seal_1k, batch, vaes512, ...\n"
	"  --peers A,B       these peers only\n"
	"  --peer NAME=FILE  take the library of a peer from a file; a NAME that continues a\n"
	"                    peer's, as openssl3.6, is one more peer. Where a dynamic loader lies\n"
	"                    beside the file, it works in a process of its own\n"
	"  --jobs N          N pinned threads of each contestant\n"
	"  --iface IF        the port that frames come to (xdp; otherwise a pair of veth)\n"
	"  --from IF         the port that sends them; otherwise the same one\n"
	"  --latency         percentiles of single calls too\n"
	"  --json            one JSON document on standard output\n"
	"\n"
	"`ci/peers` makes ready the peers openssl3.5, ipsec-mb2, go and ring.\n"
	"\n"
	"Exit status: 0 no limit was missed, 1 one was, 2 usage, 4 nothing was timed, 99 the\n"
	"harness itself broke, or a peer computes something else.\n";

static double now_s(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static void draw(void *context, size_t done, size_t total, const char *name)
{
	struct gng_term_progress *progress = context;

	gng_term_progress_draw(progress, now_s(), done, total,
			       total ? (double)done / (double)total : 0, name);
}

/* ---- arguments ---- */

static bool takes_value(const char *name)
{
	static const char *const names[] = {"--size", "--mode",	 "--peers", "--peer",
					    "--jobs", "--iface", "--from"};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (strcmp(name, names[i]) == 0)
			return true;
	return false;
}

static bool is_count(unsigned long *count, const char *text)
{
	char *end;

	*count = strtoul(text, &end, 10);
	return *text >= '0' && *text <= '9' && !*end && *count > 0 && *count <= 1ul << 30;
}

static bool set_jobs(struct bench_options *options, unsigned long count)
{
	cpu_set_t set;
	int num = 1;

	if (sched_getaffinity(0, sizeof(set), &set) == 0)
		num = CPU_COUNT(&set);
	if (num > GNG_BENCH_MAX_LANES)
		num = GNG_BENCH_MAX_LANES;
	if (count > (unsigned long)num) {
		gng_term_error("--jobs %lu: each job needs a CPU of its own, and %d can be used",
			       count, num);
		return false;
	}
	options->num_jobs = (unsigned int)count;
	return true;
}

static bool pass_on(struct bench_options *options, char *name, char *value)
{
	const bool number = strcmp(name, "--size") == 0 || strcmp(name, "--jobs") == 0;
	unsigned long count = 0;

	if (!value) {
		gng_term_error("%s wants a value; gonogo bench --help shows them", name);
		return false;
	}
	if (number && !is_count(&count, value)) {
		gng_term_error("%s %s: wants a whole number from 1 on", name, value);
		return false;
	}
	if (options->num_pass + 2 > sizeof(options->pass) / sizeof(options->pass[0])) {
		gng_term_error("more options than anyone needs");
		return false;
	}
	options->pass[options->num_pass++] = name;
	options->pass[options->num_pass++] = value;
	return strcmp(name, "--jobs") != 0 || set_jobs(options, count);
}

static bool read_arguments(struct bench_options *options, int argc, char **argv)
{
	for (int i = 1; i < argc; i++) {
		if (strcmp(argv[i], "--json") == 0) {
			options->json = true;
		} else if (strcmp(argv[i], "--latency") == 0) {
			if (!pass_on(options, argv[i], (char *)"on"))
				return false;
		} else if (takes_value(argv[i])) {
			if (!pass_on(options, argv[i], argv[i + 1]))
				return false;
			i++;
		} else if (*argv[i] == '-') {
			gng_term_error("unknown option '%s'; gonogo bench --help lists them",
				       argv[i]);
			return false;
		} else if (options->subsystem || strpbrk(argv[i], "/*?[") || !*argv[i]) {
			gng_term_error("'%s': one subsystem can be named", argv[i]);
			return false;
		} else {
			options->subsystem = argv[i];
		}
	}
	return true;
}

/* ---- the run ---- */

static void say_nothing(const struct bench_report *report, const struct bench_options *options)
{
	if (report->num_absent)
		gng_term_error("no peer is present: %s; %s", report->absent[0].reason,
			       report->absent[0].remedy);
	else if (report->num_cases)
		gng_term_error("no case has one of these peers");
	else
		gng_term_error("nothing of that kind can be timed%s%s; gonogo bench without "
			       "options times all",
			       options->subsystem ? " in " : "",
			       options->subsystem ? options->subsystem : "");
}

static int conclude(const struct bench_report *report, const struct bench_options *options)
{
	struct gng_term term;

	if (report->failed[0]) {
		gng_term_error("%s", report->failed);
		return EXIT_HARNESS;
	}
	if (report->num_entries == 0 && report->num_ports == 0 && !options->json) {
		say_nothing(report, options);
		return EXIT_NOTHING;
	}
	if (!options->json) {
		gng_term_init(&term, stdout);
		bench_report_print(report, &term, options->num_jobs);
		return bench_report_exit(report);
	}
	for (size_t i = 0; i < report->num_absent; i++)
		gng_term_error("%s is not timed: %s; %s", report->absent[i].name,
			       report->absent[i].reason, report->absent[i].remedy);
	return bench_report_json(report, stdout) ? bench_report_exit(report) : EXIT_HARNESS;
}

static int run(const struct bench_options *options, const struct gng_home *home)
{
	struct bench_report report = {0};
	struct gng_term_progress progress;
	struct gng_term term;
	int code;

	gng_term_init(&term, stderr);
	gng_term_progress_begin(&progress, &term, now_s());
	code = bench_programs_run(&report, home, options, draw, &progress);
	gng_term_progress_erase(&progress);
	if (code == EXIT_NOTHING)
		gng_term_error("no subsystem '%s' has a hardware test in %s/tests",
			       options->subsystem ? options->subsystem : "*", home->builds[0].dir);
	if (code == 0)
		code = conclude(&report, options);
	bench_report_fini(&report);
	return code;
}

int gng_bench_main(int argc, char **argv)
{
	struct bench_options options = {.num_jobs = 1};
	struct gng_home *home;
	struct gng_why why = {0};
	int code;

	gng_term_verb("bench");
	if (argc > 1 && strcmp(argv[1], "--help") == 0) {
		fputs(usage, stdout);
		return 0;
	}
	if (!read_arguments(&options, argc, argv))
		return EXIT_USAGE;
	if (gng_home_open(&home, NULL, &why) != GNG_OK) {
		gng_term_error("%s", why.text);
		return EXIT_HARNESS;
	}
	code = run(&options, home);
	gng_home_close(home);
	return code;
}
