/* SPDX-License-Identifier: Apache-2.0 */
/*
 * latency_hw.c - how long a frame takes from one AF_XDP port to the other over a veth pair, both
 * polled by one CPU: sent alone, and waited for. In turns with it, what of that is the kernel's:
 * the same by AF_XDP sockets without DPDK, and to send only, while nothing listens at the other
 * end.
 *
 * The pairs lie in a network namespace of this process; the pages are lent by
 * nr_overcommit_hugepages, noted in the journal first.
 */
/* needs: clock dpdk journal */
/* requires: libxdp libbpf */
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

#include "../../conformance/eal/runtime.h"
#include "latency_ways.h"

#define POOL "/proc/sys/vm/nr_overcommit_hugepages"
#define NUM_BLOCKS GNG_PROBE_NUM_BLOCKS
#define NUM_OF_BLOCK 4000
#define NUM_FRAMES (NUM_BLOCKS * NUM_OF_BLOCK)
#define PATIENCE 100000000 /* cycles: some 40 ms, then a frame is lost */

enum { PORTS, SOCKETS, NOBODY, NUM_WAYS };

/* race has the times of one way, first by block and then all of them by size. */
struct race {
	uint64_t cycles[NUM_FRAMES];
	size_t num;
	uint64_t middle[NUM_BLOCKS];
};

static struct race races[NUM_WAYS];

/* ---- the way of DPDK ---- */

static struct rte_mbuf *made;

static bool make(uint32_t number)
{
	made = rte_pktmbuf_alloc(rte_mempool_lookup("gonogo"));
	if (!made)
		return false;
	frame_fill((uint8_t *)rte_pktmbuf_append(made, FRAME_LEN), number);
	return true;
}

static bool send_made(void)
{
	if (rte_eth_tx_burst(0, 0, &made, 1) == 1)
		return true;
	rte_pktmbuf_free(made);
	return false;
}

static bool came(uint32_t number)
{
	struct rte_mbuf *mbufs[32];
	const uint16_t num = rte_eth_rx_burst(1, 0, mbufs, 32);
	bool found = false;

	for (uint16_t i = 0; i < num; i++)
		found |= frame_is(rte_pktmbuf_mtod(mbufs[i], const uint8_t *),
				  rte_pktmbuf_data_len(mbufs[i]), number);
	rte_pktmbuf_free_bulk(mbufs, num);
	return found;
}

static const struct way way_of_ports = {"ports", make, send_made, came};
static const struct way *const ways[NUM_WAYS] = {&way_of_ports, &way_of_sockets, &way_to_nobody};

/* ---- all ways in turns ---- */

static void send_and_wait(const struct way *way, struct race *race, uint32_t number)
{
	uint64_t start, now;

	if (!way->make(number))
		return;
	start = gng_clock_start();
	if (!way->send())
		return;
	do {
		const bool found = !way->came || way->came(number);

		now = gng_clock_stop();
		if (found) {
			race->cycles[race->num++] = now - start;
			return;
		}
	} while (now - start < PATIENCE);
}

static int by_size(const void *a, const void *b)
{
	const uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return (x > y) - (x < y);
}

static void sort(uint64_t *cycles, size_t num)
{
	qsort(cycles, num, sizeof(*cycles), by_size);
}

static void run_block(const struct way *way, struct race *race, size_t block)
{
	const size_t before = race->num;

	for (uint32_t i = 0; i < NUM_OF_BLOCK; i++)
		send_and_wait(way, race, (uint32_t)block * NUM_OF_BLOCK + i);
	sort(race->cycles + before, race->num - before);
	race->middle[block] = race->cycles[before + (race->num - before) / 2];
}

static void run_all(void *arg)
{
	(void)arg;
	for (size_t block = 0; block < NUM_BLOCKS; block++)
		for (size_t way = 0; way < NUM_WAYS; way++)
			run_block(ways[way], &races[way], block);
	for (size_t way = 0; way < NUM_WAYS; way++)
		sort(races[way].cycles, races[way].num);
}

static void open_sockets(void *failed)
{
	*(const char **)failed = sockets_open();
}

static bool prepare(struct gng_journal **journal)
{
	const int fd = open(POOL, O_RDWR | O_CLOEXEC);

	if (fd < 0 || geteuid() != 0 || flock(fd, LOCK_EX) != 0 || unshare(CLONE_NEWNET) != 0 ||
	    command("for pair in 'a b' 'c d' 'e f'; do set -- $pair; "
		    "ip link add gonogo-$1 type veth peer name gonogo-$2 && "
		    "ip link set gonogo-$1 up && ip link set gonogo-$2 up || exit 1; done") != 0) {
		gng_probe_skip("a network namespace with veth pairs and huge pages are needed",
			       "run as root, with iproute2 and the module veth");
		return false;
	}
	runtime_own();
	assert_int_equal(gng_journal_open(journal, NULL), GNG_OK);
	assert_int_equal(gng_journal_note(*journal, GNG_JOURNAL_VALUE, POOL, NULL), GNG_OK);
	assert_int_equal(write(fd, "128\n", 4), 4);
	return true;
}

