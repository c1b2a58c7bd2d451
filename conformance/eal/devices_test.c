/* SPDX-License-Identifier: Apache-2.0 */
/*
 * devices_test.c - the failure table of real devices, in guests: what a start comes to for a user
 * who lacks a right, a limit or a driver, with e1000e and virtio-net behind an IOMMU or without
 * one, and that preflight says the same before. Each row is printed, expected against got.
 */
/* needs: dpdk sysfile */
#include "devices.h"

#include <linux/capability.h>
#include <linux/vfio.h>
#include <pthread.h>
#include <sys/ioctl.h>
#include <sys/wait.h>

#include "guest.h"

#define CAP(name) ((uint64_t)1 << (name))
#define NO_HUGE "--no-huge -m 64 "
#define HUGE "--in-memory -m 64 "
#define LAB "gonogo lab run eal-devices eal-uio eal-translated eal-bypass"

/* Of these EAL says nothing: that a start has a reason it owes to preflight. All others are told by
 * EAL's own log. */
static bool is_silent(enum gng_dpdk_reason reason)
{
	return reason == GNG_DPDK_READY || reason == GNG_DPDK_TRANSLATED ||
	       reason == GNG_DPDK_DEVICE_ABSENT || reason == GNG_DPDK_DEVICE_UNBOUND ||
	       reason == GNG_DPDK_DEVICE_IN_KERNEL;
}

/* EAL counts ports that are missing as no failure: rc is at least 0 in each of these rows. */
static bool is_as_said(const struct devices_row *row, const struct devices_outcome *got)
{
	return got->report.rc >= 0 && got->report.reason == row->reason &&
	       got->ahead == row->reason && got->physical == row->physical &&
	       (is_silent(row->reason) || strncmp(got->report.line, "EAL:", 4) == 0);
}

static void say(const struct devices_row *row, const struct devices_outcome *got)
{
	printf("%s %-40s %-15s %-6s | %-16s %s | rc %2d %-16s %s | ahead %-16s | %s | %s\n",
	       is_as_said(row, got) ? "  " : "!!", row->arguments, row->driver ? row->driver : "-",
	       row->nobody ? "nobody" : "root", gng_dpdk_reason_name(row->reason),
	       row->physical ? "PA" : "VA", got->report.rc < 0 ? -1 : 1,
	       gng_dpdk_reason_name(got->report.reason), got->physical ? "PA" : "VA",
	       gng_dpdk_reason_name(got->ahead), got->report.line, got->evidence);
	fflush(stdout);
}

static void bind_all(const struct devices_row *row)
{
	int error = guest_bind(guest.neighbour, row->neighbour);

	assert_int_equal(error, 0);
	error = guest_bind(strchr(row->arguments, 'V') ? guest.virtio : guest.e1000e, row->driver);
	assert_int_equal(error, row->refused);
	if (strchr(row->arguments, 'E'))
		assert_int_equal(guest_bind(guest.e1000e, row->driver), row->refused);
}

static void check_rows(const struct devices_row *rows, size_t num)
{
	struct devices_outcome got;
	size_t num_wrong = 0;

	for (size_t i = 0; i < num; i++) {
		bind_all(&rows[i]);
		devices_try(&got, &rows[i]);
		say(&rows[i], &got);
		num_wrong += !is_as_said(&rows[i], &got);
	}
	assert_int_equal(num_wrong, 0);
}

#define VFIO_PCI .driver = "vfio-pci"
#define UIO .driver = "uio_pci_generic"
#define SAME(word) .reason = GNG_DPDK_##word
#define AS_NOBODY .nobody = true

