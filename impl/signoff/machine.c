/* SPDX-License-Identifier: Apache-2.0 */
/* machine.c - what this machine is, from files under a root; unreadable is "absent". */
#include "signoff_facts.h"

#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <gnu/libc-version.h>
#include <openssl/crypto.h>

static void line_fact(struct facts *facts, const char *group, const char *name, const char *path)
{
	facts_add(facts, group, name, facts_line(facts->root, path));
}

/* chosen returns the word in brackets of a file like "always [madvise] never". */
static char *chosen(const char *root, const char *path)
{
	char *line = facts_line(root, path);
	const char *open = line ? strchr(line, '[') : NULL;
	char *word = open ? strndup(open + 1, strcspn(open + 1, "]")) : NULL;

	free(line);
	return word;
}

static size_t count_paths(const char *root, const char *pattern)
{
	char *path;
	glob_t found;
	size_t num = 0;

	if (asprintf(&path, "%s%s", root, pattern) < 0)
		return 0;
	if (glob(path, 0, NULL, &found) == 0) {
		num = found.gl_pathc;
		globfree(&found);
	}
	free(path);
	return num;
}

/* ---- kernel and time ---- */

/* Bits of /proc/sys/kernel/tainted (Linux: admin-guide/tainted-kernels). */
static char *taint(const char *root)
{
	static const char letters[] = "PFSRMBUDAWCIOELKXTN";
	char *line = facts_line(root, "/proc/sys/kernel/tainted"), *text = NULL;
	const unsigned long bits = line ? strtoul(line, NULL, 10) : 0;
	char set[sizeof(letters)] = "";
	size_t num = 0;

	for (size_t i = 0; i < sizeof(letters) - 1; i++)
		if (bits >> i & 1)
			set[num++] = letters[i];
	if (line && asprintf(&text, num ? "%lu (%s)" : "%lu, not tainted", bits, set) < 0)
		text = NULL;
	free(line);
	return text;
}

static char *preemption(const char *root)
{
	char *version = facts_line(root, "/proc/version");
	const char *at = version ? strstr(version, "PREEMPT") : NULL;
	char *word = at ? strndup(at, strcspn(at, " ")) : NULL;

	free(version);
	return word;
}

static void kernel(struct facts *facts)
{
	line_fact(facts, "Kernel", "release", "/proc/sys/kernel/osrelease");
	line_fact(facts, "Kernel", "version", "/proc/sys/kernel/version");
	line_fact(facts, "Kernel", "command line", "/proc/cmdline");
	facts_add(facts, "Kernel", "taint", taint(facts->root));
	facts_add(facts, "Kernel", "lockdown",
		  chosen(facts->root, "/sys/kernel/security/lockdown"));
	facts_add(facts, "Kernel", "preemption", preemption(facts->root));
	facts_add(facts, "Kernel", "THP",
		  chosen(facts->root, "/sys/kernel/mm/transparent_hugepage/enabled"));
}

static void times(struct facts *facts, const char *cpuinfo)
{
	static const char source[] = "/sys/devices/system/clocksource/clocksource0/";
	char *flags = facts_field(cpuinfo, "flags"), *path = NULL;
	const bool invariant =
		flags && strstr(flags, " constant_tsc") && strstr(flags, " nonstop_tsc");

	if (asprintf(&path, "%scurrent_clocksource", source) >= 0)
		line_fact(facts, "Time", "clocksource", path);
	free(path);
	facts_add(facts, "Time", "TSC",
		  flags ? strdup(invariant ? "invariant" : "not invariant") : NULL);
	free(flags);
}

/* ---- memory ---- */

static char *memory_total(const char *meminfo)
{
	char *field = facts_field(meminfo, "MemTotal"), *text = NULL;

	if (field && asprintf(&text, "%.1f GiB", strtod(field, NULL) / 1048576) < 0)
		text = NULL;
	free(field);
	return text;
}

static void huge_pages(struct facts *facts, const char *meminfo)
{
	char *total = facts_field(meminfo, "HugePages_Total");
	char *size = facts_field(meminfo, "Hugepagesize");

	if (total && size)
		facts_addf(facts, "Memory", "huge pages", "%s of %s", total, size);
	else
		facts_add(facts, "Memory", "huge pages", NULL);
	free(total);
	free(size);
}

