/* SPDX-License-Identifier: Apache-2.0 */
/* socket.c - a sender and receiver of frames by AF_XDP (libxdp), in copy mode. */
#include <bpf/bpf.h>
#include <errno.h>
#include <linux/if_link.h>
#include <linux/if_xdp.h>
#include <net/if.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <time.h>
#include <xdp/xsk.h>

#include "xdp_handle.h"

#define NUM_FRAMES 4096u /* half for each direction */
#define HALF (NUM_FRAMES / 2)
#define SLOT_LEN XSK_UMEM__DEFAULT_FRAME_SIZE
#define MEMORY_LEN ((size_t)NUM_FRAMES * SLOT_LEN)
#define BATCH 64u
#define PATIENCE_NS UINT64_C(2000000000)

struct gng_xdp_socket {
	struct xsk_umem *umem;
	struct xsk_socket *socket;
	struct xsk_ring_prod fill, send;
	struct xsk_ring_cons done, receive;
	uint8_t *memory;
	uint32_t queue;
	uint32_t sent, taken; /* frames given to the kernel, and back from it */
};

static uint64_t now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

static enum gng_status open_rings(struct gng_xdp_socket *made, int interface, struct gng_why *why)
{
	const struct xsk_umem_config memory = {
		.fill_size = HALF, .comp_size = HALF, .frame_size = SLOT_LEN};
	const struct xsk_socket_config config = {.rx_size = HALF,
						 .tx_size = HALF,
						 .libxdp_flags =
							 XSK_LIBXDP_FLAGS__INHIBIT_PROG_LOAD,
						 .xdp_flags = XDP_FLAGS_DRV_MODE,
						 .bind_flags = XDP_COPY};
	char name[IF_NAMESIZE];
	int error;

	if (!if_indextoname((unsigned int)interface, name))
		return gng_why_set(why, GNG_ESYS, ENODEV, "xdp.socket", "interface %d is gone",
				   interface);
	error = xsk_umem__create(&made->umem, made->memory, MEMORY_LEN, &made->fill, &made->done,
				 &memory);
	if (error)
		return xdp_failed(why, "xdp.socket", error, "memory of frames");
	error = xsk_socket__create(&made->socket, name, made->queue, made->umem, &made->receive,
				   &made->send, &config);
	return error ? xdp_failed(why, "xdp.socket", error, name) : GNG_OK;
}

/* give_all lets the kernel write to the first half of the frames. */
static void give_all(struct gng_xdp_socket *socket)
{
	uint32_t at = 0;

	xsk_ring_prod__reserve(&socket->fill, HALF, &at);
	for (uint32_t i = 0; i < HALF; i++)
		*xsk_ring_prod__fill_addr(&socket->fill, at + i) = (uint64_t)i * SLOT_LEN;
	xsk_ring_prod__submit(&socket->fill, HALF);
}

enum gng_status gng_xdp_socket_open(struct gng_xdp_socket **socket, int interface, uint32_t queue,
				    struct gng_why *why)
{
	struct gng_xdp_socket *made = calloc(1, sizeof(*made));
	enum gng_status status;

	if (!made)
		return gng_why_set(why, GNG_ENOMEM, 0, "xdp.socket", "no memory");
	made->queue = queue;
	made->memory =
		mmap(NULL, MEMORY_LEN, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (made->memory == MAP_FAILED) {
		free(made);
		return gng_why_set(why, GNG_ENOMEM, errno, "xdp.socket", "no memory of frames");
	}
	status = open_rings(made, interface, why);
	if (status == GNG_OK) {
		give_all(made);
		*socket = made;
	} else {
		gng_xdp_socket_close(made);
	}
	return status;
}

void gng_xdp_socket_close(struct gng_xdp_socket *socket)
{
	if (!socket)
		return;
	if (socket->socket)
		xsk_socket__delete(socket->socket);
	if (socket->umem)
		xsk_umem__delete(socket->umem);
	munmap(socket->memory, MEMORY_LEN);
	free(socket);
}

enum gng_status gng_xdp_to_socket(struct gng_xdp *xdp, struct gng_xdp_socket *socket,
				  struct gng_why *why)
{
	const int fd = xsk_socket__fd(socket->socket);
	const int error = bpf_map_update_elem(xdp->sockets, &socket->queue, &fd, BPF_ANY);

