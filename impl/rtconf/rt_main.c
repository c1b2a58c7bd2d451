/* SPDX-License-Identifier: Apache-2.0 */
/* rt_main.c - `gonogo rt`: its words and options. */
#include "rtconf_verbs.h"

#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <gng_sysfile.h>
#include <gng_term.h>

static const char help[] =
	"usage: gonogo rt audit [--cpus LIST] [--json]\n"
	"       gonogo rt plan --cpus LIST [--partition KIND] [--json]\n"
	"       gonogo rt apply --cpus LIST [--partition KIND] [--saved FILE] [--json]\n"
	"       gonogo rt restore [--saved FILE]\n"
	"       gonogo rt boot --cpus LIST\n"
	"       gonogo rt unit FILE\n"
	"       gonogo rt prove --cpus N [--priority P] [--json]\n"
	"       gonogo rt run --cpus N [--priority P] COMMAND [ARGUMENT...]\n"
	"\n"
	"  audit    why threads with deadlines on these CPUs would be late\n"
	"  plan     what apply would write, and where\n"
	"  apply    write it; the values of before are kept in FILE, ahead of each write\n"
	"  restore  put them back, the last first; what others have changed since stays\n"
	"  boot     the words that the kernel command line lacks\n"
	"  unit     lines of a systemd unit that systemd would ignore\n"
	"  prove    who else runs on the CPU; then spin, and wake up each millisecond,\n"
	"           beside a hog on the same CPU; then alone: what the tick, RCU and a\n"
	"           timer do there\n"
	"  run      COMMAND on that CPU, in SCHED_FIFO, with idle states held off, in the\n"
	"           partition that the CPU belongs to\n"
	"\n"
	"  --cpus LIST   such as 2-5 (default for audit: the isolated ones, else the last)\n"
	"  --partition KIND  isolated or root: nobody else may run on these CPUs (cgroup v2)\n"
	"  --priority P  1 to 98, SCHED_FIFO (default 80); 0: SCHED_OTHER\n"
	"  --saved FILE  default " RT_SAVED "\n"
	"  --root DIR    audit, plan: a copy of /proc and /sys of another machine\n"
	"  --json        one JSON value on stdout\n"
	"\n"
	"Exit status: 0 nothing to mend, 1 something is (audit, unit), was refused (apply) or\n"
	"was late by more than a millisecond (prove), 2 usage, 3 not permitted here,\n"
	"99 the harness failed. run: as COMMAND.";

int rt_refuse(const char *what, const char *word)
{
	gng_term_error("%s'%s'; gonogo rt --help", what, word);
	return RT_USAGE;
}

int rt_fail(const struct gng_why *why)
{
	gng_term_error("%s", why->text);
	switch (why->status) {
	case GNG_EINVAL:
		return RT_USAGE;
	case GNG_EPERM:
	case GNG_EUNSUPPORTED:
		return RT_INCOMPLETE;
	default:
		return RT_HARNESS;
	}
}

/* ---- options ---- */

enum { CPUS = 256, PARTITION, PRIORITY, SAVED, ROOT, JSON, HELP };

static const struct option long_options[] = {
	{"cpus", required_argument, NULL, CPUS},
	{"partition", required_argument, NULL, PARTITION},
	{"priority", required_argument, NULL, PRIORITY},
	{"saved", required_argument, NULL, SAVED},
	{"root", required_argument, NULL, ROOT},
	{"json", no_argument, NULL, JSON},
	{"help", no_argument, NULL, HELP},
	{0},
};

static bool read_priority(int *priority, const char *text)
{
	char *end;
	const long number = strtol(text, &end, 10);

	*priority = (int)number;
	return end != text && *end == '\0' && number >= 0 && number <= 98;
}

static int set_option(struct rt_options *options, int option)
{
	struct gng_why why;

	switch (option) {
	case CPUS:
		options->has_cpus = true;
		if (gng_rtconf_cpus_read(&options->cpus, optarg, &why) != GNG_OK)
			return rt_refuse("no list of CPUs: ", optarg);
		return -1;
	case PARTITION:
		return gng_rtconf_partition_read(&options->partition, optarg)
			       ? -1
			       : rt_refuse("a partition is isolated or root, not ", optarg);
	case PRIORITY:
		return read_priority(&options->priority, optarg)
			       ? -1
			       : rt_refuse("a priority is 0 to 98, not ", optarg);
	case SAVED:
		options->saved = optarg;
		return -1;
	case ROOT:
		options->root = optarg;
		return -1;
	default:
		options->json = true;
		return -1;
	}
}

/* parse returns -1 to go on, else the exit status. The words of `run` begin behind its own. */
static int parse(struct rt_options *options, int argc, char **argv)
{
	int option, status = -1;

	opterr = 0;
	while (status == -1 && (option = getopt_long(argc, argv, "+:", long_options, NULL)) != -1) {
		if (option == HELP)
			return puts(help) == EOF ? RT_HARNESS : 0;
		if (option == '?')
			return rt_refuse("unknown option ", argv[optind - 1]);
		if (option == ':')
			return rt_refuse("a value is missing behind ", argv[optind - 1]);
		status = set_option(options, option);
	}
	options->num_words = (size_t)(argc - optind);
	options->words = argv + optind;
	return status;
}

/* ---- defaults ---- */

