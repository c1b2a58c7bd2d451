/* SPDX-License-Identifier: Apache-2.0 */
/*
 * gng_pciscan.h - finds the functions on a machine's PCI buses by asking the hardware: through
 * ports CF8h and CFCh (PCI Local Bus Specification 3.0, 3.2.2.3.2) or through ECAM (PCI Express
 * Base Specification 6, 7.2.2), never through the kernel's list.
 *
 * Each bus is visited once, so hostile bridges cannot make a walk endless.
 */
#ifndef GNG_PCISCAN_H
#define GNG_PCISCAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <gng_base.h>
#include <gng_pci.h>

#ifdef __cplusplus
extern "C" {
#endif

struct gng_pciscan_slot {
	uint8_t bus, device, function;
};

/*
 * gng_pciscan_access is a way to configuration spaces. offset is a multiple of 4 below len. Where
 * no function answers, read returns all ones.
 */
struct gng_pciscan_access {
	uint32_t (*read)(void *context, struct gng_pciscan_slot slot, uint16_t offset);
	void (*write)(void *context, struct gng_pciscan_slot slot, uint16_t offset, uint32_t value);
	void *context;
	uint16_t len; /* of a space: 256 by ports, 4096 by ECAM */
	uint8_t first_bus, last_bus;
};

/* gng_pciscan_found is one function. */
struct gng_pciscan_found {
	struct gng_pciscan_slot slot;
	struct gng_pci_fault fault; /* error GNG_PCI_SOUND: function was read */
	struct gng_pci function;    /* its bytes are those below */
	uint8_t bytes[GNG_PCI_SPACE_LEN];
};

/* What a bridge does that no sound firmware sets up; the walk goes on without the bus. */
enum gng_pciscan_oddity {
	GNG_PCISCAN_NONE,
	GNG_PCISCAN_AGAIN,   /* its bus was visited already: a loop, or two bridges for one bus */
	GNG_PCISCAN_BACK,    /* its bus is not behind its own */
	GNG_PCISCAN_OUTSIDE, /* its bus is not one that this access reaches */
};

/*
 * gng_pciscan_walk calls found for each function, in depth first order of buses, then devices and
 * functions; *one is the callee's to read during the call. oddity tells of a bridge. It returns the
 * number of functions. A function other than 0 is looked for only if function 0 says that there are
 * several (3.2.2.3.4).
 */
size_t gng_pciscan_walk(const struct gng_pciscan_access *access,
			void (*found)(void *context, const struct gng_pciscan_found *one,
				      enum gng_pciscan_oddity oddity),
			void *context);

/*
 * gng_pciscan_size sizes BAR number bar of a function: decoding off, ones, read, and all as before
 * (6.2.5.1). Nobody may use the function meanwhile, neither a driver nor the device a transfer.
 * Returns 0 for a register that is not implemented.
 */
uint64_t gng_pciscan_size(const struct gng_pciscan_access *access,
			  const struct gng_pciscan_found *one, unsigned int bar);

/* ---- this machine ---- */

/*
 * gng_pciscan_ports opens the way by ports; it serves the calling thread only. GNG_EPERM without
 * CAP_SYS_RAWIO or in a locked-down kernel, GNG_EUNSUPPORTED on other machines than x86. Between
 * the two ports another CPU of the kernel may get in the way: what is written is checked, and read
 * again up to 8 times.
 */
GNG_MUST enum gng_status gng_pciscan_ports(struct gng_pciscan_access *access, struct gng_why *why);

/*
 * gng_pciscan_ecam opens the way by ECAM, at the address that the table MCFG gives for segment 0,
 * read-only. GNG_EUNSUPPORTED without such a table, GNG_EPERM if the kernel lets nobody map it:
 * boot with iomem=relaxed. gng_pciscan_close frees either.
 */
GNG_MUST enum gng_status gng_pciscan_ecam(struct gng_pciscan_access *access, struct gng_why *why);
void gng_pciscan_close(struct gng_pciscan_access *access);

#ifdef __cplusplus
}
#endif

#endif /* GNG_PCISCAN_H */
