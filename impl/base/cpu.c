/* SPDX-License-Identifier: Apache-2.0 */
/* cpu.c - asks this CPU. Freestanding but for gng_cpu_caps, which reads the environment. */
#include "base_cpu.h"

#if defined(__x86_64__) || defined(__i386__)

#include <cpuid.h>

/* XCR0 by XGETBV, which faults unless the system set CR4.OSXSAVE. */
static uint64_t xgetbv0(void)
{
	uint32_t lo, hi;

	__asm__("xgetbv" : "=a"(lo), "=d"(hi) : "c"(0));
	return (uint64_t)hi << 32 | lo;
}

uint32_t gng_cpu_detect(void)
{
	struct base_cpuid cpuid = {0};
	uint32_t eax, ebx, ecx, edx;

	if (__get_cpuid(1, &eax, &ebx, &ecx, &edx))
		cpuid.leaf1_ecx = ecx;
	if (cpuid.leaf1_ecx & bit_OSXSAVE)
		cpuid.xcr0 = xgetbv0();
	if (__get_cpuid_count(7, 0, &eax, &ebx, &ecx, &edx)) {
		cpuid.leaf7_ebx = ebx;
		cpuid.leaf7_ecx = ecx;
	}
	if (__get_cpuid(0x80000001, &eax, &ebx, &ecx, &edx))
		cpuid.leaf80000001_edx = edx;
	if (__get_cpuid(0x80000007, &eax, &ebx, &ecx, &edx))
		cpuid.leaf80000007_edx = edx;
	return base_cpu_bits(&cpuid);
}

#else

uint32_t gng_cpu_detect(void)
{
	return 0;
}

#endif

#if __STDC_HOSTED__

#include <stdlib.h>

uint32_t gng_cpu_caps(void)
{
	static const uint32_t known = UINT32_C(1) << 31; /* no feature uses the top bit */
	static uint32_t cached;
	uint32_t caps = __atomic_load_n(&cached, __ATOMIC_RELAXED), cleared;

	if (!(caps & known)) {
		enum gng_status status = gng_cpu_mask(&cleared, getenv("GNG_CPU"), NULL);

		(void)status; /* an unknown token masks nothing: `gonogo doctor` reports it */
		caps = (gng_cpu_detect() & ~cleared) | known;
		/* two first callers may both detect: they store the same word */
		__atomic_store_n(&cached, caps, __ATOMIC_RELAXED);
	}
	return caps & ~known;
}

#endif /* __STDC_HOSTED__ */
