/* SPDX-License-Identifier: Apache-2.0 */
/* machine.c - what doctor examines: this CPU, or one described by a folder's /proc/cpuinfo. */
#include "doctor.h"

#include <stdio.h>
#include <string.h>

#include <gng_clock.h>

#if defined(__x86_64__) || defined(__i386__)
#include <cpuid.h>
#endif

#define CALIBRATION_NS 50000000u

static uint64_t read_xcr0(void)
{
#if defined(__x86_64__) || defined(__i386__)
	uint32_t a, b, c, d, low, high;

	if (!__get_cpuid(1, &a, &b, &c, &d) || !(c & bit_OSXSAVE))
		return 0; /* XGETBV would fault */
	__asm__("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
	return (uint64_t)high << 32 | low;
#else
	return 0;
#endif
}

void gng_cli_machine_here(struct gng_cli_machine *machine, const char *packages)
{
	struct gng_clock_rate rate;

	*machine = (struct gng_cli_machine){
		.root = "",
		.cpu = gng_cpu_caps(),
		.xcr0 = read_xcr0(),
		.packages = packages,
	};
	if (gng_clock_calibrate(&rate, CALIBRATION_NS, NULL) == GNG_OK)
		machine->tsc_hz = rate.hz;
}

/* The kernel's names (arch/x86/include/asm/cpufeatures.h); it prints only what it saves. */
static const struct {
	const char *flag;
	uint32_t cpu;
} flags[] = {
	{"ssse3", GNG_CPU_SSSE3},
	{"sse4_1", GNG_CPU_SSE41},
	{"aes", GNG_CPU_AESNI},
	{"pclmulqdq", GNG_CPU_PCLMUL},
	{"avx", GNG_CPU_AVX},
	{"avx2", GNG_CPU_AVX2},
	{"bmi2", GNG_CPU_BMI2},
	{"vaes", GNG_CPU_VAES},
	{"vpclmulqdq", GNG_CPU_VPCLMUL},
	{"avx512bw", GNG_CPU_AVX512},
	{"gfni", GNG_CPU_GFNI},
	{"sha_ni", GNG_CPU_SHA},
	{"rdtscp", GNG_CPU_RDTSCP},
	{"nonstop_tsc", GNG_CPU_TSC_INVARIANT},
	{"hypervisor", GNG_CPU_HYPERVISOR},
};

void gng_cli_machine_at(struct gng_cli_machine *machine, const char *root, const char *packages)
{
	char text[DOCTOR_TEXT], *line, *end;

	*machine = (struct gng_cli_machine){.root = root, .packages = packages};
	if (!gng_sysfile_bytes(text, sizeof(text), root, "/proc/cpuinfo"))
		return;
	line = strstr(text, "\nflags");
	line = line ? strchr(line, ':') : NULL;
	if (!line)
		return;
	end = strchr(line, '\n');
	if (end)
		*end = '\0';
	for (size_t i = 0; i < sizeof(flags) / sizeof(flags[0]); i++)
		if (doctor_has_word(line + 1, flags[i].flag))
			machine->cpu |= flags[i].cpu;
}
