/* SPDX-License-Identifier: Apache-2.0 */
/* mend.h - gives an input a length that a configuration space has, and makes its lists be walked.
 */
#ifndef FUZZ_PCI_MEND_H
#define FUZZ_PCI_MEND_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

static inline size_t mend_space(uint8_t *space, uint8_t how, const uint8_t *data, size_t size)
{
	static const size_t lens[] = {0, 64, 256, 4096};
	const size_t len = how & 3 ? lens[how & 3] : size;

	memcpy(space, data, size < len ? size : len);
	if (len < 64)
		return len;
	if (how & 4)
		space[6] |= 0x10;
	if (how & 8)
		space[0x0e] &= 0x80;
	return len;
}

#endif /* FUZZ_PCI_MEND_H */