static void run_on(struct gng_eal *eal)
{
	const char *failed = NULL;
	struct gng_why why;

	if (gng_eal_open_ports(eal, &why) != GNG_OK)
		suite_fail("%s", why.text);
	gng_eal_call(eal, open_sockets, &failed); /* on its CPU, as all that follows */
	if (failed)
		suite_fail("no AF_XDP socket at %s", failed);
	gng_eal_call(eal, run_all, NULL);
	sockets_close();
	for (size_t way = 0; way < NUM_WAYS; way++)
		assert_in_range(races[way].num, NUM_FRAMES * 9 / 10, NUM_FRAMES);
}

/* raced runs all ways; false if it cannot be done here, which has been told then. */
static bool raced(void)
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
	struct gng_journal *journal;
	struct gng_eal_report said;
	struct gng_eal *eal = NULL;
	struct gng_why why;
	bool done = false;

	if (!prepare(&journal))
		return false;
	if (gng_eal_start(&eal, &said, &config, &why) == GNG_OK) {
		run_on(eal);
		done = true;
	} else if (said.reason == GNG_DPDK_PAGES_SHORT) {
		/* a few free pages of somebody else's, and EAL counts none that are lent */
		gng_probe_skip(gng_dpdk_reason_text(said.reason),
			       "sysctl -w vm.nr_hugepages=0, or 64 and more");
	} else {
		suite_fail("%s: %s", why.text, said.line);
	}
	gng_eal_stop(eal);
	assert_int_equal(gng_journal_close(journal, NULL), GNG_OK);
	return done;
}

/* ---- tests ---- */

static double us_at(const struct race *race, const struct gng_clock_rate *rate, size_t permille)
{
	return (double)gng_clock_cycles_to_ns(rate, race->cycles[race->num * permille / 1000]) *
	       1e-3;
}

static void say(size_t way, const struct gng_clock_rate *rate)
{
	const struct race *race = &races[way];
	char text[96];

	snprintf(text, sizeof(text), "p50 %.2f us, p99 %.2f us, %zu of %d lost",
		 us_at(race, rate, 500), us_at(race, rate, 990), NUM_FRAMES - race->num,
		 NUM_FRAMES);
	printf("%s: %s\n", ways[way]->name, text);
	gng_probe_note(ways[way]->name, text);
}

static void af_xdp_over_veth_p50(void **state)
{
	struct gng_measure figure = {.name = "af_xdp_over_veth_p50", .unit = "us"};
	struct gng_clock_rate rate;

	(void)state;
	if (!raced())
		return;
	assert_int_equal(gng_clock_calibrate(&rate, 50000000, NULL), GNG_OK);
	for (size_t way = 0; way < NUM_WAYS; way++)
		say(way, &rate);
	figure.n = races[PORTS].num;
	figure.value = us_at(&races[PORTS], &rate, 500);
	figure.lo = us_at(&races[PORTS], &rate, 250);
	figure.hi = us_at(&races[PORTS], &rate, 750);
	gng_probe_measure(&figure);
}

/* To deliver a frame is more than to send it, so a control that says less has measured nothing. */
static void ports_cost_little_beyond_sockets(void **state)
{
	struct gng_measure ratio = {.name = "ports_cost_little_beyond_sockets",
				    .unit = "ratio",
				    .n = NUM_FRAMES,
				    .num_blocks = NUM_BLOCKS};
	uint64_t sorted[NUM_BLOCKS];

	(void)state;
	if (!raced())
		return;
	for (size_t i = 0; i < NUM_BLOCKS; i++) {
		assert_true(races[NOBODY].middle[i] < races[SOCKETS].middle[i]);
		assert_true(races[NOBODY].middle[i] < races[PORTS].middle[i]);
		ratio.blocks[i] = (double)races[SOCKETS].middle[i] / (double)races[PORTS].middle[i];
		sorted[i] = (uint64_t)(ratio.blocks[i] * 1e6);
	}
	sort(sorted, NUM_BLOCKS);
	ratio.value = (double)sorted[NUM_BLOCKS / 2] * 1e-6;
	ratio.lo = (double)sorted[0] * 1e-6;
	ratio.hi = (double)sorted[NUM_BLOCKS - 1] * 1e-6;
	gng_probe_measure(&ratio);
}

const struct suite_test suite_tests[] = {
	TEST_SLOW(af_xdp_over_veth_p50, "D4.eal.latency"),
	TEST_SLOW(ports_cost_little_beyond_sockets, "D4.eal.latency"),
	{0},
};
