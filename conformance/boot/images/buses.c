/* SPDX-License-Identifier: Apache-2.0 */
/* buses.c - image: configuration spaces of PCI by ports (CF8, CFC) and by memory (ECAM), which
 * must be the same, read by the reader that the host has. */
#include "cases.h"

#include <gng_acpi.h>
#include <gng_boot.h>
#include <gng_pci.h>

#define LOW 0x400ull
#define WINDOW 0xc0000000ull
#define NUM_BUSES 8u
#define ADDRESS 0xcf8
#define DATA 0xcfc

static uint64_t ecam;
static unsigned int num_functions;

static inline void out32(uint16_t port, uint32_t value)
{
	__asm__ volatile("outl %0, %1" : : "a"(value), "Nd"(port));
}

static inline uint32_t in32(uint16_t port)
{
	uint32_t value;

	__asm__ volatile("inl %1, %0" : "=a"(value) : "Nd"(port));
	return value;
}

/* A place is bus << 8 | device << 3 | function. */
static uint32_t by_ports(unsigned int place, unsigned int at)
{
	out32(ADDRESS, 1u << 31 | place << 8 | at);
	return in32(DATA);
}

static uint32_t by_memory(unsigned int place, unsigned int at)
{
	return x86_read32(ecam + ((uint64_t)place << 12) + at);
}

/* ---- MCFG ---- */

static bool read_table(struct gng_acpi *table, uint64_t address)
{
	struct gng_acpi_fault fault;

	return address >= LOW && address < WINDOW &&
	       gng_acpi_read(table, &fault, (const void *)address, WINDOW - address) == GNG_OK;
}

static bool find_ecam(uint64_t root)
{
	struct gng_acpi_entry entry, allocation;
	struct gng_acpi table, one;

	if (!read_table(&table, root))
		return false;
	for (size_t at = 0; gng_acpi_next(&table, &at, &entry);) {
		size_t first = 0;

		if (read_table(&one, entry.address) && one.kind == GNG_ACPI_MCFG &&
		    gng_acpi_next(&one, &first, &allocation))
			ecam = allocation.address;
	}
	return ecam != 0;
}

static enum cases_result an_mcfg_says_where_memory_is(void)
{
	const struct gng_boot_memory memory = {(const uint8_t *)LOW, LOW, WINDOW - LOW};
	struct gng_boot_fault fault;
	struct gng_boot_pvh pvh;
	struct gng_acpi rsdp;

	if (gng_boot_pvh_read(&pvh, &fault, &memory, x86_boot_info) != GNG_OK ||
	    !read_table(&rsdp, pvh.rsdp))
		return CASES_NOT_OK;
	return cases_is(find_ecam(rsdp.as.rsdp.xsdt ? rsdp.as.rsdp.xsdt : rsdp.as.rsdp.rsdt));
}

/* ---- all functions ---- */

static bool is_there(unsigned int place)
{
	return (by_ports(place, 0) & 0xffff) != 0xffff;
}

static enum cases_result both_ways_read_the_same(void)
{
	unsigned int differ = 0;

	for (unsigned int place = 0; place < NUM_BUSES << 8; place++) {
		if (!is_there(place))
			continue;
		num_functions++;
		for (unsigned int at = 0; at < 256; at += 4)
			differ += by_ports(place, at) != by_memory(place, at);
	}
	cases_say("functions", num_functions);
	cases_say("differ", differ);
	return cases_is(num_functions >= 4 && differ == 0);
}

static void say_function(unsigned int place, const struct gng_pci *function)
{
	cases_say("bus", place >> 8);
	cases_say("capabilities", function->num_capabilities + function->num_extended);
	x86_put("# id ");
	x86_put_hex((uint64_t)function->vendor << 16 | function->device);
	x86_put("\n");
}

static enum cases_result each_space_is_sound(void)
{
	static uint8_t space[4096];
	struct gng_pci_fault fault;
	struct gng_pci function;

	for (unsigned int place = 0; place < NUM_BUSES << 8; place++) {
		if (!is_there(place))
			continue;
		for (unsigned int at = 0; at < sizeof(space); at += 4) {
			const uint32_t value = by_memory(place, at);

			memcpy(space + at, &value, sizeof(value));
		}
		if (gng_pci_read(&function, &fault, space, sizeof(space)) != GNG_OK)
			return CASES_NOT_OK;
		say_function(place, &function);
	}
	return CASES_OK;
}

const struct cases_one cases_all[] = {
	{"an_mcfg_says_where_memory_is", an_mcfg_says_where_memory_is},
	{"both_ways_read_the_same", both_ways_read_the_same},
	{"each_space_is_sound", each_space_is_sound},
	{0},
};
