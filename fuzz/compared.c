/* SPDX-License-Identifier: Apache-2.0 */
/*
 * compared.c - which comparisons the engine hears of: those that can teach it a word.
 *
 * libFuzzer keeps operands of four and eight bytes to try them in an input. Of one and two bytes,
 * and of indirect calls, it keeps a profile only that `gonogo fuzz` does not ask for
 * (-use_value_profile): those calls end here. So does a comparison of two numbers below 256, as a
 * counter of a loop with its end; the engine leaves out a switch over such by itself. The linker
 * sends the calls here (cmake/gng.cmake), in our own builds: a farm may ask for the profile.
 */
#include <stdint.h>

#define CALL(name) __asm__("__" name)
#define WRAP(name) CALL("wrap___sanitizer_cov_trace_" name)
#define REAL(name) CALL("real___sanitizer_cov_trace_" name)

void compared1(uint8_t a, uint8_t b) WRAP("cmp1");
void compared2(uint16_t a, uint16_t b) WRAP("cmp2");
void compared4(uint32_t a, uint32_t b) WRAP("cmp4");
void compared8(uint64_t a, uint64_t b) WRAP("cmp8");
void compared_const1(uint8_t a, uint8_t b) WRAP("const_cmp1");
void compared_const2(uint16_t a, uint16_t b) WRAP("const_cmp2");
void compared_const4(uint32_t a, uint32_t b) WRAP("const_cmp4");
void compared_const8(uint64_t a, uint64_t b) WRAP("const_cmp8");
void called(uintptr_t callee) WRAP("pc_indir");

void engine_compared4(uint32_t a, uint32_t b) REAL("cmp4");
void engine_compared8(uint64_t a, uint64_t b) REAL("cmp8");
void engine_compared_const4(uint32_t a, uint32_t b) REAL("const_cmp4");
void engine_compared_const8(uint64_t a, uint64_t b) REAL("const_cmp8");

void compared1(uint8_t a, uint8_t b)
{
	(void)a;
	(void)b;
}

void compared2(uint16_t a, uint16_t b)
{
	(void)a;
	(void)b;
}

void compared_const1(uint8_t a, uint8_t b)
{
	(void)a;
	(void)b;
}

void compared_const2(uint16_t a, uint16_t b)
{
	(void)a;
	(void)b;
}

void called(uintptr_t callee)
{
	(void)callee;
}

void compared4(uint32_t a, uint32_t b)
{
	if ((a | b) > UINT8_MAX)
		engine_compared4(a, b);
}

void compared8(uint64_t a, uint64_t b)
{
	if ((a | b) > UINT8_MAX)
		engine_compared8(a, b);
}

void compared_const4(uint32_t a, uint32_t b)
{
	if ((a | b) > UINT8_MAX)
		engine_compared_const4(a, b);
}

void compared_const8(uint64_t a, uint64_t b)
{
	if ((a | b) > UINT8_MAX)
		engine_compared_const8(a, b);
}
