/* SPDX-License-Identifier: Apache-2.0 */
/* doctor_kernel.c - memory and kernel: what tests of pages, BPF, modules and sanitizers need. */
#include "doctor.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- memory ---- */

static void probe_huge_pages(struct gng_cli_finding *finding, const struct gng_cli_machine *machine)
{
	static const char *const sizes[] = {"1048576", "2048"};
	char path[96], text[96] = "";
	size_t len = 0;
	long all = 0;

	for (size_t i = 0; i < 2; i++) {
		long total, free_pages;

		snprintf(path, sizeof(path), "/sys/kernel/mm/hugepages/hugepages-%skB/nr_hugepages",
			 sizes[i]);
		total = gng_sysfile_integer(machine->root, path, 0);
		snprintf(path, sizeof(path),
			 "/sys/kernel/mm/hugepages/hugepages-%skB/free_hugepages", sizes[i]);
		free_pages = gng_sysfile_integer(machine->root, path, 0);
		if (total > 0)
			len += (size_t)snprintf(text + len, sizeof(text) - len,
						"%s%ld of %ld x %s free", len ? ", " : "",
						free_pages, total, i ? "2 MiB" : "1 GiB");
		all += free_pages;
	}
	if (all > 0)
		doctor_ok(finding, "%s", text);
	else
		doctor_fix(finding, "sysctl -w vm.nr_hugepages=64", "%s%s", text,
			   len ? ": all in use" : "none reserved");
}

static void probe_thp(struct gng_cli_finding *finding, const struct gng_cli_machine *machine)
{
	char text[DOCTOR_TEXT];

	if (!gng_sysfile_bytes(text, sizeof(text), machine->root,
			       "/sys/kernel/mm/transparent_hugepage/enabled"))
		doctor_fix(finding, "use a kernel with CONFIG_TRANSPARENT_HUGEPAGE",
			   "this kernel has none");
	else if (strstr(text, "[never]"))
		doctor_fix(finding, "echo madvise > /sys/kernel/mm/transparent_hugepage/enabled",
			   "never");
	else
		doctor_ok(finding, "%s", strstr(text, "[always]") ? "always" : "madvise");
}

/* /proc/self/limits: "Max locked memory   8388608   unlimited   bytes" (soft, hard). */
static void probe_memlock(struct gng_cli_finding *finding, const struct gng_cli_machine *machine)
{
	static const char label[] = "Max locked memory";
	char text[DOCTOR_TEXT], soft[32] = "";
	const char *line;

	if (!gng_sysfile_bytes(text, sizeof(text), machine->root, "/proc/self/limits"))
		return;
	line = strstr(text, label);
	if (!line || sscanf(line + strlen(label), "%31s", soft) != 1)
		return;
	if (strcmp(soft, "unlimited") == 0)
		doctor_ok(finding, "unlimited");
	else if (strtoull(soft, NULL, 10) >= 64ull << 20)
		doctor_ok(finding, "%llu MiB", strtoull(soft, NULL, 10) >> 20);
	else
		doctor_fix(finding, "ulimit -l unlimited, or LimitMEMLOCK=infinity in the unit",
			   "%s bytes: mlockall and DMA maps fail", soft);
}

/* ---- kernel ---- */

#define CAP_SYS_ADMIN_BIT 21 /* linux/capability.h */
#define CAP_BPF_BIT 39

static uint64_t effective_caps(const char *root)
{
	char text[DOCTOR_TEXT];
	const char *line;

	if (!gng_sysfile_bytes(text, sizeof(text), root, "/proc/self/status"))
		return 0;
	line = strstr(text, "CapEff:");
	return line ? strtoull(line + 7, NULL, 16) : 0;
}

