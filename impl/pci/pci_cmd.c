/* SPDX-License-Identifier: Apache-2.0 */
/* pci_cmd.c - the program gonogo-pci, `gonogo pci FILE`: a dump of `lspci -xxxx`, function by
 * function, read or refused. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include <gng_filearg.h>
#include <gng_pci.h>

#define MAX_TEXT ((size_t)16 << 20) /* a thousand functions of 4096 bytes */

static const char help[] =
	"usage: gonogo pci FILE [--json]\n"
	"\n"
	"Reads what `lspci -x`, -xxx or -xxxx printed: header, base address registers and both\n"
	"lists of capabilities of each function.\n"
	"\n"
	"  --json   one JSON object on stdout, refused functions too\n"
	"\n"
	"Exit status: 0 all are sound, 1 one is refused or the dump is none, 2 usage, 4 no\n"
	"function is in it, 99 the file cannot be read.";

static const char *const kinds[] = {"none", "io", "mem32", "mem20", "mem64", "upper"};

static void print_bars(const struct gng_pci *function, bool json)
{
	const char *comma = "";

	for (unsigned int i = 0; i < function->num_bars; i++) {
		const struct gng_pci_bar *bar = &function->bars[i];

		if (bar->kind == GNG_PCI_BAR_NONE || bar->kind == GNG_PCI_BAR_UPPER)
			continue;
		if (json)
			printf("%s{\"index\":%u,\"kind\":\"%s\",\"prefetchable\":%s,"
			       "\"address\":\"0x%" PRIx64 "\"}",
			       comma, i, kinds[bar->kind], bar->prefetchable ? "true" : "false",
			       bar->address);
		else
			printf("  BAR %u: %s at 0x%" PRIx64 "%s\n", i, kinds[bar->kind],
			       bar->address, bar->prefetchable ? ", prefetchable" : "");
		comma = ",";
	}
}

static void print_capabilities(const struct gng_pci *function, bool json)
{
	struct gng_pci_capability one;
	const char *comma = "";

	for (size_t at = 0; gng_pci_next(function, &at, &one); comma = ",") {
		if (json)
			printf("%s{\"offset\":%u,\"id\":%u,\"extended\":%s,\"version\":%u,"
			       "\"name\":\"%s\"}",
			       comma, one.offset, one.id, one.is_extended ? "true" : "false",
			       one.version, one.name);
		else
			printf("  %03x: %s (%02x)\n", one.offset, one.name, one.id);
	}
}

static void print_function(const struct gng_pci_slot *slot, const struct gng_pci *function,
			   bool json)
{
	if (!json) {
		printf("%s %04x:%04x class %06x, header of type %u\n", slot->name, function->vendor,
		       function->device, function->class_code, function->layout);
		print_bars(function, false);
		print_capabilities(function, false);
		return;
	}
	printf("{\"slot\":\"%s\",\"vendor\":%u,\"device\":%u,\"class\":%u,\"revision\":%u,"
	       "\"layout\":%u,\"multi_function\":%s,\"secondary\":%u,\"subordinate\":%u,"
	       "\"bars\":[",
	       slot->name, function->vendor, function->device, function->class_code,
	       function->revision, function->layout, function->is_multi_function ? "true" : "false",
	       function->secondary, function->subordinate);
	print_bars(function, true);
	printf("],\"capabilities\":[");
	print_capabilities(function, true);
	printf("]}");
}

static void refuse(const char *path, const struct gng_pci_slot *slot,
		   const struct gng_pci_fault *fault, bool json)
{
	if (json)
		printf("{\"slot\":\"%s\",\"error\":\"%s\",\"offset\":%zu,\"clause\":\"%s\"}",
		       slot->name, gng_pci_error_name(fault->error), fault->offset, fault->clause);
	fprintf(stderr,
		"gonogo: pci: %s: %s: at byte %zu: %s (%s); look at the device's firmware\n", path,
		slot->name, fault->offset, gng_pci_error_text(fault->error), fault->clause);
}

struct answer {
	size_t num, num_refused;
};

/* read_all returns false for a dump that is none. */
static bool read_all(struct answer *answer, struct gng_pci_dump *dump, const char *path, bool json)
{
	static struct gng_pci_slot slot;
	struct gng_pci_fault fault;
	struct gng_pci function;
	bool found;

	for (;; answer->num++) {
		if (gng_pci_dump_next(dump, &slot, &found, &fault) != GNG_OK)
			break;
		if (!found)
			return true;
		if (json && answer->num)
			fputs(",\n", stdout);
		if (gng_pci_read(&function, &fault, slot.bytes, slot.len) == GNG_OK) {
			print_function(&slot, &function, json);
			continue;
		}
		refuse(path, &slot, &fault, json);
		answer->num_refused++;
	}
	fprintf(stderr, "gonogo: pci: %s:%zu: %s: give what lspci -xxxx says\n", path, fault.offset,
		gng_pci_error_text(fault.error));
	if (json)
		printf("],\"error\":\"%s\",\"offset\":%zu,\"clause\":\"%s\"}\n",
		       gng_pci_error_name(fault.error), fault.offset, fault.clause);
	return false;
}

static int answer_dump(const char *path, const uint8_t *bytes, size_t len, bool json)
{
	struct gng_pci_dump dump = {.text = (const char *)bytes, .len = len};
	struct answer answer = {0, 0};
	bool is_dump;

	if (json)
		printf("{\"functions\":[");
	is_dump = read_all(&answer, &dump, path, json);
	if (json && is_dump)
		puts("]}");
	if (!is_dump || answer.num_refused)
		return GNG_FILEARG_REFUSED;
	if (answer.num)
		return GNG_FILEARG_OK;
	fprintf(stderr, "gonogo: pci: %s holds no function: give what lspci -xxxx says\n", path);
	return GNG_FILEARG_NOTHING;
}

int main(int argc, char **argv)
{
	static const struct gng_filearg command = {
		.verb = "pci",
		.help = help,
		.give = "give what lspci -xxxx says",
		.max_len = MAX_TEXT,
		.answer = answer_dump,
	};

	return gng_filearg_main(&command, argc, argv);
}
