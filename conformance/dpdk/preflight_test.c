/* SPDX-License-Identifier: Apache-2.0 */
/*
 * preflight_test.c - machines as folders, each with one thing amiss: the reason, the evidence, a
 * remedy, and nothing else amiss.
 */
#include "../suite.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <gng_dpdk.h>
#include <linux/capability.h>

#include "../command.h"

#define DEVICE "0000:01:00.0"
#define PCI "/sys/bus/pci/devices/"
#define USER 1000

/* ---- a machine that has all ---- */

static void make_folders(char *path)
{
	for (char *at = strchr(path + 1, '/'); at; at = strchr(at + 1, '/')) {
		*at = '\0';
		mkdir(path, 0755);
		*at = '/';
	}
}

static void full_path(char full[2 * PATH_MAX], const char *path)
{
	snprintf(full, (size_t)2 * PATH_MAX, "%s/machine%s", command_folder(), path);
	make_folders(full);
}

static void put(const char *path, const char *text)
{
	char full[2 * PATH_MAX];
	FILE *file;

	full_path(full, path);
	file = fopen(full, "w");
	assert_non_null(file);
	assert_true(fputs(text, file) >= 0);
	assert_int_equal(fclose(file), 0);
}

static void point(const char *path, const char *target)
{
	char full[2 * PATH_MAX];

	full_path(full, path);
	unlink(full);
	assert_int_equal(symlink(target, full), 0);
}

static void drop(const char *path)
{
	char full[2 * PATH_MAX];

	full_path(full, path);
	remove(full);
}

static void mode(const char *path, mode_t bits)
{
	char full[2 * PATH_MAX];

	full_path(full, path);
	assert_int_equal(chmod(full, bits), 0);
}

static void put_pages(const char *two_mb, const char *node0)
{
	put("/sys/kernel/mm/hugepages/hugepages-2048kB/free_hugepages", two_mb);
	put("/sys/devices/system/node/node0/hugepages/hugepages-2048kB/free_hugepages", node0);
	put("/sys/devices/system/node/node1/hugepages/hugepages-2048kB/free_hugepages", "0\n");
}

static void make_machine(void)
{
	put_pages("128\n", "128\n");
	put("/proc/mounts", "none /proc proc rw 0 0\nnone /huge hugetlbfs rw,pagesize=2M 0 0\n");
	put("/huge/x", "");
	mode("/huge", 0777);
	put("/tmp/x", "");
	mode("/tmp", 0777);
	put("/dev/vfio/vfio", "");
	put("/dev/vfio/7", "");
	mode("/dev/vfio/vfio", 0666);
	mode("/dev/vfio/7", 0666);
	put(PCI DEVICE "/vendor", "0x8086\n");
	point(PCI DEVICE "/driver", "../drivers/vfio-pci");
	point(PCI DEVICE "/iommu_group", "../../kernel/iommu_groups/7");
	put("/sys/kernel/iommu_groups/7/devices/" DEVICE, "");
	put("/sys/class/net/lan0", "");
	put("/packets.pcap", "\xd4\xc3\xb2\xa1");
	put("/packets.txt", "no capture\n");
}

static struct gng_dpdk_machine machine_of(const char *root)
{
	struct gng_dpdk_machine machine = {.root = root, .uid = USER, .memlock_len = UINT64_MAX};

	machine.lcores[0] = 3;
	return machine;
}

/* ---- rows ---- */

/* change alters the machine; then what preflight says of arguments has one reason and no other. */
struct row {
	const char *arguments;
	enum gng_dpdk_reason reason;
	const char *evidence;
	void (*change)(struct gng_dpdk_machine *machine);
};

static void no_pages(struct gng_dpdk_machine *machine)
{
	(void)machine;
	put_pages("0\n", "0\n");
}

/* All of the pool is promised to others, and the kernel lends more. */
static void lent_pages(struct gng_dpdk_machine *machine)
{
	(void)machine;
	put("/sys/kernel/mm/hugepages/hugepages-2048kB/resv_hugepages", "128\n");
	put("/sys/kernel/mm/hugepages/hugepages-2048kB/nr_overcommit_hugepages", "40\n");
	put("/sys/kernel/mm/hugepages/hugepages-2048kB/surplus_hugepages", "8\n");
}

