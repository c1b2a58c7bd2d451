/* SPDX-License-Identifier: Apache-2.0 */
/* machine_test.c - machine facts from folders of files, and what is said where none is. */
#include "../suite.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <gng_signoff.h>

static char root[4096];

static void root_make(void)
{
	const char *tmp = getenv("TMPDIR");

	snprintf(root, sizeof(root), "%s/gonogo-root-XXXXXX", tmp ? tmp : P_tmpdir);
	assert_non_null(mkdtemp(root));
}

static void root_remove(void)
{
	char command[5000];

	snprintf(command, sizeof(command), "rm -rf '%s'", root);
	assert_int_equal(system(command), 0);
}

/* root_file writes a file below the root, and the folders to it. */
static void root_file(const char *path, const char *text)
{
	char name[5000];
	FILE *file;

	snprintf(name, sizeof(name), "%s%s", root, path);
	for (char *slash = name + strlen(root) + 1; (slash = strchr(slash, '/')); slash++) {
		*slash = '\0';
		mkdir(name, 0777);
		*slash = '/';
	}
	file = fopen(name, "we");
	assert_non_null(file);
	fputs(text, file);
	assert_int_equal(fclose(file), 0);
}

static void assert_fact(const struct gng_machine *machine, const char *group, const char *name,
			const char *value)
{
	assert_string_equal(gng_machine_get(machine, group, name), value);
}

static const char bare_cpu[] = "processor\t: 0\nvendor_id\t: GenuineIntel\ncpu family\t: 6\n"
			       "model\t\t: 143\nmodel name\t: Xeon 8480+\nstepping\t: 8\n"
			       "microcode\t: 0x2b000643\ncpu cores\t: 56\n"
			       "flags\t\t: fpu constant_tsc nonstop_tsc ssse3 aes avx avx2 avx512f "
			       "vaes xgfni\n\nprocessor\t: 1\n";

static void bare_metal(void)
{
	root_make();
	root_file("/proc/cpuinfo", bare_cpu);
	root_file("/proc/sys/kernel/osrelease", "6.12.57+deb12-amd64\n");
	root_file("/proc/sys/kernel/tainted", "4097\n");
	root_file("/proc/cmdline", "isolcpus=8-11 \x1b[2J quiet\n");
	root_file("/proc/meminfo", "MemTotal:       67108864 kB\nHugePages_Total:      16\n"
				   "Hugepagesize:    1048576 kB\n");
	root_file("/sys/kernel/mm/transparent_hugepage/enabled", "always [madvise] never\n");
	root_file("/sys/kernel/security/lockdown", "none [integrity] confidentiality\n");
	root_file("/sys/devices/system/clocksource/clocksource0/current_clocksource", "tsc\n");
	root_file("/sys/devices/system/cpu/smt/control", "off\n");
	root_file("/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor", "performance\n");
	root_file("/sys/devices/system/cpu/vulnerabilities/meltdown", "Not affected\n");
	root_file("/sys/devices/system/cpu/vulnerabilities/mds", "Vulnerable: no microcode\n");
	root_file("/sys/devices/system/node/node0/x", "");
	root_file("/sys/devices/system/node/node1/x", "");
	root_file("/sys/class/dmi/id/board_name", "X13DEG-QT\n");
	root_file("/proc/driver/nvidia/gpus/0000:9b:00.0/information", "Model: \t\t H100 PCIe\n");
	root_file("/etc/os-release", "NAME=x\nPRETTY_NAME=\"Debian 12\"\n");
}