static void probe_bpf(struct gng_cli_finding *finding, const struct gng_cli_machine *machine)
{
	const bool btf = gng_sysfile_exists(machine->root, "/sys/kernel/btf/vmlinux");
	const long closed = gng_sysfile_integer(machine->root,
						"/proc/sys/kernel/unprivileged_bpf_disabled", -1);
	const uint64_t caps = effective_caps(machine->root);
	const bool may = caps >> CAP_SYS_ADMIN_BIT & 1 || caps >> CAP_BPF_BIT & 1;

	if (closed < 0)
		doctor_fix(finding, "use a kernel with CONFIG_BPF_SYSCALL", "no bpf system call");
	else if (!btf)
		doctor_fix(finding, "use a kernel with CONFIG_DEBUG_INFO_BTF",
			   "no BTF: /sys/kernel/btf/vmlinux is absent");
	else if (!may)
		doctor_fix(finding, "run as root, or grant CAP_BPF",
			   "BTF present, this process may not load programs");
	else
		doctor_ok(finding, "BTF present, unprivileged_bpf_disabled=%ld", closed);
}

/*
 * clang-14 maps its shadow where mmap's random base can fall when it has more than 28 random
 * bits: at 32, ASan crashed in about 1 of 4 starts (llvm-project issue 57653).
 */
#define MAX_RND_BITS 28

static void probe_sanitizer(struct gng_cli_finding *finding, const struct gng_cli_machine *machine)
{
	const long bits = gng_sysfile_integer(machine->root, "/proc/sys/vm/mmap_rnd_bits", -1);

	if (bits < 0)
		return;
	if (bits <= MAX_RND_BITS)
		doctor_ok(finding, "vm.mmap_rnd_bits=%ld", bits);
	else
		doctor_fix(finding, "sysctl -w vm.mmap_rnd_bits=28, or run under setarch -R",
			   "vm.mmap_rnd_bits=%ld: sanitized programs crash at random", bits);
}

static void probe_modules(struct gng_cli_finding *finding, const struct gng_cli_machine *machine)
{
	char lockdown[DOCTOR_TEXT], cmdline[DOCTOR_TEXT];

	gng_sysfile_bytes(cmdline, sizeof(cmdline), machine->root, "/proc/cmdline");
	if (gng_sysfile_bytes(lockdown, sizeof(lockdown), machine->root,
			      "/sys/kernel/security/lockdown") &&
	    !strstr(lockdown, "[none]"))
		doctor_fix(finding, "gonogo lab run kmod-edu, or boot with Secure Boot off",
			   "lockdown=%s: unsigned modules are refused",
			   strstr(lockdown, "[integrity]") ? "integrity" : "confidentiality");
	else if (!gng_sysfile_exists(machine->root, "/proc/modules") ||
		 doctor_has_word(cmdline, "nomodule") ||
		 gng_sysfile_integer(machine->root, "/proc/sys/kernel/modules_disabled", 0) == 1)
		doctor_fix(finding, "gonogo lab run kmod-edu", "this kernel loads no modules");
	else
		doctor_ok(finding, "can be loaded");
}

static void probe_pmu(struct gng_cli_finding *finding, const struct gng_cli_machine *machine)
{
	const long paranoid =
		gng_sysfile_integer(machine->root, "/proc/sys/kernel/perf_event_paranoid", -2);

	if (gng_sysfile_exists(machine->root, "/sys/bus/event_source/devices/cpu"))
		doctor_ok(finding, "cpu events, perf_event_paranoid=%ld", paranoid);
	else
		doctor_fix(finding, "run on bare metal, or give the virtual machine a PMU",
			   "no PMU: event cycles is not supported");
}

static void probe_kvm(struct gng_cli_finding *finding, const struct gng_cli_machine *machine)
{
	if (gng_sysfile_exists(machine->root, "/dev/kvm"))
		doctor_ok(finding, "/dev/kvm present: guests run at full speed");
	else
		doctor_fix(finding, "modprobe kvm-amd or kvm-intel, or allow nested guests",
			   "no /dev/kvm: guests are emulated, about 20 times slower");
}

const struct doctor_probe doctor_kernel[] = {
	{"memory", "huge pages", probe_huge_pages},
	{"memory", "THP", probe_thp},
	{"memory", "memlock", probe_memlock},
	{"kernel", "BPF", probe_bpf},
	{"kernel", "sanitizer start", probe_sanitizer},
	{"kernel", "modules", probe_modules},
	{"kernel", "PMU", probe_pmu},
	{"kernel", "KVM", probe_kvm},
	{0},
};