/* Where a page is free EAL does not ask what the kernel lends. */
static void few_own_pages(struct gng_dpdk_machine *machine)
{
	(void)machine;
	put_pages("2\n", "2\n");
	put("/sys/kernel/mm/hugepages/hugepages-2048kB/nr_overcommit_hugepages", "64\n");
}

static void reserved_pages(struct gng_dpdk_machine *machine)
{
	(void)machine;
	put("/sys/kernel/mm/hugepages/hugepages-2048kB/resv_hugepages", "128\n");
}

static void no_mount(struct gng_dpdk_machine *machine)
{
	(void)machine;
	put("/proc/mounts", "none /proc proc rw 0 0\n");
}

/* A machine with containers has hundreds; the one that counts is the last. */
static void late_mount(struct gng_dpdk_machine *machine)
{
	char full[2 * PATH_MAX];
	FILE *file;

	(void)machine;
	full_path(full, "/proc/mounts");
	file = fopen(full, "w");
	assert_non_null(file);
	for (int i = 0; i < 1000; i++)
		fprintf(file, "overlay /var/lib/\303\274ber/%d overlay rw 0 0\n", i);
	fputs("none /huge hugetlbfs rw 0 0\n", file);
	assert_int_equal(fclose(file), 0);
}

static void closed_mount(struct gng_dpdk_machine *machine)
{
	(void)machine;
	mode("/huge", 0700);
}

static void closed_tmp(struct gng_dpdk_machine *machine)
{
	(void)machine;
	mode("/tmp", 0755);
}

static void low_memlock(struct gng_dpdk_machine *machine)
{
	machine->memlock_len = 8 << 20;
}

static void no_vfio(struct gng_dpdk_machine *machine)
{
	(void)machine;
	drop("/dev/vfio/vfio");
}

static void no_iommu(struct gng_dpdk_machine *machine)
{
	(void)machine;
	drop(PCI DEVICE "/iommu_group");
}

static void closed_group(struct gng_dpdk_machine *machine)
{
	(void)machine;
	mode("/dev/vfio/7", 0600);
}

static void closed_container(struct gng_dpdk_machine *machine)
{
	(void)machine;
	mode("/dev/vfio/vfio", 0600);
}

/* On uio there is no group, and nothing is pinned; the user may see physical addresses. */
static void uio(struct gng_dpdk_machine *machine)
{
	point(PCI DEVICE "/driver", "../drivers/uio_pci_generic");
	put(PCI DEVICE "/uio/uio0/name", "uio_pci_generic\n");
	put(PCI DEVICE "/config", "");
	put("/dev/uio0", "");
	mode(PCI DEVICE "/config", 0666);
	mode("/dev/uio0", 0666);
	drop(PCI DEVICE "/iommu_group");
	low_memlock(machine);
	machine->capabilities = (uint64_t)1 << CAP_SYS_ADMIN;
}

/* Behind an IOMMU uio has a group as well, and its type says whether what it is told is translated.
 */
static void uio_in_group(struct gng_dpdk_machine *machine, const char *type)
{
	uio(machine);
	point(PCI DEVICE "/iommu_group", "../../kernel/iommu_groups/7");
	put("/sys/kernel/iommu_groups/7/type", type);
}

static void translated_uio(struct gng_dpdk_machine *machine)
{
	uio_in_group(machine, "DMA\n");
}

static void lazily_translated_uio(struct gng_dpdk_machine *machine)
{
	uio_in_group(machine, "DMA-FQ\n");
}

static void translated_virtio(struct gng_dpdk_machine *machine)
{
	translated_uio(machine);
	put(PCI DEVICE "/vendor", "0x1af4\n");
}

static void untranslated_uio(struct gng_dpdk_machine *machine)
{
	uio_in_group(machine, "identity\n");
}

static void blind_translated_uio(struct gng_dpdk_machine *machine)
{
	translated_uio(machine);
	machine->capabilities = 0;
}

