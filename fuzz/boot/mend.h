/* SPDX-License-Identifier: Apache-2.0 */
/* mend.h - gives an input the sums without which no table of coreboot is read. */
#ifndef FUZZ_BOOT_MEND_H
#define FUZZ_BOOT_MEND_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* mend_sum is the checksum of IP over len bytes: 16-bit words, little-endian. */
static inline uint64_t mend_sum(const uint8_t *bytes, uint64_t len)
{
	uint64_t total = len % 2 ? bytes[len - 1] : 0;

	for (uint64_t i = 0; i < len / 2; i++)
		total += bytes[2 * i] + bytes[2 * i + 1] * 256u;
	while (total > 0xffff)
		total = total % 0x10000 + total / 0x10000;
	return 0xffff - total;
}

static inline uint64_t mend_get(const uint8_t *bytes)
{
	return bytes[0] + bytes[1] * 0x100ull + bytes[2] * 0x10000ull + bytes[3] * 0x1000000ull;
}

static inline void mend_put(uint8_t *bytes, uint64_t value)
{
	for (unsigned int i = 0; i < 4; i++)
		bytes[i] = (uint8_t)(value >> 8 * i);
}

static inline void mend_coreboot(uint8_t *bytes, size_t len)
{
	uint64_t first, records;

	if (len < 24)
		return;
	first = mend_get(bytes + 4);
	records = mend_get(bytes + 12);
	if (first < 24 || first > len || records > len - first)
		return;
	memcpy(bytes, "LBIO", 4);
	mend_put(bytes + 16, mend_sum(bytes + first, records));
	mend_put(bytes + 8, 0);
	mend_put(bytes + 8, mend_sum(bytes, first));
}

#endif /* FUZZ_BOOT_MEND_H */
