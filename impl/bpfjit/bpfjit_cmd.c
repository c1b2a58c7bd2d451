/* SPDX-License-Identifier: Apache-2.0 */
/* bpfjit_cmd.c - `gonogo bpfjit`: compares the kernel's eBPF compiler with RFC 9669 for some time.
 */
#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "gng_bpfjit.h"

#define EXIT_USAGE 2
#define EXIT_INCOMPLETE 3
#define EXIT_HARNESS 99

static const char help[] =
	"usage: gonogo bpfjit [--time S] [--count N] [--seed N] [--kinds LIST] [--list] [--json]\n"
	"\n"
	"Generates eBPF programs, runs each by the kernel's compiler and by an interpreter of\n"
	"RFC 9669, and stops at the first difference.\n"
	"\n"
	"  --time S      seconds, at most 86400 (default 10)\n"
	"  --count N     not more programs than this\n"
	"  --seed N      of the first program (default 1); the next ones follow\n"
	"  --kinds LIST  none, or of memory,jumps,atomics,calls,v4,order (default: all that\n"
	"                this kernel knows)\n"
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
	uint64_t seconds, count, seed;
	unsigned int kinds;
	bool list, json;
};

/* ---- the command line ---- */

static int refuse(const char *what, const char *word)
{
	fprintf(stderr, "gonogo: bpfjit: %s'%s'; gonogo bpfjit --help\n", what, word);
	return EXIT_USAGE;
}

static bool read_number(uint64_t *number, const char *text, uint64_t least, uint64_t most)
{
	char *end;

	*number = strtoull(text, &end, 10);
	return *text >= '0' && *text <= '9' && *end == '\0' && *number >= least && *number <= most;
}

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

enum { TIME = 256, COUNT, SEED, KINDS, LIST, JSON, HELP };

static const struct option long_options[] = {
	{"time", required_argument, NULL, TIME}, {"count", required_argument, NULL, COUNT},
	{"seed", required_argument, NULL, SEED}, {"kinds", required_argument, NULL, KINDS},
	{"list", no_argument, NULL, LIST},	 {"json", no_argument, NULL, JSON},
	{"help", no_argument, NULL, HELP},	 {0},
};

static bool set_option(struct order *order, int option)
{
	switch (option) {
	case TIME:
		return read_number(&order->seconds, optarg, 1, 86400);
	case COUNT:
		return read_number(&order->count, optarg, 1, UINT64_MAX - 1);
	case SEED:
		return read_number(&order->seed, optarg, 0, UINT64_MAX - 1);
	case KINDS:
		return read_kinds(&order->kinds, optarg);
	case LIST:
		return order->list = true;
	default:
		return order->json = true;
	}
}

/* parse returns -1 to go on, else the exit status. */
static int parse(struct order *order, int argc, char **argv)
{
	int option;

	opterr = 0;
	while ((option = getopt_long(argc, argv, ":", long_options, NULL)) != -1) {
		if (option == HELP)
			return puts(help) == EOF ? EXIT_HARNESS : 0;
		if (option == '?')
			return refuse("unknown option ", argv[optind - 1]);
		if (option == ':')
			return refuse("a value is missing behind ", argv[optind - 1]);
		if (!set_option(order, option))
			return refuse("that value cannot be taken: ", optarg);
	}
	return optind < argc ? refuse("it wants no word like ", argv[optind]) : -1;
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

static double now(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

/* compare goes on until time or count are over, or the two sides differ. */
static enum gng_status compare(struct gng_bpfjit *jit, const struct order *order,
			       struct gng_bpfjit_outcome *outcome, struct gng_why *why)
{
	const double end = now() + (double)order->seconds;
	enum gng_status status = GNG_OK;

	while (status == GNG_OK && outcome->programs < order->count && now() < end)
		status = gng_bpfjit_compare(jit, outcome, order->seed + outcome->programs,
					    order->kinds, why);
	return status;
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

static void say_json(const struct order *order, const struct gng_bpfjit_outcome *outcome,
		     double seconds, bool differ, uint64_t seed)
{
	printf("{\"verdict\":\"%s\",\"kinds\":\"", differ ? "NO-GO" : "GO");
	print_kinds(order->kinds);
	printf("\",\"seed\":%" PRIu64 ",\"programs\":%" PRIu64 ",\"runs\":%" PRIu64
	       ",\"refused\":%" PRIu64 ",\"seconds\":%.3f,\"programs_per_s\":%.0f,\"differs\":",
	       order->seed, outcome->programs, outcome->runs, outcome->refused, seconds,
	       (double)outcome->programs / seconds);
	if (differ)
		printf("%" PRIu64 "}\n", seed);
	else
		puts("null}");
}

static void say(const struct order *order, const struct gng_bpfjit_outcome *outcome, double seconds,
		bool differ, uint64_t seed)
{
	printf("%" PRIu64 " programs, %" PRIu64 " runs, %" PRIu64
	       " refused by the verifier, %.0f programs/s\n",
	       outcome->programs, outcome->runs, outcome->refused,
	       (double)outcome->programs / seconds);
	if (differ) {
		printf("NO-GO: again: gonogo bpfjit --count 1 --seed %" PRIu64 " --kinds ", seed);
		print_kinds(order->kinds);
		puts("; its program: the same with --list");
	} else {
		puts("GO: no difference");
	}
}

static int run(const struct order *order)
{
	struct gng_bpfjit_outcome outcome = {0};
	struct gng_bpfjit *jit = NULL;
	const double start = now();
	struct gng_why why = {0};
	enum gng_status status = gng_bpfjit_open(&jit, &why);
	bool differ;

	if (status != GNG_OK) {
		fprintf(stderr, "gonogo: bpfjit: %s\n", why.text);
		return status == GNG_EPERM || status == GNG_EUNSUPPORTED ? EXIT_INCOMPLETE
									 : EXIT_HARNESS;
	}
	status = compare(jit, order, &outcome, &why);
	gng_bpfjit_close(jit);
	differ = status == GNG_EFORMAT;
	if (status != GNG_OK || outcome.refused)
		fprintf(stderr, "gonogo: bpfjit: %s\n", why.text);
	if (status != GNG_OK && !differ)
		return EXIT_HARNESS;
	(order->json ? say_json : say)(order, &outcome, now() - start, differ,
				       order->seed + outcome.programs - 1);
	/* programs that were all refused compared nothing */
	return differ ? 1 : outcome.runs == 0 ? EXIT_INCOMPLETE : 0;
}

int main(int argc, char **argv)
{
	struct order order = {
		.seconds = 10,
		.count = UINT64_MAX,
		.seed = 1,
		.kinds = gng_bpfjit_known(~0u, gng_bpf_kernel()) & 63u,
	};
	const int status = parse(&order, argc, argv);

	if (status != -1)
		return status;
	return order.list ? list(&order) : run(&order);
}