static void blind_uio(struct gng_dpdk_machine *machine)
{
	uio(machine);
	machine->capabilities = 0;
}

static void closed_uio(struct gng_dpdk_machine *machine)
{
	uio(machine);
	mode("/dev/uio0", 0600);
}

static void closed_config(struct gng_dpdk_machine *machine)
{
	uio(machine);
	mode(PCI DEVICE "/config", 0644);
}

static void shared_group(struct gng_dpdk_machine *machine)
{
	(void)machine;
	put("/sys/kernel/iommu_groups/7/devices/0000:01:00.1", "");
	put(PCI "0000:01:00.1/vendor", "");
	point(PCI "0000:01:00.1/driver", "../drivers/e1000e");
}

static void no_driver(struct gng_dpdk_machine *machine)
{
	(void)machine;
	drop(PCI DEVICE "/driver");
}

static void kernel_driver(struct gng_dpdk_machine *machine)
{
	(void)machine;
	point(PCI DEVICE "/driver", "../drivers/ixgbe");
}

#define PORT "-a " DEVICE " "

static const struct row rows[] = {
	{"--no-pci -l 0-2", GNG_DPDK_LCORE, "CPU 2", NULL},
	{"--no-pci -d /no.so", GNG_DPDK_PLUGIN, "/no.so", NULL},
	{"--no-pci", GNG_DPDK_RUNTIME_FOLDER, "/tmp", closed_tmp},
	{"--no-pci --proc-type=secondary", GNG_DPDK_PRIMARY_ABSENT, "/tmp/dpdk/rte/config", NULL},
	{"--no-pci", GNG_DPDK_PAGES_ABSENT, "no free huge page", no_pages},
	{"--no-pci", GNG_DPDK_PAGES_ABSENT, "no free huge page", reserved_pages},
	{"--no-pci -m 64", GNG_DPDK_PAGES_SHORT, "4 MiB are free, 64", few_own_pages},
	{"--no-pci -m 512", GNG_DPDK_PAGES_SHORT, "256 MiB are free, 512", NULL},
	{"--no-pci --socket-mem 0,64", GNG_DPDK_PAGES_SHORT, "node 1 has 0 MiB", NULL},
	{"--no-pci", GNG_DPDK_MOUNT_ABSENT, "none is mounted", no_mount},
	{"--no-pci --huge-dir /hugely", GNG_DPDK_MOUNT_ABSENT, "/hugely is on no", NULL},
	{"--no-pci --huge-dir /tmp", GNG_DPDK_MOUNT_ABSENT, "/tmp is on no", NULL},
	{"--no-pci", GNG_DPDK_MOUNT_DENIED, "/huge", closed_mount},
	{PORT, GNG_DPDK_MEMLOCK, "8192 KiB", low_memlock},
	{PORT, GNG_DPDK_VFIO_ABSENT, "/dev/vfio/vfio", no_vfio},
	{PORT, GNG_DPDK_IOMMU_ABSENT, DEVICE, no_iommu},
	{PORT, GNG_DPDK_GROUP_DENIED, "/dev/vfio/7", closed_group},
	{PORT, GNG_DPDK_GROUP_DENIED, "/dev/vfio/vfio", closed_container},
	{PORT, GNG_DPDK_PHYSICAL, "CAP_SYS_ADMIN", blind_uio},
	{PORT "--no-huge", GNG_DPDK_PHYSICAL, "--no-huge", uio},
	{PORT "--iova-mode=va", GNG_DPDK_PHYSICAL, "--iova-mode=va", uio},
	{PORT, GNG_DPDK_PHYSICAL, "CAP_SYS_ADMIN", blind_translated_uio},
	{PORT, GNG_DPDK_TRANSLATED, "group 7 is of DMA", translated_uio},
	{PORT, GNG_DPDK_TRANSLATED, "group 7 is of DMA-FQ", lazily_translated_uio},
	{PORT, GNG_DPDK_PRIVILEGE, "/dev/uio0", closed_uio},
	{PORT, GNG_DPDK_PRIVILEGE, "/config", closed_config},
	{PORT, GNG_DPDK_GROUP_NOT_VIABLE, "0000:01:00.1 (e1000e)", shared_group},
	{PORT, GNG_DPDK_DEVICE_UNBOUND, DEVICE, no_driver},
	{PORT, GNG_DPDK_DEVICE_IN_KERNEL, "ixgbe", kernel_driver},
	{PORT "-a 02:00.0", GNG_DPDK_DEVICE_ABSENT, "0000:02:00.0", NULL},
	{PORT "-a eth0", GNG_DPDK_ARGUMENT, "eth0", NULL},
	{"", GNG_DPDK_PCI_OPEN, "--no-pci", NULL},
	{"--no-pci --vdev net_nothing0", GNG_DPDK_DRIVER_UNKNOWN, "net_nothing0", NULL},
	{"--no-pci --vdev net_pcap0,iface=lan1", GNG_DPDK_INTERFACE_ABSENT, "lan1", NULL},
	{"--no-pci --vdev net_pcap0,rx_pcap=/no.pcap", GNG_DPDK_FILE_ABSENT, "/no.pcap", NULL},
	{"--no-pci --vdev net_pcap0,rx_pcap=/packets.txt", GNG_DPDK_FILE_WRONG, "/packets.txt",
	 NULL},
	{"--no-pci --vdev net_pcap0,rx_pcap=/dev/vfio/7", GNG_DPDK_FILE_WRONG, "/dev/vfio/7", NULL},
	{"--no-pci --vdev net_virtio_user0,path=/no", GNG_DPDK_FILE_ABSENT, "/no", NULL},
	{"--no-pci --vdev net_af_packet0,iface=lan0", GNG_DPDK_PRIVILEGE, "CAP_NET_RAW", NULL},
	{"--no-pci --vdev net_tap0", GNG_DPDK_PRIVILEGE, "CAP_NET_ADMIN", NULL},
	/* nothing is amiss */
	{"--no-pci -l 0-1 -m 256 --huge-dir /huge", GNG_DPDK_READY, "", NULL},
	{PORT, GNG_DPDK_READY, "", NULL},
	{PORT, GNG_DPDK_READY, "", uio},
	{PORT, GNG_DPDK_READY, "", untranslated_uio},
	{PORT, GNG_DPDK_READY, "", translated_virtio},
	{PORT "--iova-mode=pa", GNG_DPDK_READY, "", NULL}, /* EAL takes virtual ones then */
	{"--no-pci --no-shconf", GNG_DPDK_READY, "", closed_tmp},
	{"--no-pci --in-memory", GNG_DPDK_READY, "", closed_tmp},
	{"--no-pci", GNG_DPDK_READY, "", lent_pages},
	{"--no-pci", GNG_DPDK_READY, "", late_mount},
	{"-a 01:00.0,key=1 --socket-mem 256,0", GNG_DPDK_READY, "", NULL},
	{"--no-pci --in-memory", GNG_DPDK_READY, "", no_mount},
	{"--no-pci --no-huge", GNG_DPDK_READY, "", no_pages},
	{"--no-pci --vdev net_null0,size=64 --vdev net_pcap0,rx_pcap=/packets.pcap,tx_pcap=/no",
	 GNG_DPDK_READY, "", NULL},
	{"--no-pci --vdev net_virtio_user0,path=/no,server=1", GNG_DPDK_READY, "", NULL},
};

