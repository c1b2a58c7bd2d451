/* SPDX-License-Identifier: Apache-2.0 */
/* base_cpu.h - the raw words of CPUID and XCR0, and their pure translation to gng_cpu bits. */
#ifndef BASE_CPU_H
#define BASE_CPU_H

#include "gng_base.h"

/* base_cpuid holds what one CPU answers; a leaf that it does not have is 0. */
struct base_cpuid {
	uint32_t leaf1_ecx; /* feature flags */
	uint32_t leaf7_ebx; /* structured extended feature flags, subleaf 0 */
	uint32_t leaf7_ecx;
	uint32_t leaf80000001_edx; /* extended feature flags */
	uint32_t leaf80000007_edx; /* advanced power management */
	uint64_t xcr0;		   /* XGETBV with ECX = 0; 0 if OSXSAVE is clear */
};

/* base_cpu_bits returns the gng_cpu bits of cpuid. */
uint32_t base_cpu_bits(const struct base_cpuid *cpuid);

/* base_cpu_with_dependents adds to bits every feature that is built on one of them. */
uint32_t base_cpu_with_dependents(uint32_t bits);

#endif /* BASE_CPU_H */
