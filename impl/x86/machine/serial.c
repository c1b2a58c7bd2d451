/* SPDX-License-Identifier: Apache-2.0 */
/* serial.c - words on the first serial line, the end of an image, and what compilers call. */
#include "x86_machine.h"

#define PORT 0x3f8
#define DEBUG_EXIT 0xf4

void x86_serial_start(void)
{
	x86_out8(PORT + 1, 0);	  /* no interrupts */
	x86_out8(PORT + 3, 0x80); /* 115200 baud */
	x86_out8(PORT, 1);
	x86_out8(PORT + 1, 0);
	x86_out8(PORT + 3, 3); /* 8N1 */
	x86_out8(PORT + 2, 0xc7);
}

void x86_put(const char *text)
{
	for (; *text; text++) {
		while (!(x86_in8(PORT + 5) & 0x20))
			x86_pause();
		x86_out8(PORT, (uint8_t)*text);
	}
}

void x86_put_number(uint64_t value)
{
	char digits[21];
	unsigned int at = sizeof(digits) - 1;

	digits[at] = '\0';
	do
		digits[--at] = (char)('0' + value % 10);
	while (value /= 10);
	x86_put(digits + at);
}

void x86_put_hex(uint64_t value)
{
	char digits[19] = "0x";

	for (unsigned int i = 0; i < 16; i++)
		digits[2 + i] = "0123456789abcdef"[value >> (60 - 4 * i) & 15];
	digits[18] = '\0';
	x86_put(digits);
}

void x86_exit(uint8_t code)
{
	x86_out8(DEBUG_EXIT, code);
	for (;;) { /* the emulator ends later */
		x86_disable();
		x86_halt();
	}
}

void x86_bail(const char *why, uint64_t value)
{
	x86_put("\nBail out! ");
	x86_put(why);
	x86_put(" ");
	x86_put_number(value);
	x86_put("\n");
	x86_exit(X86_BAIL);
}

void *memcpy(void *to, const void *from, size_t len)
{
	void *end = to;

	__asm__ volatile("rep movsb" : "+D"(end), "+S"(from), "+c"(len) : : "memory");
	return to;
}

void *memset(void *to, int value, size_t len)
{
	void *end = to;

	__asm__ volatile("rep stosb" : "+D"(end), "+c"(len) : "a"(value) : "memory");
	return to;
}

int memcmp(const void *a, const void *b, size_t len)
{
	const uint8_t *x = a, *y = b;

	for (; len; len--, x++, y++)
		if (*x != *y)
			return *x - *y;
	return 0;
}
