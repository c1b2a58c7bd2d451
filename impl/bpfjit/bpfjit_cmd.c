/* SPDX-License-Identifier: Apache-2.0 */
/* bpfjit_cmd.c - `gonogo bpfjit`: compares the kernel's eBPF compiler with RFC 9669 for some time.
 */
#include <inttypes.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <gng_options.h>

#include "gng_bpfjit.h"

#define EXIT_INCOMPLETE 3
#define EXIT_HARNESS 99
#define MOST_JOBS 64u

static const char help[] =
	"usage: gonogo bpfjit [--time S] [--count N] [--seed N] [--kinds LIST] [--jobs N]\n"
	"       [--except FAULT] [--list] [--json]\n"
	"\n"
	"Generates eBPF programs, runs each by the kernel's compiler and by an interpreter of\n"
	"RFC 9669, and stops at the first difference that no known fault of this kernel\n"
	"explains.\n"
	"\n"
	"  --time S      seconds, at most 86400 (default 10)\n"
	"  --count N     not more programs than this\n"
	"  --seed N      of the first program (default 1); the next ones follow\n"
	"  --kinds LIST  none, or of memory,jumps,atomics,calls,v4,order (default: all that\n"
	"                this kernel knows)\n"
	"  --jobs N      threads that share the seeds, at most 64 (default 1)\n"
	"  --except FAULT  lost-extension: what this known fault explains is no difference\n"
	"  --list        only print the program of the seed, as gonogo's assembler reads it\n"
	"  --json        one JSON object on stdout\n"
	"\n"
	"Exit status: 0 no difference, 1 a difference, 2 usage, 3 this machine cannot,\n"
	"99 the harness failed.";

static const struct {
	const char *name;
	unsigned int kind;
} kinds[] = {{"memory", GNG_BPFJIT_MEMORY},   {"jumps", GNG_BPFJIT_JUMPS},
	     {"atomics", GNG_BPFJIT_ATOMICS}, {"calls", GNG_BPFJIT_CALLS},
	     {"v4", GNG_BPFJIT_V4},	      {"order", GNG_BPFJIT_ORDER}};

#define NUM_KINDS (sizeof(kinds) / sizeof(kinds[0]))

/* order is what the command line says. */
struct order {
	uint64_t seconds, count, seed, jobs;
	unsigned int kinds;
	bool list, json, accept; /* accept: the known fault is excepted */
};

/* ---- the command line ---- */

static unsigned int kind_of(const char *name, size_t len)
{
	for (size_t i = 0; i < NUM_KINDS; i++)
		if (strlen(kinds[i].name) == len && strncmp(kinds[i].name, name, len) == 0)
			return kinds[i].kind;
	return 0;
}

static bool read_kinds(unsigned int *chosen, const char *text)
{
	*chosen = 0;
	if (strcmp(text, "none") == 0)
		return true;
	for (;;) {
		const size_t len = strcspn(text, ",");
		const unsigned int kind = kind_of(text, len);

		if (kind == 0)
			return false;
		*chosen |= kind;
		if (text[len] == '\0')
			return true;
		text += len + 1;
	}
}

enum { TIME = GNG_OPTIONS_OWN, COUNT, SEED, KINDS, JOBS, EXCEPT, LIST, JSON };

static const struct option long_options[] = {
	{"time", required_argument, NULL, TIME},
	{"count", required_argument, NULL, COUNT},
	{"seed", required_argument, NULL, SEED},
	{"kinds", required_argument, NULL, KINDS},
	{"jobs", required_argument, NULL, JOBS},
	{"except", required_argument, NULL, EXCEPT},
	{"list", no_argument, NULL, LIST},
	{"json", no_argument, NULL, JSON},
	{"help", no_argument, NULL, GNG_OPTIONS_HELP},
	{0},
};

static bool set_option(void *arg, int option)
{
	struct order *order = arg;

	switch (option) {
	case TIME:
		return gng_options_number(&order->seconds, optarg, 1, 86400);
	case COUNT:
		return gng_options_number(&order->count, optarg, 1, UINT64_MAX - 1);
	case SEED:
		return gng_options_number(&order->seed, optarg, 0, UINT64_MAX - 1);
	case KINDS:
		return read_kinds(&order->kinds, optarg);
	case JOBS:
		return gng_options_number(&order->jobs, optarg, 1, MOST_JOBS);
	case EXCEPT:
		return order->accept =
			       strcmp(optarg, gng_bpfjit_fault_name(GNG_BPFJIT_LOST_EXTENSION)) ==
			       0;
	case LIST:
		return order->list = true;
	default:
		return order->json = true;
	}
}

static const struct gng_options options = {
	.verb = "bpfjit", .help = help, .known = long_options, .set = set_option};

/* parse returns -1 to go on, else the exit status. */
static int parse(struct order *order, int argc, char **argv)
{
	const int status = gng_options_read(&options, order, argc, argv);

	return status == -1 && optind < argc
		       ? gng_options_refuse(&options, "it wants no word like", argv[optind])
		       : status;
}

