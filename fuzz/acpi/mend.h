/* SPDX-License-Identifier: Apache-2.0 */
/* mend.h - gives an input the signature, length and sum without which no table is read. */
#ifndef FUZZ_ACPI_MEND_H
#define FUZZ_ACPI_MEND_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "../uncounted.h"

/* mend_rest is what makes the sum of len bytes 0. */
FUZZ_UNCOUNTED static inline uint8_t mend_rest(const uint8_t *bytes, size_t len)
{
	unsigned int total = 0;

	for (size_t i = 0; i < len; i++)
		total += bytes[i];
	return (uint8_t)-total;
}

static inline void mend_table(uint8_t how, uint8_t *bytes, size_t len)
{
	static const char signatures[][9] = {"RSDT", "XSDT", "APIC", "FACP",	"MCFG",
					     "HPET", "SRAT", "SLIT", "RSD PTR "};
	const size_t which = how & 15u;
	uint8_t *sum = bytes + 9;

	if (which >= 1 && which <= 9 && len >= 36)
		memcpy(bytes, signatures[which - 1], strlen(signatures[which - 1]));
	if (!(how & 16) || len < 36)
		return;
	if (memcmp(bytes, "RSD PTR ", 8) == 0) {
		sum = bytes + 8;
		len = 20;
	} else {
		for (unsigned int i = 0; i < 4; i++)
			bytes[4 + i] = (uint8_t)(len >> 8 * i);
	}
	*sum = 0;
	*sum = mend_rest(bytes, len);
}

#endif /* FUZZ_ACPI_MEND_H */
