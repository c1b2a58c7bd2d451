/* SPDX-License-Identifier: Apache-2.0 */
/* bpf_cmd.c - `gonogo bpf load`: takes an object through its states, and says why it was refused.
 */
#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <gng_bpf.h>
#include <gng_options.h>

#include "gng_bpfobj.h"

#define EXIT_REFUSED 1
#define EXIT_INCOMPLETE 3
#define EXIT_HARNESS 99
#define EXCERPT_LINES 12

static const char help[] =
	"usage: gonogo bpf load OBJECT [--program NAME]... [--pin DIR] [--json]\n"
	"\n"
	"Checks an eBPF object file, reads it, loads it into this kernel and takes it out again;\n"
	"prints each state that it reached, and of a refusal errno, class, remedy and the log.\n"
	"Nothing is attached.\n"
	"\n"
	"  --program NAME  only this program; may be repeated (default: all of them)\n"
	"  --pin DIR       leave maps and programs in DIR, a new folder on a BPF file system\n"
	"  --json          one JSON object on stdout\n"
	"\n"
	"Exit status: 0 loaded, 1 refused, 2 usage, 3 this machine or process cannot load it,\n"
	"99 the file cannot be read.";

/* order is what the command line says. */
struct order {
	const char *file, *pin;
	const char **programs; /* within argv */
	size_t num_programs;
	bool json;
};

/* course is what became of the object. */
struct course {
	struct gng_bpfobj *object; /* NULL: it was never open */
	enum gng_status status;
	struct gng_why why;
	json_t *states; /* names */
	bool pinned;
};

/* ---- the command line ---- */

enum { PROGRAM = GNG_OPTIONS_OWN, PIN, JSON };

static const struct option long_options[] = {
	{"program", required_argument, NULL, PROGRAM},
	{"pin", required_argument, NULL, PIN},
	{"json", no_argument, NULL, JSON},
	{"help", no_argument, NULL, GNG_OPTIONS_HELP},
	{0},
};

static bool set_option(void *arg, int option)
{
	struct order *order = arg;

	if (option == PROGRAM)
		order->programs[order->num_programs++] = optarg;
	else if (option == PIN)
		order->pin = optarg;
	else
		order->json = true;
	return true;
}

static const struct gng_options options = {
	.verb = "bpf", .help = help, .known = long_options, .set = set_option};

/* parse returns -1 to go on, else the exit status. */
static int parse(struct order *order, int argc, char **argv)
{
	const int status = gng_options_read(&options, order, argc, argv);

	if (status != -1)
		return status;
	if (optind == argc || strcmp(argv[optind], "load") != 0)
		return gng_options_refuse(&options, "it wants the word load, not",
					  optind == argc ? "" : argv[optind]);
	if (optind + 1 == argc)
		return gng_options_refuse(&options, "it wants a file behind", "load");
	if (optind + 2 < argc)
		return gng_options_refuse(&options, "it wants no further word like",
					  argv[optind + 2]);
	order->file = argv[optind + 1];
	return -1;
}

/* ---- the course of an object ---- */

static void reached(struct course *course, const char *state)
{
	json_array_append_new(course->states, json_string(state));
}

static enum gng_status choose(const struct order *order, struct course *course)
{
	enum gng_status status = GNG_OK;

	if (order->num_programs)
		status = gng_bpfobj_autoload(course->object, NULL, false, &course->why);
	for (size_t i = 0; status == GNG_OK && i < order->num_programs; i++)
		status =
			gng_bpfobj_autoload(course->object, order->programs[i], true, &course->why);
	return status;
}

static void take(const struct order *order, struct course *course)
{
	course->status = gng_bpfobj_open(&course->object, order->file, &course->why);
	if (course->status != GNG_OK)
		return;
	reached(course, "open");
	course->status = choose(order, course);
	if (course->status != GNG_OK)
		return;
	course->status = gng_bpfobj_load(course->object, &course->why);
	reached(course, gng_bpfobj_state_name(gng_bpfobj_state_of(course->object)));
	if (course->status != GNG_OK || !order->pin)
		return;
	course->status = gng_bpfobj_pin(course->object, order->pin, &course->why);
	if (course->status == GNG_OK)
		reached(course, "pinned");
}

/* exit_of: a program that does not exist and a folder that is no BPF file system are the caller's.
 */