static void facts_are_what_the_files_say(void **state)
{
	struct gng_machine machine;

	(void)state;
	bare_metal();
	assert_int_equal(gng_machine_read(&machine, root, "GNU 12.2.0", NULL), GNG_OK);
	assert_false(machine.is_virtual);
	assert_fact(&machine, "Processor", "model", "Xeon 8480+");
	assert_fact(&machine, "Processor", "signature",
		    "GenuineIntel, family 6, model 143, stepping 8");
	assert_fact(&machine, "Processor", "topology", "2 CPUs, 56 cores a socket");
	assert_fact(&machine, "Processor", "features", "ssse3 aes avx avx2 vaes avx512f");
	assert_fact(&machine, "Processor", "mitigations", "vulnerable: mds");
	assert_fact(&machine, "Processor", "SMT", "off");
	assert_fact(&machine, "Processor", "governor", "performance");
	assert_fact(&machine, "Firmware", "virtualised", "no");
	assert_fact(&machine, "Firmware", "board", "X13DEG-QT");
	assert_fact(&machine, "Kernel", "taint", "4097 (PO)");
	assert_fact(&machine, "Kernel", "command line", "isolcpus=8-11  [2J quiet");
	assert_fact(&machine, "Kernel", "lockdown", "integrity");
	assert_fact(&machine, "Kernel", "THP", "madvise");
	assert_fact(&machine, "Time", "TSC", "invariant");
	assert_fact(&machine, "Memory", "installed", "64.0 GiB");
	assert_fact(&machine, "Memory", "NUMA", "2 nodes");
	assert_fact(&machine, "Memory", "huge pages", "16 of 1048576 kB");
	assert_fact(&machine, "GPU", "device", "H100 PCIe");
	assert_fact(&machine, "Build", "compiler", "GNU 12.2.0");
	assert_fact(&machine, "Build", "distribution", "Debian 12");
	gng_machine_fini(&machine);
	root_remove();
}

static void fact_without_a_file_is_absent(void **state)
{
	struct gng_machine machine;

	(void)state;
	root_make();
	assert_int_equal(gng_machine_read(&machine, root, NULL, NULL), GNG_OK);
	assert_true(machine.num_facts > 25);
	for (size_t i = 0; i < machine.num_facts; i++)
		assert_string_equal(machine.facts[i].value, GNG_SIGNOFF_ABSENT);
	assert_fact(&machine, "Processor", "no such fact", GNG_SIGNOFF_ABSENT);
	gng_machine_fini(&machine);
	root_remove();
}

static void facts_of_strange_files_are_bounded(void **state)
{
	struct gng_machine machine;
	static char longest[200000];

	(void)state;
	memset(longest, 'x', sizeof(longest) - 1);
	root_make();
	root_file("/proc/cmdline", longest);
	root_file("/proc/sys/kernel/osrelease", "\n\n");
	root_file("/proc/cpuinfo", "model name\nflags");
	root_file("/sys/kernel/security/lockdown", "no [bracket");
	assert_int_equal(mkdir(strcat(strcpy(longest, root), "/etc"), 0777), 0);
	assert_int_equal(mkdir(strcat(longest, "/os-release"), 0777), 0);
	assert_int_equal(gng_machine_read(&machine, root, NULL, NULL), GNG_OK);
	assert_true(strlen(gng_machine_get(&machine, "Kernel", "command line")) < 700);
	assert_fact(&machine, "Kernel", "release", GNG_SIGNOFF_ABSENT);
	assert_fact(&machine, "Processor", "model", GNG_SIGNOFF_ABSENT);
	assert_fact(&machine, "Kernel", "lockdown", "bracket");
	assert_fact(&machine, "Build", "distribution", GNG_SIGNOFF_ABSENT);
	gng_machine_fini(&machine);
	root_remove();
}

static void virtual_machine_is_never_grade_lab(void **state)
{
	const struct gng_profile lab = {.name = "lab-h100", .grade = "lab"};
	struct gng_machine machine;

	(void)state;
	root_make();
	root_file("/proc/cpuinfo", bare_cpu);
	assert_int_equal(gng_machine_read(&machine, root, NULL, NULL), GNG_OK);
	assert_string_equal(gng_signoff_grade(&lab, &machine), "lab");
	gng_machine_fini(&machine);
	root_file("/proc/cpuinfo", "processor : 0\nflags : fpu hypervisor lahf_lm\n");
	assert_int_equal(gng_machine_read(&machine, root, NULL, NULL), GNG_OK);
	assert_true(machine.is_virtual);
	assert_fact(&machine, "Firmware", "virtualised", "yes");
	assert_string_equal(gng_signoff_grade(&lab, &machine), "functional");
	gng_machine_fini(&machine);
	root_file("/proc/cpuinfo", "processor : 0\n"); /* nobody can tell */
	assert_int_equal(gng_machine_read(&machine, root, NULL, NULL), GNG_OK);
	assert_fact(&machine, "Firmware", "virtualised", "absent");
	assert_string_equal(gng_signoff_grade(&lab, &machine), "functional");
	gng_machine_fini(&machine);
	root_remove();
}

