/* SPDX-License-Identifier: Apache-2.0 */
/*
 * frames_test.c - frames that the host injects into a guest are received by DPDK's drivers for
 * e1000e and virtio-net: as many as were sent, in their order, byte for byte; each is sent back.
 * The other end is sender_test.c.
 */
/* needs: dpdk sysfile */
#include "../kmsg.h"
#include "guest.h"

#include <stdio.h>
#include <time.h>

#include <rte_ethdev.h>
#include <rte_mbuf.h>

#include <gng_eal.h>

#include "frames.h"

#define LAB "gonogo lab run eal-devices eal-uio eal-translated eal-bypass"
#define BURST 32
#define PATIENCE_NS INT64_C(60000000000)
#define QUIET_NS INT64_C(300000000) /* behind the end: it may have been sent again */

/* counts is what the guest received. */
struct counts {
	uint64_t all, probes, ends, foreign, damaged, out_of_order, not_sent;
	uint32_t num_data, num_said;
	uint64_t sum, sum_said;
	bool ended;
	bool (*is_enough)(void); /* NULL: when the end has come */
	struct rte_eth_stats stats;
};

static int64_t now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * INT64_C(1000000000) + t.tv_nsec;
}

static void take_data(struct counts *counts, uint32_t number, const uint8_t *frame, size_t len)
{
	counts->out_of_order += number != counts->num_data;
	counts->num_data++;
	counts->sum = frames_add(counts->sum, frame, len);
}

static void take_end(struct counts *counts, const struct frames_head *head)
{
	counts->ends++;
	counts->ended = true;
	counts->num_said = head->number;
	memcpy(&counts->sum_said, head->sum, sizeof(head->sum));
}

static void take(struct counts *counts, const uint8_t *frame, size_t len)
{
	struct frames_head head;

	counts->all++;
	memcpy(&head, frame, sizeof(head));
	if (len < sizeof(head) || head.type[0] != FRAMES_ETHERTYPE >> 8)
		counts->foreign++;
	else if (!frames_is_whole(frame, len))
		counts->damaged++;
	else if (head.kind == FRAMES_DATA)
		take_data(counts, head.number, frame, len);
	else if (head.kind == FRAMES_END)
		take_end(counts, &head);
	else
		counts->probes++;
}

/* echo sends the frame back; a port that takes it later takes it in the end. */
static void echo(struct counts *counts, struct rte_mbuf *mbuf)
{
	const int64_t end = now_ns() + QUIET_NS;

	rte_pktmbuf_mtod(mbuf, uint8_t *)[offsetof(struct frames_head, is_echo)] = 1;
	while (rte_eth_tx_burst(0, 0, &mbuf, 1) == 0) {
		if (now_ns() < end)
			continue;
		counts->not_sent++;
		rte_pktmbuf_free(mbuf);
		return;
	}
}

static void receive(void *arg)
{
	struct counts *counts = arg;
	struct rte_mbuf *mbufs[BURST];
	int64_t end = now_ns() + PATIENCE_NS;

	while (now_ns() < end && !(counts->is_enough && counts->is_enough())) {
		const uint16_t num = rte_eth_rx_burst(0, 0, mbufs, BURST);

		for (uint16_t i = 0; i < num; i++) {
			take(counts, rte_pktmbuf_mtod(mbufs[i], uint8_t *),
			     rte_pktmbuf_pkt_len(mbufs[i]));
			echo(counts, mbufs[i]);
		}
		if (num && counts->ended)
			end = now_ns() + QUIET_NS;
	}
	(void)rte_eth_stats_get(0, &counts->stats);
}

static void say(const char *slot, const char *driver, const struct counts *counts)
{
	printf("%s on %s: sent from the host %u, received %u; sums %016llx and %016llx; beside "
	       "them %llu probes, %llu ends; %llu damaged, %llu out of order, %llu of others, "
	       "%llu not sent back; the driver counts %llu received, %llu missed\n",
	       slot, driver, counts->num_said, counts->num_data,
	       (unsigned long long)counts->sum_said, (unsigned long long)counts->sum,
	       (unsigned long long)counts->probes, (unsigned long long)counts->ends,
	       (unsigned long long)counts->damaged, (unsigned long long)counts->out_of_order,
	       (unsigned long long)counts->foreign, (unsigned long long)counts->not_sent,
	       (unsigned long long)counts->stats.ipackets,
	       (unsigned long long)counts->stats.imissed);
}

