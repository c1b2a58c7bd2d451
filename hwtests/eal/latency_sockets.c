/* SPDX-License-Identifier: Apache-2.0 */
/* latency_sockets.c - the control of latency_hw.c: AF_XDP sockets with nothing around them. */
#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/socket.h>

#include <bpf/libbpf.h>
#include <linux/if_link.h>
#include <linux/if_xdp.h>
#include <xdp/libxdp.h>
#include <xdp/xsk.h>

#include "latency_ways.h"

#define NUM_SLOTS 2048u /* half to receive, half to send */
#define HALF (NUM_SLOTS / 2)
#define SLOT_LEN XSK_UMEM__DEFAULT_FRAME_SIZE
#define MEMORY_LEN ((size_t)NUM_SLOTS * SLOT_LEN)

struct end {
	const char *interface;
	bool receives; /* has a program that hands frames to the socket */
	uint8_t *memory;
	struct xsk_umem *umem;
	struct xsk_socket *socket;
	struct xsk_ring_prod fill, send;
	struct xsk_ring_cons done, receive;
	uint32_t slot; /* that has the frame to be sent */
};

static struct end from = {.interface = "gonogo-c"};
static struct end to = {.interface = "gonogo-d", .receives = true};
static struct end alone = {.interface = "gonogo-e"};

static int say_nothing(enum libbpf_print_level level, const char *format, va_list arguments)
{
	(void)level;
	(void)format;
	(void)arguments;
	return 0;
}

static int say_no_more(enum libxdp_print_level level, const char *format, va_list arguments)
{
	(void)level;
	(void)format;
	(void)arguments;
	return 0;
}

/* lend gives the kernel all slots of the first half to write to. */
static void lend(struct end *end)
{
	uint32_t at = 0;

	xsk_ring_prod__reserve(&end->fill, HALF, &at);
	for (uint32_t i = 0; i < HALF; i++)
		*xsk_ring_prod__fill_addr(&end->fill, at + i) = (uint64_t)i * SLOT_LEN;
	xsk_ring_prod__submit(&end->fill, HALF);
}

static int open_end(struct end *end)
{
	const struct xsk_umem_config memory = {
		.fill_size = NUM_SLOTS, .comp_size = NUM_SLOTS, .frame_size = SLOT_LEN};
	const struct xsk_socket_config config = {
		.rx_size = NUM_SLOTS,
		.tx_size = NUM_SLOTS,
		.libxdp_flags = end->receives ? 0 : XSK_LIBXDP_FLAGS__INHIBIT_PROG_LOAD,
		.xdp_flags = XDP_FLAGS_DRV_MODE,
		.bind_flags = XDP_COPY | XDP_USE_NEED_WAKEUP};
	int error;

	end->memory = mmap(NULL, MEMORY_LEN, PROT_READ | PROT_WRITE,
			   MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);
	if (end->memory == MAP_FAILED) {
		end->memory = NULL;
		return -ENOMEM;
	}
	error = xsk_umem__create(&end->umem, end->memory, MEMORY_LEN, &end->fill, &end->done,
				 &memory);
	if (!error)
		error = xsk_socket__create(&end->socket, end->interface, 0, end->umem,
					   &end->receive, &end->send, &config);
	if (!error)
		lend(end);
	return error;
}

static void close_end(struct end *end)
{
	if (end->socket)
		xsk_socket__delete(end->socket);
	if (end->umem)
		xsk_umem__delete(end->umem);
	if (end->memory)
		munmap(end->memory, MEMORY_LEN);
	end->socket = NULL;
	end->umem = NULL;
	end->memory = NULL;
}

const char *sockets_open(void)
{
	static struct end *const ends[] = {&from, &to, &alone};

	libbpf_set_print(say_nothing);
	libxdp_set_print(say_no_more);
	for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++)
		if (open_end(ends[i]) != 0)
			return ends[i]->interface;
	return NULL;
}

void sockets_close(void)
{
	close_end(&from);
	close_end(&to);
	close_end(&alone);
}

static bool make_at(struct end *end, uint32_t number)
{
	end->slot = HALF + number % HALF;
	frame_fill(end->memory + (size_t)end->slot * SLOT_LEN, number);
	return true;
}

static bool send_at(struct end *end)
{
	uint32_t at = 0;
	const uint32_t done = xsk_ring_cons__peek(&end->done, HALF, &at);

	xsk_ring_cons__release(&end->done, done);
	if (xsk_ring_prod__reserve(&end->send, 1, &at) != 1)
		return false;
	*xsk_ring_prod__tx_desc(&end->send, at) =
		(struct xdp_desc){.addr = (uint64_t)end->slot * SLOT_LEN, .len = FRAME_LEN};
	xsk_ring_prod__submit(&end->send, 1);
	return sendto(xsk_socket__fd(end->socket), NULL, 0, MSG_DONTWAIT, NULL, 0) == 0;
}

static bool make_from(uint32_t number)
{
	return make_at(&from, number);
}

static bool send_from(void)
{
	return send_at(&from);
}

static bool came_to(uint32_t number)
{
	uint32_t at = 0, into = 0;
	const struct xdp_desc *desc;
	bool found;

	if (xsk_ring_cons__peek(&to.receive, 1, &at) != 1)
		return false;
	desc = xsk_ring_cons__rx_desc(&to.receive, at);
	found = frame_is(to.memory + desc->addr, desc->len, number);
	xsk_ring_prod__reserve(&to.fill, 1, &into); /* has room for every slot */
	*xsk_ring_prod__fill_addr(&to.fill, into) = desc->addr & ~((uint64_t)SLOT_LEN - 1);
	xsk_ring_prod__submit(&to.fill, 1);
	xsk_ring_cons__release(&to.receive, 1);
	return found;
}

static bool make_alone(uint32_t number)
{
	return make_at(&alone, number);
}

static bool send_alone(void)
{
	return send_at(&alone);
}

const struct way way_of_sockets = {"sockets", make_from, send_from, came_to};
const struct way way_to_nobody = {"to nobody", make_alone, send_alone, NULL};
