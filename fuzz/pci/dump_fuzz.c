/* SPDX-License-Identifier: Apache-2.0 */
/* dump_fuzz.c - a dump that is read, printed as lspci prints it, and read again is the same; one
 * that is refused names a line that it has. */
/* bundle: 62 */
#include "../suite.h"

#include <gng_pci.h>

/* print_byte is snprintf's %02x, which would take most of the time. */
static size_t print_byte(char *text, unsigned int byte)
{
	static const char digits[] = "0123456789abcdef";

	text[0] = digits[byte >> 4 & 15];
	text[1] = digits[byte & 15];
	return 2;
}

static size_t print(char *text, size_t cap, const struct gng_pci_slot *slot)
{
	size_t at = (size_t)snprintf(text, cap, "%s words\n", slot->name);

	for (size_t i = 0; i < slot->len; i++) {
		if (i % 16 == 0) {
			if (i >= 256)
				text[at++] = "0123456789abcdef"[i >> 8];
			at += print_byte(text + at, (unsigned int)i & 255);
			text[at++] = ':';
		}
		text[at++] = ' ';
		at += print_byte(text + at, slot->bytes[i]);
		if (i % 16 == 15)
			text[at++] = '\n';
	}
	return at;
}

static void check_again(const struct gng_pci_slot *slot)
{
	static struct gng_pci_slot again;
	static char text[16384];
	struct gng_pci_dump dump = {text, print(text, sizeof(text), slot), 0, 0};
	struct gng_pci_fault fault;
	bool found;

	fuzz_check(slot->len % 16 == 0 && slot->len <= 4096, "the length", "of a function");
	fuzz_check(gng_pci_dump_next(&dump, &again, &found, &fault) == GNG_OK && found,
		   "the verdict", "of a second reading");
	fuzz_check(strcmp(again.name, slot->name) == 0 && again.len == slot->len &&
			   memcmp(again.bytes, slot->bytes, slot->len) == 0,
		   "the function", "of a second reading");
	fuzz_check(gng_pci_dump_next(&dump, &again, &found, &fault) == GNG_OK && !found, "the end",
		   "of a second reading");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct gng_pci_slot slot;
	struct gng_pci_dump dump = {(const char *)data, size, 0, 0};
	struct gng_pci_fault fault;
	const int all = fuzz_one_in(64, data, size);
	size_t num_lines = 1;
	bool found = true;

	for (size_t i = 0; all && i < size; i++)
		num_lines += data[i] == '\n';
	while (found) {
		if (gng_pci_dump_next(&dump, &slot, &found, &fault) != GNG_OK) {
			fuzz_check(fault.offset >= 1 && (!all || fault.offset <= num_lines),
				   "the line", gng_pci_error_name(fault.error));
			return 0;
		}
		if (found && all)
			check_again(&slot);
	}
	fuzz_check(dump.at == size, "the end", "of a dump");
	return 0;
}
