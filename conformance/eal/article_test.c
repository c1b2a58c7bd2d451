/* SPDX-License-Identifier: Apache-2.0 */
/* article_test.c - what section 4.1 of the article says of rte_eal_init, each statement tried: the
 * name says what is the case. */
/* needs: journal */
#include "../suite.h"

#include <dirent.h>
#include <dlfcn.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include <gng_eal.h>
#include <gng_journal.h>

#include "runtime.h"

#define POOL "/proc/sys/vm/nr_overcommit_hugepages"
#define MAX_WORDS 24

/* start calls rte_eal_init in this process, without a helper, with words between blanks. */
static enum gng_status start(struct gng_eal **eal, struct gng_eal_report *report, const char *words)
{
	char text[600], *rest = text;
	const char *argv[MAX_WORDS];
	struct gng_eal_config config = {.argv = argv, .num_wanted = SIZE_MAX};
	struct gng_why why;

	runtime_own();
	snprintf(text, sizeof(text), "--no-telemetry --no-shconf --file-prefix=gonogo-a%d %s",
		 (int)getpid(), words);
	while (rest && config.argc < MAX_WORDS)
		argv[config.argc++] = strsep(&rest, " ");
	return gng_eal_start(eal, report, &config, &why);
}

static bool has_symbol(const char *name)
{
	return dlsym(RTLD_DEFAULT, name) != NULL;
}

static void names_that_the_article_invents_are_absent(void **state)
{
	(void)state;
	assert_true(has_symbol("rte_eal_init") && has_symbol("rte_vfio_enable"));
	assert_false(has_symbol("vfio_enable"));
	assert_false(has_symbol("rte_mem_lock_all"));
	assert_false(has_symbol("eal_log_level"));
}

static void it_is_linked_without_a_library_named_dpdk(void **state)
{
	(void)state;
	assert_true(has_symbol("rte_eal_init"));
	assert_null(dlopen("libdpdk.so", RTLD_NOW));
	assert_int_not_equal(command("grep -q libdpdk /proc/%d/maps", (int)getpid()), 0);
}

static void vfio_containers_is_no_option(void **state)
{
	(void)state;
	assert_int_equal(command("gonogo-eal try -- --no-pci --vfio-containers 1"), 1);
	assert_int_equal(command("gonogo-eal try -- --no-pci --no-huge -m 64 --no-shconf"), 0);
}

static void a_caller_gets_the_reason_and_the_errno(void **state)
{
	struct gng_eal_report report;
	struct gng_eal *eal = NULL;

	(void)state;
	assert_int_equal(start(&eal, &report, "--no-pci --no-huge -m 64 -d /no.so"),
			 GNG_EUNSUPPORTED);
	assert_int_equal(report.rc, -1);
	assert_int_equal(report.eal_errno, 22);
	assert_int_equal(report.reason, GNG_DPDK_PLUGIN);
	assert_non_null(strstr(report.line, "Cannot init plugins"));
}

static void drivers_are_loaded_by_the_start(void **state)
{
	struct gng_eal_report report;
	struct gng_eal *eal = NULL;

	(void)state;
	assert_int_not_equal(command("grep -q librte_net_null /proc/%d/maps", (int)getpid()), 0);
	assert_int_equal(start(&eal, &report, "--no-pci --no-huge -m 64 --vdev net_null0"), GNG_OK);
	assert_int_equal(command("grep -q librte_net_null /proc/%d/maps", (int)getpid()), 0);
	assert_int_equal(report.num_ports, 1);
	gng_eal_stop(eal);
}

/* Without the right to open a socket of the kernel it succeeds, with a port less. */
static void a_missing_right_is_a_success_with_a_port_less(void **state)
{
	struct gng_eal_report report;
	struct gng_eal *eal = NULL;

	(void)state;
	runtime_own();
	if (geteuid() == 0)
		assert_int_equal(setresuid(65534, 65534, 65534), 0);
	setenv("XDG_RUNTIME_DIR", P_tmpdir, 1);
	assert_int_equal(
		start(&eal, &report, "--no-pci --no-huge -m 64 --vdev net_af_packet0,iface=lo"),
		GNG_EUNSUPPORTED);
	assert_true(report.rc >= 0);
	assert_int_equal(report.num_ports, 0);
	assert_int_equal(report.reason, GNG_DPDK_PRIVILEGE);
}

