/* SPDX-License-Identifier: Apache-2.0 */
/* secret.c - comparing and erasing secrets. Freestanding: needs only memset. */
#include "gng_base.h"

/*
 * hide returns x in a way that the compiler cannot see through. Without it a compiler may
 * turn the loop below into one that stops at the first difference, as it may any loop
 * whose result is only tested for zero.
 */
static inline unsigned int hide(unsigned int x)
{
#ifndef GNG_MSAN /* MemorySanitizer takes the operands of asm for used */
	__asm__("" : "+r"(x));
#endif
	return x;
}

bool gng_ct_equal(const void *a, const void *b, size_t len)
{
	const uint8_t *x = a, *y = b;
	unsigned int difference = 0;

	for (size_t i = 0; i < len; i++)
		difference = hide(difference | (x[i] ^ y[i]));
	return difference == 0;
}

void *memset(void *p, int byte, size_t len);

void gng_wipe(void *p, size_t len)
{
	if (len == 0) /* p may be NULL */
		return;
	memset(p, 0, len);
	/* the asm may read *p, so the stores above are not dead */
	__asm__ volatile("" : : "r"(p) : "memory");
}
