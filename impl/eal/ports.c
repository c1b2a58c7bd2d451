/* SPDX-License-Identifier: Apache-2.0 */
/* ports.c - one queue each way for every port, and the pool that they share. */
#include <sched.h>
#include <string.h>

#include <rte_errno.h>
#include <rte_ethdev.h>
#include <rte_mbuf.h>

#include "gng_eal.h"

#define NUM_BUFFERS 8191 /* a power of two less one: what a ring of the pool holds */
#define NUM_CACHED 256
#define NUM_DESCRIPTORS 512

struct opening {
	struct gng_why *why;
	enum gng_status status;
	struct rte_mempool *pool;
};

static bool failed(struct opening *opening, uint16_t port, const char *what, int error)
{
	opening->status = gng_why_set(opening->why, GNG_ESYS, -error, "eal.ports",
				      "port %u: %s: %s", port, what, rte_strerror(-error));
	return false;
}

static bool set_up_queues(struct opening *opening, uint16_t port)
{
	uint16_t num_rx = NUM_DESCRIPTORS, num_tx = NUM_DESCRIPTORS;
	const unsigned int node = (unsigned int)rte_eth_dev_socket_id(port);
	int error = rte_eth_dev_adjust_nb_rx_tx_desc(port, &num_rx, &num_tx);

	if (error < 0)
		return failed(opening, port, "descriptors", error);
	error = rte_eth_rx_queue_setup(port, 0, num_rx, node, NULL, opening->pool);
	if (error < 0)
		return failed(opening, port, "receive queue", error);
	error = rte_eth_tx_queue_setup(port, 0, num_tx, node, NULL);
	return error >= 0 || failed(opening, port, "send queue", error);
}

static bool open_port(struct opening *opening, uint16_t port)
{
	struct rte_eth_conf config;
	int error;

	memset(&config, 0, sizeof(config));
	error = rte_eth_dev_configure(port, 1, 1, &config);
	if (error < 0)
		return failed(opening, port, "configuration", error);
	if (!set_up_queues(opening, port))
		return false;
	error = rte_eth_dev_start(port);
	if (error < 0)
		return failed(opening, port, "start", error);
	(void)rte_eth_promiscuous_enable(port); /* virtual ports that cannot see all anyway */
	return true;
}

static void open_all(void *arg)
{
	struct opening *opening = arg;
	uint16_t port;

	opening->pool = rte_pktmbuf_pool_create("gonogo", NUM_BUFFERS, NUM_CACHED, 0,
						RTE_MBUF_DEFAULT_BUF_SIZE, SOCKET_ID_ANY);
	if (!opening->pool) {
		opening->status = gng_why_set(opening->why, GNG_ESYS, rte_errno, "eal.ports",
					      "no memory for %d buffers: %s; -m 64 is the least",
					      NUM_BUFFERS, rte_strerror(rte_errno));
		return;
	}
	RTE_ETH_FOREACH_DEV(port)
	{
		if (!open_port(opening, port))
			return;
	}
}

enum gng_status gng_eal_open_ports(struct gng_eal *eal, struct gng_why *why)
{
	struct opening opening = {.why = why, .status = GNG_OK};

	gng_eal_call(eal, open_all, &opening);
	return opening.status;
}

/* ---- where the frames lie ---- */

struct place {
	uintptr_t lo, hi;
	int cpu;
};

#define PAGE ((uintptr_t)4096) /* whole ones: so CUDA registers memory of the host */

static void add_chunk(struct rte_mempool *pool, void *arg, struct rte_mempool_memhdr *chunk,
		      unsigned int index)
{
	const uintptr_t lo = (uintptr_t)chunk->addr & ~(PAGE - 1);
	const uintptr_t hi = ((uintptr_t)chunk->addr + chunk->len + PAGE - 1) & ~(PAGE - 1);
	struct place *place = arg;

	(void)pool;
	(void)index;
	if (!place->hi || lo < place->lo)
		place->lo = lo;
	if (hi > place->hi)
		place->hi = hi;
}

static void find_place(void *arg)
{
	struct rte_mempool *pool = rte_mempool_lookup("gonogo");
	struct place *place = arg;

	if (pool)
		rte_mempool_mem_iter(pool, add_chunk, place);
	place->cpu = sched_getcpu(); /* its thread has one only */
}

enum gng_status gng_eal_packets(struct gng_eal *eal, void **packets, size_t *len, int *cpu,
				struct gng_why *why)
{
	struct place place = {0, 0, 0};

	gng_eal_call(eal, find_place, &place);
	if (!place.hi)
		return gng_why_set(why, GNG_ESYS, 0, "eal.packets",
				   "there are no frames' buffers before ports are open");
	*packets = (void *)place.lo; /* NOLINT(performance-no-int-to-ptr) */
	*len = place.hi - place.lo;
	*cpu = place.cpu;
	return GNG_OK;
}