static bool is_whole(const struct counts *counts)
{
	return counts->ended && counts->num_said == FRAMES_NUM && counts->num_data == FRAMES_NUM &&
	       counts->sum == counts->sum_said && counts->sum != FRAMES_SUM &&
	       counts->damaged + counts->out_of_order + counts->foreign + counts->not_sent == 0 &&
	       counts->stats.ipackets == counts->all && counts->stats.imissed == 0;
}

static void receive_by(const char *slot, const char *driver, struct counts *counts)
{
	const char *const words[] = {"--in-memory", "-m", "64", "--no-telemetry", "-a", slot};
	const struct gng_eal_config config = {.argc = COUNT_OF(words),
					      .argv = words,
					      .num_wanted = 1,
					      .may_be_deaf = counts->is_enough != NULL};
	struct gng_eal_report report;
	struct gng_eal *eal = NULL;
	struct gng_why why = {0};

	assert_int_equal(guest_bind(guest.neighbour, NULL), 0);
	assert_int_equal(guest_bind(slot, driver), 0);
	if (gng_eal_start(&eal, &report, &config, &why) != GNG_OK ||
	    gng_eal_open_ports(eal, &why) != GNG_OK)
		suite_fail("%s: %s", slot, why.text);
	gng_eal_call(eal, receive, counts);
	gng_eal_stop(eal);
	say(slot, driver, counts);
}

static void receive_on(const char *slot)
{
	const bool iommu = gng_sysfile_each("", "/sys/kernel/iommu_groups", NULL, NULL) > 0;
	struct counts counts = {.sum = FRAMES_SUM};

	receive_by(slot, iommu ? "vfio-pci" : "uio_pci_generic", &counts);
	assert_true(is_whole(&counts));
}

static void each_frame_from_the_host_reaches_e1000e(void **state)
{
	(void)state;
	if (guest_find(LAB))
		receive_on(guest.e1000e);
}

static void each_frame_from_the_host_reaches_virtio_net(void **state)
{
	(void)state;
	if (guest_find(LAB))
		receive_on(guest.virtio);
}

/* ---- uio behind an IOMMU ---- */

/* fault_line is what the kernel said of a transfer by e1000e that the IOMMU refused. */
static char fault_line[300];
static int kernel_log;

static bool has_fault(void)
{
	char line[KMSG_CAP];

	while (!*fault_line && kmsg_next(kernel_log, line)) {
		line[strcspn(line, "\n")] = '\0';
		if (strstr(line, "DMAR: [") && strstr(line, guest.e1000e + strlen("0000:")))
			snprintf(fault_line, sizeof(fault_line), "%.299s", strstr(line, "DMAR:"));
	}
	return *fault_line != '\0';
}

/* The host sends a frame every 20 ms until one comes back; a second after the fault is enough. */
static bool is_refused_for_long(void)
{
	static int64_t since;

	if (!since && has_fault())
		since = now_ns();
	return since && now_ns() - since > 1000000000;
}

/* A process has one start of DPDK, and the host an order: it sends to e1000e until all have come
 * back, then to virtio-net. So these are three tests, which run in the order of their names. */
static void a_translating_iommu_keeps_frames_from_uio(void **state)
{
	struct counts counts = {.sum = FRAMES_SUM, .is_enough = is_refused_for_long};

	(void)state;
	if (!guest_find(LAB))
		return;
	kernel_log = kmsg_open();
	receive_by(guest.e1000e, "uio_pci_generic", &counts);
	close(kernel_log);
	printf("expected a fault and 0 frames, got: %s; %llu frames\n",
	       *fault_line ? fault_line : "no fault", (unsigned long long)counts.all);
	assert_true(*fault_line != '\0');
	assert_int_equal(counts.all, 0);
}