static void this_machine_has_a_kernel_and_libraries(void **state)
{
	struct gng_machine machine;

	(void)state;
	assert_int_equal(gng_machine_read(&machine, "", NULL, NULL), GNG_OK);
	assert_string_not_equal(gng_machine_get(&machine, "Kernel", "release"), GNG_SIGNOFF_ABSENT);
	assert_non_null(strstr(gng_machine_get(&machine, "Build", "libc"), "glibc 2."));
	assert_non_null(strstr(gng_machine_get(&machine, "Build", "libcrypto"), "SSL"));
	gng_machine_fini(&machine);
}

/* ---- the item tested ---- */

static void shell(const char *script)
{
	char command[12000];

	snprintf(command, sizeof(command),
		 "cd '%s' && export HOME='%s' GIT_CONFIG_NOSYSTEM=1 GIT_AUTHOR_NAME=a "
		 "GIT_AUTHOR_EMAIL=a GIT_COMMITTER_NAME=a GIT_COMMITTER_EMAIL=a && { %s; } "
		 ">/dev/null 2>&1",
		 root, root, script);
	assert_int_equal(system(command), 0);
}

static void item_is_what_git_says(void **state)
{
	struct gng_signoff_item item;

	(void)state;
	if (system("git --version >/dev/null 2>&1") != 0) {
		gng_probe_skip("git is not installed", "apt-get install git");
		return;
	}
	root_make();
	shell("git init -q . && echo 1 >a && git add a && GIT_AUTHOR_DATE='1700000000 +0000' "
	      "GIT_COMMITTER_DATE='1700000000 +0000' git commit -qm a");
	gng_signoff_item_read(&item, root);
	assert_int_equal(strspn(item.commit, "0123456789abcdef"), 40);
	assert_string_equal(item.tree, "2ce1eef76631e82282e0f7f0cf9e6f3e9a4a0b1e");
	assert_string_equal(item.state, "clean tree");
	shell("echo 2 >a && echo 3 >b");
	gng_signoff_item_read(&item, root);
	assert_string_equal(item.state, "dirty: 2 changed files");
	root_remove();
}

static void item_without_a_checkout_is_absent(void **state)
{
	struct gng_signoff_item item;

	(void)state;
	root_make();
	gng_signoff_item_read(&item, root);
	assert_string_equal(item.commit, GNG_SIGNOFF_ABSENT);
	assert_string_equal(item.tree, GNG_SIGNOFF_ABSENT);
	assert_string_equal(item.state, GNG_SIGNOFF_ABSENT);
	root_file("/.git", "gitdir: nowhere\n"); /* a broken checkout */
	gng_signoff_item_read(&item, root);
	assert_string_equal(item.commit, GNG_SIGNOFF_ABSENT);
	assert_string_equal(item.state, GNG_SIGNOFF_ABSENT);
	root_remove();
}

const struct suite_test suite_tests[] = {
	TEST(facts_are_what_the_files_say, "H1.signoff.facts"),
	TEST(fact_without_a_file_is_absent, "H1.signoff.facts"),
	TEST(facts_of_strange_files_are_bounded, "H1.signoff.facts"),
	TEST(virtual_machine_is_never_grade_lab, "H1.signoff.grade"),
	TEST(this_machine_has_a_kernel_and_libraries, "H1.signoff.facts"),
	TEST(item_is_what_git_says, "H1.signoff.item"),
	TEST(item_without_a_checkout_is_absent, "H1.signoff.item"),
	{0},
};
