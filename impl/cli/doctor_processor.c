/* SPDX-License-Identifier: Apache-2.0 */
/* doctor_processor.c - instruction sets, their saved state, time-stamp counter, frequency. */
#include "doctor.h"

#include <stdio.h>
#include <string.h>

/* The variants that a set of CPU bits makes possible (gng_base.h, gng_cpu_caps). */
static const struct {
	const char *name;
	uint32_t needs;
} variants[] = {
	{"portable", 0},
	{"aesni", GNG_CPU_AESNI | GNG_CPU_PCLMUL | GNG_CPU_SSSE3},
	{"vaes256", GNG_CPU_VAES | GNG_CPU_VPCLMUL | GNG_CPU_AVX2},
	{"vaes512", GNG_CPU_VAES | GNG_CPU_VPCLMUL | GNG_CPU_AVX512},
	{"avx2", GNG_CPU_AVX2},
	{"avx512", GNG_CPU_AVX512},
};

static void probe_variants(struct gng_cli_finding *finding, const struct gng_cli_machine *machine)
{
	char names[128] = "";
	size_t len = 0;

	for (size_t i = 0; i < sizeof(variants) / sizeof(variants[0]); i++)
		if ((machine->cpu & variants[i].needs) == variants[i].needs)
			len += (size_t)snprintf(names + len, sizeof(names) - len, "%s%s",
						len ? " " : "", variants[i].name);
	if (machine->cpu & GNG_CPU_AESNI)
		doctor_ok(finding, "%s", names);
	else
		doctor_fix(finding, "use a machine with AES-NI; unset GNG_CPU", "%s: no AES-NI",
			   names);
}

static void probe_tsc(struct gng_cli_finding *finding, const struct gng_cli_machine *machine)
{
	char source[DOCTOR_TEXT], rate[48] = "";

	if (!gng_sysfile_bytes(source, sizeof(source), machine->root,
			       "/sys/devices/system/clocksource/clocksource0/current_clocksource"))
		snprintf(source, sizeof(source), "unknown");
	if (machine->tsc_hz > 0)
		snprintf(rate, sizeof(rate), "%.3f MHz, ", machine->tsc_hz / 1e6);
	if (!(machine->cpu & GNG_CPU_TSC_INVARIANT))
		doctor_fix(finding, "judge no latency here: use a CPU with an invariant TSC",
			   "%sthe rate may change with the core's clock", rate);
	else if (strcmp(source, "tsc") != 0)
		doctor_fix(finding, "dmesg | grep -i tsc says why the kernel does not trust it",
			   "%sclocksource %.32s", rate, source);
	else
		doctor_ok(finding, "%sclocksource tsc", rate);
}

#define XCR0_AVX 0x6u	  /* SSE and AVX state: Intel SDM volume 1, chapter 13 */
#define XCR0_AVX512 0xe0u /* opmask, upper halves of ZMM0-15, ZMM16-31 */

static void probe_xsave(struct gng_cli_finding *finding, const struct gng_cli_machine *machine)
{
	const unsigned int low = (unsigned int)machine->xcr0;

	if (!machine->xcr0)
		return;
	if ((low & XCR0_AVX512) == XCR0_AVX512)
		doctor_ok(finding, "XCR0 0x%x: the system saves AVX-512", low);
	else if ((low & XCR0_AVX) == XCR0_AVX)
		doctor_ok(finding, "XCR0 0x%x: the system saves AVX, not AVX-512", low);
	else
		doctor_fix(finding, "boot without noxsave and clearcpuid",
			   "XCR0 0x%x: the system does not save AVX state", low);
}

static void probe_frequency(struct gng_cli_finding *finding, const struct gng_cli_machine *machine)
{
	char governor[DOCTOR_TEXT];

	if (!gng_sysfile_bytes(governor, sizeof(governor), machine->root,
			       "/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor"))
		doctor_ok(finding, "no governor: %s decides",
			  machine->cpu & GNG_CPU_HYPERVISOR ? "the host" : "the firmware");
	else if (strcmp(governor, "performance") == 0)
		doctor_ok(finding, "governor performance");
	else
		doctor_fix(finding, "cpupower frequency-set -g performance",
			   "governor %.32s: the clock moves during a measurement", governor);
}

static void probe_host(struct gng_cli_finding *finding, const struct gng_cli_machine *machine)
{
	if (machine->cpu & GNG_CPU_HYPERVISOR)
		doctor_fix(finding, "judge latency on bare metal; everything else runs here",
			   "virtual machine: the host interrupts at will");
	else
		doctor_ok(finding, "bare metal");
}

const struct doctor_probe doctor_processor[] = {
	{"processor", "host", probe_host},	     {"processor", "TSC invariant", probe_tsc},
	{"processor", "variants", probe_variants},   {"processor", "XSAVE state", probe_xsave},
	{"processor", "frequency", probe_frequency}, {0},
};