/* The control is the same driver, device and guest. */
static void an_iommu_that_does_not_translate_leaves_them_to_uio(void **state)
{
	struct counts counts = {.sum = FRAMES_SUM};

	(void)state;
	if (!guest_find(LAB))
		return;
	guest_domain(guest.e1000e, "identity");
	receive_by(guest.e1000e, "uio_pci_generic", &counts);
	guest_domain(guest.e1000e, "auto");
	printf("expected %u frames, got %u\n", FRAMES_NUM, counts.num_data);
	assert_true(is_whole(&counts));
}

/* A virtio device that was not offered VIRTIO_F_ACCESS_PLATFORM is told physical addresses and uses
 * them, though its group is of DMA: a start by uio is one. By name it comes after e1000e's. */
static void frames_of_virtio_may_bypass_an_iommu(void **state)
{
	struct counts counts = {.sum = FRAMES_SUM};
	char path[128], type[32] = "";

	(void)state;
	if (!guest_find(LAB))
		return;
	snprintf(path, sizeof(path), GUEST_PCI "/%s/iommu_group/type", guest.virtio);
	assert_true(gng_sysfile_read(type, sizeof(type), "", path));
	receive_by(guest.virtio, "uio_pci_generic", &counts);
	printf("group of %s, expected %u frames, got %u\n", type, FRAMES_NUM, counts.num_data);
	assert_memory_equal(type, "DMA", 3);
	assert_true(is_whole(&counts));
}

/* ---- what is counted ---- */

enum fault { NONE, LOST, CHANGED, EXCHANGED, CUT, OF_ANOTHER, NUM_FAULTS };

#define FAULTY 100u

/* give takes the frame of a number, with the fault. */
static void give(struct counts *counts, uint32_t number, enum fault fault)
{
	uint8_t frame[FRAMES_MAX];
	const bool is_faulty = number == FAULTY;
	size_t len;

	if (fault == EXCHANGED && (number == FAULTY || number == FAULTY + 1))
		number = 2 * FAULTY + 1 - number;
	len = frames_make(frame, FRAMES_DATA, number, 0);
	if (is_faulty && fault == LOST)
		return;
	if (is_faulty && fault == OF_ANOTHER)
		frame[offsetof(struct frames_head, type)] = 8;
	frame[len - 1] ^= is_faulty && fault == CHANGED;
	take(counts, frame, len - (is_faulty && fault == CUT));
}

static bool counts_whole_with(enum fault fault)
{
	struct counts counts = {.sum = FRAMES_SUM};
	uint8_t frame[FRAMES_MAX];
	uint64_t sum = FRAMES_SUM;
	size_t len;

	for (uint32_t i = 0; i < FRAMES_NUM; i++) {
		len = frames_make(frame, FRAMES_DATA, i, 0);
		sum = frames_add(sum, frame, len);
		give(&counts, i, fault);
	}
	len = frames_make(frame, FRAMES_END, FRAMES_NUM, sum);
	take(&counts, frame, len);
	counts.stats.ipackets = counts.all;
	return is_whole(&counts);
}

static void a_frame_that_is_lost_or_changed_is_counted(void **state)
{
	(void)state;
	assert_true(counts_whole_with(NONE));
	for (int fault = NONE + 1; fault < NUM_FAULTS; fault++)
		if (counts_whole_with((enum fault)fault))
			suite_fail("fault %d was not noticed", fault);
}

const struct suite_test suite_tests[] = {
	TEST(a_frame_that_is_lost_or_changed_is_counted, "D1.dpdk.lab"),
	TEST(each_frame_from_the_host_reaches_e1000e, "D1.dpdk.lab"),
	TEST(each_frame_from_the_host_reaches_virtio_net, "D1.dpdk.lab"),
	TEST(a_translating_iommu_keeps_frames_from_uio, "D1.dpdk.lab"),
	TEST(frames_of_virtio_may_bypass_an_iommu, "D1.dpdk.lab"),
	TEST(an_iommu_that_does_not_translate_leaves_them_to_uio, "D1.dpdk.lab"),
	{0},
};
