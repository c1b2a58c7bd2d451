/* SPDX-License-Identifier: Apache-2.0 */
/* machine.c - the two ways to the configuration spaces of this machine. */
#include "gng_pciscan.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <gng_acpi.h>

/* ecam_len: the address is that of bus 0 also where the first bus is another (4.1.2). */
static size_t ecam_len(unsigned int last_bus)
{
	return ((size_t)last_bus + 1) << 20;
}

void gng_pciscan_close(struct gng_pciscan_access *access)
{
	if (access->context)
		munmap(access->context, ecam_len(access->last_bus));
	*access = (struct gng_pciscan_access){0};
}

/* ---- ports ---- */

#if defined(__x86_64__) || defined(__i386__)
#include <sys/io.h>

#define ADDRESS 0xcf8
#define DATA 0xcfc
#define ENABLE 0x80000000u
#define NUM_TRIES 8

static uint32_t address_of(struct gng_pciscan_slot slot, uint16_t offset)
{
	return ENABLE | (uint32_t)slot.bus << 16 | (uint32_t)slot.device << 11 |
	       (uint32_t)slot.function << 8 | offset;
}

/* The kernel uses the ports too: what stands in the address port behind the access tells whether
 * ours was the last. */
static uint32_t port_read(void *context, struct gng_pciscan_slot slot, uint16_t offset)
{
	const uint32_t address = address_of(slot, offset);
	uint32_t value = ~UINT32_C(0);

	(void)context;
	for (int i = 0; i < NUM_TRIES; i++) {
		outl(address, ADDRESS);
		value = inl(DATA);
		if (inl(ADDRESS) == address)
			break;
	}
	return value;
}

static void port_write(void *context, struct gng_pciscan_slot slot, uint16_t offset, uint32_t value)
{
	(void)context;
	outl(address_of(slot, offset), ADDRESS);
	outl(value, DATA);
}

enum gng_status gng_pciscan_ports(struct gng_pciscan_access *access, struct gng_why *why)
{
	if (ioperm(ADDRESS, 8, 1) != 0)
		return gng_why_set(why, errno == ENOSYS ? GNG_EUNSUPPORTED : GNG_EPERM, errno,
				   "pciscan.ports",
				   "ports cf8h to cffh are not to be had: %s; be root on a kernel "
				   "that is not locked down, or gonogo lab run pciscan-machine",
				   strerror(errno));
	*access = (struct gng_pciscan_access){
		.read = port_read, .write = port_write, .len = 256, .last_bus = 255};
	return GNG_OK;
}
#else
enum gng_status gng_pciscan_ports(struct gng_pciscan_access *access, struct gng_why *why)
{
	(void)access;
	return gng_why_set(why, GNG_EUNSUPPORTED, 0, "pciscan.ports",
			   "only x86 has ports for configuration spaces: use ECAM");
}
#endif

/* ---- ECAM ---- */

#define MCFG "/sys/firmware/acpi/tables/MCFG"

static uint32_t ecam_read(void *context, struct gng_pciscan_slot slot, uint16_t offset)
{
	const volatile uint8_t *base = context;
	const size_t at = (size_t)slot.bus << 20 | (size_t)slot.device << 15 |
			  (size_t)slot.function << 12 | offset;

	return *(const volatile uint32_t *)(base + at);
}

/* find_ecam reads the table and gives what it allots to segment 0. */
static enum gng_status find_ecam(struct gng_acpi_entry *entry, struct gng_why *why)
{
	uint8_t bytes[4096];
	const int fd = open(MCFG, O_RDONLY | O_CLOEXEC);
	const ssize_t len = fd < 0 ? -1 : read(fd, bytes, sizeof(bytes));
	struct gng_acpi_fault fault;
	struct gng_acpi table;
	size_t at = 0;

	if (fd >= 0)
		close(fd);
	if (len <= 0)
		return gng_why_set(why, GNG_EUNSUPPORTED, errno, "pciscan.ecam",
				   MCFG " cannot be read: this machine has no ECAM, or you are not "
					"root");
	if (gng_acpi_read(&table, &fault, bytes, (size_t)len) != GNG_OK)
		return gng_why_set(why, GNG_EFORMAT, 0, "pciscan.ecam", MCFG ": %s at byte %zu",
				   gng_acpi_error_text(fault.error), fault.offset);
	while (gng_acpi_next(&table, &at, entry))
		if (entry->id == 0)
			return GNG_OK;
	return gng_why_set(why, GNG_EUNSUPPORTED, 0, "pciscan.ecam",
			   MCFG " has nothing for segment 0");
}

enum gng_status gng_pciscan_ecam(struct gng_pciscan_access *access, struct gng_why *why)
{
	struct gng_acpi_entry entry;
	const enum gng_status status = find_ecam(&entry, why);
	uint8_t *base;
	int fd;

	if (status != GNG_OK)
		return status;
	fd = open("/dev/mem", O_RDONLY | O_CLOEXEC);
	base = fd < 0 ? MAP_FAILED
		      : mmap(NULL, ecam_len(entry.last_bus), PROT_READ, MAP_SHARED, fd,
			     (off_t)entry.address);
	if (fd >= 0)
		close(fd);
	if (base == MAP_FAILED)
		return gng_why_set(why, GNG_EPERM, errno, "pciscan.ecam",
				   "ECAM at %#llx cannot be mapped: %s; be root and boot with "
				   "iomem=relaxed, or gonogo lab run pciscan-machine",
				   (unsigned long long)entry.address, strerror(errno));
	*access = (struct gng_pciscan_access){.read = ecam_read,
					      .context = base,
					      .len = 4096,
					      .first_bus = entry.first_bus,
					      .last_bus = entry.last_bus};
	return GNG_OK;
}