static int num_groups(void)
{
	struct dirent **entries;
	const int num = scandir("/sys/kernel/iommu_groups", &entries, NULL, NULL);

	for (int i = 0; i < num; i++)
		free(entries[i]);
	if (num >= 0)
		free(entries);
	return num;
}

static void the_kernel_alone_makes_iommu_groups(void **state)
{
	const int before = num_groups();
	struct gng_eal_report report;
	struct gng_eal *eal = NULL;

	(void)state;
	assert_int_equal(start(&eal, &report, "--no-huge -m 64 -a 0000:ff:1f.7"), GNG_EUNSUPPORTED);
	assert_true(report.rc >= 0);
	assert_int_equal(num_groups(), before);
}

/* ---- huge pages ---- */

/* lend_pages has the kernel lend 128 MiB, in a mount namespace of its own with hugetlbfs at hp. The
 * pool is the machine's: whoever else changes it waits for the lock, or makes this a SKIP. */
static bool lend_pages(struct gng_journal **journal)
{
	const int fd = open(POOL, O_RDWR | O_CLOEXEC);
	char path[2 * PATH_MAX];

	if (fd < 0 || geteuid() != 0 || flock(fd, LOCK_EX) != 0 || unshare(CLONE_NEWNS) != 0 ||
	    mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0) {
		gng_probe_skip("huge pages are lent and mounted", "run as root");
		return false;
	}
	snprintf(path, sizeof(path), "%s/hp", command_folder());
	assert_int_equal(mkdir(path, 0700), 0);
	assert_int_equal(mount("gonogo", path, "hugetlbfs", 0, NULL), 0);
	assert_int_equal(gng_journal_open(journal, NULL), GNG_OK);
	assert_int_equal(gng_journal_note(*journal, GNG_JOURNAL_VALUE, POOL, NULL), GNG_OK);
	assert_int_equal(write(fd, "64\n", 3), 3);
	return true;
}

/* huge_kib adds up what this process has in huge pages; -1 if it cannot be read. */
static long huge_kib(void)
{
	FILE *file = fopen("/proc/self/smaps", "r");
	long sum = 0, one;
	char line[300];

	while (file && fgets(line, sizeof(line), file))
		if (sscanf(line, "Private_Hugetlb: %ld kB", &one) == 1 ||
		    sscanf(line, "Shared_Hugetlb: %ld kB", &one) == 1)
			sum += one;
	if (file)
		fclose(file);
	return file ? sum : -1;
}

static char *mounts(void)
{
	assert_int_equal(command("cat /proc/%d/mountinfo", (int)getpid()), 0);
	return strdup(command_out);
}

static void huge_pages_are_mapped_and_nothing_is_mounted(void **state)
{
	struct gng_eal_report report;
	struct gng_eal *eal = NULL;
	struct gng_journal *journal;
	char words[2 * PATH_MAX], *before, *after;

	(void)state;
	if (!lend_pages(&journal))
		return;
	before = mounts();
	assert_int_equal(huge_kib(), 0);
	snprintf(words, sizeof(words), "--no-pci -m 64 --huge-unlink=always --huge-dir %.300s/hp",
		 command_folder());
	if (start(&eal, &report, words) != GNG_OK) {
		gng_probe_skip(gng_dpdk_reason_text(report.reason),
			       "run it alone: others change the pool of huge pages");
	} else {
		assert_true(huge_kib() >= 64L << 10);
		after = mounts();
		assert_string_equal(before, after);
		free(after);
	}
	gng_eal_stop(eal);
	assert_int_equal(gng_journal_close(journal, NULL), GNG_OK);
	free(before);
}

const struct suite_test suite_tests[] = {
	TEST(names_that_the_article_invents_are_absent, "D1.eal.article"),
	TEST(it_is_linked_without_a_library_named_dpdk, "D1.eal.article"),
	TEST(vfio_containers_is_no_option, "D1.eal.article"),
	TEST(a_caller_gets_the_reason_and_the_errno, "D1.eal.article"),
	TEST(drivers_are_loaded_by_the_start, "D1.eal.article"),
	TEST(a_missing_right_is_a_success_with_a_port_less, "D1.eal.article"),
	TEST(the_kernel_alone_makes_iommu_groups, "D1.eal.article"),
	TEST(huge_pages_are_mapped_and_nothing_is_mounted, "D1.eal.article"),
	{0},
};