static void memory(struct facts *facts)
{
	char *meminfo = facts_text(facts->root, "/proc/meminfo");
	const size_t nodes = count_paths(facts->root, "/sys/devices/system/node/node[0-9]*");

	facts_add(facts, "Memory", "installed", meminfo ? memory_total(meminfo) : NULL);
	if (nodes)
		facts_addf(facts, "Memory", "NUMA", "%zu node%s", nodes, nodes == 1 ? "" : "s");
	else
		facts_add(facts, "Memory", "NUMA", NULL);
	huge_pages(facts, meminfo ? meminfo : "");
	free(meminfo);
}

/* ---- devices, build, run ---- */

static void gpu(struct facts *facts)
{
	static const char first[] = "/proc/driver/nvidia/gpus/*/information";
	char *pattern = NULL, *text = NULL;
	glob_t found;

	if (asprintf(&pattern, "%s%s", facts->root, first) >= 0 &&
	    glob(pattern, 0, NULL, &found) == 0) {
		text = facts_text("", found.gl_pathv[0]);
		globfree(&found);
	}
	facts_add(facts, "GPU", "device", text ? facts_field(text, "Model") : NULL);
	line_fact(facts, "GPU", "driver", "/proc/driver/nvidia/version");
	free(pattern);
	free(text);
}

static char *distribution(const char *root)
{
	char *text = facts_text(root, "/etc/os-release");
	char *name = text ? facts_field(text, "PRETTY_NAME") : NULL;

	free(text);
	for (char *quote = name; name && (quote = strchr(quote, '"'));)
		memmove(quote, quote + 1, strlen(quote));
	return name;
}

static void build(struct facts *facts, const char *compiler)
{
	const bool here = *facts->root == '\0'; /* a folder of files has no libraries to ask */

	facts_add(facts, "Build", "compiler", compiler ? strdup(compiler) : NULL);
	if (here)
		facts_addf(facts, "Build", "libc", "glibc %s", gnu_get_libc_version());
	else
		facts_add(facts, "Build", "libc", NULL);
	facts_add(facts, "Build", "libcrypto",
		  here ? strdup(OpenSSL_version(OPENSSL_VERSION)) : NULL);
	facts_add(facts, "Build", "distribution", distribution(facts->root));
}

static void run(struct facts *facts)
{
	line_fact(facts, "Run", "host", "/proc/sys/kernel/hostname");
	line_fact(facts, "Run", "boot id", "/proc/sys/kernel/random/boot_id");
	line_fact(facts, "Run", "CPU pressure", "/proc/pressure/cpu");
}

/* ---- the whole ---- */

enum gng_status gng_machine_read(struct gng_machine *machine, const char *root,
				 const char *compiler, struct gng_why *why)
{
	struct facts facts = {.machine = machine, .root = root};
	char *cpuinfo = facts_text(root, "/proc/cpuinfo");
	const char *cpu = cpuinfo ? cpuinfo : "";

	memset(machine, 0, sizeof(*machine));
	facts_processor(&facts, cpu);
	facts_firmware(&facts, cpu);
	kernel(&facts);
	times(&facts, cpu);
	memory(&facts);
	gpu(&facts);
	build(&facts, compiler);
	run(&facts);
	free(cpuinfo);
	if (!facts.broken)
		return GNG_OK;
	gng_machine_fini(machine);
	return gng_why_set(why, GNG_ENOMEM, 0, "signoff.machine", "no memory");
}

void gng_machine_fini(struct gng_machine *machine)
{
	for (size_t i = 0; i < machine->num_facts; i++)
		free(machine->facts[i].value);
	free(machine->facts);
	memset(machine, 0, sizeof(*machine));
}

const char *gng_machine_get(const struct gng_machine *machine, const char *group, const char *name)
{
	for (size_t i = 0; i < machine->num_facts; i++)
		if (strcmp(machine->facts[i].group, group) == 0 &&
		    strcmp(machine->facts[i].name, name) == 0)
			return machine->facts[i].value;
	return GNG_SIGNOFF_ABSENT;
}
