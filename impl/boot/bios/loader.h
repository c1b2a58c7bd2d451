/* SPDX-License-Identifier: Apache-2.0 */
/* loader.h - what the parts of the loader share: real.c, switch.S, protected.c. */
#ifndef BOOT_LOADER_H
#define BOOT_LOADER_H

#include "bios.h"

#define LOADER_PLAN "9"
#define LOADER_MAX_ENTRIES 64u

/* loader_entry is what INT 15h, E820h writes: ACPI 6.6, "System Address Map Interfaces". */
struct loader_entry {
	uint64_t address, len;
	uint32_t type, attributes;
} __attribute__((packed));

/* loader_found is what real mode found for what follows. */
struct loader_found {
	uint32_t num_entries;
	struct loader_entry map[LOADER_MAX_ENTRIES];
};
extern struct loader_found loader_found;

/* loader_case reports; what does not hold ends the machine. Of real mode: the other modes have
 * their own, and count on. */
void loader_case(const char *name, bool holds);

/* loader_switch goes through protected mode to long mode and back, then to loader_protected. */
void loader_switch(void) __attribute__((noreturn));

/* What it saw in each mode: CR0, EFER.LMA and a product that needs registers of 64 bits. */
extern volatile uint32_t loader_cr0, loader_lma, loader_lma_after;
extern volatile uint64_t loader_product;

void loader_protected(void) __attribute__((noreturn));

#endif /* BOOT_LOADER_H */