	return error ? xdp_failed(why, "xdp.to_socket", error, "the map of sockets") : GNG_OK;
}

/* ---- sending ---- */

/* take_back collects what the kernel has sent, and wakes it up for the rest. */
static void take_back(struct gng_xdp_socket *socket)
{
	uint32_t at = 0;
	const uint32_t num = xsk_ring_cons__peek(&socket->done, BATCH, &at);

	if (num) {
		xsk_ring_cons__release(&socket->done, num);
		socket->taken += num;
	}
	if (socket->taken != socket->sent)
		sendto(xsk_socket__fd(socket->socket), NULL, 0, MSG_DONTWAIT, NULL, 0);
}

/* wait_for waits until at most most frames are under way; false if nothing moves. */
static bool wait_for(struct gng_xdp_socket *socket, uint32_t most)
{
	uint64_t since = now_ns();

	while (socket->sent - socket->taken > most) {
		const uint32_t before = socket->taken;

		take_back(socket);
		if (socket->taken != before)
			since = now_ns();
		else if (now_ns() - since > PATIENCE_NS)
			return false;
	}
	return true;
}

static void put_stamp(uint8_t *frame, size_t len, uint32_t number)
{
	const struct xdp_stamp stamp = {XDP_MAGIC, number, now_ns()};

	if (len >= XDP_STAMP_OFF + sizeof(stamp))
		memcpy(frame + XDP_STAMP_OFF, &stamp, sizeof(stamp));
}

static void put(struct gng_xdp_socket *socket, const uint8_t *frame, size_t len, uint32_t number)
{
	/* As many frames are under way as the ring has places, so this one is free. */
	const uint64_t slot = (uint64_t)(HALF + socket->sent % HALF) * SLOT_LEN;
	struct xdp_desc *desc;
	uint32_t at = 0;

	memcpy(socket->memory + slot, frame, len);
	put_stamp(socket->memory + slot, len, number);
	xsk_ring_prod__reserve(&socket->send, 1, &at);
	desc = xsk_ring_prod__tx_desc(&socket->send, at);
	*desc = (struct xdp_desc){.addr = slot, .len = (uint32_t)len};
	xsk_ring_prod__submit(&socket->send, 1);
	socket->sent++;
}

enum gng_status gng_xdp_socket_send(struct gng_xdp_socket *socket, const uint8_t *frame, size_t len,
				    uint32_t num, uint64_t gap_ns, struct gng_why *why)
{
	uint64_t next = now_ns();

	if (len > SLOT_LEN)
		return gng_why_set(why, GNG_EINVAL, 0, "xdp.socket_send",
				   "a frame of %zu bytes is longer than %d", len, SLOT_LEN);
	for (uint32_t i = 0; i < num; i++) {
		if (!wait_for(socket, gap_ns ? 0 : BATCH - 1))
			break;
		while (gap_ns && now_ns() < next)
			continue;
		next += gap_ns;
		put(socket, frame, len, i);
	}
	if (!wait_for(socket, 0))
		return gng_why_set(why, GNG_ESYS, ETIMEDOUT, "xdp.socket_send",
				   "the kernel took no frame for two seconds");
	return GNG_OK;
}

/* ---- receiving ---- */

/* take hands out what is there and gives the places back to the kernel. */
static uint32_t take(struct gng_xdp_socket *socket, uint32_t most,
		     void (*found)(void *context, const uint8_t *frame, size_t len), void *context)
{
	uint32_t at = 0, into = 0;
	const uint32_t num =
		xsk_ring_cons__peek(&socket->receive, most < BATCH ? most : BATCH, &at);

	if (!num)
		return 0;
	xsk_ring_prod__reserve(&socket->fill, num, &into);
	for (uint32_t i = 0; i < num; i++) {
		const struct xdp_desc *desc = xsk_ring_cons__rx_desc(&socket->receive, at + i);

		if (found)
			found(context, socket->memory + desc->addr, desc->len);
		*xsk_ring_prod__fill_addr(&socket->fill, into + i) =
			desc->addr & ~((uint64_t)SLOT_LEN - 1);
	}
	xsk_ring_prod__submit(&socket->fill, num);
	xsk_ring_cons__release(&socket->receive, num);
	return num;
}

uint32_t gng_xdp_socket_receive(struct gng_xdp_socket *socket, uint32_t num, int timeout_ms,
				void (*found)(void *context, const uint8_t *frame, size_t len),
				void *context)
{
	struct pollfd ready = {.fd = xsk_socket__fd(socket->socket), .events = POLLIN};
	uint32_t got = 0;

	while (got < num) {
		const uint32_t now = take(socket, num - got, found, context);

		got += now;
		if (!now && poll(&ready, 1, timeout_ms) <= 0)
			break;
	}
	return got;
}
