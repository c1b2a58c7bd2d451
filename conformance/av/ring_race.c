/* SPDX-License-Identifier: Apache-2.0 */
/* ring_race.c - takes the program of impl/av/race into the test. */
#include "ring_race.h"

__asm__(".section .rodata\n"
	".globl ring_race, ring_race_end\n"
	"ring_race:\n"
	".incbin \"av_race.bin\"\n"
	"ring_race_end:\n"
	".byte 0\n"
	".previous\n");
