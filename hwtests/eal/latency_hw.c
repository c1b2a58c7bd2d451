/* SPDX-License-Identifier: Apache-2.0 */
/*
 * latency_hw.c - how long a frame takes from one AF_XDP port to the other over a veth pair, both
 * polled by one CPU: sent alone, and waited for. The pair lies in a network namespace of this
 * process; the pages are lent by nr_overcommit_hugepages, noted in the journal first.
 */
/* needs: clock dpdk journal */
#include "../suite.h"

#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include <rte_ethdev.h>
#include <rte_mbuf.h>

#include <gng_clock.h>
#include <gng_eal.h>
#include <gng_journal.h>

#include "../../conformance/command.h"

#define POOL "/proc/sys/vm/nr_overcommit_hugepages"
#define NUM_FRAMES 20000
#define LEN 64
#define MARK 14		   /* where a frame's number stands */
#define PATIENCE 100000000 /* cycles: some 40 ms, then a frame is lost */

struct race {
	uint64_t cycles[NUM_FRAMES];
	size_t num, num_lost;
};

static struct rte_mbuf *make(uint32_t number)
{
	struct rte_mbuf *mbuf = rte_pktmbuf_alloc(rte_mempool_lookup("gonogo"));
	uint8_t *bytes;

	if (!mbuf)
		return NULL;
	bytes = (uint8_t *)rte_pktmbuf_append(mbuf, LEN);
	memset(bytes, 2, LEN);
	bytes[12] = 0x88;
	bytes[13] = 0xb5;
	memcpy(bytes + MARK, &number, sizeof(number));
	return mbuf;
}

/* is_it says whether a burst holds the frame, and frees it. */
static bool is_it(struct rte_mbuf **mbufs, uint16_t num, uint32_t number)
{
	bool found = false;

	for (uint16_t i = 0; i < num; i++) {
		const uint8_t *bytes = rte_pktmbuf_mtod(mbufs[i], const uint8_t *);

		found |= rte_pktmbuf_data_len(mbufs[i]) == LEN &&
			 memcmp(bytes + MARK, &number, sizeof(number)) == 0;
	}
	rte_pktmbuf_free_bulk(mbufs, num);
	return found;
}

static void send_and_wait(struct race *race, uint32_t number)
{
	struct rte_mbuf *mbufs[32], *one = make(number);
	const uint64_t start = gng_clock_start();
	uint64_t now = start;

	if (!one || rte_eth_tx_burst(0, 0, &one, 1) != 1) {
		rte_pktmbuf_free(one);
		race->num_lost++;
		return;
	}
	while (now - start < PATIENCE) {
		const uint16_t num = rte_eth_rx_burst(1, 0, mbufs, 32);

		now = gng_clock_stop();
		if (num && is_it(mbufs, num, number)) {
			race->cycles[race->num++] = now - start;
			return;
		}
	}
	race->num_lost++;
}

static void run_race(void *arg)
{
	for (uint32_t i = 0; i < NUM_FRAMES; i++)
		send_and_wait(arg, i);
}

static int by_size(const void *a, const void *b)
{
	const uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return (x > y) - (x < y);
}

static bool prepare(struct gng_journal **journal)
{
	const int fd = open(POOL, O_RDWR | O_CLOEXEC);

	if (fd < 0 || geteuid() != 0 || flock(fd, LOCK_EX) != 0 || unshare(CLONE_NEWNET) != 0 ||
	    command("ip link add gonogo-a type veth peer name gonogo-b && "
		    "ip link set gonogo-a up && ip link set gonogo-b up") != 0) {
		gng_probe_skip("a network namespace with a veth pair and huge pages are needed",
			       "run as root, with iproute2 and the module veth");
		return false;
	}
	assert_int_equal(gng_journal_open(journal, NULL), GNG_OK);
	assert_int_equal(gng_journal_note(*journal, GNG_JOURNAL_VALUE, POOL, NULL), GNG_OK);
	assert_int_equal(write(fd, "128\n", 4), 4);
	return true;
}

static double us_at(const struct race *race, const struct gng_clock_rate *rate, size_t permille)
{
	return (double)gng_clock_cycles_to_ns(rate, race->cycles[race->num * permille / 1000]) *
	       1e-3;
}

static void report(struct race *race)
{
	struct gng_measure figure = {.name = "af_xdp_over_veth_p50", .unit = "us", .n = race->num};
	struct gng_clock_rate rate;

	assert_int_equal(gng_clock_calibrate(&rate, 50000000, NULL), GNG_OK);
	qsort(race->cycles, race->num, sizeof(race->cycles[0]), by_size);
	figure.value = us_at(race, &rate, 500);
	figure.lo = us_at(race, &rate, 250);
	figure.hi = us_at(race, &rate, 750);
	printf("p50 %.2f us, p99 %.2f us, %zu of %d lost\n", figure.value, us_at(race, &rate, 990),
	       race->num_lost, NUM_FRAMES);
	gng_probe_measure(&figure);
}

static void af_xdp_over_veth_p50(void **state)
{
	static const char *const argv[] = {"--no-pci",
					   "--in-memory",
					   "-m",
					   "128",
					   "-l",
					   "0",
					   "--no-telemetry",
					   "--vdev",
					   "net_af_xdp0,iface=gonogo-a",
					   "--vdev",
					   "net_af_xdp1,iface=gonogo-b"};
	const struct gng_eal_config config = {
		.argc = COUNT_OF(argv), .argv = argv, .num_wanted = 2};
	static struct race race;
	struct gng_journal *journal;
	struct gng_eal_report said;
	struct gng_eal *eal = NULL;
	struct gng_why why;

	(void)state;
	if (!prepare(&journal))
		return;
	if (gng_eal_start(&eal, &said, &config, &why) == GNG_OK) {
		if (gng_eal_open_ports(eal, &why) != GNG_OK)
			suite_fail("%s", why.text);
		gng_eal_call(eal, run_race, &race);
		assert_in_range(race.num, NUM_FRAMES * 9 / 10, NUM_FRAMES);
		report(&race);
	} else if (said.reason == GNG_DPDK_PAGES_SHORT) {
		/* a few free pages of somebody else's, and EAL counts none that are lent */
		gng_probe_skip(gng_dpdk_reason_text(said.reason),
			       "sysctl -w vm.nr_hugepages=0, or 64 and more");
	} else {
		suite_fail("%s: %s", why.text, said.line);
	}
	gng_eal_stop(eal);
	assert_int_equal(gng_journal_close(journal, NULL), GNG_OK);
}

const struct suite_test suite_tests[] = {
	TEST_SLOW(af_xdp_over_veth_p50, "D4.eal.latency"),
	{0},
};