/* choose_cpus takes the isolated CPUs, else the last one that is online. */
static void choose_cpus(struct rt_options *options)
{
	char list[GNG_RTCONF_CPUS_TEXT];
	struct gng_rtconf_cpus online;

	if (gng_sysfile_read(list, sizeof(list), options->root,
			     "/sys/devices/system/cpu/isolated") &&
	    gng_rtconf_cpus_read(&options->cpus, list, NULL) == GNG_OK)
		return;
	options->cpus = (struct gng_rtconf_cpus){0};
	if (!gng_sysfile_read(list, sizeof(list), options->root,
			      "/sys/devices/system/cpu/online") ||
	    gng_rtconf_cpus_read(&online, list, NULL) != GNG_OK)
		return;
	for (unsigned int cpu = GNG_RTCONF_MAX_CPUS; cpu-- > 0;)
		if (gng_rtconf_cpus_has(&online, cpu)) {
			options->cpus.bits[cpu / 64] |= UINT64_C(1) << cpu % 64;
			return;
		}
}

static struct gng_rtconf_thread thread_of(const struct rt_options *options)
{
	return (struct gng_rtconf_thread){.priority = options->priority,
					  .cpu = (int)gng_rtconf_cpus_first(&options->cpus)};
}

/* enter joins the partition that the CPU belongs to, if it does to one. */
static enum gng_status enter(const struct rt_options *options, struct gng_why *why)
{
	if (!gng_rtconf_partition_has("", gng_rtconf_cpus_first(&options->cpus)))
		return GNG_OK;
	return gng_rtconf_partition_join("", why);
}

/* ---- verbs ---- */

static int do_unit(const struct rt_options *options)
{
	char *text;
	size_t num;

	if (options->num_words != 1)
		return rt_refuse("it wants one file behind ", "unit");
	text = gng_sysfile_text("", options->words[0]);
	if (!text)
		return rt_refuse("no text can be read from ", options->words[0]);
	num = gng_rtconf_unit(text, strlen(text), rt_say_complaint, options->words[0]);
	free(text);
	if (!num)
		puts("systemd would take every line that decides over deadlines");
	return num != 0;
}

/* do_run becomes the command. The file of the latency stays open in it: the kernel keeps its value
 * for as long (pm_qos_interface.rst). */
static int do_run(const struct rt_options *options)
{
	const struct gng_rtconf_thread thread = thread_of(options);
	const int32_t latency_us = 0;
	struct gng_why why;
	int fd;

	if (options->num_words == 0)
		return rt_refuse("it wants a command behind ", "run");
	fd = open("/dev/cpu_dma_latency", O_WRONLY);
	if (fd < 0 || write(fd, &latency_us, sizeof(latency_us)) != sizeof(latency_us))
		gng_term_error("idle states stay: /dev/cpu_dma_latency: %s", strerror(errno));
	if (enter(options, &why) != GNG_OK || gng_rtconf_thread_apply(&thread, &why) != GNG_OK)
		return rt_fail(&why);
	execvp(options->words[0], options->words);
	gng_term_error("%s: %s", options->words[0], strerror(errno));
	return 127;
}

#define CROWD_MS 300

static int do_prove(const struct rt_options *options)
{
	const struct gng_rtconf_thread thread = thread_of(options);
	struct gng_rtconf_crowd crowd;
	struct gng_rtconf_effects effects;
	struct gng_rtconf_proof proof;
	struct gng_why why;

	/* The crowd is of those outside: it comes before this process enters. */
	if (gng_rtconf_crowd(&crowd, &options->cpus, CROWD_MS, &why) != GNG_OK ||
	    enter(options, &why) != GNG_OK ||
	    gng_rtconf_prove(&proof, &thread, 1200, 1000, &why) != GNG_OK ||
	    gng_rtconf_effects(&effects, &thread, 1000, &why) != GNG_OK)
		return rt_fail(&why);
	rt_say_proof(options, &thread, &crowd, &proof, &effects);
	return proof.longest_gap_ns > 1000000 || proof.wake_max_ns > 1000000;
}

static const struct verb {
	const char *name;
	int (*run)(const struct rt_options *options);
	bool needs_cpus, one_cpu, words;
} verbs[] = {
	{"audit", rt_audit, false, false, false}, {"plan", rt_plan, true, false, false},
	{"apply", rt_apply, true, false, false},  {"restore", rt_restore, false, false, false},
	{"boot", rt_boot, true, false, false},	  {"unit", do_unit, false, false, true},
	{"prove", do_prove, true, true, false},	  {"run", do_run, true, true, true},
};

static int perform(const struct verb *verb, struct rt_options *options)
{
	if (verb->needs_cpus && !options->has_cpus)
		return rt_refuse("it wants ", "--cpus LIST");
	if (verb->one_cpu && gng_rtconf_cpus_count(&options->cpus) != 1)
		return rt_refuse("it wants one CPU, not several, behind ", "--cpus");
	if (!verb->words && options->num_words)
		return rt_refuse("no further word is known: ", options->words[0]);
	if (!options->has_cpus)
		choose_cpus(options);
	return verb->run(options);
}

int gng_rtconf_main(int argc, char **argv)
{
	struct rt_options options = {.root = "", .saved = RT_SAVED, .priority = 80};
	const char *name = argc > 1 ? argv[1] : "";
	int status;

	gng_term_verb("rt");
	if (strcmp(name, "--help") == 0)
		return puts(help) == EOF ? RT_HARNESS : 0;
	for (size_t i = 0; i < sizeof(verbs) / sizeof(verbs[0]); i++) {
		if (strcmp(verbs[i].name, name) != 0)
			continue;
		status = parse(&options, argc - 1, argv + 1);
		return status == -1 ? perform(&verbs[i], &options) : status;
	}
	return rt_refuse("it wants audit, plan, apply, restore, boot, unit, prove or run, not ",
			 name);
}