static int exit_of(const struct course *course)
{
	switch (course->status) {
	case GNG_OK:
		return 0;
	case GNG_EINVAL:
		return GNG_OPTIONS_USAGE;
	case GNG_EPERM:
	case GNG_EUNSUPPORTED:
		return EXIT_INCOMPLETE;
	case GNG_ENOMEM:
		return EXIT_HARNESS;
	case GNG_ESYS: /* before it was open only the file can fail */
		return course->object ? EXIT_REFUSED : EXIT_HARNESS;
	default:
		return EXIT_REFUSED;
	}
}

/* ---- what is printed ---- */

static const char *class_of(const struct course *course, const char **remedy)
{
	*remedy = "";
	if (course->object) {
		*remedy = gng_bpfobj_verdict_of(course->object)->remedy;
		return gng_bpfobj_verdict_of(course->object)->class_name;
	}
	if (course->status != GNG_EFORMAT)
		return "";
	return gng_bpfobj_classify(course->why.sys_errno ? course->why.sys_errno : -1, "",
				   course->why.text, remedy);
}

static const char *log_of(const struct course *course)
{
	const struct gng_bpfobj_verdict *verdict;

	if (!course->object || course->status == GNG_OK)
		return "";
	verdict = gng_bpfobj_verdict_of(course->object);
	return *verdict->log ? verdict->log : verdict->said;
}

/* plain is text as JSON takes it: a file names its programs with any bytes. */
static json_t *plain(const char *text)
{
	json_t *string;
	char *copy = strdup(text);

	for (char *at = copy; at && *at; at++)
		if (((unsigned char)*at < ' ' && *at != '\n' && *at != '\t') ||
		    (unsigned char)*at > '~')
			*at = '?';
	string = json_string(copy ? copy : "");
	free(copy);
	return string;
}

static json_t *programs_of(const struct course *course)
{
	json_t *all = json_array();
	struct gng_bpfobj_program one;

	for (size_t i = 0; course->object && gng_bpfobj_program_at(course->object, i, &one); i++)
		json_array_append_new(all, json_pack("{s:o,s:o,s:i,s:b}", "name", plain(one.name),
						     "section", plain(one.section), "instructions",
						     (int)one.num_insns, "loaded", one.fd >= 0));
	return all;
}

static int print_json(const struct course *course)
{
	const char *remedy, *class = class_of(course, &remedy);
	json_t *all = json_pack("{s:s,s:O,s:o,s:s,s:s,s:s,s:o,s:o}", "verdict",
				course->status == GNG_OK ? "loaded" : "refused", "states",
				course->states, "programs", programs_of(course), "errno",
				course->status == GNG_OK || course->why.sys_errno == 0
					? ""
					: gng_bpf_errno_name(course->why.sys_errno),
				"class", class, "remedy", remedy, "reason",
				plain(course->status == GNG_OK ? "" : course->why.text), "log",
				plain(log_of(course)));
	const bool written = all && json_dumpf(all, stdout, JSON_COMPACT) == 0 && puts("") != EOF;

	json_decref(all);
	return written ? exit_of(course) : EXIT_HARNESS;
}

/* print_excerpt prints the end of a log: the decisive line stands there, or what explains it. */
static void print_excerpt(const char *log)
{
	const char *from = log + strlen(log);
	unsigned int lines = 0;

	while (from > log && lines <= EXCERPT_LINES)
		lines += *--from == '\n';
	if (from > log)
		puts("log     ...");
	for (from += from > log; *from;) {
		const int len = (int)strcspn(from, "\n");

		if (len)
			printf("log     %.*s\n", len, from);
		from += len + (from[len] == '\n');
	}
}

static int print_text(const struct order *order, const struct course *course)
{
	const char *remedy, *class = class_of(course, &remedy);

	printf("object  %s\n", order->file);
	for (size_t i = 0; i < json_array_size(course->states); i++)
		printf("state   %s\n", json_string_value(json_array_get(course->states, i)));
	if (course->status == GNG_OK) {
		puts("verdict loaded");
		return 0;
	}
	puts("verdict refused");
	if (*class)
		printf("class   %s\n", class);
	printf("reason  %s\n", course->why.text);
	if (*remedy)
		printf("remedy  %s\n", remedy);
	print_excerpt(log_of(course));
	return exit_of(course);
}

int main(int argc, char **argv)
{
	struct order order = {.programs = calloc((size_t)argc, sizeof(*order.programs))};
	struct course course = {.states = json_array()};
	int status;

	if (!order.programs || !course.states)
		return EXIT_HARNESS;
	status = parse(&order, argc, argv);
	if (status == -1) {
		take(&order, &course);
		status = order.json ? print_json(&course) : print_text(&order, &course);
	}
	gng_bpfobj_close(course.object);
	json_decref(course.states);
	free(order.programs);
	return status;
}