static const struct devices_row with_iommu[] = {
	{NO_HUGE "-a E", VFIO_PCI, SAME(READY)},
	{HUGE "-a E", VFIO_PCI, SAME(READY)},
	{HUGE "-a E --iova-mode=pa", VFIO_PCI, SAME(READY), .physical = true},
	{NO_HUGE "-a V", VFIO_PCI, SAME(READY)},
	{HUGE "-a E -a V", VFIO_PCI, SAME(READY)},
	/* permission */
	{NO_HUGE "-a E", VFIO_PCI, AS_NOBODY, SAME(READY)},
	{NO_HUGE "-a V", VFIO_PCI, AS_NOBODY, SAME(READY)},
	{NO_HUGE "-a E", VFIO_PCI, AS_NOBODY, .group = 0600, SAME(GROUP_DENIED)},
	{NO_HUGE "-a V", VFIO_PCI, AS_NOBODY, .group = 0600, SAME(GROUP_DENIED)},
	{NO_HUGE "-a E", VFIO_PCI, AS_NOBODY, .container = 0600, SAME(GROUP_DENIED)},
	{NO_HUGE "-a E", VFIO_PCI, .group = DEVICES_ABSENT, SAME(GROUP_DENIED)},
	{NO_HUGE "-a E", VFIO_PCI, .container = DEVICES_ABSENT, SAME(VFIO_ABSENT)},
	{NO_HUGE "-a V", VFIO_PCI, .neighbour = "virtio-pci", SAME(GROUP_NOT_VIABLE)},
	/* locked memory */
	{NO_HUGE "-a E", VFIO_PCI, AS_NOBODY, .memlock_mib = 8, SAME(MEMLOCK)},
	{NO_HUGE "-a V", VFIO_PCI, AS_NOBODY, .memlock_mib = 8, SAME(MEMLOCK)},
	{HUGE "-a E", VFIO_PCI, AS_NOBODY, .memlock_mib = 8, SAME(MEMLOCK)},
	{NO_HUGE "-a E", VFIO_PCI, AS_NOBODY, .memlock_mib = 63, SAME(MEMLOCK)},
	{NO_HUGE "-a E", VFIO_PCI, AS_NOBODY, .memlock_mib = 64, SAME(READY)},
	{NO_HUGE "-a E", VFIO_PCI, AS_NOBODY, .memlock_mib = 8, .keep = CAP(CAP_IPC_LOCK),
	 SAME(READY)},
	{NO_HUGE "-a E", VFIO_PCI, .drop = CAP(CAP_IPC_LOCK), .memlock_mib = 8, SAME(MEMLOCK)},
	/* IOVA mode: asked for in vain, it is another one without a word */
	{NO_HUGE "-a E --iova-mode=pa", VFIO_PCI, SAME(READY)},
	{NO_HUGE "-a E --iova-mode=pa", VFIO_PCI, AS_NOBODY, SAME(READY)},
	{HUGE "-a E --iova-mode=va", VFIO_PCI, AS_NOBODY, SAME(READY)},
	{HUGE "-a E --iova-mode=pa", VFIO_PCI, AS_NOBODY, SAME(READY)},
	{HUGE "-a E --iova-mode=pa", VFIO_PCI, .drop = CAP(CAP_SYS_ADMIN), SAME(READY)},
	{HUGE "-a E --iova-mode=pa", VFIO_PCI, AS_NOBODY, .keep = CAP(CAP_SYS_ADMIN), SAME(READY),
	 .physical = true},
	/* the wrong driver */
	{NO_HUGE "-a E", .driver = NULL, SAME(DEVICE_UNBOUND)},
	{NO_HUGE "-a V", .driver = NULL, SAME(DEVICE_UNBOUND)},
	{NO_HUGE "-a V", .driver = "virtio-pci", SAME(DEVICE_IN_KERNEL)},
	{NO_HUGE "-a E", UIO, SAME(PHYSICAL)},
	{HUGE "-a E", UIO, AS_NOBODY, SAME(PHYSICAL)},
	/* EAL has its port, and no frame can pass: frames_test.c shows it */
	{HUGE "-a E", UIO, SAME(TRANSLATED)},
	/* the host's choice, which nothing tells: docs/adr/0035 */
	{HUGE "-a V", UIO, SAME(READY), .physical = true},
	{HUGE "-a E --iova-mode=pa", UIO, SAME(TRANSLATED)},
};

static void devices_behind_an_iommu_have_their_reason(void **state)
{
	(void)state;
	if (guest_find(LAB))
		check_rows(with_iommu, COUNT_OF(with_iommu));
}

/* The group of e1000e is told to let through what it is told. */
static void uio_behind_an_iommu_that_does_not_translate_is_ready(void **state)
{
	static const struct devices_row rows[] = {
		{HUGE "-a E", UIO, SAME(READY), .physical = true},
		{NO_HUGE "-a E", UIO, SAME(PHYSICAL)},
	};

	(void)state;
	if (!guest_find(LAB))
		return;
	guest_domain(guest.e1000e, "identity");
	check_rows(rows, COUNT_OF(rows));
	guest_domain(guest.e1000e, "auto");
	check_rows(&with_iommu[COUNT_OF(with_iommu) - 1], 1);
}

