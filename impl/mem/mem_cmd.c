/* SPDX-License-Identifier: Apache-2.0 */
/* mem_cmd.c - `gonogo mem prove`: allocates an arena and prints what was really granted. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <gng_options.h>

#include "gng_mem.h"

#define EXIT_INCOMPLETE 3

/* order is what the command line says. */
struct order {
	struct gng_mem_request request;
	bool json;
};

static const char help[] =
	"usage: gonogo mem prove --size SIZE [--node N] [--backend B] [--json]\n"
	"\n"
	"Allocates an arena, faults it in, and says what the kernel granted.\n"
	"\n"
	"  --size SIZE  bytes; with K, M or G behind it KiB, MiB or GiB\n"
	"  --node N     bind to this NUMA node (default: any)\n"
	"  --backend B  thp (default), hugetlb, or small: 4 KiB pages\n"
	"  --json       one JSON object on stdout\n"
	"\n"
	"Exit status: 0 as requested, 1 not as requested, 2 usage, 3 this machine cannot,\n"
	"99 the harness failed.";

static const char *const backends[] = {
	[GNG_MEM_THP] = "thp", [GNG_MEM_HUGETLB] = "hugetlb", [GNG_MEM_SMALL] = "small"};

#define NUM_BACKENDS (sizeof(backends) / sizeof(backends[0]))

/* ---- the command line ---- */

static bool read_size(size_t *len, const char *text)
{
	static const char units[] = "KMG";
	char *end;
	const unsigned long long number = strtoull(text, &end, 10);
	const char *unit = *end ? strchr(units, *end) : NULL;
	const unsigned int shift = unit ? 10u * (unsigned int)(unit - units + 1) : 0;

	if (*text < '0' || *text > '9' || number == 0 || number > SIZE_MAX >> shift ||
	    (*end && (!unit || end[1])))
		return false;
	*len = (size_t)number << shift;
	return true;
}

static bool read_node(int *node, const char *text)
{
	uint64_t number;

	if (!gng_options_number(&number, text, 0, GNG_MEM_MAX_NODES - 1))
		return false;
	*node = (int)number;
	return true;
}

static bool read_backend(enum gng_mem_backend *backend, const char *text)
{
	for (size_t i = 0; i < NUM_BACKENDS; i++)
		if (strcmp(backends[i], text) == 0) {
			*backend = (enum gng_mem_backend)i;
			return true;
		}
	return false;
}

enum { SIZE = GNG_OPTIONS_OWN, NODE, BACKEND, JSON };

static const struct option long_options[] = {
	{"size", required_argument, NULL, SIZE},       {"node", required_argument, NULL, NODE},
	{"backend", required_argument, NULL, BACKEND}, {"json", no_argument, NULL, JSON},
	{"help", no_argument, NULL, GNG_OPTIONS_HELP}, {0},
};

static bool set_option(void *arg, int option)
{
	struct order *order = arg;

	switch (option) {
	case SIZE:
		return read_size(&order->request.len, optarg);
	case NODE:
		return read_node(&order->request.node, optarg);
	case BACKEND:
		return read_backend(&order->request.backend, optarg);
	default:
		return order->json = true;
	}
}

static const struct gng_options options = {
	.verb = "mem", .help = help, .known = long_options, .set = set_option};

/* parse returns -1 to go on, else the exit status. */
static int parse(struct order *order, int argc, char **argv)
{
	const int status = gng_options_read(&options, order, argc, argv);

	if (status != -1)
		return status;
	if (optind + 1 != argc || strcmp(argv[optind], "prove") != 0)
		return gng_options_refuse(&options, "it wants the one word 'prove', not",
					  optind < argc ? argv[optind] : "");
	if (order->request.len == 0)
		return gng_options_refuse(&options, "it wants", "--size SIZE");
	return -1;
}

/* ---- what was granted ---- */

static void say_nodes(const struct gng_mem_proof *proof)
{
	for (int i = 0; i < GNG_MEM_MAX_NODES; i++)
		if (proof->node_len[i])
			printf("  node %-10d %12zu KiB\n", i, proof->node_len[i] >> 10);
}

static void say(const struct gng_mem_request *request, const struct gng_mem_proof *proof)
{
	printf("requested        %12zu KiB, %s", proof->len >> 10, backends[request->backend]);
	if (request->node >= 0)
		printf(", node %d", request->node);
	printf("\n  in memory      %12zu KiB\n  in huge pages  %12zu KiB of %zu\n",
	       proof->present_len >> 10, proof->huge_len >> 10, proof->len >> 10);
	say_nodes(proof);
	printf("  mappings       %12zu\n  transparent_hugepage is %s\n", proof->num_vmas,
	       proof->thp);
	if (*proof->shortfall)
		printf("NOT AS REQUESTED: %s\n", proof->shortfall);
	else
		puts("as requested");
}

static void say_json(const struct gng_mem_request *request, const struct gng_mem_proof *proof)
{
	const char *comma = "";

	printf("{\"backend\":\"%s\",\"node\":%d,\"len\":%zu,\"present\":%zu,\"huge\":%zu,"
	       "\"mappings\":%zu,\"thp\":\"%s\",\"nodes\":{",
	       backends[request->backend], request->node, proof->len, proof->present_len,
	       proof->huge_len, proof->num_vmas, proof->thp);
	for (int i = 0; i < GNG_MEM_MAX_NODES; i++) {
		if (!proof->node_len[i])
			continue;
		printf("%s\"%d\":%zu", comma, i, proof->node_len[i]);
		comma = ",";
	}
	printf("},\"shortfall\":\"%s\"}\n", proof->shortfall);
}

static int exit_status(enum gng_status status)
{
	if (status == GNG_EINVAL)
		return GNG_OPTIONS_USAGE;
	return status == GNG_ENOMEM || status == GNG_EUNSUPPORTED ? EXIT_INCOMPLETE
								  : GNG_OPTIONS_HARNESS;
}

int main(int argc, char **argv)
{
	struct order order = {.request = {.node = GNG_MEM_ANY_NODE, .mode = GNG_MEM_BEST}};
	const struct gng_mem_proof *proof;
	int status = parse(&order, argc, argv);
	struct gng_mem *mem;
	struct gng_why why;

	if (status != -1)
		return status;
	if (gng_mem_open(&mem, &order.request, &why) != GNG_OK) {
		fprintf(stderr, "gonogo: mem: %s\n", why.text);
		return exit_status(why.status);
	}
	proof = gng_mem_proved(mem);
	if (order.json)
		say_json(&order.request, proof);
	else
		say(&order.request, proof);
	status = *proof->shortfall != '\0';
	gng_mem_close(mem);
	return status;
}
