/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cpu_bits.c - CPUID and XCR0 words become gng_cpu bits (Intel SDM volume 2A, CPUID;
 * volume 1, chapter 13; AMD APM volume 3, appendix E). Pure and freestanding.
 */
#include "base_cpu.h"

#define BIT(n) (UINT64_C(1) << (n))

#define LEAF1_OSXSAVE BIT(27)
#define LEAF7_AVX512 (BIT(16) | BIT(17) | BIT(30) | BIT(31)) /* F, DQ, BW, VL */

/*
 * XCR0 says which registers the kernel saves at a context switch. A hypervisor or a kernel
 * with clearcpuid= can show AVX-512 in CPUID and yet not save its registers: the first
 * instruction then faults, so CPUID alone is never enough.
 */
#define XCR0_AVX (BIT(1) | BIT(2))			  /* XMM, upper halves of YMM */
#define XCR0_AVX512 (XCR0_AVX | BIT(5) | BIT(6) | BIT(7)) /* opmask, upper ZMM0-15, ZMM16-31 */

static bool all(uint64_t word, uint64_t bits)
{
	return (word & bits) == bits;
}

static uint32_t when(bool present, uint32_t bit)
{
	return present ? bit : 0;
}

/* What needs no register state beyond XMM. Whether CR4.OSFXSR is set cannot be seen from
 * user mode, and no x86-64 system leaves it clear. */
static uint32_t plain_bits(const struct base_cpuid *cpuid)
{
	const uint32_t ecx1 = cpuid->leaf1_ecx;

	return when(all(ecx1, BIT(1)), GNG_CPU_PCLMUL) | when(all(ecx1, BIT(9)), GNG_CPU_SSSE3) |
	       when(all(ecx1, BIT(19)), GNG_CPU_SSE41) | when(all(ecx1, BIT(25)), GNG_CPU_AESNI) |
	       when(all(ecx1, BIT(31)), GNG_CPU_HYPERVISOR) |
	       when(all(cpuid->leaf7_ebx, BIT(8)), GNG_CPU_BMI2) |
	       when(all(cpuid->leaf7_ebx, BIT(29)), GNG_CPU_SHA) |
	       when(all(cpuid->leaf7_ecx, BIT(8)), GNG_CPU_GFNI) |
	       when(all(cpuid->leaf80000001_edx, BIT(27)), GNG_CPU_RDTSCP) |
	       when(all(cpuid->leaf80000007_edx, BIT(8)), GNG_CPU_TSC_INVARIANT);
}

static uint32_t vector_bits(const struct base_cpuid *cpuid)
{
	const bool avx =
		all(cpuid->leaf1_ecx, LEAF1_OSXSAVE | BIT(28)) && all(cpuid->xcr0, XCR0_AVX);
	const bool avx2 = avx && all(cpuid->leaf7_ebx, BIT(5));

	return when(avx, GNG_CPU_AVX) | when(avx2, GNG_CPU_AVX2) |
	       when(avx && all(cpuid->leaf7_ecx, BIT(9)), GNG_CPU_VAES) |
	       when(avx && all(cpuid->leaf7_ecx, BIT(10)), GNG_CPU_VPCLMUL) |
	       when(avx2 && all(cpuid->leaf7_ebx, LEAF7_AVX512) && all(cpuid->xcr0, XCR0_AVX512),
		    GNG_CPU_AVX512);
}

uint32_t base_cpu_bits(const struct base_cpuid *cpuid)
{
	return plain_bits(cpuid) | vector_bits(cpuid);
}

uint32_t base_cpu_with_dependents(uint32_t bits)
{
	/* in this order one pass reaches every dependent */
	if (bits & GNG_CPU_AVX)
		bits |= GNG_CPU_AVX2;
	if (bits & GNG_CPU_AVX2)
		bits |= GNG_CPU_AVX512 | GNG_CPU_VAES | GNG_CPU_VPCLMUL;
	if (bits & GNG_CPU_AESNI)
		bits |= GNG_CPU_VAES;
	if (bits & GNG_CPU_PCLMUL)
		bits |= GNG_CPU_VPCLMUL;
	return bits;
}
