/* SPDX-License-Identifier: Apache-2.0 */
/* run.c - `gonogo dpdk run`: starts DPDK, opens its ports and runs the poll loop. */
#include <getopt.h>
#include <sched.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <gng_options.h>

#include "eal_run.h"

#define EXIT_USAGE 2
#define EXIT_HARNESS 99

static const char help[] =
	"usage: gonogo dpdk run [OPTIONS] [-- EAL ARGUMENTS]\n"
	"\n"
	"Polls every port on one CPU: parse, filter, histogram, then forward each frame to the\n"
	"port's neighbour or end it there; what each stage took in, dropped and cost.\n"
	"\n"
	"  --time S       end after S seconds (default 10, without --frames and --idle)\n"
	"  --frames N     end after N frames\n"
	"  --idle MS      end when nothing arrived for so long\n"
	"  --forward      send frames on: 0 to 1 and back, 2 to 3, a last one to itself\n"
	"  --bare         neither parse nor histogram: what polling alone costs\n"
	"  --rule RULE    add a rule to the filter (accept|drop ip4 ip6 udp tcp vlan N sport "
	"N[-M]\n"
	"                 dport N[-M] src A[/N] dst A[/N]); the first that matches decides\n"
	"  --launch NAME  hand each frame that passes to cpu-poll, cpu-futex, cuda-launch,\n"
	"                 cuda-graph or cuda-persistent, and time its whole way\n"
	"  --launch-cpu N the CPU of cpu-poll or cpu-futex (default: not that of the loop)\n"
	"  --pace N/US    receive at most N frames at once, every US microseconds, and time\n"
	"                 from when they were due\n"
	"  --json         one JSON object on stdout\n"
	"\n"
	"Exit status: 0 it ran, 1 DPDK did not start, a port or the launch did not open, or a\n"
	"frame is not accounted for, 2 usage, 99 the harness failed.";

static volatile int interrupted;

static void interrupt(int signal)
{
	(void)signal;
	interrupted = 1;
}

struct options {
	bool json, bare;
	struct gng_eal_run run;
	struct gng_frame_filter filter;
	struct gng_eal_config config;
	struct gng_launch_request launch;
	struct gng_eal_flow flow;
};

static int refuse(const char *what, const char *word)
{
	fprintf(stderr, "gonogo: dpdk: %s'%s'; gonogo dpdk run --help\n", what, word);
	return EXIT_USAGE;
}

static bool read_number(uint64_t *value, const char *text, uint64_t unit)
{
	char *end;
	const unsigned long long number = strtoull(text, &end, 10);

	if (*text < '0' || *text > '9' || *end || number == 0 || number > UINT64_MAX / 2 / unit)
		return false;
	*value = number * unit;
	return true;
}

enum { TIME = 256, FRAMES, IDLE, FORWARD, BARE, RULE, LAUNCH, LAUNCH_CPU, PACE, JSON, HELP };

static const struct option long_options[] = {
	{"time", required_argument, NULL, TIME},
	{"frames", required_argument, NULL, FRAMES},
	{"idle", required_argument, NULL, IDLE},
	{"forward", no_argument, NULL, FORWARD},
	{"bare", no_argument, NULL, BARE},
	{"rule", required_argument, NULL, RULE},
	{"launch", required_argument, NULL, LAUNCH},
	{"launch-cpu", required_argument, NULL, LAUNCH_CPU},
	{"pace", required_argument, NULL, PACE},
	{"json", no_argument, NULL, JSON},
	{"help", no_argument, NULL, HELP},
	{0},
};

/* set_pace reads "frames/microseconds". */
static bool set_pace(struct gng_eal_flow *flow, const char *text)
{
	const char *slash = strchr(text, '/');
	char frames[8] = "";
	uint64_t num;

	if (!slash || slash - text >= (ptrdiff_t)sizeof(frames))
		return false;
	memcpy(frames, text, (size_t)(slash - text));
	if (!read_number(&num, frames, 1) || !read_number(&flow->pace_ns, slash + 1, 1000))
		return false;
	flow->pace_frames = (uint32_t)num;
	return flow->pace_ns <= UINT64_C(10) * 1000000000;
}

static bool set_launch(struct gng_launch_request *request, int option)
{
	char *end;

	if (option == LAUNCH) {
		request->backend = gng_launch_named(optarg);
		return request->backend != GNG_LAUNCH_NUM_BACKENDS;
	}
	request->cpu = (int)strtoul(optarg, &end, 10);
	return *optarg >= '0' && *optarg <= '9' && !*end && end - optarg < 5;
}

static bool set_value(struct options *options, int option)
{
	struct gng_eal_run *run = &options->run;

	if (option == PACE)
		return set_pace(&options->flow, optarg);
	if (option == LAUNCH || option == LAUNCH_CPU)
		return set_launch(&options->launch, option);
	if (option == TIME)
		return read_number(&run->max_ns, optarg, 1000000000);
	if (option == IDLE)
		return read_number(&run->max_idle_ns, optarg, 1000000);
	return read_number(&run->max_frames, optarg, 1);
}

