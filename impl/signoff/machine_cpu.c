/* SPDX-License-Identifier: Apache-2.0 */
/* machine_cpu.c - the processor and what is under it: firmware, or a hypervisor. */
#include "signoff_facts.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#if defined(__x86_64__) || defined(__i386__)
#include <cpuid.h>
#endif

/* has_word finds a whole word in a list of words. */
static bool has_word(const char *words, const char *word)
{
	const size_t len = strlen(word);

	for (const char *at = words; at && (at = strstr(at, word)); at += len)
		if ((at == words || at[-1] == ' ') && (at[len] == ' ' || !at[len]))
			return true;
	return false;
}

/* ---- processor ---- */

static void signature(struct facts *facts, const char *cpuinfo)
{
	char *vendor = facts_field(cpuinfo, "vendor_id");
	char *family = facts_field(cpuinfo, "cpu family");
	char *model = facts_field(cpuinfo, "model");
	char *stepping = facts_field(cpuinfo, "stepping");

	if (vendor && family && model && stepping)
		facts_addf(facts, "Processor", "signature", "%s, family %s, model %s, stepping %s",
			   vendor, family, model, stepping);
	else
		facts_add(facts, "Processor", "signature", NULL);
	free(vendor);
	free(family);
	free(model);
	free(stepping);
}

/* The flags that decide which variants run; the whole list is 150 words. */
static char *features(const char *flags)
{
	static const char *const wanted[] = {
		"ssse3",    "sse4_1", "aes",	    "pclmulqdq", "avx",	     "avx2",
		"bmi2",	    "vaes",   "vpclmulqdq", "avx512f",	 "avx512vl", "avx512bw",
		"avx512dq", "gfni",   "sha_ni",	    "rdtscp",
	};
	char text[256] = "";
	size_t len = 0;

	for (size_t i = 0; i < sizeof(wanted) / sizeof(wanted[0]); i++)
		if (has_word(flags, wanted[i]))
			len += (size_t)snprintf(text + len, sizeof(text) - len, "%s%s",
						len ? " " : "", wanted[i]);
	return strdup(text);
}

static void topology(struct facts *facts, const char *cpuinfo)
{
	const size_t cpus = facts_count(cpuinfo, "processor");
	char *cores = facts_field(cpuinfo, "cpu cores");

	if (cpus && cores)
		facts_addf(facts, "Processor", "topology", "%zu CPUs, %s cores a socket", cpus,
			   cores);
	else if (cpus)
		facts_addf(facts, "Processor", "topology", "%zu CPUs", cpus);
	else
		facts_add(facts, "Processor", "topology", NULL);
	free(cores);
}

static void mitigations(struct facts *facts)
{
	static const char *const names[] = {
		"spectre_v1",
		"spectre_v2",
		"meltdown",
		"l1tf",
		"mds",
		"tsa",
		"spec_store_bypass",
		"retbleed",
		"srbds",
		"mmio_stale_data",
		"gather_data_sampling",
		"spec_rstack_overflow",
	};
	char path[128], *line, vulnerable[256] = "";
	size_t known = 0, len = 0;

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		snprintf(path, sizeof(path), "/sys/devices/system/cpu/vulnerabilities/%s",
			 names[i]);
		line = facts_line(facts->root, path);
		known += line != NULL;
		if (line && strncmp(line, "Vulnerable", 10) == 0)
			len += (size_t)snprintf(vulnerable + len, sizeof(vulnerable) - len, "%s%s",
						len ? ", " : "", names[i]);
		free(line);
	}
	if (!known)
		facts_add(facts, "Processor", "mitigations", NULL);
	else if (len)
		facts_addf(facts, "Processor", "mitigations", "vulnerable: %s", vulnerable);
	else
		facts_addf(facts, "Processor", "mitigations", "none of %zu known is vulnerable",
			   known);
}

void facts_processor(struct facts *facts, const char *cpuinfo)
{
	char *flags = facts_field(cpuinfo, "flags");

	facts_add(facts, "Processor", "model", facts_field(cpuinfo, "model name"));
	signature(facts, cpuinfo);
	topology(facts, cpuinfo);
	facts_add(facts, "Processor", "SMT",
		  facts_line(facts->root, "/sys/devices/system/cpu/smt/control"));
	facts_add(facts, "Processor", "microcode", facts_field(cpuinfo, "microcode"));
	facts_add(facts, "Processor", "features", flags ? features(flags) : NULL);
	facts_add(facts, "Processor", "governor",
		  facts_line(facts->root, "/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor"));
	mitigations(facts);
	free(flags);
}

/* ---- hypervisor and firmware ---- */

/* The hypervisor's name: CPUID leaf 0x40000000, EBX ECX EDX (by convention of the vendors). */
static void hypervisor_name(char name[13])
{
	memset(name, 0, 13);
#if defined(__x86_64__) || defined(__i386__)
	unsigned int eax, ebx, ecx, edx;

	__cpuid(0x40000000, eax, ebx, ecx, edx);
	memcpy(name, &ebx, 4);
	memcpy(name + 4, &ecx, 4);
	memcpy(name + 8, &edx, 4);
#endif
}

static void virtualised(struct facts *facts, const char *cpuinfo)
{
	char *flags = facts_field(cpuinfo, "flags");
	char *type = facts_line(facts->root, "/sys/hypervisor/type");
	char name[13] = "";

	facts->machine->is_virtual = (flags && has_word(flags, "hypervisor")) || type;
	if (facts->machine->is_virtual && !*facts->root)
		hypervisor_name(name);
	if (!flags && !type)
		facts_add(facts, "Firmware", "virtualised", NULL);
	else if (!facts->machine->is_virtual)
		facts_add(facts, "Firmware", "virtualised", strdup("no"));
	else
		facts_addf(facts, "Firmware", "virtualised", "yes%s%s", *name || type ? ", " : "",
			   *name  ? name
			   : type ? type
				  : "");
	free(flags);
	free(type);
}

void facts_firmware(struct facts *facts, const char *cpuinfo)
{
	virtualised(facts, cpuinfo);
	facts_add(facts, "Firmware", "vendor",
		  facts_line(facts->root, "/sys/class/dmi/id/sys_vendor"));
	facts_add(facts, "Firmware", "board",
		  facts_line(facts->root, "/sys/class/dmi/id/board_name"));
	facts_add(facts, "Firmware", "BIOS",
		  facts_line(facts->root, "/sys/class/dmi/id/bios_version"));
}
