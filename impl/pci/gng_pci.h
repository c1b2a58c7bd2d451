/* SPDX-License-Identifier: Apache-2.0 */
/*
 * gng_pci.h - reads the configuration space of a PCI function from bytes that nobody vouches for.
 *
 * Header, base address registers, capabilities and extended capabilities; clauses are those of the
 * PCI Express Base Specification 6. Nothing is allocated, nothing is written but what the caller
 * hands over, and no list is followed twice over the same place. It compiles freestanding.
 */
#ifndef GNG_PCI_H
#define GNG_PCI_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <gng_base.h>

#ifdef __cplusplus
extern "C" {
#endif

#define GNG_PCI_SPACE_LEN ((size_t)4096)
#define GNG_PCI_NUM_BARS 6

/* gng_pci_error is what is wrong with a configuration space, or with a dump of one. */
enum gng_pci_error {
	GNG_PCI_SOUND,
	GNG_PCI_LENGTH,	     /* not 64, 256 or 4096 bytes */
	GNG_PCI_ABSENT,	     /* the vendor is FFFFh: no function answers there */
	GNG_PCI_LAYOUT,	     /* the header is neither of type 0 nor 1 */
	GNG_PCI_BAR_TYPE,    /* a memory BAR of the reserved type 3 */
	GNG_PCI_BAR_ALONE,   /* a BAR of 64 bits without a register for its upper half */
	GNG_PCI_BUSES,	     /* a bridge whose buses are not in order */
	GNG_PCI_POINTER,     /* a pointer to where no capability may stand */
	GNG_PCI_LOOP,	     /* a pointer to a capability that was there already */
	GNG_PCI_BEYOND,	     /* a capability ends behind the space */
	GNG_PCI_OVERLAP,     /* a capability begins inside of another */
	GNG_PCI_VALUE,	     /* a capability's own length is impossible */
	GNG_PCI_DUMP_SLOT,   /* of a dump: bytes without a function before them */
	GNG_PCI_DUMP_OFFSET, /* of a dump: a row that does not follow the one before */
	GNG_PCI_DUMP_HEX,    /* of a dump: what should be sixteen bytes in hex is not */
};

/* gng_pci_fault says what is wrong, at which byte (of a dump: in which line), by which clause. */
struct gng_pci_fault {
	enum gng_pci_error error;
	size_t offset;
	const char *clause; /* static, never NULL after a refusal */
};

const char *gng_pci_error_name(enum gng_pci_error error); /* "loop": words of the JSON */
const char *gng_pci_error_text(enum gng_pci_error error); /* a part of a sentence */

/* ---- base address registers ---- */

enum gng_pci_bar_kind {
	GNG_PCI_BAR_NONE, /* reads as 0: not there, or not set yet */
	GNG_PCI_BAR_IO,
	GNG_PCI_BAR_MEM32,
	GNG_PCI_BAR_MEM20, /* below 1 MiB: a type of PCI 2 */
	GNG_PCI_BAR_MEM64,
	GNG_PCI_BAR_UPPER, /* the upper half of the BAR before it */
};

struct gng_pci_bar {
	enum gng_pci_bar_kind kind;
	bool prefetchable;
	uint64_t address;
};

/* gng_pci_bar_of decodes a register; high is the register behind it and counts for MEM64 only.
 * false for the reserved type. */
bool gng_pci_bar_of(struct gng_pci_bar *bar, uint32_t low, uint32_t high);

/*
 * gng_pci_bar_size returns the bytes that a BAR decodes, from what its registers read after ones
 * were written to all bits; high counts for MEM64 only. 0 if the register is not implemented or
 * what it reads is no mask: ones above, zeros below. A BAR of ports may have 16 bits only.
 */
uint64_t gng_pci_bar_size(uint32_t low, uint32_t high);

/* ---- a function ---- */

struct gng_pci {
	const uint8_t *bytes; /* borrowed */
	size_t len;
	uint16_t vendor, device, command, status;
	uint32_t class_code; /* base class, sub-class, interface */
	uint8_t revision, layout;
	bool is_multi_function;
	uint8_t primary, secondary, subordinate; /* of a bridge */
	unsigned int num_bars;			 /* registers of this layout: 6 or 2 */
	struct gng_pci_bar bars[GNG_PCI_NUM_BARS];
	unsigned int num_capabilities, num_extended;
};

/*
 * gng_pci_read reads bytes[0..len), len 64, 256 or 4096; with 64 no list can be followed and none
 * is. GNG_EFORMAT and *fault for the first rule that is broken: header, BARs, capabilities in their
 * order, extended ones. *function then has nothing. bytes may be NULL if len is 0.
 */
GNG_MUST enum gng_status gng_pci_read(struct gng_pci *function, struct gng_pci_fault *fault,
				      const void *bytes, size_t len);

struct gng_pci_capability {
	uint16_t offset, id;
	bool is_extended;
	uint8_t version;  /* of an extended one */
	const char *name; /* "msi-x", or "unknown" */
};

/* gng_pci_next fills *capability with what stands at *at and moves *at to the next; begin with 0.
 * false at the end. Only for a function that gng_pci_read accepted. */
bool gng_pci_next(const struct gng_pci *function, size_t *at,
		  struct gng_pci_capability *capability);

/* ---- dumps ---- */

/* gng_pci_dump is a text that `lspci -x`, -xxx or -xxxx printed, and where its reader stands. */
struct gng_pci_dump {
	const char *text;
	size_t len, at, line;
};

/* gng_pci_slot is a function's place and its bytes. */
struct gng_pci_slot {
	char name[20]; /* "0000:00:1f.3"; a domain may have 8 digits */
	size_t line;   /* of its name in the dump, from 1 */
	size_t len;
	uint8_t bytes[4096];
};

/*
 * gng_pci_dump_next reads the next function that has bytes; begin with {text, len}. *found is false
 * at the end. GNG_EFORMAT and *fault (offset is the line) for a dump that is none; lines that begin
 * with a blank are lspci's words and ignored.
 */
GNG_MUST enum gng_status gng_pci_dump_next(struct gng_pci_dump *dump, struct gng_pci_slot *slot,
					   bool *found, struct gng_pci_fault *fault);

#ifdef __cplusplus
}
#endif

#endif /* GNG_PCI_H */