/* set_option returns -1 to go on, else the exit status. */
static int set_option(struct options *options, int option, const char *word)
{
	struct gng_why why;

	switch (option) {
	case HELP:
		return puts(help) == EOF ? EXIT_HARNESS : 0;
	case '?':
		return refuse("unknown option ", word);
	case ':':
		return refuse("a value is missing behind ", word);
	case JSON:
		options->json = true;
		return -1;
	case FORWARD:
		options->run.forward = true;
		return -1;
	case BARE:
		options->bare = true;
		return -1;
	case RULE:
		if (gng_frame_filter_add(&options->filter, optarg, &why) == GNG_OK)
			return -1;
		fprintf(stderr, "gonogo: dpdk: %s\n", why.text);
		return EXIT_USAGE;
	default:
		return set_value(options, option)
			       ? -1
			       : gng_options_refuse_value("dpdk run", long_options, option);
	}
}

/* check returns -1 if the options fit together. */
static int check(const struct options *options)
{
	const bool launch = options->launch.backend != GNG_LAUNCH_NUM_BACKENDS;

	if (options->bare && options->filter.num_rules)
		return refuse("a rule wants what is parsed, and excludes ", "--bare");
	if (launch && options->run.forward)
		return refuse("a launch ends a frame's way, and excludes ", "--forward");
	if (!launch && options->launch.cpu != GNG_LAUNCH_ANY_CPU)
		return refuse("there is no launch for ", "--launch-cpu");
	if (!launch && options->flow.pace_frames)
		return refuse("without --launch nothing is timed, so leave out ", "--pace");
	return -1;
}

static int parse(struct options *options, int argc, char **argv)
{
	struct gng_eal_run *run = &options->run;
	int option, status;

	options->launch = (struct gng_launch_request){.backend = GNG_LAUNCH_NUM_BACKENDS,
						      .cpu = GNG_LAUNCH_ANY_CPU};
	opterr = 0;
	optind = 2;
	while ((option = getopt_long(argc, argv, "+:", long_options, NULL)) != -1) {
		status = set_option(options, option, argv[optind - 1]);
		if (status != -1)
			return status;
	}
	if (optind < argc && strcmp(argv[optind - 1], "--") != 0)
		return refuse("EAL arguments stand behind --, not ", argv[optind]);
	status = check(options);
	if (status != -1)
		return status;
	if (!run->max_ns && !run->max_frames && !run->max_idle_ns)
		run->max_ns = UINT64_C(10) * 1000000000;
	run->parse = run->histogram = !options->bare;
	run->filter = options->filter.num_rules ? &options->filter : NULL;
	run->stop = &interrupted;
	options->config.argc = argc - optind;
	options->config.argv = (const char *const *)argv + optind;
	options->config.num_wanted = SIZE_MAX;
	return -1;
}

/* other_cpu is one that this thread may use and the loop does not. */
static enum gng_status other_cpu(int *cpu, int of_loop, struct gng_why *why)
{
	cpu_set_t allowed;

	CPU_ZERO(&allowed);
	(void)sched_getaffinity(0, sizeof(allowed), &allowed);
	for (*cpu = 0; *cpu < CPU_SETSIZE; ++*cpu)
		if (*cpu != of_loop && CPU_ISSET(*cpu, &allowed))
			return GNG_OK;
	return gng_why_set(why, GNG_EUNSUPPORTED, 0, "eal.run",
			   "a launch wants a CPU beside %d, which the loop has: taskset, or a "
			   "larger machine",
			   of_loop);
}

static enum gng_status open_launch(struct options *options, struct gng_eal *eal,
				   struct gng_why *why)
{
	struct gng_launch_request *request = &options->launch;
	enum gng_status status;
	int of_loop = 0;

	status = gng_eal_packets(eal, &request->packets, &request->packets_len, &of_loop, why);
	if (status == GNG_OK && request->cpu == of_loop)
		return gng_why_set(
			why, GNG_EINVAL, 0, "eal.run",
			"--launch-cpu %d is the CPU of the loop: name another, or change "
			"EAL's -l",
			of_loop);
	if (status == GNG_OK && request->cpu == GNG_LAUNCH_ANY_CPU)
		status = other_cpu(&request->cpu, of_loop, why);
	if (status == GNG_OK)
		status = gng_eal_flow_init(&options->flow, why);
	if (status == GNG_OK)
		status = gng_launch_open(&options->flow.launch, request, why);
	if (status == GNG_OK)
		options->run.flow = &options->flow;
	return status;
}

static enum gng_status run_loop(struct options *options, struct gng_why *why)
{
	struct gng_eal_report report;
	struct gng_eal *eal = NULL;
	enum gng_status status = gng_eal_start(&eal, &report, &options->config, why);

	if (status == GNG_OK)
		status = gng_eal_open_ports(eal, why);
	if (status == GNG_OK && options->launch.backend != GNG_LAUNCH_NUM_BACKENDS)
		status = open_launch(options, eal, why);
	if (status == GNG_OK)
		status = gng_eal_poll(eal, &options->run, why);
	if (status == GNG_OK)
		eal_run_say(&options->run, options->json);
	gng_launch_close(options->flow.launch); /* it reads what the ports hold */
	gng_eal_flow_fini(&options->flow);
	gng_eal_stop(eal);
	return status;
}

int eal_run_main(const char *self, int argc, char **argv)
{
	static struct options options;
	const struct sigaction action = {.sa_handler = interrupt};
	struct gng_why why = {0};
	const int answer = parse(&options, argc, argv);

	if (answer != -1)
		return answer;
	options.config.helper = self;
	sigaction(SIGINT, &action, NULL);
	sigaction(SIGTERM, &action, NULL);
	if (run_loop(&options, &why) != GNG_OK) {
		fprintf(stderr, "gonogo: dpdk: %s\n", why.text);
		return 1;
	}
	return gng_eal_lost(&options.run) || options.flow.wrong;
}
