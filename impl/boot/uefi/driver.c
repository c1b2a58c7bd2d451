/* SPDX-License-Identifier: Apache-2.0 */
/* driver.c - a DXE driver, subsystem 11: installs a protocol, and stays when its entry returns. */
#include "uefi.h"

int _fltused; /* what this target wants of code with floating point */

static uint64_t sum(uint64_t a, uint64_t b, uint64_t c, uint64_t d, uint64_t e, uint64_t f)
{
	return a + 10 * b + 100 * c + 1000 * d + 10000 * e + 100000 * f;
}

static double mixed(uint64_t a, double b, uint64_t c, double d, double e)
{
	return (double)a + 10 * b + 100 * (double)c + 1000 * d + 10000 * e;
}

static struct uefi_sum protocol = {sum, mixed};

uefi_status efi_main(uefi_handle image, struct uefi_system *system);

uefi_status efi_main(uefi_handle image, struct uefi_system *system)
{
	static const struct uefi_guid guid = UEFI_SUM_GUID;
	uefi_handle handle = NULL;

	(void)image;
	return system->boot->install_protocol(&handle, &guid, 0, &protocol);
}
