/* SPDX-License-Identifier: Apache-2.0 */
/* pciscan_cmd.c - `gonogo pciscan`: the functions on this machine's PCI buses, asked of the
 * hardware. */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "gng_pciscan.h"

enum { USAGE = 2, INCOMPLETE = 3, NOTHING = 4, HARNESS = 99 };

static const char help[] =
	"usage: gonogo pciscan [--method ports|ecam] [--sizes] [--json]\n"
	"\n"
	"Lists the functions on this machine's PCI buses as the hardware answers, and what is\n"
	"wrong with their configuration spaces.\n"
	"\n"
	"  --method M  ports: cf8h and cfch, 256 bytes of each space (default);\n"
	"              ecam: memory as the table MCFG says, 4096 bytes\n"
	"  --sizes     also how much each BAR decodes, of functions that no driver has\n"
	"              bound (ports only: a register is written and put back)\n"
	"  --json      one JSON array on stdout\n"
	"\n"
	"Exit status: 0 all are sound, 1 one is not, 2 usage, 3 not permitted here,\n"
	"4 there is no function, 99 the harness failed.";

struct listing {
	struct gng_pciscan_access access;
	bool ecam, sizes, json;
	size_t num, bad;
};

static int refuse(const char *what, const char *word)
{
	fprintf(stderr, "gonogo: pciscan: %s'%s'; gonogo pciscan --help\n", what, word);
	return USAGE;
}

/* ---- the command line ---- */

enum { METHOD = 256, SIZES, JSON, HELP };

static const struct option long_options[] = {
	{"method", required_argument, NULL, METHOD},
	{"sizes", no_argument, NULL, SIZES},
	{"json", no_argument, NULL, JSON},
	{"help", no_argument, NULL, HELP},
	{0},
};

/* set_option returns -1 to go on, else the exit status. */
static int set_option(struct listing *listing, int option, char **argv)
{
	switch (option) {
	case HELP:
		return puts(help) == EOF ? HARNESS : 0;
	case '?':
		return refuse("unknown option ", argv[optind - 1]);
	case ':':
		return refuse("a value is missing behind ", argv[optind - 1]);
	case METHOD:
		listing->ecam = strcmp(optarg, "ecam") == 0;
		return listing->ecam || strcmp(optarg, "ports") == 0
			       ? -1
			       : refuse("a method is ports or ecam, not ", optarg);
	case SIZES:
		listing->sizes = true;
		return -1;
	default:
		listing->json = true;
		return -1;
	}
}

static int parse(struct listing *listing, int argc, char **argv)
{
	int option, status = -1;

	opterr = 0;
	while (status == -1 && (option = getopt_long(argc, argv, ":", long_options, NULL)) != -1)
		status = set_option(listing, option, argv);
	if (status == -1 && optind < argc)
		return refuse("no further word is known: ", argv[optind]);
	if (status == -1 && listing->sizes && listing->ecam)
		return refuse("sizes are asked by ports, not by ", "ecam");
	return status;
}

/* ---- what was found ---- */

/* is_free says whether no driver has bound a function. */
static bool is_free(struct gng_pciscan_slot slot)
{
	char path[96];

	snprintf(path, sizeof(path), "/sys/bus/pci/devices/0000:%02x:%02x.%x/driver", slot.bus,
		 slot.device, slot.function);
	return access(path, F_OK) != 0;
}

static const char *const oddities[] = {
	[GNG_PCISCAN_NONE] = "",
	[GNG_PCISCAN_AGAIN] = "a bus that another bridge has",
	[GNG_PCISCAN_BACK] = "a bus that is not behind its own",
	[GNG_PCISCAN_OUTSIDE] = "a bus that cannot be reached",
};

static uint64_t size_of(const struct listing *listing, const struct gng_pciscan_found *one,
			unsigned int bar)
{
	if (!listing->sizes || !is_free(one->slot))
		return 0;
	return gng_pciscan_size(&listing->access, one, bar);
}

static void say_text(const struct listing *listing, const struct gng_pciscan_found *one,
		     enum gng_pciscan_oddity oddity)
{
	const struct gng_pci *function = &one->function;

	printf("%02x:%02x.%x  ", one->slot.bus, one->slot.device, one->slot.function);
	if (one->fault.error != GNG_PCI_SOUND) {
		printf("%s at byte %zu (%s)\n", gng_pci_error_text(one->fault.error),
		       one->fault.offset, one->fault.clause);
		return;
	}
	printf("%04x:%04x  class %06x", function->vendor, function->device, function->class_code);
	if (function->layout == 1)
		printf("  bridge to %02x-%02x", function->secondary, function->subordinate);
	printf("  %u capabilities%s%s\n", function->num_capabilities + function->num_extended,
	       oddity ? ": " : "", oddities[oddity]);
	for (unsigned int i = 0; i < function->num_bars; i++) {
		const uint64_t size = size_of(listing, one, i);

		if (size)
			printf("           BAR %u  %llu bytes\n", i, (unsigned long long)size);
	}
}

static void say_sizes(const struct listing *listing, const struct gng_pciscan_found *one)
{
	const char *comma = "";

	printf(",\"sizes\":{");
	for (unsigned int i = 0; i < one->function.num_bars; i++) {
		const uint64_t size = size_of(listing, one, i);

		if (!size)
			continue;
		printf("%s\"%u\":%llu", comma, i, (unsigned long long)size);
		comma = ",";
	}
	putchar('}');
}

static void say_json(const struct listing *listing, const struct gng_pciscan_found *one,
		     enum gng_pciscan_oddity oddity)
{
	const struct gng_pci *function = &one->function;

	printf("%s\n {\"slot\":\"%02x:%02x.%x\",\"error\":\"%s\",\"oddity\":\"%s\","
	       "\"vendor\":%u,\"device\":%u,\"class\":%u",
	       listing->num ? "," : "[", one->slot.bus, one->slot.device, one->slot.function,
	       one->fault.error == GNG_PCI_SOUND ? "" : gng_pci_error_name(one->fault.error),
	       oddities[oddity], function->vendor, function->device, function->class_code);
	if (function->layout == 1)
		printf(",\"secondary\":%u,\"subordinate\":%u", function->secondary,
		       function->subordinate);
	if (listing->sizes)
		say_sizes(listing, one);
	putchar('}');
}

static void say(void *context, const struct gng_pciscan_found *one, enum gng_pciscan_oddity oddity)
{
	struct listing *listing = context;

	if (listing->json)
		say_json(listing, one, oddity);
	else
		say_text(listing, one, oddity);
	listing->num++;
	listing->bad += oddity || one->fault.error != GNG_PCI_SOUND;
}

int main(int argc, char **argv)
{
	struct listing listing = {0};
	int status = parse(&listing, argc, argv);
	struct gng_why why;

	if (status != -1)
		return status;
	if ((listing.ecam ? gng_pciscan_ecam(&listing.access, &why)
			  : gng_pciscan_ports(&listing.access, &why)) != GNG_OK) {
		fprintf(stderr, "gonogo: pciscan: %s\n", why.text);
		return why.status == GNG_EPERM || why.status == GNG_EUNSUPPORTED ? INCOMPLETE
										 : HARNESS;
	}
	gng_pciscan_walk(&listing.access, say, &listing);
	gng_pciscan_close(&listing.access);
	if (listing.json)
		puts(listing.num ? "\n]" : "[]");
	if (!listing.num)
		fprintf(stderr, "gonogo: pciscan: no function answers on bus 0\n");
	return listing.num ? listing.bad != 0 : NOTHING;
}