static const struct devices_row without_iommu[] = {
	{NO_HUGE "-a E", VFIO_PCI, .refused = EINVAL, SAME(DEVICE_UNBOUND)},
	{HUGE "-a E", UIO, SAME(READY), .physical = true},
	{HUGE "-a E --iova-mode=pa", UIO, SAME(READY), .physical = true},
	{HUGE "-a E", UIO, .drop = CAP(CAP_IPC_LOCK), .memlock_mib = 8, SAME(READY),
	 .physical = true},
	{HUGE "-a E --iova-mode=va", UIO, SAME(PHYSICAL)},
	{NO_HUGE "-a E", UIO, SAME(PHYSICAL)},
	{HUGE "-a E", UIO, .drop = CAP(CAP_SYS_ADMIN), SAME(PHYSICAL)},
	{HUGE "-a E", UIO, AS_NOBODY, SAME(PHYSICAL)},
	{HUGE "-a E", UIO, AS_NOBODY, .keep = CAP(CAP_SYS_ADMIN), SAME(PRIVILEGE)},
	{HUGE "-a V", UIO, SAME(READY), .physical = true},
	{HUGE "-a V", .driver = "virtio-pci", SAME(DEVICE_IN_KERNEL)},
};

static void devices_without_an_iommu_have_their_reason(void **state)
{
	(void)state;
	if (guest_find(LAB))
		check_rows(without_iommu, COUNT_OF(without_iommu));
}

/* ---- what section 4.1 of the article says of devices ---- */

/* try_here gives E to a driver and tries a row; got is what came of it. */
static void try_here(struct devices_outcome *got, const struct devices_row *row)
{
	bind_all(row);
	devices_try(got, row);
	say(row, got);
}

static void ports_are_found_by_a_scan_of_pci(void **state)
{
	const struct devices_row scan = {NO_HUGE "--log-level=lib.eal:info", VFIO_PCI, SAME(READY)};
	const struct devices_row none = {NO_HUGE "--no-pci", VFIO_PCI, SAME(READY)};
	struct devices_outcome got;

	(void)state;
	if (!guest_find(LAB))
		return;
	assert_int_equal(guest_bind(guest.e1000e, "vfio-pci"), 0);
	assert_int_equal(guest_bind(guest.virtio, NULL), 0);
	devices_try(&got, &scan);
	printf("without -a and --no-pci: %zu ports; %s\n", got.report.num_ports, got.report.line);
	assert_int_equal(got.report.num_ports, 1);
	devices_try(&got, &none);
	assert_int_equal(got.report.num_ports, 0);
}

/* A file that is closed to the user is met when it is opened: the device is left out, by name. */
static void closed_files_of_vfio_and_uio_are_met_by_a_start(void **state)
{
	const struct devices_row vfio = {NO_HUGE "-a E", VFIO_PCI, AS_NOBODY, .group = 0600,
					 SAME(GROUP_DENIED)};
	const struct devices_row uio = {HUGE "-a E", UIO, AS_NOBODY, .keep = CAP(CAP_SYS_ADMIN),
					SAME(PRIVILEGE)};
	struct devices_outcome got;

	(void)state;
	if (!guest_find(LAB))
		return;
	try_here(&got, &vfio);
	assert_true(is_as_said(&vfio, &got));
	assert_non_null(strstr(got.report.line, "Cannot open /dev/vfio/"));
	assert_non_null(strstr(got.report.line, "Permission denied"));
	try_here(&got, &uio);
	assert_true(got.report.rc >= 0 && got.report.num_ports == 0);
	assert_non_null(strstr(got.report.line, "Cannot open /dev/uio"));
	assert_non_null(strstr(got.report.line, "Permission denied"));
}

static void vfio_is_opened_without_root_and_without_a_capability(void **state)
{
	const struct devices_row row = {NO_HUGE "-a E", VFIO_PCI, AS_NOBODY, SAME(READY)};
	struct devices_outcome got;

	(void)state;
	if (!guest_find(LAB))
		return;
	try_here(&got, &row);
	assert_int_equal(got.capabilities, 0);
	assert_int_equal(got.report.num_ports, 1);
}

