/* SPDX-License-Identifier: Apache-2.0 */
/* frame.c - frames that the tests send, and the kernel as a source of them. */
#include <bpf/bpf.h>
#include <errno.h>
#include <string.h>
#include <time.h>

#include "xdp_handle.h"
#include "xdp_parse.h"

#ifndef BPF_F_TEST_XDP_LIVE_FRAMES /* Linux 5.18 */
#define BPF_F_TEST_XDP_LIVE_FRAMES (1u << 1)
#endif

/* sum_of is the Internet checksum (RFC 1071) of whole words. */
static uint16_t sum_of(const uint8_t *bytes, size_t len)
{
	uint32_t sum = 0;

	for (size_t i = 0; i + 1 < len; i += 2)
		sum += (uint32_t)bytes[i] << 8 | bytes[i + 1];
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return (uint16_t)~sum;
}

void gng_xdp_frame_fill(uint8_t frame[GNG_XDP_FRAME_LEN], const struct gng_xdp_flow *flow)
{
	struct xdp_ether ether = {.dest = {0x02, 0, 0, 0, 0, 2},
				  .source = {0x02, 0, 0, 0, 0, 1},
				  .type = XDP_NET16(XDP_ETHER_IPV4)};
	struct xdp_ipv4 ip = {.version_words = 0x45,
			      .len = XDP_NET16(GNG_XDP_FRAME_LEN - sizeof(ether)),
			      .ttl = 64,
			      .protocol = XDP_IP_UDP};
	const struct xdp_ports udp = {
		.source = XDP_NET16(flow->source_port),
		.dest = XDP_NET16(flow->dest_port),
		.len = XDP_NET16(GNG_XDP_FRAME_LEN - sizeof(ether) - sizeof(ip))};
	const struct xdp_stamp stamp = {.magic = XDP_MAGIC};

	memcpy(&ip.source, flow->source, 4);
	memcpy(&ip.dest, flow->dest, 4);
	ip.sum = XDP_NET16(sum_of((const uint8_t *)&ip, sizeof(ip)));
	memset(frame, 0, GNG_XDP_FRAME_LEN);
	memcpy(frame, &ether, sizeof(ether));
	memcpy(frame + sizeof(ether), &ip, sizeof(ip));
	memcpy(frame + sizeof(ether) + sizeof(ip), &udp, sizeof(udp));
	memcpy(frame + XDP_STAMP_OFF, &stamp, sizeof(stamp));
}

enum gng_status gng_xdp_send_live(struct gng_xdp *xdp, const uint8_t *frame, size_t len,
				  uint32_t num, struct gng_why *why)
{
	struct bpf_test_run_opts options = {.sz = sizeof(options),
					    .data_in = frame,
					    .data_size_in = (uint32_t)len,
					    .repeat = (int)num,
					    .flags = BPF_F_TEST_XDP_LIVE_FRAMES,
					    .batch_size = xdp->batch};
	int error;

	xdp_hold(&xdp->sender, xdp->programs[GNG_XDP_REDIRECT]);
	if (xdp->sender.lost)
		return xdp_failed(why, "xdp.send_live", EIO, "the network namespace is left");
	error = num ? bpf_prog_test_run_opts(xdp->programs[GNG_XDP_REDIRECT], &options) : 0;
	if (error == -EINVAL)
		return gng_why_set(why, GNG_EUNSUPPORTED, EINVAL, "xdp.send_live",
				   "this kernel sends no live frames: Linux 5.18 does");
	return error ? xdp_failed(why, "xdp.send_live", error, "live frames") : GNG_OK;
}

static double now_s(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

/* wait_for waits until num frames more than before came, or none for 200 ms. */
static uint64_t wait_for(uint64_t num, uint64_t before, uint64_t (*arrived)(void *context),
			 void *context)
{
	const struct timespec pause = {0, 1000000};
	uint64_t now = arrived(context), last = now;

	for (int idle = 0; now - before < num && idle < 200; idle++) {
		nanosleep(&pause, NULL);
		now = arrived(context);
		if (now != last)
			idle = 0;
		last = now;
	}
	return now - before;
}

enum gng_status gng_xdp_rate_of(struct gng_xdp_rate *rate, struct gng_xdp *xdp,
				const uint8_t *frame, size_t len, uint32_t num,
				uint64_t (*arrived)(void *context), void *context,
				struct gng_why *why)
{
	const uint64_t before = arrived(context);
	enum gng_status status = gng_xdp_send_live(xdp, frame, len, 0, why); /* makes ready */
	const double start = now_s();

	if (status == GNG_OK)
		status = gng_xdp_send_live(xdp, frame, len, num, why);
	if (status != GNG_OK)
		return status;
	rate->seconds = now_s() - start;
	rate->sent = num;
	rate->arrived = wait_for(num, before, arrived, context);
	return GNG_OK;
}
