/* SPDX-License-Identifier: Apache-2.0 */
/* pci_private.h - little-endian registers, refusals, the walk: PCI Express Base Specification 6. */
#ifndef PCI_PRIVATE_H
#define PCI_PRIVATE_H

#include "gng_pci.h"

#define PCIE "PCIe 6, "

enum {
	PCI_STATUS = 0x06,
	PCI_HEADER_TYPE = 0x0e,
	PCI_BARS = 0x10,
	PCI_POINTER = 0x34,
	PCI_HEADER_LEN = 0x40,
	PCI_OLD_LEN = 0x100, /* and where the extended capabilities begin */
};

static inline uint16_t pci_u16(const uint8_t *p)
{
	return (uint16_t)(p[0] | p[1] << 8);
}

static inline uint32_t pci_u32(const uint8_t *p)
{
	return pci_u16(p) | (uint32_t)pci_u16(p + 2) << 16;
}

static inline bool pci_refuse(struct gng_pci_fault *fault, enum gng_pci_error error, size_t offset,
			      const char *clause)
{
	*fault = (struct gng_pci_fault){.error = error, .offset = offset, .clause = clause};
	return false;
}

/* pci_first and pci_following return where the next capability stands, 0 for none; the two lowest
 * bits are reserved, so they are masked. */
static inline size_t pci_first(const struct gng_pci *function)
{
	const bool has_list = function->status & 0x10;

	return has_list && function->len >= PCI_OLD_LEN ? function->bytes[PCI_POINTER] & 0xfcu : 0;
}

static inline size_t pci_following(const struct gng_pci *function, size_t at)
{
	if (at < PCI_OLD_LEN)
		return function->bytes[at + 1] & 0xfcu;
	return pci_u32(function->bytes + at) >> 20 & 0xffcu;
}

/* pci_first_extended: no extended capability is a header of zeros; what reads as ones is absent. */
static inline size_t pci_first_extended(const struct gng_pci *function)
{
	if (function->len < GNG_PCI_SPACE_LEN)
		return 0;
	return pci_u32(function->bytes + PCI_OLD_LEN) + 1u > 1u ? PCI_OLD_LEN : 0;
}

/* pci_walk follows both lists and refuses what is broken. */
bool pci_walk(struct gng_pci *function, struct gng_pci_fault *fault);

#endif /* PCI_PRIVATE_H */
