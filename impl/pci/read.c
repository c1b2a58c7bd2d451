/* SPDX-License-Identifier: Apache-2.0 */
/* read.c - header and base address registers: PCIe 6, 7.5.1. */
#include "pci_private.h"

#define BAR_CLAUSE PCIE "7.5.1.2.1"

bool gng_pci_bar_of(struct gng_pci_bar *bar, uint32_t low, uint32_t high)
{
	static const enum gng_pci_bar_kind kinds[] = {GNG_PCI_BAR_MEM32, GNG_PCI_BAR_MEM20,
						      GNG_PCI_BAR_MEM64};
	const uint32_t type = low >> 1 & 3;

	*bar = (struct gng_pci_bar){.kind = GNG_PCI_BAR_NONE};
	if (low & 1) {
		bar->kind = GNG_PCI_BAR_IO;
		bar->address = low & ~3u;
		return true;
	}
	if (type == 3)
		return false;
	if (low == 0) /* a BAR of 64 bits has its type even before it is set */
		return true;
	bar->kind = kinds[type];
	bar->prefetchable = low & 8;
	bar->address = low & ~15u;
	if (bar->kind == GNG_PCI_BAR_MEM64)
		bar->address |= (uint64_t)high << 32;
	return true;
}

uint64_t gng_pci_bar_size(uint32_t low, uint32_t high)
{
	const bool is_io = low & 1, is_64 = !is_io && (low >> 1 & 3) == 2;
	uint64_t mask = is_io ? low & ~3u : low & ~15u, size;

	if (mask == 0 && !(is_64 && high))
		return 0;
	if (is_io && mask >> 16 == 0)
		mask |= 0xffff0000;
	mask |= is_64 ? (uint64_t)high << 32 : (uint64_t)UINT32_MAX << 32;
	size = ~mask + 1;
	return size & (size - 1) ? 0 : size;
}

static bool read_bars(struct gng_pci *function, struct gng_pci_fault *fault)
{
	for (unsigned int i = 0; i < function->num_bars; i++) {
		const size_t at = PCI_BARS + (size_t)4 * i;
		struct gng_pci_bar *bar = &function->bars[i];

		/* the register behind the last BAR is another one's, and not used then */
		if (!gng_pci_bar_of(bar, pci_u32(function->bytes + at),
				    pci_u32(function->bytes + at + 4)))
			return pci_refuse(fault, GNG_PCI_BAR_TYPE, at, BAR_CLAUSE);
		if (bar->kind != GNG_PCI_BAR_MEM64)
			continue;
		if (i + 1 == function->num_bars)
			return pci_refuse(fault, GNG_PCI_BAR_ALONE, at, BAR_CLAUSE);
		function->bars[++i].kind = GNG_PCI_BAR_UPPER;
	}
	return true;
}

/* A bridge that firmware has not set up has zeros there. */
static bool read_bridge(struct gng_pci *function, struct gng_pci_fault *fault)
{
	function->primary = function->bytes[0x18];
	function->secondary = function->bytes[0x19];
	function->subordinate = function->bytes[0x1a];
	if (function->secondary == 0 && function->subordinate == 0)
		return true;
	if (function->secondary <= function->primary)
		return pci_refuse(fault, GNG_PCI_BUSES, 0x19, PCIE "7.5.1.3.3");
	if (function->subordinate < function->secondary)
		return pci_refuse(fault, GNG_PCI_BUSES, 0x1a, PCIE "7.5.1.3.4");
	return true;
}

static bool read_header(struct gng_pci *function, struct gng_pci_fault *fault)
{
	const uint8_t *bytes = function->bytes;

	if (function->len != PCI_HEADER_LEN && function->len != PCI_OLD_LEN &&
	    function->len != GNG_PCI_SPACE_LEN)
		return pci_refuse(fault, GNG_PCI_LENGTH, function->len, PCIE "7.5.1");
	function->vendor = pci_u16(bytes);
	function->device = pci_u16(bytes + 2);
	if (function->vendor == 0xffff)
		return pci_refuse(fault, GNG_PCI_ABSENT, 0, PCIE "7.5.1.1.1");
	function->command = pci_u16(bytes + 4);
	function->status = pci_u16(bytes + PCI_STATUS);
	function->revision = bytes[8];
	function->class_code = pci_u32(bytes + 8) >> 8;
	function->layout = bytes[PCI_HEADER_TYPE] & 0x7f;
	function->is_multi_function = bytes[PCI_HEADER_TYPE] & 0x80;
	if (function->layout > 1)
		return pci_refuse(fault, GNG_PCI_LAYOUT, PCI_HEADER_TYPE, PCIE "7.5.1.1.9");
	function->num_bars = function->layout == 0 ? 6 : 2;
	return true;
}

static bool read_all(struct gng_pci *function, struct gng_pci_fault *fault)
{
	return read_header(function, fault) && read_bars(function, fault) &&
	       (function->layout == 0 || read_bridge(function, fault)) && pci_walk(function, fault);
}

enum gng_status gng_pci_read(struct gng_pci *function, struct gng_pci_fault *fault,
			     const void *bytes, size_t len)
{
	*function = (struct gng_pci){.bytes = bytes, .len = len};
	*fault = (struct gng_pci_fault){.error = GNG_PCI_SOUND};
	if (read_all(function, fault))
		return GNG_OK;
	*function = (struct gng_pci){.bytes = NULL};
	return GNG_EFORMAT;
}