/* ---- one program as text ---- */

static int list(const struct order *order)
{
	static struct gng_bpf_insn insns[GNG_BPFJIT_MAX_INSNS];
	struct gng_bpf_code code = {.insns = insns, .cap = GNG_BPFJIT_MAX_INSNS};

	gng_bpfjit_generate(&code, order->seed, order->kinds);
	for (size_t i = 0; i < code.num_insns; i++)
		printf("raw 0x%02x %u %u %d 0x%08x\n", insns[i].code, insns[i].dst_reg,
		       insns[i].src_reg, insns[i].off, (uint32_t)insns[i].imm);
	return ferror(stdout) ? EXIT_HARNESS : 0;
}

/* ---- the comparison ---- */

static double seconds_of(clockid_t clock)
{
	struct timespec now;

	clock_gettime(clock, &now);
	return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

static double now(void)
{
	return seconds_of(CLOCK_MONOTONIC);
}

/* worker is one of several threads: of the blocks of seeds, as many as go into one load, worker i
 * has the i-th and each jobs-th from there. */
struct worker {
	pthread_t thread;
	const struct order *order;
	struct gng_bpfjit *jit;
	uint64_t block;
	double end;
	bool *stop; /* of all, for one has found a difference */
	struct gng_bpfjit_outcome outcome;
	enum gng_status status;
	struct gng_why why;
};

/* block_len is how many seeds a block has: the last one may be short; 0 behind it. */
static uint64_t block_len(const struct order *order, uint64_t block)
{
	const uint64_t first = block * GNG_BPFJIT_TOGETHER;

	if (first >= order->count)
		return 0;
	return order->count - first < GNG_BPFJIT_TOGETHER ? order->count - first
							  : GNG_BPFJIT_TOGETHER;
}

/* work goes on until time or count are over, or the two sides differ. */
static void *work(void *arg)
{
	struct worker *worker = arg;
	const struct order *order = worker->order;
	uint64_t len;

	while ((len = block_len(order, worker->block)) && now() < worker->end &&
	       !__atomic_load_n(worker->stop, __ATOMIC_RELAXED)) {
		worker->status =
			gng_bpfjit_compare_many(worker->jit, &worker->outcome,
						order->seed + worker->block * GNG_BPFJIT_TOGETHER,
						len, order->kinds, &worker->why);
		if (worker->status != GNG_OK)
			break;
		worker->block += order->jobs;
	}
	if (worker->status != GNG_OK)
		__atomic_store_n(worker->stop, true, __ATOMIC_RELAXED);
	return NULL;
}

/* found is what all workers found together. */
struct found {
	struct gng_bpfjit_outcome outcome; /* with the first difference */
	unsigned int faults;		   /* of this kernel */
	double seconds, cpu_seconds;
	enum gng_status status;
	struct gng_why why;
};

static void take(struct found *found, const struct worker *worker)
{
	found->outcome.programs += worker->outcome.programs;
	found->outcome.runs += worker->outcome.runs;
	found->outcome.insns += worker->outcome.insns;
	found->outcome.refused += worker->outcome.refused;
	found->outcome.explained += worker->outcome.explained;
	found->faults = gng_bpfjit_faults(worker->jit);
	found->outcome.loads += worker->outcome.loads;
	if (worker->status == GNG_OK) {
		if (worker->outcome.refused + worker->outcome.explained && found->status == GNG_OK)
			found->why = worker->why;
		return;
	}
	if (found->status != GNG_OK && found->outcome.differs_seed < worker->outcome.differs_seed)
		return;
	found->status = worker->status;
	found->outcome.differs_seed = worker->outcome.differs_seed;
	found->outcome.differs_num = worker->outcome.differs_num;
	found->why = worker->why;
}

static enum gng_status open_workers(struct worker *workers, const struct order *order, bool *stop,
				    struct gng_why *why)
{
	enum gng_status status = GNG_OK;

	for (uint64_t i = 0; status == GNG_OK && i < order->jobs; i++) {
		workers[i] = (struct worker){.order = order, .block = i, .stop = stop};
		status = gng_bpfjit_open(&workers[i].jit, why);
	}
	return status;
}

/* compare lets the workers go; the last one is this thread. */
static void compare(struct found *found, struct worker *workers, uint64_t num)
{
	const double start = now(), cpu_start = seconds_of(CLOCK_PROCESS_CPUTIME_ID);
	uint64_t num_threads = 0;

	for (uint64_t i = 0; i < num; i++)
		workers[i].end = start + (double)workers[i].order->seconds;
	while (num_threads + 1 < num &&
	       pthread_create(&workers[num_threads].thread, NULL, work, &workers[num_threads]) == 0)
		num_threads++;
	for (uint64_t i = num_threads; i < num; i++)
		work(&workers[i]);
	for (uint64_t i = 0; i < num_threads; i++)
		pthread_join(workers[i].thread, NULL);
	found->seconds = now() - start;
	found->cpu_seconds = seconds_of(CLOCK_PROCESS_CPUTIME_ID) - cpu_start;
	for (uint64_t i = 0; i < num; i++)
		take(found, &workers[i]);
}

static void print_kinds(unsigned int chosen)
{
	const char *comma = "";

	for (size_t i = 0; i < NUM_KINDS; i++)
		if (chosen & kinds[i].kind) {
			printf("%s%s", comma, kinds[i].name);
			comma = ",";
		}
	if (!chosen)
		printf("none");
}

/* is_go says whether there is no difference but those that are excepted. */
static bool is_go(const struct order *order, const struct found *found)
{
	return found->status == GNG_OK && (order->accept || !found->outcome.explained);
}

static void say_json(const struct order *order, const struct found *found)
{
	const struct gng_bpfjit_outcome *outcome = &found->outcome;

	printf("{\"verdict\":\"%s\",\"kinds\":\"", is_go(order, found) ? "GO" : "NO-GO");
	print_kinds(order->kinds);
	printf("\",\"seed\":%" PRIu64 ",\"jobs\":%" PRIu64 ",\"programs\":%" PRIu64
	       ",\"instructions\":%" PRIu64 ",\"loads\":%" PRIu64 ",\"runs\":%" PRIu64
	       ",\"refused\":%" PRIu64
	       ",\"seconds\":%.3f,\"programs_per_s\":%.0f,\"programs_per_cpu_s\":%.0f,"
	       "\"faults\":[%s],\"explained\":%" PRIu64 ",\"differs\":",
	       order->seed, order->jobs, outcome->programs, outcome->insns, outcome->loads,
	       outcome->runs, outcome->refused, found->seconds,
	       (double)outcome->programs / found->seconds,
	       (double)outcome->programs / found->cpu_seconds,
	       found->faults ? "\"lost-extension\"" : "", outcome->explained);
	if (found->status == GNG_EFORMAT)
		printf("%" PRIu64 ",\"differs_num\":%u}\n", outcome->differs_seed,
		       outcome->differs_num);
	else
		puts("null,\"differs_num\":0}");
}

static void say_again(const struct order *order, const struct found *found)
{
	printf("NO-GO: again: gonogo bpfjit --count %u --seed %" PRIu64 " --kinds ",
	       found->outcome.differs_num, found->outcome.differs_seed);
	print_kinds(order->kinds);
	puts("; its program: the same with --list");
}

static void say(const struct order *order, const struct found *found)
{
	const struct gng_bpfjit_outcome *outcome = &found->outcome;

	printf("%" PRIu64 " programs, %" PRIu64 " runs, %" PRIu64
	       " refused by the verifier, %.0f programs/s, %.0f a CPU second\n",
	       outcome->programs, outcome->runs, outcome->refused,
	       (double)outcome->programs / found->seconds,
	       (double)outcome->programs / found->cpu_seconds);
	if (found->faults)
		printf("lost-extension: this kernel has the fault, by which %" PRIu64
		       " programs differ; man gonogo-bpfjit\n",
		       outcome->explained);
	if (found->status == GNG_EFORMAT)
		say_again(order, found);
	else if (is_go(order, found))
		puts(outcome->explained ? "GO: no other difference" : "GO: no difference");
	else
		puts("NO-GO: no other difference; --except lost-extension accepts this one");
}

static int run(const struct order *order)
{
	static struct worker workers[MOST_JOBS];
	struct found found = {0};
	bool stop = false;
	const enum gng_status status = open_workers(workers, order, &stop, &found.why);

	if (status == GNG_OK)
		compare(&found, workers, order->jobs);
	for (uint64_t i = 0; i < order->jobs; i++)
		gng_bpfjit_close(workers[i].jit);
	if (status != GNG_OK) {
		fprintf(stderr, "gonogo: bpfjit: %s\n", found.why.text);
		return status == GNG_EPERM || status == GNG_EUNSUPPORTED ? EXIT_INCOMPLETE
									 : EXIT_HARNESS;
	}
	if (found.status != GNG_OK || found.outcome.refused || found.outcome.explained)
		fprintf(stderr, "gonogo: bpfjit: %s\n", found.why.text);
	if (found.status != GNG_OK && found.status != GNG_EFORMAT)
		return EXIT_HARNESS;
	(order->json ? say_json : say)(order, &found);
	/* programs that were all refused compared nothing */
	return !is_go(order, &found) ? 1 : found.outcome.runs == 0 ? EXIT_INCOMPLETE : 0;
}

int main(int argc, char **argv)
{
	struct order order = {
		.seconds = 10,
		.count = UINT64_MAX,
		.seed = 1,
		.jobs = 1,
		.kinds = gng_bpfjit_known(~0u, gng_bpf_kernel()) & 63u,
	};
	const int status = parse(&order, argc, argv);

	if (status != -1)
		return status;
	return order.list ? list(&order) : run(&order);
}
