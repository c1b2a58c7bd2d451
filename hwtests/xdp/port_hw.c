/* SPDX-License-Identifier: Apache-2.0 */
/*
 * port_hw.c - the filter on a real port in native mode, and the smallest frame at line rate: 64
 * bytes with preamble and gap are 84 (IEEE 802.3), so 10 Gbit/s are 14.88 million a second.
 *
 * No port is touched that GNG_XDP_PORTS does not name: attaching resets the link of some, and the
 * machine may be reached by it. It holds the receiver and the sender, with a cable between them, or
 * one port whose frames come back.
 */
#include "measured.h"

#include <net/if.h>
#include <stdlib.h>

#define NUM_FRAMES 5000000u
#define ROUNDS 5

struct port {
	struct gng_xdp *xdp;
	struct gng_xdp_pair pair;
	uint8_t frame[GNG_XDP_FRAME_LEN];
	uint32_t number;
};

/* find_ports skips the test where none are named. */
static bool find_ports(struct port *port)
{
	const char *names = getenv("GNG_XDP_PORTS");
	char receiver[IF_NAMESIZE], sender[IF_NAMESIZE];
	const int num = names ? sscanf(names, "%15s %15s", receiver, sender) : 0;
	struct gng_why why = {0};

	if (num < 1) {
		gng_probe_skip("no ports are named",
			       "GNG_XDP_PORTS='RECEIVER SENDER', two ports of 10 Gbit/s with a "
			       "cable between them, or GNG_XDP_PORTS=PORT, one that hears itself");
		return false;
	}
	good(gng_xdp_ports(&port->pair, receiver, num > 1 ? sender : NULL, &why), &why);
	return true;
}

static uint64_t arrived(void *context)
{
	const struct port *port = context;

	return gng_xdp_hits(port->xdp, port->number);
}

static struct gng_xdp_rate send_frames(struct port *port, uint32_t num)
{
	struct gng_xdp_rate rate = {0};
	struct gng_why why = {0};

	good(gng_xdp_rate_of(&rate, port->xdp, port->frame, sizeof(port->frame), num, arrived, port,
			     &why),
	     &why);
	return rate;
}

static bool port_open(struct port *port)
{
	const struct gng_xdp_request request = {.max_tuples = 1};
	const struct gng_xdp_flow flow = flow_of(1, 9);
	struct gng_why why = {0};
	enum gng_status status;

	if (!find_ports(port))
		return false;
	port->xdp = programs_open(&request);
	if (!port->xdp)
		return false;
	gng_xdp_frame_fill(port->frame, &flow);
	good(gng_xdp_add_tuple(port->xdp, &port->number, &flow, true, &why), &why);
	status = gng_xdp_attach(port->xdp, GNG_XDP_FILTER, port->pair.to, GNG_XDP_NATIVE, &why);
	if (status == GNG_EUNSUPPORTED) {
		gng_probe_skip(why.text, "a port whose driver has native XDP");
		gng_xdp_close(port->xdp);
		return false;
	}
	good(status, &why);
	good(gng_xdp_to_interface(port->xdp, port->pair.from, &why), &why);
	return true;
}

/* Frames that meet a full ring are lost before the filter: the rate is that of what arrived. */
static void smallest_frames_at_line_rate(void **state)
{
	struct port port = {0};
	double rates[ROUNDS];
	struct gng_why why = {0};
	char note[64];

	(void)state;
	if (!port_open(&port))
		return;
	good(gng_xdp_hears(port.xdp, &port.pair, port.frame, sizeof(port.frame), arrived, &port,
			   &why),
	     &why);
	for (size_t i = 0; i < ROUNDS; i++) {
		const struct gng_xdp_rate rate = send_frames(&port, NUM_FRAMES);

		rates[i] = (double)rate.arrived / rate.seconds * 1e-6;
		snprintf(note, sizeof(note), "%llu of %llu", (unsigned long long)rate.arrived,
			 (unsigned long long)rate.sent);
		gng_probe_note("arrived", note);
	}
	report_rounds("smallest_frames_at_line_rate", "Mpps", rates, ROUNDS);
	programs_close(port.xdp);
}

const struct suite_test suite_tests[] = {
	TEST(smallest_frames_at_line_rate, "B3.xdp.line-rate"),
	{0},
};
