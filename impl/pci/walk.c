/* SPDX-License-Identifier: Apache-2.0 */
/* walk.c - capabilities and extended capabilities, each place once: PCIe 6, 7.5.1.1.11 and 7.6.3.
 */
#include "pci_private.h"

#define LIST_CLAUSE PCIE "7.5.1.1.11"
#define EXTENDED_CLAUSE PCIE "7.6.3"

/* names of linux/pci_regs.h, which lists what the SIG has given out */
static const char *const names[] = {
	[0x01] = "power-management",
	[0x02] = "agp",
	[0x03] = "vpd",
	[0x04] = "slot-id",
	[0x05] = "msi",
	[0x06] = "hot-swap",
	[0x07] = "pci-x",
	[0x08] = "hypertransport",
	[0x09] = "vendor-specific",
	[0x0a] = "debug-port",
	[0x0b] = "resource-control",
	[0x0c] = "hot-plug",
	[0x0d] = "subsystem",
	[0x0e] = "agp-bridge",
	[0x0f] = "secure-device",
	[0x10] = "pci-express",
	[0x11] = "msi-x",
	[0x12] = "sata",
	[0x13] = "advanced-features",
	[0x14] = "enhanced-allocation",
};

static const char *const extended_names[] = {
	[0x01] = "advanced-error-reporting",
	[0x02] = "virtual-channel",
	[0x03] = "serial-number",
	[0x04] = "power-budgeting",
	[0x0b] = "vendor-specific",
	[0x0d] = "access-control",
	[0x0e] = "alternative-routing-id",
	[0x0f] = "address-translation",
	[0x10] = "single-root-io-virtualization",
	[0x12] = "multicast",
	[0x13] = "page-request",
	[0x15] = "resizable-bar",
	[0x17] = "tph-requester",
	[0x18] = "latency-tolerance",
	[0x19] = "secondary-pci-express",
	[0x1b] = "process-address-space",
	[0x1d] = "downstream-port-containment",
	[0x1e] = "l1-pm-substates",
	[0x1f] = "precision-time",
	[0x23] = "designated-vendor-specific",
	[0x25] = "data-link-feature",
	[0x26] = "physical-layer-16",
	[0x2e] = "data-object-exchange",
};

/* ---- what a capability claims ---- */

/* len_of returns the bytes that a capability is known to take; 2 where its length is not told. */
static size_t len_of(const uint8_t *at, size_t left)
{
	const uint16_t control = left >= 4 ? pci_u16(at + 2) : 0;

	switch (at[0]) {
	case 0x01: /* 7.5.2 */
		return 8;
	case 0x05: /* 7.7.1: longer with 64-bit addresses and with masks */
		return 10u + (control & 0x80 ? 4 : 0) + (control & 0x100 ? 10 : 0);
	case 0x09: /* 7.9.4: it says so itself */
		return left >= 3 ? at[2] : 3;
	case 0x11: /* 7.7.2 */
		return 12;
	default:
		return 2;
	}
}

/* seen has a bit for each double word: capabilities are aligned to one. */
struct seen {
	uint64_t begins[16], taken[16];
};

static bool test(const uint64_t *bits, size_t at)
{
	return bits[at / 256] >> at / 4 % 64 & 1;
}

static void set(uint64_t *bits, size_t at)
{
	bits[at / 256] |= (uint64_t)1 << at / 4 % 64;
}

/* from is where the pointer to at stands. */
static bool claim(const struct gng_pci *function, struct seen *seen, size_t from, size_t at,
		  struct gng_pci_fault *fault)
{
	const size_t left = PCI_OLD_LEN - at, len = len_of(function->bytes + at, left);

	if (function->bytes[at] == 0x09 && len < 3)
		return pci_refuse(fault, GNG_PCI_VALUE, at + 2, PCIE "7.9.4");
	if (len > left)
		return pci_refuse(fault, GNG_PCI_BEYOND, at, LIST_CLAUSE);
	for (size_t byte = at; byte < at + len; byte += 4) {
		if (test(seen->taken, byte))
			return pci_refuse(fault, GNG_PCI_OVERLAP, from, LIST_CLAUSE);
		set(seen->taken, byte);
	}
	return true;
}

/* ---- the walks ---- */

static bool walk_old(struct gng_pci *function, struct gng_pci_fault *fault)
{
	struct seen seen = {.begins = {0}};
	size_t from = PCI_POINTER;

	for (size_t at = pci_first(function); at; at = pci_following(function, at)) {
		if (at < PCI_HEADER_LEN)
			return pci_refuse(fault, GNG_PCI_POINTER, from, LIST_CLAUSE);
		if (test(seen.begins, at))
			return pci_refuse(fault, GNG_PCI_LOOP, from, LIST_CLAUSE);
		set(seen.begins, at);
		if (!claim(function, &seen, from, at, fault))
			return false;
		function->num_capabilities++;
		from = at + 1;
	}
	return true;
}

static bool walk_extended(struct gng_pci *function, struct gng_pci_fault *fault)
{
	struct seen seen = {.begins = {0}};
	size_t from = PCI_OLD_LEN;

	for (size_t at = pci_first_extended(function); at; at = pci_following(function, at)) {
		if (at < PCI_OLD_LEN)
			return pci_refuse(fault, GNG_PCI_POINTER, from, EXTENDED_CLAUSE);
		if (test(seen.begins, at))
			return pci_refuse(fault, GNG_PCI_LOOP, from, EXTENDED_CLAUSE);
		set(seen.begins, at);
		function->num_extended++;
		from = at + 2; /* the upper half of its header */
	}
	return true;
}

bool pci_walk(struct gng_pci *function, struct gng_pci_fault *fault)
{
	return walk_old(function, fault) && walk_extended(function, fault);
}

static const char *name_of(const char *const *table, size_t num, size_t id)
{
	return id < num && table[id] ? table[id] : "unknown";
}

bool gng_pci_next(const struct gng_pci *function, size_t *at, struct gng_pci_capability *capability)
{
	size_t next;

	if (*at == 0)
		next = pci_first(function);
	else
		next = pci_following(function, *at);
	if (next == 0 && *at < PCI_OLD_LEN)
		next = pci_first_extended(function);
	if (next == 0)
		return false;
	*capability = (struct gng_pci_capability){.offset = (uint16_t)next};
	capability->is_extended = next >= PCI_OLD_LEN;
	if (capability->is_extended) {
		capability->id = pci_u16(function->bytes + next);
		capability->version = function->bytes[next + 2] & 15;
		capability->name =
			name_of(extended_names, sizeof(extended_names) / sizeof(extended_names[0]),
				capability->id);
	} else {
		capability->id = function->bytes[next];
		capability->name = name_of(names, sizeof(names) / sizeof(names[0]), capability->id);
	}
	*at = next;
	return true;
}