static size_t examine(struct gng_dpdk_check *checks, const struct row *row,
		      const struct gng_dpdk_machine *machine)
{
	struct gng_dpdk_request request;
	char text[200], *rest = text;
	const char *argv[20];
	int argc = 0;
	struct gng_why why;

	snprintf(text, sizeof(text), "%s", row->arguments);
	while (rest && *rest)
		argv[argc++] = strsep(&rest, " ");
	if (gng_dpdk_request_read(&request, argc, argv, &why) != GNG_OK)
		suite_fail("'%s': %s", row->arguments, why.text);
	return gng_dpdk_preflight(checks, &request, machine);
}

static void check_row(const struct row *row, const char *root)
{
	struct gng_dpdk_machine machine = machine_of(root);
	struct gng_dpdk_check checks[GNG_DPDK_MAX_CHECKS];
	const struct gng_dpdk_check *wrong = NULL;
	size_t num, num_wrong = 0;

	make_machine();
	if (row->change)
		row->change(&machine);
	num = examine(checks, row, &machine);
	assert_true(num > 0 && num <= GNG_DPDK_MAX_CHECKS);
	for (size_t i = 0; i < num; i++) {
		if (checks[i].reason) {
			wrong = &checks[i];
			num_wrong++;
		}
		assert_int_equal(*checks[i].remedy == '\0', checks[i].reason == GNG_DPDK_READY);
	}
	printf("%-60s %-18s %s\n", row->arguments, gng_dpdk_reason_name(row->reason),
	       wrong ? wrong->evidence : "");
	if (num_wrong != (row->reason != GNG_DPDK_READY) ||
	    (wrong && (wrong->reason != row->reason || !strstr(wrong->evidence, row->evidence))))
		suite_fail("'%s': %zu findings, the last is %s: %s", row->arguments, num_wrong,
			   wrong ? gng_dpdk_reason_name(wrong->reason) : "none",
			   wrong ? wrong->evidence : "");
	assert_int_equal(nftw(root, command_remove_entry, 16, FTW_DEPTH | FTW_PHYS | FTW_MOUNT), 0);
}

