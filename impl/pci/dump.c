/* SPDX-License-Identifier: Apache-2.0 */
/* dump.c - what `lspci -xxxx` prints, and the names of errors: pciutils, lspci(8). */
#include "pci_private.h"

#define DUMP_CLAUSE "lspci(8), -xxxx"

/* digits are one more than they stand for, so that 0 is none: a dump is read by looking them up. */
static const uint8_t digits[256] = {
	['0'] = 1,  ['1'] = 2,	['2'] = 3,  ['3'] = 4,	['4'] = 5,  ['5'] = 6,
	['6'] = 7,  ['7'] = 8,	['8'] = 9,  ['9'] = 10, ['a'] = 11, ['b'] = 12,
	['c'] = 13, ['d'] = 14, ['e'] = 15, ['f'] = 16, ['A'] = 11, ['B'] = 12,
	['C'] = 13, ['D'] = 14, ['E'] = 15, ['F'] = 16,
};

static unsigned int digit(char c)
{
	return digits[(unsigned char)c];
}

/* take_hex reads up to most digits and returns how many there were. */
static size_t take_hex(const char *text, size_t len, size_t most, uint32_t *value)
{
	size_t i = 0;

	for (*value = 0; i < len && i < most && digit(text[i]); i++)
		*value = *value << 4 | (digit(text[i]) - 1);
	return i;
}

/* slot_len returns how many characters the name "00:1f.3" or "0000:00:1f.3" has, or 0. */
static size_t slot_len(const char *text, size_t len)
{
	uint32_t value;
	size_t at = 0, num = take_hex(text, len, 8, &value);

	if (num >= 4 && num < len && text[num] == ':') { /* a domain of 4 to 8 digits */
		at = num + 1;
		num = take_hex(text + at, len - at, 8, &value);
	}
	if (num != 2 || len - at < 7 || text[at + 2] != ':' || text[at + 5] != '.' ||
	    take_hex(text + at + 3, 2, 2, &value) != 2 || !digit(text[at + 6]))
		return 0;
	return len == at + 7 || text[at + 7] == ' ' ? at + 7 : 0;
}

/* take_row reads "1f0: 00 11 ..." of 16 bytes. */
static bool take_row(struct gng_pci_slot *slot, const char *text, size_t len, size_t line,
		     struct gng_pci_fault *fault)
{
	uint32_t offset, value;
	size_t at = take_hex(text, len, 3, &offset);

	if (at < 2 || at >= len || text[at] != ':')
		return pci_refuse(fault, GNG_PCI_DUMP_HEX, line, DUMP_CLAUSE);
	if (offset != slot->len || offset + 16 > GNG_PCI_SPACE_LEN)
		return pci_refuse(fault, GNG_PCI_DUMP_OFFSET, line, DUMP_CLAUSE);
	at++;
	for (size_t i = 0; i < 16; i++, at += 3) {
		if (len - at < 3 || text[at] != ' ' || take_hex(text + at + 1, 2, 2, &value) != 2)
			return pci_refuse(fault, GNG_PCI_DUMP_HEX, line, DUMP_CLAUSE);
		slot->bytes[slot->len + i] = (uint8_t)value;
	}
	if (at != len)
		return pci_refuse(fault, GNG_PCI_DUMP_HEX, line, DUMP_CLAUSE);
	slot->len += 16;
	return true;
}

static size_t line_len(const struct gng_pci_dump *dump)
{
	size_t len = 0;

	while (dump->at + len < dump->len && dump->text[dump->at + len] != '\n')
		len++;
	return len;
}

static void name_slot(struct gng_pci_slot *slot, const char *text, size_t len, size_t line)
{
	slot->len = 0;
	slot->line = line;
	for (size_t i = 0; i < len; i++)
		slot->name[i] = text[i];
	slot->name[len] = '\0';
}

static void skip_line(struct gng_pci_dump *dump, size_t len)
{
	dump->at += len + (dump->at + len < dump->len);
	dump->line++;
}

enum gng_status gng_pci_dump_next(struct gng_pci_dump *dump, struct gng_pci_slot *slot, bool *found,
				  struct gng_pci_fault *fault)
{
	*found = false;
	slot->len = 0;
	slot->name[0] = '\0';
	while (dump->at < dump->len) {
		const char *text = dump->text + dump->at;
		const size_t len = line_len(dump), name_len = slot_len(text, len);

		if (name_len && slot->len)
			break; /* the next function */
		if (name_len) {
			name_slot(slot, text, name_len, dump->line + 1);
		} else if (len && *text != ' ' && *text != '\t') {
			if (!*slot->name) {
				pci_refuse(fault, GNG_PCI_DUMP_SLOT, dump->line + 1, DUMP_CLAUSE);
				return GNG_EFORMAT;
			}
			if (!take_row(slot, text, len, dump->line + 1, fault))
				return GNG_EFORMAT;
		}
		skip_line(dump, len);
	}
	*found = slot->len != 0;
	return GNG_OK;
}

static const struct {
	const char *name, *text;
} errors[] = {
	[GNG_PCI_SOUND] = {"sound", "nothing is wrong"},
	[GNG_PCI_LENGTH] = {"length", "a configuration space has 64, 256 or 4096 bytes"},
	[GNG_PCI_ABSENT] = {"absent", "no function answers: the vendor is FFFFh"},
	[GNG_PCI_LAYOUT] = {"layout", "the header is neither of type 0 nor of type 1"},
	[GNG_PCI_BAR_TYPE] = {"bar-type", "the type of the memory BAR is reserved"},
	[GNG_PCI_BAR_ALONE] = {"bar-alone",
			       "the BAR of 64 bits has no register for its upper half"},
	[GNG_PCI_BUSES] = {"buses", "the buses of the bridge are not in order"},
	[GNG_PCI_POINTER] = {"pointer", "no capability may stand where this points"},
	[GNG_PCI_LOOP] = {"loop", "the list comes back to a capability"},
	[GNG_PCI_BEYOND] = {"beyond", "the capability ends behind the space"},
	[GNG_PCI_OVERLAP] = {"overlap", "this points into another capability"},
	[GNG_PCI_VALUE] = {"value", "the capability is shorter than its header"},
	[GNG_PCI_DUMP_SLOT] = {"dump-slot", "bytes without the line of a function before them"},
	[GNG_PCI_DUMP_OFFSET] = {"dump-offset", "the row does not follow the one before"},
	[GNG_PCI_DUMP_HEX] = {"dump-hex", "no row of sixteen bytes"},
};

const char *gng_pci_error_name(enum gng_pci_error error)
{
	return (unsigned int)error < sizeof(errors) / sizeof(errors[0]) ? errors[error].name : "?";
}

const char *gng_pci_error_text(enum gng_pci_error error)
{
	return (unsigned int)error < sizeof(errors) / sizeof(errors[0]) ? errors[error].text : "?";
}