static void follow_here(struct devices_outcome *got)
{
	const struct devices_row row = {HUGE "-a E --log-level=lib.eal:debug", VFIO_PCI,
					SAME(READY)};

	bind_all(&row);
	devices_follow(got, &row);
	printf("at the first device: %zu KiB of huge pages, group %s; at the end: %zu KiB, BARs of "
	       "%zu KiB, group %s\n",
	       got->huge_before_kib, got->group_before ? "open" : "not open", got->huge_kib,
	       got->bar_kib, got->group_at_end ? "open" : "not open");
	assert_true(got->report.rc >= 0);
}

static void bars_and_huge_pages_are_mapped(void **state)
{
	struct devices_outcome got;

	(void)state;
	if (!guest_find(LAB))
		return;
	follow_here(&got);
	assert_true(got.huge_kib >= 64 << 10);
	assert_true(got.bar_kib >= 128);
}

static void huge_pages_are_mapped_before_the_group_is_opened(void **state)
{
	struct devices_outcome got;

	(void)state;
	if (!guest_find(LAB))
		return;
	follow_here(&got);
	assert_true(got.huge_before_kib >= 64 << 10);
	assert_false(got.group_before);
	assert_true(got.group_at_end);
}

/* ---- who is told the version of VFIO ---- */

/* asked: an open /dev/vfio/vfio, and what was answered by it and by one of the thread's own. */
struct asked {
	int fd, by_it, by_own;
};

static void *ask(void *arg)
{
	const int own = open("/dev/vfio/vfio", O_RDWR | O_CLOEXEC);
	struct asked *asked = arg;

	asked->by_it = ioctl(asked->fd, VFIO_GET_API_VERSION);
	asked->by_own = own < 0 ? -1 : ioctl(own, VFIO_GET_API_VERSION);
	if (own >= 0)
		close(own);
	return NULL;
}

static bool is_told(const struct asked *asked)
{
	return asked->by_it == VFIO_API_VERSION && asked->by_own == VFIO_API_VERSION;
}

#define NUM_THREADS 8

/* The call needs an open file, and nothing that a thread or a process could lack or inherit. */
static void any_thread_or_process_is_told_the_version_of_vfio(void **state)
{
	struct asked asked[NUM_THREADS];
	pthread_t threads[NUM_THREADS];
	int fd, status = -1;
	pid_t child;

	(void)state;
	if (!guest_find(LAB))
		return;
	fd = open("/dev/vfio/vfio", O_RDWR | O_CLOEXEC);
	assert_true(fd >= 0);
	for (int i = 0; i < NUM_THREADS; i++) {
		asked[i] = (struct asked){fd, -1, -1};
		assert_int_equal(pthread_create(&threads[i], NULL, ask, &asked[i]), 0);
	}
	for (int i = 0; i < NUM_THREADS; i++) {
		assert_int_equal(pthread_join(threads[i], NULL), 0);
		assert_true(is_told(&asked[i]));
	}
	child = fork();
	if (child == 0) {
		ask(&asked[0]);
		_exit(!is_told(&asked[0]));
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
	close(fd);
}

/* The process of a row, and how it is judged, on any machine. */
static void a_device_that_is_not_there_is_told_anywhere(void **state)
{
	static const struct devices_row row = {NO_HUGE "-a 0000:ff:1f.7", SAME(DEVICE_ABSENT)};
	struct devices_outcome got;

	(void)state;
	devices_try(&got, &row);
	say(&row, &got);
	assert_true(is_as_said(&row, &got));
}

const struct suite_test suite_tests[] = {
	TEST(a_device_that_is_not_there_is_told_anywhere, "D1.dpdk.lab"),
	TEST(ports_are_found_by_a_scan_of_pci, "D1.dpdk.lab"),
	TEST(closed_files_of_vfio_and_uio_are_met_by_a_start, "D1.dpdk.lab"),
	TEST(vfio_is_opened_without_root_and_without_a_capability, "D1.dpdk.lab"),
	TEST(bars_and_huge_pages_are_mapped, "D1.dpdk.lab"),
	TEST(huge_pages_are_mapped_before_the_group_is_opened, "D1.dpdk.lab"),
	TEST(any_thread_or_process_is_told_the_version_of_vfio, "D1.dpdk.lab"),
	TEST(devices_behind_an_iommu_have_their_reason, "D1.dpdk.lab"),
	TEST(uio_behind_an_iommu_that_does_not_translate_is_ready, "D1.dpdk.lab"),
	TEST(devices_without_an_iommu_have_their_reason, "D1.dpdk.lab"),
	{0},
};