static void each_machine_is_told_what_it_lacks(void **state)
{
	char root[2 * PATH_MAX];

	(void)state;
	snprintf(root, sizeof(root), "%s/machine", command_folder());
	for (size_t i = 0; i < COUNT_OF(rows); i++)
		check_row(&rows[i], root);
}

/* Root needs neither modes nor the limit. */
static void capabilities_overrule_modes_and_limits(void **state)
{
	static const struct row row = {PORT "--iova-mode=pa", GNG_DPDK_READY, "", NULL};
	struct gng_dpdk_check checks[GNG_DPDK_MAX_CHECKS];
	struct gng_dpdk_machine machine;
	char root[2 * PATH_MAX];
	size_t num;

	(void)state;
	snprintf(root, sizeof(root), "%s/machine", command_folder());
	make_machine();
	machine = machine_of(root);
	low_memlock(&machine);
	closed_group(&machine);
	closed_mount(&machine);
	machine.capabilities = UINT64_MAX;
	num = examine(checks, &row, &machine);
	for (size_t i = 0; i < num; i++)
		if (checks[i].reason)
			suite_fail("%s: %s", checks[i].name, checks[i].evidence);
	assert_true(num >= 6);
}

/* ---- the command ---- */

static void the_command_says_it_in_words_and_json(void **state)
{
	(void)state;
	assert_int_equal(command("gonogo-dpdk preflight -- --no-pci --no-huge"), 0);
	assert_non_null(strstr(command_out, "0 of "));
	assert_int_equal(command("gonogo-dpdk preflight --json -- --no-pci --no-huge -l 1000"), 1);
	assert_non_null(strstr(command_out, "\"reason\":\"lcore\""));
	assert_int_equal(command("gonogo-dpdk preflight --json -- '--\"bogus'"), 1);
	assert_non_null(strstr(command_out, "--\\\"bogus"));
	assert_non_null(strstr(command_out, "\"reason\":\"argument\""));
	assert_int_equal(command("gonogo-dpdk preflight --no-pci"), 2);
	assert_non_null(strstr(command_err, "behind --"));
	assert_int_equal(command("gonogo-dpdk"), 2);
	assert_int_equal(command("gonogo-dpdk --help"), 0);
}

const struct suite_test suite_tests[] = {
	TEST(each_machine_is_told_what_it_lacks, "D1.dpdk.preflight"),
	TEST(capabilities_overrule_modes_and_limits, "D1.dpdk.preflight"),
	TEST(the_command_says_it_in_words_and_json, "D1.dpdk.preflight"),
	{0},
};
