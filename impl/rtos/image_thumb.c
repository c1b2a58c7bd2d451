/* SPDX-License-Identifier: Apache-2.0 */
/* image_thumb.c - which Thumb instructions a processor of ARMv6-M or ARMv7-M without FPU has. */
#include "rtos_image.h"

/* DDI 0419, A5.1: these five bits begin a 32-bit instruction. */
static bool is_wide(uint16_t first)
{
	return (first & 0xf800) == 0xe800 || (first & 0xf000) == 0xf000;
}

/* Of the 16-bit ones ARMv6-M lacks CBZ and CBNZ (1011 x0x1) and IT (1011 1111, mask not 0). */
static bool narrow_of_v6m(uint16_t first)
{
	if ((first & 0xf500) == 0xb100)
		return false;
	return (first & 0xff00) != 0xbf00 || (first & 0xf) == 0;
}

/*
 * DDI 0419, A5.3: the 32-bit ones are BL, MSR, MRS, the three barriers and the permanently
 * undefined UDF.W.
 */
static bool wide_of_v6m(uint16_t first, uint16_t second)
{
	if ((first & 0xf800) != 0xf000 || (second & 0x8000) == 0)
		return false;
	if ((second & 0xd000) == 0xd000)
		return true; /* BL */
	if ((first & 0xffe0) == 0xf380 && (second & 0xff00) == 0x8800)
		return true; /* MSR */
	if (first == 0xf3bf && (second & 0xff00) == 0x8f00)
		return (second & 0xf0) >= 0x40 && (second & 0xf0) <= 0x60; /* DSB, DMB, ISB */
	if (first == 0xf3ef && (second & 0xf000) == 0x8000)
		return true; /* MRS */
	return (first & 0xfff0) == 0xf7f0 && (second & 0xf000) == 0xa000;
}

/* Coprocessors 10 and 11 are the floating-point and vector extension (DDI 0403, A6). */
static bool is_floating(uint16_t first, uint16_t second)
{
	return (first & 0xec00) == 0xec00 && (second & 0x0e00) == 0x0a00;
}

bool rtos_thumb_allowed(uint16_t first, uint16_t second, bool v7m, unsigned int *num)
{
	*num = is_wide(first) ? 2 : 1;
	if (v7m)
		return *num == 1 || !is_floating(first, second);
	return *num == 1 ? narrow_of_v6m(first) : wide_of_v6m(first, second);
}
